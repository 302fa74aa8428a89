//! Constants: numbers with their suffixes, strings, binary, dates and timestamps.

use sqlparser::ast::{DataType as SqlType, Ident, TypedString, Value, ValueWithSpan};
use sqlparser::tokenizer::Span;

use super::convert::Converter;
use super::interval_value;
use crate::error::{Result, SparkError};
use crate::plan::{Expr, Literal};
use crate::types::DataType;

const MAX_PRECISION: usize = 38;
const TYPED: &str =
    "\"DATE\", \"TIMESTAMP_NTZ\", \"TIMESTAMP_LTZ\", \"TIMESTAMP\", \"INTERVAL\", \"X\", \"TIME\"";

impl Converter<'_> {
    pub(super) fn value(&self, value: &ValueWithSpan) -> Result<Expr> {
        let literal = match &value.value {
            Value::Number(text, _) => number(text).map_err(|error| self.at(error, value.span))?,
            Value::TripleSingleQuotedString(text) => Literal::String(text.clone()),
            Value::HexStringLiteral(text) => {
                let Some(bytes) = hex(text) else {
                    return Err(self.invalid_typed("X", text, value.span));
                };
                Literal::Binary(bytes)
            }
            Value::Boolean(flag) => Literal::Boolean(*flag),
            Value::Null => Literal::Null(DataType::Null),
            Value::Placeholder(marker) => {
                return self.parameters.value(self.source, marker, value.span.start);
            }
            _ => return Err(self.unexpected(value.span.start)),
        };
        Ok(Expr::Literal(literal))
    }

    /// `DATE '…'` and the like.
    pub(super) fn typed_string(&self, typed: &TypedString) -> Result<Expr> {
        let (Some(name), Value::TripleSingleQuotedString(text)) =
            (type_word(&typed.data_type), &typed.value.value)
        else {
            return Err(self.unexpected(typed.value.span.start));
        };
        let span = self.with_previous(typed.value.span);
        let upper = name.value.to_ascii_uppercase();
        let literal = match upper.as_str() {
            "INTERVAL" => {
                let source = self.source.slice(span.start, span.end);
                interval_value::from_text(text, source).map_err(|error| match error {
                    Some(error) => self.at(error, span),
                    None => self.invalid_typed_at(&upper, text, span),
                })?
            }
            "DATE" | "TIMESTAMP" | "TIMESTAMP_LTZ" | "TIMESTAMP_NTZ" => self
                .datetime(&upper, text)?
                .ok_or_else(|| self.invalid_typed_at(&upper, text, span))?,
            "TIME" => time(text).ok_or_else(|| self.invalid_typed_at(&upper, text, span))?,
            _ => {
                let parameters = [
                    ("unsupportedType", format!("\"{upper}\"")),
                    ("supportedTypes", TYPED.into()),
                ];
                let parameters = parameters
                    .each_ref()
                    .map(|(key, text)| (*key, text.as_str()));
                return Err(self.at(
                    SparkError::new("UNSUPPORTED_TYPED_LITERAL", &parameters),
                    span,
                ));
            }
        };
        Ok(Expr::Literal(literal))
    }

    fn invalid_typed(&self, type_name: &str, text: &str, span: Span) -> SparkError {
        self.invalid_typed_at(type_name, text, span)
    }

    fn invalid_typed_at(&self, type_name: &str, text: &str, span: Span) -> SparkError {
        let parameters = [
            ("valueType", format!("\"{type_name}\"")),
            ("value", format!("'{text}'")),
        ];
        let parameters = parameters
            .each_ref()
            .map(|(key, text)| (*key, text.as_str()));
        self.at(SparkError::new("INVALID_TYPED_LITERAL", &parameters), span)
    }
}

/// A time keeps the digits that it is written with, six or more.
fn time(text: &str) -> Option<Literal> {
    let nanos = crate::types::datetime::parse_time(text)?;
    let written = text.split_once('.').map_or("", |(_, fraction)| fraction);
    let digits = written.bytes().take_while(u8::is_ascii_digit).count();
    Some(Literal::Time(nanos, digits.clamp(6, 9) as u8))
}

fn type_word(data_type: &SqlType) -> Option<&Ident> {
    match data_type {
        SqlType::Custom(name, _) => name.0.first()?.as_ident(),
        _ => None,
    }
}

/// Bytes of hexadecimal digits; an odd first digit stands alone.
fn hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect();
    let mut digits = digits?;
    if digits.len() % 2 == 1 {
        digits.insert(0, 0);
    }
    Some(
        digits
            .chunks(2)
            .map(|pair| pair[0] << 4 | pair[1])
            .collect(),
    )
}

