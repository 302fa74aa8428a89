//! What rows of a subquery and rows around it are joined by. The engine is told as little of
//! it as can be: keys that may be null are compared as bytes, of which a null is one value
//! among others, so that the join itself compares as any other does, and what stands above it
//! may become a part of it. Nor may it take what was distinct once for distinct after a join.

use std::sync::{Arc, OnceLock};

use arrow::array::{ArrayRef, BinaryArray};
use arrow::datatypes::{DataType, Field, FieldRef};
use arrow::row::{RowConverter, SortField};
use datafusion::common::Result;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};

use super::super::to_datafusion;
use crate::functions::scalar::zeros::with_one_zero;

/// The value as bytes that are the same for the same values, and never null.
pub fn key(value: Expr) -> Expr {
    static FUNCTION: OnceLock<Arc<ScalarUDF>> = OnceLock::new();
    call(&FUNCTION, "key_of", true, value)
}

/// The value itself, of which nothing is known.
pub fn plain(value: Expr) -> Expr {
    static FUNCTION: OnceLock<Arc<ScalarUDF>> = OnceLock::new();
    call(&FUNCTION, "value_of", false, value)
}

fn call(
    function: &OnceLock<Arc<ScalarUDF>>,
    name: &'static str,
    encodes: bool,
    value: Expr,
) -> Expr {
    let new = || {
        let signature = Signature::any(1, Volatility::Immutable);
        Arc::new(ScalarUDF::new_from_impl(KeyOf {
            name,
            encodes,
            signature,
        }))
    };
    Arc::clone(function.get_or_init(new)).call(vec![value])
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct KeyOf {
    name: &'static str,
    encodes: bool,
    signature: Signature,
}

impl KeyOf {
    fn of(&self, value: &ArrayRef) -> Result<ArrayRef> {
        let value = with_one_zero(value).map_err(to_datafusion)?;
        if !self.encodes {
            return Ok(value);
        }
        let converter = RowConverter::new(vec![SortField::new(value.data_type().clone())])?;
        let rows = converter.convert_columns(&[value])?;
        let bytes: BinaryArray = rows.iter().map(|row| Some(row.data().to_vec())).collect();
        Ok(Arc::new(bytes))
    }
}

impl ScalarUDFImpl for KeyOf {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        Ok(match self.encodes {
            true => DataType::Binary,
            false => types[0].clone(),
        })
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let value = &args.arg_fields[0];
        let data_type = self.return_type(&[value.data_type().clone()])?;
        let nullable = !self.encodes && value.is_nullable();
        Ok(Arc::new(Field::new(self.name, data_type, nullable)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let value = args.args[0].to_array(args.number_rows)?;
        Ok(ColumnarValue::Array(self.of(&value)?))
    }
}
