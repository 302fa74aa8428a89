//! Which calls of `withWatermark` a plan has, and which streams each of them follows.

use std::sync::Arc;

use datafusion::catalog::default_table_source::source_as_provider;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::LogicalPlan;

use super::Leaf;
use super::mark::{MarkNode, Spec};
use super::names::ColumnNames;
use crate::analysis::node_of;
use crate::engine::from_datafusion;
use crate::engine::scan::ScanTable;
use crate::error::Result;

/// A call of `withWatermark`.
#[derive(Debug, Clone)]
pub struct WatermarkCall {
    pub id: u64,
    /// Its column, as the user has named it.
    pub column: String,
    pub delay_millis: i64,
    /// The leaves below it, by position.
    pub leaves: Vec<usize>,
}

/// The calls of a marked plan, each once, however often the plan uses it.
pub(super) fn calls(
    plan: &LogicalPlan,
    leaves: &[Leaf],
    names: &ColumnNames,
) -> Result<Vec<WatermarkCall>> {
    let mut calls: Vec<WatermarkCall> = Vec::new();
    plan.apply(|node| {
        if let Some(mark) = node_of::<MarkNode>(node)
            && let Spec::Watermark {
                id,
                delay_millis,
                column,
            } = &mark.spec
            && !calls.iter().any(|call| call.id == *id)
        {
            let field = mark.schema.field(column.index);
            calls.push(WatermarkCall {
                id: *id,
                column: names.name(field.name()),
                delay_millis: *delay_millis,
                leaves: leaves_below(node, leaves)?,
            });
        }
        Ok(TreeNodeRecursion::Continue)
    })
    .map_err(from_datafusion)?;
    Ok(calls)
}

fn leaves_below(plan: &LogicalPlan, leaves: &[Leaf]) -> datafusion::common::Result<Vec<usize>> {
    let mut found = Vec::new();
    plan.apply(|node| {
        if let LogicalPlan::TableScan(scan) = node
            && let Ok(provider) = source_as_provider(&scan.source)
            && let Some(table) = provider.downcast_ref::<ScanTable>()
        {
            let rows = Arc::as_ptr(&table.rows).cast::<()>();
            let same = |leaf: &Leaf| std::ptr::eq(Arc::as_ptr(&leaf.slot).cast::<()>(), rows);
            found.extend(leaves.iter().position(same));
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(found)
}
