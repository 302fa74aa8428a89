//! Casts among booleans, integers, floating-point numbers and decimals.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray, BinaryBuilder, BooleanArray, Decimal128Array,
    PrimitiveArray,
};
use arrow::datatypes as at;

use super::super::DataType;
use super::super::java_float::{write_f32, write_f64};
use super::errors::{decimal_literal, integral_literal, out_of_range, overflow};
use super::{CastSettings, unsupported};
use crate::error::{Result, SparkError};

/// A number of any type, as wide as its kind.
#[derive(Debug, Clone, Copy)]
pub(super) enum Number {
    Whole(i64),
    /// With its type, since a float prints and converts to decimal as itself.
    Float(f32),
    Double(f64),
    Decimal(i128, i8),
}

/// The value of a row of a numeric or boolean array.
pub(super) fn number_at(array: &dyn Array, from: &DataType, row: usize) -> Option<Number> {
    if array.is_null(row) {
        return None;
    }
    Some(match from {
        DataType::Boolean => Number::Whole(i64::from(array.as_boolean().value(row))),
        DataType::Byte => Number::Whole(array.as_primitive::<at::Int8Type>().value(row).into()),
        DataType::Short => Number::Whole(array.as_primitive::<at::Int16Type>().value(row).into()),
        DataType::Integer => Number::Whole(array.as_primitive::<at::Int32Type>().value(row).into()),
        DataType::Long => Number::Whole(array.as_primitive::<at::Int64Type>().value(row)),
        DataType::Float => Number::Float(array.as_primitive::<at::Float32Type>().value(row)),
        DataType::Double => Number::Double(array.as_primitive::<at::Float64Type>().value(row)),
        DataType::Decimal { scale, .. } => Number::Decimal(
            array.as_primitive::<at::Decimal128Type>().value(row),
            *scale,
        ),
        _ => return None,
    })
}

/// Builds an array from a conversion of each row.
pub(super) fn collect<T: ArrowPrimitiveType>(
    rows: usize,
    convert: impl FnMut(usize) -> Result<Option<T::Native>>,
) -> Result<ArrayRef> {
    let array: PrimitiveArray<T> = (0..rows).map(convert).collect::<Result<_>>()?;
    Ok(Arc::new(array))
}

pub(super) fn collect_decimal(
    rows: usize,
    (precision, scale): (u8, i8),
    convert: impl FnMut(usize) -> Result<Option<i128>>,
) -> Result<ArrayRef> {
    let array: Decimal128Array = (0..rows).map(convert).collect::<Result<_>>()?;
    let array = array.with_precision_and_scale(precision, scale);
    Ok(Arc::new(array.map_err(SparkError::internal)?))
}

pub(super) fn cast_numeric(
    array: &ArrayRef,
    from: &DataType,
    to: &DataType,
    settings: CastSettings,
) -> Result<ArrayRef> {
    if !(from.is_numeric() || *from == DataType::Boolean) {
        return Err(unsupported(from, to));
    }
    if cannot_fail(from, to) {
        return arrow::compute::cast(array, &to.to_arrow()).map_err(SparkError::internal);
    }
    let rows = array.len();
    let at = |row| number_at(array.as_ref(), from, row);
    let whole = |row, bits| match at(row) {
        Some(number) => to_integral(number, bits, from, to, settings),
        None => Ok(None),
    };
    match to {
        DataType::Boolean => {
            let found: BooleanArray = (0..rows).map(|row| at(row).map(is_nonzero)).collect();
            Ok(Arc::new(found))
        }
        // Numbers of known width are cut to it by `to_integral`.
        DataType::Byte => {
            collect::<at::Int8Type>(rows, |row| Ok(whole(row, 8)?.map(|value| value as i8)))
        }
        DataType::Short => {
            collect::<at::Int16Type>(rows, |row| Ok(whole(row, 16)?.map(|value| value as i16)))
        }
        DataType::Integer => {
            collect::<at::Int32Type>(rows, |row| Ok(whole(row, 32)?.map(|value| value as i32)))
        }
        DataType::Long => collect::<at::Int64Type>(rows, |row| whole(row, 64)),
        DataType::Float => collect::<at::Float32Type>(rows, |row| Ok(at(row).map(to_f32))),
        DataType::Double => collect::<at::Float64Type>(rows, |row| Ok(at(row).map(to_f64))),
        DataType::Decimal { precision, scale } => {
            collect_decimal(rows, (*precision, *scale), |row| match at(row) {
                Some(number) => to_decimal(number, *precision, *scale, settings),
                None => Ok(None),
            })
        }
        DataType::Binary if from.is_integral() => Ok(big_endian(rows, from, at)),
        _ => Err(unsupported(from, to)),
    }
}

