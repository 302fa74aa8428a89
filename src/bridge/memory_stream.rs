//! Streams whose rows a test adds.

use std::sync::Arc;

use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use pyo3::prelude::*;

use super::error::{OrRaise, runtime_error};
use super::frame::PyFrame;
use super::session::{PySession, schema};
use crate::error::{ErrorClass, Result, SparkError};
use crate::plan::{LocalStream, ReadSpec, Relation};
use crate::types::StructType;

#[pyclass(name = "MemoryStream", module = "caudal._native", frozen)]
pub struct PyMemoryStream(Arc<LocalStream>);

#[pymethods]
impl PyMemoryStream {
    #[new]
    fn new(schema: &str, keep_all: bool) -> PyResult<Self> {
        let schema = self::schema(schema)?;
        Ok(Self(LocalStream::new(schema, keep_all)))
    }

    #[getter]
    fn description(&self) -> &str {
        self.0.description()
    }

    #[getter]
    fn latest_offset(&self) -> i64 {
        self.0.latest()
    }

    fn frame(&self, py: Python<'_>, session: &PySession) -> PyResult<PyFrame> {
        let spec = ReadSpec {
            format: "memory".into(),
            paths: Vec::new(),
            schema: None,
            options: Vec::new(),
            streaming: true,
            local: Some(Arc::clone(&self.0)),
            foreign: None,
        };
        session.relation(py, Relation::Read(spec))
    }

    /// Runs the frame and adds its rows as one block.
    fn add(&self, py: Python<'_>, rows: &PyFrame) -> PyResult<i64> {
        let given = rows.table.resolved.schema();
        check_columns(self.0.schema(), &given).or_raise()?;
        let batches = rows.batches(py, None)?;
        let arrow = Arc::new(self.0.schema().to_arrow());
        let block = batches
            .into_iter()
            .map(|batch| {
                let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
                let columns = batch.columns().to_vec();
                RecordBatch::try_new_with_options(Arc::clone(&arrow), columns, &options)
                    .map_err(|e| runtime_error(e.to_string()))
            })
            .collect::<PyResult<Vec<_>>>()?;
        Ok(self.0.add(block))
    }
}

/// The rows' columns are the stream's: the same names and types, in the same order.
fn check_columns(stream: &StructType, given: &StructType) -> Result<()> {
    if stream.as_nullable() == given.as_nullable() {
        return Ok(());
    }
    Err(SparkError::plain(
        ErrorClass::IllegalArgument,
        format!(
            "rows of {} cannot be added to a stream of {}",
            columns(given),
            columns(stream)
        ),
    ))
}

fn columns(schema: &StructType) -> String {
    let columns: Vec<String> = schema
        .fields
        .iter()
        .map(|f| format!("{} {}", f.name, f.data_type.sql()))
        .collect();
    format!("({})", columns.join(", "))
}
