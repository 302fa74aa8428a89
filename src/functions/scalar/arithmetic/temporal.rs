//! `+` and `-` on dates, timestamps and intervals. Days and months are added on the
//! session's wall clock, microseconds on the line of instants.

use arrow::datatypes::IntervalMonthDayNano;

use super::{OnFailure, Op, intervals};
use crate::error::{Result, SparkError};
use crate::functions::scalar::coercion::{common_type, implicit_cast};
use crate::functions::scalar::datetime::time;
use crate::functions::scalar::kernel::{binary, pure2};
use crate::functions::scalar::typing::{
    DAY_TIME, different_operands, mismatch, unexpected, wrong_operands,
};
use crate::functions::{ArgType, Binding, Settings};
use crate::types::datetime::civil::{
    MICROS_PER_DAY, civil_from_days, days_from_civil, days_in_month, split_day,
};
use crate::types::{DataType, DayTimeField, Zone};

pub const DATETIME_WANTED: &str = "(\"(TIMESTAMP OR TIMESTAMP WITHOUT TIME ZONE)\" or \"(TIMESTAMP_LTZ(P) OR TIMESTAMP_NTZ(P) WITH P IN [7, 9])\")";
const DAYS_WANTED: &str = "(\"INT\" or \"SMALLINT\" or \"TINYINT\")";

/// A date some months away; its day is cut to the length of the month.
pub fn add_months(days: i32, months: i32) -> Result<i32> {
    let date = civil_from_days(i64::from(days));
    let total = date.year * 12 + i64::from(date.month) - 1 + i64::from(months);
    let (year, month) = (total.div_euclid(12), total.rem_euclid(12) as u32 + 1);
    let day = date.day.min(days_in_month(year, month));
    i32::try_from(days_from_civil(year, month, day))
        .map_err(|_| super::numbers::overflow("integer overflow", None))
}

/// A timestamp some months, days and microseconds away; `zone` is none for a
/// reading without a zone.
pub fn timestamp_add(
    at: i64,
    months: i32,
    days: i32,
    micros: i64,
    zone: Option<&Zone>,
) -> Option<i64> {
    let mut instant = at;
    if months != 0 || days != 0 {
        let local = zone.map_or(at, |z| z.utc_to_local(at));
        let (day, time) = split_day(local);
        let moved = i64::from(add_months(i32::try_from(day).ok()?, months).ok()?) + i64::from(days);
        let local = moved.checked_mul(MICROS_PER_DAY)?.checked_add(time)?;
        instant = zone.map_or(local, |z| z.local_to_utc(local));
    }
    instant.checked_add(micros)
}

/// An operator with a date, a timestamp or an interval on either side.
pub fn bind(
    name: &str,
    op: Op,
    failure: OnFailure,
    args: &[ArgType],
    settings: &Settings,
) -> Result<Binding> {
    use DataType as T;
    let (left, right) = (&args[0].data_type, &args[1].data_type);
    match (op, left, right) {
        (Op::Add | Op::Subtract, T::Time { .. }, T::DayTimeInterval { .. }) => {
            let sign = if op == Op::Add { 1 } else { -1 };
            let types = vec![left.clone(), right.clone()];
            Ok(time::moved(types, left.clone(), 0, sign))
        }
        (Op::Add, T::DayTimeInterval { .. }, T::Time { .. }) => {
            let types = vec![left.clone(), right.clone()];
            Ok(time::moved(types, right.clone(), 1, 1))
        }
        (Op::Subtract, T::Time { .. }, T::Time { .. }) => Ok(time::between(args)),
        (_, T::Time { .. }, r) if !r.is_datetime() => Err(different_operands(name, args)),
        (_, l, T::Time { .. }) if !l.is_datetime() => Err(different_operands(name, args)),
        (Op::Add, l, r) if l.is_datetime() && !is_date_with_days(l, r) => {
            plus(name, args, (0, 1), op, settings)
        }
        (Op::Add, l, r) if r.is_datetime() && !is_date_with_days(r, l) => {
            plus(name, args, (1, 0), op, settings)
        }
        (Op::Add, T::Date, _) | (Op::Subtract, T::Date, T::Byte | T::Short | T::Integer) => {
            days(args, (0, 1), op)
        }
        (Op::Add, _, T::Date) => days(args, (1, 0), op),
        (Op::Subtract, l, r) if l.is_datetime() && is_interval(r) => {
            plus(name, args, (0, 1), op, settings)
        }
        (Op::Subtract, l, r) if l.is_datetime() || r.is_datetime() => {
            difference(name, args, failure, settings)
        }
        (Op::Add | Op::Subtract, T::String, r) if is_interval(r) => Err(string_and_interval(op)),
        (Op::Add, l, T::String) if is_interval(l) => Err(string_and_interval(op)),
        (_, l, r) if l.is_datetime() || r.is_datetime() => {
            Err(not_operands(name, op, args, settings))
        }
        _ => intervals::bind(name, op, failure, args, settings),
    }
}

