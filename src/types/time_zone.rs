//! [`Zone`]: a time zone as Spark's session setting accepts it, a region of the time
//! zone database or a fixed offset.
//!
//! Local times in a gap or an overlap resolve as Java's `ZonedDateTime` does: the
//! offset before the transition counts. Knows nothing of patterns or of Arrow.

use std::fmt;

use chrono_tz::Tz;

use super::datetime::civil::{
    MICROS_PER_DAY, MICROS_PER_SECOND, civil_from_days, days_from_civil, is_leap, weekday,
};
use super::zone_offsets::offset_at;
use crate::error::{Result, SparkError};

/// What stands before a fixed offset in its name: `GMT+01:00`, or just `+01:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OffsetPrefix {
    None,
    Utc,
    Gmt,
    Ut,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Zone {
    Region(Tz),
    /// Seconds east of UTC.
    Fixed {
        seconds: i32,
        prefix: OffsetPrefix,
    },
}

/// Three-letter names that Java maps to regions and offsets.
const SHORT_IDS: &[(&str, &str)] = &[
    ("ACT", "Australia/Darwin"),
    ("AET", "Australia/Sydney"),
    ("AGT", "America/Argentina/Buenos_Aires"),
    ("ART", "Africa/Cairo"),
    ("AST", "America/Anchorage"),
    ("BET", "America/Sao_Paulo"),
    ("BST", "Asia/Dhaka"),
    ("CAT", "Africa/Harare"),
    ("CNT", "America/St_Johns"),
    ("CST", "America/Chicago"),
    ("CTT", "Asia/Shanghai"),
    ("EAT", "Africa/Addis_Ababa"),
    ("ECT", "Europe/Paris"),
    ("EST", "-05:00"),
    ("HST", "-10:00"),
    ("IET", "America/Indiana/Indianapolis"),
    ("IST", "Asia/Kolkata"),
    ("JST", "Asia/Tokyo"),
    ("MIT", "Pacific/Apia"),
    ("MST", "-07:00"),
    ("NET", "Asia/Yerevan"),
    ("NST", "Pacific/Auckland"),
    ("PLT", "Asia/Karachi"),
    ("PNT", "America/Phoenix"),
    ("PRT", "America/Puerto_Rico"),
    ("PST", "America/Los_Angeles"),
    ("SST", "Pacific/Guadalcanal"),
    ("VST", "Asia/Ho_Chi_Minh"),
];

const MAX_OFFSET_SECONDS: i32 = 18 * 3_600;

/// The zone of a name, or the error that Spark raises where a value (not a setting)
/// names none.
pub fn parse_zone(name: &str) -> Result<Zone> {
    Zone::parse(name).ok_or_else(|| SparkError::new("INVALID_TIMEZONE", &[("timeZone", name)]))
}

impl Zone {
    pub const UTC: Self = Self::Region(Tz::UTC);

    /// Accepts region ids, Java's short ids, `Z`, and offsets with or without `UTC`,
    /// `GMT` or `UT` before them. Case matters, as in Java.
    pub fn parse(name: &str) -> Option<Self> {
        let short = SHORT_IDS.binary_search_by(|(id, _)| (*id).cmp(name));
        let name = short
            .ok()
            .and_then(|at| SHORT_IDS.get(at))
            .map_or(name, |(_, full)| full);
        if name == "Z" {
            return Some(Self::fixed(0, OffsetPrefix::None));
        }
        if name.starts_with(['+', '-']) {
            return Some(Self::fixed(parse_offset(name)?, OffsetPrefix::None));
        }
        let prefixes = [
            ("UTC", OffsetPrefix::Utc),
            ("GMT", OffsetPrefix::Gmt),
            ("UT", OffsetPrefix::Ut),
        ];
        for (text, prefix) in prefixes {
            match name.strip_prefix(text) {
                Some("") if prefix == OffsetPrefix::Utc => return Some(Self::UTC),
                Some("") => return Some(Self::fixed(0, prefix)),
                Some(rest) if rest.starts_with(['+', '-']) => {
                    return Some(Self::fixed(parse_offset(rest)?, prefix));
                }
                _ => {}
            }
        }
        name.parse().ok().map(Self::Region)
    }

    fn fixed(seconds: i32, prefix: OffsetPrefix) -> Self {
        Self::Fixed { seconds, prefix }
    }

    /// Java's id of the zone.
    pub fn name(&self) -> String {
        match self {
            Self::Region(tz) => tz.name().to_string(),
            Self::Fixed {
                seconds: 0,
                prefix: OffsetPrefix::None,
            } => "Z".into(),
            Self::Fixed { seconds, prefix } => {
                let offset = if *seconds == 0 {
                    String::new()
                } else {
                    offset_text(*seconds)
                };
                let prefix = match prefix {
                    OffsetPrefix::None => "",
                    OffsetPrefix::Utc => "UTC",
                    OffsetPrefix::Gmt => "GMT",
                    OffsetPrefix::Ut => "UT",
                };
                format!("{prefix}{offset}")
            }
        }
    }

    /// Seconds east of UTC at an instant.
    pub fn offset_at_utc(&self, micros: i64) -> i32 {
        match self {
            Self::Fixed { seconds, .. } => *seconds,
            Self::Region(Tz::UTC) => 0,
            Self::Region(tz) => {
                let seconds = covered_second(micros.div_euclid(MICROS_PER_SECOND));
                offset_at(*tz, seconds)
            }
        }
    }

    /// Wall-clock microseconds (since 1970-01-01 00:00 on that clock) of an instant.
    pub fn utc_to_local(&self, micros: i64) -> i64 {
        micros.saturating_add(i64::from(self.offset_at_utc(micros)) * MICROS_PER_SECOND)
    }

