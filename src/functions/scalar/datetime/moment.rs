//! Timestamps put together from their fields: `make_timestamp` and its variants.

use std::sync::Arc;

use arrow::array::{AsArray, Int64Array};

use super::build::{date_complaint, out_of_bounds};
use super::time::on_day;
use crate::error::{ErrorClass, Result, SparkError};
use crate::functions::scalar::kernel::{expand, is_null, native_values, retyped, ternary};
use crate::functions::scalar::typing::{
    Want, any_nullable, arity, expect, expect_exactly, unexpected, wrong_count,
};
use crate::functions::{Arg, ArgType, Binding, Kernel, Scalar, Settings};
use crate::types::datetime::civil::{MICROS_PER_DAY, MICROS_PER_SECOND, checked_days};
use crate::types::{DataType, Zone, parse_zone};

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["make_timestamp", "make_timestamp_ltz"],
        bind: |n, a, s| make(n, a, s, DataType::Timestamp, false),
    },
    Scalar {
        names: &["make_timestamp_ntz"],
        bind: |n, a, s| make(n, a, s, DataType::TimestampNtz, false),
    },
    Scalar {
        names: &["try_make_timestamp", "try_make_timestamp_ltz"],
        bind: |n, a, s| make(n, a, s, DataType::Timestamp, true),
    },
    Scalar {
        names: &["try_make_timestamp_ntz"],
        bind: |n, a, s| make(n, a, s, DataType::TimestampNtz, true),
    },
    Scalar {
        names: &["time_bucket"],
        bind: bucket,
    },
];

/// The start of the span of time, of those from an origin on, in which a moment lies.
fn bucket(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 3)?;
    let wants = [Want::DayTime, Want::AnyTimestamp, Want::AnyTimestamp];
    if matches!(args[0].data_type, DataType::YearMonthInterval { .. }) {
        return Err(SparkError::not_implemented(
            "time_bucket of years and months",
        ));
    }
    expect_exactly(name, args, &wants)?;
    let types = expect(name, args, settings, &wants)?;
    let returns = types[1].clone();
    let types = vec![types[0].clone(), returns.clone(), returns.clone()];
    let zone = match returns {
        DataType::Timestamp => settings.time_zone,
        _ => Zone::UTC,
    };
    Ok(ternary::<i64, i64, i64, i64>(
        types,
        returns,
        any_nullable(args),
        move |width, at, origin| {
            if width <= 0 {
                return Err(SparkError::not_implemented(
                    "time_bucket of a span that is not positive",
                ));
            }
            // Days are those of the wall clock.
            let by_days = width % MICROS_PER_DAY == 0;
            let local = |at| if by_days { zone.utc_to_local(at) } else { at };
            let (at, origin) = (local(at), local(origin));
            let past = at.checked_sub(origin).map(|past| past.rem_euclid(width));
            let start = past.and_then(|past| at.checked_sub(past));
            Ok(start.map(|start| {
                if by_days {
                    zone.local_to_utc(start)
                } else {
                    start
                }
            }))
        },
    ))
}

/// Seconds with their fraction; the unscaled value counts microseconds.
const SECONDS: DataType = DataType::Decimal {
    precision: 16,
    scale: 6,
};

fn make(
    name: &str,
    args: &[ArgType],
    settings: &Settings,
    returns: DataType,
    quiet: bool,
) -> Result<Binding> {
    if (2..=3).contains(&args.len()) {
        if !matches!(args[0].data_type, DataType::Date | DataType::Null) {
            return Err(unexpected(name, args, 0, "\"DATE\""));
        }
        let zoned = returns == DataType::Timestamp;
        let (DataType::Time { .. } | DataType::Null) = args[1].data_type else {
            return Err(unexpected(name, args, 1, "\"TIME\""));
        };
        arity(name, args, 2, if zoned { 3 } else { 2 })?;
        return Ok(of_date_and_time(args, settings, returns));
    }
    let zoned = returns == DataType::Timestamp;
    if name == "make_timestamp" && !(6..=7).contains(&args.len()) {
        return Err(wrong_count(name, "[1, 2, 3, 6, 7]", args.len()));
    }
    arity(name, args, 6, if zoned { 7 } else { 6 })?;
    let mut wants = vec![Want::Is(DataType::Integer); 5];
    wants.extend([Want::Is(SECONDS), Want::Is(DataType::String)]);
    let types = expect(name, args, settings, &wants)?;
    let raises = settings.ansi && !quiet;
    let (session, storage) = (settings.time_zone, returns.to_arrow());
    let kernel: Kernel = Arc::new(move |args, rows| {
        let distinct = if args.iter().all(|a| a.is_scalar) {
            1
        } else {
            rows
        };
        let mut found = Vec::with_capacity(distinct);
        for row in 0..distinct {
            if is_null(args, row) {
                found.push(None);
                continue;
            }
            let zone = if zoned {
                row_zone(args, row, session)?
            } else {
                Zone::UTC
            };
            match local(args, row)? {
                Ok(micros) => found.push(Some(zone.local_to_utc(micros))),
                Err(complaint) if raises => return Err(complaint),
                Err(_) => found.push(None),
            }
        }
        let built = retyped(Arc::new(Int64Array::from(found)), &storage)?;
        expand(built, rows)
    });
    Ok(Binding {
        args: types,
        returns,
        nullable: !raises || any_nullable(args),
        kernel,
    })
}

