//! Base 32 of RFC 4648, read leniently: other characters are passed over, and the bits that
//! fill no byte at the end are dropped.

use crate::error::Result;
use crate::functions::scalar::kernel::{Bytes, Str, unary};
use crate::functions::scalar::typing::{Want, arity, expect};
use crate::functions::{ArgType, Binding, Scalar, Settings};
use crate::types::DataType;

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["to_base32"],
        bind: to_base32,
    },
    Scalar {
        names: &["from_base32"],
        bind: from_base32,
    },
];

const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

fn to_base32(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let types = expect(name, args, settings, &[Want::Is(DataType::Binary)])?;
    Ok(unary::<Bytes, String>(
        types,
        DataType::String,
        args[0].nullable,
        |bytes| Ok(Some(encoded(bytes))),
    ))
}

fn encoded(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(5) * 8);
    for chunk in bytes.chunks(5) {
        let at = |i: usize| u64::from(chunk.get(i).copied().unwrap_or(0));
        let bits = (0..5).fold(0, |bits, i| bits << 8 | at(i));
        let used = (chunk.len() * 8).div_ceil(5);
        for digit in 0..8 {
            out.push(match digit < used {
                true => char::from(DIGITS[(bits >> (35 - 5 * digit) & 31) as usize]),
                false => '=',
            });
        }
    }
    out
}

fn from_base32(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let types = expect(name, args, settings, &[Want::Is(DataType::String)])?;
    Ok(unary::<Str, Vec<u8>>(
        types,
        DataType::Binary,
        args[0].nullable,
        |text| Ok(Some(decoded(text))),
    ))
}

fn decoded(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() / 8 * 5);
    let (mut bits, mut held) = (0_u64, 0);
    for byte in text.bytes().take_while(|byte| *byte != b'=') {
        let upper = byte.to_ascii_uppercase();
        let Some(value) = DIGITS.iter().position(|digit| *digit == upper) else {
            continue;
        };
        bits = bits << 5 | value as u64;
        held += 5;
        if held >= 40 {
            out.extend_from_slice(&bits.to_be_bytes()[3..]);
            (bits, held) = (0, 0);
        }
    }
    // A single digit counts as the upper part of a byte without its last two bits.
    let dropped = if held == 5 { 2 } else { held % 8 };
    let whole = if held == 5 { 1 } else { held / 8 };
    let rest = (bits >> dropped).to_be_bytes();
    out.extend_from_slice(&rest[8 - whole..]);
    out
}
