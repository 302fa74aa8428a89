//! `observe` in a running plan: the aggregates see the rows on their way, and once the
//! plan has run its metrics are taken. No row is read for them a second time.

use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::{Field, Schema, SchemaRef};
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::{DFSchema, Result as EngineResult};
use datafusion::error::DataFusionError;
use datafusion::execution::context::QueryPlanner;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Accumulator, Expr, LogicalPlan};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::aggregate::{AggregateFunctionExpr, LoweredAggregateBuilder};
use datafusion::physical_plan::PlanProperties;
use datafusion::physical_plan::execution_plan::CardinalityEffect;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_planner::{DefaultPhysicalPlanner, PhysicalPlanner};
use futures::StreamExt;
use parking_lot::Mutex;

use super::session::with_type;
use super::{foreign_exec, foreign_read, recursion, repartition};
use crate::analysis::{ObserveNode, Watched};
use crate::engine::guarded::guarded;
use crate::engine::kept_order::{self, kept_order};
use crate::engine::node::{Input, Node, Step};
use crate::engine::planner::{AnyPlanner, Planning, planner_of};
use crate::engine::{from_datafusion, shared, to_datafusion};
use crate::error::{Result, SparkError};
use crate::plan::Metrics;
use crate::types::StructType;

/// One observation of a physical plan.
pub struct Observing {
    pub watched: Watched,
    schema: StructType,
    calls: Vec<Arc<AggregateFunctionExpr>>,
    /// Over the results of the calls.
    results: Vec<Arc<dyn PhysicalExpr>>,
    of_calls: SchemaRef,
    /// What the rows that have passed amount to, of all partitions.
    seen: Mutex<Vec<Box<dyn Accumulator>>>,
}

impl Observing {
    /// Forgets the rows that have passed.
    pub fn begin(&self) -> Result<()> {
        let new = self.calls.iter().map(|call| call.create_accumulator());
        *self.seen.lock() = new.collect::<EngineResult<_>>().map_err(from_datafusion)?;
        Ok(())
    }

    fn see(&self, batch: &RecordBatch) -> EngineResult<()> {
        for (call, seen) in self.calls.iter().zip(self.seen.lock().iter_mut()) {
            let values: Vec<ArrayRef> = call
                .expressions()
                .iter()
                .map(|value| value.evaluate(batch)?.into_array(batch.num_rows()))
                .collect::<EngineResult<_>>()?;
            seen.update_batch(&values)?;
        }
        Ok(())
    }

    /// The metrics of the rows that have passed.
    pub fn metrics(&self) -> Result<Metrics> {
        let row = self.row().map_err(from_datafusion)?;
        let arrow = Arc::new(self.schema.to_arrow());
        let columns = row
            .iter()
            .zip(arrow.fields())
            .map(|(column, field)| with_type(column, field.data_type()))
            .collect::<Result<Vec<_>>>()?;
        let row = RecordBatch::try_new(arrow, columns).map_err(SparkError::internal)?;
        Ok(Metrics {
            schema: self.schema.clone(),
            row,
        })
    }

    fn row(&self) -> EngineResult<Vec<ArrayRef>> {
        let columns = self
            .seen
            .lock()
            .iter_mut()
            .map(|seen| seen.evaluate()?.to_array())
            .collect::<EngineResult<Vec<_>>>()?;
        let one = RecordBatchOptions::new().with_row_count(Some(1));
        let row = RecordBatch::try_new_with_options(Arc::clone(&self.of_calls), columns, &one)?;
        let results = self.results.iter();
        results
            .map(|result| result.evaluate(&row)?.into_array(1))
            .collect()
    }
}

/// The observations in a physical plan.
pub fn observations(plan: &Input) -> Vec<Arc<Observing>> {
    let node: &dyn std::any::Any = plan.as_ref();
    let own = node.downcast_ref::<Node<Observe>>();
    let own = own.map(|node| Arc::clone(&node.step.observing));
    let below = plan.children().into_iter().flat_map(observations);
    own.into_iter().chain(below).collect()
}

/// An action is over: its metrics go to who observes. Of an action that failed they are
/// those of no rows, as in Spark.
pub fn deliver(observations: &[Arc<Observing>], failed: bool) -> Result<()> {
    for observing in observations {
        let Some(cell) = &observing.watched.cell else {
            continue;
        };
        if failed {
            observing.begin()?;
        }
        cell.set(observing.metrics()?);
    }
    Ok(())
}

