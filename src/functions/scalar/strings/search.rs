//! Finding and replacing plain text; measures of strings.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int32Array};
use arrow::datatypes::Int32Type;

use crate::error::{Result, SparkError};
use crate::functions::scalar::kernel::{Bytes, Str, binary, quaternary, ternary, unary};
use crate::functions::scalar::typing::{Want, any_nullable, arity, expect};
use crate::functions::{ArgType, Binding, Scalar, Settings};
use crate::types::DataType;

use super::cut::part;

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["length", "char_length", "character_length", "len"],
        bind: length,
    },
    Scalar {
        names: &["octet_length"],
        bind: |n, a, s| octets(n, a, s, 1),
    },
    Scalar {
        names: &["bit_length"],
        bind: |n, a, s| octets(n, a, s, 8),
    },
    Scalar {
        names: &["contains"],
        bind: |n, a, s| test(n, a, s, |t, p| t.contains(p)),
    },
    Scalar {
        names: &["startswith"],
        bind: |n, a, s| test(n, a, s, |t, p| t.starts_with(p)),
    },
    Scalar {
        names: &["endswith"],
        bind: |n, a, s| test(n, a, s, |t, p| t.ends_with(p)),
    },
    Scalar {
        names: &["instr"],
        bind: instr,
    },
    Scalar {
        names: &["locate", "position"],
        bind: locate,
    },
    Scalar {
        names: &["replace"],
        bind: replace,
    },
    Scalar {
        names: &["translate"],
        bind: translate,
    },
    Scalar {
        names: &["overlay"],
        bind: overlay,
    },
    Scalar {
        names: &["ascii"],
        bind: ascii,
    },
    Scalar {
        names: &["chr", "char"],
        bind: chr,
    },
    Scalar {
        names: &["levenshtein"],
        bind: levenshtein,
    },
    Scalar {
        names: &["find_in_set"],
        bind: find_in_set,
    },
];

const TEXT: DataType = DataType::String;
const INT: DataType = DataType::Integer;

fn text() -> Want {
    Want::Is(TEXT)
}

fn measured(
    name: &str,
    args: &[ArgType],
    settings: &Settings,
    of_text: impl Fn(&str) -> i32 + Send + Sync + 'static,
    of_bytes: impl Fn(&[u8]) -> i32 + Send + Sync + 'static,
) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let want = Want::OneOf(vec![text(), Want::Is(DataType::Binary)]);
    let types = expect(name, args, settings, &[want])?;
    let nullable = args[0].nullable;
    Ok(if types[0] == DataType::Binary {
        unary::<Bytes, i32>(types, INT, nullable, move |b| Ok(Some(of_bytes(b))))
    } else {
        unary::<Str, i32>(types, INT, nullable, move |s| Ok(Some(of_text(s))))
    })
}

fn length(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    measured(
        name,
        args,
        settings,
        |s| s.chars().count() as i32,
        |b| b.len() as i32,
    )
}

fn octets(name: &str, args: &[ArgType], settings: &Settings, each: i32) -> Result<Binding> {
    let count = move |n: usize| n as i32 * each;
    measured(
        name,
        args,
        settings,
        move |s| count(s.len()),
        move |b| count(b.len()),
    )
}

fn test(
    name: &str,
    args: &[ArgType],
    settings: &Settings,
    f: fn(&str, &str) -> bool,
) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    let types = expect(name, args, settings, &[text()])?;
    Ok(binary::<Str, Str, bool>(
        types,
        DataType::Boolean,
        any_nullable(args),
        move |s, p| Ok(Some(f(s, p))),
    ))
}

/// Position of `wanted` at or after position `from` (both from one), or zero.
fn position(text: &str, wanted: &str, from: i32) -> i32 {
    if from < 1 {
        return 0;
    }
    // Nothing is found at the very start, wherever the search begins.
    if wanted.is_empty() {
        return 1;
    }
    let Some(start) = text
        .char_indices()
        .map(|(i, _)| i)
        .chain([text.len()])
        .nth(from as usize - 1)
    else {
        return 0;
    };
    text[start..]
        .find(wanted)
        .map_or(0, |at| text[..start + at].chars().count() as i32 + 1)
}

fn instr(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 4)?;
    if args.len() > 2 {
        let wants = [text(), text(), Want::Is(INT), Want::Is(INT)];
        let types = expect(name, args, settings, &wants)?;
        let nullable = any_nullable(args);
        return Ok(match types.len() {
            3 => ternary::<Str, Str, i32, i32>(types, INT, nullable, |s, w, from| {
                Ok(Some(occurrence(s, w, from, 1)?))
            }),
            _ => quaternary::<Str, Str, i32, i32, i32>(types, INT, nullable, |s, w, from, nth| {
                Ok(Some(occurrence(s, w, from, nth)?))
            }),
        });
    }
    let types = expect(name, args, settings, &[text()])?;
    Ok(binary::<Str, Str, i32>(
        types,
        INT,
        any_nullable(args),
        |s, w| Ok(Some(position(s, w, 1))),
    ))
}

