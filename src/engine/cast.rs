//! Spark's casts inside a plan.

use std::sync::Arc;

use datafusion::logical_expr::Expr;

use super::kernel_expr;
use crate::error::{ErrorClass, Result, SparkError, quoted};
use crate::functions::scalar::coercion::cast_nullable;
use crate::functions::{Binding, Settings};
use crate::plan::CastMode;
use crate::types::DataType;
use crate::types::cast::{CastSettings, cast};

/// Whether values become others though they are stored alike.
fn changes_values(from: &DataType, to: &DataType) -> bool {
    use DataType as T;
    match (from, to) {
        (T::Time { precision: from }, T::Time { precision: to }) => to < from,
        (T::Variant, to) => *to != T::Variant,
        (T::Array { element: from, .. }, T::Array { element: to, .. }) => changes_values(from, to),
        (
            T::Map {
                key: a, value: v, ..
            },
            T::Map {
                key: b, value: w, ..
            },
        ) => changes_values(a, b) || changes_values(v, w),
        (T::Struct(from), T::Struct(to)) => {
            let mut pairs = from.fields.iter().zip(to.fields.iter());
            pairs.any(|(a, b)| changes_values(&a.data_type, &b.data_type))
        }
        _ => false,
    }
}

/// `expr` cast by Spark's rules. Widening that cannot fail goes to the engine's own
/// cast, which it can optimise; everything else through ours.
pub fn cast_expr(
    expr: Expr,
    from: &DataType,
    to: &DataType,
    nullable: bool,
    mode: &CastMode,
    settings: &Settings,
) -> Result<Expr> {
    if from.to_arrow() == to.to_arrow() && !changes_values(from, to) {
        return Ok(expr);
    }
    if is_lossless(from, to) {
        return Ok(datafusion::logical_expr::cast(expr, to.to_arrow()));
    }
    let cast_settings = CastSettings {
        ansi: settings.ansi || matches!(mode, CastMode::Store(_)),
        try_: *mode == CastMode::Try,
        zone: settings.time_zone,
    };
    let (source, target) = (from.clone(), to.clone());
    let column = match mode {
        CastMode::Store(column) => Some(Arc::clone(column)),
        CastMode::Cast | CastMode::Try => None,
    };
    let kernel = move |args: &[crate::functions::Arg], rows: usize| {
        let [arg] = args else {
            return Err(SparkError::internal("a cast takes one argument"));
        };
        let result = cast(&arg.array, &source, &target, cast_settings);
        let result = result.map_err(|error| match &column {
            Some(column) => unstored(error, &source, &target, column),
            None => error,
        })?;
        if arg.is_scalar && rows != 1 {
            let indices = arrow::array::UInt32Array::from(vec![0; rows]);
            return arrow::compute::take(&result, &indices, None).map_err(SparkError::internal);
        }
        Ok(result)
    };
    let name = match mode {
        CastMode::Cast => format!("cast_{}", to.simple_string()),
        CastMode::Try => format!("try_cast_{}", to.simple_string()),
        CastMode::Store(_) => format!("store_{}", to.simple_string()),
    };
    let binding = Binding {
        args: vec![from.clone()],
        returns: to.clone(),
        nullable: nullable || *mode == CastMode::Try || may_be_null(from, to),
        kernel: Arc::new(kernel),
    };
    Ok(kernel_expr(&name, binding, vec![expr], settings))
}

/// A number that does not fit, as one that does not fit the column of a table.
fn unstored(error: SparkError, from: &DataType, to: &DataType, column: &str) -> SparkError {
    let is_overflow = error.class() == ErrorClass::Arithmetic;
    if !(is_overflow && from.is_numeric() && to.is_numeric()) {
        return error;
    }
    let kind = |t: &DataType| format!("\"{}\"", t.sql());
    SparkError::new(
        "CAST_OVERFLOW_IN_TABLE_INSERT",
        &[
            ("sourceType", &kind(from)),
            ("targetType", &kind(to)),
            ("columnName", &quoted(&[column])),
        ],
    )
}

fn is_lossless(from: &DataType, to: &DataType) -> bool {
    use DataType as T;
    matches!(
        (from, to),
        (
            T::Byte,
            T::Short | T::Integer | T::Long | T::Float | T::Double
        ) | (T::Short, T::Integer | T::Long | T::Float | T::Double)
            | (T::Integer, T::Long | T::Double)
            | (T::Long, T::Double)
            | (T::Float, T::Double)
            | (T::Null, _)
    )
}

/// Whether a cast counts as one that can turn a value into null: Spark says so by
/// the types alone, whether or not ANSI mode would raise instead.
pub fn may_be_null(from: &DataType, to: &DataType) -> bool {
    cast_nullable(from, to)
}
