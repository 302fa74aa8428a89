//! Aggregates whose groups stay where they are from batch to batch: each group has a
//! number, values are added in place, and results can be looked at without being taken
//! out. The library's own accumulators give their groups away with each answer.
//!
//! Only for functions with small states of fixed size; what has none here is merged by
//! the library's accumulators. The columns of the states are the library's, so that
//! state written by one is read by the other. Knows nothing of keys, stores or streams.

mod average;
mod count;
mod extreme;
mod sum;

use std::cmp::Ordering;

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, BooleanArray, PrimitiveArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Decimal128Type, Float64Type};
use datafusion::functions_aggregate as library;
use datafusion::physical_expr::aggregate::AggregateFunctionExpr;

use self::average::AverageSlots;
use self::count::CountSlots;
use self::sum::{CheckedSumSlots, SumSlots};
use super::checked_sum::CheckedSum;
use crate::error::{Result, SparkError};

/// One function over all groups.
///
/// Values of a batch are gathered apart and added to the groups when the batch is
/// whole: a sum is that of sums of batches, as where each batch is aggregated alone,
/// and overflows where that does.
pub trait SlotAccumulator: Send {
    /// Makes room for groups up to `total`; new ones have seen nothing.
    fn grow(&mut self, total: usize);

    /// Adds values to their groups; a row that the filter does not keep has none.
    fn update(
        &mut self,
        args: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
    ) -> Result<()>;

    /// Ends a batch that brought values to these groups, each named once.
    fn settle(&mut self, groups: &[usize]) -> Result<()>;

    /// The states of some groups, as the library's accumulators write them.
    fn states(&self, groups: &[usize]) -> Vec<ArrayRef>;

    /// The results of some groups.
    fn results(&self, groups: &[usize]) -> ArrayRef;

    /// Sets groups to states that were read.
    fn load(&mut self, states: &[ArrayRef], groups: &[usize]);

    /// Sets a group to what one is that has seen nothing.
    fn reset(&mut self, group: usize);

    fn memory_bytes(&self) -> usize;
}

/// The accumulator of a function, if there is one here.
pub fn slot_accumulator(function: &AggregateFunctionExpr) -> Option<Box<dyn SlotAccumulator>> {
    if function.is_distinct() || !function.order_bys().is_empty() {
        return None;
    }
    let fun = function.fun().inner();
    let returns = function.field().data_type().clone();
    if fun.downcast_ref::<library::count::Count>().is_some() {
        return Some(Box::new(CountSlots::default()));
    }
    if let Some(sum) = fun.downcast_ref::<CheckedSum>() {
        return Some(Box::new(CheckedSumSlots::new(sum.ansi())));
    }
    if fun.downcast_ref::<library::sum::Sum>().is_some() {
        return match returns {
            DataType::Float64 => Some(Box::new(SumSlots::<Float64Type>::new(returns))),
            DataType::Decimal128(..) => Some(Box::new(SumSlots::<Decimal128Type>::new(returns))),
            _ => None,
        };
    }
    if fun.downcast_ref::<library::average::Avg>().is_some() && returns == DataType::Float64 {
        return Some(Box::new(AverageSlots::default()));
    }
    if fun.downcast_ref::<library::min_max::Max>().is_some() {
        return extreme::of(returns, Ordering::Greater);
    }
    if fun.downcast_ref::<library::min_max::Min>().is_some() {
        return extreme::of(returns, Ordering::Less);
    }
    None
}

/// Calls `add` with the group and the value of each row that has one.
fn for_each_value<T: ArrowPrimitiveType>(
    values: &ArrayRef,
    groups: &[usize],
    filter: Option<&BooleanArray>,
    mut add: impl FnMut(usize, T::Native),
) -> Result<()> {
    let values = values
        .as_primitive_opt::<T>()
        .ok_or_else(|| SparkError::internal("an aggregate's argument is of another type"))?;
    if values.null_count() == 0 && filter.is_none() {
        for (group, value) in groups.iter().zip(values.values()) {
            add(*group, *value);
        }
        return Ok(());
    }
    for (row, group) in groups.iter().enumerate() {
        if values.is_valid(row) && keeps(filter, row) {
            add(*group, values.value(row));
        }
    }
    Ok(())
}

fn keeps(filter: Option<&BooleanArray>, row: usize) -> bool {
    filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row))
}

/// A column of the values of some groups, null where `is_there` says so.
fn column<T: ArrowPrimitiveType>(
    groups: &[usize],
    value: impl Fn(usize) -> T::Native,
    is_there: impl Fn(usize) -> bool,
) -> PrimitiveArray<T> {
    let values: Vec<T::Native> = groups.iter().map(|group| value(*group)).collect();
    let nulls: NullBuffer = groups.iter().map(|group| is_there(*group)).collect();
    PrimitiveArray::new(values.into(), Some(nulls).filter(|n| n.null_count() > 0))
}

/// Bytes that a list has taken.
fn bytes_of<T>(list: &Vec<T>) -> usize {
    list.capacity() * size_of::<T>()
}
