//! Operators on numbers, dates and intervals: which types they take and give
//! (here), and what computes them (`numbers`, `decimals`, `temporal`, `bits`).

mod bits;
pub mod decimals;
mod intervals;
pub mod numbers;
mod temporal;

use crate::error::Result;
use crate::functions::{ArgType, Binding, Scalar, Settings};
use crate::plan::Literal;
use crate::types::DataType;

use super::coercion::{as_decimal, common_type};
use super::typing::{arity, different_operands, wrong_operands};

pub use bits::FUNCTIONS as BITS;
pub use temporal::{add_months, timestamp_add};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    /// `div`: a division whose result is a whole number.
    WholeDivide,
    /// `pmod`: the remainder that is never negative.
    Modulo,
}

/// What happens where there is no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnFailure {
    Raise,
    /// Overflow wraps around (null for decimals), division by zero is null.
    Legacy,
    /// `try_…`: null.
    Null,
}

impl Op {
    /// The operator as it stands in messages.
    fn symbol(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
            Self::WholeDivide => "div",
            Self::Modulo => "pmod",
        }
    }

    fn is_division(self) -> bool {
        matches!(
            self,
            Self::Divide | Self::Remainder | Self::WholeDivide | Self::Modulo
        )
    }

    /// Types that the operator takes, as `BINARY_OP_WRONG_TYPE` prints them.
    fn required(self) -> &'static str {
        match self {
            Self::Add | Self::Subtract => {
                "(\"NUMERIC\" or \"INTERVAL DAY TO SECOND\" or \"INTERVAL YEAR TO MONTH\" or \"INTERVAL\")"
            }
            Self::Multiply | Self::Remainder | Self::Modulo => "\"NUMERIC\"",
            Self::Divide => "(\"DOUBLE\" or \"DECIMAL\")",
            Self::WholeDivide => {
                "(\"BIGINT\" or \"DECIMAL\" or \"INTERVAL YEAR TO MONTH\" or \"INTERVAL DAY TO SECOND\")"
            }
        }
    }
}

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["+"],
        bind: |n, a, s| operator(n, Op::Add, a, s),
    },
    Scalar {
        names: &["-"],
        bind: |n, a, s| match a {
            [_] => numbers::negative(n, a, s),
            _ => operator(n, Op::Subtract, a, s),
        },
    },
    Scalar {
        names: &["*"],
        bind: |n, a, s| operator(n, Op::Multiply, a, s),
    },
    Scalar {
        names: &["/"],
        bind: |n, a, s| operator(n, Op::Divide, a, s),
    },
    Scalar {
        names: &["%", "mod"],
        bind: |n, a, s| operator(n, Op::Remainder, a, s),
    },
    Scalar {
        names: &["div"],
        bind: |n, a, s| operator(n, Op::WholeDivide, a, s),
    },
    Scalar {
        names: &["pmod"],
        bind: |n, a, s| operator(n, Op::Modulo, a, s),
    },
    Scalar {
        names: &["try_add"],
        bind: |n, a, s| tolerant(n, Op::Add, a, s),
    },
    Scalar {
        names: &["try_subtract"],
        bind: |n, a, s| tolerant(n, Op::Subtract, a, s),
    },
    Scalar {
        names: &["try_multiply"],
        bind: |n, a, s| tolerant(n, Op::Multiply, a, s),
    },
    Scalar {
        names: &["try_divide"],
        bind: |n, a, s| tolerant(n, Op::Divide, a, s),
    },
    Scalar {
        names: &["try_mod"],
        bind: |n, a, s| tolerant(n, Op::Remainder, a, s),
    },
    Scalar {
        names: &["negative"],
        bind: numbers::negative,
    },
    Scalar {
        names: &["positive"],
        bind: numbers::positive,
    },
    Scalar {
        names: &["abs"],
        bind: numbers::abs,
    },
];

