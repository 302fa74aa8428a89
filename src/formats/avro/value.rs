//! `from_avro`, `to_avro` and `schema_of_avro`: values of Avro in columns of bytes.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BinaryBuilder};

use super::check::{Check, Matching};
use super::decode::Decode;
use super::encode::Encode;
use super::encoder::Encoder;
use super::framed::{self, Framed};
use super::of_type::schema_of;
use super::options::{AvroSettings, ReadOptions};
use super::rebase::{Mode, Rebase};
use super::registry::Registry;
use super::resolve::Resolver;
use super::schema::Schema;
use super::sql_type::{incompatible, sql_type};
use super::wire::{Cursor, Malformed};
use crate::error::{ErrorClass, Result, SparkError};
use crate::formats::OptionMap;
use crate::formats::growing::Column;
use crate::formats::options::ParseMode;
use crate::types::DataType;

/// The SQL type of a schema, as `schema_of_avro` gives it.
pub fn type_text(json: &str, options: &OptionMap, settings: &AvroSettings) -> Result<String> {
    let options = ReadOptions::new(options, settings)?;
    let schema = match &options.schema {
        Some(schema) => Arc::clone(schema),
        None => Arc::new(Schema::parse(json)?),
    };
    known_mode("schema_of_avro", options.mode)?;
    let found = sql_type(&schema, schema.root(), &options.rules)?.data_type;
    Ok(match options.mode {
        ParseMode::Permissive => found.as_nullable(),
        _ => found,
    }
    .sql())
}

/// Refuses the mode that leaves records out: a column has a value in every row.
fn known_mode(function: &str, mode: ParseMode) -> Result<()> {
    match mode {
        ParseMode::DropMalformed | ParseMode::KeepAside => Err(SparkError::new(
            "PARSE_MODE_UNSUPPORTED",
            &[
                ("funcName", &format!("`{function}`")),
                ("mode", "DROPMALFORMED"),
            ],
        )),
        ParseMode::Permissive | ParseMode::FailFast => Ok(()),
    }
}

/// Reads values out of bytes.
#[derive(Debug)]
pub struct FromAvro {
    pub returns: DataType,
    mode: ParseMode,
    plan: Plan,
    /// A null in a union is not null at the top.
    zero: Option<Zero>,
}

#[derive(Debug)]
enum Plan {
    /// All values are read alike.
    Fixed(Decode),
    /// None can be read.
    Refused(SparkError),
    /// Each names the schema that it was written by.
    Framed(Box<Framed>),
}

/// What Spark makes of a null at the top: it is read as a number, where it is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Zero {
    Number,
    Malformed,
}

impl FromAvro {
    pub fn new(json: &str, map: &OptionMap, settings: &AvroSettings) -> Result<Self> {
        let options = ReadOptions::new(map, settings)?;
        let registry = Registry::of(map)?;
        let written = match (&registry, map.get("subject")) {
            (None, _) => Schema::parse(json).map(Arc::new),
            // What all values are read by, whichever schema they were written by.
            (Some(registry), Some(subject)) if json.is_empty() => registry.latest(subject),
            (Some(_), _) => Schema::parse(json).map(Arc::new),
        };
        let reader = match &options.schema {
            Some(schema) => Arc::clone(schema),
            None => written.clone()?,
        };
        let found = sql_type(&reader, reader.root(), &options.rules)?.data_type;
        known_mode("from_avro", options.mode)?;
        let returns = match options.mode {
            ParseMode::Permissive => found.as_nullable(),
            _ => found,
        };
        let (zero, mode) = (zero_of(&reader, &returns), options.mode);
        let planner = Planner {
            reader,
            returns: returns.clone(),
            options,
            settings: settings.clone(),
        };
        let plan = match (registry, written) {
            (Some(registry), _) => Plan::Framed(Box::new(Framed::new(registry, planner))),
            // With another schema to read by, Spark looks at this one late.
            (None, Err(error)) => Plan::Refused(error),
            (None, Ok(writer)) => match planner.plan(&writer) {
                Ok(plan) => Plan::Fixed(plan),
                Err(error) => Plan::Refused(error),
            },
        };
        Ok(Self {
            returns,
            mode,
            plan,
            zero,
        })
    }

    /// The values of an array of bytes.
    pub fn read(&self, bytes: &dyn Array) -> Result<ArrayRef> {
        let mut out = Column::new(&self.returns)?;
        let bytes = bytes.as_binary::<i32>();
        for row in 0..bytes.len() {
            match bytes.is_null(row) {
                true => out.push_null(),
                false => self.value(bytes.value(row), &mut out)?,
            }
        }
        out.finish()
    }

