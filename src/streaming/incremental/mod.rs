//! A resolved plan as a physical plan that is made once and run for every batch:
//! leaves read what the driver puts into their slots, and aggregations over a
//! stream keep state.

mod flow;
mod join;
mod mark;
mod names;
mod planner;
mod pushed;
mod slot;
mod watermarks;

use std::sync::Arc;

use datafusion::catalog::default_table_source::provider_as_source;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::logical_expr::{LogicalPlan, TableScanBuilder};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion::physical_planner::{DefaultPhysicalPlanner, PhysicalPlanner};

use crate::analysis::{OutputMode, Resolved};
use crate::engine::batch_time::{BatchClock, bind_batch_time};
use crate::engine::from_datafusion;
use crate::engine::guarded::guarded;
use crate::engine::numbered;
use crate::engine::planner::AnyPlanner;
use crate::engine::scan::{Rows, ScanTable};
use crate::error::{Result, SparkError};
use crate::execution::observe::{self, Observing, observations};
use crate::execution::stream_leaf::{StreamRows, stream_of};
use crate::execution::{Runner, foreign_exec, repartition};
use crate::streaming::operators::{LateTap, WatermarkOperator};
use crate::time::Clock;
use mark::Marker;
use names::ColumnNames;
use planner::StreamPlanner;

pub use flow::{Placed, Propagation, from_the_sink};
pub use planner::StoreChoice;
pub use pushed::FilteringReaders;
pub use slot::Slot;
pub use watermarks::WatermarkCall;

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
    pub operators: Vec<Placed>,
    pub watermarks: Vec<Arc<WatermarkOperator>>,
    /// The calls of `withWatermark` and the leaves below each.
    pub calls: Vec<WatermarkCall>,
    /// In front of the operators that drop late rows, where those are to be kept.
    pub late_taps: Vec<Arc<LateTap>>,
    /// Whether a watermark lies over another one, which Spark finds out once the
    /// watermark has moved.
    pub redefined: bool,
    pub propagation: Propagation,
    /// What is observed of the rows of each batch.
    pub observations: Vec<Arc<Observing>>,
    /// What `current_timestamp()` says; set for every batch.
    pub clock: Arc<BatchClock>,
}

impl StreamPlan {
    /// The watermark that each operator sees when the query's is `global`.
    pub fn input_watermarks(&self, global: i64) -> Vec<i64> {
        flow::input_watermarks(&self.operators, global, self.propagation)
    }
}

/// What a session's settings and the writer say of a plan.
#[derive(Debug, Clone, Copy)]
pub struct Choices {
    /// Sessions of one batch are merged before the late ones are dropped.
    pub merge_sessions_first: bool,
    /// Rows that come too late are kept aside.
    pub keep_late: bool,
    /// The formats whose readers leave out rows that are filtered.
    pub readers: FilteringReaders,
    pub propagation: Propagation,
    pub store: StoreChoice,
}

/// Makes the plan of a query.
pub async fn plan(
    resolved: &Resolved,
    runner: &Runner,
    mode: OutputMode,
    clock: &Arc<dyn Clock>,
    choices: Choices,
) -> Result<StreamPlan> {
    let batch_clock = Arc::new(BatchClock::default());
    let bound = bind_batch_time((*resolved.plan).clone(), &batch_clock)?;
    let (logical, leaves) = with_slots(bound, choices.readers)?;
    let optimized = runner.optimized_stream(&join::without_null_keys(logical)?)?;
    let optimized = pushed::push(optimized, runner.state())?;
    let mut marker = Marker::new(mode);
    let marked = marker.mark(optimized)?;
    let marked = guarded(marked).map_err(from_datafusion)?;
    let names = Arc::new(ColumnNames::of(&marked)?);
    let calls = watermarks::calls(&marked, &leaves, &names)?;
    let names = choices.keep_late.then_some(names);
    let planner = Arc::new(StreamPlanner::new(
        mode,
        choices.merge_sessions_first,
        Arc::clone(clock),
        names,
        choices.store,
    ));
    let mut planners: Vec<AnyPlanner> = vec![
        Arc::clone(&planner) as _,
        observe::planner(),
        repartition::planner(),
        numbered::planner(),
    ];
    planners.extend(foreign_exec::planners());
    let physical = DefaultPhysicalPlanner::with_extension_planners(planners)
        .create_physical_plan(&marked, runner.state())
        .await
        .map_err(from_datafusion)?;
    // The loop reads one partition; a union has one for each of its inputs.
    let physical = match physical.properties().partitioning.partition_count() {
        1 => physical,
        _ => Arc::new(CoalescePartitionsExec::new(physical)) as Arc<dyn ExecutionPlan>,
    };
    let observations = observations(&physical);
    let made = planner.take();
    let redefined = marker.redefined;
    let operators = marker
        .upstreams
        .into_iter()
        .enumerate()
        .map(|(number, upstream)| {
            let operator = made.operators.get(&number).cloned();
            let operator = operator.ok_or_else(|| {
                SparkError::internal(format_args!("the operator {number} was not planned"))
            })?;
            Ok(Placed { operator, upstream })
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(StreamPlan {
        physical,
        leaves,
        operators,
        watermarks: made.watermarks,
        calls,
        late_taps: made.late_taps,
        redefined,
        propagation: choices.propagation,
        observations,
        clock: batch_clock,
    })
}

/// Puts a slot in the place of every streaming leaf.
fn with_slots(plan: LogicalPlan, readers: FilteringReaders) -> Result<(LogicalPlan, Vec<Leaf>)> {
    let mut leaves: Vec<Leaf> = Vec::new();
    let replaced = plan.transform_up(|node| {
        let Some(rows) = stream_of(&node) else {
            return Ok(Transformed::no(node));
        };
        let LogicalPlan::TableScan(scan) = node else {
            return Ok(Transformed::no(node));
        };
        // A stream that is used twice is read once.
        let known = leaves.iter().find(|leaf| Arc::ptr_eq(&leaf.rows, &rows));
        let slot = match known {
            Some(leaf) => Arc::clone(&leaf.slot),
            None => {
                let format = |rows: &StreamRows| rows.spec.format.clone();
                let own: &dyn std::any::Any = rows.as_ref();
                let format = own.downcast_ref().map(format).unwrap_or_default();
                let slot = Slot::new(rows.describe(), readers.has(&format));
                let slot = Arc::new(slot);
                leaves.push(Leaf {
                    rows,
                    slot: Arc::clone(&slot),
                });
                slot
            }
        };
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
