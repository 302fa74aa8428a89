//! The physical node that deals rows to partitions: it has all rows before it gives out the
//! first one, as a shuffle has, and gives them out in the order of the partitions.

use std::sync::Arc;

use arrow::record_batch::RecordBatch;
use datafusion::common::Result as EngineResult;
use datafusion::error::DataFusionError;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::UserDefinedLogicalNodeCore;
use datafusion::physical_plan::PlanProperties;
use datafusion::physical_plan::execution_plan::EmissionType;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::{StreamExt, TryStreamExt, stream};
use tokio::sync::OnceCell;

use super::dealer::{Dealer, Dealt};
use crate::analysis::RepartitionNode;
use crate::engine::node::{Input, Node, Step, properties};
use crate::engine::planner::{AnyPlanner, planner_of};
use crate::engine::to_datafusion;
use crate::error::SparkError;

const ROWS_A_BATCH: usize = 8192;

/// Plans `repartition` and `coalesce`.
pub fn planner() -> AnyPlanner {
    planner_of(|node: &RepartitionNode, inputs, _| {
        let schema = inputs[0].schema();
        let place = |name: &String| schema.index_of(name);
        let keys: std::result::Result<Vec<_>, _> = node.keys.iter().map(place).collect();
        let fields = schema.fields().iter().enumerate();
        let shown = fields.filter(|(_, field)| !node.hides(field.name()));
        let dealer = Dealer {
            deal: node.deal.clone(),
            count: node.count(),
            keeps_order: node.keeps_order(),
            keys: keys?,
            partition: node.partition.as_ref().map(place).transpose()?,
            shown: shown.map(|(at, _)| at).collect(),
            told: node.out.is_some(),
            schema: Arc::clone(UserDefinedLogicalNodeCore::schema(node).inner()),
        };
        let repartition = Repartition {
            dealer: Arc::new(dealer),
            dealt: Arc::default(),
        };
        Ok(Node::plan(repartition, inputs.to_vec()))
    })
}

/// The physical node; rows that keep their order pass as they come.
struct Repartition {
    dealer: Arc<Dealer>,
    dealt: Arc<OnceCell<Arc<Dealt>>>,
}

impl Step for Repartition {
    fn name(&self) -> &'static str {
        "RepartitionExec"
    }

    fn describe(&self) -> String {
        format!("RepartitionExec: partitions={}", self.dealer.count)
    }

    fn properties(&self, inputs: &[Input]) -> Arc<PlanProperties> {
        let (partitions, emission) = match self.dealer.keeps_order {
            true => (
                inputs[0].properties().partitioning.partition_count(),
                EmissionType::Incremental,
            ),
            false => (self.dealer.count, EmissionType::Final),
        };
        properties(&self.dealer.schema, partitions, emission)
    }

    fn gathers(&self) -> bool {
        !self.dealer.keeps_order
    }

    fn anew(&self) -> Self {
        Self {
            dealer: Arc::clone(&self.dealer),
            dealt: Arc::default(),
        }
    }

    fn run(
        &self,
        inputs: &[Input],
        partition: usize,
        context: Arc<TaskContext>,
    ) -> EngineResult<SendableRecordBatchStream> {
        let [input] = inputs else {
            let error = SparkError::internal("rows are dealt from one input");
            return Err(to_datafusion(error));
        };
        let schema = Arc::clone(&self.dealer.schema);
        let dealer = Arc::clone(&self.dealer);
        if dealer.keeps_order {
            let rows = input.execute(partition, context)?;
            let rows = rows.map(move |batch| dealer.renumbered(&batch?).map_err(to_datafusion));
            return Ok(Box::pin(RecordBatchStreamAdapter::new(schema, rows)));
        }
        let (input, cell) = (Arc::clone(input), Arc::clone(&self.dealt));
        let rows = async move {
            let of = Arc::clone(&dealer);
            let deal = || async move {
                let rows = input.execute(0, context)?;
                let rows: Vec<RecordBatch> = rows.try_collect().await?;
                let dealt = of.deal(rows).map_err(to_datafusion)?;
                Ok::<_, DataFusionError>(Arc::new(dealt))
            };
            let dealt = Arc::clone(cell.get_or_try_init(deal).await?);
            let rows = dealt.of_partition(partition);
            let starts = rows.clone().step_by(ROWS_A_BATCH);
            let batches = starts.map(move |from| {
                let part = from..(from + ROWS_A_BATCH).min(rows.end);
                dealer.batch(&dealt, part, partition).map_err(to_datafusion)
            });
            Ok::<_, DataFusionError>(stream::iter(batches))
        };
        let rows = stream::once(rows).try_flatten();
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, rows)))
    }
}
