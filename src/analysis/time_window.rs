//! `window(time, …)`: rows are put into windows of event time.
//!
//! The input computes the start of each row's window (or one row for each of its
//! sliding windows); the window itself, a struct of start and end, is built only
//! where it is shown. So a grouping by window groups by one number.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListArray, StructArray, TimestampMicrosecondArray};
use arrow::buffer::{OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{DataType as ArrowType, Field, TimestampMicrosecondType};
use datafusion::common::{Column, UnnestOptions};
use datafusion::logical_expr::{Expr as Physical, Filter, LogicalPlan, Projection, Unnest};

use super::event_time::EventTime;
use super::expression::{Resolver, Typed};
use super::session_window;
use super::watermark::DELAY;
use super::{column, column_name, engine, fresh_id};
use crate::engine::kernel_expr;
use crate::error::{Result, SparkError};
use crate::functions::scalar::time_window::{
    WindowArgs, parse_window_args, sliding_windows, window_starts,
};
use crate::functions::{Arg, Binding, Settings};
use crate::plan::{Expr, ExprId, Literal};
use crate::types::interval::parse_interval;
use crate::types::{DataType, StructField, StructType};

/// Name of the function that builds the struct from a window's start.
const MAKE_WINDOW: &str = "make_window";

/// Metadata by which Spark marks the column.
const MARK: &str = "spark.timeWindow";

/// Name of the function that gives a window's last instant.
const WINDOW_TIME: &str = "window_time";

/// Names of the functions that give the start or all starts of a time's windows;
/// the window's length in microseconds follows.
const WINDOW_START: &str = "window_start_";
const WINDOW_STARTS: &str = "window_starts_";

/// The event time of a call of one of this file's functions over an event time.
pub(super) fn event_time(function: &str, over: EventTime) -> Option<EventTime> {
    let length = |prefix: &str| {
        let rest = function.strip_prefix(prefix)?;
        rest.split('_').next()?.parse::<i64>().ok()
    };
    match over {
        EventTime::Time => length(WINDOW_START)
            .or_else(|| length(WINDOW_STARTS))
            .map(EventTime::WindowStart),
        EventTime::WindowStart(_) => function
            .starts_with(MAKE_WINDOW)
            .then_some(EventTime::Window),
        EventTime::Window => (function == WINDOW_TIME).then_some(EventTime::Time),
        EventTime::SessionEnd => None,
    }
}

/// A window function in an expression, to be computed by the input.
pub(crate) struct TimeWindow {
    time: Physical,
    /// Of the time column: the window is as much an event time as that is.
    metadata: serde_json::Map<String, serde_json::Value>,
    /// Timestamp or timestamp without zone.
    data_type: DataType,
    args: WindowArgs,
    id: ExprId,
}

impl Resolver<'_, '_> {
    pub fn time_window(&mut self, args: &[Expr]) -> Result<Typed> {
        let (Some(time), 2..=4) = (args.first(), args.len()) else {
            return Err(SparkError::new(
                "WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
                &[
                    ("functionName", "`window`"),
                    ("expectedNum", "[2, 3, 4]"),
                    ("actualNum", &args.len().to_string()),
                    ("docroot", "https://spark.apache.org/docs/latest"),
                ],
            ));
        };
        let time = self.resolve(time)?;
        let mut literals = Vec::new();
        for arg in &args[1..] {
            let value = self.resolve(arg)?;
            let Some(literal) = value.literal else {
                return Err(SparkError::plain(
                    crate::error::ErrorClass::Analysis,
                    "The duration and time inputs to window must be an integer, long or string literal.",
                ));
            };
            literals.push(literal);
        }
        // A length may also be a literal of SQL: `INTERVAL '3' HOURS`.
        let parse = |text: &str| {
            let literal = text
                .trim_start()
                .to_ascii_lowercase()
                .starts_with("interval");
            let quoted = || {
                literal
                    .then(|| parse_interval(&text.replace('\'', " ")).ok())
                    .flatten()
            };
            parse_interval(text).ok().or_else(quoted)
        };
        let args = parse_window_args(
            &time.text,
            &literals[0],
            literals.get(1),
            literals.get(2),
            &parse,
        )?;
        let WindowArgs {
            duration,
            slide,
            start,
        } = args;
        let text = format!("window({}, {duration}, {slide}, {start})", time.text);
        let time = self.window_time_column(time, &text)?;
        let known = self
            .windows
            .iter()
            .find(|w| w.time == time.expr && w.args == args);
        let others = !self.windows.is_empty() || !self.sessions.is_empty();
        if known.is_none() && others {
            return Err(SparkError::new("_LEGACY_ERROR_TEMP_1039", &[]));
        }
        let id = match known {
            Some(window) => window.id,
            None => {
                let id = fresh_id();
                self.windows.push(TimeWindow {
                    time: time.expr,
                    metadata: time.metadata.clone(),
                    data_type: time.data_type.clone(),
                    args,
                    id,
                });
                id
            }
        };
        let value = window_value(column(id), &time.data_type, args, self.settings());
        Ok(marked(value, &time.metadata))
    }

    /// `window_time(window)`: the last instant that belongs to a window.
    pub fn window_time(&mut self, args: &[Expr]) -> Result<Typed> {
        let [window] = args else {
            return Err(crate::functions::scalar::typing::wrong_count(
                WINDOW_TIME,
                "1",
                args.len(),
            ));
        };
        let window = self.resolve(window)?;
        match &window.data_type {
            DataType::Struct(fields) if is_window(fields) && is_marked(&window) => {
                self.instant_of_window(window)
            }
            DataType::Struct(_) => Err(SparkError::new(
                "_LEGACY_ERROR_TEMP_3101",
                &[("windowTime", &format!("window_time({})", window.text))],
            )),
            other => Err(SparkError::new(
                "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
                &[
                    ("sqlExpr", &format!("\"window_time({})\"", window.text)),
                    ("paramIndex", "first"),
                    ("requiredType", "\"STRUCT\""),
                    ("inputSql", &format!("\"{}\"", window.text)),
                    ("inputType", &format!("\"{}\"", other.sql())),
                ],
            )),
        }
    }

    fn instant_of_window(&self, window: Typed) -> Result<Typed> {
        let DataType::Struct(fields) = &window.data_type else {
            return Err(SparkError::internal("a window is a struct"));
        };
        let Some(end) = fields.fields.last() else {
            return Err(SparkError::internal("a window has an end"));
        };
        let binding = Binding {
            args: vec![window.data_type.clone()],
            returns: end.data_type.clone(),
            nullable: true,
            kernel: Arc::new(last_instants),
        };
        let returns = binding.returns.clone();
        let expr = kernel_expr(WINDOW_TIME, binding, vec![window.expr], self.settings());
        let text = format!("window_time({})", window.text);
        let mut value = Typed::new(expr, returns, true, text);
        value.metadata = window.metadata;
        value.metadata.remove(MARK);
        value.metadata.remove(session_window::MARK);
        Ok(value)
    }

    /// The time of a window's call, whose text messages have, as a timestamp.
    pub(super) fn window_time_column(&self, time: Typed, text: &str) -> Result<Typed> {
        match &time.data_type {
            DataType::Timestamp | DataType::TimestampNtz => Ok(time),
            DataType::Date | DataType::String | DataType::Null => {
                self.coerce(time, &DataType::Timestamp)
            }
            // A window of windows: each counts at its own last instant.
            DataType::Struct(fields) if is_window(fields) => self.instant_of_window(time),
            other => Err(SparkError::new(
                "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
                &[
                    ("sqlExpr", &format!("\"{text}\"")),
                    ("paramIndex", "first"),
                    (
                        "requiredType",
                        "(\"(TIMESTAMP OR TIMESTAMP WITHOUT TIME ZONE)\" or \"STRUCT<start: TIMESTAMP, end: TIMESTAMP>\" or \"STRUCT<start: TIMESTAMP_NTZ, end: TIMESTAMP_NTZ>\")",
                    ),
                    ("inputSql", &format!("\"{}\"", time.text)),
                    ("inputType", &format!("\"{}\"", other.sql())),
                ],
            )),
        }
    }

    /// `window` as a name, where a window function is in scope.
    pub fn window_column(&self, name: &str) -> Option<Typed> {
        let window = self.windows.first()?;
        if !super::names::same(name, "window", self.case_sensitive()) {
            return None;
        }
        Some(window.value(self.settings()))
    }
}

fn is_marked(window: &Typed) -> bool {
    let marks = [MARK, session_window::MARK];
    marks.iter().any(|m| window.metadata.contains_key(*m))
}

/// The window with the mark of the event time that it is of.
pub(super) fn marked(
    mut window: Typed,
    time: &serde_json::Map<String, serde_json::Value>,
) -> Typed {
    if let Some(delay) = time.get(DELAY) {
        window.metadata.insert(DELAY.into(), delay.clone());
    }
    window
}

pub(super) fn is_window(fields: &StructType) -> bool {
    let [start, end] = &fields.fields[..] else {
        return false;
    };
    let time = matches!(
        start.data_type,
        DataType::Timestamp | DataType::TimestampNtz
    );
    time && start.data_type == end.data_type && start.name == "start" && end.name == "end"
}

fn last_instants(args: &[Arg], _: usize) -> Result<ArrayRef> {
    let [window] = args else {
        return Err(SparkError::internal("window_time has one argument"));
    };
    let windows = window.array.as_struct();
    let ends = windows.column(1).as_primitive::<TimestampMicrosecondType>();
    let last = ends.unary::<_, TimestampMicrosecondType>(|end| end.wrapping_sub(1));
    let nulls = arrow::buffer::NullBuffer::union(windows.nulls(), last.nulls());
    let last = TimestampMicrosecondArray::new(last.values().clone(), nulls);
    Ok(Arc::new(last.with_data_type(ends.data_type().clone())))
}

pub(super) fn window_type(time: &DataType) -> DataType {
    DataType::Struct(StructType::new([
        StructField::new("start", time.clone(), true),
        StructField::new("end", time.clone(), true),
    ]))
}

/// The window that starts at `start`.
fn window_value(start: Physical, time: &DataType, args: WindowArgs, settings: &Settings) -> Typed {
    let duration = args.duration;
    // Spark takes a row of an expansion for one that may be null.
    let nullable = !args.is_tumbling();
    let returns = window_type(time);
    let storage = returns.to_arrow();
    let kernel = move |args: &[Arg], rows: usize| {
        let [start] = args else {
            return Err(SparkError::internal("a window is made from its start"));
        };
        make_windows(start, rows, duration, &storage)
    };
    let binding = Binding {
        args: vec![time.clone()],
        returns: returns.clone(),
        nullable,
        kernel: Arc::new(kernel),
    };
    let name = format!("{MAKE_WINDOW}_{duration}");
    let expr = kernel_expr(&name, binding, vec![start], settings);
    let mut value = Typed::new(expr, returns, nullable, "window".into());
    value.name = Some("window".into());
    value
        .metadata
        .insert(MARK.into(), serde_json::Value::Bool(true));
    value
}

fn make_windows(start: &Arg, rows: usize, duration: i64, storage: &ArrowType) -> Result<ArrayRef> {
    let ArrowType::Struct(fields) = storage else {
        return Err(SparkError::internal("a window is a struct"));
    };
    let starts = start.array.as_primitive::<TimestampMicrosecondType>();
    let starts = if start.is_scalar && rows != 1 {
        TimestampMicrosecondArray::from_value(starts.value(0), rows)
            .with_data_type(starts.data_type().clone())
    } else {
        starts.clone()
    };
    let ends = starts.unary::<_, TimestampMicrosecondType>(|s| s.wrapping_add(duration));
    let ends = ends.with_data_type(starts.data_type().clone());
    StructArray::try_new(fields.clone(), vec![Arc::new(starts), Arc::new(ends)], None)
        .map(|a| Arc::new(a) as ArrayRef)
        .map_err(SparkError::internal)
}

/// The start inside an expression that builds a window.
pub(super) fn start_of(expr: &Physical) -> Option<Physical> {
    let Physical::ScalarFunction(function) = expr else {
        return None;
    };
    if !function.func.name().starts_with(MAKE_WINDOW) {
        return None;
    }
    function.args.first().cloned()
}

/// A grouping key from the column that holds it: the window around a start, or the
/// column itself.
pub(super) fn around(key: &Physical, held: Physical) -> Physical {
    match key {
        Physical::ScalarFunction(function) if start_of(key).is_some() => {
            let mut function = function.clone();
            function.args = vec![held];
            Physical::ScalarFunction(function)
        }
        _ => held,
    }
}

/// `window.start` of a window that is being built.
pub(super) fn field(value: &Typed, key: &Typed) -> Option<Typed> {
    let start = start_of(&value.expr)?;
    let (Some(Literal::String(name)), DataType::Struct(fields)) = (&key.literal, &value.data_type)
    else {
        return None;
    };
    let first = fields.fields.first()?;
    if !name.eq_ignore_ascii_case("start") {
        return None;
    }
    Some(Typed::new(
        start,
        first.data_type.clone(),
        true,
        String::new(),
    ))
}

impl TimeWindow {
    /// The window of a row.
    pub fn value(&self, settings: &Settings) -> Typed {
        let value = window_value(column(self.id), &self.data_type, self.args, settings);
        marked(value, &self.metadata)
    }

    /// The input with the window's start as one more column. Rows without a time
    /// are in no window.
    pub fn attach(&self, input: Arc<LogicalPlan>, settings: &Settings) -> Result<Arc<LogicalPlan>> {
        let mut exprs: Vec<Physical> = input
            .schema()
            .columns()
            .into_iter()
            .map(Physical::Column)
            .collect();
        let filter = engine(Filter::try_new(self.time.clone().is_not_null(), input))?;
        let input = Arc::new(LogicalPlan::Filter(filter));
        if self.args.is_tumbling() {
            exprs.push(self.start(settings).alias(column_name(self.id)));
            let projection = engine(Projection::try_new(exprs, input))?;
            return Ok(Arc::new(LogicalPlan::Projection(projection)));
        }
        exprs.push(self.starts(settings).alias(column_name(self.id)));
        let projection = engine(Projection::try_new(exprs, input))?;
        let unnest = Unnest::try_new(
            Arc::new(LogicalPlan::Projection(projection)),
            vec![Column::new_unqualified(column_name(self.id))],
            UnnestOptions::new().with_preserve_nulls(false),
        );
        Ok(Arc::new(LogicalPlan::Unnest(engine(unnest)?)))
    }

    fn start(&self, settings: &Settings) -> Physical {
        let args = self.args;
        let kernel = move |input: &[Arg], rows: usize| {
            let times = times(input, rows)?;
            let starts = window_starts(times.values(), args);
            let starts = TimestampMicrosecondArray::new(starts.into(), times.nulls().cloned());
            Ok(Arc::new(starts.with_data_type(times.data_type().clone())) as ArrayRef)
        };
        let binding = Binding {
            args: vec![self.data_type.clone()],
            returns: self.data_type.clone(),
            nullable: true,
            kernel: Arc::new(kernel),
        };
        let name = format!("{WINDOW_START}{}_{}", args.duration, args.start);
        kernel_expr(&name, binding, vec![self.time.clone()], settings)
    }

    /// All starts of a row's sliding windows, as a list.
    fn starts(&self, settings: &Settings) -> Physical {
        let args = self.args;
        let returns = DataType::Array {
            element: Box::new(self.data_type.clone()),
            contains_null: true,
        };
        let kernel = move |input: &[Arg], rows: usize| starts_of_rows(&times(input, rows)?, args);
        let binding = Binding {
            args: vec![self.data_type.clone()],
            returns,
            nullable: false,
            kernel: Arc::new(kernel),
        };
        let name = format!(
            "{WINDOW_STARTS}{}_{}_{}",
            args.duration, args.slide, args.start
        );
        kernel_expr(&name, binding, vec![self.time.clone()], settings)
    }
}

fn times(input: &[Arg], rows: usize) -> Result<TimestampMicrosecondArray> {
    let [time] = input else {
        return Err(SparkError::internal("a window has one time"));
    };
    let times = time.array.as_primitive::<TimestampMicrosecondType>();
    if !time.is_scalar || rows == 1 {
        return Ok(times.clone());
    }
    let indices = arrow::array::UInt32Array::from(vec![0; rows]);
    let all = arrow::compute::take(times, &indices, None).map_err(SparkError::internal)?;
    Ok(all.as_primitive::<TimestampMicrosecondType>().clone())
}

fn starts_of_rows(times: &TimestampMicrosecondArray, args: WindowArgs) -> Result<ArrayRef> {
    let (rows, starts) = sliding_windows(times.values(), |row| times.is_null(row), args);
    let mut lengths = vec![0_usize; times.len()];
    for row in rows {
        lengths[row as usize] += 1;
    }
    let starts = TimestampMicrosecondArray::new(ScalarBuffer::from(starts), None)
        .with_data_type(times.data_type().clone());
    let item = Arc::new(Field::new("item", times.data_type().clone(), true));
    ListArray::try_new(
        item,
        OffsetBuffer::from_lengths(lengths),
        Arc::new(starts),
        None,
    )
    .map(|a| Arc::new(a) as ArrayRef)
    .map_err(SparkError::internal)
}
