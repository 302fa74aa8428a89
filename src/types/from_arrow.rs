//! Arrow data from outside (pandas, polars, pyarrow) as Spark's types, and in the
//! storage that [`DataType::to_arrow`] names.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType as A, Field, IntervalUnit, Schema};

use super::{DataType, DayTimeField, StructField, StructType, YearMonthField};
use crate::error::{Result, SparkError};

/// The Spark schema of an Arrow schema.
pub fn from_arrow_schema(schema: &Schema) -> Result<StructType> {
    fields(schema.fields().iter().map(AsRef::as_ref))
}

fn fields<'a>(all: impl Iterator<Item = &'a Field>) -> Result<StructType> {
    let fields = all
        .map(|f| {
            Ok(StructField::new(
                f.name(),
                from_arrow(f.data_type())?,
                f.is_nullable(),
            ))
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(StructType::new(fields))
}

/// The Spark type of an Arrow type.
pub fn from_arrow(data_type: &A) -> Result<DataType> {
    Ok(match data_type {
        A::Null => DataType::Null,
        A::Boolean => DataType::Boolean,
        A::Int8 => DataType::Byte,
        A::Int16 | A::UInt8 => DataType::Short,
        A::Int32 | A::UInt16 => DataType::Integer,
        A::Int64 | A::UInt32 => DataType::Long,
        A::UInt64 => DataType::Decimal {
            precision: 20,
            scale: 0,
        },
        A::Float16 | A::Float32 => DataType::Float,
        A::Float64 => DataType::Double,
        A::Decimal32(p, s) | A::Decimal64(p, s) | A::Decimal128(p, s) => DataType::Decimal {
            precision: *p,
            scale: *s,
        },
        A::Utf8 | A::LargeUtf8 | A::Utf8View => DataType::String,
        A::Binary | A::LargeBinary | A::BinaryView | A::FixedSizeBinary(_) => DataType::Binary,
        A::Date32 | A::Date64 => DataType::Date,
        A::Timestamp(_, Some(_)) => DataType::Timestamp,
        A::Timestamp(_, None) => DataType::TimestampNtz,
        A::Duration(_) => DataType::DayTimeInterval {
            start: DayTimeField::Day,
            end: DayTimeField::Second,
        },
        A::Interval(IntervalUnit::YearMonth) => DataType::YearMonthInterval {
            start: YearMonthField::Year,
            end: YearMonthField::Month,
        },
        A::List(item) | A::LargeList(item) | A::FixedSizeList(item, _) | A::ListView(item) => {
            DataType::Array {
                element: Box::new(from_arrow(item.data_type())?),
                contains_null: item.is_nullable(),
            }
        }
        A::Struct(inner) => DataType::Struct(fields(inner.iter().map(AsRef::as_ref))?),
        A::Map(entries, _) => match entries.data_type() {
            A::Struct(pair) if pair.len() == 2 => DataType::Map {
                key: Box::new(from_arrow(pair[0].data_type())?),
                value: Box::new(from_arrow(pair[1].data_type())?),
                value_contains_null: pair[1].is_nullable(),
            },
            _ => return Err(unknown(data_type)),
        },
        A::Dictionary(_, value) => from_arrow(value)?,
        other => return Err(unknown(other)),
    })
}

fn unknown(data_type: &A) -> SparkError {
    SparkError::not_implemented(format_args!("Arrow data of the type {data_type}"))
}

/// The batches in the storage of `schema`, column by column in order.
pub fn to_storage(schema: &StructType, batches: Vec<RecordBatch>) -> Result<Vec<RecordBatch>> {
    let stored = Arc::new(schema.to_arrow());
    batches
        .into_iter()
        .map(|batch| {
            if batch.num_columns() != schema.len() {
                return Err(SparkError::internal(format_args!(
                    "{} columns of data under a schema of {} fields",
                    batch.num_columns(),
                    schema.len()
                )));
            }
            let columns = batch
                .columns()
                .iter()
                .zip(stored.fields())
                .map(|(array, field)| stored_as(array, field.data_type()))
                .collect::<Result<Vec<_>>>()?;
            let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
            RecordBatch::try_new_with_options(Arc::clone(&stored), columns, &options)
                .map_err(SparkError::internal)
        })
        .collect()
}

fn stored_as(array: &ArrayRef, wanted: &A) -> Result<ArrayRef> {
    if array.data_type() == wanted {
        return Ok(Arc::clone(array));
    }
    let options = CastOptions {
        safe: false,
        ..CastOptions::default()
    };
    cast_with_options(array, wanted, &options).map_err(SparkError::internal)
}
