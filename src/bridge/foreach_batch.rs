//! `foreachBatch`: each batch as a frame, handed to a function of the user's.

use std::sync::{Arc, Weak};

use pyo3::prelude::*;

use super::error::from_python;
use super::frame::PyFrame;
use super::session::Shared;
use super::user_code::user_code;
use crate::analysis::OutputMode;
use crate::engine::at_work;
use crate::error::{Result, SparkError};
use crate::plan::{LocalData, Plan, Relation, Slices};
use crate::streaming::checkpoint::BatchId;
use crate::streaming::sinks::{BatchRows, Sink};
use crate::types::StructType;

pub struct ForeachBatch {
    pub function: Py<PyAny>,
    /// Not a strong one: the session knows the query, which knows this sink.
    pub shared: Weak<Shared>,
    pub schema: StructType,
    /// As progress records name the sink.
    pub description: String,
    /// What an exception of the function's is as an error of the query.
    pub failure: fn(Python<'_>, PyErr) -> SparkError,
}

impl Sink for ForeachBatch {
    fn description(&self) -> String {
        self.description.clone()
    }

    fn add_batch(&self, batch: BatchId, rows: BatchRows<'_>, _mode: OutputMode) -> Result<()> {
        // The function may read its frame as often as it likes.
        let rows = rows.collect::<Result<Vec<_>>>()?;
        let Some(shared) = self.shared.upgrade() else {
            return Err(SparkError::internal("the session is gone"));
        };
        let data = LocalData {
            schema: self.schema.clone(),
            batches: Arc::new(rows),
            slices: Slices::One,
        };
        let table = shared.session.analyze(Plan::new(Relation::Local(data)))?;
        user_code(|py| {
            let frame = Py::new(py, PyFrame { shared, table }).map_err(from_python)?;
            self.function.call1(py, (frame, batch.0)).map_err(|error| {
                match is_of_stop(py, &error) {
                    true => SparkError::stopped(),
                    false => (self.failure)(py, error),
                }
            })?;
            Ok(())
        })
    }
}

/// Whether a function failed since an action in it was given up with its query.
fn is_of_stop(py: Python<'_>, error: &PyErr) -> bool {
    let is_halted = at_work::current().is_some_and(|work| work.is_halted());
    let said = error.value(py).to_string();
    is_halted && said.contains(SparkError::stopped().message())
}

/// What code of the user's raised, as Python prints it.
pub fn user_reason(py: Python<'_>, error: &PyErr) -> String {
    let traceback = error.traceback(py);
    let traceback = traceback.and_then(|t| t.format().ok()).unwrap_or_default();
    format!("{traceback}{error}")
}

/// What the function raised: its traceback as the reason, itself as the cause.
pub fn user_error(py: Python<'_>, error: PyErr) -> SparkError {
    let reason = user_reason(py, &error);
    SparkError::new("FOREACH_BATCH_USER_FUNCTION_ERROR", &[("reason", &reason)])
        .with_payload(Arc::new(error))
}
