//! `SELECT` lists: projections, added, renamed and dropped columns; and the columns
//! that a sort or a `HAVING` needs from below its input.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::{Expr as Physical, LogicalPlan, LogicalPlanBuilder, Projection};

use super::expression::{Resolver, Typed};
use super::{Analyzer, Attribute, Resolved, column, column_name, engine, fresh_id, names};
use crate::engine::kept_order::held;
use crate::error::{Result, SparkError};
use crate::plan::{Expr, Plan, Relation};

/// A plan with columns beside its output, for the operator above it.
pub(crate) struct Extended {
    pub plan: Arc<LogicalPlan>,
    pub output: Vec<Attribute>,
    pub extra: Vec<Typed>,
    pub streaming: bool,
}

impl Extended {
    pub fn resolved(self) -> Resolved {
        Resolved {
            plan: self.plan,
            output: self.output,
            streaming: self.streaming,
        }
    }

    /// With all rows below it kept, where its values hang on them.
    pub(super) fn held(mut self, holds_rows: bool) -> Self {
        if holds_rows {
            self.plan = Arc::new(held(Arc::unwrap_or_clone(self.plan)));
        }
        self
    }
}

impl<'a> Analyzer<'a> {
    /// `marked`: columns without a name get Spark's mark of a made-up one.
    pub(super) fn project(
        &mut self,
        input: &Arc<Plan>,
        exprs: &[Expr],
        marked: bool,
    ) -> Result<Resolved> {
        if over_aggregates(exprs) {
            let plain = crate::plan::Grouping::Plain;
            let mut below = |analyzer: &mut Self, exprs: &[Expr]| {
                let found =
                    analyzer.aggregate_with(input, &[], &plain, exprs, &[], None, marked)?;
                Ok(found.resolved())
            };
            if let Some(above) = self.generated_above(exprs, &mut below)? {
                return Ok(above);
            }
        }
        Ok(self
            .project_with(input, exprs, &[], None, marked)?
            .resolved())
    }

    /// A projection that also carries `extra`, computed over its input. `known` are
    /// the attributes of an earlier pass over the same node, whose ids stay.
    pub(super) fn project_with(
        &mut self,
        input: &Arc<Plan>,
        exprs: &[Expr],
        extra: &[Expr],
        known: Option<&[Attribute]>,
        marked: bool,
    ) -> Result<Extended> {
        let child = self.relation(input)?;
        let mut resolver = Resolver::new(self, &child);
        let exprs = resolver.expand(exprs)?;
        let mut typed = Vec::with_capacity(exprs.len() + extra.len());
        for expr in &exprs {
            let values = resolver.select_item(expr)?;
            if let (Expr::Alias { name, .. }, [value]) = (expr, values.as_slice()) {
                resolver.laterals.push((name.clone(), value.clone()));
            }
            typed.extend(values);
        }
        let visible = typed.len();
        if typed.iter().any(Typed::expr_contains_aggregate) {
            return self.aggregate_with(
                input,
                &[],
                &crate::plan::Grouping::Plain,
                &exprs,
                extra,
                known,
                marked,
            );
        }
        for expr in extra {
            typed.push(resolver.resolve(expr)?);
        }
        if marked {
            typed.iter_mut().take(visible).for_each(mark);
        }
        let holds_rows = resolver.holds_rows;
        let plan = resolver.into_input(&child)?;
        let emitted = emit(plan, typed, visible, known, child.streaming)?;
        Ok(emitted.held(holds_rows))
    }

    pub(super) fn with_columns(
        &mut self,
        input: &Arc<Plan>,
        columns: &[(String, Expr)],
    ) -> Result<Resolved> {
        let child = self.relation(input)?;
        let case_sensitive = self.context.options.case_sensitive;
        let mut exprs = Vec::new();
        for attribute in &child.output {
            let replaced = columns
                .iter()
                .find(|(n, _)| names::same(n, &attribute.name, case_sensitive));
            exprs.push(match replaced {
                Some((name, expr)) => expr.clone().alias(name),
                None => Expr::bound(attribute.id, attribute.name.clone()),
            });
        }
        for (name, expr) in columns {
            let exists = child
                .output
                .iter()
                .any(|a| names::same(name, &a.name, case_sensitive));
            if !exists {
                exprs.push(expr.clone().alias(name));
            }
        }
        self.project(input, &exprs, false)
    }

