//! Two relations with columns of one identity beside each other, as when a frame is
//! joined with itself: the second gets identities of its own.

use std::sync::Arc;

use datafusion::catalog::default_table_source::{provider_as_source, source_as_provider};
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::logical_expr::{LogicalPlan, TableScanBuilder};

use super::project::renewed;
use super::{Resolved, engine};
use crate::engine::scan::ScanTable;
use crate::error::Result;

/// Two relations with no column id in common, as a join needs them.
pub(super) fn apart(left: &Resolved, right: Resolved) -> Result<Resolved> {
    let shared = right
        .output
        .iter()
        .any(|r| left.output.iter().any(|l| l.id == r.id));
    match (shared, right.streaming) {
        (false, _) => Ok(right),
        (true, false) => renewed(&right),
        (true, true) => renewed(&Resolved {
            plan: Arc::new(with_own_leaves((*right.plan).clone())?),
            ..right
        }),
    }
}

/// The plan over leaves of its own: a stream that is joined with itself is read
/// twice, as in Spark.
fn with_own_leaves(plan: LogicalPlan) -> Result<LogicalPlan> {
    let replaced = plan.transform_up(|node| {
        let LogicalPlan::TableScan(scan) = node else {
            return Ok(Transformed::no(node));
        };
        let provider = source_as_provider(&scan.source)?;
        let another = provider
            .downcast_ref::<ScanTable>()
            .and_then(|table| table.rows.another());
        let Some(rows) = another else {
            return Ok(Transformed::no(LogicalPlan::TableScan(scan)));
        };
        let table = ScanTable::new(scan.source.schema(), rows);
        let new = TableScanBuilder::new(scan.table_name, provider_as_source(Arc::new(table)))
            .with_projection(scan.projection)
            .with_filters(scan.filters)
            .with_fetch(scan.fetch)
            .build()?;
        Ok(Transformed::yes(LogicalPlan::TableScan(new)))
    });
    Ok(engine(replaced)?.data)
}
