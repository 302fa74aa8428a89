//! From marks to physical operators. The engine plans everything else.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::Result as EngineResult;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{LogicalPlan, UserDefinedLogicalNode};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::aggregates::AggregateExec;
use datafusion::physical_planner::{ExtensionPlanner, PhysicalPlanner};
use parking_lot::Mutex;

use super::mark::{MarkNode, Spec};
use super::names::ColumnNames;
use crate::analysis::OutputMode;
use crate::engine::to_datafusion;
use crate::error::{Result, SparkError};
use crate::streaming::operators::{
    DeduplicateOperator, EventColumn, LateTap, LimitOperator, Operation, OperatorExec,
    StatefulOperator, WatermarkOperator, stateful_aggregate,
};
use crate::time::Clock;

/// Collects the operators that it makes.
pub struct StreamPlanner {
    mode: OutputMode,
    clock: Arc<dyn Clock>,
    /// Where rows that come too late are kept: the names that their columns shall have.
    late_names: Option<Arc<ColumnNames>>,
    made: Mutex<Made>,
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
        clock: Arc<dyn Clock>,
        late_names: Option<Arc<ColumnNames>>,
    ) -> Self {
        Self {
            mode,
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
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let [input] = inputs else {
            return Err(SparkError::internal("an operator has one input"));
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
                let Some(aggregate) = input.downcast_ref::<AggregateExec>() else {
                    return Err(SparkError::internal(
                        "an aggregation was not planned as one",
                    ));
                };
                let (operator, plan) = stateful_aggregate(aggregate, *event, self.mode, clock)?;
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

    fn keep(&self, mark: &MarkNode, operator: Arc<dyn StatefulOperator>) {
        self.made.lock().operators.insert(mark.number, operator);
    }
}

/// An operator whose rows have its input's schema.
fn exec(
    name: &'static str,
    inputs: &[Arc<dyn ExecutionPlan>],
    operation: Arc<dyn Operation>,
) -> Arc<dyn ExecutionPlan> {
    let schema = inputs[0].schema();
    Arc::new(OperatorExec::new(name, inputs.to_vec(), schema, operation))
}

#[async_trait]
impl ExtensionPlanner for StreamPlanner {
    async fn plan_extension(
        &self,
        _: &dyn PhysicalPlanner,
        node: &dyn UserDefinedLogicalNode,
        _: &[&LogicalPlan],
        physical_inputs: &[Arc<dyn ExecutionPlan>],
        _: &dyn Session,
        _: &PhysicalPlanningContext,
    ) -> EngineResult<Option<Arc<dyn ExecutionPlan>>> {
        let Some(mark) = node.as_any().downcast_ref::<MarkNode>() else {
            return Ok(None);
        };
        self.physical(mark, physical_inputs)
            .map(Some)
            .map_err(to_datafusion)
    }
}
