//! From marks to physical operators. The engine plans everything else.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::Result as EngineResult;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{LogicalPlan, UserDefinedLogicalNode};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::aggregates::AggregateExec;
use datafusion::physical_planner::{ExtensionPlanner, PhysicalPlanner};
use parking_lot::Mutex;

use super::join::{Exprs, join_operator};
use super::mark::{MarkNode, Spec};
use super::names::ColumnNames;
use crate::analysis::{EventTime, GroupsNode, OutputMode};
use crate::engine::to_datafusion;
use crate::error::{Result, SparkError};
use crate::execution::conf::HDFS_PROVIDER;
use crate::plan::groups::GroupFunction;
use crate::streaming::operators::{
    DeduplicateOperator, EventColumn, GroupsSetup, LateTap, LimitOperator, Operation,
    ProcessorOperator, SessionOptions, StatefulOperator, WatermarkOperator, WithStateOperator,
    operator as operator_plan, stateful_aggregate, stateful_sessions,
};
use crate::time::Clock;

/// Collects the operators that it makes.
pub struct StreamPlanner {
    mode: OutputMode,
    /// Sessions of one batch are merged before the late ones are dropped.
    merge_sessions_first: bool,
    clock: Arc<dyn Clock>,
    /// Where rows that come too late are kept: the names that their columns shall have.
    late_names: Option<Arc<ColumnNames>>,
    store: StoreChoice,
    made: Mutex<Made>,
}

/// Which of Spark's state stores a program has asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreChoice {
    HdfsBacked,
    RocksDb,
}

/// What came out of planning.
#[derive(Default)]
pub struct Made {
    /// By number; planning may go in any order.
    pub operators: BTreeMap<usize, Arc<dyn StatefulOperator>>,
    pub watermarks: Vec<Arc<WatermarkOperator>>,
    pub late_taps: Vec<Arc<LateTap>>,
}

impl StreamPlanner {
    pub fn new(
        mode: OutputMode,
        merge_sessions_first: bool,
        clock: Arc<dyn Clock>,
        late_names: Option<Arc<ColumnNames>>,
        store: StoreChoice,
    ) -> Self {
        Self {
            store,
            mode,
            merge_sessions_first,
            clock,
            late_names,
            made: Mutex::default(),
        }
    }

    pub fn take(&self) -> Made {
        std::mem::take(&mut *self.made.lock())
    }

