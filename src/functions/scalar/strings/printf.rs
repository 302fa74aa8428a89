//! The patterns of Java's `Formatter`: `%[position$][flags][width][.precision]conversion`.
//! Knows values and texts, no functions.

use super::printf_digits::{Digits, hexadecimal};
use super::printf_flags::{check, check_with, once};

/// A value to be written, by what Java takes it for.
#[derive(Debug, Clone)]
pub enum Value {
    Null,
    Boolean(bool),
    Integer {
        value: i64,
        bits: u32,
        name: &'static str,
    },
    Real {
        value: f64,
        text: String,
        class: &'static str,
    },
    Text(String),
    /// What can only be written as it is.
    Other {
        text: String,
        class: &'static str,
    },
}

/// Why a text cannot be written.
#[derive(Debug)]
pub enum Problem {
    /// What Java's exception says.
    Wrong(String),
    Missing(String),
}

type Written = Result<String, Problem>;

#[derive(Debug, Default)]
pub(super) struct Spec {
    pub(super) flags: String,
    pub(super) width: Option<usize>,
    pub(super) precision: Option<usize>,
    pub(super) conversion: char,
    /// As it is in the pattern.
    pub(super) whole: String,
}

impl Spec {
    pub(super) fn has(&self, flag: char) -> bool {
        self.flags.contains(flag)
    }
}

/// A piece of a pattern.
enum Piece {
    Letter(char),
    Place(Spec, Position),
}

/// The pattern in pieces: it is refused as a whole before any value is written.
fn pieces(pattern: &str) -> Result<Vec<Piece>, Problem> {
    let chars: Vec<char> = pattern.chars().collect();
    let mut out = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if chars[at] != '%' {
            out.push(Piece::Letter(chars[at]));
            at += 1;
            continue;
        }
        let (spec, position, after) = parse(&chars, at)?;
        check(&spec)?;
        at = after;
        out.push(Piece::Place(spec, position));
    }
    Ok(out)
}

pub fn formatted(pattern: &str, values: &[Value]) -> Written {
    let mut out = String::new();
    let (mut next, mut last) = (0, None);
    for piece in pieces(pattern)? {
        let (spec, position) = match piece {
            Piece::Letter(letter) => {
                out.push(letter);
                continue;
            }
            Piece::Place(spec, position) => (spec, position),
        };
        match spec.conversion {
            '%' => out.push_str(&padded("%".into(), &spec)),
            'n' => out.push('\n'),
            _ => {
                let index = match position {
                    Position::Next => {
                        next += 1;
                        next - 1
                    }
                    Position::At(index) => index - 1,
                    Position::Again => {
                        let missing =
                            || Problem::Wrong(format!("Format specifier '{}'", spec.whole));
                        last.ok_or_else(missing)?
                    }
                };
                let Some(value) = values.get(index) else {
                    return Err(Problem::Wrong(format!("Format specifier '{}'", spec.whole)));
                };
                last = Some(index);
                out.push_str(&written(&spec, value)?);
            }
        }
    }
    Ok(out)
}

enum Position {
    Next,
    At(usize),
    Again,
}

/// A text is not made longer than this by a format's few digits.
const MOST_PLACES: usize = 1 << 20;

