//! A clock that a test moves.

use std::time::Duration;

use pyo3::prelude::*;

use super::wait;
use crate::time::{Clock, ManualClock};

#[pyclass(name = "ManualClock", module = "caudal._native", frozen)]
pub struct PyManualClock(pub ManualClock);

#[pymethods]
impl PyManualClock {
    #[new]
    fn new(micros: i64) -> Self {
        Self(ManualClock::at_micros(micros))
    }

    fn now_micros(&self) -> i64 {
        self.0.now_micros()
    }

    fn advance(&self, micros: u64) {
        self.0.advance(Duration::from_micros(micros));
    }

    fn set(&self, micros: i64) {
        self.0.set_micros(micros);
    }

    /// Waits until every query that goes by this clock waits for it to be moved; false
    /// if `timeout` seconds were not enough.
    fn wait_until_rest(&self, py: Python<'_>, timeout: f64) -> PyResult<bool> {
        let limit = Some(Duration::from_secs_f64(timeout));
        wait::until(py, limit, |slice| Ok(self.0.rests(slice)))
    }
}
