//! `session_window(time, gap)`: rows are put into sessions, which end when nothing came
//! for as long as the gap.
//!
//! The input computes each row's own session, from its time to its time plus the gap,
//! as two columns, and leaves out the rows that have none. The session itself, a struct
//! with Spark's mark, is built from the two where it is shown. What merges sessions is
//! a grouping by a column with that mark (`session_groups`); anything else sees the
//! rows' own.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StructArray};
use datafusion::logical_expr::{Expr as Physical, Filter, LogicalPlan, Operator, Projection};

use super::event_time::EventTime;
use super::expression::{Resolver, Typed};
use super::time_window::{is_window, marked, window_type};
use super::{column, column_name, engine, fresh_id};
use crate::engine::kernel_expr;
use crate::error::{Result, SparkError};
use crate::functions::scalar::kernel::expand;
use crate::functions::{Arg, Binding, Settings, find_scalar};
use crate::plan::{Expr, ExprId};
use crate::types::{DataType, StructType};

const NAME: &str = "session_window";

/// Metadata by which Spark marks the column.
pub(super) const MARK: &str = "spark.sessionWindow";

/// Builds the struct from its start and its end.
const MAKE_SESSION: &str = "make_session";

/// Give a row's own session from its time and the end of its gap.
const SESSION_START: &str = "session_start";
const SESSION_END: &str = "session_end";

/// Take the struct apart again.
const START_OF: &str = "session_start_of";
const END_OF: &str = "session_end_of";

/// The argument of one of this file's functions that may be an event time.
pub(super) fn event_argument<'e>(function: &str, args: &'e [Physical]) -> Option<&'e Physical> {
    match (function, args) {
        (SESSION_END, [time, _]) => Some(time),
        (MAKE_SESSION, [_, end]) => Some(end),
        (END_OF, [session]) => Some(session),
        _ => None,
    }
}

/// The event time of a call of one of this file's functions, given that of its
/// argument.
pub(super) fn event_time(function: &str, over: EventTime) -> Option<EventTime> {
    match (function, over) {
        (SESSION_END, EventTime::Time) | (END_OF, EventTime::Window) => Some(EventTime::SessionEnd),
        (MAKE_SESSION, EventTime::SessionEnd) => Some(EventTime::Window),
        _ => None,
    }
}

/// A session function in an expression, to be computed by the input.
pub(crate) struct SessionWindow {
    time: Physical,
    /// The time plus the gap.
    until: Physical,
    /// Of the time column: the session is as much an event time as that is.
    metadata: serde_json::Map<String, serde_json::Value>,
    /// Timestamp or timestamp without zone.
    data_type: DataType,
    start: ExprId,
    end: ExprId,
}

impl Resolver<'_, '_> {
    pub fn session_window(&mut self, args: &[Expr]) -> Result<Typed> {
        let [time, gap] = args else {
            return Err(crate::functions::scalar::typing::wrong_count(
                NAME,
                "2",
                args.len(),
            ));
        };
        let (time, gap) = (self.resolve(time)?, self.resolve(gap)?);
        let text = format!("sessionwindow({}, {})", time.text, gap.text);
        let time = self.window_time_column(time, &text)?;
        let until = self.session_end(&time, gap)?;
        let same = |s: &&SessionWindow| s.time == time.expr && s.until == until;
        if let Some(known) = self.sessions.iter().find(same) {
            return Ok(known.value(self.settings()));
        }
        if !self.sessions.is_empty() || !self.windows.is_empty() {
            return Err(SparkError::new("_LEGACY_ERROR_TEMP_1039", &[]));
        }
        let session = SessionWindow {
            time: time.expr,
            until,
            metadata: time.metadata,
            data_type: time.data_type,
            start: fresh_id(),
            end: fresh_id(),
        };
        let value = session.value(self.settings());
        self.sessions.push(session);
        Ok(value)
    }

