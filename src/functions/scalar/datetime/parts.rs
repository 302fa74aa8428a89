//! Parts of dates and times: `year` to `second`, `extract`, `date_part`.

use crate::error::{Result, SparkError};
use crate::functions::scalar::kernel::unary;
use crate::functions::scalar::typing::{Want, arity, expect};
use crate::functions::{ArgType, Binding, Scalar, Settings};
use crate::plan::Literal;
use crate::types::datetime::civil::{
    MICROS_PER_DAY, MICROS_PER_SECOND, civil_from_days, days_from_civil, weekday,
};
use crate::types::datetime::{day_name, month_name};
use crate::types::{DataType, Zone};

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["year"],
        bind: |n, a, s| of_date(n, a, s, |d| civil_from_days(d).year as i32),
    },
    Scalar {
        names: &["quarter"],
        bind: |n, a, s| of_date(n, a, s, quarter),
    },
    Scalar {
        names: &["month"],
        bind: |n, a, s| of_date(n, a, s, |d| civil_from_days(d).month as i32),
    },
    Scalar {
        names: &["day", "dayofmonth"],
        bind: |n, a, s| of_date(n, a, s, |d| civil_from_days(d).day as i32),
    },
    Scalar {
        names: &["dayofweek"],
        bind: |n, a, s| of_date(n, a, s, day_of_week),
    },
    Scalar {
        names: &["weekday"],
        bind: |n, a, s| of_date(n, a, s, |d| weekday(d) as i32 - 1),
    },
    Scalar {
        names: &["dayofyear"],
        bind: |n, a, s| of_date(n, a, s, day_of_year),
    },
    Scalar {
        names: &["weekofyear"],
        bind: |n, a, s| of_date(n, a, s, |d| iso_week(d).1),
    },
    Scalar {
        names: &["monthname"],
        bind: |n, a, s| named(n, a, s, |d| month_name(civil_from_days(d).month)),
    },
    Scalar {
        names: &["dayname"],
        bind: |n, a, s| named(n, a, s, |d| day_name(weekday(d))),
    },
    Scalar {
        names: &["hour"],
        bind: |n, a, s| of_time(n, a, s, 3_600, 24),
    },
    Scalar {
        names: &["minute"],
        bind: |n, a, s| of_time(n, a, s, 60, 60),
    },
    Scalar {
        names: &["second"],
        bind: |n, a, s| of_time(n, a, s, 1, 60),
    },
    Scalar {
        names: &["extract", "date_part", "datepart"],
        bind: extract,
    },
];

fn quarter(days: i64) -> i32 {
    (civil_from_days(days).month as i32 - 1) / 3 + 1
}

/// Sunday is 1.
fn day_of_week(days: i64) -> i32 {
    (weekday(days) % 7) as i32 + 1
}

fn day_of_year(days: i64) -> i32 {
    (days - days_from_civil(civil_from_days(days).year, 1, 1)) as i32 + 1
}

/// Year and week of the ISO calendar: a week belongs to the year of its Thursday.
fn iso_week(days: i64) -> (i32, i32) {
    let thursday = days - i64::from(weekday(days)) + 4;
    (
        civil_from_days(thursday).year as i32,
        (day_of_year(thursday) - 1) / 7 + 1,
    )
}

fn of_date(
    name: &str,
    args: &[ArgType],
    settings: &Settings,
    f: fn(i64) -> i32,
) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let types = expect(name, args, settings, &[Want::Is(DataType::Date)])?;
    Ok(unary::<i32, i32>(
        types,
        DataType::Integer,
        args[0].nullable,
        move |d| Ok(Some(f(i64::from(d)))),
    ))
}

/// A part of a date that is a name.
fn named(
    name: &str,
    args: &[ArgType],
    settings: &Settings,
    f: fn(i64) -> &'static str,
) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let types = expect(name, args, settings, &[Want::Is(DataType::Date)])?;
    Ok(unary::<i32, String>(
        types,
        DataType::String,
        args[0].nullable,
        move |d| Ok(Some(f(i64::from(d)).to_string())),
    ))
}

fn zone_of(data_type: &DataType, settings: &Settings) -> Option<Zone> {
    (*data_type == DataType::Timestamp).then_some(settings.time_zone)
}

fn of_time(
    name: &str,
    args: &[ArgType],
    settings: &Settings,
    unit: i64,
    size: i64,
) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    if matches!(args[0].data_type, DataType::Time { .. }) {
        return Ok(super::time::part(&args[0], unit, size));
    }
    let types = expect(name, args, settings, &[Want::AnyTimestamp])?;
    let zone = zone_of(&types[0], settings);
    Ok(unary::<i64, i32>(
        types,
        DataType::Integer,
        args[0].nullable,
        move |at| {
            let local = zone.map_or(at, |z| z.utc_to_local(at));
            let seconds = local.div_euclid(MICROS_PER_SECOND);
            Ok(Some(seconds.div_euclid(unit).rem_euclid(size) as i32))
        },
    ))
}

