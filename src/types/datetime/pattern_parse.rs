//! Reading timestamps with a [`Pattern`].
//!
//! As in Java's strict mode: widths count, adjacent numbers share their digits, and
//! fields that contradict each other are errors. What the text does not say is that
//! of 1970-01-01 00:00.

use std::fmt;

use super::cast_text::to_instant;
use super::civil::{MICROS_PER_DAY, checked_days, days_from_civil, is_leap};
use super::names::{texts, zone_by_name};
use super::pattern::{Element, Field, Pattern, Sign, TextField};
use crate::types::{OffsetPrefix, Zone, parse_offset};

/// Why a text does not match; Spark's message, without its advice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseFailure(pub String);

impl fmt::Display for ParseFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What has been read so far.
#[derive(Debug, Clone, Default)]
struct Fields {
    year: Option<i64>,
    /// The year counts within an era.
    bc: Option<bool>,
    month: Option<i64>,
    day: Option<i64>,
    day_of_year: Option<i64>,
    julian: Option<i64>,
    hour: Option<i64>,
    clock_hour: Option<i64>,
    hour_of_half: Option<i64>,
    clock_hour_of_half: Option<i64>,
    afternoon: Option<bool>,
    minute: Option<i64>,
    second: Option<i64>,
    micros: Option<i64>,
    zone: Option<Zone>,
}

impl Pattern {
    /// The instant, in microseconds since the epoch, of a text; `zone` is that of
    /// the session and counts if the text names none.
    pub fn parse(&self, text: &str, zone: Zone) -> Result<i64, ParseFailure> {
        let (local, found) = self.read(text)?;
        to_instant(local, found.unwrap_or(zone)).ok_or_else(|| ParseFailure("long overflow".into()))
    }

    /// Wall-clock microseconds of a text; a zone in it counts for nothing.
    pub fn parse_local(&self, text: &str) -> Result<i64, ParseFailure> {
        let (local, _) = self.read(text)?;
        local
            .try_into()
            .map_err(|_| ParseFailure("long overflow".into()))
    }

    fn read(&self, text: &str) -> Result<(i128, Option<Zone>), ParseFailure> {
        let mut fields = Fields::default();
        let fail = |what: String| ParseFailure(format!("Text '{text}' could not be parsed{what}"));
        let index = |at: usize| {
            text.get(..at)
                .map_or(at, |start| start.encode_utf16().count())
        };
        let end = read_all(&self.elements, text, 0, &mut fields)
            .map_err(|at| fail(format!(" at index {}", index(at))))?;
        if end < text.len() {
            return Err(fail(format!(
                ", unparsed text found at index {}",
                index(end)
            )));
        }
        let resolved = fields.local().map_err(|why| fail(format!(": {why}")))?;
        Ok((resolved, fields.zone))
    }
}

/// Reads elements from a position on; the position after them, or the one that
/// failed.
fn read_all(
    elements: &[Element],
    text: &str,
    start: usize,
    fields: &mut Fields,
) -> Result<usize, usize> {
    let mut at = start;
    for (index, element) in elements.iter().enumerate() {
        let rest = text.get(at..).ok_or(at)?;
        let taken = match element {
            Element::Literal(literal) => {
                let found = rest.get(..literal.len()).ok_or(at)?;
                found.eq_ignore_ascii_case(literal).then_some(literal.len())
            }
            Element::Number {
                field,
                least,
                most,
                sign,
            } => {
                let reserved = reserved_digits(&elements[index + 1..]);
                let (value, taken) = number(rest, *least, *most, *sign, reserved).ok_or(at)?;
                fields.set(*field, value);
                Some(taken)
            }
            Element::ShortYear => {
                let (value, taken) = number(rest, 2, 2, Sign::None, 0).ok_or(at)?;
                fields.year = Some(2_000 + value);
                Some(taken)
            }
            Element::Text { field, full } => fields.text(*field, *full, rest),
            Element::Fraction { digits } => fields.fraction(rest, *digits),
            Element::Optional(inner) => {
                let mut trial = fields.clone();
                if let Ok(after) = read_all(inner, text, at, &mut trial) {
                    *fields = trial;
                    at = after;
                }
                Some(0)
            }
            zone => fields.zone(zone, rest),
        };
        at += taken.ok_or(at)?;
    }
    Ok(at)
}

/// Digits that the numbers of fixed width right after a number need.
fn reserved_digits(following: &[Element]) -> usize {
    let fixed = following.iter().map_while(|element| match element {
        Element::Number {
            least,
            most,
            sign: Sign::None,
            ..
        } if least == most => Some(*most),
        Element::ShortYear => Some(2),
        _ => None,
    });
    fixed.sum()
}

