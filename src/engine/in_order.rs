//! Partitions one after the other. The engine's own way of making one partition of
//! several gives out whatever is there first, so that a program would print its rows in
//! another order in each run; Spark keeps the order of partitions, and so does this.

use std::fmt;
use std::sync::Arc;

use datafusion::common::Result as EngineResult;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion::physical_plan::execution_plan::{
    CardinalityEffect, ChildrenPropertiesMode, ReplaceChildrenOptions,
};
use datafusion::physical_plan::stream::{RecordBatchReceiverStream, RecordBatchStreamAdapter};
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties};
use futures::StreamExt;

use super::to_datafusion;
use crate::error::SparkError;

/// So many batches wait at most for those of the partitions before them.
const BATCHES_AHEAD: usize = 64;

/// The plan with partitions made one in their order.
pub fn in_order(plan: Arc<dyn ExecutionPlan>) -> EngineResult<Arc<dyn ExecutionPlan>> {
    let ordered = plan.transform_up(|node| {
        let Some(any_order) = node.downcast_ref::<CoalescePartitionsExec>() else {
            return Ok(Transformed::no(node));
        };
        Ok(Transformed::yes(Arc::new(InOrderExec {
            input: Arc::clone(any_order.input()),
            fetch: any_order.fetch(),
            properties: Arc::clone(any_order.properties()),
        }) as _))
    })?;
    Ok(ordered.data)
}

/// The physical node; it runs all partitions at once.
struct InOrderExec {
    input: Arc<dyn ExecutionPlan>,
    fetch: Option<usize>,
    properties: Arc<PlanProperties>,
}

impl fmt::Debug for InOrderExec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InOrderExec")
    }
}

impl DisplayAs for InOrderExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.fetch {
            Some(fetch) => write!(f, "InOrderExec: fetch={fetch}"),
            None => f.write_str("InOrderExec"),
        }
    }
}

impl ExecutionPlan for InOrderExec {
    fn name(&self) -> &str {
        "InOrderExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn cardinality_effect(&self) -> CardinalityEffect {
        match self.fetch {
            None => CardinalityEffect::Equal,
            Some(_) => CardinalityEffect::LowerEqual,
        }
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> EngineResult<Arc<dyn ExecutionPlan>> {
        let [input] = <[_; 1]>::try_from(children).map_err(|_| {
            to_datafusion(SparkError::internal("partitions in order have one input"))
        })?;
        Ok(Arc::new(Self {
            input,
            fetch: self.fetch,
            properties: Arc::clone(&self.properties),
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

    fn execute(
        &self,
        _: usize,
        context: Arc<TaskContext>,
    ) -> EngineResult<SendableRecordBatchStream> {
        let schema = self.input.schema();
        let partitions = self.partitions_of_input();
        let rows = match partitions {
            1 => self.input.execute(0, context)?,
            _ => {
                // All run as soon as the first row is asked for, and not before: a join above
                // may know by then which rows nobody wants.
                let input = Arc::clone(&self.input);
                let begun = futures::stream::once(async move {
                    let each = (0..partitions).map(|partition| ahead(&input, partition, &context));
                    futures::stream::iter(each.collect::<Vec<_>>()).flatten()
                });
                let rows = begun.flatten();
                Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&schema), rows))
            }
        };
        let Some(fetch) = self.fetch else {
            return Ok(rows);
        };
        Ok(Box::pin(RecordBatchStreamAdapter::new(
            schema,
            first(rows, fetch),
        )))
    }
}

impl InOrderExec {
    fn partitions_of_input(&self) -> usize {
        self.input.properties().partitioning.partition_count()
    }
}

/// The rows of a partition, which runs as a task of its own.
fn ahead(
    input: &Arc<dyn ExecutionPlan>,
    partition: usize,
    context: &Arc<TaskContext>,
) -> SendableRecordBatchStream {
    let mut ahead = RecordBatchReceiverStream::builder(input.schema(), BATCHES_AHEAD);
    let (input, context) = (Arc::clone(input), Arc::clone(context));
    let rows_for = ahead.tx();
    ahead.spawn(async move {
        let mut rows = input.execute(partition, context)?;
        while let Some(batch) = rows.next().await {
            let is_last = batch.is_err();
            // Nobody wants more of them.
            if rows_for.send(batch).await.is_err() || is_last {
                break;
            }
        }
        Ok(())
    });
    ahead.build()
}

/// So many rows, and none is asked for beyond them.
fn first(
    rows: SendableRecordBatchStream,
    count: usize,
) -> impl futures::Stream<Item = EngineResult<arrow::record_batch::RecordBatch>> + Send {
    futures::stream::unfold((rows, count), |(mut rows, left)| async move {
        if left == 0 {
            return None;
        }
        match rows.next().await? {
            Ok(batch) => {
                let batch = batch.slice(0, batch.num_rows().min(left));
                let left = left - batch.num_rows();
                Some((Ok(batch), (rows, left)))
            }
            Err(error) => Some((Err(error), (rows, 0))),
        }
    })
}
