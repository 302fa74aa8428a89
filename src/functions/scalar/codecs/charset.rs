//! `encode` and `decode` by the name of a character set. A character that the set has not,
//! or bytes that are none of it, are an error.

use crate::error::{Result, SparkError};
use crate::functions::scalar::kernel::{Bytes, Str, binary};
use crate::functions::scalar::typing::{Want, arity, expect};
use crate::functions::{ArgType, Binding, Scalar, Settings};
use crate::types::DataType;

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["encode"],
        bind: bind_encode,
    },
    Scalar {
        names: &["decode"],
        bind: bind_decode,
    },
];

const KNOWN: &str = "iso-8859-1, us-ascii, utf-16, utf-16be, utf-16le, utf-32, utf-8";

#[derive(Clone, Copy)]
enum Charset {
    Ascii,
    Latin,
    Utf8,
    Utf16,
    Utf16Big,
    Utf16Little,
    Utf32,
}

fn bind_encode(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    let text = || Want::Is(DataType::String);
    let mut types = expect(name, args, settings, &[text(), text()])?;
    if args[0].data_type == DataType::Binary {
        types[0] = DataType::Binary;
        return Ok(binary::<Bytes, Str, Vec<u8>>(
            types,
            DataType::Binary,
            true,
            |bytes, charset| encoded(&String::from_utf8_lossy(bytes), charset).map(Some),
        ));
    }
    Ok(binary::<Str, Str, Vec<u8>>(
        types,
        DataType::Binary,
        true,
        |text, charset| encoded(text, charset).map(Some),
    ))
}

/// With two arguments; more are a choice between values, which the analysis makes.
fn bind_decode(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    let wants = [Want::Is(DataType::Binary), Want::Is(DataType::String)];
    let types = expect(name, args, settings, &wants)?;
    Ok(binary::<Bytes, Str, String>(
        types,
        DataType::String,
        true,
        |bytes, charset| decoded(bytes, charset).map(Some),
    ))
}

impl Charset {
    fn find(name: &str, function: &str) -> Result<Self> {
        Ok(match name.to_ascii_lowercase().as_str() {
            "us-ascii" => Self::Ascii,
            "iso-8859-1" => Self::Latin,
            "utf-8" => Self::Utf8,
            "utf-16" => Self::Utf16,
            "utf-16be" => Self::Utf16Big,
            "utf-16le" => Self::Utf16Little,
            "utf-32" => Self::Utf32,
            _ => {
                return Err(SparkError::new(
                    "INVALID_PARAMETER_VALUE.CHARSET",
                    &[
                        ("functionName", &format!("`{function}`")),
                        ("parameter", "`charset`"),
                        ("charset", name),
                        ("charsets", KNOWN),
                    ],
                ));
            }
        })
    }
}

fn malformed(function: &str, charset: &str) -> SparkError {
    let function = format!("`{function}`");
    let parameters = [("function", function.as_str()), ("charset", charset)];
    SparkError::new("MALFORMED_CHARACTER_CODING", &parameters)
}

fn encoded(text: &str, name: &str) -> Result<Vec<u8>> {
    let narrow = |limit: u32| -> Result<Vec<u8>> {
        let each = text
            .chars()
            .map(|c| (u32::from(c) < limit).then_some(c as u8));
        let bytes: Option<Vec<u8>> = each.collect();
        bytes.ok_or_else(|| malformed("encode", name))
    };
    let units = |little: bool| {
        text.encode_utf16().flat_map(move |unit| match little {
            true => unit.to_le_bytes(),
            false => unit.to_be_bytes(),
        })
    };
    Ok(match Charset::find(name, "encode")? {
        Charset::Ascii => narrow(0x80)?,
        Charset::Latin => narrow(0x100)?,
        Charset::Utf8 => text.as_bytes().to_vec(),
        // A mark of the order comes first, but not before nothing.
        Charset::Utf16 if text.is_empty() => Vec::new(),
        Charset::Utf16 => [0xFE, 0xFF].into_iter().chain(units(false)).collect(),
        Charset::Utf16Big => units(false).collect(),
        Charset::Utf16Little => units(true).collect(),
        Charset::Utf32 => text
            .chars()
            .flat_map(|c| u32::from(c).to_be_bytes())
            .collect(),
    })
}

fn decoded(bytes: &[u8], name: &str) -> Result<String> {
    let text = match Charset::find(name, "decode")? {
        Charset::Ascii => bytes
            .is_ascii()
            .then(|| String::from_utf8_lossy(bytes).into_owned()),
        Charset::Latin => Some(bytes.iter().map(|b| char::from(*b)).collect()),
        Charset::Utf8 => String::from_utf8(bytes.to_vec()).ok(),
        Charset::Utf16 => match bytes {
            [0xFE, 0xFF, rest @ ..] => wide(rest, false),
            [0xFF, 0xFE, rest @ ..] => wide(rest, true),
            _ => wide(bytes, false),
        },
        Charset::Utf16Big => wide(bytes, false),
        Charset::Utf16Little => wide(bytes, true),
        Charset::Utf32 => match bytes {
            [0, 0, 0xFE, 0xFF, rest @ ..] => wider(rest, false),
            [0xFF, 0xFE, 0, 0, rest @ ..] => wider(rest, true),
            _ => wider(bytes, false),
        },
    };
    text.ok_or_else(|| malformed("decode", name))
}

fn wide(bytes: &[u8], little: bool) -> Option<String> {
    let pairs = bytes.chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return None;
    }
    let units = pairs.map(|pair| match little {
        true => u16::from_le_bytes([pair[0], pair[1]]),
        false => u16::from_be_bytes([pair[0], pair[1]]),
    });
    char::decode_utf16(units).collect::<Result<_, _>>().ok()
}

fn wider(bytes: &[u8], little: bool) -> Option<String> {
    let quads = bytes.chunks_exact(4);
    if !quads.remainder().is_empty() {
        return None;
    }
    let each = quads.map(|q| {
        let quad = [q[0], q[1], q[2], q[3]];
        char::from_u32(match little {
            true => u32::from_le_bytes(quad),
            false => u32::from_be_bytes(quad),
        })
    });
    each.collect()
}
