//! Operators between intervals, and an interval times or over a number.

use arrow::datatypes::{IntervalMonthDayNano, i256};

use super::decimals::{rescaled, rounded_quotient};
use super::temporal::{DATETIME_WANTED, refused_cast};
use super::{OnFailure, Op, numbers};
use crate::error::{ErrorClass, Result, SparkError};
use crate::functions::scalar::coercion::common_type;
use crate::functions::scalar::kernel::{Input, Output, binary, unary};
use crate::functions::scalar::typing::{TIME_ADD, different_operands, unexpected, wrong_operands};
use crate::functions::{ArgType, Binding, Settings};
use crate::types::DataType;
use crate::types::datetime::civil::MICROS_PER_DAY;

pub fn bind(
    name: &str,
    op: Op,
    failure: OnFailure,
    args: &[ArgType],
    settings: &Settings,
) -> Result<Binding> {
    use DataType as T;
    let (left, right) = (&args[0].data_type, &args[1].data_type);
    let is_number = |t: &T| t.is_numeric() || matches!(t, T::Null | T::String);
    match op {
        Op::Add | Op::Subtract => sum(name, op, failure, args, settings),
        Op::Multiply if is_interval(left) && is_number(right) => scaled(op, failure, args, (0, 1)),
        Op::Multiply if is_interval(right) && is_number(left) => scaled(op, failure, args, (1, 0)),
        Op::Divide if is_interval(left) && is_number(right) => scaled(op, failure, args, (0, 1)),
        Op::Multiply | Op::Divide if is_interval(left) => {
            Err(unexpected(name, args, 1, "\"NUMERIC\""))
        }
        Op::Multiply => {
            let turned = [args[1].clone(), args[0].clone()];
            Err(unexpected(name, &turned, 1, "\"NUMERIC\""))
        }
        Op::WholeDivide => ratio(name, failure, args, settings),
        _ => Err(match common_type(left, right, settings.ansi) {
            Some(common) => wrong_operands(name, args, op.required(), &common),
            None => different_operands(name, args),
        }),
    }
}

fn is_interval(data_type: &DataType) -> bool {
    use DataType as T;
    matches!(
        data_type,
        T::YearMonthInterval { .. } | T::DayTimeInterval { .. } | T::CalendarInterval
    )
}

fn overflow(op: Op) -> SparkError {
    let instead = if op == Op::Add {
        "`try_add`"
    } else {
        "`try_subtract`"
    };
    SparkError::new(
        "INTERVAL_ARITHMETIC_OVERFLOW.WITH_SUGGESTION",
        &[("functionName", instead)],
    )
}

fn found_or<T>(found: Option<T>, op: Op, failure: OnFailure) -> Result<Option<T>> {
    if found.is_none() && failure != OnFailure::Null {
        Err(overflow(op))
    } else {
        Ok(found)
    }
}

fn sum(
    name: &str,
    op: Op,
    failure: OnFailure,
    args: &[ArgType],
    settings: &Settings,
) -> Result<Binding> {
    use DataType as T;
    let (left, right) = (&args[0].data_type, &args[1].data_type);
    let nullable = args.iter().any(|a| a.nullable);
    let null = |t: &T| *t == T::Null;
    if (null(left) || op == Op::Add && null(right))
        && (*left == T::CalendarInterval || *right == T::CalendarInterval)
    {
        return Err(refused_cast(name, args, "\"TIMESTAMP\"", "\"VOID\""));
    }
    let Some(common) = common_type(left, right, settings.ansi).filter(is_interval) else {
        let timed = |t: &T| matches!(t, T::DayTimeInterval { .. } | T::CalendarInterval);
        if op == Op::Add && (timed(left) || timed(right)) {
            let (first, second) = if timed(right) { (0, 1) } else { (1, 0) };
            let turned = [args[first].clone(), args[second].clone()];
            return Err(unexpected(TIME_ADD, &turned, 0, DATETIME_WANTED));
        }
        return Err(different_operands(name, args));
    };
    let types = vec![common.clone(); 2];
    macro_rules! plain {
        ($native:ty) => {
            binary::<$native, $native, $native>(types, common, nullable, move |a, b| {
                let sum = if op == Op::Add {
                    a.checked_add(b)
                } else {
                    a.checked_sub(b)
                };
                found_or(sum, op, failure)
            })
        };
    }
    Ok(match &common {
        T::YearMonthInterval { .. } => plain!(i32),
        T::DayTimeInterval { .. } => plain!(i64),
        _ => binary::<IntervalMonthDayNano, IntervalMonthDayNano, IntervalMonthDayNano>(
            types,
            common,
            nullable,
            move |a, b| found_or(calendar_sum(op, a, b), op, failure),
        ),
    })
}

