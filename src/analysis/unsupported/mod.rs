//! What a stream cannot do, with Spark's errors: batch actions on it, sorts and
//! other operations that would need all of it, and output modes that do not fit.
//!
//! `continuous` knows what the continuous trigger refuses beside that. `nodes` looks at each operation by itself, `joins` at joins, `chains` at operators
//! with state on top of each other, `groups` at functions of the user's with state.

mod chains;
mod continuous;
mod groups;
mod joins;
mod nodes;

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::LogicalPlan;

pub use continuous::{ContinuousLeaf, check_continuous};

use super::event_time::{event_times, of_keys};
use super::stream_node::{SessionNode, node_of};
use super::{GroupsNode, Resolved, engine};
use crate::error::{Result, SparkError};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputMode {
    Append,
    Update,
    Complete,
}

impl OutputMode {
    pub fn parse(text: &str) -> Result<Self> {
        match text.to_lowercase().as_str() {
            "append" => Ok(Self::Append),
            "update" => Ok(Self::Update),
            "complete" => Ok(Self::Complete),
            _ => Err(SparkError::new(
                "STREAMING_OUTPUT_MODE.INVALID",
                &[("outputMode", text)],
            )),
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Append => "append",
            Self::Update => "update",
            Self::Complete => "complete",
        }
    }

    /// As in the sink's and the log's printed form.
    pub fn title(self) -> &'static str {
        match self {
            Self::Append => "Append",
            Self::Update => "Update",
            Self::Complete => "Complete",
        }
    }
}

/// Refuses an action (`show`, `count`, `collect`) on a stream.
pub fn check_batch(resolved: &Resolved) -> Result<()> {
    super::check_complete(resolved)?;
    if resolved.streaming {
        return Err(refused(
            "Queries with streaming sources must be executed with writeStream.start(), or from a streaming table or flow definition within a Spark Declarative Pipeline.",
        ));
    }
    groups::check_table(&resolved.plan)
}

/// Which of Spark's checks are made; its settings can switch them off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checks {
    /// Everything but that the query is a stream at all.
    pub operations: bool,
    /// That no operator takes for late what one below it gives.
    pub correctness: bool,
}

/// Refuses a streaming query that cannot run in `mode`.
///
/// `is_stream` tells the leaves that are streams.
pub fn check_streaming(
    resolved: &Resolved,
    mode: OutputMode,
    checks: Checks,
    is_stream: &dyn Fn(&LogicalPlan) -> bool,
) -> Result<()> {
    if !resolved.streaming {
        return Err(refused(
            "Queries without streaming sources cannot be executed with writeStream.start()",
        ));
    }
    if !checks.operations {
        return Ok(());
    }
    let query = Query { mode, is_stream };
    query.check_several_groups(&resolved.plan)?;
    query.check_mode(&resolved.plan)?;
    // From the leaves up: the first error of a plan is that of its lowest operation.
    query.bottom_up(&resolved.plan, &mut |node| {
        if let Some(groups) = node_of::<GroupsNode>(node) {
            return query.check_groups(groups, &resolved.plan);
        }
        query.check_node(node)
    })?;
    if checks.correctness {
        query.check_chains(&resolved.plan)?;
    }
    Ok(())
}

/// A streaming query under examination.
struct Query<'a> {
    mode: OutputMode,
    is_stream: &'a dyn Fn(&LogicalPlan) -> bool,
}

impl Query<'_> {
    fn check_mode(&self, plan: &LogicalPlan) -> Result<()> {
        let mut aggregates = self.found(plan, &is_aggregation)?.into_iter();
        let top = aggregates.next();
        let unsupported = |operation: &str| {
            Err(SparkError::new(
                "STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION",
                &[("outputMode", self.mode.name()), ("operation", operation)],
            ))
        };
        match (self.mode, top) {
            // Spark looks at the one nearest to the sink only.
            (OutputMode::Append, Some(top)) if !has_event_time_key(top) => {
                unsupported("streaming aggregations without watermark")
            }
            (OutputMode::Update, _) if !self.found(plan, &has_sessions)?.is_empty() => {
                unsupported("session window streaming aggregations")
            }
            (OutputMode::Complete, None) => unsupported("no streaming aggregations"),
            _ => Ok(()),
        }
    }

    /// Whether a plan gives all of its rows in every batch.
    fn is_complete(&self, plan: &LogicalPlan) -> Result<bool> {
        let complete = self.mode == OutputMode::Complete;
        Ok(!self.streams(plan)? || (complete && !self.found(plan, &is_aggregation)?.is_empty()))
    }

    /// Whether any leaf of the plan is a stream.
    fn streams(&self, plan: &LogicalPlan) -> Result<bool> {
        engine(plan.exists(|p| Ok((self.is_stream)(p))))
    }

    /// The nodes over a stream that fulfil `test`, from the top.
    fn found<'p>(
        &self,
        plan: &'p LogicalPlan,
        test: &dyn Fn(&LogicalPlan) -> bool,
    ) -> Result<Vec<&'p LogicalPlan>> {
        let mut found = Vec::new();
        engine(plan.apply(|node| {
            if test(node) && self.streams(node).unwrap_or(false) {
                found.push(node);
            }
            Ok(TreeNodeRecursion::Continue)
        }))?;
        Ok(found)
    }

    fn bottom_up(
        &self,
        plan: &LogicalPlan,
        check: &mut dyn FnMut(&LogicalPlan) -> Result<()>,
    ) -> Result<()> {
        for input in plan.inputs() {
            self.bottom_up(input, check)?;
        }
        check(plan)
    }
}

/// `SELECT DISTINCT` is an aggregation, too.
fn is_aggregation(plan: &LogicalPlan) -> bool {
    let plain = matches!(plan, LogicalPlan::Aggregate(_) | LogicalPlan::Distinct(_));
    plain || has_sessions(plan)
}

fn has_sessions(plan: &LogicalPlan) -> bool {
    node_of::<SessionNode>(plan).is_some()
}

/// Whether an aggregation has an event time among its keys.
fn has_event_time_key(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::Aggregate(aggregate) => !of_keys(aggregate).is_empty(),
        LogicalPlan::Distinct(distinct) => !event_times(distinct.input()).is_empty(),
        other => {
            node_of::<SessionNode>(other).is_some_and(|node| !of_keys(&node.aggregate).is_empty())
        }
    }
}

/// A refusal in Spark's words.
pub(super) fn refused(message: &str) -> SparkError {
    SparkError::new("_LEGACY_ERROR_TEMP_3102", &[("msg", message)]).with_context(";")
}
