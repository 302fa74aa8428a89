//! What a file holds as what the reader wants: columns and fields by name, those that
//! are not there as nulls, types in the storage of ours, wider where that loses nothing.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, ListArray, MapArray, RecordBatch, RecordBatchOptions, StructArray,
    new_null_array,
};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType as A, FieldRef, Fields, TimeUnit};

use super::fills::Fills;
use crate::error::{Result, SparkError};

/// Whether two names mean one column.
pub(super) fn same_name(left: &str, right: &str, case_sensitive: bool) -> bool {
    left == right || (!case_sensitive && left.to_lowercase() == right.to_lowercase())
}

/// The rows of `batch` with the columns of `wanted`.
pub(super) fn adapted(
    batch: &RecordBatch,
    wanted: &arrow::datatypes::SchemaRef,
    fills: &Fills,
    case_sensitive: bool,
) -> Result<RecordBatch> {
    let held = batch.schema();
    let mut arrays = Vec::with_capacity(wanted.fields().len());
    for field in wanted.fields() {
        let at = position(held.fields(), field.name(), case_sensitive);
        arrays.push(match at.and_then(|at| batch.columns().get(at)) {
            Some(array) => stored(array, field.data_type(), case_sensitive)?,
            None => fills.column(field, batch.num_rows())?,
        });
    }
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(Arc::clone(wanted), arrays, &options)
        .map_err(SparkError::internal)
}

/// Where a field of that name stands: the exact one goes first.
pub(super) fn position(fields: &Fields, name: &str, case_sensitive: bool) -> Option<usize> {
    let exact = fields.iter().position(|f| f.name() == name);
    exact.or_else(|| {
        fields
            .iter()
            .position(|f| same_name(f.name(), name, case_sensitive))
    })
}

/// An array in the storage of `wanted`.
pub(super) fn stored(array: &ArrayRef, wanted: &A, case_sensitive: bool) -> Result<ArrayRef> {
    if array.data_type() == wanted {
        return Ok(Arc::clone(array));
    }
    match (array.data_type(), wanted) {
        (A::Struct(held), A::Struct(fields)) => {
            structure(array.as_struct(), held, fields, case_sensitive)
        }
        (A::List(_), A::List(item)) => {
            let list = array.as_list::<i32>();
            let values = stored(list.values(), item.data_type(), case_sensitive)?;
            ListArray::try_new(
                Arc::clone(item),
                list.offsets().clone(),
                values,
                list.nulls().cloned(),
            )
            .map(|array| Arc::new(array) as ArrayRef)
            .map_err(SparkError::internal)
        }
        (A::Map(_, _), A::Map(entries, sorted)) => {
            map(array.as_map(), entries, *sorted, case_sensitive)
        }
        // A reading of the clock at a place is kept as an instant by its numbers.
        (A::Timestamp(unit, _), A::Timestamp(TimeUnit::Microsecond, _)) => {
            let plain = A::Timestamp(*unit, None);
            let unzoned = relabelled(array, &plain)?;
            let micros = match unit {
                TimeUnit::Nanosecond => floored_micros(&unzoned)?,
                _ => cast(&unzoned, &A::Timestamp(TimeUnit::Microsecond, None))?,
            };
            relabelled(&micros, wanted)
        }
        (A::Int32, A::Interval(_)) => relabelled(array, wanted),
        (A::Int64, A::Duration(_)) => relabelled(array, wanted),
        (A::Int64, A::Timestamp(TimeUnit::Microsecond, _)) => relabelled(array, wanted),
        (A::UInt64, A::Decimal128(_, _)) => cast(array, wanted),
        _ => cast(array, wanted),
    }
}

/// Whole microseconds, rounded down as Spark does, where casts round towards zero.
fn floored_micros(array: &ArrayRef) -> Result<ArrayRef> {
    use arrow::datatypes::{TimestampMicrosecondType, TimestampNanosecondType};
    let nanos = array.as_primitive::<TimestampNanosecondType>();
    let micros = nanos.unary::<_, TimestampMicrosecondType>(|value| value.div_euclid(1000));
    Ok(Arc::new(micros))
}

/// The same numbers under another type.
fn relabelled(array: &ArrayRef, wanted: &A) -> Result<ArrayRef> {
    let data = array.to_data().into_builder().data_type(wanted.clone());
    data.build()
        .map(arrow::array::make_array)
        .map_err(SparkError::internal)
}

fn cast(array: &ArrayRef, wanted: &A) -> Result<ArrayRef> {
    let options = CastOptions {
        safe: false,
        ..CastOptions::default()
    };
    cast_with_options(array, wanted, &options).map_err(|e| {
        SparkError::plain(
            crate::error::ErrorClass::SparkRuntime,
            format!("{} as {wanted}: {e}", array.data_type()),
        )
    })
}

fn structure(
    array: &StructArray,
    held: &Fields,
    wanted: &Fields,
    case_sensitive: bool,
) -> Result<ArrayRef> {
    let mut arrays = Vec::with_capacity(wanted.len());
    for field in wanted {
        let at = position(held, field.name(), case_sensitive);
        arrays.push(match at.and_then(|at| array.columns().get(at)) {
            Some(array) => stored(array, field.data_type(), case_sensitive)?,
            None => new_null_array(field.data_type(), array.len()),
        });
    }
    StructArray::try_new_with_length(wanted.clone(), arrays, array.nulls().cloned(), array.len())
        .map(|array| Arc::new(array) as ArrayRef)
        .map_err(SparkError::internal)
}

fn map(
    array: &MapArray,
    entries: &FieldRef,
    sorted: bool,
    case_sensitive: bool,
) -> Result<ArrayRef> {
    let A::Struct(pair) = entries.data_type() else {
        return Err(SparkError::internal("a map's entries are a struct"));
    };
    // Keys and values go by place: files call them by many names.
    let held = [array.keys(), array.values()];
    let arrays = held
        .into_iter()
        .zip(pair)
        .map(|(array, field)| stored(array, field.data_type(), case_sensitive))
        .collect::<Result<Vec<_>>>()?;
    let inner = StructArray::try_new(pair.clone(), arrays, None).map_err(SparkError::internal)?;
    MapArray::try_new(
        Arc::clone(entries),
        array.offsets().clone(),
        inner,
        array.nulls().cloned(),
        sorted,
    )
    .map(|array| Arc::new(array) as ArrayRef)
    .map_err(SparkError::internal)
}
