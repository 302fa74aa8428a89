//! Arithmetic on the calendar: days and months added, differences, truncation.

use super::shift::{timestamp_added, timestamp_difference};
use crate::error::{Result, SparkError};
use crate::functions::scalar::arithmetic::add_months;
use crate::functions::scalar::kernel::{Str, binary, ternary, unary};
use crate::functions::scalar::typing::{Want, any_nullable, arity, expect, wrong_count};
use crate::functions::{ArgType, Binding, Scalar, Settings};
use crate::plan::Literal;
use crate::types::datetime::civil::{
    MICROS_PER_DAY, MICROS_PER_SECOND, civil_from_days, days_from_civil, days_in_month, split_day,
    weekday,
};
use crate::types::{DataType, parse_zone};

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["date_add", "dateadd"],
        bind: |n, a, s| match a {
            [_, _, _] => timestamp_added("timestampadd", a, s),
            _ => shifted(n, a, s, 1),
        },
    },
    Scalar {
        names: &["date_sub"],
        bind: |n, a, s| shifted(n, a, s, -1),
    },
    Scalar {
        names: &["datediff", "date_diff"],
        bind: |n, a, s| match a {
            [_, _, _] => timestamp_difference("timestampdiff", a, s),
            _ => date_diff(n, a, s),
        },
    },
    Scalar {
        names: &["add_months"],
        bind: months_added,
    },
    Scalar {
        names: &["months_between"],
        bind: months_between,
    },
    Scalar {
        names: &["last_day"],
        bind: last_day,
    },
    Scalar {
        names: &["next_day"],
        bind: next_day,
    },
    Scalar {
        names: &["trunc"],
        bind: trunc,
    },
    Scalar {
        names: &["date_trunc"],
        bind: date_trunc,
    },
    Scalar {
        names: &["from_utc_timestamp"],
        bind: |n, a, s| shifted_zone(n, a, s, true),
    },
    Scalar {
        names: &["to_utc_timestamp"],
        bind: |n, a, s| shifted_zone(n, a, s, false),
    },
    Scalar {
        names: &["convert_timezone"],
        bind: convert_timezone,
    },
];

const DATE: DataType = DataType::Date;

fn shifted(name: &str, args: &[ArgType], settings: &Settings, sign: i32) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    let days = Want::OneOf(vec![
        Want::Is(DataType::Integer),
        Want::Is(DataType::Short),
        Want::Is(DataType::Byte),
    ]);
    // Numbers are not narrowed here, unlike elsewhere; strings are.
    let step = &args[1].data_type;
    if step.is_numeric() && !matches!(step, DataType::Integer | DataType::Short | DataType::Byte) {
        let wanted = "(\"INT\" or \"SMALLINT\" or \"TINYINT\")";
        return Err(crate::functions::scalar::typing::unexpected(
            name, args, 1, wanted,
        ));
    }
    expect(name, args, settings, &[Want::Is(DATE), days])?;
    let types = vec![DATE, DataType::Integer];
    Ok(binary::<i32, i32, i32>(
        types,
        DATE,
        any_nullable(args),
        move |day, step| Ok(Some(day.wrapping_add(step.wrapping_mul(sign)))),
    ))
}

fn date_diff(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    let types = expect(name, args, settings, &[Want::Is(DATE), Want::Is(DATE)])?;
    Ok(binary::<i32, i32, i32>(
        types,
        DataType::Integer,
        any_nullable(args),
        |a, b| Ok(Some(a.wrapping_sub(b))),
    ))
}

fn months_added(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    let wants = [Want::Is(DATE), Want::Is(DataType::Integer)];
    let types = expect(name, args, settings, &wants)?;
    Ok(binary::<i32, i32, i32>(
        types,
        DATE,
        any_nullable(args),
        |day, months| add_months(day, months).map(Some),
    ))
}

fn months_between(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 3)?;
    let stamp = || Want::Is(DataType::Timestamp);
    let types = expect(
        name,
        args,
        settings,
        &[stamp(), stamp(), Want::Is(DataType::Boolean)],
    )?;
    let (zone, nullable) = (settings.time_zone, any_nullable(args));
    let between = move |a: i64, b: i64, round: bool| {
        let value = month_difference(zone.utc_to_local(a), zone.utc_to_local(b));
        Ok(Some(if round {
            (value * 1e8).round() / 1e8
        } else {
            value
        }))
    };
    Ok(if types.len() == 3 {
        ternary::<i64, i64, bool, f64>(types, DataType::Double, nullable, between)
    } else {
        binary::<i64, i64, f64>(types, DataType::Double, nullable, move |a, b| {
            between(a, b, true)
        })
    })
}

/// Whole months where the days agree or both are last days; else 31 days a month.
fn month_difference(a: i64, b: i64) -> f64 {
    let ((day_a, time_a), (day_b, time_b)) = (split_day(a), split_day(b));
    let (date_a, date_b) = (civil_from_days(day_a), civil_from_days(day_b));
    let months =
        (date_a.year - date_b.year) * 12 + i64::from(date_a.month) - i64::from(date_b.month);
    let last = |d: crate::types::datetime::civil::Civil| d.day == days_in_month(d.year, d.month);
    if date_a.day == date_b.day || last(date_a) && last(date_b) {
        return months as f64;
    }
    let seconds = (i64::from(date_a.day) - i64::from(date_b.day)) * 86_400
        + time_a / MICROS_PER_SECOND
        - time_b / MICROS_PER_SECOND;
    months as f64 + seconds as f64 / (31.0 * 86_400.0)
}

