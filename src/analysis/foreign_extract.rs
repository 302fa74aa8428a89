//! Takes calls of the user's functions out of expressions: each goes to a node below the
//! one that uses its result, several of one family to one node, so that a batch goes over
//! to their language once. As in Spark a call sees every row that its operator sees,
//! whatever branch of a `CASE` it stands in; but a condition that needs no call of the
//! user's goes first, and calls whose results nobody wants are not made.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{JoinType, Result as EngineResult};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::{conjunction, split_conjunction_owned};
use datafusion::logical_expr::{Expr, Filter, Join, LogicalPlan, Projection};
use datafusion::optimizer::optimize_projections::OptimizeProjections;
use datafusion::optimizer::push_down_filter::PushDownFilter;
use datafusion::optimizer::{Optimizer, OptimizerConfig};

use super::foreign_node::ForeignEvalNode;
use super::stream_node::extension;
use super::{column, engine, fresh_id};
use crate::engine::{ForeignPlace, to_datafusion};
use crate::error::{Result, SparkError};
use crate::plan::ExprId;
use crate::plan::foreign_function::{ForeignArg, ForeignCall, ForeignRef};

/// The plan without calls in its expressions.
pub fn extract(plan: &LogicalPlan, config: &dyn OptimizerConfig) -> Result<Option<LogicalPlan>> {
    if !engine(has_calls(plan))? {
        return Ok(None);
    }
    let first = Optimizer::with_rules(vec![
        Arc::new(OptimizeProjections::new()),
        Arc::new(PushDownFilter::new()),
        Arc::new(OptimizeProjections::new()),
    ]);
    let plan = engine(first.optimize(plan.clone(), config, |_, _| {}))?;
    let extracted = plan.transform_up_with_subqueries(|node| {
        if !node.expressions().iter().any(holds_call) {
            return Ok(Transformed::no(node));
        }
        Ok(Transformed::yes(match node {
            LogicalPlan::Join(join) => of_join(join)?,
            node => of_node(&node)?,
        }))
    });
    Ok(Some(engine(extracted)?.data))
}

fn has_calls(plan: &LogicalPlan) -> EngineResult<bool> {
    let mut found = false;
    plan.apply_with_subqueries(|node| {
        found |= node.expressions().iter().any(holds_call);
        Ok(match found {
            true => TreeNodeRecursion::Stop,
            false => TreeNodeRecursion::Continue,
        })
    })?;
    Ok(found)
}

fn holds_call(expr: &Expr) -> bool {
    super::function::contains(expr, |e| ForeignPlace::of(e).is_some())
}

fn of_node(node: &LogicalPlan) -> EngineResult<LogicalPlan> {
    if let LogicalPlan::Filter(filter) = node {
        return of_filter(filter);
    }
    of_plain(node)
}

/// What needs no call is asked first: calls see the rows that are left only.
fn of_filter(filter: &Filter) -> EngineResult<LogicalPlan> {
    let parts = split_conjunction_owned(filter.predicate.clone());
    let (calls, plain): (Vec<_>, Vec<_>) = parts.into_iter().partition(holds_call);
    let input = match conjunction(plain) {
        Some(plain) => {
            let first = Filter::try_new(plain, Arc::clone(&filter.input))?;
            Arc::new(LogicalPlan::Filter(first))
        }
        None => Arc::clone(&filter.input),
    };
    let Some(calls) = conjunction(calls) else {
        return Ok(Arc::unwrap_or_clone(input));
    };
    of_plain(&LogicalPlan::Filter(Filter::try_new(calls, input)?))
}

fn of_plain(node: &LogicalPlan) -> EngineResult<LogicalPlan> {
    let [input] = node.inputs()[..] else {
        return Err(to_datafusion(SparkError::not_implemented(format_args!(
            "a Python function in {}",
            node.display()
        ))));
    };
    let exprs = node.expressions();
    let keeper = NamePreserver::new(node);
    let sorts = matches!(node, LogicalPlan::Sort(_));
    let names: Vec<_> = exprs.iter().map(|e| keeper.save(e)).collect();
    let (input, exprs) = below(input.clone(), exprs)?;
    let exprs = exprs.into_iter().zip(names);
    let exprs = exprs.map(|(e, name)| if sorts { e } else { name.restore(e) });
    let new = node.with_new_exprs(exprs.collect(), vec![input])?;
    kept(new, node)
}

/// The columns of the plan that there was before.
fn kept(new: LogicalPlan, before: &LogicalPlan) -> EngineResult<LogicalPlan> {
    if new.schema().fields().len() == before.schema().fields().len() {
        return Ok(new);
    }
    let columns = before.schema().columns().into_iter().map(Expr::Column);
    let projection = Projection::try_new(columns.collect(), Arc::new(new))?;
    Ok(LogicalPlan::Projection(projection))
}

