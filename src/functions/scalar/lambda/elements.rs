//! The elements of a batch's arrays or maps, one after the other, without what lies under
//! nulls.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int32Array, ListArray, UInt32Array};
use arrow::buffer::{BooleanBuffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::compute::take;

use crate::error::Result;
use crate::functions::Arg;
use crate::functions::scalar::kernel::arrow_error;

/// Columns of elements, and which row has which of them.
pub struct Elements {
    /// One column for an array; the keys and the values for a map; one for each of several
    /// arrays.
    pub values: Vec<ArrayRef>,
    /// The row that an element is of.
    pub rows: UInt32Array,
    /// Where a row's elements begin and end.
    pub offsets: OffsetBuffer<i32>,
    /// The rows without an array.
    pub nulls: Option<NullBuffer>,
}

impl Elements {
    pub fn of_list(arg: &Arg, rows: usize) -> Result<Self> {
        let lists = arg.array.as_list::<i32>();
        Self::of(
            arg,
            lists.value_offsets(),
            &[Arc::clone(lists.values())],
            rows,
        )
    }

    pub fn of_map(arg: &Arg, rows: usize) -> Result<Self> {
        let maps = arg.array.as_map();
        let sides = [Arc::clone(maps.keys()), Arc::clone(maps.values())];
        Self::of(arg, maps.value_offsets(), &sides, rows)
    }

    fn of(arg: &Arg, offsets: &[i32], sides: &[ArrayRef], rows: usize) -> Result<Self> {
        let mut laid = Laid::default();
        let mut places = Vec::new();
        for row in 0..rows {
            let at = arg.at(row);
            let is_valid = arg.array.is_valid(at);
            if is_valid {
                let span = offsets[at] as u32..offsets[at + 1] as u32;
                laid.repeat(row, span.len());
                places.extend(span);
            }
            laid.close(is_valid);
        }
        let places = UInt32Array::from(places);
        let values = sides.iter().map(|side| taken(side, &places));
        laid.elements(values.collect::<Result<_>>()?)
    }

    /// Several arrays side by side, as long as the longest; a row is null where one is.
    pub fn of_lists(args: &[Arg], rows: usize) -> Result<Self> {
        let lists: Vec<&ListArray> = args.iter().map(|a| a.array.as_list::<i32>()).collect();
        let mut laid = Laid::default();
        let mut places: Vec<Vec<Option<u32>>> = vec![Vec::new(); args.len()];
        for row in 0..rows {
            let is_valid = args.iter().all(|arg| arg.array.is_valid(arg.at(row)));
            if is_valid {
                let length = |(list, arg): (&&ListArray, &Arg)| list.value_length(arg.at(row));
                let longest = lists.iter().zip(args).map(length).max().unwrap_or(0);
                laid.repeat(row, longest as usize);
                for ((list, arg), places) in lists.iter().zip(args).zip(&mut places) {
                    let (first, length) = (
                        list.value_offsets()[arg.at(row)],
                        list.value_length(arg.at(row)),
                    );
                    places.extend((0..longest).map(|i| (i < length).then_some((first + i) as u32)));
                }
            }
            laid.close(is_valid);
        }
        let pairs = lists.iter().zip(places);
        let values = pairs.map(|(list, places)| {
            take(list.values(), &UInt32Array::from(places), None).map_err(arrow_error)
        });
        laid.elements(values.collect::<Result<_>>()?)
    }

    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    pub fn is_valid(&self, row: usize) -> bool {
        self.nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row))
    }

    pub fn span(&self, row: usize) -> std::ops::Range<usize> {
        self.offsets[row] as usize..self.offsets[row + 1] as usize
    }

    /// The position of each element in its row, from 0.
    pub fn positions(&self) -> ArrayRef {
        let spans = self.offsets.windows(2).flat_map(|w| 0..w[1] - w[0]);
        Arc::new(Int32Array::from_iter_values(spans))
    }

    /// Where the rows' elements begin and end once only those of the mask are kept.
    pub fn kept(&self, mask: &BooleanArray) -> OffsetBuffer<i32> {
        let is_kept = |place: &usize| mask.is_valid(*place) && mask.value(*place);
        let lengths = (0..self.len()).map(|row| self.span(row).filter(is_kept).count());
        OffsetBuffer::from_lengths(lengths)
    }
}

/// The values at the places; no copy where they are all in a row.
fn taken(values: &ArrayRef, places: &UInt32Array) -> Result<ArrayRef> {
    let first = places.values().first().map_or(0, |p| *p as usize);
    let mut each = places.values().iter().enumerate();
    if each.all(|(i, place)| *place as usize == first + i) {
        return Ok(values.slice(first, places.len()));
    }
    take(values, places, None).map_err(arrow_error)
}

/// Rows as they are laid one after the other.
#[derive(Default)]
struct Laid {
    rows: Vec<u32>,
    ends: Vec<i32>,
    valid: Vec<bool>,
}

impl Laid {
    fn repeat(&mut self, row: usize, times: usize) {
        self.rows.extend(std::iter::repeat_n(row as u32, times));
    }

    fn close(&mut self, is_valid: bool) {
        self.ends.push(self.rows.len() as i32);
        self.valid.push(is_valid);
    }

    fn elements(self, values: Vec<ArrayRef>) -> Result<Elements> {
        let mut offsets = vec![0];
        offsets.extend(self.ends);
        let nulls = NullBuffer::new(BooleanBuffer::from(self.valid));
        Ok(Elements {
            values,
            rows: UInt32Array::from(self.rows),
            offsets: OffsetBuffer::new(ScalarBuffer::from(offsets)),
            nulls: (nulls.null_count() > 0).then_some(nulls),
        })
    }
}
