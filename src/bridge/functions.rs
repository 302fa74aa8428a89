//! Python functions over columns: `udf` row by row here; functions of pandas series and
//! Arrow arrays through the drivers of `python/caudal/sql/_functions`, which know what
//! each kind takes and gives.

use std::any::Any;
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::{Field, Schema};
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyTuple};
use pyo3_arrow::PyTable;

use super::batch_functions::PyBatchMap;
use super::error::{OrRaise, python_exception, runtime_error};
use super::exact::exact;
use super::rows::Maker;
use super::user_code::{interruptible, user_code};
use crate::error::Result;
use crate::plan::foreign_function::{
    Evaluator, ForeignCall, ForeignColumns, ForeignFunction, ForeignKind, ForeignRef,
};
use crate::types::{DataType, StructField, StructType, parse_type, to_storage};

/// PySpark's numbers of the kinds of functions.
mod kind {
    pub const PICKLED: u32 = 100;
    pub const ARROW_BATCHED: u32 = 101;
    pub const AGGREGATES: &[u32] = &[202, 217, 252, 254];
    pub const ITERATORS: &[u32] = &[204, 251];
}

/// A function with its type; equal to itself only.
pub struct PyForeign {
    name: String,
    returns: DataType,
    /// One of PySpark's numbers.
    eval_type: u32,
    is_deterministic: bool,
    function: Py<PyAny>,
    /// What makes drivers, and rows.
    support: Py<PyAny>,
}

#[pyclass(name = "Function", module = "caudal._native", frozen)]
pub struct PyFunction(pub ForeignRef);

#[pymethods]
impl PyFunction {
    #[new]
    fn new(
        name: String,
        returns: &str,
        eval_type: u32,
        is_deterministic: bool,
        function: Py<PyAny>,
        support: Py<PyAny>,
    ) -> PyResult<Self> {
        let returns = parse_type(returns).or_raise()?;
        Ok(Self(ForeignRef(Arc::new(PyForeign {
            name,
            returns,
            eval_type,
            is_deterministic,
            function,
            support,
        }))))
    }
}

impl ForeignFunction for PyForeign {
    fn name(&self) -> &str {
        &self.name
    }

    fn returns(&self) -> &DataType {
        &self.returns
    }

    fn kind(&self) -> ForeignKind {
        match kind::AGGREGATES.contains(&self.eval_type) {
            true => ForeignKind::Aggregate,
            false => ForeignKind::Values,
        }
    }

    fn family(&self) -> u32 {
        self.eval_type
    }

    fn alone(&self) -> bool {
        kind::ITERATORS.contains(&self.eval_type)
    }

    fn is_deterministic(&self) -> bool {
        self.is_deterministic
    }

    fn evaluator(&self, calls: &[ForeignCall]) -> Result<Evaluator> {
        if matches!(self.eval_type, kind::PICKLED | kind::ARROW_BATCHED) {
            let columns = PyValues::new(self, calls)?;
            return Ok(Evaluator::Columns(Arc::new(columns), None));
        }
        let (driver, rows, output) = self.driver(calls)?;
        if self.alone() {
            let function = Arc::new(PyBatchMap {
                driver,
                output: None,
            });
            return Ok(Evaluator::Batches(function, rows));
        }
        let columns = Arc::new(PyColumns { driver, output });
        Ok(Evaluator::Columns(columns, Some(rows)))
    }

