//! Columns under construction that can be cut back to a number of rows: a row that
//! turns out to be malformed leaves nothing behind in any of them.

use std::sync::Arc;

use arrow::array::{
    ArrayData, ArrayRef, BinaryArray, BooleanArray, ListArray, MapArray, NullArray, StringArray,
    StructArray, make_array,
};
use arrow::buffer::{Buffer, NullBuffer, OffsetBuffer};
use arrow::datatypes::DataType as A;

use crate::error::{Result, SparkError};
use crate::types::DataType;

/// Values of one type and which of them are there.
#[derive(Debug)]
pub struct Column {
    kind: A,
    there: Vec<bool>,
    values: Values,
}

#[derive(Debug)]
enum Values {
    Null,
    Boolean(Vec<bool>),
    Int(Vec<i32>),
    Long(Vec<i64>),
    Float(Vec<f32>),
    Double(Vec<f64>),
    Decimal(Vec<i128>),
    /// Texts or bytes: where each ends.
    Bytes(Vec<usize>, Vec<u8>),
    /// Where each ends, and the items.
    List(Vec<usize>, Box<Column>),
    /// Where each ends, keys and values.
    Map(Vec<usize>, Box<[Column; 2]>),
    Struct(Vec<Column>),
}

impl Column {
    pub fn new(data_type: &DataType) -> Result<Self> {
        Ok(Self {
            kind: data_type.to_arrow(),
            there: Vec::new(),
            values: values_of(data_type)?,
        })
    }

    pub fn len(&self) -> usize {
        self.there.len()
    }

    pub fn is_last_null(&self) -> bool {
        self.there.last() == Some(&false)
    }

    /// The number 0, or what else has its bits.
    pub fn push_zero(&mut self) {
        self.push_null();
        if let Some(last) = self.there.last_mut() {
            *last = true;
        }
    }

    /// Leaves the first `rows` values.
    pub fn truncate(&mut self, rows: usize) {
        self.there.truncate(rows);
        match &mut self.values {
            Values::Null => {}
            Values::Boolean(all) => all.truncate(rows),
            Values::Int(all) => all.truncate(rows),
            Values::Long(all) => all.truncate(rows),
            Values::Float(all) => all.truncate(rows),
            Values::Double(all) => all.truncate(rows),
            Values::Decimal(all) => all.truncate(rows),
            Values::Bytes(ends, bytes) => bytes.truncate(cut(ends, rows)),
            Values::List(ends, items) => items.truncate(cut(ends, rows)),
            Values::Map(ends, parts) => {
                let left = cut(ends, rows);
                parts.iter_mut().for_each(|part| part.truncate(left));
            }
            Values::Struct(fields) => fields.iter_mut().for_each(|field| field.truncate(rows)),
        }
    }

    pub fn push_null(&mut self) {
        self.there.push(false);
        match &mut self.values {
            Values::Null => {}
            Values::Boolean(all) => all.push(false),
            Values::Int(all) => all.push(0),
            Values::Long(all) => all.push(0),
            Values::Float(all) => all.push(0.0),
            Values::Double(all) => all.push(0.0),
            Values::Decimal(all) => all.push(0),
            Values::Bytes(ends, bytes) => ends.push(bytes.len()),
            Values::List(ends, items) => ends.push(items.len()),
            Values::Map(ends, parts) => ends.push(parts[0].len()),
            Values::Struct(fields) => fields.iter_mut().for_each(Self::push_null),
        }
    }

    /// A struct whose fields are all null.
    pub fn push_empty_struct(&mut self) {
        self.push_zero();
    }

    pub fn push_boolean(&mut self, value: bool) {
        if let Values::Boolean(all) = &mut self.values {
            all.push(value);
            self.there.push(true);
        }
    }

    pub fn push_int(&mut self, value: i32) {
        if let Values::Int(all) = &mut self.values {
            all.push(value);
            self.there.push(true);
        }
    }

    pub fn push_long(&mut self, value: i64) {
        if let Values::Long(all) = &mut self.values {
            all.push(value);
            self.there.push(true);
        }
    }

    pub fn push_float(&mut self, value: f32) {
        if let Values::Float(all) = &mut self.values {
            all.push(value);
            self.there.push(true);
        }
    }

    pub fn push_double(&mut self, value: f64) {
        if let Values::Double(all) = &mut self.values {
            all.push(value);
            self.there.push(true);
        }
    }

    pub fn push_decimal(&mut self, unscaled: i128) {
        if let Values::Decimal(all) = &mut self.values {
            all.push(unscaled);
            self.there.push(true);
        }
    }

    /// Bytes or a text.
    pub fn push_bytes(&mut self, value: &[u8]) {
        if let Values::Bytes(ends, bytes) = &mut self.values {
            bytes.extend_from_slice(value);
            ends.push(bytes.len());
            self.there.push(true);
        }
    }

    /// The items of a list, or the keys and values of a map, to be filled before
    /// [`close`](Self::close).
    pub fn children(&mut self) -> &mut [Column] {
        match &mut self.values {
            Values::List(_, items) => std::slice::from_mut(items.as_mut()),
            Values::Map(_, parts) => parts.as_mut_slice(),
            Values::Struct(fields) => fields,
            _ => &mut [],
        }
    }

    /// Ends a list, a map or a struct with what its children got.
    pub fn close(&mut self) {
        match &mut self.values {
            Values::List(ends, items) => ends.push(items.len()),
            Values::Map(ends, parts) => ends.push(parts[0].len()),
            Values::Struct(_) => {}
            _ => return,
        }
        self.there.push(true);
    }

