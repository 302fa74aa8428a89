//! The SQL type of a message, and with it how the values of its fields become that type.

use std::collections::HashMap;
use std::sync::Arc;

use super::options::Options;
use super::schema::{Field, Id, Kind, Message, Schema, Symbols};
use crate::error::{Result, SparkError};
use crate::types::{DataType, DayTimeField, StructField, StructType};

/// The only field of a message that has none, where such messages are kept.
const DUMMY: &str = "__dummy_field_in_empty_struct";

/// How a value goes into a column.
#[derive(Debug)]
pub enum How {
    Bool,
    Int,
    Long,
    /// Without a sign: 32 bits as a long, 64 as a decimal.
    UnsignedLong,
    UnsignedDecimal,
    Float,
    Double,
    /// A text or bytes.
    Bytes,
    Symbol(Arc<Symbols>),
    /// Seconds and nanoseconds, as microseconds.
    Micros,
    Json(Id),
    /// The only field of a message in place of it.
    Unwrap(Id, Box<How>),
    List(Box<How>),
    Map(Id, Box<[How; 2]>),
    Struct(Record),
}

/// The columns of a struct; one that no field has is null.
#[derive(Debug)]
pub struct Record {
    pub id: Id,
    pub columns: Vec<Option<(usize, How)>>,
}

/// The type of a message and how to make values of it.
pub fn sql_type(schema: &Schema, id: Id, options: &Options) -> Result<(StructType, Record)> {
    let walk = Walk { schema, options };
    let around = HashMap::from([(id, 1)]);
    let (fields, record) = walk.record(id, &around)?;
    match fields.is_empty() && options.keep_empty {
        true => Ok(hollow(id)),
        false => Ok((StructType::new(fields), record)),
    }
}

fn hollow(id: Id) -> (StructType, Record) {
    let field = StructField::new(DUMMY, DataType::String, true);
    let columns = vec![None];
    (StructType::new(vec![field]), Record { id, columns })
}

struct Walk<'a> {
    schema: &'a Schema,
    options: &'a Options,
}

/// How often each message is around what is looked at.
type Around = HashMap<Id, i32>;

