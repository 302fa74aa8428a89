//! Functions with regular expressions: `rlike`, `regexp_replace`, `regexp_extract`,
//! `split` and their like. What an expression means is in `regex.rs`.

use std::sync::Arc;

use arrow::array::{AsArray, BooleanArray, Int32Array};
use arrow::array::{ListBuilder, StringBuilder};
use arrow::datatypes::Int32Type;

use super::expressions::{Expressions, Rows, kernel, raise_plainly};
use super::regex::{Expression, Problem};
use super::replacement::{Replacement, replaced};
use crate::error::{Result, SparkError};
use crate::functions::scalar::collections::list_field;
use crate::functions::scalar::kernel::is_null;
use crate::functions::scalar::typing::{Want, any_nullable, arity, expect, mismatch};
use crate::functions::{Arg, ArgType, Binding, Kernel, Scalar, Settings};
use crate::plan::Literal;
use crate::types::DataType;

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["rlike", "regexp", "regexp_like"],
        bind: rlike,
    },
    Scalar {
        names: &["regexp_replace"],
        bind: replace,
    },
    Scalar {
        names: &["regexp_extract"],
        bind: extract,
    },
    Scalar {
        names: &["regexp_extract_all"],
        bind: extract_all,
    },
    Scalar {
        names: &["regexp_count"],
        bind: count,
    },
    Scalar {
        names: &["regexp_substr"],
        bind: substr,
    },
    Scalar {
        names: &["regexp_instr"],
        bind: instr,
    },
    Scalar {
        names: &["split"],
        bind: split,
    },
];

const TEXT: DataType = DataType::String;
const INT: DataType = DataType::Integer;

fn bound(args: Vec<DataType>, returns: DataType, nullable: bool, kernel: Kernel) -> Binding {
    Binding {
        args,
        returns,
        nullable,
        kernel,
    }
}

/// Text, expression, and as many integers as there are arguments left.
fn types(name: &str, args: &[ArgType], settings: &Settings) -> Result<Vec<DataType>> {
    let text = || Want::Is(TEXT);
    expect(name, args, settings, &[text(), text(), Want::Is(INT)])
}

fn rlike(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    let types = types(name, args, settings)?;
    let kernel = kernel(Expressions::of(&args[1], "rlike"), |found, rows| {
        let mut out = Vec::with_capacity(rows);
        for row in 0..rows {
            out.push(if is_null(found.args, row) {
                None
            } else {
                let (text, expression) = found.at(row)?;
                Some(expression.is_match(text))
            });
        }
        Ok(Arc::new(BooleanArray::from(out)))
    });
    Ok(bound(types, DataType::Boolean, any_nullable(args), kernel))
}

fn group_index(function: &str, index: i32, groups: usize) -> Result<usize> {
    match usize::try_from(index).ok().filter(|i| *i <= groups) {
        Some(index) => Ok(index),
        None => Err(SparkError::new(
            "INVALID_PARAMETER_VALUE.REGEX_GROUP_INDEX",
            &[
                ("parameter", "`idx`"),
                ("functionName", &format!("`{function}`")),
                ("groupCount", &groups.to_string()),
                ("groupIndex", &index.to_string()),
            ],
        )),
    }
}

/// The third argument, or what stands for it.
fn integer(args: &[Arg], row: usize, default: i32) -> i32 {
    args.get(2).map_or(default, |arg| {
        arg.array.as_primitive::<Int32Type>().value(arg.at(row))
    })
}

fn extract(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 3)?;
    let types = types(name, args, settings)?;
    let kernel = kernel(
        Expressions::of(&args[1], "regexp_extract"),
        |found, rows| {
            let mut out = StringBuilder::new();
            for row in 0..rows {
                if is_null(found.args, row) {
                    out.append_null();
                    continue;
                }
                let (index, pattern) = (integer(found.args, row, 1), found.pattern(row));
                let all = found.all;
                let (text, expression) = found.at(row)?;
                let mut captures = expression
                    .captures(text)
                    .map_err(|why| all.error(pattern, &why))?;
                match captures.next() {
                    None => out.append_value(""),
                    Some(groups) => {
                        let index = group_index("regexp_extract", index, expression.groups())?;
                        out.append_value(groups.get(index).map_or("", |group| group.as_str()));
                    }
                }
            }
            Ok(Arc::new(out.finish()))
        },
    );
    Ok(bound(types, TEXT, any_nullable(args), kernel))
}

