//! Where a subquery may stand and where it may name the query around it: Spark's limits.
//! What is taken for all rows at once (groups, sorts, windows) is of the subquery alone.

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::{Expr as Physical, LogicalPlan};

use super::expression::Typed;
use super::{Attribute, Resolved, column_name};
use crate::error::{Result, SparkError, quoted};
use crate::plan::text::sort_text;
use crate::plan::{JoinKind, SortOrder};
use crate::types::DataType;

fn refused(what: &str, parameters: &[(&str, &str)]) -> SparkError {
    let condition = format!("UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.{what}");
    SparkError::new(&condition, parameters)
}

/// The columns of `around` that a plan inside asks for, in the order in which it does.
pub(super) fn asked_of<'a>(plan: &LogicalPlan, around: &'a [Attribute]) -> Vec<&'a Attribute> {
    let all = plan.all_out_ref_exprs();
    let names = all.iter().filter_map(|expr| match expr {
        Physical::OuterReferenceColumn(_, column) => Some(&column.name),
        _ => None,
    });
    let known = |name: &String| around.iter().find(|a| column_name(a.id) == *name);
    names.filter_map(known).collect()
}

/// The same as they are printed: `exists(a, b)`.
pub(super) fn asked_text(plan: &LogicalPlan, around: &[Attribute]) -> String {
    let names = asked_of(plan, around).into_iter().map(|a| a.name.clone());
    names.collect::<Vec<_>>().join(", ")
}

/// Refuses maps of the query around: rows are told apart by what they ask.
pub(super) fn no_maps(resolved: &Resolved, around: &[Attribute]) -> Result<()> {
    if is_one_row(&resolved.plan) {
        return Ok(());
    }
    for attribute in asked_of(&resolved.plan, around) {
        if holds_map(&attribute.data_type) {
            let expr = whole_name(attribute);
            let what = "UNSUPPORTED_CORRELATED_REFERENCE_DATA_TYPE";
            return Err(refused(what, &[("expr", &expr), ("dataType", "map")]));
        }
    }
    Ok(())
}

fn is_one_row(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::Projection(node) => is_one_row(&node.input),
        LogicalPlan::EmptyRelation(_) => true,
        other => other.inputs().is_empty() && !other.to_string().contains("TableScan"),
    }
}

fn holds_map(data_type: &DataType) -> bool {
    match data_type {
        DataType::Map { .. } => true,
        DataType::Array { element, .. } => holds_map(element),
        DataType::Struct(fields) => fields.fields.iter().any(|f| holds_map(&f.data_type)),
        _ => false,
    }
}

/// The column with what it may be addressed by.
pub(super) fn whole_name(attribute: &Attribute) -> String {
    let parts = attribute.qualifier.iter().chain([&attribute.name]);
    parts.cloned().collect::<Vec<_>>().join(".")
}

fn outside(texts: &[String]) -> SparkError {
    let texts: Vec<_> = texts.iter().map(|text| format!("\"{text}\"")).collect();
    let texts = texts.join(",");
    refused("CORRELATED_REFERENCE", &[("sqlExprs", &texts)]).with_context(";")
}

