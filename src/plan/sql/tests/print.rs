//! Trees on one line: operators and calls as `name(args)`, relations as
//! `Name[what](inputs)`.

use crate::plan::{
    CastMode, Expr, FrameBound, FrameUnits, Grouping, JoinOn, Literal, NullsOrder, PipeStep, Plan,
    Relation, SortOrder, WindowSpec,
};
use crate::types::DataType;

fn list(exprs: &[Expr]) -> String {
    exprs.iter().map(expr).collect::<Vec<_>>().join(", ")
}

pub(super) fn expr(e: &Expr) -> String {
    match e {
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
        Expr::Literal(value) => literal(value),
        Expr::Alias { expr: e, name, .. } => format!("{} AS {name}", expr(e)),
        Expr::Call(call) => {
            let distinct = if call.distinct { "DISTINCT " } else { "" };
            let filter = match &call.filter {
                Some(filter) => format!(" FILTER {}", expr(filter)),
                None => String::new(),
            };
            format!("{}({distinct}{}){filter}", call.name, list(&call.args))
        }
        Expr::Cast { expr: e, to, mode } => {
            let name = if *mode == CastMode::Try {
                "try_cast"
            } else {
                "cast"
            };
            format!("{name}({} : {to})", expr(e))
        }
        Expr::Extract { expr: e, key } => format!("{}[{}]", expr(e), expr(key)),
        Expr::Case {
            branches,
            otherwise,
        } => {
            let whens: String = branches
                .iter()
                .map(|(c, v)| format!(" {} -> {}", expr(c), expr(v)))
                .collect();
            match otherwise {
                Some(value) => format!("case{whens} else {}", expr(value)),
                None => format!("case{whens}"),
            }
        }
        Expr::In {
            expr: e,
            list: items,
        } => format!("in({}; {})", expr(e), list(items)),
        Expr::InSubquery { expr: e, plan: p } => format!("in({}; {})", expr(e), plan(p)),
        Expr::Outer(e) => format!("outer({})", expr(e)),
        Expr::Exists(p) => format!("exists({})", plan(p)),
        Expr::ScalarSubquery(p) => format!("scalar({})", plan(p)),
        Expr::Sort(key) => sort(key),
        Expr::Over { function, spec } => format!("{} OVER ({})", expr(function), window(spec)),
        Expr::Named { name, value } => format!("{name} => {}", expr(value)),
        Expr::Foreign { function, args } => {
            let args: Vec<_> = args.iter().map(|(_, arg)| expr(arg)).collect();
            format!("{function:?}({})", args.join(", "))
        }
        Expr::Aliases { expr: e, names } => format!("{} AS ({})", expr(e), names.join(", ")),
        Expr::Lambda { parameters, body } => {
            format!("({}) -> {}", parameters.join(", "), expr(body))
        }
    }
}

fn literal(value: &Literal) -> String {
    match value {
        Literal::Null(DataType::Null) => "null".into(),
        Literal::Boolean(flag) => flag.to_string(),
        Literal::Integer(number) => number.to_string(),
        Literal::String(text) => format!("'{text}'"),
        Literal::DayTime(micros, data_type) => format!("{micros}us:{data_type}"),
        Literal::YearMonth(months, data_type) => format!("{months}mo:{data_type}"),
        other => format!("{other:?}"),
    }
}

fn sort(key: &SortOrder) -> String {
    let direction = if key.ascending { "" } else { " desc" };
    let nulls = match key.nulls {
        None => "",
        Some(NullsOrder::First) => " nulls first",
        Some(NullsOrder::Last) => " nulls last",
    };
    format!("{}{direction}{nulls}", expr(&key.expr))
}

fn sorts(keys: &[SortOrder]) -> String {
    keys.iter().map(sort).collect::<Vec<_>>().join(", ")
}

fn window(spec: &WindowSpec) -> String {
    let mut parts = Vec::new();
    if !spec.partition_by.is_empty() {
        parts.push(format!("by {}", list(&spec.partition_by)));
    }
    if !spec.order_by.is_empty() {
        parts.push(format!("order {}", sorts(&spec.order_by)));
    }
    if let Some(frame) = &spec.frame {
        let units = if frame.units == FrameUnits::Rows {
            "rows"
        } else {
            "range"
        };
        parts.push(format!(
            "{units} {} .. {}",
            bound(&frame.start),
            bound(&frame.end)
        ));
    }
    parts.join(" ")
}

