//! Constants of recorded expressions, and values in the form of the recordings.

use arrow::array::*;
use arrow::datatypes::*;
use serde_json::{Value as Json, json};

use crate::plan::Literal;

/// Spark's escapes in string literals, which the parser of this file leaves alone.
pub fn unescaped(raw: &str) -> String {
    let mut text = String::new();
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        match (c, if c == '\\' { chars.next() } else { None }) {
            ('\\', Some('n')) => text.push('\n'),
            ('\\', Some('r')) => text.push('\r'),
            ('\\', Some('t')) => text.push('\t'),
            ('\\', Some(wild @ ('%' | '_'))) => text.extend(['\\', wild]),
            ('\\', Some(other)) => text.push(other),
            _ => text.push(c),
        }
    }
    text
}

pub fn number(digits: &str, long: bool) -> Literal {
    if digits.contains(['e', 'E']) {
        return Literal::Double(digits.parse().unwrap());
    }
    if let Some((whole, fraction)) = digits.split_once('.') {
        let value: i128 = format!("{whole}{fraction}").parse().unwrap();
        let whole = whole.trim_start_matches(['-', '0']);
        let precision = (whole.len() + fraction.len()).max(fraction.len()).max(1);
        return Literal::Decimal(value, precision as u8, fraction.len() as i8);
    }
    match digits.parse::<i32>() {
        Ok(v) if !long => Literal::Integer(v),
        _ => match digits.parse::<i64>() {
            Ok(v) => Literal::Long(v),
            Err(_) => {
                let precision = digits.trim_start_matches('-').len() as u8;
                Literal::Decimal(digits.parse().unwrap(), precision, 0)
            }
        },
    }
}

fn floating(value: f64) -> Json {
    match value {
        v if v.is_nan() => json!("NaN"),
        v if v.is_infinite() => json!(if v > 0.0 { "Infinity" } else { "-Infinity" }),
        v => json!(v),
    }
}

/// A value in the form of the recordings.
pub fn to_json(array: &dyn Array, at: usize) -> Json {
    use arrow::datatypes::DataType as A;
    if array.is_null(at) {
        return Json::Null;
    }
    macro_rules! native {
        ($t:ty) => {
            json!(array.as_primitive::<$t>().value(at))
        };
    }
    match array.data_type() {
        A::Null => Json::Null,
        A::Boolean => json!(array.as_boolean().value(at)),
        A::Int8 => native!(Int8Type),
        A::Int16 => native!(Int16Type),
        A::Int32 => native!(Int32Type),
        A::Int64 => native!(Int64Type),
        A::Date32 => native!(Date32Type),
        A::Timestamp(..) => native!(TimestampMicrosecondType),
        A::Duration(_) => native!(DurationMicrosecondType),
        A::Interval(IntervalUnit::YearMonth) => native!(IntervalYearMonthType),
        A::Float32 => floating(f64::from(array.as_primitive::<Float32Type>().value(at))),
        A::Float64 => floating(array.as_primitive::<Float64Type>().value(at)),
        A::Decimal128(..) => json!(array.as_primitive::<Decimal128Type>().value_as_string(at)),
        A::Utf8 => json!(array.as_string::<i32>().value(at)),
        A::Binary => {
            let bytes = array.as_binary::<i32>().value(at);
            json!(format!(
                "x{}",
                bytes.iter().map(|b| format!("{b:02x}")).collect::<String>()
            ))
        }
        A::List(_) => {
            let values = array.as_list::<i32>().value(at);
            (0..values.len())
                .map(|i| to_json(values.as_ref(), i))
                .collect()
        }
        A::Map(..) => {
            let entries = array.as_map().value(at);
            (0..entries.len()).map(|i| to_json(&entries, i)).collect()
        }
        A::Struct(_) => {
            let columns = array.as_struct().columns();
            columns.iter().map(|c| to_json(c.as_ref(), at)).collect()
        }
        other => json!(format!("no form of {other}")),
    }
}

pub fn same(got: &Json, want: &Json) -> bool {
    match (got, want) {
        (Json::Number(a), Json::Number(b)) => {
            let (Some(x), Some(y)) = (a.as_f64(), b.as_f64()) else {
                return false;
            };
            a == b || (x - y).abs() <= y.abs() * 4.0 * f64::EPSILON
        }
        (Json::Array(a), Json::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        _ => got == want,
    }
}