    pub(super) fn rename(
        &mut self,
        input: &Arc<Plan>,
        renames: &[(String, String)],
    ) -> Result<Resolved> {
        let child = self.relation(input)?;
        let case_sensitive = self.context.options.case_sensitive;
        let exprs: Vec<_> = child
            .output
            .iter()
            .map(|attribute| {
                let bound = Expr::bound(attribute.id, attribute.name.clone());
                let new = renames
                    .iter()
                    .rev()
                    .find(|(old, _)| names::same(old, &attribute.name, case_sensitive));
                match new {
                    Some((_, name)) => bound.alias(name),
                    None => bound,
                }
            })
            .collect();
        self.project(input, &exprs, false)
    }

    pub(super) fn named(&mut self, input: &Arc<Plan>, new: &[String]) -> Result<Resolved> {
        let child = self.relation(input)?;
        if child.output.len() != new.len() {
            return Err(SparkError::new(
                "ASSIGNMENT_ARITY_MISMATCH",
                &[
                    ("numExpr", &new.len().to_string()),
                    ("numTarget", &child.output.len().to_string()),
                ],
            ));
        }
        let exprs: Vec<_> = child
            .output
            .iter()
            .zip(new)
            .map(|(a, name)| Expr::bound(a.id, a.name.clone()).alias(name))
            .collect();
        self.project(input, &exprs, false)
    }

    pub(super) fn drop_columns(&mut self, input: &Arc<Plan>, columns: &[Expr]) -> Result<Resolved> {
        let child = self.relation(input)?;
        let case_sensitive = self.context.options.case_sensitive;
        let dropped = |a: &Attribute| {
            columns.iter().any(|c| match c {
                Expr::Bound { id, .. } => *id == a.id,
                Expr::Attribute(parts) => match parts.as_slice() {
                    [name] => names::same(name, &a.name, case_sensitive),
                    _ => matches!(
                        names::find(parts, std::slice::from_ref(a), case_sensitive),
                        Ok(Some(found)) if found.fields.is_empty()
                    ),
                },
                _ => false,
            })
        };
        let exprs: Vec<_> = child
            .output
            .iter()
            .filter(|a| !dropped(a))
            .map(|a| Expr::bound(a.id, a.name.clone()))
            .collect();
        if exprs.len() == child.output.len() {
            return Ok((*child).clone());
        }
        self.project(input, &exprs, false)
    }

    /// The relation again, with `extra` computed where its own input's columns are
    /// in scope. `None` where the relation has no such place.
    pub(super) fn with_extra(
        &mut self,
        plan: &Arc<Plan>,
        extra: &[Expr],
    ) -> Result<Option<Extended>> {
        let known = self.relation(plan)?.output.clone();
        let known = Some(known.as_slice());
        let extended = match &plan.relation {
            Relation::Project { input, exprs } => {
                self.project_with(input, exprs, extra, known, true)?
            }
            Relation::Select { input, exprs } => {
                self.project_with(input, exprs, extra, known, false)?
            }
            Relation::Aggregate {
                input,
                keys,
                grouping,
                exprs,
            } => self.aggregate_with(input, keys, grouping, exprs, extra, known, true)?,
            Relation::Having { input, condition } => {
                match self.having_with(input, condition, extra)? {
                    Some(extended) => extended,
                    None => return Ok(None),
                }
            }
            Relation::Qualify { input, condition } => {
                match self.qualify_with(input, condition, extra)? {
                    Some(extended) => extended,
                    None => return Ok(None),
                }
            }
            Relation::Repartition { input, dealing } => {
                match self.repartition_beside(input, dealing, extra)? {
                    Some(extended) => extended,
                    None => return Ok(None),
                }
            }
            Relation::Filter { input, condition } => {
                // The condition, too, may be on columns from below.
                match self.having_with(input, condition, extra)? {
                    Some(extended) => extended,
                    None => return Ok(None),
                }
            }
            _ => return Ok(None),
        };
        Ok(Some(extended))
    }

    /// Only the columns of `output`, in its order.
    pub(super) fn keep(plan: Arc<LogicalPlan>, output: &[Attribute]) -> Result<Arc<LogicalPlan>> {
        let exprs = output.iter().map(Attribute::column).collect();
        Ok(Arc::new(LogicalPlan::Projection(engine(
            Projection::try_new(exprs, plan),
        )?)))
    }
}

/// Whether a generator of the select list is over an aggregate.
fn over_aggregates(exprs: &[Expr]) -> bool {
    let is_over = |call: &crate::plan::Call| {
        let mut found = false;
        let mut look = |e: &Expr| -> Result<Option<Expr>> {
            // What stands over a window is none.
            let is_window = matches!(e, Expr::Over { .. });
            if let Expr::Call(call) = e {
                found |= crate::engine::aggregate::is_aggregate(&call.name.to_ascii_lowercase());
            }
            Ok(is_window.then(|| e.clone()))
        };
        let all = call
            .args
            .iter()
            .try_for_each(|arg| arg.rewrite(&mut look).map(drop));
        all.is_ok() && found
    };
    let mut generators = exprs.iter().filter_map(super::generate::generator_of);
    generators.any(|(call, _)| is_over(call))
}

