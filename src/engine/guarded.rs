//! Conditions computed in their order. Spark asks the right side of `and` and `or` only
//! for the rows that the left side leaves open, and programs lean on it: in
//! `x <> 0 and 10 div x > 5` the left side guards the right one. The engine computes both
//! for all rows, and writes a CASE of truths as `and` and `or` besides. So after its rules
//! have run, a right side that may fail becomes a branch of a CASE.
//!
//! Must run last: the engine's rules would undo it.

use std::borrow::Cow;

use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, Result, ScalarValue};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::{conjunction, merge_schema, split_conjunction_owned};
use datafusion::logical_expr::{BinaryExpr, Case, Expr, ExprSchemable, LogicalPlan, Operator};

use super::null_first::null_first;

/// Functions of ours that fail for no value, and that conditions are often made of.
/// To call one for a row too many costs less than to leave rows out.
const TOTAL: &[&str] = &[
    "like",
    "ilike",
    "startswith",
    "endswith",
    "contains",
    "lower",
    "upper",
    "length",
    "trim",
    "year",
    "month",
    "day",
    "dayofmonth",
    "hour",
    "minute",
    "second",
    "dayofweek",
    "isnan",
    "equal_null",
];

/// What is in the name of a function whose values hang on which rows have asked before.
pub const IN_ORDER: &str = " \u{21dd}";

/// Whether there is such a function in an expression.
pub fn draws_in_order(expr: &Expr) -> bool {
    let found = expr.exists(|e| {
        Ok(matches!(e, Expr::ScalarFunction(call) if call.func.name().contains(IN_ORDER)))
    });
    found.unwrap_or(true)
}

/// The optimised plan with its conditions in order, and arguments behind nulls.
pub fn guarded(plan: LogicalPlan) -> Result<LogicalPlan> {
    null_first(conditions(plan)?)
}

fn conditions(plan: LogicalPlan) -> Result<LogicalPlan> {
    let changed = plan.transform_up_with_subqueries(|node| match node {
        // Its expressions are its maker's: the condition of a join of two streams is among
        // them, and stays as the engine computes it.
        LogicalPlan::Extension(_) | LogicalPlan::TableScan(_) => Ok(Transformed::no(node)),
        node if !holds_open_side(&node)? => Ok(Transformed::no(node)),
        LogicalPlan::Filter(mut filter) => {
            filter.predicate = condition_in_order(filter.predicate, filter.input.schema())?;
            Ok(Transformed::yes(LogicalPlan::Filter(filter)))
        }
        node => {
            let schema = merge_schema(&node.inputs());
            let names = NamePreserver::new(&node);
            let rewritten = node.map_expressions(|expr| {
                let name = names.save(&expr);
                Ok(Transformed::yes(name.restore(in_order(expr, &schema)?)))
            })?;
            rewritten.map_data(|node| node.recompute_schema())
        }
    })?;
    Ok(changed.data)
}

/// The condition of a filter or a join of streams over columns of `schema`, in order.
pub fn condition_in_order(condition: Expr, schema: &DFSchema) -> Result<Expr> {
    let parts = split_conjunction_owned(condition);
    let parts = parts.into_iter().map(|part| in_order(part, schema));
    Ok(kept(parts.collect::<Result<_>>()?))
}

/// The same for one expression over columns of `schema`.
pub fn in_order(expr: Expr, schema: &DFSchema) -> Result<Expr> {
    let changed = expr.transform_up(|expr| match expr {
        Expr::BinaryExpr(BinaryExpr { left, op, right })
            if matches!(op, Operator::And | Operator::Or) && may_fail(&right) =>
        {
            Ok(Transformed::yes(open(*left, op, *right, schema)?))
        }
        other => Ok(Transformed::no(other)),
    })?;
    Ok(changed.data)
}

/// `left and right`, or `left or right`, with `right` asked where `left` does not decide.
/// An unknown left side decides nothing; it is computed once, whatever it is.
fn open(left: Expr, op: Operator, right: Expr, schema: &DFSchema) -> Result<Expr> {
    let truth = |value| Box::new(Expr::Literal(ScalarValue::Boolean(value), None));
    let decides = op == Operator::Or;
    if !left.nullable(schema)? {
        let (then, otherwise) = match decides {
            true => (truth(Some(true)), Box::new(right)),
            false => (Box::new(right), truth(Some(false))),
        };
        let case = Case::new(None, vec![(Box::new(left), then)], Some(otherwise));
        return Ok(Expr::Case(case));
    }
    let unknown = Expr::BinaryExpr(BinaryExpr::new(truth(None), op, Box::new(right.clone())));
    let branches = vec![
        (truth(Some(decides)), truth(Some(decides))),
        (truth(Some(!decides)), Box::new(right)),
    ];
    let case = Case::new(Some(Box::new(left)), branches, Some(Box::new(unknown)));
    Ok(Expr::Case(case))
}

/// The condition of a filter, which keeps a row only if every part is true of it: a part
/// that may fail is asked for the rows that those before it keep.
fn kept(parts: Vec<Expr>) -> Expr {
    let mut groups: Vec<Vec<Expr>> = vec![Vec::new()];
    for part in parts {
        match groups.last_mut() {
            Some(group) if group.is_empty() || !may_fail(&part) => group.push(part),
            _ => groups.push(vec![part]),
        }
    }
    let no = Expr::Literal(ScalarValue::Boolean(Some(false)), None);
    let groups = groups.into_iter().rev().filter_map(conjunction);
    let nested = groups.reduce(|later, first| {
        let branch = (Box::new(first), Box::new(later));
        Expr::Case(Case::new(None, vec![branch], Some(Box::new(no.clone()))))
    });
    nested.unwrap_or(no)
}

/// Whether it is a condition whose right side may fail.
fn is_open(expr: &Expr) -> bool {
    matches!(expr, Expr::BinaryExpr(BinaryExpr { op: Operator::And | Operator::Or, right, .. })
        if may_fail(right))
}

/// Whether a condition in the node has a right side that may fail.
fn holds_open_side(node: &LogicalPlan) -> Result<bool> {
    let mut found = false;
    node.apply_expressions(|expr| {
        found = found || expr.exists(|e| Ok(is_open(e)))?;
        Ok(match found {
            true => TreeNodeRecursion::Stop,
            false => TreeNodeRecursion::Continue,
        })
    })?;
    Ok(found)
}

/// Whether a value may make it fail. What the engine computes by itself does not: sums
/// and casts that may are functions of ours.
pub fn may_fail(expr: &Expr) -> bool {
    let found = expr.exists(|e| {
        Ok(match e {
            Expr::ScalarFunction(call) => !TOTAL.contains(&call.func.name()),
            _ => false,
        })
    });
    found.unwrap_or(true)
}

/// The body of a lambda in order; as it is where nothing in it has to be.
pub fn body_in_order<'e>(body: &'e Expr, schema: &DFSchema) -> Result<Cow<'e, Expr>> {
    Ok(match body.exists(|e| Ok(is_open(e)))? {
        true => Cow::Owned(in_order(body.clone(), schema)?),
        false => Cow::Borrowed(body),
    })
}
