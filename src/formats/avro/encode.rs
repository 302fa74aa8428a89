//! Columns into bytes: what [`encoder`](super::encoder) has found, done for each row.

use arrow::array::{Array, AsArray};
use arrow::datatypes as at;

use super::java_map;
use super::rebase::Rebase;
use super::sql_type::incompatible;
use super::wire::{put_bytes, put_long};
use crate::error::{ErrorClass, Result, SparkError};

/// How a value becomes bytes.
#[derive(Debug)]
pub struct Encode {
    pub how: How,
    /// The place of the value's branch in a union.
    pub branch: Option<i64>,
    pub null: Null,
}

/// What becomes of a null.
#[derive(Debug)]
pub enum Null {
    /// The branch of a union.
    Branch(i64),
    /// The type is null itself: no bytes.
    Nothing,
    /// It is refused: in a record with the field's name and type, elsewhere by the type.
    Field(String, String),
    Refused(String),
}

#[derive(Debug)]
pub enum How {
    Null,
    Boolean,
    Byte,
    Short,
    Int,
    Long,
    Float,
    Double,
    Day(Rebase),
    /// So many microseconds a unit; instants move between calendars, clocks do not.
    Instant(i64, Option<Rebase>),
    Months,
    Span,
    /// Two's complement, of a fixed size or as short as it may be.
    Decimal(Option<usize>),
    Text,
    Bytes,
    Symbols(Vec<String>, String),
    Fixed(usize, String),
    List(Box<Encode>),
    Map(Box<Encode>),
    /// By the schema's fields: where the struct has it; none is null.
    Record(Vec<(Option<usize>, Encode)>),
    /// The first member that is there.
    Members(Vec<Encode>, Box<Null>),
}

impl Null {
    fn put(&self, out: &mut Vec<u8>) -> Result<()> {
        match self {
            Self::Branch(at) => put_long(*at, out),
            Self::Nothing => {}
            Self::Field(name, kind) => {
                return Err(SparkError::new(
                    "AVRO_CANNOT_WRITE_NULL_FIELD",
                    &[("name", name), ("dataType", kind)],
                ));
            }
            Self::Refused(kind) => {
                return Err(SparkError::plain(
                    ErrorClass::SparkRuntime,
                    format!("null value for the Avro type {kind}, which holds none"),
                ));
            }
        }
        Ok(())
    }
}

impl Encode {
    /// Appends the bytes of a row of an array.
    pub fn put(&self, array: &dyn Array, row: usize, out: &mut Vec<u8>) -> Result<()> {
        if array.is_null(row) || matches!(self.how, How::Null) {
            return self.null.put(out);
        }
        if let Some(branch) = self.branch {
            put_long(branch, out);
        }
        match &self.how {
            How::Null => {}
            How::Boolean => out.push(u8::from(array.as_boolean().value(row))),
            How::Byte => put_long(array.as_primitive::<at::Int8Type>().value(row).into(), out),
            How::Short => put_long(array.as_primitive::<at::Int16Type>().value(row).into(), out),
            How::Int => put_long(array.as_primitive::<at::Int32Type>().value(row).into(), out),
            How::Long => put_long(array.as_primitive::<at::Int64Type>().value(row), out),
            How::Float => {
                let value = array.as_primitive::<at::Float32Type>().value(row);
                out.extend_from_slice(&value.to_le_bytes());
            }
            How::Double => {
                let value = array.as_primitive::<at::Float64Type>().value(row);
                out.extend_from_slice(&value.to_le_bytes());
            }
            How::Day(rebase) => {
                let days = array.as_primitive::<at::Date32Type>().value(row);
                put_long(rebase.day_written(days)?.into(), out);
            }
            How::Instant(each, rebase) => {
                let micros = array
                    .as_primitive::<at::TimestampMicrosecondType>()
                    .value(row);
                let micros = match rebase {
                    Some(rebase) => rebase.instant_written(micros)?,
                    None => micros,
                };
                put_long(micros.div_euclid(*each), out);
            }
            How::Months => {
                let months = array.as_primitive::<at::IntervalYearMonthType>().value(row);
                put_long(months.into(), out);
            }
            How::Span => {
                put_long(
                    array
                        .as_primitive::<at::DurationMicrosecondType>()
                        .value(row),
                    out,
                );
            }
            How::Decimal(size) => {
                let value = array.as_primitive::<at::Decimal128Type>().value(row);
                put_decimal(value, *size, out)?;
            }
            How::Text => put_bytes(array.as_string::<i32>().value(row).as_bytes(), out),
            How::Bytes => put_bytes(array.as_binary::<i32>().value(row), out),
            How::Symbols(symbols, prefix) => {
                put_symbol(array.as_string::<i32>().value(row), symbols, prefix, out)?;
            }
            How::Fixed(size, prefix) => {
                let bytes = array.as_binary::<i32>().value(row);
                if bytes.len() != *size {
                    return Err(wrong_size(bytes.len(), *size, prefix));
                }
                out.extend_from_slice(bytes);
            }
            How::List(item) => {
                let items = array.as_list::<i32>().value(row);
                put_count(items.len(), out);
                for at in 0..items.len() {
                    item.put(&items, at, out)?;
                }
                out.extend((!items.is_empty()).then_some(0));
            }
            How::Map(value) => put_map(value, array, row, out)?,
            How::Record(fields) => {
                let columns = array.as_struct().columns();
                for (source, encode) in fields {
                    match source.and_then(|at| columns.get(at)) {
                        Some(column) => encode.put(column, row, out)?,
                        None => encode.null.put(out)?,
                    }
                }
            }
            How::Members(members, none) => {
                let columns = array.as_struct().columns();
                let there = columns.iter().zip(members).find(|(c, _)| c.is_valid(row));
                match there {
                    Some((column, member)) => member.put(column, row, out)?,
                    None => none.put(out)?,
                }
            }
        }
        Ok(())
    }
}

