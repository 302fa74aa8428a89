//! Casts of ANSI intervals to each other and to and from integers, which count the
//! interval's last unit.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes as at;

use super::super::{DataType, DayTimeField, YearMonthField};
use super::errors::{integral_literal, overflow};
use super::numeric::{Number, cast_numeric, collect, number_at};
use super::{CastSettings, unsupported};
use crate::error::Result;

pub(super) fn cast_interval(
    array: &ArrayRef,
    from: &DataType,
    to: &DataType,
    settings: CastSettings,
) -> Result<ArrayRef> {
    use DataType as D;
    let rows = array.len();
    match (from, to) {
        (D::YearMonthInterval { .. }, D::YearMonthInterval { end, .. }) => {
            let months = array.as_primitive::<at::IntervalYearMonthType>();
            let unit = months_of(*end);
            let cut = months.unary::<_, at::IntervalYearMonthType>(|value| value - value % unit);
            Ok(std::sync::Arc::new(cut))
        }
        (D::DayTimeInterval { .. }, D::DayTimeInterval { end, .. }) => {
            let micros = array.as_primitive::<at::DurationMicrosecondType>();
            // Seconds keep their fraction.
            let unit = if *end == DayTimeField::Second {
                1
            } else {
                micros_of(*end)
            };
            let cut = micros.unary::<_, at::DurationMicrosecondType>(|value| value - value % unit);
            Ok(std::sync::Arc::new(cut))
        }
        (D::YearMonthInterval { end, .. }, to) if to.is_integral() => {
            let months = array.as_primitive::<at::IntervalYearMonthType>();
            let unit = months_of(*end);
            let whole = months.unary::<_, at::Int64Type>(|value| i64::from(value / unit));
            cast_numeric(
                &(std::sync::Arc::new(whole) as ArrayRef),
                &D::Long,
                to,
                settings,
            )
        }
        (D::DayTimeInterval { end, .. }, to) if to.is_integral() => {
            let micros = array.as_primitive::<at::DurationMicrosecondType>();
            let unit = micros_of(*end);
            let whole = micros.unary::<_, at::Int64Type>(|value| value / unit);
            cast_numeric(
                &(std::sync::Arc::new(whole) as ArrayRef),
                &D::Long,
                to,
                settings,
            )
        }
        (from, D::YearMonthInterval { end, .. }) if from.is_integral() => {
            let unit = i64::from(months_of(*end));
            collect::<at::IntervalYearMonthType>(rows, |row| {
                let value = scaled(array, from, to, row, unit, settings)?;
                Ok(value.and_then(|value| i32::try_from(value).ok()))
            })
        }
        (from, D::DayTimeInterval { end, .. }) if from.is_integral() => {
            collect::<at::DurationMicrosecondType>(rows, |row| {
                scaled(array, from, to, row, micros_of(*end), settings)
            })
        }
        _ => Err(unsupported(from, to)),
    }
}

fn scaled(
    array: &ArrayRef,
    from: &DataType,
    to: &DataType,
    row: usize,
    unit: i64,
    settings: CastSettings,
) -> Result<Option<i64>> {
    let Some(Number::Whole(value)) = number_at(array.as_ref(), from, row) else {
        return Ok(None);
    };
    let months = matches!(to, DataType::YearMonthInterval { .. });
    let found = value
        .checked_mul(unit)
        .filter(|v| !months || i32::try_from(*v).is_ok());
    match found {
        Some(value) => Ok(Some(value)),
        // Spark raises without ANSI mode as well.
        None if settings.try_ => Ok(None),
        None => Err(overflow(&integral_literal(value, from), from, to)),
    }
}

fn months_of(unit: YearMonthField) -> i32 {
    if unit == YearMonthField::Year { 12 } else { 1 }
}

fn micros_of(unit: DayTimeField) -> i64 {
    match unit {
        DayTimeField::Day => 86_400_000_000,
        DayTimeField::Hour => 3_600_000_000,
        DayTimeField::Minute => 60_000_000,
        DayTimeField::Second => 1_000_000,
    }
}
