//! Variants: values of any shape in the binary encoding that Spark and Parquet share.
//!
//! A variant is two binaries: its value, and a dictionary of the names of fields
//! (`metadata`). This file reads them where they lie; `node` holds a variant as a tree
//! and writes it, `parse` and `text` are its JSON, `path` finds and changes parts,
//! `cast` goes from and to Spark's types, `schema` tells a variant's type.

mod cast;
mod node;
mod parse;
mod path;
mod schema;
mod text;

use arrow::array::{Array, ArrayRef, AsArray, BinaryArray, BinaryBuilder, StructArray};
use arrow::buffer::NullBuffer;

use super::DataType;
use crate::error::{Result, SparkError};

pub use cast::{CastFailure, from_variant, holds, to_nodes};
pub use node::Node;
pub use parse::parse_json;
pub use path::{Change, EditError, Segment, edit, find, parse_path};
pub use schema::{merged, shape, shape_text};
pub use text::write_json;

/// A variant, or a part of one.
#[derive(Debug, Clone, Copy)]
pub struct Variant<'a> {
    /// Begins with the value; what follows it is not looked at.
    value: &'a [u8],
    metadata: &'a [u8],
}

/// What a variant is.
#[derive(Debug, Clone, Copy)]
pub enum View<'a> {
    Null,
    Boolean(bool),
    /// Of one to eight bytes.
    Long(i64),
    Double(f64),
    Float(f32),
    /// Unscaled value and scale, as they are stored.
    Decimal(i128, u8),
    Date(i32),
    Timestamp(i64),
    TimestampNtz(i64),
    String(&'a str),
    Binary(&'a [u8]),
    Uuid(&'a [u8]),
    Object(Parts<'a>),
    Array(Parts<'a>),
}

/// The parts of an object or of an array.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'a> {
    pub len: usize,
    /// Ids of the fields' names; empty in an array.
    ids: Table<'a>,
    offsets: Table<'a>,
    data: &'a [u8],
    metadata: &'a [u8],
}

/// Little-endian numbers of one width.
#[derive(Debug, Clone, Copy)]
struct Table<'a> {
    bytes: &'a [u8],
    width: usize,
}

impl Table<'_> {
    fn at(&self, index: usize) -> Result<usize> {
        unsigned(self.bytes, index * self.width, self.width)
    }
}

pub(super) mod tag {
    pub const NULL: u8 = 0;
    pub const TRUE: u8 = 1;
    pub const FALSE: u8 = 2;
    pub const INT1: u8 = 3;
    pub const INT2: u8 = 4;
    pub const INT4: u8 = 5;
    pub const INT8: u8 = 6;
    pub const DOUBLE: u8 = 7;
    pub const DECIMAL4: u8 = 8;
    pub const DECIMAL8: u8 = 9;
    pub const DECIMAL16: u8 = 10;
    pub const DATE: u8 = 11;
    pub const TIMESTAMP: u8 = 12;
    pub const TIMESTAMP_NTZ: u8 = 13;
    pub const FLOAT: u8 = 14;
    pub const BINARY: u8 = 15;
    pub const LONG_STRING: u8 = 16;
    pub const UUID: u8 = 20;
    /// Kinds of values, the two low bits.
    pub const PRIMITIVE: u8 = 0;
    pub const SHORT_STRING: u8 = 1;
    pub const OBJECT: u8 = 2;
    pub const ARRAY: u8 = 3;
}

pub(super) fn malformed() -> SparkError {
    SparkError::new("MALFORMED_VARIANT", &[])
}

fn slice(bytes: &[u8], start: usize, length: usize) -> Result<&[u8]> {
    let end = start.checked_add(length).ok_or_else(malformed)?;
    bytes.get(start..end).ok_or_else(malformed)
}

fn unsigned(bytes: &[u8], start: usize, width: usize) -> Result<usize> {
    let found = slice(bytes, start, width)?;
    Ok(found
        .iter()
        .rev()
        .fold(0, |sum, byte| sum << 8 | usize::from(*byte)))
}

fn signed(bytes: &[u8], width: usize) -> Result<i64> {
    let found = slice(bytes, 1, width)?;
    let mut whole = [if found[width - 1] >= 0x80 { 0xff } else { 0 }; 8];
    whole[..width].copy_from_slice(found);
    Ok(i64::from_le_bytes(whole))
}

impl<'a> Variant<'a> {
    pub fn new(value: &'a [u8], metadata: &'a [u8]) -> Result<Self> {
        if metadata.first().is_none_or(|first| first & 0x0f != 1) {
            return Err(malformed());
        }
        Ok(Self { value, metadata })
    }

    pub fn metadata(&self) -> &'a [u8] {
        self.metadata
    }

    /// The bytes of the value alone.
    pub fn value(&self) -> Result<&'a [u8]> {
        slice(self.value, 0, self.size()?)
    }

    pub fn view(&self) -> Result<View<'a>> {
        let value = self.value;
        let first = *value.first().ok_or_else(malformed)?;
        let info = first >> 2;
        match first & 3 {
            tag::SHORT_STRING => text(slice(value, 1, info.into())?),
            tag::OBJECT => self.parts(info, true).map(View::Object),
            tag::ARRAY => self.parts(info, false).map(View::Array),
            _ => self.primitive(info),
        }
    }

    fn primitive(&self, info: u8) -> Result<View<'a>> {
        let value = self.value;
        Ok(match info {
            tag::NULL => View::Null,
            tag::TRUE => View::Boolean(true),
            tag::FALSE => View::Boolean(false),
            tag::INT1 => View::Long(signed(value, 1)?),
            tag::INT2 => View::Long(signed(value, 2)?),
            tag::INT4 => View::Long(signed(value, 4)?),
            tag::INT8 => View::Long(signed(value, 8)?),
            tag::DOUBLE => View::Double(f64::from_bits(signed(value, 8)? as u64)),
            tag::FLOAT => View::Float(f32::from_bits(signed(value, 4)? as u32)),
            tag::DATE => View::Date(signed(value, 4)? as i32),
            tag::TIMESTAMP => View::Timestamp(signed(value, 8)?),
            tag::TIMESTAMP_NTZ => View::TimestampNtz(signed(value, 8)?),
            tag::DECIMAL4 => decimal(value, 4)?,
            tag::DECIMAL8 => decimal(value, 8)?,
            tag::DECIMAL16 => decimal(value, 16)?,
            tag::BINARY => View::Binary(slice(value, 5, unsigned(value, 1, 4)?)?),
            tag::LONG_STRING => text(slice(value, 5, unsigned(value, 1, 4)?)?)?,
            tag::UUID => View::Uuid(slice(value, 1, 16)?),
            other => {
                return Err(SparkError::new(
                    "UNKNOWN_PRIMITIVE_TYPE_IN_VARIANT",
                    &[("id", &other.to_string())],
                ));
            }
        })
    }

    fn parts(&self, info: u8, is_object: bool) -> Result<Parts<'a>> {
        let offset_width = usize::from(info & 3) + 1;
        let id_width = if is_object {
            usize::from(info >> 2 & 3) + 1
        } else {
            0
        };
        let is_large = info >> (if is_object { 4 } else { 2 }) & 1 == 1;
        let count_width = if is_large { 4 } else { 1 };
        let len = unsigned(self.value, 1, count_width)?;
        let ids_at = 1 + count_width;
        let ids = slice(self.value, ids_at, len * id_width)?;
        let offsets_at = ids_at + ids.len();
        let offsets = slice(self.value, offsets_at, (len + 1) * offset_width)?;
        let data = &self.value[offsets_at + offsets.len()..];
        Ok(Parts {
            len,
            ids: Table {
                bytes: ids,
                width: id_width,
            },
            offsets: Table {
                bytes: offsets,
                width: offset_width,
            },
            data,
            metadata: self.metadata,
        })
    }

    fn size(&self) -> Result<usize> {
        let value = self.value;
        let first = *value.first().ok_or_else(malformed)?;
        let info = first >> 2;
        Ok(match (first & 3, info) {
            (tag::SHORT_STRING, _) => 1 + usize::from(info),
            (tag::OBJECT | tag::ARRAY, _) => {
                let parts = self.parts(info, first & 3 == tag::OBJECT)?;
                value.len() - parts.data.len() + parts.offsets.at(parts.len)?
            }
            (_, tag::NULL | tag::TRUE | tag::FALSE) => 1,
            (_, tag::INT1) => 2,
            (_, tag::INT2) => 3,
            (_, tag::INT4 | tag::DATE | tag::FLOAT) => 5,
            (_, tag::INT8 | tag::DOUBLE | tag::TIMESTAMP | tag::TIMESTAMP_NTZ) => 9,
            (_, tag::DECIMAL4) => 6,
            (_, tag::DECIMAL8) => 10,
            (_, tag::DECIMAL16) => 18,
            (_, tag::UUID) => 17,
            (_, tag::BINARY | tag::LONG_STRING) => 5 + unsigned(value, 1, 4)?,
            _ => return Err(malformed()),
        })
    }
}

