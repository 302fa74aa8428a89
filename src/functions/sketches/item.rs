//! Items of a sketch of frequent values: their kinds, the hashes that Java gives them,
//! which decide where they stand, and their bytes.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, AsArray, BooleanArray, Decimal128Array, Float32Array, Float64Array, Int8Array,
    Int16Array, Int32Array, Int64Array, StringArray,
};
use arrow::datatypes::DataType as ArrowType;

use crate::error::{Result, SparkError};
use crate::functions::scalar::kernel::{native_values, retyped};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    Boolean(bool),
    Byte(i8),
    Short(i16),
    /// Dates too.
    Integer(i32),
    /// Timestamps too.
    Long(i64),
    /// The bits of a float, of a double.
    Float(u32),
    Double(u64),
    Text(String),
    /// The digits, without the point.
    Decimal(i128),
}

/// What kind the items of a column are; decimals by precision and scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Boolean,
    Byte,
    Short,
    Integer,
    Long,
    Float,
    Double,
    Text,
    Decimal(u8, i8),
}

impl Kind {
    pub fn of(storage: &ArrowType) -> Option<Self> {
        Some(match storage {
            ArrowType::Boolean => Self::Boolean,
            ArrowType::Int8 => Self::Byte,
            ArrowType::Int16 => Self::Short,
            ArrowType::Int32 | ArrowType::Date32 => Self::Integer,
            ArrowType::Int64 | ArrowType::Timestamp(..) => Self::Long,
            ArrowType::Float32 => Self::Float,
            ArrowType::Float64 => Self::Double,
            ArrowType::Utf8 => Self::Text,
            ArrowType::Decimal128(precision, scale) => Self::Decimal(*precision, *scale),
            _ => return None,
        })
    }

    /// The kind that is kept in words beside a sketch, as `item INT NOT NULL`.
    pub fn in_words(ddl: &str) -> Option<Self> {
        let upper = ddl.to_uppercase();
        let mut words = upper.split_whitespace();
        Some(match words.nth(1)? {
            "BOOLEAN" => Self::Boolean,
            "TINYINT" => Self::Byte,
            "SMALLINT" => Self::Short,
            "INT" | "DATE" => Self::Integer,
            "BIGINT" | "TIMESTAMP" | "TIMESTAMP_NTZ" => Self::Long,
            "FLOAT" => Self::Float,
            "DOUBLE" => Self::Double,
            "STRING" => Self::Text,
            decimal => {
                let sizes = decimal.strip_prefix("DECIMAL(")?.strip_suffix(')')?;
                let (precision, scale) = sizes.split_once(',')?;
                Self::Decimal(precision.parse().ok()?, scale.parse().ok()?)
            }
        })
    }

    /// The value of a row that is not null.
    pub fn item(self, column: &ArrayRef, row: usize) -> Result<Item> {
        macro_rules! native {
            ($native:ty) => {
                native_values::<$native>(column)?[row]
            };
        }
        Ok(match self {
            Self::Boolean => Item::Boolean(column.as_boolean().value(row)),
            Self::Byte => Item::Byte(native!(i8)),
            Self::Short => Item::Short(native!(i16)),
            Self::Integer => Item::Integer(native!(i32)),
            Self::Long => Item::Long(native!(i64)),
            Self::Float => Item::Float(match native!(f32) {
                value if value.is_nan() => f32::NAN.to_bits(),
                value => value.to_bits(),
            }),
            Self::Double => Item::Double(match native!(f64) {
                value if value.is_nan() => f64::NAN.to_bits(),
                value => value.to_bits(),
            }),
            Self::Text => Item::Text(column.as_string::<i32>().value(row).to_string()),
            Self::Decimal(..) => Item::Decimal(native!(i128)),
        })
    }

