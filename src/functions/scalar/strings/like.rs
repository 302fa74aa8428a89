//! `LIKE` and `ILIKE`.

use std::collections::hash_map::{Entry, HashMap};
use std::sync::Arc;

use arrow::array::{AsArray, BooleanArray};

use crate::error::{Result, SparkError};
use crate::functions::scalar::kernel::{expand, is_null};
use crate::functions::scalar::typing::{Want, any_nullable, arity, expect};
use crate::functions::{ArgType, Binding, Kernel, Scalar, Settings};
use crate::plan::Literal;
use crate::types::DataType;

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["like"],
        bind: |n, a, s| like(n, a, s, false),
    },
    Scalar {
        names: &["ilike"],
        bind: |n, a, s| like(n, a, s, true),
    },
];

/// A compiled pattern.
#[derive(Clone)]
enum Matcher {
    Equal(String),
    Starts(String),
    Ends(String),
    Contains(String),
    Any(::regex::Regex),
}

impl Matcher {
    fn compile(pattern: &str, escape: char) -> Result<Self> {
        let parts = parts(pattern, escape)?;
        Ok(match &parts[..] {
            [] => Self::Equal(String::new()),
            [Part::Text(text)] => Self::Equal(text.clone()),
            [Part::Many] => Self::Contains(String::new()),
            [Part::Text(text), Part::Many] => Self::Starts(text.clone()),
            [Part::Many, Part::Text(text)] => Self::Ends(text.clone()),
            [Part::Many, Part::Text(text), Part::Many] => Self::Contains(text.clone()),
            _ => {
                let inner: String = parts.iter().map(Part::expression).collect();
                let compiled = ::regex::Regex::new(&format!(r"(?s)\A(?:{inner})\z"));
                Self::Any(compiled.map_err(|_| {
                    SparkError::not_implemented(format!("the LIKE pattern {pattern}"))
                })?)
            }
        })
    }

    fn matches(&self, text: &str) -> bool {
        match self {
            Self::Equal(wanted) => text == wanted,
            Self::Starts(wanted) => text.starts_with(wanted.as_str()),
            Self::Ends(wanted) => text.ends_with(wanted.as_str()),
            Self::Contains(wanted) => text.contains(wanted.as_str()),
            Self::Any(regex) => regex.is_match(text),
        }
    }
}

enum Part {
    Text(String),
    /// `_`
    One,
    /// `%`
    Many,
}

impl Part {
    fn expression(&self) -> String {
        match self {
            Self::Text(text) => ::regex::escape(text),
            Self::One => ".".into(),
            Self::Many => ".*".into(),
        }
    }
}

fn parts(pattern: &str, escape: char) -> Result<Vec<Part>> {
    let mut parts = Vec::new();
    let mut chars = pattern.chars();
    while let Some(mut c) = chars.next() {
        if c == escape {
            match chars.next() {
                Some(next) if next == '_' || next == '%' || next == escape => c = next,
                other => return Err(bad_escape(pattern, other)),
            }
        } else if c == '_' {
            parts.push(Part::One);
            continue;
        } else if c == '%' {
            parts.push(Part::Many);
            continue;
        }
        match parts.last_mut() {
            Some(Part::Text(text)) => text.push(c),
            _ => parts.push(Part::Text(c.into())),
        }
    }
    Ok(parts)
}

fn bad_escape(pattern: &str, next: Option<char>) -> SparkError {
    let format = format!("'{}'", pattern.replace('\\', "\\\\").replace('\'', "\\'"));
    match next {
        Some(c) => SparkError::new(
            "INVALID_FORMAT.ESC_IN_THE_MIDDLE",
            &[("format", &format), ("char", &format!("'{c}'"))],
        ),
        None => SparkError::new("INVALID_FORMAT.ESC_AT_THE_END", &[("format", &format)]),
    }
}

fn escape_of(args: &[ArgType]) -> Result<char> {
    let Some(arg) = args.get(2) else {
        return Ok('\\');
    };
    if let Some(Literal::String(text)) = &arg.literal {
        let mut chars = text.chars();
        if let (Some(escape), None) = (chars.next(), chars.next()) {
            return Ok(escape);
        }
    }
    let shown = format!("\"{}\"", arg.text);
    Err(SparkError::new(
        "INVALID_ESCAPE_CHAR",
        &[("sqlExpr", &shown)],
    ))
}

/// A constant pattern is compiled when bound; its error waits for the first row.
fn like(name: &str, args: &[ArgType], settings: &Settings, lowered: bool) -> Result<Binding> {
    arity(name, args, 2, 3)?;
    let escape = escape_of(args)?;
    let types = expect(name, args, settings, &[Want::Is(DataType::String)])?;
    let compile = move |pattern: &str| {
        if lowered {
            Matcher::compile(&pattern.to_lowercase(), escape)
        } else {
            Matcher::compile(pattern, escape)
        }
    };
    let fixed = match &args[1].literal {
        Some(Literal::String(pattern)) => Some(compile(pattern)),
        _ => None,
    };
    let kernel: Kernel = Arc::new(move |args, rows| {
        let texts = args[0].array.as_string::<i32>();
        let patterns = args[1].array.as_string::<i32>();
        let mut compiled: HashMap<&str, Matcher> = HashMap::new();
        let distinct = if args.iter().all(|a| a.is_scalar) {
            1
        } else {
            rows
        };
        let mut found = Vec::with_capacity(distinct);
        for row in 0..distinct {
            if is_null(args, row) {
                found.push(None);
                continue;
            }
            let matcher = match &fixed {
                Some(Ok(matcher)) => matcher,
                Some(Err(error)) => return Err(error.clone()),
                None => match compiled.entry(patterns.value(args[1].at(row))) {
                    Entry::Occupied(held) => held.into_mut(),
                    Entry::Vacant(free) => {
                        let matcher = compile(free.key())?;
                        free.insert(matcher)
                    }
                },
            };
            let text = texts.value(args[0].at(row));
            found.push(Some(if lowered {
                matcher.matches(&text.to_lowercase())
            } else {
                matcher.matches(text)
            }));
        }
        expand(Arc::new(BooleanArray::from(found)), rows)
    });
    Ok(Binding {
        args: types,
        returns: DataType::Boolean,
        nullable: any_nullable(args),
        kernel,
    })
}