/// `extract(field FROM source)`, with the field as a constant first argument.
fn extract(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    let Some(Literal::String(field)) = &args[0].literal else {
        return Err(SparkError::new(
            "NON_FOLDABLE_ARGUMENT",
            &[
                ("funcName", &format!("`{name}`")),
                ("paramName", "`field`"),
                ("paramType", "\"STRING\""),
            ],
        ));
    };
    let source = &args[1..];
    let found = match &source[0].data_type {
        DataType::YearMonthInterval { .. } | DataType::DayTimeInterval { .. } => {
            interval_part(&field.to_lowercase(), &source[0])
        }
        DataType::CalendarInterval => {
            return Err(SparkError::not_implemented(
                "extract from a calendar interval",
            ));
        }
        DataType::Time { precision } => match &*field.to_lowercase() {
            "second" | "s" | "sec" | "seconds" | "secs" => {
                Some(super::time::seconds(&source[0], *precision))
            }
            "hour" | "h" | "hours" | "hr" | "hrs" | "minute" | "m" | "min" | "mins" | "minutes" => {
                datetime_part(&field.to_lowercase(), source, settings)?
            }
            _ => None,
        },
        _ => datetime_part(&field.to_lowercase(), source, settings)?,
    };
    let Some(mut bound) = found else {
        return Err(SparkError::new(
            "INVALID_EXTRACT_FIELD",
            &[
                ("field", &format!("`{field}`")),
                ("expr", &format!("\"{}\"", source[0].text)),
            ],
        ));
    };
    // The field is a constant that the kernel does not look at.
    bound.args.insert(0, DataType::String);
    let kernel = bound.kernel;
    bound.kernel = std::sync::Arc::new(move |args, rows| kernel(&args[1..], rows));
    Ok(bound)
}

fn datetime_part(field: &str, args: &[ArgType], settings: &Settings) -> Result<Option<Binding>> {
    let date = |f| of_date(field, args, settings, f).map(Some);
    match field {
        "year" | "y" | "years" | "yr" | "yrs" => date(|d| civil_from_days(d).year as i32),
        "yearofweek" => date(|d| iso_week(d).0),
        "quarter" | "qtr" => date(quarter),
        "month" | "mon" | "mons" | "months" => date(|d| civil_from_days(d).month as i32),
        "week" | "w" | "weeks" => date(|d| iso_week(d).1),
        "day" | "d" | "days" => date(|d| civil_from_days(d).day as i32),
        "dayofweek" | "dow" => date(day_of_week),
        "dayofweek_iso" | "dow_iso" => date(|d| weekday(d) as i32),
        "doy" => date(day_of_year),
        "hour" | "h" | "hours" | "hr" | "hrs" => {
            of_time(field, args, settings, 3_600, 24).map(Some)
        }
        "minute" | "m" | "min" | "mins" | "minutes" => {
            of_time(field, args, settings, 60, 60).map(Some)
        }
        "second" | "s" | "sec" | "seconds" | "secs" => seconds(field, args, settings).map(Some),
        _ => Ok(None),
    }
}

fn seconds(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    let types = expect(name, args, settings, &[Want::AnyTimestamp])?;
    let returns = DataType::Decimal {
        precision: 8,
        scale: 6,
    };
    // Offsets of zones before 1900 have seconds, so the local reading counts.
    let zone = zone_of(&types[0], settings);
    Ok(unary::<i64, i128>(
        types,
        returns,
        args[0].nullable,
        move |at| {
            let local = zone.map_or(at, |z| z.utc_to_local(at));
            Ok(Some(i128::from(local.rem_euclid(60 * MICROS_PER_SECOND))))
        },
    ))
}

/// Whether an interval type has the field.
fn covers(data_type: &DataType, field: &str) -> bool {
    use crate::types::{DayTimeField as D, YearMonthField as Y};
    match data_type {
        DataType::YearMonthInterval { start, end } => {
            let wanted = if field.starts_with('y') {
                Y::Year
            } else {
                Y::Month
            };
            (*start..=*end).contains(&wanted)
        }
        DataType::DayTimeInterval { start, end } => {
            let wanted = match field.chars().next() {
                Some('d') => D::Day,
                Some('h') => D::Hour,
                Some('m') => D::Minute,
                _ => D::Second,
            };
            (*start..=*end).contains(&wanted)
        }
        _ => false,
    }
}

fn interval_part(field: &str, source: &ArgType) -> Option<Binding> {
    covers(&source.data_type, field).then_some(())?;
    let (types, nullable) = (vec![source.data_type.clone()], source.nullable);
    if matches!(source.data_type, DataType::YearMonthInterval { .. }) {
        let divide = matches!(field, "year" | "y" | "years" | "yr" | "yrs");
        if divide {
            return Some(unary::<i32, i32>(types, DataType::Integer, nullable, |m| {
                Ok(Some(m / 12))
            }));
        }
        matches!(field, "month" | "mon" | "mons" | "months").then_some(())?;
        return Some(unary::<i32, i8>(types, DataType::Byte, nullable, |m| {
            Ok(Some((m % 12) as i8))
        }));
    }
    let small = |unit: i64, size: i64| {
        let types = types.clone();
        Some(unary::<i64, i8>(
            types,
            DataType::Byte,
            nullable,
            move |v| Ok(Some((v / (unit * MICROS_PER_SECOND) % size) as i8)),
        ))
    };
    match field {
        "day" | "d" | "days" => Some(unary::<i64, i32>(types, DataType::Integer, nullable, |v| {
            Ok(Some((v / MICROS_PER_DAY) as i32))
        })),
        "hour" | "h" | "hours" | "hr" | "hrs" => small(3_600, 24),
        "minute" | "m" | "min" | "mins" | "minutes" => small(60, 60),
        "second" | "s" | "sec" | "seconds" | "secs" => {
            let returns = DataType::Decimal {
                precision: 8,
                scale: 6,
            };
            Some(unary::<i64, i128>(types, returns, nullable, |v| {
                Ok(Some(i128::from(v % (60 * MICROS_PER_SECOND))))
            }))
        }
        _ => None,
    }
}
