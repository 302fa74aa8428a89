//! Checks of UTF-8. Texts are valid here by their making; bytes are looked at before they
//! become one.

use crate::error::{Result, SparkError};
use crate::functions::scalar::kernel::{Bytes, unary};
use crate::functions::scalar::typing::{Want, arity, expect};
use crate::functions::{ArgType, Binding, Scalar, Settings};
use crate::types::DataType;

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["is_valid_utf8"],
        bind: is_valid,
    },
    Scalar {
        names: &["make_valid_utf8"],
        bind: |n, a, s| {
            checked(n, a, s, |bytes| {
                Ok(Some(String::from_utf8_lossy(bytes).into_owned()))
            })
        },
    },
    Scalar {
        names: &["validate_utf8"],
        bind: |n, a, s| checked(n, a, s, validated),
    },
    Scalar {
        names: &["try_validate_utf8"],
        bind: |n, a, s| checked(n, a, s, |bytes| Ok(String::from_utf8(bytes.to_vec()).ok())),
    },
];

/// Anything else than bytes is cast to text first, which is then looked at as bytes.
fn bytes_of(name: &str, args: &[ArgType], settings: &Settings) -> Result<()> {
    arity(name, args, 1, 1)?;
    expect(name, args, settings, &[Want::Is(DataType::String)]).map(drop)
}

fn is_valid(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    bytes_of(name, args, settings)?;
    Ok(unary::<Bytes, bool>(
        vec![DataType::Binary],
        DataType::Boolean,
        true,
        |bytes| Ok(Some(std::str::from_utf8(bytes).is_ok())),
    ))
}

fn checked(
    name: &str,
    args: &[ArgType],
    settings: &Settings,
    check: fn(&[u8]) -> Result<Option<String>>,
) -> Result<Binding> {
    bytes_of(name, args, settings)?;
    Ok(unary::<Bytes, String>(
        vec![DataType::Binary],
        DataType::String,
        true,
        check,
    ))
}

fn validated(bytes: &[u8]) -> Result<Option<String>> {
    match String::from_utf8(bytes.to_vec()) {
        Ok(text) => Ok(Some(text)),
        Err(_) => {
            let shown = bytes.iter().map(|byte| match byte {
                0x20..=0x7E => char::from(*byte).to_string(),
                other => format!("\\x{other:02X}"),
            });
            let shown: String = shown.collect();
            Err(SparkError::new("INVALID_UTF8_STRING", &[("str", &shown)]))
        }
    }
}