fn last_day(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let types = expect(name, args, settings, &[Want::Is(DATE)])?;
    Ok(unary::<i32, i32>(types, DATE, args[0].nullable, |day| {
        let date = civil_from_days(i64::from(day));
        Ok(Some(
            day + (days_in_month(date.year, date.month) - date.day) as i32,
        ))
    }))
}

/// Monday is 1.
fn named_weekday(name: &str) -> Option<u32> {
    Some(match name.trim().to_uppercase().as_str() {
        "MO" | "MON" | "MONDAY" => 1,
        "TU" | "TUE" | "TUESDAY" => 2,
        "WE" | "WED" | "WEDNESDAY" => 3,
        "TH" | "THU" | "THURSDAY" => 4,
        "FR" | "FRI" | "FRIDAY" => 5,
        "SA" | "SAT" | "SATURDAY" => 6,
        "SU" | "SUN" | "SUNDAY" => 7,
        _ => return None,
    })
}

fn next_day(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    let types = expect(
        name,
        args,
        settings,
        &[Want::Is(DATE), Want::Is(DataType::String)],
    )?;
    let ansi = settings.ansi;
    Ok(binary::<i32, Str, i32>(
        types,
        DATE,
        true,
        move |day, text| match named_weekday(text) {
            Some(wanted) => {
                let ahead = (wanted + 6 - weekday(i64::from(day))) % 7 + 1;
                Ok(Some(day + ahead as i32))
            }
            None if ansi => Err(SparkError::new("ILLEGAL_DAY_OF_WEEK", &[("string", text)])),
            None => Ok(None),
        },
    ))
}

#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Unit {
    /// Microseconds.
    Clock(i64),
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

fn unit(text: &str) -> Option<Unit> {
    Some(match text.to_uppercase().as_str() {
        "MICROSECOND" => Unit::Clock(1),
        "MILLISECOND" => Unit::Clock(1_000),
        "SECOND" => Unit::Clock(MICROS_PER_SECOND),
        "MINUTE" => Unit::Clock(60 * MICROS_PER_SECOND),
        "HOUR" => Unit::Clock(3_600 * MICROS_PER_SECOND),
        "DAY" | "DD" => Unit::Day,
        "WEEK" => Unit::Week,
        "MON" | "MONTH" | "MM" => Unit::Month,
        "QUARTER" => Unit::Quarter,
        "YEAR" | "YYYY" | "YY" => Unit::Year,
        _ => return None,
    })
}

fn truncated_day(days: i64, unit: Unit) -> i64 {
    let date = civil_from_days(days);
    match unit {
        Unit::Clock(_) | Unit::Day => days,
        Unit::Week => days - i64::from(weekday(days)) + 1,
        Unit::Month => days_from_civil(date.year, date.month, 1),
        Unit::Quarter => days_from_civil(date.year, (date.month - 1) / 3 * 3 + 1, 1),
        Unit::Year => days_from_civil(date.year, 1, 1),
    }
}

fn trunc(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    let types = expect(
        name,
        args,
        settings,
        &[Want::Is(DATE), Want::Is(DataType::String)],
    )?;
    Ok(binary::<i32, Str, i32>(types, DATE, true, |day, text| {
        let found = unit(text).filter(|u| *u >= Unit::Week);
        Ok(found.map(|u| truncated_day(i64::from(day), u) as i32))
    }))
}

fn date_trunc(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    let wants = [Want::Is(DataType::String), Want::Is(DataType::Timestamp)];
    let types = expect(name, args, settings, &wants)?;
    let zone = settings.time_zone;
    let truncate = move |unit: Unit, at: i64| {
        let local = zone.utc_to_local(at);
        let (day, _) = split_day(local);
        match unit {
            // Below an hour offsets do not matter, except those of old with odd seconds.
            Unit::Clock(size) => at - local.rem_euclid(size),
            unit => zone.local_to_utc(truncated_day(day, unit) * MICROS_PER_DAY),
        }
    };
    if let Some(Literal::String(text)) = &args[0].literal {
        let constant = unit(text);
        return Ok(binary::<Str, i64, i64>(
            types,
            DataType::Timestamp,
            true,
            move |_, at| Ok(constant.map(|u| truncate(u, at))),
        ));
    }
    Ok(binary::<Str, i64, i64>(
        types,
        DataType::Timestamp,
        true,
        move |text, at| Ok(unit(text).map(|u| truncate(u, at))),
    ))
}

/// The reading of another zone's clock, taken as if it were UTC, or back.
fn shifted_zone(name: &str, args: &[ArgType], settings: &Settings, from: bool) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    let wants = [Want::Is(DataType::Timestamp), Want::Is(DataType::String)];
    let types = expect(name, args, settings, &wants)?;
    Ok(binary::<i64, Str, i64>(
        types,
        DataType::Timestamp,
        any_nullable(args),
        move |at, text| {
            let zone = parse_zone(text)?;
            Ok(Some(if from {
                zone.utc_to_local(at)
            } else {
                zone.local_to_utc(at)
            }))
        },
    ))
}

/// The clock of another zone. With two arguments the first zone is the session's, which the
/// analysis puts in.
fn convert_timezone(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    if args.len() != 3 {
        return Err(wrong_count(name, "[2, 3]", args.len()));
    }
    let text = || Want::Is(DataType::String);
    let wants = [text(), text(), Want::Is(DataType::TimestampNtz)];
    let types = expect(name, args, settings, &wants)?;
    Ok(ternary::<Str, Str, i64, i64>(
        types,
        DataType::TimestampNtz,
        any_nullable(args),
        |from, to, at| {
            let (from, to) = (parse_zone(from)?, parse_zone(to)?);
            Ok(Some(to.utc_to_local(from.local_to_utc(at))))
        },
    ))
}
