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

/// The engine's names of columns with the event time that they hold; of a field of a
/// struct, that of the column and the field's.
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
            times.retain(|name, _| {
                let column = name.split(FIELD).next().unwrap_or_default();
                schema.index_of_column_by_name(None, column).is_some()
            });
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
    times.retain(|name, _| !name.contains(FIELD));
    times
}

/// The event times among expressions over an input.
pub fn named(exprs: &[Physical], below: &EventTimes) -> EventTimes {
    let mut times = EventTimes::new();
    for expr in exprs {
        let name = expr.schema_name().to_string();
        for (field, kind) in of_fields(expr, below) {
            times.insert(format!("{name}{FIELD}{field}"), kind);
        }
        if let Some(kind) = of_expr(expr, below) {
            times.insert(name, kind);
        }
    }
    times
}

/// Between a column and a field of it.
const FIELD: char = '\0';

/// The event times in the fields of a struct that an expression gives.
fn of_fields(expr: &Physical, below: &EventTimes) -> Vec<(String, EventTime)> {
    match expr {
        Physical::Column(column) => {
            let own = below.iter().filter_map(|(name, kind)| {
                let (of, field) = name.split_once(FIELD)?;
                (of == column.name).then(|| (field.to_string(), *kind))
            });
            own.collect()
        }
        Physical::Alias(alias) => of_fields(&alias.expr, below),
        Physical::ScalarFunction(call) if call.func.name() == "named_struct" => {
            let pairs = call.args.chunks_exact(2);
            let fields =
                pairs.filter_map(|pair| Some((text_of(&pair[0])?, of_expr(&pair[1], below)?)));
            fields.collect()
        }
        _ => Vec::new(),
    }
}

fn text_of(expr: &Physical) -> Option<String> {
    match expr {
        Physical::Literal(value, _) => value.try_as_str().flatten().map(str::to_string),
        _ => None,
    }
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
            if let ("extract", [value, key]) = (name, call.args.as_slice()) {
                let key = text_of(key)?;
                let mut fields = of_fields(value, below).into_iter();
                return fields.find_map(|(field, kind)| (field == key).then_some(kind));
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
