//! The physical nodes in which functions of the user's run. What the functions are and
//! in which language, the functions know; here rows come and go as record batches.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::catalog::Session;
use datafusion::common::{DFSchemaRef, Result as EngineResult};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::PlanProperties;
use datafusion::physical_plan::execution_plan::EmissionType;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::StreamExt;

use super::foreign_groups::{GroupedTable, Groupwise};
use super::foreign_work::{Mapped, Parts, Work};
use super::session::with_type;
use crate::analysis::{BatchMapNode, ForeignEvalNode, GroupMapNode};
use crate::engine::at_work::AtWork;
use crate::engine::node::{Input, Node, Step, properties};
use crate::engine::planner::{AnyPlanner, planner_of};
use crate::engine::{from_datafusion, to_datafusion};
use crate::error::{Result, SparkError};

/// Plans these nodes, in batch and in streams.
pub fn planners() -> [AnyPlanner; 3] {
    [
        planner_of(|node: &ForeignEvalNode, inputs, planning| {
            let work = evaluation(node, planning.session)?;
            called("ArrowEvalPythonExec", &node.schema, work, inputs)
        }),
        planner_of(|node: &BatchMapNode, inputs, _| {
            let mapped = mapped(node, &inputs[0].schema())?;
            called(node.spec.title, &node.schema, Work::Batches(mapped), inputs)
        }),
        planner_of(|node: &GroupMapNode, inputs, _| {
            let groups = Work::Groups(groupwise(node, inputs)?);
            called(node.spec.title, &node.schema, groups, inputs)
        }),
    ]
}

fn called(
    name: &'static str,
    schema: &DFSchemaRef,
    work: Work,
    inputs: &[Input],
) -> EngineResult<Input> {
    let step = Called {
        name,
        schema: Arc::clone(schema.inner()),
        work: Arc::new(work),
    };
    Ok(Node::plan(step, inputs.to_vec()))
}

fn mapped(node: &BatchMapNode, input: &SchemaRef) -> EngineResult<Mapped> {
    let seen = positions(input, &node.columns)?;
    Ok(Mapped {
        function: Arc::clone(&node.spec.function),
        rows: node.spec.rows,
        seen: Some((seen, Arc::new(node.row_type.to_arrow()))),
        args: Vec::new(),
        parts: parts(node, input)?,
    })
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

fn groupwise(node: &GroupMapNode, inputs: &[Input]) -> EngineResult<Groupwise> {
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

/// One partition in, one out, unless it looks at each row by itself.
#[derive(Clone)]
struct Called {
    name: &'static str,
    schema: SchemaRef,
    work: Arc<Work>,
}

impl Called {
    fn is_by_row(&self) -> bool {
        matches!(self.work.as_ref(), Work::Columns { rows: None, .. })
    }
}

impl Step for Called {
    fn name(&self) -> &'static str {
        self.name
    }

    fn properties(&self, inputs: &[Input]) -> Arc<PlanProperties> {
        let partitions = match inputs.first() {
            Some(input) if self.is_by_row() => input.properties().partitioning.partition_count(),
            _ => 1,
        };
        let emission = match self.work.as_ref() {
            Work::Groups(_) => EmissionType::Final,
            _ => EmissionType::Incremental,
        };
        properties(&self.schema, partitions, emission)
    }

    fn gathers(&self) -> bool {
        !self.is_by_row()
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
        let inputs = inputs.iter().map(|input| {
            let rows = input.execute(partition, Arc::clone(&context))?;
            Ok(rows.map(|batch| batch.map_err(from_datafusion)).boxed())
        });
        let inputs = inputs.collect::<EngineResult<Vec<_>>>()?;
        let schema = Arc::clone(&self.schema);
        let rows = Arc::clone(&self.work).run(inputs, AtWork::of(&context));
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
