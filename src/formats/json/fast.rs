//! [`RowReader`]: sound records, straight from bytes into columns.
//!
//! It bets that a record looks like the one before: the same names in the same order,
//! values of the schema's types, nothing quoted strangely. Whatever it does not expect it
//! gives up on (`None`); the caller then takes the half-written row back and lets `value`
//! decide. So it must accept only what every setting of the options reads alike.

use hashbrown::HashMap;

use super::scan::{Input, Limits, word};
use super::token::Lexical;
use crate::formats::columns::{Column, Values};
use crate::formats::scalars::Scalars;
use crate::types::{DataType, StructType};

/// What to expect at a place of an object: a name with its quotes and colon.
#[derive(Debug)]
struct Expected {
    key: Box<[u8]>,
    /// The first eight bytes of `key`, and which of them count.
    head: u64,
    mask: u64,
    slot: Option<usize>,
}

/// How the fields of one object are read; learns their order.
#[derive(Debug)]
struct Shape {
    slots: HashMap<Box<[u8]>, usize>,
    readers: Vec<Reader>,
    order: Vec<Expected>,
    order_limit: usize,
}

#[derive(Debug)]
enum Reader {
    Void,
    Boolean,
    Byte,
    Short,
    Int,
    Long,
    Float,
    Double,
    Text,
    Timestamp,
    Date,
    List(Box<Reader>),
    Map(Box<Reader>),
    Struct(Box<Shape>),
    /// Left to the general decoder, unless null.
    General,
}

pub(super) struct RowReader {
    shape: Shape,
    limits: Limits,
}

impl RowReader {
    pub fn new(schema: &StructType, lexical: &Lexical, exact_text: bool) -> Self {
        let limits = Limits::new(lexical, exact_text);
        Self {
            shape: Shape::new(schema),
            limits,
        }
    }

    /// Reads the object at `at`, which must be valid UTF-8, as a row; returns the position
    /// behind its closing brace.
    #[inline(always)]
    pub fn row(
        &mut self,
        bytes: &[u8],
        at: usize,
        columns: &mut [Column],
        scalars: &mut Scalars,
        row: usize,
    ) -> Option<usize> {
        let mut input = Input {
            bytes,
            limits: self.limits,
            scalars,
        };
        if *bytes.get(at)? != b'{' {
            return None;
        }
        self.shape.read(&mut input, at + 1, columns, row, 1)
    }
}

impl Expected {
    fn new(key: &[u8], slot: Option<usize>) -> Self {
        let mut head = [0u8; 8];
        let count = key.len().min(8);
        head[..count].copy_from_slice(&key[..count]);
        let mask = if count == 8 {
            u64::MAX
        } else {
            (1u64 << (8 * count)) - 1
        };
        Self {
            key: key.into(),
            head: u64::from_le_bytes(head),
            mask,
            slot,
        }
    }

    #[inline(always)]
    fn matches(&self, bytes: &[u8], at: usize) -> bool {
        let Some(word) = word(bytes, at) else {
            return false;
        };
        word & self.mask == self.head
            && (self.key.len() <= 8 || bytes.get(at + 8..at + self.key.len()) == self.key.get(8..))
    }
}

impl Shape {
    fn new(schema: &StructType) -> Self {
        let mut slots = HashMap::new();
        for (slot, field) in schema.fields.iter().enumerate() {
            // Of two fields with the same name the last is found.
            slots.insert(field.name.as_bytes().into(), slot);
        }
        let readers: Vec<_> = schema
            .fields
            .iter()
            .map(|f| Reader::new(&f.data_type))
            .collect();
        let order_limit = 2 * readers.len() + 64;
        Self {
            slots,
            readers,
            order: Vec::new(),
            order_limit,
        }
    }

