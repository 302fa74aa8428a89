//! Small functions of text: `mask`, `quote`, `elt`, `jaro_winkler_similarity`, `sentences`.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListBuilder, StringBuilder};
use arrow::compute::interleave;
use arrow::datatypes::{DataType as ArrowType, Int32Type};

use crate::error::{Result, SparkError};
use crate::functions::scalar::collections::list_field;
use crate::functions::scalar::kernel::{Str, arrow_error, binary, is_null, unary};
use crate::functions::scalar::typing::{Want, arity, expect, mismatch, unexpected, wrong_count};
use crate::functions::{Arg, ArgType, Binding, Kernel, Scalar, Settings};
use crate::plan::Literal;
use crate::types::DataType;

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["mask"],
        bind: mask,
    },
    Scalar {
        names: &["quote"],
        bind: quote,
    },
    Scalar {
        names: &["elt"],
        bind: elt,
    },
    Scalar {
        names: &["jaro_winkler_similarity"],
        bind: similarity,
    },
    Scalar {
        names: &["sentences"],
        bind: sentences,
    },
];

const TEXT: DataType = DataType::String;

/// What letters and digits become; `None` leaves them as they are.
#[derive(Clone, Copy)]
struct Masks {
    upper: Option<char>,
    lower: Option<char>,
    digit: Option<char>,
    other: Option<char>,
}

fn mask(name: &str, args: &[ArgType], _: &Settings) -> Result<Binding> {
    arity(name, args, 1, 5)?;
    for (index, arg) in args.iter().enumerate() {
        if !matches!(arg.data_type, TEXT | DataType::Null) {
            return Err(unexpected(name, args, index, "\"STRING\""));
        }
    }
    let one = |index: usize, called: &str, default: Option<char>| -> Result<Option<char>> {
        let Some(arg) = args.get(index) else {
            return Ok(default);
        };
        let input = format!("`{called}`");
        match &arg.literal {
            Some(Literal::Null(_)) => Ok(None),
            Some(Literal::String(text)) => {
                let mut chars = text.chars();
                match (chars.next(), chars.next()) {
                    (Some(one), None) => Ok(Some(one)),
                    _ => Err(mismatch(
                        "INPUT_SIZE_NOT_ONE",
                        name,
                        args,
                        &[("exprName", called)],
                    )),
                }
            }
            _ => {
                let shown = format!("\"{}\"", arg.text);
                Err(mismatch(
                    "NON_FOLDABLE_INPUT",
                    name,
                    args,
                    &[
                        ("inputName", &input),
                        ("inputType", "\"STRING\""),
                        ("inputExpr", &shown),
                    ],
                ))
            }
        }
    };
    let masks = Masks {
        upper: one(1, "upperChar", Some('X'))?,
        lower: one(2, "lowerChar", Some('x'))?,
        digit: one(3, "digitChar", Some('n'))?,
        other: one(4, "otherChar", None)?,
    };
    let mut bound = unary::<Str, String>(vec![TEXT], TEXT, true, move |text| {
        Ok(Some(text.chars().map(|c| masks.of(c)).collect()))
    });
    let plain = bound.kernel;
    bound.kernel = Arc::new(move |args, rows| plain(&args[..1], rows));
    bound.args = vec![TEXT; args.len()];
    Ok(bound)
}

impl Masks {
    fn of(self, c: char) -> char {
        let mask = if c.is_uppercase() {
            self.upper
        } else if c.is_lowercase() {
            self.lower
        } else if is_digit(c) {
            self.digit
        } else {
            self.other
        };
        mask.unwrap_or(c)
    }
}

/// A decimal digit of any script.
fn is_digit(c: char) -> bool {
    c.is_numeric() && c.is_alphanumeric() && {
        static DIGITS: std::sync::LazyLock<Option<regex::Regex>> =
            std::sync::LazyLock::new(|| regex::Regex::new(r"^\p{Nd}$").ok());
        let mut buffer = [0; 4];
        let text = c.encode_utf8(&mut buffer);
        DIGITS.as_ref().is_some_and(|digits| digits.is_match(text))
    }
}

/// In single quotes, those within behind a backslash.
fn quote(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let types = expect(name, args, settings, &[Want::Is(TEXT)])?;
    Ok(unary::<Str, String>(types, TEXT, true, |text| {
        Ok(Some(format!("'{}'", text.replace('\'', "\\'"))))
    }))
}

/// The argument of a number; texts unless all are bytes.
fn elt(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    if args.len() < 2 {
        return Err(wrong_count(name, "> 1", args.len()));
    }
    let is_bytes = args[1..]
        .iter()
        .all(|arg| arg.data_type == DataType::Binary);
    let returns = if is_bytes { DataType::Binary } else { TEXT };
    let wants = [Want::Is(DataType::Integer), Want::Is(returns.clone())];
    let types = expect(name, args, settings, &wants)?;
    let storage = returns.to_arrow();
    let ansi = settings.ansi;
    let kernel: Kernel = Arc::new(move |args, rows| chosen(&storage, ansi, args, rows));
    Ok(Binding {
        args: types,
        returns,
        nullable: true,
        kernel,
    })
}

