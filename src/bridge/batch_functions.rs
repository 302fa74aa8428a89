//! Python functions over whole tables and over groups: `mapInPandas`, `applyInPandas` and
//! the like, through drivers of `python/caudal/sql/_functions`.

use std::sync::Arc;

use arrow::record_batch::RecordBatch;
use parking_lot::Mutex;
use pyo3::prelude::*;
use pyo3_arrow::PyTable;

use super::error::{OrRaise, python_exception, runtime_error};
use super::expr::{PyExpr, parsed};
use super::frame::PyFrame;
use super::rows::Maker;
use super::session::schema;
use super::user_code::{interruptible, interruptible_on_own_thread, outside, user_code};
use crate::error::{Result, SparkError};
use crate::plan::foreign_function::{
    BatchMapSpec, ForeignBatchMap, ForeignGroups, ForeignTable, GroupMapSpec, TableArgument,
};
use crate::plan::groups::Groups;
use crate::plan::{ForeignBatches, Relation};
use crate::types::{StructType, to_storage};

/// A driver whose `run` takes an iterator of tables and gives one.
pub struct PyBatchMap {
    pub driver: Py<PyAny>,
    /// What comes out; where it is not known, it is given as it is.
    pub output: Option<StructType>,
}

impl ForeignBatchMap for PyBatchMap {
    fn run(
        &self,
        input: ForeignBatches,
        give: &mut (dyn FnMut(RecordBatch) -> bool + Send),
    ) -> Result<()> {
        let failed = Arc::new(Mutex::new(None));
        let batches = Batches {
            input: Mutex::new(input),
            failed: Arc::clone(&failed),
        };
        let ended = interruptible_on_own_thread(|py| {
            self.run_driver(py, batches, give)
                .map_err(|error| python_exception(py, error))
        });
        // What failed below is what the query failed of.
        let below = failed.lock().take();
        match below {
            Some(error) => Err(error),
            None => ended,
        }
    }
}

