//! Whether two frames mean the same: their plans as text, in which columns are called by
//! the order in which they come up and conditions stand sorted.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::catalog::default_table_source::source_as_provider;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::utils::{conjunction, split_conjunction};
use datafusion::logical_expr::{Expr as Physical, Filter, LogicalPlan};

use super::{Resolved, column_name, engine};
use crate::engine::range::RangeRows;
use crate::engine::scan::ScanTable;
use crate::error::Result;

/// The same text for frames of one meaning.
pub fn semantics(resolved: &Resolved) -> Result<String> {
    let plan = (*resolved.plan).clone();
    let sorted = plan.transform_down(|node| {
        let LogicalPlan::Filter(filter) = node else {
            return Ok(Transformed::no(node));
        };
        let mut parts: Vec<Physical> = split_conjunction(&filter.predicate)
            .into_iter()
            .cloned()
            .collect();
        parts.sort_by_key(ToString::to_string);
        let predicate = conjunction(parts).unwrap_or(filter.predicate);
        Ok(Transformed::yes(LogicalPlan::Filter(Filter::try_new(
            predicate,
            filter.input,
        )?)))
    });
    let plan = engine(sorted)?.data;
    let mut text = plan.display_indent().to_string();
    for attribute in &resolved.output {
        text.push_str(&column_name(attribute.id));
        text.push_str(&attribute.data_type.simple_string());
        text.push('\n');
    }
    for leaf in leaves(&plan)? {
        text.push_str(&leaf);
        text.push('\n');
    }
    Ok(renumbered(&text))
}

/// What each leaf is: two ranges of the same numbers are the same, any other leaf is the
/// same as itself.
fn leaves(plan: &LogicalPlan) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let seen = plan.apply_with_subqueries(|node| {
        if let LogicalPlan::TableScan(scan) = node
            && let Ok(provider) = source_as_provider(&scan.source)
        {
            let rows = provider
                .downcast_ref::<ScanTable>()
                .map(|table| &table.rows);
            found.push(match rows {
                Some(rows) if (rows.as_ref() as &dyn std::any::Any).is::<RangeRows>() => {
                    rows.describe()
                }
                Some(rows) => format!("{:p}", Arc::as_ptr(rows)),
                None => format!("{:p}", Arc::as_ptr(&provider)),
            });
        }
        Ok(TreeNodeRecursion::Continue)
    });
    engine(seen)?;
    Ok(found)
}

/// `#12` and `#7` as `#0` and `#1`, in the order of the text.
fn renumbered(text: &str) -> String {
    let mut known: HashMap<&str, usize> = HashMap::new();
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('#') {
        let (before, after) = rest.split_at(at + 1);
        out.push_str(before);
        let end = after
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(after.len());
        let (id, tail) = after.split_at(end);
        if !id.is_empty() {
            let next = known.len();
            out.push_str(&known.entry(id).or_insert(next).to_string());
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}
