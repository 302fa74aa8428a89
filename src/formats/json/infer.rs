//! The schema of JSON records, found by reading them all.

use std::collections::BTreeMap;

use super::error::{invalid_record_type, malformed_in_inference};
use super::options::JsonOptions;
use super::token::{Malformed, Scan, Token, Tokens};
use crate::error::{Result, SparkError, quoted};
use crate::formats::encoding::Encoding;
use crate::formats::scalars::Scalars;
use crate::formats::{ParseMode, lines, number};
use crate::types::{DataType, StructField, StructType};

const MAX_PRECISION: i64 = 38;
/// Digits of the largest long.
const LONG_DIGITS: i64 = 20;

/// What was seen of a value, in as many records as have it.
#[derive(Debug, Clone, PartialEq)]
enum Seen {
    Null,
    Boolean,
    Long,
    Double,
    Decimal { precision: i64, scale: i64 },
    Text,
    Timestamp,
    List(Box<Seen>),
    Object(Members),
}

#[derive(Debug, Clone, PartialEq, Default)]
struct Members {
    by_name: BTreeMap<String, Seen>,
    /// A name that one object has twice.
    repeated: Option<String>,
}

/// Reads records and keeps what their common schema must be.
pub struct SchemaInference {
    options: JsonOptions,
    scalars: Scalars,
    root: Members,
    fatal: Option<SparkError>,
}

/// The schema of all records in `files`, each the whole content of a file.
///
/// With `case_sensitive` names that differ in case only are two columns; without, an error.
pub fn infer_schema<B: AsRef<[u8]>>(
    files: impl IntoIterator<Item = B>,
    options: &JsonOptions,
    case_sensitive: bool,
) -> Result<StructType> {
    let mut inference = SchemaInference::new(options)?;
    for file in files {
        inference.add_file(file.as_ref())?;
    }
    inference.finish(case_sensitive)
}

impl SchemaInference {
    pub fn new(options: &JsonOptions) -> Result<Self> {
        options.refuse_whole()?;
        // Spark takes such a ratio for the whole.
        if options.sampling_ratio <= 0.99 {
            return Err(SparkError::not_implemented(
                "the JSON option samplingRatio below 1",
            ));
        }
        let scalars = Scalars::new(&options.date_time_forms());
        Ok(Self {
            options: options.clone(),
            scalars,
            root: Members::default(),
            fatal: None,
        })
    }

    /// Takes the whole content of a file.
    pub fn add_file(&mut self, bytes: &[u8]) -> Result<()> {
        if self.options.multi_line {
            return self.add_record(bytes);
        }
        let separator = self.options.line_sep.clone();
        let mut at = 0;
        while at < bytes.len() {
            let (end, next) = match &separator {
                Some(separator) => lines::separated(bytes, at, separator),
                None => lines::line(bytes, at),
            };
            self.add_record(bytes.get(at..end).unwrap_or_default())?;
            at = next;
        }
        Ok(())
    }

    /// Takes one record.
    pub fn add_record(&mut self, bytes: &[u8]) -> Result<()> {
        let seen = match self.options.encoding.or_else(|| Encoding::detect(bytes)) {
            None => self.seen(bytes),
            Some(encoding) => match encoding.decode(bytes) {
                Some(text) => self.seen(text.as_bytes()),
                None => Err(Malformed::new("Invalid encoding")),
            },
        };
        if let Some(error) = self.fatal.take() {
            return Err(error);
        }
        match seen {
            Ok(seen) => self.merge_root(seen),
            Err(_) => match self.options.mode {
                ParseMode::Permissive => {
                    self.add_corrupt_column(true);
                    Ok(())
                }
                ParseMode::DropMalformed | ParseMode::KeepAside => Ok(()),
                ParseMode::FailFast => Err(malformed_in_inference(
                    &self.options.column_name_of_corrupt_record,
                )),
            },
        }
    }

    /// `malformed`: the column gets a string, even where records have a field of its name.
    fn add_corrupt_column(&mut self, malformed: bool) {
        let name = self.options.column_name_of_corrupt_record.clone();
        match self.root.by_name.get_mut(&name) {
            Some(seen) if malformed => seen.merge(Seen::Text),
            Some(_) => {}
            None => {
                self.root.by_name.insert(name, Seen::Text);
            }
        }
    }