    fn value(&self, bytes: &[u8], out: &mut Column) -> Result<()> {
        let before = out.len();
        let read = match &self.plan {
            Plan::Fixed(plan) => plan.value(&mut Cursor::new(bytes), out),
            Plan::Refused(error) => Err(Malformed::new(error.message())),
            Plan::Framed(framed) => framed.value(bytes, out),
        };
        let error = match read {
            Ok(()) if !out.is_last_null() => return Ok(()),
            Ok(()) => match self.zero {
                // A struct of no fields is always there.
                None if is_empty(&self.returns) => {
                    out.truncate(before);
                    out.push_empty_struct();
                    return Ok(());
                }
                None => return Ok(()),
                Some(Zero::Number) => {
                    out.truncate(before);
                    out.push_zero();
                    return Ok(());
                }
                Some(Zero::Malformed) => malformed("a null at the top"),
            },
            Err(Malformed::Refused(error)) => return Err(error),
            Err(Malformed::Row(error)) => error,
            Err(Malformed::Bytes(reason)) => malformed(&reason),
            Err(Malformed::Ancient) => malformed("a date or a timestamp of an old calendar"),
        };
        out.truncate(before);
        match (self.mode, &self.returns) {
            (ParseMode::FailFast, _) => return Err(error),
            (_, DataType::Struct(_)) => out.push_empty_struct(),
            _ => out.push_null(),
        }
        Ok(())
    }
}

fn is_empty(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Struct(fields) if fields.is_empty())
}

fn malformed(reason: &str) -> SparkError {
    let text = "Malformed records are detected in record parsing. Current parse Mode: FAILFAST. \
                To process malformed records as null result, try setting the option 'mode' as \
                'PERMISSIVE'.";
    SparkError::plain(ErrorClass::SparkRuntime, text)
        .with_context(&format!("\nCaused by: {reason}"))
}

/// Makes plans for the schemas of writers.
#[derive(Debug)]
pub struct Planner {
    reader: Arc<Schema>,
    returns: DataType,
    options: ReadOptions,
    settings: AvroSettings,
}

impl Planner {
    pub fn plan(&self, writer: &Arc<Schema>) -> Result<Decode> {
        let matching = Matching {
            by_position: false,
            case_sensitive: self.settings.case_sensitive,
        };
        let check = Check {
            schema: &self.reader,
            rules: &self.options.rules,
            matching,
            lenient: self.settings.lenient,
        };
        check.root(&self.returns)?;
        let Some(mode) = self.options.rebase else {
            return Err(incompatible("no such mode of rebasing"));
        };
        let resolver = Resolver {
            writer,
            reader: &self.reader,
            matching,
            rebase: Rebase {
                mode,
                zone: self.settings.zone,
            },
        };
        resolver.plan(&self.returns)
    }
}

/// A null at the top is a value of Java's where the type is a single one.
fn zero_of(reader: &Schema, returns: &DataType) -> Option<Zero> {
    let single = match reader.branches(reader.root()) {
        None => !reader.is_null(reader.root()),
        Some(there) => there.len() == 1,
    };
    if !single {
        return None;
    }
    Some(match returns {
        DataType::Boolean
        | DataType::Integer
        | DataType::Long
        | DataType::Float
        | DataType::Double
        | DataType::Date
        | DataType::Timestamp
        | DataType::TimestampNtz
        | DataType::YearMonthInterval { .. }
        | DataType::DayTimeInterval { .. } => Zero::Number,
        _ => Zero::Malformed,
    })
}

/// Writes values as bytes.
#[derive(Debug)]
pub struct ToAvro {
    encode: Encode,
    /// What stands before each value.
    frame: Vec<u8>,
}

impl ToAvro {
    /// Without a schema, the type's own.
    pub fn new(
        held: &DataType,
        nullable: bool,
        json: Option<&str>,
        map: &OptionMap,
        settings: &AvroSettings,
    ) -> Result<Self> {
        let schema = match json {
            Some(json) => Schema::parse(json)?,
            None => schema_of(held, nullable, "topLevelRecord", "")?,
        };
        let encoder = Encoder {
            schema: &schema,
            matching: Matching {
                by_position: false,
                case_sensitive: settings.case_sensitive,
            },
            rebase: Rebase {
                mode: Mode::of(&settings.rebase_write).unwrap_or(Mode::Exception),
                zone: settings.zone,
            },
        };
        let encode = encoder.root(held)?;
        let frame = match Registry::of(map)? {
            Some(registry) => framed::frame(&registry, map, &schema)?,
            None => Vec::new(),
        };
        Ok(Self { encode, frame })
    }

    /// The bytes of each value; a null stays one.
    pub fn write(&self, values: &dyn Array) -> Result<ArrayRef> {
        let mut out = BinaryBuilder::with_capacity(values.len(), values.len() * 16);
        let mut bytes = self.frame.clone();
        let nulls = values.logical_nulls();
        for row in 0..values.len() {
            if nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
                out.append_null();
                continue;
            }
            bytes.truncate(self.frame.len());
            self.encode.put(values, row, &mut bytes)?;
            out.append_value(&bytes);
        }
        Ok(Arc::new(out.finish()))
    }
}
