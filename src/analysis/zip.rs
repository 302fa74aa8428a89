//! `zip`: the columns of two frames beside each other, row by row. Both must be made of the
//! same rows by steps that only compute columns; then those steps are done one after the
//! other over the one source.

use std::sync::Arc;

use datafusion::common::Column;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::logical_expr::{Expr as Physical, LogicalPlan, Projection};

use super::partitions::only_counts;
use super::sameness::semantics;
use super::stream_node::node_of;
use super::{Analyzer, BatchMapNode, GroupMapNode, Resolved, column_name, engine, fresh_id};
use crate::error::{Result, SparkError};
use crate::plan::Plan;

impl Analyzer<'_> {
    pub(super) fn zip(&mut self, left: &Arc<Plan>, right: &Arc<Plan>) -> Result<Resolved> {
        let (left, right) = (self.relation(left)?, self.relation(right)?);
        let (steps_left, base) = steps(&left.plan);
        let (steps_right, base_right) = steps(&right.plan);
        if !is_same(base, base_right)? || calls_tables(base)? {
            return Err(SparkError::new("ZIP_PLANS_NOT_MERGEABLE", &[]));
        }
        let mut plan = done(base.clone(), &steps_left)?;
        plan = under_names_of(plan, base, base_right)?;
        plan = done(plan, &steps_right)?;
        // A column of both sides is two, as nobody may have one twice.
        let mut exprs = Vec::new();
        let mut output = left.output.clone();
        exprs.extend(left.output.iter().map(|a| a.column()));
        for attribute in &right.output {
            let mut attribute = attribute.clone();
            let column = attribute.column();
            if left.output.iter().any(|a| a.id == attribute.id) {
                attribute.id = fresh_id();
            }
            exprs.push(column.alias(column_name(attribute.id)));
            output.push(attribute);
        }
        let projection = engine(Projection::try_new(exprs, Arc::new(plan)))?;
        Ok(Resolved {
            plan: Arc::new(LogicalPlan::Projection(projection)),
            output,
            streaming: left.streaming || right.streaming,
        })
    }
}

/// The outer steps of a plan that only compute columns, the last first, and what is below
/// them.
fn steps(mut plan: &LogicalPlan) -> (Vec<&LogicalPlan>, &LogicalPlan) {
    let mut found = Vec::new();
    loop {
        let input = match plan {
            LogicalPlan::Projection(projection) => &projection.input,
            // Numbers of rows, which random numbers are drawn by.
            LogicalPlan::Window(window) if window.window_expr.iter().all(only_counts) => {
                &window.input
            }
            _ => return (found, plan),
        };
        found.push(plan);
        plan = input;
    }
}

fn is_same(left: &LogicalPlan, right: &LogicalPlan) -> Result<bool> {
    let meaning = |plan: &LogicalPlan| {
        semantics(&Resolved {
            plan: Arc::new(plan.clone()),
            output: Vec::new(),
            streaming: false,
        })
    };
    Ok(meaning(left)? == meaning(right)?)
}

/// Whether functions of the user's over whole tables are in the plan: they may give other
/// rows each time.
fn calls_tables(plan: &LogicalPlan) -> Result<bool> {
    let mut found = false;
    let looked = plan.apply_with_subqueries(|node| {
        found |= node_of::<BatchMapNode>(node).is_some() || node_of::<GroupMapNode>(node).is_some();
        Ok(TreeNodeRecursion::Continue)
    });
    engine(looked)?;
    Ok(found)
}

/// The steps over a plan whose columns all stay beside what they compute.
fn done(mut plan: LogicalPlan, steps: &[&LogicalPlan]) -> Result<LogicalPlan> {
    let beside = plan.schema().columns();
    for step in steps.iter().rev() {
        plan = match step {
            LogicalPlan::Projection(projection) => {
                let mut exprs = projection.expr.clone();
                let own: Vec<String> = projection
                    .schema
                    .fields()
                    .iter()
                    .map(|f| f.name().clone())
                    .collect();
                let others = beside.iter().filter(|column| !own.contains(&column.name));
                exprs.extend(others.cloned().map(Physical::Column));
                let projection = engine(Projection::try_new(exprs, Arc::new(plan)))?;
                LogicalPlan::Projection(projection)
            }
            step => engine(step.with_new_exprs(step.expressions(), vec![plan]))?,
        };
    }
    Ok(plan)
}

/// The plan with the columns of its source under the names, too, that they have in another
/// plan of the same source.
fn under_names_of(
    plan: LogicalPlan,
    base: &LogicalPlan,
    other: &LogicalPlan,
) -> Result<LogicalPlan> {
    let mut exprs: Vec<_> = plan
        .schema()
        .columns()
        .into_iter()
        .map(Physical::Column)
        .collect();
    let known: Vec<Column> = plan.schema().columns();
    let pairs = base
        .schema()
        .columns()
        .into_iter()
        .zip(other.schema().columns());
    for (own, name) in pairs {
        if !known.contains(&name) {
            exprs.push(Physical::Column(own).alias_qualified(name.relation, name.name));
        }
    }
    if exprs.len() == known.len() {
        return Ok(plan);
    }
    let projection = engine(Projection::try_new(exprs, Arc::new(plan)))?;
    Ok(LogicalPlan::Projection(projection))
}