    /// The instant of a wall-clock reading. In a gap the clock runs on with the
    /// offset before it; in an overlap the earlier instant is taken.
    pub fn local_to_utc(&self, local: i64) -> i64 {
        let at = |offset: i32| local.saturating_sub(i64::from(offset) * MICROS_PER_SECOND);
        if let Self::Fixed { seconds, .. } = self {
            return at(*seconds);
        }
        let before = self.offset_at_utc(local.saturating_sub(MICROS_PER_DAY));
        if self.offset_at_utc(at(before)) == before {
            return at(before);
        }
        let after = self.offset_at_utc(local.saturating_add(MICROS_PER_DAY));
        if self.offset_at_utc(at(after)) == after {
            at(after)
        } else {
            at(before)
        }
    }

    /// Whether a wall-clock reading does not exist in this zone.
    pub fn is_gap(&self, local: i64) -> bool {
        self.utc_to_local(self.local_to_utc(local)) != local
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

/// `+01:00`, with seconds only where there are some.
pub fn offset_text(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let all = seconds.unsigned_abs();
    let (hours, minutes, rest) = (all / 3_600, all / 60 % 60, all % 60);
    if rest == 0 {
        format!("{sign}{hours:02}:{minutes:02}")
    } else {
        format!("{sign}{hours:02}:{minutes:02}:{rest:02}")
    }
}

/// `+h`, `+hh`, `+h:mm`, `+hh:m`, `+hh:mm`, `+hhmm`, `+hh:mm:ss`, `+hhmmss`.
pub fn parse_offset(text: &str) -> Option<i32> {
    let negative = text.starts_with('-');
    let body = text.strip_prefix(['+', '-'])?;
    if !body.bytes().all(|b| b.is_ascii_digit() || b == b':') {
        return None;
    }
    let parts: Vec<&str> = if body.contains(':') {
        body.split(':').collect()
    } else {
        match body.len() {
            1 | 2 => vec![body],
            4 => vec![&body[..2], &body[2..]],
            6 => vec![&body[..2], &body[2..4], &body[4..]],
            _ => return None,
        }
    };
    let last = parts.len() - 1;
    let mut numbers = [0_i32; 3];
    for (at, part) in parts.iter().enumerate() {
        // Only hours and, at the end of hours and minutes, minutes may be short.
        let short_is_fine = at == 0 || (at == 1 && last == 1);
        let fits = part.len() == 2 || (part.len() == 1 && short_is_fine);
        if !fits {
            return None;
        }
        *numbers.get_mut(at)? = part.parse().ok()?;
    }
    let [hours, minutes, seconds] = numbers;
    let total = hours * 3_600 + minutes * 60 + seconds;
    let valid = minutes < 60 && seconds < 60 && total <= MAX_OFFSET_SECONDS;
    valid.then_some(if negative { -total } else { total })
}

/// The database holds transitions up to the year 2100; a later instant is answered
/// by the same moment of a year with an identical calendar, since the rules of all
/// zones repeat by then.
fn covered_second(seconds: i64) -> i64 {
    const FIRST_UNCOVERED: i64 = 4_102_444_800;
    const EARLIEST: i64 = -377_705_116_800;
    if seconds < FIRST_UNCOVERED {
        return seconds.max(EARLIEST);
    }
    let year = civil_from_days(seconds.div_euclid(86_400)).year;
    let start = days_from_civil(year, 1, 1);
    let twin = (2_071..2_099)
        .find(|y| {
            is_leap(*y) == is_leap(year) && weekday(days_from_civil(*y, 1, 1)) == weekday(start)
        })
        .unwrap_or(2_071);
    seconds - (start - days_from_civil(twin, 1, 1)) * 86_400
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::datetime::parse_timestamp_default;

    /// Recorded from PySpark 4.3.0: after the end of the database, and before zones.
    #[test]
    fn local_times_of_far_years() {
        let cases = [
            (
                "America/Los_Angeles",
                "2150-07-01 12:00:00",
                5_695_988_400_000_000,
            ),
            (
                "America/Los_Angeles",
                "2150-01-01 12:00:00",
                5_680_353_600_000_000,
            ),
            (
                "America/Los_Angeles",
                "2104-03-09 02:30:00",
                4_234_501_800_000_000,
            ),
            (
                "America/Los_Angeles",
                "1883-11-18 12:10:00",
                -2_717_639_400_000_000,
            ),
            (
                "America/Los_Angeles",
                "2099-12-31 23:59:59",
                4_102_473_599_000_000,
            ),
            (
                "Australia/Sydney",
                "2150-07-01 12:00:00",
                5_695_927_200_000_000,
            ),
            (
                "Australia/Sydney",
                "2150-01-01 12:00:00",
                5_680_285_200_000_000,
            ),
        ];
        for (zone, text, expected) in cases {
            let zone = parse_zone(zone).unwrap();
            assert_eq!(
                parse_timestamp_default(text, zone),
                Some(expected),
                "{zone} {text}"
            );
        }
    }

    #[test]
    fn names_of_zones() {
        let cases = [
            ("Z", "Z"),
            ("+01:00", "+01:00"),
            ("GMT+1", "GMT+01:00"),
            ("UTC", "UTC"),
        ];
        for (name, id) in cases {
            assert_eq!(parse_zone(name).unwrap().name(), id);
        }
        for name in ["foo", "+19:00", "+123", "utc", "z"] {
            assert_eq!(
                parse_zone(name).unwrap_err().condition(),
                "INVALID_TIMEZONE",
                "{name}"
            );
        }
    }
}
