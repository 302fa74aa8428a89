//! A [`Binding`] of the function library as a scalar function in a plan.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::{ArrayRef, ArrowPrimitiveType, AsArray};
use arrow::datatypes::{DataType as ArrowType, Field, FieldRef, Float32Type, Float64Type};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};

use super::lambda::is_volatile;
use super::to_datafusion;
use crate::error::SparkError;
use crate::functions::scalar::raising::is_raising;
use crate::functions::{Arg, Binding, Kernel, Settings};

/// Two of these are the same function when name, types, settings and the bodies of
/// lambdas agree: the kernel is chosen by those alone, and constant arguments are part of
/// the call.
struct KernelFunction {
    name: String,
    arg_types: Vec<crate::types::DataType>,
    return_type: ArrowType,
    nullable: bool,
    settings: Settings,
    bodies: Vec<Expr>,
    signature: Signature,
    kernel: Kernel,
}

/// What makes two of them one.
type Key<'a> = (
    (&'a str, &'a [crate::types::DataType], &'a ArrowType),
    (bool, &'a Settings, &'a [Expr]),
);

impl KernelFunction {
    fn key(&self) -> Key<'_> {
        (
            (&self.name, &self.arg_types, &self.return_type),
            (self.nullable, &self.settings, &self.bodies),
        )
    }
}

impl PartialEq for KernelFunction {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for KernelFunction {}

impl Hash for KernelFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl std::fmt::Debug for KernelFunction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)
    }
}

impl ScalarUDFImpl for KernelFunction {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[ArrowType]) -> Result<ArrowType> {
        Ok(self.return_type.clone())
    }

    fn return_field_from_args(&self, _: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        Ok(Arc::new(Field::new(
            &self.name,
            self.return_type.clone(),
            self.nullable,
        )))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let constant = args
            .args
            .iter()
            .all(|a| matches!(a, ColumnarValue::Scalar(_)));
        let constant = constant && !is_raising(&self.name);
        let rows = if constant { 1 } else { args.number_rows };
        let inputs = args
            .args
            .into_iter()
            .map(argument)
            .collect::<Result<Vec<_>>>()?;
        let result = (self.kernel)(&inputs, rows).map_err(to_datafusion)?;
        self.checked(result, rows, constant)
    }
}

impl KernelFunction {
    fn checked(&self, result: ArrayRef, rows: usize, constant: bool) -> Result<ColumnarValue> {
        if result.len() != rows || result.data_type() != &self.return_type {
            return Err(to_datafusion(SparkError::internal(format!(
                "{} gave {} values of {} for {rows} rows of {}",
                self.name,
                result.len(),
                result.data_type(),
                self.return_type
            ))));
        }
        let result = without_signed_nan(result);
        if constant {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(
                &result, 0,
            )?));
        }
        Ok(ColumnarValue::Array(result))
    }
}

/// There is one NaN in Spark, the greatest of numbers; the machine makes another one, with
/// a sign, that would be the least.
fn without_signed_nan(values: ArrayRef) -> ArrayRef {
    match values.data_type() {
        ArrowType::Float64 => one_nan::<Float64Type>(values, f64::is_nan, f64::NAN),
        ArrowType::Float32 => one_nan::<Float32Type>(values, f32::is_nan, f32::NAN),
        _ => values,
    }
}

fn one_nan<T: ArrowPrimitiveType>(
    values: ArrayRef,
    is_nan: fn(T::Native) -> bool,
    nan: T::Native,
) -> ArrayRef {
    let numbers = values.as_primitive::<T>();
    match numbers.values().iter().any(|v| is_nan(*v)) {
        true => Arc::new(numbers.unary::<_, T>(|v| if is_nan(v) { nan } else { v })),
        false => values,
    }
}

fn argument(value: ColumnarValue) -> Result<Arg> {
    match value {
        ColumnarValue::Array(array) => Ok(Arg {
            array,
            is_scalar: false,
        }),
        ColumnarValue::Scalar(value) => Ok(Arg {
            array: value.to_array()?,
            is_scalar: true,
        }),
    }
}

/// A call of the function that `binding` fixed; `args` already have its types.
pub fn kernel_expr(name: &str, binding: Binding, args: Vec<Expr>, settings: &Settings) -> Expr {
    kernel_over(name, binding, args, Vec::new(), settings)
}

/// A call of a function that applies the bodies of lambdas, which its kernel holds.
pub fn kernel_over(
    name: &str,
    binding: Binding,
    args: Vec<Expr>,
    bodies: Vec<Expr>,
    settings: &Settings,
) -> Expr {
    let volatility = match is_raising(name) || bodies.iter().any(is_volatile) {
        true => Volatility::Volatile,
        false => Volatility::Immutable,
    };
    let signature = match args.is_empty() {
        true => Signature::nullary(volatility),
        false => Signature::variadic_any(volatility),
    };
    let function = KernelFunction {
        name: name.to_string(),
        arg_types: binding.args,
        return_type: binding.returns.to_arrow(),
        nullable: binding.nullable,
        settings: settings.clone(),
        bodies,
        signature,
        kernel: binding.kernel,
    };
    let function = Arc::new(ScalarUDF::new_from_impl(function));
    Expr::ScalarFunction(datafusion::logical_expr::expr::ScalarFunction::new_udf(
        function, args,
    ))
}
