//! Times of day: made, read, taken apart, cut, compared and moved.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Time64NanosecondArray};
use arrow::datatypes::Time64NanosecondType;

use super::build::out_of_bounds;
use super::pattern::{Patterns, pattern_type};
use crate::error::{Result, SparkError};
use crate::functions::scalar::kernel::{Str, binary, expand, is_null, ternary, unary};
use crate::functions::scalar::typing::{Want, arity, expect, expect_exactly};
use crate::functions::{Arg, ArgType, Binding, Kernel, Scalar, Settings};
use crate::types::datetime::civil::MICROS_PER_DAY;
use crate::types::datetime::parse_time;
use crate::types::format::write_time;
use crate::types::{DataType, DayTimeField};

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["make_time"],
        bind: make_time,
    },
    Scalar {
        names: &["to_time", "try_to_time"],
        bind: to_time,
    },
    Scalar {
        names: &["time_diff"],
        bind: difference,
    },
    Scalar {
        names: &["time_trunc"],
        bind: truncated,
    },
    Scalar {
        names: &["time_from_seconds"],
        bind: from_seconds,
    },
    Scalar {
        names: &["time_from_millis"],
        bind: |n, a, _| from_units(n, a, 1_000_000),
    },
    Scalar {
        names: &["time_from_micros"],
        bind: |n, a, _| from_units(n, a, 1_000),
    },
    Scalar {
        names: &["time_to_seconds"],
        bind: to_seconds,
    },
    Scalar {
        names: &["time_to_millis"],
        bind: |n, a, _| to_units(n, a, 1_000_000),
    },
    Scalar {
        names: &["time_to_micros"],
        bind: |n, a, _| to_units(n, a, 1_000),
    },
];

pub const NANOS_PER_SECOND: i64 = 1_000_000_000;
pub const NANOS_PER_DAY: i64 = 86_400 * NANOS_PER_SECOND;

/// Seconds with their fraction; the unscaled value counts microseconds.
const SECONDS: DataType = DataType::Decimal {
    precision: 16,
    scale: 6,
};

fn make_time(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 3, 3)?;
    let wants = [
        Want::Is(DataType::Integer),
        Want::Is(DataType::Integer),
        Want::Is(SECONDS),
    ];
    let types = expect(name, args, settings, &wants)?;
    Ok(ternary::<i32, i32, i128, i64>(
        types,
        DataType::TIME,
        true,
        |hour, minute, micros| {
            let (hour, minute) = (i64::from(hour), i64::from(minute));
            let micros = micros as i64;
            let (second, fraction) = (micros.div_euclid(1_000_000), micros.rem_euclid(1_000_000));
            let limits = [
                (hour, 23, "HourOfDay"),
                (minute, 59, "MinuteOfHour"),
                (second, 59, "SecondOfMinute"),
            ];
            for (value, most, field) in limits {
                if !(0..=most).contains(&value) {
                    return Err(out_of_bounds(&format!(
                        "Invalid value for {field} (valid values 0 - {most}): {value}"
                    )));
                }
            }
            let seconds = (hour * 60 + minute) * 60 + second;
            Ok(Some(seconds * NANOS_PER_SECOND + fraction * 1_000))
        },
    ))
}

/// Text as a time, by a pattern or as a cast reads it.
fn to_time(name: &str, args: &[ArgType], _: &Settings) -> Result<Binding> {
    arity(name, args, 1, 2)?;
    expect_exactly(name, args, &[Want::Is(DataType::String)])?;
    let mut types = vec![DataType::String];
    types.extend(pattern_type(name, args, 1)?);
    let raises = !name.starts_with("try_");
    let patterns = args.get(1).map(|arg| Patterns::of(Some(arg), true));
    let kernel: Kernel = Arc::new(move |args, rows| {
        let distinct = match args.iter().all(|arg| arg.is_scalar) {
            true => rows.min(1),
            false => rows,
        };
        let texts = args[0].array.as_string::<i32>();
        let mut reader = patterns
            .as_ref()
            .map(|patterns| patterns.reader(args.get(1)))
            .transpose()?;
        let mut found = Vec::with_capacity(distinct);
        for row in 0..distinct {
            if is_null(args, row) {
                found.push(None);
                continue;
            }
            let text = texts.value(args[0].at(row));
            let read = match &mut reader {
                None => parse_time(text),
                Some(reader) => match reader.at(row) {
                    Ok(pattern) => pattern
                        .parse_local(text)
                        .ok()
                        .map(|micros| micros.rem_euclid(MICROS_PER_DAY) * 1_000),
                    Err(_) if raises => return Err(bad_pattern(args, row)),
                    Err(_) => None,
                },
            };
            if read.is_none() && raises {
                let format = args.get(1).map_or("HH:mm:ss.SSSSSS", |arg| {
                    arg.array.as_string::<i32>().value(arg.at(row))
                });
                return Err(SparkError::new(
                    "CANNOT_PARSE_TIME",
                    &[
                        ("input", &format!("'{text}'")),
                        ("format", &format!("'{format}'")),
                    ],
                ));
            }
            found.push(read);
        }
        expand(Arc::new(Time64NanosecondArray::from(found)), rows)
    });
    Ok(Binding {
        args: types,
        returns: DataType::TIME,
        nullable: true,
        kernel,
    })
}

