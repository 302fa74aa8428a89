//! The frame of what plans a logical node of ours: the engine asks every planner of every
//! node that it does not know. A [`PlannerOf`] answers for one kind.
//!
//! Knows nothing of what the nodes do.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::Result as EngineResult;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{LogicalPlan, UserDefinedLogicalNode};
use datafusion::physical_planner::{ExtensionPlanner, PhysicalPlanner};

use super::node::Input;

pub type AnyPlanner = Arc<dyn ExtensionPlanner + Send + Sync>;

/// What expressions are planned with.
pub struct Planning<'a> {
    pub session: &'a dyn Session,
    pub context: &'a PhysicalPlanningContext,
}

type Plan<N> = fn(&N, &[Input], &Planning<'_>) -> EngineResult<Input>;

/// Plans the nodes of one kind.
struct PlannerOf<N>(Plan<N>);

/// A planner of the nodes of one kind by what makes a physical node of such a one and of its
/// inputs' plans.
pub fn planner_of<N: Send + Sync + 'static>(plan: Plan<N>) -> AnyPlanner {
    Arc::new(PlannerOf(plan))
}

#[async_trait]
impl<N: Send + Sync + 'static> ExtensionPlanner for PlannerOf<N> {
    async fn plan_extension(
        &self,
        _: &dyn PhysicalPlanner,
        node: &dyn UserDefinedLogicalNode,
        _: &[&LogicalPlan],
        inputs: &[Input],
        session: &dyn Session,
        context: &PhysicalPlanningContext,
    ) -> EngineResult<Option<Input>> {
        let planning = Planning { session, context };
        let node = node.as_any().downcast_ref::<N>();
        node.map(|node| self.0(node, inputs, &planning)).transpose()
    }
}
