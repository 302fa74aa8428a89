//! Which columns of a plan hold the event time of a watermark, found by following
//! columns from `withWatermark` upwards: an alias keeps it, a window of it has it,
//! any other expression loses it, as Spark's column metadata does.

use std::collections::HashMap;

use datafusion::logical_expr::{Aggregate, Expr as Physical, LogicalPlan};

use super::groups::GroupsNode;
use super::stream_node::{SessionNode, WatermarkNode, node_of};
use super::{grouping_sets, session_window, time_window};

/// How an event time is held by a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventTime {
    /// The time itself.
    Time,
    /// The start of a window this many microseconds long, whose end counts.
    WindowStart(i64),
    /// A struct of start and end.
    Window,
    /// The end of a session.
    SessionEnd,
}

/// The engine's names of columns with the event time that they hold.
pub type EventTimes = HashMap<String, EventTime>;

/// The event times among a plan's output.
pub fn event_times(plan: &LogicalPlan) -> EventTimes {
    if let Some(node) = node_of::<WatermarkNode>(plan) {
        return EventTimes::from([(node.column.clone(), kind_of(plan, &node.column))]);
    }
    if let Some(node) = node_of::<SessionNode>(plan) {
        return of_keys(&node.aggregate);
    }
    if let Some(node) = node_of::<GroupsNode>(plan) {
        let column = node.event_time.iter();
        return column
            .map(|column| (column.clone(), kind_of(plan, column)))
            .collect();
    }
    match plan {
        LogicalPlan::Projection(projection) => {
            named(&projection.expr, &event_times(&projection.input))
        }
        LogicalPlan::Aggregate(aggregate) => of_keys(aggregate),
        LogicalPlan::Union(union) => {
            let Some(first) = union.inputs.first() else {
                return EventTimes::new();
            };
            let below = event_times(first);
            let pairs = first.schema().fields().iter().zip(plan.schema().fields());
            pairs
                .filter_map(|(from, to)| Some((to.name().clone(), *below.get(from.name())?)))
                .collect()
        }
        other => {
            let mut times = EventTimes::new();
            for input in other.inputs() {
                times.extend(event_times(input));
            }
            let schema = other.schema();
            times.retain(|name, _| schema.index_of_column_by_name(None, name).is_some());
            times
        }
    }
}

/// The event times among the keys of an aggregation.
pub fn of_keys(aggregate: &Aggregate) -> EventTimes {
    let below = event_times(&aggregate.input);
    let mut times = EventTimes::new();
    for key in &aggregate.group_expr {
        times.extend(named(std::slice::from_ref(key), &below));
    }
    times
}

/// The event times among expressions over an input.
pub fn named(exprs: &[Physical], below: &EventTimes) -> EventTimes {
    exprs
        .iter()
        .filter_map(|expr| Some((expr.schema_name().to_string(), of_expr(expr, below)?)))
        .collect()
}

/// The event time that an expression gives.
pub fn of_expr(expr: &Physical, below: &EventTimes) -> Option<EventTime> {
    match expr {
        Physical::Column(column) => below.get(&column.name).copied(),
        Physical::Alias(alias) => of_expr(&alias.expr, below),
        Physical::ScalarFunction(call) => {
            let name = call.func.name();
            if let Some(inner) = grouping_sets::event_argument(name, &call.args) {
                return of_expr(inner, below);
            }
            if let Some(inner) = session_window::event_argument(name, &call.args) {
                return session_window::event_time(name, of_expr(inner, below)?);
            }
            let [inner] = call.args.as_slice() else {
                return None;
            };
            time_window::event_time(name, of_expr(inner, below)?)
        }
        _ => None,
    }
}

fn kind_of(plan: &LogicalPlan, column: &str) -> EventTime {
    let field = plan
        .schema()
        .index_of_column_by_name(None, column)
        .map(|index| plan.schema().field(index));
    match field.map(|f| f.data_type().is_nested()) {
        Some(true) => EventTime::Window,
        _ => EventTime::Time,
    }
}
