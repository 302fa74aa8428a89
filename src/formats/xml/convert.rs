//! One text of an element or attribute to a value of its column's type.

use super::options::XmlOptions;
use super::variant;
use crate::error::{ErrorClass, SparkError};
use crate::formats::columns::Datum;
use crate::formats::number;
use crate::formats::scalars::Scalars;
use crate::types::DataType;

/// Why a text is no value, and what this does where no field stands between it and the
/// record: Spark's reader of texts catches some of its own errors there, and not others.
#[derive(Debug, Clone)]
pub(super) struct Unfit {
    pub error: SparkError,
    pub is_caught: bool,
}

impl Unfit {
    fn caught(error: SparkError) -> Self {
        Self {
            error,
            is_caught: true,
        }
    }

    fn text(value: &str) -> Self {
        Self::caught(SparkError::plain(
            ErrorClass::NumberFormat,
            format_args!("For input string: \"{value}\""),
        ))
    }
}

/// The value of a text; null where the options say so.
pub(super) fn value(
    text: &str,
    data_type: &DataType,
    options: &XmlOptions,
    scalars: &mut Scalars,
) -> Result<Datum, Unfit> {
    if *data_type == DataType::Variant {
        return Ok(variant::datum(&variant::of_text(text, options)));
    }
    let Some(text) = options.value(text) else {
        return Ok(Datum::Null);
    };
    let null = options.null_value.as_deref();
    let whole = |low: i64, high: i64| {
        let found = text.parse::<i64>().ok();
        let found = found.filter(|value| (low..=high).contains(value));
        found.map(Datum::Int).ok_or_else(|| Unfit::text(text))
    };
    Ok(match data_type {
        DataType::Null => Datum::Null,
        DataType::String => Datum::Text(text.to_string()),
        DataType::Byte => whole(-128, 127)?,
        DataType::Short => whole(i64::from(i16::MIN), i64::from(i16::MAX))?,
        DataType::Integer => {
            let (is_negative, digits) = sign(text);
            let value: i32 = match digits {
                // A null of numbers is none of Java's: it counts as nothing.
                digits if Some(digits) == null => 0,
                digits => digits.parse().map_err(|_| Unfit::text(digits))?,
            };
            let value = if is_negative {
                value.wrapping_neg()
            } else {
                value
            };
            Datum::Int(i64::from(value))
        }
        DataType::Long => {
            let (is_negative, digits) = sign(text);
            let value: i64 = match digits {
                digits if Some(digits) == null => 0,
                digits => digits.parse().map_err(|_| Unfit::text(digits))?,
            };
            Datum::Int(if is_negative {
                value.wrapping_neg()
            } else {
                value
            })
        }
        DataType::Float => {
            let (is_negative, digits) = sign(text);
            let value = match digits {
                digits if Some(digits) == null => 0.0,
                digits => match java_text(digits).and_then(|digits| digits.parse().ok()) {
                    Some(value) => value,
                    None => loose_double(digits)? as f32,
                },
            };
            Datum::Float(if is_negative { -value } else { value })
        }
        DataType::Double => {
            let (is_negative, digits) = sign(text);
            let value = match digits {
                digits if Some(digits) == null => 0.0,
                digits => match double(digits) {
                    Some(value) => value,
                    None => loose_double(digits)?,
                },
            };
            Datum::Double(if is_negative { -value } else { value })
        }
        DataType::Decimal { precision, scale } => {
            let plain = text.replace(',', "");
            let found = number::decimal(&plain, *precision, *scale).map(Datum::Decimal);
            found.ok_or_else(|| Unfit::text(text))?
        }
        DataType::Boolean => match text.to_lowercase().as_str() {
            "true" | "1" => Datum::Boolean(true),
            "false" | "0" => Datum::Boolean(false),
            _ => {
                return Err(Unfit::caught(SparkError::plain(
                    ErrorClass::IllegalArgument,
                    format_args!("For input string: {text}"),
                )));
            }
        },
        DataType::Date => {
            let days = scalars.date(text).ok_or_else(|| Unfit::text(text))?;
            Datum::Int(i64::from(days))
        }
        DataType::Timestamp => {
            let found = scalars.timestamp(text);
            if found.is_none() && scalars.take_time_only() {
                let what = "reading a time of day without a date as a timestamp from XML";
                return Err(Unfit {
                    error: SparkError::not_implemented(what),
                    is_caught: false,
                });
            }
            Datum::Int(found.ok_or_else(|| Unfit::text(text))?)
        }
        DataType::TimestampNtz => match scalars.timestamp_ntz(text) {
            Some(micros) => Datum::Int(micros),
            None => return Err(no_local_time(text)),
        },
        other => {
            let message = format!("Failed to parse a value for data type {}.", other.sql());
            let error = SparkError::plain(ErrorClass::IllegalArgument, message);
            return Err(Unfit::caught(error));
        }
    })
}

