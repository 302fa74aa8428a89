//! Functions of the user's over groups with state: a batch goes to the Python driver in
//! one call, and comes back as tables and states. What the state of a row is in bytes
//! is decided here; what a call means, in `python/caudal/sql/streaming`.

use std::sync::Arc;

use arrow::record_batch::RecordBatch;
use arrow::row::{RowConverter, SortField};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use pyo3_arrow::PyTable;

use super::error::{OrRaise, runtime_error};
use super::expr::PyExpr;
use super::frame::PyFrame;
use super::rows::Maker;
use super::session::schema;
use super::user_code::user_code;
use super::values;
use crate::error::{ErrorClass, Result, SparkError};
use crate::plan::groups::{
    Entry, GroupFunction, GroupSpec, GroupTimeout, Processor, ProcessorCall, StateAnswer,
    StateBytes, StateCall, StateChange, StateFunction,
};
use crate::plan::{Expr, Plan, Relation};
use crate::types::{StructType, to_storage};

/// `applyInPandasWithState`.
pub struct PyStateFunction {
    pub driver: Py<PyAny>,
    pub make_row: Py<PyAny>,
    pub state: StructType,
    pub output: StructType,
}

/// What the driver says of a group: defined, updated, removed, timeout, state.
type Change<'py> = (bool, bool, bool, Option<i64>, Option<Bound<'py, PyAny>>);

impl StateFunction for PyStateFunction {
    fn call(&self, call: StateCall) -> Result<StateAnswer> {
        user_code(|py| self.call_driver(py, call).map_err(|e| traced(py, e)))
    }
}

impl PyStateFunction {
    fn call_driver(&self, py: Python<'_>, call: StateCall) -> PyResult<StateAnswer> {
        let maker = Maker::new(py, self.make_row.bind(py).clone(), true)?;
        let mut known = maker.rows(&self.state, &[call.states])?.into_iter();
        let states: Vec<_> = call
            .defined
            .iter()
            .map(|defined| defined.then(|| known.next()).flatten())
            .collect();
        let answer = self.driver.bind(py).call_method1(
            "call_batch",
            (
                table(call.groups.keys)?,
                table(call.groups.rows)?,
                call.groups.starts,
                states,
                call.timed_out,
                call.times.batch,
                call.times.watermark,
            ),
        )?;
        let (tables, changed): (Vec<PyTable>, Vec<Change<'_>>) = answer.extract()?;
        let (mut changes, mut values) = (Vec::with_capacity(changed.len()), Vec::new());
        for (defined, updated, removed, timeout, value) in changed {
            changes.push(StateChange {
                defined,
                updated,
                removed,
                timeout,
            });
            values.extend(value.filter(|_| defined));
        }
        Ok(StateAnswer {
            rows: stored(&self.output, tables)?,
            changes,
            states: rows_of(&values, &self.state)?,
        })
    }
}

/// `transformWithState`.
pub struct PyProcessor {
    pub driver: Py<PyAny>,
    pub output: StructType,
}

impl Processor for PyProcessor {
    fn call(&self, call: ProcessorCall) -> Result<Vec<RecordBatch>> {
        user_code(|py| self.call_driver(py, call).map_err(|e| traced(py, e)))
    }
}

impl PyProcessor {
    fn call_driver(&self, py: Python<'_>, call: ProcessorCall) -> PyResult<Vec<RecordBatch>> {
        let keys: Vec<_> = call.key_bytes.iter().map(|k| PyBytes::new(py, k)).collect();
        let initial = match call.initial {
            Some(initial) => Some((table(initial.rows)?, initial.starts)),
            None => None,
        };
        let answer = self.driver.bind(py).call_method1(
            "call_batch",
            (
                table(call.groups.keys)?,
                table(call.groups.rows)?,
                call.groups.starts,
                keys,
                initial,
                Py::new(py, PyStateBytes(call.state))?,
                call.times.batch,
                call.times.watermark,
            ),
        )?;
        stored(&self.output, answer.extract()?)
    }
}

/// When an entry is due, and its value.
type PyEntry<'py> = (Option<i64>, Bound<'py, PyBytes>);

