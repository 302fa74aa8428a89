//! Arithmetic on decimals: result types after SQL's rules, exact values rounded
//! half up into them.

use std::sync::Arc;

use arrow::datatypes::{Decimal128Type, i256};

use super::numbers::by_zero;
use super::{OnFailure, Op};
use crate::error::{Result, SparkError};
use crate::functions::scalar::coercion::adjusted;
use crate::functions::scalar::kernel::{binary, native_values, pure2};
use crate::functions::{Binding, Kernel};
use crate::types::DataType;

/// The digits that a decimal can have.
const MOST_DIGITS: i16 = 38;
/// The digits that 64 bits surely hold.
const DIGITS_OF_64_BITS: i16 = 18;

/// The type of an operator's result.
fn result_type(op: Op, (p1, s1): (u8, i8), (p2, s2): (u8, i8)) -> DataType {
    let [p1, p2] = [p1, p2].map(i16::from);
    let [s1, s2] = [s1, s2].map(i16::from);
    match op {
        Op::Add | Op::Subtract => {
            let scale = s1.max(s2);
            adjusted((p1 - s1).max(p2 - s2) + scale + 1, scale)
        }
        Op::Multiply => adjusted(p1 + p2 + 1, s1 + s2),
        Op::Divide => {
            let scale = (s1 + p2 + 1).max(6);
            adjusted(p1 - s1 + s2 + scale, scale)
        }
        Op::Remainder | Op::Modulo => {
            let scale = s1.max(s2);
            adjusted((p1 - s1).min(p2 - s2) + scale, scale)
        }
        Op::WholeDivide => DataType::Long,
    }
}

fn power(exponent: i16) -> i256 {
    let mut out = i256::ONE;
    for _ in 0..exponent {
        out = out.wrapping_mul(i256::from_i128(10));
    }
    out
}

/// `value` of scale `from` in scale `to`, rounded half up (away from zero).
pub fn rescaled(value: i256, from: i16, to: i16) -> Option<i256> {
    if to >= from {
        return value.checked_mul(power(to - from));
    }
    rounded_quotient(value, power(from - to))
}

/// A quotient rounded half away from zero.
pub fn rounded_quotient(value: i256, divisor: i256) -> Option<i256> {
    let quotient = value.checked_div(divisor)?;
    let rest = value.checked_rem(divisor)?.wrapping_abs();
    let divisor_size = divisor.wrapping_abs();
    // Compared without doubling, which could overflow.
    let up = rest >= divisor_size.wrapping_sub(rest);
    let negative = (value < i256::ZERO) != (divisor < i256::ZERO);
    let step = if negative { i256::MINUS_ONE } else { i256::ONE };
    Some(if up && rest != i256::ZERO {
        quotient.wrapping_add(step)
    } else {
        quotient
    })
}

/// The text of an unscaled value.
pub fn decimal_text(value: i256, scale: i16) -> String {
    let text = value.wrapping_abs().to_string();
    let sign = if value < i256::ZERO { "-" } else { "" };
    let Ok(scale) = usize::try_from(scale) else {
        return format!("{sign}{text}");
    };
    if scale == 0 {
        return format!("{sign}{text}");
    }
    let padded = format!("{text:0>width$}", width = scale + 1);
    let (whole, fraction) = padded.split_at(padded.len() - scale);
    format!("{sign}{whole}.{fraction}")
}

pub fn out_of_range(value: &str, precision: u8, scale: i8) -> SparkError {
    SparkError::new(
        "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION",
        &[
            ("value", value),
            ("precision", &precision.to_string()),
            ("scale", &scale.to_string()),
            ("config", "\"spark.sql.ansi.enabled\""),
        ],
    )
}

/// The value if it has at most `precision` digits.
pub fn fitted(value: i256, precision: u8) -> Option<i128> {
    let limit = power(i16::from(precision));
    (value.wrapping_abs() < limit)
        .then(|| value.to_i128())
        .flatten()
}

