//! The value of a subquery that has one row: an error where it has more.

use std::sync::{Arc, OnceLock};

use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Field, FieldRef, Int64Type};
use datafusion::common::Result;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};

use super::super::to_datafusion;
use crate::error::SparkError;

/// `value`, of which there are so many rows.
pub fn single(value: Expr, rows: Expr) -> Expr {
    static FUNCTION: OnceLock<Arc<ScalarUDF>> = OnceLock::new();
    let new = || {
        // Volatile, as it may be asked of rows alone that are there: below the join there
        // are others.
        let signature = Signature::any(2, Volatility::Volatile);
        Arc::new(ScalarUDF::new_from_impl(Single(signature)))
    };
    let function = Arc::clone(FUNCTION.get_or_init(new));
    function.call(vec![value, rows])
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Single(Signature);

impl ScalarUDFImpl for Single {
    fn name(&self) -> &str {
        "single"
    }

    fn signature(&self) -> &Signature {
        &self.0
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        Ok(types[0].clone())
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let value = &args.arg_fields[0];
        Ok(Arc::new(Field::new(
            self.name(),
            value.data_type().clone(),
            true,
        )))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let rows = args.args[1].to_array(args.number_rows)?;
        let rows = rows.as_primitive::<Int64Type>();
        if (0..rows.len()).any(|at| rows.is_valid(at) && rows.value(at) > 1) {
            let error = SparkError::new("SCALAR_SUBQUERY_TOO_MANY_ROWS", &[]);
            return Err(to_datafusion(error));
        }
        Ok(args.args[0].clone())
    }
}
