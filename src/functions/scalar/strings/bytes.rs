//! Encodings and checksums.

use crate::error::{ErrorClass, Result, SparkError};
use crate::functions::scalar::kernel::{Bytes, Str, unary};
use crate::functions::scalar::typing::{Want, arity, expect};
use crate::functions::{ArgType, Binding, Scalar, Settings};
use crate::types::DataType;

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["base64"],
        bind: base64,
    },
    Scalar {
        names: &["unbase64"],
        bind: unbase64,
    },
    Scalar {
        names: &["hex"],
        bind: hex,
    },
    Scalar {
        names: &["unhex"],
        bind: unhex,
    },
    Scalar {
        names: &["crc32"],
        bind: crc32,
    },
    Scalar {
        names: &["bin"],
        bind: bin,
    },
];

const TEXT: DataType = DataType::String;
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn binary() -> Want {
    Want::Is(DataType::Binary)
}

fn base64(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let types = expect(name, args, settings, &[binary()])?;
    Ok(unary::<Bytes, String>(
        types,
        TEXT,
        args[0].nullable,
        |bytes| {
            let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
            for (index, chunk) in bytes.chunks(3).enumerate() {
                // Lines of 76 characters, as MIME has them.
                if index > 0 && index % 19 == 0 {
                    out.push_str("\r\n");
                }
                let at = |i: usize| u32::from(chunk.get(i).copied().unwrap_or(0));
                let bits = at(0) << 16 | at(1) << 8 | at(2);
                for digit in 0..4 {
                    if digit <= chunk.len() {
                        out.push(char::from(DIGITS[(bits >> (18 - 6 * digit) & 63) as usize]));
                    } else {
                        out.push('=');
                    }
                }
            }
            Ok(Some(out))
        },
    ))
}

fn unbase64(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let types = expect(name, args, settings, &[Want::Is(TEXT)])?;
    Ok(unary::<Str, Vec<u8>>(
        types,
        DataType::Binary,
        args[0].nullable,
        |text| {
            let mut out = Vec::with_capacity(text.len() / 4 * 3);
            let (mut bits, mut held) = (0_u32, 0);
            // Characters outside the alphabet are passed over, as MIME decoders do.
            for byte in text.bytes().take_while(|b| *b != b'=') {
                let Some(value) = DIGITS.iter().position(|d| *d == byte) else {
                    continue;
                };
                bits = bits << 6 | value as u32;
                held += 6;
                if held >= 8 {
                    held -= 8;
                    out.push((bits >> held & 0xFF) as u8);
                }
            }
            if held == 6 {
                let message = "Last unit does not have enough valid bits";
                return Err(SparkError::plain(ErrorClass::IllegalArgument, message));
            }
            Ok(Some(out))
        },
    ))
}

fn hex_text(bytes: &[u8]) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let digits = bytes
        .iter()
        .flat_map(|b| [HEX[usize::from(b >> 4)], HEX[usize::from(b & 15)]]);
    digits.map(char::from).collect()
}

fn hex(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let want = Want::OneOf(vec![Want::Is(DataType::Long), binary(), Want::Is(TEXT)]);
    let mut types = expect(name, args, settings, &[want])?;
    if args[0].data_type == TEXT {
        types = vec![TEXT];
    }
    let nullable = args[0].nullable;
    Ok(match types[0] {
        DataType::Long => {
            unary::<i64, String>(types, TEXT, nullable, |v| Ok(Some(format!("{v:X}"))))
        }
        DataType::Binary => {
            unary::<Bytes, String>(types, TEXT, nullable, |b| Ok(Some(hex_text(b))))
        }
        _ => unary::<Str, String>(types, TEXT, nullable, |s| Ok(Some(hex_text(s.as_bytes())))),
    })
}

fn unhex(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let types = expect(name, args, settings, &[Want::Is(TEXT)])?;
    Ok(unary::<Str, Vec<u8>>(
        types,
        DataType::Binary,
        true,
        |text| {
            let digits: Option<Vec<u8>> = text
                .chars()
                .map(|c| c.to_digit(16).map(|d| d as u8))
                .collect();
            Ok(digits.map(|digits| {
                // An odd first digit stands alone.
                let (head, rest) = digits.split_at(digits.len() % 2);
                head.iter()
                    .copied()
                    .chain(rest.chunks(2).map(|p| p[0] << 4 | p[1]))
                    .collect()
            }))
        },
    ))
}

fn crc32(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let types = expect(name, args, settings, &[binary()])?;
    Ok(unary::<Bytes, i64>(
        types,
        DataType::Long,
        args[0].nullable,
        |b| Ok(Some(i64::from(crc32fast::hash(b)))),
    ))
}

fn bin(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let types = expect(name, args, settings, &[Want::Is(DataType::Long)])?;
    Ok(unary::<i64, String>(types, TEXT, args[0].nullable, |v| {
        Ok(Some(format!("{v:b}")))
    }))
}
