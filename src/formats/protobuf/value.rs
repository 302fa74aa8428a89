//! `from_protobuf` and `to_protobuf`: messages in columns of bytes.

use std::cell::Cell;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BinaryBuilder};

use super::build::Build;
use super::decode::decode;
use super::fill::Fill;
use super::json::Printer;
use super::match_fields::{Matching, Row};
use super::options::Options;
use super::schema::{Id, Schema};
use super::set;
use super::sql_type::{Record, sql_type};
use crate::error::{Result, SparkError};
use crate::formats::OptionMap;
use crate::formats::growing::Column;
use crate::formats::options::ParseMode;
use crate::types::{DataType, StructType};

/// The message of a name: in a set of descriptors, or a class of Protobuf's own.
fn message_of(name: &str, descriptors: Option<&[u8]>) -> Result<(Arc<Schema>, Id)> {
    match descriptors {
        Some(bytes) => set::named(bytes, name),
        None => set::of_class(name),
    }
}

/// Reads messages out of bytes.
#[derive(Debug)]
pub struct FromProtobuf {
    pub returns: DataType,
    schema: Arc<Schema>,
    id: Id,
    record: Record,
    options: Options,
    /// Two of the message's fields have one name: Spark learns of it with the first value.
    ambiguous: bool,
}

impl FromProtobuf {
    pub fn new(
        name: &str,
        descriptors: Option<&[u8]>,
        map: &OptionMap,
        case_sensitive: bool,
    ) -> Result<Self> {
        let options = Options::new(map)?;
        let (schema, id) = message_of(name, descriptors)?;
        let (found, record) = sql_type(&schema, id, &options)?;
        let matching = Matching {
            schema: &schema,
            case_sensitive,
        };
        let ambiguous = matching.check(id).is_err();
        Ok(Self {
            returns: DataType::Struct(found),
            schema,
            id,
            record,
            options,
            ambiguous,
        })
    }

    /// The message of each value; a null stays one.
    pub fn read(&self, values: &dyn Array) -> Result<ArrayRef> {
        let fill = Fill {
            schema: &self.schema,
            printer: Printer {
                schema: &self.schema,
                enums_as_ints: self.options.enums_as_ints,
            },
            emit_zeros: self.options.emit_zeros,
            hollow: Cell::new(false),
        };
        let mut column = Column::new(&self.returns)?;
        let bytes = values.as_binary::<i32>();
        for row in 0..bytes.len() {
            if bytes.is_null(row) {
                column.push_null();
                continue;
            }
            let read = match self.ambiguous {
                true => Err(super::wire::Malformed),
                false => decode(&self.schema, self.id, bytes.value(row)),
            };
            if read
                .and_then(|found| fill.record(&self.record, &found, &mut column))
                .is_err()
            {
                column.truncate(row);
                self.malformed()?;
                column.push_null();
            }
        }
        if fill.hollow.get() {
            return Err(SparkError::not_implemented(
                "unwrap.primitive.wrapper.types without emit.default.values for a list or map \
                 that holds a wrapped zero",
            ));
        }
        column.finish()
    }

    fn malformed(&self) -> Result<()> {
        match self.options.mode {
            ParseMode::Permissive => Ok(()),
            ParseMode::FailFast => Err(SparkError::new(
                "MALFORMED_PROTOBUF_MESSAGE",
                &[("failFastMode", "FAILFAST")],
            )),
            ParseMode::DropMalformed | ParseMode::KeepAside => Err(SparkError::new(
                "PARSE_MODE_UNSUPPORTED",
                &[("funcName", "`from_protobuf`"), ("mode", "DROPMALFORMED")],
            )),
        }
    }
}

/// Writes structs as messages.
#[derive(Debug)]
pub struct ToProtobuf {
    /// What does not fit is told of with the first value, and never where there is none.
    plan: Result<(Arc<Schema>, Row)>,
}

impl ToProtobuf {
    pub fn new(
        held: &StructType,
        name: &str,
        descriptors: Option<&[u8]>,
        case_sensitive: bool,
    ) -> Self {
        let plan = message_of(name, descriptors).and_then(|(schema, id)| {
            let matching = Matching {
                schema: &schema,
                case_sensitive,
            };
            let row = matching.root(id, held)?;
            Ok((schema, row))
        });
        Self { plan }
    }

    /// The bytes of each value; a null stays one.
    pub fn write(&self, values: &dyn Array) -> Result<ArrayRef> {
        let mut out = BinaryBuilder::with_capacity(values.len(), values.len() * 16);
        let mut bytes = Vec::new();
        for row in 0..values.len() {
            if values.is_null(row) {
                out.append_null();
                continue;
            }
            let (schema, plan) = self.plan.as_ref().map_err(Clone::clone)?;
            let build = Build { schema };
            let content = build.row(plan, values, row)?;
            bytes.clear();
            build.bytes(plan, &content, &mut bytes);
            out.append_value(&bytes);
        }
        Ok(Arc::new(out.finish()))
    }
}