/// The text without the mark of columns around.
fn bare(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, marked)) = rest.split_once("outer(") {
        let Some((name, after)) = marked.split_once(')') else {
            break;
        };
        out.push_str(before);
        out.push_str(name.rsplit('.').next().unwrap_or(name));
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Refuses values of groups that name the query around.
pub(super) fn in_groups(keys: &[Typed], values: &[Typed]) -> Result<()> {
    for value in values {
        mixed(value)?;
    }
    let mut texts: Vec<_> = keys.iter().filter(|key| sees(key)).map(bare_text).collect();
    for value in values.iter().filter(|value| sees(value)) {
        texts.push(named_text(value));
    }
    match texts.is_empty() {
        true => Ok(()),
        false => Err(outside(&texts)),
    }
}

fn sees(value: &Typed) -> bool {
    value.expr.contains_outer()
}

fn bare_text(value: &Typed) -> String {
    bare(&value.text)
}

fn named_text(value: &Typed) -> String {
    match &value.name {
        Some(_) => bare(&value.text),
        None => format!("{} AS {}", bare(&value.text), quoted(&[&value.text])),
    }
}

/// Refuses an aggregate of values of both queries.
fn mixed(value: &Typed) -> Result<()> {
    let mut found = false;
    let looked = value.expr.apply(|part| {
        if let Physical::AggregateFunction(call) = part {
            let own = |e: &Physical| e.exists(|p| Ok(matches!(p, Physical::Column(_))));
            let any = |test: &dyn Fn(&Physical) -> bool| call.params.args.iter().any(test);
            found |= any(&|e| own(e).unwrap_or(false)) && any(&Physical::contains_outer);
        }
        Ok(TreeNodeRecursion::Continue)
    });
    super::engine(looked)?;
    match found {
        true => {
            let what = "AGGREGATE_FUNCTION_MIXED_OUTER_LOCAL_REFERENCES";
            Err(refused(what, &[("function", &value.text)]))
        }
        false => Ok(()),
    }
}

/// Refuses windows over the query around.
pub(super) fn in_windows(values: &[Typed]) -> Result<()> {
    for value in values {
        let is_window = |e: &Physical| matches!(e, Physical::WindowFunction(_));
        let sees = |e: &Physical| Ok(is_window(e) && e.contains_outer());
        if super::engine(value.expr.exists(sees))? {
            return Err(outside(&[named_text(value)]));
        }
    }
    Ok(())
}

/// Refuses keys of a sort that name the query around, or that ask a subquery for each row.
pub(super) fn in_order(keys: &[Typed], order: &[SortOrder]) -> Result<()> {
    let seen: Vec<_> = keys
        .iter()
        .zip(order)
        .filter(|(key, _)| sees(key))
        .collect();
    if !seen.is_empty() {
        let texts = seen
            .iter()
            .map(|(key, order)| bare(&sort_text(&key.text, order)));
        return Err(outside(&texts.collect::<Vec<_>>()));
    }
    let texts = keys
        .iter()
        .zip(order)
        .map(|(key, order)| sort_text(&key.text, order));
    let texts = format!("Sort [{}]", texts.collect::<Vec<_>>().join(", "));
    keys.iter().try_for_each(|key| misplaced(key, &texts))
}

/// Refuses a subquery that is asked for each row, in a step that is none of those that may.
pub(super) fn misplaced(value: &Typed, step: &str) -> Result<()> {
    let what = match kind(&value.expr)? {
        Kind::None => return Ok(()),
        Kind::Condition => "UNSUPPORTED_IN_EXISTS_SUBQUERY",
        Kind::Value => "UNSUPPORTED_CORRELATED_SCALAR_SUBQUERY",
    };
    Err(refused(what, &[("treeNode", step)]))
}

/// What a join's condition may not be: a value asked for each row, or a subquery about both
/// sides at once.
pub(super) fn in_join(condition: &Typed, left: &[Attribute], right: &[Attribute]) -> Result<()> {
    if matches!(kind(&condition.expr)?, Kind::Value) {
        return misplaced(condition, &format!("Join {}", condition.text));
    }
    let mut both = false;
    let looked = condition.expr.apply(|part| {
        if let Physical::InSubquery(_) | Physical::Exists(_) = part {
            let of = |side: &[Attribute]| side.iter().any(|a| names(part, &column_name(a.id)));
            both |= of(left) && of(right);
        }
        Ok(TreeNodeRecursion::Continue)
    });
    super::engine(looked)?;
    match both {
        true => {
            let what = "UNSUPPORTED_CORRELATED_EXPRESSION_IN_JOIN_CONDITION";
            Err(refused(what, &[("subqueryExpression", &condition.text)]))
        }
        false => Ok(()),
    }
}

/// Refuses a side of a join that sees the query around where the other side keeps its rows
/// whatever it has.
pub(super) fn in_sides(left: &Resolved, right: &Resolved, kind: JoinKind) -> Result<()> {
    let sees = |side: &Resolved| !side.plan.all_out_ref_exprs().is_empty();
    let is_refused = match kind {
        JoinKind::Inner | JoinKind::Cross => false,
        JoinKind::Left | JoinKind::LeftSemi | JoinKind::LeftAnti => sees(right),
        JoinKind::Right => sees(left),
        JoinKind::Full => sees(left) || sees(right),
    };
    match is_refused {
        true => {
            let what = "ACCESSING_OUTER_QUERY_COLUMN_IS_NOT_ALLOWED";
            Err(refused(what, &[("treeNode", "Join")]))
        }
        false => Ok(()),
    }
}

/// Whether a subquery or what it is asked about names the column.
fn names(part: &Physical, name: &str) -> bool {
    let inside = |plan: &LogicalPlan| {
        let all = plan.all_out_ref_exprs();
        all.iter()
            .any(|e| matches!(e, Physical::OuterReferenceColumn(_, c) if c.name == name))
    };
    match part {
        Physical::InSubquery(test) => {
            let asked = test.expr.column_refs();
            asked.iter().any(|column| column.name == name) || inside(&test.subquery.subquery)
        }
        Physical::Exists(test) => inside(&test.subquery.subquery),
        _ => false,
    }
}

enum Kind {
    None,
    Condition,
    Value,
}

/// The first subquery of an expression that hangs on a row.
fn kind(expr: &Physical) -> Result<Kind> {
    let mut found = Kind::None;
    let looked = expr.apply(|part| {
        found = match part {
            Physical::InSubquery(_) | Physical::Exists(_) => Kind::Condition,
            Physical::ScalarSubquery(query) if !query.outer_ref_columns.is_empty() => Kind::Value,
            _ => return Ok(TreeNodeRecursion::Continue),
        };
        Ok(TreeNodeRecursion::Stop)
    });
    super::engine(looked)?;
    Ok(found)
}

/// Refuses a value of groups that asks a subquery about one of their rows: as Spark, it has
/// to be a key itself.
pub(super) fn is_key(expr: &Physical, text: &str) -> Result<()> {
    match kind(expr)? {
        Kind::Value => Err(SparkError::new(
            "SCALAR_SUBQUERY_IS_IN_GROUP_BY_OR_AGGREGATE_FUNCTION",
            &[("sqlExpr", &format!("\"{text}\""))],
        )),
        _ => Ok(()),
    }
}
