//! The physical nodes in which functions of the user's run. What the functions are and
//! in which language, the functions know; here rows come and go as record batches.

use std::fmt;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::Result as EngineResult;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{LogicalPlan, UserDefinedLogicalNode};
use datafusion::physical_expr::{Distribution, EquivalenceProperties, Partitioning, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{
    Boundedness, ChildrenPropertiesMode, EmissionType, ReplaceChildrenOptions,
};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties};
use datafusion::physical_planner::{ExtensionPlanner, PhysicalPlanner};
use futures::StreamExt;

use super::foreign_groups::{GroupedTable, Groupwise};
use super::foreign_work::{Mapped, Parts, Work};
use super::session::with_type;
use crate::analysis::{BatchMapNode, ForeignEvalNode, GroupMapNode};
use crate::engine::{from_datafusion, to_datafusion};
use crate::error::{Result, SparkError};

/// Plans these nodes, in batch and in streams.
pub struct ForeignPlanner;

#[async_trait]
impl ExtensionPlanner for ForeignPlanner {
    async fn plan_extension(
        &self,
        _: &dyn PhysicalPlanner,
        node: &dyn UserDefinedLogicalNode,
        _: &[&LogicalPlan],
        inputs: &[Arc<dyn ExecutionPlan>],
        session: &dyn Session,
        _: &PhysicalPlanningContext,
    ) -> EngineResult<Option<Arc<dyn ExecutionPlan>>> {
        let any = node.as_any();
        let (name, work) = if let Some(node) = any.downcast_ref::<ForeignEvalNode>() {
            ("ArrowEvalPythonExec", evaluation(node, session)?)
        } else if let Some(node) = any.downcast_ref::<BatchMapNode>() {
            let seen = positions(&inputs[0].schema(), &node.columns)?;
            let mapped = Mapped {
                function: Arc::clone(&node.spec.function),
                rows: node.spec.rows,
                seen: Some((seen, Arc::new(node.row_type.to_arrow()))),
                args: Vec::new(),
                parts: parts(node, &inputs[0].schema())?,
            };
            (node.spec.title, Work::Batches(mapped))
        } else if let Some(node) = any.downcast_ref::<GroupMapNode>() {
            (node.spec.title, Work::Groups(groupwise(node, inputs)?))
        } else {
            return Ok(None);
        };
        let schema = Arc::clone(node.schema().inner());
        let exec = ForeignExec::new(name, inputs.to_vec(), schema, Arc::new(work));
        Ok(Some(Arc::new(exec)))
    }
}

fn evaluation(node: &ForeignEvalNode, session: &dyn Session) -> EngineResult<Work> {
    use crate::plan::foreign_function::Evaluator;
    let schema = node.input.schema();
    let args = node.args.iter();
    let args = args.map(|arg| session.create_physical_expr(arg.clone(), schema));
    let args = args.collect::<EngineResult<Vec<_>>>()?;
    let calls: Vec<_> = node.calls.iter().map(|(call, _)| call.clone()).collect();
    let function = calls.first().and_then(|call| call.functions.first());
    let Some(function) = function else {
        let error = SparkError::internal("a node without a call");
        return Err(to_datafusion(error));
    };
    Ok(match function.0.evaluator(&calls).map_err(to_datafusion)? {
        Evaluator::Columns(function, rows) => Work::Columns {
            function,
            rows,
            args,
        },
        Evaluator::Batches(function, rows) => Work::Batches(Mapped {
            function,
            rows,
            seen: None,
            args,
            parts: Parts::ONE,
        }),
    })
}

fn groupwise(node: &GroupMapNode, inputs: &[Arc<dyn ExecutionPlan>]) -> EngineResult<Groupwise> {
    let mut tables = Vec::with_capacity(inputs.len());
    for (grouped, input) in node.grouped.iter().zip(inputs) {
        let schema = input.schema();
        tables.push(GroupedTable {
            keys: positions(&schema, &grouped.keys)?,
            columns: positions(&schema, &grouped.columns)?,
            key_schema: Arc::new(grouped.key_type.to_arrow()),
            row_schema: Arc::new(grouped.row_type.to_arrow()),
        });
    }
    Ok(Groupwise {
        function: Arc::clone(&node.spec.function),
        tables,
    })
}

