//! Columns as the binary formats hold them: intervals as the numbers that they are.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes as at;
use arrow::record_batch::{RecordBatch, RecordBatchOptions};

use crate::error::{Result, SparkError};
use crate::types::{DataType, StructType};

/// The first column of a type that the format does not hold, as Spark reports it.
pub fn check(
    schema: &StructType,
    format: &str,
    is_supported: impl Fn(&DataType) -> bool,
) -> Result<()> {
    let refused = |field: &&crate::types::StructField| !is_supported(&field.data_type);
    let Some(field) = schema.fields.iter().find(refused) else {
        return Ok(());
    };
    let (name, kind) = (format!("`{}`", field.name), field.data_type.sql());
    Err(SparkError::new(
        "UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE",
        &[
            ("format", format),
            ("columnName", &name),
            ("columnType", &format!("\"{kind}\"")),
        ],
    ))
}

/// Whether a type, or one within it, is such.
pub fn contains(data_type: &DataType, wanted: &impl Fn(&DataType) -> bool) -> bool {
    if wanted(data_type) {
        return true;
    }
    match data_type {
        DataType::Array { element, .. } => contains(element, wanted),
        DataType::Map { key, value, .. } => contains(key, wanted) || contains(value, wanted),
        DataType::Struct(fields) => fields.fields.iter().any(|f| contains(&f.data_type, wanted)),
        DataType::UserDefined(udt) => contains(&udt.stored, wanted),
        _ => false,
    }
}

/// The Arrow schema of a file: fields as they are, intervals as numbers.
pub fn storage_schema(schema: &StructType) -> Result<at::SchemaRef> {
    let mut fields = Vec::with_capacity(schema.len());
    for field in schema.stored().fields.iter() {
        let kind = match &field.data_type {
            DataType::YearMonthInterval { .. } => at::DataType::Int32,
            DataType::DayTimeInterval { .. } => at::DataType::Int64,
            DataType::Time { precision: ..=6 } => at::DataType::Time64(at::TimeUnit::Microsecond),
            other => {
                let is_interval = |t: &DataType| {
                    matches!(
                        t,
                        DataType::YearMonthInterval { .. } | DataType::DayTimeInterval { .. }
                    )
                };
                if contains(other, &is_interval) {
                    return Err(SparkError::not_implemented(
                        "an interval within another value in this format",
                    ));
                }
                if contains(other, &|t| matches!(t, DataType::Time { .. })) {
                    return Err(SparkError::not_implemented(
                        "a time of day of nanoseconds, or within another value, in this format",
                    ));
                }
                other.to_arrow()
            }
        };
        // Spark's file sources have nullable columns only.
        fields.push(at::Field::new(&field.name, kind, true));
    }
    Ok(Arc::new(at::Schema::new(fields)))
}

/// The rows of a batch under [`storage_schema`].
pub fn stored(batch: &RecordBatch, schema: &at::SchemaRef) -> Result<RecordBatch> {
    let columns = batch.columns().iter().zip(schema.fields());
    let columns = columns
        .map(|(column, field)| column_as(column, field.data_type()))
        .collect::<Result<Vec<_>>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)
        .map_err(SparkError::internal)
}

fn column_as(column: &ArrayRef, wanted: &at::DataType) -> Result<ArrayRef> {
    if column.data_type() == wanted {
        return Ok(Arc::clone(column));
    }
    Ok(match column.data_type() {
        at::DataType::Interval(at::IntervalUnit::YearMonth) => {
            let months = column.as_primitive::<at::IntervalYearMonthType>();
            Arc::new(months.reinterpret_cast::<at::Int32Type>())
        }
        at::DataType::Duration(at::TimeUnit::Microsecond) => {
            let micros = column.as_primitive::<at::DurationMicrosecondType>();
            Arc::new(micros.reinterpret_cast::<at::Int64Type>())
        }
        _ => arrow::compute::cast(column, wanted).map_err(SparkError::internal)?,
    })
}
