//! Python data sources: calls to the drivers of `python/caudal/sql/_data_sources`, which
//! know what the methods of a `DataSource` are for. Rows come as lists or as Arrow.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef};
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use pyo3_arrow::PyTable;

use super::error::{from_python, runtime_error};
use super::frame::PyFrame;
use super::rows::Maker;
use super::session::{PySession, schema};
use super::user_code::user_code;
use super::values;
use crate::error::{Result, SparkError};
use crate::plan::{
    FilteredRead, Foreign, ForeignBatches, ForeignFilter, ForeignRows, ForeignSource,
    ForeignStream, ReadSpec, Relation,
};
use crate::types::{StructType, to_storage};

/// A driver of a registered source.
struct PySource {
    name: String,
    driver: Py<PyAny>,
    schema: Arc<StructType>,
}

impl ForeignSource for PySource {
    fn name(&self) -> &str {
        &self.name
    }

    fn schema(&self) -> &StructType {
        &self.schema
    }

    fn read(&self) -> Result<Arc<dyn ForeignRows>> {
        let rows = called(|py| self.driver.call_method0(py, "rows"))?;
        Ok(PyRows::shared(rows, &self.schema))
    }

    fn read_where(&self, filters: &[ForeignFilter]) -> Result<Option<FilteredRead>> {
        let answer: Option<(Py<PyAny>, Vec<bool>)> = called(|py| {
            let filters = filters.iter().map(|filter| told(py, filter));
            let filters = filters.collect::<PyResult<Vec<_>>>()?;
            let answer = self.driver.call_method1(py, "rows_where", (filters,));
            answer?.extract(py)
        })?;
        Ok(answer.map(|(rows, taken)| FilteredRead {
            rows: PyRows::shared(rows, &self.schema),
            taken,
        }))
    }

    fn stream(&self) -> Result<Box<dyn ForeignStream>> {
        Ok(Box::new(PyStream {
            driver: called(|py| self.driver.call_method0(py, "stream"))?,
            schema: Arc::clone(&self.schema),
        }))
    }
}

/// A condition as the driver makes one of PySpark's classes of it: the name of the class,
/// the column, the value and whether it is negated.
fn told<'py>(py: Python<'py>, filter: &ForeignFilter) -> PyResult<Bound<'py, PyAny>> {
    let maker = Maker::new(py, py.None().into_bound(py), true)?;
    let value = |array: &ArrayRef, data_type, row| maker.value(array.as_ref(), data_type, row);
    let value = match &filter.value {
        None => py.None().into_bound(py),
        Some((array, data_type)) if filter.test == "In" => {
            let values = (0..array.len()).map(|row| value(array, data_type, row));
            PyList::new(py, values.collect::<PyResult<Vec<_>>>()?)?.into_any()
        }
        Some((array, data_type)) => value(array, data_type, 0)?,
    };
    (filter.test, &filter.path, value, filter.is_negated).into_bound_py_any(py)
}

/// A driver of a stream for one run of a query.
struct PyStream {
    driver: Py<PyAny>,
    schema: Arc<StructType>,
}

impl ForeignStream for PyStream {
    fn description(&self) -> Result<String> {
        called(|py| self.driver.call_method0(py, "description")?.extract(py))
    }

    fn initial_offset(&mut self) -> Result<String> {
        called(|py| {
            let answer = self.driver.call_method0(py, "initial_offset")?;
            answer.extract(py)
        })
    }

    fn latest_offset(&mut self, start: &str, all: bool) -> Result<String> {
        called(|py| {
            let answer = self.driver.call_method1(py, "latest_offset", (start, all));
            answer?.extract(py)
        })
    }

    fn reported_end(&mut self) -> Result<Option<String>> {
        called(|py| self.driver.call_method0(py, "reported_end")?.extract(py))
    }

    fn freeze(&mut self) -> Result<bool> {
        called(|py| self.driver.call_method0(py, "freeze")?.extract(py))
    }

    fn rows(&mut self, start: &str, end: &str) -> Result<Arc<dyn ForeignRows>> {
        let rows = called(|py| self.driver.call_method1(py, "rows", (start, end)))?;
        Ok(PyRows::shared(rows, &self.schema))
    }

    fn commit(&mut self, end: &str) -> Result<()> {
        called(|py| self.driver.call_method1(py, "commit", (end,)))?;
        Ok(())
    }
}

impl Drop for PyStream {
    fn drop(&mut self) {
        // What fails at the very end has nothing left to fail: the driver says so itself.
        let _ = called(|py| self.driver.call_method0(py, "stop"));
    }
}

/// A function that gives an iterator of the rows' pieces, each time it is called.
struct PyRows {
    function: Py<PyAny>,
    schema: Arc<StructType>,
}

