//! Python values into the core: constants of expressions, and rows under a schema.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryBuilder, BooleanBuilder, Date32Builder, Decimal128Builder,
    DurationMicrosecondBuilder, Float32Builder, Float64Builder, Int8Builder, Int16Builder,
    Int32Builder, Int64Builder, ListArray, MapArray, NullArray, StringBuilder, StructArray,
    Time64NanosecondBuilder, TimestampMicrosecondBuilder,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::DataType as ArrowType;
use pyo3::prelude::*;
use pyo3::types::{
    PyBool, PyByteArray, PyBytes, PyDate, PyDateTime, PyDelta, PyDict, PyFloat, PyInt, PyList,
    PySequence, PyString, PyTime, PyTuple,
};

use super::error::{runtime_error, to_python};
use super::hash_order;
use crate::error::SparkError;
use crate::plan::{Expr, Literal};
use crate::types::{DataType, DayTimeField, STORAGE_TIME_ZONE};

/// Microseconds of a `datetime`: an aware one as an instant, a naive one as local
/// time of this process, as PySpark reads them.
pub fn instant(value: &Bound<'_, PyAny>) -> PyResult<i64> {
    let py = value.py();
    let micro: i64 = value.getattr("microsecond")?.extract()?;
    let seconds: i64 = if value.getattr("tzinfo")?.is_none() {
        let tuple = value.call_method0("timetuple")?;
        py.import("time")?
            .getattr("mktime")?
            .call1((tuple,))?
            .extract::<f64>()? as i64
    } else {
        let tuple = value.call_method0("utctimetuple")?;
        py.import("calendar")?
            .getattr("timegm")?
            .call1((tuple,))?
            .extract()?
    };
    Ok(seconds * 1_000_000 + micro)
}

/// Microseconds of a `datetime` read as a wall clock, without a zone.
fn wall_clock(value: &Bound<'_, PyAny>) -> PyResult<i64> {
    let tuple = value.call_method0("timetuple")?;
    let seconds: i64 = value
        .py()
        .import("calendar")?
        .getattr("timegm")?
        .call1((tuple,))?
        .extract()?;
    let micro: i64 = value.getattr("microsecond")?.extract()?;
    Ok(seconds * 1_000_000 + micro)
}

/// Days from the epoch to a `date`.
fn days(value: &Bound<'_, PyAny>) -> PyResult<i32> {
    const EPOCH_ORDINAL: i32 = 719_163;
    Ok(value.call_method0("toordinal")?.extract::<i32>()? - EPOCH_ORDINAL)
}

/// Nanoseconds of the day of a `time`.
fn time_of_day(value: &Bound<'_, PyAny>) -> PyResult<i64> {
    let part = |name: &str| -> PyResult<i64> { value.getattr(name)?.extract() };
    let seconds = (part("hour")? * 60 + part("minute")?) * 60 + part("second")?;
    Ok((seconds * 1_000_000 + part("microsecond")?) * 1_000)
}

/// A part of a `VariantVal`.
fn variant_part(value: &Bound<'_, PyAny>, name: &str) -> PyResult<Vec<u8>> {
    value.getattr(name)?.extract()
}

fn duration(value: &Bound<'_, PyAny>) -> PyResult<i64> {
    let part = |name: &str| -> PyResult<i64> { value.getattr(name)?.extract() };
    Ok((part("days")? * 86_400 + part("seconds")?) * 1_000_000 + part("microseconds")?)
}

/// Unscaled value, precision and scale of a `decimal.Decimal`.
fn decimal(value: &Bound<'_, PyAny>) -> PyResult<(i128, u8, i8)> {
    let tuple = value.call_method0("as_tuple")?;
    let sign: i32 = tuple.getattr("sign")?.extract()?;
    let digits: Vec<u8> = tuple.getattr("digits")?.extract()?;
    let exponent: i32 = tuple
        .getattr("exponent")?
        .extract()
        .map_err(|_| runtime_error("a decimal that is not a number cannot be stored"))?;
    let mut unscaled: i128 = 0;
    let zeros = exponent.max(0) as usize;
    for digit in digits.iter().chain(std::iter::repeat_n(&0, zeros)) {
        unscaled = unscaled
            .checked_mul(10)
            .and_then(|v| v.checked_add(i128::from(*digit)))
            .ok_or_else(|| runtime_error("a decimal of more than 38 digits"))?;
    }
    let scale = i8::try_from(-exponent.min(0)).map_err(|_| runtime_error("too small a decimal"))?;
    let precision = (digits.len() + zeros).max(scale as usize).max(1) as u8;
    Ok((
        if sign == 1 { -unscaled } else { unscaled },
        precision,
        scale,
    ))
}

