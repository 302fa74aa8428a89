//! How many rows a plan may give: guesses, for the choice of the side of a join that is
//! held. The engine's own know nothing of conditions' columns, and take a join of a large
//! table with a small one to be small. Nothing is opened for them.

use std::sync::Arc;

use datafusion::common::JoinType;
use datafusion::logical_expr::Operator;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{
    BinaryExpr, InListExpr, IsNotNullExpr, IsNullExpr, Literal, NotExpr,
};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode};
use datafusion::physical_plan::filter::FilterExec;
use datafusion::physical_plan::joins::{CrossJoinExec, HashJoinExec, NestedLoopJoinExec};
use datafusion::physical_plan::union::UnionExec;

use super::scan::ScanExec;

/// Of a column's values, the share that one value has.
const ONE_VALUE: f64 = 0.05;
/// The share on one side of a bound.
const ONE_SIDE: f64 = 0.35;
/// Of texts, the share that a pattern fits.
const PATTERN: f64 = 0.1;

/// The share of rows that meet a condition.
pub fn share_left(condition: &Arc<dyn PhysicalExpr>) -> f64 {
    if let Some(two) = condition.downcast_ref::<BinaryExpr>() {
        return share_of_two(two);
    }
    if let Some(list) = condition.downcast_ref::<InListExpr>() {
        let within = (ONE_VALUE * list.list().len() as f64).min(0.6);
        return if list.negated() { 1.0 - within } else { within };
    }
    if let Some(not) = condition.downcast_ref::<NotExpr>() {
        return 1.0 - share_left(not.arg());
    }
    if condition.downcast_ref::<IsNotNullExpr>().is_some() {
        return 1.0;
    }
    if condition.downcast_ref::<IsNullExpr>().is_some() {
        return ONE_VALUE;
    }
    PATTERN
}

fn share_of_two(two: &BinaryExpr) -> f64 {
    let with_constant = [two.left(), two.right()]
        .iter()
        .any(|side| side.downcast_ref::<Literal>().is_some());
    match two.op() {
        Operator::And => share_left(two.left()) * share_left(two.right()),
        Operator::Or => (share_left(two.left()) + share_left(two.right())).min(1.0),
        Operator::Eq if with_constant => ONE_VALUE,
        Operator::NotEq => 1.0 - ONE_VALUE,
        Operator::Lt | Operator::LtEq | Operator::Gt | Operator::GtEq if with_constant => ONE_SIDE,
        _ => 0.5,
    }
}

/// The share of groups among rows.
const GROUPS: f64 = 0.3;

/// What a plan may give.
#[derive(Debug, Clone, Copy)]
pub struct Guess {
    pub rows: f64,
    /// Of the rows that there would be without conditions.
    share: f64,
}

impl Guess {
    fn all(self) -> f64 {
        self.rows / self.share.max(f64::MIN_POSITIVE)
    }

    fn with_share(self, share: f64) -> Self {
        Self {
            rows: self.rows * share,
            share: self.share * share,
        }
    }
}

/// How many rows a plan may give; `None` where a leaf says nothing.
pub fn guess(plan: &Arc<dyn ExecutionPlan>) -> Option<Guess> {
    if let Some(scan) = plan.downcast_ref::<ScanExec>() {
        let size = scan.rows.size()?;
        let rows = size.rows as f64;
        let share = rows / (size.all as f64).max(1.0);
        return Some(Guess { rows, share });
    }
    if let Some(join) = plan.downcast_ref::<HashJoinExec>() {
        let (left, right) = (guess(join.left())?, guess(join.right())?);
        let joined = of_join(*join.join_type(), left, right);
        return Some(match join.filter() {
            Some(_) => joined.with_share(0.5),
            None => joined,
        });
    }
    if plan.downcast_ref::<CrossJoinExec>().is_some()
        || plan.downcast_ref::<NestedLoopJoinExec>().is_some()
    {
        let mut sides = plan.children().into_iter().map(guess);
        let (left, right) = (sides.next()??, sides.next()??);
        let rows = left.rows * right.rows;
        let share = left.share * right.share;
        return Some(Guess { rows, share });
    }
    let children = plan.children();
    if plan.downcast_ref::<UnionExec>().is_some() {
        let all = children.into_iter().map(guess);
        let all = all.collect::<Option<Vec<_>>>()?;
        let rows: f64 = all.iter().map(|one| one.rows).sum();
        let without: f64 = all.iter().map(|one| one.all()).sum();
        let share = rows / without.max(1.0);
        return Some(Guess { rows, share });
    }
    let [input] = children.as_slice() else {
        return None;
    };
    let given = guess(input)?;
    let given = if let Some(filter) = plan.downcast_ref::<FilterExec>() {
        given.with_share(share_left(filter.predicate()))
    } else if let Some(aggregate) = plan.downcast_ref::<AggregateExec>() {
        of_groups(aggregate, given)
    } else {
        given
    };
    Some(match plan.fetch() {
        Some(most) if (most as f64) < given.rows => Guess {
            rows: most as f64,
            share: given.share,
        },
        _ => given,
    })
}

fn of_groups(aggregate: &AggregateExec, given: Guess) -> Guess {
    if aggregate.group_expr().expr().is_empty() {
        return Guess {
            rows: 1.0,
            share: 1.0,
        };
    }
    match aggregate.mode() {
        AggregateMode::Partial => given,
        _ => Guess {
            rows: given.rows * GROUPS,
            share: given.share,
        },
    }
}

/// Most joins look up one row for each of the larger table.
fn of_join(kind: JoinType, left: Guess, right: Guess) -> Guess {
    let looked_up = match left.all() >= right.all() {
        true => left.with_share(right.share.min(1.0)),
        false => right.with_share(left.share.min(1.0)),
    };
    match kind {
        JoinType::Inner => looked_up,
        JoinType::Left => most(left, looked_up),
        JoinType::Right => most(right, looked_up),
        JoinType::Full => most(most(left, right), looked_up),
        JoinType::LeftSemi => left.with_share(right.share.min(1.0)),
        JoinType::RightSemi => right.with_share(left.share.min(1.0)),
        JoinType::LeftAnti => left.with_share(0.5),
        JoinType::RightAnti => right.with_share(0.5),
        JoinType::LeftMark => left,
        JoinType::RightMark => right,
    }
}

fn most(one: Guess, other: Guess) -> Guess {
    match one.rows >= other.rows {
        true => one,
        false => other,
    }
}
