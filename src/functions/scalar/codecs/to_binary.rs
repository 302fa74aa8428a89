//! `to_binary` and `try_to_binary`: a text as bytes by a format, which is a constant.

use crate::error::{Result, SparkError};
use crate::functions::scalar::kernel::{Str, unary};
use crate::functions::scalar::typing::{Want, arity, expect, mismatch, unexpected};
use crate::functions::{ArgType, Binding, Scalar, Settings};
use crate::plan::Literal;
use crate::types::DataType;

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["to_binary"],
        bind: |n, a, s| to_binary(n, a, s, false),
    },
    Scalar {
        names: &["try_to_binary"],
        bind: |n, a, s| to_binary(n, a, s, true),
    },
];

/// What a format reads; `None` for a text that is none of it.
type Read = fn(&str) -> Option<Vec<u8>>;

fn to_binary(name: &str, args: &[ArgType], settings: &Settings, is_try: bool) -> Result<Binding> {
    arity(name, args, 1, 2)?;
    let types = expect(name, &args[..1], settings, &[Want::Is(DataType::String)]);
    let mut types = types.map_err(|_| unexpected(name, args, 0, "\"STRING\""))?;
    types.extend(args.get(1).map(|format| format.data_type.clone()));
    let format = match args.get(1) {
        Some(format) => constant(name, args, format)?,
        None => Some("hex".to_string()),
    };
    let nothing = |types| Ok(null(types));
    let Some(format) = format else {
        return nothing(types);
    };
    let (shown, read): (_, Read) = match format.to_lowercase().as_str() {
        "hex" => ("HEX", hex),
        "utf-8" | "utf8" => ("UTF-8", |text| Some(text.as_bytes().to_vec())),
        "base64" => ("BASE64", base64),
        _ if is_try => return nothing(types),
        _ => {
            let value = format!("'{format}'");
            return Err(mismatch(
                "INVALID_ARG_VALUE",
                name,
                args,
                &[
                    ("inputName", "fmt"),
                    ("requireType", "case-insensitive \"STRING\""),
                    ("validValues", "'hex', 'utf-8', 'utf8', or 'base64'"),
                    ("inputValue", &value),
                ],
            ));
        }
    };
    let nullable = is_try || shown != "BASE64" || args[0].nullable;
    let mut bound = unary::<Str, Vec<u8>>(
        vec![DataType::String],
        DataType::Binary,
        nullable,
        move |text| match read(text) {
            None if !is_try => Err(SparkError::new(
                "CONVERSION_INVALID_INPUT",
                &[
                    ("str", &format!("'{text}'")),
                    ("fmt", &format!("'{shown}'")),
                    ("targetType", "\"BINARY\""),
                    ("suggestion", "`try_to_binary`"),
                ],
            )),
            found => Ok(found),
        },
    );
    let plain = bound.kernel;
    bound.kernel = std::sync::Arc::new(move |args, rows| plain(&args[..1], rows));
    bound.args = types;
    Ok(bound)
}

fn null(types: Vec<DataType>) -> Binding {
    let storage = DataType::Binary.to_arrow();
    Binding {
        args: types,
        returns: DataType::Binary,
        nullable: true,
        kernel: std::sync::Arc::new(move |_, rows| {
            Ok(arrow::array::new_null_array(&storage, rows))
        }),
    }
}

/// The format's text; `None` for null.
fn constant(name: &str, args: &[ArgType], format: &ArgType) -> Result<Option<String>> {
    match &format.literal {
        Some(Literal::String(text)) => Ok(Some(text.clone())),
        Some(Literal::Null(_)) => Ok(None),
        Some(_) => Ok(Some(format.text.clone())),
        None => {
            let shown = format!("\"{}\"", format.text);
            Err(mismatch(
                "NON_FOLDABLE_INPUT",
                name,
                args,
                &[
                    ("inputName", "`fmt`"),
                    ("inputType", "\"STRING\""),
                    ("inputExpr", &shown),
                ],
            ))
        }
    }
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let digit = |c: char| c.to_digit(16).map(|d| d as u8);
    let digits: Vec<u8> = text.chars().map(digit).collect::<Option<_>>()?;
    // An odd first digit stands alone.
    let (head, rest) = digits.split_at(digits.len() % 2);
    let pairs = rest.chunks(2).map(|pair| pair[0] << 4 | pair[1]);
    Some(head.iter().copied().chain(pairs).collect())
}

/// White space may stand anywhere; nothing else may be out of place.
fn base64(text: &str) -> Option<Vec<u8>> {
    use base64::Engine;
    use base64::alphabet::STANDARD;
    use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let plain: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    GeneralPurpose::new(&STANDARD, config).decode(plain).ok()
}
