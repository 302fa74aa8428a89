//! Whether the values of a type can be written as a message: what becomes of each field.

use std::sync::Arc;

use super::schema::{Field, Id, Kind, Message, Schema, Symbols};
use super::sql_type::is_wrapper;
use crate::error::{Result, SparkError};
use crate::types::{DataType, StructType};

/// How a value becomes one of a field.
#[derive(Debug)]
pub enum Make {
    Null,
    Bool,
    Byte,
    Short,
    /// 32 bits, whatever they mean: numbers, days.
    Int,
    Day,
    Long,
    /// The low bits of a long.
    LowLong,
    /// The digits of a decimal, wherever its point is.
    Decimal,
    Float,
    Double,
    Text,
    Bytes,
    /// A text or a number that the enum has; how messages name the column and the field.
    SymbolText(Arc<Symbols>, Names),
    SymbolNumber(Arc<Symbols>, Names),
    Moment,
    Span,
    /// A value in a message of its own.
    Wrap(Id, Box<Make>),
    List(Box<Make>),
    Map(Id, Box<[Make; 2]>),
    Struct(Row),
}

#[derive(Debug, Clone)]
pub struct Names {
    pub sql: String,
    pub field: String,
}

/// The fields of a message by those of a struct.
#[derive(Debug)]
pub struct Row {
    pub id: Id,
    pub fields: Vec<(usize, Make)>,
}

pub struct Matching<'a> {
    pub schema: &'a Schema,
    pub case_sensitive: bool,
}

