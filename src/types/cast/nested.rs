//! Casts of arrays, maps and structs, element by element.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListArray, MapArray, StructArray, make_array};
use arrow::buffer::NullBuffer;
use arrow::datatypes as at;

use super::super::DataType;
use super::{CastSettings, cast, unsupported};
use crate::error::{Result, SparkError};

pub(super) fn cast_nested(
    array: &ArrayRef,
    from: &DataType,
    to: &DataType,
    settings: CastSettings,
) -> Result<ArrayRef> {
    use DataType as D;
    match (from, to, to.to_arrow()) {
        (
            D::Array { element, .. },
            D::Array {
                element: target, ..
            },
            at::DataType::List(field),
        ) => {
            let list = array.as_list::<i32>();
            let values = cast(list.values(), element, target, settings)?;
            let (offsets, nulls) = (list.offsets().clone(), list.nulls().cloned());
            let found = ListArray::try_new(field, offsets, values, nulls);
            Ok(Arc::new(found.map_err(SparkError::internal)?))
        }
        (
            D::Map { key, value, .. },
            D::Map {
                key: to_key,
                value: to_value,
                ..
            },
            at::DataType::Map(field, sorted),
        ) => {
            let map = array.as_map();
            let keys = cast(map.keys(), key, to_key, settings)?;
            let values = cast(map.values(), value, to_value, settings)?;
            let at::DataType::Struct(fields) = field.data_type() else {
                return Err(unsupported(from, to));
            };
            let entries = StructArray::try_new(fields.clone(), vec![keys, values], None);
            let entries = entries.map_err(SparkError::internal)?;
            let (offsets, nulls) = (map.offsets().clone(), map.nulls().cloned());
            let found = MapArray::try_new(field, offsets, entries, nulls, sorted);
            Ok(Arc::new(found.map_err(SparkError::internal)?))
        }
        (D::Struct(fields), D::Struct(targets), at::DataType::Struct(arrow_fields)) => {
            let row = array.as_struct();
            let types = fields.fields.iter().zip(targets.fields.iter());
            let columns = row.columns().iter().zip(types).map(|(column, (from, to))| {
                let column = masked(column, row.nulls())?;
                cast(&column, &from.data_type, &to.data_type, settings)
            });
            let columns = columns.collect::<Result<Vec<_>>>()?;
            if columns.is_empty() {
                return Ok(array.clone());
            }
            let found = StructArray::try_new(arrow_fields, columns, row.nulls().cloned());
            Ok(Arc::new(found.map_err(SparkError::internal)?))
        }
        _ => Err(unsupported(from, to)),
    }
}

/// A field's values without those of rows where the struct itself is null: they
/// mean nothing, and must not raise.
fn masked(column: &ArrayRef, nulls: Option<&NullBuffer>) -> Result<ArrayRef> {
    let data_type = column.data_type();
    if nulls.is_none_or(|nulls| nulls.null_count() == 0) || *data_type == at::DataType::Null {
        return Ok(column.clone());
    }
    let union = NullBuffer::union(column.nulls(), nulls);
    let data = column.to_data().into_builder().nulls(union).build();
    Ok(make_array(data.map_err(SparkError::internal)?))
}