fn text(bytes: &[u8]) -> Result<View<'_>> {
    std::str::from_utf8(bytes)
        .map(View::String)
        .map_err(|_| malformed())
}

fn decimal(value: &[u8], width: usize) -> Result<View<'_>> {
    let scale = *value.get(1).ok_or_else(malformed)?;
    let found = slice(value, 2, width)?;
    let mut whole = [if found[width - 1] >= 0x80 { 0xff } else { 0 }; 16];
    whole[..width].copy_from_slice(found);
    if scale > 38 {
        return Err(malformed());
    }
    Ok(View::Decimal(i128::from_le_bytes(whole), scale))
}

/// A decimal as Spark reads it from a variant: without zeros at its end, which may make
/// the scale negative.
pub fn stripped(value: i128, scale: u8) -> (i128, i32) {
    if value == 0 {
        return (0, 0);
    }
    let (mut value, mut scale) = (value, i32::from(scale));
    while value % 10 == 0 {
        value /= 10;
        scale -= 1;
    }
    (value, scale)
}

impl<'a> Parts<'a> {
    /// The element, or the value of the field, at a position.
    pub fn get(&self, index: usize) -> Result<Variant<'a>> {
        if index >= self.len {
            return Err(malformed());
        }
        let start = self.offsets.at(index)?;
        let value = self.data.get(start..).ok_or_else(malformed)?;
        Ok(Variant {
            value,
            metadata: self.metadata,
        })
    }

    /// The name of the field at a position; fields are in the order of their names.
    pub fn name(&self, index: usize) -> Result<&'a str> {
        let id = self.ids.at(index)?;
        let metadata = self.metadata;
        let width = usize::from(metadata[0] >> 6) + 1;
        let count = unsigned(metadata, 1, width)?;
        if id >= count {
            return Err(malformed());
        }
        let offset = |at: usize| unsigned(metadata, 1 + width * (1 + at), width);
        let (start, end) = (offset(id)?, offset(id + 1)?);
        let texts = 1 + width * (count + 2);
        let length = end.checked_sub(start).ok_or_else(malformed)?;
        std::str::from_utf8(slice(metadata, texts + start, length)?).map_err(|_| malformed())
    }

    /// The value of a field.
    pub fn field(&self, name: &str) -> Result<Option<Variant<'a>>> {
        for index in 0..self.len {
            if self.name(index)? == name {
                return self.get(index).map(Some);
            }
        }
        Ok(None)
    }
}

