//! Arithmetic on integers and floating-point numbers.

use std::sync::Arc;

use arrow::array::{ArrayRef, PrimitiveArray};
use arrow::datatypes::{
    ArrowPrimitiveType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
};

use super::{OnFailure, Op};
use crate::error::{Result, SparkError};
use crate::functions::scalar::kernel::{
    column_nulls, expand, is_null, native_values, pure, pure2, unary,
};
use crate::functions::scalar::typing::{Want, arity, expect, unexpected};
use crate::functions::{Arg, ArgType, Binding, Kernel, Settings};
use crate::types::DataType;

const ANSI_KEY: &str = "\"spark.sql.ansi.enabled\"";

/// An overflow; `instead` is the tolerant function, where there is one.
pub fn overflow(message: &str, instead: Option<&str>) -> SparkError {
    let alternative = instead.map_or_else(String::new, |name| {
        format!(" Use '{name}' to tolerate overflow and return NULL instead.")
    });
    SparkError::new(
        "ARITHMETIC_OVERFLOW",
        &[
            ("message", message),
            ("alternative", &alternative),
            ("config", ANSI_KEY),
        ],
    )
}

pub fn by_zero(op: Op) -> SparkError {
    let condition = match op {
        Op::Remainder | Op::Modulo => "REMAINDER_BY_ZERO",
        _ => "DIVIDE_BY_ZERO",
    };
    SparkError::new(condition, &[("config", ANSI_KEY)])
}

fn instead(op: Op) -> Option<&'static str> {
    match op {
        Op::Add => Some("try_add"),
        Op::Subtract => Some("try_subtract"),
        Op::Multiply => Some("try_multiply"),
        Op::WholeDivide => Some("try_divide"),
        _ => None,
    }
}

/// Integers as the kernels need them.
trait Whole: ArrowPrimitiveType {
    fn checked(op: Op, a: Self::Native, b: Self::Native) -> Option<Self::Native>;
    fn wrapping(op: Op, a: Self::Native, b: Self::Native) -> Self::Native;
    fn is_zero(a: Self::Native) -> bool;
    fn overflow(op: Op, a: Self::Native, b: Self::Native) -> SparkError;
}

macro_rules! whole {
    ($($arrow:ty, $small:expr);*) => {$(
        impl Whole for $arrow {
            #[inline(always)]
            fn checked(op: Op, a: Self::Native, b: Self::Native) -> Option<Self::Native> {
                match op {
                    Op::Add => a.checked_add(b),
                    Op::Subtract => a.checked_sub(b),
                    Op::Multiply => a.checked_mul(b),
                    Op::WholeDivide | Op::Divide => a.checked_div(b),
                    Op::Remainder => Some(a.wrapping_rem(b)),
                    Op::Modulo => Some(Self::wrapping(op, a, b)),
                }
            }
            #[inline(always)]
            fn wrapping(op: Op, a: Self::Native, b: Self::Native) -> Self::Native {
                match op {
                    Op::Add => a.wrapping_add(b),
                    Op::Subtract => a.wrapping_sub(b),
                    Op::Multiply => a.wrapping_mul(b),
                    Op::WholeDivide | Op::Divide => a.wrapping_div(b),
                    Op::Remainder => a.wrapping_rem(b),
                    Op::Modulo => {
                        let r = a.wrapping_rem(b);
                        if r < 0 { r.wrapping_add(b).wrapping_rem(b) } else { r }
                    }
                }
            }
            #[inline(always)]
            fn is_zero(a: Self::Native) -> bool {
                a == 0
            }
            #[cold]
            fn overflow(op: Op, a: Self::Native, b: Self::Native) -> SparkError {
                if !$small {
                    return overflow("overflow", instead(op));
                }
                SparkError::new(
                    "BINARY_ARITHMETIC_OVERFLOW",
                    &[
                        ("value1", &format!("{a}S")),
                        ("symbol", op.symbol()),
                        ("value2", &format!("{b}S")),
                        ("functionName", &format!("`{}`", instead(op).unwrap_or(""))),
                    ],
                )
            }
        }
    )*};
}

whole!(Int8Type, true; Int16Type, true; Int32Type, false; Int64Type, false);

