//! Intervals as text: `1 hour 30 minutes` as window durations and intervals of the
//! calendar are written, and the ANSI form `1 02:03:04` between two units.

use super::{DayTimeField, YearMonthField};
use crate::error::{Result, SparkError};

const MICROS_PER_SECOND: i64 = 1_000_000;

/// Months, days and microseconds of `1 day 2 hours`, with or without `interval`
/// before it.
pub fn parse_interval(text: &str) -> Result<(i32, i32, i64)> {
    parse(text).ok_or_else(|| {
        let shown = format!("'{text}'");
        SparkError::new("CANNOT_PARSE_INTERVAL", &[("intervalString", &shown)])
    })
}

/// As [`parse_interval`], for casts, which answer with null.
pub(super) fn parse(text: &str) -> Option<(i32, i32, i64)> {
    let spaced = text
        .to_ascii_lowercase()
        .replace('-', " - ")
        .replace('+', " + ");
    let mut words = spaced.split_whitespace().peekable();
    if words.peek() == Some(&"interval") {
        words.next();
    }
    let (mut months, mut days, mut micros) = (0_i32, 0_i32, 0_i64);
    words.peek()?;
    while let Some(word) = words.next() {
        let (negative, number) = match word {
            "-" => (true, words.next()?),
            "+" => (false, words.next()?),
            other => (false, other),
        };
        let unit = words.next()?;
        let unit = unit.strip_suffix('s').unwrap_or(unit);
        if unit == "second" {
            let value = seconds(number)?;
            micros = micros.checked_add(if negative { -value } else { value })?;
            continue;
        }
        let value: i64 = digits(number)?;
        let value = if negative { -value } else { value };
        let small = |factor: i64| {
            value
                .checked_mul(factor)
                .and_then(|v| i32::try_from(v).ok())
        };
        match unit {
            "year" => months = months.checked_add(small(12)?)?,
            "month" => months = months.checked_add(small(1)?)?,
            "week" => days = days.checked_add(small(7)?)?,
            "day" => days = days.checked_add(small(1)?)?,
            _ => {
                let factor = match unit {
                    "hour" => 3_600 * MICROS_PER_SECOND,
                    "minute" => 60 * MICROS_PER_SECOND,
                    "millisecond" => 1_000,
                    "microsecond" => 1,
                    _ => return None,
                };
                micros = micros.checked_add(value.checked_mul(factor)?)?;
            }
        }
    }
    Some((months, days, micros))
}

