//! Rows in the bytes in which Spark holds them while it runs, for what hangs on those bytes:
//! the order in which `repartition(n)` deals rows out is by their hash.
//!
//! A row is a bit for each null, a word for each field, then what does not fit into a word,
//! in whole words. Knows Arrow only.

use arrow::array::{Array, ArrayRef, AsArray, StructArray};
use arrow::datatypes::{self as at, DataType, IntervalUnit, TimeUnit};

use crate::error::{Result, SparkError};
use crate::functions::scalar::hash::{decimal_bytes, murmur3_bytes};

const WORD: usize = 8;
/// What large decimals and intervals have reserved.
const DOUBLE_WORD: usize = 16;
/// The most digits of a decimal that is one word.
const DIGITS_OF_WORD: u8 = 18;
const SEED: i32 = 42;

/// A value before it has its place.
enum Slot {
    Null,
    /// A null that has a place all the same.
    NullOf(usize),
    Word(u64),
    /// Bytes elsewhere, and at least so many reserved for them.
    Bytes(Vec<u8>, usize),
}

/// The bytes of a row.
pub fn row_bytes(columns: &[ArrayRef], row: usize) -> Result<Vec<u8>> {
    let bits = columns.len().div_ceil(64) * WORD;
    let mut out = vec![0; bits + columns.len() * WORD];
    for (at, column) in columns.iter().enumerate() {
        let place = bits + at * WORD;
        match slot(column, row, false)? {
            Slot::Word(word) => put(&mut out, place, word),
            Slot::Null => out[at / 8] |= 1 << (at % 8),
            Slot::NullOf(size) => {
                out[at / 8] |= 1 << (at % 8);
                let word = (out.len() as u64) << 32;
                put(&mut out, place, word);
                out.extend(std::iter::repeat_n(0, size));
            }
            Slot::Bytes(bytes, reserved) => append(&mut out, place, &bytes, reserved),
        }
    }
    Ok(out)
}

/// The hash by which Spark sorts rows before it deals them out.
pub fn row_hash(bytes: &[u8]) -> i32 {
    murmur3_bytes(bytes, SEED)
}

fn put(out: &mut [u8], place: usize, word: u64) {
    out[place..place + WORD].copy_from_slice(&word.to_le_bytes());
}

fn append(out: &mut Vec<u8>, place: usize, bytes: &[u8], reserved: usize) {
    let word = (out.len() as u64) << 32 | bytes.len() as u64;
    put(out, place, word);
    out.extend_from_slice(bytes);
    let length = bytes.len().next_multiple_of(WORD).max(reserved);
    out.extend(std::iter::repeat_n(0, length - bytes.len()));
}

