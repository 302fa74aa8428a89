//! The plan of reading: a writer's schema, the reader's and a SQL type, gone through
//! together. Where the schemas do not fit, the plan fails only when a value comes there.

use std::sync::Arc;

use super::check::Matching;
use super::decode::{Constant, Decode, Record, Size, Step, Target, Wire, blocks};
use super::default::default_bytes;
use super::rebase::Rebase;
use super::schema::{Field, Id, Kind, Logical, Name, Schema};
use super::sql_type::wider;
use super::wire::{Cursor, Malformed, Read};
use crate::error::{Result, SparkError};
use crate::types::{DataType, StructType};

/// Both schemas, and what decides beside them.
pub struct Resolver<'a> {
    pub writer: &'a Arc<Schema>,
    pub reader: &'a Arc<Schema>,
    pub matching: Matching,
    pub rebase: Rebase,
}

impl Resolver<'_> {
    /// The plan for a type that the reader's schema was found to be read as.
    pub fn plan(&self, wanted: &DataType) -> Result<Decode> {
        self.any(self.writer.root(), self.reader.root(), wanted)
    }

    fn any(&self, written: Id, read: Id, wanted: &DataType) -> Result<Decode> {
        if let Kind::Union(branches) = self.writer.kind(written) {
            let plans = branches
                .iter()
                .map(|branch| self.any(*branch, read, wanted));
            return Ok(Decode::Branches(plans.collect::<Result<_>>()?));
        }
        if matches!(self.reader.kind(read), Kind::Union(_)) {
            return self.becoming_member(written, read, wanted);
        }
        let both = (self.writer.kind(written), self.reader.kind(read));
        Ok(match both {
            (Kind::Null, Kind::Null) => Decode::Null,
            (Kind::Boolean, Kind::Boolean) => Decode::Boolean,
            (Kind::Fixed(old, size), Kind::Fixed(new, wide)) => {
                if !same_name(old, new) || size != wide {
                    return Ok(self.misfit(written, read));
                }
                self.bytes(Size::Fixed(*size), read, wanted)
            }
            (Kind::String | Kind::Bytes, Kind::String | Kind::Bytes) => {
                self.bytes(Size::Written, read, wanted)
            }
            (
                Kind::Enum { name, symbols, .. },
                Kind::Enum {
                    name: new,
                    symbols: known,
                    default,
                },
            ) => {
                if !same_name(name, new) {
                    return Ok(self.misfit(written, read));
                }
                let texts = symbols.iter().map(|symbol| {
                    let found = known
                        .contains(symbol)
                        .then_some(symbol)
                        .or(default.as_ref());
                    found
                        .cloned()
                        .ok_or_else(|| format!("no match for {symbol}"))
                });
                Decode::Enum(texts.collect())
            }
            (Kind::Array(old), Kind::Array(new)) => {
                let DataType::Array { element, .. } = wanted else {
                    return Err(unplanned(wanted));
                };
                Decode::Array(Box::new(self.any(*old, *new, element)?))
            }
            (Kind::Map(old), Kind::Map(new)) => {
                let DataType::Map { value, .. } = wanted else {
                    return Err(unplanned(wanted));
                };
                Decode::Map {
                    value: Box::new(self.any(*old, *new, value)?),
                    skip: self.skip(*old),
                }
            }
            (Kind::Record(_, old), Kind::Record(_, new)) => self.record(old, new, wanted)?,
            (old, new) => match (wire(old), wire(new)) {
                (Some(old), Some(new)) if promotes(old, new) => Decode::Number {
                    written: old,
                    read: new,
                    to: self.target(read, wanted)?,
                },
                _ => self.misfit(written, read),
            },
        })
    }

    fn skip(&self, written: Id) -> Skip {
        Skip {
            schema: Arc::clone(self.writer),
            id: written,
        }
    }

    fn misfit(&self, written: Id, read: Id) -> Decode {
        Decode::Fail(format!(
            "Found {}, expecting {}",
            self.writer.node(written).short_name(),
            self.reader.node(read).short_name()
        ))
    }

    fn bytes(&self, size: Size, read: Id, wanted: &DataType) -> Decode {
        match (&self.reader.node(read).logical, wanted) {
            (
                Some(Logical::Decimal { precision, scale }),
                DataType::Decimal {
                    precision: wide,
                    scale: digits,
                },
            ) => Decode::Decimal {
                size,
                limit: power(*precision),
                shift: i32::from(*digits) - i32::try_from(*scale).unwrap_or(i32::MAX),
                room: power(i64::from(*wide)),
            },
            (_, DataType::String) => Decode::Text(size),
            _ => Decode::Bytes(size),
        }
    }

    fn target(&self, read: Id, wanted: &DataType) -> Result<Target> {
        let node = self.reader.node(read);
        let each = match &node.logical {
            Some(Logical::TimestampMicros | Logical::LocalTimestampMicros) => 1,
            _ => 1000,
        };
        Ok(match wanted {
            DataType::Integer | DataType::YearMonthInterval { .. } => Target::Int,
            DataType::Long | DataType::DayTimeInterval { .. } => Target::Long,
            DataType::Float => Target::Float,
            DataType::Double => Target::Double,
            DataType::Date if matches!(node.kind, Kind::Int) => Target::Day(self.rebase),
            DataType::Date => Target::DayOfMillis,
            DataType::Timestamp => Target::Instant(each, self.rebase),
            DataType::TimestampNtz => Target::Local(each),
            other => return Err(unplanned(other)),
        })
    }

    /// A value that is no union becomes one of the reader's branches.
    fn becoming_member(&self, written: Id, read: Id, wanted: &DataType) -> Result<Decode> {
        let Kind::Union(all) = self.reader.kind(read) else {
            return Err(unplanned(wanted));
        };
        let Some(branch) = self.branch(written, all) else {
            return Ok(self.misfit(written, read));
        };
        if self.reader.is_null(branch) {
            return Ok(Decode::Null);
        }
        let there = self.reader.branches(read).unwrap_or_default();
        let wide = match there.as_slice() {
            [left, right] => wider(self.reader, *left, *right),
            _ => None,
        };
        if there.len() == 1 || wide.as_ref() == Some(wanted) {
            return self.any(written, branch, wanted);
        }
        let at = there.iter().position(|id| *id == branch);
        let (Some(at), DataType::Struct(fields)) = (at, wanted) else {
            return Err(unplanned(wanted));
        };
        let Some(field) = fields.fields.get(at) else {
            return Err(unplanned(wanted));
        };
        let plan = self.any(written, branch, &field.data_type)?;
        Ok(Decode::Member(at, Box::new(plan)))
    }

    /// The first of the reader's branches of the writer's own type, else the first that
    /// the type may become.
    fn branch(&self, written: Id, all: &[Id]) -> Option<Id> {
        let old = self.writer.kind(written);
        let mut alike = None;
        for id in all {
            let new = self.reader.kind(*id);
            if old.type_name() != new.type_name() {
                continue;
            }
            let (Some(old_name), Some(new_name)) = (old.name(), new.name()) else {
                return Some(*id);
            };
            if same_name(old_name, new_name) {
                return Some(*id);
            }
            let (Kind::Record(_, old), Kind::Record(_, new)) = (old, new) else {
                continue;
            };
            let better = alike.is_none() || old_name.simple == new_name.simple;
            if better && first_missing(old, new).is_none() {
                alike = Some(*id);
            }
        }
        alike.or_else(|| {
            let becomes = |id: &&Id| match (old, self.reader.kind(**id)) {
                (Kind::String, Kind::Bytes) | (Kind::Bytes, Kind::String) => true,
                (old, new) => match (wire(old), wire(new)) {
                    (Some(old), Some(new)) => old != new && promotes(old, new),
                    _ => false,
                },
            };
            all.iter().find(becomes).copied()
        })
    }

    fn record(&self, old: &[Field], new: &[Field], wanted: &DataType) -> Result<Decode> {
        let DataType::Struct(wanted) = wanted else {
            return Err(unplanned(wanted));
        };
        if let Some(missing) = first_missing(old, new) {
            return Ok(Decode::Fail(format!("missing required field {missing}")));
        }
        let places = self.places(new, wanted)?;
        let mut steps = Vec::with_capacity(old.len());
        let mut given = vec![false; wanted.len()];
        for field in old {
            let read = new.iter().position(|known| answers(known, field, new));
            let place = read.and_then(|at| Some((at, places.iter().position(|p| *p == Some(at))?)));
            let Some((read, place)) = place else {
                steps.push(Step::Skip(self.skip(field.schema)));
                continue;
            };
            let kind = &wanted.fields[place].data_type;
            let plan = self.any(field.schema, new[read].schema, kind)?;
            given[place] = true;
            steps.push(Step::Read(place, plan));
        }
        let absent = (0..wanted.len()).filter(|place| !given[*place]);
        let absent = absent.map(|place| {
            let constant = match places[place] {
                Some(read) => Some(self.constant(&new[read], &wanted.fields[place].data_type)?),
                None => None,
            };
            Ok((place, constant))
        });
        Ok(Decode::Record(Record {
            absent: absent.collect::<Result<_>>()?,
            steps,
        }))
    }

    /// Of each field of the struct the reader's field.
    fn places(&self, new: &[Field], wanted: &StructType) -> Result<Vec<Option<usize>>> {
        let fields = wanted.fields.iter().enumerate();
        fields
            .map(|(at, field)| self.matching.find(new, at, &field.name, &[]))
            .collect()
    }

    /// The default of a field that the writer does not have.
    fn constant(&self, field: &Field, wanted: &DataType) -> Result<Constant> {
        let default = field.default.as_ref();
        let bytes = default.and_then(|value| default_bytes(self.reader, field.schema, value));
        let own = Resolver {
            writer: self.reader,
            ..*self
        };
        let decode = match &bytes {
            Some(_) => own.any(field.schema, field.schema, wanted)?,
            None => Decode::Fail(format!("the default of the field {}", field.name)),
        };
        Ok(Constant {
            bytes: bytes.unwrap_or_default().into(),
            decode: Box::new(decode),
        })
    }
}

