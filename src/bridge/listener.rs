//! `StreamingQueryListener`: a Python object that is told of queries.

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::rows::Maker;
use super::user_code::user_code;
use crate::streaming::runtime::{Event, Listener};

pub struct PyListener(Py<PyAny>);

impl PyListener {
    pub fn shared(object: Py<PyAny>) -> Arc<dyn Listener> {
        Arc::new(Self(object))
    }
}

/// The same object has the same key for as long as it is kept.
pub fn key(object: &Py<PyAny>) -> usize {
    object.as_ptr().addr()
}

impl Listener for PyListener {
    fn key(&self) -> usize {
        key(&self.0)
    }

    fn hear(&self, event: &Event) {
        let (method, text) = (event.method(), event.to_value().to_string());
        // Refused while the process ends: then there is nobody to tell.
        let _ = user_code(|py| {
            let tell = || {
                let observed = observed_of(py, event)?;
                let module = py.import("caudal.sql.streaming.listener")?;
                module
                    .getattr("_tell")?
                    .call1((&self.0, method, text, observed))
            };
            if let Err(error) = tell() {
                // As Spark does: said aloud, and no harm to the query or to others.
                error.write_unraisable(py, Some(self.0.bind(py)));
            }
            Ok(())
        });
    }
}

/// What was observed of a batch, as rows by name.
fn observed_of<'py>(py: Python<'py>, event: &Event) -> PyResult<Option<Bound<'py, PyDict>>> {
    let Event::Progress(progress) = event else {
        return Ok(None);
    };
    if progress.observed_rows.is_empty() {
        return Ok(None);
    }
    let make_row = py.import("caudal.sql.types")?.getattr("_create_row")?;
    let maker = Maker::new(py, make_row, true)?;
    let rows = PyDict::new(py);
    for (name, observed) in &progress.observed_rows {
        let made = maker.rows(&observed.schema, std::slice::from_ref(&observed.row))?;
        rows.set_item(name, made.into_iter().next())?;
    }
    Ok(Some(rows))
}
