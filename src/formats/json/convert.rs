//! A scalar token to a value of its column's type: which kinds of token each type takes,
//! and what the texts mean.

use super::token::Token;
use super::value::{Convert, Failure, Reason, Run};
use crate::error::SparkError;
use crate::formats::columns::Datum;
use crate::formats::number;
use crate::types::DataType;
use crate::types::cast::to_precision;
use crate::types::datetime::parse_time;
use crate::types::variant::{Node, parse_json};

impl Run<'_> {
    pub(super) fn scalar(&mut self, data_type: &DataType, token: Token) -> Convert<Datum> {
        match (data_type, token) {
            // The children of an object stay where they are, and are taken for fields of
            // the enclosing record, as in Spark.
            (DataType::Null, _) => Ok(Datum::Null),
            (DataType::Variant, token) => self.variant(token),
            (DataType::Boolean, Token::True) => Ok(Datum::Boolean(true)),
            (DataType::Boolean, Token::False) => Ok(Datum::Boolean(false)),
            (DataType::String, Token::String) => Ok(Datum::Text(self.tokens.text()?.to_string())),
            (DataType::String, _) => self.raw_text(token),
            (DataType::Binary, Token::String) => self.binary(data_type),
            (_, Token::Int) => self.whole_number(data_type, token),
            (DataType::Float | DataType::Double | DataType::Decimal { .. }, Token::Float) => {
                self.number(data_type)
            }
            (_, Token::String) => self.text_to(data_type, token),
            _ => Err(self.refused(data_type, token)),
        }
    }

    /// A token that this type does not take.
    pub(super) fn refused(&mut self, data_type: &DataType, token: Token) -> Failure {
        let name = self.tokens.name().unwrap_or("null").to_string();
        let value = match self.tokens.text() {
            Ok(text) => text.to_string(),
            Err(malformed) => return malformed.into(),
        };
        let data_type = data_type.clone();
        if token == Token::String && value.is_empty() {
            return Reason::EmptyField(data_type).into();
        }
        Reason::Field {
            name,
            value,
            token,
            data_type,
        }
        .into()
    }

    /// Any value, whole.
    fn variant(&mut self, token: Token) -> Convert<Datum> {
        let start = self.tokens.token_start();
        if matches!(token, Token::StartObject | Token::StartArray) {
            self.tokens.skip_children()?;
        }
        let (node, text) = match token {
            Token::String => (Some(Node::string(self.tokens.text()?)), String::new()),
            _ => {
                let raw = self.tokens.raw_from(start);
                let text = String::from_utf8_lossy(raw).into_owned();
                (parse_json(&text), text)
            }
        };
        let Some(node) = node else {
            return Err(nonsense(&text, &DataType::Variant));
        };
        let (value, metadata) = node.encode();
        Ok(Datum::Struct(vec![
            Datum::Binary(value),
            Datum::Binary(metadata),
        ]))
    }

    fn raw_text(&mut self, token: Token) -> Convert<Datum> {
        if !self.exact_text {
            let what = "a JSON value other than a string in a string column, with an encoding";
            self.fatal
                .get_or_insert_with(|| SparkError::not_implemented(what));
        }
        let start = self.tokens.token_start();
        if matches!(token, Token::StartObject | Token::StartArray) {
            self.tokens.skip_children()?;
        }
        Ok(Datum::Text(
            String::from_utf8_lossy(self.tokens.raw_from(start)).into_owned(),
        ))
    }

    fn whole_number(&mut self, data_type: &DataType, token: Token) -> Convert<Datum> {
        let (low, high) = match data_type {
            // Up to 255, and wrapped: the tokenizer's idea of a byte.
            DataType::Byte => (-128, 255),
            DataType::Short => (i64::from(i16::MIN), i64::from(i16::MAX)),
            DataType::Integer => (i64::from(i32::MIN), i64::from(i32::MAX)),
            DataType::Long | DataType::Timestamp => (i64::MIN, i64::MAX),
            DataType::Float | DataType::Double | DataType::Decimal { .. } => {
                return self.number(data_type);
            }
            _ => return Err(self.refused(data_type, token)),
        };
        let text = self.tokens.text()?;
        match text.parse::<i64>() {
            Ok(value) if (low..=high).contains(&value) => Ok(Datum::Int(match data_type {
                DataType::Timestamp => value.wrapping_mul(1_000_000),
                DataType::Byte => i64::from(value as i8),
                _ => value,
            })),
            _ => Err(nonsense(text, data_type)),
        }
    }

    fn number(&mut self, data_type: &DataType) -> Convert<Datum> {
        let text = self.tokens.text()?;
        let value = match data_type {
            DataType::Float => float(text).map(Datum::Float),
            DataType::Double => double(text).map(Datum::Double),
            DataType::Decimal { precision, scale } => {
                number::decimal(text, *precision, *scale).map(Datum::Decimal)
            }
            _ => None,
        };
        value.ok_or_else(|| nonsense(text, data_type))
    }

    /// A string in a column of another type.
    fn text_to(&mut self, data_type: &DataType, token: Token) -> Convert<Datum> {
        if self.tokens.text()?.is_empty() {
            return Err(Reason::EmptyField(data_type.clone()).into());
        }
        let text = self.tokens.text()?;
        let value = match data_type {
            DataType::Float | DataType::Double => return self.non_number(data_type),
            DataType::Decimal { precision, scale } => {
                let plain = text.replace(',', "");
                number::decimal(&plain, *precision, *scale).map(Datum::Decimal)
            }
            DataType::Time { precision } => {
                parse_time(text).map(|nanos| Datum::Int(to_precision(nanos, *precision)))
            }
            DataType::Date => self.scalars.date(text).map(|d| Datum::Int(i64::from(d))),
            DataType::Timestamp => self.scalars.timestamp(text).map(Datum::Int),
            DataType::TimestampNtz => self.scalars.timestamp_ntz(text).map(Datum::Int),
            DataType::DayTimeInterval { .. } | DataType::YearMonthInterval { .. } => {
                let what = format!("reading a value of type {} from JSON", data_type.sql());
                self.fatal
                    .get_or_insert_with(|| SparkError::not_implemented(what));
                None
            }
            _ => return Err(self.refused(data_type, token)),
        };
        value.ok_or_else(|| nonsense(text, data_type))
    }

    /// One of the few strings that a floating-point column takes.
    fn non_number(&mut self, data_type: &DataType) -> Convert<Datum> {
        let allowed = self.tokens.rules().non_numeric_numbers;
        let name = self.tokens.name().unwrap_or("null").to_string();
        let text = self.tokens.text()?;
        match (non_number(text).filter(|_| allowed), data_type) {
            (Some(value), DataType::Float) => Ok(Datum::Float(value as f32)),
            (Some(value), _) => Ok(Datum::Double(value)),
            (None, _) => {
                let (value, data_type) = (text.to_string(), data_type.clone());
                Err(Reason::NoNumber {
                    name,
                    value,
                    data_type,
                }
                .into())
            }
        }
    }

    fn binary(&mut self, data_type: &DataType) -> Convert<Datum> {
        match self.tokens.base64() {
            Ok(bytes) => Ok(Datum::Binary(bytes)),
            Err(_) => Err(nonsense("", data_type)),
        }
    }
}

fn nonsense(text: &str, data_type: &DataType) -> Failure {
    Reason::Text {
        value: text.to_string(),
        data_type: data_type.clone(),
    }
    .into()
}

/// The texts that stand for what JSON numbers cannot say.
fn non_number(text: &str) -> Option<f64> {
    match text {
        "NaN" => Some(f64::NAN),
        "+INF" | "+Infinity" | "Infinity" => Some(f64::INFINITY),
        "-INF" | "-Infinity" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

fn double(text: &str) -> Option<f64> {
    // The whole number -0 has no sign.
    non_number(text).or_else(|| {
        if text == "-0" {
            Some(0.0)
        } else {
            text.parse().ok()
        }
    })
}

fn float(text: &str) -> Option<f32> {
    let special = non_number(text).map(|value| value as f32);
    special.or_else(|| {
        if text == "-0" {
            Some(0.0)
        } else {
            text.parse().ok()
        }
    })
}