/// Ten to the power of a number of digits.
fn power(digits: i64) -> i128 {
    let digits = u32::try_from(digits).unwrap_or(u32::MAX);
    10i128.checked_pow(digits).unwrap_or(i128::MAX)
}

fn unplanned(wanted: &DataType) -> SparkError {
    SparkError::internal(format_args!(
        "no Avro schema is read as {} here",
        wanted.simple_string()
    ))
}

/// Whether a field of the reader takes a field of the writer: by its name, or by an
/// alias where no field has that name.
fn answers(new: &Field, old: &Field, all: &[Field]) -> bool {
    new.name == old.name
        || (new.aliases.contains(&old.name) && all.iter().all(|field| field.name != old.name))
}

/// The first field without a default that the writer does not have.
fn first_missing<'a>(old: &[Field], new: &'a [Field]) -> Option<&'a str> {
    let there = |field: &Field| old.iter().any(|held| answers(field, held, new));
    let missing = new
        .iter()
        .find(|field| field.default.is_none() && !there(field));
    missing.map(|field| field.name.as_str())
}

fn same_name(old: &Name, new: &Name) -> bool {
    let full = old.full();
    full == new.full() || new.aliases.contains(&full)
}

fn wire(kind: &Kind) -> Option<Wire> {
    Some(match kind {
        Kind::Int => Wire::Int,
        Kind::Long => Wire::Long,
        Kind::Float => Wire::Float,
        Kind::Double => Wire::Double,
        _ => return None,
    })
}