fn number(
    text: &str,
    least: usize,
    most: usize,
    sign: Sign,
    reserved: usize,
) -> Option<(i64, usize)> {
    let (negative, positive) = (text.starts_with('-'), text.starts_with('+'));
    let fixed = sign == Sign::None;
    // A plus is for numbers wider than their least width only.
    if (fixed && (negative || positive)) || (sign == Sign::Normal && positive) {
        return None;
    }
    let signs = usize::from(negative || positive);
    let digits = text[signs..].bytes().take_while(u8::is_ascii_digit).count();
    let limit = if least == most { 0 } else { reserved };
    let mut count = digits.min(most + limit);
    if limit > 0 {
        count = least.max(count.saturating_sub(limit)).min(digits);
    }
    if count < least || count == 0 {
        return None;
    }
    if sign == Sign::ExceedsPad && !negative && positive != (count > least) {
        return None;
    }
    let value: i64 = text[signs..signs + count].parse().ok()?;
    Some((if negative { -value } else { value }, signs + count))
}

impl Fields {
    fn set(&mut self, field: Field, value: i64) {
        let place = match field {
            Field::Year => &mut self.year,
            Field::Month => &mut self.month,
            Field::Day => &mut self.day,
            Field::DayOfYear => &mut self.day_of_year,
            Field::JulianDay => &mut self.julian,
            Field::Hour => &mut self.hour,
            Field::ClockHour => &mut self.clock_hour,
            Field::HourOfHalf => &mut self.hour_of_half,
            Field::ClockHourOfHalf => &mut self.clock_hour_of_half,
            Field::Minute => &mut self.minute,
            Field::Second => &mut self.second,
            // Patterns for reading do not have these.
            Field::Quarter | Field::AlignedWeekDay => return,
        };
        *place = Some(value);
    }

    fn text(&mut self, field: TextField, full: bool, rest: &str) -> Option<usize> {
        let names = texts(field, full);
        let at = names.iter().position(|name| {
            rest.get(..name.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(name))
        })?;
        match field {
            TextField::Month => self.month = Some(at as i64 + 1),
            TextField::Era => self.bc = Some(at == 0),
            TextField::Half => self.afternoon = Some(at == 1),
            TextField::WeekDay | TextField::Quarter => return None,
        }
        Some(names[at].len())
    }

    /// At least one digit and at most as many as the pattern has.
    fn fraction(&mut self, rest: &str, digits: usize) -> Option<usize> {
        let count = rest
            .bytes()
            .take_while(u8::is_ascii_digit)
            .take(digits)
            .count();
        let micros = (0..6).fold(0, |sum, at| {
            let digit = rest.as_bytes().get(at).filter(|_| at < count);
            sum * 10 + digit.map_or(0, |digit| i64::from(digit - b'0'))
        });
        self.micros = Some(micros);
        (count > 0).then_some(count)
    }

    fn zone(&mut self, element: &Element, rest: &str) -> Option<usize> {
        let (zone, taken) = match element {
            Element::Offset(style) => {
                let start = rest.get(..style.zero.len());
                let zero = start.is_some_and(|text| text.eq_ignore_ascii_case(style.zero));
                if zero {
                    (Zone::UTC, style.zero.len())
                } else {
                    offset(rest, style.letters)?
                }
            }
            Element::LocalizedOffset { .. } => {
                let after = rest
                    .get(3..)
                    .filter(|_| rest[..3].eq_ignore_ascii_case("GMT"))?;
                let length = after
                    .bytes()
                    .take_while(|b| b"+-:0123456789".contains(b))
                    .count();
                if length == 0 {
                    (Zone::UTC, 3)
                } else {
                    (Zone::parse(rest.get(..3 + length)?)?, 3 + length)
                }
            }
            Element::ZoneName { full } => zone_id(rest).or_else(|| zone_by_name(rest, *full))?,
            _ => zone_id(rest)?,
        };
        self.zone = Some(zone);
        Some(taken)
    }

    fn local(&self) -> Result<i128, String> {
        let days = self.days()?;
        let hour = self.hour_of_day()?;
        let minute = ranged("MinuteOfHour", self.minute, 0, 59)?.unwrap_or(0);
        let second = ranged("SecondOfMinute", self.second, 0, 59)?.unwrap_or(0);
        let micros = ((hour * 60 + minute) * 60 + second) * 1_000_000 + self.micros.unwrap_or(0);
        Ok(i128::from(days) * i128::from(MICROS_PER_DAY) + i128::from(micros))
    }

