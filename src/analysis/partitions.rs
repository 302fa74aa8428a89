//! In which of Spark's partitions a row is. The engine here computes a frame's rows together
//! and in order; where an expression asks for the number of a partition, and only there,
//! the plan below is made anew with that number as one more column.
//!
//! Leaves know where their partitions end, `repartition` numbers its own, narrow steps let
//! the number through. What shuffles its rows (an aggregation, a join, a sort) is one
//! partition afterwards, as small shuffles are in Spark, too. Files are one as well.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Int32Array, Int64Array};
use arrow::datatypes::Int64Type;
use datafusion::catalog::default_table_source::source_as_provider;
use datafusion::common::Column;
use datafusion::logical_expr::{
    Expr as Physical, LogicalPlan, Projection, Union, Unnest, WindowFunctionDefinition, lit,
};

use super::observe::ObserveNode;
use super::repartition::RepartitionNode;
use super::row_number::number_rows;
use super::stream_node::{extension, node_of};
use super::{BatchMapNode, Resolved, column_name, engine, fresh_id};
use crate::engine::kept_order::held_input;
use crate::engine::partitions::{Ends, even};
use crate::engine::scan::ScanTable;
use crate::engine::{kernel_expr, row_ids};
use crate::error::Result;
use crate::functions::{Arg, Binding, Kernel, Settings};
use crate::types::DataType;

/// What the name of a column with partitions' numbers begins with: a sort that has one for
/// its first key is a sort within partitions.
const MARK: &str = "#partition";

/// The function of a row's partition once there are partitions, also for rows over which
/// Spark computes an expression before; no program can name it.
pub const PARTITION_OF_ROWS: &str = "partition of rows";

/// How many partitions Spark would have of a frame's rows.
pub fn partitions_of(resolved: &Resolved, parallelism: usize) -> usize {
    match resolved.streaming {
        true => 1,
        false => count(&resolved.plan, parallelism),
    }
}

/// A name for a column of partitions' numbers.
pub(super) fn fresh_name() -> String {
    format!("{MARK}{}", fresh_id().0)
}

pub(super) fn named(name: &str) -> Physical {
    Physical::Column(Column::new_unqualified(name))
}

/// How many partitions rows that Spark holds have: none of them is empty.
pub(super) fn of_rows(rows: u64, parallelism: usize) -> usize {
    let rows = usize::try_from(rows).unwrap_or(usize::MAX);
    parallelism.clamp(1, rows.max(1))
}

pub(super) fn count(plan: &LogicalPlan, parallelism: usize) -> usize {
    match passed(plan) {
        Passed::Through(input) => count(input, parallelism),
        Passed::Leaf => ends(plan, parallelism).map_or(1, |ends| ends.len()),
        Passed::Dealt(node) => node.count(),
        Passed::Beside(inputs) => inputs.iter().map(|input| count(input, parallelism)).sum(),
        Passed::Together => 1,
    }
}

/// In how many partitions an expression over the plan is computed. Steps that are done row
/// by row over rows of the query's own text Spark computes before there are partitions.
pub(super) fn count_computed(plan: &LogicalPlan, parallelism: usize) -> usize {
    let mut below = plan;
    loop {
        below = match below {
            LogicalPlan::Values(_) => return 1,
            LogicalPlan::Projection(projection) => &projection.input,
            LogicalPlan::Filter(filter) => &filter.input,
            LogicalPlan::Limit(limit) => &limit.input,
            LogicalPlan::Window(window) if window.window_expr.iter().all(only_counts) => {
                &window.input
            }
            node => match held_input(node) {
                Some(input) => input,
                None => return count(plan, parallelism),
            },
        };
    }
}

/// Which partitions a shuffle wrote: where they lie is known.
pub(super) fn located(plan: &LogicalPlan, parallelism: usize) -> Vec<bool> {
    match passed(plan) {
        Passed::Through(input) => located(input, parallelism),
        Passed::Dealt(node) => vec![node.is_shuffle(); node.count()],
        Passed::Beside(inputs) => {
            let each = inputs.iter().map(|input| located(input, parallelism));
            each.flatten().collect()
        }
        Passed::Leaf | Passed::Together => vec![false; count(plan, parallelism)],
    }
}

