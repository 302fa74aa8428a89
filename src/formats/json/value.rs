//! The general decoder: any record, by Spark's rules for what does not fit.
//!
//! A field whose value cannot be converted is null and the rest of its record is kept; a
//! record that is no JSON has no fields at all. What lies between follows from the
//! tokenizer's habits (see `token`). Rows are made as [`Datum`]s, since a later field may
//! overwrite an earlier one of the same name.

use hashbrown::HashMap;

use super::token::{Lexical, Malformed, Token, Tokens};
use crate::error::{Result, SparkError};
use crate::formats::columns::Datum;
use crate::formats::scalars::Scalars;
use crate::types::{DataType, StructType};

/// What became of one record.
#[derive(Debug)]
pub(super) enum Record {
    Rows(Vec<Datum>),
    /// Not as it should be; `partial` holds the rows that could be saved.
    Bad {
        partial: Vec<Datum>,
        reason: Reason,
    },
}

/// Why a value or a record is bad, for the error of a failing query.
#[derive(Debug, Clone)]
pub(super) enum Reason {
    Malformed(Malformed),
    /// An empty string where the type wants something.
    EmptyField(DataType),
    /// A value of a kind that the type does not take.
    Field {
        name: String,
        value: String,
        token: Token,
        data_type: DataType,
    },
    /// A string or number that says nothing in this type.
    Text {
        value: String,
        data_type: DataType,
    },
    /// A string in a column of floating-point numbers.
    NoNumber {
        name: String,
        value: String,
        data_type: DataType,
    },
    RootIsNull,
}

pub(super) struct Failure {
    pub partial: Option<Datum>,
    pub reason: Reason,
}

pub(super) type Convert<T> = std::result::Result<T, Failure>;

impl From<Malformed> for Failure {
    fn from(malformed: Malformed) -> Self {
        Self {
            partial: None,
            reason: Reason::Malformed(malformed),
        }
    }
}

impl From<Reason> for Failure {
    fn from(reason: Reason) -> Self {
        Self {
            partial: None,
            reason,
        }
    }
}

#[derive(Debug)]
struct Fields {
    slots: HashMap<String, usize>,
    types: Vec<Kind>,
}

/// A type, made ready for conversion.
#[derive(Debug)]
enum Kind {
    Scalar(DataType),
    List(Box<Kind>, DataType),
    Map(Box<Kind>, DataType),
    Struct(Fields, DataType),
}

impl Fields {
    fn new(schema: &StructType) -> Self {
        let slots = schema
            .fields
            .iter()
            .enumerate()
            .map(|(i, f)| (f.name.clone(), i))
            .collect();
        Self {
            slots,
            types: schema
                .fields
                .iter()
                .map(|f| Kind::new(&f.data_type))
                .collect(),
        }
    }
}

impl Kind {
    fn new(data_type: &DataType) -> Self {
        let whole = data_type.clone();
        match data_type {
            DataType::Array { element, .. } => Self::List(Box::new(Self::new(element)), whole),
            DataType::Map { value, .. } => Self::Map(Box::new(Self::new(value)), whole),
            DataType::Struct(fields) => Self::Struct(Fields::new(fields), whole),
            _ => Self::Scalar(whole),
        }
    }

    fn data_type(&self) -> &DataType {
        match self {
            Self::Scalar(t) | Self::List(_, t) | Self::Map(_, t) | Self::Struct(_, t) => t,
        }
    }
}

pub(super) struct RecordDecoder {
    root: Kind,
    lexical: Lexical,
    exact_text: bool,
}

impl RecordDecoder {
    pub fn new(schema: &StructType, lexical: &Lexical, exact_text: bool) -> Self {
        let root = Kind::new(&DataType::Struct(schema.clone()));
        Self {
            root,
            lexical: lexical.clone(),
            exact_text,
        }
    }

    /// Decodes one record: an object, or an array of objects.
    pub fn record(&self, bytes: &[u8], scalars: &mut Scalars) -> Result<Record> {
        let tokens = Tokens::new(bytes, &self.lexical);
        let mut run = Run {
            tokens,
            scalars,
            exact_text: self.exact_text,
            fatal: None,
        };
        let record = match run.root(&self.root) {
            Ok(rows) => Record::Rows(rows),
            Err((partial, reason)) => Record::Bad { partial, reason },
        };
        if let Some(error) = run.fatal {
            return Err(error);
        }
        if scalars.take_time_only() {
            let what = "reading a time of day without a date as a timestamp from JSON";
            return Err(SparkError::not_implemented(what));
        }
        Ok(record)
    }
}

pub(super) struct Run<'a> {
    pub tokens: Tokens<'a>,
    pub scalars: &'a mut Scalars,
    /// Whether text columns take other values as they stand in the record.
    pub exact_text: bool,
    /// An error of the query, not of the record.
    pub fatal: Option<SparkError>,
}

