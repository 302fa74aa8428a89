//! [`Scalars`]: dates and timestamps from text, as the options say.
//!
//! The usual forms are read here without detours; whatever else the types' own grammar or
//! a pattern allows is left to `types`.

use crate::types::datetime::civil::{MICROS_PER_DAY, checked_days, days_from_civil, split_day};
use crate::types::datetime::{
    Pattern, is_time_only, parse_date_default, parse_timestamp_default, parse_timestamp_ntz_default,
};
use crate::types::{OffsetPrefix, Zone};

/// How a kind of text is read.
enum Form {
    /// As a cast reads it.
    Default,
    Pattern(Box<Pattern>),
    /// A pattern that makes no sense: no text fits it.
    Unusable,
}

impl Form {
    fn new(pattern: Option<&str>) -> Self {
        match pattern.map(|text| Pattern::compile(text, true)) {
            None => Self::Default,
            Some(Ok(pattern)) => Self::Pattern(Box::new(pattern)),
            Some(Err(_)) => Self::Unusable,
        }
    }
}

/// What a reader was told of dates and times.
pub(super) struct DateTimeForms<'a> {
    pub zone: Zone,
    pub date: Option<&'a str>,
    pub timestamp: Option<&'a str>,
    pub timestamp_ntz: Option<&'a str>,
    /// Whether text that a pattern refuses is tried in the default form: `None` leaves
    /// it to whether there is a pattern.
    pub fallback: Option<bool>,
    /// Whether a date may be a bare number of days, as Spark 1.5 wrote it.
    pub days_as_numbers: bool,
}

pub(super) struct Scalars {
    zone: Zone,
    date_form: Form,
    timestamp_form: Form,
    timestamp_ntz_form: Form,
    /// Whether what a pattern refuses is read as a cast would read it.
    date_fallback: bool,
    days_as_numbers: bool,
    timestamp_fallback: bool,
    /// A text that only the current day could complete was met.
    time_only: bool,
    /// The last minute (local) that was looked up, and what to subtract in it.
    known_minute: i64,
    known_offset: i64,
}

impl Scalars {
    pub fn new(forms: &DateTimeForms<'_>) -> Self {
        let fallback = |pattern: Option<&str>| forms.fallback.unwrap_or(pattern.is_none());
        Self {
            zone: forms.zone,
            date_form: Form::new(forms.date),
            timestamp_form: Form::new(forms.timestamp),
            timestamp_ntz_form: Form::new(forms.timestamp_ntz),
            date_fallback: fallback(forms.date),
            days_as_numbers: forms.days_as_numbers,
            timestamp_fallback: fallback(forms.timestamp),
            time_only: false,
            known_minute: i64::MIN,
            known_offset: 0,
        }
    }

    /// Whether a time of day without a date was met since the last call: Spark takes the
    /// current day for it, and this decoder has no clock.
    pub fn take_time_only(&mut self) -> bool {
        std::mem::take(&mut self.time_only)
    }

    /// `yyyy-MM-dd`.
    pub fn plain_date(&self, text: &[u8]) -> Option<i32> {
        if !matches!(self.date_form, Form::Default) || text.len() != 10 {
            return None;
        }
        i32::try_from(date(text)?).ok()
    }

    /// `yyyy-MM-ddTHH:mm:ss`, with or without a fraction and a final `Z`.
    pub fn plain_timestamp(&mut self, text: &[u8]) -> Option<i64> {
        if !matches!(self.timestamp_form, Form::Default) {
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
        Some(if utc {
            local
        } else {
            local - self.offset(local)
        })
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
        let found = match &self.date_form {
            Form::Default => parse_date_default(text),
            Form::Pattern(pattern) => {
                let local = pattern.parse_local(text).ok();
                local.and_then(|micros| i32::try_from(split_day(micros).0).ok())
            }
            Form::Unusable => None,
        };
        if found.is_some() || !self.date_fallback {
            return found;
        }
        parse_date_default(text).or_else(|| days_as_number(text).filter(|_| self.days_as_numbers))
    }

    pub fn timestamp(&mut self, text: &str) -> Option<i64> {
        let found = self.strict_timestamp(text);
        if found.is_some() || !self.timestamp_fallback {
            return found;
        }
        self.default_timestamp(text)
    }

    /// Without the older forms that a failed pattern falls back to.
    pub fn strict_timestamp(&mut self, text: &str) -> Option<i64> {
        match &self.timestamp_form {
            Form::Default => self.default_timestamp(text),
            Form::Pattern(pattern) => pattern.parse(text, self.zone).ok(),
            Form::Unusable => None,
        }
    }

    fn default_timestamp(&mut self, text: &str) -> Option<i64> {
        self.time_only |= is_time_only(text);
        parse_timestamp_default(text, self.zone)
    }

    /// A text that names a zone is refused.
    pub fn timestamp_ntz(&mut self, text: &str) -> Option<i64> {
        // The zone of the text wins over the one given: with one, both readings agree.
        let other = Zone::Fixed {
            seconds: 3_600,
            prefix: OffsetPrefix::None,
        };
        let utc = Zone::Fixed {
            seconds: 0,
            prefix: OffsetPrefix::None,
        };
        match &self.timestamp_ntz_form {
            Form::Default => {
                let zoned = parse_timestamp_default(text, utc)
                    .is_some_and(|found| parse_timestamp_default(text, other) == Some(found));
                if zoned {
                    None
                } else {
                    parse_timestamp_ntz_default(text)
                }
            }
            Form::Pattern(pattern) => {
                let zoned = pattern
                    .parse(text, utc)
                    .is_ok_and(|found| pattern.parse(text, other).is_ok_and(|o| o == found));
                if zoned {
                    None
                } else {
                    pattern.parse_local(text).ok()
                }
            }
            Form::Unusable => None,
        }
    }
}

#[inline]
fn two(text: &[u8], at: usize) -> Option<u32> {
    let (tens, ones) = (
        text.get(at)?.wrapping_sub(b'0'),
        text.get(at + 1)?.wrapping_sub(b'0'),
    );
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
    fraction
        .iter()
        .all(u8::is_ascii_digit)
        .then_some(whole + micros)
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
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = 4 * cycle + year_of_cycle + i64::from(month <= 2);
    i32::try_from(days_from_civil(year, month as u32, day as u32)).ok()
}
