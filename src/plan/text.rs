//! Spark's printed form of an expression: the name of a column that has none, and
//! what `Column<'…'>` shows.

use super::{
    Call, CastMode, Expr, ForeignRef, FrameBound, FrameUnits, Literal, NullsOrder, SortOrder,
    WindowSpec,
};
use crate::types::{DataType, Zone};

pub use super::call_text::call_text;

pub fn case_text(branches: &[(String, String)], otherwise: Option<&str>) -> String {
    let mut text = String::from("CASE");
    for (condition, value) in branches {
        text.push_str(&format!(" WHEN {condition} THEN {value}"));
    }
    if let Some(value) = otherwise {
        text.push_str(&format!(" ELSE {value}"));
    }
    text.push_str(" END");
    text
}

pub fn cast_text(expr: &str, to: &DataType, mode: &CastMode) -> String {
    let verb = match mode {
        CastMode::Cast | CastMode::Store(_) => "CAST",
        CastMode::Try => "TRY_CAST",
    };
    format!("{verb}({expr} AS {})", to.sql())
}

pub fn sort_text(expr: &str, order: &SortOrder) -> String {
    let direction = if order.ascending { "ASC" } else { "DESC" };
    let nulls = match order.nulls {
        Some(NullsOrder::First) => "FIRST",
        Some(NullsOrder::Last) => "LAST",
        None if order.ascending => "FIRST",
        None => "LAST",
    };
    format!("{expr} {direction} NULLS {nulls}")
}

/// `function OVER (…)` from printed parts; `frame` is the frame in force.
pub fn over_text(function: &str, partition: &[String], order: &[String], frame: &str) -> String {
    let mut parts = Vec::new();
    if !partition.is_empty() {
        parts.push(format!("PARTITION BY {}", partition.join(", ")));
    }
    if !order.is_empty() {
        parts.push(format!("ORDER BY {}", order.join(", ")));
    }
    if !frame.is_empty() {
        parts.push(frame.to_string());
    }
    format!("{function} OVER ({})", parts.join(" "))
}

pub fn frame_text(units: FrameUnits, start: &str, end: &str) -> String {
    let units = match units {
        FrameUnits::Rows => "ROWS",
        FrameUnits::Range => "RANGE",
    };
    format!("{units} BETWEEN {start} AND {end}")
}

pub fn bound_text(bound: &FrameBound) -> String {
    match bound {
        FrameBound::UnboundedPreceding => "UNBOUNDED PRECEDING".into(),
        FrameBound::Preceding(expr) => format!("{} PRECEDING", expr_text(expr)),
        FrameBound::CurrentRow => "CURRENT ROW".into(),
        FrameBound::Following(expr) => format!("{} FOLLOWING", expr_text(expr)),
        FrameBound::UnboundedFollowing => "UNBOUNDED FOLLOWING".into(),
    }
}

/// Printed form of a constant, strings without quotes.
pub fn literal_text(literal: &Literal, zone: Zone) -> String {
    use crate::types::format;
    let printed = |write: &dyn Fn(&mut String)| {
        let mut out = String::new();
        write(&mut out);
        out
    };
    match literal {
        Literal::Null(_) => "NULL".into(),
        Literal::Boolean(value) => value.to_string(),
        Literal::Byte(value) => value.to_string(),
        Literal::Short(value) => value.to_string(),
        Literal::Integer(value) => value.to_string(),
        Literal::Long(value) => value.to_string(),
        Literal::String(value) => value.clone(),
        Literal::Float(value) => printed(&|out| crate::types::write_f32(*value, out)),
        Literal::Double(value) => printed(&|out| crate::types::write_f64(*value, out)),
        Literal::Decimal(value, _, scale) => {
            printed(&|out| format::write_decimal(*value, *scale, out))
        }
        Literal::Binary(bytes) => {
            let hex: String = bytes.iter().map(|b| format!("{b:02X}")).collect();
            format!("X'{hex}'")
        }
        Literal::Date(days) => {
            format!("DATE '{}'", printed(&|out| format::write_date(*days, out)))
        }
        Literal::Timestamp(micros) => {
            let text = printed(&|out| format::write_timestamp(*micros, zone, out));
            format!("TIMESTAMP '{text}'")
        }
        Literal::TimestampNtz(micros) => {
            let text = printed(&|out| format::write_local_timestamp(*micros, out));
            format!("TIMESTAMP_NTZ '{text}'")
        }
        Literal::Time(nanos, _) => {
            format!("TIME '{}'", printed(&|out| format::write_time(*nanos, out)))
        }
        Literal::YearMonth(months, DataType::YearMonthInterval { start, end }) => {
            printed(&|out| format::write_year_month(*months, *start, *end, out))
        }
        Literal::DayTime(micros, DataType::DayTimeInterval { start, end }) => {
            printed(&|out| format::write_day_time(*micros, *start, *end, out))
        }
        Literal::YearMonth(value, _) => value.to_string(),
        Literal::DayTime(value, _) => value.to_string(),
        Literal::Calendar {
            months,
            days,
            micros,
        } => {
            let text = printed(&|out| format::write_calendar(*months, *days, *micros, out));
            format!("INTERVAL '{text}'")
        }
    }
}

