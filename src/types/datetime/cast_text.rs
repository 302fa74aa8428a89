//! The grammar in which a cast reads dates and timestamps: `2016-07-26`,
//! `2016-7-6 3:04`, `2016-07-26T03:04:05.123Z`, `… Europe/Paris`.
//!
//! A time without a date means today in Spark; the caller has to look for it with
//! [`is_time_only`], since this module has no clock.

use super::civil::{MICROS_PER_DAY, MICROS_PER_SECOND, checked_days};
use crate::types::Zone;

/// What a text says: wall-clock microseconds, and the zone if it names one.
struct Reading {
    local: i128,
    zone: Option<Zone>,
}

/// Microseconds since the epoch of a timestamp; `zone` is that of the session.
pub fn parse_timestamp_default(text: &str, zone: Zone) -> Option<i64> {
    let reading = read(text)?;
    to_instant(reading.local, reading.zone.unwrap_or(zone))
}

/// Wall-clock microseconds of a timestamp without zone; a zone in the text counts
/// for nothing, as in Spark.
pub fn parse_timestamp_ntz_default(text: &str) -> Option<i64> {
    read(text)?.local.try_into().ok()
}

/// The instant of a wall-clock reading that may lie outside 64 bits.
pub(super) fn to_instant(local: i128, zone: Zone) -> Option<i64> {
    match i64::try_from(local) {
        Ok(local) => {
            let instant = zone.local_to_utc(local);
            // Saturation shows in the way back.
            let offset = i128::from(zone.offset_at_utc(instant)) * i128::from(MICROS_PER_SECOND);
            let saturated = instant == i64::MAX || instant == i64::MIN;
            let exact = i128::from(instant) + offset == i128::from(local);
            (!saturated || exact).then_some(instant)
        }
        Err(_) => {
            let edge = if local < 0 { i64::MIN } else { i64::MAX };
            let offset = i128::from(zone.offset_at_utc(edge)) * i128::from(MICROS_PER_SECOND);
            (local - offset).try_into().ok()
        }
    }
}

/// Days since the epoch of a date; whatever follows it after a space or `T` is not
/// looked at.
pub fn parse_date_default(text: &str) -> Option<i32> {
    let mut cursor = Cursor {
        rest: trim(text).as_bytes(),
    };
    let (days, complete) = cursor.date(7)?;
    let ended = cursor.rest.is_empty() || (complete && matches!(cursor.rest[0], b' ' | b'T'));
    if ended { days.try_into().ok() } else { None }
}

/// Whether a text is a time of day without a date (`03:00`, `T3`), which Spark reads
/// as a timestamp of the current day.
pub fn is_time_only(text: &str) -> bool {
    let mut cursor = Cursor {
        rest: trim(text).as_bytes(),
    };
    let marked = cursor.take(b'T');
    let digits = cursor
        .rest
        .iter()
        .take_while(|b| b.is_ascii_digit())
        .count();
    (marked || cursor.rest.get(digits) == Some(&b':')) && cursor.time().is_some()
}

/// Nanoseconds of the day of a time: `12:34:56.5`, `T3:04`, `12:34 PM`.
pub fn parse_time(text: &str) -> Option<i64> {
    let text = trim(text);
    let half = |suffix: &str| {
        let (body, end) = text.split_at_checked(text.len().checked_sub(2)?)?;
        end.eq_ignore_ascii_case(suffix).then(|| trim(body))
    };
    let (body, half) = match (half("AM"), half("PM")) {
        (Some(body), _) => (body, Some(0)),
        (_, Some(body)) => (body, Some(12)),
        _ => (text, None),
    };
    let mut cursor = Cursor {
        rest: body.as_bytes(),
    };
    let marked = cursor.take(b'T');
    let hour = cursor.number(1, 2)?;
    if !marked && cursor.rest.first() != Some(&b':') {
        return None;
    }
    let (mut minute, mut second, mut nanos) = (0, 0, 0);
    if cursor.take(b':') {
        minute = cursor.number(1, 2)?;
        if cursor.take(b':') {
            second = cursor.number(1, 2)?;
            if cursor.take(b'.') {
                nanos = cursor.digits(9);
            }
        }
    }
    let hour = match half {
        None => hour,
        Some(half) if (1..=12).contains(&hour) => hour % 12 + half,
        Some(_) => return None,
    };
    let valid = cursor.rest.is_empty() && hour < 24 && minute < 60 && second < 60;
    valid.then_some(((hour * 60 + minute) * 60 + second) * 1_000_000_000 + nanos)
}