fn bad_pattern(args: &[Arg], row: usize) -> SparkError {
    let pattern = args
        .get(1)
        .map_or("", |arg| arg.array.as_string::<i32>().value(arg.at(row)));
    let parameters = [
        ("pattern", &*format!("'{pattern}'")),
        ("docroot", "https://spark.apache.org/docs/latest"),
    ];
    SparkError::new("INVALID_DATETIME_PATTERN.WITH_SUGGESTION", &parameters)
}

fn time_type(arg: &ArgType) -> DataType {
    match &arg.data_type {
        time @ DataType::Time { .. } => time.clone(),
        _ => DataType::TIME,
    }
}

/// Nanoseconds of a unit that times are counted in.
fn unit_of(name: &str, text: &str) -> Result<i64> {
    Ok(match text.to_ascii_uppercase().as_str() {
        "HOUR" => 3_600 * NANOS_PER_SECOND,
        "MINUTE" => 60 * NANOS_PER_SECOND,
        "SECOND" => NANOS_PER_SECOND,
        "MILLISECOND" => 1_000_000,
        "MICROSECOND" => 1_000,
        _ => {
            return Err(SparkError::new(
                "INVALID_PARAMETER_VALUE.TIME_UNIT",
                &[
                    ("functionName", &format!("`{name}`")),
                    ("parameter", "`unit`"),
                    ("invalidValue", &format!("'{text}'")),
                ],
            ));
        }
    })
}

fn difference(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 3, 3)?;
    expect(name, &args[..1], settings, &[Want::Is(DataType::String)])?;
    expect_exactly(name, args, &[Want::Any, Want::Time, Want::Time])?;
    let types = vec![DataType::String, time_type(&args[1]), time_type(&args[2])];
    let name = name.to_string();
    Ok(ternary::<Str, i64, i64, i64>(
        types,
        DataType::Long,
        true,
        move |unit, start, end| Ok(Some((end - start) / unit_of(&name, unit)?)),
    ))
}

fn truncated(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    expect(name, &args[..1], settings, &[Want::Is(DataType::String)])?;
    expect_exactly(name, args, &[Want::Any, Want::Time])?;
    let time = time_type(&args[1]);
    let function = name.to_string();
    Ok(binary::<Str, i64, i64>(
        vec![DataType::String, time.clone()],
        time,
        true,
        move |unit, at| Ok(Some(at - at % unit_of(&function, unit)?)),
    ))
}

/// The time some nanoseconds after midnight.
fn checked(nanos: i128) -> Result<Option<i64>> {
    match i64::try_from(nanos) {
        Ok(found) if (0..NANOS_PER_DAY).contains(&found) => Ok(Some(found)),
        _ => Err(out_of_bounds(&format!(
            "Invalid TIME value: must be between 00:00:00 and 23:59:59.999999999, but got {nanos} \
             nanoseconds"
        ))),
    }
}

fn from_seconds(name: &str, args: &[ArgType], _: &Settings) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    expect_exactly(name, args, &[Want::Numeric])?;
    let (returns, own) = (DataType::TIME, args[0].data_type.clone());
    Ok(match &own {
        DataType::Decimal { scale, .. } => {
            let scale = u32::try_from(*scale).unwrap_or(0);
            unary::<i128, i64>(vec![own], returns, true, move |value| {
                let nanos = match scale <= 9 {
                    true => value.saturating_mul(10_i128.pow(9 - scale)),
                    false => value / 10_i128.pow(scale - 9),
                };
                checked(nanos)
            })
        }
        DataType::Float | DataType::Double => {
            unary::<f64, i64>(vec![DataType::Double], returns, true, |value| {
                if !value.is_finite() {
                    let complaint = "Cannot convert NaN or Infinite value to TIME";
                    return Err(out_of_bounds(complaint));
                }
                checked((value * NANOS_PER_SECOND as f64) as i128)
            })
        }
        _ => unary::<i64, i64>(vec![DataType::Long], returns, true, |value| {
            checked(i128::from(value) * i128::from(NANOS_PER_SECOND))
        }),
    })
}

