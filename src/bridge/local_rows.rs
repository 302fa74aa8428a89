//! `toLocalIterator`: rows as the program asks for them.

use std::sync::Arc;

use pyo3::prelude::*;
use tokio::sync::Mutex;

use super::frame::PyFrame;
use super::rows::Maker;
use super::wait;
use crate::execution::{LocalRows, Session};
use crate::types::StructType;

/// A query whose rows come some at a time.
#[pyclass(name = "LocalRows", module = "caudal._native", frozen)]
pub struct PyLocalRows {
    rows: Arc<Mutex<LocalRows>>,
    session: Arc<Session>,
    schema: StructType,
    make_row: Py<PyAny>,
}

/// Begins a query.
#[pyfunction]
pub fn local_rows(
    py: Python<'_>,
    frame: &PyFrame,
    make_row: Bound<'_, PyAny>,
) -> PyResult<PyLocalRows> {
    let session = Arc::clone(&frame.shared.session);
    let resolved = Arc::clone(&frame.table.resolved);
    let schema = resolved.schema();
    let begun = Arc::clone(&session);
    let rows = wait::run(
        py,
        &session,
        async move { begun.local_rows(resolved).await },
    )?;
    Ok(PyLocalRows {
        rows: Arc::new(Mutex::new(rows)),
        session,
        schema,
        make_row: make_row.unbind(),
    })
}

#[pymethods]
impl PyLocalRows {
    /// Some rows, or `None` after the last.
    fn take<'py>(&self, py: Python<'py>) -> PyResult<Option<Vec<Bound<'py, PyAny>>>> {
        let rows = Arc::clone(&self.rows);
        let batch = wait::run(
            py,
            &self.session,
            async move { rows.lock().await.next().await },
        )?;
        let Some(batch) = batch else {
            return Ok(None);
        };
        let as_bytes = self
            .session
            .conf
            .flag("spark.sql.execution.pyspark.binaryAsBytes");
        let maker = Maker::new(py, self.make_row.bind(py).clone(), as_bytes)?;
        maker.rows(&self.schema, &[batch]).map(Some)
    }
}