/// Casts for which Arrow's kernel does what Java does.
fn cannot_fail(from: &DataType, to: &DataType) -> bool {
    use DataType as D;
    let width = |data_type: &DataType| match data_type {
        D::Byte => 1,
        D::Short => 2,
        D::Integer => 3,
        D::Long => 4,
        _ => 0,
    };
    match to {
        D::Float | D::Double => from.is_integral() || *from == D::Float,
        to => from.is_integral() && width(to) > width(from),
    }
}

fn is_nonzero(number: Number) -> bool {
    match number {
        Number::Whole(value) => value != 0,
        Number::Float(value) => value != 0.0,
        Number::Double(value) => value != 0.0,
        Number::Decimal(value, _) => value != 0,
    }
}

fn to_f32(number: Number) -> f32 {
    match number {
        Number::Whole(value) => value as f32,
        Number::Float(value) => value,
        other => to_f64(other) as f32,
    }
}

fn to_f64(number: Number) -> f64 {
    match number {
        Number::Whole(value) => value as f64,
        Number::Float(value) => f64::from(value),
        Number::Double(value) => value,
        // Through text, which rounds once and to the nearest.
        Number::Decimal(value, scale) => format!("{value}e-{scale}").parse().unwrap_or(f64::NAN),
    }
}

fn literal(number: Number, from: &DataType) -> String {
    let mut out = String::new();
    match number {
        Number::Whole(value) => return integral_literal(value, from),
        Number::Float(value) => write_f32(value, &mut out),
        Number::Double(value) => {
            write_f64(value, &mut out);
            out.push_str(if value.is_finite() { "D" } else { "" });
        }
        Number::Decimal(value, scale) => return decimal_literal(value, scale),
    }
    out
}

/// The number cut to an integer of so many bits.
fn to_integral(
    number: Number,
    bits: u32,
    from: &DataType,
    to: &DataType,
    settings: CastSettings,
) -> Result<Option<i64>> {
    let most = i64::MAX >> (64 - bits);
    let least = -most - 1;
    let (value, fits) = match number {
        Number::Decimal(value, scale) if !settings.legacy() && is_wide(from) => {
            wide(value, scale, most)
        }
        Number::Whole(value) => (i128::from(value), true),
        Number::Float(value) => real(f64::from(value), bits),
        Number::Double(value) => real(value, bits),
        Number::Decimal(value, scale) => (value / 10_i128.pow(scale.max(0) as u32), true),
    };
    if fits && (i128::from(least)..=i128::from(most)).contains(&value) {
        return Ok(Some(value as i64));
    }
    if settings.legacy() {
        return Ok(Some(value as i64));
    }
    settings.fail(|| overflow(&literal(number, from), from, to))
}

/// Whether Spark keeps values of the type as Java's `BigDecimal`s.
fn is_wide(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Decimal { precision, .. } if *precision > 18)
}

/// A wide decimal as an integer: by way of a double, as Spark has it, digits lost and all.
fn wide(value: i128, scale: i8, most: i64) -> (i128, bool) {
    let near: f64 = format!("{value}e{}", -i32::from(scale))
        .parse()
        .unwrap_or(f64::NAN);
    let fits = near.floor() <= most as f64 && near.ceil() >= -(most as f64) - 1.0;
    let whole = if fits { near as i64 } else { most };
    (
        i128::from(whole).clamp(-i128::from(most) - 1, i128::from(most)),
        fits,
    )
}

/// A real number without its fraction, and whether it is one at all. As in Java,
/// what is too large ends at the limits of 64 bits, or of 32 for smaller targets.
fn real(value: f64, bits: u32) -> (i128, bool) {
    let truncated = if bits == 64 {
        value as i64
    } else {
        i64::from(value as i32)
    };
    let exact = value.trunc() == truncated as f64 && (bits < 64 || value < i64::MAX as f64);
    (i128::from(truncated), exact)
}