/// A number by its suffix, its point and its size.
pub(super) fn number(text: &str) -> Result<Literal> {
    let lower = text.to_ascii_lowercase();
    let body = |suffix: &str| lower.strip_suffix(suffix).map(str::to_string);
    if let Some(body) = body("bd") {
        return decimal(&body);
    }
    if let Some(body) = body("l") {
        let bounds = (i64::MIN.to_string(), i64::MAX.to_string());
        return body
            .parse()
            .map(Literal::Long)
            .map_err(|_| out_of_range(&body, bounds, "bigint"));
    }
    if let Some(body) = body("s") {
        let bounds = (i16::MIN.to_string(), i16::MAX.to_string());
        return body
            .parse()
            .map(Literal::Short)
            .map_err(|_| out_of_range(&body, bounds, "smallint"));
    }
    if let Some(body) = body("y") {
        let bounds = (i8::MIN.to_string(), i8::MAX.to_string());
        return body
            .parse()
            .map(Literal::Byte)
            .map_err(|_| out_of_range(&body, bounds, "tinyint"));
    }
    if let Some(body) = body("f") {
        let bounds = ("-3.4028234663852886E+38", "3.4028234663852886E+38");
        return float(&body, bounds, "float").map(|value| Literal::Float(value as f32));
    }
    if let Some(body) = body("d") {
        return float(&body, DOUBLE_BOUNDS, "double").map(Literal::Double);
    }
    if lower.contains('e') {
        return float(&lower, DOUBLE_BOUNDS, "double").map(Literal::Double);
    }
    if lower.contains('.') {
        return decimal(&lower);
    }
    if let Ok(value) = lower.parse() {
        return Ok(Literal::Integer(value));
    }
    match lower.parse() {
        Ok(value) => Ok(Literal::Long(value)),
        Err(_) => decimal(&lower),
    }
}

const DOUBLE_BOUNDS: (&str, &str) = ("-1.7976931348623157E+308", "1.7976931348623157E+308");

fn float(text: &str, bounds: (&str, &str), type_name: &str) -> Result<f64> {
    let bounds = (bounds.0.to_string(), bounds.1.to_string());
    let limit = if type_name == "float" {
        f64::from(f32::MAX)
    } else {
        f64::MAX
    };
    match text.parse::<f64>() {
        Ok(value) if value.abs() <= limit => Ok(value),
        _ => Err(out_of_range(text, bounds, type_name)),
    }
}

fn out_of_range(text: &str, (least, most): (String, String), type_name: &str) -> SparkError {
    SparkError::new(
        "INVALID_NUMERIC_LITERAL_RANGE",
        &[
            ("rawStrippedQualifier", text),
            ("minValue", &least),
            ("maxValue", &most),
            ("typeName", type_name),
        ],
    )
}

/// A decimal of exactly the digits that are written.
fn decimal(text: &str) -> Result<Literal> {
    let negative = text.starts_with('-');
    let (mantissa, exponent) = text
        .trim_start_matches('-')
        .split_once('e')
        .unwrap_or((text.trim_start_matches('-'), "0"));
    let exponent: i64 = exponent.parse().unwrap_or(i64::MAX);
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let mut digits = digits.trim_start_matches('0').to_string();
    let mut scale = fraction.len() as i64 - exponent.min(MAX_EXPONENT);
    if scale < 0 {
        let zeros = usize::try_from(-scale).unwrap_or(0);
        digits.push_str(&"0".repeat(if digits.is_empty() { 0 } else { zeros }));
        scale = 0;
    }
    let scale = usize::try_from(scale).unwrap_or(0);
    let precision = digits.len().max(scale).max(1);
    if precision > MAX_PRECISION {
        return Err(SparkError::new(
            "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION",
            &[
                ("precision", &precision.to_string()),
                ("maxPrecision", &MAX_PRECISION.to_string()),
            ],
        ));
    }
    let value: i128 = digits.parse().unwrap_or(0);
    let value = if negative { -value } else { value };
    Ok(Literal::Decimal(value, precision as u8, scale as i8))
}

/// Beyond this an exponent only tells that the number does not fit.
const MAX_EXPONENT: i64 = 1000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_types_of_spark() {
        let cases = [
            ("1", Literal::Integer(1)),
            ("3000000000", Literal::Long(3_000_000_000)),
            (
                "99999999999999999999",
                Literal::Decimal(99_999_999_999_999_999_999, 20, 0),
            ),
            ("1.5", Literal::Decimal(15, 2, 1)),
            ("0.1", Literal::Decimal(1, 1, 1)),
            (".5", Literal::Decimal(5, 1, 1)),
            ("1.", Literal::Decimal(1, 1, 0)),
            ("1.50", Literal::Decimal(150, 3, 2)),
            ("1e3", Literal::Double(1000.0)),
            ("1.5D", Literal::Double(1.5)),
            ("1.5F", Literal::Float(1.5)),
            ("2BD", Literal::Decimal(2, 1, 0)),
            ("1e3BD", Literal::Decimal(1000, 4, 0)),
            ("10S", Literal::Short(10)),
            ("1Y", Literal::Byte(1)),
            ("-128Y", Literal::Byte(-128)),
            ("1L", Literal::Long(1)),
            ("-5.5", Literal::Decimal(-55, 2, 1)),
            ("-2147483648", Literal::Integer(i32::MIN)),
        ];
        for (text, expected) in cases {
            assert_eq!(number(text).unwrap(), expected, "{text}");
        }
        for text in ["1000Y", "100000S", "1e400", "9999999999999999999L"] {
            let error = number(text).unwrap_err();
            assert_eq!(error.condition(), "INVALID_NUMERIC_LITERAL_RANGE", "{text}");
        }
    }

    #[test]
    fn hexadecimal_digits_pair_from_the_right() {
        assert_eq!(hex("1F"), Some(vec![0x1f]));
        assert_eq!(hex("1F2"), Some(vec![0x01, 0xf2]));
        assert_eq!(hex("zz"), None);
    }
}
