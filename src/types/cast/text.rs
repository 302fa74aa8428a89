//! Casts from strings.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BinaryBuilder, BooleanArray};
use arrow::datatypes as at;

use super::super::DataType;
use super::super::datetime::{
    is_time_only, parse_date_default, parse_time, parse_timestamp_default,
    parse_timestamp_ntz_default, trim,
};
use super::super::format::string_at;
use super::super::interval::{self, parse_day_time, parse_year_month};
use super::errors::{invalid_text, out_of_range};
use super::numeric::{collect, collect_decimal, decimal_from_text, within};
use super::time::to_precision;
use super::{CastSettings, unsupported};
use crate::error::{Result, SparkError};

pub(super) fn from_string(
    array: &ArrayRef,
    to: &DataType,
    settings: CastSettings,
) -> Result<ArrayRef> {
    use DataType as D;
    let rows = array.len();
    let text = |row| (!array.is_null(row)).then(|| string_at(array.as_ref(), row));
    let integral = |row, bits| match text(row) {
        Some(text) => parse_integral(text, bits, to, settings),
        None => Ok(None),
    };
    match to {
        D::Byte => collect::<at::Int8Type>(rows, |row| Ok(integral(row, 8)?.map(|v| v as i8))),
        D::Short => collect::<at::Int16Type>(rows, |row| Ok(integral(row, 16)?.map(|v| v as i16))),
        D::Integer => {
            collect::<at::Int32Type>(rows, |row| Ok(integral(row, 32)?.map(|v| v as i32)))
        }
        D::Long => collect::<at::Int64Type>(rows, |row| integral(row, 64)),
        D::Float => {
            collect::<at::Float32Type>(rows, |row| or_fail(text(row), parse_f32, to, settings))
        }
        D::Double => {
            collect::<at::Float64Type>(rows, |row| or_fail(text(row), parse_f64, to, settings))
        }
        D::Boolean => {
            let parse = |row| or_fail(text(row), parse_boolean, to, settings);
            let found: BooleanArray = (0..rows).map(parse).collect::<Result<_>>()?;
            Ok(Arc::new(found))
        }
        D::Decimal { precision, scale } => collect_decimal(rows, (*precision, *scale), |row| {
            let Some(text) = text(row) else {
                return Ok(None);
            };
            match decimal_from_text(trim(text), *scale) {
                None => settings.fail(|| invalid_text(text, to)),
                Some((Some(value), _)) if within(value, *precision) => Ok(Some(value)),
                Some((_, plain)) => settings.fail(|| out_of_range(&plain, *precision, *scale)),
            }
        }),
        D::Binary => {
            let mut builder = BinaryBuilder::new();
            (0..rows).for_each(|row| builder.append_option(text(row)));
            Ok(Arc::new(builder.finish()))
        }
        D::Date => collect::<at::Date32Type>(rows, |row| {
            or_fail(text(row), parse_date_default, to, settings)
        }),
        D::Time { precision } => collect::<at::Time64NanosecondType>(rows, |row| {
            let parse = |text: &str| parse_time(text).map(|nanos| to_precision(nanos, *precision));
            or_fail(text(row), parse, to, settings)
        }),
        D::Timestamp | D::TimestampNtz => timestamps(rows, text, to, settings),
        D::YearMonthInterval { start, end } => collect::<at::IntervalYearMonthType>(rows, |row| {
            raise_or_null(
                text(row).map(|text| parse_year_month(text, *start, *end)),
                settings,
            )
        }),
        D::DayTimeInterval { start, end } => collect::<at::DurationMicrosecondType>(rows, |row| {
            raise_or_null(
                text(row).map(|text| parse_day_time(text, *start, *end)),
                settings,
            )
        }),
        D::CalendarInterval => collect::<at::IntervalMonthDayNanoType>(rows, |row| {
            let found = text(row).and_then(interval::parse);
            // Arrow keeps nanoseconds, which do not reach as far as microseconds.
            Ok(found.and_then(|(months, days, micros)| {
                let nanos = micros.checked_mul(1_000)?;
                Some(at::IntervalMonthDayNano::new(months, days, nanos))
            }))
        }),
        _ => Err(unsupported(&D::String, to)),
    }
}