    /// After the opening brace.
    fn read(
        &mut self,
        input: &mut Input,
        mut at: usize,
        columns: &mut [Column],
        row: usize,
        depth: usize,
    ) -> Option<usize> {
        if depth > input.limits.depth {
            return None;
        }
        let mut place = 0;
        at = input.space(at);
        if *input.bytes.get(at)? == b'}' {
            return self.close(columns, row, at);
        }
        loop {
            let slot;
            match self.order.get(place) {
                Some(expected) if expected.matches(input.bytes, at) => {
                    at += expected.key.len();
                    slot = expected.slot;
                    place += 1;
                }
                _ => (slot, at, place) = self.learn(input, at, place)?,
            }
            at = input.space(at);
            at = match slot {
                Some(slot) => {
                    let column = columns.get_mut(slot)?;
                    // A second value for the same name: the general decoder knows which counts.
                    if column.len() != row {
                        return None;
                    }
                    self.readers.get_mut(slot)?.read(input, at, column, depth)?
                }
                None => input.skip(at, depth)?,
            };
            at = input.space(at);
            match *input.bytes.get(at)? {
                b',' => at = input.space(at + 1),
                b'}' => return self.close(columns, row, at),
                _ => return None,
            }
        }
    }

    #[inline(always)]
    fn close(&self, columns: &mut [Column], row: usize, at: usize) -> Option<usize> {
        for column in columns {
            if column.len() == row {
                column.push_absent();
            }
        }
        Some(at + 1)
    }

    /// Reads a name that was not the expected one, and expects it here from now on.
    #[cold]
    fn learn(
        &mut self,
        input: &mut Input,
        at: usize,
        place: usize,
    ) -> Option<(Option<usize>, usize, usize)> {
        let name_end = input.plain_string(at)?;
        let name = input.bytes.get(at + 1..name_end - 1)?;
        if name.len() > 1000 {
            return None;
        }
        let colon = input.space(name_end);
        if *input.bytes.get(colon)? != b':' {
            return None;
        }
        let key = input.bytes.get(at..=colon)?;
        let later = self.order.iter().skip(place).position(|e| *e.key == *key);
        if let Some(skipped) = later {
            let place = place + skipped;
            return Some((self.order.get(place)?.slot, colon + 1, place + 1));
        }
        let slot = self.slots.get(name).copied();
        if self.order.len() < self.order_limit {
            self.order.insert(place, Expected::new(key, slot));
            return Some((slot, colon + 1, place + 1));
        }
        Some((slot, colon + 1, place))
    }
}

impl Reader {
    fn new(data_type: &DataType) -> Self {
        match data_type {
            DataType::Null => Self::Void,
            DataType::Boolean => Self::Boolean,
            DataType::Byte => Self::Byte,
            DataType::Short => Self::Short,
            DataType::Integer => Self::Int,
            DataType::Long => Self::Long,
            DataType::Float => Self::Float,
            DataType::Double => Self::Double,
            DataType::String => Self::Text,
            DataType::Timestamp => Self::Timestamp,
            DataType::Date => Self::Date,
            DataType::Array { element, .. } => Self::List(Box::new(Self::new(element))),
            DataType::Map { value, .. } => Self::Map(Box::new(Self::new(value))),
            DataType::Struct(fields) => Self::Struct(Box::new(Shape::new(fields))),
            _ => Self::General,
        }
    }

    #[inline(always)]
    fn read(
        &mut self,
        input: &mut Input,
        at: usize,
        column: &mut Column,
        depth: usize,
    ) -> Option<usize> {
        let first = *input.bytes.get(at)?;
        if first == b'n' {
            column.push_null();
            return input.literal(at, b"null");
        }
        let end = match (self, &mut column.values) {
            (Self::Long, Values::Long(values)) => {
                let (value, end) = input.integer(at)?;
                values.push(value);
                end
            }
            (Self::Text, Values::Text(blob)) => {
                let end = match first {
                    b'"' => input.string(at, &mut blob.bytes)?,
                    _ => input.raw(at, depth, &mut blob.bytes)?,
                };
                blob.end_row();
                end
            }
            (Self::Timestamp, Values::Long(values)) => {
                let (value, end) = match first {
                    b'"' => input.timestamp(at)?,
                    _ => input
                        .integer(at)
                        .map(|(s, end)| (s.wrapping_mul(1_000_000), end))?,
                };
                values.push(value);
                end
            }
            (reader, values) => reader.read_other(input, at, values, depth)?,
        };
        column.commit();
        Some(end)
    }