fn digits(text: &str) -> Option<i64> {
    let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

/// Microseconds of `1.5`, of which nine digits may follow the point.
fn seconds(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let whole = if whole.is_empty() { 0 } else { digits(whole)? };
    let valid = fraction.len() <= 9 && fraction.bytes().all(|b| b.is_ascii_digit());
    let micros = (0..6).fold(0, |sum, at| {
        sum * 10
            + fraction
                .as_bytes()
                .get(at)
                .map_or(0, |digit| i64::from(*digit) - 48)
    });
    whole
        .checked_mul(MICROS_PER_SECOND)?
        .checked_add(micros)
        .filter(|_| valid)
}

/// Splits signs and the frame `INTERVAL '…' DAY TO SECOND` off the value; the frame
/// must be of the expected units.
fn unframed(text: &str, units: &str) -> Option<(bool, String)> {
    let lower = text.trim().to_ascii_lowercase();
    let (mut negative, mut rest) = (false, lower.as_str());
    if let Some(framed) = lower.strip_prefix("interval") {
        let framed = framed.trim_start();
        let outer = framed.strip_prefix('-');
        negative = outer.is_some();
        let framed = outer
            .or_else(|| framed.strip_prefix('+'))
            .unwrap_or(framed)
            .trim_start();
        let (value, after) = framed.strip_prefix('\'')?.split_once('\'')?;
        let named: Vec<_> = after.split_whitespace().collect();
        if named.join(" ") != units {
            return None;
        }
        rest = value;
    }
    if let Some(inner) = rest.strip_prefix('-') {
        return Some((!negative, inner.to_string()));
    }
    Some((negative, rest.strip_prefix('+').unwrap_or(rest).to_string()))
}

/// Months of an ANSI interval (`1-2`, `5`), with or without `INTERVAL '…' UNITS`.
pub fn parse_year_month(text: &str, start: YearMonthField, end: YearMonthField) -> Result<i32> {
    let unit = |field| {
        if field == YearMonthField::Year {
            "year"
        } else {
            "month"
        }
    };
    let units = units(unit(start), unit(end));
    let read = || {
        let (negative, body) = unframed(text, &units)?;
        let months = match (start, end) {
            (YearMonthField::Year, YearMonthField::Year) => digits(&body)?.checked_mul(12)?,
            (YearMonthField::Month, _) => digits(&body)?,
            _ => {
                let (years, months) = body.split_once('-')?;
                let months = digits(months).filter(|months| *months < 12)?;
                digits(years)?.checked_mul(12)?.checked_add(months)?
            }
        };
        i32::try_from(if negative { -months } else { months }).ok()
    };
    let shape = match (start, end) {
        (YearMonthField::Year, YearMonthField::Month) => "y-m",
        (YearMonthField::Year, _) => "y",
        _ => "m",
    };
    read().ok_or_else(|| {
        let condition = "INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING";
        unmatched(condition, "year-month", shape, &units, text)
    })
}

/// Microseconds of an ANSI interval (`1 02:03:04.5`, `90`), with or without
/// `INTERVAL '…' UNITS`.
pub fn parse_day_time(text: &str, start: DayTimeField, end: DayTimeField) -> Result<i64> {
    let units = units(start.name(), end.name());
    let read = || {
        let (negative, body) = unframed(text, &units)?;
        let micros = day_time(&body, start, end)?;
        i64::try_from(if negative { -micros } else { micros }).ok()
    };
    let shapes = [
        (DayTimeField::Day, "d", ""),
        (DayTimeField::Hour, "h", " "),
        (DayTimeField::Minute, "m", ":"),
        (DayTimeField::Second, "s.n", ":"),
    ];
    let mut shape = String::new();
    for (field, letter, separator) in shapes {
        if (start..=end).contains(&field) {
            shape.push_str(if field > start { separator } else { "" });
            shape.push_str(letter);
        }
    }
    read().ok_or_else(|| {
        let condition = "INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING_WITH_NOTICE";
        unmatched(condition, "day-time", &shape, &units, text)
    })
}

fn day_time(body: &str, start: DayTimeField, end: DayTimeField) -> Option<i128> {
    let fields = [
        (DayTimeField::Day, 86_400_000_000_i128, i64::MAX),
        (DayTimeField::Hour, 3_600_000_000, 24),
        (DayTimeField::Minute, 60_000_000, 60),
        (DayTimeField::Second, 1_000_000, 60),
    ];
    let mut total = 0;
    let mut rest = Some(body);
    for (field, unit, limit) in fields {
        if !(start..=end).contains(&field) {
            continue;
        }
        let text = rest?;
        let separator = if field == DayTimeField::Day { ' ' } else { ':' };
        let (value, after) = match text.split_once(separator) {
            Some((value, after)) if field < end => (value, Some(after.trim_start())),
            _ => (text, None),
        };
        rest = after;
        // The first unit may exceed what a day or an hour holds.
        let limit = if field == start { i64::MAX } else { limit };
        if field == DayTimeField::Second {
            let micros = seconds(value)?;
            total += i128::from(micros);
            if micros / MICROS_PER_SECOND >= limit {
                return None;
            }
        } else {
            total += i128::from(digits(value).filter(|value| *value < limit)?) * unit;
        }
    }
    rest.is_none().then_some(total)
}

fn units(start: &str, end: &str) -> String {
    if start == end {
        start.to_string()
    } else {
        format!("{start} to {end}")
    }
}

fn unmatched(condition: &str, kind: &str, shape: &str, units: &str, text: &str) -> SparkError {
    let upper = units.to_ascii_uppercase();
    let supported = format!("`[+|-]{shape}`, `INTERVAL [+|-]'[+|-]{shape}' {upper}`");
    let name = format!("interval {units}");
    SparkError::new(
        condition,
        &[
            ("intervalStr", kind),
            ("supportedFormat", &supported),
            ("typeName", &name),
            ("input", text),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::format::write_calendar;

    /// Recorded from PySpark 4.3.0.
    #[test]
    fn intervals_read_as_in_spark() {
        let cases = [
            ("1 hour", Some("1 hours")),
            ("interval 1 hour 30 minutes", Some("1 hours 30 minutes")),
            ("1 week", Some("7 days")),
            ("1.5 seconds", Some("1.5 seconds")),
            ("- 1 hour", Some("-1 hours")),
            ("+1 day", Some("1 days")),
            ("1 hour -2 minutes", Some("58 minutes")),
            ("1 year 2 months", Some("1 years 2 months")),
            ("0.0000001 second", Some("0 seconds")),
            (".5 second", Some("0.5 seconds")),
            ("5. second", Some("5 seconds")),
            ("1 millisecond 2 microseconds", Some("0.001002 seconds")),
            ("INTERVAL 1 HOUR", Some("1 hours")),
            (
                "9223372036854775807 microseconds",
                Some("2562047788 hours 54.775807 seconds"),
            ),
            ("\t1  hour\n", Some("1 hours")),
            ("2 weeks 1 day", Some("15 days")),
            ("-0.5 seconds", Some("-0.5 seconds")),
            ("foo", None),
            ("", None),
            ("1", None),
            ("hour", None),
            ("1.5 hours", None),
            ("interval", None),
            ("1 hour 1", None),
            ("1h", None),
            ("1 hours ago", None),
            ("0.1234567891 second", None),
            ("1 nanosecond", None),
            ("99999999999 days", None),
            ("1 hour,2 minutes", None),
            ("interval1 hour", None),
            ("-1 1 hour", None),
            ("1-2 hour", None),
            ("--1 hour", None),
            ("1 hourss", None),
            ("1:00 hour", None),
            ("1 mins", None),
            ("1e3 seconds", None),
            ("9223372036854775808 days", None),
        ];
        for (text, expected) in cases {
            let found = parse(text).map(|(months, days, micros)| {
                let mut out = String::new();
                write_calendar(months, days, micros, &mut out);
                out
            });
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn ansi_intervals() {
        use DayTimeField::{Day, Hour, Minute, Second};
        let cases = [
            ("1 02:03:04.5", Day, Second, Some(93_784_500_000)),
            ("-1 02:03", Day, Minute, Some(-93_780_000_000)),
            ("26:03", Hour, Minute, Some(93_780_000_000)),
            ("90:04.1", Minute, Second, Some(5_404_100_000)),
            (
                "INTERVAL '1 02' DAY TO HOUR",
                Day,
                Hour,
                Some(93_600_000_000),
            ),
            ("foo", Day, Second, None),
        ];
        for (text, start, end, expected) in cases {
            assert_eq!(parse_day_time(text, start, end).ok(), expected, "{text}");
        }
        let months = parse_year_month("1-2", YearMonthField::Year, YearMonthField::Month);
        assert_eq!(months.unwrap(), 14);
    }
}
