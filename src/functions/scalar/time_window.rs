//! The arithmetic of `window(time, duration, slide, start)`: arguments, and the
//! windows that an instant falls into. Windows are aligned to the epoch in UTC
//! (wall-clock microseconds for `timestamp_ntz`), never to a time zone.
//!
//! Plain functions: the struct column and the expansion of rows belong to the caller.

use crate::error::{ErrorClass, Result, SparkError};
use crate::plan::Literal;

/// Checked arguments, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WindowArgs {
    pub duration: i64,
    pub slide: i64,
    pub start: i64,
}

impl WindowArgs {
    /// Whether every instant falls into exactly one window.
    pub fn is_tumbling(&self) -> bool {
        self.duration == self.slide
    }
}

/// A text as months, days and microseconds, or `None` where it is no interval.
pub type ParseInterval<'a> = &'a dyn Fn(&str) -> Option<(i32, i32, i64)>;

/// Reads the arguments after the time column; without a slide the windows tumble.
/// `time` is the time column's text, for messages.
pub fn parse_window_args(
    time: &str,
    duration: &Literal,
    slide: Option<&Literal>,
    start: Option<&Literal>,
    parse: ParseInterval<'_>,
) -> Result<WindowArgs> {
    let duration = micros_of(duration, parse)?;
    let slide = slide.map_or(Ok(duration), |s| micros_of(s, parse))?;
    let start = start.map_or(Ok(0), |s| micros_of(s, parse))?;
    let text = format!("\"window({time}, {duration}, {slide}, {start})\"");
    for (name, value) in [("window_duration", duration), ("slide_duration", slide)] {
        if value <= 0 {
            return Err(not_positive(&text, name, value));
        }
    }
    let long = |value: i64| format!("{value}L");
    let violated = |left: &str, a: i64, operation: &str, right: &str, b: i64| {
        SparkError::new(
            "DATATYPE_MISMATCH.PARAMETER_CONSTRAINT_VIOLATION",
            &[
                ("sqlExpr", &text),
                ("leftExprName", left),
                ("leftExprValue", &long(a)),
                ("constraint", operation),
                ("rightExprName", right),
                ("rightExprValue", &long(b)),
            ],
        )
    };
    if slide > duration {
        return Err(violated(
            "`slide_duration`",
            slide,
            "<=",
            "`window_duration`",
            duration,
        ));
    }
    if start.unsigned_abs() >= slide.unsigned_abs() {
        let size = start.wrapping_abs();
        return Err(violated(
            "`abs(start_time)`",
            size,
            "<",
            "`slide_duration`",
            slide,
        ));
    }
    Ok(WindowArgs {
        duration,
        slide,
        start,
    })
}

fn not_positive(text: &str, name: &str, value: i64) -> SparkError {
    SparkError::new(
        "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE",
        &[
            ("sqlExpr", text),
            ("exprName", &format!("`{name}`")),
            ("valueRange", "(0, 9223372036854775807]"),
            ("currentValue", &format!("{value}L")),
        ],
    )
}

fn micros_of(literal: &Literal, parse: ParseInterval<'_>) -> Result<i64> {
    match literal {
        Literal::Integer(value) => Ok(i64::from(*value)),
        Literal::Long(value) => Ok(*value),
        Literal::String(text) => {
            let Some((months, days, micros)) = parse(text) else {
                let quoted = format!("'{text}'");
                return Err(SparkError::new(
                    "CANNOT_PARSE_INTERVAL",
                    &[("intervalString", &quoted)],
                ));
            };
            if months != 0 {
                return Err(SparkError::new(
                    "_LEGACY_ERROR_TEMP_3231",
                    &[("interval", text)],
                ));
            }
            Ok(i64::from(days) * 86_400_000_000 + micros)
        }
        _ => Err(SparkError::plain(
            ErrorClass::Analysis,
            "The duration and time inputs to window must be an integer, long or string literal.",
        )),
    }
}

/// Start of the last window that begins at or before an instant.
#[inline]
pub fn last_start(at: i64, slide: i64, start: i64) -> i64 {
    at.wrapping_sub(at.wrapping_sub(start).rem_euclid(slide))
}

/// Starts of the tumbling windows of instants. Rows mostly come in order of time,
/// so the bounds of the row before are tried first: no division then.
pub fn window_starts(times: &[i64], args: WindowArgs) -> Vec<i64> {
    let slide = args.slide as u64;
    let mut current = times
        .first()
        .map_or(0, |at| last_start(*at, args.slide, args.start));
    let mut out = Vec::with_capacity(times.len());
    for at in times {
        if at.wrapping_sub(current) as u64 >= slide {
            current = last_start(*at, args.slide, args.start);
        }
        out.push(current);
    }
    out
}

