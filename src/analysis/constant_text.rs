//! The text that a constant expression stands for, before there is anything around it: what
//! is in `IDENTIFIER(…)`.
//!
//! It sees no tables and no query: whatever hangs on one is no constant.

use std::sync::Arc;

use arrow::array::AsArray;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::LogicalPlan;

use super::{
    Catalog, Context, DefinedRoutine, Named, NoVariables, Options, Source, analyze, engine,
};
use crate::engine::constant_value;
use crate::error::{Result, SparkError};
use crate::functions::Settings;
use crate::plan::{Expr, ForeignRef, ForeignTable, Plan, ReadSpec, Relation};
use crate::types::DataType;

/// Functions whose value is the session's or the moment's, with the names that Spark shows
/// them by: constant for a query, and no constants of the text.
const OF_THE_SESSION: [(&str, &str); 14] = [
    ("current_catalog", "current_catalog()"),
    ("current_database", "current_schema()"),
    ("current_date", "current_date()"),
    ("current_path", "current_path()"),
    ("current_schema", "current_schema()"),
    ("current_time", "current_time()"),
    ("current_timestamp", "current_timestamp()"),
    ("current_timezone", "current_timezone()"),
    ("current_user", "current_user()"),
    ("curdate", "current_date()"),
    ("localtimestamp", "localtimestamp()"),
    ("now", "now()"),
    ("session_user", "session_user()"),
    ("user", "user()"),
];

/// A catalog without names.
pub(super) struct Empty;

impl Catalog for Empty {
    fn lookup(&self, _: &[String]) -> Result<Option<Named>> {
        Ok(None)
    }

    fn read(&self, spec: &ReadSpec) -> Result<Source> {
        let feature = format!("reading {spec:?} in a constant");
        Err(SparkError::not_implemented(feature))
    }

    fn table_function(&self, _: &str) -> Option<Arc<dyn ForeignTable>> {
        None
    }

    fn function(&self, _: &str) -> Option<ForeignRef> {
        None
    }

    fn routine(&self, _: &[String]) -> Result<Option<Box<DefinedRoutine>>> {
        Ok(None)
    }
}

/// The value of a constant text.
///
/// # Errors
/// `NOT_A_CONSTANT_STRING.…` for anything else, and those of computing it.
pub fn constant_text(expr: &Expr, settings: Settings, options: Options) -> Result<String> {
    if let Some(shown) = hangs_on_more(expr)? {
        return Err(refused("NOT_CONSTANT", &[("expr", &shown)]));
    }
    let context = Context {
        settings,
        catalog: Arc::new(Empty),
        options,
        database: String::new(),
        user: String::new(),
        now_micros: 0,
        depth: 0,
        variables: Arc::new(NoVariables),
    };
    let plan = Plan::new(Relation::Project {
        input: Plan::new(Relation::OneRow),
        exprs: vec![expr.clone()],
    });
    let resolved = analyze(&plan, &context)?;
    let (LogicalPlan::Projection(found), [column]) = (&*resolved.plan, resolved.output.as_slice())
    else {
        return Err(refused("NOT_CONSTANT", &[("expr", &format!("{expr:?}"))]));
    };
    let shown = ("expr", column.name.as_str());
    let value = found
        .expr
        .first()
        .map(constant_value)
        .transpose()?
        .flatten();
    let Some(value) = value else {
        return Err(refused("NOT_CONSTANT", &[shown]));
    };
    if column.data_type != DataType::String {
        let kind = column.data_type.simple_string();
        return Err(refused("WRONG_TYPE", &[shown, ("dataType", &kind)]));
    }
    text_of(&value)?.ok_or_else(|| refused("NULL", &[shown]))
}

fn text_of(value: &ScalarValue) -> Result<Option<String>> {
    if value.is_null() {
        return Ok(None);
    }
    let array = engine(value.to_array())?;
    Ok(Some(array.as_string::<i32>().value(0).to_string()))
}

/// What in an expression needs a table, a query or the session, as Spark shows it.
fn hangs_on_more(expr: &Expr) -> Result<Option<String>> {
    let mut found = None;
    let mut look = |part: &Expr| -> Result<Option<Expr>> {
        let shown = match part {
            Expr::Attribute(parts) => Some(parts.join(".")),
            Expr::ScalarSubquery(_) => Some("scalarsubquery()".to_string()),
            Expr::Call(call) => OF_THE_SESSION
                .iter()
                .find(|(name, _)| call.name.eq_ignore_ascii_case(name))
                .map(|(_, shown)| (*shown).to_string()),
            _ => None,
        };
        if found.is_none() {
            found = shown;
        }
        Ok(None)
    };
    expr.rewrite(&mut look)?;
    Ok(found)
}

fn refused(reason: &str, parameters: &[(&str, &str)]) -> SparkError {
    let condition = format!("NOT_A_CONSTANT_STRING.{reason}");
    let mut all = vec![("name", "IDENTIFIER")];
    all.extend_from_slice(parameters);
    SparkError::new(&condition, &all)
}
