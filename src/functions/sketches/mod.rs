//! Sketches of Apache DataSketches in the bytes that Spark gives and takes.
//!
//! Their arithmetic is that of Apache's own crate; here are the columns they are fed
//! from, the forms of Java that the crate does not write, and what it has no part for.
//! Knows Arrow; neither plans nor names of types in SQL.

pub mod frequent;
pub mod hll;
pub mod item;
pub mod kll;
pub mod theta;
pub mod tuple;

use std::fmt::Debug;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BinaryArray};
use arrow::datatypes::{DataType as ArrowType, Float32Type, Float64Type, Int32Type, Int64Type};

use crate::error::{Result, SparkError};

/// What gathers values or sketches into one sketch.
pub trait Gather: Debug + Send + Sync {
    /// Takes rows in; a null is left out unless the sketch counts nulls.
    fn add(&mut self, columns: &[ArrayRef]) -> Result<()>;

    /// Takes the state of another one in.
    fn merge(&mut self, state: &[u8]) -> Result<()>;

    fn state(&self) -> Result<Vec<u8>>;

    fn size(&self) -> usize;

    /// The one value that it gives in the end: a sketch's bytes are its state.
    fn result(&self) -> Result<ArrayRef> {
        Ok(binary(&self.state()?))
    }
}

/// A column of one value.
fn binary(bytes: &[u8]) -> ArrayRef {
    Arc::new(BinaryArray::from_vec(vec![bytes]))
}

/// What is wrong with an argument that should hold a sketch.
pub fn invalid(condition: &str, function: &str) -> SparkError {
    SparkError::new(condition, &[("function", &format!("`{function}`"))])
}

/// A sketch that the library will not make, of a size or a state that it refuses.
fn refused(error: datasketches::error::Error) -> SparkError {
    SparkError::internal(error)
}

/// The rows of a column of sketches that are not null.
fn sketches(columns: &[ArrayRef]) -> impl Iterator<Item = &[u8]> {
    columns[0].as_binary::<i32>().iter().flatten()
}

/// A key of a theta or tuple sketch, in the form that is hashed.
pub enum Key<'a> {
    Long(i64),
    Double(f64),
    Bytes(&'a [u8]),
}

/// Calls `each` with every row's number and key; nulls and empty keys are left out.
fn keys(column: &ArrayRef, mut each: impl FnMut(usize, Key<'_>)) -> Result<()> {
    let rows = (0..column.len()).filter(|row| column.is_valid(*row));
    match column.data_type() {
        ArrowType::Int32 => {
            let values = column.as_primitive::<Int32Type>();
            rows.for_each(|row| each(row, Key::Long(i64::from(values.value(row)))));
        }
        ArrowType::Int64 => {
            let values = column.as_primitive::<Int64Type>();
            rows.for_each(|row| each(row, Key::Long(values.value(row))));
        }
        ArrowType::Float32 => {
            let values = column.as_primitive::<Float32Type>();
            rows.for_each(|row| each(row, Key::Double(f64::from(values.value(row)))));
        }
        ArrowType::Float64 => {
            let values = column.as_primitive::<Float64Type>();
            rows.for_each(|row| each(row, Key::Double(values.value(row))));
        }
        ArrowType::Utf8 => {
            let values = column.as_string::<i32>();
            let full = rows.filter(|row| !values.value(*row).is_empty());
            full.for_each(|row| each(row, Key::Bytes(values.value(row).as_bytes())));
        }
        ArrowType::Binary => {
            let values = column.as_binary::<i32>();
            let full = rows.filter(|row| !values.value(*row).is_empty());
            full.for_each(|row| each(row, Key::Bytes(values.value(row))));
        }
        ArrowType::List(_) => {
            let lists = column.as_list::<i32>();
            for row in rows {
                let bytes = packed(&lists.value(row))?;
                if !bytes.is_empty() {
                    each(row, Key::Bytes(&bytes));
                }
            }
        }
        other => return Err(SparkError::internal(format!("a sketch of {other}"))),
    }
    Ok(())
}

/// The numbers of a list one behind the other, a null as zero.
fn packed(values: &ArrayRef) -> Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(values.len() * 8);
    match values.data_type() {
        ArrowType::Int32 => {
            for value in values.as_primitive::<Int32Type>() {
                bytes.extend(value.unwrap_or(0).to_le_bytes());
            }
        }
        ArrowType::Int64 => {
            for value in values.as_primitive::<Int64Type>() {
                bytes.extend(value.unwrap_or(0).to_le_bytes());
            }
        }
        ArrowType::Null => bytes.resize(values.len() * 4, 0),
        other => {
            return Err(SparkError::internal(format!(
                "a sketch of lists of {other}"
            )));
        }
    }
    Ok(bytes)
}

/// The name of the family that a sketch's third byte tells.
fn family(bytes: &[u8]) -> Option<&'static str> {
    const NAMES: [&str; 21] = [
        "ALPHA",
        "QUICKSELECT",
        "COMPACT",
        "UNION",
        "INTERSECTION",
        "A_NOT_B",
        "HLL",
        "QUANTILES",
        "TUPLE",
        "FREQUENCY",
        "RESERVOIR",
        "RESERVOIR_UNION",
        "VAROPT",
        "VAROPT_UNION",
        "KLL",
        "CPC",
        "REQ",
        "COUNTMIN",
        "EBPPS",
        "TDIGEST",
        "BLOOMFILTER",
    ];
    let id = bytes.get(2).filter(|_| bytes.len() >= 8)?;
    NAMES.get(usize::from(*id).checked_sub(1)?).copied()
}

/// Fails for the bytes of a sketch of another family.
fn of_family(expected: &str, bytes: &[u8], condition: &str, function: &str) -> Result<()> {
    match family(bytes) {
        Some(actual) if actual != expected => Err(SparkError::new(
            condition,
            &[
                ("function", &format!("`{function}`")),
                ("expectedFamily", expected),
                ("actualFamily", actual),
            ],
        )),
        _ => Ok(()),
    }
}
