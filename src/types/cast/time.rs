//! Casts of times of day.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes as at;

use super::super::DataType;
use super::super::datetime::civil::MICROS_PER_DAY;
use super::super::format::{write_decimal, write_time};
use super::errors::{out_of_range, overflow};
use super::numeric::{collect, collect_decimal, rescale, within};
use super::{CastSettings, unsupported};
use crate::error::Result;

const NANOS_PER_SECOND: i64 = 1_000_000_000;

/// The time without digits beyond a precision.
pub fn to_precision(nanos: i64, precision: u8) -> i64 {
    let unit = 10_i64.pow(9_u32.saturating_sub(precision.into()));
    nanos - nanos % unit
}

pub(super) fn cast_time(
    array: &ArrayRef,
    from: &DataType,
    to: &DataType,
    settings: CastSettings,
) -> Result<ArrayRef> {
    use DataType as D;
    let rows = array.len();
    match (from, to) {
        (D::Timestamp | D::TimestampNtz, D::Time { precision }) => {
            let instants = array.as_primitive::<at::TimestampMicrosecondType>();
            let zone = (*from == D::Timestamp).then_some(settings.zone);
            let local = |micros| zone.map_or(micros, |zone| zone.utc_to_local(micros));
            Ok(Arc::new(instants.unary::<_, at::Time64NanosecondType>(
                |micros| to_precision(local(micros).rem_euclid(MICROS_PER_DAY) * 1_000, *precision),
            )))
        }
        (D::Time { .. }, D::Time { precision }) => {
            let times = array.as_primitive::<at::Time64NanosecondType>();
            Ok(Arc::new(times.unary::<_, at::Time64NanosecondType>(
                |nanos| to_precision(nanos, *precision),
            )))
        }
        (D::Time { .. }, D::Decimal { precision, scale }) => {
            let times = array.as_primitive::<at::Time64NanosecondType>();
            collect_decimal(rows, (*precision, *scale), |row| {
                if times.is_null(row) {
                    return Ok(None);
                }
                let nanos = i128::from(times.value(row));
                let value = rescale(nanos, 9, *scale);
                match value.filter(|value| within(*value, *precision)) {
                    Some(value) => Ok(Some(value)),
                    None => settings.fail(|| {
                        let mut text = String::new();
                        write_decimal(nanos, 9, &mut text);
                        out_of_range(&text, *precision, *scale)
                    }),
                }
            })
        }
        (D::Time { .. }, D::Byte) => collect::<at::Int8Type>(rows, |row| {
            Ok(seconds(array, row, 8, from, to, settings)?.map(|v| v as i8))
        }),
        (D::Time { .. }, D::Short) => collect::<at::Int16Type>(rows, |row| {
            Ok(seconds(array, row, 16, from, to, settings)?.map(|v| v as i16))
        }),
        (D::Time { .. }, D::Integer) => collect::<at::Int32Type>(rows, |row| {
            Ok(seconds(array, row, 32, from, to, settings)?.map(|v| v as i32))
        }),
        (D::Time { .. }, D::Long) => {
            collect::<at::Int64Type>(rows, |row| seconds(array, row, 64, from, to, settings))
        }
        _ => Err(unsupported(from, to)),
    }
}

/// Whole seconds of a time, if so many bits hold them.
fn seconds(
    array: &ArrayRef,
    row: usize,
    bits: u32,
    from: &DataType,
    to: &DataType,
    settings: CastSettings,
) -> Result<Option<i64>> {
    let times = array.as_primitive::<at::Time64NanosecondType>();
    if times.is_null(row) {
        return Ok(None);
    }
    let nanos = times.value(row);
    let seconds = nanos / NANOS_PER_SECOND;
    if seconds <= i64::MAX >> (64 - bits) {
        return Ok(Some(seconds));
    }
    settings.fail(|| {
        let mut text = String::from("TIME '");
        write_time(nanos, &mut text);
        text.push('\'');
        overflow(&text, from, to)
    })
}
