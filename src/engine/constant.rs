//! The value of an expression that has the same for every row.

use std::sync::Arc;

use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow::datatypes::Schema;
use datafusion::common::tree_node::TreeNode;
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::execution::context::ExecutionProps;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{ColumnarValue, Expr, Volatility};
use datafusion::physical_expr::create_physical_expr;

use super::from_datafusion;
use crate::error::{Result, SparkError};

/// The value, if the expression is constant.
///
/// # Errors
/// Those of computing it.
pub fn constant_value(expr: &Expr) -> Result<Option<ScalarValue>> {
    if let Expr::Literal(value, _) = expr {
        return Ok(Some(value.clone()));
    }
    if varies(expr) {
        return Ok(None);
    }
    let physical = create_physical_expr(
        expr,
        &DFSchema::empty(),
        &ExecutionProps::new(),
        &PhysicalPlanningContext::default(),
    )
    .map_err(from_datafusion)?;
    let one_row = RecordBatchOptions::new().with_row_count(Some(1));
    let row = RecordBatch::try_new_with_options(Arc::new(Schema::empty()), vec![], &one_row)
        .map_err(SparkError::internal)?;
    let value = match physical.evaluate(&row).map_err(from_datafusion)? {
        ColumnarValue::Scalar(value) => value,
        ColumnarValue::Array(array) => {
            ScalarValue::try_from_array(&array, 0).map_err(from_datafusion)?
        }
    };
    Ok(Some(value))
}

/// Whether the expression depends on a row, a group or the moment.
fn varies(expr: &Expr) -> bool {
    let found = expr.exists(|e| {
        Ok(match e {
            Expr::ScalarFunction(call) => call.func.signature().volatility != Volatility::Immutable,
            Expr::Column(_)
            | Expr::OuterReferenceColumn(..)
            | Expr::AggregateFunction(_)
            | Expr::WindowFunction(_)
            | Expr::ScalarSubquery(_)
            | Expr::InSubquery(_)
            | Expr::Exists(_)
            | Expr::Placeholder(_) => true,
            _ => false,
        })
    });
    found.unwrap_or(true)
}