/// The number of items that follow; none has no block.
pub fn put_count(count: usize, out: &mut Vec<u8>) {
    put_long(count as i64, out);
}

/// The entries in the order in which Java's hash map gives them.
fn put_map(value: &Encode, array: &dyn Array, row: usize, out: &mut Vec<u8>) -> Result<()> {
    let entries = array.as_map().value(row);
    let (keys, values) = (entries.column(0).as_string::<i32>(), entries.column(1));
    put_count(entries.len(), out);
    let hashes: Vec<i32> = (0..keys.len())
        .map(|at| java_map::text_hash(keys.value(at)))
        .collect();
    for at in java_map::order(&hashes, java_map::room_for(hashes.len())) {
        put_bytes(keys.value(at).as_bytes(), out);
        value.put(values, at, out)?;
    }
    out.extend((!entries.is_empty()).then_some(0));
    Ok(())
}

fn put_symbol(text: &str, symbols: &[String], prefix: &str, out: &mut Vec<u8>) -> Result<()> {
    let Some(at) = symbols.iter().position(|symbol| symbol == text) else {
        let known: Vec<String> = symbols.iter().map(|s| format!("\"{s}\"")).collect();
        return Err(incompatible(format!(
            "{prefix}\"{text}\" cannot be written since it's not defined in enum {}",
            known.join(", ")
        )));
    };
    put_long(at as i64, out);
    Ok(())
}

fn wrong_size(found: usize, size: usize, prefix: &str) -> SparkError {
    let bytes = |count: usize| format!("{count} {}", if count > 1 { "bytes" } else { "byte" });
    incompatible(format!(
        "{prefix}{} of binary data cannot be written into FIXED type with size of {}",
        bytes(found),
        bytes(size)
    ))
}

fn put_decimal(value: i128, size: Option<usize>, out: &mut Vec<u8>) -> Result<()> {
    let whole = value.to_be_bytes();
    let sign = if value < 0 { 0xFF } else { 0 };
    // The first byte that is kept has the sign in its highest bit.
    let spare = (0..15).take_while(|at| whole[*at] == sign && (whole[at + 1] ^ sign) & 0x80 == 0);
    let short = &whole[spare.count()..];
    match size {
        None => put_bytes(short, out),
        Some(size) if short.len() <= size => {
            out.extend(std::iter::repeat_n(sign, size - short.len()));
            out.extend_from_slice(short);
        }
        Some(size) => {
            return Err(SparkError::plain(
                ErrorClass::SparkRuntime,
                format!("the decimal {value} does not fit into {size} bytes"),
            ));
        }
    }
    Ok(())
}
