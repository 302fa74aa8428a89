//! `WITH RECURSIVE` as it runs: the member's plan is run once for each level, over the rows
//! of the level before it, until there are none.
//!
//! A level is put into a copy of the plan in place of its leaf, so that a plan that runs
//! twice at once does not share it. All levels are there before the first row comes out,
//! unless a limit says how many rows are wanted: what has no end fails then, whoever asks.

use std::fmt;
use std::sync::Arc;

use arrow::array::RecordBatchOptions;
use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::Result as EngineResult;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::execution::memory_pool::MemoryConsumer;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{LogicalPlan, UserDefinedLogicalNode};
use datafusion::physical_expr::{Distribution, EquivalenceProperties, Partitioning, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{
    Boundedness, CardinalityEffect, ChildrenPropertiesMode, EmissionType, ReplaceChildrenOptions,
    reset_plan_states,
};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties};
use datafusion::physical_planner::{ExtensionPlanner, PhysicalPlanner};
use futures::{StreamExt, TryStreamExt};

use super::session::with_type;
use crate::analysis::{LevelNode, RecursionLimits, RecursionNode};
use crate::engine::to_datafusion;
use crate::error::SparkError;
use crate::plan::ExprId;

/// Plans these nodes, in batch and in streams.
pub struct RecursionPlanner;

#[async_trait]
impl ExtensionPlanner for RecursionPlanner {
    async fn plan_extension(
        &self,
        _: &dyn PhysicalPlanner,
        node: &dyn UserDefinedLogicalNode,
        _: &[&LogicalPlan],
        inputs: &[Arc<dyn ExecutionPlan>],
        _: &dyn Session,
        _: &PhysicalPlanningContext,
    ) -> EngineResult<Option<Arc<dyn ExecutionPlan>>> {
        let any = node.as_any();
        let schema = Arc::clone(node.schema().inner());
        if let Some(level) = any.downcast_ref::<LevelNode>() {
            return Ok(Some(Arc::new(LevelExec {
                id: level.id,
                properties: one_partition(&schema),
                schema,
                rows: Vec::new(),
            })));
        }
        let (Some(node), [anchor, member]) = (any.downcast_ref::<RecursionNode>(), inputs) else {
            return Ok(None);
        };
        Ok(Some(Arc::new(RecursionExec {
            id: node.id,
            anchor: Arc::clone(anchor),
            member: Arc::clone(member),
            limits: node.limits,
            fetch: None,
            properties: one_partition(&schema),
            schema,
        })))
    }
}

fn one_partition(schema: &SchemaRef) -> Arc<PlanProperties> {
    Arc::new(PlanProperties::new(
        EquivalenceProperties::new(Arc::clone(schema)),
        Partitioning::UnknownPartitioning(1),
        EmissionType::Incremental,
        Boundedness::Bounded,
    ))
}

/// The rows of a level; none until they are put into it.
struct LevelExec {
    id: ExprId,
    schema: SchemaRef,
    rows: Vec<RecordBatch>,
    properties: Arc<PlanProperties>,
}

/// The anchor's rows and those of each level after it.
#[derive(Clone)]
struct RecursionExec {
    id: ExprId,
    anchor: Arc<dyn ExecutionPlan>,
    member: Arc<dyn ExecutionPlan>,
    limits: RecursionLimits,
    /// So many rows are wanted.
    fetch: Option<usize>,
    schema: SchemaRef,
    properties: Arc<PlanProperties>,
}

impl RecursionExec {
    async fn run(self, context: Arc<TaskContext>) -> EngineResult<Vec<RecordBatch>> {
        let memory = MemoryConsumer::new("recursion").register(context.memory_pool());
        let (mut all, mut count, mut step) = (Vec::new(), 0_usize, 0_u64);
        let mut plan = Arc::clone(&self.anchor);
        loop {
            let level = self.level(&plan, &context).await?;
            let rows: usize = level.iter().map(RecordBatch::num_rows).sum();
            if rows == 0 {
                return Ok(all);
            }
            for batch in &level {
                memory.try_grow(batch.get_array_memory_size())?;
            }
            all.extend(level.iter().cloned());
            count += rows;
            self.check_limits(step, count)?;
            if self.fetch.is_some_and(|wanted| count >= wanted) {
                return Ok(all);
            }
            step += 1;
            plan = self.member_over(&level)?;
        }
    }

    /// As in Spark the last level must give nothing, be it asked for or not; how many rows
    /// there may be counts where no limit says how many are wanted.
    fn check_limits(&self, step: u64, count: usize) -> EngineResult<()> {
        let (condition, name, limit) = match self.limits {
            RecursionLimits {
                levels: Some(limit),
                ..
            } if step >= limit => ("RECURSION_LEVEL_LIMIT_EXCEEDED", "levelLimit", limit),
            RecursionLimits {
                rows: Some(limit), ..
            } if self.fetch.is_none() && count as u64 >= limit => {
                ("RECURSION_ROW_LIMIT_EXCEEDED", "rowLimit", limit)
            }
            _ => return Ok(()),
        };
        let error = SparkError::new(condition, &[(name, &limit.to_string())]);
        Err(to_datafusion(error))
    }