pub fn bind(
    op: Op,
    failure: OnFailure,
    left: (u8, i8),
    right: (u8, i8),
    nullable: bool,
) -> Binding {
    let returns = result_type(op, left, right);
    let args = [left, right].map(|(precision, scale)| DataType::Decimal { precision, scale });
    let nullable = nullable || op.is_division() || failure != OnFailure::Raise;
    let scales = (i16::from(left.1), i16::from(right.1));
    match returns {
        DataType::Decimal { precision, scale } => {
            let to = i16::from(scale);
            if let Some(sure) = sure(op, left, right, returns.clone(), nullable) {
                return sure;
            }
            let quick = Quick::new(op, scales, to, precision);
            let is_plain =
                op == Op::Multiply && quick.is_some() && i16::from(precision) == MOST_DIGITS;
            let quickest = is_plain.then(|| product(args.to_vec(), returns.clone(), nullable));
            let each = binary::<i128, i128, i128>(args.to_vec(), returns, nullable, move |a, b| {
                if op.is_division() && b == 0 {
                    return zero(op, failure);
                }
                if let Some(found) = quick.as_ref().and_then(|quick| quick.of(a, b)) {
                    return Ok(Some(found));
                }
                let Some((value, at)) = exact(op, a, b, scales, to) else {
                    return missing(failure, "a value", precision, scale);
                };
                match rescaled(value, at, to).and_then(|v| fitted(v, precision)) {
                    Some(found) => Ok(Some(found)),
                    None => missing(failure, &decimal_text(value, at), precision, scale),
                }
            });
            match quickest {
                Some(quickest) => of_short_columns(quickest.kernel, each),
                None => each,
            }
        }
        _ => binary::<i128, i128, i64>(args.to_vec(), DataType::Long, nullable, move |a, b| {
            if b == 0 {
                return zero(op, failure);
            }
            let found = exact(op, a, b, scales, 0).and_then(|(v, _)| v.to_i128());
            // Spark keeps the low 64 bits of a quotient that is too large.
            Ok(found.map(|v| v as i64))
        }),
    }
}

fn zero<T>(op: Op, failure: OnFailure) -> Result<Option<T>> {
    if failure == OnFailure::Raise {
        Err(by_zero(op))
    } else {
        Ok(None)
    }
}

fn missing<T>(failure: OnFailure, value: &str, precision: u8, scale: i8) -> Result<Option<T>> {
    if failure == OnFailure::Raise {
        Err(out_of_range(value, precision, scale))
    } else {
        Ok(None)
    }
}

/// Sums and products whose type has room for whatever values of the arguments' types give:
/// whole columns without a look at any value. `None` where a result may have to be rounded
/// or be too large.
fn sure(
    op: Op,
    left: (u8, i8),
    right: (u8, i8),
    returns: DataType,
    nullable: bool,
) -> Option<Binding> {
    let [p1, p2] = [left.0, right.0].map(i16::from);
    let [s1, s2] = [left.1, right.1].map(i16::from);
    let DataType::Decimal { scale, .. } = returns else {
        return None;
    };
    let digits: i16 = match op {
        Op::Add | Op::Subtract => (p1 - s1).max(p2 - s2) + s1.max(s2) + 1,
        Op::Multiply => p1 + p2,
        _ => return None,
    };
    let quick = Quick::new(op, (s1, s2), i16::from(scale), 0)?;
    if digits > MOST_DIGITS {
        return None;
    }
    let args = [left, right].map(|(precision, scale)| DataType::Decimal { precision, scale });
    let args = args.to_vec();
    let (x, y) = quick.factors;
    // One loop for each operator, so that none is chosen row by row.
    type Number = Decimal128Type;
    Some(match op {
        Op::Add => pure2::<Number, Number>(args, returns, nullable, move |a, b| {
            a.wrapping_mul(x).wrapping_add(b.wrapping_mul(y))
        }),
        Op::Subtract => pure2::<Number, Number>(args, returns, nullable, move |a, b| {
            a.wrapping_mul(x).wrapping_sub(b.wrapping_mul(y))
        }),
        _ if p1.max(p2) <= DIGITS_OF_64_BITS => {
            pure2::<Number, Number>(args, returns, nullable, |a, b| {
                i128::from(a as i64) * i128::from(b as i64)
            })
        }
        _ => product(args, returns, nullable),
    })
}

/// Products that are known to need no more than 128 bits.
fn product(args: Vec<DataType>, returns: DataType, nullable: bool) -> Binding {
    pure2::<Decimal128Type, Decimal128Type>(args, returns, nullable, i128::wrapping_mul)
}

/// `each`, and where the longest values of both columns give a product that its type surely
/// holds, `whole` in its place.
fn of_short_columns(whole: Kernel, each: Binding) -> Binding {
    let slow = each.kernel;
    let kernel: Kernel = Arc::new(move |args, rows| {
        let mut bits = 0;
        for arg in args {
            bits += longest(native_values::<i128>(arg.array.as_ref())?);
        }
        // Of 126 bits are all numbers below 10 to the 38th.
        match bits <= 126 {
            true => whole(args, rows),
            false => slow(args, rows),
        }
    });
    Binding { kernel, ..each }
}

