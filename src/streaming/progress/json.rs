//! Spark's ways to write the same JSON: times, rates, offsets, and two layouts.

use std::fmt::Write;

use chrono::{DateTime, SecondsFormat};
use serde_json::Value;

/// `2016-12-05T20:54:20.827Z`
pub fn iso_millis(millis: i64) -> String {
    match DateTime::from_timestamp_millis(millis) {
        Some(time) => time.to_rfc3339_opts(SecondsFormat::Millis, true),
        // Beyond the calendar; no event time of Spark's range comes here.
        None => millis.to_string(),
    }
}

/// A rate as Spark writes it: one decimal place, rounded half up. A rate that is
/// no number (0 rows in no time) is left out.
pub(super) fn rate(value: f64) -> Option<f64> {
    if !value.is_finite() {
        return None;
    }
    // Spark rounds the decimal text, not the binary number: 0.15 gives 0.2.
    let exact = value.abs().to_string();
    let (whole, places) = exact.split_once('.').unwrap_or((&exact, "0"));
    let (tenth, beyond) = places.split_at(1);
    let down: f64 = format!("{whole}.{tenth}").parse().ok()?;
    let rounded = match beyond.bytes().next() {
        Some(b'5'..=b'9') => (down * 10.0 + 1.0).round() / 10.0,
        _ => down,
    };
    let is_zero = rounded == 0.0; // never written as -0.0
    Some(if is_zero {
        0.0
    } else {
        rounded.copysign(value)
    })
}

/// An offset as a value: its JSON, or its text where it is none.
pub(super) fn offset(text: Option<&str>) -> Value {
    match text {
        None => Value::Null,
        Some(text) => serde_json::from_str(text).unwrap_or_else(|_| Value::from(text)),
    }
}

/// The layout of `prettyJson` on the JVM: two spaces, `"key" : value`, arrays in
/// their line. What a listener's event prints.
pub fn pretty_jvm(value: &Value) -> String {
    let mut text = String::new();
    write_jvm(&mut text, value, 0);
    text
}

fn write_jvm(out: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Object(map) if map.is_empty() => out.push_str("{ }"),
        Value::Object(map) => {
            out.push('{');
            for (at, (key, value)) in map.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { "," });
                line(out, depth + 1, 2);
                let _ = write!(out, "{} : ", Value::from(key.as_str()));
                write_jvm(out, value, depth + 1);
            }
            line(out, depth, 2);
            out.push('}');
        }
        Value::Array(items) if items.is_empty() => out.push_str("[ ]"),
        Value::Array(items) => {
            out.push_str("[ ");
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { ", " });
                write_jvm(out, item, depth);
            }
            out.push_str(" ]");
        }
        scalar => {
            let _ = write!(out, "{scalar}");
        }
    }
}

/// The layout of Python's `json.dumps(…, indent=4)`, which is what
/// `print(query.lastProgress)` shows: only ASCII, four spaces.
pub fn pretty_python(value: &Value) -> String {
    let mut text = String::new();
    write_python(&mut text, value, 0);
    text
}

fn write_python(out: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            out.push('{');
            for (at, (key, value)) in map.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { "," });
                line(out, depth + 1, 4);
                push_ascii(out, &Value::from(key.as_str()).to_string());
                out.push_str(": ");
                write_python(out, value, depth + 1);
            }
            line(out, depth, 4);
            out.push('}');
        }
        Value::Array(items) if !items.is_empty() => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { "," });
                line(out, depth + 1, 4);
                write_python(out, item, depth + 1);
            }
            line(out, depth, 4);
            out.push(']');
        }
        flat => push_ascii(out, &flat.to_string()),
    }
}

fn line(out: &mut String, depth: usize, spaces: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', depth * spaces));
}

fn push_ascii(out: &mut String, text: &str) {
    for c in text.chars() {
        if c.is_ascii() {
            out.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_have_one_place_rounded_as_spark_rounds() {
        // Recorded from Spark 4.3.0.
        let cases = [
            (0.0, "0.0"),
            (-0.0, "0.0"),
            (0.05, "0.1"),
            (0.04, "0.0"),
            (0.15, "0.2"),
            (0.25, "0.3"),
            (0.35, "0.4"),
            (1.25, "1.3"),
            (1.35, "1.4"),
            (0.95, "1.0"),
            (9.95, "10.0"),
            (99.95, "100.0"),
            (1_234_567.85, "1234567.9"),
            (1e7, "10000000.0"),
            (1.2e10, "12000000000.0"),
            (123_456_789_012.34, "123456789012.3"),
            (-3.25, "-3.3"),
            (4518.75, "4518.8"),
            (2.675, "2.7"),
            (4_082.987_551_867_22, "4083.0"),
        ];
        for (value, text) in cases {
            assert_eq!(
                Value::from(rate(value).unwrap()).to_string(),
                text,
                "{value}"
            );
        }
        assert_eq!(rate(f64::NAN), None);
        assert_eq!(rate(f64::INFINITY), None);
        assert_eq!(rate(f64::NEG_INFINITY), None);
    }

    #[test]
    fn offsets_are_json_or_text() {
        let cases = [
            (None, "null"),
            (Some("{\"a\":1}"), "{\"a\":1}"),
            (Some("plain"), "\"plain\""),
            (Some(""), "\"\""),
            (Some(" "), "\" \""),
            (Some("null"), "null"),
            (Some("1.50"), "1.5"),
            (Some("not json {"), "\"not json {\""),
        ];
        for (text, json) in cases {
            assert_eq!(offset(text).to_string(), json, "{text:?}");
        }
    }

    #[test]
    fn the_jvm_layout_keeps_arrays_in_their_line() {
        // Recorded from Spark 4.3.0, cut down.
        let recorded = r#"{
  "name" : "naïve \"q\"",
  "stateOperators" : [ ],
  "sources" : [ {
    "startOffset" : {
      "logOffset" : 1
    },
    "latestOffset" : null,
    "inputRowsPerSecond" : 0.0
  } ],
  "sink" : {
    "numOutputRows" : -1
  }
}"#;
        let value: Value = serde_json::from_str(recorded).unwrap();
        assert_eq!(pretty_jvm(&value), recorded);
    }
}
