//! Spark's types for those of a Parquet file, and which of ours a column may be read as.

use std::sync::Arc;

use arrow::datatypes::{DataType as A, Field, FieldRef, Fields, Schema, TimeUnit};
use parquet::arrow::arrow_reader::ArrowReaderMetadata;
use parquet::basic::Type as Physical;
use parquet::schema::types::SchemaDescriptor;

use crate::error::{Result, SparkError};
use crate::types::{DataType, StructField, StructType, from_arrow};

/// Where Spark keeps its own schema in a file.
const SPARK_SCHEMA: &str = "org.apache.spark.sql.parquet.row.metadata";

/// The schema that Spark reads a file with: its own, where it wrote the file.
pub(super) fn of_file(metadata: &ArrowReaderMetadata) -> Result<StructType> {
    let own = metadata
        .metadata()
        .file_metadata()
        .key_value_metadata()
        .and_then(|all| all.iter().find(|entry| entry.key == SPARK_SCHEMA))
        .and_then(|entry| entry.value.as_deref());
    if let Some(text) = own
        && let Ok(DataType::Struct(fields)) = crate::types::parse_type(text)
    {
        return Ok(fields);
    }
    fields(metadata.schema().fields())
}

fn fields(all: &Fields) -> Result<StructType> {
    let found = all
        .iter()
        .map(|f| {
            Ok(StructField::new(
                f.name(),
                spark_type(f.data_type())?,
                f.is_nullable(),
            ))
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(StructType::new(found))
}

fn spark_type(arrow: &A) -> Result<DataType> {
    Ok(match arrow {
        A::List(item) => DataType::Array {
            element: Box::new(spark_type(item.data_type())?),
            contains_null: item.is_nullable(),
        },
        A::Struct(inner) => DataType::Struct(fields(inner)?),
        A::Map(entries, _) => match entries.data_type() {
            A::Struct(pair) if pair.len() == 2 => DataType::Map {
                key: Box::new(spark_type(pair[0].data_type())?),
                value: Box::new(spark_type(pair[1].data_type())?),
                value_contains_null: pair[1].is_nullable(),
            },
            _ => return from_arrow(arrow),
        },
        A::Time64(TimeUnit::Microsecond) => DataType::TIME,
        A::Time32(_) | A::Time64(_) => {
            let what = "Parquet columns of type TIME that are not in microseconds";
            return Err(SparkError::not_implemented(what));
        }
        other => from_arrow(other)?,
    })
}

/// The file's schema with every old 96-bit timestamp as an instant in microseconds:
/// in nanoseconds it would not reach beyond the year 2262. `None` without such.
pub(super) fn with_micros(schema: &Schema, file: &SchemaDescriptor) -> Option<Schema> {
    let old = |c: &parquet::schema::types::ColumnDescPtr| c.physical_type() == Physical::INT96;
    if !file.columns().iter().any(old) {
        return None;
    }
    let fields: Fields = schema.fields().iter().map(in_micros).collect();
    Some(Schema::new(fields))
}

fn in_micros(field: &FieldRef) -> FieldRef {
    let changed = |kind: A| -> FieldRef {
        let new = Field::new(field.name(), kind, field.is_nullable());
        Arc::new(new.with_metadata(field.metadata().clone()))
    };
    match field.data_type() {
        A::Timestamp(TimeUnit::Nanosecond, None) => {
            changed(A::Timestamp(TimeUnit::Microsecond, Some("UTC".into())))
        }
        A::Struct(inner) => changed(A::Struct(inner.iter().map(in_micros).collect())),
        A::List(item) => changed(A::List(in_micros(item))),
        A::Map(entries, sorted) => changed(A::Map(in_micros(entries), *sorted)),
        _ => Arc::clone(field),
    }
}

/// Refuses to read a column as a type that would change its values.
pub(super) fn check(
    held: &Field,
    wanted: &StructField,
    metadata: &ArrowReaderMetadata,
    root: usize,
    path: &str,
) -> Result<()> {
    if fits(held.data_type(), &wanted.data_type) {
        return Ok(());
    }
    let descriptor = metadata.parquet_schema();
    let column = (0..descriptor.num_columns())
        .find(|at| descriptor.get_column_root_idx(*at) == root)
        .map(|at| descriptor.column(at));
    let actual = column.map_or_else(String::new, |c| c.physical_type().to_string());
    Err(SparkError::new(
        "FAILED_READ_FILE.PARQUET_COLUMN_DATA_TYPE_MISMATCH",
        &[
            ("path", path),
            ("column", &format!("[{}]", held.name())),
            ("expectedType", &wanted.data_type.simple_string()),
            ("actualType", &actual),
        ],
    ))
}

fn fits(held: &A, wanted: &DataType) -> bool {
    match (held, wanted) {
        (held, DataType::UserDefined(udt)) => fits(held, &udt.stored),
        (A::Boolean, DataType::Boolean)
        | (A::Float32, DataType::Float | DataType::Double)
        | (A::Float64, DataType::Double)
        | (A::Date32, DataType::Date | DataType::TimestampNtz)
        | (A::Timestamp(_, _), DataType::Timestamp)
        | (A::Timestamp(_, None), DataType::TimestampNtz)
        | (A::Time64(TimeUnit::Microsecond), DataType::Time { .. })
        | (A::UInt64, DataType::Decimal { .. })
        | (
            A::Utf8 | A::LargeUtf8 | A::Binary | A::LargeBinary | A::FixedSizeBinary(_),
            DataType::String | DataType::Binary,
        ) => true,
        (A::Int8 | A::Int16 | A::Int32 | A::UInt8 | A::UInt16, wanted) => match wanted {
            DataType::Decimal { precision, scale } => whole(*precision, *scale) >= 10,
            DataType::Byte
            | DataType::Short
            | DataType::Integer
            | DataType::Long
            | DataType::Double
            | DataType::Date
            | DataType::YearMonthInterval { .. } => true,
            _ => false,
        },
        (A::Int64 | A::UInt32, wanted) => match wanted {
            DataType::Decimal { precision, scale } => whole(*precision, *scale) >= 20,
            DataType::Long | DataType::DayTimeInterval { .. } => true,
            _ => false,
        },
        (
            A::Decimal32(p, s) | A::Decimal64(p, s) | A::Decimal128(p, s),
            DataType::Decimal { precision, scale },
        ) => scale >= s && whole(*precision, *scale) >= whole(*p, *s),
        // A variant lies in a file as its two binaries.
        (A::Struct(held), DataType::Variant) => {
            ["value", "metadata"].iter().all(|name| {
                let found = held.iter().find(|f| f.name() == name);
                found.is_some_and(|f| matches!(f.data_type(), A::Binary | A::LargeBinary))
            }) && held.len() == 2
        }
        (A::List(item), DataType::Array { element, .. }) => fits(item.data_type(), element),
        (A::Struct(held), DataType::Struct(wanted)) => wanted.fields.iter().all(|field| {
            let found = held.iter().find(|f| f.name() == &field.name);
            found.is_none_or(|f| fits(f.data_type(), &field.data_type))
        }),
        (A::Map(entries, _), DataType::Map { key, value, .. }) => match entries.data_type() {
            A::Struct(pair) if pair.len() == 2 => {
                fits(pair[0].data_type(), key) && fits(pair[1].data_type(), value)
            }
            _ => false,
        },
        _ => false,
    }
}

/// Digits before the point.
fn whole(precision: u8, scale: i8) -> i16 {
    i16::from(precision) - i16::from(scale)
}