/// Removes white space and control characters at both ends.
pub(crate) fn trim(text: &str) -> &str {
    // Java's notion of white space leaves out the spaces that do not break lines.
    text.trim_matches(|c: char| {
        c.is_control() || (c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{2007}' | '\u{202f}'))
    })
}

fn read(text: &str) -> Option<Reading> {
    let mut cursor = Cursor {
        rest: trim(text).as_bytes(),
    };
    let (days, complete) = cursor.date(6)?;
    let midnight = i128::from(days) * i128::from(MICROS_PER_DAY);
    if cursor.rest.is_empty() {
        return Some(Reading {
            local: midnight,
            zone: None,
        });
    }
    if !complete || !(cursor.take(b' ') || cursor.take(b'T')) {
        return None;
    }
    let (micros, zone) = cursor.time()?;
    Some(Reading {
        local: midnight + i128::from(micros),
        zone,
    })
}

struct Cursor<'a> {
    rest: &'a [u8],
}

impl Cursor<'_> {
    fn take(&mut self, byte: u8) -> bool {
        let found = self.rest.first() == Some(&byte);
        if found {
            self.rest = &self.rest[1..];
        }
        found
    }

    fn number(&mut self, least: usize, most: usize) -> Option<i64> {
        let count = self.rest.iter().take_while(|b| b.is_ascii_digit()).count();
        if !(least..=most).contains(&count) {
            return None;
        }
        let (digits, rest) = self.rest.split_at(count);
        self.rest = rest;
        Some(
            digits
                .iter()
                .fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0')),
        )
    }

    /// Year, or year and month, or all three; true for all three.
    fn date(&mut self, year_digits: usize) -> Option<(i64, bool)> {
        let negative = self.take(b'-');
        if !negative {
            self.take(b'+');
        }
        let year = self.number(4, year_digits)?;
        let year = if negative { -year } else { year };
        let (mut month, mut day, mut complete) = (1, 1, false);
        if self.take(b'-') {
            month = self.number(1, 2)?;
            if self.take(b'-') {
                day = self.number(1, 2)?;
                complete = true;
            }
        }
        Some((checked_days(year, month as u32, day as u32)?, complete))
    }

    /// Microseconds of the day, and the zone, which may only follow seconds.
    fn time(&mut self) -> Option<(i64, Option<Zone>)> {
        let hour = self.number(1, 2)?;
        let (mut minute, mut second, mut fraction, mut zone) = (0, 0, 0, None);
        if self.take(b':') {
            minute = self.number(1, 2)?;
            if self.take(b':') {
                second = self.number(1, 2)?;
                if self.take(b'.') {
                    fraction = self.fraction();
                }
                if !self.rest.is_empty() {
                    let name = std::str::from_utf8(self.rest).ok()?;
                    zone = Some(Zone::parse(name.trim())?);
                    self.rest = &[];
                }
            }
        }
        let valid = self.rest.is_empty() && hour < 24 && minute < 60 && second < 60;
        let seconds = (hour * 60 + minute) * 60 + second;
        valid.then_some((seconds * MICROS_PER_SECOND + fraction, zone))
    }

    /// Any number of digits, of which six count.
    fn fraction(&mut self) -> i64 {
        self.digits(6)
    }

    /// Any number of digits, of which `most` count, as that many digits.
    fn digits(&mut self, most: usize) -> i64 {
        let count = self.rest.iter().take_while(|b| b.is_ascii_digit()).count();
        let (digits, rest) = self.rest.split_at(count);
        self.rest = rest;
        (0..most).fold(0, |sum, at| {
            sum * 10 + digits.get(at).map_or(0, |d| i64::from(d - b'0'))
        })
    }
}
