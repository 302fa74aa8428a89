//! The schema of CSV files: names from the first record, types from all of them.

use super::convert;
use super::header;
use super::options::CsvOptions;
use super::records::{self, Records};
use super::tokens::{Cutter, Slot, Tokens};
use crate::error::Result;
use crate::formats::number;
use crate::formats::scalars::Scalars;
use crate::types::datetime::Pattern;
use crate::types::{DataType, StructField, StructType};

const MAX_PRECISION: i64 = 38;

/// What was seen of a column, each step wider than the one before it in its family.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Seen {
    Nothing,
    Integer,
    Long,
    /// Whole digits of a number too long for a long.
    Decimal {
        precision: i64,
        scale: i64,
    },
    Double,
    Date,
    TimestampNtz,
    Timestamp,
    Boolean,
    Text,
}

pub(super) struct Inference<'a> {
    options: &'a CsvOptions,
    case_sensitive: bool,
    cutter: Cutter,
    tokens: Tokens,
    scalars: Scalars,
    date: Option<Pattern>,
    /// The first record of the first file that has one.
    header_line: Option<String>,
    names: Option<Vec<String>>,
    seen: Vec<Seen>,
}

impl<'a> Inference<'a> {
    pub fn new(options: &'a CsvOptions, case_sensitive: bool) -> Self {
        let date = options.date_format.as_deref().unwrap_or("yyyy-MM-dd");
        Self {
            cutter: Cutter::new(&options.dialect),
            tokens: Tokens::default(),
            scalars: Scalars::new(&options.date_time_forms()),
            date: Pattern::compile(date, true).ok(),
            header_line: None,
            names: None,
            seen: Vec::new(),
            options,
            case_sensitive,
        }
    }

    /// Whether the rest of the files can tell anything more.
    pub fn is_done(&self) -> bool {
        self.names.is_some() && !self.options.infer_schema
    }

    /// Takes the whole content of a file.
    pub fn add_file(&mut self, bytes: &[u8]) -> Result<()> {
        let bytes = bytes.strip_prefix(records::MARK).unwrap_or(bytes);
        if self.options.multi_line {
            let text = self.text(bytes);
            // Each file has a header of its own.
            let mut skip = self.options.header && self.names.is_some();
            for record in records::of_document(&text, self.options) {
                if records::is_skipped(&record, self.options) || std::mem::take(&mut skip) {
                    continue;
                }
                self.record(&record);
            }
            return Ok(());
        }
        let separator = self.options.line_sep.clone();
        for (line, _) in Records::new(separator.as_deref(), bytes, true) {
            let text = self.text(line);
            self.line(&text);
            if self.is_done() {
                break;
            }
        }
        Ok(())
    }

    /// Takes one line of text.
    pub fn line(&mut self, text: &str) {
        if records::is_skipped(text, self.options) {
            return;
        }
        // Every line that is the header's is taken for one.
        if self.options.header && self.header_line.as_deref() == Some(text) {
            return;
        }
        if self.header_line.is_none() {
            self.header_line = Some(text.to_string());
        }
        self.record(text);
    }

    fn text(&self, bytes: &[u8]) -> String {
        match self.options.charset {
            Some(charset) => charset.decode(bytes),
            None => String::from_utf8_lossy(bytes).into_owned(),
        }
    }

    fn record(&mut self, record: &str) {
        if self.cutter.cut(record, &mut self.tokens).is_err() {
            return;
        }
        let values: Vec<Option<String>> = self
            .tokens
            .slots
            .iter()
            .map(|slot| match slot {
                Slot::Nothing => None,
                Slot::Empty => Some(self.options.empty_value.clone()),
                slot => self.tokens.text(record, slot).map(str::to_string),
            })
            .collect();
        if self.names.is_none() {
            self.names = Some(header::names(&values, self.options, self.case_sensitive));
            self.seen = vec![Seen::Nothing; values.len()];
            if self.options.header {
                return;
            }
        }
        if !self.options.infer_schema {
            return;
        }
        for (at, value) in values.iter().enumerate().take(self.seen.len()) {
            let Some(text) = value.as_deref().filter(|t| !t.is_empty()) else {
                continue;
            };
            if text == self.options.null_value {
                continue;
            }
            let so_far = self.seen.get(at).copied().unwrap_or(Seen::Text);
            let widened = so_far.and(self.look(so_far, text));
            if let Some(seen) = self.seen.get_mut(at) {
                *seen = widened;
            }
        }
    }

