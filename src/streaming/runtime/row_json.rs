//! A row as the JSON of `Row.json`, in which a progress record shows what was observed:
//! nulls are there, times are text in the session's zone, binary is Base64.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes as at;
use arrow::record_batch::RecordBatch;
use serde_json::{Map, Value, json};

use crate::types::{DataType, Formatter, StructType, Zone};

/// The columns of a batch's first row.
pub(super) fn row_as_json(
    schema: &StructType,
    row: &RecordBatch,
    zone: Zone,
) -> Map<String, Value> {
    fields(schema, row.columns(), 0, zone)
}

fn fields(schema: &StructType, columns: &[ArrayRef], row: usize, zone: Zone) -> Map<String, Value> {
    let pairs = schema.fields.iter().zip(columns);
    pairs
        .map(|(field, column)| {
            let value = value(&field.data_type, column.as_ref(), row, zone);
            (field.name.clone(), value)
        })
        .collect()
}

fn value(data_type: &DataType, array: &dyn Array, row: usize, zone: Zone) -> Value {
    if array.is_null(row) {
        return Value::Null;
    }
    match data_type {
        DataType::Null => Value::Null,
        DataType::Boolean => array.as_boolean().value(row).into(),
        DataType::Byte => array.as_primitive::<at::Int8Type>().value(row).into(),
        DataType::Short => array.as_primitive::<at::Int16Type>().value(row).into(),
        DataType::Integer => array.as_primitive::<at::Int32Type>().value(row).into(),
        DataType::Long => array.as_primitive::<at::Int64Type>().value(row).into(),
        DataType::Float => number(array.as_primitive::<at::Float32Type>().value(row).into()),
        DataType::Double => number(array.as_primitive::<at::Float64Type>().value(row)),
        DataType::Decimal { .. } => {
            let text = text(data_type, array, row, zone);
            text.parse().map_or(Value::from(text), number)
        }
        DataType::Binary => base64(array.as_binary::<i32>().value(row)).into(),
        DataType::Array { element, .. } => {
            let list = array.as_list::<i32>().value(row);
            let items = (0..list.len()).map(|at| value(element, list.as_ref(), at, zone));
            items.collect()
        }
        DataType::Map { key, value, .. } => entries(key, value, array, row, zone),
        DataType::Struct(inner) => fields(inner, array.as_struct().columns(), row, zone).into(),
        _ => text(data_type, array, row, zone).into(),
    }
}

/// An object where the keys are text, else a list of pairs.
fn entries(
    key_type: &DataType,
    value_type: &DataType,
    array: &dyn Array,
    row: usize,
    zone: Zone,
) -> Value {
    let entries = array.as_map().value(row);
    let (keys, values) = (entries.column(0), entries.column(1));
    let rows = 0..entries.len();
    if *key_type == DataType::String {
        let pairs = rows.map(|at| {
            let key = text(key_type, keys.as_ref(), at, zone);
            (key, value(value_type, values.as_ref(), at, zone))
        });
        return Value::Object(pairs.collect());
    }
    rows.map(|at| {
        json!({
            "key": value(key_type, keys.as_ref(), at, zone),
            "value": value(value_type, values.as_ref(), at, zone),
        })
    })
    .collect()
}

/// JSON has no number for the others; they are text.
fn number(value: f64) -> Value {
    match value.is_finite() {
        true => value.into(),
        false => value.to_string().into(),
    }
}

fn text(data_type: &DataType, array: &dyn Array, row: usize, zone: Zone) -> String {
    let mut text = String::new();
    Formatter::new(data_type, zone).write(array, row, &mut text);
    text
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = (byte(0) << 16) | (byte(1) << 8) | byte(2);
        for digit in 0..4 {
            let index = ((bits >> (18 - 6 * digit)) & 63) as usize;
            text.push(match digit <= chunk.len() {
                true => char::from(DIGITS[index]),
                false => '=',
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binary_is_padded_to_four() {
        let texts = [b"".as_slice(), b"a", b"ab", b"abc", b"\xff\xfe\xfd\xfc"];
        let texts = texts.map(base64);
        assert_eq!(texts, ["", "YQ==", "YWI=", "YWJj", "//79/A=="]);
    }
}
