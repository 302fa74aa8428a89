//! Bytes into columns: what [`resolve`](super::resolve) has planned, done for a value.

use std::collections::HashMap;
use std::sync::Arc;

use super::java_map;
use super::rebase::Rebase;
use super::resolve::Skip;
use super::wire::{Cursor, Malformed, Read};
use crate::formats::growing::Column;

/// How the next bytes become the next value of a column.
#[derive(Debug)]
pub enum Decode {
    /// The schemas do not fit together here.
    Fail(String),
    Null,
    Boolean,
    Number {
        written: Wire,
        read: Wire,
        to: Target,
    },
    Bytes(Size),
    /// What is no UTF-8 in it is replaced, as wherever a text is shown.
    Text(Size),
    Decimal {
        size: Size,
        /// Ten to the power of the digits that it may have.
        limit: i128,
        /// How many digits behind the point are added, or taken away by rounding.
        shift: i32,
        /// As `limit`, of the column.
        room: i128,
    },
    /// The text of each of the writer's symbols.
    Enum(Vec<Result<String, String>>),
    Array(Box<Decode>),
    Map {
        value: Box<Decode>,
        skip: Skip,
    },
    Record(Record),
    /// What to do by the writer's branch.
    Branches(Vec<Decode>),
    /// The value is one of the members of a struct, the others are null.
    Member(usize, Box<Decode>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    Int,
    Long,
    Float,
    Double,
}

#[derive(Debug, Clone, Copy)]
pub enum Target {
    Int,
    Long,
    Float,
    Double,
    Day(Rebase),
    /// The day of an instant in milliseconds.
    DayOfMillis,
    /// An instant, from what is so many microseconds each.
    Instant(i64, Rebase),
    /// The reading of a clock, likewise.
    Local(i64),
}

#[derive(Debug, Clone, Copy)]
pub enum Size {
    /// It stands before the bytes.
    Written,
    Fixed(usize),
}

#[derive(Debug)]
pub struct Record {
    /// What is done with each of the writer's fields, in order.
    pub steps: Vec<Step>,
    /// Fields of the struct that the writer does not have: a value that is always the
    /// same, or null.
    pub absent: Vec<(usize, Option<Constant>)>,
}

#[derive(Debug)]
pub enum Step {
    /// Into the struct's field at a place.
    Read(usize, Decode),
    Skip(Skip),
}

/// A default value as the bytes that would stand for it.
#[derive(Debug)]
pub struct Constant {
    pub bytes: Arc<[u8]>,
    pub decode: Box<Decode>,
}

/// Items that may stand in no bytes at all: more of them are taken for a broken length.
const MOST_EMPTY_ITEMS: u64 = 1_000_000;

impl Decode {
    /// Adds one value to a column. After an error the column has to be cut back.
    pub fn value(&self, cursor: &mut Cursor<'_>, out: &mut Column) -> Read<()> {
        match self {
            Self::Fail(reason) => return Err(Malformed::new(reason)),
            Self::Null => out.push_null(),
            Self::Boolean => out.push_boolean(cursor.boolean()?),
            Self::Number { written, read, to } => number(*written, *read, *to, cursor, out)?,
            Self::Bytes(size) => out.push_bytes(size.take(cursor)?),
            Self::Text(size) => {
                let text = String::from_utf8_lossy(size.take(cursor)?);
                out.push_bytes(text.as_bytes());
            }
            Self::Decimal {
                size,
                limit,
                shift,
                room,
            } => match rescaled(decimal(*size, *limit, cursor)?, *shift) {
                Some(value) if value.unsigned_abs() < room.unsigned_abs() => {
                    out.push_decimal(value);
                }
                _ => out.push_null(),
            },
            Self::Enum(symbols) => {
                let at = cursor.int()?;
                match usize::try_from(at).ok().and_then(|at| symbols.get(at)) {
                    Some(Ok(symbol)) => out.push_bytes(symbol.as_bytes()),
                    Some(Err(reason)) => return Err(Malformed::new(reason)),
                    None => return Err(Malformed::new(format!("no symbol {at}"))),
                }
            }
            Self::Array(item) => {
                let parts = out.children();
                blocks(cursor, |cursor| match parts {
                    [list] => item.value(cursor, list),
                    _ => Ok(()),
                })?;
                out.close();
            }
            Self::Map { value, skip } => map(value, skip, cursor, out)?,
            Self::Record(record) => record.value(cursor, out)?,
            Self::Branches(branches) => {
                let at = cursor.int()?;
                match usize::try_from(at).ok().and_then(|at| branches.get(at)) {
                    Some(branch) => branch.value(cursor, out)?,
                    None => return Err(Malformed::new(format!("no branch {at} of a union"))),
                }
            }
            Self::Member(at, value) => {
                for (place, field) in out.children().iter_mut().enumerate() {
                    match place == *at {
                        true => value.value(cursor, field)?,
                        false => field.push_null(),
                    }
                }
                out.close();
            }
        }
        Ok(())
    }
}

impl Record {
    fn value(&self, cursor: &mut Cursor<'_>, out: &mut Column) -> Read<()> {
        let fields = out.children();
        for step in &self.steps {
            match step {
                Step::Skip(skip) => skip.value(cursor)?,
                Step::Read(at, decode) => match fields.get_mut(*at) {
                    Some(field) => decode.value(cursor, field)?,
                    None => return Err(Malformed::new("a field too many")),
                },
            }
        }
        for (at, constant) in &self.absent {
            match (fields.get_mut(*at), constant) {
                (Some(field), Some(constant)) => {
                    let mut bytes = Cursor::new(&constant.bytes);
                    constant.decode.value(&mut bytes, field)?;
                }
                (Some(field), None) => field.push_null(),
                (None, _) => return Err(Malformed::new("a field too many")),
            }
        }
        out.close();
        Ok(())
    }
}

/// Goes through the blocks of an array or a map.
pub fn blocks<'a>(
    cursor: &mut Cursor<'a>,
    mut item: impl FnMut(&mut Cursor<'a>) -> Read<()>,
) -> Read<()> {
    let mut empty = MOST_EMPTY_ITEMS;
    loop {
        let count = cursor.block()?;
        if count == 0 {
            return Ok(());
        }
        if count > cursor.remaining() as u64 {
            let too_many = || Malformed::new(format!("{count} items in too few bytes"));
            empty = empty.checked_sub(count).ok_or_else(too_many)?;
        }
        for _ in 0..count {
            item(cursor)?;
        }
    }
}

/// The entries in the order of Java's hash map; of several values of one key the last.
fn map<'a>(value: &Decode, skip: &Skip, cursor: &mut Cursor<'a>, out: &mut Column) -> Read<()> {
    let mut keys: Vec<&'a [u8]> = Vec::new();
    let mut places: Vec<Cursor<'a>> = Vec::new();
    let mut known: HashMap<&'a [u8], usize> = HashMap::new();
    blocks(cursor, |cursor| {
        let key = cursor.bytes()?;
        let place = cursor.clone();
        skip.value(cursor)?;
        match known.get(key).and_then(|at| places.get_mut(*at)) {
            Some(earlier) => *earlier = place,
            None => {
                known.insert(key, keys.len());
                keys.push(key);
                places.push(place);
            }
        }
        Ok(())
    })?;
    let hashes: Vec<i32> = keys.iter().map(|key| java_map::bytes_hash(key)).collect();
    if let [key_column, value_column] = out.children() {
        for at in java_map::order(&hashes, java_map::ROOM) {
            key_column.push_bytes(String::from_utf8_lossy(keys[at]).as_bytes());
            value.value(&mut places[at].clone(), value_column)?;
        }
    }
    out.close();
    Ok(())
}

