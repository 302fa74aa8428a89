//! `caudal.lateRowsPath`: rows that came too late, as lines of JSON. One file for a
//! batch and an operator, written whole; a batch that is run again writes it again.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes as at;
use serde_json::{Map, Value};

use crate::error::{Result, SparkError};
use crate::streaming::checkpoint::{AtomicDir, BatchId, FsyncStats, io_failure};

pub struct LateRows {
    folder: AtomicDir,
}

impl LateRows {
    pub fn open(path: &Path) -> Result<Self> {
        let folder = AtomicDir::open(path, Arc::new(FsyncStats::default()))?;
        Ok(Self { folder })
    }

    /// The late rows of a batch that an operator, by its number, did not take.
    pub fn write(&self, batch: BatchId, operator: usize, rows: &[RecordBatch]) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let mut text = String::new();
        for batch in rows {
            for row in 0..batch.num_rows() {
                text.push_str(&line(batch, row)?.to_string());
                text.push('\n');
            }
        }
        let name = format!("batch-{}-operator-{operator}.json", batch.0);
        self.folder
            .replace(&name, &[text.as_bytes()])
            .map_err(|error| io_failure("write", &self.folder.path_of(&name), &error))
    }
}

/// A row as an object; fields that are null are left out, as Spark's writer does.
fn line(batch: &RecordBatch, row: usize) -> Result<Value> {
    let schema = batch.schema();
    object(schema.fields(), batch.columns(), row)
}

fn object(fields: &at::Fields, columns: &[Arc<dyn Array>], row: usize) -> Result<Value> {
    let mut map = Map::new();
    for (field, column) in fields.iter().zip(columns) {
        let value = value(column.as_ref(), row)?;
        if !value.is_null() {
            map.insert(field.name().clone(), value);
        }
    }
    Ok(Value::Object(map))
}

fn value(array: &dyn Array, row: usize) -> Result<Value> {
    use at::DataType as D;
    use at::TimeUnit::Microsecond;
    if array.is_null(row) {
        return Ok(Value::Null);
    }
    macro_rules! number {
        ($kind:ty) => {
            array.as_primitive::<$kind>().value(row).into()
        };
    }
    Ok(match array.data_type() {
        D::Null => Value::Null,
        D::Boolean => array.as_boolean().value(row).into(),
        D::Int8 => number!(at::Int8Type),
        D::Int16 => number!(at::Int16Type),
        D::Int32 => number!(at::Int32Type),
        D::Int64 => number!(at::Int64Type),
        D::Float32 => float(f64::from(
            array.as_primitive::<at::Float32Type>().value(row),
        )),
        D::Float64 => float(array.as_primitive::<at::Float64Type>().value(row)),
        // As text: a number of JSON's would lose digits on its way.
        D::Decimal128(..) => {
            let decimals = array.as_primitive::<at::Decimal128Type>();
            decimals.value_as_string(row).into()
        }
        D::Utf8 => array.as_string::<i32>().value(row).into(),
        D::LargeUtf8 => array.as_string::<i64>().value(row).into(),
        D::Utf8View => array.as_string_view().value(row).into(),
        D::Date32 => {
            let days = array.as_primitive::<at::Date32Type>();
            days.value_as_date(row).map(|d| d.to_string()).into()
        }
        D::Timestamp(Microsecond, zone) => {
            let micros = array.as_primitive::<at::TimestampMicrosecondType>();
            let time = micros.value_as_datetime(row);
            let end = if zone.is_some() { "Z" } else { "" };
            time.map(|t| format!("{}{end}", t.format("%Y-%m-%dT%H:%M:%S%.6f")))
                .into()
        }
        D::Struct(fields) => object(fields, array.as_struct().columns(), row)?,
        D::List(_) => elements(array.as_list::<i32>().value(row).as_ref())?,
        D::Map(..) => entries(&array.as_map().value(row))?,
        other => {
            return Err(SparkError::not_implemented(format_args!(
                "caudal.lateRowsPath with values of type {other}"
            )));
        }
    })
}

/// A number that JSON does not have is text, as Spark writes it.
fn float(value: f64) -> Value {
    let number = serde_json::Number::from_f64(value);
    let text = || match value {
        v if v.is_nan() => "NaN",
        v if v > 0.0 => "Infinity",
        _ => "-Infinity",
    };
    number.map_or_else(|| text().into(), Value::Number)
}

fn elements(array: &dyn Array) -> Result<Value> {
    let values = (0..array.len()).map(|row| value(array, row));
    values.collect::<Result<Vec<_>>>().map(Value::Array)
}

fn entries(pairs: &arrow::array::StructArray) -> Result<Value> {
    let mut map = Map::new();
    for row in 0..pairs.len() {
        let key = match value(pairs.column(0).as_ref(), row)? {
            Value::String(text) => text,
            other => other.to_string(),
        };
        map.insert(key, value(pairs.column(1).as_ref(), row)?);
    }
    Ok(Value::Object(map))
}
