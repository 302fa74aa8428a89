//! The value that a column has where nothing says another: a constant, computed before there
//! is a query. It sees no tables; what is wrong with it is told by one of Spark's reasons.

use std::sync::Arc;

use arrow::array::ArrayRef;
use datafusion::logical_expr::LogicalPlan;

use super::constant_text::Empty;
use super::{Context, NoVariables, Options, analyze, engine};
use crate::engine::constant_value;
use crate::error::Result;
use crate::functions::Settings;
use crate::plan::{CastMode, Expr, Plan, Relation};
use crate::types::DataType;

/// Why an expression is no default value.
#[derive(Debug, Clone, PartialEq)]
pub enum NoDefault {
    Subquery,
    Unresolved,
    NonDeterministic,
    NotConstant,
    /// It has this type, which is not the column's.
    Type(DataType),
}

/// What a default value may go by.
pub struct DefaultContext {
    pub settings: Settings,
    pub options: Options,
    pub database: String,
    pub user: String,
    pub now_micros: i64,
}

/// An array of one row: the value as one of the column's type.
///
/// # Errors
/// Those of computing it.
pub fn default_value(
    expr: &Expr,
    (column, to): (&str, &DataType),
    fits: impl Fn(&DataType, &DataType) -> bool,
    around: &DefaultContext,
) -> Result<std::result::Result<ArrayRef, NoDefault>> {
    if holds_query(expr)? {
        return Ok(Err(NoDefault::Subquery));
    }
    let context = Context {
        settings: around.settings.clone(),
        catalog: Arc::new(Empty),
        options: around.options.clone(),
        database: around.database.clone(),
        user: around.user.clone(),
        now_micros: around.now_micros,
        variables: Arc::new(NoVariables),
        depth: 0,
    };
    let one = |expr: Expr| {
        Plan::new(Relation::Project {
            input: Plan::new(Relation::OneRow),
            exprs: vec![expr.alias("value")],
        })
    };
    let bare = match analyze(&one(expr.clone()), &context) {
        Ok(bare) => bare,
        Err(error) if error.condition().starts_with("UNRESOLVED_COLUMN") => {
            return Ok(Err(NoDefault::NotConstant));
        }
        Err(error) if error.condition() == "UNRESOLVED_ROUTINE" => return Err(error),
        Err(_) => return Ok(Err(NoDefault::Unresolved)),
    };
    let from = bare.output.first().map(|column| column.data_type.clone());
    let from = from.unwrap_or(DataType::Null);
    if !fits(&from, to) {
        return Ok(Err(NoDefault::Type(from)));
    }
    let LogicalPlan::Projection(found) = &*bare.plan else {
        return Ok(Err(NoDefault::NotConstant));
    };
    if found.expr.iter().any(|e| e.is_volatile()) {
        return Ok(Err(NoDefault::NonDeterministic));
    }
    let cast = Expr::Cast {
        expr: Box::new(expr.clone()),
        to: to.clone(),
        mode: CastMode::Store(column.into()),
    };
    let resolved = analyze(&one(cast), &context)?;
    let LogicalPlan::Projection(found) = &*resolved.plan else {
        return Ok(Err(NoDefault::NotConstant));
    };
    let value = match found.expr.first().map(constant_value).transpose() {
        Ok(value) => value.flatten(),
        Err(error) if error.condition() == "CAST_OVERFLOW_IN_TABLE_INSERT" => {
            return Ok(Err(NoDefault::Type(from)));
        }
        Err(error) => return Err(error),
    };
    match value {
        Some(value) => Ok(Ok(engine(value.to_array())?)),
        // Of an integer its value decides, which there is not.
        None if is_wider(&from, to) => Ok(Err(NoDefault::Type(from))),
        None => Ok(Err(NoDefault::NotConstant)),
    }
}

fn is_wider(from: &DataType, to: &DataType) -> bool {
    let width = |t: &DataType| match t {
        DataType::Byte => 1,
        DataType::Short => 2,
        DataType::Integer => 4,
        DataType::Long => 8,
        _ => 0,
    };
    width(to) > 0 && width(from) > width(to)
}

fn holds_query(expr: &Expr) -> Result<bool> {
    let mut found = false;
    expr.rewrite(&mut |part: &Expr| -> Result<Option<Expr>> {
        found |= matches!(
            part,
            Expr::ScalarSubquery(_) | Expr::Exists(_) | Expr::InSubquery { .. }
        );
        Ok(None)
    })?;
    Ok(found)
}