impl PyBatchMap {
    fn run_driver(
        &self,
        py: Python<'_>,
        batches: Batches,
        give: &mut (dyn FnMut(RecordBatch) -> bool + Send),
    ) -> PyResult<()> {
        let output = self
            .driver
            .bind(py)
            .call_method1("run", (Py::new(py, batches)?,))?;
        let give = Mutex::new(give);
        for table in output.try_iter()? {
            let table: PyTable = table?.extract()?;
            let (batches, _) = table.into_inner();
            let batches = match &self.output {
                Some(output) => to_storage(&output.as_nullable(), batches).or_raise()?,
                None => batches,
            };
            for batch in batches {
                if !outside(py, || (give.lock())(batch)) {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

/// The batches that a function asks for, as tables.
#[pyclass(name = "Batches", module = "caudal._native", frozen)]
pub struct Batches {
    input: Mutex<ForeignBatches>,
    failed: Arc<Mutex<Option<SparkError>>>,
}

#[pymethods]
impl Batches {
    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<PyTable>> {
        match outside(py, || self.input.lock().next()) {
            None => Ok(None),
            Some(Ok(batch)) => {
                let schema = batch.schema();
                PyTable::try_new(vec![batch], schema).map(Some)
            }
            Some(Err(error)) => {
                *self.failed.lock() = Some(error.clone());
                Err(error).or_raise()
            }
        }
    }
}

/// A driver whose `call` takes groups and gives tables.
struct PyGroups {
    driver: Py<PyAny>,
    output: StructType,
}

impl ForeignGroups for PyGroups {
    fn call(&self, tables: Vec<Groups>) -> Result<Vec<RecordBatch>> {
        interruptible(|py| {
            self.call_driver(py, tables)
                .map_err(|error| python_exception(py, error))
        })
    }
}

impl PyGroups {
    fn call_driver(&self, py: Python<'_>, tables: Vec<Groups>) -> PyResult<Vec<RecordBatch>> {
        let of = |batch: RecordBatch| {
            let schema = batch.schema();
            PyTable::try_new(vec![batch], schema)
        };
        let Some(first) = tables.first() else {
            return Err(runtime_error("groups of no table"));
        };
        let keys = of(first.keys.clone())?;
        let tables = tables.into_iter();
        let tables = tables.map(|groups| Ok((of(groups.rows)?, groups.starts)));
        let tables = tables.collect::<PyResult<Vec<_>>>()?;
        let answer = self.driver.bind(py).call_method1("call", (keys, tables))?;
        let answer: Vec<PyTable> = answer.extract()?;
        let batches = answer.into_iter().flat_map(|table| table.into_inner().0);
        to_storage(&self.output.as_nullable(), batches.collect()).or_raise()
    }
}

/// The frame of what a driver makes of all batches of another.
#[pyfunction]
pub fn map_batches(
    py: Python<'_>,
    frame: &PyFrame,
    title: &str,
    driver: Py<PyAny>,
    output: &str,
) -> PyResult<PyFrame> {
    let output = schema(output)?;
    let rows: usize = driver.bind(py).getattr("most_rows")?.extract()?;
    let spec = BatchMapSpec {
        title: title_of(title)?,
        function: Arc::new(PyBatchMap {
            driver,
            output: Some(output.clone()),
        }),
        output,
        rows,
    };
    let input = frame.plan();
    frame.then(py, Relation::BatchMap { input, spec })
}

/// The frame of what a driver makes of the groups of frames.
#[pyfunction]
pub fn map_groups(
    py: Python<'_>,
    frames: Vec<(PyRef<'_, PyFrame>, Vec<PyExpr>)>,
    title: &str,
    driver: Py<PyAny>,
    output: &str,
) -> PyResult<PyFrame> {
    let output = schema(output)?;
    let spec = GroupMapSpec {
        title: title_of(title)?,
        function: Arc::new(PyGroups {
            driver,
            output: output.clone(),
        }),
        output,
    };
    let Some((first, _)) = frames.first() else {
        return Err(runtime_error("groups of no frame"));
    };
    let mut inputs = Vec::with_capacity(frames.len());
    for (frame, keys) in &frames {
        inputs.push((frame.plan(), parsed(keys.clone(), &frame.shared.session)?));
    }
    first.then(py, Relation::GroupMap { inputs, spec })
}

/// A factory whose `open` makes the driver of a call.
struct PyTableFunction(Py<PyAny>);

impl ForeignTable for PyTableFunction {
    fn open(&self, args: &[TableArgument], width: usize, beside: bool) -> Result<BatchMapSpec> {
        user_code(|py| {
            self.opened(py, args, width, beside)
                .map_err(|error| super::foreign::failure(py, error))
        })
    }
}

impl PyTableFunction {
    fn opened(
        &self,
        py: Python<'_>,
        args: &[TableArgument],
        width: usize,
        beside: bool,
    ) -> PyResult<BatchMapSpec> {
        let maker = Maker::new(py, py.None().into_bound(py), true)?;
        let told = args.iter().map(|arg| {
            let value = match &arg.value {
                Some(value) => Some(maker.value(value.as_ref(), &arg.data_type, 0)?),
                None => None,
            };
            let is_constant = value.is_some();
            Ok((arg.name.clone(), arg.data_type.json(), value, is_constant))
        });
        let told = told.collect::<PyResult<Vec<_>>>()?;
        let answer = self
            .0
            .bind(py)
            .call_method1("open", (told, width, beside))?;
        let (driver, output): (Py<PyAny>, String) = answer.extract()?;
        let rows = driver.bind(py).getattr("most_rows")?.extract()?;
        Ok(BatchMapSpec {
            title: "PythonUDTF",
            function: Arc::new(PyBatchMap {
                driver,
                output: None,
            }),
            output: schema(&output)?,
            rows,
        })
    }
}

/// A function of tables, as the session's catalog keeps it.
pub fn table_function(factory: Py<PyAny>) -> Arc<dyn ForeignTable> {
    Arc::new(PyTableFunction(factory))
}

/// What Spark calls the operator.
fn title_of(title: &str) -> PyResult<&'static str> {
    const TITLES: &[&str] = &[
        "MapInPandas",
        "MapInArrow",
        "FlatMapGroupsInPandas",
        "FlatMapGroupsInArrow",
        "FlatMapCoGroupsInPandas",
        "FlatMapCoGroupsInArrow",
        "PythonUDTF",
    ];
    let found = TITLES.iter().find(|known| **known == title);
    found
        .copied()
        .ok_or_else(|| runtime_error(format!("unknown operator {title}")))
}