    /// A column of items of this kind; `None` is null.
    pub fn column(self, items: &[Option<Item>], storage: &ArrowType) -> Result<ArrayRef> {
        macro_rules! of {
            ($array:ty, $variant:ident, $value:expr) => {{
                let values = items.iter().map(|item| match item {
                    Some(Item::$variant(value)) => Some($value(value)),
                    _ => None,
                });
                Arc::new(values.collect::<$array>()) as ArrayRef
            }};
        }
        let column = match self {
            Self::Boolean => of!(BooleanArray, Boolean, |v: &bool| *v),
            Self::Byte => of!(Int8Array, Byte, |v: &i8| *v),
            Self::Short => of!(Int16Array, Short, |v: &i16| *v),
            Self::Integer => of!(Int32Array, Integer, |v: &i32| *v),
            Self::Long => of!(Int64Array, Long, |v: &i64| *v),
            Self::Float => of!(Float32Array, Float, |v: &u32| f32::from_bits(*v)),
            Self::Double => of!(Float64Array, Double, |v: &u64| f64::from_bits(*v)),
            Self::Text => of!(StringArray, Text, |v: &String| v.clone()),
            Self::Decimal(..) => of!(Decimal128Array, Decimal, |v: &i128| *v),
        };
        retyped(column, storage)
    }

    /// The bytes of items, one behind the other.
    pub fn write(self, items: &[&Item]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (at, item) in items.iter().enumerate() {
            match item {
                Item::Boolean(value) => {
                    if at % 8 == 0 {
                        bytes.push(0);
                    }
                    if let Some(last) = bytes.last_mut() {
                        *last |= u8::from(*value) << (at % 8);
                    }
                }
                Item::Byte(value) => {
                    bytes.push(BYTE);
                    bytes.extend(value.to_le_bytes());
                }
                Item::Short(value) => {
                    bytes.push(SHORT);
                    bytes.extend(value.to_le_bytes());
                }
                Item::Integer(value) => {
                    bytes.push(INTEGER);
                    bytes.extend(value.to_le_bytes());
                }
                Item::Float(value) => {
                    bytes.push(FLOAT);
                    bytes.extend(value.to_le_bytes());
                }
                Item::Long(value) => bytes.extend(value.to_le_bytes()),
                Item::Double(value) => bytes.extend(value.to_le_bytes()),
                Item::Text(value) => {
                    bytes.extend((value.len() as u32).to_le_bytes());
                    bytes.extend(value.as_bytes());
                }
                Item::Decimal(value) => match self {
                    Self::Decimal(..=9, _) => {
                        bytes.push(INTEGER);
                        bytes.extend((*value as i32).to_le_bytes());
                    }
                    Self::Decimal(..=18, _) => bytes.extend((*value as i64).to_le_bytes()),
                    _ => {
                        let digits = java_bytes(*value);
                        bytes.extend((digits.len() as u32).to_le_bytes());
                        bytes.extend(digits);
                    }
                },
            }
        }
        bytes
    }

    /// So many items of these bytes; `None` where they are not those of such items.
    pub fn read(self, bytes: &[u8], count: usize) -> Option<Vec<Item>> {
        if self == Self::Boolean {
            let bit = |at: usize| Some(Item::Boolean(bytes.get(at / 8)? >> (at % 8) & 1 == 1));
            return (0..count).map(bit).collect();
        }
        let mut rest = bytes;
        (0..count).map(|_| self.next(&mut rest)).collect()
    }

    fn next(self, rest: &mut &[u8]) -> Option<Item> {
        fn array<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
            let (head, tail) = rest.split_first_chunk::<N>()?;
            *rest = tail;
            Some(*head)
        }
        fn tagged<const N: usize>(tag: u8, rest: &mut &[u8]) -> Option<[u8; N]> {
            let [found] = array::<1>(rest)?;
            (found == tag).then(|| array(rest)).flatten()
        }
        fn counted<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
            let length = u32::from_le_bytes(array(rest)?) as usize;
            let (head, tail) = rest.split_at_checked(length)?;
            *rest = tail;
            Some(head)
        }
        Some(match self {
            Self::Boolean => return None,
            Self::Byte => Item::Byte(i8::from_le_bytes(tagged(BYTE, rest)?)),
            Self::Short => Item::Short(i16::from_le_bytes(tagged(SHORT, rest)?)),
            Self::Integer => Item::Integer(i32::from_le_bytes(tagged(INTEGER, rest)?)),
            Self::Float => Item::Float(u32::from_le_bytes(tagged(FLOAT, rest)?)),
            Self::Long => Item::Long(i64::from_le_bytes(array(rest)?)),
            Self::Double => Item::Double(u64::from_le_bytes(array(rest)?)),
            Self::Text => Item::Text(String::from_utf8(counted(rest)?.to_vec()).ok()?),
            Self::Decimal(..=9, _) => {
                Item::Decimal(i32::from_le_bytes(tagged(INTEGER, rest)?).into())
            }
            Self::Decimal(..=18, _) => Item::Decimal(i64::from_le_bytes(array(rest)?).into()),
            Self::Decimal(..) => {
                let digits = counted(rest)?;
                let sign = if digits.first()? & 0x80 != 0 { -1 } else { 0 };
                let folded = digits
                    .iter()
                    .fold(sign, |whole: i128, byte| whole << 8 | i128::from(*byte));
                Item::Decimal(folded)
            }
        })
    }

    /// Java's `hashCode` of an item.
    pub fn hash(self, item: &Item) -> i32 {
        match item {
            Item::Boolean(value) => {
                if *value {
                    1231
                } else {
                    1237
                }
            }
            Item::Byte(value) => i32::from(*value),
            Item::Short(value) => i32::from(*value),
            Item::Integer(value) => *value,
            Item::Long(value) => of_long(*value),
            Item::Float(bits) => *bits as i32,
            Item::Double(bits) => of_long(*bits as i64),
            Item::Text(value) => value.encode_utf16().fold(0, |hash: i32, unit| {
                hash.wrapping_mul(31).wrapping_add(unit.into())
            }),
            Item::Decimal(value) => match self {
                Self::Decimal(_, scale) => of_decimal(*value, scale),
                _ => 0,
            },
        }
    }
}

