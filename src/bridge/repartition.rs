//! Rows dealt to partitions, and the rows of each partition.

use std::sync::Arc;

use arrow::array::AsArray;
use arrow::datatypes::Int32Type;
use pyo3::prelude::*;

use super::error::{OrRaise, runtime_error};
use super::expr::{PyExpr, parsed, sort_order};
use super::frame::PyFrame;
use super::rows::Maker;
use crate::analysis::{PARTITION_OF_ROWS, partitions_of};
use crate::plan::{Dealing, Expr, Relation};

/// The frame's rows in other partitions: `round`, by `hash`, `range` or `id`, or `fewer`.
#[pyfunction]
#[pyo3(signature = (frame, kind, count, keys))]
pub fn repartition(
    py: Python<'_>,
    frame: &PyFrame,
    kind: &str,
    count: Option<usize>,
    keys: Vec<PyExpr>,
) -> PyResult<PyFrame> {
    let mut keys = parsed(keys, &frame.shared.session)?;
    let dealing = match (kind, count) {
        ("round", Some(count)) => Dealing::Round(count),
        ("hash", count) => Dealing::Hash { count, keys },
        ("range", count) => {
            let order = keys.into_iter().map(sort_order).collect();
            Dealing::Range { count, order }
        }
        ("id", Some(count)) if !keys.is_empty() => Dealing::Id {
            count,
            id: keys.swap_remove(0),
        },
        ("fewer", Some(count)) => Dealing::Fewer(count),
        (other, _) => return Err(runtime_error(format!("unknown partitions: {other}"))),
    };
    let input = frame.plan();
    frame.then(py, Relation::Repartition { input, dealing })
}

/// How many partitions Spark would have of the frame's rows.
#[pyfunction]
pub fn partitions(frame: &PyFrame) -> PyResult<usize> {
    let options = frame.shared.session.context().or_raise()?.options;
    Ok(partitions_of(&frame.table.resolved, options.parallelism))
}

/// The rows of each partition.
#[pyfunction]
pub fn collect_partitions<'py>(
    py: Python<'py>,
    frame: &PyFrame,
    make_row: Bound<'py, PyAny>,
) -> PyResult<Vec<Vec<Bound<'py, PyAny>>>> {
    let session = &frame.shared.session;
    let schema = frame.table.resolved.schema();
    let mut name = "partition".to_string();
    while schema
        .fields
        .iter()
        .any(|f| f.name.eq_ignore_ascii_case(&name))
    {
        name.push('_');
    }
    let numbered = frame.then(
        py,
        Relation::WithColumns {
            input: frame.plan(),
            columns: vec![(name, Expr::call(PARTITION_OF_ROWS, []))],
        },
    )?;
    let batches = numbered.batches(py, None)?;
    let as_bytes = session
        .conf
        .flag("spark.sql.execution.pyspark.binaryAsBytes");
    let maker = Maker::new(py, make_row, as_bytes)?;
    let mut parts: Vec<Vec<_>> = (0..partitions(frame)?).map(|_| Vec::new()).collect();
    for batch in batches {
        let last = batch.num_columns() - 1;
        let numbers = Arc::clone(batch.column(last));
        let numbers = numbers.as_primitive::<Int32Type>();
        let mut from = 0;
        for run in numbers.values().chunk_by(|a, b| a == b) {
            let piece = batch.slice(from, run.len());
            from += run.len();
            let Some(part) = parts.get_mut(run[0] as usize) else {
                return Err(runtime_error("a row of a partition that is not there"));
            };
            part.extend(maker.rows(&schema, &[piece])?);
        }
    }
    Ok(parts)
}