    /// The types that are met less often.
    fn read_other(
        &mut self,
        input: &mut Input,
        at: usize,
        values: &mut Values,
        depth: usize,
    ) -> Option<usize> {
        match (self, values) {
            (Self::Boolean, Values::Boolean(values)) => {
                let value = *input.bytes.get(at)? == b't';
                let end = input.literal(at, if value { b"true" } else { b"false" })?;
                values.push(value);
                Some(end)
            }
            (Self::Byte, Values::Byte(values)) => {
                let (value, end) = input.integer(at)?;
                values.push(i8::try_from(value).ok()?);
                Some(end)
            }
            (Self::Short, Values::Short(values)) => {
                let (value, end) = input.integer(at)?;
                values.push(i16::try_from(value).ok()?);
                Some(end)
            }
            (Self::Int, Values::Int(values)) => {
                let (value, end) = input.integer(at)?;
                values.push(i32::try_from(value).ok()?);
                Some(end)
            }
            (Self::Double, Values::Double(values)) => {
                let (value, end) = input.double(at)?;
                values.push(value);
                Some(end)
            }
            (Self::Float, Values::Float(values)) => {
                let (value, end) = input.float(at)?;
                values.push(value);
                Some(end)
            }
            (Self::Date, Values::Int(values)) => {
                let (value, end) = input.date(at)?;
                values.push(value);
                Some(end)
            }
            (Self::List(item), Values::List { offsets, child }) => {
                let end = item.read_list(input, at, child, depth + 1)?;
                offsets.push(child.len() as i32);
                Some(end)
            }
            (
                Self::Map(value),
                Values::Map {
                    offsets,
                    keys,
                    values,
                },
            ) => {
                let end = value.read_map(input, at, keys, values, depth + 1)?;
                offsets.push(keys.len() as i32);
                Some(end)
            }
            (Self::Struct(shape), Values::Struct(children)) => {
                if *input.bytes.get(at)? != b'{' {
                    return None;
                }
                let row = children.first().map_or(0, Column::len);
                shape.read(input, at + 1, children, row, depth + 1)
            }
            _ => None,
        }
    }

    fn read_list(
        &mut self,
        input: &mut Input,
        at: usize,
        child: &mut Column,
        depth: usize,
    ) -> Option<usize> {
        if *input.bytes.get(at)? != b'[' || depth > input.limits.depth {
            return None;
        }
        let mut at = input.space(at + 1);
        if *input.bytes.get(at)? == b']' {
            return Some(at + 1);
        }
        loop {
            at = self.read(input, at, child, depth)?;
            at = input.space(at);
            match *input.bytes.get(at)? {
                b',' => at = input.space(at + 1),
                b']' => return Some(at + 1),
                _ => return None,
            }
        }
    }

    fn read_map(
        &mut self,
        input: &mut Input,
        at: usize,
        keys: &mut Column,
        values: &mut Column,
        depth: usize,
    ) -> Option<usize> {
        if *input.bytes.get(at)? != b'{' || depth > input.limits.depth {
            return None;
        }
        let mut at = input.space(at + 1);
        if *input.bytes.get(at)? == b'}' {
            return Some(at + 1);
        }
        loop {
            let name_end = input.plain_string(at)?;
            keys.push_text(input.bytes.get(at + 1..name_end - 1)?);
            at = input.space(name_end);
            if *input.bytes.get(at)? != b':' {
                return None;
            }
            at = input.space(at + 1);
            at = self.read(input, at, values, depth)?;
            at = input.space(at);
            match *input.bytes.get(at)? {
                b',' => at = input.space(at + 1),
                b'}' => return Some(at + 1),
                _ => return None,
            }
        }
    }
}