/// The bits of the longest of these numbers, without its sign.
fn longest(values: &[i128]) -> u32 {
    let all = values.iter().fold(0, |all, v| all | (v ^ (v >> 127)));
    i128::BITS - all.leading_zeros()
}

/// The same arithmetic in 128 bits, which hold nearly all that there is.
struct Quick {
    op: Op,
    /// What the operands are multiplied by first.
    factors: (i128, i128),
    /// What the result has to stay below.
    limit: i128,
}

impl Quick {
    /// `None` where the result would have to be rounded, or is none of a few operators'.
    fn new(op: Op, (s1, s2): (i16, i16), to: i16, precision: u8) -> Option<Self> {
        let ten = |digits: i16| 10_i128.checked_pow(u32::try_from(digits).ok()?);
        let level = s1.max(s2);
        let factors = match op {
            Op::Add | Op::Subtract if level == to => (ten(level - s1)?, ten(level - s2)?),
            Op::Multiply if s1 + s2 == to => (1, 1),
            Op::Divide => {
                let shift = to + s2 - s1;
                (ten(shift.max(0))?, ten((-shift).max(0))?)
            }
            _ => return None,
        };
        let limit = ten(i16::from(precision))?;
        Some(Self { op, factors, limit })
    }

    /// `None` where 128 bits or the result's digits are too few.
    #[inline]
    fn of(&self, a: i128, b: i128) -> Option<i128> {
        let (a, b) = (scaled(a, self.factors.0)?, scaled(b, self.factors.1)?);
        let found = match self.op {
            Op::Add => a.checked_add(b)?,
            Op::Subtract => a.checked_sub(b)?,
            Op::Multiply => scaled(a, b)?,
            _ => {
                let (quotient, rest) = (a.checked_div(b)?, a.checked_rem(b)?);
                let (rest, size) = (rest.unsigned_abs(), b.unsigned_abs());
                let up = rest >= size - rest && rest != 0;
                let step = if (a < 0) == (b < 0) { 1 } else { -1 };
                quotient + if up { step } else { 0 }
            }
        };
        (-self.limit < found && found < self.limit).then_some(found)
    }
}

/// A product; of short factors without a look at what 128 bits hold.
#[inline]
fn scaled(a: i128, b: i128) -> Option<i128> {
    match (i64::try_from(a), i64::try_from(b)) {
        (Ok(a), Ok(b)) => Some(i128::from(a) * i128::from(b)),
        _ => a.checked_mul(b),
    }
}

