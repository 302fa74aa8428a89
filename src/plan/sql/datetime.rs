//! `DATE '…'` and `TIMESTAMP '…'`: text to days and microseconds at parse time, in
//! the session's time zone.

use crate::error::{Result, SparkError};
use crate::plan::Literal;
use crate::types::Zone;
use crate::types::datetime::civil::{MICROS_PER_DAY, MICROS_PER_SECOND, checked_days};

use super::convert::Converter;

/// Values that depend on the clock, which this module must not read.
const MOVING: [&str; 4] = ["now", "today", "tomorrow", "yesterday"];

impl Converter<'_> {
    /// The literal of a typed string, `None` where the text is not one of its type.
    pub(super) fn datetime(&self, type_name: &str, text: &str) -> Result<Option<Literal>> {
        let text = text.trim();
        let lower = text.to_ascii_lowercase();
        if MOVING.contains(&lower.as_str()) {
            let feature = format!("the literal {type_name} '{text}', which depends on the clock");
            return Err(SparkError::not_implemented(feature));
        }
        if lower == "epoch" {
            return Ok(Some(match type_name {
                "DATE" => Literal::Date(0),
                "TIMESTAMP_NTZ" => Literal::TimestampNtz(0),
                _ => Literal::Timestamp(0),
            }));
        }
        if type_name == "DATE" {
            let days = date(text).and_then(|(days, _)| i32::try_from(days).ok());
            return Ok(days.map(Literal::Date));
        }
        let starts_with_time = text.starts_with('T')
            || text.split_once(':').is_some_and(|(hour, _)| hour.len() <= 2);
        if starts_with_time {
            let feature = format!("the literal {type_name} '{text}', a time of the current day");
            return Err(SparkError::not_implemented(feature));
        }
        Ok(self.timestamp(type_name, text))
    }

    fn timestamp(&self, type_name: &str, text: &str) -> Option<Literal> {
        let (days, rest) = date(text)?;
        let (micros, zone) = match rest.strip_prefix(['T', ' ']) {
            Some(time) => time_of_day(time)?,
            None if rest.is_empty() => (0, ""),
            None => return None,
        };
        let local = days.checked_mul(MICROS_PER_DAY)?.checked_add(micros)?;
        let named = if zone.is_empty() { None } else { Some(Zone::parse(zone)?) };
        if type_name == "TIMESTAMP_NTZ" {
            return Some(Literal::TimestampNtz(local));
        }
        let zone = named.as_ref().unwrap_or(&self.options.time_zone);
        Some(Literal::Timestamp(zone.local_to_utc(local)))
    }
}

/// Digits at the start of `text`, as many as `most`, and the rest.
fn number(text: &str, least: usize, most: usize) -> Option<(i64, &str)> {
    let count = text.chars().take_while(char::is_ascii_digit).count();
    if count < least || count > most {
        return None;
    }
    let (digits, rest) = text.split_at(count);
    Some((digits.parse().ok()?, rest))
}

/// Days of `[+-]year[-month[-day]]`, and what follows a complete date.
fn date(text: &str) -> Option<(i64, &str)> {
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let (year, rest) = number(text, 4, 7)?;
    let mut parts = [1, 1];
    let mut rest = rest;
    for part in &mut parts {
        let Some(tail) = rest.strip_prefix('-') else {
            // Only a complete date can have a time.
            return rest.is_empty().then(|| checked(sign * year, parts)).flatten().map(|d| (d, ""));
        };
        (*part, rest) = number(tail, 1, 2)?;
    }
    if !(rest.is_empty() || rest.starts_with(['T', ' '])) {
        return None;
    }
    Some((checked(sign * year, parts)?, rest))
}

fn checked(year: i64, [month, day]: [i64; 2]) -> Option<i64> {
    checked_days(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?)
}

/// Microseconds of `h[:m[:s[.fraction]]]` and the name of the zone after it.
fn time_of_day(text: &str) -> Option<(i64, &str)> {
    let (hour, mut rest) = number(text, 1, 2)?;
    let mut parts = [0, 0];
    let mut complete = true;
    for part in &mut parts {
        let Some(tail) = rest.strip_prefix(':') else {
            complete = false;
            break;
        };
        (*part, rest) = number(tail, 1, 2)?;
    }
    let mut fraction = 0;
    if complete && let Some(tail) = rest.strip_prefix('.') {
        let count = tail.chars().take_while(char::is_ascii_digit).count();
        let (digits, after) = tail.split_at(count);
        let padded: String = digits.chars().chain("000000".chars()).take(6).collect();
        fraction = padded.parse().ok()?;
        rest = after;
    }
    let [minute, second] = parts;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let seconds = (hour * 60 + minute) * 60 + second;
    Some((seconds * MICROS_PER_SECOND + fraction, rest.trim()))
}