/// The unscaled value of a decimal of given precision and scale.
pub(super) fn to_decimal(
    number: Number,
    precision: u8,
    scale: i8,
    settings: CastSettings,
) -> Result<Option<i128>> {
    let mut text = String::new();
    let value = match number {
        Number::Whole(value) => rescale(i128::from(value), 0, scale),
        Number::Decimal(value, from) => rescale(value, from, scale),
        Number::Float(value) if !value.is_finite() => return Ok(None),
        Number::Double(value) if !value.is_finite() => return Ok(None),
        Number::Float(value) => {
            write_f64(f64::from(value), &mut text);
            decimal_from_text(&text, scale).and_then(|(value, _)| value)
        }
        Number::Double(value) => {
            write_f64(value, &mut text);
            decimal_from_text(&text, scale).and_then(|(value, _)| value)
        }
    };
    match value.filter(|value| within(*value, precision)) {
        Some(value) => Ok(Some(value)),
        None => settings.fail(|| out_of_range(&plain(number, &text), precision, scale)),
    }
}

fn plain(number: Number, text: &str) -> String {
    match number {
        Number::Whole(value) => value.to_string(),
        Number::Decimal(value, scale) => decimal_literal(value, scale)
            .trim_end_matches("BD")
            .to_string(),
        _ => decimal_from_text(text, 0).map_or_else(|| text.to_string(), |(_, plain)| plain),
    }
}

pub(super) fn within(value: i128, precision: u8) -> bool {
    value.unsigned_abs() < 10_u128.pow(u32::from(precision))
}

/// Changes the scale, rounding half away from zero; `None` beyond 128 bits.
pub(super) fn rescale(value: i128, from: i8, to: i8) -> Option<i128> {
    let shift = i32::from(to) - i32::from(from);
    let factor = 10_i128.checked_pow(shift.unsigned_abs())?;
    if shift >= 0 {
        return value.checked_mul(factor);
    }
    let rest = (value % factor).unsigned_abs();
    let up = i128::from(rest * 2 >= factor.unsigned_abs());
    Some(value / factor + up * value.signum())
}

/// Reads a decimal number, with an exponent or without: its unscaled value at a
/// scale (`None` if it has more than 38 digits), and its plain text.
pub(super) fn decimal_from_text(text: &str, scale: i8) -> Option<(Option<i128>, String)> {
    let negative = text.starts_with('-');
    let body = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match body.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (body, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut digits: String = [whole, fraction].concat();
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) || exponent.abs() > 1_000 {
        return None;
    }
    let point = whole.len() as i32 + exponent;
    let plain = plain_text(&digits, point, negative);
    // So many digits stand before the last place of the target scale.
    let keep = point + i32::from(scale);
    if keep < 0 {
        return Some((Some(0), plain));
    }
    let keep = keep as usize;
    let up = digits
        .as_bytes()
        .get(keep)
        .is_some_and(|digit| *digit >= b'5');
    digits.truncate(keep);
    digits.extend(std::iter::repeat_n('0', keep.saturating_sub(digits.len())));
    let significant = digits.trim_start_matches('0');
    let value: Option<i128> = match significant.len() {
        0 => Some(0),
        1..=38 => significant.parse().ok(),
        _ => None,
    };
    let value = value.map(|value| value + i128::from(up));
    Some((
        value.map(|value| if negative { -value } else { value }),
        plain,
    ))
}

fn plain_text(digits: &str, point: i32, negative: bool) -> String {
    let sign = if negative { "-" } else { "" };
    let split = point.max(0) as usize;
    let mut whole: String = digits.chars().take(split).collect();
    whole.extend(std::iter::repeat_n('0', split.saturating_sub(digits.len())));
    let whole = whole.trim_start_matches('0');
    let mut fraction = "0".repeat(point.min(0).unsigned_abs() as usize);
    fraction.extend(digits.chars().skip(split));
    let fraction = fraction.trim_end_matches('0');
    let dot = if fraction.is_empty() { "" } else { "." };
    format!(
        "{sign}{}{dot}{fraction}",
        if whole.is_empty() { "0" } else { whole }
    )
}

fn big_endian(rows: usize, from: &DataType, at: impl Fn(usize) -> Option<Number>) -> ArrayRef {
    let width = match from {
        DataType::Byte => 1,
        DataType::Short => 2,
        DataType::Integer => 4,
        _ => 8,
    };
    let mut builder = BinaryBuilder::new();
    for row in 0..rows {
        match at(row) {
            Some(Number::Whole(value)) => builder.append_value(&value.to_be_bytes()[8 - width..]),
            _ => builder.append_null(),
        }
    }
    Arc::new(builder.finish())
}
