//! What a continuous query cannot have: everything but projections and filters of one
//! stream.

use datafusion::logical_expr::LogicalPlan;

use super::refused;
use crate::analysis::Resolved;
use crate::analysis::stream_node::{SessionNode, node_of};
use crate::engine::batch_time::has_batch_time;
use crate::error::Result;

/// What a leaf of a plan is, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContinuousLeaf {
    Table,
    Stream,
    /// A stream that Spark knows as one of files.
    BatchesOnly,
}

/// Refuses what the continuous trigger cannot run, from the leaves up, as Spark does.
pub fn check_continuous(
    resolved: &Resolved,
    leaf: &dyn Fn(&LogicalPlan) -> ContinuousLeaf,
) -> Result<()> {
    check(&resolved.plan, leaf)
}

fn check(plan: &LogicalPlan, leaf: &dyn Fn(&LogicalPlan) -> ContinuousLeaf) -> Result<()> {
    for input in plan.inputs() {
        check(input, leaf)?;
    }
    if let Some(name) = refused_name(plan, leaf) {
        return Err(refused(&format!(
            "Continuous processing does not support {name} operations."
        )));
    }
    if plan.expressions().iter().any(has_batch_time) {
        return Err(refused(
            "Continuous processing does not support current time operations.",
        ));
    }
    Ok(())
}

/// Spark's name of an operation that is refused.
fn refused_name(
    plan: &LogicalPlan,
    leaf: &dyn Fn(&LogicalPlan) -> ContinuousLeaf,
) -> Option<String> {
    let name = match plan {
        LogicalPlan::Projection(_) | LogicalPlan::Filter(_) | LogicalPlan::SubqueryAlias(_) => {
            return None;
        }
        LogicalPlan::TableScan(scan) => match leaf(plan) {
            ContinuousLeaf::Stream => return None,
            ContinuousLeaf::BatchesOnly => "StreamingRelation",
            ContinuousLeaf::Table if scan.table_name.table() == "range" => "Range",
            ContinuousLeaf::Table => "LogicalRDD",
        },
        LogicalPlan::Aggregate(_) => "Aggregate",
        LogicalPlan::Distinct(_) => "Distinct",
        LogicalPlan::Join(_) => "Join",
        LogicalPlan::Union(_) => "Union",
        LogicalPlan::Limit(_) => "LocalLimit",
        LogicalPlan::Sort(_) => "Sort",
        LogicalPlan::Repartition(_) => "Repartition",
        LogicalPlan::Unnest(_) => "Generate",
        LogicalPlan::Window(_) => "Window",
        LogicalPlan::Values(_) => "LocalRelation",
        LogicalPlan::EmptyRelation(_) => "OneRowRelation",
        other => return Some(node_name(other)),
    };
    Some(name.into())
}

/// The name of a node of ours, which most have from Spark.
fn node_name(plan: &LogicalPlan) -> String {
    if node_of::<SessionNode>(plan).is_some() {
        return "Aggregate".into();
    }
    match plan {
        LogicalPlan::Extension(extension) => extension.node.name().into(),
        other => other.display().to_string(),
    }
}
