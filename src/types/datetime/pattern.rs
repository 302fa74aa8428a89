//! [`Pattern`]: date and time patterns as Spark 4 accepts them (`yyyy-MM-dd
//! HH:mm:ss[.SSS]`), compiled once and used for many rows.
//!
//! This file turns the text of a pattern into elements and knows its errors;
//! `pattern_format.rs` writes and `pattern_parse.rs` reads with them.

use crate::error::{Result, SparkError};

/// What a number in a pattern stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    /// Proleptic year, or the year of the era where the pattern has an era.
    Year,
    Month,
    Day,
    DayOfYear,
    Quarter,
    AlignedWeekDay,
    Hour,
    /// 1 to 24.
    ClockHour,
    /// 0 to 11.
    HourOfHalf,
    /// 1 to 12.
    ClockHourOfHalf,
    Minute,
    Second,
    JulianDay,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// No sign is written or read; with equal widths the number is of fixed width.
    None,
    /// A minus for negative numbers.
    Normal,
    /// As `Normal`, and a plus for numbers with more digits than the least.
    ExceedsPad,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextField {
    Era,
    Month,
    WeekDay,
    Half,
    Quarter,
}

/// How an offset is written: `+HH`, `+HHMM`, `+HH:MM` and with seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OffsetStyle {
    /// 1 to 5, as the number of letters in `X`.
    pub letters: usize,
    /// Text for no offset: `Z`, `+00`, `+0000` or `+00:00`.
    pub zero: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Element {
    Literal(String),
    Number {
        field: Field,
        least: usize,
        most: usize,
        sign: Sign,
    },
    /// Two digits of a year from 2000 to 2099.
    ShortYear,
    Text {
        field: TextField,
        full: bool,
    },
    /// Fraction of a second.
    Fraction {
        digits: usize,
    },
    ZoneId,
    ZoneName {
        full: bool,
    },
    Offset(OffsetStyle),
    /// `GMT+1`, or `GMT+01:00`.
    LocalizedOffset {
        full: bool,
    },
    Optional(Vec<Element>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    pub(super) elements: Vec<Element>,
    pub(super) has_era: bool,
}

const DOCS: &str = "https://spark.apache.org/docs/latest";

impl Pattern {
    /// Compiles a pattern. Reading accepts fewer letters than writing.
    pub fn compile(text: &str, for_parsing: bool) -> Result<Self> {
        let compiled = check(text, for_parsing).and_then(|()| {
            let has_era = unquoted(text).any(|(_, c)| c == 'G');
            let malformed = || suggestion(text);
            let mut compiler = Compiler {
                text: text.chars().collect(),
                at: 0,
            };
            let elements = compiler.sequence(false)?.ok_or_else(malformed)?;
            Ok(Self { elements, has_era })
        });
        compiled.map_err(|error| {
            if error.condition() != "NOT_IMPLEMENTED" && legacy_accepts(text) {
                let pattern = format!("'{text}'");
                let config = "\"spark.sql.legacy.timeParserPolicy\"";
                SparkError::new(
                    "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION",
                    &[("pattern", &pattern), ("config", config), ("docroot", DOCS)],
                )
            } else {
                error
            }
        })
    }
}

fn suggestion(text: &str) -> SparkError {
    let pattern = format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"));
    SparkError::new(
        "INVALID_DATETIME_PATTERN.WITH_SUGGESTION",
        &[("pattern", &pattern), ("docroot", DOCS)],
    )
}

/// Characters outside quotes.
fn unquoted(text: &str) -> impl Iterator<Item = (usize, char)> + '_ {
    let mut quoted = false;
    text.char_indices().filter(move |(_, c)| {
        quoted ^= *c == '\'';
        !quoted && *c != '\''
    })
}

/// Letters and lengths that Spark forbids before Java's formatter sees them.
fn check(text: &str, for_parsing: bool) -> Result<()> {
    for (_, c) in unquoted(text) {
        let shown = c.to_string();
        if "YWwuec".contains(c) {
            let condition = "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_WEEK_BASED_PATTERN";
            return Err(SparkError::new(condition, &[("c", &shown)]));
        }
        if "AnNpB".contains(c) || (for_parsing && "EFqQ".contains(c)) {
            return Err(SparkError::new(
                "INVALID_DATETIME_PATTERN.ILLEGAL_CHARACTER",
                &[("pattern", text), ("c", &shown)],
            ));
        }
    }
    for run in [
        "GGGGG", "MMMMM", "LLLLL", "EEEEE", "QQQQQ", "qqqqq", "yyyyyyy",
    ] {
        if text.contains(run) {
            return Err(SparkError::new(
                "INVALID_DATETIME_PATTERN.LENGTH",
                &[("pattern", run)],
            ));
        }
    }
    Ok(())
}

/// Whether the formatter of old Spark versions would have taken the pattern; then the
/// error says that behaviour has changed.
fn legacy_accepts(text: &str) -> bool {
    let mut zone_letters = 0;
    let known = unquoted(text).all(|(_, c)| {
        zone_letters = if c == 'X' { zone_letters + 1 } else { 0 };
        zone_letters <= 3 && (!c.is_ascii_alphabetic() || "GyMwWDdFEaHkKhmsSzZYuXL".contains(c))
    });
    known && text.matches('\'').count().is_multiple_of(2)
}

