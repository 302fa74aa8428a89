//! [`Column`]: the growing Arrow column of one field, with the one ability that
//! Arrow's builders lack: to forget the rows after a mark, so that a decoder may
//! write before it knows that a record is sound.
//!
//! Knows nothing of JSON.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryArray, BooleanArray, Decimal128Array, ListArray, MapArray, NullArray,
    PrimitiveArray, StringArray, StructArray, types,
};
use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{DataType as ArrowType, Field, Fields};
use arrow::error::ArrowError;

use crate::error::{Result, SparkError};
use crate::types::{DataType, StructType};

/// Bytes of all rows after each other, and where each row ends.
#[derive(Debug)]
pub(super) struct Blob {
    pub offsets: Vec<i32>,
    pub bytes: Vec<u8>,
}

#[derive(Debug)]
pub(super) enum Values {
    Null,
    Boolean(Vec<bool>),
    Byte(Vec<i8>),
    Short(Vec<i16>),
    Int(Vec<i32>),
    Long(Vec<i64>),
    Float(Vec<f32>),
    Double(Vec<f64>),
    Decimal(Vec<i128>),
    Text(Blob),
    Binary(Blob),
    List {
        offsets: Vec<i32>,
        child: Box<Column>,
    },
    Map {
        offsets: Vec<i32>,
        keys: Box<Column>,
        values: Box<Column>,
    },
    Struct(Vec<Column>),
}

/// Which rows hold a value; a bitmap exists only once a null was seen.
#[derive(Debug, Default)]
pub(super) struct Validity {
    len: usize,
    bits: Option<Vec<bool>>,
}

impl Validity {
    #[inline(always)]
    fn push_valid(&mut self) {
        self.len += 1;
        if let Some(bits) = &mut self.bits {
            bits.push(true);
        }
    }

    fn push_null(&mut self) {
        let len = self.len;
        self.bits.get_or_insert_with(|| vec![true; len]).push(false);
        self.len += 1;
    }

    fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
        if let Some(bits) = &mut self.bits {
            bits.truncate(len);
        }
    }

    fn take(&mut self) -> Option<NullBuffer> {
        self.len = 0;
        self.bits
            .take()
            .map(|bits| NullBuffer::new(BooleanBuffer::from(bits)))
    }
}

/// A value in memory between the general decoder and a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Datum {
    Null,
    /// No value was set: the record lacks the field, or what it has cannot be converted.
    Absent,
    Boolean(bool),
    /// Byte, short, int, long, and dates, timestamps and intervals in their units.
    Int(i64),
    Float(f32),
    Double(f64),
    /// Unscaled.
    Decimal(i128),
    Text(String),
    Binary(Vec<u8>),
    List(Vec<Datum>),
    Map(Vec<(String, Datum)>),
    Struct(Vec<Datum>),
}

impl Blob {
    fn new() -> Self {
        Self {
            offsets: vec![0],
            bytes: Vec::new(),
        }
    }

    /// Ends the row whose bytes were just appended.
    #[inline(always)]
    pub fn end_row(&mut self) {
        // A batch is flushed long before two gigabytes: `JsonDecoder` watches its size.
        self.offsets.push(self.bytes.len() as i32);
    }

    fn truncate(&mut self, len: usize) {
        self.offsets.truncate(len + 1);
        let end = self.offsets.last().copied().unwrap_or(0);
        self.bytes.truncate(end as usize);
    }

    fn take(&mut self) -> (OffsetBuffer<i32>, Buffer) {
        let rows = self.offsets.len();
        let offsets = std::mem::replace(&mut self.offsets, Vec::with_capacity(rows));
        self.offsets.push(0);
        let size = self.bytes.len();
        let bytes = std::mem::replace(&mut self.bytes, Vec::with_capacity(size));
        (
            OffsetBuffer::new(ScalarBuffer::from(offsets)),
            Buffer::from_vec(bytes),
        )
    }
}

/// Refuses fields that no column can be made of.
pub(super) fn check(schema: &StructType) -> Result<()> {
    Column::of_fields(schema).map(|_| ())
}

#[derive(Debug)]
pub(super) struct Column {
    pub values: Values,
    validity: Validity,
    arrow_type: ArrowType,
    /// The rows that were not set, where somebody wants to know them.
    absent: Option<Vec<usize>>,
}

