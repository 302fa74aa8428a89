//! `sum` over `bigint`: fails on overflow under ANSI mode, wraps without it. The
//! engine's own sum always wraps.

use std::collections::HashSet;
use std::mem::size_of;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Field, FieldRef, Int64Type};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDFImpl, EmitTo, GroupsAccumulator, ReversedUDAF, Signature, Volatility,
};

use super::to_datafusion;
use crate::error::SparkError;

#[derive(Debug, PartialEq, Eq, Hash)]
pub struct CheckedSum {
    ansi: bool,
    signature: Signature,
}

impl CheckedSum {
    pub fn new(ansi: bool) -> Self {
        Self {
            ansi,
            signature: Signature::exact(vec![DataType::Int64], Volatility::Immutable),
        }
    }

    /// Whether an overflow is an error.
    pub fn ansi(&self) -> bool {
        self.ansi
    }
}

impl AggregateUDFImpl for CheckedSum {
    fn name(&self) -> &str {
        "sum"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Int64)
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        if args.is_distinct {
            return Ok(Box::new(DistinctTotal {
                ansi: self.ansi,
                seen: HashSet::new(),
            }));
        }
        Ok(Box::new(Total {
            ansi: self.ansi,
            sum: 0,
            count: 0,
        }))
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        if args.is_distinct {
            let values = DataType::List(Arc::new(Field::new_list_field(DataType::Int64, true)));
            return Ok(vec![Arc::new(Field::new(
                format!("{}[seen]", args.name),
                values,
                true,
            ))]);
        }
        Ok(vec![
            Arc::new(Field::new(
                format!("{}[sum]", args.name),
                DataType::Int64,
                false,
            )),
            Arc::new(Field::new(
                format!("{}[count]", args.name),
                DataType::Int64,
                false,
            )),
        ])
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs<'_>) -> bool {
        !args.is_distinct
    }

    fn create_groups_accumulator(
        &self,
        _: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Totals {
            ansi: self.ansi,
            sums: Vec::new(),
            counts: Vec::new(),
        }))
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }
}

pub(super) fn add(ansi: bool, left: i64, right: i64) -> Result<i64> {
    match left.checked_add(right) {
        Some(sum) => Ok(sum),
        None if ansi => Err(to_datafusion(SparkError::new(
            "ARITHMETIC_OVERFLOW",
            &[
                ("message", "overflow"),
                (
                    "alternative",
                    " Use 'try_add' to tolerate overflow and return NULL instead.",
                ),
                ("config", "\"spark.sql.ansi.enabled\""),
            ],
        ))),
        None => Ok(left.wrapping_add(right)),
    }
}

/// One group. Counts its values, so that a sliding frame knows when it is empty.
#[derive(Debug)]
struct Total {
    ansi: bool,
    sum: i64,
    count: i64,
}

impl Accumulator for Total {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for value in values[0].as_primitive::<Int64Type>().iter().flatten() {
            self.sum = add(self.ansi, self.sum, value)?;
            self.count += 1;
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Int64((self.count > 0).then_some(self.sum)))
    }

    fn size(&self) -> usize {
        size_of::<Self>()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![
            ScalarValue::Int64(Some(self.sum)),
            ScalarValue::Int64(Some(self.count)),
        ])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let sums = states[0].as_primitive::<Int64Type>();
        let counts = states[1].as_primitive::<Int64Type>();
        for (sum, count) in sums.values().iter().zip(counts.values()) {
            self.sum = add(self.ansi, self.sum, *sum)?;
            self.count += count;
        }
        Ok(())
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for value in values[0].as_primitive::<Int64Type>().iter().flatten() {
            self.sum = self.sum.wrapping_sub(value);
            self.count -= 1;
        }
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }
}

/// The distinct values of one group.
#[derive(Debug)]
struct DistinctTotal {
    ansi: bool,
    seen: HashSet<i64>,
}