fn promotes(old: Wire, new: Wire) -> bool {
    match old {
        Wire::Int => true,
        Wire::Long => new != Wire::Int,
        Wire::Float => matches!(new, Wire::Float | Wire::Double),
        Wire::Double => new == Wire::Double,
    }
}

/// Passes over a value that nobody wants.
#[derive(Debug)]
pub struct Skip {
    schema: Arc<Schema>,
    id: Id,
}

/// Records within records, as only broken bytes have them.
const DEEPEST: usize = 1000;

impl Skip {
    pub fn value(&self, cursor: &mut Cursor<'_>) -> Read<()> {
        skip(&self.schema, self.id, cursor, 0)
    }
}

fn skip(schema: &Schema, id: Id, cursor: &mut Cursor<'_>, depth: usize) -> Read<()> {
    if depth > DEEPEST {
        return Err(Malformed::new("values within values without an end"));
    }
    match schema.kind(id) {
        Kind::Null => {}
        Kind::Boolean => drop(cursor.boolean()?),
        Kind::Int | Kind::Enum { .. } => drop(cursor.int()?),
        Kind::Long => drop(cursor.long()?),
        Kind::Float => drop(cursor.float()?),
        Kind::Double => drop(cursor.double()?),
        Kind::Bytes | Kind::String => drop(cursor.bytes()?),
        Kind::Fixed(_, size) => drop(cursor.take(*size)?),
        Kind::Array(items) => blocks(cursor, |cursor| skip(schema, *items, cursor, depth + 1))?,
        Kind::Map(values) => blocks(cursor, |cursor| {
            cursor.bytes()?;
            skip(schema, *values, cursor, depth + 1)
        })?,
        Kind::Union(branches) => {
            let at = cursor.int()?;
            match usize::try_from(at).ok().and_then(|at| branches.get(at)) {
                Some(branch) => skip(schema, *branch, cursor, depth + 1)?,
                None => return Err(Malformed::new(format!("no branch {at} of a union"))),
            }
        }
        Kind::Record(_, fields) => {
            for field in fields {
                skip(schema, field.schema, cursor, depth + 1)?;
            }
        }
    }
    Ok(())
}