type Path<'a> = &'a [&'a str];

impl Matching<'_> {
    /// Spark tells of the whole alone, not of what it is that does not fit.
    pub fn root(&self, id: Id, held: &StructType) -> Result<Row> {
        self.row(id, held, &[], &[]).map_err(|_| {
            let shown = format!("\"{}\"", DataType::Struct(held.clone()).sql());
            let name = self.schema.message(id).name.as_str();
            SparkError::new(
                "UNABLE_TO_CONVERT_TO_PROTOBUF_MESSAGE_TYPE",
                &[("toType", &shown), ("protobufType", name)],
            )
        })
    }

    /// Fails where names that differ in their letters alone mean the same field.
    pub fn check(&self, id: Id) -> Result<()> {
        let message = self.schema.message(id);
        for field in &message.fields {
            self.find(message, &field.name, &[])?;
        }
        Ok(())
    }

    fn row(&self, id: Id, held: &StructType, sql: Path<'_>, proto: Path<'_>) -> Result<Row> {
        let message = self.schema.message(id);
        let mut fields = Vec::new();
        for column in held.fields.iter() {
            let sql = [sql, &[column.name.as_str()]].concat();
            let Some(at) = self.find(message, &column.name, proto)? else {
                return Err(SparkError::new(
                    "NO_SQL_TYPE_IN_PROTOBUF_SCHEMA",
                    &[("catalystFieldPath", &shown(&sql))],
                ));
            };
            let field = &message.fields[at];
            let proto = [proto, &[field.name.as_str()]].concat();
            fields.push((at, self.make(&column.data_type, field, &sql, &proto)?));
        }
        let is_absent = |at: usize| fields.iter().all(|(there, _)| *there != at);
        let mut all = message.fields.iter().enumerate();
        if let Some((_, field)) = all.find(|(at, field)| field.required && is_absent(*at)) {
            let path = [proto, &[field.name.as_str()]].concat();
            return Err(SparkError::new(
                "PROTOBUF_FIELD_MISSING_IN_SQL_SCHEMA",
                &[("field", &shown(&path))],
            ));
        }
        Ok(Row { id, fields })
    }

    fn find(&self, message: &Message, name: &str, proto: Path<'_>) -> Result<Option<usize>> {
        let is_it = |field: &Field| match self.case_sensitive {
            true => field.name == name,
            false => field.name.to_lowercase() == name.to_lowercase(),
        };
        let all = message.fields.iter().enumerate();
        let found: Vec<usize> = all
            .filter(|(_, one)| is_it(one))
            .map(|(at, _)| at)
            .collect();
        match found.as_slice() {
            [] => Ok(None),
            [at] => Ok(Some(*at)),
            more => {
                let names = more.iter().map(|at| message.fields[*at].name.as_str());
                let names = format!("[{}]", names.collect::<Vec<_>>().join(", "));
                Err(SparkError::new(
                    "PROTOBUF_FIELD_MISSING",
                    &[
                        ("field", name),
                        ("protobufSchema", &shown(proto)),
                        ("matchSize", &more.len().to_string()),
                        ("matches", &names),
                    ],
                ))
            }
        }
    }

    fn make(&self, held: &DataType, field: &Field, sql: Path<'_>, proto: Path<'_>) -> Result<Make> {
        use DataType as D;
        let names = || Names {
            sql: sql
                .iter()
                .map(|one| format!("`{one}`"))
                .collect::<Vec<_>>()
                .join("."),
            field: shown(proto),
        };
        if let (D::Array { element, .. }, _) = (held, &field.kind) {
            let (sql, proto) = ([sql, &["element"]].concat(), [proto, &["element"]].concat());
            let item = self.make(element, field, &sql, &proto)?;
            return Ok(Make::List(Box::new(item)));
        }
        Ok(match (held, &field.kind) {
            (D::Null, _) => Make::Null,
            (D::Boolean, Kind::Bool) => Make::Bool,
            (D::Byte, kind) if is_int(kind) => Make::Byte,
            (D::Short, kind) if is_int(kind) => Make::Short,
            (D::Integer, kind) if is_int(kind) => Make::Int,
            (D::Date, kind) if is_int(kind) => Make::Day,
            (D::Long, Kind::Uint32) => Make::LowLong,
            (D::Long, kind) if is_long(kind) => Make::Long,
            (D::Decimal { .. }, Kind::Uint64) => Make::Decimal,
            (D::Float, Kind::Float) => Make::Float,
            (D::Double, Kind::Double) => Make::Double,
            (D::String, Kind::Text) => Make::Text,
            (D::Binary, Kind::Bytes) => Make::Bytes,
            (D::String, Kind::Enum(all)) => Make::SymbolText(Arc::clone(all), names()),
            (D::Integer, Kind::Enum(all)) => Make::SymbolNumber(Arc::clone(all), names()),
            (_, Kind::Message(id) | Kind::Group(id)) => {
                return self.message(held, *id, field, sql, proto);
            }
            _ => return Err(refused(held, field, sql, proto)),
        })
    }

    fn message(
        &self,
        held: &DataType,
        id: Id,
        field: &Field,
        sql: Path<'_>,
        proto: Path<'_>,
    ) -> Result<Make> {
        let message = self.schema.message(id);
        Ok(match held {
            // Of whatever message the field is.
            DataType::Timestamp => Make::Moment,
            DataType::DayTimeInterval { .. } => Make::Span,
            DataType::Struct(inner) => Make::Struct(self.row(id, inner, sql, proto)?),
            DataType::Map { key, value, .. } if message.fields.len() == 2 => {
                let part = |kind: &DataType, at: usize, name: &str| {
                    let (sql, proto) = ([sql, &[name]].concat(), [proto, &[name]].concat());
                    self.make(kind, &message.fields[at], &sql, &proto)
                };
                let parts = [part(key, 0, "key")?, part(value, 1, "value")?];
                Make::Map(id, Box::new(parts))
            }
            _ if is_wrapper(&message.full_name) => {
                let inner = &message.fields[0];
                // A wrapped number without a sign is written from one of its own size alone.
                let fits = !matches!((held, &inner.kind), (DataType::Long, Kind::Uint32));
                let plain = matches!(
                    held,
                    DataType::Boolean
                        | DataType::Integer
                        | DataType::Long
                        | DataType::String
                        | DataType::Binary
                        | DataType::Float
                        | DataType::Double
                );
                match fits && plain {
                    true => Make::Wrap(id, Box::new(self.make(held, inner, sql, proto)?)),
                    false => return Err(refused(held, field, sql, proto)),
                }
            }
            _ => return Err(refused(held, field, sql, proto)),
        })
    }
}

fn is_int(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Int32 | Kind::Uint32 | Kind::Sint32 | Kind::Fixed32 | Kind::Sfixed32
    )
}

fn is_long(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Int64 | Kind::Uint64 | Kind::Sint64 | Kind::Fixed64 | Kind::Sfixed64
    )
}

fn shown(path: &[&str]) -> String {
    match path {
        [] => "top-level record".into(),
        path => format!("field '{}'", path.join(".")),
    }
}

fn refused(held: &DataType, field: &Field, sql: Path<'_>, proto: Path<'_>) -> SparkError {
    SparkError::new(
        "CANNOT_CONVERT_SQL_TYPE_TO_PROTOBUF_FIELD_TYPE",
        &[
            ("sqlColumn", &format!("`{}`", sql.join("`.`"))),
            ("protobufColumn", &shown(proto)),
            ("sqlType", &format!("\"{}\"", held.sql())),
            ("protobufType", &field.full_name),
        ],
    )
}
