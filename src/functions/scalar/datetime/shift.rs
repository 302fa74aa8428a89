//! `timestampadd` and `timestampdiff`: steps of a unit of time from a moment, and
//! whole steps between two. The calendar's units follow the session's time zone.

use crate::error::{Result, SparkError};
use crate::functions::scalar::arithmetic::timestamp_add;
use crate::functions::scalar::kernel::binary;
use crate::functions::scalar::typing::{Want, any_nullable, arity, expect};
use crate::functions::{Arg, ArgType, Binding, Kernel, Scalar, Settings};
use crate::plan::Literal;
use crate::types::datetime::civil::{MICROS_PER_DAY, civil_from_days, split_day};
use crate::types::{DataType, Zone};

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["timestampadd"],
        bind: timestamp_added,
    },
    Scalar {
        names: &["timestampdiff"],
        bind: timestamp_difference,
    },
];

/// A unit as so many months, days or microseconds.
#[derive(Debug, Clone, Copy)]
enum Step {
    Months(i64),
    Days(i64),
    Micros(i64),
}

fn step_of(name: &str, unit: &ArgType) -> Result<Step> {
    let Some(Literal::String(text)) = &unit.literal else {
        return Err(SparkError::not_implemented(format!(
            "a unit of {name} that is no constant"
        )));
    };
    Ok(match text.to_ascii_uppercase().as_str() {
        "YEAR" => Step::Months(12),
        "QUARTER" => Step::Months(3),
        "MONTH" => Step::Months(1),
        "WEEK" => Step::Days(7),
        "DAY" => Step::Days(1),
        "DAYOFYEAR" if name != "timestampdiff" => Step::Days(1),
        "HOUR" => Step::Micros(3_600_000_000),
        "MINUTE" => Step::Micros(60_000_000),
        "SECOND" => Step::Micros(1_000_000),
        "MILLISECOND" => Step::Micros(1_000),
        "MICROSECOND" => Step::Micros(1),
        _ => {
            return Err(SparkError::new(
                "INVALID_PARAMETER_VALUE.DATETIME_UNIT",
                &[
                    ("functionName", &format!("`{name}`")),
                    ("parameter", "`unit`"),
                    ("invalidValue", &format!("'{text}'")),
                ],
            ));
        }
    })
}

/// The kernel without the unit, which is part of it by now.
fn after_unit(mut bound: Binding) -> Binding {
    let kernel = bound.kernel;
    let rest: Kernel = std::sync::Arc::new(move |args: &[Arg], rows| kernel(&args[1..], rows));
    bound.kernel = rest;
    bound.args.insert(0, DataType::String);
    bound
}

/// `timestampadd(unit, steps, time)`.
pub(super) fn timestamp_added(
    name: &str,
    args: &[ArgType],
    settings: &Settings,
) -> Result<Binding> {
    arity(name, args, 3, 3)?;
    let step = step_of(name, &args[0])?;
    let wants = [
        Want::Is(DataType::String),
        Want::Is(DataType::Long),
        Want::AnyTimestamp,
    ];
    let types = expect(name, args, settings, &wants)?;
    let time = types[2].clone();
    let zone = (time == DataType::Timestamp).then_some(settings.time_zone);
    let moved = move |count: i64, at: i64| match added(step, count, at, zone) {
        Some(moved) => Ok(Some(moved)),
        None => Err(SparkError::new(
            "DATETIME_OVERFLOW",
            &[("operation", &format!("add {count} steps to a timestamp"))],
        )),
    };
    let nullable = any_nullable(&args[1..]);
    let bound = binary::<i64, i64, i64>(vec![DataType::Long, time.clone()], time, nullable, moved);
    Ok(after_unit(bound))
}

fn added(step: Step, count: i64, at: i64, zone: Option<Zone>) -> Option<i64> {
    let small = |size: i64| i32::try_from(count.checked_mul(size)?).ok();
    match step {
        Step::Months(size) => timestamp_add(at, small(size)?, 0, 0, zone.as_ref()),
        Step::Days(size) => timestamp_add(at, 0, small(size)?, 0, zone.as_ref()),
        Step::Micros(size) => at.checked_add(count.checked_mul(size)?),
    }
}

/// `timestampdiff(unit, from, to)`.
pub(super) fn timestamp_difference(
    name: &str,
    args: &[ArgType],
    settings: &Settings,
) -> Result<Binding> {
    arity(name, args, 3, 3)?;
    let step = step_of(name, &args[0])?;
    let stamp = || Want::Is(DataType::Timestamp);
    expect(
        name,
        args,
        settings,
        &[Want::Is(DataType::String), stamp(), stamp()],
    )?;
    let zone = settings.time_zone;
    let bound = binary::<i64, i64, i64>(
        vec![DataType::Timestamp; 2],
        DataType::Long,
        any_nullable(&args[1..]),
        move |from, to| Ok(Some(steps_between(step, from, to, zone))),
    );
    Ok(after_unit(bound))
}

fn steps_between(step: Step, from: i64, to: i64, zone: Zone) -> i64 {
    let local = |at| zone.utc_to_local(at);
    match step {
        Step::Micros(size) => to.saturating_sub(from) / size,
        Step::Days(size) => local(to).saturating_sub(local(from)) / MICROS_PER_DAY / size,
        Step::Months(size) => months_between(local(from), local(to)) / size,
    }
}

/// Whole months: one more day or hour counts for nothing.
fn months_between(from: i64, to: i64) -> i64 {
    let part = |at| {
        let (day, time) = split_day(at);
        let date = civil_from_days(day);
        (date.year * 12 + i64::from(date.month), (date.day, time))
    };
    let ((from_month, from_rest), (to_month, to_rest)) = (part(from), part(to));
    let months = to_month - from_month;
    match months {
        m if m > 0 && to_rest < from_rest => m - 1,
        m if m < 0 && to_rest > from_rest => m + 1,
        m => m,
    }
}
