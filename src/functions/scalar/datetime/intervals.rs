//! Intervals from numbers: `make_interval`, `try_make_interval`, `make_dt_interval`,
//! `make_ym_interval`. Arguments that are left out count as zero.

use std::sync::Arc;

use arrow::array::{ArrayRef, IntervalMonthDayNanoArray};
use arrow::datatypes::IntervalMonthDayNano;

use crate::error::{Result, SparkError};
use crate::functions::scalar::kernel::{binary, expand, is_null, native_values, quaternary};
use crate::functions::scalar::typing::{DAY_TIME, Want, YEAR_MONTH, any_nullable, arity, expect};
use crate::functions::{Arg, ArgType, Binding, Kernel, Scalar, Settings};
use crate::types::DataType;

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["make_interval", "try_make_interval"],
        bind: make_interval,
    },
    Scalar {
        names: &["make_dt_interval"],
        bind: make_day_time,
    },
    Scalar {
        names: &["make_ym_interval"],
        bind: make_year_month,
    },
];

const SECONDS: DataType = DataType::Decimal {
    precision: 18,
    scale: 6,
};
const MICROS_A_MINUTE: i64 = 60_000_000;

fn overflow() -> SparkError {
    SparkError::new("INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION", &[])
}

/// The types of the first numbers and of the seconds after them.
fn wants(numbers: usize) -> Vec<Want> {
    let mut wants = vec![Want::Is(DataType::Integer); numbers];
    wants.push(Want::Is(SECONDS));
    wants
}

fn make_interval(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 0, 7)?;
    let types = expect(name, args, settings, &wants(6))?;
    let fails = settings.ansi && name == "make_interval";
    let kernel: Kernel = Arc::new(move |args, rows| {
        if args.iter().all(|a| a.is_scalar) {
            return expand(intervals(args, 1, fails)?, rows);
        }
        intervals(args, rows, fails)
    });
    Ok(Binding {
        args: types,
        returns: DataType::CalendarInterval,
        nullable: !fails || any_nullable(args),
        kernel,
    })
}

fn intervals(args: &[Arg], rows: usize, fails: bool) -> Result<ArrayRef> {
    let (numbers, seconds) = args.split_at(args.len().min(6));
    let numbers = numbers
        .iter()
        .map(|arg| native_values::<i32>(arg.array.as_ref()))
        .collect::<Result<Vec<_>>>()?;
    let seconds = match seconds.first() {
        Some(arg) => Some(native_values::<i128>(arg.array.as_ref())?),
        None => None,
    };
    let mut made = Vec::with_capacity(rows);
    for row in 0..rows {
        if is_null(args, row) {
            made.push(None);
            continue;
        }
        let number = |at: usize| {
            numbers
                .get(at)
                .map_or(0, |n| i64::from(n[args[at].at(row)]))
        };
        let micros = seconds.map_or(0, |s| s[args[6].at(row)]);
        let parts = [0, 1, 2, 3, 4, 5].map(number);
        match interval(parts, micros)? {
            None if fails => {
                return Err(SparkError::new(
                    "ARITHMETIC_OVERFLOW",
                    &[
                        ("message", "overflow"),
                        ("alternative", ""),
                        ("config", "\"spark.sql.ansi.enabled\""),
                    ],
                ));
            }
            found => made.push(found),
        }
    }
    Ok(Arc::new(IntervalMonthDayNanoArray::from(made)))
}

/// Years, months, weeks, days, hours and minutes, and microseconds beside them.
fn interval(parts: [i64; 6], micros: i128) -> Result<Option<IntervalMonthDayNano>> {
    let Some((months, days, micros)) = fields(parts, micros) else {
        return Ok(None);
    };
    // Arrow keeps nanoseconds, which do not reach as far as microseconds.
    let nanos = micros.checked_mul(1_000).ok_or_else(|| {
        SparkError::not_implemented("an interval of more than 292 years of microseconds")
    })?;
    Ok(Some(IntervalMonthDayNano::new(months, days, nanos)))
}

fn fields(parts: [i64; 6], micros: i128) -> Option<(i32, i32, i64)> {
    let [years, months, weeks, days, hours, minutes] = parts;
    let months = i32::try_from(years * 12 + months).ok()?;
    let days = i32::try_from(weeks * 7 + days).ok()?;
    let minutes = hours * 60 + minutes;
    let micros = minutes
        .checked_mul(MICROS_A_MINUTE)?
        .checked_add(i64::try_from(micros).ok()?)?;
    Some((months, days, micros))
}

fn make_day_time(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 0, 4)?;
    let types = expect(name, args, settings, &wants(3))?;
    let nullable = any_nullable(args);
    if args.len() == 4 {
        return Ok(quaternary::<i32, i32, i32, i128, i64>(
            types,
            DAY_TIME,
            nullable,
            |days, hours, minutes, micros| day_time([days, hours, minutes], micros).map(Some),
        ));
    }
    let kernel: Kernel = Arc::new(move |args, rows| {
        let columns = args
            .iter()
            .map(|arg| native_values::<i32>(arg.array.as_ref()))
            .collect::<Result<Vec<_>>>()?;
        let mut made = Vec::with_capacity(rows);
        for row in 0..rows {
            let number = |at: usize| columns.get(at).map_or(0, |c| c[args[at].at(row)]);
            made.push(match is_null(args, row) {
                true => None,
                false => Some(day_time([0, 1, 2].map(number), 0)?),
            });
        }
        Ok(Arc::new(arrow::array::DurationMicrosecondArray::from(made)) as ArrayRef)
    });
    Ok(Binding {
        args: types,
        returns: DAY_TIME,
        nullable,
        kernel,
    })
}

fn day_time(parts: [i32; 3], micros: i128) -> Result<i64> {
    let [days, hours, minutes] = parts.map(i64::from);
    let minutes = (days * 24 + hours) * 60 + minutes;
    let sum = i128::from(minutes) * i128::from(MICROS_A_MINUTE) + micros;
    i64::try_from(sum).map_err(|_| overflow())
}

fn make_year_month(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 0, 2)?;
    let types = expect(name, args, settings, &[Want::Is(DataType::Integer)])?;
    let months = |years: i32, months: i32| {
        let sum = i64::from(years) * 12 + i64::from(months);
        i32::try_from(sum).map(Some).map_err(|_| overflow())
    };
    let nullable = any_nullable(args);
    if args.len() == 2 {
        return Ok(binary::<i32, i32, i32>(types, YEAR_MONTH, nullable, months));
    }
    let kernel: Kernel = Arc::new(move |args, rows| {
        let mut made = Vec::with_capacity(rows);
        for row in 0..rows {
            made.push(match args.first() {
                None => Some(0),
                Some(_) if is_null(args, row) => None,
                Some(arg) => {
                    let years = native_values::<i32>(arg.array.as_ref())?[arg.at(row)];
                    months(years, 0)?
                }
            });
        }
        Ok(Arc::new(arrow::array::IntervalYearMonthArray::from(made)) as ArrayRef)
    });
    Ok(Binding {
        args: types,
        returns: YEAR_MONTH,
        nullable,
        kernel,
    })
}
