//! `from_avro`, `to_avro` and `schema_of_avro`: values of Avro in columns of bytes.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BinaryBuilder};

use super::check::{Check, Matching};
use super::column::Column;
use super::decode::Decode;
use super::encode::Encode;
use super::encoder::Encoder;
use super::of_type::schema_of;
use super::options::{AvroSettings, ReadOptions};
use super::rebase::{Mode, Rebase};
use super::resolve::Resolver;
use super::schema::Schema;
use super::sql_type::{TypeRules, incompatible, sql_type};
use super::wire::{Cursor, Malformed};
use crate::error::{ErrorClass, Result, SparkError};
use crate::formats::OptionMap;
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

/// Where the schema comes from that a value was written by.
#[derive(Debug, Clone)]
enum Written {
    /// Of all values.
    Fixed(Arc<Schema>),
    /// It is no schema: no value can be read.
    Refused(SparkError),
}

/// Reads values out of bytes.
#[derive(Debug)]
pub struct FromAvro {
    pub returns: DataType,
    mode: ParseMode,
    rules: TypeRules,
    /// Why no value can be read, or how.
    plan: Result<Decode, SparkError>,
    /// A null in a union is not null at the top.
    zero: Option<Zero>,
}

/// What Spark makes of a null at the top: it is read as a number, where it is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Zero {
    Number,
    Malformed,
}

impl FromAvro {
    pub fn new(json: &str, options: &OptionMap, settings: &AvroSettings) -> Result<Self> {
        let options = ReadOptions::new(options, settings)?;
        let written = match (Schema::parse(json), &options.schema) {
            (Ok(schema), _) => Written::Fixed(Arc::new(schema)),
            // With another schema to read by, Spark looks at this one late.
            (Err(error), Some(_)) => Written::Refused(error),
            (Err(error), None) => return Err(error),
        };
        let reader = match (&options.schema, &written) {
            (Some(schema), _) | (None, Written::Fixed(schema)) => Arc::clone(schema),
            (None, Written::Refused(error)) => return Err(error.clone()),
        };
        let found = sql_type(&reader, reader.root(), &options.rules)?.data_type;
        known_mode("from_avro", options.mode)?;
        let returns = match options.mode {
            ParseMode::Permissive => found.as_nullable(),
            _ => found,
        };
        let plan = match written {
            Written::Fixed(writer) => plan(&writer, &reader, &returns, &options, settings),
            Written::Refused(error) => Err(error),
        };
        Ok(Self {
            zero: zero_of(&reader, &returns),
            returns,
            mode: options.mode,
            rules: options.rules,
            plan,
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
            Ok(plan) => plan.value(&mut Cursor::new(bytes), out),
            Err(error) => Err(Malformed::new(error.message())),
        };
        let reason = match read {
            Ok(()) if !out.is_last_null() => return Ok(()),
            Ok(()) => match self.zero {
                None => return Ok(()),
                Some(Zero::Number) => {
                    out.truncate(before);
                    out.push_zero();
                    return Ok(());
                }
                Some(Zero::Malformed) => "a null at the top".to_string(),
            },
            Err(Malformed::Refused(error)) => return Err(error),
            Err(Malformed::Bytes(reason)) => reason,
            Err(Malformed::Ancient) => "a date or a timestamp of an old calendar".to_string(),
        };
        out.truncate(before);
        match (self.mode, &self.returns) {
            (ParseMode::FailFast, _) => return Err(malformed(&reason)),
            (_, DataType::Struct(_)) => out.push_empty_struct(),
            _ => out.push_null(),
        }
        Ok(())
    }
}

fn malformed(reason: &str) -> SparkError {
    let text = "Malformed records are detected in record parsing. Current parse Mode: FAILFAST. \
                To process malformed records as null result, try setting the option 'mode' as \
                'PERMISSIVE'.";
    SparkError::plain(ErrorClass::SparkRuntime, text)
        .with_context(&format!("\nCaused by: {reason}"))
}

fn plan(
    writer: &Arc<Schema>,
    reader: &Arc<Schema>,
    returns: &DataType,
    options: &ReadOptions,
    settings: &AvroSettings,
) -> Result<Decode> {
    let matching = Matching {
        by_position: false,
        case_sensitive: settings.case_sensitive,
    };
    let check = Check {
        schema: reader,
        rules: &options.rules,
        matching,
        lenient: settings.lenient,
    };
    check.root(returns)?;
    let Some(mode) = options.rebase else {
        return Err(incompatible("no such mode of rebasing"));
    };
    let resolver = Resolver {
        writer,
        reader,
        matching,
        rebase: Rebase {
            mode,
            zone: settings.zone,
        },
    };
    resolver.plan(returns)
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
}

impl ToAvro {
    /// Without a schema, the type's own.
    pub fn new(
        held: &DataType,
        nullable: bool,
        json: Option<&str>,
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
        Ok(Self {
            encode: encoder.root(held)?,
        })
    }

    /// The bytes of each value; a null stays one.
    pub fn write(&self, values: &dyn Array) -> Result<ArrayRef> {
        let mut out = BinaryBuilder::with_capacity(values.len(), values.len() * 16);
        let mut bytes = Vec::new();
        let nulls = values.logical_nulls();
        for row in 0..values.len() {
            if nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
                out.append_null();
                continue;
            }
            bytes.clear();
            self.encode.put(values, row, &mut bytes)?;
            out.append_value(&bytes);
        }
        Ok(Arc::new(out.finish()))
    }
}