/// The constant that a Python value is.
pub fn literal(value: &Bound<'_, PyAny>) -> PyResult<Expr> {
    let plain = |literal| Ok(Expr::Literal(literal));
    if value.is_none() {
        return plain(Literal::Null(DataType::Null));
    }
    if value.is_instance_of::<PyBool>() {
        return plain(Literal::Boolean(value.extract()?));
    }
    if value.is_instance_of::<PyInt>() {
        if let Ok(small) = value.extract::<i32>() {
            return plain(Literal::Integer(small));
        }
        return plain(Literal::Long(value.extract()?));
    }
    if value.is_instance_of::<PyFloat>() {
        return plain(Literal::Double(value.extract()?));
    }
    if value.is_instance_of::<PyString>() {
        return plain(Literal::String(value.extract()?));
    }
    if value.is_instance_of::<PyBytes>() || value.is_instance_of::<PyByteArray>() {
        return plain(Literal::Binary(value.extract()?));
    }
    if value.is_instance_of::<PyDateTime>() {
        return plain(Literal::Timestamp(instant(value)?));
    }
    if value.is_instance_of::<PyDate>() {
        return plain(Literal::Date(days(value)?));
    }
    if value.is_instance_of::<PyDelta>() {
        let data_type = DataType::DayTimeInterval {
            start: DayTimeField::Day,
            end: DayTimeField::Second,
        };
        return plain(Literal::DayTime(duration(value)?, data_type));
    }
    if value.is_instance_of::<PyTime>() {
        return plain(Literal::Time(time_of_day(value)?, 6));
    }
    if let Ok(list) = value.cast::<PyList>() {
        let items = list
            .iter()
            .map(|v| literal(&v))
            .collect::<PyResult<Vec<_>>>()?;
        return Ok(Expr::call("array", items));
    }
    if value.get_type().name()? == "Decimal" {
        let (unscaled, precision, scale) = decimal(value)?;
        return plain(Literal::Decimal(unscaled, precision, scale));
    }
    Err(pyo3::exceptions::PyTypeError::new_err(format!(
        "a {} is not a constant",
        value.get_type().name()?
    )))
}

