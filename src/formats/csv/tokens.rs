//! [`Tokens`]: one record cut into values.
//!
//! A record without quotes is cut at its delimiters; a value in plain quotes is taken
//! as it stands. What is neither goes to `quoted`, which knows the rules of quotes in
//! odd places character by character.

use std::ops::Range;

use memchr::{memchr, memmem};

use super::options::Dialect;
use super::quoted;

/// Where a value's text is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Slot {
    /// In the record itself.
    Plain(Range<usize>),
    /// Made from the record, in the arena.
    Made(Range<usize>),
    /// Nothing between two delimiters.
    Nothing,
    /// Nothing between two quotes.
    Empty,
}

/// Why a record cannot be cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refused {
    TooManyColumns,
    TooLong,
    UnescapedQuote,
}

/// The values of the last record; reused from record to record.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    pub slots: Vec<Slot>,
    pub arena: String,
}

/// What is used of a dialect for every record, worked out once.
#[derive(Debug)]
pub(super) struct Cutter {
    pub dialect: Dialect,
    delimiter: String,
    quote: Option<String>,
    escape: Option<String>,
}

impl Cutter {
    pub fn new(dialect: &Dialect) -> Self {
        let text = |c: char| (c != '\0').then(|| c.to_string());
        Self {
            delimiter: dialect.delimiter.iter().collect(),
            quote: text(dialect.quote),
            escape: text(dialect.escape),
            dialect: dialect.clone(),
        }
    }

    /// Cuts a record, which has no line end behind it.
    pub fn cut(&self, record: &str, out: &mut Tokens) -> Result<(), Refused> {
        out.slots.clear();
        out.arena.clear();
        match &self.quote {
            Some(quote) if find(record, 0, quote).is_some() => self.with_quotes(record, out)?,
            _ => self.plain(record, 0, out),
        }
        self.check(record, out)
    }

    fn check(&self, record: &str, out: &Tokens) -> Result<(), Refused> {
        if out.slots.len() > self.dialect.max_columns {
            return Err(Refused::TooManyColumns);
        }
        let Some(most) = self.dialect.max_length else {
            return Ok(());
        };
        let long = |slot: &Slot| {
            out.text(record, slot)
                .is_some_and(|t| t.chars().count() > most)
        };
        if out.slots.iter().any(long) {
            return Err(Refused::TooLong);
        }
        Ok(())
    }

    /// Cuts at every delimiter from `at` on.
    fn plain(&self, record: &str, mut at: usize, out: &mut Tokens) {
        while let Some(end) = find(record, at, &self.delimiter) {
            self.push_plain(record, at..end, out);
            at = end + self.delimiter.len();
        }
        self.push_plain(record, at..record.len(), out);
    }

    fn push_plain(&self, record: &str, range: Range<usize>, out: &mut Tokens) {
        let range = self.trimmed(record, range);
        out.slots.push(if range.is_empty() {
            Slot::Nothing
        } else {
            Slot::Plain(range)
        });
    }

    fn trimmed(&self, record: &str, mut range: Range<usize>) -> Range<usize> {
        // Every character up to the blank counts as white, control characters too.
        let white = |byte: Option<&u8>| byte.is_some_and(|b| *b <= b' ');
        let bytes = record.as_bytes();
        if self.dialect.trim_leading {
            while !range.is_empty() && white(bytes.get(range.start)) {
                range.start += 1;
            }
        }
        if self.dialect.trim_trailing {
            while !range.is_empty() && white(bytes.get(range.end - 1)) {
                range.end -= 1;
            }
        }
        range
    }

    fn with_quotes(&self, record: &str, out: &mut Tokens) -> Result<(), Refused> {
        let quote = self.quote.as_deref().unwrap_or_default();
        let mut at = 0;
        loop {
            let start = if self.dialect.trim_leading {
                let bytes = record.as_bytes();
                let blanks = bytes.get(at..).unwrap_or_default().iter();
                at + blanks.take_while(|b| **b <= b' ').count()
            } else {
                at
            };
            let rest = record.get(start..).unwrap_or_default();
            if !rest.starts_with(quote) {
                let Some(end) = find(record, at, &self.delimiter) else {
                    self.push_plain(record, at..record.len(), out);
                    return Ok(());
                };
                self.push_plain(record, at..end, out);
                at = end + self.delimiter.len();
                continue;
            }
            let Some((slot, next)) = self.plainly_quoted(record, start + quote.len()) else {
                return quoted::cut_rest(&self.dialect, rest, out);
            };
            out.slots.push(slot);
            match next {
                Some(next) => at = next,
                None => return Ok(()),
            }
        }
    }

    /// A value that ends at the next quote and holds nothing odd; and where the value
    /// after it begins, if there is one.
    fn plainly_quoted(&self, record: &str, start: usize) -> Option<(Slot, Option<usize>)> {
        let quote = self.quote.as_deref()?;
        let end = find(record, start, quote)?;
        let behind = end + quote.len();
        let next = if behind == record.len() {
            None
        } else if record.get(behind..)?.starts_with(&self.delimiter) {
            Some(behind + self.delimiter.len())
        } else {
            return None;
        };
        if let Some(escape) = &self.escape
            && escape != quote
            && record.get(start..end)?.contains(escape.as_str())
        {
            return None;
        }
        let slot = if start == end {
            Slot::Empty
        } else {
            Slot::Plain(start..end)
        };
        Some((slot, next))
    }
}

impl Tokens {
    /// The text of a value; `None` where there is nothing.
    pub fn text<'a>(&'a self, record: &'a str, slot: &Slot) -> Option<&'a str> {
        match slot {
            Slot::Plain(range) => record.get(range.clone()),
            Slot::Made(range) => self.arena.get(range.clone()),
            Slot::Nothing | Slot::Empty => None,
        }
    }
}

fn find(text: &str, from: usize, what: &str) -> Option<usize> {
    let rest = text.as_bytes().get(from..)?;
    let found = match what.as_bytes() {
        [one] => memchr(*one, rest),
        several => memmem::find(rest, several),
    };
    found.map(|at| from + at)
}
