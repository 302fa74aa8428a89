//! What a join knows once it has read one side, told to the leaves of the other: they need
//! not decode rows that meet nobody. The engine's own rule does it wherever it can; but a
//! random number or the number of a row says which rows there are, so that a plan that has
//! one keeps them all.

use std::sync::Arc;

use datafusion::common::Result as EngineResult;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::physical_expr_common::physical_expr::is_volatile;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::ExecutionPlan;

type Rule = Arc<dyn PhysicalOptimizerRule + Send + Sync>;

/// The name of the engine's rule.
pub(super) const NAME: &str = "FilterPushdown(Post)";

#[derive(Debug)]
pub(super) struct Narrowing {
    pub(super) rule: Rule,
}

impl PhysicalOptimizerRule for Narrowing {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        options: &ConfigOptions,
    ) -> EngineResult<Arc<dyn ExecutionPlan>> {
        match counts_rows(&plan)? {
            true => Ok(plan),
            false => self.rule.optimize(plan, options),
        }
    }

    fn name(&self) -> &str {
        NAME
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// Whether an expression of the plan depends on which rows come before.
fn counts_rows(plan: &Arc<dyn ExecutionPlan>) -> EngineResult<bool> {
    let mut found = false;
    plan.apply(|node| {
        node.apply_expressions(&mut |expr| {
            found |= is_volatile(expr);
            Ok(match found {
                true => TreeNodeRecursion::Stop,
                false => TreeNodeRecursion::Continue,
            })
        })?;
        Ok(match found {
            true => TreeNodeRecursion::Stop,
            false => TreeNodeRecursion::Continue,
        })
    })?;
    Ok(found)
}