impl Accumulator for DistinctTotal {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.seen
            .extend(values[0].as_primitive::<Int64Type>().iter().flatten());
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let mut values = self.seen.iter();
        let Some(first) = values.next() else {
            return Ok(ScalarValue::Int64(None));
        };
        // In a wider type, so that the order of the values cannot decide on overflow.
        let sum = values.fold(i128::from(*first), |sum, value| sum + i128::from(*value));
        match i64::try_from(sum) {
            Ok(sum) => Ok(ScalarValue::Int64(Some(sum))),
            Err(_) if self.ansi => {
                add(true, i64::MAX, i64::MAX).map(|s| ScalarValue::Int64(Some(s)))
            }
            Err(_) => Ok(ScalarValue::Int64(Some(sum as i64))),
        }
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.seen.capacity() * size_of::<i64>()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let values: Vec<_> = self
            .seen
            .iter()
            .map(|v| ScalarValue::Int64(Some(*v)))
            .collect();
        Ok(vec![ScalarValue::List(ScalarValue::new_list_nullable(
            &values,
            &DataType::Int64,
        ))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for values in states[0].as_list::<i32>().iter().flatten() {
            self.update_batch(&[values])?;
        }
        Ok(())
    }
}

/// All groups of an aggregation.
#[derive(Debug)]
struct Totals {
    ansi: bool,
    sums: Vec<i64>,
    counts: Vec<i64>,
}

impl Totals {
    fn grow(&mut self, groups: usize) {
        self.sums.resize(groups, 0);
        self.counts.resize(groups, 0);
    }

    fn put(&mut self, group: usize, sum: i64, count: i64) -> Result<()> {
        self.sums[group] = add(self.ansi, self.sums[group], sum)?;
        self.counts[group] += count;
        Ok(())
    }
}

impl GroupsAccumulator for Totals {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total: usize,
    ) -> Result<()> {
        self.grow(total);
        let values = values[0].as_primitive::<Int64Type>();
        if values.null_count() == 0 && filter.is_none() {
            for (group, value) in groups.iter().zip(values.values()) {
                self.put(*group, *value, 1)?;
            }
            return Ok(());
        }
        for (row, group) in groups.iter().enumerate() {
            let chosen = filter.is_none_or(|f| f.is_valid(row) && f.value(row));
            if chosen && values.is_valid(row) {
                self.put(*group, values.value(row), 1)?;
            }
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let sums = emit_to.take_needed(&mut self.sums);
        let counts = emit_to.take_needed(&mut self.counts);
        let nulls = NullBuffer::from_iter(counts.iter().map(|count| *count > 0));
        Ok(Arc::new(Int64Array::new(sums.into(), Some(nulls))))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let sums = Int64Array::from(emit_to.take_needed(&mut self.sums));
        let counts = Int64Array::from(emit_to.take_needed(&mut self.counts));
        Ok(vec![Arc::new(sums), Arc::new(counts)])
    }

    fn merge_batch(&mut self, states: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.grow(total);
        let sums = states[0].as_primitive::<Int64Type>().values();
        let counts = states[1].as_primitive::<Int64Type>().values();
        for (row, group) in groups.iter().enumerate() {
            self.put(*group, sums[row], counts[row])?;
        }
        Ok(())
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let values = values[0].as_primitive::<Int64Type>();
        let kept = |row: usize| {
            values.is_valid(row) && filter.is_none_or(|f| f.is_valid(row) && f.value(row))
        };
        let rows = 0..values.len();
        let sums: Int64Array = rows
            .clone()
            .map(|r| if kept(r) { values.value(r) } else { 0 })
            .collect::<Vec<_>>()
            .into();
        let counts: Int64Array = rows.map(|r| i64::from(kept(r))).collect::<Vec<_>>().into();
        Ok(vec![Arc::new(sums), Arc::new(counts)])
    }

    fn size(&self) -> usize {
        (self.sums.capacity() + self.counts.capacity()) * size_of::<i64>()
    }
}
