//! `parse_url`, `url_encode`, `url_decode` and those of them that try.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, StringBuilder};

use super::uri::{Uri, parse};
use crate::error::{ErrorClass, Result, SparkError};
use crate::functions::scalar::kernel::{Str, is_null, unary};
use crate::functions::scalar::typing::{Want, arity, expect, unexpected};
use crate::functions::scalar::{JavaRegex, RegexProblem};
use crate::functions::{Arg, ArgType, Binding, Kernel, Scalar, Settings};
use crate::types::DataType;

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["parse_url"],
        bind: |n, a, s| parse_url(n, a, !s.ansi),
    },
    Scalar {
        names: &["try_parse_url"],
        bind: |n, a, _| parse_url(n, a, true),
    },
    Scalar {
        names: &["url_encode"],
        bind: |n, a, s| mapped(n, a, s, |text| Ok(Some(encoded(text)))),
    },
    Scalar {
        names: &["url_decode"],
        bind: |n, a, s| {
            mapped(n, a, s, |text| match decoded(text) {
                None => Err(SparkError::new("CANNOT_DECODE_URL", &[("url", text)])),
                found => Ok(found),
            })
        },
    },
    Scalar {
        names: &["try_url_decode"],
        bind: |n, a, s| mapped(n, a, s, |text| Ok(decoded(text))),
    },
];

fn mapped(
    name: &str,
    args: &[ArgType],
    settings: &Settings,
    f: fn(&str) -> Result<Option<String>>,
) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let types = expect(name, args, settings, &[Want::Is(DataType::String)])?;
    Ok(unary::<Str, String>(types, DataType::String, true, f))
}

/// `is_quiet`: null for what is no address.
fn parse_url(name: &str, args: &[ArgType], is_quiet: bool) -> Result<Binding> {
    arity(name, args, 2, 3)?;
    for (index, arg) in args.iter().enumerate() {
        if !matches!(arg.data_type, DataType::String | DataType::Null) {
            return Err(unexpected(name, args, index, "\"STRING\""));
        }
    }
    let kernel: Kernel = Arc::new(move |args, rows| parts(args, rows, is_quiet));
    Ok(Binding {
        args: vec![DataType::String; args.len()],
        returns: DataType::String,
        nullable: true,
        kernel,
    })
}

fn parts(args: &[Arg], rows: usize, is_quiet: bool) -> Result<ArrayRef> {
    let mut out = StringBuilder::new();
    let mut known: Option<(&str, JavaRegex)> = None;
    for row in 0..rows {
        if is_null(args, row) {
            out.append_null();
            continue;
        }
        let text = |i: usize| args[i].array.as_string::<i32>().value(args[i].at(row));
        let url = text(0);
        let found = match parse(url) {
            Some(uri) => part(&uri, text(1)),
            None if is_quiet => None,
            None => return Err(SparkError::new("INVALID_URL", &[("url", url)])),
        };
        if args.len() < 3 {
            out.append_option(found);
            continue;
        }
        // A key is looked for in the query only.
        let query = found.filter(|_| text(1) == "QUERY");
        let key = text(2);
        if known.as_ref().is_none_or(|(of, _)| *of != key) {
            let pattern = format!("(&|^){key}=([^&]*)");
            known = Some((
                key,
                JavaRegex::compile(&pattern).map_err(|why| problem(&why))?,
            ));
        }
        let value = match (&query, &known) {
            (Some(query), Some((_, pattern))) => {
                let captures = pattern.captures(query).map_err(|why| problem(&why))?;
                captures
                    .into_iter()
                    .next()
                    .and_then(|c| c.get(2).map(|m| m.as_str().to_string()))
            }
            _ => None,
        };
        out.append_option(value);
    }
    Ok(Arc::new(out.finish()))
}

fn problem(problem: &RegexProblem) -> SparkError {
    match problem {
        RegexProblem::Missing(what) => SparkError::not_implemented(what),
        RegexProblem::Invalid(message) => SparkError::plain(ErrorClass::IllegalArgument, message),
    }
}

fn part(uri: &Uri, name: &str) -> Option<String> {
    let found = match name {
        "HOST" => uri.host,
        "PATH" => uri.path,
        "QUERY" => uri.query,
        "REF" => uri.fragment,
        "PROTOCOL" => uri.scheme,
        "AUTHORITY" => uri.authority,
        "USERINFO" => uri.user,
        "FILE" => {
            let path = uri.path?;
            return Some(match uri.query {
                Some(query) => format!("{path}?{query}"),
                None => path.to_string(),
            });
        }
        _ => None,
    };
    found.map(str::to_string)
}

/// As forms are sent: a space is a plus.
pub fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'*' | b'_' => {
                out.push(char::from(byte));
            }
            b' ' => out.push('+'),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

/// `None` where an escape is none.
pub fn decoded(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'+' => out.push(b' '),
            b'%' => {
                let digits = text.get(at + 1..at + 3)?;
                if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
                    return None;
                }
                out.push(u8::from_str_radix(digits, 16).ok()?);
                at += 2;
            }
            other => out.push(*other),
        }
        at += 1;
    }
    Some(String::from_utf8_lossy(&out).into_owned())
}
