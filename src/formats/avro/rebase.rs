//! Days and instants between today's calendar, counted back to year 1, and the calendar
//! that was in use: Julian before 1582-10-15. Spark before 3.0 and Hive write the latter.

use super::wire::{Malformed, Read};
use crate::error::{Result, SparkError};
use crate::types::Zone;
use crate::types::datetime::civil::{MICROS_PER_DAY, civil_from_days, days_from_civil};

/// 1582-10-15, from which on both calendars are one.
const SWITCH_DAY: i64 = -141_427;
/// 1900-01-01T00:00:00Z, before which zones of old Java versions differ from today's.
const SWITCH_INSTANT: i64 = -2_208_988_800_000_000;

/// What is done about values of before the calendars agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// They are refused.
    Exception,
    /// They are moved to the same date in the other calendar.
    Legacy,
    /// They are taken as they are.
    Corrected,
}

impl Mode {
    pub fn of(name: &str) -> Option<Self> {
        Some(match name {
            "EXCEPTION" => Self::Exception,
            "LEGACY" => Self::Legacy,
            "CORRECTED" => Self::Corrected,
            _ => return None,
        })
    }
}

/// How dates and instants are moved, in one direction.
#[derive(Debug, Clone, Copy)]
pub struct Rebase {
    pub mode: Mode,
    /// The session's.
    pub zone: Zone,
}

/// Of values as they are found in files.
impl Rebase {
    pub fn day_read(&self, days: i32) -> Read<i32> {
        if i64::from(days) >= SWITCH_DAY || self.mode == Mode::Corrected {
            return Ok(days);
        }
        match self.mode {
            Mode::Legacy => Ok(from_julian(i64::from(days)) as i32),
            _ => Err(Malformed::Ancient),
        }
    }

    pub fn instant_read(&self, micros: i64) -> Read<i64> {
        if micros >= SWITCH_INSTANT || self.mode == Mode::Corrected {
            return Ok(micros);
        }
        match self.mode {
            Mode::Legacy => self.moved(micros, from_julian).map_err(Malformed::Refused),
            _ => Err(Malformed::Ancient),
        }
    }

    pub fn day_written(&self, days: i32) -> Result<i32> {
        if i64::from(days) >= SWITCH_DAY || self.mode == Mode::Corrected {
            return Ok(days);
        }
        match self.mode {
            Mode::Legacy => Ok(to_julian(i64::from(days)) as i32),
            _ => Err(ancient()),
        }
    }

    pub fn instant_written(&self, micros: i64) -> Result<i64> {
        if micros >= SWITCH_INSTANT || self.mode == Mode::Corrected {
            return Ok(micros);
        }
        match self.mode {
            Mode::Legacy => self.moved(micros, to_julian),
            _ => Err(ancient()),
        }
    }

    /// An instant of the same reading of the clock on the day in the other calendar. Old
    /// Java versions had other offsets than today's before 1900, where a zone had several.
    fn moved(&self, micros: i64, day: fn(i64) -> i64) -> Result<i64> {
        if !one_offset(self.zone) {
            return Err(SparkError::not_implemented(format_args!(
                "timestamps before 1900 in the rebase mode LEGACY in the zone {}",
                self.zone.name()
            )));
        }
        let local = self.zone.utc_to_local(micros);
        let days = local.div_euclid(MICROS_PER_DAY);
        Ok(micros + (day(days) - days) * MICROS_PER_DAY)
    }
}

/// Whether a zone never had another offset than it has today.
fn one_offset(zone: Zone) -> bool {
    match zone {
        Zone::Fixed { .. } => true,
        Zone::Region(region) => {
            let name = region.name();
            name.starts_with("Etc/") || matches!(name, "UTC" | "GMT" | "UCT" | "Zulu")
        }
    }
}

fn ancient() -> SparkError {
    SparkError::new(
        "INCONSISTENT_BEHAVIOR_CROSS_VERSION.WRITE_ANCIENT_DATETIME",
        &[
            ("format", "Avro"),
            ("config", "\"spark.sql.avro.datetimeRebaseModeInWrite\""),
        ],
    )
}

/// The day of that date in the Julian calendar, as a day of today's calendar.
fn from_julian(days: i64) -> i64 {
    if days >= SWITCH_DAY {
        return days;
    }
    // Julian years start in March here; Julian 1970-01-01 is 13 days after the Gregorian.
    let count = days + 719_470;
    let year = (4 * count + 3).div_euclid(1461);
    let in_year = count - (1461 * year).div_euclid(4);
    let month = (5 * in_year + 2) / 153;
    let day = in_year - (153 * month + 2) / 5 + 1;
    let (year, month) = match month {
        0..=9 => (year, month + 3),
        _ => (year + 1, month - 9),
    };
    days_from_civil(year, month as u32, day as u32)
}

/// The day of a date of today's calendar in the Julian one. The dates that were left out
/// in 1582 are those of the first day after them.
fn to_julian(days: i64) -> i64 {
    if days >= SWITCH_DAY {
        return days;
    }
    if days >= SWITCH_DAY - 10 {
        return SWITCH_DAY;
    }
    let date = civil_from_days(days);
    let (year, month) = match date.month {
        0..=2 => (date.year - 1, i64::from(date.month) + 9),
        month => (date.year, i64::from(month) - 3),
    };
    let in_year = (153 * month + 2) / 5 + i64::from(date.day) - 1;
    (1461 * year).div_euclid(4) + in_year - 719_470
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded from Spark 4.3.0.
    #[test]
    fn days_move_as_in_spark() {
        for (today, julian) in [
            (-719_162, -719_164),
            (-354_285, -354_280),
            (-141_438, -141_428),
        ] {
            assert_eq!(to_julian(today), julian);
            assert_eq!(from_julian(julian), today);
        }
        assert_eq!(to_julian(SWITCH_DAY), SWITCH_DAY);
        assert_eq!(to_julian(SWITCH_DAY - 1), SWITCH_DAY);
    }
}