    fn merge_root(&mut self, seen: Seen) -> Result<()> {
        match seen {
            Seen::List(item) => self.merge_root(*item),
            Seen::Object(members) => {
                self.root.merge(members);
                Ok(())
            }
            Seen::Null => Ok(()),
            other => match self.options.mode {
                ParseMode::Permissive => {
                    self.add_corrupt_column(false);
                    Ok(())
                }
                ParseMode::DropMalformed | ParseMode::KeepAside => Ok(()),
                ParseMode::FailFast => {
                    let found = other.canonical(false).unwrap_or(DataType::Null);
                    Err(invalid_record_type(&found))
                }
            },
        }
    }

    fn seen(&mut self, bytes: &[u8]) -> Scan<Seen> {
        let lexical = self.options.lexical.clone();
        let mut tokens = Tokens::new(bytes, &lexical);
        tokens.advance()?;
        self.value(&mut tokens)
    }

    fn value(&mut self, tokens: &mut Tokens) -> Scan<Seen> {
        if tokens.current() == Some(Token::FieldName) {
            tokens.advance()?;
        }
        let as_text = self.options.primitives_as_string;
        match tokens.current() {
            None | Some(Token::Null) => Ok(Seen::Null),
            Some(Token::String) => {
                let text = tokens.text()?.to_string();
                Ok(self.text(&text))
            }
            Some(Token::StartObject) => self.object(tokens),
            Some(Token::StartArray) => {
                let mut item = Seen::Null;
                while tokens.next_until(Token::EndArray)? {
                    item.merge(self.value(tokens)?);
                }
                Ok(Seen::List(Box::new(item)))
            }
            Some(Token::True | Token::False | Token::Int | Token::Float) if as_text => {
                Ok(Seen::Text)
            }
            Some(Token::True | Token::False) => Ok(Seen::Boolean),
            Some(token @ (Token::Int | Token::Float)) => {
                let text = tokens.text()?.to_string();
                self.number(&text, token)
            }
            Some(_) => Err(Malformed::new("Failed to parse JSON")),
        }
    }

    fn object(&mut self, tokens: &mut Tokens) -> Scan<Seen> {
        let mut members = Members::default();
        while tokens.next_until(Token::EndObject)? {
            let name = tokens.name().unwrap_or_default().to_string();
            let seen = self.value(tokens)?;
            if let Some(before) = members.by_name.insert(name.clone(), seen) {
                members.repeated.get_or_insert_with(|| name.clone());
                members.by_name.insert(name, before);
            }
        }
        Ok(Seen::Object(members))
    }

    fn text(&mut self, text: &str) -> Seen {
        if text.is_empty() {
            return Seen::Null;
        }
        if self.options.prefers_decimal
            && let Some((precision, scale)) = number::precision_and_scale(&text.replace(',', ""))
            && (0..=precision).contains(&scale)
            && precision <= MAX_PRECISION
        {
            return Seen::Decimal { precision, scale };
        }
        if self.options.infer_timestamp
            && (self.scalars.strict_timestamp(text).is_some() || self.scalars.take_time_only())
        {
            return Seen::Timestamp;
        }
        Seen::Text
    }

    fn number(&mut self, text: &str, token: Token) -> Scan<Seen> {
        if token == Token::Int && text.parse::<i64>().is_ok() {
            return Ok(Seen::Long);
        }
        if token == Token::Float && !self.options.prefers_decimal {
            return Ok(Seen::Double);
        }
        let Some((precision, scale)) = number::precision_and_scale(text) else {
            return Err(Malformed::new("not a number"));
        };
        let precision = precision.max(scale);
        if precision > MAX_PRECISION {
            return Ok(Seen::Double);
        }
        if scale < 0 {
            let parameters = [
                ("scale", scale.to_string()),
                (
                    "sqlConf",
                    "\"spark.sql.legacy.allowNegativeScaleOfDecimal\"".to_string(),
                ),
            ];
            let borrowed: Vec<_> = parameters.iter().map(|(k, v)| (*k, v.as_str())).collect();
            let error = SparkError::new("NEGATIVE_SCALE_DISALLOWED", &borrowed);
            self.fatal.get_or_insert(error);
        }
        Ok(Seen::Decimal { precision, scale })
    }

    /// The type of one value, whatever it is.
    pub fn type_of(&mut self, bytes: &[u8]) -> Result<Result<DataType, Malformed>> {
        let seen = self.seen(bytes);
        if let Some(error) = self.fatal.take() {
            return Err(error);
        }
        let drops = self.options.drop_field_if_all_null;
        Ok(seen.map(|seen| match seen {
            Seen::Object(members) if members.by_name.is_empty() => {
                DataType::Struct(StructType::default())
            }
            seen => seen.canonical(drops).unwrap_or(DataType::String),
        }))
    }