struct Compiler {
    text: Vec<char>,
    at: usize,
}

impl Compiler {
    /// Elements up to the end, or to the bracket that closes an optional section;
    /// `None` for a pattern that Java refuses.
    fn sequence(&mut self, optional: bool) -> Result<Option<Vec<Element>>> {
        let mut elements = Vec::new();
        while let Some(&c) = self.text.get(self.at) {
            let start = self.at;
            self.at += 1;
            match c {
                '\'' => match self.quoted() {
                    Some(text) => push_literal(&mut elements, &text),
                    None => return Ok(None),
                },
                '[' => match self.sequence(true)? {
                    Some(inner) => elements.push(Element::Optional(inner)),
                    None => return Ok(None),
                },
                ']' if optional => return Ok(Some(elements)),
                ']' | '{' | '}' | '#' => return Ok(None),
                letter if letter.is_ascii_alphabetic() => {
                    while self.text.get(self.at) == Some(&letter) {
                        self.at += 1;
                    }
                    match element(letter, self.at - start)? {
                        Some(element) => elements.push(element),
                        None => return Ok(None),
                    }
                }
                other => push_literal(&mut elements, &other.to_string()),
            }
        }
        Ok(Some(elements))
    }

    /// Text after an opening quote; two quotes stand for one.
    fn quoted(&mut self) -> Option<String> {
        let mut text = String::new();
        loop {
            let c = *self.text.get(self.at)?;
            self.at += 1;
            if c != '\'' {
                text.push(c);
            } else if self.text.get(self.at) == Some(&'\'') {
                text.push('\'');
                self.at += 1;
            } else {
                return Some(if text.is_empty() { "'".into() } else { text });
            }
        }
    }
}

fn push_literal(elements: &mut Vec<Element>, text: &str) {
    if let Some(Element::Literal(last)) = elements.last_mut() {
        last.push_str(text);
    } else {
        elements.push(Element::Literal(text.to_string()));
    }
}

fn element(letter: char, count: usize) -> Result<Option<Element>> {
    use Element::{LocalizedOffset, Offset, ShortYear, ZoneName};
    let text = |field| Element::Text {
        field,
        full: count == 4,
    };
    let offset = |letters, zero| Offset(OffsetStyle { letters, zero });
    let plain_zero = match count {
        1 => "+00",
        3 | 5 => "+00:00",
        _ => "+0000",
    };
    let found = match (letter, count) {
        ('y', 2) => ShortYear,
        ('y', 1..=3) => number(Field::Year, count, 19, Sign::Normal),
        ('y', 4..=6) => number(Field::Year, count, 19, Sign::ExceedsPad),
        ('G', 1..=4) => text(TextField::Era),
        ('M' | 'L', 1 | 2) => short_number(Field::Month, count),
        ('M' | 'L', 3 | 4) => text(TextField::Month),
        ('Q' | 'q', 1 | 2) => short_number(Field::Quarter, count),
        ('Q' | 'q', 3 | 4) => text(TextField::Quarter),
        ('E', 1..=4) => text(TextField::WeekDay),
        ('a', 1) => text(TextField::Half),
        ('D', 1) => number(Field::DayOfYear, 1, 19, Sign::Normal),
        ('D', 2 | 3) => number(Field::DayOfYear, count, 3, Sign::None),
        ('F', 1) => number(Field::AlignedWeekDay, 1, 19, Sign::Normal),
        ('g', 1..=19) => number(Field::JulianDay, count, 19, Sign::Normal),
        ('d', 1 | 2) => short_number(Field::Day, count),
        ('H', 1 | 2) => short_number(Field::Hour, count),
        ('k', 1 | 2) => short_number(Field::ClockHour, count),
        ('K', 1 | 2) => short_number(Field::HourOfHalf, count),
        ('h', 1 | 2) => short_number(Field::ClockHourOfHalf, count),
        ('m', 1 | 2) => short_number(Field::Minute, count),
        ('s', 1 | 2) => short_number(Field::Second, count),
        ('S', 1..=9) => Element::Fraction { digits: count },
        ('V', 2) => Element::ZoneId,
        ('z', 1..=4) => ZoneName { full: count == 4 },
        ('O', 1 | 4) => LocalizedOffset { full: count == 4 },
        ('X', 1..=5) => offset(count, "Z"),
        ('x', 1..=5) => offset(count, plain_zero),
        ('Z', 1..=3) => offset(2, "+0000"),
        ('Z', 4) => LocalizedOffset { full: true },
        ('Z', 5) => offset(5, "Z"),
        ('v', 1 | 4) => {
            return Err(SparkError::not_implemented(
                "generic zone names (v) in patterns",
            ));
        }
        _ => return Ok(None),
    };
    Ok(Some(found))
}

fn number(field: Field, least: usize, most: usize, sign: Sign) -> Element {
    Element::Number {
        field,
        least,
        most,
        sign,
    }
}

fn short_number(field: Field, count: usize) -> Element {
    if count == 1 {
        number(field, 1, 19, Sign::Normal)
    } else {
        number(field, 2, 2, Sign::None)
    }
}
