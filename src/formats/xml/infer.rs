//! The schema of XML records, found by reading them all.

use super::convert;
use super::decoder::next_row;
use super::events::{Event, Events, Malformed, Place, Scan};
use super::options::XmlOptions;
use super::seen::{Members, Seen};
use super::tags::Attribute;
use crate::error::{Result, SparkError};
use crate::formats::json::malformed_in_inference;
use crate::formats::scalars::Scalars;
use crate::formats::{ParseMode, lines, number};
use crate::types::StructType;

const MAX_PRECISION: i64 = 38;

/// Reads records and keeps what their common schema must be.
pub(super) struct Inference<'o> {
    options: &'o XmlOptions,
    case_sensitive: bool,
    scalars: Scalars,
    root: Seen,
}

impl<'o> Inference<'o> {
    pub fn new(options: &'o XmlOptions, case_sensitive: bool) -> Result<Self> {
        // Spark takes such a ratio for the whole.
        if options.sampling_ratio <= 0.99 {
            return Err(SparkError::not_implemented(
                "the XML option samplingRatio below 1",
            ));
        }
        Ok(Self {
            options,
            case_sensitive,
            scalars: Scalars::new(&options.date_time_forms()),
            root: Seen::Struct(Members::default()),
        })
    }

    /// Takes the whole content of a file.
    pub fn add_file(&mut self, bytes: &[u8]) -> Result<()> {
        if self.options.multi_line {
            let text = super::text::of_document(bytes, self.options)?;
            return self.add_document(&text);
        }
        let mut at = 0;
        while at < bytes.len() {
            let (end, next) = lines::line(bytes, at);
            let line = bytes.get(at..end).unwrap_or_default();
            self.add_record(&super::text::of_bytes(line, self.options.charset()?)?)?;
            at = next;
        }
        Ok(())
    }

    fn add_document(&mut self, text: &str) -> Result<()> {
        let row_tag = self.options.row_tag()?;
        let mut events = Events::resume(text, &Place::default());
        loop {
            let seen = match next_row(&mut events, row_tag, self.options) {
                Ok(None) => return Ok(()),
                Ok(Some(attributes)) => self.object(&mut events, &attributes),
                Err(malformed) => Err(malformed),
            };
            self.add(seen)?;
            if events.is_broken() {
                return Ok(());
            }
        }
    }

    /// Takes one record, whatever its root element.
    pub fn add_record(&mut self, text: &str) -> Result<()> {
        let mut events = Events::terse(text);
        let seen = match events.next() {
            Ok(Event::Start { attributes, .. }) => self.object(&mut events, &attributes),
            Ok(_) => Err(Malformed::new("A document has no root element.")),
            Err(malformed) => Err(malformed),
        };
        self.add(seen)
    }

    fn add(&mut self, seen: Scan<Seen>) -> Result<()> {
        let seen = match (seen, self.options.mode) {
            (Ok(seen), _) => seen,
            (Err(_), ParseMode::Permissive) => {
                let mut members = Members::default();
                members.push(self.options.corrupt_column.clone(), Seen::Text);
                Seen::Struct(members)
            }
            (Err(_), ParseMode::DropMalformed | ParseMode::KeepAside) => return Ok(()),
            (Err(_), ParseMode::FailFast) => {
                return Err(malformed_in_inference(&self.options.corrupt_column));
            }
        };
        let root = std::mem::replace(&mut self.root, Seen::Null);
        self.root = root.widened(seen, &self.rules());
        Ok(())
    }

