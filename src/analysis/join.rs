//! Joins.

use std::sync::Arc;

use datafusion::common::{JoinConstraint, JoinType, NullEquality};
use datafusion::functions::core::expr_fn::coalesce;
use datafusion::logical_expr::{Expr as Physical, Join, LogicalPlan, Projection};

use super::expression::{Resolver, Typed};
use super::{Analyzer, Attribute, Resolved, column_name, engine, fresh_id, names, subquery_limits};
use crate::error::{Result, SparkError, quoted};
use crate::plan::{Call, Expr, JoinKind, JoinOn, Plan};

impl<'a> Analyzer<'a> {
    pub(super) fn join(
        &mut self,
        left: &Arc<Plan>,
        right: &Arc<Plan>,
        kind: JoinKind,
        on: &JoinOn,
    ) -> Result<Resolved> {
        let plans = (left, right);
        let left = (*self.relation(left)?).clone();
        let before = self.relation(right)?;
        let right = self.side_apart(&left, &before, right)?;
        subquery_limits::in_sides(&left, &right, kind)?;
        let case_sensitive = self.context.options.case_sensitive;
        match on {
            JoinOn::Nothing => joined(left, right, kind, None),
            JoinOn::Condition(expr) => {
                let both = beside(&left, &right);
                self.refuse_ambiguous_condition(expr, plans, &before, &right, &both)?;
                let shared = before.output.iter().any(|b| !right.output.contains(b));
                let expr = match shared && self.context.options.resolve_self_join {
                    true => &sides_compared(expr, &left, &right, case_sensitive)?,
                    false => expr,
                };
                let mut resolver = Resolver::new(self, &both);
                let value = resolver.resolve(expr)?;
                if !resolver.window_columns().is_empty() {
                    return Err(SparkError::not_implemented(
                        "a time window in a join condition",
                    ));
                }
                subquery_limits::in_join(&value, &left.output, &right.output)?;
                let condition = join_condition(value)?;
                joined(left, right, kind, Some(condition))
            }
            JoinOn::Using(columns) => self.join_using(left, right, kind, columns),
            JoinOn::Natural => {
                let shared: Vec<String> = left
                    .output
                    .iter()
                    .filter(|l| {
                        right
                            .output
                            .iter()
                            .any(|r| names::same(&l.name, &r.name, case_sensitive))
                    })
                    .map(|l| l.name.clone())
                    .collect();
                self.join_using(left, right, kind, &shared)
            }
        }
    }

    /// The named columns of both sides are equal and appear once, first.
    fn join_using(
        &mut self,
        left: Resolved,
        right: Resolved,
        kind: JoinKind,
        columns: &[String],
    ) -> Result<Resolved> {
        let case_sensitive = self.context.options.case_sensitive;
        let mut pairs: Vec<(Attribute, Attribute)> = Vec::new();
        for name in columns {
            let l = using_column(&left, name, "left", case_sensitive)?;
            let r = using_column(&right, name, "right", case_sensitive)?;
            pairs.push((l, r));
        }
        let both = beside(&left, &right);
        let mut condition: Option<Physical> = None;
        for (l, r) in &pairs {
            let resolver = Resolver::new(self, &both);
            let equal = resolver.compare("=", Typed::of(l), Typed::of(r))?.expr;
            condition = Some(match condition {
                Some(other) => datafusion::logical_expr::and(other, equal),
                None => equal,
            });
        }
        let base = joined(left.clone(), right.clone(), kind, condition)?;
        if matches!(kind, JoinKind::LeftSemi | JoinKind::LeftAnti) {
            return self.using_left_only(base, &pairs);
        }
        let mut exprs = Vec::new();
        let mut output = Vec::new();
        for (l, r) in &pairs {
            let (expr, attribute) = merged(l, r, kind);
            exprs.push(expr);
            output.push(attribute);
        }
        let rest = base
            .output
            .iter()
            .filter(|a| !pairs.iter().any(|(l, r)| l.id == a.id || r.id == a.id));
        for attribute in rest {
            exprs.push(attribute.column());
            output.push(attribute.clone());
        }
        let projection = engine(Projection::try_new(exprs, base.plan))?;
        let plan = Arc::new(LogicalPlan::Projection(projection));
        Ok(Resolved {
            plan,
            output,
            streaming: base.streaming,
        })
    }

    fn using_left_only(
        &mut self,
        base: Resolved,
        pairs: &[(Attribute, Attribute)],
    ) -> Result<Resolved> {
        let mut output: Vec<Attribute> = pairs.iter().map(|(l, _)| l.clone()).collect();
        output.extend(
            base.output
                .iter()
                .filter(|a| !pairs.iter().any(|(l, _)| l.id == a.id))
                .cloned(),
        );
        let plan = Self::keep(base.plan, &output)?;
        Ok(Resolved {
            plan,
            output,
            streaming: base.streaming,
        })
    }
}

