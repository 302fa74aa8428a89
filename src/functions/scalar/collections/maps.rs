//! Functions over whole maps.

use std::sync::Arc;

use arrow::array::{Array, AsArray, ListArray};

use super::arrays::list_field;
use crate::error::Result;
use crate::functions::scalar::kernel::{arrow_error, expand};
use crate::functions::scalar::typing::{arity, unexpected};
use crate::functions::{ArgType, Binding, Kernel, Scalar};
use crate::types::DataType;

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["map_keys"],
        bind: |n, a, _| map_side(n, a, true),
    },
    Scalar {
        names: &["map_values"],
        bind: |n, a, _| map_side(n, a, false),
    },
];

fn map_side(name: &str, args: &[ArgType], keys: bool) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let DataType::Map {
        key,
        value,
        value_contains_null,
    } = &args[0].data_type
    else {
        return Err(unexpected(name, args, 0, "\"MAP\""));
    };
    let (element, contains_null) = if keys {
        (key.clone(), false)
    } else {
        (value.clone(), *value_contains_null)
    };
    let returns = DataType::Array {
        element,
        contains_null,
    };
    let storage = returns.to_arrow();
    let kernel: Kernel = Arc::new(move |args, rows| {
        let maps = args[0].array.as_map();
        let values = if keys { maps.keys() } else { maps.values() };
        let built = ListArray::try_new(
            Arc::clone(list_field(&storage)?),
            maps.offsets().clone(),
            Arc::clone(values),
            maps.nulls().cloned(),
        );
        expand(Arc::new(built.map_err(arrow_error)?), rows)
    });
    let types = vec![args[0].data_type.clone()];
    Ok(Binding {
        args: types,
        returns,
        nullable: args[0].nullable,
        kernel,
    })
}