    /// What a text is, where narrower kinds than the one so far need not be tried.
    fn look(&mut self, so_far: Seen, text: &str) -> Seen {
        let from = so_far.rank();
        if from <= Seen::Integer.rank() && text.parse::<i32>().is_ok() {
            return Seen::Integer;
        }
        if from <= Seen::Long.rank() && text.parse::<i64>().is_ok() {
            return Seen::Long;
        }
        if from <= Seen::Double.rank() {
            if from < Seen::Double.rank()
                && let Some((precision, scale)) = number::precision_and_scale(text)
                && scale <= 0
                && precision <= MAX_PRECISION
            {
                // Spark refuses a negative scale, and takes the number for a double.
                if scale == 0 {
                    return Seen::Decimal { precision, scale };
                }
            }
            if convert::float(text, self.options).is_some() {
                return Seen::Double;
            }
        }
        if from <= Seen::Date.rank() && self.options.prefer_date && self.is_date(text) {
            return Seen::Date;
        }
        if from <= Seen::Timestamp.rank()
            && let Some(seen) = self.moment(so_far, text)
        {
            return seen;
        }
        match convert::boolean(text) {
            Some(_) if from <= Seen::Boolean.rank() => Seen::Boolean,
            _ => Seen::Text,
        }
    }

    fn is_date(&self, text: &str) -> bool {
        self.date
            .as_ref()
            .is_some_and(|pattern| pattern.parse_local(text).is_ok())
    }

    fn moment(&mut self, so_far: Seen, text: &str) -> Option<Seen> {
        let kind = match self.options.timestamps_are_ntz {
            true => Seen::TimestampNtz,
            false => Seen::Timestamp,
        };
        let ntz = so_far != Seen::Timestamp
            && (self.options.timestamp_ntz_format.is_some()
                || self.options.timestamp_format.is_none())
            && self.scalars.timestamp_ntz(text).is_some();
        if ntz {
            return Some(kind);
        }
        let zoned = self.scalars.strict_timestamp(text).is_some() || self.scalars.take_time_only();
        zoned.then_some(Seen::Timestamp)
    }

    /// The schema; `None` when there was no record to take names from.
    pub fn finish(self) -> Option<StructType> {
        let names = self.names?;
        let fields = names.into_iter().zip(self.seen).map(|(name, seen)| {
            let kind = match self.options.infer_schema {
                true => seen.data_type(),
                false => DataType::String,
            };
            StructField::new(name, kind, true)
        });
        Some(StructType::new(fields))
    }
}

impl Seen {
    fn rank(self) -> u8 {
        match self {
            Self::Nothing => 0,
            Self::Integer => 1,
            Self::Long => 2,
            Self::Decimal { .. } => 3,
            Self::Double => 4,
            Self::Date => 5,
            Self::TimestampNtz => 6,
            Self::Timestamp => 7,
            Self::Boolean => 8,
            Self::Text => 9,
        }
    }

    /// What holds both.
    fn and(self, other: Self) -> Self {
        use Seen::{Date, Decimal, Double, Integer, Long, Nothing, Text, Timestamp, TimestampNtz};
        match (self, other) {
            (l, r) if l == r => l,
            (Nothing, other) | (other, Nothing) => other,
            (Integer, Long) | (Long, Integer) => Long,
            (Double, Integer | Long | Decimal { .. })
            | (Integer | Long | Decimal { .. }, Double) => Double,
            (Decimal { .. } | Integer | Long, Decimal { .. } | Integer | Long) => {
                let ((lp, ls), (rp, rs)) = (self.digits(), other.digits());
                let scale = ls.max(rs);
                let precision = (lp - ls).max(rp - rs) + scale;
                if precision > MAX_PRECISION {
                    return Double;
                }
                Decimal { precision, scale }
            }
            (Date, Timestamp) | (Timestamp, Date) => Timestamp,
            (Date, TimestampNtz) | (TimestampNtz, Date) => TimestampNtz,
            (TimestampNtz, Timestamp) | (Timestamp, TimestampNtz) => Timestamp,
            _ => Text,
        }
    }

    fn digits(self) -> (i64, i64) {
        match self {
            Self::Integer => (10, 0),
            Self::Long => (20, 0),
            Self::Decimal { precision, scale } => (precision, scale),
            _ => (0, 0),
        }
    }

    fn data_type(self) -> DataType {
        match self {
            Self::Nothing | Self::Text => DataType::String,
            Self::Integer => DataType::Integer,
            Self::Long => DataType::Long,
            Self::Decimal { precision, scale } => DataType::Decimal {
                precision: u8::try_from(precision).unwrap_or(38),
                scale: i8::try_from(scale).unwrap_or(0),
            },
            Self::Double => DataType::Double,
            Self::Date => DataType::Date,
            Self::TimestampNtz => DataType::TimestampNtz,
            Self::Timestamp => DataType::Timestamp,
            Self::Boolean => DataType::Boolean,
        }
    }
}