/// A column from one Python value a row. `path` names it in errors.
pub fn column(values: &[Bound<'_, PyAny>], data_type: &DataType, path: &str) -> PyResult<ArrayRef> {
    macro_rules! fill {
        ($builder:expr, $value:ident => $convert:expr) => {{
            let mut builder = $builder;
            for $value in values {
                if $value.is_none() {
                    builder.append_null();
                } else {
                    builder.append_value($convert.map_err(|e: PyErr| located(e, path, $value))?);
                }
            }
            Ok(Arc::new(builder.finish()))
        }};
    }
    match data_type {
        DataType::Null => Ok(Arc::new(NullArray::new(values.len()))),
        DataType::Boolean => fill!(BooleanBuilder::new(), v => v.extract::<bool>()),
        DataType::Byte => fill!(Int8Builder::new(), v => v.extract::<i8>()),
        DataType::Short => fill!(Int16Builder::new(), v => v.extract::<i16>()),
        DataType::Integer => fill!(Int32Builder::new(), v => v.extract::<i32>()),
        DataType::Long => fill!(Int64Builder::new(), v => v.extract::<i64>()),
        DataType::Float => fill!(Float32Builder::new(), v => v.extract::<f32>()),
        DataType::Double => fill!(Float64Builder::new(), v => v.extract::<f64>()),
        DataType::String | DataType::Char { .. } => {
            fill!(StringBuilder::new(), v => v.extract::<String>())
        }
        DataType::Binary => fill!(BinaryBuilder::new(), v => v.extract::<Vec<u8>>()),
        DataType::Date => fill!(Date32Builder::new(), v => days(v)),
        DataType::Timestamp => {
            let builder = TimestampMicrosecondBuilder::new().with_timezone(STORAGE_TIME_ZONE);
            fill!(builder, v => instant(v))
        }
        DataType::TimestampNtz => fill!(TimestampMicrosecondBuilder::new(), v => wall_clock(v)),
        DataType::Time { .. } => fill!(Time64NanosecondBuilder::new(), v => time_of_day(v)),
        DataType::Variant => {
            let mut builder = crate::types::variant::Builder::default();
            for value in values {
                if value.is_none() {
                    builder.append(None);
                    continue;
                }
                // PySpark asserts it, and says no more.
                if !value.hasattr("metadata")? {
                    return Err(pyo3::exceptions::PyAssertionError::new_err(()));
                }
                let part = |name| variant_part(value, name).map_err(|e| located(e, path, value));
                builder.append_bytes(&part("value")?, &part("metadata")?);
            }
            builder.finish().map_err(|e| runtime_error(e.to_string()))
        }
        DataType::Place { globe, srid } => places(values, *globe, *srid, path),
        DataType::UserDefined(udt) => column(values, &udt.stored, path),
        DataType::DayTimeInterval { .. } => {
            fill!(DurationMicrosecondBuilder::new(), v => duration(v))
        }
        DataType::Decimal { precision, scale } => decimals(values, *precision, *scale, path),
        DataType::Array { element, .. } => list(values, element, data_type, path),
        DataType::Map { key, value, .. } => map(values, key, value, data_type, path),
        DataType::Struct(fields) => {
            let rows = values
                .iter()
                .map(|v| (!v.is_none()).then(|| v.clone()))
                .collect::<Vec<_>>();
            let mut columns = Vec::with_capacity(fields.len());
            for (index, field) in fields.fields.iter().enumerate() {
                let mut cells = Vec::with_capacity(rows.len());
                for row in &rows {
                    cells.push(match row {
                        Some(row) => row.get_item(index)?,
                        None => values[0].py().None().into_bound(values[0].py()),
                    });
                }
                columns.push(column(
                    &cells,
                    &field.data_type,
                    &format!("{path}.{}", field.name),
                )?);
            }
            let nulls = NullBuffer::from_iter(rows.iter().map(Option::is_some));
            let arrow_fields = match data_type.to_arrow() {
                ArrowType::Struct(fields) => fields,
                _ => return Err(runtime_error("a struct is stored otherwise")),
            };
            StructArray::try_new_with_length(arrow_fields, columns, Some(nulls), rows.len())
                .map(|a| Arc::new(a) as ArrayRef)
                .map_err(|e| runtime_error(format!("{path}: {e}")))
        }
        DataType::YearMonthInterval { .. } | DataType::CalendarInterval => Err(runtime_error(
            format!("{path}: values of {data_type} from Python"),
        )),
    }
}

/// Places, which come as what `toInternal` makes of them.
fn places(
    values: &[Bound<'_, PyAny>],
    globe: bool,
    wanted: Option<i32>,
    path: &str,
) -> PyResult<ArrayRef> {
    let one = |value: &Bound<'_, PyAny>| -> PyResult<(i32, Vec<u8>)> {
        Ok((
            value.get_item("srid")?.extract()?,
            value.get_item("wkb")?.extract()?,
        ))
    };
    let mut rows = Vec::with_capacity(values.len());
    for value in values {
        if value.is_none() {
            rows.push(None);
            continue;
        }
        let (srid, shape) = one(value).map_err(|e| located(e, path, value))?;
        if let Some(wanted) = wanted.filter(|wanted| *wanted != srid) {
            let error = SparkError::new(
                "GEO_ENCODER_SRID_MISMATCH_ERROR",
                &[
                    ("type", if globe { "GEOGRAPHY" } else { "GEOMETRY" }),
                    ("valueSrid", &srid.to_string()),
                    ("typeSrid", &wanted.to_string()),
                ],
            );
            return Err(to_python(&error));
        }
        rows.push(Some((srid, shape)));
    }
    crate::functions::scalar::places::places(rows).map_err(|e| to_python(&e))
}

fn decimals(
    values: &[Bound<'_, PyAny>],
    precision: u8,
    scale: i8,
    path: &str,
) -> PyResult<ArrayRef> {
    let mut builder = Decimal128Builder::new()
        .with_precision_and_scale(precision, scale)
        .map_err(|e| runtime_error(e.to_string()))?;
    for value in values {
        if value.is_none() {
            builder.append_null();
            continue;
        }
        let (unscaled, _, given) = decimal(value).map_err(|e| located(e, path, value))?;
        builder.append_option(rescaled(unscaled, given, precision, scale));
    }
    Ok(Arc::new(builder.finish()))
}

/// The value at another scale, rounded half up; `None` where it does not fit.
fn rescaled(unscaled: i128, from: i8, precision: u8, to: i8) -> Option<i128> {
    let shift = i32::from(to) - i32::from(from);
    let moved = if shift >= 0 {
        unscaled.checked_mul(10_i128.checked_pow(shift as u32)?)?
    } else {
        let unit = 10_i128.checked_pow(shift.unsigned_abs())?;
        let (whole, rest) = (unscaled / unit, unscaled % unit);
        whole
            + if rest.abs() * 2 >= unit {
                rest.signum()
            } else {
                0
            }
    };
    (moved.unsigned_abs() < 10_u128.pow(u32::from(precision))).then_some(moved)
}

fn list(
    values: &[Bound<'_, PyAny>],
    element: &DataType,
    data_type: &DataType,
    path: &str,
) -> PyResult<ArrayRef> {
    let mut lengths = Vec::with_capacity(values.len());
    let mut items = Vec::new();
    for value in values {
        if value.is_none() {
            lengths.push(0);
            continue;
        }
        let sequence = value.try_iter().map_err(|e| located(e, path, value))?;
        let before = items.len();
        for item in sequence {
            items.push(item?);
        }
        lengths.push(items.len() - before);
    }
    let inner = column(&items, element, &format!("{path}.element"))?;
    let ArrowType::List(field) = data_type.to_arrow() else {
        return Err(runtime_error("a list is stored otherwise"));
    };
    let nulls = NullBuffer::from_iter(values.iter().map(|v| !v.is_none()));
    ListArray::try_new(
        field,
        OffsetBuffer::from_lengths(lengths),
        inner,
        Some(nulls),
    )
    .map(|a| Arc::new(a) as ArrayRef)
    .map_err(|e| runtime_error(format!("{path}: {e}")))
}

fn map(
    values: &[Bound<'_, PyAny>],
    key: &DataType,
    value: &DataType,
    data_type: &DataType,
    path: &str,
) -> PyResult<ArrayRef> {
    let mut lengths = Vec::with_capacity(values.len());
    let (mut keys, mut items) = (Vec::new(), Vec::new());
    for entry in values {
        if entry.is_none() {
            lengths.push(0);
            continue;
        }
        let dict = entry
            .cast::<PyDict>()
            .map_err(|e| located(e.into(), path, entry))?;
        lengths.push(dict.len());
        for (k, v) in hash_order::entries(dict)? {
            keys.push(k);
            items.push(v);
        }
    }
    let keys = column(&keys, key, &format!("{path}.key"))?;
    let items = column(&items, value, &format!("{path}.value"))?;
    let ArrowType::Map(entry, _) = data_type.to_arrow() else {
        return Err(runtime_error("a map is stored otherwise"));
    };
    let ArrowType::Struct(fields) = entry.data_type().clone() else {
        return Err(runtime_error("a map's entries are stored otherwise"));
    };
    let entries = StructArray::try_new(fields, vec![keys, items], None)
        .map_err(|e| runtime_error(format!("{path}: {e}")))?;
    let nulls = NullBuffer::from_iter(values.iter().map(|v| !v.is_none()));
    MapArray::try_new(
        entry,
        OffsetBuffer::from_lengths(lengths),
        entries,
        Some(nulls),
        false,
    )
    .map(|a| Arc::new(a) as ArrayRef)
    .map_err(|e| runtime_error(format!("{path}: {e}")))
}

fn located(error: PyErr, path: &str, value: &Bound<'_, PyAny>) -> PyErr {
    let kind = value
        .get_type()
        .name()
        .map(|n| n.to_string())
        .unwrap_or_default();
    pyo3::exceptions::PyTypeError::new_err(format!(
        "field {path}: a value of type {kind} does not fit: {error}"
    ))
}

/// One list of cells a column, from rows.
pub fn columns<'py>(
    rows: &[Bound<'py, PyAny>],
    width: usize,
) -> PyResult<Vec<Vec<Bound<'py, PyAny>>>> {
    let mut out: Vec<Vec<_>> = (0..width).map(|_| Vec::with_capacity(rows.len())).collect();
    for row in rows {
        if let Ok(tuple) = row.cast::<PyTuple>() {
            check_width(tuple.len(), width)?;
            for (cell, column) in tuple.iter().zip(&mut out) {
                column.push(cell);
            }
            continue;
        }
        let sequence = row.cast::<PySequence>()?;
        check_width(sequence.len()?, width)?;
        for (index, column) in out.iter_mut().enumerate() {
            column.push(sequence.get_item(index)?);
        }
    }
    Ok(out)
}

fn check_width(found: usize, wanted: usize) -> PyResult<()> {
    if found == wanted {
        return Ok(());
    }
    Err(pyo3::exceptions::PyValueError::new_err(format!(
        "a row of {found} values under a schema of {wanted} fields"
    )))
}