/// Marks a column that got its name from its text.
pub(super) fn mark(value: &mut Typed) {
    // A constant is called what it is.
    if value.name.is_none() && value.literal.is_none() {
        let yes = serde_json::Value::String("true".into());
        value.metadata.insert("__autoGeneratedAlias".into(), yes);
    }
}

/// The projection of `typed` over `plan`: the first `visible` are its output, the
/// others are carried beside it.
pub(super) fn emit(
    plan: Arc<LogicalPlan>,
    typed: Vec<Typed>,
    visible: usize,
    known: Option<&[Attribute]>,
    streaming: bool,
) -> Result<Extended> {
    super::subquery_limits::in_windows(&typed)?;
    let (plan, typed) = windowed(plan, typed)?;
    let mut exprs = Vec::with_capacity(typed.len());
    let mut output: Vec<Attribute> = Vec::with_capacity(typed.len());
    for (i, value) in typed.into_iter().enumerate() {
        let kept = known
            .and_then(|k| k.get(i))
            .filter(|_| i < visible)
            .map(|a| a.id);
        let taken = |id: &crate::plan::ExprId| output.iter().any(|a| a.id == *id);
        let id = kept
            .or(value.attribute.filter(|id| !taken(id)))
            .unwrap_or_else(fresh_id);
        let name = value.column_name();
        let unchanged = value.expr == column(id);
        exprs.push(if unchanged {
            value.expr
        } else {
            value.expr.alias(column_name(id))
        });
        output.push(Attribute {
            id,
            name,
            data_type: value.data_type,
            nullable: value.nullable,
            qualifier: value.qualifier,
            metadata: value.metadata,
        });
    }
    let projection = engine(Projection::try_new(exprs, plan))?;
    let extra = output.split_off(visible).iter().map(Typed::of).collect();
    Ok(Extended {
        plan: Arc::new(LogicalPlan::Projection(projection)),
        output,
        extra,
        streaming,
    })
}

/// Puts the window functions inside `typed` into window nodes below.
fn windowed(
    plan: Arc<LogicalPlan>,
    mut typed: Vec<Typed>,
) -> Result<(Arc<LogicalPlan>, Vec<Typed>)> {
    let mut calls: Vec<Physical> = Vec::new();
    for value in &typed {
        engine(value.expr.apply(|e| {
            if matches!(e, Physical::WindowFunction(_)) {
                if !calls.contains(e) {
                    calls.push(e.clone());
                }
                return Ok(TreeNodeRecursion::Jump);
            }
            Ok(TreeNodeRecursion::Continue)
        }))?;
    }
    if calls.is_empty() {
        return Ok((plan, typed));
    }
    for value in &mut typed {
        let expr = value.expr.clone().transform_down(|e| {
            if matches!(e, Physical::WindowFunction(_)) {
                let name = e.schema_name().to_string();
                let column = datafusion::common::Column::new_unqualified(name);
                return Ok(Transformed::new(
                    Physical::Column(column),
                    true,
                    TreeNodeRecursion::Jump,
                ));
            }
            Ok(Transformed::no(e))
        });
        value.expr = engine(expr)?.data;
    }
    let plan = LogicalPlanBuilder::window_plan(Arc::unwrap_or_clone(plan), calls);
    Ok((Arc::new(engine(plan)?), typed))
}

/// The output under new ids, for a relation that appears twice in a plan.
pub(super) fn renewed(resolved: &Resolved) -> Result<Resolved> {
    renewed_where(resolved, |_| true)
}

/// The same for some of the columns.
pub(super) fn renewed_where(
    resolved: &Resolved,
    is_meant: impl Fn(&Attribute) -> bool,
) -> Result<Resolved> {
    let mut exprs = Vec::with_capacity(resolved.output.len());
    let mut output = Vec::with_capacity(resolved.output.len());
    for attribute in &resolved.output {
        if !is_meant(attribute) {
            exprs.push(attribute.column());
            output.push(attribute.clone());
            continue;
        }
        let id = fresh_id();
        exprs.push(column(attribute.id).alias(column_name(id)));
        output.push(Attribute {
            id,
            ..attribute.clone()
        });
    }
    let projection = engine(Projection::try_new(exprs, Arc::clone(&resolved.plan)))?;
    Ok(Resolved {
        plan: Arc::new(LogicalPlan::Projection(projection)),
        output,
        streaming: resolved.streaming,
    })
}
