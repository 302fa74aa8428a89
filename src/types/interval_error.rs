//! What is wrong with a text that is no interval, word by word.

use crate::error::SparkError;

const UNITS: [&str; 9] = [
    "year",
    "month",
    "week",
    "day",
    "hour",
    "minute",
    "second",
    "millisecond",
    "microsecond",
];

/// The error for a text that [`super::interval::parse_interval`] has refused, where the
/// first fault of it counts (triggers); elsewhere Spark only says that it cannot be read.
pub fn interval_error(text: &str) -> SparkError {
    let (fault, parameter) = fault(text);
    let condition = format!("INVALID_INTERVAL_FORMAT.{fault}");
    let mut parameters = vec![("input", text)];
    if let Some((name, value)) = &parameter {
        parameters.push((name, value));
    }
    SparkError::new(&condition, &parameters)
}

type Fault = (&'static str, Option<(&'static str, String)>);

fn fault(text: &str) -> Fault {
    let mut words = text.split_whitespace().peekable();
    if words
        .peek()
        .is_some_and(|w| w.eq_ignore_ascii_case("interval"))
    {
        words.next();
    }
    if words.peek().is_none() {
        return ("INPUT_IS_EMPTY", None);
    }
    let named = |name: &'static str, word: &str| Some((name, word.to_string()));
    while let Some(word) = words.next() {
        let mut number = word.trim_start_matches(['-', '+']);
        if number.is_empty() {
            match words.next() {
                Some(next) => number = next,
                None => return ("MISSING_NUMBER", named("word", word)),
            }
        }
        if !number.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
            return ("UNRECOGNIZED_NUMBER", named("number", number));
        }
        let digits = number.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        let points = number.bytes().filter(|b| *b == b'.').count();
        if !digits || points > 1 {
            return ("INVALID_VALUE", named("value", number));
        }
        let Some(unit) = words.next() else {
            return ("MISSING_UNIT", named("word", number));
        };
        let plain = unit.to_ascii_lowercase();
        let plain = plain.strip_suffix('s').unwrap_or(&plain);
        if !UNITS.contains(&plain) {
            return ("INVALID_UNIT", named("unit", unit));
        }
        if points > 0 && plain != "second" {
            return ("INVALID_FRACTION", named("unit", unit));
        }
    }
    ("ARITHMETIC_EXCEPTION", None)
}