fn calendar_sum(
    op: Op,
    a: IntervalMonthDayNano,
    b: IntervalMonthDayNano,
) -> Option<IntervalMonthDayNano> {
    let sign = if op == Op::Add { 1 } else { -1 };
    Some(IntervalMonthDayNano::new(
        a.months.checked_add(b.months.checked_mul(sign)?)?,
        a.days.checked_add(b.days.checked_mul(sign)?)?,
        a.nanoseconds
            .checked_add(b.nanoseconds.checked_mul(i64::from(sign))?)?,
    ))
}

pub fn negate_calendar(nullable: bool) -> Binding {
    let interval = DataType::CalendarInterval;
    unary::<IntervalMonthDayNano, IntervalMonthDayNano>(
        vec![interval.clone()],
        interval,
        nullable,
        |v| match calendar_sum(Op::Subtract, IntervalMonthDayNano::new(0, 0, 0), v) {
            None => Err(SparkError::plain(
                ErrorClass::Arithmetic,
                "integer overflow",
            )),
            found => Ok(found),
        },
    )
}

/// `interval div interval`.
fn ratio(name: &str, failure: OnFailure, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    use DataType as T;
    let (left, right) = (&args[0].data_type, &args[1].data_type);
    let common = common_type(left, right, settings.ansi);
    let by_zero = move || match failure {
        OnFailure::Raise => Err(numbers::by_zero(Op::WholeDivide)),
        _ => Ok(None),
    };
    match common {
        Some(common @ T::YearMonthInterval { .. }) => Ok(binary::<i32, i32, i64>(
            vec![common; 2],
            T::Long,
            true,
            move |a, b| {
                if b == 0 {
                    by_zero()
                } else {
                    Ok(Some(i64::from(a) / i64::from(b)))
                }
            },
        )),
        Some(common @ T::DayTimeInterval { .. }) => Ok(binary::<i64, i64, i64>(
            vec![common; 2],
            T::Long,
            true,
            move |a, b| {
                if b == 0 {
                    by_zero()
                } else {
                    Ok(Some(a.wrapping_div(b)))
                }
            },
        )),
        Some(common) => Err(wrong_operands(
            name,
            args,
            Op::WholeDivide.required(),
            &common,
        )),
        None => Err(different_operands(name, args)),
    }
}