fn bound(bound: &FrameBound) -> String {
    match bound {
        FrameBound::UnboundedPreceding => "-inf".into(),
        FrameBound::Preceding(by) => format!("-{}", expr(by)),
        FrameBound::CurrentRow => "0".into(),
        FrameBound::Following(by) => format!("+{}", expr(by)),
        FrameBound::UnboundedFollowing => "+inf".into(),
    }
}

pub(super) fn plan(p: &Plan) -> String {
    match &p.relation {
        Relation::OneRow => "One".into(),
        Relation::Values { rows } => {
            let rows: Vec<_> = rows.iter().map(|row| format!("({})", list(row))).collect();
            format!("Values[{}]", rows.join(" "))
        }
        Relation::Range {
            start, end, step, ..
        } => format!("Range[{start} {end} {step}]"),
        Relation::Table(parts) => parts.join("."),
        Relation::Read(spec) => format!("Read[{} {}]", spec.format, spec.paths.join(" ")),
        Relation::Project { input, exprs } => format!("Project[{}]({})", list(exprs), plan(input)),
        Relation::Filter { input, condition } => {
            format!("Filter[{}]({})", expr(condition), plan(input))
        }
        Relation::Having { input, condition } => {
            format!("Having[{}]({})", expr(condition), plan(input))
        }
        Relation::Aggregate {
            input,
            keys,
            grouping,
            exprs,
        } => {
            let sets = match grouping {
                Grouping::Plain => String::new(),
                Grouping::Sets(sets) => format!("; {sets:?}"),
            };
            let (keys, exprs) = (list(keys), list(exprs));
            format!("Aggregate[{keys}; {exprs}{sets}]({})", plan(input))
        }
        Relation::Qualify { input, condition } => {
            format!("Qualify[{}]({})", expr(condition), plan(input))
        }
        Relation::Watermark {
            input,
            column,
            delay,
        } => format!("Watermark[{column} {delay}]({})", plan(input)),
        Relation::Generate {
            input,
            call,
            outer,
            alias,
        } => {
            let outer = if *outer { " outer" } else { "" };
            let alias = alias.as_ref().map_or(String::new(), |(name, columns)| {
                format!(" {name}({})", columns.join(", "))
            });
            let call = expr(&Expr::Call(call.clone()));
            format!("Generate[{call}{outer}{alias}]({})", plan(input))
        }
        Relation::Sample {
            input,
            lower,
            upper,
            seed,
        } => format!("Sample[{lower} {upper} {seed}]({})", plan(input)),
        Relation::Sort {
            input,
            order,
            global,
        } => {
            let name = if *global { "Sort" } else { "SortBy" };
            format!("{name}[{}]({})", sorts(order), plan(input))
        }
        Relation::Limit { input, skip, fetch } => {
            format!("Limit[{skip} {fetch:?}]({})", plan(input))
        }
        Relation::Distinct { input, .. } => format!("Distinct({})", plan(input)),
        Relation::Join {
            left,
            right,
            kind,
            on,
        } => {
            let on = match on {
                JoinOn::Nothing => String::new(),
                JoinOn::Condition(condition) => format!(" {}", expr(condition)),
                JoinOn::Using(names) => format!(" using {}", names.join(" ")),
                JoinOn::Natural => " natural".into(),
            };
            format!("{kind:?}[{}]({}, {})", on.trim(), plan(left), plan(right))
        }
        Relation::Set {
            left,
            right,
            op,
            all,
            ..
        } => {
            let all = if *all { "All" } else { "" };
            format!("{op:?}{all}({}, {})", plan(left), plan(right))
        }
        Relation::Alias {
            input,
            name,
            columns,
        } if columns.is_empty() => {
            format!("{} AS {name}", plan(input))
        }
        Relation::Alias {
            input,
            name,
            columns,
        } => {
            format!("{} AS {name}({})", plan(input), columns.join(", "))
        }
        Relation::Step {
            input,
            step: PipeStep::Rows,
        } => plan(input),
        Relation::With { input, definitions } => {
            let names: Vec<_> = definitions
                .iter()
                .map(|(name, p)| format!("{name} = {}", plan(p)))
                .collect();
            format!("With[{}]({})", names.join("; "), plan(input))
        }
        other => format!("{other:?}"),
    }
}
