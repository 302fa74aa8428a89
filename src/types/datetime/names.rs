//! English names of months, days, eras, quarters and of time zones, as Java prints
//! them for the US locale.

use chrono::{DateTime, TimeZone};
use chrono_tz::{OffsetName, Tz};

use super::civil::MICROS_PER_SECOND;
use super::pattern::TextField;
use crate::error::{Result, SparkError};
use crate::types::{Zone, offset_text};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];
const QUARTERS: [&str; 4] = ["1st quarter", "2nd quarter", "3rd quarter", "4th quarter"];

/// The short name of a month from one to twelve.
pub fn month_name(month: u32) -> &'static str {
    &MONTHS[(month.clamp(1, 12) - 1) as usize][..3]
}

/// The short name of a day of the week; Monday is one.
pub fn day_name(day: u32) -> &'static str {
    &DAYS[(day.clamp(1, 7) - 1) as usize][..3]
}

/// All values of a field as text, the first one for its least value.
pub(super) fn texts(field: TextField, full: bool) -> Vec<&'static str> {
    let cut = |names: &[&'static str]| {
        names
            .iter()
            .map(|name| if full { *name } else { &name[..3] })
            .collect()
    };
    match field {
        TextField::Month => cut(&MONTHS),
        TextField::WeekDay => cut(&DAYS),
        TextField::Half => vec!["AM", "PM"],
        TextField::Era if full => vec!["Before Christ", "Anno Domini"],
        TextField::Era => vec!["BC", "AD"],
        TextField::Quarter if full => QUARTERS.to_vec(),
        TextField::Quarter => vec!["Q1", "Q2", "Q3", "Q4"],
    }
}

pub(super) fn text(field: TextField, full: bool, at: usize) -> &'static str {
    texts(field, full).get(at).copied().unwrap_or("")
}

/// Abbreviation, region that a text with it means, and the long name.
const ZONES: &[(&str, Tz, &str)] = &[
    ("PST", Tz::America__Los_Angeles, "Pacific Standard Time"),
    ("PDT", Tz::America__Los_Angeles, "Pacific Daylight Time"),
    ("MST", Tz::America__Denver, "Mountain Standard Time"),
    ("MDT", Tz::America__Denver, "Mountain Daylight Time"),
    ("CST", Tz::America__Chicago, "Central Standard Time"),
    ("CDT", Tz::America__Chicago, "Central Daylight Time"),
    ("EST", Tz::America__New_York, "Eastern Standard Time"),
    ("EDT", Tz::America__New_York, "Eastern Daylight Time"),
    ("CET", Tz::Europe__Paris, "Central European Standard Time"),
    ("CEST", Tz::Europe__Paris, "Central European Summer Time"),
    ("GMT", Tz::GMT, "Greenwich Mean Time"),
    ("BST", Tz::Europe__London, "British Summer Time"),
    ("JST", Tz::Asia__Tokyo, "Japan Standard Time"),
    (
        "AEST",
        Tz::Australia__Sydney,
        "Australian Eastern Standard Time",
    ),
    (
        "AEDT",
        Tz::Australia__Sydney,
        "Australian Eastern Daylight Time",
    ),
    ("UTC", Tz::UTC, "Coordinated Universal Time"),
];

/// Name of a zone at an instant, as `z` and `zzzz` print it.
pub(super) fn zone_name(zone: Zone, micros: i64, full: bool) -> Result<String> {
    let Zone::Region(tz) = zone else {
        return Ok(zone.name());
    };
    if tz.name().starts_with("Etc/GMT") && tz.name().len() > 7 {
        let offset = zone.offset_at_utc(micros);
        return Ok(if offset == 0 {
            "GMT".into()
        } else {
            format!("GMT{}", offset_text(offset))
        });
    }
    let at = |seconds: i64| {
        let instant = DateTime::from_timestamp(seconds, 0).unwrap_or_default();
        tz.offset_from_utc_datetime(&instant.naive_utc())
    };
    let mut offset = at(micros.div_euclid(MICROS_PER_SECOND));
    if offset.abbreviation() == Some("LMT") {
        // Before zones had rules Java prints the name of the standard time.
        offset = at(1_577_836_800);
    }
    let short = offset.abbreviation().unwrap_or("");
    let unknown =
        || SparkError::not_implemented(format!("names of the time zone {} in patterns", tz.name()));
    if short.starts_with(['+', '-']) || short.is_empty() {
        return Err(unknown());
    }
    if !full {
        return Ok(short.to_string());
    }
    if short == "IST" {
        let india = matches!(tz, Tz::Asia__Kolkata | Tz::Asia__Calcutta);
        return if india {
            Ok("India Standard Time".into())
        } else {
            Err(unknown())
        };
    }
    let ambiguous = matches!(short, "CST" | "CDT" | "PST" | "MST") && !tz.name().starts_with("A");
    let found = ZONES
        .iter()
        .find(|(name, _, _)| *name == short && !ambiguous);
    found
        .map(|(_, _, long)| (*long).to_string())
        .ok_or_else(unknown)
}

/// The zone of a name at the start of a text, and the length of that name.
pub(super) fn zone_by_name(text: &str, full: bool) -> Option<(Zone, usize)> {
    let names = ZONES
        .iter()
        .map(|(short, tz, long)| (if full { *long } else { *short }, *tz));
    let matches = names.filter(|(name, _)| {
        text.get(..name.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(name))
    });
    let (name, tz) = matches.max_by_key(|(name, _)| name.len())?;
    Some((Zone::Region(tz), name.len()))
}