/// A number that scales an interval.
trait Factor: Input {
    /// The interval's months or microseconds times (over) the number, rounded half
    /// away from zero.
    fn apply(op: Op, value: i64, by: Self::Item<'_>, scale: i16) -> Option<i64>;
    fn is_zero(by: &Self::Item<'_>) -> bool;
}

impl Factor for i64 {
    fn apply(op: Op, value: i64, by: i64, _: i16) -> Option<i64> {
        if op == Op::Multiply {
            return value.checked_mul(by);
        }
        rounded_quotient(i256::from(value), i256::from(by))?
            .to_i128()?
            .try_into()
            .ok()
    }
    fn is_zero(by: &i64) -> bool {
        *by == 0
    }
}

impl Factor for i128 {
    fn apply(op: Op, value: i64, by: i128, scale: i16) -> Option<i64> {
        let value = i256::from(value);
        let by = i256::from_i128(by);
        let found = if op == Op::Multiply {
            rescaled(value.checked_mul(by)?, scale, 0)?
        } else {
            rounded_quotient(rescaled(value, 0, scale)?, by)?
        };
        found.to_i128()?.try_into().ok()
    }
    fn is_zero(by: &i128) -> bool {
        *by == 0
    }
}

impl Factor for f64 {
    fn apply(op: Op, value: i64, by: f64, _: i16) -> Option<i64> {
        let exact = if op == Op::Multiply {
            value as f64 * by
        } else {
            value as f64 / by
        };
        let rounded = exact.round();
        (rounded.abs() < 9.223_372_036_854_776e18).then_some(rounded as i64)
    }
    fn is_zero(by: &f64) -> bool {
        *by == 0.0
    }
}

fn scaled(op: Op, failure: OnFailure, args: &[ArgType], at: (usize, usize)) -> Result<Binding> {
    use DataType as T;
    let (interval, number) = (&args[at.0].data_type, &args[at.1].data_type);
    let nullable = args.iter().any(|a| a.nullable);
    if *interval == T::CalendarInterval {
        return Ok(scaled_calendar(op, failure, at));
    }
    Ok(match number {
        t if t.is_integral() => factor::<i64>(op, failure, interval, T::Long, 0, at, nullable),
        T::Decimal { scale, .. } => factor::<i128>(
            op,
            failure,
            interval,
            number.clone(),
            i16::from(*scale),
            at,
            nullable,
        ),
        _ => factor::<f64>(op, failure, interval, T::Double, 0, at, nullable),
    })
}

fn factor<F: Factor>(
    op: Op,
    failure: OnFailure,
    interval: &DataType,
    number: DataType,
    scale: i16,
    at: (usize, usize),
    nullable: bool,
) -> Binding {
    if matches!(interval, DataType::YearMonthInterval { .. }) {
        let returns = super::super::typing::YEAR_MONTH;
        let to = |v: i64| i32::try_from(v).ok();
        sized::<i32, F>(
            op,
            failure,
            interval,
            returns,
            number,
            scale,
            at,
            nullable,
            i64::from,
            to,
        )
    } else {
        let returns = super::super::typing::DAY_TIME;
        sized::<i64, F>(
            op,
            failure,
            interval,
            returns,
            number,
            scale,
            at,
            nullable,
            |v| v,
            Some,
        )
    }
}

#[allow(clippy::too_many_arguments)]
fn sized<I, F>(
    op: Op,
    failure: OnFailure,
    interval: &DataType,
    returns: DataType,
    number: DataType,
    scale: i16,
    at: (usize, usize),
    nullable: bool,
    wide: fn(I) -> i64,
    narrow: fn(i64) -> Option<I>,
) -> Binding
where
    I: for<'a> Input<Item<'a> = I> + Output + Copy,
    F: Factor,
{
    let small = matches!(interval, DataType::YearMonthInterval { .. });
    let message = if small {
        "integer overflow"
    } else {
        "long overflow"
    };
    let compute = move |value: I, by: F::Item<'_>| {
        if op == Op::Divide && F::is_zero(&by) {
            return match failure {
                OnFailure::Null => Ok(None),
                _ => Err(SparkError::new("INTERVAL_DIVIDED_BY_ZERO", &[])),
            };
        }
        match F::apply(op, wide(value), by, scale).and_then(narrow) {
            None if failure == OnFailure::Null => Ok(None),
            None => Err(SparkError::plain(ErrorClass::Arithmetic, message)),
            found => Ok(found),
        }
    };
    if at.0 == 0 {
        binary::<I, F, I>(vec![interval.clone(), number], returns, nullable, compute)
    } else {
        binary::<F, I, I>(
            vec![number, interval.clone()],
            returns,
            nullable,
            move |a, b| compute(b, a),
        )
    }
}

fn scaled_calendar(op: Op, failure: OnFailure, at: (usize, usize)) -> Binding {
    let interval = DataType::CalendarInterval;
    let compute = move |value: IntervalMonthDayNano, by: f64| {
        if op == Op::Divide && by == 0.0 {
            return match failure {
                OnFailure::Raise => Err(SparkError::new("INTERVAL_DIVIDED_BY_ZERO", &[])),
                _ => Ok(None),
            };
        }
        let scale = |v: f64| if op == Op::Multiply { v * by } else { v / by };
        let months = scale(f64::from(value.months)).trunc();
        let days = scale(f64::from(value.days));
        let micros = scale((value.nanoseconds / 1_000) as f64)
            + (days - days.trunc()) * MICROS_PER_DAY as f64;
        Ok(Some(IntervalMonthDayNano::new(
            months as i32,
            days.trunc() as i32,
            (micros.round() as i64).saturating_mul(1_000),
        )))
    };
    if at.0 == 0 {
        let types = vec![interval.clone(), DataType::Double];
        binary::<IntervalMonthDayNano, f64, _>(types, interval, true, compute)
    } else {
        let types = vec![DataType::Double, interval.clone()];
        binary::<f64, IntervalMonthDayNano, _>(types, interval, true, move |a, b| compute(b, a))
    }
}