/// Calls of one side go below it; those of both above the join, where that is the same.
fn of_join(join: Join) -> EngineResult<LogicalPlan> {
    let before = LogicalPlan::Join(join.clone());
    let condition = join.filter.map(split_conjunction_owned).unwrap_or_default();
    let pairs = join.on.iter().map(|(l, r)| l.clone().eq(r.clone()));
    let (mut conditions, mut above) = (Vec::new(), Vec::new());
    let (mut left, mut right) = ((*join.left).clone(), (*join.right).clone());
    for part in pairs.chain(condition) {
        let mut part = vec![part];
        if holds_call(&part[0]) {
            (left, part) = below(left, part)?;
            (right, part) = below(right, part)?;
        }
        let part = part.into_iter();
        let (unmade, made): (Vec<_>, Vec<_>) = part.partition(holds_call);
        conditions.extend(made);
        above.extend(unmade);
    }
    if !above.is_empty() && join.join_type != JoinType::Inner {
        return Err(to_datafusion(SparkError::new(
            "UNSUPPORTED_FEATURE.PYTHON_UDF_IN_ON_CLAUSE",
            &[("joinType", spark_name(join.join_type))],
        )));
    }
    let new = Join::try_new(
        Arc::new(left),
        Arc::new(right),
        vec![],
        conjunction(conditions),
        join.join_type,
        join.join_constraint,
        join.null_equality,
        join.null_aware,
    )?;
    let mut plan = LogicalPlan::Join(new);
    if let Some(condition) = conjunction(above) {
        let filter = LogicalPlan::Filter(Filter::try_new(condition, Arc::new(plan))?);
        plan = of_node(&filter)?;
    }
    kept(plan, &before)
}

fn spark_name(kind: JoinType) -> &'static str {
    match kind {
        JoinType::Left => "LEFT OUTER",
        JoinType::Right => "RIGHT OUTER",
        JoinType::Full => "FULL OUTER",
        JoinType::LeftSemi => "LEFT SEMI",
        JoinType::LeftAnti => "LEFT ANTI",
        _ => "INNER",
    }
}

/// The input with the calls in the expressions, as far as they are of its columns; and the
/// expressions over their results.
fn below(mut input: LogicalPlan, mut exprs: Vec<Expr>) -> EngineResult<(LogicalPlan, Vec<Expr>)> {
    loop {
        let mut first = None;
        for expr in &exprs {
            expr.apply(|e| {
                if first.is_none() {
                    first = ready(e, &input).and_then(|chain| chain.last().cloned());
                }
                Ok(TreeNodeRecursion::Continue)
            })?;
        }
        let Some(first) = first else {
            return Ok((input, exprs));
        };
        let mut round = Round {
            first,
            args: Vec::new(),
            calls: Vec::new(),
        };
        let mut changed = Vec::with_capacity(exprs.len());
        for expr in exprs {
            changed.push(round.take(expr, &input)?);
        }
        exprs = changed;
        let calls = round.calls.into_iter().map(|(_, call, id)| (call, id));
        let node = ForeignEvalNode::new(input, round.args, calls.collect())?;
        input = extension(node);
    }
}

/// The functions of a call, the innermost first, if it can be made over the input.
fn ready(expr: &Expr, input: &LogicalPlan) -> Option<Vec<ForeignRef>> {
    let (place, args) = ForeignPlace::of(expr)?;
    let function = &place.function;
    if let [arg] = args
        && let Some((inner, _)) = ForeignPlace::of(arg)
    {
        let same = inner.function.0.family() == function.0.family();
        if !same || function.0.alone() || place.args[0].0.is_some() {
            return None;
        }
        let mut chain = ready(arg, input)?;
        chain.push(function.clone());
        return Some(chain);
    }
    let schema = input.schema();
    let made = |arg: &Expr| {
        let mut columns = arg.column_refs().into_iter();
        !holds_call(arg) && columns.all(|c| schema.index_of_column(c).is_ok())
    };
    args.iter().all(made).then(|| vec![function.clone()])
}

/// One node's calls.
struct Round {
    first: ForeignRef,
    args: Vec<Expr>,
    calls: Vec<(Expr, ForeignCall, ExprId)>,
}

impl Round {
    fn take(&mut self, expr: Expr, input: &LogicalPlan) -> EngineResult<Expr> {
        let taken = expr.transform_down(|e| {
            let Some(functions) = ready(&e, input) else {
                return Ok(Transformed::no(e));
            };
            let Some(id) = self.place(&e, functions) else {
                return Ok(Transformed::new(e, false, TreeNodeRecursion::Jump));
            };
            Ok(Transformed::new(column(id), true, TreeNodeRecursion::Jump))
        })?;
        Ok(taken.data)
    }

    /// The column of a call; `None` where it is for another node.
    fn place(&mut self, expr: &Expr, functions: Vec<ForeignRef>) -> Option<ExprId> {
        let settled = functions.iter().all(|f| f.0.is_deterministic());
        if settled && let Some(known) = self.calls.iter().find(|(e, _, _)| e == expr) {
            return Some(known.2);
        }
        let last = functions.last()?;
        let alone = self.first.0.alone();
        let fits = last.0.family() == self.first.0.family()
            && if alone { self.calls.is_empty() } else { true };
        if !fits {
            return None;
        }
        let mut inner = expr;
        for _ in 1..functions.len() {
            inner = ForeignPlace::of(inner)?.1.first()?;
        }
        let (place, args) = ForeignPlace::of(inner)?;
        let args = args
            .iter()
            .zip(&place.args)
            .map(|(arg, (name, data_type))| {
                let known = self.args.iter().position(|a| a == arg);
                let at = known.unwrap_or_else(|| {
                    self.args.push(arg.clone());
                    self.args.len() - 1
                });
                ForeignArg {
                    at,
                    name: name.clone(),
                    data_type: data_type.clone(),
                }
            });
        let args = args.collect();
        let id = fresh_id();
        let call = ForeignCall { functions, args };
        self.calls.push((expr.clone(), call, id));
        Some(id)
    }
}
