//! The rows of a streaming batch numbered from 0, as one more column, the last: what random
//! values of a batch hang on. In a batch query a window function numbers rows
//! ([`super::row_ids`]); a stream has none, and each of its batches begins anew.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::Int64Array;
use arrow::datatypes::{DataType, Field, SchemaRef};
use arrow::record_batch::RecordBatch;
use datafusion::common::{DFSchema, DFSchemaRef, Result};
use datafusion::error::DataFusionError;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, Extension, LogicalPlan, UserDefinedLogicalNodeCore};
use datafusion::physical_plan::PlanProperties;
use datafusion::physical_plan::execution_plan::{CardinalityEffect, EmissionType};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::StreamExt;

use super::node::{Input, Node, Step, properties};
use super::planner::{AnyPlanner, planner_of};

/// The plan with such a column of this name.
///
/// # Errors
/// Where the input has a column of the name.
pub fn numbered(input: LogicalPlan, name: &str) -> Result<LogicalPlan> {
    let node = Arc::new(Numbered::new(input, name)?);
    Ok(LogicalPlan::Extension(Extension { node }))
}

/// No condition goes below it: it would leave rows out before they are numbered.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Numbered {
    input: LogicalPlan,
    schema: DFSchemaRef,
}

impl Numbered {
    fn new(input: LogicalPlan, name: &str) -> Result<Self> {
        let number = Arc::new(Field::new(name, DataType::Int64, false));
        let mut fields: Vec<_> = input.schema().iter().collect();
        fields.push((None, &number));
        let fields = fields.into_iter().map(|(t, f)| (t.cloned(), Arc::clone(f)));
        let metadata = input.schema().metadata().clone();
        let schema = Arc::new(DFSchema::new_with_metadata(fields.collect(), metadata)?);
        Ok(Self { input, schema })
    }
}

impl Hash for Numbered {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.input.hash(state);
    }
}

impl PartialOrd for Numbered {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.input.partial_cmp(&other.input)
    }
}

impl UserDefinedLogicalNodeCore for Numbered {
    fn name(&self) -> &str {
        "Numbered"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        vec![&self.input]
    }

    fn schema(&self) -> &DFSchemaRef {
        &self.schema
    }

    fn expressions(&self) -> Vec<Expr> {
        Vec::new()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Numbered")
    }

    fn with_exprs_and_inputs(&self, _: Vec<Expr>, inputs: Vec<LogicalPlan>) -> Result<Self> {
        let [input] = <[LogicalPlan; 1]>::try_from(inputs)
            .map_err(|_| DataFusionError::Internal("numbered rows have one input".into()))?;
        let last = self.schema.fields().len() - 1;
        Self::new(input, self.schema.field(last).name())
    }
}

/// Plans these nodes.
pub fn planner() -> AnyPlanner {
    planner_of(|node: &Numbered, inputs, _| {
        let step = Numbering {
            schema: Arc::clone(node.schema.inner()),
        };
        Ok(Node::plan(step, inputs.to_vec()))
    })
}

#[derive(Clone)]
struct Numbering {
    schema: SchemaRef,
}

impl Step for Numbering {
    fn name(&self) -> &'static str {
        "NumberedExec"
    }

    fn properties(&self, _: &[Input]) -> Arc<PlanProperties> {
        properties(&self.schema, 1, EmissionType::Incremental)
    }

    fn gathers(&self) -> bool {
        true
    }

    fn effect(&self) -> CardinalityEffect {
        CardinalityEffect::Equal
    }

    fn anew(&self) -> Self {
        self.clone()
    }

    fn run(
        &self,
        inputs: &[Input],
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let schema = Arc::clone(&self.schema);
        let mut next = 0_i64;
        let rows = inputs[0].execute(partition, context)?.map(move |batch| {
            let batch = batch?;
            let first = next;
            next += batch.num_rows() as i64;
            let mut columns = batch.columns().to_vec();
            columns.push(Arc::new(Int64Array::from_iter_values(first..next)));
            Ok(RecordBatch::try_new(Arc::clone(&schema), columns)?)
        });
        let schema = Arc::clone(&self.schema);
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, rows)))
    }
}