/// An operator on two numbers of one type.
pub fn bind(op: Op, failure: OnFailure, data_type: &DataType, nullable: bool) -> Binding {
    let args = vec![data_type.clone(); 2];
    let (kernel, returns) = match data_type {
        DataType::Byte => (whole_kernel::<Int8Type>(op, failure), DataType::Byte),
        DataType::Short => (whole_kernel::<Int16Type>(op, failure), DataType::Short),
        DataType::Integer => (whole_kernel::<Int32Type>(op, failure), DataType::Integer),
        DataType::Long => (whole_kernel::<Int64Type>(op, failure), DataType::Long),
        DataType::Float => return float(op, failure, nullable),
        _ => return double(op, failure, nullable),
    };
    Binding {
        args,
        returns,
        nullable: nullable || op.is_division(),
        kernel,
    }
}

fn whole_kernel<T: Whole>(op: Op, failure: OnFailure) -> Kernel {
    // One monomorphic loop an operator, so that the operator is not looked at per row.
    match op {
        Op::Add => whole_loop::<T>(
            failure,
            op,
            |a, b| T::checked(Op::Add, a, b),
            |a, b| T::wrapping(Op::Add, a, b),
        ),
        Op::Subtract => whole_loop::<T>(
            failure,
            op,
            |a, b| T::checked(Op::Subtract, a, b),
            |a, b| T::wrapping(Op::Subtract, a, b),
        ),
        Op::Multiply => whole_loop::<T>(
            failure,
            op,
            |a, b| T::checked(Op::Multiply, a, b),
            |a, b| T::wrapping(Op::Multiply, a, b),
        ),
        _ => Arc::new(move |args, rows| division::<T>(op, failure, args, rows)),
    }
}

fn whole_loop<T: Whole>(
    failure: OnFailure,
    op: Op,
    checked: impl Fn(T::Native, T::Native) -> Option<T::Native> + Copy + Send + Sync + 'static,
    wrapping: impl Fn(T::Native, T::Native) -> T::Native + Copy + Send + Sync + 'static,
) -> Kernel {
    Arc::new(move |args, rows| {
        let a = native_values::<T::Native>(args[0].array.as_ref())?;
        let b = native_values::<T::Native>(args[1].array.as_ref())?;
        if args.iter().any(|arg| arg.is_scalar && arg.array.is_null(0)) {
            return Ok(arrow::array::new_null_array(&T::DATA_TYPE, rows));
        }
        // Values are computed in one pass that only remembers whether any
        // overflowed; what overflowed is looked for afterwards, if at all.
        let mut failed = false;
        let mut step = |a: T::Native, b: T::Native| {
            failed |= checked(a, b).is_none();
            wrapping(a, b)
        };
        let values: Vec<T::Native> = match (args[0].is_scalar, args[1].is_scalar) {
            (false, false) => a.iter().zip(b).map(|(a, b)| step(*a, *b)).collect(),
            (false, true) => a.iter().map(|a| step(*a, b[0])).collect(),
            (true, false) => b.iter().map(|b| step(a[0], *b)).collect(),
            (true, true) => vec![step(a[0], b[0]); rows],
        };
        let nulls = column_nulls(args);
        if !failed || failure == OnFailure::Legacy {
            return Ok(Arc::new(PrimitiveArray::<T>::new(values.into(), nulls)) as ArrayRef);
        }
        let mut out = Vec::with_capacity(rows);
        for row in 0..rows {
            let (l, r) = (a[args[0].at(row)], b[args[1].at(row)]);
            let value = if is_null(args, row) {
                None
            } else {
                checked(l, r)
            };
            if value.is_none() && failure == OnFailure::Raise && !is_null(args, row) {
                return Err(T::overflow(op, l, r));
            }
            out.push(value);
        }
        Ok(Arc::new(out.into_iter().collect::<PrimitiveArray<T>>()))
    })
}

fn division<T: Whole>(op: Op, failure: OnFailure, args: &[Arg], rows: usize) -> Result<ArrayRef> {
    let a = native_values::<T::Native>(args[0].array.as_ref())?;
    let b = native_values::<T::Native>(args[1].array.as_ref())?;
    let mut out = Vec::with_capacity(rows);
    for row in 0..rows {
        if is_null(args, row) {
            out.push(None);
            continue;
        }
        let (l, r) = (a[args[0].at(row)], b[args[1].at(row)]);
        out.push(match failure {
            OnFailure::Raise if T::is_zero(r) => return Err(by_zero(op)),
            _ if T::is_zero(r) => None,
            OnFailure::Legacy => Some(T::wrapping(op, l, r)),
            OnFailure::Null => T::checked(op, l, r),
            OnFailure::Raise => match T::checked(op, l, r) {
                None => return Err(T::overflow(op, l, r)),
                found => found,
            },
        });
    }
    Ok(Arc::new(out.into_iter().collect::<PrimitiveArray<T>>()))
}