impl Run<'_> {
    fn root(&mut self, kind: &Kind) -> std::result::Result<Vec<Datum>, (Vec<Datum>, Reason)> {
        let alone = |reason| (Vec::new(), reason);
        let first = self
            .tokens
            .advance()
            .map_err(|m| alone(Reason::Malformed(m)))?;
        match (first, kind) {
            (None, _) => Ok(Vec::new()),
            (Some(Token::Null), _) => Err(alone(Reason::RootIsNull)),
            (Some(Token::StartArray), _) => self.rows(kind),
            (Some(_), _) => match self.value(kind) {
                Ok(row) => Ok(vec![row]),
                Err(failure) => Err((failure.partial.into_iter().collect(), failure.reason)),
            },
        }
    }

    /// An array at the root: each element is a row.
    fn rows(&mut self, kind: &Kind) -> std::result::Result<Vec<Datum>, (Vec<Datum>, Reason)> {
        let (mut rows, mut bad) = (Vec::new(), None);
        let alone = |reason| (Vec::new(), reason);
        loop {
            match self.tokens.next_until(Token::EndArray) {
                Ok(true) => {}
                Ok(false) => break,
                Err(malformed) => return Err(alone(Reason::Malformed(malformed))),
            }
            match self.value(kind) {
                Ok(Datum::Null) => return Err(alone(Reason::RootIsNull)),
                Ok(row) => rows.push(row),
                Err(Failure {
                    partial: Some(row),
                    reason,
                }) => {
                    bad.get_or_insert(reason);
                    rows.push(row);
                }
                Err(failure) => return Err(alone(failure.reason)),
            }
        }
        match bad {
            None => Ok(rows),
            Some(reason) => Err((rows, reason)),
        }
    }

    fn value(&mut self, kind: &Kind) -> Convert<Datum> {
        if self.tokens.current() == Some(Token::FieldName) {
            self.tokens.advance()?;
        }
        let token = match self.tokens.current() {
            None | Some(Token::Null) => return Ok(Datum::Null),
            Some(token) => token,
        };
        match (kind, token) {
            (Kind::Struct(fields, _), Token::StartObject) => self.object(fields),
            (Kind::List(item, _), Token::StartArray) => self.list(item),
            (Kind::Map(value, _), Token::StartObject) => self.map(value),
            (Kind::Scalar(data_type), _) => self.scalar(data_type, token),
            _ => Err(self.refused(kind.data_type(), token)),
        }
    }

    fn object(&mut self, fields: &Fields) -> Convert<Datum> {
        let mut row = vec![Datum::Absent; fields.types.len()];
        let mut bad = None;
        while self.tokens.next_until(Token::EndObject)? {
            let slot = self
                .tokens
                .name()
                .and_then(|name| fields.slots.get(name))
                .copied();
            let Some((slot, kind)) = slot.and_then(|s| Some((s, fields.types.get(s)?))) else {
                self.tokens.skip_children()?;
                continue;
            };
            match self.value(kind) {
                Ok(value) => row[slot] = value,
                Err(Failure {
                    partial: Some(value),
                    reason,
                }) => {
                    bad.get_or_insert(reason);
                    row[slot] = value;
                }
                Err(failure) => {
                    bad.get_or_insert(failure.reason);
                    self.tokens.skip_children()?;
                }
            }
        }
        finished(Datum::Struct(row), bad)
    }

    fn list(&mut self, item: &Kind) -> Convert<Datum> {
        let (mut items, mut bad) = (Vec::new(), None);
        while self.tokens.next_until(Token::EndArray)? {
            match self.value(item) {
                Ok(value) => items.push(value),
                Err(Failure {
                    partial: Some(value),
                    reason,
                }) => {
                    bad.get_or_insert(reason);
                    items.push(value);
                }
                Err(failure) => return Err(failure),
            }
        }
        finished(Datum::List(items), bad)
    }

    /// An entry that cannot be converted costs the whole map; one that is only partly bad
    /// does not.
    fn map(&mut self, kind: &Kind) -> Convert<Datum> {
        let (mut entries, mut partly_bad, mut bad) = (Vec::new(), None, None);
        while self.tokens.next_until(Token::EndObject)? {
            let key = self.tokens.name().unwrap_or_default().to_string();
            match self.value(kind) {
                Ok(value) => entries.push((key, value)),
                Err(Failure {
                    partial: Some(value),
                    reason,
                }) => {
                    partly_bad.get_or_insert(reason);
                    entries.push((key, value));
                }
                Err(failure) => {
                    bad.get_or_insert(failure.reason);
                    self.tokens.skip_children()?;
                }
            }
        }
        match bad {
            Some(reason) => Err(Failure {
                partial: None,
                reason,
            }),
            None => finished(Datum::Map(entries), partly_bad),
        }
    }
}

fn finished(value: Datum, bad: Option<Reason>) -> Convert<Datum> {
    match bad {
        None => Ok(value),
        Some(reason) => Err(Failure {
            partial: Some(value),
            reason,
        }),
    }
}
