//! Results of `udf`s that are of the declared type already: most are, and need none of
//! the rules for others.

use arrow::array::ArrayRef;
use pyo3::prelude::*;
use pyo3::types::{
    PyBool, PyBytes, PyDate, PyDateTime, PyDelta, PyDict, PyFloat, PyInt, PyList, PyString, PyTime,
    PyTuple,
};

use super::values;
use crate::types::DataType;

/// The values as a column; `None` where one of them is of another type.
pub fn exact(results: &[Bound<'_, PyAny>], returns: &DataType) -> PyResult<Option<ArrayRef>> {
    if !results.iter().all(|value| fits(value, returns, true)) {
        return Ok(None);
    }
    values::column(results, returns, "result").map(Some)
}

fn fits(value: &Bound<'_, PyAny>, wanted: &DataType, nullable: bool) -> bool {
    if value.is_none() {
        return nullable;
    }
    let int = |low: i64, high: i64| {
        let number = value.is_exact_instance_of::<PyInt>();
        number && value.extract::<i64>().is_ok_and(|n| low <= n && n <= high)
    };
    match wanted {
        DataType::Boolean => value.is_exact_instance_of::<PyBool>(),
        DataType::Byte => int(i8::MIN.into(), i8::MAX.into()),
        DataType::Short => int(i16::MIN.into(), i16::MAX.into()),
        DataType::Integer => int(i32::MIN.into(), i32::MAX.into()),
        DataType::Long => int(i64::MIN, i64::MAX),
        DataType::Float | DataType::Double => value.is_exact_instance_of::<PyFloat>(),
        // Half a letter of two is no text.
        DataType::String => value
            .cast_exact::<PyString>()
            .is_ok_and(|text| text.to_str().is_ok()),
        DataType::Binary => value.is_exact_instance_of::<PyBytes>(),
        DataType::Date => value.is_exact_instance_of::<PyDate>(),
        DataType::Timestamp | DataType::TimestampNtz => {
            let naive = || value.getattr("tzinfo").is_ok_and(|zone| zone.is_none());
            value.is_exact_instance_of::<PyDateTime>() && naive()
        }
        DataType::Time { .. } => value.is_exact_instance_of::<PyTime>(),
        DataType::DayTimeInterval { .. } => value.is_exact_instance_of::<PyDelta>(),
        DataType::Array {
            element,
            contains_null,
        } => {
            let items = value.cast_exact::<PyList>();
            items.is_ok_and(|items| items.iter().all(|i| fits(&i, element, *contains_null)))
        }
        DataType::Map {
            key,
            value: held,
            value_contains_null,
        } => value.cast_exact::<PyDict>().is_ok_and(|entries| {
            let mut entries = entries.iter();
            entries.all(|(k, v)| fits(&k, key, false) && fits(&v, held, *value_contains_null))
        }),
        DataType::Struct(fields) => value.cast::<PyTuple>().is_ok_and(|items| {
            let own = fields.fields.iter();
            items.len() == fields.len()
                && own
                    .zip(items.iter())
                    .all(|(field, item)| fits(&item, &field.data_type, field.nullable))
        }),
        _ => false,
    }
}