fn operator(name: &str, op: Op, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    let failure = if settings.ansi {
        OnFailure::Raise
    } else {
        OnFailure::Legacy
    };
    bind(name, op, failure, args, settings)
}

fn tolerant(name: &str, op: Op, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    let mut bound = bind(name, op, OnFailure::Null, args, settings)?;
    bound.nullable = true;
    Ok(bound)
}

fn bind(
    name: &str,
    op: Op,
    failure: OnFailure,
    args: &[ArgType],
    settings: &Settings,
) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    let (left, right) = (&args[0].data_type, &args[1].data_type);
    if is_temporal(left) || is_temporal(right) {
        return temporal::bind(name, op, failure, args, settings);
    }
    let (left, right) = operand_types(name, op, args, settings)?;
    let nullable = args.iter().any(|a| a.nullable);
    if let (
        DataType::Decimal {
            precision: p1,
            scale: s1,
        },
        DataType::Decimal {
            precision: p2,
            scale: s2,
        },
    ) = (&left, &right)
    {
        return Ok(decimals::bind(
            op,
            failure,
            (*p1, *s1),
            (*p2, *s2),
            nullable,
        ));
    }
    Ok(numbers::bind(op, failure, &left, nullable))
}

fn is_temporal(data_type: &DataType) -> bool {
    use DataType as T;
    data_type.is_datetime()
        || matches!(
            data_type,
            T::YearMonthInterval { .. }
                | T::DayTimeInterval { .. }
                | T::CalendarInterval
                | T::Time { .. }
        )
}

/// The types that both operands are cast to: equal, or two decimals.
fn operand_types(
    name: &str,
    op: Op,
    args: &[ArgType],
    settings: &Settings,
) -> Result<(DataType, DataType)> {
    use DataType as T;
    let whole = op == Op::WholeDivide;
    // `div` first widens its integral operands.
    let widened = |arg: &ArgType| match &arg.data_type {
        t if whole && t.is_integral() => T::Long,
        T::String if !settings.ansi => T::Double,
        other => other.clone(),
    };
    let (left, right) = (widened(&args[0]), widened(&args[1]));
    let either = |t: &T| left == *t || right == *t;
    if let (Some(l), Some(r)) = (decimal_operand(&args[0]), decimal_operand(&args[1]))
        && (is_decimal(&left) || is_decimal(&right))
    {
        return Ok((l, r));
    }
    let common = match (&left, &right) {
        (T::Null, T::Null) if whole => T::Long,
        (T::Null, T::Null) => T::Double,
        (T::Null, T::Decimal { .. }) if op == Op::Divide => T::Double,
        (l, r) => common_type(l, r, settings.ansi).ok_or_else(|| different_operands(name, args))?,
    };
    let numeric = common.is_numeric() && !(whole && (either(&T::Double) || either(&T::Float)));
    if !numeric {
        return Err(wrong_operands(name, args, op.required(), &common));
    }
    let common = if op == Op::Divide && !is_decimal(&common) {
        T::Double
    } else {
        common
    };
    Ok((common.clone(), common))
}

fn is_decimal(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Decimal { .. })
}

/// The decimal that an operand becomes beside a decimal; an integer literal needs
/// only the digits that it has.
fn decimal_operand(arg: &ArgType) -> Option<DataType> {
    let digits = |value: i64| value.unsigned_abs().to_string().len() as u8;
    let precision = match &arg.literal {
        Some(Literal::Byte(v)) => digits(i64::from(*v)),
        Some(Literal::Short(v)) => digits(i64::from(*v)),
        Some(Literal::Integer(v)) => digits(i64::from(*v)),
        Some(Literal::Long(v)) => digits(*v),
        _ => {
            let (precision, scale) = as_decimal(&arg.data_type)?;
            return Some(DataType::Decimal { precision, scale });
        }
    };
    Some(DataType::Decimal {
        precision,
        scale: 0,
    })
}
