//! `reflect`, `java_method` and `try_reflect`: static methods of Java's own library that
//! need no Java, by a table.
//!
//! A class or a method of Java's that the table lacks is refused by name; what Java lacks,
//! too, is refused as Spark refuses it.

mod methods;

use std::sync::Arc;

use arrow::array::StringBuilder;

use self::methods::{Body, CLASSES, Method};
use super::kernel::native_values;
use super::typing::{mismatch, unexpected, wrong_count};
use crate::error::{Result, SparkError};
use crate::functions::{Arg, ArgType, Binding, Kernel, Scalar, Settings};
use crate::plan::Literal;
use crate::types::{DataType, string_at, write_f32, write_f64};

pub static FUNCTIONS: &[Scalar] = &[Scalar {
    names: &["reflect", "java_method", "try_reflect"],
    bind,
}];

const TYPES: &str = "(\"BOOLEAN\" or \"TINYINT\" or \"SMALLINT\" or \"INT\" or \"BIGINT\" or \"FLOAT\" or \"DOUBLE\" or \"STRING\")";

/// An argument as Java has it; a null fits text only.
#[derive(Debug, Clone, PartialEq)]
enum Value {
    Flag(bool),
    Int(i32),
    Long(i64),
    Float(f32),
    Double(f64),
    Text(String),
    Null,
}

/// Whether the call is one of a UUID, which differs from row to row.
pub fn is_random(args: &[ArgType]) -> bool {
    let text = |at: usize| match args.get(at).and_then(|arg| arg.literal.as_ref()) {
        Some(Literal::String(text)) => text.as_str(),
        _ => "",
    };
    args.len() == 2 && (text(0), text(1)) == ("java.util.UUID", "randomUUID")
}

fn bind(name: &str, args: &[ArgType], _: &Settings) -> Result<Binding> {
    if args.len() < 2 {
        return Err(wrong_count(name, "> 1", args.len()));
    }
    let class = constant(name, args, 0, "`class`")?;
    let method = constant(name, args, 1, "`method`")?;
    let mut signature = String::new();
    for (index, arg) in args.iter().enumerate().skip(2) {
        signature.push(match arg.data_type {
            DataType::Boolean => 'Z',
            DataType::Byte => 'B',
            DataType::Short => 'S',
            DataType::Integer => 'I',
            DataType::Long => 'J',
            DataType::Float => 'F',
            DataType::Double => 'D',
            DataType::String => 'T',
            _ => return Err(unexpected(name, args, index, TYPES)),
        });
    }
    let body = find(name, args, class, method, &signature)?;
    let try_ = name == "try_reflect";
    let (class, method) = (class.to_string(), method.to_string());
    let kernel: Kernel = Arc::new(move |args, rows| {
        let mut out = StringBuilder::new();
        for row in 0..rows {
            let values = args[2..].iter().map(|arg| value(arg, row));
            let values = values.collect::<Result<Vec<_>>>()?;
            match body.call(&values)? {
                Some(text) => out.append_value(text),
                None if try_ => out.append_null(),
                None => return Err(failed(&class, &method)),
            }
        }
        Ok(Arc::new(out.finish()))
    });
    Ok(Binding {
        args: args.iter().map(|arg| arg.data_type.clone()).collect(),
        returns: DataType::String,
        nullable: true,
        kernel,
    })
}

fn constant<'a>(name: &str, args: &'a [ArgType], at: usize, input: &str) -> Result<&'a str> {
    match &args[at].literal {
        Some(Literal::String(text)) => Ok(text),
        _ => Err(mismatch(
            "NON_FOLDABLE_INPUT",
            name,
            args,
            &[
                ("inputName", input),
                ("inputType", "\"STRING\""),
                ("inputExpr", &format!("\"{}\"", args[at].text)),
            ],
        )),
    }
}

fn find(name: &str, args: &[ArgType], class: &str, method: &str, signature: &str) -> Result<Body> {
    let Some(known) = CLASSES.iter().find(|known| known.name == class) else {
        let of_java = ["java.", "javax.", "jdk.", "scala.", "org.apache."];
        if of_java.iter().any(|root| class.starts_with(root)) {
            return Err(absent(class, method));
        }
        return Err(mismatch(
            "UNEXPECTED_CLASS_TYPE",
            name,
            args,
            &[("className", class)],
        ));
    };
    let fits = |found: &&Method| found.0 == method && found.1.takes(signature);
    if let Some((_, body)) = known.methods.iter().find(fits) {
        return Ok(*body);
    }
    if known.absent.contains(&method) {
        return Err(absent(class, method));
    }
    Err(mismatch(
        "UNEXPECTED_STATIC_METHOD",
        name,
        args,
        &[("methodName", method), ("className", class)],
    ))
}

fn absent(class: &str, method: &str) -> SparkError {
    SparkError::not_implemented(format_args!("the method {method} of the class {class}"))
}

fn failed(class: &str, method: &str) -> SparkError {
    SparkError::new(
        "CAUDAL_JAVA_METHOD_FAILED",
        &[("class", class), ("method", method)],
    )
}

fn value(arg: &Arg, row: usize) -> Result<Value> {
    use arrow::datatypes::DataType as A;
    let (array, at) = (arg.array.as_ref(), arg.at(row));
    if array.is_null(at) {
        return Ok(Value::Null);
    }
    Ok(match array.data_type() {
        A::Boolean => Value::Flag(
            arrow::array::AsArray::as_boolean_opt(array).is_some_and(|flags| flags.value(at)),
        ),
        A::Int8 => Value::Int(i32::from(native_values::<i8>(array)?[at])),
        A::Int16 => Value::Int(i32::from(native_values::<i16>(array)?[at])),
        A::Int32 => Value::Int(native_values::<i32>(array)?[at]),
        A::Int64 => Value::Long(native_values::<i64>(array)?[at]),
        A::Float32 => Value::Float(native_values::<f32>(array)?[at]),
        A::Float64 => Value::Double(native_values::<f64>(array)?[at]),
        _ => Value::Text(string_at(array, at).to_string()),
    })
}

/// As `String.valueOf` gives it.
fn text_of(value: &Value) -> Option<String> {
    let mut out = String::new();
    match value {
        Value::Flag(flag) => return Some(flag.to_string()),
        Value::Int(number) => return Some(number.to_string()),
        Value::Long(number) => return Some(number.to_string()),
        Value::Float(number) => write_f32(*number, &mut out),
        Value::Double(number) => write_f64(*number, &mut out),
        Value::Text(text) => return Some(text.clone()),
        Value::Null => return None,
    }
    Some(out)
}