fn parts(node: &BatchMapNode, schema: &SchemaRef) -> EngineResult<Parts> {
    let told = node.out.is_some();
    let Some((name, count)) = &node.partition else {
        return Ok(Parts { told, ..Parts::ONE });
    };
    Ok(Parts {
        count: *count,
        column: Some(schema.index_of(name)?),
        told,
    })
}

fn positions(schema: &SchemaRef, names: &[String]) -> EngineResult<Vec<usize>> {
    let found = names.iter().map(|name| schema.index_of(name));
    Ok(found.collect::<std::result::Result<Vec<_>, _>>()?)
}

/// A node of ours: one partition in, one out, unless it looks at each row by itself.
pub struct ForeignExec {
    name: &'static str,
    inputs: Vec<Arc<dyn ExecutionPlan>>,
    schema: SchemaRef,
    work: Arc<Work>,
    properties: Arc<PlanProperties>,
}

impl ForeignExec {
    fn new(
        name: &'static str,
        inputs: Vec<Arc<dyn ExecutionPlan>>,
        schema: SchemaRef,
        work: Arc<Work>,
    ) -> Self {
        let partitions = match (work.as_ref(), inputs.first()) {
            (Work::Columns { rows: None, .. }, Some(input)) => {
                input.properties().partitioning.partition_count()
            }
            _ => 1,
        };
        let emission = match work.as_ref() {
            Work::Groups(_) => EmissionType::Final,
            _ => EmissionType::Incremental,
        };
        let properties = PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(&schema)),
            Partitioning::UnknownPartitioning(partitions),
            emission,
            Boundedness::Bounded,
        );
        Self {
            name,
            inputs,
            schema,
            work,
            properties: Arc::new(properties),
        }
    }
}

impl fmt::Debug for ForeignExec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl DisplayAs for ForeignExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl ExecutionPlan for ForeignExec {
    fn name(&self) -> &str {
        self.name
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn required_input_distribution(&self) -> Vec<Distribution> {
        let wanted = match self.work.as_ref() {
            Work::Columns { rows: None, .. } => Distribution::UnspecifiedDistribution,
            _ => Distribution::SinglePartition,
        };
        vec![wanted; self.inputs.len()]
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![false; self.inputs.len()]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false; self.inputs.len()]
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        self.inputs.iter().collect()
    }

    fn replace_children(
        self: Arc<Self>,
        inputs: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> EngineResult<Arc<dyn ExecutionPlan>> {
        let (schema, work) = (Arc::clone(&self.schema), Arc::clone(&self.work));
        Ok(Arc::new(Self::new(self.name, inputs, schema, work)))
    }

    fn with_new_children(
        self: Arc<Self>,
        inputs: Vec<Arc<dyn ExecutionPlan>>,
    ) -> EngineResult<Arc<dyn ExecutionPlan>> {
        self.replace_children(
            inputs,
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
        let inputs = self.inputs.iter();
        let inputs = inputs.map(|input| {
            let rows = input.execute(partition, Arc::clone(&context))?;
            Ok(rows.map(|batch| batch.map_err(from_datafusion)).boxed())
        });
        let inputs = inputs.collect::<EngineResult<Vec<_>>>()?;
        let schema = Arc::clone(&self.schema);
        let rows = Arc::clone(&self.work).run(inputs);
        let rows = rows.map(move |batch| {
            let batch = batch.and_then(|batch| under(&batch, &schema));
            batch.map_err(to_datafusion)
        });
        let schema = Arc::clone(&self.schema);
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, rows)))
    }
}

/// The batch's columns by position, under a schema of as many.
pub(super) fn under(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
    if batch.num_columns() != schema.fields().len() {
        return Err(SparkError::internal("a function gave other columns"));
    }
    let columns = batch.columns().iter().zip(schema.fields());
    let columns = columns.map(|(column, field)| with_type(column, field.data_type()));
    let columns = columns.collect::<Result<Vec<_>>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)
        .map_err(SparkError::internal)
}