fn parse(chars: &[char], start: usize) -> Result<(Spec, Position, usize), Problem> {
    let unknown = |at: usize| {
        let c = chars.get(at).copied().unwrap_or('%');
        Problem::Wrong(format!("Conversion = '{c}'"))
    };
    let number = |from: usize| {
        let end = (from..chars.len())
            .find(|i| !chars[*i].is_ascii_digit())
            .unwrap_or(chars.len());
        let text: String = chars[from..end].iter().collect();
        let found = match text.as_str() {
            "" => None,
            digits => Some(digits.parse().unwrap_or(usize::MAX)),
        };
        (found, end)
    };
    let (mut spec, mut position, mut at) = (Spec::default(), Position::Next, start + 1);
    let (found, end) = number(at);
    if let (Some(index), Some('$')) = (found, chars.get(end))
        && chars[at] != '0'
    {
        position = Position::At(index);
        at = end + 1;
    } else if chars.get(at) == Some(&'<') {
        position = Position::Again;
        at += 1;
    }
    while let Some(flag) = chars.get(at).filter(|c| "-#+ 0,(".contains(**c)) {
        spec.flags.push(*flag);
        at += 1;
    }
    once(&spec)?;
    (spec.width, at) = number(at);
    if chars.get(at) == Some(&'.') {
        let (precision, end) = number(at + 1);
        if precision.is_none() {
            return Err(unknown(at));
        }
        (spec.precision, at) = (precision, end);
    }
    if let Some(places) = spec.width.max(spec.precision).filter(|p| *p > MOST_PLACES) {
        return Err(Problem::Missing(format!(
            "format_string with {places} places"
        )));
    }
    let Some(conversion) = chars.get(at) else {
        return Err(Problem::Wrong("Conversion = '%'".into()));
    };
    spec.conversion = *conversion;
    if matches!(conversion, 't' | 'T') {
        // The letter after it says which part of a moment.
        at += 1;
        spec.conversion = chars.get(at).copied().unwrap_or(*conversion);
        spec.flags.push('t');
    } else if !"bBhHsScCdoxXeEfgGaA%n".contains(*conversion) {
        return Err(unknown(at));
    }
    spec.whole = chars[start..=at.min(chars.len() - 1)].iter().collect();
    Ok((spec, position, at + 1))
}

fn written(spec: &Spec, value: &Value) -> Written {
    if spec.has('t') {
        return match value {
            Value::Null => Ok(padded("null".into(), spec)),
            Value::Integer { bits: 64, .. } => Err(Problem::Missing(format!(
                "format_string with {}",
                spec.whole
            ))),
            other => Err(mismatch(spec, other)),
        };
    }
    check_with(spec, value)?;
    let is_upper = spec.conversion.is_ascii_uppercase();
    let text = match spec.conversion.to_ascii_lowercase() {
        'b' => general(
            spec,
            match value {
                Value::Null => "false".into(),
                Value::Boolean(value) => value.to_string(),
                _ => "true".into(),
            },
        ),
        's' => general(spec, plain(value)),
        'h' => match value {
            Value::Null => general(spec, "null".into()),
            other => general(spec, format!("{:x}", hash(other)?)),
        },
        'c' => character(spec, value)?,
        'd' | 'o' | 'x' => integer(spec, value)?,
        _ => real(spec, value)?,
    };
    Ok(if is_upper { text.to_uppercase() } else { text })
}

pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::Null => "null".into(),
        Value::Boolean(value) => value.to_string(),
        Value::Integer { value, .. } => value.to_string(),
        Value::Real { text, .. } | Value::Other { text, .. } | Value::Text(text) => text.clone(),
    }
}

fn class(value: &Value) -> String {
    match value {
        Value::Null => "null".into(),
        Value::Boolean(_) => "java.lang.Boolean".into(),
        Value::Integer { name, .. } => format!("java.lang.{name}"),
        Value::Real { class, .. } | Value::Other { class, .. } => (*class).into(),
        Value::Text(_) => "org.apache.spark.unsafe.types.UTF8String".into(),
    }
}

fn mismatch(spec: &Spec, value: &Value) -> Problem {
    let conversion = spec.conversion;
    Problem::Wrong(format!("{conversion} != {}", class(value)))
}

/// Java's hash code of a value.
fn hash(value: &Value) -> Result<i32, Problem> {
    Ok(match value {
        Value::Boolean(value) => {
            if *value {
                1231
            } else {
                1237
            }
        }
        Value::Integer {
            value, bits: 64, ..
        } => (value ^ (value >> 32)) as i32,
        Value::Integer { value, .. } => *value as i32,
        Value::Real {
            value,
            class: "java.lang.Double",
            ..
        } => {
            let bits = value.to_bits().cast_signed();
            (bits ^ ((bits.cast_unsigned() >> 32).cast_signed())) as i32
        }
        Value::Text(text) => crate::functions::scalar::hash::murmur3_bytes(text.as_bytes(), 42),
        _ => {
            return Err(Problem::Missing(
                "format_string with %h of this type".into(),
            ));
        }
    })
}