/// Sliding windows of instants: for each window the row that it comes from and its
/// start, the latest window of a row first. Null rows have no window.
pub fn sliding_windows(
    times: &[i64],
    is_null: impl Fn(usize) -> bool,
    args: WindowArgs,
) -> (Vec<u32>, Vec<i64>) {
    let per_row = (args.duration / args.slide) as usize + 1;
    let mut rows = Vec::with_capacity(times.len() * per_row);
    let mut starts = Vec::with_capacity(times.len() * per_row);
    for (row, at) in times.iter().enumerate() {
        if is_null(row) {
            continue;
        }
        let mut start = last_start(*at, args.slide, args.start);
        while at.wrapping_sub(start) < args.duration {
            rows.push(row as u32);
            starts.push(start);
            start = start.wrapping_sub(args.slide);
        }
    }
    (rows, starts)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000_000;

    fn parse(text: &str) -> Option<(i32, i32, i64)> {
        let (number, unit) = text.split_once(' ')?;
        let number: i64 = number.parse().ok()?;
        Some(match unit.trim_end_matches('s') {
            "month" => (number as i32, 0, 0),
            "hour" => (0, 0, number * 60 * MINUTE),
            "minute" => (0, 0, number * MINUTE),
            _ => return None,
        })
    }

    fn args(texts: &[&str]) -> Result<WindowArgs> {
        let all: Vec<_> = texts
            .iter()
            .map(|t| Literal::String(t.to_string()))
            .collect();
        parse_window_args("t", &all[0], all.get(1), all.get(2), &parse)
    }

    #[test]
    fn arguments_are_refused_as_spark_does() {
        let rows: &[(&[&str], &str)] = &[
            (
                &["0 hours"],
                "[DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE] Cannot resolve \"window(t, 0, 0, 0)\" due to data type mismatch: The `window_duration` must be between (0, 9223372036854775807] (current value = 0L). SQLSTATE: 42K09",
            ),
            (
                &["1 hour", "2 hours"],
                "[DATATYPE_MISMATCH.PARAMETER_CONSTRAINT_VIOLATION] Cannot resolve \"window(t, 3600000000, 7200000000, 0)\" due to data type mismatch: The `slide_duration`(7200000000L) must be <= the `window_duration`(3600000000L). SQLSTATE: 42K09",
            ),
            (
                &["1 hour", "0 hours"],
                "[DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE] Cannot resolve \"window(t, 3600000000, 0, 0)\" due to data type mismatch: The `slide_duration` must be between (0, 9223372036854775807] (current value = 0L). SQLSTATE: 42K09",
            ),
            (
                &["1 hour", "1 hour", "-1 hour"],
                "[DATATYPE_MISMATCH.PARAMETER_CONSTRAINT_VIOLATION] Cannot resolve \"window(t, 3600000000, 3600000000, -3600000000)\" due to data type mismatch: The `abs(start_time)`(3600000000L) must be < the `slide_duration`(3600000000L). SQLSTATE: 42K09",
            ),
            (
                &["1 month"],
                "Intervals greater than a month is not supported (1 month).",
            ),
            (
                &["foo"],
                "[CANNOT_PARSE_INTERVAL] Unable to parse 'foo'. Please ensure that the value provided is in a valid format for defining an interval. You can reference the documentation for the correct format. If the issue persists, please double check that the input value is not null or empty and try again. SQLSTATE: 22006",
            ),
        ];
        for (texts, want) in rows {
            assert_eq!(args(texts).unwrap_err().message(), *want);
        }
    }

    #[test]
    fn windows_are_sparks() {
        // timestamp'2024-03-31 12:34:56.789' in Madrid, and one before the epoch.
        let at = 1_711_881_296_789_000;
        let quarter = args(&["1 hour", "1 hour", "-15 minutes"]).unwrap();
        assert_eq!(
            window_starts(&[at, at + 1], quarter),
            [1_711_878_300_000_000; 2]
        );
        let seven = args(&["7 minutes"]).unwrap();
        assert_eq!(
            window_starts(&[-315_622_799_000_000], seven),
            [-315_622_860_000_000]
        );
        let sliding = args(&["10 minutes", "4 minutes", "1 minutes"]).unwrap();
        let (rows, starts) = sliding_windows(&[0, at], |row| row == 0, sliding);
        assert_eq!(rows, [1, 1, 1]);
        let minutes: Vec<_> = starts.iter().map(|s| s / MINUTE % 60).collect();
        assert_eq!(minutes, [33, 29, 25]);
        let wide = args(&["1 hour", "7 minutes"]).unwrap();
        assert_eq!(sliding_windows(&[at], |_| false, wide).1.len(), 8);
    }

    #[test]
    fn a_row_outside_the_window_before_finds_its_own() {
        let hour = args(&["1 hour"]).unwrap();
        let times = [0, 59 * MINUTE, 60 * MINUTE, -1, 0, i64::MAX / 2];
        let alone: Vec<_> = times
            .iter()
            .flat_map(|t| window_starts(&[*t], hour))
            .collect();
        assert_eq!(window_starts(&times, hour), alone);
    }
}
