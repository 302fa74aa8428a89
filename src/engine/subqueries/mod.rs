//! Subqueries as joins. The engine makes joins of the plainest ones by itself: conditions of
//! a `WHERE` that stand alone, and aggregates that are compared by equality. All others are
//! taken apart here, before its rules run: what a subquery asks of the row around it becomes
//! columns of its own rows ([`down`]), its rows are joined to those around, and the value in
//! their midst becomes a column ([`value`]).
//!
//! As in Spark, `IN` and `EXISTS` among other conditions are whether such a row was found:
//! true or false, never null. Knows plans of the engine and none of ours.

mod domain;
mod down;
mod keys;
mod plain;
mod single;
mod value;

use std::borrow::Cow;
use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, NullEquality, Result};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::{conjunction, split_conjunction_owned};
use datafusion::logical_expr::{
    BinaryExpr, Expr, Filter, Join, JoinType, LogicalPlan, Operator, Projection,
};

use self::domain::Domain;
use self::value::Values;
use super::to_datafusion;
use crate::error::SparkError;

/// The plan with its subqueries as joins, but for those that the engine joins by itself.
///
/// # Errors
/// NOT_IMPLEMENTED of a step that cannot be taken for all rows around at once.
pub fn joined(plan: &LogicalPlan) -> Result<Cow<'_, LogicalPlan>> {
    Ok(match holds_any(plan)? {
        true => Cow::Owned(flat(plan.clone())?),
        false => Cow::Borrowed(plan),
    })
}

fn is_subquery(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Exists(_) | Expr::InSubquery(_) | Expr::ScalarSubquery(_)
    )
}

fn holds_subquery(expr: &Expr) -> bool {
    expr.exists(|part| Ok(is_subquery(part))).unwrap_or(true)
}

/// Whether a node anywhere has a subquery, or a join has one at its side.
fn holds_any(plan: &LogicalPlan) -> Result<bool> {
    plan.exists(|node| {
        let mut found = matches!(node, LogicalPlan::Subquery(_));
        node.apply_expressions(|expr| {
            found |= holds_subquery(expr);
            Ok(match found {
                true => TreeNodeRecursion::Stop,
                false => TreeNodeRecursion::Continue,
            })
        })?;
        Ok(found)
    })
}

/// From the leaves upwards and from the innermost query outwards.
fn flat(plan: LogicalPlan) -> Result<LogicalPlan> {
    let plan = plan.map_children(|input| Ok(Transformed::yes(flat(input)?)))?;
    let plan = plan.data;
    let plan = plan.map_subqueries(|query| Ok(Transformed::yes(flat(query)?)))?;
    match plan.data {
        LogicalPlan::Join(join) if matches!(*join.right, LogicalPlan::Subquery(_)) => lateral(join),
        LogicalPlan::Join(join) => in_join(join),
        LogicalPlan::Filter(filter) => in_filter(filter),
        node @ (LogicalPlan::Projection(_)
        | LogicalPlan::Aggregate(_)
        | LogicalPlan::Window(_)
        | LogicalPlan::Sort(_)) => in_values(node),
        other => Ok(other),
    }
}

fn in_filter(filter: Filter) -> Result<LogicalPlan> {
    let parts = split_conjunction_owned(plain::without_nots(filter.predicate)?);
    let is_plain = |part: &Expr| plain::is_condition(part, filter.input.schema());
    if parts.iter().all(is_plain) {
        let predicate = conjunction(parts).unwrap_or_else(|| datafusion::logical_expr::lit(true));
        let filter = Filter::try_new(predicate, filter.input)?;
        return Ok(LogicalPlan::Filter(filter));
    }
    // What needs no subquery and stands first leaves fewer rows for those that follow.
    let first = parts.iter().take_while(|part| !holds_subquery(part));
    let first: Vec<_> = first.cloned().collect();
    let parts = parts.into_iter().skip(first.len());
    let columns = filter.input.schema().columns();
    let mut input = filter.input;
    if let Some(first) = conjunction(first) {
        input = Arc::new(LogicalPlan::Filter(Filter::try_new(first, input)?));
    }
    let schema = Arc::clone(input.schema());
    let mut values = Values::over(input);
    let parts = parts.map(|part| match plain::is_condition(&part, &schema) {
        true => Ok(part),
        false => values.replaced(part),
    });
    let parts = parts.collect::<Result<Vec<_>>>()?;
    let predicate = conjunction(parts).unwrap_or_else(|| datafusion::logical_expr::lit(true));
    let filter = Filter::try_new(predicate, values.plan)?;
    only(columns, Arc::new(LogicalPlan::Filter(filter)))
}