/// The bytes of a processor's state, for the length of a batch.
#[pyclass(name = "StateBytes", module = "caudal._native", frozen)]
pub struct PyStateBytes(Arc<dyn StateBytes>);

#[pymethods]
impl PyStateBytes {
    fn get<'py>(&self, py: Python<'py>, key: &[u8]) -> PyResult<Option<PyEntry<'py>>> {
        let found = self.0.get(key).or_raise()?;
        Ok(found.map(|(due, value)| (due, PyBytes::new(py, &value))))
    }

    fn put(&self, key: &[u8], due: Option<i64>, value: &[u8]) -> PyResult<()> {
        self.0.put(key, due, value).or_raise()
    }

    fn remove(&self, key: &[u8]) -> PyResult<bool> {
        self.0.remove(key).or_raise()
    }

    fn scan<'py>(
        &self,
        py: Python<'py>,
        prefix: &[u8],
    ) -> PyResult<Vec<(Bound<'py, PyBytes>, PyEntry<'py>)>> {
        let found = self.0.scan(prefix).or_raise()?.into_iter();
        let entry = |(key, (due, value)): (Vec<u8>, Entry)| {
            let value = PyBytes::new(py, &value);
            (PyBytes::new(py, &key), (due, value))
        };
        Ok(found.map(entry).collect())
    }

    fn due<'py>(
        &self,
        py: Python<'py>,
        first: u8,
        until: i64,
    ) -> PyResult<Vec<(i64, Bound<'py, PyBytes>)>> {
        let due = self.0.due(first, until).or_raise()?.into_iter();
        Ok(due.map(|(at, key)| (at, PyBytes::new(py, &key))).collect())
    }

    fn count(&self, updated: u64, removed: u64) {
        self.0.count(updated, removed);
    }
}

/// Rows of a type as bytes that mean the same in every process, and back.
#[pyclass(name = "RowCodec", module = "caudal._native", frozen)]
pub struct PyRowCodec {
    schema: StructType,
    converter: RowConverter,
    make_row: Py<PyAny>,
}

#[pymethods]
impl PyRowCodec {
    #[new]
    fn new(schema: &str, make_row: Py<PyAny>) -> PyResult<Self> {
        let schema = super::session::schema(schema)?;
        let fields = schema
            .to_arrow()
            .fields()
            .iter()
            .cloned()
            .collect::<Vec<_>>();
        let fields = fields.iter().map(|f| SortField::new(f.data_type().clone()));
        let converter = RowConverter::new(fields.collect()).map_err(arrow_error)?;
        Ok(Self {
            schema,
            converter,
            make_row,
        })
    }

    fn encode<'py>(&self, row: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
        let py = row.py();
        let batch = rows_of(&[row], &self.schema)?;
        let rows = self.converter.convert_columns(batch.columns());
        let rows = rows.map_err(arrow_error)?;
        Ok(PyBytes::new(py, rows.row(0).data()))
    }

    fn decode<'py>(&self, py: Python<'py>, bytes: &[u8]) -> PyResult<Bound<'py, PyAny>> {
        let parser = self.converter.parser();
        let columns = self.converter.convert_rows([parser.parse(bytes)]);
        let columns = columns.map_err(arrow_error)?;
        let batch = RecordBatch::try_new(Arc::new(self.schema.as_nullable().to_arrow()), columns)
            .map_err(arrow_error)?;
        let maker = Maker::new(py, self.make_row.bind(py).clone(), true)?;
        let row = maker.rows(&self.schema, &[batch])?.pop();
        row.ok_or_else(|| runtime_error("a row was lost"))
    }
}

/// `applyInPandasWithState` over groups; `driver.call_batch` is called for each batch.
#[allow(clippy::too_many_arguments)]
#[pyfunction]
pub fn groups_with_state(
    py: Python<'_>,
    frame: &PyFrame,
    keys: Vec<PyExpr>,
    driver: Py<PyAny>,
    make_row: Py<PyAny>,
    output: &str,
    state: &str,
    mode: String,
    timeout: &str,
) -> PyResult<PyFrame> {
    let (output, state) = (schema(output)?, schema(state)?);
    let Some(timeout) = GroupTimeout::parse(timeout) else {
        return Err(runtime_error(format!("unknown timeout {timeout}")));
    };
    let function = Arc::new(PyStateFunction {
        driver,
        make_row,
        state: state.clone(),
        output: output.clone(),
    });
    let spec = GroupSpec {
        function: GroupFunction::State { function, state },
        output,
        mode,
        timeout,
    };
    groups(py, frame, keys, spec, None)
}

