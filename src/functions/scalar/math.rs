//! Mathematical functions.

use arrow::datatypes::{Float64Type, i256};

use super::arithmetic::decimals::{fitted, out_of_range, rescaled};
use super::arithmetic::numbers::overflow;
use super::coercion::adjusted;
use super::kernel::{binary, pure, pure2, unary};
use super::strict;
use super::typing::{Want, any_nullable, arity, expect, mismatch, unexpected, wrong_count};
use crate::error::{Result, SparkError};
use crate::functions::{ArgType, Binding, Scalar, Settings};
use crate::plan::Literal;
use crate::types::DataType;

macro_rules! doubles {
    ($($name:literal $(| $alias:literal)* => $f:expr),* $(,)?) => {
        &[$(Scalar { names: &[$name $(, $alias)*], bind: |n, a, s| double(n, a, s, $f) }),*]
    };
}

pub static DOUBLES: &[Scalar] = doubles![
    "sqrt" => f64::sqrt, "cbrt" => strict::cbrt, "exp" => strict::exp, "expm1" => strict::expm1,
    "sin" => f64::sin, "cos" => f64::cos, "tan" => f64::tan, "cot" => |v| 1.0 / v.tan(),
    "sec" => |v| 1.0 / v.cos(), "csc" => |v| 1.0 / v.sin(),
    "asin" => strict::asin, "acos" => strict::acos, "atan" => strict::atan,
    "asinh" => strict::asinh, "acosh" => strict::acosh, "atanh" => strict::atanh,
    "sinh" => strict::sinh, "cosh" => strict::cosh, "tanh" => strict::tanh,
    "degrees" => |v| v * (180.0 / std::f64::consts::PI), "radians" => |v| v * (std::f64::consts::PI / 180.0),
    "rint" => f64::round_ties_even,
    "signum" | "sign" => |v: f64| if v == 0.0 || v.is_nan() { v } else { v.signum() },
];

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["ln"],
        bind: |n, a, s| logarithm(n, a, s, 0.0, strict::log),
    },
    Scalar {
        names: &["log10"],
        bind: |n, a, s| logarithm(n, a, s, 0.0, strict::log10),
    },
    Scalar {
        names: &["log2"],
        bind: |n, a, s| logarithm(n, a, s, 0.0, strict::log2),
    },
    Scalar {
        names: &["log1p"],
        bind: |n, a, s| logarithm(n, a, s, -1.0, strict::log1p),
    },
    Scalar {
        names: &["log"],
        bind: log,
    },
    Scalar {
        names: &["power", "pow"],
        bind: |n, a, s| two_doubles(n, a, s, strict::pow),
    },
    Scalar {
        names: &["atan2"],
        bind: |n, a, s| two_doubles(n, a, s, |y, x| libm::atan2(y + 0.0, x + 0.0)),
    },
    Scalar {
        names: &["hypot"],
        bind: |n, a, s| two_doubles(n, a, s, strict::hypot),
    },
    Scalar {
        names: &["pi"],
        bind: |n, a, _| constant(n, a, std::f64::consts::PI),
    },
    Scalar {
        names: &["e"],
        bind: |n, a, _| constant(n, a, std::f64::consts::E),
    },
    Scalar {
        names: &["factorial"],
        bind: factorial,
    },
    Scalar {
        names: &["ceil", "ceiling"],
        bind: |n, a, s| whole(n, a, s, Rounding::Up),
    },
    Scalar {
        names: &["floor"],
        bind: |n, a, s| whole(n, a, s, Rounding::Down),
    },
    Scalar {
        names: &["round"],
        bind: |n, a, s| round(n, a, s, Rounding::HalfUp),
    },
    Scalar {
        names: &["bround"],
        bind: |n, a, s| round(n, a, s, Rounding::HalfEven),
    },
];

const DOUBLE: DataType = DataType::Double;

