//! `raise_error` and `assert_true`: errors that the user's own program asks for. The
//! engine computes them for rows that there are, never ahead of time.

use std::sync::Arc;

use arrow::array::{Array, AsArray, NullArray};

use super::typing::{Want, arity, expect, wrong_count};
use crate::error::{Result, SparkError};
use crate::functions::{Arg, ArgType, Binding, Kernel, Scalar, Settings};
use crate::types::DataType;

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["raise_error"],
        bind: raise_error,
    },
    Scalar {
        names: &["assert_true"],
        bind: assert_true,
    },
];

/// Whether a call fails by itself: then it must not be computed for no row.
pub fn is_raising(name: &str) -> bool {
    matches!(name, "raise_error" | "assert_true")
}

fn raised(message: &Arg, row: usize) -> SparkError {
    let texts = message.array.as_string::<i32>();
    let at = message.at(row);
    let text = if texts.is_null(at) {
        "null"
    } else {
        texts.value(at)
    };
    SparkError::new("USER_RAISED_EXCEPTION", &[("errorMessage", text)])
}

fn nothing(args: Vec<DataType>, kernel: Kernel) -> Binding {
    Binding {
        args,
        returns: DataType::Null,
        nullable: true,
        kernel,
    }
}

fn raise_error(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    // With two arguments Spark takes the first for a condition, but not in SQL text.
    if args.len() != 1 {
        return Err(wrong_count(name, "1", args.len()));
    }
    let types = expect(name, args, settings, &[Want::Is(DataType::String)])?;
    let kernel: Kernel = Arc::new(|args, rows| match rows {
        0 => Ok(Arc::new(NullArray::new(0))),
        _ => Err(raised(&args[0], 0)),
    });
    Ok(nothing(types, kernel))
}

/// The condition, and the message where it is not true.
fn assert_true(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 1, 2)?;
    let condition = &args[0];
    if !matches!(condition.data_type, DataType::Boolean | DataType::Null) {
        return Err(not_boolean(args));
    }
    let wants = [Want::Is(DataType::Boolean), Want::Is(DataType::String)];
    let types = expect(name, args, settings, &wants)?;
    let usual = format!("'{}' is not true!", condition.text);
    let kernel: Kernel = Arc::new(move |args, rows| {
        let conditions = args[0].array.as_boolean();
        for row in 0..rows {
            let at = args[0].at(row);
            if conditions.is_valid(at) && conditions.value(at) {
                continue;
            }
            return Err(match args.get(1) {
                Some(message) => raised(message, row),
                None => SparkError::new("USER_RAISED_EXCEPTION", &[("errorMessage", &usual)]),
            });
        }
        Ok(Arc::new(NullArray::new(rows)))
    });
    Ok(nothing(types, kernel))
}

/// Spark says it of the `if` that it makes of the call.
fn not_boolean(args: &[ArgType]) -> SparkError {
    let condition = &args[0];
    let message = match args.get(1) {
        Some(message) => message.text.clone(),
        None => format!("'{}' is not true!", condition.text),
    };
    let raise = raise_text(&message);
    let whole = format!("\"(IF({}, NULL, {raise}))\"", condition.text);
    SparkError::new(
        "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
        &[
            ("sqlExpr", &whole),
            ("paramIndex", "first"),
            ("requiredType", "\"BOOLEAN\""),
            ("inputSql", &format!("\"{}\"", condition.text)),
            ("inputType", &format!("\"{}\"", condition.data_type.sql())),
        ],
    )
}

fn raise_text(message: &str) -> String {
    crate::plan::text::call_text("raise_error", &[message.to_string()], false)
}
