//! What `Column<'…'>` shows of an expression that has not been resolved: calls in
//! prefix form, strings in quotes. Names of result columns are in `text`.

use super::text::{case_text, cast_text, foreign_text, frame_text, over_text, sort_text};
use super::{Expr, FrameBound, FrameUnits, Literal, SortOrder, WindowSpec};
use crate::types::{Zone, format};

pub fn repr(expr: &Expr, zone: Zone) -> String {
    let show = |e: &Expr| repr(e, zone);
    let list = |all: &[Expr]| all.iter().map(show).collect::<Vec<_>>().join(", ");
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
        Expr::Literal(value) => literal(value, zone),
        Expr::Alias { expr, name, .. } => format!("{} AS {name}", show(expr)),
        Expr::Aliases { expr, names } => format!("{} AS ({})", show(expr), names.join(", ")),
        Expr::Call(call) => match (call.name.as_str(), call.args.as_slice()) {
            ("!=", [l, r]) => format!("!(=({}, {}))", show(l), show(r)),
            ("not", [x]) => format!("!({})", show(x)),
            // Operations that have no name in SQL.
            (
                "update field" | "drop field",
                [of, Expr::Literal(Literal::String(name)), rest @ ..],
            ) => {
                let operation = call.name.replace(' ', "_");
                let mut parts = vec![show(of), name.clone()];
                parts.extend(rest.iter().map(show));
                format!("{operation}({})", parts.join(", "))
            }
            (name, args) => format!("{name}({})", list(args)),
        },
        Expr::Cast { expr, to, mode } => cast_text(&show(expr), to, mode),
        Expr::Extract { expr, key } => format!("{}[{}]", show(expr), show(key)),
        Expr::Case {
            branches,
            otherwise,
        } => {
            let branches: Vec<_> = branches.iter().map(|(c, v)| (show(c), show(v))).collect();
            case_text(&branches, otherwise.as_deref().map(show).as_deref())
        }
        Expr::In { expr, list: items } if items.is_empty() => format!("in({})", show(expr)),
        Expr::In { expr, list: items } => format!("in({}, {})", show(expr), list(items)),
        Expr::InSubquery { expr, .. } => format!("in({}, listquery())", show(expr)),
        Expr::Exists(_) => "exists()".into(),
        Expr::Outer(expr) => format!("lazy({})", show(expr)),
        Expr::ScalarSubquery(_) => "scalarsubquery()".into(),
        Expr::Sort(order) => sort(order, zone),
        Expr::Over { function, spec } => over(&show(function), spec, zone),
        Expr::Named { name, value } => format!("{name} => {}", show(value)),
        Expr::Foreign { function, args } => foreign_text(function, args, show),
        Expr::Lambda { parameters, body } => match parameters.as_slice() {
            [single] => format!("{single} -> {}", show(body)),
            several => format!("({}) -> {}", several.join(", "), show(body)),
        },
    }
}

fn sort(order: &SortOrder, zone: Zone) -> String {
    sort_text(&repr(&order.expr, zone), order)
}

fn over(function: &str, spec: &WindowSpec, zone: Zone) -> String {
    let partition: Vec<_> = spec.partition_by.iter().map(|e| repr(e, zone)).collect();
    let order: Vec<_> = spec.order_by.iter().map(|o| sort(o, zone)).collect();
    let frame = match &spec.frame {
        Some(frame) => {
            let bound = |b: &FrameBound| bound(b, frame.units, zone);
            frame_text(frame.units, &bound(&frame.start), &bound(&frame.end))
        }
        None => String::new(),
    };
    over_text(function, &partition, &order, &frame)
}

fn bound(bound: &FrameBound, units: FrameUnits, zone: Zone) -> String {
    let number = |e: &Expr| {
        let text = repr(e, zone);
        let long = units == FrameUnits::Range && !text.ends_with('L');
        if long { format!("{text}L") } else { text }
    };
    match bound {
        FrameBound::UnboundedPreceding => "UNBOUNDED PRECEDING".into(),
        FrameBound::UnboundedFollowing => "UNBOUNDED FOLLOWING".into(),
        FrameBound::CurrentRow => "CURRENT ROW".into(),
        FrameBound::Preceding(distance) => format!("-{}", number(distance)),
        FrameBound::Following(distance) => number(distance),
    }
}

fn literal(value: &Literal, zone: Zone) -> String {
    let mut out = String::new();
    match value {
        Literal::String(text) => return format!("'{text}'"),
        Literal::Long(value) => return format!("{value}L"),
        Literal::Date(days) => format::write_date(*days, &mut out),
        Literal::Timestamp(micros) => {
            format::write_timestamp(*micros, zone, &mut out);
            if !out.contains('.') {
                out.push_str(".0");
            }
        }
        Literal::TimestampNtz(micros) => format::write_local_timestamp(*micros, &mut out),
        Literal::DayTime(micros, _) => return duration(*micros),
        other => return super::text::literal_text(other, zone),
    }
    out
}

/// ISO 8601 as Java prints a `Duration`: `PT24H2S`.
fn duration(micros: i64) -> String {
    let (seconds, rest) = (micros / 1_000_000, micros % 1_000_000);
    let (hours, minutes, left) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let mut out = String::from("PT");
    if hours != 0 {
        out.push_str(&format!("{hours}H"));
    }
    if minutes != 0 {
        out.push_str(&format!("{minutes}M"));
    }
    if rest != 0 {
        let sign = if micros < 0 { "-" } else { "" };
        let fraction = format!("{:06}", rest.abs());
        out.push_str(&format!(
            "{sign}{}.{}S",
            left.abs(),
            fraction.trim_end_matches('0')
        ));
    } else if left != 0 || out.len() == 2 {
        out.push_str(&format!("{left}S"));
    }
    out
}
