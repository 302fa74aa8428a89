//! Zeros of both signs are one value where values are compared. Arrow's order, which the
//! engine has for all numbers, puts -0.0 before 0.0.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray, ListArray, MapArray, StructArray,
};
use arrow::datatypes::{DataType, Float32Type, Float64Type};

use super::kernel::arrow_error;
use crate::error::Result;
use crate::functions::Arg;

/// The array without zeros that have a sign, at any depth.
pub fn with_one_zero(array: &ArrayRef) -> Result<ArrayRef> {
    if !holds_reals(array.data_type()) {
        return Ok(Arc::clone(array));
    }
    Ok(match array.data_type() {
        DataType::Float32 => of_reals::<Float32Type>(array, |v| v == 0.0, 0.0),
        DataType::Float64 => of_reals::<Float64Type>(array, |v| v == 0.0, 0.0),
        DataType::List(_) => {
            let (field, offsets, values, nulls) = array.as_list::<i32>().clone().into_parts();
            let values = with_one_zero(&values)?;
            let list = ListArray::try_new(field, offsets, values, nulls);
            Arc::new(list.map_err(arrow_error)?)
        }
        DataType::Map(..) => {
            let (field, offsets, entries, nulls, ordered) = array.as_map().clone().into_parts();
            let entries: ArrayRef = Arc::new(entries);
            let entries = with_one_zero(&entries)?.as_struct().clone();
            let map = MapArray::try_new(field, offsets, entries, nulls, ordered);
            Arc::new(map.map_err(arrow_error)?)
        }
        DataType::Struct(_) => {
            let (fields, columns, nulls) = array.as_struct().clone().into_parts();
            let columns = columns.iter().map(|column| with_one_zero(column));
            let columns = columns.collect::<Result<Vec<_>>>()?;
            let built = StructArray::try_new_with_length(fields, columns, nulls, array.len());
            Arc::new(built.map_err(arrow_error)?)
        }
        _ => Arc::clone(array),
    })
}

/// The same of arguments.
pub fn args_with_one_zero(args: &[Arg]) -> Result<Vec<Arg>> {
    let one = |arg: &Arg| {
        Ok(Arg {
            array: with_one_zero(&arg.array)?,
            is_scalar: arg.is_scalar,
        })
    };
    args.iter().map(one).collect()
}

/// The same of the keys of maps.
pub fn keys_with_one_zero(maps: ArrayRef) -> Result<ArrayRef> {
    let Some(held) = maps.as_map_opt() else {
        return Ok(maps);
    };
    if !holds_reals(held.keys().data_type()) {
        return Ok(maps);
    }
    let (field, offsets, entries, nulls, ordered) = held.clone().into_parts();
    let (fields, mut columns, valid) = entries.into_parts();
    columns[0] = with_one_zero(&columns[0])?;
    let entries = StructArray::try_new(fields, columns, valid).map_err(arrow_error)?;
    let map = MapArray::try_new(field, offsets, entries, nulls, ordered);
    Ok(Arc::new(map.map_err(arrow_error)?))
}

fn of_reals<T: ArrowPrimitiveType>(
    array: &ArrayRef,
    is_zero: fn(T::Native) -> bool,
    zero: T::Native,
) -> ArrayRef {
    let reals = array.as_primitive::<T>();
    match reals.values().iter().any(|v| is_zero(*v)) {
        true => Arc::new(reals.unary::<_, T>(|v| if is_zero(v) { zero } else { v })),
        false => Arc::clone(array),
    }
}

fn holds_reals(data_type: &DataType) -> bool {
    match data_type {
        DataType::Float32 | DataType::Float64 => true,
        DataType::List(field) | DataType::Map(field, _) => holds_reals(field.data_type()),
        DataType::Struct(fields) => fields.iter().any(|field| holds_reals(field.data_type())),
        _ => false,
    }
}