/// The result with the scale that it is in, before it is fitted to scale `to`.
fn exact(op: Op, a: i128, b: i128, (s1, s2): (i16, i16), to: i16) -> Option<(i256, i16)> {
    let (l, r) = (i256::from_i128(a), i256::from_i128(b));
    let scale = s1.max(s2);
    let level = || {
        Some((
            l.checked_mul(power(scale - s1))?,
            r.checked_mul(power(scale - s2))?,
        ))
    };
    Some(match op {
        Op::Add | Op::Subtract => {
            let (l, r) = level()?;
            let sum = if op == Op::Add {
                l.checked_add(r)?
            } else {
                l.checked_sub(r)?
            };
            (sum, scale)
        }
        Op::Multiply => (l.checked_mul(r)?, s1 + s2),
        Op::Divide => {
            let shift = to + s2 - s1;
            let (l, r) = if shift >= 0 {
                (l.checked_mul(power(shift))?, r)
            } else {
                (l, r.checked_mul(power(-shift))?)
            };
            (rounded_quotient(l, r)?, to)
        }
        Op::WholeDivide => {
            let (l, r) = level()?;
            (l.checked_div(r)?, 0)
        }
        Op::Remainder | Op::Modulo => {
            let (l, r) = level()?;
            let rest = l.checked_rem(r)?;
            if op == Op::Modulo && rest < i256::ZERO {
                (rest.checked_add(r)?.checked_rem(r)?, scale)
            } else {
                (rest, scale)
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use arrow::array::{Array, AsArray, Decimal128Array};

    use super::*;
    use crate::functions::Arg;

    fn arg(all: &[i128], (precision, scale): (u8, i8)) -> Arg {
        let array = Decimal128Array::from(all.to_vec());
        let array = array.with_precision_and_scale(precision, scale);
        Arg {
            array: Arc::new(array.unwrap()),
            is_scalar: false,
        }
    }

    /// Every operator over values at the borders, in 128 bits and in 256.
    #[test]
    fn the_quick_way_gives_what_the_long_way_gives() {
        let top = 10_i128.pow(38) - 1;
        let values = [
            0,
            1,
            2,
            3,
            5,
            7,
            15,
            99,
            100,
            12_345,
            i128::from(i64::MAX),
            top / 7,
            top,
        ];
        let signed = values.iter().flat_map(|v| [*v, -*v]);
        let signed: Vec<i128> = signed.collect();
        let types = [(38, 0), (38, 18), (10, 2), (15, 6), (5, 4)];
        let mut quick_ones = 0;
        for op in [Op::Add, Op::Subtract, Op::Multiply, Op::Divide] {
            for (left, right) in types
                .iter()
                .flat_map(|l| types.iter().map(move |r| (*l, *r)))
            {
                let DataType::Decimal { precision, scale } = result_type(op, left, right) else {
                    continue;
                };
                let (scales, to) = ((left.1.into(), right.1.into()), i16::from(scale));
                let Some(quick) = Quick::new(op, scales, to, precision) else {
                    continue;
                };
                for (a, b) in signed
                    .iter()
                    .flat_map(|a| signed.iter().map(move |b| (*a, *b)))
                {
                    if b == 0 && op.is_division() {
                        continue;
                    }
                    let Some(found) = quick.of(a, b) else {
                        continue;
                    };
                    let long = exact(op, a, b, scales, to)
                        .and_then(|(value, at)| rescaled(value, at, to))
                        .and_then(|value| fitted(value, precision));
                    assert_eq!(Some(found), long, "{op:?} {a} {b} {left:?} {right:?}");
                    quick_ones += 1;
                }
            }
        }
        assert!(quick_ones > 10_000);
    }

    /// Whole columns, of values at the borders of their types.
    #[test]
    fn types_with_room_give_what_the_long_way_gives() {
        let types = [(1, 0), (5, 4), (10, 2), (15, 2), (18, 6), (20, 0), (38, 0)];
        let mut taken = 0;
        for op in [Op::Add, Op::Subtract, Op::Multiply, Op::Divide] {
            for (left, right) in types
                .iter()
                .flat_map(|l| types.iter().map(move |r| (*l, *r)))
            {
                let returns = result_type(op, left, right);
                let Some(binding) = sure(op, left, right, returns.clone(), true) else {
                    continue;
                };
                let DataType::Decimal { precision, scale } = returns else {
                    continue;
                };
                taken += 1;
                let values = |(precision, _): (u8, i8)| {
                    let top = 10_i128.pow(precision.into()) - 1;
                    [0, 1, -1, top / 3, top, -top]
                };
                let pairs = values(left)
                    .into_iter()
                    .flat_map(|a| values(right).map(|b| (a, b)));
                let (a, b): (Vec<_>, Vec<_>) = pairs.unzip();
                let args = [arg(&a, left), arg(&b, right)];
                let found = (binding.kernel)(&args, a.len()).unwrap();
                let found = found.as_primitive::<Decimal128Type>();
                let scales = (left.1.into(), right.1.into());
                for row in 0..a.len() {
                    let long = exact(op, a[row], b[row], scales, scale.into())
                        .and_then(|(value, at)| rescaled(value, at, scale.into()))
                        .and_then(|value| fitted(value, precision));
                    assert_eq!(Some(found.value(row)), long, "{op:?} {left:?} {right:?}");
                }
            }
        }
        assert!(taken > 40);
    }

    /// Columns of which no product can be too long, and of which one is.
    #[test]
    fn short_columns_give_what_the_long_way_gives() {
        let (left, right) = ((32, 4), (16, 2));
        let short = [0, 1, -1, 99_999, -7_000_000_000];
        let long = 10_i128.pow(31);
        for (more, fits) in [(12, true), (long, false)] {
            let a: Vec<_> = short.iter().copied().chain([more]).collect();
            let b: Vec<_> = a.iter().map(|a| a % 10_i128.pow(16) + 8).collect();
            let binding = bind(Op::Multiply, OnFailure::Null, left, right, true);
            let args = [(&a, left), (&b, right)].map(|(all, of)| arg(all, of));
            assert_eq!(
                longest(&a) + longest(&b) <= 126,
                fits,
                "the other way is tested"
            );
            let found = (binding.kernel)(&args, a.len()).unwrap();
            let found = found.as_primitive::<Decimal128Type>();
            for row in 0..a.len() {
                let wanted = exact(Op::Multiply, a[row], b[row], (4, 2), 6)
                    .and_then(|(value, at)| rescaled(value, at, 6))
                    .and_then(|value| fitted(value, 38));
                let found = found.is_valid(row).then(|| found.value(row));
                assert_eq!(found, wanted, "{} {}", a[row], b[row]);
            }
        }
    }
}
