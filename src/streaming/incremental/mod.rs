//! A resolved plan as a physical plan that is made once and run for every batch:
//! leaves read what the driver puts into their slots, and aggregations over a
//! stream keep state.

mod slot;

use std::sync::Arc;

use datafusion::catalog::default_table_source::provider_as_source;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::logical_expr::{LogicalPlan, TableScanBuilder};
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode};
use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion::physical_plan::{ExecutionPlan, displayable};

use crate::analysis::{OutputMode, Resolved};
use crate::engine::scan::{Rows, ScanExec, ScanTable};
use crate::engine::{from_datafusion, to_datafusion};
use crate::error::{Result, SparkError};
use crate::execution::Runner;
use crate::execution::stream_leaf::{StreamRows, stream_of};
use crate::streaming::operators::{AggregateState, StatefulAggregateExec};
use crate::time::Clock;

pub use slot::Slot;

/// A stream in the plan, and where its batches are put.
pub struct Leaf {
    pub rows: Arc<dyn Rows>,
    pub slot: Arc<Slot>,
}

impl Leaf {
    pub fn stream(&self) -> Result<&StreamRows> {
        let rows: &dyn std::any::Any = self.rows.as_ref();
        rows.downcast_ref()
            .ok_or_else(|| SparkError::internal("a leaf is not a stream"))
    }
}

/// A plan that can be run again and again.
pub struct StreamPlan {
    pub physical: Arc<dyn ExecutionPlan>,
    pub leaves: Vec<Leaf>,
    /// From the leaves up; the position is the operator's number in the checkpoint.
    pub operators: Vec<Arc<AggregateState>>,
}

/// Makes the plan of a query.
pub async fn plan(
    resolved: &Resolved,
    runner: &Runner,
    mode: OutputMode,
    clock: &Arc<dyn Clock>,
) -> Result<StreamPlan> {
    let (logical, leaves) = with_slots((*resolved.plan).clone())?;
    let physical = runner.physical(&logical).await?;
    let mut operators = Vec::new();
    let physical = physical
        .transform_up(|node| {
            let Some(aggregate) = node.downcast_ref::<AggregateExec>() else {
                return Ok(Transformed::no(node));
            };
            if !reads_slot(node.as_ref()) {
                return Ok(Transformed::no(node));
            }
            if *aggregate.mode() != AggregateMode::Single {
                let text = displayable(node.as_ref()).one_line().to_string();
                return Err(to_datafusion(SparkError::internal(format_args!(
                    "a streaming aggregation was planned in several steps: {text}"
                ))));
            }
            let stateful = StatefulAggregateExec::try_new(aggregate, mode, Arc::clone(clock))
                .map_err(to_datafusion)?;
            operators.push(Arc::clone(stateful.state()));
            Ok(Transformed::yes(
                Arc::new(stateful) as Arc<dyn ExecutionPlan>
            ))
        })
        .map_err(from_datafusion)?
        .data;
    // The loop reads one partition; a union has one for each of its inputs.
    let physical = match physical.properties().partitioning.partition_count() {
        1 => physical,
        _ => Arc::new(CoalescePartitionsExec::new(physical)) as Arc<dyn ExecutionPlan>,
    };
    Ok(StreamPlan {
        physical,
        leaves,
        operators,
    })
}

/// Puts a slot in the place of every streaming leaf.
fn with_slots(plan: LogicalPlan) -> Result<(LogicalPlan, Vec<Leaf>)> {
    let mut leaves = Vec::new();
    let replaced = plan.transform_up(|node| {
        let Some(rows) = stream_of(&node) else {
            return Ok(Transformed::no(node));
        };
        let LogicalPlan::TableScan(scan) = node else {
            return Ok(Transformed::no(node));
        };
        let slot = Arc::new(Slot::new(rows.describe()));
        leaves.push(Leaf {
            rows,
            slot: Arc::clone(&slot),
        });
        let table = ScanTable::new(scan.source.schema(), slot);
        let provider = provider_as_source(Arc::new(table));
        let new = TableScanBuilder::new(scan.table_name, provider)
            .with_projection(scan.projection)
            .with_filters(scan.filters)
            .with_fetch(scan.fetch)
            .build()?;
        Ok(Transformed::yes(LogicalPlan::TableScan(new)))
    });
    Ok((replaced.map_err(from_datafusion)?.data, leaves))
}

fn reads_slot(plan: &dyn ExecutionPlan) -> bool {
    if let Some(scan) = plan.downcast_ref::<ScanExec>() {
        let rows: &dyn std::any::Any = scan.rows.as_ref();
        return rows.is::<Slot>();
    }
    plan.children()
        .into_iter()
        .any(|child| reads_slot(child.as_ref()))
}