/// Plans a batch once sources know the conditions on their rows.
#[derive(Debug)]
pub struct BatchPlanner;

#[async_trait]
impl QueryPlanner for BatchPlanner {
    async fn create_physical_plan(
        &self,
        plan: &LogicalPlan,
        state: &dyn Session,
    ) -> EngineResult<Input> {
        let mut planners = vec![planner(), shared::planner(), kept_order::planner()];
        planners.push(repartition::planner());
        planners.extend(foreign_exec::planners());
        planners.extend(recursion::planners());
        let planner = DefaultPhysicalPlanner::with_extension_planners(planners);
        let plan = guarded(kept_order(foreign_read::tell(plan.clone())?)?)?;
        planner.create_physical_plan(&plan, state).await
    }
}

/// Plans `observe`, in batch and in streams.
pub fn planner() -> AnyPlanner {
    planner_of(|node: &ObserveNode, inputs, planning| {
        let calls = lowered(node, &inputs[0], planning)?;
        let fields = node.calls.iter().zip(&calls).map(|(expr, call)| {
            let name = expr.schema_name().to_string();
            Field::new(name, call.field().data_type().clone(), true)
        });
        let of_calls = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let named = DFSchema::try_from(Schema::clone(&of_calls))?;
        let results = node.results.iter();
        let physical = |expr: &Expr| planning.session.create_physical_expr(expr.clone(), &named);
        let observing = Observing {
            watched: node.watched.clone(),
            schema: node.schema.clone(),
            calls,
            results: results.map(physical).collect::<EngineResult<_>>()?,
            of_calls,
            seen: Mutex::default(),
        };
        observing.begin().map_err(to_datafusion)?;
        let observe = Observe {
            observing: Arc::new(observing),
            fetch: None,
        };
        Ok(Node::plan(observe, inputs.to_vec()))
    })
}

fn lowered(
    node: &ObserveNode,
    input: &Input,
    planning: &Planning<'_>,
) -> EngineResult<Vec<Arc<AggregateFunctionExpr>>> {
    let (schema, props) = (input.schema(), planning.session.execution_props());
    let lower = |call: &Expr| {
        let (logical, context) = (node.input.schema(), planning.context);
        let builder = LoweredAggregateBuilder::new(call, logical, &schema, props, context);
        Ok(builder.build()?.aggregate)
    };
    node.calls.iter().map(lower).collect()
}

/// The physical node. A limit above it is its own, too: rows beyond that do not pass.
#[derive(Clone)]
struct Observe {
    observing: Arc<Observing>,
    fetch: Option<usize>,
}

impl Step for Observe {
    fn name(&self) -> &'static str {
        "ObserveExec"
    }

    fn describe(&self) -> String {
        let calls: Vec<_> = self.observing.calls.iter().map(|c| c.name()).collect();
        let name = &self.observing.watched.name;
        format!("CollectMetrics {name}, [{}]", calls.join(", "))
    }

    fn properties(&self, inputs: &[Input]) -> Arc<PlanProperties> {
        Arc::clone(inputs[0].properties())
    }

    fn keeps_order(&self) -> bool {
        true
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
        partition: usize,
        context: Arc<TaskContext>,
    ) -> EngineResult<SendableRecordBatchStream> {
        let [input] = inputs else {
            let error = SparkError::internal("an observation has one input");
            return Err(to_datafusion(error));
        };
        let schema = input.schema();
        let rows = input.execute(partition, context)?;
        let observing = Arc::clone(&self.observing);
        let mut left = self.fetch.unwrap_or(usize::MAX);
        let passed = rows.map(move |batch| {
            let batch = batch?;
            let batch = batch.slice(0, batch.num_rows().min(left));
            left -= batch.num_rows();
            observing.see(&batch)?;
            Ok::<_, DataFusionError>((batch, left == 0))
        });
        // Not asked for a row beyond the last one.
        let rows =
            futures::stream::unfold((passed.boxed(), false), |(mut rows, done)| async move {
                if done {
                    return None;
                }
                match rows.next().await? {
                    Ok((batch, last)) => Some((Ok(batch), (rows, last))),
                    Err(error) => Some((Err(error), (rows, true))),
                }
            });
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, rows)))
    }
}
