//! Numbers as text: `format_number` and `conv`.

use std::fmt::Write;

use crate::error::{Result, SparkError};
use crate::functions::scalar::kernel::{Str, binary, ternary};
use crate::functions::scalar::typing::{Want, arity, expect, expect_exactly};
use crate::functions::{ArgType, Binding, Scalar, Settings};
use crate::types::DataType;

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["format_number"],
        bind: format_number,
    },
    Scalar {
        names: &["conv"],
        bind: conv,
    },
];

const TEXT: DataType = DataType::String;
const INT: DataType = DataType::Integer;

fn format_number(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    expect_exactly(name, args, &[Want::Numeric])?;
    if args[1].data_type == TEXT {
        return Err(SparkError::not_implemented("format_number with a pattern"));
    }
    expect(name, args, settings, &[Want::Any, Want::Is(INT)])?;
    // The result counts as nullable, since a negative number of places gives a null.
    let places = |places: i32| usize::try_from(places).ok();
    Ok(match &args[0].data_type {
        kind @ DataType::Decimal { scale, .. } => {
            let scale = usize::try_from(*scale).unwrap_or(0);
            let types = vec![kind.clone(), INT];
            binary::<i128, i32, String>(types, TEXT, true, move |value, count| {
                Ok(places(count).map(|count| decimal_text(value, scale, count)))
            })
        }
        kind if kind.is_integral() => binary::<i64, i32, String>(
            vec![DataType::Long, INT],
            TEXT,
            true,
            move |value, count| {
                Ok(places(count).map(|count| decimal_text(i128::from(value), 0, count)))
            },
        ),
        _ => {
            let types = vec![DataType::Double, INT];
            binary::<f64, i32, String>(types, TEXT, true, move |value, count| {
                Ok(places(count).map(|count| double_text(value, count)))
            })
        }
    })
}

fn decimal_text(unscaled: i128, scale: usize, places: usize) -> String {
    let mut kept = unscaled.unsigned_abs();
    let mut have = scale;
    if places < scale {
        // Halves go to the even neighbour.
        let unit = 10_u128.pow((scale - places) as u32);
        let (whole, rest) = (kept / unit, kept % unit);
        let up = rest * 2 > unit || (rest * 2 == unit && whole % 2 == 1);
        kept = whole + u128::from(up);
        have = places;
    }
    let mut digits = format!("{kept:0width$}", width = have + 1);
    digits.extend(std::iter::repeat_n('0', places - have));
    let (whole, fraction) = digits.split_at(digits.len() - places);
    grouped(unscaled < 0, whole, fraction)
}

fn double_text(value: f64, places: usize) -> String {
    if value.is_nan() {
        return "NaN".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { "∞" } else { "-∞" }.into();
    }
    let shortest = format!("{}", value.abs());
    let (whole, fraction) = shortest.split_once('.').unwrap_or((&shortest, ""));
    if fraction.len() <= places {
        let padded = format!("{fraction:0<places$}");
        return grouped(value.is_sign_negative(), whole, &padded);
    }
    // What is cut off is rounded by the exact value.
    let exact = format!("{:.places$}", value.abs());
    let (whole, fraction) = exact.split_once('.').unwrap_or((&exact, ""));
    grouped(value.is_sign_negative(), whole, fraction)
}

fn grouped(negative: bool, whole: &str, fraction: &str) -> String {
    let mut out = String::with_capacity(whole.len() * 4 / 3 + fraction.len() + 2);
    if negative {
        out.push('-');
    }
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        let _ = write!(out, ".{fraction}");
    }
    out
}

fn conv(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 3, 3)?;
    let wants = [Want::Is(TEXT), Want::Is(INT), Want::Is(INT)];
    let types = expect(name, args, settings, &wants)?;
    let ansi = settings.ansi;
    Ok(ternary::<Str, i32, i32, String>(
        types,
        TEXT,
        true,
        move |text, from, to| {
            let bases = 2..=36;
            if !bases.contains(&from) || !bases.contains(&to.saturating_abs()) {
                return Ok(None);
            }
            converted(text.trim_matches(' '), from as u32, to, ansi)
        },
    ))
}

/// Unsigned 64-bit numbers, or signed ones for a negative target base.
fn converted(text: &str, from: u32, to: i32, ansi: bool) -> Result<Option<String>> {
    if text.is_empty() {
        return Ok(None);
    }
    let (mut negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let mut value = Some(0_u64);
    for digit in digits.chars().map_while(|c| c.to_digit(from)) {
        value = value
            .and_then(|v| v.checked_mul(u64::from(from)))
            .and_then(|v| v.checked_add(u64::from(digit)));
    }
    let mut value = match value {
        Some(value) => value as i64,
        None if ansi => return Err(overflow()),
        None => -1,
    };
    if negative && to > 0 {
        value = if value < 0 { -1 } else { -value };
    }
    if to < 0 && value < 0 {
        value = value.wrapping_neg();
        negative = true;
    }
    let (mut left, base) = (value as u64, u64::from(to.unsigned_abs()));
    let mut out = Vec::new();
    while left > 0 || out.is_empty() {
        let digit = char::from_digit((left % base) as u32, 36).unwrap_or('0');
        out.push(digit.to_ascii_uppercase());
        left /= base;
    }
    if negative && to < 0 {
        out.push('-');
    }
    Ok(Some(out.iter().rev().collect()))
}

fn overflow() -> SparkError {
    SparkError::new(
        "ARITHMETIC_OVERFLOW",
        &[
            ("message", "Overflow in function conv()"),
            ("alternative", ""),
            ("config", "\"spark.sql.ansi.enabled\""),
        ],
    )
}
