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
use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::{DFSchema, DFSchemaRef, Result};
use datafusion::error::DataFusionError;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{
    Expr, Extension, LogicalPlan, UserDefinedLogicalNode, UserDefinedLogicalNodeCore,
};
use datafusion::physical_plan::PlanProperties;
use datafusion::physical_plan::execution_plan::{CardinalityEffect, EmissionType};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_planner::{ExtensionPlanner, PhysicalPlanner};
use futures::StreamExt;

use super::node::{Input, Node, Step, properties};

/// The plan with such a column of this name.
///
/// # Errors
/// Where the input has a column of the name.
pub fn numbered(input: LogicalPlan, name: &str) -> Result<LogicalPlan> {
    let number = Arc::new(Field::new(name, DataType::Int64, false));
    let mut fields: Vec<_> = input.schema().iter().collect();
    fields.push((None, &number));
    let fields = fields.into_iter().map(|(t, f)| (t.cloned(), Arc::clone(f)));
    let metadata = input.schema().metadata().clone();
    let schema = DFSchema::new_with_metadata(fields.collect(), metadata)?;
    Ok(LogicalPlan::Extension(Extension {
        node: Arc::new(Numbered {
            schema: Arc::new(schema),
            input,
        }),
    }))
}

/// No condition goes below it: it would leave rows out before they are numbered.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Numbered {
    input: LogicalPlan,
    schema: DFSchemaRef,
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
        match numbered(input, self.schema.field(last).name())? {
            LogicalPlan::Extension(extension) => {
                let node = extension.node.as_any().downcast_ref::<Self>().cloned();
                node.ok_or_else(|| DataFusionError::Internal("a node of another kind".into()))
            }
            _ => Err(DataFusionError::Internal("no node".into())),
        }
    }
}

/// Plans these nodes.
pub struct NumberedPlanner;

#[async_trait]
impl ExtensionPlanner for NumberedPlanner {
    async fn plan_extension(
        &self,
        _: &dyn PhysicalPlanner,
        node: &dyn UserDefinedLogicalNode,
        _: &[&LogicalPlan],
        inputs: &[Input],
        _: &dyn Session,
        _: &PhysicalPlanningContext,
    ) -> Result<Option<Input>> {
        let Some(node) = node.as_any().downcast_ref::<Numbered>() else {
            return Ok(None);
        };
        let step = Numbering {
            schema: Arc::clone(node.schema.inner()),
        };
        Ok(Some(Node::plan(step, inputs.to_vec())))
    }
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
