//! The reader against what Spark 4.3.0 answered: `recorded.jsonl` holds a case a line,
//! with the input (bytes as Latin-1), the options, and the rows, schema or error.

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{
    DataType as ArrowType, Date32Type, Decimal128Type, DurationMicrosecondType, Float32Type,
    Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType,
};
use serde_json::{Value, json};

use super::*;
use crate::types::parse_zone;

const RECORDED: &str = include_str!("recorded.jsonl");

fn options_of(case: &Value) -> Result<JsonOptions> {
    let pairs: Vec<_> = case["options"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(k, v)| (k.clone(), v.as_str().unwrap().to_string()))
        .collect();
    JsonOptions::from_options(&pairs, parse_zone("America/Los_Angeles").unwrap())
}

fn bytes_of(case: &Value) -> Vec<u8> {
    case["data"]
        .as_str()
        .unwrap()
        .chars()
        .map(|c| u8::try_from(c).unwrap())
        .collect()
}

fn number(value: f64) -> Value {
    match value {
        v if v.is_nan() => json!("NaN"),
        v if v == f64::INFINITY => json!("Infinity"),
        v if v == f64::NEG_INFINITY => json!("-Infinity"),
        v => json!(v),
    }
}

/// A value as the recorder wrote it: dates, timestamps and intervals as numbers, binary
/// in hexadecimal.
fn shown(array: &ArrayRef, row: usize) -> Value {
    if array.is_null(row) || *array.data_type() == ArrowType::Null {
        return Value::Null;
    }
    match array.data_type() {
        ArrowType::Boolean => json!(array.as_boolean().value(row)),
        ArrowType::Int8 => json!(array.as_primitive::<Int8Type>().value(row)),
        ArrowType::Int16 => json!(array.as_primitive::<Int16Type>().value(row)),
        ArrowType::Int32 => json!(array.as_primitive::<Int32Type>().value(row)),
        ArrowType::Int64 => json!(array.as_primitive::<Int64Type>().value(row)),
        ArrowType::Date32 => json!(array.as_primitive::<Date32Type>().value(row)),
        ArrowType::Timestamp(..) => {
            json!(array.as_primitive::<TimestampMicrosecondType>().value(row))
        }
        ArrowType::Duration(_) => json!(array.as_primitive::<DurationMicrosecondType>().value(row)),
        ArrowType::Float32 => number(f64::from(array.as_primitive::<Float32Type>().value(row))),
        ArrowType::Float64 => number(array.as_primitive::<Float64Type>().value(row)),
        ArrowType::Decimal128(..) => {
            json!(format!(
                "decimal {}",
                array.as_primitive::<Decimal128Type>().value_as_string(row)
            ))
        }
        ArrowType::Utf8 => json!(array.as_string::<i32>().value(row)),
        ArrowType::Binary => {
            let bytes = array.as_binary::<i32>().value(row);
            json!(bytes.iter().map(|b| format!("{b:02x}")).collect::<String>())
        }
        ArrowType::Struct(fields) => {
            let columns = array.as_struct().columns();
            let pairs = fields.iter().zip(columns);
            Value::Object(
                pairs
                    .map(|(f, c)| (f.name().clone(), shown(c, row)))
                    .collect(),
            )
        }
        ArrowType::List(_) => {
            let items = array.as_list::<i32>().value(row);
            (0..items.len()).map(|at| shown(&items, at)).collect()
        }
        ArrowType::Map(..) => {
            let entries = array.as_map().value(row);
            let pair = |at| json!([shown(entries.column(0), at), shown(entries.column(1), at)]);
            (0..entries.len()).map(pair).collect()
        }
        other => panic!("no rendering for {other}"),
    }
}

fn rows(batches: &[RecordBatch]) -> Vec<Vec<Value>> {
    let rows = batches.iter().flat_map(|batch| {
        (0..batch.num_rows()).map(|row| batch.columns().iter().map(|c| shown(c, row)).collect())
    });
    rows.collect()
}