fn string_and_interval(op: Op) -> SparkError {
    SparkError::not_implemented(format!("string {} interval", op.symbol()))
}

fn is_interval(data_type: &DataType) -> bool {
    use DataType as T;
    matches!(
        data_type,
        T::YearMonthInterval { .. } | T::DayTimeInterval { .. } | T::CalendarInterval
    )
}

/// `date + x` where `x` is no interval: days are added, or the error names days.
fn is_date_with_days(date: &DataType, other: &DataType) -> bool {
    *date == DataType::Date && *other != DataType::Null && !is_interval(other)
}

/// The error for operands of which one is a date or a timestamp.
fn not_operands(name: &str, op: Op, args: &[ArgType], settings: &Settings) -> SparkError {
    let (left, right) = (&args[0].data_type, &args[1].data_type);
    if op == Op::Multiply && (is_interval(left) || is_interval(right)) {
        let wrong = usize::from(is_interval(left));
        return unexpected(name, &swapped(args, wrong == 0), 1, "\"NUMERIC\"");
    }
    match common_type(left, right, settings.ansi) {
        Some(common)
            if common == *left
                || left == right
                || common == *right && *left == DataType::String =>
        {
            wrong_operands(name, args, op.required(), &common)
        }
        _ => different_operands(name, args),
    }
}

fn swapped(args: &[ArgType], swap: bool) -> Vec<ArgType> {
    let mut out = args.to_vec();
    if swap {
        out.swap(0, 1);
    }
    out
}

/// Arguments back in the order in which they were written.
fn ordered(start: DataType, step: DataType, at: (usize, usize)) -> Vec<DataType> {
    if at.0 == 0 {
        vec![start, step]
    } else {
        vec![step, start]
    }
}

/// `date_add` and `date_sub` as operators.
fn days(args: &[ArgType], at: (usize, usize), op: Op) -> Result<Binding> {
    let step = &args[at.1].data_type;
    if !matches!(step, DataType::Byte | DataType::Short | DataType::Integer) {
        let ordered = [args[at.0].clone(), args[at.1].clone()];
        return Err(unexpected("date_add", &ordered, 1, DAYS_WANTED));
    }
    let nullable = args.iter().any(|a| a.nullable);
    let types = ordered(DataType::Date, DataType::Integer, at);
    let subtract = op == Op::Subtract;
    Ok(pure2::<
        arrow::datatypes::Int32Type,
        arrow::datatypes::Int32Type,
    >(types, DataType::Date, nullable, move |a, b| {
        if subtract {
            a.wrapping_sub(b)
        } else {
            a.wrapping_add(b)
        }
    }))
}

fn overflow() -> SparkError {
    SparkError::plain(crate::error::ErrorClass::Arithmetic, "long overflow")
}