fn strings_type(contains_null: bool) -> DataType {
    DataType::Array {
        element: Box::new(TEXT),
        contains_null,
    }
}

fn extract_all(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 3)?;
    let types = types(name, args, settings)?;
    let returns = strings_type(true);
    let storage = returns.to_arrow();
    let all = Expressions::of(&args[1], "regexp_extract_all");
    let kernel = kernel(all, move |found, rows| {
        let field = Arc::clone(list_field(&storage)?);
        let mut out = ListBuilder::new(StringBuilder::new()).with_field(field);
        for row in 0..rows {
            if is_null(found.args, row) {
                out.append(false);
                continue;
            }
            let (index, pattern) = (integer(found.args, row, 1), found.pattern(row));
            let all = found.all;
            let (text, expression) = found.at(row)?;
            let captures = expression
                .captures(text)
                .map_err(|why| all.error(pattern, &why))?;
            for groups in captures {
                let index = group_index("regexp_extract_all", index, expression.groups())?;
                out.values()
                    .append_value(groups.get(index).map_or("", |group| group.as_str()));
            }
            out.append(true);
        }
        Ok(Arc::new(out.finish()))
    });
    Ok(bound(types, returns, any_nullable(args), kernel))
}

fn count(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    let types = types(name, args, settings)?;
    // Errors name the function that Spark counts with.
    let all = Expressions::of(&args[1], "regexp_extract_all");
    let kernel = kernel(all, |found, rows| {
        let mut out = Vec::with_capacity(rows);
        for row in 0..rows {
            if is_null(found.args, row) {
                out.push(None);
                continue;
            }
            let (all, pattern) = (found.all, found.pattern(row));
            let (text, expression) = found.at(row)?;
            let matches = expression.matches(text);
            out.push(Some(
                matches.map_err(|why| all.error(pattern, &why))?.count() as i32,
            ));
        }
        Ok(Arc::new(Int32Array::from(out)))
    });
    Ok(bound(types, INT, any_nullable(args), kernel))
}

/// The first match of a row and the text before it.
fn first<'a>(found: &mut Rows<'a>, row: usize) -> Result<Option<(&'a str, &'a str)>> {
    let (all, pattern) = (found.all, found.pattern(row));
    let (text, expression) = found.at(row)?;
    let mut matches = expression
        .matches(text)
        .map_err(|why| all.error(pattern, &why))?;
    let place = matches.next().map(|found| found.range());
    Ok(place.map(|place| (&text[..place.start], &text[place])))
}

/// An empty match counts as none.
fn substr(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    let types = types(name, args, settings)?;
    let all = Expressions::of(&args[1], "regexp_extract");
    let kernel = kernel(all, |found, rows| {
        let mut out = StringBuilder::new();
        for row in 0..rows {
            let part = if is_null(found.args, row) {
                None
            } else {
                first(found, row)?.map(|(_, part)| part)
            };
            out.append_option(part.filter(|part| !part.is_empty()));
        }
        Ok(Arc::new(out.finish()))
    });
    Ok(bound(types, TEXT, true, kernel))
}

/// Positions count code points. The third argument, a group, decides nothing in
/// Spark either.
fn instr(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 3)?;
    let types = types(name, args, settings)?;
    let all = Expressions::of(&args[1], "regexp_instr");
    let kernel = kernel(all, |found, rows| {
        let mut out = Vec::with_capacity(rows);
        for row in 0..rows {
            out.push(if is_null(found.args, row) {
                None
            } else {
                let before = first(found, row)?.map(|(before, _)| before);
                Some(before.map_or(0, |text| text.chars().count() as i32 + 1))
            });
        }
        Ok(Arc::new(Int32Array::from(out)))
    });
    Ok(bound(types, INT, any_nullable(args), kernel))
}

