//! Numbers as texts of a given form, and back: `to_number`, `try_to_number` and, for
//! numbers, `to_char`. The form is a constant; `pattern` reads it.

mod pattern;

use std::sync::Arc;

use crate::error::{ErrorClass, Result, SparkError};
use crate::functions::scalar::kernel::{Str, unary};
use crate::functions::scalar::typing::{Want, arity, expect, mismatch, unexpected};
use crate::functions::{ArgType, Binding, Scalar, Settings};
use crate::plan::Literal;
use crate::types::DataType;
use pattern::Pattern;

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["to_number"],
        bind: |n, a, s| to_number(n, a, s, false),
    },
    Scalar {
        names: &["try_to_number"],
        bind: |n, a, s| to_number(n, a, s, true),
    },
    Scalar {
        names: &["to_char", "to_varchar"],
        bind: to_char,
    },
];

/// The form as it was written and as it is read; `None` for null.
fn form(name: &str, args: &[ArgType]) -> Result<Option<(String, Pattern)>> {
    let format = &args[1];
    let text = match &format.literal {
        Some(Literal::Null(_)) => return Ok(None),
        Some(Literal::String(text)) => text.clone(),
        Some(_) => format.text.clone(),
        None => {
            let shown = format!("\"{}\"", format.text);
            return Err(mismatch(
                "NON_FOLDABLE_INPUT",
                name,
                args,
                &[
                    ("inputName", "`attributereference`"),
                    ("inputType", "\"STRING\""),
                    ("inputExpr", &shown),
                ],
            ));
        }
    };
    let pattern = Pattern::parse(&text)?;
    Ok(Some((text, pattern)))
}

fn nothing(args: &[ArgType], returns: DataType) -> Binding {
    let storage = returns.to_arrow();
    Binding {
        args: args.iter().map(|arg| arg.data_type.clone()).collect(),
        returns,
        nullable: true,
        kernel: Arc::new(move |_, rows| Ok(arrow::array::new_null_array(&storage, rows))),
    }
}

/// The kernel looks at the first argument only.
fn of_first(mut bound: Binding, format: &ArgType) -> Binding {
    let kernel = bound.kernel;
    bound.kernel = Arc::new(move |args, rows| kernel(&args[..1], rows));
    bound.args.push(format.data_type.clone());
    bound
}

fn to_number(name: &str, args: &[ArgType], settings: &Settings, is_try: bool) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    let types = expect(name, &args[..1], settings, &[Want::Is(DataType::String)]);
    let types = types.map_err(|_| unexpected(name, args, 0, "\"STRING\""))?;
    let Some((text, pattern)) = form(name, args)? else {
        let returns = DataType::Decimal {
            precision: 10,
            scale: 0,
        };
        return Ok(nothing(args, returns));
    };
    let (precision, scale) = pattern.size();
    if precision > 38 {
        return Err(SparkError::new(
            "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION",
            &[
                ("precision", &precision.to_string()),
                ("maxPrecision", "38"),
            ],
        )
        .with_class(ErrorClass::Arithmetic));
    }
    let returns = DataType::Decimal {
        precision: precision as u8,
        scale: scale as i8,
    };
    let nullable = is_try || args[0].nullable;
    let bound = unary::<Str, i128>(types, returns, nullable, move |input| {
        match pattern.read(input) {
            None if !is_try => Err(SparkError::new(
                "INVALID_FORMAT.MISMATCH_INPUT",
                &[
                    ("inputType", "\"STRING\""),
                    ("input", input),
                    ("format", &text),
                ],
            )),
            found => Ok(found),
        }
    });
    Ok(of_first(bound, &args[1]))
}

fn to_char(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    let wide = |precision, scale| DataType::Decimal { precision, scale };
    let decimal = match &args[0].data_type {
        DataType::Decimal { .. } => args[0].data_type.clone(),
        DataType::Byte => wide(3, 0),
        DataType::Short => wide(5, 0),
        DataType::Integer => wide(10, 0),
        DataType::Long => wide(20, 0),
        DataType::Float => wide(14, 7),
        DataType::Double => wide(30, 15),
        DataType::String | DataType::Null => wide(38, 18),
        _ => return Err(unexpected(name, args, 0, "\"DECIMAL\"")),
    };
    expect(
        name,
        args,
        settings,
        &[Want::Any, Want::Is(DataType::String)],
    )?;
    let Some((_, pattern)) = form(name, args)? else {
        return Ok(nothing(args, DataType::String));
    };
    let DataType::Decimal { scale, .. } = decimal else {
        return Err(SparkError::internal("a decimal is a decimal"));
    };
    let nullable = args[0].nullable;
    let bound = unary::<i128, String>(vec![decimal], DataType::String, nullable, move |value| {
        Ok(Some(pattern.write(value, scale.unsigned_abs().into())))
    });
    Ok(of_first(bound, &args[1]))
}