fn no_local_time(text: &str) -> Unfit {
    let error = SparkError::internal(format_args!(
        "Cannot parse field value '{text}' for pattern 'yyyy-MM-dd HH:mm:ss' as the target spark \
         data type \"TIMESTAMP_NTZ\"."
    ));
    Unfit {
        error,
        is_caught: false,
    }
}

/// Whether a number begins with a minus, and the rest of it behind its sign.
fn sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

/// A number as Java's classes read it: with a suffix for its type, or in hexadecimal.
pub(super) fn double(text: &str) -> Option<f64> {
    java_text(text)
        .and_then(|plain| plain.parse().ok())
        .or_else(|| hexadecimal(text))
}

/// What Rust reads as Java reads it.
fn java_text(text: &str) -> Option<&str> {
    let text = text.trim_matches(|c: char| c <= ' ');
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, "NaN" | "Infinity") {
        return Some(text);
    }
    if !unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    Some(text.strip_suffix(['f', 'F', 'd', 'D']).unwrap_or(text))
}

/// `0x1.8p3`: digits of sixteen and a power of two.
fn hexadecimal(text: &str) -> Option<f64> {
    let (is_negative, unsigned) = sign(text.trim_matches(|c: char| c <= ' '));
    let body = unsigned
        .strip_prefix("0x")
        .or_else(|| unsigned.strip_prefix("0X"))?;
    let (digits, power) = body.split_once(['p', 'P'])?;
    let power = power.strip_suffix(['f', 'F', 'd', 'D']).unwrap_or(power);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && fraction.is_empty() || whole.len() + fraction.len() > 13 {
        return None;
    }
    let value = u64::from_str_radix(&format!("{whole}{fraction}"), 16).ok()?;
    let power = power.parse::<i32>().ok()? - 4 * i32::try_from(fraction.len()).ok()?;
    let value = value as f64 * 2f64.powi(power);
    Some(if is_negative { -value } else { value })
}

/// The number that a text begins with, its thousands set off by commas; what follows it
/// does not count.
fn loose_double(text: &str) -> Result<f64, Unfit> {
    let refused = || Unfit {
        error: SparkError::plain(
            ErrorClass::SparkRuntime,
            format_args!("Unparseable number: \"{text}\""),
        ),
        is_caught: false,
    };
    let (is_negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    if unsigned.starts_with('∞') {
        return Ok(if is_negative {
            f64::NEG_INFINITY
        } else {
            f64::INFINITY
        });
    }
    let (mut plain, mut has_digits, mut has_point) = (String::new(), false, false);
    let mut rest = unsigned.char_indices();
    for (at, c) in rest.by_ref() {
        match c {
            '0'..='9' => {
                has_digits = true;
                plain.push(c);
            }
            ',' if !has_point => {}
            '.' if !has_point => {
                has_point = true;
                plain.push(c);
            }
            'E' if has_digits => {
                let exponent = exponent(unsigned.get(at + 1..).unwrap_or_default());
                if !exponent.is_empty() {
                    plain.push('E');
                    plain.push_str(exponent);
                }
                break;
            }
            _ => break,
        }
    }
    if !has_digits {
        return Err(refused());
    }
    let value: f64 = plain.parse().map_err(|_| refused())?;
    Ok(if is_negative { -value } else { value })
}

/// The whole number that a text begins with.
fn exponent(text: &str) -> &str {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let length = digits.bytes().take_while(u8::is_ascii_digit).count();
    match length {
        0 => "",
        length => text
            .get(..text.len() - digits.len() + length)
            .unwrap_or_default(),
    }
}