impl Column {
    pub fn new(data_type: &DataType) -> Result<Self> {
        let values = match data_type {
            DataType::Null => Values::Null,
            DataType::Boolean => Values::Boolean(Vec::new()),
            DataType::Byte => Values::Byte(Vec::new()),
            DataType::Short => Values::Short(Vec::new()),
            DataType::Integer | DataType::Date | DataType::YearMonthInterval { .. } => {
                Values::Int(Vec::new())
            }
            DataType::Long
            | DataType::Timestamp
            | DataType::TimestampNtz
            | DataType::Time { .. }
            | DataType::DayTimeInterval { .. } => Values::Long(Vec::new()),
            DataType::Float => Values::Float(Vec::new()),
            DataType::Double => Values::Double(Vec::new()),
            DataType::Decimal { .. } => Values::Decimal(Vec::new()),
            DataType::String | DataType::Char { .. } => Values::Text(Blob::new()),
            DataType::Binary => Values::Binary(Blob::new()),
            DataType::Variant => Values::Struct(vec![
                Self::new(&DataType::Binary)?,
                Self::new(&DataType::Binary)?,
            ]),
            DataType::UserDefined(udt) => return Self::new(&udt.stored),
            DataType::CalendarInterval => {
                return Err(SparkError::not_implemented(
                    "reading intervals from text files",
                ));
            }
            DataType::Place { .. } => {
                return Err(SparkError::not_implemented(
                    "reading places from text files",
                ));
            }
            DataType::Array { element, .. } => Values::List {
                offsets: vec![0],
                child: Box::new(Self::new(element)?),
            },
            DataType::Map { key, value, .. } => {
                if **key != DataType::String {
                    return Err(SparkError::not_implemented(format!(
                        "reading a map with keys of type {} from JSON",
                        key.sql()
                    )));
                }
                Values::Map {
                    offsets: vec![0],
                    keys: Box::new(Self::new(key)?),
                    values: Box::new(Self::new(value)?),
                }
            }
            DataType::Struct(fields) => Values::Struct(Self::of_fields(fields)?),
        };
        let arrow_type = data_type.as_nullable().to_arrow();
        Ok(Self {
            values,
            validity: Validity::default(),
            arrow_type,
            absent: None,
        })
    }

    pub fn of_fields(schema: &StructType) -> Result<Vec<Self>> {
        schema
            .fields
            .iter()
            .map(|field| Self::new(&field.data_type))
            .collect()
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.validity.len
    }

    /// Marks the row that was just written into `values` as present.
    #[inline(always)]
    pub fn commit(&mut self) {
        self.validity.push_valid();
    }

    /// From now on [`take_absent`](Self::take_absent) knows which rows were not set.
    pub fn watch(&mut self) {
        self.absent = Some(Vec::new());
    }

    /// The rows since the last call that were not set, in ascending order.
    pub fn take_absent(&mut self) -> Option<Vec<usize>> {
        self.absent.as_mut().map(std::mem::take)
    }

    /// The last row counts as not set, whatever it holds.
    pub fn mark_last_absent(&mut self) {
        let last = self.validity.len.checked_sub(1);
        if let (Some(absent), Some(last)) = (&mut self.absent, last)
            && absent.last() != Some(&last)
        {
            absent.push(last);
        }
    }

    /// A null for want of a value.
    pub fn push_absent(&mut self) {
        if let Some(absent) = &mut self.absent {
            absent.push(self.validity.len);
        }
        self.push_null();
    }

    pub fn push_null(&mut self) {
        match &mut self.values {
            Values::Null => {}
            Values::Boolean(v) => v.push(false),
            Values::Byte(v) => v.push(0),
            Values::Short(v) => v.push(0),
            Values::Int(v) => v.push(0),
            Values::Long(v) => v.push(0),
            Values::Float(v) => v.push(0.0),
            Values::Double(v) => v.push(0.0),
            Values::Decimal(v) => v.push(0),
            Values::Text(blob) | Values::Binary(blob) => blob.end_row(),
            Values::List { offsets, child } => offsets.push(child.len() as i32),
            Values::Map { offsets, keys, .. } => offsets.push(keys.len() as i32),
            Values::Struct(children) => children.iter_mut().for_each(Self::push_null),
        }
        self.validity.push_null();
    }

