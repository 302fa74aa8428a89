//! The body of a lambda as an expression of the engine's over columns of its own.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow::datatypes::{Field, Schema, SchemaRef};
use datafusion::common::DFSchema;
use datafusion::common::tree_node::TreeNode;
use datafusion::execution::context::ExecutionProps;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{Expr, Volatility};
use datafusion::physical_expr::{PhysicalExpr, create_physical_expr};
use parking_lot::Mutex;

use super::from_datafusion;
use super::guarded::body_in_order;
use crate::error::{Result, SparkError};
use crate::functions::scalar::lambda::Compute;

/// What computes `body` over columns of these names, in their order.
pub fn computed(body: Expr, names: Vec<String>) -> Compute {
    let planned: Mutex<Option<(SchemaRef, Arc<dyn PhysicalExpr>)>> = Mutex::new(None);
    Arc::new(move |columns: Vec<ArrayRef>, rows: usize| {
        let fields = names.iter().zip(&columns);
        let fields = fields.map(|(name, c)| Field::new(name, c.data_type().clone(), true));
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&schema), columns, &options)
            .map_err(SparkError::internal)?;
        let expr = expression(&planned, &body, schema)?;
        let values = expr.evaluate(&batch).map_err(from_datafusion)?;
        values.into_array(rows).map_err(from_datafusion)
    })
}

/// The types of the columns are known with the first batch, and stay.
fn expression(
    planned: &Mutex<Option<(SchemaRef, Arc<dyn PhysicalExpr>)>>,
    body: &Expr,
    schema: SchemaRef,
) -> Result<Arc<dyn PhysicalExpr>> {
    let mut planned = planned.lock();
    if let Some((known, expr)) = planned.as_ref()
        && *known == schema
    {
        return Ok(Arc::clone(expr));
    }
    let columns = DFSchema::try_from(schema.as_ref().clone()).map_err(from_datafusion)?;
    let props = ExecutionProps::new();
    let context = PhysicalPlanningContext::default();
    let body = body_in_order(body, &columns).map_err(from_datafusion)?;
    let expr = create_physical_expr(&body, &columns, &props, &context).map_err(from_datafusion)?;
    *planned = Some((schema, Arc::clone(&expr)));
    Ok(expr)
}

/// Whether a call of something in the expression may differ from another one of it.
pub fn is_volatile(expr: &Expr) -> bool {
    let found = expr.exists(|e| {
        Ok(match e {
            Expr::ScalarFunction(call) => call.func.signature().volatility == Volatility::Volatile,
            _ => false,
        })
    });
    found.unwrap_or(true)
}
