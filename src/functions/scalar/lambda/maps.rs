//! Lambdas over maps: `map_filter`, `transform_keys`, `transform_values`, `map_zip_with`.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, UInt32Array};
use arrow::buffer::{BooleanBuffer, NullBuffer, OffsetBuffer};
use arrow::compute::{filter as keep, take};
use arrow::datatypes::DataType as ArrowType;

use super::Body;
use super::elements::Elements;
use crate::error::Result;
use crate::functions::scalar::collections::{Entries, Repeated, map_of};
use crate::functions::scalar::conditional::comparator;
use crate::functions::scalar::kernel::arrow_error;
use crate::functions::{Arg, Kernel};

/// The entries for which the body is true.
pub fn map_filter(body: Body, returns: ArrowType) -> Kernel {
    Arc::new(move |args, rows| {
        let elements = Elements::of_map(&args[0], rows)?;
        let mask = body.over(elements.values.clone(), &args[1..], &elements.rows)?;
        let mask = mask.as_boolean();
        let side = |i: usize| keep(&elements.values[i], mask).map_err(arrow_error);
        let entries = Entries {
            keys: side(0)?,
            values: side(1)?,
            offsets: elements.kept(mask),
            nulls: elements.nulls.clone(),
        };
        entries.map(&returns)
    })
}

/// Each key through the body.
pub fn transform_keys(body: Body, returns: ArrowType, repeated: Repeated) -> Kernel {
    Arc::new(move |args, rows| {
        let elements = Elements::of_map(&args[0], rows)?;
        let keys = body.over(elements.values.clone(), &args[1..], &elements.rows)?;
        let entries = Entries {
            keys,
            values: Arc::clone(&elements.values[1]),
            offsets: elements.offsets,
            nulls: elements.nulls,
        };
        map_of(entries, &returns, repeated)
    })
}

/// Each value through the body.
pub fn transform_values(body: Body, returns: ArrowType) -> Kernel {
    Arc::new(move |args, rows| {
        let elements = Elements::of_map(&args[0], rows)?;
        let values = body.over(elements.values.clone(), &args[1..], &elements.rows)?;
        let entries = Entries {
            keys: Arc::clone(&elements.values[0]),
            values,
            offsets: elements.offsets,
            nulls: elements.nulls,
        };
        entries.map(&returns)
    })
}

/// The entries of two maps by their keys, with null for the value of one that has it not.
pub fn map_zip_with(body: Body, returns: ArrowType) -> Kernel {
    Arc::new(move |args, rows| {
        let pairs = Pairs::new(&args[..2], rows)?;
        let (left, right) = (args[0].array.as_map(), args[1].array.as_map());
        let place = |places: &[Option<u32>]| UInt32Array::from(places.to_vec());
        let (l, r) = (place(&pairs.left), place(&pairs.right));
        let keys = pairs.keys(left.keys(), right.keys())?;
        let values = vec![
            Arc::clone(&keys),
            take(left.values(), &l, None).map_err(arrow_error)?,
            take(right.values(), &r, None).map_err(arrow_error)?,
        ];
        let values = body.over(values, &args[2..], &UInt32Array::from(pairs.rows))?;
        let nulls = NullBuffer::new(BooleanBuffer::from(pairs.valid));
        let entries = Entries {
            keys,
            values,
            offsets: OffsetBuffer::from_lengths(pairs.lengths),
            nulls: (nulls.null_count() > 0).then_some(nulls),
        };
        entries.map(&returns)
    })
}

/// Where the entries of two maps with one key stand: those of the first, then those that
/// only the second has.
#[derive(Default)]
struct Pairs {
    left: Vec<Option<u32>>,
    right: Vec<Option<u32>>,
    rows: Vec<u32>,
    lengths: Vec<usize>,
    valid: Vec<bool>,
}

impl Pairs {
    fn new(args: &[Arg], rows: usize) -> Result<Self> {
        let (left, right) = (args[0].array.as_map(), args[1].array.as_map());
        let compare = comparator(left.keys(), right.keys())?;
        let mut pairs = Self::default();
        for row in 0..rows {
            let (l, r) = (args[0].at(row), args[1].at(row));
            let is_valid = left.is_valid(l) && right.is_valid(r);
            let before = pairs.rows.len();
            if is_valid {
                let span = |o: &[i32], at: usize| o[at] as usize..o[at + 1] as usize;
                let (mine, others) = (
                    span(left.value_offsets(), l),
                    span(right.value_offsets(), r),
                );
                let mut met = vec![false; others.len()];
                for place in mine {
                    let other = others.clone().find(|o| compare(place, *o).is_eq());
                    if let Some(other) = other {
                        met[other - others.start] = true;
                    }
                    pairs.push(row, Some(place), other);
                }
                for other in others.clone().filter(|o| !met[o - others.start]) {
                    pairs.push(row, None, Some(other));
                }
            }
            pairs.lengths.push(pairs.rows.len() - before);
            pairs.valid.push(is_valid);
        }
        Ok(pairs)
    }

    fn push(&mut self, row: usize, left: Option<usize>, right: Option<usize>) {
        self.left.push(left.map(|p| p as u32));
        self.right.push(right.map(|p| p as u32));
        self.rows.push(row as u32);
    }

    fn keys(&self, left: &ArrayRef, right: &ArrayRef) -> Result<ArrayRef> {
        let each = self.left.iter().zip(&self.right).map(|pair| match pair {
            (Some(place), _) => (0, *place as usize),
            (None, place) => (1, place.map_or(0, |p| p as usize)),
        });
        let places: Vec<_> = each.collect();
        arrow::compute::interleave(&[left.as_ref(), right.as_ref()], &places).map_err(arrow_error)
    }
}
