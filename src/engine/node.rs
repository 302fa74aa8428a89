//! The frame of a physical node of ours. The engine asks a node for a dozen things of which
//! most are the same for all of them; a [`Step`] says what is its own.
//!
//! Knows nothing of what the steps do.

use std::fmt;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::common::Result as EngineResult;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{Distribution, EquivalenceProperties, Partitioning, PhysicalExpr};
use datafusion::physical_expr_common::sort_expr::OrderingRequirements;
use datafusion::physical_plan::execution_plan::{
    Boundedness, CardinalityEffect, ChildrenPropertiesMode, EmissionType, ReplaceChildrenOptions,
};
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties};

use super::to_datafusion;
use crate::error::SparkError;

pub type Input = Arc<dyn ExecutionPlan>;

/// What is a node's own.
pub trait Step: Send + Sync + Sized + 'static {
    fn name(&self) -> &'static str;

    /// One line for `explain`.
    fn describe(&self) -> String {
        self.name().to_string()
    }

    fn properties(&self, inputs: &[Input]) -> Arc<PlanProperties>;

    /// Whether it wants the rows of each input in one partition.
    fn gathers(&self) -> bool {
        false
    }

    /// The order in which it wants the rows of each input.
    fn order(&self) -> Option<OrderingRequirements> {
        None
    }

    /// Whether the rows come out in the order in which they came in.
    fn keeps_order(&self) -> bool {
        false
    }

    fn effect(&self) -> CardinalityEffect {
        CardinalityEffect::Unknown
    }

    /// How many rows are wanted, where a limit above became its own.
    fn fetch(&self) -> Option<usize> {
        None
    }

    /// The same with such a limit; `None` where it takes none.
    fn with_fetch(&self, _: Option<usize>) -> Option<Self> {
        None
    }

    /// The same for other inputs or another run: it knows nothing of the rows of the last one.
    fn anew(&self) -> Self;

    fn run(
        &self,
        inputs: &[Input],
        partition: usize,
        context: Arc<TaskContext>,
    ) -> EngineResult<SendableRecordBatchStream>;
}

/// A [`Step`] in a physical plan.
pub struct Node<S> {
    pub step: S,
    inputs: Vec<Input>,
    properties: Arc<PlanProperties>,
}

impl<S: Step> Node<S> {
    pub fn new(step: S, inputs: Vec<Input>) -> Self {
        Self {
            properties: step.properties(&inputs),
            step,
            inputs,
        }
    }

    /// The same as an input of another node.
    pub fn plan(step: S, inputs: Vec<Input>) -> Input {
        Arc::new(Self::new(step, inputs))
    }
}

/// Properties of rows in no order, in so many partitions.
pub fn properties(
    schema: &SchemaRef,
    partitions: usize,
    emission: EmissionType,
) -> Arc<PlanProperties> {
    Arc::new(PlanProperties::new(
        EquivalenceProperties::new(Arc::clone(schema)),
        Partitioning::UnknownPartitioning(partitions),
        emission,
        Boundedness::Bounded,
    ))
}

impl<S: Step> fmt::Debug for Node<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.step.name())
    }
}

impl<S: Step> DisplayAs for Node<S> {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.step.describe())
    }
}

impl<S: Step> ExecutionPlan for Node<S> {
    fn name(&self) -> &str {
        self.step.name()
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn required_input_distribution(&self) -> Vec<Distribution> {
        let wanted = match self.step.gathers() {
            true => Distribution::SinglePartition,
            false => Distribution::UnspecifiedDistribution,
        };
        vec![wanted; self.inputs.len()]
    }

    fn required_input_ordering(&self) -> Vec<Option<OrderingRequirements>> {
        vec![self.step.order(); self.inputs.len()]
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![self.step.keeps_order(); self.inputs.len()]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false; self.inputs.len()]
    }

    fn cardinality_effect(&self) -> CardinalityEffect {
        self.step.effect()
    }

    fn children(&self) -> Vec<&Input> {
        self.inputs.iter().collect()
    }

    fn replace_children(
        self: Arc<Self>,
        inputs: Vec<Input>,
        _: ReplaceChildrenOptions,
    ) -> EngineResult<Input> {
        if inputs.len() != self.inputs.len() {
            let error = SparkError::internal("a node keeps the number of its inputs");
            return Err(to_datafusion(error));
        }
        Ok(Self::plan(self.step.anew(), inputs))
    }

    fn with_new_children(self: Arc<Self>, inputs: Vec<Input>) -> EngineResult<Input> {
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

    fn fetch(&self) -> Option<usize> {
        self.step.fetch()
    }

    fn with_fetch(&self, fetch: Option<usize>) -> Option<Input> {
        let step = self.step.with_fetch(fetch)?;
        Some(Self::plan(step, self.inputs.clone()))
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> EngineResult<SendableRecordBatchStream> {
        self.step.run(&self.inputs, partition, context)
    }
}
