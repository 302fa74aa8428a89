//! The engine's aggregate functions over intermediate states: what operators that
//! aggregate have in common. Knows how states are merged and kept as bytes, nothing of
//! keys, of when results are given or when state goes.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::SchemaRef;
use arrow::row::{RowConverter, Rows, SortField};
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};
use datafusion::physical_expr::aggregate::AggregateFunctionExpr;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode};
use datafusion_functions_aggregate_common::aggregate::groups_accumulator::GroupsAccumulatorAdapter;

use super::exec::gathered;
use crate::engine::from_datafusion;
use crate::error::{Result, SparkError};
use crate::streaming::state::StateLayout;

/// The step that aggregates a batch by itself. The engine plans two steps, or one
/// where it sees that one is enough.
pub(super) fn partial_of(aggregate: &AggregateExec) -> Result<Arc<dyn ExecutionPlan>> {
    match aggregate.mode() {
        AggregateMode::Final | AggregateMode::FinalPartitioned => {
            let mut input = aggregate.input();
            // Rows brought together between the steps; one partition needs no such thing.
            while input.downcast_ref::<AggregateExec>().is_none() {
                let [only] = input.children()[..] else {
                    return Err(SparkError::internal("an aggregation lost its first step"));
                };
                input = only;
            }
            let Some(first) = input.downcast_ref::<AggregateExec>() else {
                return Err(SparkError::internal("an aggregation has a first step"));
            };
            // Each partition would give its own row for a key.
            match first.input().properties().partitioning.partition_count() {
                1 => Ok(Arc::clone(input)),
                _ => first_step(first, gathered(Arc::clone(first.input()))),
            }
        }
        AggregateMode::Single | AggregateMode::SinglePartitioned => {
            first_step(aggregate, Arc::clone(aggregate.input()))
        }
        other => Err(SparkError::internal(format_args!(
            "a streaming aggregation was planned as {other:?}"
        ))),
    }
}

fn first_step(
    aggregate: &AggregateExec,
    input: Arc<dyn ExecutionPlan>,
) -> Result<Arc<dyn ExecutionPlan>> {
    let partial = AggregateExec::try_new(
        AggregateMode::Partial,
        aggregate.group_expr().clone(),
        aggregate.aggr_expr().to_vec(),
        aggregate.filter_expr().to_vec(),
        input,
        aggregate.input_schema(),
    );
    Ok(Arc::new(partial.map_err(from_datafusion)?))
}

/// The functions of an aggregation and the row format of their states.
pub struct Accumulating {
    functions: Vec<Arc<AggregateFunctionExpr>>,
    /// How many state columns each function has.
    widths: Vec<usize>,
    /// The columns of the first step: keys, then states.
    intermediate: SchemaRef,
    values: RowConverter,
}

impl Accumulating {
    /// Those of an aggregation's first step.
    pub fn of(partial: &Arc<dyn ExecutionPlan>) -> Result<Self> {
        let Some(aggregate) = partial.downcast_ref::<AggregateExec>() else {
            return Err(SparkError::internal("an aggregation has a first step"));
        };
        let functions = aggregate.aggr_expr().to_vec();
        let widths = functions
            .iter()
            .map(|f| {
                f.state_fields()
                    .map(|fields| fields.len())
                    .map_err(from_datafusion)
            })
            .collect::<Result<Vec<_>>>()?;
        let intermediate = partial.schema();
        let groups = intermediate.fields().len() - widths.iter().sum::<usize>();
        let values = converter(&intermediate, groups..intermediate.fields().len())?;
        Ok(Self {
            functions,
            widths,
            intermediate,
            values,
        })
    }

    /// How many state columns each function has.
    pub fn widths(&self) -> &[usize] {
        &self.widths
    }

    /// How many columns come before the states. With grouping sets a number of the set
    /// is after the keys.
    pub fn groups(&self) -> usize {
        self.intermediate.fields().len() - self.widths.iter().sum::<usize>()
    }

    /// The row format of some of the first step's columns.
    pub fn converter(&self, columns: Range<usize>) -> Result<RowConverter> {
        converter(&self.intermediate, columns)
    }

