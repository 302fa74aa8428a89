//! `count`: rows, or rows in which no argument is null.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array};
use arrow::datatypes::Int64Type;

use super::{SlotAccumulator, bytes_of, keeps};
use crate::error::Result;

#[derive(Default)]
pub struct CountSlots {
    counts: Vec<i64>,
}

impl SlotAccumulator for CountSlots {
    fn grow(&mut self, total: usize) {
        self.counts.resize(total, 0);
    }

    fn update(
        &mut self,
        args: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
    ) -> Result<()> {
        let nulls: Vec<_> = args.iter().filter_map(|arg| arg.logical_nulls()).collect();
        if nulls.iter().all(|nulls| nulls.null_count() == 0) && filter.is_none() {
            for group in groups {
                self.counts[*group] += 1;
            }
            return Ok(());
        }
        for (row, group) in groups.iter().enumerate() {
            if keeps(filter, row) && nulls.iter().all(|nulls| nulls.is_valid(row)) {
                self.counts[*group] += 1;
            }
        }
        Ok(())
    }

    fn settle(&mut self, _: &[usize]) -> Result<()> {
        Ok(())
    }

    fn states(&self, groups: &[usize]) -> Vec<ArrayRef> {
        vec![self.results(groups)]
    }

    fn results(&self, groups: &[usize]) -> ArrayRef {
        let counts: Vec<i64> = groups.iter().map(|group| self.counts[*group]).collect();
        Arc::new(Int64Array::from(counts))
    }

    fn load(&mut self, states: &[ArrayRef], groups: &[usize]) {
        let counts = states[0].as_primitive::<Int64Type>();
        for (group, count) in groups.iter().zip(counts.values()) {
            self.counts[*group] = *count;
        }
    }

    fn reset(&mut self, group: usize) {
        self.counts[group] = 0;
    }

    fn memory_bytes(&self) -> usize {
        bytes_of(&self.counts)
    }
}