/// A node over one input whose expressions are values.
fn in_values(node: LogicalPlan) -> Result<LogicalPlan> {
    let exprs = node.expressions();
    if !exprs.iter().any(holds_subquery) {
        return Ok(node);
    }
    let inputs = node.inputs();
    let [input] = inputs.as_slice() else {
        return Ok(node);
    };
    let is_projection = matches!(node, LogicalPlan::Projection(_));
    let schema = Arc::clone(input.schema());
    let is_plain = |expr: &Expr| plain::is_value(expr, &schema, is_projection);
    if exprs.iter().all(is_plain) {
        return Ok(node);
    }
    let mut values = Values::over(Arc::new((*input).clone()));
    let names = NamePreserver::new(&node);
    let mut replaced = Vec::with_capacity(exprs.len());
    for expr in exprs {
        if is_plain(&expr) {
            replaced.push(expr);
            continue;
        }
        let name = names.save(&expr);
        let expr = values.replaced(plain::without_nots(expr)?)?;
        replaced.push(name.restore(expr));
    }
    let columns = node.schema().columns();
    let passes_columns = matches!(node, LogicalPlan::Window(_) | LogicalPlan::Sort(_));
    let node = node.with_new_exprs(replaced, vec![Arc::unwrap_or_clone(values.plan)])?;
    match passes_columns {
        true => only(columns, Arc::new(node)),
        false => Ok(node),
    }
}

/// Conditions of a join: of an inner one they are a filter above it, of another one they are
/// asked of the rows of the side that they are about.
fn in_join(join: Join) -> Result<LogicalPlan> {
    let Some(condition) = join.filter.clone().filter(holds_subquery) else {
        return Ok(LogicalPlan::Join(join));
    };
    let parts = split_conjunction_owned(plain::without_nots(condition)?);
    if join.join_type == JoinType::Inner {
        let (above, own): (Vec<_>, Vec<_>) = parts.into_iter().partition(holds_subquery);
        let filter = conjunction(own);
        let join = Arc::new(LogicalPlan::Join(Join { filter, ..join }));
        return match conjunction(above) {
            Some(above) => in_filter(Filter::try_new(above, join)?),
            None => Ok(Arc::unwrap_or_clone(join)),
        };
    }
    let columns = join.schema.columns();
    let mut left = Values::over(Arc::clone(&join.left));
    let mut right = Values::over(Arc::clone(&join.right));
    let mut own = Vec::with_capacity(parts.len());
    for part in parts {
        own.push(if plain::is_value(&part, &join.schema, false) {
            part
        } else if plain::is_about(&part, left.plan.schema())? {
            left.replaced(part)?
        } else if plain::is_about(&part, right.plan.schema())? {
            right.replaced(part)?
        } else {
            return Err(missing("a subquery over both sides of an outer join"));
        });
    }
    let join = Join::try_new(
        left.plan,
        right.plan,
        join.on,
        conjunction(own),
        join.join_type,
        join.join_constraint,
        join.null_equality,
        join.null_aware,
    )?;
    only(columns, Arc::new(LogicalPlan::Join(join)))
}

/// A join whose right side sees the rows of the left one.
fn lateral(join: Join) -> Result<LogicalPlan> {
    let LogicalPlan::Subquery(query) = join.right.as_ref() else {
        return Ok(LogicalPlan::Join(join));
    };
    let domain = Domain::of(&join.left, &query.subquery)?;
    let right = down::down(&query.subquery, &domain)?;
    let right = right.under_new_keys()?;
    let on = domain.pairs(&right)?;
    let conditions = join.on.iter().map(|(l, r)| l.clone().eq(r.clone()));
    let conditions = conditions.chain(join.filter.clone());
    // The rows of the left side pass and those of the right side are held, so that the
    // left's batches stay in their order; within one, rows that met come first.
    let kind = match join.join_type {
        JoinType::Inner => JoinType::Inner,
        JoinType::Left => JoinType::Right,
        other => return Err(missing(format_args!("a lateral join of the kind {other}"))),
    };
    let joined = Join::try_new(
        right.plan,
        Arc::clone(&join.left),
        on,
        conjunction(conditions),
        kind,
        join.join_constraint,
        NullEquality::NullEqualsNothing,
        false,
    )?;
    only(join.schema.columns(), Arc::new(LogicalPlan::Join(joined)))
}

/// The plan with these columns alone.
fn only(columns: Vec<Column>, plan: Arc<LogicalPlan>) -> Result<LogicalPlan> {
    let columns = columns.into_iter().map(Expr::Column).collect();
    Projection::try_new(columns, plan).map(LogicalPlan::Projection)
}

fn missing(what: impl std::fmt::Display) -> datafusion::error::DataFusionError {
    to_datafusion(SparkError::not_implemented(what))
}

fn binary(left: Expr, op: Operator, right: Expr) -> Expr {
    Expr::BinaryExpr(BinaryExpr::new(Box::new(left), op, Box::new(right)))
}