    /// The schema of the records taken.
    pub fn finish(self, case_sensitive: bool) -> Result<StructType> {
        self.root.check_names(case_sensitive)?;
        let schema = Seen::Object(self.root).canonical(self.options.drop_field_if_all_null);
        match schema {
            Some(DataType::Struct(fields)) => Ok(fields),
            _ => Ok(StructType::default()),
        }
    }
}

impl Members {
    fn merge(&mut self, other: Self) {
        for (name, seen) in other.by_name {
            match self.by_name.get_mut(&name) {
                Some(before) => before.merge(seen),
                None => {
                    self.by_name.insert(name, seen);
                }
            }
        }
        if self.repeated.is_none() {
            self.repeated = other.repeated;
        }
    }

    fn check_names(&self, case_sensitive: bool) -> Result<()> {
        let mut repeated = self.repeated.clone();
        if !case_sensitive {
            let mut lower: Vec<_> = self
                .by_name
                .keys()
                .map(|name| name.to_lowercase())
                .collect();
            lower.sort_unstable();
            let pair = lower.windows(2).find(|pair| pair.first() == pair.last());
            repeated = repeated.or_else(|| pair.and_then(|pair| pair.first().cloned()));
        }
        match repeated {
            None => Ok(()),
            Some(name) => {
                let shown = if case_sensitive {
                    name
                } else {
                    name.to_lowercase()
                };
                let parameters = [("columnName", quoted(&[shown]))];
                let borrowed: Vec<_> = parameters.iter().map(|(k, v)| (*k, v.as_str())).collect();
                Err(SparkError::new("COLUMN_ALREADY_EXISTS", &borrowed))
            }
        }
    }
}

impl Seen {
    /// Widens to what holds both.
    fn merge(&mut self, other: Self) {
        match (&mut *self, other) {
            (_, Self::Null) => {}
            (Self::Null, other) => *self = other,
            (Self::Object(members), Self::Object(others)) => members.merge(others),
            (Self::List(item), Self::List(other)) => item.merge(*other),
            (before, other) => {
                if *before != other {
                    *self = before.common(&other);
                }
            }
        }
    }

    fn common(&self, other: &Self) -> Self {
        match (self.digits(), other.digits()) {
            _ if matches!((self, other), (Self::Double, _)) && other.is_number() => Self::Double,
            _ if matches!((self, other), (_, Self::Double)) && self.is_number() => Self::Double,
            (Some((whole, scale)), Some((other_whole, other_scale))) => {
                let (whole, scale) = (whole.max(other_whole), scale.max(other_scale));
                if whole + scale > MAX_PRECISION {
                    return Self::Double;
                }
                Self::Decimal {
                    precision: whole + scale,
                    scale,
                }
            }
            _ => Self::Text,
        }
    }

    fn is_number(&self) -> bool {
        *self == Self::Double || self.digits().is_some()
    }

    /// Digits before and behind the point, of exact numbers.
    fn digits(&self) -> Option<(i64, i64)> {
        match self {
            Self::Long => Some((LONG_DIGITS, 0)),
            Self::Decimal { precision, scale } => Some((precision - scale, *scale)),
            _ => None,
        }
    }

    /// The type, without objects that have no fields; `None` where nothing is left.
    fn canonical(self, drop_nulls: bool) -> Option<DataType> {
        Some(match self {
            Self::Null if drop_nulls => return None,
            Self::Null | Self::Text => DataType::String,
            Self::Boolean => DataType::Boolean,
            Self::Long => DataType::Long,
            Self::Double => DataType::Double,
            Self::Decimal { precision, scale } => DataType::Decimal {
                precision: u8::try_from(precision).ok()?,
                scale: i8::try_from(scale).ok()?,
            },
            Self::Timestamp => DataType::Timestamp,
            Self::List(item) => DataType::Array {
                element: Box::new(item.canonical(drop_nulls)?),
                contains_null: true,
            },
            Self::Object(members) => {
                let fields: Vec<_> = members
                    .by_name
                    .into_iter()
                    .filter(|(name, _)| !name.is_empty())
                    .filter_map(|(name, seen)| {
                        Some(StructField::new(name, seen.canonical(drop_nulls)?, true))
                    })
                    .collect();
                if fields.is_empty() {
                    return None;
                }
                DataType::Struct(StructType::new(fields))
            }
        })
    }
}