fn double(name: &str, args: &[ArgType], settings: &Settings, f: fn(f64) -> f64) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    expect(name, args, settings, &[Want::Is(DOUBLE)])?;
    Ok(pure::<Float64Type, Float64Type>(DOUBLE, DOUBLE, true, f))
}

fn two_doubles(
    name: &str,
    args: &[ArgType],
    settings: &Settings,
    f: fn(f64, f64) -> f64,
) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    let types = expect(name, args, settings, &[Want::Is(DOUBLE)])?;
    Ok(pure2::<Float64Type, Float64Type>(
        types,
        DOUBLE,
        any_nullable(args),
        f,
    ))
}

fn constant(name: &str, args: &[ArgType], value: f64) -> Result<Binding> {
    arity(name, args, 0, 0)?;
    let kernel: crate::functions::Kernel = std::sync::Arc::new(move |_, rows| {
        Ok(std::sync::Arc::new(arrow::array::Float64Array::from(
            vec![value; rows],
        )))
    });
    Ok(Binding {
        args: vec![],
        returns: DOUBLE,
        nullable: false,
        kernel,
    })
}

/// Null at and below `limit`, where Java has no number.
fn logarithm(
    name: &str,
    args: &[ArgType],
    settings: &Settings,
    limit: f64,
    f: fn(f64) -> f64,
) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let types = expect(name, args, settings, &[Want::Is(DOUBLE)])?;
    Ok(unary::<f64, f64>(types, DOUBLE, true, move |v| {
        Ok((v.is_nan() || v > limit).then(|| f(v)))
    }))
}

fn log(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 1, 2)?;
    if args.len() == 1 {
        return logarithm("ln", args, settings, 0.0, strict::log);
    }
    let types = expect(name, args, settings, &[Want::Is(DOUBLE)])?;
    Ok(binary::<f64, f64, f64>(types, DOUBLE, true, |base, v| {
        Ok((!(v <= 0.0 || base <= 0.0)).then(|| strict::log(v) / strict::log(base)))
    }))
}

