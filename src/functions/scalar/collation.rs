//! `collation` and `collate` of text in the order of its bytes, which is the only
//! collation here.

use std::sync::Arc;

use arrow::array::StringArray;

use super::kernel::{Str, binary, expand};
use super::typing::{arity, expect_exactly};
use crate::error::{Result, SparkError};
use crate::functions::scalar::typing::Want;
use crate::functions::{ArgType, Binding, Kernel, Scalar, Settings};
use crate::plan::Literal;
use crate::types::DataType;

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["collation"],
        bind: collation,
    },
    Scalar {
        names: &["collate"],
        bind: collate,
    },
];

fn collation(name: &str, args: &[ArgType], _: &Settings) -> Result<Binding> {
    const BYTES: &str = "SYSTEM.BUILTIN.UTF8_BINARY";
    arity(name, args, 1, 1)?;
    expect_exactly(name, args, &[Want::Is(DataType::String)])?;
    let kernel: Kernel = Arc::new(|_, rows| expand(Arc::new(StringArray::from(vec![BYTES])), rows));
    Ok(Binding {
        args: vec![DataType::String],
        returns: DataType::String,
        nullable: false,
        kernel,
    })
}

fn collate(name: &str, args: &[ArgType], _: &Settings) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    expect_exactly(name, args, &[Want::Is(DataType::String)])?;
    match &args[1].literal {
        Some(Literal::String(wanted)) if wanted.eq_ignore_ascii_case("UTF8_BINARY") => {}
        Some(Literal::String(other)) => {
            return Err(SparkError::not_implemented(format_args!(
                "the collation {other}"
            )));
        }
        _ => {
            return Err(SparkError::not_implemented(
                "a collation without a constant name",
            ));
        }
    }
    Ok(binary::<Str, Str, String>(
        vec![DataType::String; 2],
        DataType::String,
        args[0].nullable,
        |text, _| Ok(Some(text.to_string())),
    ))
}