    fn aggregator(&self, call: &ForeignCall) -> Result<Arc<dyn ForeignColumns>> {
        let (driver, _, output) = self.driver(std::slice::from_ref(call))?;
        Ok(Arc::new(PyColumns { driver, output }))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// The Python side of a function of this module.
fn own(function: &ForeignRef) -> PyResult<&PyForeign> {
    let found = function.0.as_any().downcast_ref::<PyForeign>();
    found.ok_or_else(|| runtime_error("not a Python function"))
}

impl PyForeign {
    /// The driver of calls, the most rows that it takes at once, and what it gives.
    fn driver(&self, calls: &[ForeignCall]) -> Result<(Py<PyAny>, usize, StructType)> {
        let mut fields = Vec::with_capacity(calls.len());
        let made = user_code(|py| {
            self.made(py, calls, &mut fields)
                .map_err(|error| python_exception(py, error))
        });
        made.map(|(driver, rows)| (driver, rows, StructType::new(fields)))
    }

    fn made(
        &self,
        py: Python<'_>,
        calls: &[ForeignCall],
        fields: &mut Vec<StructField>,
    ) -> PyResult<(Py<PyAny>, usize)> {
        let told = PyList::empty(py);
        for (at, call) in calls.iter().enumerate() {
            let functions = PyList::empty(py);
            let mut returns = &self.returns;
            for function in &call.functions {
                let function = own(function)?;
                functions.append(&function.function)?;
                returns = &function.returns;
            }
            let args = call.args.iter().map(|arg| (arg.at, arg.name.clone()));
            let args = args.collect::<Vec<_>>();
            let types = call.args.iter().map(|arg| arg.data_type.json());
            told.append((functions, args, types.collect::<Vec<_>>(), returns.json()))?;
            fields.push(StructField::new(format!("_{at}"), returns.clone(), true));
        }
        let driver = self
            .support
            .bind(py)
            .call_method1("driver", (self.eval_type, told));
        let driver = driver?;
        let rows: usize = driver.getattr("most_rows")?.extract()?;
        Ok((driver.unbind(), rows))
    }
}

/// Calls of a driver: a table of the arguments goes in, one of the results comes out.
struct PyColumns {
    driver: Py<PyAny>,
    output: StructType,
}

impl ForeignColumns for PyColumns {
    fn call(&self, columns: &[ArrayRef], rows: usize) -> Result<Vec<ArrayRef>> {
        interruptible(|py| {
            let call = || -> PyResult<Vec<ArrayRef>> {
                let answer = self
                    .driver
                    .bind(py)
                    .call_method1("call", (table(columns, rows)?, rows));
                let answer: PyTable = answer?.extract()?;
                let (batches, schema) = answer.into_inner();
                let whole = arrow::compute::concat_batches(&schema, &batches);
                let whole = whole.map_err(|e| runtime_error(e.to_string()))?;
                let stored = to_storage(&self.output.as_nullable(), vec![whole]).or_raise()?;
                Ok(stored
                    .first()
                    .map(|b| b.columns().to_vec())
                    .unwrap_or_default())
            };
            call().map_err(|error| python_exception(py, error))
        })
    }
}

/// Columns as a table whose columns are called `_0`, `_1`, ….
fn table(columns: &[ArrayRef], rows: usize) -> PyResult<PyTable> {
    let fields = columns.iter().enumerate();
    let fields = fields.map(|(at, c)| Field::new(format!("_{at}"), c.data_type().clone(), true));
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    let batch = RecordBatch::try_new_with_options(Arc::clone(&schema), columns.to_vec(), &options);
    let batch = batch.map_err(|e| runtime_error(e.to_string()))?;
    PyTable::try_new(vec![batch], schema)
}

/// One call of `udf`s, each called with what the one before it gave.
struct ValueCall {
    functions: Vec<Py<PyAny>>,
    positional: Vec<usize>,
    named: Vec<(String, usize)>,
    returns: DataType,
}

/// `udf`: functions of Python values, row by row.
struct PyValues {
    calls: Vec<ValueCall>,
    /// The type of each column that is an argument.
    types: Vec<Option<DataType>>,
    support: Py<PyAny>,
    /// As they are when the query begins.
    settings: Py<PyAny>,
    as_bytes: bool,
    eval_type: u32,
}

impl PyValues {
    fn new(function: &PyForeign, calls: &[ForeignCall]) -> Result<Self> {
        let mut types = Vec::new();
        let made = user_code(|py| {
            calls
                .iter()
                .map(|call| {
                    let mut one = ValueCall {
                        functions: Vec::new(),
                        positional: Vec::new(),
                        named: Vec::new(),
                        returns: DataType::Null,
                    };
                    for function in &call.functions {
                        let function = own(function)?;
                        one.functions.push(function.function.clone_ref(py));
                        one.returns = function.returns.clone();
                    }
                    for arg in &call.args {
                        if types.len() <= arg.at {
                            types.resize(arg.at + 1, None);
                        }
                        types[arg.at] = Some(arg.data_type.clone());
                        match &arg.name {
                            Some(name) => one.named.push((name.clone(), arg.at)),
                            None => one.positional.push(arg.at),
                        }
                    }
                    Ok(one)
                })
                .collect::<PyResult<Vec<_>>>()
                .and_then(|calls| {
                    let support = function.support.bind(py);
                    let as_bytes = support.call_method0("binary_as_bytes")?.extract()?;
                    let settings = support.call_method0("current_settings")?.unbind();
                    Ok((calls, function.support.clone_ref(py), settings, as_bytes))
                })
                .map_err(|error| python_exception(py, error))
        });
        let (calls, support, settings, as_bytes) = made?;
        Ok(Self {
            calls,
            types,
            support,
            settings,
            as_bytes,
            eval_type: function.eval_type,
        })
    }
}

impl ForeignColumns for PyValues {
    fn call(&self, columns: &[ArrayRef], rows: usize) -> Result<Vec<ArrayRef>> {
        interruptible(|py| {
            self.call_all(py, columns, rows)
                .map_err(|error| python_exception(py, error))
        })
    }
}

impl PyValues {
    fn call_all(
        &self,
        py: Python<'_>,
        columns: &[ArrayRef],
        rows: usize,
    ) -> PyResult<Vec<ArrayRef>> {
        let support = self.support.bind(py);
        let maker = Maker::new(py, support.getattr("make_row")?, self.as_bytes)?;
        let mut values: Vec<Vec<Bound<'_, PyAny>>> = Vec::with_capacity(columns.len());
        for (column, data_type) in columns.iter().zip(&self.types) {
            let Some(data_type) = data_type else {
                values.push(Vec::new());
                continue;
            };
            let column = (0..rows).map(|row| maker.value(column.as_ref(), data_type, row));
            values.push(column.collect::<PyResult<_>>()?);
        }
        self.calls
            .iter()
            .map(|call| {
                let results = call.results(py, support, &values, rows)?;
                self.stored(py, results, &call.returns)
            })
            .collect()
    }

    /// Results as a column: as they are where each is of the type, else by Spark's rules.
    fn stored(
        &self,
        py: Python<'_>,
        results: Vec<Bound<'_, PyAny>>,
        returns: &DataType,
    ) -> PyResult<ArrayRef> {
        if let Some(column) = exact(&results, returns)? {
            return Ok(column);
        }
        let support = self.support.bind(py);
        let results = PyList::new(py, results)?;
        if self.eval_type == kind::PICKLED {
            let results = support.call_method1("as_pickled", (results, returns.json()))?;
            let results: Vec<Bound<'_, PyAny>> = results.extract()?;
            return super::values::column(&results, returns, "result");
        }
        let answer = support.call_method1(
            "as_arrow",
            (results, returns.json(), self.settings.bind(py)),
        )?;
        let answer: PyTable = answer.extract()?;
        let (batches, schema) = answer.into_inner();
        let whole = arrow::compute::concat_batches(&schema, &batches);
        let whole = whole.map_err(|e| runtime_error(e.to_string()))?;
        let output = StructType::new([StructField::new("_0", returns.clone(), true)]);
        let stored = to_storage(&output.as_nullable(), vec![whole]).or_raise()?;
        let column = stored.first().map(|batch| Arc::clone(batch.column(0)));
        column.ok_or_else(|| runtime_error("results were lost"))
    }
}

impl ValueCall {
    fn results<'py>(
        &self,
        py: Python<'py>,
        support: &Bound<'py, PyAny>,
        values: &[Vec<Bound<'py, PyAny>>],
        rows: usize,
    ) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let functions: Vec<_> = self.functions.iter().map(|f| f.bind(py)).collect();
        let Some((first, rest)) = functions.split_first() else {
            return Err(runtime_error("a call without a function"));
        };
        let mut out = Vec::with_capacity(rows);
        for row in 0..rows {
            let mut value = self.first(py, first, values, row);
            for next in rest {
                value = value.and_then(|value| next.call1((value,)));
            }
            match value {
                Ok(value) => out.push(value),
                Err(error) => return Err(not_stopped(py, support, error)),
            }
        }
        Ok(out)
    }

    fn first<'py>(
        &self,
        py: Python<'py>,
        function: &Bound<'py, PyAny>,
        values: &[Vec<Bound<'py, PyAny>>],
        row: usize,
    ) -> PyResult<Bound<'py, PyAny>> {
        if !self.named.is_empty() {
            let args = self.positional.iter().map(|at| &values[*at][row]);
            let args = PyTuple::new(py, args)?;
            let named = PyDict::new(py);
            for (name, at) in &self.named {
                named.set_item(name, &values[*at][row])?;
            }
            return function.call(args, Some(&named));
        }
        match self.positional.as_slice() {
            [] => function.call0(),
            [a] => function.call1((&values[*a][row],)),
            [a, b] => function.call1((&values[*a][row], &values[*b][row])),
            [a, b, c] => function.call1((&values[*a][row], &values[*b][row], &values[*c][row])),
            all => {
                let args = all.iter().map(|at| &values[*at][row]);
                function.call1(PyTuple::new(py, args)?)
            }
        }
    }
}

/// A `StopIteration` of the user's is no end of anything.
fn not_stopped(py: Python<'_>, support: &Bound<'_, PyAny>, error: PyErr) -> PyErr {
    if !error.is_instance_of::<pyo3::exceptions::PyStopIteration>(py) {
        return error;
    }
    match support.call_method1("stopped", (error.value(py),)) {
        Ok(other) => PyErr::from_value(other),
        Err(other) => other,
    }
}