/// A date or timestamp plus (minus) an interval; `at` are the places of both.
fn plus(
    name: &str,
    args: &[ArgType],
    at: (usize, usize),
    op: Op,
    settings: &Settings,
) -> Result<Binding> {
    use DataType as T;
    let (start, step) = (&args[at.0].data_type, &args[at.1].data_type);
    let nullable = args.iter().any(|a| a.nullable);
    let sign: i32 = if op == Op::Subtract { -1 } else { 1 };
    let flip = at.0 == 1;
    match (start, step) {
        (T::Date, T::YearMonthInterval { .. }) => Ok(binary::<i32, i32, i32>(
            ordered(T::Date, step.clone(), at),
            T::Date,
            nullable,
            move |a, b| {
                let (day, months) = if flip { (b, a) } else { (a, b) };
                add_months(day, months.wrapping_mul(sign)).map(Some)
            },
        )),
        (T::Date, T::CalendarInterval) => Ok(date_and_calendar(args, at, sign, settings)),
        // Whole days make no time of day: the answer is a date still.
        (T::Date, T::DayTimeInterval { start, end })
            if (*start, *end) == (DayTimeField::Day, DayTimeField::Day) =>
        {
            let add = move |day: i32, length: i64| {
                let days = (length / MICROS_PER_DAY) as i32;
                Ok(Some(day.wrapping_add(days.wrapping_mul(sign))))
            };
            let types = ordered(T::Date, step.clone(), at);
            Ok(match flip {
                false => binary::<i32, i64, i32>(types, T::Date, nullable, add),
                true => binary::<i64, i32, i32>(types, T::Date, nullable, move |a, b| add(b, a)),
            })
        }
        (_, T::Null | T::DayTimeInterval { .. }) => {
            let start = if *start == T::TimestampNtz {
                T::TimestampNtz
            } else {
                T::Timestamp
            };
            let step = if *step == T::Null {
                DAY_TIME
            } else {
                step.clone()
            };
            let zone = (start == T::Timestamp).then_some(settings.time_zone);
            let types = ordered(start.clone(), step, at);
            Ok(binary::<i64, i64, i64>(
                types,
                start,
                nullable,
                move |a, b| {
                    let (instant, length) = if flip { (b, a) } else { (a, b) };
                    let length = length.wrapping_mul(i64::from(sign));
                    let (days, micros) = (length / MICROS_PER_DAY, length % MICROS_PER_DAY);
                    timestamp_add(instant, 0, days as i32, micros, zone.as_ref())
                        .map_or_else(|| Err(overflow()), |v| Ok(Some(v)))
                },
            ))
        }
        (_, T::YearMonthInterval { .. }) => Ok(timestamp_and_months(args, at, sign, settings)),
        (_, T::CalendarInterval) => Ok(timestamp_and_calendar(args, at, sign, settings)),
        (_, other) => Err(match common_type(start, other, settings.ansi) {
            Some(common) => wrong_operands(name, args, op.required(), &common),
            None => different_operands(name, args),
        }),
    }
}

fn date_and_calendar(
    args: &[ArgType],
    at: (usize, usize),
    sign: i32,
    settings: &Settings,
) -> Binding {
    let types = ordered(DataType::Date, DataType::CalendarInterval, at);
    let (zone, ansi) = (settings.time_zone, settings.ansi);
    let nullable = !ansi || args.iter().any(|a| a.nullable);
    let add = move |day: i32, step: IntervalMonthDayNano| {
        let (months, days) = (step.months.wrapping_mul(sign), step.days.wrapping_mul(sign));
        let micros = step.nanoseconds / 1_000 * i64::from(sign);
        if micros == 0 {
            return Ok(Some(add_months(day, months)?.wrapping_add(days)));
        }
        if ansi {
            return Err(SparkError::new(
                "INVALID_INTERVAL_WITH_MICROSECONDS_ADDITION",
                &[],
            ));
        }
        let start = zone.local_to_utc(i64::from(day) * MICROS_PER_DAY);
        let Some(end) = timestamp_add(start, months, days, micros, Some(&zone)) else {
            return Err(overflow());
        };
        Ok(Some(split_day(zone.utc_to_local(end)).0 as i32))
    };
    if at.0 == 0 {
        binary::<i32, IntervalMonthDayNano, i32>(types, DataType::Date, nullable, add)
    } else {
        binary::<IntervalMonthDayNano, i32, i32>(types, DataType::Date, nullable, move |a, b| {
            add(b, a)
        })
    }
}

fn zone_of(data_type: &DataType, settings: &Settings) -> Option<Zone> {
    (*data_type == DataType::Timestamp).then_some(settings.time_zone)
}