/// The tags of numbers in Java's bytes.
const BYTE: u8 = 2;
const SHORT: u8 = 3;
const FLOAT: u8 = 6;
const INTEGER: u8 = 9;

fn of_long(value: i64) -> i32 {
    (value ^ (value as u64 >> 32) as i64) as i32
}

/// Java's shortest bytes of a whole number, the highest first.
fn java_bytes(value: i128) -> Vec<u8> {
    let bytes = value.to_be_bytes();
    let sign = if value < 0 { 0xFF } else { 0 };
    let is_needless = |at: usize| bytes[at] == sign && (bytes[at + 1] ^ sign) & 0x80 == 0;
    let first = (0..15).find(|at| !is_needless(*at)).unwrap_or(15);
    bytes[first..].to_vec()
}

/// Java's hash of a whole number of any size.
fn of_whole(value: i128) -> i32 {
    let words = value.unsigned_abs().to_be_bytes();
    let (words, _) = words.as_chunks::<4>();
    let hash = words.iter().fold(0_i32, |hash, word| {
        hash.wrapping_mul(31)
            .wrapping_add(i32::from_be_bytes(*word))
    });
    if value < 0 { hash.wrapping_neg() } else { hash }
}

/// Scala's hash of a decimal: that of the number that it equals.
fn of_decimal(digits: i128, scale: i8) -> i32 {
    let (mut digits, mut scale) = (digits, i32::from(scale));
    while scale > 0 && digits % 10 == 0 {
        digits /= 10;
        scale -= 1;
    }
    if digits == 0 || scale == 0 {
        return match i64::try_from(digits) {
            Ok(value) => i32::try_from(value).unwrap_or_else(|_| of_long(value)),
            Err(_) => of_whole(digits),
        };
    }
    let text = format!("{digits}e-{scale}");
    let double: f64 = text.parse().unwrap_or(0.0);
    if shortest(double) == (digits, scale) {
        let single = double as f32;
        return match f64::from(single) == double {
            true => single.to_bits() as i32,
            false => of_long(double.to_bits() as i64),
        };
    }
    mixed_last(of_whole(digits), scale)
}

/// The digits and the scale in which a double is written, without zeros at the end.
fn shortest(value: f64) -> (i128, i32) {
    let text = format!("{value:e}");
    let (number, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let digits = format!("{whole}{part}").parse().unwrap_or(0);
    let exponent: i32 = exponent.parse().unwrap_or(0);
    (digits, part.len() as i32 - exponent)
}

/// Murmur's step of a last word.
fn mixed_last(hash: i32, word: i32) -> i32 {
    let word = word.wrapping_mul(0xCC9E_2D51_u32 as i32).rotate_left(15);
    hash ^ word.wrapping_mul(0x1B87_3593)
}

/// The kind of a column's items.
pub fn kind_of(storage: &ArrowType) -> Result<Kind> {
    let none = || SparkError::internal(format!("a sketch of {storage}"));
    Kind::of(storage).ok_or_else(none)
}
