//! The frame of a physical operator of ours: one partition, schema of its own, and a
//! function that makes the stream. The operators say only what is theirs.

use std::fmt;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use datafusion::common::Result as EngineResult;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{Distribution, EquivalenceProperties, Partitioning, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{
    Boundedness, ChildrenPropertiesMode, EmissionType, ReplaceChildrenOptions,
};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties};
use futures::{Stream, StreamExt};

use crate::engine::{from_datafusion, to_datafusion};
use crate::error::{Result, SparkError};

/// What an operator does with its inputs in one run.
pub trait Operation: Send + Sync + 'static {
    /// One line for `explain`.
    fn describe(&self) -> String;

    fn run(self: Arc<Self>, inputs: Vec<SendableRecordBatchStream>) -> BatchStream;
}

pub type BatchStream = std::pin::Pin<Box<dyn Stream<Item = Result<RecordBatch>> + Send>>;

/// An [`Operation`] in a physical plan.
pub struct OperatorExec {
    name: &'static str,
    inputs: Vec<Arc<dyn ExecutionPlan>>,
    operation: Arc<dyn Operation>,
    schema: SchemaRef,
    properties: Arc<PlanProperties>,
}

impl OperatorExec {
    pub fn new(
        name: &'static str,
        inputs: Vec<Arc<dyn ExecutionPlan>>,
        schema: SchemaRef,
        operation: Arc<dyn Operation>,
    ) -> Self {
        let properties = PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(&schema)),
            Partitioning::UnknownPartitioning(1),
            EmissionType::Final,
            Boundedness::Bounded,
        );
        Self {
            name,
            inputs,
            operation,
            schema,
            properties: Arc::new(properties),
        }
    }
}

impl fmt::Debug for OperatorExec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl DisplayAs for OperatorExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.operation.describe())
    }
}

impl ExecutionPlan for OperatorExec {
    fn name(&self) -> &str {
        self.name
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn required_input_distribution(&self) -> Vec<Distribution> {
        vec![Distribution::SinglePartition; self.inputs.len()]
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        self.inputs.iter().collect()
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> EngineResult<Arc<dyn ExecutionPlan>> {
        if children.len() != self.inputs.len() {
            return Err(to_datafusion(SparkError::internal(
                "an operator keeps the number of its inputs",
            )));
        }
        Ok(Arc::new(Self {
            name: self.name,
            inputs: children,
            operation: Arc::clone(&self.operation),
            schema: Arc::clone(&self.schema),
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

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> EngineResult<SendableRecordBatchStream> {
        if partition > 0 {
            return Err(to_datafusion(SparkError::internal(
                "an operator with state runs in one partition",
            )));
        }
        let inputs = self
            .inputs
            .iter()
            .map(|input| input.execute(0, Arc::clone(&context)))
            .collect::<EngineResult<Vec<_>>>()?;
        let stream = Arc::clone(&self.operation).run(inputs);
        let stream = stream.map(|batch| batch.map_err(to_datafusion));
        Ok(Box::pin(RecordBatchStreamAdapter::new(
            Arc::clone(&self.schema),
            stream,
        )))
    }
}

/// Brings the partitions of a plan together. The engine would take a node of its own
/// away again where it sees no need for it.
struct Gather;

impl Operation for Gather {
    fn describe(&self) -> String {
        "Gather".into()
    }

    fn run(self: Arc<Self>, inputs: Vec<SendableRecordBatchStream>) -> BatchStream {
        let all = futures::stream::iter(inputs).flatten();
        Box::pin(all.map(|batch| batch.map_err(from_datafusion)))
    }
}

/// A plan of one partition over one of several.
pub fn gathered(input: Arc<dyn ExecutionPlan>) -> Arc<dyn ExecutionPlan> {
    let schema = input.schema();
    Arc::new(OperatorExec::new(
        "GatherExec",
        vec![input],
        schema,
        Arc::new(Gather),
    ))
}

/// The stream of an operation that reads all of its input before it answers.
pub fn answer<F>(work: F) -> BatchStream
where
    F: Future<Output = Result<Vec<RecordBatch>>> + Send + 'static,
{
    let stream = futures::stream::once(work).flat_map(|answer| {
        let batches = match answer {
            Ok(batches) => batches.into_iter().map(Ok).collect(),
            Err(error) => vec![Err(error)],
        };
        futures::stream::iter(batches)
    });
    Box::pin(stream)
}
