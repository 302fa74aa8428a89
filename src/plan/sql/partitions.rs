//! `DISTRIBUTE BY`, `CLUSTER BY` and `SORT BY`: which partition a row comes to, and the
//! order within.

use std::sync::Arc;

use sqlparser::ast::Select;

use super::convert::Converter;
use crate::error::{Result, SparkError};
use crate::plan::{Dealing, Expr, Plan, Relation, SortOrder};

/// Whether a select has one of the clauses.
pub(super) fn is_said(select: &Select) -> bool {
    !(select.sort_by.is_empty() && select.cluster_by.is_empty() && select.distribute_by.is_empty())
}

/// The select without the clauses, and one that has them alone.
pub(super) fn parted(select: &Select) -> (Select, Select) {
    let clauses = select.clone();
    let plain = Select {
        sort_by: Vec::new(),
        cluster_by: Vec::new(),
        distribute_by: Vec::new(),
        ..select.clone()
    };
    (plain, clauses)
}

impl Converter<'_> {
    /// The rows dealt and sorted as a select asks for.
    pub(super) fn in_partitions(&mut self, input: Arc<Plan>, select: &Select) -> Result<Arc<Plan>> {
        let mut order = self.sort_keys(&select.sort_by)?;
        let mut keys = self.expressions(&select.distribute_by)?;
        let cluster = self.expressions(&select.cluster_by)?;
        if !cluster.is_empty() {
            if !order.is_empty() || !keys.is_empty() {
                return Err(SparkError::new(
                    "UNSUPPORTED_FEATURE.COMBINATION_QUERY_RESULT_CLAUSES",
                    &[],
                ));
            }
            order = cluster.iter().map(ascending).collect();
            keys = cluster;
        }
        let mut plan = input;
        if !keys.is_empty() {
            plan = Plan::new(Relation::Repartition {
                input: plan,
                dealing: Dealing::Hash { count: None, keys },
            });
        }
        Ok(match order.is_empty() {
            true => plan,
            false => Plan::new(Relation::Sort {
                input: plan,
                order,
                global: false,
            }),
        })
    }
}

fn ascending(key: &Expr) -> SortOrder {
    SortOrder {
        expr: key.clone(),
        ascending: true,
        nulls: None,
    }
}
