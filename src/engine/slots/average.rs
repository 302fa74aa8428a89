//! `avg` of doubles.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use arrow::datatypes::{Float64Type, UInt64Type};

use super::{SlotAccumulator, bytes_of, column, for_each_value};
use crate::error::Result;

#[derive(Default)]
pub struct AverageSlots {
    counts: Vec<u64>,
    sums: Vec<f64>,
    /// Sums of the batch that runs.
    batch: Vec<f64>,
}

impl SlotAccumulator for AverageSlots {
    fn grow(&mut self, total: usize) {
        self.counts.resize(total, 0);
        self.sums.resize(total, 0.0);
        self.batch.resize(total, 0.0);
    }

    fn update(
        &mut self,
        args: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
    ) -> Result<()> {
        for_each_value::<Float64Type>(&args[0], groups, filter, |group, value| {
            self.batch[group] += value;
            self.counts[group] += 1;
        })
    }

    fn settle(&mut self, groups: &[usize]) -> Result<()> {
        for group in groups {
            self.sums[*group] += std::mem::take(&mut self.batch[*group]);
        }
        Ok(())
    }

    fn states(&self, groups: &[usize]) -> Vec<ArrayRef> {
        let has_any = |group: usize| self.counts[group] > 0;
        vec![
            Arc::new(column::<UInt64Type>(groups, |g| self.counts[g], has_any)),
            Arc::new(column::<Float64Type>(groups, |g| self.sums[g], has_any)),
        ]
    }

    fn results(&self, groups: &[usize]) -> ArrayRef {
        let average = |group: usize| self.sums[group] / self.counts[group] as f64;
        let has_any = |group: usize| self.counts[group] > 0;
        Arc::new(column::<Float64Type>(groups, average, has_any))
    }

    fn load(&mut self, states: &[ArrayRef], groups: &[usize]) {
        let counts = states[0].as_primitive::<UInt64Type>();
        let sums = states[1].as_primitive::<Float64Type>();
        for (row, group) in groups.iter().enumerate() {
            let has_any = counts.is_valid(row) && sums.is_valid(row);
            self.counts[*group] = if has_any { counts.value(row) } else { 0 };
            self.sums[*group] = if has_any { sums.value(row) } else { 0.0 };
        }
    }

    fn reset(&mut self, group: usize) {
        self.counts[group] = 0;
        self.sums[group] = 0.0;
    }

    fn memory_bytes(&self) -> usize {
        bytes_of(&self.counts) + bytes_of(&self.sums) + bytes_of(&self.batch)
    }
}