/// `transformWithState` over groups; `driver.call_batch` is called for each batch.
#[allow(clippy::too_many_arguments)]
#[pyfunction]
#[pyo3(signature = (frame, keys, driver, in_pandas, output, mode, time_mode, event_time, initial))]
pub fn groups_with_processor(
    py: Python<'_>,
    frame: &PyFrame,
    keys: Vec<PyExpr>,
    driver: Py<PyAny>,
    in_pandas: bool,
    output: &str,
    mode: String,
    time_mode: &str,
    event_time: Option<String>,
    initial: Option<(PyRef<'_, PyFrame>, Vec<PyExpr>)>,
) -> PyResult<PyFrame> {
    let output = schema(output)?;
    let Some(timeout) = GroupTimeout::parse_mode(time_mode) else {
        return Err(SparkError::new(
            "STATEFUL_PROCESSOR_UNKNOWN_TIME_MODE",
            &[("timeMode", time_mode)],
        ))
        .or_raise();
    };
    let processor = Arc::new(PyProcessor {
        driver,
        output: output.clone(),
    });
    let spec = GroupSpec {
        function: GroupFunction::Processor {
            processor,
            in_pandas,
            event_time,
        },
        output,
        mode,
        timeout,
    };
    let initial = match initial {
        Some((begin, keys)) => Some((begin.plan(), begin.parsed(keys)?)),
        None => None,
    };
    groups(py, frame, keys, spec, initial)
}

fn groups(
    py: Python<'_>,
    frame: &PyFrame,
    keys: Vec<PyExpr>,
    spec: GroupSpec,
    initial: Option<(Arc<Plan>, Vec<Expr>)>,
) -> PyResult<PyFrame> {
    frame.then(
        py,
        Relation::Groups {
            input: frame.plan(),
            keys: frame.parsed(keys)?,
            spec: Arc::new(spec),
            initial,
        },
    )
}

fn arrow_error(error: arrow::error::ArrowError) -> PyErr {
    runtime_error(error.to_string())
}

fn table(batch: RecordBatch) -> PyResult<PyTable> {
    let schema = batch.schema();
    PyTable::try_new(vec![batch], schema)
}

/// What the driver gave, as the core holds it.
fn stored(schema: &StructType, tables: Vec<PyTable>) -> PyResult<Vec<RecordBatch>> {
    let batches = tables.into_iter().flat_map(|table| table.into_inner().0);
    to_storage(&schema.as_nullable(), batches.collect()).or_raise()
}

fn rows_of(rows: &[Bound<'_, PyAny>], schema: &StructType) -> PyResult<RecordBatch> {
    let arrow = Arc::new(schema.as_nullable().to_arrow());
    if rows.is_empty() {
        return Ok(RecordBatch::new_empty(arrow));
    }
    let cells = values::columns(rows, schema.len())?;
    let columns = cells
        .iter()
        .zip(schema.fields.iter())
        .map(|(cells, field)| values::column(cells, &field.data_type, &field.name))
        .collect::<PyResult<Vec<_>>>()?;
    RecordBatch::try_new(arrow, columns).map_err(arrow_error)
}

/// An exception of the user's function, with where it came from.
fn traced(py: Python<'_>, error: PyErr) -> SparkError {
    let format = || -> PyResult<String> {
        let lines = py
            .import("traceback")?
            .call_method1("format_exception", (error.value(py),))?;
        Ok(lines.extract::<Vec<String>>()?.concat())
    };
    let text = format().unwrap_or_else(|_| error.to_string());
    // The text ends with a line's end, as Spark's does.
    let text = format!("An exception was thrown from the Python worker:\n{text}");
    SparkError::plain(ErrorClass::SparkRuntime, text).with_payload(Arc::new(error))
}