    /// The time plus the gap; null where the gap is none or no interval.
    fn session_end(&self, time: &Typed, gap: Typed) -> Result<Physical> {
        let gap = match &gap.data_type {
            DataType::CalendarInterval => gap,
            DataType::String | DataType::Null => self.coerce(gap, &DataType::CalendarInterval)?,
            other => {
                return Err(SparkError::new(
                    "_LEGACY_ERROR_TEMP_1040",
                    &[("dt", &scala_name(other))],
                ));
            }
        };
        let Some(plus) = find_scalar("+") else {
            return Err(SparkError::internal("there is no operator +"));
        };
        let types = [time.arg_type(), gap.arg_type()];
        let binding = plus.resolve("+", &types, self.settings())?;
        let until = self.bound_call("+", binding, vec![time.clone(), gap], String::new())?;
        Ok(until.expr)
    }

    /// `session_window` as a name, where a session function is in scope.
    pub fn session_column(&self, name: &str) -> Option<Typed> {
        let session = self.sessions.first()?;
        super::names::same(name, NAME, self.case_sensitive())
            .then(|| session.value(self.settings()))
    }
}

impl SessionWindow {
    /// The session of a row.
    pub fn value(&self, settings: &Settings) -> Typed {
        let (start, end) = (column(self.start), column(self.end));
        let returns = window_type(&self.data_type);
        let session = built(start, end, &self.data_type, settings);
        let mut value = Typed::new(session, returns, false, NAME.into());
        value.name = Some(NAME.into());
        value
            .metadata
            .insert(MARK.into(), serde_json::Value::Bool(true));
        marked(value, &self.metadata)
    }

    /// The input with the session's start and end as two more columns. Rows without a
    /// time or with a gap that is null, zero or negative are in no session.
    pub fn attach(&self, input: Arc<LogicalPlan>, settings: &Settings) -> Result<Arc<LogicalPlan>> {
        let mut exprs: Vec<Physical> = input
            .schema()
            .columns()
            .into_iter()
            .map(Physical::Column)
            .collect();
        let time = || self.time.clone();
        let start = self.kernel(SESSION_START, vec![time()], 0, settings);
        let end = self.kernel(SESSION_END, vec![time(), self.until.clone()], 1, settings);
        exprs.push(start.alias(column_name(self.start)));
        exprs.push(end.alias(column_name(self.end)));
        let projection = engine(Projection::try_new(exprs, input))?;
        let lasts = datafusion::logical_expr::binary_expr(
            column(self.end),
            Operator::Gt,
            column(self.start),
        );
        let input = Arc::new(LogicalPlan::Projection(projection));
        let filter = engine(Filter::try_new(lasts, input))?;
        Ok(Arc::new(LogicalPlan::Filter(filter)))
    }

    /// A function that gives one of its arguments as it is: by its name, `event_time`
    /// knows what it is.
    fn kernel(&self, name: &str, args: Vec<Physical>, at: usize, settings: &Settings) -> Physical {
        let kernel = move |args: &[Arg], rows: usize| {
            let arg = args.get(at);
            let arg = arg.ok_or_else(|| SparkError::internal("a session lost an argument"))?;
            expand(Arc::clone(&arg.array), rows)
        };
        let binding = Binding {
            args: vec![self.data_type.clone(); args.len()],
            returns: self.data_type.clone(),
            nullable: true,
            kernel: Arc::new(kernel),
        };
        kernel_expr(name, binding, args, settings)
    }
}

/// The struct of a start and an end.
pub(super) fn built(
    start: Physical,
    end: Physical,
    time: &DataType,
    settings: &Settings,
) -> Physical {
    let returns = window_type(time);
    let storage = returns.to_arrow();
    let kernel = move |args: &[Arg], rows: usize| {
        let (arrow::datatypes::DataType::Struct(fields), [start, end]) = (&storage, args) else {
            return Err(SparkError::internal("a session has a start and an end"));
        };
        let whole = |arg: &Arg| expand(Arc::clone(&arg.array), rows);
        let columns = vec![whole(start)?, whole(end)?];
        StructArray::try_new(fields.clone(), columns, None)
            .map(|a| Arc::new(a) as ArrayRef)
            .map_err(SparkError::internal)
    };
    let binding = Binding {
        args: vec![time.clone(); 2],
        returns,
        nullable: false,
        kernel: Arc::new(kernel),
    };
    kernel_expr(MAKE_SESSION, binding, vec![start, end], settings)
}

/// A session taken apart.
pub(super) struct Parts {
    pub start: Physical,
    pub end: Physical,
    pub time: DataType,
}