    /// The fields of a struct that is there in every row.
    pub fn into_fields(self) -> Result<Vec<ArrayRef>> {
        match self.values {
            Values::Struct(fields) => fields.into_iter().map(Self::finish).collect(),
            _ => Err(broken("rows that are no structs")),
        }
    }

    pub fn finish(self) -> Result<ArrayRef> {
        let rows = self.there.len();
        let nulls = match self.there.iter().all(|there| *there) {
            true => None,
            false => Some(NullBuffer::from(self.there)),
        };
        Ok(match self.values {
            Values::Null => Arc::new(NullArray::new(rows)),
            Values::Boolean(all) => Arc::new(BooleanArray::new(all.into(), nulls)),
            Values::Int(all) => plain(self.kind, Buffer::from_vec(all), rows, nulls)?,
            Values::Long(all) => plain(self.kind, Buffer::from_vec(all), rows, nulls)?,
            Values::Float(all) => plain(self.kind, Buffer::from_vec(all), rows, nulls)?,
            Values::Double(all) => plain(self.kind, Buffer::from_vec(all), rows, nulls)?,
            Values::Decimal(all) => plain(self.kind, Buffer::from_vec(all), rows, nulls)?,
            Values::Bytes(ends, bytes) => {
                let (ends, bytes) = (offsets(ends)?, Buffer::from_vec(bytes));
                match self.kind {
                    A::Utf8 => Arc::new(StringArray::try_new(ends, bytes, nulls).map_err(broken)?),
                    _ => Arc::new(BinaryArray::try_new(ends, bytes, nulls).map_err(broken)?),
                }
            }
            Values::List(ends, items) => {
                let A::List(item) = self.kind else {
                    return Err(broken("a list of another type"));
                };
                let list = ListArray::try_new(item, offsets(ends)?, items.finish()?, nulls);
                Arc::new(list.map_err(broken)?)
            }
            Values::Map(ends, parts) => {
                let A::Map(entry, sorted) = self.kind else {
                    return Err(broken("a map of another type"));
                };
                let count = parts[0].len();
                let entries = structure(entry.data_type(), Vec::from(*parts), count, None)?;
                let map = MapArray::try_new(entry, offsets(ends)?, entries, nulls, sorted);
                Arc::new(map.map_err(broken)?)
            }
            Values::Struct(fields) => Arc::new(structure(&self.kind, fields, rows, nulls)?),
        })
    }
}

fn broken(reason: impl std::fmt::Display) -> SparkError {
    SparkError::internal(reason)
}

/// How many items the first `rows` values have.
fn cut(ends: &mut Vec<usize>, rows: usize) -> usize {
    ends.truncate(rows);
    ends.last().copied().unwrap_or(0)
}

fn offsets(ends: Vec<usize>) -> Result<OffsetBuffer<i32>> {
    if ends.last().is_some_and(|end| i32::try_from(*end).is_err()) {
        return Err(SparkError::not_implemented(
            "more than 2 GB of values in one batch",
        ));
    }
    let mut all = Vec::with_capacity(ends.len() + 1);
    all.push(0);
    all.extend(ends.into_iter().map(|end| end as i32));
    Ok(OffsetBuffer::new(all.into()))
}

/// An array of numbers.
fn plain(kind: A, values: Buffer, rows: usize, nulls: Option<NullBuffer>) -> Result<ArrayRef> {
    let data = ArrayData::builder(kind)
        .len(rows)
        .add_buffer(values)
        .nulls(nulls);
    Ok(make_array(data.build().map_err(broken)?))
}

fn structure(
    kind: &A,
    fields: Vec<Column>,
    rows: usize,
    nulls: Option<NullBuffer>,
) -> Result<StructArray> {
    let A::Struct(kinds) = kind else {
        return Err(broken("a struct of another type"));
    };
    if fields.is_empty() {
        return Ok(StructArray::new_empty_fields(rows, nulls));
    }
    let arrays: Result<Vec<_>> = fields.into_iter().map(Column::finish).collect();
    StructArray::try_new(kinds.clone(), arrays?, nulls).map_err(broken)
}

fn values_of(data_type: &DataType) -> Result<Values> {
    Ok(match data_type {
        DataType::Null => Values::Null,
        DataType::Boolean => Values::Boolean(Vec::new()),
        DataType::Integer | DataType::Date | DataType::YearMonthInterval { .. } => {
            Values::Int(Vec::new())
        }
        DataType::Long
        | DataType::Timestamp
        | DataType::TimestampNtz
        | DataType::DayTimeInterval { .. } => Values::Long(Vec::new()),
        DataType::Float => Values::Float(Vec::new()),
        DataType::Double => Values::Double(Vec::new()),
        DataType::Decimal { .. } => Values::Decimal(Vec::new()),
        DataType::String | DataType::Binary => Values::Bytes(Vec::new(), Vec::new()),
        DataType::Array { element, .. } => {
            Values::List(Vec::new(), Box::new(Column::new(element)?))
        }
        DataType::Map { key, value, .. } => Values::Map(
            Vec::new(),
            Box::new([Column::new(key)?, Column::new(value)?]),
        ),
        DataType::Struct(fields) => {
            let columns = fields
                .fields
                .iter()
                .map(|field| Column::new(&field.data_type));
            Values::Struct(columns.collect::<Result<_>>()?)
        }
        other => {
            return Err(SparkError::not_implemented(format_args!(
                "reading the type {} from values of bytes",
                other.simple_string()
            )));
        }
    })
}
