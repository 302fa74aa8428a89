//! The frame of a physical operator of ours: one partition, schema of its own, and a
//! function that makes the stream. The operators say only what is theirs.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use datafusion::common::Result as EngineResult;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::PlanProperties;
use datafusion::physical_plan::execution_plan::EmissionType;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::{Stream, StreamExt};

use crate::engine::node::{Input, Node, Step, properties};
use crate::engine::{from_datafusion, to_datafusion};
use crate::error::{Result, SparkError};

/// What an operator does with its inputs in one run.
pub trait Operation: Send + Sync + 'static {
    /// One line for `explain`.
    fn describe(&self) -> String;

    fn run(self: Arc<Self>, inputs: Vec<SendableRecordBatchStream>) -> BatchStream;
}

pub type BatchStream = std::pin::Pin<Box<dyn Stream<Item = Result<RecordBatch>> + Send>>;

/// An [`Operation`] in a physical plan, where it is named.
#[derive(Clone)]
struct Operator {
    name: &'static str,
    operation: Arc<dyn Operation>,
    schema: SchemaRef,
}

/// The operation over these inputs, giving out rows of that schema.
pub fn operator(
    name: &'static str,
    inputs: Vec<Input>,
    schema: SchemaRef,
    operation: Arc<dyn Operation>,
) -> Input {
    let operator = Operator {
        name,
        operation,
        schema,
    };
    Node::plan(operator, inputs)
}

impl Step for Operator {
    fn name(&self) -> &'static str {
        self.name
    }

    fn describe(&self) -> String {
        self.operation.describe()
    }

    fn properties(&self, _: &[Input]) -> Arc<PlanProperties> {
        properties(&self.schema, 1, EmissionType::Final)
    }

    fn gathers(&self) -> bool {
        true
    }

    fn anew(&self) -> Self {
        self.clone()
    }

    fn run(
        &self,
        inputs: &[Input],
        partition: usize,
        context: Arc<TaskContext>,
    ) -> EngineResult<SendableRecordBatchStream> {
        if partition > 0 {
            return Err(to_datafusion(SparkError::internal(
                "an operator with state runs in one partition",
            )));
        }
        let inputs = inputs
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
pub fn gathered(input: Input) -> Input {
    let schema = input.schema();
    operator("GatherExec", vec![input], schema, Arc::new(Gather))
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
