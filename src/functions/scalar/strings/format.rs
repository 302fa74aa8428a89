//! `format_string`: texts by the patterns of Java's `Formatter`, in the root locale.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringBuilder};
use arrow::datatypes::{
    Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
};

use super::printf::{Problem, Value, formatted, plain};
use crate::error::{ErrorClass, Result, SparkError};
use crate::functions::scalar::kernel::is_null;
use crate::functions::scalar::typing::{Want, expect, wrong_count};
use crate::functions::{Arg, ArgType, Binding, Kernel, Scalar, Settings};
use crate::plan::Literal;
use crate::types::DataType;

pub static FUNCTIONS: &[Scalar] = &[Scalar {
    names: &["format_string", "printf"],
    bind: format_string,
}];

fn format_string(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    let Some(pattern) = args.first() else {
        return Err(wrong_count(name, "> 0", 0));
    };
    let mut types = expect(name, &args[..1], settings, &[Want::Is(DataType::String)])?;
    if let Some(Literal::String(text)) = &pattern.literal
        && text.contains("%0$")
    {
        return Err(SparkError::new(
            "INVALID_PARAMETER_VALUE.ZERO_INDEX",
            &[
                ("parameter", "`strfmt`"),
                ("functionName", "`format_string`"),
            ],
        ));
    }
    let kinds: Vec<DataType> = args[1..].iter().map(|arg| arg.data_type.clone()).collect();
    types.extend(kinds.iter().cloned());
    let kernel: Kernel = Arc::new(move |args, rows| each(&kinds, args, rows));
    Ok(Binding {
        args: types,
        returns: DataType::String,
        nullable: pattern.nullable,
        kernel,
    })
}

fn each(kinds: &[DataType], args: &[Arg], rows: usize) -> Result<ArrayRef> {
    let patterns = args[0].array.as_string::<i32>();
    let mut out = StringBuilder::new();
    for row in 0..rows {
        if is_null(&args[..1], row) {
            out.append_null();
            continue;
        }
        let values = kinds.iter().zip(&args[1..]);
        let values = values
            .map(|(kind, arg)| value(kind, arg, row))
            .collect::<Result<Vec<_>>>()?;
        let pattern = patterns.value(args[0].at(row));
        out.append_value(formatted(pattern, &values).map_err(raised)?);
    }
    Ok(Arc::new(out.finish()))
}

fn raised(problem: Problem) -> SparkError {
    match problem {
        Problem::Wrong(message) => SparkError::plain(ErrorClass::IllegalArgument, message),
        Problem::Missing(what) => SparkError::not_implemented(what),
    }
}

/// The value as Java's formatter is handed it.
fn value(kind: &DataType, arg: &Arg, row: usize) -> Result<Value> {
    let (array, at) = (&arg.array, arg.at(row));
    if array.data_type().is_null() || array.is_null(at) {
        return Ok(Value::Null);
    }
    Ok(match kind {
        DataType::Boolean => Value::Boolean(array.as_boolean().value(at)),
        DataType::Byte => integer(array.as_primitive::<Int8Type>().value(at).into(), 8, "Byte"),
        DataType::Short => integer(
            array.as_primitive::<Int16Type>().value(at).into(),
            16,
            "Short",
        ),
        DataType::Integer => integer(
            array.as_primitive::<Int32Type>().value(at).into(),
            32,
            "Integer",
        ),
        DataType::Date => integer(
            array.as_primitive::<Date32Type>().value(at).into(),
            32,
            "Integer",
        ),
        DataType::Long => integer(array.as_primitive::<Int64Type>().value(at), 64, "Long"),
        DataType::Timestamp | DataType::TimestampNtz => {
            let values = crate::functions::scalar::kernel::native_values::<i64>(array.as_ref())?;
            integer(values[at], 64, "Long")
        }
        DataType::Float => Value::Real {
            value: f64::from(array.as_primitive::<Float32Type>().value(at)),
            text: {
                let mut text = String::new();
                crate::types::write_f32(array.as_primitive::<Float32Type>().value(at), &mut text);
                text
            },
            class: "java.lang.Float",
        },
        DataType::Double => Value::Real {
            value: array.as_primitive::<Float64Type>().value(at),
            text: {
                let mut text = String::new();
                crate::types::write_f64(array.as_primitive::<Float64Type>().value(at), &mut text);
                text
            },
            class: "java.lang.Double",
        },
        DataType::Decimal { scale, .. } => Value::Other {
            text: {
                let value = array.as_primitive::<Decimal128Type>().value(at);
                let mut text = String::new();
                crate::types::format::write_decimal(value, *scale, &mut text);
                text
            },
            class: "org.apache.spark.sql.types.Decimal",
        },
        DataType::String => Value::Text(array.as_string::<i32>().value(at).to_string()),
        DataType::Array { .. } | DataType::Map { .. } | DataType::Struct(_) => {
            let mut text = String::new();
            parts(kind, array, at, &mut text)?;
            let class = match kind {
                DataType::Array { .. } => {
                    "org.apache.spark.sql.catalyst.expressions.UnsafeArrayData"
                }
                DataType::Map { .. } => "org.apache.spark.sql.catalyst.util.ArrayBasedMapData",
                _ => "org.apache.spark.sql.catalyst.expressions.GenericInternalRow",
            };
            Value::Other { text, class }
        }
        other => {
            return Err(SparkError::not_implemented(format!(
                "format_string of {}",
                other.sql()
            )));
        }
    })
}

/// A value with parts as Spark holds it: `[1,2]`, `keys: [a], values: [1]`, `[1,b]`.
fn parts(kind: &DataType, array: &ArrayRef, at: usize, out: &mut String) -> Result<()> {
    let list = |items: &[(&DataType, &ArrayRef, usize)], out: &mut String| {
        out.push('[');
        for (index, (kind, array, at)) in items.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            parts(kind, array, *at, out)?;
        }
        out.push(']');
        Ok(())
    };
    match kind {
        _ if array.is_null(at) => out.push_str("null"),
        DataType::Array { element, .. } => {
            let items = array.as_list::<i32>().value(at);
            let items: Vec<_> = (0..items.len()).map(|i| (&**element, &items, i)).collect();
            list(&items, out)?;
        }
        DataType::Map { key, value, .. } => {
            let entries = array.as_map().value(at);
            let of = |column: usize, kind| {
                let column = entries.column(column);
                (0..entries.len())
                    .map(|i| (kind, column, i))
                    .collect::<Vec<_>>()
            };
            out.push_str("keys: ");
            list(&of(0, &**key), out)?;
            out.push_str(", values: ");
            list(&of(1, &**value), out)?;
        }
        DataType::Struct(fields) => {
            let columns = array.as_struct().columns();
            let items = fields.fields.iter().zip(columns);
            let items: Vec<_> = items.map(|(field, c)| (&field.data_type, c, at)).collect();
            list(&items, out)?;
        }
        _ => {
            let arg = Arg {
                array: Arc::clone(array),
                is_scalar: false,
            };
            out.push_str(&plain(&value(kind, &arg, at)?));
        }
    }
    Ok(())
}

fn integer(value: i64, bits: u32, name: &'static str) -> Value {
    Value::Integer { value, bits, name }
}
