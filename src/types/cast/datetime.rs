//! Casts of dates and timestamps to each other and to and from numbers.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, TimestampMicrosecondArray, new_null_array,
};
use arrow::datatypes as at;

use super::super::DataType;
use super::super::datetime::civil::{MICROS_PER_DAY, MICROS_PER_SECOND};
use super::super::format::{write_decimal, write_timestamp};
use super::super::java_float::write_f64;
use super::errors::{invalid, out_of_range, overflow};
use super::numeric::{Number, collect, collect_decimal, number_at, rescale, within};
use super::{CastSettings, unsupported};
use crate::error::{ErrorClass, Result, SparkError};

pub(super) fn cast_datetime(
    array: &ArrayRef,
    from: &DataType,
    to: &DataType,
    settings: CastSettings,
) -> Result<ArrayRef> {
    use DataType as D;
    let (rows, zone) = (array.len(), settings.zone);
    let too_far = || SparkError::plain(ErrorClass::Arithmetic, "long overflow");
    let midnight = |days: i32| {
        i64::from(days)
            .checked_mul(MICROS_PER_DAY)
            .ok_or_else(too_far)
    };
    let day = |micros: i64| micros.div_euclid(MICROS_PER_DAY) as i32;
    match (from, to) {
        (D::Date, D::Timestamp | D::TimestampNtz) => {
            let dates = array.as_primitive::<at::Date32Type>();
            let found: TimestampMicrosecondArray = if *to == D::Timestamp {
                dates.try_unary(|days| midnight(days).map(|local| zone.local_to_utc(local)))?
            } else {
                dates.try_unary(midnight)?
            };
            Ok(Arc::new(found.with_data_type(to.to_arrow())))
        }
        // Outside ANSI mode a date is no number, and no error either.
        (D::Date, _) => Ok(new_null_array(&to.to_arrow(), rows)),
        (D::Timestamp, D::Date) => {
            let instants = array.as_primitive::<at::TimestampMicrosecondType>();
            Ok(Arc::new(
                instants.unary::<_, at::Date32Type>(|m| day(zone.utc_to_local(m))),
            ))
        }
        (D::TimestampNtz, D::Date) => {
            let local = array.as_primitive::<at::TimestampMicrosecondType>();
            Ok(Arc::new(local.unary::<_, at::Date32Type>(day)))
        }
        (D::Timestamp, D::TimestampNtz) | (D::TimestampNtz, D::Timestamp) => {
            let values = array.as_primitive::<at::TimestampMicrosecondType>();
            let found: TimestampMicrosecondArray = if *to == D::Timestamp {
                values.unary(|micros| zone.local_to_utc(micros))
            } else {
                values.unary(|micros| zone.utc_to_local(micros))
            };
            Ok(Arc::new(found.with_data_type(to.to_arrow())))
        }
        (D::Timestamp, _) => from_timestamp(array, to, settings),
        (_, D::Timestamp) => to_timestamp(array, from, settings),
        _ => Err(unsupported(from, to)),
    }
}

/// Numbers are seconds since the epoch.
fn to_timestamp(array: &ArrayRef, from: &DataType, settings: CastSettings) -> Result<ArrayRef> {
    let to = DataType::Timestamp;
    let found: TimestampMicrosecondArray = (0..array.len())
        .map(|row| match number_at(array.as_ref(), from, row) {
            None => Ok(None),
            // A truth value counts as microseconds.
            Some(Number::Whole(value)) if *from == DataType::Boolean => Ok(Some(value)),
            Some(Number::Whole(value)) => Ok(Some(value.saturating_mul(MICROS_PER_SECOND))),
            Some(Number::Decimal(value, scale)) => {
                let scaled = value.saturating_mul(i128::from(MICROS_PER_SECOND));
                Ok(Some((scaled / 10_i128.pow(scale.max(0) as u32)) as i64))
            }
            Some(Number::Float(value)) => real_seconds(f64::from(value), from, &to, settings),
            Some(Number::Double(value)) => real_seconds(value, from, &to, settings),
        })
        .collect::<Result<_>>()?;
    Ok(Arc::new(found.with_data_type(to.to_arrow())))
}

fn real_seconds(
    value: f64,
    from: &DataType,
    to: &DataType,
    settings: CastSettings,
) -> Result<Option<i64>> {
    if value.is_finite() {
        return Ok(Some((value * MICROS_PER_SECOND as f64) as i64));
    }
    let mut text = String::new();
    write_f64(value, &mut text);
    settings.fail(|| invalid(&text, from, to))
}

fn from_timestamp(array: &ArrayRef, to: &DataType, settings: CastSettings) -> Result<ArrayRef> {
    let instants = array.as_primitive::<at::TimestampMicrosecondType>();
    let rows = array.len();
    let at = |row| (!instants.is_null(row)).then(|| instants.value(row));
    let small = |row, bits: u32| {
        let Some(micros) = at(row) else {
            return Ok(None);
        };
        let (seconds, most) = (
            micros.div_euclid(MICROS_PER_SECOND),
            i64::MAX >> (64 - bits),
        );
        if (-most - 1..=most).contains(&seconds) {
            return Ok(Some(seconds));
        }
        settings.fail(|| {
            let mut text = String::from("TIMESTAMP '");
            write_timestamp(micros, settings.zone, &mut text);
            text.push('\'');
            overflow(&text, &DataType::Timestamp, to)
        })
    };
    let real = |row| at(row).map(|micros| micros as f64 / MICROS_PER_SECOND as f64);
    match to {
        DataType::Byte => collect::<at::Int8Type>(rows, |row| Ok(small(row, 8)?.map(|v| v as i8))),
        DataType::Short => {
            collect::<at::Int16Type>(rows, |row| Ok(small(row, 16)?.map(|v| v as i16)))
        }
        DataType::Integer => {
            collect::<at::Int32Type>(rows, |row| Ok(small(row, 32)?.map(|v| v as i32)))
        }
        DataType::Long => collect::<at::Int64Type>(rows, |row| small(row, 64)),
        DataType::Float => collect::<at::Float32Type>(rows, |row| Ok(real(row).map(|v| v as f32))),
        DataType::Double => collect::<at::Float64Type>(rows, |row| Ok(real(row))),
        DataType::Boolean => {
            let found: BooleanArray = (0..rows).map(|row| at(row).map(|v| v != 0)).collect();
            Ok(Arc::new(found))
        }
        DataType::Decimal { precision, scale } => {
            collect_decimal(rows, (*precision, *scale), |row| {
                let Some(micros) = at(row) else {
                    return Ok(None);
                };
                let value = rescale(i128::from(micros), 6, *scale);
                match value.filter(|value| within(*value, *precision)) {
                    Some(value) => Ok(Some(value)),
                    None => settings.fail(|| {
                        let mut text = String::new();
                        write_decimal(i128::from(micros), 6, &mut text);
                        out_of_range(&text, *precision, *scale)
                    }),
                }
            })
        }
        _ => Err(unsupported(&DataType::Timestamp, to)),
    }
}
