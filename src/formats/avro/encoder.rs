//! Whether Spark writes a SQL type by a schema, and how: gone through once, before any
//! value is written.

use serde_json::Value;

use super::check::{Matching, place};
use super::encode::{Encode, How, Null};
use super::rebase::Rebase;
use super::schema::{Field, Id, Kind, Logical, Schema};
use super::sql_type::{incompatible, wider};
use crate::error::{Result, SparkError};
use crate::types::{DataType, StructType};

/// What a type is checked against.
pub struct Encoder<'a> {
    pub schema: &'a Schema,
    pub matching: Matching,
    pub rebase: Rebase,
}

#[derive(Clone, Default)]
struct Paths {
    sql: Vec<String>,
    avro: Vec<String>,
}

impl Paths {
    fn below(&self, sql: &str, avro: &str) -> Self {
        let mut paths = self.clone();
        paths.sql.push(sql.to_string());
        paths.avro.push(avro.to_string());
        paths
    }

    fn prefix(&self) -> String {
        format!(
            "Cannot convert SQL {} to Avro {} because ",
            place(&self.sql),
            place(&self.avro)
        )
    }
}

impl Encoder<'_> {
    pub fn root(&self, held: &DataType) -> Result<Encode> {
        let root = self.schema.root();
        let several = self
            .schema
            .branches(root)
            .is_some_and(|there| there.len() > 1);
        let found = match held {
            // Unlike one within a record.
            DataType::Struct(fields) if several => self
                .record(fields, root, &Paths::default())
                .map(|how| Encode {
                    how,
                    branch: None,
                    null: Null::Nothing,
                }),
            _ => self.nullable(held, root, &Paths::default()),
        };
        found.map_err(|error| {
            if !error.condition().is_empty() {
                return error;
            }
            incompatible(format!(
                "Cannot convert SQL type {} to Avro type {}.",
                held.sql(),
                self.schema.text()
            ))
            .with_cause(error)
        })
    }

    /// A value that may be in a union with null.
    fn nullable(&self, held: &DataType, id: Id, paths: &Paths) -> Result<Encode> {
        let Kind::Union(all) = self.schema.kind(id) else {
            let null = match self.schema.is_null(id) {
                true => Null::Nothing,
                false => Null::Refused(self.schema.text_of(id)),
            };
            return Ok(Encode {
                how: self.any(held, id, paths)?,
                branch: None,
                null,
            });
        };
        let position = |wanted: Id| {
            let found = all.iter().position(|id| *id == wanted);
            found.and_then(|at| i64::try_from(at).ok())
        };
        let null = all.iter().find(|id| self.schema.is_null(**id));
        let null_at = null.and_then(|id| position(*id));
        let on_null = || match null_at {
            Some(at) => Null::Branch(at),
            None => Null::Refused(self.schema.text_of(id)),
        };
        let there = self.schema.branches(id).unwrap_or_default();
        let (how, branch) = match (there.as_slice(), held) {
            ([], _) => {
                let Some(null) = null else {
                    return Err(self.misfit(held, id, paths));
                };
                (self.any(held, *null, paths)?, null_at)
            }
            ([one], _) => (self.any(held, *one, paths)?, position(*one)),
            ([left, right], _) if wider(self.schema, *left, *right).as_ref() == Some(held) => {
                let widest = [*left, *right]
                    .into_iter()
                    .find(|id| matches!(self.schema.kind(*id), Kind::Long | Kind::Double));
                let widest = widest.unwrap_or(*left);
                (self.any(held, widest, paths)?, position(widest))
            }
            (_, DataType::Struct(fields)) => {
                let members = self.members(fields, &there, paths)?;
                let marked = members.into_iter().zip(&there).map(|(encode, id)| Encode {
                    branch: position(*id),
                    ..encode
                });
                (How::Members(marked.collect(), Box::new(on_null())), None)
            }
            _ => return Err(self.misfit(held, id, paths)),
        };
        Ok(Encode {
            how,
            branch,
            null: on_null(),
        })
    }

    fn members(&self, held: &StructType, there: &[Id], paths: &Paths) -> Result<Vec<Encode>> {
        let names: Vec<&str> = held.fields.iter().map(|f| f.name.as_str()).collect();
        let wanted: Vec<String> = (0..there.len()).map(|at| format!("member{at}")).collect();
        let start = format!(
            "Generic Avro union at {} does not match the SQL schema at {}.  It expected the ",
            place(&paths.avro),
            place(&paths.sql)
        );
        if self.matching.by_position && names.len() != wanted.len() {
            let (expected, got) = (wanted.len(), names.len());
            return Err(incompatible(format!(
                "{start}{expected} members but got {got}"
            )));
        }
        if !self.matching.by_position && names != wanted {
            return Err(incompatible(format!(
                "{start}following members ({}) but got ({})",
                wanted.join(", "),
                names.join(", ")
            )));
        }
        let pairs = held.fields.iter().zip(there);
        pairs
            .map(|(field, id)| {
                Ok(Encode {
                    how: self.any(
                        &field.data_type,
                        *id,
                        &paths.below(&field.name, &field.name),
                    )?,
                    branch: None,
                    null: Null::Nothing,
                })
            })
            .collect()
    }

    fn misfit(&self, held: &DataType, id: Id, paths: &Paths) -> SparkError {
        incompatible(format!(
            "{}schema is incompatible (sqlType = {}, avroType = {})",
            paths.prefix(),
            held.sql(),
            self.schema.text_of(id)
        ))
    }

    fn any(&self, held: &DataType, id: Id, paths: &Paths) -> Result<How> {
        use DataType as T;
        let node = self.schema.node(id);
        Ok(match (held, &node.kind) {
            (T::Null, Kind::Null) => How::Null,
            (T::Boolean, Kind::Boolean) => How::Boolean,
            (T::Byte, Kind::Int) => How::Byte,
            (T::Short, Kind::Int) => How::Short,
            (T::Integer, Kind::Int) => How::Int,
            (T::Long, Kind::Long) => How::Long,
            (T::Float, Kind::Float) => How::Float,
            (T::Double, Kind::Double) => How::Double,
            (T::String, Kind::String) => How::Text,
            (T::String, Kind::Enum { symbols, .. }) => {
                How::Symbols(symbols.clone(), paths.prefix())
            }
            (T::Binary, Kind::Bytes) => How::Bytes,
            (T::Binary, Kind::Fixed(_, size)) => How::Fixed(*size, paths.prefix()),
            (T::Decimal { precision, scale }, kind @ (Kind::Bytes | Kind::Fixed(..))) => {
                let same = Logical::Decimal {
                    precision: i64::from(*precision),
                    scale: i64::from(*scale),
                };
                match kind {
                    _ if node.logical.as_ref() != Some(&same) => {
                        return Err(self.misfit(held, id, paths));
                    }
                    Kind::Fixed(_, size) => How::Decimal(Some(*size)),
                    _ => How::Decimal(None),
                }
            }
            (T::Date, Kind::Int) => How::Day(self.rebase),
            (T::Timestamp | T::TimestampNtz, Kind::Long) => self.moment(held, id, paths)?,
            (T::YearMonthInterval { .. }, Kind::Int) => How::Months,
            (T::DayTimeInterval { .. }, Kind::Long) => How::Span,
            (T::Array { element, .. }, Kind::Array(items)) => {
                let below = paths.below("element", "element");
                How::List(Box::new(self.nullable(element, *items, &below)?))
            }
            (T::Map { key, value, .. }, Kind::Map(values)) if **key == T::String => {
                let below = paths.below("value", "value");
                How::Map(Box::new(self.nullable(value, *values, &below)?))
            }
            (T::Struct(fields), _) => self.record(fields, id, paths)?,
            _ => return Err(self.misfit(held, id, paths)),
        })
    }

    fn moment(&self, held: &DataType, id: Id, paths: &Paths) -> Result<How> {
        let logical = self.schema.node(id).logical.as_ref();
        let zoned = *held == DataType::Timestamp;
        let each = match (logical, zoned) {
            (None, _)
            | (Some(Logical::TimestampMillis), true)
            | (Some(Logical::LocalTimestampMillis), false) => 1000,
            (Some(Logical::TimestampMicros), true)
            | (Some(Logical::LocalTimestampMicros), false) => 1,
            _ => {
                let name = self.schema.node(id).props.get("logicalType");
                let name = name.and_then(Value::as_str).unwrap_or_default();
                return Err(incompatible(format!(
                    "{}SQL type {} cannot be converted to Avro logical type {name}",
                    paths.prefix(),
                    held.sql()
                )));
            }
        };
        Ok(How::Instant(each, zoned.then_some(self.rebase)))
    }

    fn record(&self, held: &StructType, id: Id, paths: &Paths) -> Result<How> {
        let node = self.schema.node(id);
        let Kind::Record(_, fields) = &node.kind else {
            return Err(incompatible(format!(
                "Attempting to treat {} as a RECORD, but it was: {}",
                node.short_name(),
                node.kind.type_name().to_uppercase()
            )));
        };
        let mut from = vec![None; fields.len()];
        for (at, field) in held.fields.iter().enumerate() {
            match self.matching.find(fields, at, &field.name, &paths.avro)? {
                Some(found) => from[found] = Some(at),
                None if self.matching.by_position => {
                    return Err(incompatible(format!(
                        "Cannot find field at position {at} of {} from Avro schema (using \
                         positional matching)",
                        place(&paths.avro)
                    )));
                }
                None => {
                    let below = paths.below(&field.name, "");
                    let missing = place(&below.sql);
                    return Err(incompatible(format!(
                        "Cannot find {missing} in Avro schema"
                    )));
                }
            }
        }
        let mut all = Vec::with_capacity(fields.len());
        for (at, field) in fields.iter().enumerate() {
            let Some(source) = from[at] else {
                all.push((None, self.left_out(at, field, paths)?));
                continue;
            };
            let own = &held.fields[source];
            let below = paths.below(&own.name, &field.name);
            let mut encode = self.nullable(&own.data_type, field.schema, &below)?;
            if let Null::Refused(text) = encode.null {
                let name = crate::error::quoted(&[&field.name]);
                encode.null = Null::Field(name, text);
            }
            all.push((Some(source), encode));
        }
        Ok(How::Record(all))
    }

    /// A field that the struct does not have can only be null.
    fn left_out(&self, at: usize, field: &Field, paths: &Paths) -> Result<Encode> {
        let null = match self.schema.kind(field.schema) {
            Kind::Union(all) => all.iter().position(|id| self.schema.is_null(*id)),
            _ => None,
        };
        let Some(null) = null else {
            let below = paths.below("", &field.name);
            return Err(incompatible(match self.matching.by_position {
                true => format!(
                    "Found field '{}' at position {at} of {} from Avro schema but there is no \
                     match in the SQL schema at {} (using positional matching)",
                    field.name,
                    place(&paths.avro),
                    place(&paths.sql)
                ),
                false => format!(
                    "Found {} in Avro schema but there is no match in the SQL schema",
                    place(&below.avro)
                ),
            }));
        };
        Ok(Encode {
            how: How::Null,
            branch: None,
            null: Null::Branch(i64::try_from(null).map_err(SparkError::internal)?),
        })
    }
}
