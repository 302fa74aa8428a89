//! `sequence`: arrays from a start to a stop by a step.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Int64Array, ListArray};
use arrow::buffer::{NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{DataType as ArrowType, Int64Type};

use super::arrays::list_field;
use super::insert::within_count;
use crate::error::{ErrorClass, Result, SparkError};
use crate::functions::scalar::arithmetic::timestamp_add;
use crate::functions::scalar::coercion::{common_type, common_type_of};
use crate::functions::scalar::kernel::{arrow_error, is_null, native_values, retyped};
use crate::functions::scalar::typing::{any_nullable, arity, mismatch};
use crate::functions::{Arg, ArgType, Binding, Kernel, Scalar, Settings};
use crate::types::datetime::civil::MICROS_PER_DAY;
use crate::types::{DataType, Zone};

pub static FUNCTIONS: &[Scalar] = &[Scalar {
    names: &["sequence"],
    bind: sequence,
}];

/// More elements than an array can have.
const MICROS_PER_MONTH: i64 = 2_629_746_000_000;

fn wrong_types(name: &str, args: &[ArgType]) -> SparkError {
    mismatch(
        "SEQUENCE_WRONG_INPUT_TYPES",
        name,
        args,
        &[
            ("functionName", "`sequence`"),
            (
                "startType",
                "(\"TIMESTAMP\" or \"TIMESTAMP_NTZ\" or \"DATE\")",
            ),
            (
                "stepType",
                "(\"INTERVAL\" or \"INTERVAL YEAR TO MONTH\" or \"INTERVAL DAY TO SECOND\")",
            ),
            ("otherStartType", "\"INTEGRAL\""),
        ],
    )
}

fn sequence(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 3)?;
    let common = common_type(&args[0].data_type, &args[1].data_type, settings.ansi);
    match common {
        Some(moment) if moment.is_datetime() => moments(name, args, moment, settings),
        Some(number) if number.is_integral() => {
            let all = common_type_of(args.iter().map(|a| &a.data_type), settings.ansi);
            match all.filter(DataType::is_integral) {
                Some(element) => Ok(numbers(args, element)),
                None => Err(wrong_types(name, args)),
            }
        }
        _ => Err(wrong_types(name, args)),
    }
}

fn binding(
    args: &[ArgType],
    types: Vec<DataType>,
    element: DataType,
    fill: impl Fn(&[Arg], usize, &mut Vec<i64>) -> Result<()> + Send + Sync + 'static,
) -> Binding {
    let returns = DataType::Array {
        element: Box::new(element),
        contains_null: false,
    };
    let storage = returns.to_arrow();
    let kernel: Kernel = Arc::new(move |args, rows| {
        let (mut values, mut ends) = (Vec::new(), vec![0_i32]);
        let mut valid = Vec::with_capacity(rows);
        for row in 0..rows {
            let null = is_null(args, row);
            if !null {
                fill(args, row, &mut values)?;
            }
            valid.push(!null);
            let end = i32::try_from(values.len());
            ends.push(end.map_err(|_| too_long())?);
        }
        list(&storage, values, ends, valid)
    });
    Binding {
        args: types,
        returns,
        nullable: any_nullable(args),
        kernel,
    }
}

fn list(
    storage: &ArrowType,
    values: Vec<i64>,
    ends: Vec<i32>,
    valid: Vec<bool>,
) -> Result<ArrayRef> {
    let field = list_field(storage)?;
    let wide: ArrayRef = Arc::new(Int64Array::from(values));
    let elements = match field.data_type() {
        ArrowType::Int64 | ArrowType::Timestamp(..) => retyped(wide, field.data_type())?,
        ArrowType::Date32 => {
            let days = arrow::compute::cast(&wide, &ArrowType::Int32).map_err(arrow_error)?;
            retyped(days, field.data_type())?
        }
        narrow => arrow::compute::cast(&wide, narrow).map_err(arrow_error)?,
    };
    let nulls = NullBuffer::from(valid);
    let nulls = (nulls.null_count() > 0).then_some(nulls);
    let offsets = OffsetBuffer::new(ScalarBuffer::from(ends));
    let built = ListArray::try_new(Arc::clone(field), offsets, elements, nulls);
    Ok(Arc::new(built.map_err(arrow_error)?))
}

/// All sequences of a batch together are longer than a column may be.
fn too_long() -> SparkError {
    SparkError::not_implemented("a column of sequences with more elements than fit into it")
}

/// Refuses a step that does not lead from start to stop.
fn check(start: i64, stop: i64, step: i64) -> Result<()> {
    let leads = match step.signum() {
        1 => start <= stop,
        -1 => start >= stop,
        _ => start == stop,
    };
    if !leads {
        let message =
            format!("requirement failed: Illegal sequence boundaries: {start} to {stop} by {step}");
        return Err(SparkError::plain(ErrorClass::IllegalArgument, message));
    }
    let distance = i128::from(stop) - i128::from(start);
    match step {
        0 => Ok(()),
        step => within_count("sequence", distance / i128::from(step) + 1),
    }
}

