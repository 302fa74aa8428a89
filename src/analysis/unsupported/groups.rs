//! Functions with state over groups: which modes and which other operators they bear.

use datafusion::logical_expr::LogicalPlan;

use super::{OutputMode, Query, is_aggregation, refused};
use crate::analysis::GroupsNode;
use crate::analysis::stream_node::node_of;
use crate::error::Result;
use crate::plan::groups::{GroupFunction, GroupTimeout};

impl Query<'_> {
    /// Before all else: more than one `applyInPandasWithState`.
    pub(super) fn check_several_groups(&self, plan: &LogicalPlan) -> Result<()> {
        let found = self.found(plan, &|node| {
            node_of::<GroupsNode>(node).is_some_and(is_with_state)
        })?;
        if found.len() > 1 {
            return Err(refused(
                "Multiple applyInPandasWithStates are not supported on a streaming DataFrames/Datasets",
            ));
        }
        Ok(())
    }

    /// `whole` is the query's plan.
    pub(super) fn check_groups(&self, node: &GroupsNode, whole: &LogicalPlan) -> Result<()> {
        if !is_with_state(node) {
            return check_processor(node, self.mode);
        }
        let mode = node.mode()?;
        let has_aggregations = !self.found(whole, &is_aggregation)?.is_empty();
        if !has_aggregations && mode != self.mode {
            return Err(refused(&format!(
                "applyInPandasWithState in {} mode is not supported with {} output mode on a streaming DataFrame/Dataset",
                mode.name(),
                self.mode.title()
            )));
        }
        if has_aggregations && mode == OutputMode::Update {
            return Err(refused(
                "applyInPandasWithState in update mode is not supported with aggregation on a streaming DataFrame/Dataset",
            ));
        }
        let below = node.inputs.first().map(|i| self.found(i, &is_aggregation));
        if below.transpose()?.is_some_and(|found| !found.is_empty()) {
            return Err(refused(
                "applyInPandasWithState in append mode is not supported after aggregation on a streaming DataFrame/Dataset",
            ));
        }
        if node.spec.timeout == GroupTimeout::EventTime && !node.marked {
            return Err(refused(
                "Watermark must be specified in the query using '[Dataset/DataFrame].withWatermark()' for using event-time timeout in a applyInPandasWithState. Event-time timeout not supported without watermark.",
            ));
        }
        Ok(())
    }
}

fn is_with_state(node: &GroupsNode) -> bool {
    matches!(node.spec.function, GroupFunction::State { .. })
}

fn check_processor(_node: &GroupsNode, _mode: OutputMode) -> Result<()> {
    Ok(())
}