    fn physical(
        &self,
        mark: &MarkNode,
        inputs: &[Arc<dyn ExecutionPlan>],
        exprs: &Exprs<'_>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        if let Spec::Groups { node, event } = &mark.spec {
            return self.groups(mark, node, *event, inputs);
        }
        let Some(input) = inputs.first() else {
            return Err(SparkError::internal("an operator has an input"));
        };
        let clock = Arc::clone(&self.clock);
        match &mark.spec {
            Spec::Watermark {
                id,
                delay_millis,
                column,
            } => {
                let operator = Arc::new(WatermarkOperator::new(*id, *delay_millis, *column));
                self.made.lock().watermarks.push(Arc::clone(&operator));
                Ok(exec("EventTimeWatermarkExec", inputs, operator))
            }
            Spec::Aggregate { event } => {
                let input = &self.tap_aggregation(mark, input, *event)?;
                let aggregate = planned(input)?;
                let (operator, plan) = stateful_aggregate(aggregate, *event, self.mode, clock)?;
                self.keep(mark, operator);
                Ok(plan)
            }
            Spec::Sessions { event } => {
                let options = SessionOptions {
                    mode: self.mode,
                    event: *event,
                    merge_first: self.merge_sessions_first,
                };
                let input = &self.tap_aggregation(mark, input, *event)?;
                let (operator, plan) = stateful_sessions(planned(input)?, options, clock)?;
                self.keep(mark, operator);
                Ok(plan)
            }
            Spec::Deduplicate {
                keys,
                event,
                within,
            } => {
                let schema = input.schema();
                let operator =
                    DeduplicateOperator::new(&schema, keys.clone(), *event, *within, clock)?;
                let operator = Arc::new(operator);
                self.keep(mark, Arc::clone(&operator) as _);
                let inputs = [self.tap(mark, input, *event)];
                Ok(exec("StreamingDeduplicateExec", &inputs, operator))
            }
            Spec::Limit { rows } => {
                let operator = Arc::new(LimitOperator::new(*rows, clock));
                self.keep(mark, Arc::clone(&operator) as _);
                Ok(exec("StreamingGlobalLimitExec", inputs, operator))
            }
            Spec::Join(spec) => {
                let operator = Arc::new(join_operator(mark, spec, inputs, exprs, clock)?);
                self.keep(mark, Arc::clone(&operator) as _);
                let schema = Arc::clone(mark.schema.inner());
                let sides = inputs.iter().zip(spec.events());
                let sides = sides.map(|(input, event)| self.tap(mark, input, event));
                let name = "StreamingSymmetricHashJoinExec";
                Ok(operator_plan(name, sides.collect(), schema, operator))
            }
            Spec::Groups { .. } => Err(SparkError::internal("planned before")),
        }
    }

    /// The input of an operator, with its late rows kept where that was asked for.
    fn tap(
        &self,
        mark: &MarkNode,
        input: &Arc<dyn ExecutionPlan>,
        event: Option<EventColumn>,
    ) -> Arc<dyn ExecutionPlan> {
        let (Some(event), Some(names)) = (event, &self.late_names) else {
            return Arc::clone(input);
        };
        let name = |column: &str| names.name(column);
        let (tap, plan) = LateTap::before(mark.number, input, event, &name);
        self.made.lock().late_taps.push(tap);
        plan
    }

    /// The same for the input of an aggregation; in complete mode nothing is late.
    fn tap_aggregation(
        &self,
        mark: &MarkNode,
        plan: &Arc<dyn ExecutionPlan>,
        event: Option<EventColumn>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let event = event.filter(|_| self.mode != OutputMode::Complete);
        let (Some(event), Some(names)) = (event, &self.late_names) else {
            return Ok(Arc::clone(plan));
        };
        let name = |column: &str| names.name(column);
        let (tap, plan) = LateTap::in_aggregation(mark.number, plan, event, &name)?;
        self.made.lock().late_taps.push(tap);
        Ok(plan)
    }

    fn groups(
        &self,
        mark: &MarkNode,
        node: &GroupsNode,
        event: Option<EventColumn>,
        inputs: &[Arc<dyn ExecutionPlan>],
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let Some(grouped) = node.grouped.first().cloned() else {
            return Err(SparkError::internal("groups have keys"));
        };
        let output: SchemaRef = Arc::clone(mark.schema.inner());
        let event_out = node.event_time.as_ref().and_then(|name| {
            let index = output.index_of(name).ok()?;
            let kind = match output.field(index).data_type().is_nested() {
                true => EventTime::Window,
                false => EventTime::Time,
            };
            Some(EventColumn { index, kind })
        });
        let setup = GroupsSetup {
            grouped,
            event,
            marked: node.marked,
            output: Arc::clone(&output),
            event_out,
        };
        let clock = Arc::clone(&self.clock);
        let schemas: Vec<_> = inputs.iter().map(|input| input.schema()).collect();
        let timeout = node.spec.timeout;
        let (name, operation): (_, Arc<dyn Operation>) = match &node.spec.function {
            GroupFunction::State { function, state } => {
                let Some(input) = schemas.first() else {
                    return Err(SparkError::internal("an operator has an input"));
                };
                let function = Arc::clone(function);
                let operator =
                    WithStateOperator::new(setup, input, function, state, timeout, clock)?;
                let operator = Arc::new(operator);
                self.keep(mark, Arc::clone(&operator) as _);
                ("FlatMapGroupsInPandasWithStateExec", operator)
            }
            GroupFunction::Processor {
                processor,
                in_pandas,
                ..
            } => {
                // Ours would do; but the same program must run on Spark.
                if self.store != StoreChoice::RocksDb {
                    return Err(SparkError::new(
                        "UNSUPPORTED_FEATURE.STORE_BACKEND_NOT_SUPPORTED_FOR_TWS",
                        &[("stateStoreProvider", HDFS_PROVIDER)],
                    ));
                }
                let name = match in_pandas {
                    true => "transformWithStateInPandasExec",
                    false => "transformWithStateInPySparkExec",
                };
                let (initial, processor) = (node.grouped.get(1), Arc::clone(processor));
                let operator = ProcessorOperator::new(
                    name, setup, &schemas, initial, processor, timeout, clock,
                )?;
                let operator = Arc::new(operator);
                self.keep(mark, Arc::clone(&operator) as _);
                ("TransformWithStateInPySparkExec", operator)
            }
        };
        let mut inputs = inputs.to_vec();
        if let Some(rows) = inputs.first_mut() {
            *rows = self.tap(mark, rows, event);
        }
        Ok(operator_plan(name, inputs, output, operation))
    }

    fn keep(&self, mark: &MarkNode, operator: Arc<dyn StatefulOperator>) {
        self.made.lock().operators.insert(mark.number, operator);
    }
}

fn planned(input: &Arc<dyn ExecutionPlan>) -> Result<&AggregateExec> {
    input
        .downcast_ref()
        .ok_or_else(|| SparkError::internal("an aggregation was not planned as one"))
}

/// An operator whose rows have its input's schema.
fn exec(
    name: &'static str,
    inputs: &[Arc<dyn ExecutionPlan>],
    operation: Arc<dyn Operation>,
) -> Arc<dyn ExecutionPlan> {
    let schema = inputs[0].schema();
    operator_plan(name, inputs.to_vec(), schema, operation)
}

#[async_trait]
impl ExtensionPlanner for StreamPlanner {
    async fn plan_extension(
        &self,
        planner: &dyn PhysicalPlanner,
        node: &dyn UserDefinedLogicalNode,
        _: &[&LogicalPlan],
        physical_inputs: &[Arc<dyn ExecutionPlan>],
        session: &dyn Session,
        context: &PhysicalPlanningContext,
    ) -> EngineResult<Option<Arc<dyn ExecutionPlan>>> {
        let Some(mark) = node.as_any().downcast_ref::<MarkNode>() else {
            return Ok(None);
        };
        let exprs = Exprs {
            planner,
            session,
            context,
        };
        self.physical(mark, physical_inputs, &exprs)
            .map(Some)
            .map_err(to_datafusion)
    }
}
