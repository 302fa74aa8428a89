//! Constants that the analysis itself has to know: their value, and its text.

use arrow::array::{AsArray, RecordBatch, RecordBatchOptions};
use arrow::datatypes::Schema;
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::execution::context::ExecutionProps;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{ColumnarValue, Expr as Physical};
use datafusion::physical_expr::create_physical_expr;

use super::expression::{Resolver, Typed};
use super::{engine, internal};
use crate::error::Result;
use crate::types::DataType;

/// The value of an expression without columns; `None` where it has some.
pub(super) fn value_of(expr: &Physical) -> Result<Option<ScalarValue>> {
    if !expr.column_refs().is_empty() {
        return Ok(None);
    }
    let physical = engine(create_physical_expr(
        expr,
        &DFSchema::empty(),
        &ExecutionProps::new(),
        &PhysicalPlanningContext::default(),
    ))?;
    let options = RecordBatchOptions::new().with_row_count(Some(1));
    let schema = std::sync::Arc::new(Schema::empty());
    let row = RecordBatch::try_new_with_options(schema, vec![], &options).map_err(internal)?;
    Ok(Some(match engine(physical.evaluate(&row))? {
        ColumnarValue::Scalar(value) => value,
        ColumnarValue::Array(array) => engine(ScalarValue::try_from_array(&array, 0))?,
    }))
}

impl Resolver<'_, '_> {
    /// The text of a constant as a cast gives it, `None` where it is no constant.
    pub(super) fn text_of(&self, value: &Typed) -> Result<Option<String>> {
        let shown = self.coerce(value.clone(), &DataType::String)?;
        let Some(found) = value_of(&shown.expr)? else {
            return Ok(None);
        };
        let array = engine(found.to_array())?;
        let texts = array.as_string::<i32>();
        let is_null = arrow::array::Array::is_null(texts, 0);
        Ok(Some(match is_null {
            true => "null".to_string(),
            false => texts.value(0).to_string(),
        }))
    }
}