fn slot(values: &ArrayRef, at: usize, in_array: bool) -> Result<Slot> {
    if values.is_null(at) || *values.data_type() == DataType::Null {
        return Ok(match values.data_type() {
            DataType::Decimal128(digits, _) if *digits > DIGITS_OF_WORD && !in_array => {
                Slot::NullOf(DOUBLE_WORD)
            }
            _ => Slot::Null,
        });
    }
    Ok(match values.data_type() {
        DataType::Boolean => Slot::Word(u64::from(values.as_boolean().value(at))),
        DataType::Int8 => Slot::Word(u64::from(
            values.as_primitive::<at::Int8Type>().value(at) as u8
        )),
        DataType::Int16 => Slot::Word(u64::from(
            values.as_primitive::<at::Int16Type>().value(at) as u16
        )),
        DataType::Int32 => int(values.as_primitive::<at::Int32Type>().value(at)),
        DataType::Date32 => int(values.as_primitive::<at::Date32Type>().value(at)),
        DataType::Interval(IntervalUnit::YearMonth) => {
            int(values.as_primitive::<at::IntervalYearMonthType>().value(at))
        }
        DataType::Int64 => long(values.as_primitive::<at::Int64Type>().value(at)),
        DataType::Timestamp(TimeUnit::Microsecond, _) => long(
            values
                .as_primitive::<at::TimestampMicrosecondType>()
                .value(at),
        ),
        DataType::Duration(TimeUnit::Microsecond) => long(
            values
                .as_primitive::<at::DurationMicrosecondType>()
                .value(at),
        ),
        DataType::Time64(TimeUnit::Nanosecond) => {
            long(values.as_primitive::<at::Time64NanosecondType>().value(at))
        }
        DataType::Float32 => Slot::Word(u64::from(
            values.as_primitive::<at::Float32Type>().value(at).to_bits(),
        )),
        DataType::Float64 => {
            Slot::Word(values.as_primitive::<at::Float64Type>().value(at).to_bits())
        }
        DataType::Decimal128(digits, _) => {
            let value = values.as_primitive::<at::Decimal128Type>().value(at);
            match *digits <= DIGITS_OF_WORD {
                true => long(value as i64),
                false => Slot::Bytes(decimal_bytes(value), DOUBLE_WORD),
            }
        }
        DataType::Utf8 => bytes(values.as_string::<i32>().value(at).as_bytes()),
        DataType::Binary => bytes(values.as_binary::<i32>().value(at)),
        DataType::List(_) => {
            let lists = values.as_list::<i32>();
            Slot::Bytes(array_bytes(&lists.value(at))?, 0)
        }
        DataType::Map(..) => {
            let entries = values.as_map().value(at);
            let keys = array_bytes(entries.column(0))?;
            let mut out = (keys.len() as u64).to_le_bytes().to_vec();
            out.extend(keys);
            out.extend(array_bytes(entries.column(1))?);
            Slot::Bytes(out, 0)
        }
        DataType::Struct(_) => {
            let rows: &StructArray = values.as_struct();
            Slot::Bytes(row_bytes(rows.columns(), at)?, 0)
        }
        DataType::Interval(IntervalUnit::MonthDayNano) => {
            let value = values
                .as_primitive::<at::IntervalMonthDayNanoType>()
                .value(at);
            let mut out = value.months.to_le_bytes().to_vec();
            out.extend(value.days.to_le_bytes());
            out.extend((value.nanoseconds / 1000).to_le_bytes());
            Slot::Bytes(out, DOUBLE_WORD)
        }
        other => {
            let feature = format!("repartition of rows with a column of {other}");
            return Err(SparkError::not_implemented(feature));
        }
    })
}

fn int(value: i32) -> Slot {
    Slot::Word(u64::from(value as u32))
}

fn long(value: i64) -> Slot {
    Slot::Word(value as u64)
}

fn bytes(value: &[u8]) -> Slot {
    Slot::Bytes(value.to_vec(), 0)
}

/// An array: how many elements, a bit for each null, the elements in their own widths,
/// then what lies elsewhere.
fn array_bytes(elements: &ArrayRef) -> Result<Vec<u8>> {
    let count = elements.len();
    let width = match elements.data_type() {
        DataType::Boolean | DataType::Int8 => 1,
        DataType::Int16 => 2,
        DataType::Int32
        | DataType::Date32
        | DataType::Float32
        | DataType::Interval(IntervalUnit::YearMonth) => 4,
        _ => WORD,
    };
    let head = WORD + count.div_ceil(64) * WORD;
    let mut out = vec![0; head + (count * width).next_multiple_of(WORD)];
    put(&mut out, 0, count as u64);
    for at in 0..count {
        let place = head + at * width;
        match slot(elements, at, true)? {
            Slot::Null | Slot::NullOf(_) => out[WORD + at / 8] |= 1 << (at % 8),
            Slot::Word(word) => {
                out[place..place + width].copy_from_slice(&word.to_le_bytes()[..width]);
            }
            Slot::Bytes(bytes, reserved) => append(&mut out, place, &bytes, reserved),
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Int64Array, StringArray};

    use super::*;

    /// The order in which Spark deals out the numbers below ten.
    #[test]
    fn rows_sort_as_in_spark() {
        let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(0..10));
        let mut rows: Vec<_> = (0..10)
            .map(|row| row_hash(&row_bytes(std::slice::from_ref(&numbers), row).unwrap()))
            .zip(0..10)
            .collect();
        rows.sort_unstable();
        let order: Vec<_> = rows.into_iter().map(|(_, row)| row).collect();
        assert_eq!(order, [3, 7, 0, 5, 6, 8, 2, 9, 4, 1]);
    }

    #[test]
    fn text_lies_behind_the_words() {
        let columns: [ArrayRef; 2] = [
            Arc::new(StringArray::from(vec![Some("ab")])),
            Arc::new(Int64Array::from(vec![None])),
        ];
        let bytes = row_bytes(&columns, 0).unwrap();
        assert_eq!(bytes.len(), 32);
        assert_eq!(bytes[0], 0b10);
        assert_eq!(bytes[8..16], (24_u64 << 32 | 2).to_le_bytes());
        assert_eq!(&bytes[24..], b"ab\0\0\0\0\0\0");
    }
}