/// A date and a time of it.
fn of_date_and_time(args: &[ArgType], settings: &Settings, returns: DataType) -> Binding {
    let zoned = returns == DataType::Timestamp;
    let time = match &args[1].data_type {
        DataType::Null => DataType::TIME,
        time => time.clone(),
    };
    let mut types = vec![DataType::Date, time];
    types.extend(args.get(2).map(|_| DataType::String));
    let (session, storage) = (settings.time_zone, returns.to_arrow());
    let kernel: Kernel = Arc::new(move |args, rows| {
        let dates = native_values::<i32>(args[0].array.as_ref())?;
        let times = native_values::<i64>(args[1].array.as_ref())?;
        let found = (0..rows).map(|row| {
            if is_null(args, row) {
                return Ok(None);
            }
            let zone = match (zoned, args.get(2)) {
                (false, _) => Zone::UTC,
                (true, None) => session,
                (true, Some(arg)) => parse_zone(arg.array.as_string::<i32>().value(arg.at(row)))?,
            };
            let local = on_day(dates[args[0].at(row)], times[args[1].at(row)]);
            Ok(Some(zone.local_to_utc(local)))
        });
        let found: Int64Array = found.collect::<Result<_>>()?;
        retyped(Arc::new(found), &storage)
    });
    Binding {
        args: types,
        nullable: !zoned || any_nullable(args),
        returns,
        kernel,
    }
}

fn row_zone(args: &[Arg], row: usize, session: Zone) -> Result<Zone> {
    match args.get(6) {
        None => Ok(session),
        Some(arg) => parse_zone(arg.array.as_string::<i32>().value(arg.at(row))),
    }
}

/// Wall-clock microseconds. The inner error is that of fields which make no time;
/// the outer one is raised even where nulls are wanted for those.
fn local(args: &[Arg], row: usize) -> Result<Result<i64>> {
    let mut fields = [0_i32; 5];
    for (field, arg) in fields.iter_mut().zip(args) {
        *field = native_values::<i32>(arg.array.as_ref())?[arg.at(row)];
    }
    let micros = native_values::<i128>(args[5].array.as_ref())?[args[5].at(row)] as i64;
    let [year, month, day, hour, minute] = fields;
    let (mut second, fraction) = (
        micros.div_euclid(MICROS_PER_SECOND),
        micros.rem_euclid(MICROS_PER_SECOND),
    );
    let mut carried = 0;
    if second == 60 {
        if fraction != 0 {
            return Ok(Err(bad_fraction(micros)));
        }
        (second, carried) = (0, 60);
    }
    let part = |v: i32| u32::try_from(v).unwrap_or(0);
    let Some(days) = checked_days(i64::from(year), part(month), part(day)) else {
        let complaint = date_complaint(i64::from(year), month, day);
        return Ok(Err(out_of_bounds(&complaint)));
    };
    let limits = [
        (i64::from(hour), 23, "HourOfDay"),
        (i64::from(minute), 59, "MinuteOfHour"),
        (second, 59, "SecondOfMinute"),
    ];
    for (value, most, field) in limits {
        if !(0..=most).contains(&value) {
            let complaint = format!("Invalid value for {field} (valid values 0 - {most}): {value}");
            return Ok(Err(out_of_bounds(&complaint)));
        }
    }
    let seconds = (i64::from(hour) * 60 + i64::from(minute)) * 60 + second + carried;
    let total = i128::from(days) * i128::from(MICROS_PER_DAY)
        + i128::from(seconds * MICROS_PER_SECOND + fraction);
    match i64::try_from(total) {
        Ok(micros) => Ok(Ok(micros)),
        Err(_) => Err(SparkError::plain(ErrorClass::Arithmetic, "long overflow")),
    }
}

fn bad_fraction(micros: i64) -> SparkError {
    let value = format!(
        "{}.{:06}",
        micros / MICROS_PER_SECOND,
        micros % MICROS_PER_SECOND
    );
    let value = value.trim_end_matches('0');
    SparkError::new("INVALID_FRACTION_OF_SECOND", &[("secAndMicros", value)])
}
