//! `WITH RECURSIVE` as it runs: the member's plan is run once for each level, over the rows
//! of the level before it, until there are none.
//!
//! A level is put into a copy of the plan in place of its leaf, so that a plan that runs
//! twice at once does not share it. All levels are there before the first row comes out,
//! unless a limit says how many rows are wanted: what has no end fails then, whoever asks.

use std::sync::Arc;

use arrow::array::RecordBatchOptions;
use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use datafusion::common::Result as EngineResult;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::execution::memory_pool::MemoryConsumer;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::PlanProperties;
use datafusion::physical_plan::execution_plan::{EmissionType, reset_plan_states};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::{StreamExt, TryStreamExt};

use super::session::with_type;
use crate::analysis::{LevelNode, RecursionLimits, RecursionNode};
use crate::engine::node::{Input, Node, Step, properties};
use crate::engine::planner::{AnyPlanner, planner_of};
use crate::engine::to_datafusion;
use crate::error::SparkError;
use crate::plan::ExprId;

/// Plans these nodes, in batch and in streams.
pub fn planners() -> [AnyPlanner; 2] {
    let level = planner_of(|node: &LevelNode, _, _| {
        let level = Level {
            id: node.id,
            schema: Arc::clone(node.schema.inner()),
            rows: Vec::new(),
        };
        Ok(Node::plan(level, Vec::new()))
    });
    let recursion = planner_of(|node: &RecursionNode, inputs, _| {
        let recursion = Recursion {
            id: node.id,
            limits: node.limits,
            fetch: None,
            schema: Arc::clone(node.schema.inner()),
        };
        Ok(Node::plan(recursion, inputs.to_vec()))
    });
    [level, recursion]
}

/// The rows of a level; none until they are put into it.
#[derive(Clone)]
struct Level {
    id: ExprId,
    schema: SchemaRef,
    rows: Vec<RecordBatch>,
}

/// The anchor's rows and those of each level after it.
#[derive(Clone)]
struct Recursion {
    id: ExprId,
    limits: RecursionLimits,
    /// So many rows are wanted.
    fetch: Option<usize>,
    schema: SchemaRef,
}

impl Recursion {
    async fn levels(
        self,
        anchor: Input,
        member: Input,
        context: Arc<TaskContext>,
    ) -> EngineResult<Vec<RecordBatch>> {
        let memory = MemoryConsumer::new("recursion").register(context.memory_pool());
        let (mut all, mut count, mut step) = (Vec::new(), 0_usize, 0_u64);
        let mut plan = anchor;
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
            plan = self.over(&member, &level)?;
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
        plan: &Input,
        context: &Arc<TaskContext>,
    ) -> EngineResult<Vec<RecordBatch>> {
        let rows = plan.execute(0, Arc::clone(context))?;
        let rows = rows.map(|batch| under(&batch?, &self.schema));
        rows.try_collect().await
    }

    /// The member's plan for these rows.
    fn over(&self, member: &Input, level: &[RecordBatch]) -> EngineResult<Input> {
        let filled = Arc::clone(member).transform_up(|node| {
            let leaf = node.downcast_ref::<Node<Level>>().map(|leaf| &leaf.step);
            let Some(leaf) = leaf.filter(|leaf| leaf.id == self.id) else {
                return Ok(Transformed::no(node));
            };
            let rows = level.iter().map(|batch| under(batch, &leaf.schema));
            let filled = Level {
                rows: rows.collect::<EngineResult<_>>()?,
                ..leaf.clone()
            };
            Ok(Transformed::yes(Node::plan(filled, Vec::new())))
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

impl Step for Level {
    fn name(&self) -> &'static str {
        "UnionLoopRef"
    }

    fn describe(&self) -> String {
        format!("UnionLoopRef {}", self.id.0)
    }

    fn properties(&self, _: &[Input]) -> Arc<PlanProperties> {
        properties(&self.schema, 1, EmissionType::Incremental)
    }

    fn anew(&self) -> Self {
        self.clone()
    }

    fn run(
        &self,
        _: &[Input],
        _: usize,
        _: Arc<TaskContext>,
    ) -> EngineResult<SendableRecordBatchStream> {
        let rows = futures::stream::iter(self.rows.clone().into_iter().map(Ok));
        Ok(Box::pin(RecordBatchStreamAdapter::new(
            Arc::clone(&self.schema),
            rows,
        )))
    }
}

impl Step for Recursion {
    fn name(&self) -> &'static str {
        "UnionLoop"
    }

    fn describe(&self) -> String {
        match self.fetch {
            Some(fetch) => format!("UnionLoop {}, fetch={fetch}", self.id.0),
            None => format!("UnionLoop {}", self.id.0),
        }
    }

    fn properties(&self, _: &[Input]) -> Arc<PlanProperties> {
        properties(&self.schema, 1, EmissionType::Incremental)
    }

    fn gathers(&self) -> bool {
        true
    }

    fn fetch(&self) -> Option<usize> {
        self.fetch
    }

    fn with_fetch(&self, fetch: Option<usize>) -> Option<Self> {
        Some(Self {
            fetch,
            ..self.clone()
        })
    }

    fn anew(&self) -> Self {
        self.clone()
    }

    fn run(
        &self,
        inputs: &[Input],
        _: usize,
        context: Arc<TaskContext>,
    ) -> EngineResult<SendableRecordBatchStream> {
        let [anchor, member] = inputs else {
            let error = SparkError::internal("a recursion has two inputs");
            return Err(to_datafusion(error));
        };
        let wanted = self.fetch;
        let (anchor, member) = (Arc::clone(anchor), Arc::clone(member));
        let rows = self.clone().levels(anchor, member, context);
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
