//! Streaming queries.

use std::sync::Arc;
use std::time::Duration;

use pyo3::prelude::*;

use super::error::{OrRaise, build};
use super::session::PySession;
use super::user_code::interrupt_user_code;
use super::wait;
use crate::streaming::runtime::Query;

#[pyclass(name = "Query", module = "caudal._native", frozen)]
pub struct PyQuery(pub Arc<Query>);

/// Name, id, run and error of a query that failed.
type Failed<'py> = (Option<String>, String, String, Bound<'py, PyAny>);

/// The queries of a session that failed since this was asked last.
#[pyfunction]
pub fn take_failures<'py>(py: Python<'py>, session: &PySession) -> PyResult<Vec<Failed<'py>>> {
    let failures = session.0.streams.take_failures().into_iter();
    let told = failures.map(|failure| {
        let (id, run_id) = (failure.id.to_string(), failure.run_id.to_string());
        Ok((failure.name, id, run_id, build(py, &failure.error)?))
    });
    told.collect()
}

#[pymethods]
impl PyQuery {
    #[getter]
    fn id(&self) -> String {
        self.0.id().to_string()
    }

    #[getter]
    fn run_id(&self) -> String {
        self.0.run_id().to_string()
    }

    #[getter]
    fn name(&self) -> Option<String> {
        self.0.name().map(str::to_string)
    }

    #[getter]
    fn is_active(&self) -> bool {
        self.0.is_active()
    }

    fn status_json(&self) -> String {
        self.0.status_json()
    }

    fn last_progress_json(&self) -> Option<String> {
        self.0.last_progress()
    }

    fn recent_progress_json(&self) -> Vec<String> {
        self.0.recent_progress()
    }

    #[pyo3(signature = (timeout))]
    fn await_termination(&self, py: Python<'_>, timeout: Option<f64>) -> PyResult<bool> {
        let limit = timeout.map(Duration::from_secs_f64);
        wait::until(py, limit, |slice| self.0.await_termination(slice))
    }

    #[pyo3(signature = (timeout=None))]
    fn process_all_available(&self, py: Python<'_>, timeout: Option<f64>) -> PyResult<bool> {
        let limit = timeout.map(Duration::from_secs_f64);
        let goal = self.0.begin_process_all();
        wait::until(py, limit, |slice| self.0.reached(&goal, slice))
    }

    /// Asks for the end and waits for it; the setting `stopTimeout` limits the wait. Functions
    /// of columns and tables are told to end, those of a sink may finish their batch.
    fn stop(&self, py: Python<'_>) -> PyResult<()> {
        self.0.request_stop();
        let (limit, halt) = (self.0.stop_timeout(), self.0.halt());
        let gone = |slice| Ok(self.0.has_gone(slice));
        let tell = || interrupt_user_code(py, &halt);
        tell()?;
        match wait::until_with(py, limit, gone, tell)? {
            // A function on a thread of its own may outlive the query.
            true => tell(),
            false => Err(self.0.stop_timed_out()).or_raise(),
        }
    }

    /// Why there is no output, as JSON.
    fn why_empty_json(&self) -> Option<String> {
        self.0.why_empty()
    }

    fn exception<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.0
            .exception()
            .map(|error| build(py, &error))
            .transpose()
    }

    /// Number of fsyncs of the checkpoint so far, and the seconds they took.
    fn fsyncs(&self) -> (u64, f64) {
        let (count, total) = self.0.fsyncs();
        (count, total.as_secs_f64())
    }

    fn explain_string(&self, extended: bool) -> String {
        self.0.explain(extended)
    }
}
