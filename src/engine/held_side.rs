//! Which side of a join is held: the one with fewer rows, by our own guesses. The engine
//! chooses by its statistics, which know little of large tables under conditions; where
//! both sides are small its choice stands.

use std::sync::Arc;

use datafusion::common::Result as EngineResult;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::physical_optimizer::{PhysicalOptimizerContext, PhysicalOptimizerRule};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::joins::{HashJoinExec, PartitionMode};

use super::guess::guess;

type Rule = Arc<dyn PhysicalOptimizerRule + Send + Sync>;

/// The name of the engine's rule.
pub(super) const NAME: &str = "join_selection";

/// Sides up to here are small.
const SMALL: f64 = 100_000.0;
/// A side is changed where the other one has so many times fewer rows: it is a guess.
const FEWER: f64 = 1.5;

/// The engine's rule, and ours after it.
#[derive(Debug)]
pub(super) struct HeldSide {
    pub(super) rule: Rule,
}

impl HeldSide {
    fn changed(plan: Arc<dyn ExecutionPlan>) -> EngineResult<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|node| match node.downcast_ref::<HashJoinExec>() {
            Some(join) if is_wrong(join) => Ok(Transformed::yes(
                join.swap_inputs(PartitionMode::Partitioned)?,
            )),
            _ => Ok(Transformed::no(node)),
        })
        .data()
    }
}

impl PhysicalOptimizerRule for HeldSide {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        options: &ConfigOptions,
    ) -> EngineResult<Arc<dyn ExecutionPlan>> {
        Self::changed(self.rule.optimize(plan, options)?)
    }

    fn optimize_with_context(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        context: &dyn PhysicalOptimizerContext,
    ) -> EngineResult<Arc<dyn ExecutionPlan>> {
        Self::changed(self.rule.optimize_with_context(plan, context)?)
    }

    fn name(&self) -> &str {
        NAME
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// Whether a join of partitions holds the side that has more rows. One that holds all of a
/// side at once was found small.
fn is_wrong(join: &HashJoinExec) -> bool {
    if *join.partition_mode() != PartitionMode::Partitioned
        || join.null_aware
        || !join.join_type().supports_swap()
    {
        return false;
    }
    match (guess(join.left()), guess(join.right())) {
        (Some(left), Some(right)) => left.rows > SMALL && left.rows > right.rows * FEWER,
        _ => false,
    }
}
