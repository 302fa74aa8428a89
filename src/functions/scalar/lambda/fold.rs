//! `aggregate`: the elements folded into one value, position by position over all rows.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, UInt32Array, new_null_array};
use arrow::compute::{concat, interleave, take};

use super::Body;
use super::elements::Elements;
use crate::error::Result;
use crate::functions::scalar::kernel::{arrow_error, expand};
use crate::functions::{Arg, Kernel};

/// The kernel takes the array, the first value and the captured columns. `in_order` computes
/// row by row, as bodies want it that draw random values.
pub fn aggregate(merge: Body, finish: Option<Body>, in_order: bool) -> Kernel {
    let together = folded(merge, finish);
    match in_order {
        true => Arc::new(move |args, rows| row_by_row(&together, args, rows)),
        false => together,
    }
}

fn row_by_row(kernel: &Kernel, args: &[Arg], rows: usize) -> Result<ArrayRef> {
    if rows <= 1 {
        return kernel(args, rows);
    }
    let of_row = |row: usize| {
        let args: Vec<_> = args.iter().map(|arg| alone(arg, row)).collect();
        kernel(&args, 1)
    };
    let values = (0..rows).map(of_row).collect::<Result<Vec<_>>>()?;
    let values: Vec<_> = values.iter().map(AsRef::as_ref).collect();
    concat(&values).map_err(arrow_error)
}

fn alone(arg: &Arg, row: usize) -> Arg {
    Arg {
        array: arg.array.slice(arg.at(row), 1),
        is_scalar: arg.is_scalar,
    }
}

fn folded(merge: Body, finish: Option<Body>) -> Kernel {
    Arc::new(move |args, rows| {
        let elements = Elements::of_list(&args[0], rows)?;
        let captured = &args[2..];
        let mut held = match args[1].is_scalar {
            true => expand(Arc::clone(&args[1].array), rows)?,
            false => Arc::clone(&args[1].array),
        };
        let length = |row: &u32| elements.span(*row as usize).len();
        // The rows that still have an element, fewer with each position.
        let mut left: Vec<u32> = (0..rows as u32).collect();
        for position in 0.. {
            left.retain(|row| length(row) > position);
            if left.is_empty() {
                break;
            }
            let places = left
                .iter()
                .map(|row| (elements.span(*row as usize).start + position) as u32);
            let places = UInt32Array::from_iter_values(places);
            let which = UInt32Array::from(left.clone());
            let element = take(&elements.values[0], &places, None).map_err(arrow_error)?;
            let before = take(&held, &which, None).map_err(arrow_error)?;
            let after = merge.over(vec![before, element], captured, &which)?;
            held = replaced(held, after, &left)?;
        }
        let whole: Vec<u32> = (0..rows as u32)
            .filter(|row| elements.is_valid(*row as usize))
            .collect();
        let which = UInt32Array::from(whole.clone());
        let valid = take(&held, &which, None).map_err(arrow_error)?;
        let finished = match &finish {
            Some(finish) => finish.over(vec![valid], captured, &which)?,
            None => valid,
        };
        if whole.len() == rows {
            return Ok(finished);
        }
        replaced(new_null_array(finished.data_type(), rows), finished, &whole)
    })
}

/// The values with those of some rows replaced.
fn replaced(values: ArrayRef, others: ArrayRef, rows: &[u32]) -> Result<ArrayRef> {
    if rows.len() == values.len() {
        return Ok(others);
    }
    let mut places: Vec<_> = (0..values.len()).map(|row| (0, row)).collect();
    for (at, row) in rows.iter().enumerate() {
        places[*row as usize] = (1, at);
    }
    interleave(&[values.as_ref(), others.as_ref()], &places).map_err(arrow_error)
}
