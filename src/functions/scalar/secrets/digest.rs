//! `md5`, `sha1`, `sha2` as hexadecimal text, and `hmac` as bytes.

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};

use crate::error::{Result, SparkError};
use crate::functions::scalar::kernel::{Bytes, Str, binary, ternary, unary};
use crate::functions::scalar::typing::{Want, arity, expect};
use crate::functions::{ArgType, Binding, Scalar, Settings};
use crate::types::DataType;

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["md5"],
        bind: |n, a, s| digest(n, a, s, hex::<Md5>),
    },
    Scalar {
        names: &["sha1", "sha"],
        bind: |n, a, s| digest(n, a, s, hex::<Sha1>),
    },
    Scalar {
        names: &["sha2"],
        bind: sha2,
    },
    Scalar {
        names: &["hmac"],
        bind: hmac,
    },
];

fn hex<D: Digest>(bytes: &[u8]) -> String {
    let digest = D::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn digest(
    name: &str,
    args: &[ArgType],
    settings: &Settings,
    compute: fn(&[u8]) -> String,
) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let types = expect(name, args, settings, &[Want::Is(DataType::Binary)])?;
    let nullable = args[0].nullable;
    Ok(unary::<Bytes, String>(
        types,
        DataType::String,
        nullable,
        move |bytes| Ok(Some(compute(bytes))),
    ))
}

/// Null for a number of bits that there is no digest of.
fn sha2(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    let wants = [Want::Is(DataType::Binary), Want::Is(DataType::Integer)];
    let types = expect(name, args, settings, &wants)?;
    Ok(binary::<Bytes, i32, String>(
        types,
        DataType::String,
        true,
        |bytes, bits| {
            Ok(match bits {
                224 => Some(hex::<Sha224>(bytes)),
                0 | 256 => Some(hex::<Sha256>(bytes)),
                384 => Some(hex::<Sha384>(bytes)),
                512 => Some(hex::<Sha512>(bytes)),
                _ => None,
            })
        },
    ))
}

fn hmac(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 3)?;
    let bytes = || Want::Is(DataType::Binary);
    let wants = [bytes(), bytes(), Want::Is(DataType::String)];
    let types = expect(name, args, settings, &wants)?;
    if args.len() == 2 {
        return Ok(binary::<Bytes, Bytes, Vec<u8>>(
            types,
            DataType::Binary,
            true,
            |key, message| keyed(key, message, "SHA-256").map(Some),
        ));
    }
    Ok(ternary::<Bytes, Bytes, Str, Vec<u8>>(
        types,
        DataType::Binary,
        true,
        |key, message, algorithm| keyed(key, message, algorithm).map(Some),
    ))
}

/// The code of RFC 2104: two digests, each over the key in a disguise of its own.
fn code<D: Digest>(key: &[u8], message: &[u8], block: usize) -> Vec<u8> {
    let mut padded = match key.len() > block {
        true => D::digest(key).to_vec(),
        false => key.to_vec(),
    };
    padded.resize(block, 0);
    let disguised = |mask: u8| padded.iter().map(|byte| byte ^ mask).collect::<Vec<u8>>();
    let inner = D::new().chain_update(disguised(0x36)).chain_update(message);
    let outer = D::new()
        .chain_update(disguised(0x5c))
        .chain_update(inner.finalize());
    outer.finalize().to_vec()
}

fn keyed(key: &[u8], message: &[u8], algorithm: &str) -> Result<Vec<u8>> {
    let plain: String = algorithm.chars().filter(|c| *c != '-').collect();
    let known = ["MD5", "SHA1", "SHA224", "SHA256", "SHA384", "SHA512"];
    let plain = plain.to_ascii_uppercase();
    if !known.contains(&plain.as_str()) {
        return Err(SparkError::new(
            "INVALID_PARAMETER_VALUE.HMAC_ALGORITHM",
            &[
                ("parameter", "`algorithm`"),
                ("functionName", "`hmac`"),
                ("algorithm", &format!("'{algorithm}'")),
            ],
        ));
    }
    if key.is_empty() {
        return Err(SparkError::new(
            "INVALID_PARAMETER_VALUE.HMAC_CRYPTO_ERROR",
            &[
                ("parameter", "`key`"),
                ("functionName", "`hmac`"),
                ("detailMessage", "Empty key"),
            ],
        ));
    }
    Ok(match plain.as_str() {
        "MD5" => code::<Md5>(key, message, 64),
        "SHA1" => code::<Sha1>(key, message, 64),
        "SHA224" => code::<Sha224>(key, message, 64),
        "SHA384" => code::<Sha384>(key, message, 128),
        "SHA512" => code::<Sha512>(key, message, 128),
        _ => code::<Sha256>(key, message, 64),
    })
}
