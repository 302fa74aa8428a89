//! [`Scalars`]: dates and timestamps from text, as the options say.
//!
//! The usual forms are read here without detours; whatever else the types' own grammar or
//! a pattern allows is left to `types`.

use super::options::JsonOptions;
use crate::error::Result;
use crate::types::Zone;
use crate::types::datetime::civil::{MICROS_PER_DAY, checked_days, days_from_civil};

pub(super) struct Scalars {
    zone: Zone,
    /// No pattern was given, so the usual form is welcome.
    plain_dates: bool,
    plain_timestamps: bool,
    /// The last minute (local) that was looked up, and what to subtract in it.
    known_minute: i64,
    known_offset: i64,
}

impl Scalars {
    pub fn new(options: &JsonOptions) -> Result<Self> {
        Ok(Self {
            zone: options.zone,
            plain_dates: options.date_format.is_none(),
            plain_timestamps: options.timestamp_format.is_none(),
            known_minute: i64::MIN,
            known_offset: 0,
        })
    }

    /// `yyyy-MM-dd`.
    pub fn plain_date(&self, text: &[u8]) -> Option<i32> {
        if !self.plain_dates || text.len() != 10 {
            return None;
        }
        i32::try_from(date(text)?).ok()
    }

    /// `yyyy-MM-ddTHH:mm:ss`, with or without a fraction and a final `Z`.
    pub fn plain_timestamp(&mut self, text: &[u8]) -> Option<i64> {
        if !self.plain_timestamps {
            return None;
        }
        let (text, utc) = match text {
            [rest @ .., b'Z'] => (rest, true),
            _ => (text, false),
        };
        let days = date(text.get(..10)?)?;
        if !matches!(text.get(10)?, b'T' | b' ') {
            return None;
        }
        let local = days * MICROS_PER_DAY + time(text.get(11..)?)?;
        Some(if utc { local } else { local - self.offset(local) })
    }

    /// What the zone's clocks are ahead of UTC at a local time, in microseconds.
    fn offset(&mut self, local: i64) -> i64 {
        let minute = local.div_euclid(60_000_000);
        if minute != self.known_minute {
            self.known_offset = local - self.zone.local_to_utc(local);
            self.known_minute = minute;
        }
        self.known_offset
    }

    pub fn date(&mut self, text: &str) -> Option<i32> {
        self.plain_date(text.as_bytes()).or_else(|| days_as_number(text))
    }

    pub fn timestamp(&mut self, text: &str) -> Option<i64> {
        self.plain_timestamp(text.as_bytes())
    }

    pub fn timestamp_ntz(&mut self, _text: &str) -> Option<i64> {
        None
    }
}

#[inline]
fn two(text: &[u8], at: usize) -> Option<u32> {
    let (tens, ones) = (text.get(at)?.wrapping_sub(b'0'), text.get(at + 1)?.wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then_some(u32::from(tens) * 10 + u32::from(ones))
}

#[inline]
fn date(text: &[u8]) -> Option<i64> {
    if *text.get(4)? != b'-' || *text.get(7)? != b'-' {
        return None;
    }
    let year = i64::from(two(text, 0)? * 100 + two(text, 2)?);
    checked_days(year, two(text, 5)?, two(text, 8)?)
}

/// Microseconds of the day in `HH:mm:ss[.fraction]`.
#[inline]
fn time(text: &[u8]) -> Option<i64> {
    let (hour, minute, second) = (two(text, 0)?, two(text, 3)?, two(text, 6)?);
    let colons = *text.get(2)? == b':' && *text.get(5)? == b':';
    if !colons || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let whole = i64::from(hour * 3600 + minute * 60 + second) * 1_000_000;
    if text.len() == 8 {
        return Some(whole);
    }
    let fraction = text.get(9..)?;
    if *text.get(8)? != b'.' || fraction.is_empty() || fraction.len() > 9 {
        return None;
    }
    let mut micros = 0;
    for place in 0..6 {
        let digit = fraction.get(place).map_or(0, |b| b.wrapping_sub(b'0'));
        if digit > 9 {
            return None;
        }
        micros = micros * 10 + i64::from(digit);
    }
    fraction.iter().all(u8::is_ascii_digit).then_some(whole + micros)
}

/// Days as a number in a string, the way Spark 1.5 stored dates: counted in the Julian
/// calendar before 1582-10-15.
fn days_as_number(text: &str) -> Option<i32> {
    /// 1582-10-15 in days since 1970-01-01.
    const GREGORIAN_START: i64 = -141_427;
    let days = i64::from(text.parse::<i32>().ok()?);
    if days >= GREGORIAN_START {
        return i32::try_from(days).ok();
    }
    // Julian 1970-01-01 is 13 days after the Gregorian one; years start in March here.
    let shifted = days + 719_470;
    let (cycle, day_of_cycle) = (shifted.div_euclid(1_461), shifted.rem_euclid(1_461));
    let year_of_cycle = (day_of_cycle - day_of_cycle / 1_460) / 365;
    let day_of_year = day_of_cycle - 365 * year_of_cycle;
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = 4 * cycle + year_of_cycle + i64::from(month <= 2);
    i32::try_from(days_from_civil(year, month as u32, day as u32)).ok()
}