    /// The meaning of the bytes where the first so many columns are the key, as text:
    /// types of keys, functions with their states.
    pub fn layout(&self, keys: usize) -> StateLayout {
        let types = |range: Range<usize>| {
            let types = self.intermediate.fields()[range].iter();
            let types: Vec<_> = types.map(|f| f.data_type().to_string()).collect();
            types.join(",")
        };
        let names: Vec<_> = self.functions.iter().map(|f| f.fun().name()).collect();
        let states = self.groups()..self.intermediate.fields().len();
        StateLayout::new(
            format!("row1({})", types(0..keys)),
            format!("row1({}) of {}", types(states), names.join(",")),
        )
    }

    fn accumulators(&self) -> Result<Vec<Box<dyn GroupsAccumulator>>> {
        self.functions
            .iter()
            .map(|function| {
                if function.groups_accumulator_supported() {
                    return function
                        .create_groups_accumulator()
                        .map_err(from_datafusion);
                }
                let function = Arc::clone(function);
                let factory = move || function.create_accumulator();
                Ok(Box::new(GroupsAccumulatorAdapter::new(factory)) as Box<dyn GroupsAccumulator>)
            })
            .collect()
    }

    /// The states of `total` groups, from parts that each have states and the group of
    /// each row.
    ///
    /// All parts go in at once: the engine takes a batch without nulls to bring a value
    /// for every group that there is, which is true of all parts together only.
    pub fn merged(&self, parts: &[(&[ArrayRef], &[usize])], total: usize) -> Result<Vec<ArrayRef>> {
        let parts: Vec<_> = parts.iter().filter(|(_, of)| !of.is_empty()).collect();
        let groups: Vec<usize> = parts
            .iter()
            .flat_map(|(_, of)| of.iter().copied())
            .collect();
        let width = self.widths.iter().sum::<usize>();
        let together = |column: usize| {
            let arrays: Vec<_> = parts.iter().map(|(s, _)| s[column].as_ref()).collect();
            arrow::compute::concat(&arrays).map_err(SparkError::internal)
        };
        let states = match parts.as_slice() {
            [] => return Ok(Vec::new()),
            [(states, _)] => states[..width].to_vec(),
            _ => (0..width).map(together).collect::<Result<Vec<_>>>()?,
        };
        let (mut columns, mut from) = (Vec::new(), 0);
        for (accumulator, width) in self.accumulators()?.iter_mut().zip(&self.widths) {
            accumulator
                .merge_batch(&states[from..from + width], &groups, total)
                .map_err(from_datafusion)?;
            columns.extend(accumulator.state(EmitTo::All).map_err(from_datafusion)?);
            from += width;
        }
        Ok(columns)
    }

    /// The results of `total` groups, a column a function.
    pub fn evaluated(
        &self,
        states: &[ArrayRef],
        groups: &[usize],
        total: usize,
    ) -> Result<Vec<ArrayRef>> {
        let (mut columns, mut from) = (Vec::with_capacity(self.widths.len()), 0);
        for (accumulator, width) in self.accumulators()?.iter_mut().zip(&self.widths) {
            accumulator
                .merge_batch(&states[from..from + width], groups, total)
                .map_err(from_datafusion)?;
            columns.push(accumulator.evaluate(EmitTo::All).map_err(from_datafusion)?);
            from += width;
        }
        Ok(columns)
    }

    /// States from the bytes that they are kept as.
    pub fn columns<'b>(&self, bytes: impl IntoIterator<Item = &'b [u8]>) -> Result<Vec<ArrayRef>> {
        let parser = self.values.parser();
        let rows = bytes.into_iter().map(|bytes| parser.parse(bytes));
        self.values.convert_rows(rows).map_err(SparkError::internal)
    }

    /// States as bytes, a row a group; `None` where there is no function.
    pub fn rows(&self, states: &[ArrayRef]) -> Result<Option<Rows>> {
        if states.is_empty() {
            return Ok(None);
        }
        self.values
            .convert_columns(states)
            .map(Some)
            .map_err(SparkError::internal)
    }
}

fn converter(schema: &SchemaRef, columns: Range<usize>) -> Result<RowConverter> {
    let fields = columns.map(|i| SortField::new(schema.field(i).data_type().clone()));
    RowConverter::new(fields.collect()).map_err(SparkError::internal)
}