fn general(spec: &Spec, text: String) -> String {
    let cut = match spec.precision {
        Some(most) => text.chars().take(most).collect(),
        None => text,
    };
    padded(cut, spec)
}

fn padded(text: String, spec: &Spec) -> String {
    let missing = spec.width.unwrap_or(0).saturating_sub(text.chars().count());
    match spec.has('-') {
        true => text + &" ".repeat(missing),
        false => " ".repeat(missing) + &text,
    }
}

fn character(spec: &Spec, value: &Value) -> Written {
    match value {
        Value::Null => Ok(padded("null".into(), spec)),
        Value::Integer { value, bits, .. } if *bits <= 32 => {
            let found = u32::try_from(*value).ok().and_then(char::from_u32);
            let wrong = || Problem::Wrong(format!("Code point = 0x{value:x}"));
            Ok(padded(found.ok_or_else(wrong)?.to_string(), spec))
        }
        other => Err(mismatch(spec, other)),
    }
}

fn integer(spec: &Spec, value: &Value) -> Written {
    let (number, bits) = match value {
        Value::Null => return Ok(padded("null".into(), spec)),
        Value::Integer { value, bits, .. } => (*value, *bits),
        other => return Err(mismatch(spec, other)),
    };
    if spec.conversion == 'd' {
        return Ok(signed(spec, number < 0, number.unsigned_abs().to_string()));
    }
    let bits = number.cast_unsigned() & (u64::MAX >> (64 - bits));
    let digits = match spec.conversion {
        'o' => format!("{}{bits:o}", if spec.has('#') { "0" } else { "" }),
        _ => format!("{}{bits:x}", if spec.has('#') { "0x" } else { "" }),
    };
    let zeros = match spec.has('0') {
        true => spec.width.unwrap_or(0).saturating_sub(digits.len()),
        false => 0,
    };
    Ok(padded("0".repeat(zeros) + &digits, spec))
}

/// A number with its sign, groups of three and zeros in front as the flags ask.
fn signed(spec: &Spec, is_negative: bool, digits: String) -> String {
    let (whole, rest) = digits.split_at(digits.find(['.', 'e']).unwrap_or(digits.len()));
    let mut text = match spec.has(',') {
        true => grouped(whole),
        false => whole.to_string(),
    };
    text.push_str(rest);
    let (before, after) = match (is_negative, spec.has('('), spec.has('+'), spec.has(' ')) {
        (true, true, _, _) => ("(", ")"),
        (true, false, _, _) => ("-", ""),
        (false, _, true, _) => ("+", ""),
        (false, _, _, true) => (" ", ""),
        _ => ("", ""),
    };
    let zeros = match spec.has('0') {
        true => {
            let used = before.len() + text.len() + after.len();
            spec.width.unwrap_or(0).saturating_sub(used)
        }
        false => 0,
    };
    padded(format!("{before}{}{text}{after}", "0".repeat(zeros)), spec)
}

fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn real(spec: &Spec, value: &Value) -> Written {
    let (number, shown) = match value {
        Value::Null => return Ok(padded("null".into(), spec)),
        Value::Real { value, text, .. } => (*value, text.as_str()),
        other => return Err(mismatch(spec, other)),
    };
    if number.is_nan() {
        return Ok(padded("NaN".into(), spec));
    }
    if number.is_infinite() {
        let text = match (number < 0.0, spec.has('('), spec.has('+')) {
            (true, true, _) => "(Infinity)",
            (true, false, _) => "-Infinity",
            (false, _, true) => "+Infinity",
            _ => "Infinity",
        };
        return Ok(padded(text.into(), spec));
    }
    let is_negative = number.is_sign_negative();
    let precision = spec.precision.unwrap_or(6);
    let digits = match spec.conversion.to_ascii_lowercase() {
        'f' => Digits::of(shown).fixed(precision),
        'e' => Digits::of(shown).scientific(precision),
        'g' => Digits::of(shown).shorter(precision),
        _ if spec.precision.is_none() => hexadecimal(number.abs()),
        _ => {
            return Err(Problem::Missing(
                "format_string with a precision of %a".into(),
            ));
        }
    };
    Ok(signed(spec, is_negative, digits))
}
