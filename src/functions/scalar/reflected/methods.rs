//! The table of static methods.
//!
//! What the names of a class's other methods are is said as well: they are Java's, and not
//! there yet.

use super::{Value, text_of};
use crate::error::{Result, SparkError};
use crate::functions::scalar::codecs::{form_decoded, form_encoded};
use crate::functions::scalar::strict;
use crate::types::{write_f32, write_f64};

pub struct Class {
    pub name: &'static str,
    pub methods: &'static [Method],
    /// Its methods that this table lacks.
    pub absent: &'static [&'static str],
}

pub type Method = (&'static str, Body);

/// What a method computes, by what it takes; `None` where it throws.
#[derive(Clone, Copy)]
pub enum Body {
    Double(fn(f64) -> f64),
    Doubles(fn(f64, f64) -> f64),
    Float(fn(f32) -> f32),
    Floats(fn(f32, f32) -> f32),
    Int(fn(i32) -> Option<i32>),
    Ints(fn(i32, i32) -> Option<i32>),
    Long(fn(i64) -> Option<i64>),
    Longs(fn(i64, i64) -> Option<i64>),
    Flags(fn(bool, bool) -> bool),
    /// Of a double, and what it gives is no double.
    OfDouble(fn(f64) -> String),
    OfFloat(fn(f32) -> String),
    OfInt(fn(i32) -> String),
    OfLong(fn(i64) -> Option<String>),
    OfLongs(fn(i64, i64) -> String),
    OfLongInt(fn(i64, i32) -> Option<String>),
    OfText(fn(&str) -> Result<Option<String>>),
    /// Of a text that may be null.
    OfAnyText(fn(Option<&str>) -> Option<String>),
    OfTexts(fn(&str, &str) -> Result<Option<String>>),
    OfFlag(fn(bool) -> Option<String>),
    /// Of any object.
    OfAny,
}

impl Body {
    /// Whether arguments of these types fit: narrower integers are no wider ones, except
    /// where Java asks for any object.
    pub fn takes(&self, signature: &str) -> bool {
        let wanted = match self {
            Self::OfAny => return signature.len() == 1,
            Self::Double(_) | Self::OfDouble(_) => "D",
            Self::Doubles(_) => "DD",
            Self::Float(_) | Self::OfFloat(_) => "F",
            Self::Floats(_) => "FF",
            Self::Int(_) | Self::OfInt(_) => "I",
            Self::Ints(_) => "II",
            Self::Long(_) | Self::OfLong(_) => "J",
            Self::Longs(_) | Self::OfLongs(_) => "JJ",
            Self::OfLongInt(_) => "JI",
            Self::Flags(_) => "ZZ",
            Self::OfFlag(_) => "Z",
            Self::OfText(_) | Self::OfAnyText(_) => "T",
            Self::OfTexts(_) => "TT",
        };
        wanted == signature
    }

    /// The result as text; `None` where the method throws, as it does of a null.
    pub(super) fn call(&self, args: &[Value]) -> Result<Option<String>> {
        match (self, args) {
            (Self::OfText(f), [Value::Text(a)]) => f(a),
            (Self::OfTexts(f), [Value::Text(a), Value::Text(b)]) => f(a, b),
            _ => Ok(self.call_plain(args)),
        }
    }

    fn call_plain(&self, args: &[Value]) -> Option<String> {
        use Value as V;
        Some(match (self, args) {
            (Self::OfAny, [value]) => text_of(value)?,
            (Self::Double(f), [V::Double(a)]) => double(f(*a)),
            (Self::Doubles(f), [V::Double(a), V::Double(b)]) => double(f(*a, *b)),
            (Self::Float(f), [V::Float(a)]) => float(f(*a)),
            (Self::Floats(f), [V::Float(a), V::Float(b)]) => float(f(*a, *b)),
            (Self::Int(f), [V::Int(a)]) => f(*a)?.to_string(),
            (Self::Ints(f), [V::Int(a), V::Int(b)]) => f(*a, *b)?.to_string(),
            (Self::Long(f), [V::Long(a)]) => f(*a)?.to_string(),
            (Self::Longs(f), [V::Long(a), V::Long(b)]) => f(*a, *b)?.to_string(),
            (Self::Flags(f), [V::Flag(a), V::Flag(b)]) => f(*a, *b).to_string(),
            (Self::OfFlag(f), [V::Flag(a)]) => f(*a)?,
            (Self::OfDouble(f), [V::Double(a)]) => f(*a),
            (Self::OfFloat(f), [V::Float(a)]) => f(*a),
            (Self::OfInt(f), [V::Int(a)]) => f(*a),
            (Self::OfLong(f), [V::Long(a)]) => f(*a)?,
            (Self::OfLongs(f), [V::Long(a), V::Long(b)]) => f(*a, *b),
            (Self::OfLongInt(f), [V::Long(a), V::Int(b)]) => f(*a, *b)?,
            (Self::OfAnyText(f), [V::Text(a)]) => f(Some(a))?,
            (Self::OfAnyText(f), [V::Null]) => f(None)?,
            _ => return None,
        })
    }
}

fn double(value: f64) -> String {
    let mut out = String::new();
    write_f64(value, &mut out);
    out
}

fn float(value: f32) -> String {
    let mut out = String::new();
    write_f32(value, &mut out);
    out
}

/// The greater of two as Java has it: NaN wins, and 0.0 is above -0.0.
fn max(a: f64, b: f64) -> f64 {
    match (a.is_nan() || b.is_nan(), a == 0.0 && b == 0.0) {
        (true, _) => f64::NAN,
        (_, true) if a.is_sign_negative() => b,
        (_, true) => a,
        _ => a.max(b),
    }
}

fn min(a: f64, b: f64) -> f64 {
    -max(-a, -b)
}

fn max_f(a: f32, b: f32) -> f32 {
    max(f64::from(a), f64::from(b)) as f32
}

fn min_f(a: f32, b: f32) -> f32 {
    min(f64::from(a), f64::from(b)) as f32
}

fn signum(a: f64) -> f64 {
    if a == 0.0 || a.is_nan() {
        a
    } else {
        a.signum()
    }
}

/// Half up, whatever the sign; the ends of the type hold what is beyond them.
fn round(a: f64) -> String {
    let below = a.floor();
    // Not `floor(a + 0.5)`: the sum may itself be rounded up.
    let up = a - below >= 0.5;
    ((if up { below + 1.0 } else { below }) as i64).to_string()
}

fn round_f(a: f32) -> String {
    let a = f64::from(a);
    let below = a.floor();
    ((if a - below >= 0.5 { below + 1.0 } else { below }) as i32).to_string()
}

fn order<T: PartialOrd>(a: T, b: T) -> i32 {
    i32::from(a > b) - i32::from(a < b)
}

/// A number of Java's: digits and a sign, nothing else.
fn whole<T: std::str::FromStr + std::fmt::Display>(text: &str) -> Result<Option<String>> {
    if text.chars().any(|c| c.is_numeric() && !c.is_ascii()) {
        let what = "a number in digits that are not ASCII";
        return Err(SparkError::not_implemented(what));
    }
    Ok(text.parse::<T>().ok().map(|number| number.to_string()))
}

/// A real of Java's, but for those in hexadecimal digits.
fn real(text: &str) -> Result<Option<String>> {
    if text.contains(['x', 'X']) {
        return Err(SparkError::not_implemented("a real in hexadecimal digits"));
    }
    let trimmed = text.trim_matches(|c: char| c <= ' ');
    let unsigned = trimmed.trim_start_matches(['+', '-']);
    let named = matches!(unsigned, "NaN" | "Infinity");
    let body = match named {
        true => trimmed,
        false => trimmed
            .strip_suffix(['d', 'D', 'f', 'F'])
            .unwrap_or(trimmed),
    };
    let digits = body.bytes().any(|b| b.is_ascii_digit());
    if !named && !digits || trimmed.len() - unsigned.len() > 1 {
        return Ok(None);
    }
    Ok(body.parse::<f64>().ok().map(double))
}

fn is_true(text: Option<&str>) -> Option<String> {
    let flag = text.is_some_and(|text| text.eq_ignore_ascii_case("true"));
    Some(flag.to_string())
}

fn uuid(text: &str) -> Result<Option<String>> {
    Ok(uuid_text(text))
}

/// Five numbers in hexadecimal digits, each cut to its size.
fn uuid_text(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split('-').collect();
    let [a, b, c, d, e] = parts.as_slice() else {
        return None;
    };
    if text.len() > 36 {
        return None;
    }
    let number = |part: &str| i64::from_str_radix(part, 16).ok();
    let (a, b, c) = (number(a)?, number(b)?, number(c)?);
    let (d, e) = (number(d)?, number(e)?);
    Some(format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        a & 0xffff_ffff,
        b & 0xffff,
        c & 0xffff,
        d & 0xffff,
        e & 0xffff_ffff_ffff
    ))
}

