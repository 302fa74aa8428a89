//! The SQL type of a schema.

use std::collections::HashMap;

use super::schema::{Field, Id, Kind, Logical, Node, Schema};
use crate::error::{ErrorClass, Result, SparkError};
use crate::types::{DataType, StructField, StructType, parse_type};

/// How deep a record may lie within itself at most.
pub const DEEPEST: i32 = 15;

/// What decides on the type beside the schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeRules {
    /// What goes before the names of a union's members, where these are named by type.
    pub member_prefix: Option<String>,
    /// How often a record may lie within itself; below 1 it may not.
    pub depth: i32,
}

impl TypeRules {
    /// Without names for the members of unions.
    pub fn of_depth(depth: i32) -> Self {
        Self {
            member_prefix: None,
            depth,
        }
    }
}

/// A type and whether it may be null.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlType {
    pub data_type: DataType,
    pub nullable: bool,
}

impl SqlType {
    fn solid(data_type: DataType) -> Option<Self> {
        Some(Self {
            data_type,
            nullable: false,
        })
    }
}

/// A schema that Spark does not take; Java's error for it has no condition.
pub fn incompatible(reason: impl std::fmt::Display) -> SparkError {
    SparkError::plain(ErrorClass::Analysis, reason)
}

/// The SQL type of a part of a schema. A root always has one.
pub fn sql_type(schema: &Schema, id: Id, rules: &TypeRules) -> Result<SqlType> {
    let walk = Walk { schema, rules };
    match walk.any(id, &HashMap::new())? {
        Some(found) => Ok(found),
        None => Err(SparkError::internal("an Avro schema of no type")),
    }
}

struct Walk<'a> {
    schema: &'a Schema,
    rules: &'a TypeRules,
}

/// How often each record is around what is looked at.
type Around = HashMap<String, i32>;

impl Walk<'_> {
    /// `None` for a record that lies too deep within itself, and for what holds nothing
    /// but it.
    fn any(&self, id: Id, around: &Around) -> Result<Option<SqlType>> {
        let node = self.schema.node(id);
        Ok(match &node.kind {
            Kind::Null => Some(SqlType {
                data_type: DataType::Null,
                nullable: true,
            }),
            Kind::Boolean => SqlType::solid(DataType::Boolean),
            Kind::Float => SqlType::solid(DataType::Float),
            Kind::Double => SqlType::solid(DataType::Double),
            Kind::String | Kind::Enum { .. } => SqlType::solid(DataType::String),
            Kind::Int | Kind::Long | Kind::Bytes | Kind::Fixed(..) => SqlType::solid(plain(node)?),
            Kind::Array(items) => self.any(*items, around)?.and_then(|items| {
                SqlType::solid(DataType::Array {
                    element: Box::new(items.data_type),
                    contains_null: items.nullable,
                })
            }),
            Kind::Map(values) => self.any(*values, around)?.and_then(|values| {
                SqlType::solid(DataType::Map {
                    key: Box::new(DataType::String),
                    value: Box::new(values.data_type),
                    value_contains_null: values.nullable,
                })
            }),
            Kind::Record(name, fields) => self.record(id, &name.full(), fields, around)?,
            Kind::Union(all) => self.union(id, all, around)?,
        })
    }

    fn record(
        &self,
        id: Id,
        name: &str,
        fields: &[Field],
        around: &Around,
    ) -> Result<Option<SqlType>> {
        let depth = around.get(name).copied().unwrap_or(0);
        if depth > 0 && self.rules.depth <= 0 {
            let schema = self.schema.text_of(id);
            return Err(incompatible(format!(
                "\nFound recursive reference in Avro schema, which can not be processed by \
                 Spark by\n default: {schema}. Try setting the option `recursiveFieldMaxDepth`\n \
                 to 1 - {DEEPEST}.\n"
            )));
        }
        if depth > 0 && depth >= self.rules.depth {
            return Ok(None);
        }
        let mut around = around.clone();
        around.insert(name.to_string(), depth + 1);
        let mut found = Vec::with_capacity(fields.len());
        for field in fields {
            if let Some(held) = self.any(field.schema, &around)? {
                found.push(StructField::new(&field.name, held.data_type, held.nullable));
            }
        }
        Ok(SqlType::solid(DataType::Struct(StructType::new(found))))
    }

    fn union(&self, id: Id, all: &[Id], around: &Around) -> Result<Option<SqlType>> {
        let there = self.schema.branches(id).unwrap_or_default();
        let nullable = there.len() < all.len();
        let found = match there.as_slice() {
            [one] => self.any(*one, around)?,
            [left, right] if wider(self.schema, *left, *right).is_some() => {
                wider(self.schema, *left, *right).and_then(SqlType::solid)
            }
            _ => self.members(&there, around)?,
        };
        Ok(found.map(|found| SqlType {
            nullable: nullable || found.nullable,
            ..found
        }))
    }

    /// A union of several types is a struct of which one field is set.
    fn members(&self, there: &[Id], around: &Around) -> Result<Option<SqlType>> {
        let mut fields: Vec<StructField> = Vec::with_capacity(there.len());
        for (at, id) in there.iter().enumerate() {
            let Some(held) = self.any(*id, around)? else {
                continue;
            };
            let name = match &self.rules.member_prefix {
                None => format!("member{at}"),
                Some(prefix) => {
                    let short = self.schema.node(*id).short_name();
                    let name = format!("{prefix}{short}");
                    let lower = name.to_lowercase();
                    if fields.iter().any(|f| f.name.to_lowercase() == lower) {
                        return Err(incompatible(format!(
                            "Cannot generate stable identifier for Avro union type due to name \
                             conflict of type name {short}"
                        )));
                    }
                    name
                }
            };
            fields.push(StructField::new(name, held.data_type, true));
        }
        Ok(SqlType::solid(DataType::Struct(StructType::new(fields))))
    }
}

