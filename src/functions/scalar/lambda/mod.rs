//! Kernels that apply the body of a lambda to the elements of arrays and maps.
//!
//! A body is computed once over all elements of a batch, laid one after the other, with the
//! columns that it captures repeated for each element: never row by row. Only `aggregate`
//! goes position by position over the rows, since each step hangs on the one before, and
//! `array_sort` compares as many pairs at once as it has rows. What computes a body is the
//! engine's: this module knows arrays and no plans.

mod elements;
mod fold;
mod maps;
mod order;

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, BooleanBuilder, ListArray, UInt32Array, new_empty_array,
};
use arrow::buffer::OffsetBuffer;
use arrow::compute::{filter as keep, take};
use arrow::datatypes::DataType as ArrowType;

use super::collections::list_field;
use super::kernel::{arrow_error, expand};
use crate::error::Result;
use crate::functions::{Arg, Kernel};
use elements::Elements;

pub use fold::aggregate;
pub use maps::{map_filter, map_zip_with, transform_keys, transform_values};
pub use order::array_sort;

/// What computes a body over columns: those of its variables, then the captured ones.
pub type Compute = Arc<dyn Fn(Vec<ArrayRef>, usize) -> Result<ArrayRef> + Send + Sync>;

/// The body of a lambda.
#[derive(Clone)]
pub struct Body {
    pub compute: Compute,
    /// The type of its values.
    pub storage: ArrowType,
    /// How many variables it has; it takes the first ones of those that are offered.
    pub variables: usize,
}

impl Body {
    /// The body's values: `variables` have one for each of `rows`, which say the row that
    /// an evaluation is of.
    fn over(
        &self,
        mut variables: Vec<ArrayRef>,
        captured: &[Arg],
        rows: &UInt32Array,
    ) -> Result<ArrayRef> {
        if rows.is_empty() {
            return Ok(new_empty_array(&self.storage));
        }
        variables.truncate(self.variables);
        for arg in captured {
            variables.push(if arg.is_scalar {
                expand(Arc::clone(&arg.array), rows.len())?
            } else {
                take(&arg.array, rows, None).map_err(arrow_error)?
            });
        }
        (self.compute)(variables, rows.len())
    }
}

fn list(
    storage: &ArrowType,
    offsets: OffsetBuffer<i32>,
    values: ArrayRef,
    elements: &Elements,
) -> Result<ArrayRef> {
    let field = Arc::clone(list_field(storage)?);
    let built = ListArray::try_new(field, offsets, values, elements.nulls.clone());
    Ok(Arc::new(built.map_err(arrow_error)?))
}

/// Each element through the body; the second variable is its position.
pub fn transform(body: Body, returns: ArrowType) -> Kernel {
    Arc::new(move |args, rows| {
        let elements = Elements::of_list(&args[0], rows)?;
        let variables = vec![Arc::clone(&elements.values[0]), elements.positions()];
        let values = body.over(variables, &args[1..], &elements.rows)?;
        list(&returns, elements.offsets.clone(), values, &elements)
    })
}

/// The elements for which the body is true.
pub fn filter(body: Body, returns: ArrowType) -> Kernel {
    Arc::new(move |args, rows| {
        let elements = Elements::of_list(&args[0], rows)?;
        let variables = vec![Arc::clone(&elements.values[0]), elements.positions()];
        let mask = body.over(variables, &args[1..], &elements.rows)?;
        let mask = mask.as_boolean();
        let values = keep(&elements.values[0], mask).map_err(arrow_error)?;
        list(&returns, elements.kept(mask), values, &elements)
    })
}

/// Whether the body is `wanted` for one of the elements: `exists` wants true and `forall`
/// false, and answer accordingly; null where only nulls could have decided. A body that draws
/// random values draws none `in_order` for the elements behind the one that decides.
pub fn any_is(body: Body, wanted: bool, in_order: bool) -> Kernel {
    Arc::new(move |args, rows| {
        let elements = Elements::of_list(&args[0], rows)?;
        let variables = vec![Arc::clone(&elements.values[0])];
        let captured = &args[1..];
        if in_order {
            return one_by_one(&body, &elements, captured, wanted);
        }
        // An element after the one that decides is not looked at: its error is none.
        let Ok(found) = body.over(variables, captured, &elements.rows) else {
            return one_by_one(&body, &elements, captured, wanted);
        };
        let found = found.as_boolean();
        let mut out = BooleanBuilder::with_capacity(rows);
        for row in 0..rows {
            let places = elements.span(row);
            out.append_option(
                elements
                    .is_valid(row)
                    .then(|| decided(found, places, wanted))
                    .flatten(),
            );
        }
        Ok(Arc::new(out.finish()))
    })
}

fn decided(found: &BooleanArray, places: std::ops::Range<usize>, wanted: bool) -> Option<bool> {
    let mut unknown = false;
    for place in places {
        match found.is_valid(place) {
            true if found.value(place) == wanted => return Some(wanted),
            true => {}
            false => unknown = true,
        }
    }
    (!unknown).then_some(!wanted)
}

fn one_by_one(
    body: &Body,
    elements: &Elements,
    captured: &[Arg],
    wanted: bool,
) -> Result<ArrayRef> {
    let mut out = BooleanBuilder::new();
    for row in 0..elements.len() {
        if !elements.is_valid(row) {
            out.append_null();
            continue;
        }
        let mut answer = Some(!wanted);
        for place in elements.span(row) {
            let variables = vec![elements.values[0].slice(place, 1)];
            let found = body.over(variables, captured, &elements.rows.slice(place, 1))?;
            match decided(found.as_boolean(), 0..1, wanted) {
                Some(value) if value == wanted => {
                    answer = Some(wanted);
                    break;
                }
                Some(_) => {}
                None => answer = None,
            }
        }
        out.append_option(answer);
    }
    Ok(Arc::new(out.finish()))
}

/// Two arrays element by element, the shorter one filled up with nulls.
pub fn zip_with(body: Body, returns: ArrowType) -> Kernel {
    Arc::new(move |args, rows| {
        let elements = Elements::of_lists(&args[..2], rows)?;
        let values = body.over(elements.values.clone(), &args[2..], &elements.rows)?;
        list(&returns, elements.offsets.clone(), values, &elements)
    })
}