/// The start and the end of a value, if that is a session: a grouping by it merges.
pub(super) fn parts(value: &Typed, settings: &Settings) -> Option<Parts> {
    let DataType::Struct(fields) = &value.data_type else {
        return None;
    };
    if !value.metadata.contains_key(MARK) || !is_window(fields) {
        return None;
    }
    let time = fields.fields.first()?.data_type.clone();
    if let Physical::ScalarFunction(function) = &value.expr
        && let (MAKE_SESSION, [start, end]) = (function.name(), function.args.as_slice())
    {
        return Some(Parts {
            start: start.clone(),
            end: end.clone(),
            time,
        });
    }
    Some(Parts {
        start: part(START_OF, 0, value, fields, settings),
        end: part(END_OF, 1, value, fields, settings),
        time,
    })
}

fn part(
    name: &str,
    at: usize,
    session: &Typed,
    fields: &StructType,
    settings: &Settings,
) -> Physical {
    let kernel = move |args: &[Arg], rows: usize| {
        let [session] = args else {
            return Err(SparkError::internal("a session is one argument"));
        };
        let sessions = expand(Arc::clone(&session.array), rows)?;
        let sessions = sessions.as_struct();
        if sessions.null_count() > 0 {
            return Err(null_session());
        }
        Ok(Arc::clone(sessions.column(at)))
    };
    let binding = Binding {
        args: vec![session.data_type.clone()],
        returns: fields.fields[at].data_type.clone(),
        nullable: true,
        kernel: Arc::new(kernel),
    };
    kernel_expr(name, binding, vec![session.expr.clone()], settings)
}

/// What a grouping by a session says of a null.
pub(super) fn null_session() -> SparkError {
    SparkError::plain(
        crate::error::ErrorClass::SparkRuntime,
        "[INTERNAL_ERROR] Grouping Session should not be null. SQLSTATE: XX000",
    )
}

/// A type as Scala prints it, which this function's error message does.
fn scala_name(data_type: &DataType) -> String {
    use DataType as T;
    match data_type {
        T::Null => "NullType".into(),
        T::Boolean => "BooleanType".into(),
        T::Byte => "ByteType".into(),
        T::Short => "ShortType".into(),
        T::Integer => "IntegerType".into(),
        T::Long => "LongType".into(),
        T::Float => "FloatType".into(),
        T::Double => "DoubleType".into(),
        T::Decimal { precision, scale } => format!("DecimalType({precision},{scale})"),
        T::String => "StringType".into(),
        T::Char { length, padded } => {
            let name = if *padded { "CharType" } else { "VarcharType" };
            format!("{name}({length})")
        }
        T::Place { globe, srid } => {
            let name = if *globe {
                "GeographyType"
            } else {
                "GeometryType"
            };
            format!(
                "{name}({})",
                srid.map_or("ANY".into(), |srid| srid.to_string())
            )
        }
        T::UserDefined(_) => "PythonUserDefinedType".into(),
        T::Binary => "BinaryType".into(),
        T::Date => "DateType".into(),
        T::Timestamp => "TimestampType".into(),
        T::TimestampNtz => "TimestampNTZType".into(),
        T::Time { precision } => format!("TimeType({precision})"),
        T::Variant => "VariantType".into(),
        // The units are numbered from the largest.
        T::YearMonthInterval { start, end } => {
            format!("YearMonthIntervalType({},{})", *start as u8, *end as u8)
        }
        T::DayTimeInterval { start, end } => {
            format!("DayTimeIntervalType({},{})", *start as u8, *end as u8)
        }
        T::CalendarInterval => "CalendarIntervalType".into(),
        T::Array {
            element,
            contains_null,
        } => format!("ArrayType({},{contains_null})", scala_name(element)),
        T::Map {
            key,
            value,
            value_contains_null,
        } => format!(
            "MapType({},{},{value_contains_null})",
            scala_name(key),
            scala_name(value)
        ),
        T::Struct(fields) => {
            let fields: Vec<_> = fields
                .fields
                .iter()
                .map(|f| {
                    let inner = scala_name(&f.data_type);
                    format!("StructField({},{inner},{})", f.name, f.nullable)
                })
                .collect();
            format!("StructType({})", fields.join(","))
        }
    }
}