/// The type that holds both of two number types of a union, where there is one.
pub fn wider(schema: &Schema, left: Id, right: Id) -> Option<DataType> {
    match (schema.kind(left), schema.kind(right)) {
        (Kind::Int, Kind::Long) | (Kind::Long, Kind::Int) => Some(DataType::Long),
        (Kind::Float, Kind::Double) | (Kind::Double, Kind::Float) => Some(DataType::Double),
        _ => None,
    }
}

/// The type of a number or of bytes, by what is said of them.
fn plain(node: &Node) -> Result<DataType> {
    let given = || node.props.get("spark.sql.catalyst.type")?.as_str();
    Ok(match (&node.kind, &node.logical) {
        (_, Some(Logical::Date)) => DataType::Date,
        (_, Some(Logical::TimestampMillis | Logical::TimestampMicros)) => DataType::Timestamp,
        (_, Some(Logical::LocalTimestampMillis | Logical::LocalTimestampMicros)) => {
            DataType::TimestampNtz
        }
        (_, Some(Logical::Decimal { precision, scale })) => decimal(*precision, *scale)?,
        (
            Kind::Long,
            Some(Logical::Other(
                name @ ("time-micros"
                | "timestamp-nanos"
                | "local-timestamp-nanos"
                | "custom-decimal"),
            )),
        ) => {
            let what = format_args!("the logical type {name} of Avro");
            return Err(SparkError::not_implemented(what));
        }
        (Kind::Int | Kind::Long, _) if given().is_some() => {
            parse_type(given().unwrap_or_default())?
        }
        (Kind::Int, _) => DataType::Integer,
        (Kind::Long, _) => DataType::Long,
        _ => DataType::Binary,
    })
}

fn decimal(precision: i64, scale: i64) -> Result<DataType> {
    match (u8::try_from(precision), i8::try_from(scale)) {
        (Ok(precision @ ..=38), Ok(scale)) => Ok(DataType::Decimal { precision, scale }),
        _ => Err(SparkError::new(
            "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION",
            &[
                ("precision", &precision.to_string()),
                ("maxPrecision", "38"),
            ],
        )),
    }
}