macro_rules! floating {
    ($name:ident, $arrow:ty, $native:ty, $spark:expr) => {
        fn $name(op: Op, failure: OnFailure, nullable: bool) -> Binding {
            let args = vec![$spark; 2];
            let plain = |f: fn($native, $native) -> $native| {
                pure2::<$arrow, $arrow>(args.clone(), $spark, nullable, f)
            };
            match op {
                Op::Add => plain(|a, b| a + b),
                Op::Subtract => plain(|a, b| a - b),
                Op::Multiply => plain(|a, b| a * b),
                _ => crate::functions::scalar::kernel::binary::<$native, $native, $native>(
                    args,
                    $spark,
                    true,
                    move |a, b| {
                        if b == 0.0 {
                            return if failure == OnFailure::Raise {
                                Err(by_zero(op))
                            } else {
                                Ok(None)
                            };
                        }
                        Ok(Some(match op {
                            Op::Divide | Op::WholeDivide => a / b,
                            Op::Remainder => a % b,
                            _ => {
                                let r = a % b;
                                if r < 0.0 { (r + b) % b } else { r }
                            }
                        }))
                    },
                ),
            }
        }
    };
}

floating!(float, Float32Type, f32, DataType::Float);
floating!(double, Float64Type, f64, DataType::Double);

fn signed_wants() -> [Want; 1] {
    [Want::OneOf(vec![
        Want::Numeric,
        Want::DayTime,
        Want::YearMonth,
    ])]
}

pub fn positive(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let types = match args[0].data_type {
        DataType::CalendarInterval => vec![DataType::CalendarInterval],
        _ => expect(name, args, settings, &signed_wants())?,
    };
    let returns = types[0].clone();
    let kernel: Kernel = Arc::new(|args, rows| expand(Arc::clone(&args[0].array), rows));
    Ok(Binding {
        args: types,
        returns,
        nullable: args[0].nullable,
        kernel,
    })
}

pub fn negative(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    if args[0].data_type == DataType::CalendarInterval {
        return Ok(super::intervals::negate_calendar(args[0].nullable));
    }
    if expect(name, args, settings, &signed_wants()).is_err() {
        let required = "(\"NUMERIC\" or \"INTERVAL DAY TO SECOND\" or \"INTERVAL YEAR TO MONTH\" or \"INTERVAL\")";
        return Err(unexpected(name, args, 0, required));
    }
    signed(name, args, settings, false)
}

pub fn abs(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    signed(name, args, settings, true)
}

/// `negative` and `abs`: both fail on the smallest integer alone.
fn signed(name: &str, args: &[ArgType], settings: &Settings, abs: bool) -> Result<Binding> {
    let types = expect(name, args, settings, &signed_wants())?;
    let (data_type, nullable) = (types[0].clone(), args[0].nullable);
    let interval = matches!(
        data_type,
        DataType::YearMonthInterval { .. } | DataType::DayTimeInterval { .. }
    );
    let ansi = settings.ansi || interval;
    macro_rules! whole {
        ($native:ty) => {
            unary::<$native, $native>(types, data_type, nullable, move |v| {
                if abs && v >= 0 {
                    return Ok(Some(v));
                }
                match v.checked_neg() {
                    None if interval && !abs => Err(SparkError::new(
                        "INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION",
                        &[],
                    )),
                    None if ansi => Err(overflow(
                        if interval { "Overflow" } else { "overflow" },
                        None,
                    )),
                    found => Ok(Some(found.unwrap_or(v))),
                }
            })
        };
    }
    Ok(match &data_type {
        DataType::Byte => whole!(i8),
        DataType::Short => whole!(i16),
        DataType::Integer | DataType::YearMonthInterval { .. } => whole!(i32),
        DataType::Long | DataType::DayTimeInterval { .. } => whole!(i64),
        DataType::Decimal { .. } => whole!(i128),
        DataType::Float => {
            let f = move |v: f32| if abs { v.abs() } else { -v };
            pure::<Float32Type, Float32Type>(DataType::Float, DataType::Float, nullable, f)
        }
        _ => {
            let f = move |v: f64| if abs { v.abs() } else { -v };
            pure::<Float64Type, Float64Type>(DataType::Double, DataType::Double, nullable, f)
        }
    })
}
