//! Functions with state over groups: which modes and which other operators they bear.

use datafusion::logical_expr::LogicalPlan;

use super::{OutputMode, Query, is_aggregation, refused};
use crate::analysis::GroupsNode;
use crate::analysis::stream_node::node_of;
use crate::error::{Result, SparkError};
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
        // A processor goes with every mode, as Spark has it.
        if !is_with_state(node) {
            return Ok(());
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

/// Refuses functions with state over a table.
pub(super) fn check_table(plan: &LogicalPlan) -> Result<()> {
    if let Some(node) = node_of::<GroupsNode>(plan) {
        return Err(match is_with_state(node) {
            true => SparkError::new("_LEGACY_ERROR_TEMP_3176", &[]),
            false => SparkError::not_implemented(format_args!("{} over a table", node.title())),
        });
    }
    plan.inputs().into_iter().try_for_each(check_table)
}
