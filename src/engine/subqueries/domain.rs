//! What a subquery asks of the rows around it: their columns, and each combination of these
//! that there is. A subquery is taken once for each combination, not for each row.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::datatypes::{DataType, FieldRef};
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, Result};
use datafusion::logical_expr::{Distinct, Expr, LogicalPlan, Projection};

use super::down::Seen;
use super::keys::{key, plain};
use super::missing;

/// A name that no other column has.
pub fn fresh(what: &str) -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("#{what}{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

pub fn named(name: &str) -> Expr {
    Expr::Column(Column::new_unqualified(name))
}

/// The columns around that a subquery refers to.
pub struct Domain {
    around: Arc<LogicalPlan>,
    pub columns: Vec<(Column, FieldRef)>,
}

impl Domain {
    pub fn of(around: &Arc<LogicalPlan>, query: &LogicalPlan) -> Result<Self> {
        let mut columns: Vec<(Column, FieldRef)> = Vec::new();
        references(query, &mut |column| {
            let known = columns.iter().any(|(other, _)| other == column);
            if !known && let Ok((_, field)) = around.schema().qualified_field_from_column(column) {
                columns.push((column.clone(), Arc::clone(field)));
            }
        })?;
        Ok(Self {
            around: Arc::clone(around),
            columns,
        })
    }

    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    fn at(&self, column: &Column) -> Option<usize> {
        self.columns.iter().position(|(other, _)| other == column)
    }

    /// Whether the plan refers to a column of these.
    pub fn is_seen_by(&self, plan: &LogicalPlan) -> Result<bool> {
        let mut found = false;
        references(plan, &mut |column| found |= self.at(column).is_some())?;
        Ok(found)
    }

    pub fn is_seen_in(&self, expr: &Expr) -> bool {
        let is_own = |part: &Expr| match part {
            Expr::OuterReferenceColumn(_, column) => self.at(column).is_some(),
            _ => false,
        };
        expr.exists(|part| Ok(is_own(part))).unwrap_or(true)
    }

    /// The place of the column that the expression is, and nothing more.
    pub fn place(&self, expr: &Expr) -> Option<usize> {
        match expr {
            Expr::OuterReferenceColumn(_, column) => self.at(column),
            _ => None,
        }
    }

    /// The expression with keys in the place of the columns around.
    pub fn bound(&self, expr: Expr, keys: &[Column]) -> Result<Expr> {
        let changed = expr.transform(|part| {
            Ok(match self.place(&part) {
                Some(at) => Transformed::yes(Expr::Column(keys[at].clone())),
                None => Transformed::no(part),
            })
        })?;
        Ok(changed.data)
    }

    /// Each combination once, under new names.
    pub fn rows(&self) -> Result<(Arc<LogicalPlan>, Vec<Column>)> {
        if is_volatile(&self.around)? {
            return Err(missing(
                "a subquery that compares with rows made of random values",
            ));
        }
        let own = self.columns.iter().map(|(column, _)| column.clone());
        let own = own.map(Expr::Column).collect();
        let rows = Projection::try_new(own, Arc::clone(&self.around))?;
        let rows = Distinct::All(Arc::new(LogicalPlan::Projection(rows)));
        let keys: Vec<_> = self.columns.iter().map(|_| fresh("k")).collect();
        let own = self.columns.iter().zip(&keys);
        let own = own.map(|((column, _), name)| plain(Expr::Column(column.clone())).alias(name));
        let rows = Projection::try_new(own.collect(), Arc::new(LogicalPlan::Distinct(rows)))?;
        let keys = keys.iter().map(Column::new_unqualified).collect();
        Ok((Arc::new(LogicalPlan::Projection(rows)), keys))
    }

    /// What a join compares: the keys, and the columns around.
    pub fn pairs(&self, seen: &Seen) -> Result<Vec<(Expr, Expr)>> {
        let own = self.columns.iter().zip(&seen.keys);
        let pairs = own.map(|((column, field), found)| {
            let is_plain =
                seen.never_null || !field.is_nullable() && !holds_reals(field.data_type());
            let both = (Expr::Column(found.clone()), Expr::Column(column.clone()));
            match is_plain {
                true => both,
                false => (key(both.0), key(both.1)),
            }
        });
        Ok(pairs.collect())
    }
}

/// Zeros of two signs are equal and not the same.
pub fn holds_reals(data_type: &DataType) -> bool {
    data_type.is_floating() || data_type.is_nested()
}

/// Calls `told` with each column of a query around that the plan refers to, in its
/// subqueries, too.
pub fn references(plan: &LogicalPlan, told: &mut dyn FnMut(&Column)) -> Result<()> {
    plan.apply_with_subqueries(|node| {
        node.apply_expressions(|expr| {
            expr.apply(|part| {
                if let Expr::OuterReferenceColumn(_, column) = part {
                    told(column);
                }
                Ok(TreeNodeRecursion::Continue)
            })
        })
    })?;
    Ok(())
}

/// Whether the plan refers to any query around it.
pub fn sees_outer(plan: &LogicalPlan) -> Result<bool> {
    let mut found = false;
    references(plan, &mut |_| found = true)?;
    Ok(found)
}

/// Whether two runs of the plan may give other rows.
fn is_volatile(plan: &LogicalPlan) -> Result<bool> {
    plan.exists(|node| {
        let mut found = false;
        node.apply_expressions(|expr| {
            found |= expr.is_volatile();
            Ok(TreeNodeRecursion::Continue)
        })?;
        Ok(found)
    })
}
