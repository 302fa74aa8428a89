//! Writing instants with a [`Pattern`].

use std::fmt::Write;

use super::civil::{
    Civil, MICROS_PER_SECOND, civil_from_days, days_from_civil, split_day, weekday,
};
use super::names::{text, zone_name};
use super::pattern::{Element, Field, OffsetStyle, Pattern, Sign, TextField};
use crate::error::Result;
use crate::types::Zone;

/// An instant as its zone's wall clock shows it.
struct Moment {
    days: i64,
    date: Civil,
    second_of_day: i64,
    micros: u32,
    instant: i64,
    zone: Zone,
    /// Zero where the zone is not known.
    offset: i32,
    has_era: bool,
}

impl Pattern {
    /// Appends an instant, in microseconds since the epoch, as the zone shows it.
    pub fn format(&self, micros: i64, zone: Zone, out: &mut String) -> Result<()> {
        let offset = zone.offset_at_utc(micros);
        let local = micros.saturating_add(i64::from(offset) * MICROS_PER_SECOND);
        let (days, rest) = split_day(local);
        let moment = Moment {
            days,
            date: civil_from_days(days),
            second_of_day: rest / MICROS_PER_SECOND,
            micros: (rest % MICROS_PER_SECOND) as u32,
            instant: micros,
            zone,
            offset,
            has_era: self.has_era,
        };
        write_all(&self.elements, &moment, out)
    }
}

fn write_all(elements: &[Element], moment: &Moment, out: &mut String) -> Result<()> {
    for element in elements {
        match element {
            Element::Literal(literal) => out.push_str(literal),
            Element::Number {
                field, least, sign, ..
            } => {
                write_number(moment.number(*field), *least, *sign, out);
            }
            Element::ShortYear => {
                let _ = write!(out, "{:02}", moment.number(Field::Year).abs() % 100);
            }
            Element::Text { field, full } => {
                out.push_str(text(*field, *full, moment.text_index(*field)));
            }
            Element::Fraction { digits } => {
                let nanos = format!("{:06}000", moment.micros);
                out.push_str(&nanos[..*digits]);
            }
            Element::ZoneId => out.push_str(&moment.zone.name()),
            Element::ZoneName { full } => {
                out.push_str(&zone_name(moment.zone, moment.instant, *full)?);
            }
            Element::Offset(style) => write_offset(moment.offset, *style, out),
            Element::LocalizedOffset { full } => write_localized(moment.offset, *full, out),
            Element::Optional(inner) => write_all(inner, moment, out)?,
        }
    }
    Ok(())
}

impl Moment {
    fn number(&self, field: Field) -> i64 {
        let hour = self.second_of_day / 3_600;
        match field {
            Field::Year if self.has_era && self.date.year <= 0 => 1 - self.date.year,
            Field::Year => self.date.year,
            Field::Month => i64::from(self.date.month),
            Field::Day => i64::from(self.date.day),
            Field::DayOfYear => self.days - days_from_civil(self.date.year, 1, 1) + 1,
            Field::Quarter => i64::from(self.date.month - 1) / 3 + 1,
            Field::AlignedWeekDay => i64::from(self.date.day - 1) % 7 + 1,
            Field::Hour => hour,
            Field::ClockHour => (hour + 23) % 24 + 1,
            Field::HourOfHalf => hour % 12,
            Field::ClockHourOfHalf => (hour + 11) % 12 + 1,
            Field::Minute => self.second_of_day / 60 % 60,
            Field::Second => self.second_of_day % 60,
            Field::JulianDay => self.days + 40_587,
        }
    }

    fn text_index(&self, field: TextField) -> usize {
        match field {
            TextField::Era => usize::from(self.date.year > 0),
            TextField::Month => self.date.month as usize - 1,
            TextField::WeekDay => weekday(self.days) as usize - 1,
            TextField::Half => usize::from(self.second_of_day >= 43_200),
            TextField::Quarter => (self.date.month as usize - 1) / 3,
        }
    }
}

fn write_number(value: i64, least: usize, sign: Sign, out: &mut String) {
    let digits = format!("{:0least$}", value.unsigned_abs());
    if value < 0 {
        out.push('-');
    } else if sign == Sign::ExceedsPad && digits.len() > least {
        out.push('+');
    }
    out.push_str(&digits);
}

fn write_offset(offset: i32, style: OffsetStyle, out: &mut String) {
    let all = offset.unsigned_abs();
    let (hours, minutes, seconds) = (all / 3_600, all / 60 % 60, all % 60);
    // The short form cuts the seconds off; what is then left decides about `Z`.
    let zero = if style.letters < 4 {
        all < 60
    } else {
        all == 0
    };
    if zero {
        out.push_str(style.zero);
        return;
    }
    let colon = if matches!(style.letters, 3 | 5) {
        ":"
    } else {
        ""
    };
    let _ = write!(out, "{}{hours:02}", if offset < 0 { '-' } else { '+' });
    if style.letters > 1 || minutes > 0 {
        let _ = write!(out, "{colon}{minutes:02}");
    }
    if style.letters > 3 && seconds > 0 {
        let _ = write!(out, "{colon}{seconds:02}");
    }
}

fn write_localized(offset: i32, full: bool, out: &mut String) {
    out.push_str("GMT");
    if offset == 0 {
        return;
    }
    let all = offset.unsigned_abs();
    let (hours, minutes, seconds) = (all / 3_600, all / 60 % 60, all % 60);
    out.push(if offset < 0 { '-' } else { '+' });
    let width = if full { 2 } else { 1 };
    let _ = write!(out, "{hours:0width$}");
    if full || minutes > 0 || seconds > 0 {
        let _ = write!(out, ":{minutes:02}");
    }
    if seconds > 0 {
        let _ = write!(out, ":{seconds:02}");
    }
}