/// A column of variants.
pub struct Column<'a> {
    values: &'a BinaryArray,
    metadata: &'a BinaryArray,
    array: &'a dyn Array,
}

impl<'a> Column<'a> {
    pub fn new(array: &'a dyn Array) -> Result<Self> {
        let wrong = || SparkError::internal("a variant is stored otherwise");
        let parts = array.as_struct_opt().ok_or_else(wrong)?;
        let part = |at: usize| parts.columns().get(at).and_then(|c| c.as_binary_opt());
        Ok(Self {
            values: part(0).ok_or_else(wrong)?,
            metadata: part(1).ok_or_else(wrong)?,
            array,
        })
    }

    /// The variant of a row; `None` for a null.
    pub fn at(&self, row: usize) -> Result<Option<Variant<'a>>> {
        if self.array.is_null(row) {
            return Ok(None);
        }
        Variant::new(self.values.value(row), self.metadata.value(row)).map(Some)
    }
}

/// Gathers a column of variants.
#[derive(Default)]
pub struct Builder {
    values: BinaryBuilder,
    metadata: BinaryBuilder,
    valid: Vec<bool>,
}

impl Builder {
    pub fn append(&mut self, node: Option<&Node>) {
        match node {
            Some(node) => {
                let (value, metadata) = node.encode();
                self.append_bytes(&value, &metadata);
            }
            None => {
                self.values.append_value([]);
                self.metadata.append_value([]);
                self.valid.push(false);
            }
        }
    }

    pub fn append_bytes(&mut self, value: &[u8], metadata: &[u8]) {
        self.values.append_value(value);
        self.metadata.append_value(metadata);
        self.valid.push(true);
    }

    pub fn finish(mut self) -> Result<ArrayRef> {
        let arrow::datatypes::DataType::Struct(fields) = DataType::Variant.to_arrow() else {
            return Err(SparkError::internal("a variant is stored otherwise"));
        };
        let columns: Vec<ArrayRef> = vec![
            std::sync::Arc::new(self.values.finish()),
            std::sync::Arc::new(self.metadata.finish()),
        ];
        let nulls = Some(NullBuffer::from(self.valid)).filter(|n| n.null_count() > 0);
        let found = StructArray::try_new(fields, columns, nulls).map_err(SparkError::internal)?;
        Ok(std::sync::Arc::new(found))
    }
}

#[cfg(test)]
mod tests;
