//! [`Value`]: what an expression gives, and how one kind becomes another.

use super::document::{Document, Id};
use super::eval::invalid;
use crate::error::SparkError;

#[derive(Debug, Clone)]
pub(super) enum Value {
    /// In the order of the document.
    Nodes(Vec<Id>),
    Text(String),
    Number(f64),
    Boolean(bool),
}

/// Only nodes are a list of nodes.
pub(super) fn not_nodes(value: &Value) -> SparkError {
    let kind = match value {
        Value::Nodes(_) => "#NODESET",
        Value::Text(_) => "#STRING",
        Value::Number(_) => "#NUMBER",
        Value::Boolean(_) => "#BOOLEAN",
    };
    invalid(&format!(
        "com.sun.org.apache.xpath.internal.XPathException: Can not convert {kind} to a NodeList!"
    ))
}

impl Value {
    pub fn boolean(&self) -> bool {
        match self {
            Self::Nodes(nodes) => !nodes.is_empty(),
            Self::Text(text) => !text.is_empty(),
            Self::Number(number) => *number != 0.0 && !number.is_nan(),
            Self::Boolean(value) => *value,
        }
    }

    pub fn number(&self, document: &Document) -> f64 {
        match self {
            Self::Nodes(_) => number_of(&self.text(document)),
            Self::Text(text) => number_of(text),
            Self::Number(number) => *number,
            Self::Boolean(value) => f64::from(u8::from(*value)),
        }
    }

    /// Of nodes, the text of the first.
    pub fn text(&self, document: &Document) -> String {
        match self {
            Self::Nodes(nodes) => nodes
                .first()
                .map(|id| document.text(*id))
                .unwrap_or_default(),
            Self::Text(text) => text.clone(),
            Self::Number(number) => text_of(*number),
            Self::Boolean(value) => value.to_string(),
        }
    }
}

/// A number without exponent or plus; anything else is none.
fn number_of(text: &str) -> f64 {
    let text = text.trim_matches(|c| matches!(c, ' ' | '\t' | '\r' | '\n'));
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_number = digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && digits.bytes().any(|b| b.is_ascii_digit());
    match is_number {
        true => text.parse().unwrap_or(f64::NAN),
        false => f64::NAN,
    }
}

/// A number's digits as Java finds them, without an exponent.
fn text_of(number: f64) -> String {
    let mut text = String::new();
    crate::types::write_f64(number, &mut text);
    let Some((digits, exponent)) = text.split_once('E') else {
        let plain = text.strip_suffix(".0").unwrap_or(&text);
        return if plain == "-0" {
            "0".into()
        } else {
            plain.to_string()
        };
    };
    let exponent: i64 = exponent.parse().unwrap_or(0);
    let (sign, digits) = match digits.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", digits),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fraction = if fraction == "0" { "" } else { fraction };
    let all = format!("{whole}{fraction}");
    let point = whole.len() as i64 + exponent;
    let zeros = |count: i64| "0".repeat(usize::try_from(count).unwrap_or(0));
    if point <= 0 {
        return format!("{sign}0.{}{all}", zeros(-point));
    }
    let missing = point - all.len() as i64;
    if missing >= 0 {
        return format!("{sign}{all}{}", zeros(missing));
    }
    let (whole, fraction) = all.split_at(usize::try_from(point).unwrap_or(0));
    format!("{sign}{whole}.{fraction}")
}