/// Fails for any charset of forms but the one that is there.
fn utf8(charset: &str) -> Result<()> {
    match charset.to_ascii_uppercase().as_str() {
        "UTF-8" | "UTF8" => Ok(()),
        _ => {
            let what = format_args!("the charset {charset} of a form");
            Err(SparkError::not_implemented(what))
        }
    }
}

fn encoded(text: &str) -> Result<Option<String>> {
    Ok(Some(form_encoded(text)))
}

fn decoded(text: &str) -> Result<Option<String>> {
    Ok(form_decoded(text))
}

#[rustfmt::skip]
pub static CLASSES: &[Class] = &[
    Class {
        name: "java.lang.Math",
        methods: &[
            ("abs", Body::Int(|a| Some(a.wrapping_abs()))),
            ("abs", Body::Long(|a| Some(a.wrapping_abs()))),
            ("abs", Body::Float(f32::abs)),
            ("abs", Body::Double(f64::abs)),
            ("max", Body::Ints(|a, b| Some(a.max(b)))),
            ("max", Body::Longs(|a, b| Some(a.max(b)))),
            ("max", Body::Floats(max_f)),
            ("max", Body::Doubles(max)),
            ("min", Body::Ints(|a, b| Some(a.min(b)))),
            ("min", Body::Longs(|a, b| Some(a.min(b)))),
            ("min", Body::Floats(min_f)),
            ("min", Body::Doubles(min)),
            ("sqrt", Body::Double(f64::sqrt)),
            ("cbrt", Body::Double(libm::cbrt)),
            ("pow", Body::Doubles(strict::pow)),
            ("hypot", Body::Doubles(strict::hypot)),
            ("floor", Body::Double(f64::floor)),
            ("ceil", Body::Double(f64::ceil)),
            ("rint", Body::Double(f64::round_ties_even)),
            ("round", Body::OfDouble(round)),
            ("round", Body::OfFloat(round_f)),
            ("signum", Body::Double(signum)),
            ("signum", Body::Float(|a| signum(f64::from(a)) as f32)),
            ("toRadians", Body::Double(|a| a * (std::f64::consts::PI / 180.0))),
            ("toDegrees", Body::Double(|a| a * (180.0 / std::f64::consts::PI))),
            ("floorMod", Body::Ints(|a, b| (b != 0).then(|| floor_mod(i64::from(a), i64::from(b)) as i32))),
            ("floorMod", Body::Longs(|a, b| (b != 0).then(|| floor_mod(a, b)))),
            ("floorDiv", Body::Ints(|a, b| (b != 0).then(|| floor_div(i64::from(a), i64::from(b)) as i32))),
            ("floorDiv", Body::Longs(|a, b| (b != 0).then(|| floor_div(a, b)))),
            ("addExact", Body::Ints(i32::checked_add)),
            ("addExact", Body::Longs(i64::checked_add)),
            ("subtractExact", Body::Ints(i32::checked_sub)),
            ("subtractExact", Body::Longs(i64::checked_sub)),
            ("multiplyExact", Body::Ints(i32::checked_mul)),
            ("multiplyExact", Body::Longs(i64::checked_mul)),
            ("multiplyExact", Body::OfLongInt(|a, b| Some(a.checked_mul(i64::from(b))?.to_string()))),
            ("negateExact", Body::Int(i32::checked_neg)),
            ("negateExact", Body::Long(i64::checked_neg)),
            ("incrementExact", Body::Int(|a| a.checked_add(1))),
            ("incrementExact", Body::Long(|a| a.checked_add(1))),
            ("decrementExact", Body::Int(|a| a.checked_sub(1))),
            ("decrementExact", Body::Long(|a| a.checked_sub(1))),
            ("toIntExact", Body::OfLong(|a| Some(i32::try_from(a).ok()?.to_string()))),
        ],
        absent: &[
            "IEEEremainder", "absExact", "acos", "asin", "atan", "atan2", "copySign", "cos",
            "cosh", "exp", "expm1", "fma", "getExponent", "log", "log10", "log1p",
            "multiplyFull", "multiplyHigh", "nextAfter", "nextDown", "nextUp", "random",
            "scalb", "sin", "sinh", "tan", "tanh", "ulp",
        ],
    },
    Class {
        name: "java.lang.Integer",
        methods: &[
            ("toString", Body::OfInt(|a| a.to_string())),
            ("valueOf", Body::OfInt(|a| a.to_string())),
            ("valueOf", Body::OfText(whole::<i32>)),
            ("parseInt", Body::OfText(whole::<i32>)),
            ("toHexString", Body::OfInt(|a| format!("{a:x}"))),
            ("toBinaryString", Body::OfInt(|a| format!("{a:b}"))),
            ("toOctalString", Body::OfInt(|a| format!("{a:o}"))),
            ("bitCount", Body::OfInt(|a| a.count_ones().to_string())),
            ("reverse", Body::Int(|a| Some(a.reverse_bits()))),
            ("reverseBytes", Body::Int(|a| Some(a.swap_bytes()))),
            ("numberOfLeadingZeros", Body::OfInt(|a| a.leading_zeros().to_string())),
            ("numberOfTrailingZeros", Body::OfInt(|a| a.trailing_zeros().to_string())),
            ("signum", Body::Int(|a| Some(a.signum()))),
            ("max", Body::Ints(|a, b| Some(a.max(b)))),
            ("min", Body::Ints(|a, b| Some(a.min(b)))),
            ("sum", Body::Ints(|a, b| Some(a.wrapping_add(b)))),
            ("compare", Body::Ints(|a, b| Some(order(a, b)))),
        ],
        absent: &[
            "compareUnsigned", "decode", "divideUnsigned", "getInteger", "hashCode",
            "highestOneBit", "lowestOneBit", "parseUnsignedInt", "remainderUnsigned",
            "rotateLeft", "rotateRight", "toUnsignedLong", "toUnsignedString",
        ],
    },
    Class {
        name: "java.lang.Long",
        methods: &[
            ("toString", Body::Long(Some)),
            ("valueOf", Body::Long(Some)),
            ("valueOf", Body::OfText(whole::<i64>)),
            ("parseLong", Body::OfText(whole::<i64>)),
            ("toHexString", Body::OfLong(|a| Some(format!("{a:x}")))),
            ("toBinaryString", Body::OfLong(|a| Some(format!("{a:b}")))),
            ("toOctalString", Body::OfLong(|a| Some(format!("{a:o}")))),
            ("bitCount", Body::OfLong(|a| Some(a.count_ones().to_string()))),
            ("reverse", Body::Long(|a| Some(a.reverse_bits()))),
            ("reverseBytes", Body::Long(|a| Some(a.swap_bytes()))),
            ("numberOfLeadingZeros", Body::OfLong(|a| Some(a.leading_zeros().to_string()))),
            ("numberOfTrailingZeros", Body::OfLong(|a| Some(a.trailing_zeros().to_string()))),
            ("signum", Body::Long(|a| Some(a.signum()))),
            ("max", Body::Longs(|a, b| Some(a.max(b)))),
            ("min", Body::Longs(|a, b| Some(a.min(b)))),
            ("sum", Body::Longs(|a, b| Some(a.wrapping_add(b)))),
            ("compare", Body::OfLongs(|a, b| order(a, b).to_string())),
        ],
        absent: &[
            "compareUnsigned", "decode", "divideUnsigned", "getLong", "hashCode",
            "highestOneBit", "lowestOneBit", "parseUnsignedLong", "remainderUnsigned",
            "rotateLeft", "rotateRight", "toUnsignedString",
        ],
    },
    Class {
        name: "java.lang.Double",
        methods: &[
            ("toString", Body::Double(|a| a)),
            ("valueOf", Body::Double(|a| a)),
            ("valueOf", Body::OfText(real)),
            ("parseDouble", Body::OfText(real)),
            ("isNaN", Body::OfDouble(|a| a.is_nan().to_string())),
            ("isInfinite", Body::OfDouble(|a| a.is_infinite().to_string())),
            ("isFinite", Body::OfDouble(|a| a.is_finite().to_string())),
            ("max", Body::Doubles(max)),
            ("min", Body::Doubles(min)),
            ("sum", Body::Doubles(|a, b| a + b)),
        ],
        absent: &[
            "compare", "doubleToLongBits", "doubleToRawLongBits", "hashCode",
            "longBitsToDouble", "toHexString",
        ],
    },
    Class {
        name: "java.lang.Boolean",
        methods: &[
            ("parseBoolean", Body::OfAnyText(is_true)),
            ("valueOf", Body::OfAnyText(is_true)),
            ("valueOf", Body::OfFlag(|a| Some(a.to_string()))),
            ("toString", Body::OfFlag(|a| Some(a.to_string()))),
            ("logicalAnd", Body::Flags(|a, b| a & b)),
            ("logicalOr", Body::Flags(|a, b| a | b)),
            ("logicalXor", Body::Flags(|a, b| a ^ b)),
        ],
        absent: &["compare", "getBoolean", "hashCode"],
    },
    Class {
        name: "java.lang.String",
        methods: &[("valueOf", Body::OfAny)],
        absent: &["copyValueOf", "format", "join"],
    },
    Class {
        name: "java.util.UUID",
        methods: &[("fromString", Body::OfText(uuid))],
        absent: &["nameUUIDFromBytes"],
    },
    Class {
        name: "scala.Predef",
        // What gives nothing gives Java's null.
        methods: &[("require", Body::OfFlag(|holds| holds.then(|| "null".into())))],
        absent: &["assert", "assume", "identity", "print", "println"],
    },
    Class {
        name: "java.net.URLEncoder",
        methods: &[
            ("encode", Body::OfText(encoded)),
            ("encode", Body::OfTexts(|text, charset| utf8(charset).and_then(|()| encoded(text)))),
        ],
        absent: &[],
    },
    Class {
        name: "java.net.URLDecoder",
        methods: &[
            ("decode", Body::OfText(decoded)),
            ("decode", Body::OfTexts(|text, charset| utf8(charset).and_then(|()| decoded(text)))),
        ],
        absent: &[],
    },
];

/// The quotient rounded down; the least number by -1 wraps around.
fn floor_div(a: i64, b: i64) -> i64 {
    let quotient = a.wrapping_div(b);
    let inexact = quotient.wrapping_mul(b) != a;
    if inexact && (a < 0) != (b < 0) {
        quotient - 1
    } else {
        quotient
    }
}

/// What is left of that quotient, with the divisor's sign.
fn floor_mod(a: i64, b: i64) -> i64 {
    let rest = a.wrapping_rem(b);
    if rest != 0 && (rest < 0) != (b < 0) {
        rest + b
    } else {
        rest
    }
}
