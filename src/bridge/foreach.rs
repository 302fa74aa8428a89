//! `foreach`: each batch's rows, handed to a writer of the user's; and the console, which
//! prints through Python.

use std::collections::VecDeque;
use std::sync::Arc;

use arrow::record_batch::RecordBatch;
use parking_lot::Mutex;
use pyo3::prelude::*;

use super::error::from_python;
use super::foreach_batch::user_reason;
use super::rows::Maker;
use super::user_code::user_code;
use crate::analysis::OutputMode;
use crate::error::{Result, SparkError};
use crate::streaming::checkpoint::BatchId;
use crate::streaming::sinks::{BatchRows, Printer, Sink};
use crate::types::StructType;

pub struct Foreach {
    /// Called with the batch's number and its rows, list by list.
    pub function: Py<PyAny>,
    pub make_row: Py<PyAny>,
    pub schema: StructType,
    pub as_bytes: bool,
}

impl Sink for Foreach {
    fn takes_epochs(&self) -> bool {
        true
    }

    fn description(&self) -> String {
        "ForeachWriterTable".into()
    }

    fn add_batch(&self, batch: BatchId, rows: BatchRows<'_>, _mode: OutputMode) -> Result<()> {
        let batches = rows.collect::<Result<VecDeque<_>>>()?;
        user_code(|py| {
            let rows = RowLists {
                batches: Mutex::new(batches),
                make_row: self.make_row.clone_ref(py),
                schema: self.schema.clone(),
                as_bytes: self.as_bytes,
            };
            let rows = Py::new(py, rows).map_err(from_python)?;
            self.function
                .call1(py, (batch.0, rows))
                .map_err(|error| user_error(py, error))?;
            Ok(())
        })
    }
}

fn user_error(py: Python<'_>, error: PyErr) -> SparkError {
    let reason = user_reason(py, &error);
    SparkError::new("FOREACH_USER_FUNCTION_ERROR", &[("reason", &reason)])
        .with_payload(Arc::new(error))
}

/// The rows of a batch as lists of Python rows, made as they are asked for.
#[pyclass(name = "RowLists", module = "caudal._native", frozen)]
pub struct RowLists {
    batches: Mutex<VecDeque<RecordBatch>>,
    make_row: Py<PyAny>,
    schema: StructType,
    as_bytes: bool,
}

#[pymethods]
impl RowLists {
    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Vec<Bound<'py, PyAny>>>> {
        let Some(batch) = self.batches.lock().pop_front() else {
            return Ok(None);
        };
        let maker = Maker::new(py, self.make_row.bind(py).clone(), self.as_bytes)?;
        maker.rows(&self.schema, &[batch]).map(Some)
    }
}

/// Prints through `sys.stdout`, as it is when the text comes.
pub fn printer() -> Printer {
    Arc::new(|text| {
        user_code(|py| {
            let print = || -> PyResult<()> {
                let out = py.import("sys")?.getattr("stdout")?;
                out.call_method1("write", (text,))?;
                out.call_method0("flush")?;
                Ok(())
            };
            print().map_err(from_python)
        })
    })
}