fn chosen(storage: &ArrowType, ansi: bool, args: &[Arg], rows: usize) -> Result<ArrayRef> {
    let (which, values) = (&args[0], &args[1..]);
    let null = arrow::array::new_null_array(storage, 1);
    let mut sources: Vec<&dyn Array> = values.iter().map(|arg| arg.array.as_ref()).collect();
    sources.push(&null);
    let mut places = Vec::with_capacity(rows);
    let numbers = which.array.as_primitive::<Int32Type>();
    for row in 0..rows {
        let at = which.at(row);
        if numbers.is_null(at) {
            places.push((values.len(), 0));
            continue;
        }
        let number = numbers.value(at);
        let index = usize::try_from(number).ok().and_then(|n| n.checked_sub(1));
        places.push(match index.filter(|index| *index < values.len()) {
            Some(index) => (index, values[index].at(row)),
            None if !ansi => (values.len(), 0),
            None => {
                return Err(SparkError::new(
                    "INVALID_ARRAY_INDEX",
                    &[
                        ("indexValue", &number.to_string()),
                        ("arraySize", &values.len().to_string()),
                    ],
                ));
            }
        });
    }
    interleave(&sources, &places).map_err(arrow_error)
}

fn similarity(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    let types = expect(name, args, settings, &[Want::Is(TEXT), Want::Is(TEXT)])?;
    Ok(binary::<Str, Str, f64>(
        types,
        DataType::Double,
        true,
        |left, right| Ok(Some(jaro_winkler(left, right))),
    ))
}

/// Jaro's similarity, nearer to 1 by a common beginning of up to four characters.
fn jaro_winkler(left: &str, right: &str) -> f64 {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    if left == right {
        return 1.0;
    }
    if left.is_empty() || right.is_empty() {
        return 0.0;
    }
    let reach = (left.len().max(right.len()) / 2).saturating_sub(1);
    let mut is_taken = vec![false; right.len()];
    let mut matched = Vec::new();
    for (at, c) in left.iter().enumerate() {
        let window = at.saturating_sub(reach)..(at + reach + 1).min(right.len());
        if let Some(other) = window
            .clone()
            .find(|other| !is_taken[*other] && right[*other] == *c)
        {
            is_taken[other] = true;
            matched.push(*c);
        }
    }
    if matched.is_empty() {
        return 0.0;
    }
    let others = right
        .iter()
        .zip(&is_taken)
        .filter(|(_, taken)| **taken)
        .map(|(c, _)| c);
    let moved = matched.iter().zip(others).filter(|(a, b)| a != b).count() / 2;
    let found = matched.len() as f64;
    let (l, r) = (left.len() as f64, right.len() as f64);
    let jaro = (found / l + found / r + (found - moved as f64) / found) / 3.0;
    let common = left
        .iter()
        .zip(&right)
        .take(4)
        .take_while(|(a, b)| a == b)
        .count();
    jaro + common as f64 * 0.1 * (1.0 - jaro)
}

/// The words of each sentence. The language and the country say nothing here: the rules are
/// those of Unicode, which are the same for most.
fn sentences(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 1, 3)?;
    let types = expect(name, args, settings, &[Want::Is(TEXT)])?;
    let words = DataType::Array {
        element: Box::new(TEXT),
        contains_null: false,
    };
    let returns = DataType::Array {
        element: Box::new(words.clone()),
        contains_null: false,
    };
    let (outer, inner) = (returns.to_arrow(), words.to_arrow());
    let kernel: Kernel = Arc::new(move |args, rows| {
        let words = ListBuilder::new(StringBuilder::new());
        let words = words.with_field(Arc::clone(list_field(&inner)?));
        let mut out = ListBuilder::new(words).with_field(Arc::clone(list_field(&outer)?));
        let texts = args[0].array.as_string::<i32>();
        for row in 0..rows {
            if is_null(&args[..1], row) {
                out.append(false);
                continue;
            }
            for sentence in cut(texts.value(args[0].at(row))) {
                out.values().append_value(sentence.into_iter().map(Some));
            }
            out.append(true);
        }
        Ok(Arc::new(out.finish()))
    });
    Ok(Binding {
        args: types,
        returns,
        nullable: true,
        kernel,
    })
}

/// A sentence ends behind `.`, `?` or `!` where what follows does not go on in lower case;
/// a word goes on over single signs between letters or digits.
fn cut(text: &str) -> Vec<Vec<String>> {
    let chars: Vec<char> = text.chars().collect();
    let (mut all, mut words, mut word) = (Vec::new(), Vec::new(), String::new());
    for (at, c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|i| chars.get(i)).copied();
        let next = chars.get(at + 1).copied();
        if c.is_alphanumeric() || *c == '_' || joins(*c, before, next) {
            word.push(*c);
            continue;
        }
        if !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if matches!(c, '.' | '?' | '!') && ends(*c, &chars[at + 1..]) && !words.is_empty() {
            all.push(std::mem::take(&mut words));
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    if !words.is_empty() {
        all.push(words);
    }
    all
}

fn joins(c: char, before: Option<char>, next: Option<char>) -> bool {
    let (Some(before), Some(next)) = (before, next) else {
        return false;
    };
    let letters = before.is_alphabetic() && next.is_alphabetic();
    let digits = before.is_ascii_digit() && next.is_ascii_digit();
    match c {
        '.' | '\'' => letters || digits,
        '-' => letters,
        ',' => digits,
        _ => false,
    }
}

fn ends(sign: char, rest: &[char]) -> bool {
    let next = rest
        .iter()
        .find(|c| !c.is_whitespace() && !matches!(c, '"' | '\'' | ')'));
    match (sign, next) {
        (_, None) => true,
        ('.', Some(next)) => rest.first().is_none_or(|c| c.is_whitespace()) && !next.is_lowercase(),
        _ => true,
    }
}