    /// Forgets all rows from `len` on, finished or not.
    pub fn truncate(&mut self, len: usize) {
        match &mut self.values {
            Values::Null => {}
            Values::Boolean(v) => v.truncate(len),
            Values::Byte(v) => v.truncate(len),
            Values::Short(v) => v.truncate(len),
            Values::Int(v) => v.truncate(len),
            Values::Long(v) => v.truncate(len),
            Values::Float(v) => v.truncate(len),
            Values::Double(v) => v.truncate(len),
            Values::Decimal(v) => v.truncate(len),
            Values::Text(blob) | Values::Binary(blob) => blob.truncate(len),
            Values::List { offsets, child } => {
                offsets.truncate(len + 1);
                child.truncate(offsets.last().copied().unwrap_or(0) as usize);
            }
            Values::Map {
                offsets,
                keys,
                values,
            } => {
                offsets.truncate(len + 1);
                let end = offsets.last().copied().unwrap_or(0) as usize;
                keys.truncate(end);
                values.truncate(end);
            }
            Values::Struct(children) => children.iter_mut().for_each(|c| c.truncate(len)),
        }
        self.validity.truncate(len);
        if let Some(absent) = &mut self.absent {
            let kept = absent.partition_point(|row| *row < len);
            absent.truncate(kept);
        }
    }

    /// Appends a value of the general decoder, which made it for this column's type.
    pub fn push(&mut self, datum: &Datum) -> Result<()> {
        match (&mut self.values, datum) {
            (_, Datum::Null) => {
                self.push_null();
                return Ok(());
            }
            (_, Datum::Absent) => {
                self.push_absent();
                return Ok(());
            }
            (Values::Boolean(v), Datum::Boolean(b)) => v.push(*b),
            (Values::Byte(v), Datum::Int(i)) => v.push(*i as i8),
            (Values::Short(v), Datum::Int(i)) => v.push(*i as i16),
            (Values::Int(v), Datum::Int(i)) => v.push(*i as i32),
            (Values::Long(v), Datum::Int(i)) => v.push(*i),
            (Values::Float(v), Datum::Float(f)) => v.push(*f),
            (Values::Double(v), Datum::Double(f)) => v.push(*f),
            (Values::Decimal(v), Datum::Decimal(d)) => v.push(*d),
            (Values::Text(blob), Datum::Text(text)) => {
                blob.bytes.extend_from_slice(text.as_bytes());
                blob.end_row();
            }
            (Values::Binary(blob), Datum::Binary(bytes)) => {
                blob.bytes.extend_from_slice(bytes);
                blob.end_row();
            }
            (Values::List { offsets, child }, Datum::List(items)) => {
                items.iter().try_for_each(|item| child.push(item))?;
                offsets.push(child.len() as i32);
            }
            (
                Values::Map {
                    offsets,
                    keys,
                    values,
                },
                Datum::Map(entries),
            ) => {
                for (key, value) in entries {
                    keys.push_text(key.as_bytes());
                    values.push(value)?;
                }
                offsets.push(keys.len() as i32);
            }
            (Values::Struct(children), Datum::Struct(items)) => {
                children
                    .iter_mut()
                    .zip(items)
                    .try_for_each(|(c, item)| c.push(item))?;
            }
            (values, datum) => {
                return Err(SparkError::internal(format!(
                    "{datum:?} for a column {values:?}"
                )));
            }
        }
        self.commit();
        Ok(())
    }

    /// Appends a string; the column is known to hold text.
    pub fn push_text(&mut self, text: &[u8]) {
        if let Values::Text(blob) = &mut self.values {
            blob.bytes.extend_from_slice(text);
            blob.end_row();
            self.commit();
        }
    }

    /// Bytes held, to keep 32-bit offsets from overflowing.
    pub fn byte_size(&self) -> usize {
        match &self.values {
            Values::Text(blob) | Values::Binary(blob) => blob.bytes.len(),
            Values::List { child, .. } => child.byte_size().max(child.len()),
            Values::Map { keys, values, .. } => {
                keys.byte_size().max(values.byte_size()).max(keys.len())
            }
            Values::Struct(children) => children.iter().map(Self::byte_size).max().unwrap_or(0),
            _ => 0,
        }
    }

    /// The rows so far as an Arrow array; the column is empty afterwards.
    pub fn finish(&mut self) -> Result<ArrayRef> {
        let rows = self.len();
        let nulls = self.validity.take();
        self.build(rows, nulls)
            .map_err(|e| SparkError::internal(format!("JSON column: {e}")))
    }

