//! Dates and timestamps from numbers, and numbers from them.

use crate::error::{Result, SparkError};
use crate::functions::scalar::kernel::{ternary, unary};
use crate::functions::scalar::typing::{Want, any_nullable, arity, expect, expect_exactly};
use crate::functions::{ArgType, Binding, Scalar, Settings};
use crate::types::DataType;
use crate::types::datetime::civil::{MICROS_PER_SECOND, checked_days};

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["make_date"],
        bind: make_date,
    },
    Scalar {
        names: &["timestamp_seconds"],
        bind: timestamp_seconds,
    },
    Scalar {
        names: &["timestamp_millis"],
        bind: |n, a, _| scaled(n, a, 1_000, "milliseconds"),
    },
    Scalar {
        names: &["timestamp_micros"],
        bind: |n, a, _| scaled(n, a, 1, "microseconds"),
    },
    Scalar {
        names: &["unix_seconds"],
        bind: |n, a, s| unix(n, a, s, MICROS_PER_SECOND),
    },
    Scalar {
        names: &["unix_millis"],
        bind: |n, a, s| unix(n, a, s, 1_000),
    },
    Scalar {
        names: &["unix_micros"],
        bind: |n, a, s| unix(n, a, s, 1),
    },
    Scalar {
        names: &["unix_date"],
        bind: unix_date,
    },
    Scalar {
        names: &["date_from_unix_date"],
        bind: date_from_unix_date,
    },
];

const MONTHS: [&str; 12] = [
    "JANUARY",
    "FEBRUARY",
    "MARCH",
    "APRIL",
    "MAY",
    "JUNE",
    "JULY",
    "AUGUST",
    "SEPTEMBER",
    "OCTOBER",
    "NOVEMBER",
    "DECEMBER",
];

/// Why a date does not exist, in Java's words.
pub fn date_complaint(year: i64, month: i32, day: i32) -> String {
    if !(1..=12).contains(&month) {
        return format!("Invalid value for MonthOfYear (valid values 1 - 12): {month}");
    }
    if !(1..=31).contains(&day) {
        return format!("Invalid value for DayOfMonth (valid values 1 - 28/31): {day}");
    }
    if month == 2 && day == 29 {
        return format!("Invalid date 'February 29' as '{year}' is not a leap year");
    }
    format!("Invalid date '{} {day}'", MONTHS[month as usize - 1])
}

pub fn out_of_bounds(complaint: &str) -> SparkError {
    SparkError::new(
        "DATETIME_FIELD_OUT_OF_BOUNDS.WITHOUT_SUGGESTION",
        &[("rangeMessage", complaint)],
    )
}

fn make_date(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 3, 3)?;
    let types = expect(name, args, settings, &[Want::Is(DataType::Integer)])?;
    let ansi = settings.ansi;
    let nullable = !ansi || any_nullable(args);
    Ok(ternary::<i32, i32, i32, i32>(
        types,
        DataType::Date,
        nullable,
        move |y, m, d| {
            let part = |v: i32| u32::try_from(v).unwrap_or(0);
            match checked_days(i64::from(y), part(m), part(d)).map(i32::try_from) {
                Some(Ok(days)) => Ok(Some(days)),
                _ if ansi => Err(out_of_bounds(&date_complaint(i64::from(y), m, d))),
                _ => Ok(None),
            }
        },
    ))
}

fn overflow(value: &str, unit: &str) -> SparkError {
    let operation = format!("create a TIMESTAMP from {value} {unit} since the epoch");
    SparkError::new("DATETIME_OVERFLOW", &[("operation", &operation)])
}

fn timestamp_seconds(name: &str, args: &[ArgType], _: &Settings) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    expect_exactly(name, args, &[Want::Numeric])?;
    let (stamp, nullable) = (DataType::Timestamp, args[0].nullable);
    Ok(match &args[0].data_type {
        DataType::Decimal { scale, .. } => {
            let scale = i32::from(*scale);
            let types = vec![args[0].data_type.clone()];
            unary::<i128, i64>(types, stamp, nullable, move |v| {
                let micros = if scale <= 6 {
                    v.checked_mul(10_i128.pow((6 - scale) as u32))
                } else {
                    let divisor = 10_i128.pow((scale - 6) as u32);
                    if v % divisor != 0 {
                        return Err(rounding_needed());
                    }
                    Some(v / divisor)
                };
                match micros.map(i64::try_from) {
                    Some(Ok(found)) => Ok(Some(found)),
                    _ => Err(SparkError::plain(
                        crate::error::ErrorClass::Arithmetic,
                        "Overflow",
                    )),
                }
            })
        }
        DataType::Float | DataType::Double => {
            unary::<f64, i64>(vec![DataType::Double], stamp, true, |v| {
                let micros = v * 1e6;
                Ok((v.is_finite()).then_some(micros as i64))
            })
        }
        // Floats below are widened exactly; integers cannot be fractional.
        _ => unary::<i64, i64>(vec![DataType::Long], stamp, nullable, |v| {
            match v.checked_mul(MICROS_PER_SECOND) {
                None => Err(overflow(&format!("{v}L"), "seconds")),
                found => Ok(found),
            }
        }),
    })
}

fn rounding_needed() -> SparkError {
    SparkError::plain(crate::error::ErrorClass::Arithmetic, "Rounding necessary")
}

fn scaled(name: &str, args: &[ArgType], factor: i64, unit: &'static str) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    expect_exactly(name, args, &[Want::Integral])?;
    let nullable = args[0].nullable;
    Ok(unary::<i64, i64>(
        vec![DataType::Long],
        DataType::Timestamp,
        nullable,
        move |v| match v.checked_mul(factor) {
            None => Err(overflow(&format!("{v}L"), unit)),
            found => Ok(found),
        },
    ))
}

fn unix(name: &str, args: &[ArgType], settings: &Settings, unit: i64) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let types = expect(name, args, settings, &[Want::Is(DataType::Timestamp)])?;
    Ok(unary::<i64, i64>(
        types,
        DataType::Long,
        args[0].nullable,
        move |v| Ok(Some(v.div_euclid(unit))),
    ))
}

fn unix_date(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let types = expect(name, args, settings, &[Want::Is(DataType::Date)])?;
    Ok(unary::<i32, i32>(
        types,
        DataType::Integer,
        args[0].nullable,
        |v| Ok(Some(v)),
    ))
}

fn date_from_unix_date(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let types = expect(name, args, settings, &[Want::Is(DataType::Integer)])?;
    Ok(unary::<i32, i32>(
        types,
        DataType::Date,
        args[0].nullable,
        |v| Ok(Some(v)),
    ))
}
