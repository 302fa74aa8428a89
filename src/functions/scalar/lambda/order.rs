//! `array_sort` by a comparator: a stable merge sort of all rows at once, in which each step
//! compares one pair of every pair of runs that is being merged.

use std::cmp::Ordering;
use std::sync::Arc;

use arrow::array::{Array, AsArray, UInt32Array};
use arrow::compute::take;
use arrow::datatypes::{DataType as ArrowType, Int32Type};
use arrow::util::display::array_value_to_string;

use super::elements::Elements;
use super::{Body, list};
use crate::error::{Result, SparkError};
use crate::functions::scalar::kernel::arrow_error;
use crate::functions::{Arg, Kernel};

pub fn array_sort(body: Body, returns: ArrowType) -> Kernel {
    Arc::new(move |args, rows| {
        let elements = Elements::of_list(&args[0], rows)?;
        let order = sorted(&body, &elements, &args[1..])?;
        let values = take(&elements.values[0], &UInt32Array::from(order), None);
        list(
            &returns,
            elements.offsets.clone(),
            values.map_err(arrow_error)?,
            &elements,
        )
    })
}

/// Two runs, one behind the other, that become one.
struct Merge {
    row: u32,
    left: std::ops::Range<usize>,
    right: std::ops::Range<usize>,
    /// Where the next one goes.
    next: usize,
}

/// The places of the elements in their order, row by row.
fn sorted(body: &Body, elements: &Elements, captured: &[Arg]) -> Result<Vec<u32>> {
    let count = elements.rows.len();
    let mut order: Vec<u32> = (0..count as u32).collect();
    let longest = (0..elements.len())
        .map(|row| elements.span(row).len())
        .max();
    let mut width = 1;
    while width < longest.unwrap_or(0) {
        let mut merged = order.clone();
        let mut merges = merges_of(elements, width);
        while !merges.is_empty() {
            let ahead = |m: &Merge| (order[m.left.start], order[m.right.start]);
            let pairs: Vec<_> = merges.iter().map(ahead).collect();
            let found = compared(body, elements, captured, &pairs, &merges)?;
            for (merge, order_of) in merges.iter_mut().zip(found) {
                let side = match order_of {
                    Ordering::Greater => &mut merge.right,
                    _ => &mut merge.left,
                };
                merged[merge.next] = order[side.start];
                side.start += 1;
                merge.next += 1;
                if merge.left.is_empty() || merge.right.is_empty() {
                    let rest = merge.left.clone().chain(merge.right.clone());
                    for (to, from) in (merge.next..).zip(rest) {
                        merged[to] = order[from];
                    }
                }
            }
            merges.retain(|m| !m.left.is_empty() && !m.right.is_empty());
        }
        order = merged;
        width *= 2;
    }
    Ok(order)
}

fn merges_of(elements: &Elements, width: usize) -> Vec<Merge> {
    let mut merges = Vec::new();
    for row in 0..elements.len() {
        let span = elements.span(row);
        let mut start = span.start;
        while start + width < span.end {
            let (middle, end) = (start + width, span.end.min(start + 2 * width));
            merges.push(Merge {
                row: row as u32,
                left: start..middle,
                right: middle..end,
                next: start,
            });
            start = end;
        }
    }
    merges
}

fn compared(
    body: &Body,
    elements: &Elements,
    captured: &[Arg],
    pairs: &[(u32, u32)],
    merges: &[Merge],
) -> Result<Vec<Ordering>> {
    let side = |places: UInt32Array| take(&elements.values[0], &places, None).map_err(arrow_error);
    let left = side(UInt32Array::from_iter_values(pairs.iter().map(|p| p.0)))?;
    let right = side(UInt32Array::from_iter_values(pairs.iter().map(|p| p.1)))?;
    let rows = UInt32Array::from_iter_values(merges.iter().map(|m| m.row));
    let found = body.over(vec![left, right], captured, &rows)?;
    if found.null_count() > 0 {
        let at = (0..pairs.len()).find(|at| found.is_null(*at)).unwrap_or(0);
        let text = |place: u32| {
            let shown = array_value_to_string(&elements.values[0], place as usize);
            shown.map_err(arrow_error)
        };
        let (first, second) = (text(pairs[at].0)?, text(pairs[at].1)?);
        let parameters = [
            ("firstValue", first.as_str()),
            ("secondValue", second.as_str()),
        ];
        return Err(SparkError::new("COMPARATOR_RETURNS_NULL", &parameters));
    }
    let found = found.as_primitive::<Int32Type>();
    Ok(found.values().iter().map(|v| v.cmp(&0)).collect())
}
