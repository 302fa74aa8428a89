//! Operators with state on top of each other. One that can give rows behind the
//! watermark must not be under another, which would take them for late.

use datafusion::logical_expr::LogicalPlan;

use super::{OutputMode, Query, is_aggregation, refused};
use crate::analysis::GroupsNode;
use crate::analysis::event_time::event_times;
use crate::analysis::stream_node::{DeduplicateNode, node_of};
use crate::error::Result;

/// Spark's words.
const POSSIBLY_WRONG: &str = "Detected pattern of possible 'correctness' issue due to global watermark. The query contains stateful operation which can emit rows older than the current watermark plus allowed late record delay, which are \"late rows\" in downstream stateful operations and these rows can be discarded. Please refer the programming guide doc for more details. If you understand the possible risk of correctness issue and still need to run the query, you can disable this check by setting the config `spark.sql.streaming.statefulOperator.checkCorrectness.enabled` to false.";

impl Query<'_> {
    pub(super) fn check_chains(&self, plan: &LogicalPlan) -> Result<()> {
        let mut upper = self
            .found(plan, &|node| self.is_stateful(node))?
            .into_iter();
        let wrong = upper.any(|node| {
            node.inputs().into_iter().any(|input| {
                self.found(input, &|node| self.gives_late(node))
                    .is_ok_and(|f| !f.is_empty())
            })
        });
        if wrong {
            return Err(refused(POSSIBLY_WRONG));
        }
        Ok(())
    }

    /// Whether late rows would be lost on this operator.
    fn is_stateful(&self, node: &LogicalPlan) -> bool {
        if let Some(node) = node_of::<DeduplicateNode>(node) {
            let times = event_times(&node.input);
            return node.within_watermark || node.keys.iter().any(|key| times.contains_key(key));
        }
        if node_of::<GroupsNode>(node).is_some() {
            return true;
        }
        match node {
            LogicalPlan::Join(join) => {
                self.streams(&join.left).unwrap_or(false)
                    && self.streams(&join.right).unwrap_or(false)
            }
            node => is_aggregation(node),
        }
    }

    /// Whether this operator can give rows behind the watermark.
    fn gives_late(&self, node: &LogicalPlan) -> bool {
        is_aggregation(node) && self.mode != OutputMode::Append
    }
}
