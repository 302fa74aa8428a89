//! Projections towards the leaves, only where they choose among columns. The engine's own
//! rule moves computed ones too, below a filter for one, where they are computed for rows
//! that the filter leaves out: a division by zero that the program has excluded would
//! fail it.

use std::sync::Arc;

use datafusion::common::Result as EngineResult;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::projection::{ProjectionExec, remove_unnecessary_projections};

/// The rule of the engine's that this one stands in for.
pub const NAME: &str = "ProjectionPushdown";

#[derive(Debug)]
pub struct ColumnsDown;

impl PhysicalOptimizerRule for ColumnsDown {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _: &ConfigOptions,
    ) -> EngineResult<Arc<dyn ExecutionPlan>> {
        plan.transform_down(|node| match node.downcast_ref::<ProjectionExec>() {
            Some(projection) if may_move(projection) => remove_unnecessary_projections(node),
            _ => Ok(Transformed::no(node)),
        })
        .data()
    }

    fn name(&self) -> &str {
        "ColumnsDown"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// One that computes may become one with another below it, and goes no further.
fn may_move(projection: &ProjectionExec) -> bool {
    let mut expressions = projection.expr().iter();
    expressions.all(|found| found.expr.downcast_ref::<Column>().is_some())
        || projection
            .input()
            .downcast_ref::<ProjectionExec>()
            .is_some()
}
