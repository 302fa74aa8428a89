//! `QUALIFY`: a filter by window functions, of the select list or of its own.

use std::sync::Arc;

use datafusion::logical_expr::{Filter, LogicalPlan};

use super::project::Extended;
use super::relation::checked_condition;
use super::{Analyzer, Resolved, engine};
use crate::error::{Result, SparkError};
use crate::plan::{Expr, Plan, Relation};

impl Analyzer<'_> {
    pub(super) fn qualify(&mut self, input: &Arc<Plan>, condition: &Expr) -> Result<Resolved> {
        let listed = match &input.relation {
            Relation::Having { input, .. } => list_of(input),
            _ => list_of(input),
        };
        let has_some = has_window(condition) || listed.iter().any(has_window);
        match self.qualify_with(input, condition, &[])? {
            Some(extended) if has_some => Ok(extended.resolved()),
            Some(_) => Err(SparkError::new("QUALIFY_REQUIRES_WINDOW_FUNCTION", &[])),
            None => Err(SparkError::internal("QUALIFY is over a select list")),
        }
    }

    /// The same, with `extra` computed beside the select list.
    pub(super) fn qualify_with(
        &mut self,
        input: &Arc<Plan>,
        condition: &Expr,
        extra: &[Expr],
    ) -> Result<Option<Extended>> {
        let mut all = vec![condition.clone()];
        all.extend_from_slice(extra);
        let Some(mut inner) = self.with_extra(input, &all)? else {
            return Ok(None);
        };
        let condition = checked_condition(inner.extra.remove(0))?;
        let filter = engine(Filter::try_new(condition, inner.plan))?;
        let mut plan = Arc::new(LogicalPlan::Filter(filter));
        if extra.is_empty() {
            plan = Self::keep(plan, &inner.output)?;
        }
        Ok(Some(Extended { plan, ..inner }))
    }
}

fn list_of(plan: &Plan) -> &[Expr] {
    match &plan.relation {
        Relation::Project { exprs, .. } | Relation::Aggregate { exprs, .. } => exprs,
        _ => &[],
    }
}

fn has_window(expr: &Expr) -> bool {
    let mut found = false;
    let _ = expr.rewrite::<std::convert::Infallible>(&mut |part| {
        found |= matches!(part, Expr::Over { .. });
        Ok(None)
    });
    found
}
