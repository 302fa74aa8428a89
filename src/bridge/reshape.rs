//! Verbs that turn a frame's rows and columns around, and samples of its rows.

use std::sync::Arc;

use pyo3::prelude::*;

use super::error::OrRaise;
use super::expr::{PyExpr, parsed, parsed_one};
use super::frame::PyFrame;
use crate::analysis::with_columns_of;
use crate::plan::{LocalData, PivotSpec, Relation, Slices, UnpivotSpec};

/// `groupBy(keys).pivot(column, values).agg(aggregates)`.
#[pyfunction]
pub fn pivot(
    py: Python<'_>,
    frame: &PyFrame,
    keys: Vec<PyExpr>,
    column: PyExpr,
    values: Vec<PyExpr>,
    aggregates: Vec<PyExpr>,
) -> PyResult<PyFrame> {
    let session = &frame.shared.session;
    let values = parsed(values, session)?.into_iter();
    let spec = PivotSpec {
        keys: Some(parsed(keys, session)?),
        column: parsed_one(column, session)?,
        values: values.map(|value| (value, None)).collect(),
        aggregates: parsed(aggregates, session)?,
    };
    let (input, spec) = (frame.plan(), Box::new(spec));
    frame.then(py, Relation::Pivot { input, spec })
}

/// Columns as rows of a name and a value; without `values` all columns that are not ids.
#[pyfunction]
pub fn unpivot(
    py: Python<'_>,
    frame: &PyFrame,
    ids: Vec<PyExpr>,
    values: Option<Vec<PyExpr>>,
    variable: String,
    value: String,
) -> PyResult<PyFrame> {
    let session = &frame.shared.session;
    let values = match values {
        Some(values) => {
            let each = parsed(values, session)?.into_iter();
            Some(each.map(|value| (vec![value], None)).collect())
        }
        None => None,
    };
    let spec = UnpivotSpec {
        ids: Some(parsed(ids, session)?),
        values,
        variable,
        names: vec![value],
        include_nulls: true,
    };
    let (input, spec) = (frame.plan(), Box::new(spec));
    frame.then(py, Relation::Unpivot { input, spec })
}

/// The rows whose random number is from `lower` up to below `upper`.
#[pyfunction]
pub fn sample(
    py: Python<'_>,
    frame: &PyFrame,
    lower: f64,
    upper: f64,
    seed: i64,
) -> PyResult<PyFrame> {
    let input = frame.plan();
    frame.then(
        py,
        Relation::Sample {
            input,
            lower,
            upper,
            seed,
        },
    )
}

/// Each row as often as chance has it, `fraction` times in the mean.
#[pyfunction]
pub fn resample(py: Python<'_>, frame: &PyFrame, fraction: f64, seed: i64) -> PyResult<PyFrame> {
    let input = frame.plan();
    frame.then(
        py,
        Relation::Resample {
            input,
            fraction,
            seed,
        },
    )
}

/// The frame with a random number for each row as one more column.
#[pyfunction]
pub fn with_uniform(py: Python<'_>, frame: &PyFrame, name: String, seed: i64) -> PyResult<PyFrame> {
    let input = frame.plan();
    frame.then(py, Relation::Uniform { input, name, seed })
}

/// The frame's rows, computed now, as a frame that knows nothing of what they were made of.
#[pyfunction]
pub fn kept(py: Python<'_>, frame: &PyFrame) -> PyResult<PyFrame> {
    let batches = frame.batches(py, None)?;
    let data = LocalData {
        schema: frame.table.resolved.schema(),
        batches: Arc::new(batches),
        slices: Slices::One,
    };
    // They are the frame's own columns still.
    let session = &frame.shared.session;
    let context = session.context().or_raise()?;
    let plan = with_columns_of(Relation::Local(data), &frame.table.resolved, &context);
    let table = session.analyze(plan.or_raise()?).or_raise()?;
    Ok(PyFrame {
        shared: Arc::clone(&frame.shared),
        table,
    })
}