impl Walk<'_> {
    fn record(&self, id: Id, around: &Around) -> Result<(Vec<StructField>, Record)> {
        let (mut fields, mut columns) = (Vec::new(), Vec::new());
        for (at, field) in self.schema.message(id).fields.iter().enumerate() {
            let Some((data_type, how)) = self.any(field, around)? else {
                continue;
            };
            let is_map = matches!(data_type, DataType::Map { .. });
            let (data_type, how) = match field.repeated && !is_map {
                true => (list(data_type), How::List(Box::new(how))),
                false => (data_type, how),
            };
            let nullable = is_map || field.repeated || !field.required;
            fields.push(StructField::new(&field.name, data_type, nullable));
            columns.push(Some((at, how)));
        }
        Ok((fields, Record { id, columns }))
    }

    /// One value of a field; `None` for a message that lies too deep within itself, and for
    /// what holds nothing else.
    fn any(&self, field: &Field, around: &Around) -> Result<Option<(DataType, How)>> {
        let upcast = self.options.upcast_unsigned;
        Ok(Some(match &field.kind {
            Kind::Uint32 if upcast => (DataType::Long, How::UnsignedLong),
            Kind::Int32 | Kind::Uint32 | Kind::Sint32 | Kind::Fixed32 | Kind::Sfixed32 => {
                (DataType::Integer, How::Int)
            }
            Kind::Uint64 if upcast => (unsigned(), How::UnsignedDecimal),
            Kind::Int64 | Kind::Uint64 | Kind::Sint64 | Kind::Fixed64 | Kind::Sfixed64 => {
                (DataType::Long, How::Long)
            }
            Kind::Float => (DataType::Float, How::Float),
            Kind::Double => (DataType::Double, How::Double),
            Kind::Bool => (DataType::Boolean, How::Bool),
            Kind::Text => (DataType::String, How::Bytes),
            Kind::Bytes => (DataType::Binary, How::Bytes),
            Kind::Enum(_) if self.options.enums_as_ints => (DataType::Integer, How::Int),
            Kind::Enum(symbols) => (DataType::String, How::Symbol(Arc::clone(symbols))),
            Kind::Message(id) | Kind::Group(id) => return self.held(field, *id, around),
        }))
    }

    fn held(&self, field: &Field, id: Id, around: &Around) -> Result<Option<(DataType, How)>> {
        let message = self.schema.message(id);
        if is_moment(message, "Duration") {
            return Ok(Some((span(), How::Micros)));
        }
        if is_moment(message, "Timestamp") {
            return Ok(Some((DataType::Timestamp, How::Micros)));
        }
        if self.options.any_as_json && message.full_name == "google.protobuf.Any" {
            return Ok(Some((DataType::String, How::Json(id))));
        }
        if self.options.unwrap && is_wrapper(&message.full_name) {
            let inner = match message.fields.first() {
                Some(value) => self.any(value, around)?,
                None => None,
            };
            return Ok(inner.map(|(kind, how)| (kind, How::Unwrap(id, Box::new(how)))));
        }
        if field.map {
            return self.map(id, message, around);
        }
        let depth = around.get(&id).copied().unwrap_or(0);
        let most = self.options.depth;
        if depth > 0 && !(1..=10).contains(&most) {
            return Err(SparkError::new(
                "RECURSIVE_PROTOBUF_SCHEMA",
                &[("fieldDescriptor", &field.full_name)],
            ));
        }
        if depth > 0 && depth >= most {
            return Ok(None);
        }
        let mut inside = around.clone();
        inside.insert(id, depth + 1);
        let (fields, record) = self.record(id, &inside)?;
        let (found, record) = match (fields.is_empty(), self.options.keep_empty) {
            (true, false) => return Ok(None),
            (true, true) => hollow(id),
            (false, _) => (StructType::new(fields), record),
        };
        Ok(Some((DataType::Struct(found), How::Struct(record))))
    }

    fn map(&self, id: Id, entry: &Message, around: &Around) -> Result<Option<(DataType, How)>> {
        let part = |at: usize| match entry.fields.get(at) {
            Some(field) => self.any(field, around),
            None => Ok(None),
        };
        let (Some((key, key_how)), Some((value, value_how))) = (part(0)?, part(1)?) else {
            return Ok(None);
        };
        let data_type = DataType::Map {
            key: Box::new(key),
            value: Box::new(value),
            value_contains_null: false,
        };
        let parts = Box::new([key_how, value_how]);
        Ok(Some((data_type, How::Map(id, parts))))
    }
}

fn list(element: DataType) -> DataType {
    DataType::Array {
        element: Box::new(element),
        contains_null: false,
    }
}

fn unsigned() -> DataType {
    DataType::Decimal {
        precision: 20,
        scale: 0,
    }
}

fn span() -> DataType {
    DataType::DayTimeInterval {
        start: DayTimeField::Day,
        end: DayTimeField::Second,
    }
}

/// A moment or a span is known by its name and fields, in whatever package it is.
fn is_moment(message: &Message, name: &str) -> bool {
    let names: Vec<&str> = message.fields.iter().map(|one| one.name.as_str()).collect();
    message.name == name && names == ["seconds", "nanos"]
}

/// A message that holds one value, so that there may be none.
pub fn is_wrapper(full_name: &str) -> bool {
    full_name
        .strip_prefix("google.protobuf.")
        .is_some_and(|name| {
            let kind = name.strip_suffix("Value");
            kind.is_some_and(|kind| WRAPPED.contains(&kind))
        })
}

const WRAPPED: [&str; 9] = [
    "Bool", "Int32", "UInt32", "Int64", "UInt64", "String", "Bytes", "Float", "Double",
];
