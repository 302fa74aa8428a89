//! Partitions one after the other. The engine's own way of making one partition of
//! several gives out whatever is there first, so that a program would print its rows in
//! another order in each run; Spark keeps the order of partitions, and so does this.

use std::sync::Arc;

use datafusion::common::Result as EngineResult;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion::physical_plan::execution_plan::CardinalityEffect;
use datafusion::physical_plan::stream::{RecordBatchReceiverStream, RecordBatchStreamAdapter};
use datafusion::physical_plan::{ExecutionPlan, PlanProperties};
use futures::StreamExt;

use super::node::{Input, Node, Step};
use super::to_datafusion;
use crate::error::SparkError;

/// So many batches wait at most for those of the partitions before them.
const BATCHES_AHEAD: usize = 64;

/// The plan with partitions made one in their order.
pub fn in_order(plan: Input) -> EngineResult<Input> {
    let ordered = plan.transform_up(|node| {
        let Some(any_order) = node.downcast_ref::<CoalescePartitionsExec>() else {
            return Ok(Transformed::no(node));
        };
        let step = InOrder {
            fetch: any_order.fetch(),
            properties: Arc::clone(any_order.properties()),
        };
        let input = Arc::clone(any_order.input());
        Ok(Transformed::yes(Node::plan(step, vec![input])))
    })?;
    Ok(ordered.data)
}

/// Runs all partitions at once.
#[derive(Clone)]
struct InOrder {
    fetch: Option<usize>,
    properties: Arc<PlanProperties>,
}

impl Step for InOrder {
    fn name(&self) -> &'static str {
        "InOrderExec"
    }

    fn describe(&self) -> String {
        match self.fetch {
            Some(fetch) => format!("InOrderExec: fetch={fetch}"),
            None => "InOrderExec".into(),
        }
    }

    fn properties(&self, _: &[Input]) -> Arc<PlanProperties> {
        Arc::clone(&self.properties)
    }

    fn effect(&self) -> CardinalityEffect {
        match self.fetch {
            None => CardinalityEffect::Equal,
            Some(_) => CardinalityEffect::LowerEqual,
        }
    }

    fn fetch(&self) -> Option<usize> {
        self.fetch
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
        let [input] = inputs else {
            let error = SparkError::internal("partitions in order have one input");
            return Err(to_datafusion(error));
        };
        let schema = input.schema();
        let partitions = input.properties().partitioning.partition_count();
        let rows = match partitions {
            1 => input.execute(0, context)?,
            _ => {
                // All run as soon as the first row is asked for, and not before: a join above
                // may know by then which rows nobody wants.
                let input = Arc::clone(input);
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

/// The rows of a partition, which runs as a task of its own.
fn ahead(input: &Input, partition: usize, context: &Arc<TaskContext>) -> SendableRecordBatchStream {
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