/// Where a text is found for the `nth` time from a position on, which counts backwards from
/// the end, and is looked for backwards, where it is negative.
fn occurrence(text: &str, wanted: &str, from: i32, nth: i32) -> Result<i32> {
    let Some(times) = usize::try_from(nth).ok().and_then(|nth| nth.checked_sub(1)) else {
        return Err(SparkError::new(
            "INVALID_PARAMETER_VALUE.OCCURRENCE",
            &[
                ("parameter", "`occurrence`"),
                ("functionName", "`instr`"),
                ("actual", &nth.to_string()),
            ],
        ));
    };
    if from == 0 {
        return Ok(0);
    }
    if wanted.is_empty() {
        return Ok(1);
    }
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let is_here = |place: &usize| text[starts[*place]..].starts_with(wanted);
    let found = match usize::try_from(from) {
        Ok(from) => (from - 1..starts.len()).filter(is_here).nth(times),
        Err(_) => {
            let last = starts.len() as i64 + i64::from(from);
            let places = 0..usize::try_from(last + 1).unwrap_or(0);
            places.rev().filter(is_here).nth(times)
        }
    };
    Ok(found.map_or(0, |place| place as i32 + 1))
}

fn locate(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 3)?;
    let types = expect(name, args, settings, &[text(), text(), Want::Is(INT)])?;
    let nullable = any_nullable(args);
    Ok(if types.len() == 3 {
        let mut bound = ternary::<Str, Str, i32, i32>(types, INT, nullable, |w, s, from| {
            Ok(Some(position(s, w, from)))
        });
        // From an unknown place on nothing is found, whatever is looked for.
        let plain = bound.kernel;
        bound.kernel = Arc::new(move |args, rows| {
            let found = plain(args, rows)?;
            let from = &args[2];
            if from.array.null_count() == 0 {
                return Ok(found);
            }
            let found = found.as_primitive::<Int32Type>();
            let at = |row: usize| match from.array.is_null(from.at(row)) {
                true => Some(0),
                false => found.is_valid(row).then(|| found.value(row)),
            };
            Ok(Arc::new((0..rows).map(at).collect::<Int32Array>()) as ArrayRef)
        });
        bound
    } else {
        binary::<Str, Str, i32>(types, INT, nullable, |w, s| Ok(Some(position(s, w, 1))))
    })
}

fn replace(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 3)?;
    let types = expect(name, args, settings, &[text()])?;
    let nullable = any_nullable(args);
    let replaced = |s: &str, old: &str, new: &str| {
        Ok(Some(if old.is_empty() {
            s.to_string()
        } else {
            s.replace(old, new)
        }))
    };
    Ok(if types.len() == 3 {
        ternary::<Str, Str, Str, String>(types, TEXT, nullable, replaced)
    } else {
        binary::<Str, Str, String>(types, TEXT, nullable, move |s, old| replaced(s, old, ""))
    })
}

fn translate(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 3, 3)?;
    let types = expect(name, args, settings, &[text()])?;
    Ok(ternary::<Str, Str, Str, String>(
        types,
        TEXT,
        any_nullable(args),
        |s, from, to| {
            // What has no counterpart is dropped.
            Ok(Some(
                s.chars()
                    .filter_map(|c| match from.chars().position(|f| f == c) {
                        Some(at) => to.chars().nth(at),
                        None => Some(c),
                    })
                    .collect(),
            ))
        },
    ))
}

fn overlaid(text: &str, with: &str, at: i32, length: i32) -> String {
    let length = if length >= 0 {
        length
    } else {
        with.chars().count() as i32
    };
    let head = part(text, 1, at.saturating_sub(1));
    let tail = part(text, at.saturating_add(length), i32::MAX);
    format!("{head}{with}{tail}")
}

fn overlay(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 3, 4)?;
    let wants = [text(), text(), Want::Is(INT), Want::Is(INT)];
    let types = expect(name, args, settings, &wants)?;
    let nullable = any_nullable(args);
    Ok(if types.len() == 4 {
        quaternary::<Str, Str, i32, i32, String>(types, TEXT, nullable, |s, w, at, n| {
            Ok(Some(overlaid(s, w, at, n)))
        })
    } else {
        ternary::<Str, Str, i32, String>(types, TEXT, nullable, |s, w, at| {
            Ok(Some(overlaid(s, w, at, -1)))
        })
    })
}

fn ascii(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let types = expect(name, args, settings, &[text()])?;
    Ok(unary::<Str, i32>(types, INT, args[0].nullable, |s| {
        Ok(Some(s.chars().next().map_or(0, |c| c as i32)))
    }))
}

fn chr(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let types = expect(name, args, settings, &[Want::Is(DataType::Long)])?;
    Ok(unary::<i64, String>(types, TEXT, args[0].nullable, |v| {
        Ok(Some(if v < 0 {
            String::new()
        } else {
            char::from((v & 0xFF) as u8).to_string()
        }))
    }))
}

fn distance(a: &str, b: &str) -> i32 {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<i32> = (0..=b.len() as i32).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i as i32 + 1;
        for (j, y) in b.iter().enumerate() {
            let substitute = diagonal + i32::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = substitute.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

fn levenshtein(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 3)?;
    let types = expect(name, args, settings, &[text(), text(), Want::Is(INT)])?;
    let nullable = any_nullable(args);
    Ok(if types.len() == 3 {
        ternary::<Str, Str, i32, i32>(types, INT, nullable, |a, b, most| {
            let found = distance(a, b);
            Ok(Some(if found > most { -1 } else { found }))
        })
    } else {
        binary::<Str, Str, i32>(types, INT, nullable, |a, b| Ok(Some(distance(a, b))))
    })
}

fn find_in_set(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    let types = expect(name, args, settings, &[text()])?;
    Ok(binary::<Str, Str, i32>(
        types,
        INT,
        any_nullable(args),
        |word, set| {
            let found = if word.contains(',') {
                None
            } else {
                set.split(',').position(|w| w == word)
            };
            Ok(Some(found.map_or(0, |at| at as i32 + 1)))
        },
    ))
}