/// The place from which `regexp_replace` works, a constant.
fn position(name: &str, args: &[ArgType]) -> Result<i32> {
    let Some(arg) = args.get(3) else {
        return Ok(1);
    };
    match &arg.literal {
        Some(Literal::Integer(at)) if *at > 0 => Ok(*at),
        Some(Literal::Integer(at)) => Err(mismatch(
            "VALUE_OUT_OF_RANGE",
            name,
            args,
            &[
                ("exprName", "position"),
                ("valueRange", "(0, 2147483647]"),
                ("currentValue", &at.to_string()),
            ],
        )),
        _ => Err(SparkError::not_implemented(
            "regexp_replace from a position that is not a constant integer",
        )),
    }
}

fn replace(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 3, 4)?;
    let text = || Want::Is(TEXT);
    let wants = [text(), text(), text(), Want::Is(INT)];
    let types = expect(name, args, settings, &wants)?;
    let position = position(name, args)?;
    let all = Expressions::of(&args[1], "regexp_replace");
    let kernel = kernel(all, move |found, rows| {
        let with = &found.args[2];
        let replacements = with.array.as_string::<i32>();
        let mut out = StringBuilder::new();
        let mut scratch = String::new();
        let mut constant: Option<Replacement> = None;
        for row in 0..rows {
            if is_null(found.args, row) {
                out.append_null();
                continue;
            }
            let (all, pattern) = (found.all, found.pattern(row));
            let (text, expression) = found.at(row)?;
            let written = replacements.value(with.at(row));
            let same = with.is_scalar && all.fixed.is_some();
            let parsed = match constant.take().filter(|_| same) {
                Some(parsed) => parsed,
                None => Replacement::parse(written, expression),
            };
            scratch.clear();
            let done = replaced(expression, text, position, &parsed, &mut scratch);
            match done.map_err(|why| all.error(pattern, &why))? {
                true => out.append_value(&scratch),
                false => return Err(bad_replacement(text, pattern, written, position)),
            }
            constant = Some(parsed);
        }
        Ok(Arc::new(out.finish()))
    });
    Ok(bound(types, TEXT, any_nullable(args), kernel))
}

fn bad_replacement(text: &str, pattern: &str, written: &str, position: i32) -> SparkError {
    SparkError::new(
        "INVALID_REGEXP_REPLACE",
        &[
            ("source", text),
            ("pattern", pattern),
            ("replacement", written),
            ("position", &position.to_string()),
        ],
    )
}

fn split(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 3)?;
    let types = types(name, args, settings)?;
    let returns = strings_type(false);
    let storage = returns.to_arrow();
    let mut all = Expressions::of(&args[1], "split");
    all.raise = raise_plainly;
    let kernel = kernel(all, move |found, rows| {
        let field = Arc::clone(list_field(&storage)?);
        let mut out = ListBuilder::new(StringBuilder::new()).with_field(field);
        for row in 0..rows {
            if is_null(found.args, row) {
                out.append(false);
                continue;
            }
            let limit = usize::try_from(integer(found.args, row, -1)).unwrap_or(0);
            let (all, pattern) = (found.all, found.pattern(row));
            let (text, expression) = found.at(row)?;
            if pattern.is_empty() && !text.is_empty() {
                characters(text, limit, out.values());
            } else {
                pieces(expression, text, limit, out.values())
                    .map_err(|why| all.error(pattern, &why))?;
            }
            out.append(true);
        }
        Ok(Arc::new(out.finish()))
    });
    Ok(bound(types, returns, any_nullable(args), kernel))
}

/// A limit of zero is none, here and below.
fn characters(text: &str, limit: usize, out: &mut StringBuilder) {
    let mut taken = 0;
    for (count, (at, c)) in text.char_indices().enumerate() {
        taken = at;
        if count + 1 == limit {
            break;
        }
        out.append_value(&text[at..at + c.len_utf8()]);
        taken = at + c.len_utf8();
    }
    if taken < text.len() {
        out.append_value(&text[taken..]);
    }
}

/// The parts between matches; an empty match at the start parts nothing.
fn pieces(
    expression: &Expression,
    text: &str,
    limit: usize,
    out: &mut StringBuilder,
) -> Result<(), Problem> {
    let (mut from, mut count) = (0, 1);
    for found in expression.matches(text)? {
        if count == limit {
            break;
        }
        if found.end() == 0 {
            continue;
        }
        out.append_value(&text[from..found.start()]);
        from = found.end();
        count += 1;
    }
    out.append_value(&text[from..]);
    Ok(())
}