    fn days(&self) -> Result<i64, String> {
        if let Some(julian) = self.julian {
            return Ok(julian - 40_587);
        }
        let year = match (self.bc, self.year) {
            (Some(true), Some(year)) => 1 - year,
            (_, year) => year.unwrap_or(1_970),
        };
        let month = ranged("MonthOfYear", self.month, 1, 12)?;
        let day = ranged("DayOfMonth", self.day, 1, 31)?;
        if let Some(number) = ranged("DayOfYear", self.day_of_year, 1, 366)? {
            if number == 366 && !is_leap(year) {
                return Err(format!(
                    "Invalid date 'DayOfYear 366' as '{year}' is not a leap year"
                ));
            }
            return Ok(days_from_civil(year, 1, 1) + number - 1);
        }
        let (month, day) = (month.unwrap_or(1), day.unwrap_or(1));
        checked_days(year, month as u32, day as u32).ok_or_else(|| {
            if (month, day) == (2, 29) {
                return format!("Invalid date 'February 29' as '{year}' is not a leap year");
            }
            let names = texts(TextField::Month, true);
            let name = names
                .get(month as usize - 1)
                .copied()
                .unwrap_or("")
                .to_uppercase();
            format!("Invalid date '{name} {day}'")
        })
    }

    fn hour_of_day(&self) -> Result<i64, String> {
        let clock = ranged("ClockHourOfDay", self.clock_hour, 1, 24)?.map(|hour| hour % 24);
        let hour = ranged("HourOfDay", self.hour, 0, 23)?.or(clock);
        let clock_of_half = ranged("ClockHourOfAmPm", self.clock_hour_of_half, 1, 12)?;
        let of_half =
            ranged("HourOfAmPm", self.hour_of_half, 0, 11)?.or(clock_of_half.map(|hour| hour % 12));
        let half = self.afternoon.map(i64::from);
        match (hour, of_half) {
            (Some(hour), _) => match half {
                Some(half) if half != hour / 12 => Err(format!(
                    "Conflict found: Field AmPmOfDay {} differs from AmPmOfDay {half} derived from {:02}:{:02}",
                    hour / 12,
                    hour,
                    self.minute.unwrap_or(0)
                )),
                _ => Ok(hour),
            },
            (None, Some(of_half)) => Ok(of_half + 12 * half.unwrap_or(0)),
            (None, None) => Ok(12 * half.unwrap_or(0)),
        }
    }
}

fn ranged(name: &str, value: Option<i64>, least: i64, most: i64) -> Result<Option<i64>, String> {
    match value {
        Some(value) if !(least..=most).contains(&value) => {
            let range = match name {
                "DayOfMonth" => "1 - 28/31".into(),
                "DayOfYear" => "1 - 365/366".into(),
                _ => format!("{least} - {most}"),
            };
            Err(format!(
                "Invalid value for {name} (valid values {range}): {value}"
            ))
        }
        value => Ok(value),
    }
}

/// `+HH`, `+HHMM`, `+HH:MM` and with seconds, by the number of letters.
fn offset(rest: &str, letters: usize) -> Option<(Zone, usize)> {
    let sign = rest.starts_with(['+', '-']);
    let colon = matches!(letters, 3 | 5);
    let pair = |at: usize| {
        let digits = rest.as_bytes().get(at..at + 2);
        digits.is_some_and(|pair| pair.iter().all(u8::is_ascii_digit))
    };
    if !sign || !pair(1) {
        return None;
    }
    let mut end = 3;
    let parts = if letters > 3 { 2 } else { 1 };
    for part in 0..parts {
        let gap = usize::from(colon);
        let there = (!colon || rest.as_bytes().get(end) == Some(&b':')) && pair(end + gap);
        if there {
            end += 2 + gap;
        } else if part == 0 && letters > 1 {
            return None;
        } else {
            break;
        }
    }
    let seconds = parse_offset(rest.get(..end)?)?;
    Some((
        Zone::Fixed {
            seconds,
            prefix: OffsetPrefix::None,
        },
        end,
    ))
}

/// The longest zone id at the start of a text.
fn zone_id(rest: &str) -> Option<(Zone, usize)> {
    let whole = rest
        .bytes()
        .take_while(|b| b.is_ascii_alphanumeric() || b"/_+-:".contains(b))
        .count();
    (1..=whole).rev().find_map(|end| {
        // Abbreviations are names, not ids, for Java's parser of zones.
        let name = rest.get(..end)?;
        let short =
            name.len() == 3 && !matches!(name, "UTC" | "GMT") && !name.starts_with(['+', '-']);
        if short {
            None
        } else {
            Zone::parse(name).map(|zone| (zone, end))
        }
    })
}
