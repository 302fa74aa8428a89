//! `LATERAL`: joins whose right side sees the columns of each row of the left.
//!
//! Projections, conditions and generators on the right are put above the join, where the
//! left's columns are columns as any other. What works on all rows of the right is taken
//! apart as subqueries are.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{JoinConstraint, JoinType, NullEquality, Spans};
use datafusion::logical_expr::{
    Expr as Physical, Filter, Join, LogicalPlan, LogicalPlanBuilder, Projection, Subquery,
};

use super::apart::apart;
use super::expression::Resolver;
use super::join::{beside, join_condition, joined};
use super::{Analyzer, Resolved, engine};
use crate::error::{Result, SparkError};
use crate::plan::{Expr, JoinKind, Plan};

impl Analyzer<'_> {
    pub(super) fn lateral(
        &mut self,
        left: &Arc<Plan>,
        right: &Arc<Plan>,
        kind: JoinKind,
        on: Option<&Expr>,
    ) -> Result<Resolved> {
        let left = (*self.relation(left)?).clone();
        self.outer.push(left.output.clone());
        let right = self.relation(right);
        self.outer.pop();
        let right = apart(&left, (*right?).clone())?;
        self.lateral_of(left, right, kind, on)
    }

    /// The same of resolved sides.
    pub(super) fn lateral_of(
        &mut self,
        left: Resolved,
        right: Resolved,
        kind: JoinKind,
        on: Option<&Expr>,
    ) -> Result<Resolved> {
        if left.streaming || right.streaming {
            return Err(SparkError::not_implemented("lateral joins of streams"));
        }
        let condition = match on {
            None => None,
            Some(on) => {
                let both = beside(&left, &right);
                Some(join_condition(Resolver::new(self, &both).resolve(on)?)?)
            }
        };
        if !sees_outer(&right.plan) {
            return joined(left, right, kind, condition);
        }
        if kind == JoinKind::Left {
            return applied(left, right, JoinType::Left, condition);
        }
        let Some(plan) = above(&left.plan, &right.plan)? else {
            return applied(left, right, JoinType::Inner, condition);
        };
        let mut output = left.output;
        output.extend(right.output);
        let plan = match condition {
            Some(condition) => Arc::new(LogicalPlan::Filter(engine(Filter::try_new(
                condition, plan,
            ))?)),
            None => plan,
        };
        let plan = Self::keep(plan, &output)?;
        Ok(Resolved {
            plan,
            output,
            streaming: false,
        })
    }
}

fn sees_outer(plan: &LogicalPlan) -> bool {
    !plan.all_out_ref_exprs().is_empty()
}

/// The right side's rows beside each row of the left; `None` where what sees the left is
/// below something that works on all rows of the right.
fn above(left: &Arc<LogicalPlan>, right: &LogicalPlan) -> Result<Option<Arc<LogicalPlan>>> {
    if !sees_outer(right) {
        let join = engine(Join::try_new(
            Arc::clone(left),
            Arc::new(right.clone()),
            vec![],
            None,
            JoinType::Inner,
            JoinConstraint::On,
            NullEquality::NullEqualsNothing,
            false,
        ))?;
        return Ok(Some(Arc::new(LogicalPlan::Join(join))));
    }
    let input = match right {
        LogicalPlan::Projection(node) => &node.input,
        LogicalPlan::Filter(node) => &node.input,
        LogicalPlan::Unnest(node) => &node.input,
        _ => return Ok(None),
    };
    let Some(below) = above(left, input)? else {
        return Ok(None);
    };
    Ok(Some(Arc::new(match right {
        LogicalPlan::Projection(node) => {
            let mut exprs: Vec<_> = left
                .schema()
                .columns()
                .into_iter()
                .map(Physical::Column)
                .collect();
            for expr in &node.expr {
                exprs.push(plain(expr.clone())?);
            }
            LogicalPlan::Projection(engine(Projection::try_new(exprs, below))?)
        }
        LogicalPlan::Filter(node) => {
            let predicate = plain(node.predicate.clone())?;
            LogicalPlan::Filter(engine(Filter::try_new(predicate, below))?)
        }
        LogicalPlan::Unnest(node) => {
            let builder = LogicalPlanBuilder::new((*below).clone());
            let columns = node.exec_columns.clone();
            let unnested = builder.unnest_columns_with_options(columns, node.options.clone());
            engine(unnested.and_then(LogicalPlanBuilder::build))?
        }
        _ => return Ok(None),
    })))
}

/// The expression with columns of the left in the place of references to them.
fn plain(expr: Physical) -> Result<Physical> {
    let changed = expr.transform(|node| {
        Ok(match node {
            Physical::OuterReferenceColumn(_, column) => Transformed::yes(Physical::Column(column)),
            other => Transformed::no(other),
        })
    });
    Ok(engine(changed)?.data)
}

/// The join as a node of its own, which is taken apart when the plan is run.
fn applied(
    left: Resolved,
    right: Resolved,
    kind: JoinType,
    condition: Option<Physical>,
) -> Result<Resolved> {
    let subquery = LogicalPlan::Subquery(Subquery {
        outer_ref_columns: right.plan.all_out_ref_exprs(),
        subquery: right.plan,
        spans: Spans::new(),
    });
    let join_kind = match kind {
        JoinType::Left => JoinKind::Left,
        _ => JoinKind::Inner,
    };
    let right = Resolved {
        plan: Arc::new(subquery),
        ..right
    };
    let joined = joined(left, right, join_kind, condition)?;
    // The engine puts columns that it joins by beside the others, which end here.
    Ok(Resolved {
        plan: Analyzer::keep(joined.plan, &joined.output)?,
        ..joined
    })
}
