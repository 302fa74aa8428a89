//! Two relations with columns of one identity beside each other, as when a frame is
//! joined with itself: the second gets identities of its own.

use std::sync::Arc;

use datafusion::catalog::default_table_source::{provider_as_source, source_as_provider};
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::logical_expr::{LogicalPlan, TableScanBuilder};

use super::project::{renewed, renewed_where};
use super::{Analyzer, Attribute, Resolved, engine};
use crate::engine::scan::ScanTable;
use crate::error::Result;
use crate::plan::{ExprId, Plan};

/// Two relations with no column id in common, as a join needs them.
pub(super) fn apart(left: &Resolved, right: Resolved) -> Result<Resolved> {
    match is_shared(left, &right) {
        true => renewed(&on_own_leaves(right)?),
        false => Ok(right),
    }
}

impl Analyzer<'_> {
    /// The right side of a join with ids of its own: as in Spark not only the columns that
    /// the left side has too get new ones, but all that were made in the same steps.
    pub(super) fn side_apart(
        &mut self,
        left: &Resolved,
        right: &Arc<Resolved>,
        plan: &Arc<Plan>,
    ) -> Result<Resolved> {
        if !is_shared(left, right) {
            return Ok((**right).clone());
        }
        let mut makers = Vec::with_capacity(right.output.len());
        for attribute in &right.output {
            makers.push((attribute.id, self.maker(plan, attribute.id)?));
        }
        let is_left = |id: ExprId| left.output.iter().any(|l| l.id == id);
        let conflicts = makers.iter().filter(|(id, _)| is_left(*id));
        let conflicts: Vec<_> = conflicts.map(|(_, maker)| *maker).collect();
        let renews = |a: &Attribute| {
            let mut own = makers.iter().filter(|(id, _)| *id == a.id);
            own.any(|(_, maker)| conflicts.contains(maker))
        };
        renewed_where(&on_own_leaves((**right).clone())?, renews)
    }

    /// The step that a column was made in.
    fn maker(&mut self, plan: &Arc<Plan>, id: ExprId) -> Result<*const Plan> {
        let mut maker = Arc::clone(plan);
        'deeper: loop {
            for input in maker.relation.inputs() {
                let has = self.relation(input)?.output.iter().any(|a| a.id == id);
                if has {
                    maker = Arc::clone(input);
                    continue 'deeper;
                }
            }
            return Ok(Arc::as_ptr(&maker));
        }
    }
}

fn is_shared(left: &Resolved, right: &Resolved) -> bool {
    let mut columns = right.output.iter();
    columns.any(|r| left.output.iter().any(|l| l.id == r.id))
}

fn on_own_leaves(right: Resolved) -> Result<Resolved> {
    if !right.streaming {
        return Ok(right);
    }
    Ok(Resolved {
        plan: Arc::new(with_own_leaves((*right.plan).clone())?),
        ..right
    })
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
