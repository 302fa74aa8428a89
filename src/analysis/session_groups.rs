//! Groupings by a session: those of a group that overlap or touch become one, from the
//! first start to the last end.
//!
//! On a table that is said in the engine's own words: rows in order of their starts, a
//! new session wherever a row starts after all ends before it, and a grouping by the
//! number of the session. A stream gets a node, for which sessions are kept as state.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Column, ScalarValue};
use datafusion::functions_aggregate::min_max::{max, max_udaf, min};
use datafusion::functions_aggregate::sum::sum_udaf;
use datafusion::logical_expr::expr::{Sort as SortExpr, WindowFunction, WindowFunctionParams};
use datafusion::logical_expr::{
    Aggregate, AggregateUDF, Expr as Physical, LogicalPlan, LogicalPlanBuilder, Operator,
    Projection, WindowFrame, WindowFrameBound, WindowFrameUnits, WindowFunctionDefinition,
    binary_expr, lit, when,
};

use super::expression::Typed;
use super::session_window::{built, parts};
use super::stream_node::{SessionNode, extension};
use super::{Attribute, Resolved, column, column_name, engine, fresh_id};
use crate::error::Result;
use crate::functions::Settings;
use crate::plan::ExprId;

/// The columns that a session is held by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Held {
    pub start: ExprId,
    pub end: ExprId,
}

/// Groups by columns of the input, and by the session that two of them hold. What comes
/// out are the other keys, the session's columns and the calls.
pub(super) fn merged(
    input: Arc<LogicalPlan>,
    others: Vec<Physical>,
    session: Held,
    calls: Vec<Physical>,
    streaming: bool,
) -> Result<Arc<LogicalPlan>> {
    if !streaming {
        return by_number(input, others, session, calls);
    }
    let mut keys = others;
    keys.push(column(session.start));
    keys.push(column(session.end));
    let aggregate = engine(Aggregate::try_new(input, keys, calls))?;
    Ok(Arc::new(extension(SessionNode { aggregate })))
}

fn by_number(
    input: Arc<LogicalPlan>,
    others: Vec<Physical>,
    session: Held,
    calls: Vec<Physical>,
) -> Result<Arc<LogicalPlan>> {
    let Held { start, end } = session;
    let none = || WindowFrameBound::Preceding(ScalarValue::UInt64(None));
    let one = WindowFrameBound::Preceding(ScalarValue::UInt64(Some(1)));
    let before = WindowFrame::new_bounds(WindowFrameUnits::Rows, none(), one);
    let (plan, last_end) = windowed(input, max_udaf(), end, &others, start, before)?;
    let opened = fresh_id();
    let joins = binary_expr(column(start), Operator::LtEq, last_end);
    let opens = engine(when(joins, lit(0_i64)).otherwise(lit(1_i64)))?;
    let plan = beside(plan, opens.alias(column_name(opened)))?;
    // Rows with one start are of one session, whichever of them opened it.
    let null = || ScalarValue::Null;
    let upto = WindowFrame::new_bounds(
        WindowFrameUnits::Range,
        WindowFrameBound::Preceding(null()),
        WindowFrameBound::CurrentRow,
    );
    let (plan, number) = windowed(plan, sum_udaf(), opened, &others, start, upto)?;
    let mut keys = others;
    keys.push(number);
    let mut all = vec![
        min(column(start)).alias(column_name(start)),
        max(column(end)).alias(column_name(end)),
    ];
    for call in calls {
        all.push(in_order(call, start)?);
    }
    let aggregate = engine(Aggregate::try_new(plan, keys, all))?;
    Ok(Arc::new(LogicalPlan::Aggregate(aggregate)))
}

/// Functions whose result hangs on the order of their rows.
const ORDERED: [&str; 3] = ["first_value", "last_value", "array_agg"];

/// A session's rows come in order of their starts, as in Spark.
fn in_order(call: Physical, start: ExprId) -> Result<Physical> {
    let ordered = call.transform_down(|expr| match expr {
        Physical::AggregateFunction(mut call)
            if ORDERED.contains(&call.func.name())
                && call.params.order_by.is_empty()
                && !call.params.distinct =>
        {
            call.params.order_by = vec![SortExpr::new(column(start), true, true)];
            Ok(Transformed::yes(Physical::AggregateFunction(call)))
        }
        other => Ok(Transformed::no(other)),
    });
    Ok(engine(ordered)?.data)
}

/// The plan with an aggregate over a frame of each group, in order of the starts; and
/// the column that holds it.
fn windowed(
    input: Arc<LogicalPlan>,
    function: Arc<AggregateUDF>,
    argument: ExprId,
    groups: &[Physical],
    start: ExprId,
    frame: WindowFrame,
) -> Result<(Arc<LogicalPlan>, Physical)> {
    let call = Physical::WindowFunction(Box::new(WindowFunction {
        fun: WindowFunctionDefinition::AggregateUDF(function),
        params: WindowFunctionParams {
            args: vec![column(argument)],
            partition_by: groups.to_vec(),
            order_by: vec![SortExpr::new(column(start), true, true)],
            window_frame: frame,
            filter: None,
            null_treatment: None,
            distinct: false,
        },
    }));
    let name = call.schema_name().to_string();
    let plan = LogicalPlanBuilder::window_plan(Arc::unwrap_or_clone(input), vec![call]);
    let held = Physical::Column(Column::new_unqualified(name));
    Ok((Arc::new(engine(plan)?), held))
}

fn beside(input: Arc<LogicalPlan>, more: Physical) -> Result<Arc<LogicalPlan>> {
    let columns = input.schema().columns().into_iter();
    let exprs = columns.map(Physical::Column).chain([more]).collect();
    let projection = engine(Projection::try_new(exprs, input))?;
    Ok(Arc::new(LogicalPlan::Projection(projection)))
}

/// A grouping of a relation by some of its columns, of which one is a session.
pub(super) struct ByColumns {
    pub plan: Arc<LogicalPlan>,
    /// The column that is the session, and the expression that gives it now.
    session: (ExprId, Physical),
}

impl ByColumns {
    /// One of the keys, over the plan.
    pub fn column(&self, key: &Attribute) -> Physical {
        let (session, value) = &self.session;
        if *session == key.id {
            return value.clone().alias(column_name(key.id));
        }
        key.column()
    }
}

/// Groups by columns as `distinct` and `dropDuplicates` do; `None` where none of them
/// is a session.
pub(super) fn by_columns(
    child: &Resolved,
    keys: &[&Attribute],
    calls: Vec<Physical>,
    settings: &Settings,
) -> Result<Option<ByColumns>> {
    let found = keys
        .iter()
        .find_map(|key| Some((*key, parts(&Typed::of(key), settings)?)));
    let Some((key, parts)) = found else {
        return Ok(None);
    };
    let held = Held {
        start: fresh_id(),
        end: fresh_id(),
    };
    let plan = beside(
        Arc::clone(&child.plan),
        parts.start.alias(column_name(held.start)),
    )?;
    let plan = beside(plan, parts.end.alias(column_name(held.end)))?;
    let others = keys.iter().filter(|k| k.id != key.id);
    let others = others.map(|k| k.column()).collect();
    let plan = merged(plan, others, held, calls, child.streaming)?;
    let value = built(column(held.start), column(held.end), &parts.time, settings);
    Ok(Some(ByColumns {
        plan,
        session: (key.id, value),
    }))
}
