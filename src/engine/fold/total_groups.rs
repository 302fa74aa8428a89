//! Sums and means of decimals of many groups at once: two numbers a group in place of an
//! accumulator of its own. What they mean, and their states, are [`super::total`]'s.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Decimal128Array, Decimal256Array, Int64Array,
};
use arrow::datatypes::{Decimal128Type, Decimal256Type, Int64Type, i256};
use datafusion::common::Result;
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};

use super::total::{Sum, Total};

/// The sum of a group's values and how many they are.
#[derive(Clone, Copy, Default)]
struct Group {
    sum: i128,
    count: i64,
}

pub struct TotalGroups {
    total: Total,
    /// Of each group, side by side: a row touches one place.
    groups: Vec<Group>,
    /// What the sum of a group has beyond its number.
    carried: HashMap<usize, i256>,
    /// Groups whose sum no number can hold.
    lost: HashSet<usize>,
}

impl TotalGroups {
    pub fn new(total: Total) -> Self {
        Self {
            total,
            groups: Vec::new(),
            carried: HashMap::new(),
            lost: HashSet::new(),
        }
    }

    fn grow(&mut self, total: usize) {
        self.groups.resize(total, Group::default());
    }

    #[inline]
    fn add(&mut self, at: usize, value: i128, count: i64) {
        let group = &mut self.groups[at];
        group.count += count;
        match group.sum.checked_add(value) {
            Some(sum) => group.sum = sum,
            None => self.carry(at, i256::from_i128(value)),
        }
    }

    #[cold]
    fn carry(&mut self, group: usize, value: i256) {
        let sum = i256::from_i128(std::mem::take(&mut self.groups[group].sum));
        let carried = self.carried.entry(group).or_insert(i256::ZERO);
        match carried.checked_add(sum).and_then(|s| s.checked_add(value)) {
            Some(more) => *carried = more,
            None => {
                self.lost.insert(group);
            }
        }
    }

    /// The sums and counts of the groups that leave; `None` for one that is lost.
    fn take(&mut self, emit: EmitTo) -> (Vec<Option<i256>>, Vec<i64>) {
        let groups = emit.take_needed(&mut self.groups);
        let gone = groups.len();
        let whole = |(at, group): (usize, &Group)| {
            let carried = self.carried.get(&at).copied().unwrap_or(i256::ZERO);
            let sum = carried.checked_add(i256::from_i128(group.sum));
            sum.filter(|_| !self.lost.contains(&at))
        };
        let found = groups.iter().enumerate().map(whole).collect();
        let counts = groups.iter().map(|group| group.count).collect();
        let later = |group: usize| group.checked_sub(gone);
        self.carried = std::mem::take(&mut self.carried)
            .into_iter()
            .filter_map(|(group, more)| Some((later(group)?, more)))
            .collect();
        self.lost = std::mem::take(&mut self.lost)
            .into_iter()
            .filter_map(later)
            .collect();
        (found, counts)
    }
}

fn keeps(filter: Option<&BooleanArray>, row: usize) -> bool {
    filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row))
}

impl GroupsAccumulator for TotalGroups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total: usize,
    ) -> Result<()> {
        self.grow(total);
        let values = values[0].as_primitive::<Decimal128Type>();
        let rows = groups.iter().zip(values.values());
        if values.null_count() == 0 && filter.is_none() {
            for (group, value) in rows {
                self.add(*group, *value, 1);
            }
            return Ok(());
        }
        for (row, (group, value)) in rows.enumerate() {
            if values.is_valid(row) && keeps(filter, row) {
                self.add(*group, *value, 1);
            }
        }
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.grow(total);
        let sums = states[0].as_primitive::<Decimal256Type>();
        let counts = states[1].as_primitive::<Int64Type>();
        for (row, group) in groups.iter().enumerate() {
            let count = counts.value(row);
            let sum = sums.is_valid(row).then(|| sums.value(row));
            let short = sum.map_or(Some(0), i256::to_i128);
            self.add(*group, short.unwrap_or(0), count);
            match sum {
                None => {
                    self.lost.insert(*group);
                }
                Some(sum) if short.is_none() => self.carry(*group, sum),
                Some(_) => {}
            }
        }
        Ok(())
    }

    fn evaluate(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        let (sums, counts) = self.take(emit);
        let mut one = Sum::new(self.total.clone());
        let each = sums.into_iter().zip(counts);
        let values: Result<Vec<Option<i128>>> =
            each.map(|(sum, count)| one.of(sum, count)).collect();
        let values = Decimal128Array::from(values?);
        Ok(Arc::new(values.with_data_type(self.total.returns.clone())))
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        let (sums, counts) = self.take(emit);
        let sums = Decimal256Array::from(sums).with_precision_and_scale(76, 0)?;
        Ok(vec![Arc::new(sums), Arc::new(Int64Array::from(counts))])
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let values = values[0].as_primitive::<Decimal128Type>();
        let counts = |row| i64::from(values.is_valid(row) && keeps(filter, row));
        let counts: Vec<i64> = (0..values.len()).map(counts).collect();
        let sums = values.values().iter().zip(&counts).map(|(value, count)| {
            let kept = if *count > 0 { *value } else { 0 };
            Some(i256::from_i128(kept))
        });
        let sums: Decimal256Array = sums.collect();
        let sums = sums.with_precision_and_scale(76, 0)?;
        Ok(vec![Arc::new(sums), Arc::new(Int64Array::from(counts))])
    }

    fn size(&self) -> usize {
        self.groups.capacity() * size_of::<Group>()
    }
}