fn from_units(name: &str, args: &[ArgType], unit: i128) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    expect_exactly(name, args, &[Want::Integral])?;
    Ok(unary::<i64, i64>(
        vec![DataType::Long],
        DataType::TIME,
        true,
        move |value| checked(i128::from(value) * unit),
    ))
}

fn to_seconds(name: &str, args: &[ArgType], _: &Settings) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    expect_exactly(name, args, &[Want::Time])?;
    let returns = DataType::Decimal {
        precision: 14,
        scale: 6,
    };
    Ok(unary::<i64, i128>(
        vec![time_type(&args[0])],
        returns,
        true,
        |nanos| Ok(Some(i128::from(nanos / 1_000))),
    ))
}

fn to_units(name: &str, args: &[ArgType], unit: i64) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    expect_exactly(name, args, &[Want::Time])?;
    Ok(unary::<i64, i64>(
        vec![time_type(&args[0])],
        DataType::Long,
        true,
        move |nanos| Ok(Some(nanos / unit)),
    ))
}

/// A part of a time: so many seconds make one, and so many of them the next.
pub fn part(arg: &ArgType, unit: i64, size: i64) -> Binding {
    unary::<i64, i32>(
        vec![arg.data_type.clone()],
        DataType::Integer,
        true,
        move |nanos| Ok(Some((nanos / (unit * NANOS_PER_SECOND) % size) as i32)),
    )
}

/// Seconds of the minute with as many digits as the time keeps.
pub fn seconds(arg: &ArgType, precision: u8) -> Binding {
    let returns = DataType::Decimal {
        precision: precision + 2,
        scale: precision as i8,
    };
    let unit = 10_i64.pow(9_u32.saturating_sub(precision.into()));
    unary::<i64, i128>(vec![arg.data_type.clone()], returns, true, move |nanos| {
        Ok(Some(i128::from(nanos % (60 * NANOS_PER_SECOND) / unit)))
    })
}

/// A time plus (minus) a day-time interval of the same day.
pub fn moved(types: Vec<DataType>, time: DataType, at: usize, sign: i64) -> Binding {
    let interval = types[1 - at].clone();
    // An interval with seconds may have microseconds of them.
    let time = match (&time, &interval) {
        (
            DataType::Time { precision },
            DataType::DayTimeInterval {
                end: DayTimeField::Second,
                ..
            },
        ) => DataType::Time {
            precision: (*precision).max(6),
        },
        _ => time,
    };
    let kernel: Kernel = Arc::new(move |args, rows| {
        let (times, steps) = (&args[at], &args[1 - at]);
        let nanos = times.array.as_primitive::<Time64NanosecondType>();
        let micros = steps
            .array
            .as_primitive::<arrow::datatypes::DurationMicrosecondType>();
        let found = (0..rows).map(|row| {
            if is_null(args, row) {
                return Ok(None);
            }
            let (start, step) = (nanos.value(times.at(row)), micros.value(steps.at(row)));
            let moved = i128::from(start) + i128::from(step) * i128::from(sign * 1_000);
            match i64::try_from(moved) {
                Ok(moved) if (0..NANOS_PER_DAY).contains(&moved) => Ok(Some(moved)),
                _ => Err(overflow(start, step, &interval, sign)),
            }
        });
        let found: Time64NanosecondArray = found.collect::<Result<_>>()?;
        Ok(Arc::new(found) as ArrayRef)
    });
    Binding {
        args: types,
        returns: time,
        nullable: true,
        kernel,
    }
}

fn overflow(start: i64, step: i64, interval: &DataType, sign: i64) -> SparkError {
    let mut time = String::new();
    write_time(start, &mut time);
    let mut shown = String::new();
    if let DataType::DayTimeInterval { start, end } = interval {
        let step = step.saturating_mul(sign);
        crate::types::format::write_day_time(step, *start, *end, &mut shown);
    }
    let operation = format!("add {shown} to the time value TIME '{time}'");
    SparkError::new("DATETIME_OVERFLOW", &[("operation", &operation)])
}

/// The interval between two times.
pub fn between(args: &[ArgType]) -> Binding {
    binary::<i64, i64, i64>(
        vec![time_type(&args[0]), time_type(&args[1])],
        DataType::DayTimeInterval {
            start: DayTimeField::Hour,
            end: DayTimeField::Second,
        },
        true,
        |left, right| Ok(Some((left - right) / 1_000)),
    )
}

/// A date and a time as wall-clock microseconds.
pub fn on_day(days: i32, nanos: i64) -> i64 {
    i64::from(days) * MICROS_PER_DAY + nanos / 1_000
}
