//! Types as text: DDL (`a INT NOT NULL, b ARRAY<STRING>`) and JSON, read and written.
//!
//! Errors are those of Spark's parser, with the place in the text. What Spark has
//! and [`DataType`] has not (collations) is refused by name.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::ddl;
use super::{DataType, DayTimeField, StructField, StructType, UserDefined, YearMonthField, place};
use crate::error::{Result, SparkError};

impl DataType {
    /// Reads DDL as Spark's own readers and functions do: a single type
    /// (`array<int>`) or, failing that, the columns of a table (`a INT, b STRING`).
    pub fn from_ddl(text: &str) -> Result<Self> {
        match ddl::parse_single(text) {
            Ok(found) => Ok(found),
            Err(first) => ddl::parse_columns(text)
                .map(Self::Struct)
                .map_err(|_| first),
        }
    }

    /// The JSON form as PySpark writes it: keys sorted, no spaces, ASCII only.
    pub fn json(&self) -> String {
        let mut out = String::new();
        write_sorted(&self.json_value(), &mut out);
        out
    }

    /// The JSON form as Spark's own files hold it: keys in the order of definition.
    pub fn jvm_json(&self) -> String {
        self.json_value().to_string()
    }

    pub fn json_value(&self) -> Value {
        match self {
            Self::Array {
                element,
                contains_null,
            } => object([
                ("type", "array".into()),
                ("elementType", element.json_value()),
                ("containsNull", (*contains_null).into()),
            ]),
            Self::Map {
                key,
                value,
                value_contains_null,
            } => object([
                ("type", "map".into()),
                ("keyType", key.json_value()),
                ("valueType", value.json_value()),
                ("valueContainsNull", (*value_contains_null).into()),
            ]),
            Self::Struct(fields) => fields.json_value(),
            Self::Place { globe, srid } => place::json_name(*globe, *srid).into(),
            Self::UserDefined(udt) => Value::Object(udt.json.clone()),
            simple => simple.type_name().into(),
        }
    }

    /// Reads the JSON form of a type.
    pub fn from_json(text: &str) -> Result<Self> {
        let value: Value = serde_json::from_str(text).map_err(|_| invalid_json(text))?;
        Self::from_json_value(&value)
    }

    pub fn from_json_value(value: &Value) -> Result<Self> {
        let fail = || invalid_json(&value.to_string());
        match value {
            Value::String(name) => simple_from_json(name),
            Value::Object(map) => match map.get("type").and_then(Value::as_str) {
                Some("struct") => StructType::from_json_value(value).map(Self::Struct),
                Some("array") => Ok(Self::Array {
                    element: member(map, "elementType").ok_or_else(fail)??,
                    contains_null: flag(map, "containsNull").ok_or_else(fail)?,
                }),
                Some("map") => Ok(Self::Map {
                    key: member(map, "keyType").ok_or_else(fail)??,
                    value: member(map, "valueType").ok_or_else(fail)??,
                    value_contains_null: flag(map, "valueContainsNull").ok_or_else(fail)?,
                }),
                Some("udt") => {
                    let stored = *member(map, "sqlType").ok_or_else(fail)??;
                    let json = map.clone();
                    Ok(Self::UserDefined(Arc::new(UserDefined { stored, json })))
                }
                _ => Err(fail()),
            },
            _ => Err(fail()),
        }
    }
}

impl StructType {
    /// Reads the columns of a table: `a INT, b STRING NOT NULL COMMENT 'x'`. As in
    /// Spark, neither a single type nor `name: type` is a table's columns.
    pub fn from_ddl(text: &str) -> Result<Self> {
        ddl::parse_columns(text)
    }

    pub fn json_value(&self) -> Value {
        let fields = self.fields.iter().map(|field| {
            object([
                ("name", field.name.as_str().into()),
                ("type", field.data_type.json_value()),
                ("nullable", field.nullable.into()),
                ("metadata", Value::Object(field.metadata.clone())),
            ])
        });
        object([("type", "struct".into()), ("fields", fields.collect())])
    }

    /// See [`DataType::json`].
    pub fn json(&self) -> String {
        DataType::Struct(self.clone()).json()
    }

    fn from_json_value(value: &Value) -> Result<Self> {
        let fields = value.get("fields").and_then(Value::as_array);
        let Some(fields) = fields else {
            return Err(invalid_json(&value.to_string()));
        };
        let read: Result<Vec<_>> = fields.iter().map(field_from_json).collect();
        Ok(Self::new(read?))
    }
}

/// Reads a type as PySpark's `createDataFrame`, `cast` and `udf` do: the columns of a
/// table, a single type, or columns in the manner of `a: int, b: string`; JSON is
/// accepted as well.
pub fn parse_type(text: &str) -> Result<DataType> {
    if text.trim_start().starts_with(['{', '"']) {
        return DataType::from_json(text);
    }
    let first = match ddl::parse_columns(text) {
        Ok(columns) => return Ok(DataType::Struct(columns)),
        Err(error) => error,
    };
    ddl::parse_single(text)
        .or_else(|_| ddl::parse_single(&format!("struct<{}>", text.trim())))
        .map_err(|_| first)
}