impl PyRows {
    fn shared(function: Py<PyAny>, schema: &Arc<StructType>) -> Arc<dyn ForeignRows> {
        let schema = Arc::clone(schema);
        Arc::new(Self { function, schema })
    }
}

impl ForeignRows for PyRows {
    fn open(&self) -> Result<ForeignBatches> {
        Ok(Box::new(Pieces {
            iterator: called(|py| self.function.call0(py)?.call_method0(py, "__iter__"))?,
            schema: Arc::clone(&self.schema),
            done: false,
        }))
    }
}

struct Pieces {
    iterator: Py<PyAny>,
    schema: Arc<StructType>,
    done: bool,
}

impl Pieces {
    fn pull(&self) -> Result<Option<RecordBatch>> {
        called(|py| {
            let next = py.import("builtins")?.getattr("next")?;
            let piece = next.call1((self.iterator.bind(py), py.None()))?;
            if piece.is_none() {
                return Ok(None);
            }
            let batch = match piece.cast::<PyList>() {
                Ok(rows) => of_rows(&rows.iter().collect::<Vec<_>>(), &self.schema)?,
                Err(_) => of_arrow(piece.extract()?, &self.schema)?,
            };
            Ok(Some(batch))
        })
    }
}

impl Iterator for Pieces {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let next = self.pull();
        self.done = !matches!(next, Ok(Some(_)));
        next.transpose()
    }
}

fn of_rows(rows: &[Bound<'_, PyAny>], schema: &StructType) -> PyResult<RecordBatch> {
    let cells = values::columns(rows, schema.len())?;
    let columns = cells
        .iter()
        .zip(schema.fields.iter())
        .map(|(cells, field)| values::column(cells, &field.data_type, &field.name))
        .collect::<PyResult<Vec<_>>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
    RecordBatch::try_new_with_options(Arc::new(schema.to_arrow()), columns, &options)
        .map_err(|e| runtime_error(e.to_string()))
}

/// A piece of Arrow, as one batch in the core's storage.
fn of_arrow(table: PyTable, schema: &StructType) -> PyResult<RecordBatch> {
    use super::error::OrRaise;
    let batches = to_storage(schema, table.into_inner().0).or_raise()?;
    arrow::compute::concat_batches(&Arc::new(schema.to_arrow()), &batches)
        .map_err(|e| runtime_error(e.to_string()))
}

fn called<T>(call: impl FnOnce(Python<'_>) -> PyResult<T>) -> Result<T> {
    user_code(|py| call(py).map_err(|error| failure(py, error)))
}

/// What a driver raised: a condition of Spark's where it names one.
pub fn failure(py: Python<'_>, error: PyErr) -> SparkError {
    match condition(py, &error) {
        Ok(Some(found)) => found,
        _ => from_python(error),
    }
}

fn condition(py: Python<'_>, error: &PyErr) -> PyResult<Option<SparkError>> {
    let value = error.value(py);
    let Some(condition) = value.getattr_opt("condition")? else {
        return Ok(None);
    };
    let parameters: Vec<(String, String)> = value.getattr("parameters")?.extract()?;
    let parameters: Vec<(&str, &str)> = parameters
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    let found = SparkError::new(&condition.extract::<String>()?, &parameters);
    let cause = value.getattr("__cause__")?;
    if cause.is_none() {
        return Ok(Some(found));
    }
    let cause = PyErr::from_value(cause);
    Ok(Some(found.with_payload(Arc::new(cause))))
}

/// The exception of one of Spark's conditions, as the core would raise it.
#[pyfunction]
#[pyo3(signature = (condition, parameters, cause))]
pub fn data_source_error<'py>(
    py: Python<'py>,
    condition: &str,
    parameters: Bound<'py, PyDict>,
    cause: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let parameters: Vec<(String, String)> = parameters.items().extract()?;
    let parameters: Vec<(&str, &str)> = parameters
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    let mut error = SparkError::new(condition, &parameters);
    if let Some(cause) = cause {
        error = error.with_payload(Arc::new(PyErr::from_value(cause)));
    }
    super::error::build(py, &error)
}

/// The frame of a Python data source that its driver reads.
#[pyfunction]
pub fn read_data_source(
    py: Python<'_>,
    session: &PySession,
    name: String,
    schema: &str,
    driver: Py<PyAny>,
    streaming: bool,
) -> PyResult<PyFrame> {
    let source = PySource {
        name: name.clone(),
        driver,
        schema: Arc::new(self::schema(schema)?),
    };
    let spec = ReadSpec {
        format: name,
        paths: Vec::new(),
        schema: None,
        options: Vec::new(),
        streaming,
        local: None,
        foreign: Some(Foreign(Arc::new(source))),
    };
    session.relation(py, Relation::Read(spec))
}
