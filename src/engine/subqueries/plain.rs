//! Which subqueries the engine joins by itself, and conditions in the form in which they are
//! seen: `NOT` stands at what it denies.

use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema, Result, ScalarValue};
use datafusion::logical_expr::expr::InSubquery;
use datafusion::logical_expr::utils::split_conjunction;
use datafusion::logical_expr::{BinaryExpr, Expr, LogicalPlan, Operator};

use super::domain::{references, sees_outer};
use super::{binary, holds_subquery};

/// The expression with every `NOT` of conditions that `IN` is among at the parts: as in
/// Spark, `NOT (x IN q OR c)` asks `x NOT IN q`, which null answers otherwise than `IN`.
pub fn without_nots(expr: Expr) -> Result<Expr> {
    let changed = expr.transform_down(|part| {
        Ok(match part {
            Expr::Not(inner) if holds_subquery(&inner) => denied(*inner),
            Expr::BinaryExpr(BinaryExpr {
                left,
                op: Operator::Eq,
                right,
            }) if is_no(&right) && is_test(&left) => denied(*left),
            other => Transformed::no(other),
        })
    })?;
    Ok(changed.data)
}

fn is_no(expr: &Expr) -> bool {
    matches!(expr, Expr::Literal(ScalarValue::Boolean(Some(false)), _))
}

fn is_test(expr: &Expr) -> bool {
    matches!(expr, Expr::InSubquery(_) | Expr::Exists(_))
}

fn denied(expr: Expr) -> Transformed<Expr> {
    let not = |part: Box<Expr>| Expr::Not(part);
    match expr {
        Expr::Not(inner) => Transformed::yes(*inner),
        Expr::BinaryExpr(BinaryExpr { left, op, right })
            if matches!(op, Operator::And | Operator::Or) =>
        {
            let op = match op {
                Operator::And => Operator::Or,
                _ => Operator::And,
            };
            Transformed::yes(binary(not(left), op, not(right)))
        }
        Expr::InSubquery(test) => Transformed::yes(Expr::InSubquery(InSubquery {
            negated: !test.negated,
            ..test
        })),
        Expr::Exists(mut test) => {
            test.negated = !test.negated;
            Transformed::yes(Expr::Exists(test))
        }
        other => Transformed::no(not(Box::new(other))),
    }
}

/// Whether the engine can take a whole condition of a filter as it is.
pub fn is_condition(part: &Expr, around: &DFSchema) -> bool {
    match part {
        Expr::Exists(test) => is_chain(&test.subquery.subquery, around),
        Expr::InSubquery(test) if holds_subquery(&test.expr) => false,
        // Of a row's own list the engine does not know which of its nulls count.
        Expr::InSubquery(test) if test.negated => is_apart(&test.subquery.subquery),
        Expr::InSubquery(test) => is_chain(&test.subquery.subquery, around),
        other => is_value(other, around, true),
    }
}

/// Whether the engine can compute a value as it is. It joins aggregates where it may: below
/// filters and projections.
pub fn is_value(expr: &Expr, around: &DFSchema, joins: bool) -> bool {
    let mut is_fit = true;
    let looked = expr.apply(|part| {
        is_fit &= match part {
            Expr::Exists(_) | Expr::InSubquery(_) => false,
            Expr::ScalarSubquery(query) => {
                is_apart(&query.subquery) || joins && is_total(&query.subquery, around)
            }
            _ => true,
        };
        Ok(match is_fit {
            true => TreeNodeRecursion::Continue,
            false => TreeNodeRecursion::Stop,
        })
    });
    is_fit && looked.is_ok()
}

fn is_apart(plan: &LogicalPlan) -> bool {
    sees_outer(plan).is_ok_and(|sees| !sees)
}

/// Whether the subquery's references are to this query alone.
fn is_of(plan: &LogicalPlan, around: &DFSchema) -> bool {
    let mut all = true;
    let looked = references(plan, &mut |column| all &= around.has_column(column));
    all && looked.is_ok()
}

/// Whether filters alone see the query around, with projections above them at most.
fn is_chain(plan: &LogicalPlan, around: &DFSchema) -> bool {
    if is_apart(plan) {
        return true;
    }
    let sees = |expr: &Expr| expr.contains_outer();
    match plan {
        LogicalPlan::Projection(node) => {
            !node
                .expr
                .iter()
                .any(|expr| sees(expr) || holds_subquery(expr))
                && is_chain(&node.input, around)
        }
        LogicalPlan::Filter(node) => {
            !holds_subquery(&node.predicate) && is_of(plan, around) && is_chain(&node.input, around)
        }
        _ => false,
    }
}

/// Whether it is an aggregate without groups, of rows that are compared with the query
/// around by equality.
fn is_total(plan: &LogicalPlan, around: &DFSchema) -> bool {
    match plan {
        LogicalPlan::Projection(node) if !node.expr.iter().any(sees_or_holds) => {
            is_total(&node.input, around)
        }
        LogicalPlan::Aggregate(node) if node.group_expr.is_empty() => {
            !node.aggr_expr.iter().any(sees_or_holds) && is_equal(&node.input, around)
        }
        _ => false,
    }
}

fn sees_or_holds(expr: &Expr) -> bool {
    expr.contains_outer() || holds_subquery(expr)
}

fn is_equal(plan: &LogicalPlan, around: &DFSchema) -> bool {
    if is_apart(plan) {
        return true;
    }
    match plan {
        LogicalPlan::Projection(node) => {
            !node.expr.iter().any(sees_or_holds) && is_equal(&node.input, around)
        }
        LogicalPlan::Filter(node) => {
            let parts = split_conjunction(&node.predicate);
            let is_fit = |part: &Expr| !part.contains_outer() || is_equality(part);
            !holds_subquery(&node.predicate)
                && is_of(plan, around)
                && parts.into_iter().all(is_fit)
                && is_equal(&node.input, around)
        }
        _ => false,
    }
}

/// Whether a column around is compared with a value inside.
fn is_equality(expr: &Expr) -> bool {
    let Expr::BinaryExpr(BinaryExpr {
        left,
        op: Operator::Eq,
        right,
    }) = expr
    else {
        return false;
    };
    let is_outer = |expr: &Expr| matches!(expr, Expr::OuterReferenceColumn(..));
    is_outer(left) && !right.contains_outer() || is_outer(right) && !left.contains_outer()
}

/// Whether all columns that the expression names, and those that its subqueries ask for, are
/// of this side of a join.
pub fn is_about(expr: &Expr, side: &DFSchema) -> Result<bool> {
    let mut all = true;
    let mut look = |column: &Column| all &= side.has_column(column);
    expr.apply(|part| {
        match part {
            Expr::Column(column) => look(column),
            Expr::Exists(test) => references(&test.subquery.subquery, &mut look)?,
            Expr::InSubquery(test) => references(&test.subquery.subquery, &mut look)?,
            Expr::ScalarSubquery(query) => references(&query.subquery, &mut look)?,
            _ => {}
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(all)
}
