//! Whether Spark reads a schema as a SQL type, before any value is read.

use super::schema::{Field, Id, Kind, Logical, Schema};
use super::sql_type::{TypeRules, incompatible, sql_type, wider};
use crate::error::{Result, SparkError};
use crate::formats::adapt::same_name;
use crate::types::{DataType, StructField, StructType};

/// How fields of a struct find those of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Matching {
    pub by_position: bool,
    pub case_sensitive: bool,
}

impl Matching {
    /// The field of a record for a field of a struct.
    pub fn find(
        self,
        fields: &[Field],
        at: usize,
        name: &str,
        path: &[String],
    ) -> Result<Option<usize>> {
        if self.by_position {
            return Ok((at < fields.len()).then_some(at));
        }
        let same = |field: &Field| same_name(&field.name, name, self.case_sensitive);
        let found: Vec<usize> = (0..fields.len()).filter(|at| same(&fields[*at])).collect();
        if found.len() > 1 {
            let names: Vec<&str> = found.iter().map(|at| fields[*at].name.as_str()).collect();
            return Err(incompatible(format!(
                "Searching for '{name}' in Avro schema at {} gave {} matches. Candidates: [{}]",
                place(path),
                found.len(),
                names.join(", ")
            )));
        }
        Ok(found.first().copied())
    }
}

/// A field's place as errors name it.
pub fn place(path: &[String]) -> String {
    match path {
        [] => "top-level record".to_string(),
        names => format!("field '{}'", names.join(".")),
    }
}

pub struct Check<'a> {
    pub schema: &'a Schema,
    pub rules: &'a TypeRules,
    pub matching: Matching,
    /// `spark.sql.legacy.avro.allowIncompatibleSchema`.
    pub lenient: bool,
}

/// Where in the schema and in the SQL type a check is.
#[derive(Clone, Default)]
struct Paths {
    avro: Vec<String>,
    sql: Vec<String>,
}

impl Paths {
    fn below(&self, avro: &str, sql: &str) -> Self {
        let mut paths = self.clone();
        paths.avro.push(avro.to_string());
        paths.sql.push(sql.to_string());
        paths
    }
}

