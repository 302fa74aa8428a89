//! `sum`: of longs with a check, of doubles, of decimals.

use std::sync::Arc;

use arrow::array::Int64Array;
use arrow::array::{Array, ArrayRef, ArrowNativeTypeOp, ArrowPrimitiveType, AsArray, BooleanArray};
use arrow::datatypes::{DataType, Int64Type};

use super::{SlotAccumulator, bytes_of, column, for_each_value};
use crate::engine::checked_sum::add;
use crate::engine::from_datafusion;
use crate::error::Result;

/// Longs; more than a long holds is an error under ANSI mode, else it wraps.
pub struct CheckedSumSlots {
    ansi: bool,
    sums: Vec<i64>,
    counts: Vec<i64>,
    /// Sums of the batch that runs.
    batch: Vec<i64>,
    overflow: bool,
}

impl CheckedSumSlots {
    pub fn new(ansi: bool) -> Self {
        Self {
            ansi,
            sums: Vec::new(),
            counts: Vec::new(),
            batch: Vec::new(),
            overflow: false,
        }
    }
}

impl SlotAccumulator for CheckedSumSlots {
    fn grow(&mut self, total: usize) {
        self.sums.resize(total, 0);
        self.counts.resize(total, 0);
        self.batch.resize(total, 0);
    }

    fn update(
        &mut self,
        args: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
    ) -> Result<()> {
        for_each_value::<Int64Type>(&args[0], groups, filter, |group, value| {
            let (sum, over) = self.batch[group].overflowing_add(value);
            self.batch[group] = sum;
            self.counts[group] += 1;
            self.overflow |= over;
        })?;
        match self.overflow && self.ansi {
            // The error as it reads.
            true => add(true, i64::MAX, i64::MAX)
                .map(drop)
                .map_err(from_datafusion),
            false => Ok(()),
        }
    }

    fn settle(&mut self, groups: &[usize]) -> Result<()> {
        for group in groups {
            let batch = std::mem::take(&mut self.batch[*group]);
            self.sums[*group] =
                add(self.ansi, self.sums[*group], batch).map_err(from_datafusion)?;
        }
        Ok(())
    }

    fn states(&self, groups: &[usize]) -> Vec<ArrayRef> {
        let sums: Vec<i64> = groups.iter().map(|group| self.sums[*group]).collect();
        let counts: Vec<i64> = groups.iter().map(|group| self.counts[*group]).collect();
        vec![
            Arc::new(Int64Array::from(sums)),
            Arc::new(Int64Array::from(counts)),
        ]
    }

    fn results(&self, groups: &[usize]) -> ArrayRef {
        let has_any = |group: usize| self.counts[group] > 0;
        Arc::new(column::<Int64Type>(groups, |g| self.sums[g], has_any))
    }

    fn load(&mut self, states: &[ArrayRef], groups: &[usize]) {
        let sums = states[0].as_primitive::<Int64Type>();
        let counts = states[1].as_primitive::<Int64Type>();
        for (row, group) in groups.iter().enumerate() {
            self.sums[*group] = sums.value(row);
            self.counts[*group] = counts.value(row);
        }
    }

    fn reset(&mut self, group: usize) {
        self.sums[group] = 0;
        self.counts[group] = 0;
    }

    fn memory_bytes(&self) -> usize {
        bytes_of(&self.sums) + bytes_of(&self.counts) + bytes_of(&self.batch)
    }
}

/// Numbers whose sum wraps or rounds, as the library's does.
pub struct SumSlots<T: ArrowPrimitiveType> {
    returns: DataType,
    sums: Vec<T::Native>,
    /// Sums of the batch that runs.
    batch: Vec<T::Native>,
    /// Whether a group has had a value.
    seen: Vec<bool>,
}

impl<T: ArrowPrimitiveType> SumSlots<T> {
    pub fn new(returns: DataType) -> Self {
        Self {
            returns,
            sums: Vec::new(),
            batch: Vec::new(),
            seen: Vec::new(),
        }
    }
}

impl<T: ArrowPrimitiveType> SlotAccumulator for SumSlots<T> {
    fn grow(&mut self, total: usize) {
        self.sums.resize(total, T::Native::ZERO);
        self.batch.resize(total, T::Native::ZERO);
        self.seen.resize(total, false);
    }

    fn update(
        &mut self,
        args: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
    ) -> Result<()> {
        for_each_value::<T>(&args[0], groups, filter, |group, value| {
            self.batch[group] = self.batch[group].add_wrapping(value);
            self.seen[group] = true;
        })
    }

    fn settle(&mut self, groups: &[usize]) -> Result<()> {
        for group in groups {
            let batch = std::mem::replace(&mut self.batch[*group], T::Native::ZERO);
            self.sums[*group] = self.sums[*group].add_wrapping(batch);
        }
        Ok(())
    }

    fn states(&self, groups: &[usize]) -> Vec<ArrayRef> {
        vec![self.results(groups)]
    }

    fn results(&self, groups: &[usize]) -> ArrayRef {
        let sums = column::<T>(groups, |g| self.sums[g], |g| self.seen[g]);
        Arc::new(sums.with_data_type(self.returns.clone()))
    }

    fn load(&mut self, states: &[ArrayRef], groups: &[usize]) {
        let sums = states[0].as_primitive::<T>();
        for (row, group) in groups.iter().enumerate() {
            let seen = sums.is_valid(row);
            self.seen[*group] = seen;
            self.sums[*group] = if seen {
                sums.value(row)
            } else {
                T::Native::ZERO
            };
        }
    }

    fn reset(&mut self, group: usize) {
        self.sums[group] = T::Native::ZERO;
        self.seen[group] = false;
    }

    fn memory_bytes(&self) -> usize {
        bytes_of(&self.sums) + bytes_of(&self.batch) + bytes_of(&self.seen)
    }
}
