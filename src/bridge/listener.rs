//! `StreamingQueryListener`: a Python object that is told of queries.

use std::sync::Arc;

use pyo3::prelude::*;

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
        // None while the interpreter shuts down: then there is nobody to tell.
        let _ = Python::try_attach(|py| {
            let told = py
                .import("caudal.sql.streaming.listener")
                .and_then(|module| module.getattr("_tell"))
                .and_then(|tell| tell.call1((&self.0, method, text)));
            if let Err(error) = told {
                // As Spark does: said aloud, and no harm to the query or to others.
                error.write_unraisable(py, Some(self.0.bind(py)));
            }
        });
    }
}