    async fn level(
        &self,
        plan: &Arc<dyn ExecutionPlan>,
        context: &Arc<TaskContext>,
    ) -> EngineResult<Vec<RecordBatch>> {
        let rows = plan.execute(0, Arc::clone(context))?;
        let rows = rows.map(|batch| under(&batch?, &self.schema));
        rows.try_collect().await
    }

    /// The member's plan for these rows.
    fn member_over(&self, level: &[RecordBatch]) -> EngineResult<Arc<dyn ExecutionPlan>> {
        let filled = Arc::clone(&self.member).transform_up(|node| {
            let Some(leaf) = node.downcast_ref::<LevelExec>() else {
                return Ok(Transformed::no(node));
            };
            if leaf.id != self.id {
                return Ok(Transformed::no(node));
            }
            let rows = level.iter().map(|batch| under(batch, &leaf.schema));
            Ok(Transformed::yes(Arc::new(LevelExec {
                id: leaf.id,
                schema: Arc::clone(&leaf.schema),
                rows: rows.collect::<EngineResult<_>>()?,
                properties: Arc::clone(&leaf.properties),
            }) as _))
        })?;
        reset_plan_states(filled.data)
    }
}

/// The columns by other names, as types that say more or less of what may be null.
fn under(batch: &RecordBatch, schema: &SchemaRef) -> EngineResult<RecordBatch> {
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    let columns = batch.columns().iter().zip(schema.fields());
    let columns = columns.map(|(column, field)| with_type(column, field.data_type()));
    let columns = columns.collect::<Result<Vec<_>, _>>();
    let columns = columns.map_err(to_datafusion)?;
    Ok(RecordBatch::try_new_with_options(
        Arc::clone(schema),
        columns,
        &options,
    )?)
}

impl fmt::Debug for LevelExec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LevelExec")
    }
}

impl DisplayAs for LevelExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UnionLoopRef {}", self.id.0)
    }
}

impl ExecutionPlan for LevelExec {
    fn name(&self) -> &str {
        "UnionLoopRef"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn replace_children(
        self: Arc<Self>,
        _: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> EngineResult<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn with_new_children(
        self: Arc<Self>,
        _: Vec<Arc<dyn ExecutionPlan>>,
    ) -> EngineResult<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> EngineResult<TreeNodeRecursion>,
    ) -> EngineResult<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn execute(&self, _: usize, _: Arc<TaskContext>) -> EngineResult<SendableRecordBatchStream> {
        let rows = futures::stream::iter(self.rows.clone().into_iter().map(Ok));
        Ok(Box::pin(RecordBatchStreamAdapter::new(
            Arc::clone(&self.schema),
            rows,
        )))
    }
}

impl fmt::Debug for RecursionExec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecursionExec")
    }
}

impl DisplayAs for RecursionExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UnionLoop {}", self.id.0)?;
        match self.fetch {
            Some(fetch) => write!(f, ", fetch={fetch}"),
            None => Ok(()),
        }
    }
}

impl ExecutionPlan for RecursionExec {
    fn name(&self) -> &str {
        "UnionLoop"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn required_input_distribution(&self) -> Vec<Distribution> {
        vec![Distribution::SinglePartition; 2]
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![false; 2]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false; 2]
    }

    fn cardinality_effect(&self) -> CardinalityEffect {
        CardinalityEffect::Unknown
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.anchor, &self.member]
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> EngineResult<Arc<dyn ExecutionPlan>> {
        let [anchor, member] = <[_; 2]>::try_from(children)
            .map_err(|_| to_datafusion(SparkError::internal("a recursion has two inputs")))?;
        Ok(Arc::new(Self {
            anchor,
            member,
            ..(*self).clone()
        }))
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> EngineResult<Arc<dyn ExecutionPlan>> {
        self.replace_children(
            children,
            ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute),
        )
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> EngineResult<TreeNodeRecursion>,
    ) -> EngineResult<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn fetch(&self) -> Option<usize> {
        self.fetch
    }

    fn with_fetch(&self, fetch: Option<usize>) -> Option<Arc<dyn ExecutionPlan>> {
        Some(Arc::new(Self {
            fetch,
            ..self.clone()
        }))
    }

    fn execute(
        &self,
        _: usize,
        context: Arc<TaskContext>,
    ) -> EngineResult<SendableRecordBatchStream> {
        let wanted = self.fetch;
        let rows = self.clone().run(context);
        let rows = futures::stream::once(rows).map_ok(move |all| {
            let all = first(all, wanted).into_iter().map(Ok);
            futures::stream::iter(all)
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(
            Arc::clone(&self.schema),
            rows.try_flatten(),
        )))
    }
}

/// So many of the rows, as a limit wants them.
fn first(batches: Vec<RecordBatch>, wanted: Option<usize>) -> Vec<RecordBatch> {
    let Some(mut left) = wanted else {
        return batches;
    };
    let mut out = Vec::new();
    for batch in batches {
        if left == 0 {
            break;
        }
        let batch = batch.slice(0, batch.num_rows().min(left));
        left -= batch.num_rows();
        out.push(batch);
    }
    out
}
