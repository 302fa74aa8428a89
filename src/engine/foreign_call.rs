//! A call of a function of the user's in an expression. It marks the place only: before a
//! plan is optimised the call goes to a node of its own below, and its result is a column.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::datatypes::{DataType as ArrowType, Field, FieldRef};
use datafusion::common::Result;
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};

use super::to_datafusion;
use crate::error::SparkError;
use crate::plan::foreign_function::ForeignRef;
use crate::types::DataType;

/// The same function called with arguments of the same types and names.
#[derive(Clone)]
pub struct ForeignPlace {
    pub function: ForeignRef,
    /// The type of each argument, and its name where it has one.
    pub args: Vec<(Option<String>, DataType)>,
    signature: Signature,
}

impl ForeignPlace {
    /// The call that the expression is, if it is one.
    pub fn of(expr: &Expr) -> Option<(&Self, &[Expr])> {
        let Expr::ScalarFunction(call) = expr else {
            return None;
        };
        let found = call.func.inner().downcast_ref::<Self>();
        found.map(|place| (place, call.args.as_slice()))
    }

    fn key(&self) -> (usize, &[(Option<String>, DataType)]) {
        let address = Arc::as_ptr(&self.function.0).cast::<()>() as usize;
        (address, &self.args)
    }
}

impl PartialEq for ForeignPlace {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for ForeignPlace {}

impl Hash for ForeignPlace {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let (address, args) = self.key();
        address.hash(state);
        args.len().hash(state);
    }
}

impl std::fmt::Debug for ForeignPlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.function.0.name())
    }
}

impl ScalarUDFImpl for ForeignPlace {
    fn name(&self) -> &str {
        self.function.0.name()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[ArrowType]) -> Result<ArrowType> {
        Ok(self.function.0.returns().to_arrow())
    }

    fn return_field_from_args(&self, _: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let returns = self.function.0.returns().to_arrow();
        Ok(Arc::new(Field::new(self.name(), returns, true)))
    }

    fn invoke_with_args(&self, _: ScalarFunctionArgs) -> Result<ColumnarValue> {
        Err(to_datafusion(SparkError::not_implemented(format_args!(
            "the Python function {} at this place of a query",
            self.name()
        ))))
    }
}

/// A call over arguments of these types.
pub fn foreign_expr(
    function: &ForeignRef,
    types: Vec<(Option<String>, DataType)>,
    args: Vec<Expr>,
) -> Expr {
    // Nobody may make the call while planning, or move it to where there are more rows.
    let volatility = Volatility::Volatile;
    let signature = match args.is_empty() {
        true => Signature::nullary(volatility),
        false => Signature::variadic_any(volatility),
    };
    let place = ForeignPlace {
        function: function.clone(),
        args: types,
        signature,
    };
    let place = Arc::new(ScalarUDF::new_from_impl(place));
    Expr::ScalarFunction(ScalarFunction::new_udf(place, args))
}