fn timestamp_and_months(
    args: &[ArgType],
    at: (usize, usize),
    sign: i32,
    settings: &Settings,
) -> Binding {
    let (start, step) = (args[at.0].data_type.clone(), args[at.1].data_type.clone());
    let zone = zone_of(&start, settings);
    let nullable = args.iter().any(|a| a.nullable);
    let add = move |instant: i64, months: i32| {
        timestamp_add(instant, months.wrapping_mul(sign), 0, 0, zone.as_ref())
            .map_or_else(|| Err(overflow()), |v| Ok(Some(v)))
    };
    let types = ordered(start.clone(), step, at);
    if at.0 == 0 {
        binary::<i64, i32, i64>(types, start, nullable, add)
    } else {
        binary::<i32, i64, i64>(types, start, nullable, move |a, b| add(b, a))
    }
}

fn timestamp_and_calendar(
    args: &[ArgType],
    at: (usize, usize),
    sign: i32,
    settings: &Settings,
) -> Binding {
    let start = args[at.0].data_type.clone();
    let zone = zone_of(&start, settings);
    let nullable = args.iter().any(|a| a.nullable);
    let add = move |instant: i64, step: IntervalMonthDayNano| {
        let micros = step.nanoseconds / 1_000 * i64::from(sign);
        let (months, days) = (step.months.wrapping_mul(sign), step.days.wrapping_mul(sign));
        timestamp_add(instant, months, days, micros, zone.as_ref())
            .map_or_else(|| Err(overflow()), |v| Ok(Some(v)))
    };
    let types = ordered(start.clone(), DataType::CalendarInterval, at);
    if at.0 == 0 {
        binary::<i64, IntervalMonthDayNano, i64>(types, start, nullable, add)
    } else {
        binary::<IntervalMonthDayNano, i64, i64>(types, start, nullable, move |a, b| add(b, a))
    }
}

/// The interval between two dates or two timestamps.
fn difference(
    name: &str,
    args: &[ArgType],
    failure: OnFailure,
    settings: &Settings,
) -> Result<Binding> {
    use DataType as T;
    let (left, right) = (&args[0].data_type, &args[1].data_type);
    let nullable = args.iter().any(|a| a.nullable);
    let only_dates = |t: &T| matches!(t, T::Date | T::Null | T::String);
    let wanted = if *left == T::Date && !right.is_datetime() && !only_dates(right)
        || *right == T::Date && !left.is_datetime() && !only_dates(left)
        || only_dates(left) && only_dates(right)
    {
        T::Date
    } else if *left == T::TimestampNtz || *right == T::TimestampNtz {
        T::TimestampNtz
    } else {
        T::Timestamp
    };
    for (index, side) in [left, right].into_iter().enumerate() {
        if !implicit_cast(side, &wanted, settings.ansi) {
            let required = if wanted == T::Date {
                "\"DATE\""
            } else {
                DATETIME_WANTED
            };
            return Err(unexpected(name, args, index, required));
        }
    }
    if wanted == T::Date {
        let returns = T::DayTimeInterval {
            start: DayTimeField::Day,
            end: DayTimeField::Day,
        };
        let types = vec![T::Date; 2];
        return Ok(binary::<i32, i32, i64>(types, returns, nullable, |a, b| {
            let days = i64::from(a) - i64::from(b);
            days.checked_mul(MICROS_PER_DAY)
                .map(Some)
                .ok_or_else(overflow)
        }));
    }
    let zone = zone_of(&wanted, settings);
    let types = vec![wanted; 2];
    Ok(binary::<i64, i64, i64>(
        types,
        DAY_TIME,
        nullable,
        move |a, b| {
            let local = |v: i64| zone.map_or(v, |z| z.utc_to_local(v));
            match local(a).checked_sub(local(b)) {
                None if failure == OnFailure::Null => Ok(None),
                None => Err(overflow()),
                found => Ok(found),
            }
        },
    ))
}

/// A cast that Spark refuses inside an operator.
pub fn refused_cast(name: &str, args: &[ArgType], from: &str, to: &str) -> SparkError {
    mismatch(
        "CAST_WITHOUT_SUGGESTION",
        name,
        args,
        &[("srcType", from), ("targetType", to)],
    )
}