    fn rules(&self) -> super::seen::Rules<'o> {
        super::seen::Rules {
            case_sensitive: self.case_sensitive,
            value_tag: &self.options.tags.value,
        }
    }

    /// The schema of the records taken.
    pub fn finish(self) -> StructType {
        self.root.into_schema()
    }

    /// The members of an element whose start was taken, up to its end.
    fn object(&mut self, events: &mut Events<'_>, attributes: &[Attribute<'_>]) -> Scan<Seen> {
        let mut members = Members::default();
        let rules = self.rules();
        for (name, seen) in self.attributes(attributes) {
            members.add(name, seen, &rules);
        }
        loop {
            let event = events.next()?;
            let is_blank = event.is_blank();
            match event {
                Event::Start { name, attributes } => {
                    let seen = self.field(events)?;
                    let own = self.attributes(&attributes);
                    let name = self.options.name(name).to_string();
                    members.add(name, self.with_attributes(seen, own), &rules);
                }
                Event::Text { text, .. } if !is_blank => {
                    let seen = self.text(Some(&text));
                    members.add(self.options.tags.value.clone(), seen, &rules);
                }
                Event::End | Event::Done => break,
                _ => {}
            }
        }
        members.sort();
        Ok(Seen::Struct(members))
    }

    /// What an element holds, whose start was taken.
    fn field(&mut self, events: &mut Events<'_>) -> Scan<Seen> {
        let is_text = match events.peek()? {
            Event::End => {
                events.next()?;
                return Ok(Seen::Null);
            }
            event => matches!(event, Event::Text { .. }),
        };
        let seen = self.object(events, &[])?;
        Ok(match seen {
            Seen::Struct(members) if is_text => match members.is_empty() {
                true => Seen::Null,
                false => members.value_alone(&self.rules()),
            },
            seen => seen,
        })
    }

    /// An element's value beside its attributes.
    fn with_attributes(&self, seen: Seen, own: Vec<(String, Seen)>) -> Seen {
        if own.is_empty() {
            return seen;
        }
        let mut members = match seen {
            Seen::Struct(members) => members,
            Seen::Null => Members::default(),
            other => {
                let mut members = Members::default();
                members.push(self.options.tags.value.clone(), other);
                members
            }
        };
        for (name, seen) in own {
            members.push(name, seen);
        }
        members.sort();
        Seen::Struct(members)
    }

    fn attributes(&mut self, attributes: &[Attribute<'_>]) -> Vec<(String, Seen)> {
        if self.options.excludes_attributes {
            return Vec::new();
        }
        let mut found = Vec::with_capacity(attributes.len());
        for attribute in attributes {
            let name = self.options.name(attribute.name);
            let name = format!("{}{name}", self.options.tags.attribute_prefix);
            let seen = self.text(self.options.value(&attribute.value));
            found.push((name, seen));
        }
        found
    }

    /// What a text is; nothing where it is null.
    fn text(&mut self, text: Option<&str>) -> Seen {
        if !self.options.infers_types {
            return Seen::Text;
        }
        let Some(text) = text else {
            return Seen::Null;
        };
        let text = match self.options.trims {
            true => text.trim_matches(|c| c <= ' '),
            false => text,
        };
        if text.is_empty() {
            return Seen::Null;
        }
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        let digit = |c: char| c.is_ascii_digit();
        if unsigned.starts_with(digit) && unsigned.parse::<i64>().is_ok() {
            return Seen::Long;
        }
        let is_number = unsigned.starts_with(|c: char| digit(c) || c == '.')
            && !unsigned.ends_with(['d', 'D', 'f', 'F']);
        if is_number && self.options.prefers_decimal {
            let found = number::precision_and_scale(&text.replace(',', ""));
            if let Some((precision, scale)) = found
                && scale >= 0
                && precision.max(scale) <= MAX_PRECISION
            {
                return Seen::Decimal {
                    precision: precision.max(scale),
                    scale,
                };
            }
        }
        if is_number && convert::double(unsigned).is_some() {
            return Seen::Double;
        }
        if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false") {
            return Seen::Boolean;
        }
        if self.options.prefers_date && self.scalars.date(text).is_some() {
            return Seen::Date;
        }
        if self.options.timestamps_are_ntz && self.scalars.timestamp_ntz(text).is_some() {
            return Seen::TimestampNtz;
        }
        match self.scalars.strict_timestamp(text).is_some() || self.scalars.take_time_only() {
            true => Seen::Timestamp,
            false => Seen::Text,
        }
    }
}
