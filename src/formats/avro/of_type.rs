//! The schema of a SQL type, where the user gives none.

use serde_json::{Map, Value, json};

use super::schema::Schema;
use super::sql_type::incompatible;
use crate::error::Result;
use crate::types::{DataType, StructType};

/// The schema of a type. `space` is the namespace of its records.
pub fn schema_of(data_type: &DataType, nullable: bool, name: &str, space: &str) -> Result<Schema> {
    Schema::parse(&any(data_type, nullable, name, space)?.to_string())
}

fn any(data_type: &DataType, nullable: bool, name: &str, space: &str) -> Result<Value> {
    let logical = |kind: &str, meaning: &str| json!({"type": kind, "logicalType": meaning});
    let interval = |kind: &str| json!({"type": kind, PROPERTY: data_type.type_name()});
    let schema = match data_type {
        DataType::Null => return Ok(json!("null")),
        DataType::Boolean => json!("boolean"),
        DataType::Byte | DataType::Short | DataType::Integer => json!("int"),
        DataType::Long => json!("long"),
        DataType::Float => json!("float"),
        DataType::Double => json!("double"),
        DataType::String => json!("string"),
        DataType::Binary => json!("bytes"),
        DataType::Date => logical("int", "date"),
        DataType::Timestamp => logical("long", "timestamp-micros"),
        DataType::TimestampNtz => logical("long", "local-timestamp-micros"),
        DataType::YearMonthInterval { .. } => interval("int"),
        DataType::DayTimeInterval { .. } => interval("long"),
        DataType::Decimal { precision, scale } => decimal(*precision, *scale, name, space),
        DataType::Array {
            element,
            contains_null,
        } => json!({"type": "array", "items": any(element, *contains_null, name, space)?}),
        DataType::Map {
            key,
            value,
            value_contains_null,
        } if **key == DataType::String => {
            json!({"type": "map", "values": any(value, *value_contains_null, name, space)?})
        }
        DataType::Struct(fields) => record(fields, name, space)?,
        other => {
            return Err(incompatible(format!(
                "Unexpected type {}.",
                java_name(other)
            )));
        }
    };
    Ok(match nullable {
        true => json!([schema, "null"]),
        false => schema,
    })
}

/// Where a schema names the SQL type that it stands for.
const PROPERTY: &str = "spark.sql.catalyst.type";

fn within(space: &str, name: &str) -> String {
    match space {
        "" => name.to_string(),
        space => format!("{space}.{name}"),
    }
}

fn record(fields: &StructType, name: &str, space: &str) -> Result<Value> {
    // Types within have the path to them as their namespace.
    let inner = within(space, name);
    let each = fields.fields.iter().map(|field| {
        let kind = any(&field.data_type, field.nullable, &field.name, &inner)?;
        Ok(json!({"name": field.name, "type": kind}))
    });
    let fields: Value = each.collect::<Result<Vec<_>>>()?.into();
    let mut record = Map::new();
    record.insert("type".into(), "record".into());
    record.insert("name".into(), name.into());
    record.insert("namespace".into(), space.into());
    record.insert("fields".into(), fields);
    Ok(record.into())
}

/// As many bytes as the digits may need.
fn decimal(precision: u8, scale: i8, name: &str, space: &str) -> Value {
    let largest = 10u128.pow(u32::from(precision)) - 1;
    let bits = 128 - largest.leading_zeros() + 1;
    json!({
        "type": "fixed",
        "name": "fixed",
        "namespace": within(space, name),
        "size": bits.div_ceil(8),
        "logicalType": "decimal",
        "precision": precision,
        "scale": scale,
    })
}

/// A type as Scala prints it, in the message about one that Avro does not have.
fn java_name(data_type: &DataType) -> String {
    match data_type {
        DataType::Null => "NullType".into(),
        DataType::Integer => "IntegerType".into(),
        DataType::CalendarInterval => "CalendarIntervalType".into(),
        DataType::TimestampNtz => "TimestampNTZType".into(),
        DataType::Decimal { precision, scale } => format!("DecimalType({precision},{scale})"),
        DataType::Array {
            element,
            contains_null,
        } => format!("ArrayType({},{contains_null})", java_name(element)),
        DataType::Map {
            key,
            value,
            value_contains_null,
        } => {
            let (key, value) = (java_name(key), java_name(value));
            format!("MapType({key},{value},{value_contains_null})")
        }
        DataType::Struct(fields) => {
            let each = fields.fields.iter().map(|field| {
                let kind = java_name(&field.data_type);
                format!("StructField({},{kind},{})", field.name, field.nullable)
            });
            format!("StructType({})", each.collect::<Vec<_>>().join(","))
        }
        other => {
            let name = other.type_name();
            let mut letters = name.chars();
            match letters.next() {
                Some(first) => format!("{}{}Type", first.to_uppercase(), letters.as_str()),
                None => name,
            }
        }
    }
}
