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
/// A side of up to so many rows is held by all threads together, and the other one is not
/// dealt among them row by row, if it has so many times more.
const WHOLE: f64 = 250_000.0;
const MANY_MORE: f64 = 8.0;

/// The engine's rule, and ours after it.
#[derive(Debug)]
pub(super) struct HeldSide {
    pub(super) rule: Rule,
}

impl HeldSide {
    fn changed(plan: Arc<dyn ExecutionPlan>) -> EngineResult<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|node| {
            let better = match node.downcast_ref::<HashJoinExec>() {
                Some(join) => better(join)?,
                None => None,
            };
            Ok(better.map_or(Transformed::no(node), Transformed::yes))
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

/// A join of partitions that holds its other side, or the same side whole, where that is
/// better. One that holds all of a side at once was found small.
fn better(join: &HashJoinExec) -> EngineResult<Option<Arc<dyn ExecutionPlan>>> {
    if *join.partition_mode() != PartitionMode::Partitioned
        || join.null_aware
        || !join.join_type().supports_swap()
    {
        return Ok(None);
    }
    let (Some(left), Some(right)) = (guess(join.left()), guess(join.right())) else {
        return Ok(None);
    };
    let is_wrong = left.rows > SMALL && left.rows > right.rows * FEWER;
    let (held, other) = match is_wrong {
        true => (right, left),
        false => (left, right),
    };
    let mode = match held.rows <= WHOLE && other.rows >= held.rows * MANY_MORE {
        true => PartitionMode::CollectLeft,
        false => PartitionMode::Partitioned,
    };
    Ok(match (is_wrong, mode) {
        (true, mode) => Some(join.swap_inputs(mode)?),
        (false, PartitionMode::CollectLeft) => {
            let whole = join.builder().with_partition_mode(mode).build()?;
            Some(Arc::new(whole))
        }
        (false, _) => None,
    })
}