/// What a node does to the partitions below it.
enum Passed<'p> {
    Through(&'p LogicalPlan),
    Leaf,
    Dealt(&'p RepartitionNode),
    Beside(Vec<&'p LogicalPlan>),
    Together,
}

fn passed(plan: &LogicalPlan) -> Passed<'_> {
    match plan {
        LogicalPlan::Projection(projection) => Passed::Through(&projection.input),
        LogicalPlan::Filter(filter) => Passed::Through(&filter.input),
        LogicalPlan::Unnest(unnest) => Passed::Through(&unnest.input),
        LogicalPlan::Sort(sort) => match sort.expr.first() {
            Some(key) if is_number(&key.expr) => Passed::Through(&sort.input),
            _ => Passed::Together,
        },
        LogicalPlan::Window(window) if window.window_expr.iter().all(only_counts) => {
            Passed::Through(&window.input)
        }
        LogicalPlan::Union(union) => Passed::Beside(union.inputs.iter().map(Arc::as_ref).collect()),
        LogicalPlan::TableScan(_) | LogicalPlan::Values(_) => Passed::Leaf,
        LogicalPlan::Extension(_) => {
            if let Some(node) = node_of::<RepartitionNode>(plan) {
                Passed::Dealt(node)
            } else if let Some(node) = node_of::<BatchMapNode>(plan) {
                Passed::Through(&node.input)
            } else if let Some(node) = node_of::<ObserveNode>(plan) {
                Passed::Through(&node.input)
            } else if let Some(input) = held_input(plan) {
                Passed::Through(input)
            } else {
                Passed::Together
            }
        }
        _ => Passed::Together,
    }
}

fn is_number(key: &Physical) -> bool {
    matches!(key, Physical::Column(column) if column.name.starts_with(MARK))
}

/// Whether a window only numbers the rows as they come, which is our own doing: the user's
/// windows have an order.
pub(super) fn only_counts(call: &Physical) -> bool {
    let Physical::WindowFunction(call) = call else {
        return false;
    };
    let counts = match &call.fun {
        WindowFunctionDefinition::WindowUDF(function) => {
            matches!(function.name(), "row_number" | row_ids::NAME)
        }
        _ => false,
    };
    counts && call.params.partition_by.is_empty() && call.params.order_by.is_empty()
}

/// Where the partitions of a leaf end.
fn ends(leaf: &LogicalPlan, parallelism: usize) -> Option<Ends> {
    match leaf {
        LogicalPlan::TableScan(scan) => {
            let provider = source_as_provider(&scan.source).ok()?;
            provider.downcast_ref::<ScanTable>()?.rows.ends()
        }
        LogicalPlan::Values(values) => {
            let rows = values.values.len() as u64;
            Some(even(rows, of_rows(rows, parallelism)))
        }
        _ => None,
    }
}

/// The plan with the number of each row's partition, from 0, as one more column, the last.
pub(super) fn numbered(
    plan: &LogicalPlan,
    name: &str,
    parallelism: usize,
    settings: &Settings,
) -> Result<LogicalPlan> {
    let below = |input: &LogicalPlan| numbered(input, name, parallelism, settings);
    match passed(plan) {
        Passed::Leaf => match ends(plan, parallelism) {
            Some(ends) if ends.len() > 1 => of_leaf(plan, name, ends, settings),
            _ => with_column(plan, lit(0_i32).alias(name)),
        },
        Passed::Together => with_column(plan, lit(0_i32).alias(name)),
        Passed::Dealt(node) => {
            if let Some(known) = &node.out {
                return with_column(plan, named(known).alias(name));
            }
            let mut node = node.clone();
            if node.partition.is_none() && node.hangs_on_input() {
                let inner = fresh_name();
                node.input = numbered(&node.input, &inner, parallelism, settings)?;
                node.partition = Some(inner);
            }
            Ok(extension(node.told(name)?))
        }
        Passed::Beside(inputs) => {
            let mut before = 0;
            let mut sides = Vec::with_capacity(inputs.len());
            for input in inputs {
                let side = below(input)?;
                let mut exprs = columns(&side);
                exprs.pop();
                exprs.push((named(name) + lit(before)).alias(name));
                let side = engine(Projection::try_new(exprs, Arc::new(side)))?;
                sides.push(Arc::new(LogicalPlan::Projection(side)));
                before += count(input, parallelism) as i32;
            }
            Ok(LogicalPlan::Union(engine(Union::try_new(sides))?))
        }
        Passed::Through(input) => {
            if let Some(node) = node_of::<BatchMapNode>(plan) {
                return match &node.out {
                    Some(known) => with_column(plan, named(known).alias(name)),
                    None => Ok(extension(node.told(name)?)),
                };
            }
            let input = below(input)?;
            match plan {
                LogicalPlan::Projection(projection) => {
                    let mut exprs = projection.expr.clone();
                    exprs.push(named(name));
                    let new = engine(Projection::try_new(exprs, Arc::new(input)))?;
                    Ok(LogicalPlan::Projection(new))
                }
                LogicalPlan::Unnest(unnest) => {
                    let columns = unnest.exec_columns.clone();
                    let new = Unnest::try_new(Arc::new(input), columns, unnest.options.clone());
                    last(&LogicalPlan::Unnest(engine(new)?), name)
                }
                LogicalPlan::Window(_) => {
                    let window = engine(plan.with_new_exprs(plan.expressions(), vec![input]))?;
                    last(&window, name)
                }
                _ => engine(plan.with_new_exprs(plan.expressions(), vec![input])),
            }
        }
    }
}

/// The plan with that column behind the others.
fn last(plan: &LogicalPlan, name: &str) -> Result<LogicalPlan> {
    let mut exprs = columns(plan);
    exprs.retain(|expr| !matches!(expr, Physical::Column(column) if column.name == name));
    exprs.push(named(name));
    let projection = engine(Projection::try_new(exprs, Arc::new(plan.clone())))?;
    Ok(LogicalPlan::Projection(projection))
}

fn columns(plan: &LogicalPlan) -> Vec<Physical> {
    let columns = plan.schema().columns().into_iter();
    columns.map(Physical::Column).collect()
}

fn with_column(plan: &LogicalPlan, column: Physical) -> Result<LogicalPlan> {
    let mut exprs = columns(plan);
    exprs.push(column);
    let projection = engine(Projection::try_new(exprs, Arc::new(plan.clone())))?;
    Ok(LogicalPlan::Projection(projection))
}

fn of_leaf(leaf: &LogicalPlan, name: &str, ends: Ends, settings: &Settings) -> Result<LogicalPlan> {
    let number = column_name(fresh_id());
    let plan = number_rows(Arc::new(leaf.clone()), &number)?;
    let kernel: Kernel = Arc::new(move |args: &[Arg], rows: usize| {
        let numbers: &Int64Array = args[0].array.as_primitive::<Int64Type>();
        let of = |row: usize| {
            let number = numbers.value(args[0].at(row)) as u64;
            ends.partition_point(|end| *end <= number) as i32
        };
        Ok(Arc::new(Int32Array::from_iter_values((0..rows).map(of))) as ArrayRef)
    });
    let binding = Binding {
        args: vec![DataType::Long],
        returns: DataType::Integer,
        nullable: false,
        kernel,
    };
    let call = kernel_expr(
        &format!("partition of {number}"),
        binding,
        vec![named(&number)],
        settings,
    );
    let mut exprs = columns(leaf);
    exprs.push(call.alias(name));
    let projection = engine(Projection::try_new(exprs, plan))?;
    Ok(LogicalPlan::Projection(projection))
}