impl Size {
    fn take<'a>(self, cursor: &mut Cursor<'a>) -> Read<&'a [u8]> {
        match self {
            Self::Written => cursor.bytes(),
            Self::Fixed(count) => cursor.take(count),
        }
    }
}

fn number(
    written: Wire,
    read: Wire,
    to: Target,
    cursor: &mut Cursor<'_>,
    out: &mut Column,
) -> Read<()> {
    match read {
        Wire::Int | Wire::Long => whole(integer(written, cursor)?, to, out),
        Wire::Float => {
            let value = match written {
                Wire::Float => cursor.float()?,
                _ => integer(written, cursor)? as f32,
            };
            match to {
                Target::Double => out.push_double(f64::from(value)),
                _ => out.push_float(value),
            }
            Ok(())
        }
        Wire::Double => {
            out.push_double(match written {
                Wire::Double => cursor.double()?,
                Wire::Float => f64::from(cursor.float()?),
                _ => integer(written, cursor)? as f64,
            });
            Ok(())
        }
    }
}

fn integer(written: Wire, cursor: &mut Cursor<'_>) -> Read<i64> {
    match written {
        Wire::Int => cursor.int().map(i64::from),
        _ => cursor.long(),
    }
}

fn whole(value: i64, to: Target, out: &mut Column) -> Read<()> {
    const MILLIS_A_DAY: i64 = 86_400_000;
    let scaled = |each: i64| {
        value
            .checked_mul(each)
            .ok_or_else(|| Malformed::new("an instant too far away"))
    };
    match to {
        Target::Int => out.push_int(value as i32),
        Target::Long => out.push_long(value),
        Target::Float => out.push_float(value as f32),
        Target::Double => out.push_double(value as f64),
        Target::Day(rebase) => out.push_int(rebase.day_read(value as i32)?),
        Target::DayOfMillis => out.push_int((value / MILLIS_A_DAY) as i32),
        Target::Instant(each, rebase) => out.push_long(rebase.instant_read(scaled(each)?)?),
        Target::Local(each) => out.push_long(scaled(each)?),
    }
    Ok(())
}

/// An unscaled number in two's complement, the highest byte first.
fn decimal(size: Size, limit: i128, cursor: &mut Cursor<'_>) -> Read<i128> {
    let bytes = size.take(cursor)?;
    let Some(first) = bytes.first() else {
        return Err(Malformed::new("a decimal of no bytes"));
    };
    let sign = if first & 0x80 == 0 { 0 } else { 0xFF };
    let (spare, kept) = bytes.split_at(bytes.len().saturating_sub(16));
    let mut whole = [sign; 16];
    whole[16 - kept.len()..].copy_from_slice(kept);
    let value = i128::from_be_bytes(whole);
    let fits = spare.iter().all(|byte| *byte == sign) && (value < 0) == (sign == 0xFF);
    match fits && value.unsigned_abs() < limit.unsigned_abs() {
        true => Ok(value),
        false => Err(Malformed::new("a decimal of too many digits")),
    }
}

/// With other digits behind the point, halves rounded away from zero.
fn rescaled(value: i128, shift: i32) -> Option<i128> {
    let power = 10i128.checked_pow(shift.unsigned_abs())?;
    if shift >= 0 {
        return value.checked_mul(power);
    }
    let (whole, rest) = (value / power, value % power);
    Some(match rest.unsigned_abs() * 2 >= power.unsigned_abs() {
        true => whole + value.signum(),
        false => whole,
    })
}