/// Printed form of an unresolved expression.
pub fn expr_text(expr: &Expr) -> String {
    match expr {
        Expr::Attribute(parts) => parts.join("."),
        Expr::Bound { name, .. } => name.clone(),
        Expr::Sql(text) => text.clone(),
        Expr::Star { qualifier } if qualifier.is_empty() => "*".into(),
        Expr::Star { qualifier } => format!("{}.*", qualifier.join(".")),
        Expr::StarExcept { qualifier, except } => {
            let mut star = qualifier.clone();
            star.push("*".into());
            let except: Vec<_> = except.iter().map(|parts| parts.join(".")).collect();
            format!("{} EXCEPT ({})", star.join("."), except.join(", "))
        }
        Expr::Literal(literal) => literal_text(literal, Zone::UTC),
        Expr::Alias { expr, name, .. } => format!("{} AS {name}", expr_text(expr)),
        Expr::Aliases { expr, names } => {
            format!("{} AS ({})", expr_text(expr), names.join(", "))
        }
        Expr::Call(call) => unresolved_call_text(call),
        Expr::Cast { expr, to, mode } => cast_text(&expr_text(expr), to, mode),
        Expr::Extract { expr, key } => format!("{}[{}]", expr_text(expr), expr_text(key)),
        Expr::Case {
            branches,
            otherwise,
        } => {
            let branches: Vec<_> = branches
                .iter()
                .map(|(c, v)| (expr_text(c), expr_text(v)))
                .collect();
            case_text(&branches, otherwise.as_deref().map(expr_text).as_deref())
        }
        Expr::In { expr, list } => {
            let list: Vec<_> = list.iter().map(expr_text).collect();
            format!("({} IN ({}))", expr_text(expr), list.join(", "))
        }
        Expr::InSubquery { expr, .. } => format!("({} IN (listquery()))", expr_text(expr)),
        Expr::Exists(_) => "exists()".into(),
        Expr::Outer(expr) => expr_text(expr),
        Expr::ScalarSubquery(_) => "scalarsubquery()".into(),
        Expr::Sort(order) => sort_text(&expr_text(&order.expr), order),
        Expr::Over { function, spec } => unresolved_over_text(function, spec),
        Expr::Named { name, value } => format!("{name} => {}", expr_text(value)),
        Expr::Foreign { function, args } => foreign_text(function, args, expr_text),
        Expr::Lambda { parameters, body } => {
            format!(
                "lambdafunction({}, {})",
                expr_text(body),
                parameters.join(", ")
            )
        }
    }
}

/// `f(a, b => c)`.
pub fn foreign_text<T>(
    function: &ForeignRef,
    args: &[(Option<String>, T)],
    show: impl Fn(&T) -> String,
) -> String {
    let args: Vec<_> = args
        .iter()
        .map(|(name, arg)| match name {
            Some(name) => format!("{name} => {}", show(arg)),
            None => show(arg),
        })
        .collect();
    format!("{}({})", function.0.name(), args.join(", "))
}

fn unresolved_call_text(call: &Call) -> String {
    let args: Vec<_> = call.args.iter().map(expr_text).collect();
    let mut text = call_text(&call.name, &args, call.distinct);
    if !call.within_group.is_empty() {
        let key = |key: &SortOrder| sort_text(&expr_text(&key.expr), key);
        let keys: Vec<_> = call.within_group.iter().map(key).collect();
        text.push_str(&format!(" WITHIN GROUP (ORDER BY {})", keys.join(", ")));
    }
    match &call.filter {
        Some(filter) => format!("{text} FILTER (WHERE {})", expr_text(filter)),
        None => text,
    }
}

fn unresolved_over_text(function: &Expr, spec: &WindowSpec) -> String {
    let partition: Vec<_> = spec.partition_by.iter().map(expr_text).collect();
    let order: Vec<_> = spec
        .order_by
        .iter()
        .map(|o| sort_text(&expr_text(&o.expr), o))
        .collect();
    let frame = match &spec.frame {
        Some(f) => frame_text(f.units, &bound_text(&f.start), &bound_text(&f.end)),
        None => "unspecifiedframe$()".into(),
    };
    over_text(&expr_text(function), &partition, &order, &frame)
}
