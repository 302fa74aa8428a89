//! `min` and `max` of numbers, dates and times.

use std::cmp::Ordering;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, BooleanArray};
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, TimeUnit, TimestampMicrosecondType,
};

use super::{SlotAccumulator, bytes_of, column, for_each_value};
use crate::error::Result;

/// The accumulator for values of a type; a value replaces another that it is
/// `replaces` to.
pub fn of(data_type: DataType, replaces: Ordering) -> Option<Box<dyn SlotAccumulator>> {
    fn exact<T: ArrowPrimitiveType<Native: Ord>>(
        data_type: DataType,
        replaces: Ordering,
    ) -> Option<Box<dyn SlotAccumulator>> {
        Some(Box::new(ExtremeSlots::<T>::new(
            data_type,
            replaces,
            |a, b| a.cmp(&b),
        )))
    }
    match data_type {
        DataType::Int8 => exact::<Int8Type>(data_type, replaces),
        DataType::Int16 => exact::<Int16Type>(data_type, replaces),
        DataType::Int32 => exact::<Int32Type>(data_type, replaces),
        DataType::Int64 => exact::<Int64Type>(data_type, replaces),
        DataType::Date32 => exact::<Date32Type>(data_type, replaces),
        DataType::Decimal128(..) => exact::<Decimal128Type>(data_type, replaces),
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            exact::<TimestampMicrosecondType>(data_type, replaces)
        }
        DataType::Float32 => Some(Box::new(ExtremeSlots::<Float32Type>::new(
            data_type,
            replaces,
            |a, b| nan_last(f64::from(a), f64::from(b)),
        ))),
        DataType::Float64 => Some(Box::new(ExtremeSlots::<Float64Type>::new(
            data_type, replaces, nan_last,
        ))),
        _ => None,
    }
}

/// Not a number is more than any number; the two zeros are one.
fn nan_last(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b)
        .unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
}

struct ExtremeSlots<T: ArrowPrimitiveType> {
    data_type: DataType,
    replaces: Ordering,
    order: fn(T::Native, T::Native) -> Ordering,
    values: Vec<T::Native>,
    /// Whether a group has had a value.
    seen: Vec<bool>,
}

impl<T: ArrowPrimitiveType> ExtremeSlots<T> {
    fn new(
        data_type: DataType,
        replaces: Ordering,
        order: fn(T::Native, T::Native) -> Ordering,
    ) -> Self {
        Self {
            data_type,
            replaces,
            order,
            values: Vec::new(),
            seen: Vec::new(),
        }
    }
}

impl<T: ArrowPrimitiveType> SlotAccumulator for ExtremeSlots<T> {
    fn grow(&mut self, total: usize) {
        self.values.resize(total, T::Native::default());
        self.seen.resize(total, false);
    }

    fn update(
        &mut self,
        args: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
    ) -> Result<()> {
        for_each_value::<T>(&args[0], groups, filter, |group, value| {
            let first = !std::mem::replace(&mut self.seen[group], true);
            if first || (self.order)(value, self.values[group]) == self.replaces {
                self.values[group] = value;
            }
        })
    }

    fn settle(&mut self, _: &[usize]) -> Result<()> {
        Ok(())
    }

    fn states(&self, groups: &[usize]) -> Vec<ArrayRef> {
        vec![self.results(groups)]
    }

    fn results(&self, groups: &[usize]) -> ArrayRef {
        let values = column::<T>(groups, |g| self.values[g], |g| self.seen[g]);
        Arc::new(values.with_data_type(self.data_type.clone()))
    }

    fn load(&mut self, states: &[ArrayRef], groups: &[usize]) {
        let values = states[0].as_primitive::<T>();
        for (row, group) in groups.iter().enumerate() {
            self.seen[*group] = values.is_valid(row);
            self.values[*group] = values.value(row);
        }
    }

    fn reset(&mut self, group: usize) {
        self.seen[group] = false;
    }

    fn memory_bytes(&self) -> usize {
        bytes_of(&self.values) + bytes_of(&self.seen)
    }
}
