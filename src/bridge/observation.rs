//! `Observation`: metrics that a program waits for.

use std::sync::Arc;

use pyo3::prelude::*;

use super::rows::Maker;
use super::wait;
use crate::plan::{Metrics, Observed};

#[pyclass(name = "Observed", module = "caudal._native", frozen)]
#[derive(Default)]
pub struct PyObserved(pub Arc<Observed>);

#[pymethods]
impl PyObserved {
    #[new]
    fn new() -> Self {
        Self::default()
    }

    /// The row of metrics, as soon as an action has given it.
    fn get<'py>(
        &self,
        py: Python<'py>,
        make_row: Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        loop {
            let found = parking_lot::Mutex::new(None);
            wait::until(py, None, |slice| {
                let metrics = self.0.get(slice);
                let is_there = metrics.is_some();
                *found.lock() = metrics;
                Ok(is_there)
            })?;
            let found = found.lock().take();
            if let Some(metrics) = found {
                return row(py, make_row, &metrics);
            }
        }
    }
}

/// Metrics as a row of Python's.
pub fn row<'py>(
    py: Python<'py>,
    make_row: Bound<'py, PyAny>,
    metrics: &Metrics,
) -> PyResult<Bound<'py, PyAny>> {
    let maker = Maker::new(py, make_row, true)?;
    let rows = maker.rows(&metrics.schema, std::slice::from_ref(&metrics.row))?;
    rows.into_iter()
        .next()
        .ok_or_else(|| super::error::runtime_error("metrics are one row".to_string()))
}