    fn build(&mut self, rows: usize, nulls: Option<NullBuffer>) -> Result<ArrayRef, ArrowError> {
        Ok(match &mut self.values {
            Values::Null => Arc::new(NullArray::new(rows)),
            Values::Boolean(v) => Arc::new(BooleanArray::new(
                BooleanBuffer::from(std::mem::take(v)),
                nulls,
            )),
            Values::Byte(v) => primitive::<types::Int8Type>(v, nulls)?,
            Values::Short(v) => primitive::<types::Int16Type>(v, nulls)?,
            Values::Int(v) => match self.arrow_type {
                ArrowType::Date32 => primitive::<types::Date32Type>(v, nulls)?,
                ArrowType::Interval(_) => primitive::<types::IntervalYearMonthType>(v, nulls)?,
                _ => primitive::<types::Int32Type>(v, nulls)?,
            },
            Values::Long(v) => match &self.arrow_type {
                ArrowType::Timestamp(_, zone) => {
                    let values = replace(v);
                    let array =
                        PrimitiveArray::<types::TimestampMicrosecondType>::try_new(values, nulls)?;
                    Arc::new(array.with_timezone_opt(zone.clone()))
                }
                ArrowType::Time64(_) => primitive::<types::Time64NanosecondType>(v, nulls)?,
                ArrowType::Duration(_) => primitive::<types::DurationMicrosecondType>(v, nulls)?,
                _ => primitive::<types::Int64Type>(v, nulls)?,
            },
            Values::Float(v) => primitive::<types::Float32Type>(v, nulls)?,
            Values::Double(v) => primitive::<types::Float64Type>(v, nulls)?,
            Values::Decimal(v) => {
                let array = Decimal128Array::try_new(replace(v), nulls)?;
                Arc::new(array.with_data_type(self.arrow_type.clone()))
            }
            Values::Text(blob) => {
                let (offsets, bytes) = blob.take();
                Arc::new(StringArray::try_new(offsets, bytes, nulls)?)
            }
            Values::Binary(blob) => {
                let (offsets, bytes) = blob.take();
                Arc::new(BinaryArray::try_new(offsets, bytes, nulls)?)
            }
            Values::List { offsets, child } => {
                let ArrowType::List(item) = &self.arrow_type else {
                    return Err(ArrowError::SchemaError("not a list".into()));
                };
                let offsets = take_offsets(offsets);
                Arc::new(ListArray::try_new(
                    item.clone(),
                    offsets,
                    finish(child)?,
                    nulls,
                )?)
            }
            Values::Map {
                offsets,
                keys,
                values,
            } => {
                let ArrowType::Map(entry, sorted) = &self.arrow_type else {
                    return Err(ArrowError::SchemaError("not a map".into()));
                };
                let arrays = vec![finish(keys)?, finish(values)?];
                let entries = StructArray::try_new(entry_fields(entry)?, arrays, None)?;
                let offsets = take_offsets(offsets);
                Arc::new(MapArray::try_new(
                    entry.clone(),
                    offsets,
                    entries,
                    nulls,
                    *sorted,
                )?)
            }
            Values::Struct(children) => {
                let ArrowType::Struct(fields) = &self.arrow_type else {
                    return Err(ArrowError::SchemaError("not a struct".into()));
                };
                let arrays = children
                    .iter_mut()
                    .map(finish)
                    .collect::<Result<Vec<_>, _>>()?;
                let array = StructArray::try_new_with_length(fields.clone(), arrays, nulls, rows)?;
                Arc::new(array)
            }
        })
    }
}

/// Takes the values and leaves room for as many again.
fn replace<T: arrow::datatypes::ArrowNativeType>(values: &mut Vec<T>) -> ScalarBuffer<T> {
    let capacity = values.len();
    ScalarBuffer::from(std::mem::replace(values, Vec::with_capacity(capacity)))
}

fn primitive<T: types::ArrowPrimitiveType>(
    values: &mut Vec<T::Native>,
    nulls: Option<NullBuffer>,
) -> Result<ArrayRef, ArrowError> {
    Ok(Arc::new(PrimitiveArray::<T>::try_new(
        replace(values),
        nulls,
    )?))
}

fn take_offsets(offsets: &mut Vec<i32>) -> OffsetBuffer<i32> {
    OffsetBuffer::new(ScalarBuffer::from(std::mem::replace(offsets, vec![0])))
}

fn finish(column: &mut Column) -> Result<ArrayRef, ArrowError> {
    column
        .finish()
        .map_err(|e| ArrowError::ExternalError(Box::new(e)))
}

fn entry_fields(entry: &Field) -> Result<Fields, ArrowError> {
    match entry.data_type() {
        ArrowType::Struct(fields) => Ok(fields.clone()),
        _ => Err(ArrowError::SchemaError(
            "map entries are not a struct".into(),
        )),
    }
}