fn timestamps<'a>(
    rows: usize,
    text: impl Fn(usize) -> Option<&'a str>,
    to: &DataType,
    settings: CastSettings,
) -> Result<ArrayRef> {
    if *to == DataType::TimestampNtz {
        return collect::<at::TimestampMicrosecondType>(rows, |row| {
            or_fail(text(row), parse_timestamp_ntz_default, to, settings)
        });
    }
    let array: arrow::array::TimestampMicrosecondArray = (0..rows)
        .map(|row| {
            let parse = |text: &str| parse_timestamp_default(text, settings.zone);
            let found = text(row).filter(|text| parse(text).is_none() && is_time_only(text));
            if found.is_some() {
                return Err(SparkError::not_implemented(
                    "a time without a date as a timestamp",
                ));
            }
            or_fail(text(row), parse, to, settings)
        })
        .collect::<Result<_>>()?;
    Ok(Arc::new(array.with_data_type(to.to_arrow())))
}

fn or_fail<T>(
    text: Option<&str>,
    parse: impl Fn(&str) -> Option<T>,
    to: &DataType,
    settings: CastSettings,
) -> Result<Option<T>> {
    let Some(text) = text else { return Ok(None) };
    match parse(text) {
        Some(value) => Ok(Some(value)),
        None => settings.fail(|| invalid_text(text, to)),
    }
}

fn raise_or_null<T>(found: Option<Result<T>>, settings: CastSettings) -> Result<Option<T>> {
    match found {
        None => Ok(None),
        Some(Ok(value)) => Ok(Some(value)),
        // Spark raises for intervals without ANSI mode as well.
        Some(Err(error)) if !settings.try_ => Err(error),
        Some(Err(_)) => Ok(None),
    }
}

/// Digits with a sign; without ANSI a fraction is allowed and cut off.
fn parse_integral(
    text: &str,
    bits: u32,
    to: &DataType,
    settings: CastSettings,
) -> Result<Option<i64>> {
    let mut body = trim(text);
    if settings.legacy()
        && let Some((whole, fraction)) = body.split_once('.')
        && fraction.bytes().all(|b| b.is_ascii_digit())
    {
        body = if matches!(whole, "" | "-" | "+") {
            "0"
        } else {
            whole
        };
    }
    let most = i64::MAX >> (64 - bits);
    let value = body
        .parse::<i64>()
        .ok()
        .filter(|value| (-most - 1..=most).contains(value));
    match value {
        Some(value) => Ok(Some(value)),
        None => settings.fail(|| invalid_text(text, to)),
    }
}

/// What Java's parser of floating-point numbers takes, and Spark's further names.
fn real_body(text: &str) -> Option<String> {
    let body = trim(text).to_ascii_lowercase();
    let unsigned = body.strip_prefix(['+', '-']).unwrap_or(&body);
    if matches!(unsigned, "inf" | "infinity") || body == "nan" {
        return Some(body);
    }
    let number = body.strip_suffix(['f', 'd']).unwrap_or(&body);
    number
        .bytes()
        .any(|b| b.is_ascii_digit())
        .then(|| number.to_string())
}

fn parse_f32(text: &str) -> Option<f32> {
    real_body(text)?.parse().ok()
}

fn parse_f64(text: &str) -> Option<f64> {
    real_body(text)?.parse().ok()
}

fn parse_boolean(text: &str) -> Option<bool> {
    match trim(text).to_ascii_lowercase().as_str() {
        "t" | "true" | "y" | "yes" | "1" => Some(true),
        "f" | "false" | "n" | "no" | "0" => Some(false),
        _ => None,
    }
}