fn same(expected: &Value, found: &Value) -> bool {
    match (expected, found) {
        // Bytes that are no text: what they become in a string is not recorded.
        (Value::String(text), Value::String(_)) if text == "UNDECODABLE" => true,
        (Value::String(text), Value::String(found)) if found.starts_with("decimal ") => {
            let found = found.trim_start_matches("decimal ");
            let value = |text| {
                crate::formats::number::decimal(text, 38, 38)
                    .or(crate::formats::number::decimal(text, 38, 0))
            };
            value(text) == value(found)
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(k, v)| b.get(k).is_some_and(|w| same(v, w)))
        }
        _ => expected == found,
    }
}

fn read(case: &Value, batch_size: usize) -> Result<Value> {
    let options = options_of(case)?;
    let mut schema = StructType::from_ddl(case["read"].as_str().unwrap())?;
    let count_only = case["rows"].is_u64() || (case["name"] == "count");
    check_schema(&schema, &options.column_name_of_corrupt_record)?;
    if count_only {
        schema = StructType::default();
    } else if let Some(selected) = case["select"].as_array() {
        let names: Vec<_> = selected.iter().map(|v| v.as_str().unwrap()).collect();
        check_only_corrupt_column(&names, &options.column_name_of_corrupt_record)?;
        // Spark reads in the order of the schema, which the message of a failure shows.
        let in_order = schema
            .fields
            .iter()
            .filter(|f| names.contains(&f.name.as_str()));
        schema = StructType::new(in_order.cloned());
    }
    let mut decoder = JsonDecoder::new(&schema, &options, batch_size)?;
    let batches = decoder.read_all(&bytes_of(case), "file://DIR/f.json")?;
    if count_only {
        return Ok(json!(
            batches.iter().map(RecordBatch::num_rows).sum::<usize>()
        ));
    }
    let mut rows = rows(&batches);
    if let Some(selected) = case["select"].as_array()
        && selected.len() == 2
    {
        rows.iter_mut().for_each(|row| row.reverse());
    }
    Ok(json!(rows))
}

fn infer(case: &Value) -> Result<Value> {
    let options = options_of(case)?;
    let schema = infer_schema([bytes_of(case)], &options, false)?;
    Ok(json!(DataType::Struct(schema).simple_string()))
}

/// The message of the error, or of its cause, that the recorder kept.
fn wanted_message(error: &SparkError, expected: &str) -> bool {
    let matches =
        |e: &SparkError| e.message().starts_with(expected) || expected.starts_with(e.message());
    let mut next = Some(error);
    while let Some(error) = next {
        if matches(error) {
            return true;
        }
        next = error.cause();
    }
    false
}

#[test]
fn every_recorded_case_is_answered_as_spark_answered_it() {
    let (mut failures, mut total) = (Vec::new(), 0);
    for line in RECORDED.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        total += 1;
        let infers = case["infer"] == true;
        let found = if infers { infer(&case) } else { read(&case, 3) };
        let expected = if infers {
            &case["schema"]
        } else {
            &case["rows"]
        };
        let good = match &found {
            Ok(found) if case["error"].is_null() => same(expected, found),
            Err(error) => case["error"]
                .as_str()
                .is_some_and(|text| wanted_message(error, text)),
            Ok(_) => false,
        };
        if !good {
            let found = found.map_err(|e| e.to_string());
            let what = format!("{} {} {}", case["name"], case["read"], case["options"]);
            if let (Ok(Value::Array(found)), Some(rows)) = (&found, expected.as_array())
                && found.len() == rows.len()
            {
                let lines: Vec<_> = case["data"].as_str().unwrap().split('\n').collect();
                for (at, (f, e)) in found
                    .iter()
                    .zip(rows)
                    .enumerate()
                    .filter(|(_, (f, e))| !same(e, f))
                {
                    let line = lines.get(at).unwrap_or(&"");
                    failures.push(format!("{what}\n   {line}\n   found {f}\n   Spark {e}"));
                }
            } else {
                let data: String = case["data"].as_str().unwrap().chars().take(200).collect();
                let wanted = if case["error"].is_null() {
                    expected
                } else {
                    &case["error"]
                };
                failures.push(format!(
                    "{what}\n   {data}\n   found {found:?}\n   Spark {wanted}"
                ));
            }
        }
    }
    let count = failures.len();
    assert!(
        failures.is_empty(),
        "{count} of {total} cases differ:\n{}",
        failures.join("\n")
    );
}