impl Check<'_> {
    /// Refuses a root that cannot be read as a type.
    pub fn root(&self, wanted: &DataType) -> Result<()> {
        let root = self.schema.root();
        let checked = match wanted {
            DataType::Struct(fields) if fields.is_empty() => Ok(()),
            DataType::Struct(fields) => self.record(root, fields, &Paths::default()),
            other => self.any(root, other, &Paths::default()),
        };
        checked.map_err(|error| {
            if !error.condition().is_empty() {
                return error;
            }
            incompatible(format!(
                "Cannot convert Avro type {} to SQL type {}.",
                self.schema.text(),
                wanted.sql()
            ))
            .with_cause(error)
        })
    }

    fn any(&self, id: Id, wanted: &DataType, paths: &Paths) -> Result<()> {
        use DataType as T;
        let node = self.schema.node(id);
        let fits = match (&node.kind, wanted) {
            (Kind::Null, T::Null)
            | (Kind::Boolean, T::Boolean)
            | (Kind::Int, T::Integer | T::Long | T::Double | T::YearMonthInterval { .. })
            | (Kind::Long, T::Long | T::DayTimeInterval { .. })
            | (Kind::Float, T::Float | T::Double)
            | (Kind::Double, T::Double)
            | (Kind::String | Kind::Enum { .. }, T::String)
            | (Kind::Fixed(..) | Kind::Bytes, T::Binary) => true,
            (Kind::Int, T::Date | T::Timestamp | T::TimestampNtz) => {
                self.no_interval(id, wanted, paths)?;
                *wanted == T::Date
            }
            (Kind::Long, T::Date | T::Timestamp | T::TimestampNtz) => {
                self.no_interval(id, wanted, paths)?;
                moment(node.logical.as_ref(), wanted)
            }
            (Kind::Fixed(..) | Kind::Bytes, T::Decimal { .. }) => {
                self.decimal(id, wanted, paths)?;
                matches!(node.logical, Some(Logical::Decimal { .. }))
            }
            (Kind::Record(..), T::Struct(fields)) => return self.record(id, fields, paths),
            (Kind::Array(items), T::Array { element, .. }) => {
                return self.any(*items, element, &paths.below("element", "element"));
            }
            (Kind::Map(values), T::Map { key, value, .. }) if **key == T::String => {
                return self.any(*values, value, &paths.below("value", "value"));
            }
            (Kind::Union(_), wanted) => return self.union(id, wanted, paths),
            _ => false,
        };
        match fits {
            true => Ok(()),
            false => Err(self.misfit(id, wanted, paths)),
        }
    }

    fn misfit(&self, id: Id, wanted: &DataType, paths: &Paths) -> SparkError {
        incompatible(format!(
            "Cannot convert Avro {} to SQL {} because schema is incompatible (avroType = {}, \
             sqlType = {})",
            place(&paths.avro),
            place(&paths.sql),
            self.schema.text_of(id),
            wanted.sql()
        ))
    }

    fn other_type(&self, id: Id, wanted: &DataType, paths: &Paths) -> Result<SparkError> {
        let held = sql_type(self.schema, id, self.rules)?.data_type;
        Ok(SparkError::new(
            "AVRO_INCOMPATIBLE_READ_TYPE",
            &[
                ("avroPath", &place(&paths.avro)),
                ("sqlPath", &place(&paths.sql)),
                ("avroType", &held.simple_string()),
                ("sqlType", &wanted.simple_string()),
            ],
        ))
    }

    fn no_interval(&self, id: Id, wanted: &DataType, paths: &Paths) -> Result<()> {
        let held = sql_type(self.schema, id, self.rules)?.data_type;
        let interval = matches!(
            held,
            DataType::YearMonthInterval { .. } | DataType::DayTimeInterval { .. }
        );
        match interval && !self.lenient {
            true => Err(self.other_type(id, wanted, paths)?),
            false => Ok(()),
        }
    }

    /// Refuses a decimal with fewer places before the point.
    fn decimal(&self, id: Id, wanted: &DataType, paths: &Paths) -> Result<()> {
        let logical = self.schema.node(id).logical.as_ref();
        let (
            Some(Logical::Decimal { precision, scale }),
            DataType::Decimal {
                precision: p,
                scale: s,
            },
        ) = (logical, wanted)
        else {
            return Ok(());
        };
        match precision - scale > i64::from(*p) - i64::from(*s) && !self.lenient {
            true => Err(self.other_type(id, wanted, paths)?),
            false => Ok(()),
        }
    }

    fn union(&self, id: Id, wanted: &DataType, paths: &Paths) -> Result<()> {
        let there = self.schema.branches(id).unwrap_or_default();
        match (there.as_slice(), wanted) {
            ([], _) => Ok(()),
            ([one], _) => self.any(*one, wanted, paths),
            ([left, right], _) if wider(self.schema, *left, *right).as_ref() == Some(wanted) => {
                Ok(())
            }
            (all, DataType::Struct(fields)) if fields.len() == all.len() => {
                for (branch, field) in all.iter().zip(fields.fields.iter()) {
                    let mut below = paths.clone();
                    below.sql.push(field.name.clone());
                    self.any(*branch, &field.data_type, &below)?;
                }
                Ok(())
            }
            _ => Err(self.misfit(id, wanted, paths)),
        }
    }

    fn record(&self, id: Id, wanted: &StructType, paths: &Paths) -> Result<()> {
        let node = self.schema.node(id);
        let Kind::Record(_, fields) = &node.kind else {
            return Err(incompatible(format!(
                "Attempting to treat {} as a RECORD, but it was: {}",
                node.short_name(),
                node.kind.type_name().to_uppercase()
            )));
        };
        for (at, field) in wanted.fields.iter().enumerate() {
            match self.matching.find(fields, at, &field.name, &paths.avro)? {
                Some(found) => {
                    let held = &fields[found];
                    let below = paths.below(&held.name, &field.name);
                    self.any(held.schema, &field.data_type, &below)?;
                }
                None if field.nullable => {}
                None => return Err(self.missing(at, field, paths)),
            }
        }
        Ok(())
    }

    fn missing(&self, at: usize, field: &StructField, paths: &Paths) -> SparkError {
        if self.matching.by_position {
            return incompatible(format!(
                "Cannot find field at position {at} of {} from Avro schema (using positional \
                 matching)",
                place(&paths.avro)
            ));
        }
        let below = paths.below("", &field.name);
        incompatible(format!("Cannot find {} in Avro schema", place(&below.sql)))
    }
}

/// Whether a long of that meaning is read as a date or a timestamp.
fn moment(logical: Option<&Logical>, wanted: &DataType) -> bool {
    match (wanted, logical) {
        (DataType::Date, _) | (_, None) => true,
        (DataType::Timestamp, Some(logical)) => {
            matches!(logical, Logical::TimestampMillis | Logical::TimestampMicros)
        }
        (_, Some(logical)) => matches!(
            logical,
            Logical::LocalTimestampMillis | Logical::LocalTimestampMicros
        ),
    }
}
