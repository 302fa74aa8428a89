//! Record batches into Python values, as PySpark's `collect()` gives them.

use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes as at;
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyDict, PyList, PyTuple};

use crate::types::{DataType, StructType, UserDefined};

/// What the conversion calls, looked up once.
pub struct Maker<'py> {
    py: Python<'py>,
    make_row: Bound<'py, PyAny>,
    /// `spark.sql.execution.pyspark.binaryAsBytes`: `bytes`, or else `bytearray`.
    binary_as_bytes: bool,
    from_timestamp: Bound<'py, PyAny>,
    date_from_ordinal: Bound<'py, PyAny>,
    epoch: Bound<'py, PyAny>,
    delta: Bound<'py, PyAny>,
    time: Bound<'py, PyAny>,
    decimal: Bound<'py, PyAny>,
    /// The last whole second and the `datetime` for it: rows often share their times.
    last: std::cell::RefCell<Option<(i64, Bound<'py, PyAny>)>>,
    /// The user's types that were met, each with what makes a value of a stored one.
    user_defined: std::cell::RefCell<Vec<(Arc<UserDefined>, Bound<'py, PyAny>)>>,
}

impl<'py> Maker<'py> {
    pub fn new(
        py: Python<'py>,
        make_row: Bound<'py, PyAny>,
        binary_as_bytes: bool,
    ) -> PyResult<Self> {
        let datetime = py.import("datetime")?;
        let class = datetime.getattr("datetime")?;
        Ok(Self {
            py,
            make_row,
            binary_as_bytes,
            from_timestamp: class.getattr("fromtimestamp")?,
            date_from_ordinal: datetime.getattr("date")?.getattr("fromordinal")?,
            epoch: class.call1((1970, 1, 1))?,
            delta: datetime.getattr("timedelta")?,
            time: datetime.getattr("time")?,
            decimal: py.import("decimal")?.getattr("Decimal")?,
            last: std::cell::RefCell::new(None),
            user_defined: std::cell::RefCell::default(),
        })
    }

    /// One Python row for each row of the batches.
    pub fn rows(
        &self,
        schema: &StructType,
        batches: &[RecordBatch],
    ) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let names = names(self.py, schema)?;
        let mut out = Vec::with_capacity(batches.iter().map(RecordBatch::num_rows).sum());
        for batch in batches {
            for row in 0..batch.num_rows() {
                let mut cells = Vec::with_capacity(schema.len());
                for (column, field) in batch.columns().iter().zip(schema.fields.iter()) {
                    cells.push(self.value(column.as_ref(), &field.data_type, row)?);
                }
                let cells = PyTuple::new(self.py, cells)?;
                out.push(self.make_row.call1((&names, cells))?);
            }
        }
        Ok(out)
    }

    /// The value of one row of a column.
    pub fn value(
        &self,
        array: &dyn Array,
        data_type: &DataType,
        row: usize,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = self.py;
        if array.is_null(row) || *data_type == DataType::Null {
            return Ok(py.None().into_bound(py));
        }
        match data_type {
            DataType::Null => Ok(py.None().into_bound(py)),
            DataType::Boolean => array.as_boolean().value(row).into_bound_py_any(py),
            DataType::Byte => array
                .as_primitive::<at::Int8Type>()
                .value(row)
                .into_bound_py_any(py),
            DataType::Short => array
                .as_primitive::<at::Int16Type>()
                .value(row)
                .into_bound_py_any(py),
            DataType::Integer => array
                .as_primitive::<at::Int32Type>()
                .value(row)
                .into_bound_py_any(py),
            DataType::Long => array
                .as_primitive::<at::Int64Type>()
                .value(row)
                .into_bound_py_any(py),
            DataType::Float => {
                f64::from(array.as_primitive::<at::Float32Type>().value(row)).into_bound_py_any(py)
            }
            DataType::Double => array
                .as_primitive::<at::Float64Type>()
                .value(row)
                .into_bound_py_any(py),
            DataType::String | DataType::Char { .. } => {
                array.as_string::<i32>().value(row).into_bound_py_any(py)
            }
            DataType::Binary => {
                let bytes = array.as_binary::<i32>().value(row);
                Ok(if self.binary_as_bytes {
                    PyBytes::new(py, bytes).into_any()
                } else {
                    PyByteArray::new(py, bytes).into_any()
                })
            }
            DataType::Decimal { scale, .. } => {
                let unscaled = array.as_primitive::<at::Decimal128Type>().value(row);
                let mut text = String::new();
                crate::types::format::write_decimal(unscaled, *scale, &mut text);
                self.decimal.call1((text,))
            }
            DataType::Date => {
                const EPOCH_ORDINAL: i32 = 719_163;
                let days = array.as_primitive::<at::Date32Type>().value(row);
                self.date_from_ordinal.call1((days + EPOCH_ORDINAL,))
            }
            DataType::Timestamp => self.local(
                array
                    .as_primitive::<at::TimestampMicrosecondType>()
                    .value(row),
            ),
            DataType::TimestampNtz => {
                let micros = array
                    .as_primitive::<at::TimestampMicrosecondType>()
                    .value(row);
                self.epoch
                    .call_method1("__add__", (self.timedelta(micros)?,))
            }
            DataType::Time { .. } => {
                let nanos = array.as_primitive::<at::Time64NanosecondType>().value(row);
                let micros = nanos / 1_000;
                let (seconds, rest) = (micros / 1_000_000, micros % 1_000_000);
                self.time
                    .call1((seconds / 3_600, seconds / 60 % 60, seconds % 60, rest))
            }
            DataType::Variant => {
                let parts = array.as_struct().columns();
                let part =
                    |at: usize| PyByteArray::new(py, parts[at].as_binary::<i32>().value(row));
                let class = py.import("caudal.sql.types")?.getattr("VariantVal")?;
                class.call1((part(0), part(1)))
            }
            DataType::Place { globe, .. } => {
                let parts = array.as_struct().columns();
                let shape = PyBytes::new(py, parts[1].as_binary::<i32>().value(row));
                let srid = parts[0].as_primitive::<at::Int32Type>().value(row);
                let name = if *globe { "Geography" } else { "Geometry" };
                let class = py.import("caudal.sql.types")?.getattr(name)?;
                class.call1((shape, srid))
            }
            DataType::UserDefined(udt) => {
                let stored = self.value(array, &udt.stored, row)?;
                self.deserializer(udt)?.call1((stored,))
            }
            DataType::DayTimeInterval { .. } => self.timedelta(
                array
                    .as_primitive::<at::DurationMicrosecondType>()
                    .value(row),
            ),
            // Python has no value for it, and PySpark refuses, too.
            DataType::CalendarInterval => {
                let class = self.py.import("caudal.errors")?;
                let class = class.getattr("PySparkNotImplementedError")?;
                let parameters = PyDict::new(self.py);
                parameters.set_item("feature", "CalendarIntervalType.fromInternal")?;
                let error = class.call1((self.py.None(), "NOT_IMPLEMENTED", parameters))?;
                Err(PyErr::from_value(error))
            }
            DataType::YearMonthInterval { .. } => {
                let text = crate::types::to_strings(
                    array.slice(row, 1).as_ref(),
                    data_type,
                    crate::types::Zone::UTC,
                );
                text.value(0).into_bound_py_any(py)
            }
            DataType::Array { element, .. } => {
                let items = array.as_list::<i32>().value(row);
                let items = (0..items.len())
                    .map(|i| self.value(items.as_ref(), element, i))
                    .collect::<PyResult<Vec<_>>>()?;
                Ok(PyList::new(py, items)?.into_any())
            }
            DataType::Map { key, value, .. } => {
                let entries = array.as_map().value(row);
                let dict = PyDict::new(py);
                for i in 0..entries.len() {
                    let k = self.value(entries.column(0).as_ref(), key, i)?;
                    dict.set_item(k, self.value(entries.column(1).as_ref(), value, i)?)?;
                }
                Ok(dict.into_any())
            }
            DataType::Struct(fields) => {
                let inner = array.as_struct();
                let mut cells = Vec::with_capacity(fields.len());
                for (column, field) in inner.columns().iter().zip(fields.fields.iter()) {
                    cells.push(self.value(column.as_ref(), &field.data_type, row)?);
                }
                self.make_row
                    .call1((names(py, fields)?, PyTuple::new(py, cells)?))
            }
        }
    }

    /// The method of the user's class that makes a value of a stored one.
    fn deserializer(&self, udt: &Arc<UserDefined>) -> PyResult<Bound<'py, PyAny>> {
        let known = self.user_defined.borrow();
        if let Some((_, found)) = known.iter().find(|(known, _)| Arc::ptr_eq(known, udt)) {
            return Ok(found.clone());
        }
        drop(known);
        let json = serde_json::Value::Object(udt.json.clone()).to_string();
        let types = self.py.import("caudal.sql.types")?;
        let class = types.call_method1("_parse_datatype_json_string", (json,))?;
        let found = class.getattr("deserialize")?;
        let mut known = self.user_defined.borrow_mut();
        known.push((Arc::clone(udt), found.clone()));
        Ok(found)
    }

    /// An instant as the naive local time of this process.
    fn local(&self, micros: i64) -> PyResult<Bound<'py, PyAny>> {
        let (seconds, rest) = (micros.div_euclid(1_000_000), micros.rem_euclid(1_000_000));
        let known = self
            .last
            .borrow()
            .as_ref()
            .filter(|(s, _)| *s == seconds)
            .map(|(_, d)| d.clone());
        let whole = match known {
            Some(whole) => whole,
            None => {
                let whole = self.from_timestamp.call1((seconds,))?;
                *self.last.borrow_mut() = Some((seconds, whole.clone()));
                whole
            }
        };
        if rest == 0 {
            return Ok(whole);
        }
        let change = PyDict::new(self.py);
        change.set_item("microsecond", rest)?;
        whole.call_method("replace", (), Some(&change))
    }

    fn timedelta(&self, micros: i64) -> PyResult<Bound<'py, PyAny>> {
        self.delta.call1((
            0,
            micros.div_euclid(1_000_000),
            micros.rem_euclid(1_000_000),
        ))
    }
}

fn names<'py>(py: Python<'py>, schema: &StructType) -> PyResult<Bound<'py, PyList>> {
    PyList::new(py, schema.fields.iter().map(|f| f.name.as_str()))
}
