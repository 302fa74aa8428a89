//! Maps with their entries in the order of their keys: two maps of the same entries are
//! one key of a grouping, in whatever order the entries stand.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, ListArray, MapArray, StructArray, UInt32Array, make_comparator,
};
use arrow::compute::{SortOptions, take};
use arrow::datatypes::DataType as ArrowType;

use crate::error::Result;
use crate::functions::scalar::kernel::{arrow_error, expand};
use crate::functions::{Binding, Kernel};
use crate::types::DataType;

/// The binding that orders the maps within a value; `None` where there are none.
pub fn ordered_maps(data_type: &DataType, nullable: bool) -> Option<Binding> {
    if !holds_map(data_type) {
        return None;
    }
    let kernel: Kernel = Arc::new(|args, rows| expand(ordered(&args[0].array)?, rows));
    Some(Binding {
        args: vec![data_type.clone()],
        returns: data_type.clone(),
        nullable,
        kernel,
    })
}

fn holds_map(data_type: &DataType) -> bool {
    match data_type {
        DataType::Map { .. } => true,
        DataType::Array { element, .. } => holds_map(element),
        DataType::Struct(fields) => fields.fields.iter().any(|f| holds_map(&f.data_type)),
        _ => false,
    }
}

fn ordered(array: &ArrayRef) -> Result<ArrayRef> {
    Ok(match array.data_type() {
        ArrowType::Map(..) => Arc::new(ordered_map(array.as_map())?),
        ArrowType::List(field) => {
            let list = array.as_list::<i32>();
            let (offsets, nulls) = (list.offsets().clone(), list.nulls().cloned());
            let values = ordered(list.values())?;
            Arc::new(
                ListArray::try_new(Arc::clone(field), offsets, values, nulls)
                    .map_err(arrow_error)?,
            )
        }
        ArrowType::Struct(fields) if !fields.is_empty() => {
            let whole = array.as_struct();
            let parts = whole.columns().iter().map(ordered);
            let parts = parts.collect::<Result<_>>()?;
            Arc::new(
                StructArray::try_new(fields.clone(), parts, whole.nulls().cloned())
                    .map_err(arrow_error)?,
            )
        }
        _ => Arc::clone(array),
    })
}

/// Each map's entries by their keys, which have maps nowhere in them.
fn ordered_map(maps: &MapArray) -> Result<MapArray> {
    let keys = maps.keys();
    let compare = make_comparator(keys, keys, SortOptions::default()).map_err(arrow_error)?;
    // Entries outside of all maps, as those of null ones may be, stay where they are.
    let mut order: Vec<u32> = (0..keys.len() as u32).collect();
    for bounds in maps.offsets().windows(2) {
        order[bounds[0] as usize..bounds[1] as usize]
            .sort_by(|a, b| compare(*a as usize, *b as usize));
    }
    let order = UInt32Array::from(order);
    let chosen = |column: &ArrayRef| take(column, &order, None).map_err(arrow_error);
    let columns = vec![chosen(keys)?, chosen(&ordered(maps.values())?)?];
    let ArrowType::Map(field, sorted) = maps.data_type() else {
        return Ok(maps.clone());
    };
    let entries = StructArray::try_new(maps.entries().fields().clone(), columns, None);
    MapArray::try_new(
        Arc::clone(field),
        maps.offsets().clone(),
        entries.map_err(arrow_error)?,
        maps.nulls().cloned(),
        *sorted,
    )
    .map_err(arrow_error)
}
