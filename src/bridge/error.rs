//! Our errors as Python exceptions, and Python exceptions inside our errors.

use std::sync::Arc;

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::error::{ErrorClass, SparkError};

/// The exception that `caudal.errors` makes of an error.
pub fn to_python(error: &SparkError) -> PyErr {
    Python::attach(|py| match build(py, error) {
        Ok(exception) => PyErr::from_value(exception),
        Err(failure) => failure,
    })
}

pub fn build<'py>(py: Python<'py>, error: &SparkError) -> PyResult<Bound<'py, PyAny>> {
    let cause = match (error.cause(), error.payload()) {
        (_, Some(payload)) => payload
            .downcast_ref::<PyErr>()
            .map(|inner| inner.clone_ref(py).into_value(py).into_bound(py).into_any()),
        (Some(cause), None) => Some(build(py, cause)?),
        (None, None) => None,
    };
    let parameters = PyDict::new(py);
    for (name, value) in error.parameters() {
        parameters.set_item(name, value)?;
    }
    let condition = (!error.condition().is_empty()).then(|| error.condition());
    py.import("caudal.errors")?.getattr("_from_native")?.call1((
        error.class().python_name(),
        error.message(),
        condition,
        parameters,
        error.sql_state(),
        cause,
    ))
}

/// An exception of user code, carried through the core as it is.
pub fn from_python(error: PyErr) -> SparkError {
    let text = Python::attach(|py| error.value(py).to_string());
    SparkError::plain(ErrorClass::SparkRuntime, text).with_payload(Arc::new(error))
}

/// What code of the user's raised: its traceback, and itself as the cause.
pub fn python_exception(py: Python<'_>, error: PyErr) -> SparkError {
    const SAID: &str = "An exception was thrown from the Python worker";
    let text = || -> PyResult<String> {
        let module = py.import("caudal.sql._functions.failure")?;
        // With its traceback, which the error holds apart.
        let value = error.clone_ref(py).into_value(py);
        module.call_method1("traceback_of", (value,))?.extract()
    };
    let text = text().unwrap_or_else(|_| error.to_string());
    let parameters = [("msg", SAID), ("traceback", text.as_str())];
    let shown = SparkError::plain(ErrorClass::UserCode, format!("{SAID}:\n{text}"));
    SparkError::new("PYTHON_EXCEPTION", &parameters)
        .with_message_of(&shown)
        .with_payload(Arc::new(error))
}

/// `?` on the core's results.
pub trait OrRaise<T> {
    fn or_raise(self) -> PyResult<T>;
}

impl<T> OrRaise<T> for Result<T, SparkError> {
    fn or_raise(self) -> PyResult<T> {
        self.map_err(|error| to_python(&error))
    }
}

pub fn runtime_error(text: impl Into<String>) -> PyErr {
    PyRuntimeError::new_err(text.into())
}

/// A number of rows that a program gave; it may be too small.
pub(super) fn count(condition: &str, name: &str, n: i64) -> PyResult<usize> {
    usize::try_from(n).map_err(|_| {
        to_python(&SparkError::new(
            condition,
            &[
                ("name", name),
                ("expr", &format!("\"{n}\"")),
                ("v", &n.to_string()),
            ],
        ))
    })
}