fn field_from_json(value: &Value) -> Result<StructField> {
    let fail = || invalid_json(&value.to_string());
    let map = value.as_object().ok_or_else(fail)?;
    let name = map.get("name").and_then(Value::as_str).ok_or_else(fail)?;
    let data_type = DataType::from_json_value(map.get("type").ok_or_else(fail)?)?;
    let nullable = map
        .get("nullable")
        .map_or(Some(true), Value::as_bool)
        .ok_or_else(fail)?;
    let metadata = match map.get("metadata") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(found)) => found.clone(),
        Some(_) => return Err(fail()),
    };
    Ok(StructField {
        name: name.into(),
        data_type,
        nullable,
        metadata,
    })
}

fn member(map: &Map<String, Value>, key: &str) -> Option<Result<Box<DataType>>> {
    Some(DataType::from_json_value(map.get(key)?).map(Box::new))
}

fn flag(map: &Map<String, Value>, key: &str) -> Option<bool> {
    map.get(key)?.as_bool()
}

/// A simple type's name in JSON; unlike DDL it has one spelling and no synonyms
/// but those that Spark itself reads back.
fn simple_from_json(name: &str) -> Result<DataType> {
    Ok(match name {
        "void" | "null" => DataType::Null,
        "boolean" => DataType::Boolean,
        "byte" | "tinyint" => DataType::Byte,
        "short" | "smallint" => DataType::Short,
        "integer" | "int" => DataType::Integer,
        "long" | "bigint" => DataType::Long,
        "float" => DataType::Float,
        "double" => DataType::Double,
        "string" => DataType::String,
        "binary" => DataType::Binary,
        "date" => DataType::Date,
        "timestamp" | "timestamp_ltz" => DataType::Timestamp,
        "timestamp_ntz" => DataType::TimestampNtz,
        "interval" | "calendarinterval" => DataType::CalendarInterval,
        "decimal" => DataType::Decimal {
            precision: 10,
            scale: 0,
        },
        other if other.starts_with("interval ") => {
            interval_type(other).ok_or_else(|| invalid_json(other))?
        }
        "variant" => DataType::Variant,
        "time" => DataType::TIME,
        other if has_argument(other, &["decimal", "char", "varchar", "time"]) => {
            ddl::parse_single(other).map_err(|_| invalid_json(other))?
        }
        other if other.starts_with("geometry") || other.starts_with("geography") => {
            place::from_json_name(other).ok_or_else(|| invalid_json(other))?
        }
        other if other.starts_with("string collate ") => {
            return Err(SparkError::not_implemented(format!("type {other}")));
        }
        other => return Err(invalid_json(other)),
    })
}

fn has_argument(text: &str, names: &[&str]) -> bool {
    names.iter().any(|name| {
        text.strip_prefix(name)
            .is_some_and(|rest| rest.starts_with('('))
    })
}

/// The type of `interval day to second` and its like.
pub(super) fn interval_type(name: &str) -> Option<DataType> {
    let fields = name.strip_prefix("interval ")?;
    let (start, end) = fields.split_once(" to ").unwrap_or((fields, fields));
    let year_month = |text| match text {
        "year" => Some(YearMonthField::Year),
        "month" => Some(YearMonthField::Month),
        _ => None,
    };
    if let (Some(start), Some(end)) = (year_month(start), year_month(end)) {
        return (start <= end).then_some(DataType::YearMonthInterval { start, end });
    }
    let day_time = |text| match text {
        "day" => Some(DayTimeField::Day),
        "hour" => Some(DayTimeField::Hour),
        "minute" => Some(DayTimeField::Minute),
        "second" => Some(DayTimeField::Second),
        _ => None,
    };
    let (start, end) = (day_time(start)?, day_time(end)?);
    (start <= end).then_some(DataType::DayTimeInterval { start, end })
}

fn invalid_json(text: &str) -> SparkError {
    SparkError::new("INVALID_JSON_DATA_TYPE", &[("invalidType", text)])
}

fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Object(
        members
            .into_iter()
            .map(|(key, value)| (key.to_string(), value))
            .collect(),
    )
}

fn write_sorted(value: &Value, out: &mut String) {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            out.push('{');
            for (at, (key, member)) in entries.into_iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_ascii(&Value::String(key.clone()).to_string(), out);
                out.push(':');
                write_sorted(member, out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_sorted(item, out);
            }
            out.push(']');
        }
        simple => write_ascii(&simple.to_string(), out),
    }
}

/// Escapes what is not ASCII, as Python's `json.dumps` does.
fn write_ascii(text: &str, out: &mut String) {
    use std::fmt::Write;
    for c in text.chars() {
        if c.is_ascii() && c != '\u{7f}' {
            out.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
}

#[cfg(test)]
#[path = "schema_string_tests.rs"]
mod tests;