fn factorial(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let types = expect(name, args, settings, &[Want::Is(DataType::Integer)])?;
    Ok(unary::<i32, i64>(types, DataType::Long, true, |v| {
        Ok((0..=20).contains(&v).then(|| (1..=i64::from(v)).product()))
    }))
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Rounding {
    Up,
    Down,
    HalfUp,
    HalfEven,
}

impl Rounding {
    /// `value` without its last `digits` decimal digits.
    fn cut(self, value: i256, digits: i16) -> Option<i256> {
        let divisor = rescaled(i256::ONE, 0, digits)?;
        let quotient = value.checked_div(divisor)?;
        let rest = value.checked_rem(divisor)?;
        let step = match self {
            Self::HalfUp => return rescaled(value, digits, 0),
            Self::Up => i64::from(rest > i256::ZERO),
            Self::Down => -i64::from(rest < i256::ZERO),
            Self::HalfEven => {
                let size = rest.wrapping_abs();
                let other = divisor.wrapping_sub(size);
                let odd = quotient.checked_rem(i256::from(2_i64))? != i256::ZERO;
                let away = size > other || size == other && odd;
                let sign = if value < i256::ZERO { -1 } else { 1 };
                if away { sign } else { 0 }
            }
        };
        quotient.checked_add(i256::from(step))
    }
}

/// `ceil` and `floor`: whole numbers, or decimals of a given scale.
fn whole(name: &str, args: &[ArgType], settings: &Settings, how: Rounding) -> Result<Binding> {
    if args.is_empty() || args.len() > 2 {
        return Err(wrong_count(name, "2", args.len()));
    }
    if args.len() == 2 {
        return scaled_whole(name, args, settings, how);
    }
    let want = Want::OneOf(vec![
        Want::Is(DOUBLE),
        Want::Decimal,
        Want::Is(DataType::Long),
    ]);
    let types = expect(name, args, settings, &[want])?;
    let nullable = true;
    Ok(match types[0] {
        DataType::Decimal { precision, scale } => {
            let (p, s) = (i16::from(precision), i16::from(scale));
            let returns = adjusted(p - s + i16::from(s > 0), 0);
            unary::<i128, i128>(types, returns, nullable, move |v| {
                Ok(how.cut(i256::from_i128(v), s).and_then(|v| v.to_i128()))
            })
        }
        DataType::Long => unary::<i64, i64>(types, DataType::Long, nullable, |v| Ok(Some(v))),
        _ => unary::<f64, i64>(types, DataType::Long, nullable, move |v| {
            Ok(Some(if how == Rounding::Up {
                v.ceil()
            } else {
                v.floor()
            } as i64))
        }),
    })
}

fn constant_scale(name: &str, args: &[ArgType]) -> Result<Option<i32>> {
    let Some(scale) = args.get(1) else {
        return Ok(Some(0));
    };
    Ok(match &scale.literal {
        Some(Literal::Integer(v)) => Some(*v),
        Some(Literal::Short(v)) => Some(i32::from(*v)),
        Some(Literal::Byte(v)) => Some(i32::from(*v)),
        Some(Literal::Long(v)) => i32::try_from(*v).ok(),
        Some(Literal::String(v)) => v.trim().parse().ok(),
        Some(Literal::Null(_)) => None,
        _ => {
            return Err(mismatch(
                "NON_FOLDABLE_INPUT",
                name,
                args,
                &[
                    ("inputName", "`scale`"),
                    ("inputType", "\"INT\""),
                    ("inputExpr", &format!("\"{}\"", scale.text)),
                ],
            ));
        }
    })
}

fn scaled_whole(name: &str, args: &[ArgType], _: &Settings, how: Rounding) -> Result<Binding> {
    let to = match &args[1].literal {
        Some(Literal::Integer(v)) => *v,
        Some(Literal::Short(v)) => i32::from(*v),
        Some(Literal::Byte(v)) => i32::from(*v),
        _ => {
            return Err(SparkError::new(
                "NON_FOLDABLE_ARGUMENT",
                &[
                    ("funcName", &format!("`{name}`")),
                    ("paramName", "`scale`"),
                    ("paramType", "\"INT\""),
                ],
            ));
        }
    };
    let size = match &args[0].data_type {
        DataType::Decimal { precision, scale } => (*precision, *scale),
        DataType::Byte => (3, 0),
        DataType::Short => (5, 0),
        DataType::Integer => (10, 0),
        DataType::Long => (20, 0),
        DataType::Float => (14, 7),
        DataType::Double => (30, 15),
        DataType::String | DataType::Null => (38, 18),
        _ => return Err(unexpected(name, args, 0, "\"DECIMAL\"")),
    };
    let mut bound = rounded_decimal(size, to, how, args);
    bound.args[0] = DataType::Decimal {
        precision: size.0,
        scale: size.1,
    };
    Ok(bound)
}

/// A decimal rounded to `to` fractional digits (tens where negative).
fn rounded_decimal((p, s): (u8, i8), to: i32, how: Rounding, args: &[ArgType]) -> Binding {
    let (p, s) = (i16::from(p), i16::from(s));
    let least = p - s + 1;
    let to16 = to.clamp(-38, 38) as i16;
    let returns = if to16 < 0 {
        adjusted(least.max(-to16 + 1), 0)
    } else {
        let scale = s.min(to16);
        adjusted(least + scale, scale)
    };
    let types = args
        .iter()
        .enumerate()
        .map(|(i, a)| {
            if i == 0 {
                a.data_type.clone()
            } else {
                DataType::Integer
            }
        })
        .collect();
    let (precision, scale) = match returns {
        DataType::Decimal { precision, scale } => (precision, scale),
        _ => (38, 0),
    };
    first_of(unary::<i128, i128>(types, returns, true, move |v| {
        let digits = (s - to16).max(0);
        let cut = how
            .cut(i256::from_i128(v), digits)
            .and_then(|v| rescaled(v, to16.min(s), i16::from(scale)));
        match cut.and_then(|v| fitted(v, precision)) {
            None => Err(out_of_range(&v.to_string(), precision, scale)),
            found => Ok(found),
        }
    }))
}

/// A kernel of the first argument; the others are constants that the binder read.
fn always_null(args: Vec<DataType>, returns: DataType) -> Binding {
    let storage = returns.to_arrow();
    Binding {
        args,
        returns,
        nullable: true,
        kernel: std::sync::Arc::new(move |_, rows| {
            Ok(arrow::array::new_null_array(&storage, rows))
        }),
    }
}

fn first_of(mut bound: Binding) -> Binding {
    let kernel = bound.kernel;
    bound.kernel = std::sync::Arc::new(move |args, rows| kernel(&args[..1], rows));
    bound
}

fn round(name: &str, args: &[ArgType], settings: &Settings, how: Rounding) -> Result<Binding> {
    arity(name, args, 1, 2)?;
    let wants = [Want::Numeric, Want::Is(DataType::Integer)];
    let types = expect(name, args, settings, &wants)?;
    let data_type = types[0].clone();
    let Some(to) = constant_scale(name, args)? else {
        let returns = match data_type {
            DataType::Decimal { precision, scale } => {
                rounded_decimal((precision, scale), 0, how, args).returns
            }
            other => other,
        };
        return Ok(always_null(types, returns));
    };
    if let DataType::Decimal { precision, scale } = data_type {
        return Ok(rounded_decimal((precision, scale), to, how, args));
    }
    let ansi = settings.ansi;
    macro_rules! integers {
        ($native:ty) => {
            unary::<$native, $native>(types, data_type, true, move |v| {
                if to >= 0 {
                    return Ok(Some(v));
                }
                let digits = to.unsigned_abs().min(38) as i16;
                let cut = how.cut(i256::from(i64::from(v)), digits);
                let back = cut
                    .and_then(|v| rescaled(v, 0, digits))
                    .and_then(|v| v.to_i128());
                match back.map(|v| (<$native>::try_from(v), v as $native)) {
                    Some((Ok(found), _)) => Ok(Some(found)),
                    Some((_, low)) if !ansi => Ok(Some(low)),
                    _ => Err(overflow("Overflow", None)),
                }
            })
        };
    }
    Ok(first_of(match data_type {
        DataType::Byte => integers!(i8),
        DataType::Short => integers!(i16),
        DataType::Integer => integers!(i32),
        DataType::Long => integers!(i64),
        DataType::Float => unary::<f32, f32>(types, DataType::Float, true, move |v| {
            Ok(Some(
                rounded_double(&f64::from(v).to_string(), f64::from(v), to, how) as f32,
            ))
        }),
        _ => unary::<f64, f64>(types, DOUBLE, true, move |v| {
            Ok(Some(rounded_double(&format!("{v}"), v, to, how)))
        }),
    }))
}

/// Rounds the shortest decimal text of a number, as Java's `BigDecimal.valueOf` sees it.
fn rounded_double(text: &str, value: f64, to: i32, how: Rounding) -> f64 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    // Java's `BigDecimal` has no negative zero.
    if !value.is_finite() || fraction.len() as i64 <= i64::from(to) {
        return value + 0.0;
    }
    let Ok(digits) = format!("{whole}{fraction}").parse::<i256>() else {
        return value;
    };
    let drop = fraction.len() as i64 - i64::from(to);
    if drop > 70 {
        return 0.0;
    }
    let Some(cut) = how.cut(digits, drop as i16) else {
        return value;
    };
    format!("{cut}e{}", -i64::from(to)).parse().unwrap_or(value)
}