/// A condition on columns that both sides have under one id: `df.a == other.a`, where
/// `other` was made from `df`, compares the two sides, each by the name, as in Spark.
fn sides_compared(
    condition: &Expr,
    left: &Resolved,
    right: &Resolved,
    case_sensitive: bool,
) -> Result<Expr> {
    let by_name = |side: &Resolved, name: &str| -> Result<Option<Expr>> {
        let parts = [name.to_string()];
        let found = names::find(&parts, &side.output, case_sensitive)?;
        Ok(found.map(|found| Expr::bound(found.attribute.id, found.attribute.name.clone())))
    };
    condition.rewrite(&mut |expr| {
        let Expr::Call(call) = expr else {
            return Ok(None);
        };
        if !is_equality(call) {
            return Ok(None);
        }
        let [
            Expr::Bound { id: l, name, .. },
            Expr::Bound {
                id: r, name: other, ..
            },
        ] = call.args.as_slice()
        else {
            return Ok(None);
        };
        if l != r {
            return Ok(None);
        }
        let sides = (by_name(left, name)?, by_name(right, other)?);
        Ok(match sides {
            (Some(l), Some(r)) => Some(Expr::call(&call.name, [l, r])),
            _ => None,
        })
    })
}

pub(super) fn is_equality(call: &Call) -> bool {
    matches!(call.name.as_str(), "=" | "==" | "<=>")
}

fn using_column(
    side: &Resolved,
    name: &str,
    which: &str,
    case_sensitive: bool,
) -> Result<Attribute> {
    let found = side
        .output
        .iter()
        .find(|a| names::same(&a.name, name, case_sensitive));
    if let Some(attribute) = found {
        return Ok(attribute.clone());
    }
    let mut all: Vec<_> = side
        .output
        .iter()
        .map(|a| quoted(&[a.name.as_str()]))
        .collect();
    all.sort();
    Err(SparkError::new(
        "UNRESOLVED_USING_COLUMN_FOR_JOIN",
        &[
            ("colName", &quoted(&[name])),
            ("side", which),
            ("suggestion", &all.join(", ")),
        ],
    ))
}

/// The one column that stands for both in the output of a `USING` join.
fn merged(left: &Attribute, right: &Attribute, kind: JoinKind) -> (Physical, Attribute) {
    match kind {
        JoinKind::Right => (right.column(), right.clone()),
        JoinKind::Full => {
            let id = fresh_id();
            let value = coalesce(vec![left.column(), right.column()]);
            let attribute = Attribute {
                id,
                nullable: left.nullable && right.nullable,
                qualifier: Vec::new(),
                ..left.clone()
            };
            (value.alias(column_name(id)), attribute)
        }
        _ => (left.column(), left.clone()),
    }
}

/// The columns that a join condition sees.
pub(super) fn beside(left: &Resolved, right: &Resolved) -> Resolved {
    let mut output = left.output.clone();
    output.extend(right.output.iter().cloned());
    Resolved {
        plan: Arc::clone(&left.plan),
        output,
        streaming: left.streaming || right.streaming,
    }
}

pub(super) fn join_condition(value: Typed) -> Result<Physical> {
    use crate::types::DataType;
    if value.data_type != DataType::Boolean {
        return Err(SparkError::new(
            "JOIN_CONDITION_IS_NOT_BOOLEAN_TYPE",
            &[
                ("joinCondition", &format!("\"{}\"", value.text)),
                ("conditionType", &format!("\"{}\"", value.data_type.sql())),
            ],
        ));
    }
    super::relation::checked_condition(value)
}

pub(super) fn joined(
    left: Resolved,
    right: Resolved,
    kind: JoinKind,
    condition: Option<Physical>,
) -> Result<Resolved> {
    let join_type = match kind {
        JoinKind::Inner | JoinKind::Cross => JoinType::Inner,
        JoinKind::Left => JoinType::Left,
        JoinKind::Right => JoinType::Right,
        JoinKind::Full => JoinType::Full,
        JoinKind::LeftSemi => JoinType::LeftSemi,
        JoinKind::LeftAnti => JoinType::LeftAnti,
    };
    let join = engine(Join::try_new(
        left.plan,
        right.plan,
        vec![],
        condition,
        join_type,
        JoinConstraint::On,
        NullEquality::NullEqualsNothing,
        false,
    ))?;
    let outer = |attributes: Vec<Attribute>, by: bool| {
        attributes.into_iter().map(move |a| Attribute {
            nullable: a.nullable || by,
            ..a
        })
    };
    let left_null = matches!(kind, JoinKind::Right | JoinKind::Full);
    let right_null = matches!(kind, JoinKind::Left | JoinKind::Full);
    let mut output: Vec<_> = outer(left.output, left_null).collect();
    if !matches!(kind, JoinKind::LeftSemi | JoinKind::LeftAnti) {
        output.extend(outer(right.output, right_null));
    }
    Ok(Resolved {
        plan: Arc::new(LogicalPlan::Join(join)),
        output,
        streaming: left.streaming || right.streaming,
    })
}