fn push_steps(start: i64, stop: i64, step: i64, out: &mut Vec<i64>) -> Result<()> {
    check(start, stop, step)?;
    let mut next = Some(start);
    while let Some(value) = next {
        out.push(value);
        let ahead = value.checked_add(step).filter(|_| step != 0);
        next = ahead.filter(|v| if step > 0 { *v <= stop } else { *v >= stop });
    }
    Ok(())
}

/// Integers are read as `bigint` and narrowed at the end.
fn numbers(args: &[ArgType], element: DataType) -> Binding {
    let types = vec![DataType::Long; args.len()];
    binding(args, types, element, |args, row, out| {
        let at = |i: usize| {
            let arg: &Arg = &args[i];
            arg.array.as_primitive::<Int64Type>().value(arg.at(row))
        };
        let (start, stop) = (at(0), at(1));
        let step = if args.len() == 3 {
            at(2)
        } else if start <= stop {
            1
        } else {
            -1
        };
        push_steps(start, stop, step, out)
    })
}

/// A step in time; days are those of the calendar.
#[derive(Clone, Copy)]
struct Step {
    months: i64,
    days: i64,
    micros: i64,
}

impl Step {
    fn read(arg: Option<&Arg>, row: usize, forward: bool) -> Result<Self> {
        let Some(arg) = arg else {
            return Ok(Self {
                months: 0,
                days: if forward { 1 } else { -1 },
                micros: 0,
            });
        };
        let (array, at) = (arg.array.as_ref(), arg.at(row));
        if let ArrowType::Interval(_) = array.data_type() {
            let months = i64::from(native_values::<i32>(array)?[at]);
            return Ok(Self {
                months,
                days: 0,
                micros: 0,
            });
        }
        let micros = native_values::<i64>(array)?[at];
        Ok(Self {
            months: 0,
            days: micros / MICROS_PER_DAY,
            micros: micros % MICROS_PER_DAY,
        })
    }

    /// About how long the step is.
    fn estimate(self) -> i64 {
        let days = self.days.saturating_mul(MICROS_PER_DAY);
        let months = self.months.saturating_mul(MICROS_PER_MONTH);
        months.saturating_add(days).saturating_add(self.micros)
    }

    fn push(self, start: i64, stop: i64, zone: &Zone, out: &mut Vec<i64>) -> Result<()> {
        if self.months == 0 && self.days == 0 {
            return push_steps(start, stop, self.micros, out);
        }
        let length = self.estimate();
        check(start, stop, length)?;
        // From the start each time, since months are cut at their last day.
        for count in 0.. {
            let times = |part: i64| part.checked_mul(count).map(i32::try_from);
            let (Some(Ok(months)), Some(Ok(days)), Some(micros)) = (
                times(self.months),
                times(self.days),
                self.micros.checked_mul(count),
            ) else {
                break;
            };
            let Some(at) = timestamp_add(start, months, days, micros, Some(zone)) else {
                break;
            };
            if if length > 0 { at > stop } else { at < stop } {
                break;
            }
            out.push(at);
        }
        Ok(())
    }
}

fn moments(name: &str, args: &[ArgType], moment: DataType, settings: &Settings) -> Result<Binding> {
    use DataType as T;
    let mut types = vec![moment.clone(); 2];
    match args.get(2).map(|a| &a.data_type) {
        None => {}
        Some(step @ (T::YearMonthInterval { .. } | T::DayTimeInterval { .. })) => {
            types.push(step.clone());
        }
        Some(step @ (T::CalendarInterval | T::Null)) => {
            let what = format!("sequence with a step of type {step}");
            return Err(SparkError::not_implemented(what));
        }
        Some(_) => return Err(wrong_types(name, args)),
    }
    let dates = moment == T::Date;
    let zone = if moment == T::Timestamp {
        settings.time_zone
    } else {
        Zone::UTC
    };
    Ok(binding(args, types, moment, move |args, row, out| {
        let at = |i: usize| -> Result<i64> {
            let (array, at) = (args[i].array.as_ref(), args[i].at(row));
            Ok(if dates {
                i64::from(native_values::<i32>(array)?[at]) * MICROS_PER_DAY
            } else {
                native_values::<i64>(array)?[at]
            })
        };
        let (start, stop) = (at(0)?, at(1)?);
        let step = Step::read(args.get(2), row, start <= stop)?;
        if dates && step.micros != 0 {
            return Err(SparkError::plain(
                ErrorClass::IllegalArgument,
                "sequence step must be an interval day to second of day granularity if start \
                 and end values are dates",
            ));
        }
        let first = out.len();
        step.push(start, stop, &zone, out)?;
        if dates {
            for value in &mut out[first..] {
                *value = value.div_euclid(MICROS_PER_DAY);
            }
        }
        Ok(())
    }))
}
