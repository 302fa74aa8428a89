//! Case, trimming, padding and parts of strings.

use crate::error::{Result, SparkError};
use crate::functions::scalar::kernel::{Bytes, Str, binary, ternary, unary};
use crate::functions::scalar::typing::{Want, any_nullable, arity, expect, unexpected};
use crate::functions::{ArgType, Binding, Scalar, Settings};
use crate::types::DataType;

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["upper", "ucase"],
        bind: |n, a, s| mapped(n, a, s, str::to_uppercase),
    },
    Scalar {
        names: &["lower", "lcase"],
        bind: |n, a, s| mapped(n, a, s, str::to_lowercase),
    },
    Scalar {
        names: &["initcap"],
        bind: |n, a, s| mapped(n, a, s, capitalized),
    },
    Scalar {
        names: &["soundex"],
        bind: |n, a, s| mapped(n, a, s, soundex),
    },
    Scalar {
        names: &["trim"],
        bind: |n, a, s| trimmed(n, a, s, Side::BOTH, (0, 1)),
    },
    Scalar {
        names: &["ltrim"],
        bind: |n, a, s| trimmed(n, a, s, Side::LEFT, (0, 1)),
    },
    Scalar {
        names: &["rtrim"],
        bind: |n, a, s| trimmed(n, a, s, Side::RIGHT, (0, 1)),
    },
    Scalar {
        names: &["btrim"],
        bind: |n, a, s| trimmed(n, a, s, Side::BOTH, (1, 0)),
    },
    Scalar {
        names: &["substring", "substr"],
        bind: substring,
    },
    Scalar {
        names: &["left"],
        bind: |n, a, s| end_part(n, a, s, false),
    },
    Scalar {
        names: &["right"],
        bind: |n, a, s| end_part(n, a, s, true),
    },
    Scalar {
        names: &["luhn_check"],
        bind: luhn_check,
    },
    Scalar {
        names: &["lpad"],
        bind: |n, a, s| padded(n, a, s, true),
    },
    Scalar {
        names: &["rpad"],
        bind: |n, a, s| padded(n, a, s, false),
    },
    Scalar {
        names: &["repeat"],
        bind: repeat,
    },
    Scalar {
        names: &["space"],
        bind: space,
    },
    Scalar {
        names: &["reverse"],
        bind: reverse,
    },
    Scalar {
        names: &["substring_index"],
        bind: substring_index,
    },
    Scalar {
        names: &["split_part"],
        bind: split_part,
    },
];

const TEXT: DataType = DataType::String;
const INT: DataType = DataType::Integer;

fn text() -> Want {
    Want::Is(TEXT)
}

fn mapped(
    name: &str,
    args: &[ArgType],
    settings: &Settings,
    f: impl Fn(&str) -> String + Send + Sync + 'static,
) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let types = expect(name, args, settings, &[text()])?;
    Ok(unary::<Str, String>(
        types,
        TEXT,
        args[0].nullable,
        move |s| Ok(Some(f(s))),
    ))
}

fn reverse(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    match &args[0].data_type {
        DataType::Array { .. } => Ok(crate::functions::scalar::collections::reverse(args)),
        DataType::Map { .. } | DataType::Struct(_) => {
            let wanted = "(\"STRING\" or \"BINARY\" or \"ARRAY\")";
            Err(unexpected(name, args, 0, wanted))
        }
        DataType::Binary => Ok(unary::<Bytes, Vec<u8>>(
            vec![DataType::Binary],
            DataType::Binary,
            args[0].nullable,
            |bytes| Ok(Some(bytes.iter().rev().copied().collect())),
        )),
        _ => mapped(name, args, settings, |text| text.chars().rev().collect()),
    }
}

fn capitalized(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut starts = true;
    for letter in text.to_lowercase().chars() {
        if starts {
            out.extend(letter.to_uppercase());
        } else {
            out.push(letter);
        }
        starts = letter == ' ';
    }
    out
}

fn soundex(text: &str) -> String {
    const CODES: &[u8; 26] = b"01230127022455012623017202";
    let code = |c: u8| CODES[usize::from(c - b'A')];
    let upper: Vec<u8> = text.bytes().map(|b| b.to_ascii_uppercase()).collect();
    let Some(first) = upper.first().filter(|b| b.is_ascii_uppercase()) else {
        return text.to_string();
    };
    let mut out = vec![*first];
    let mut last = code(*first);
    for letter in upper[1..].iter().filter(|b| b.is_ascii_uppercase()) {
        let found = code(*letter);
        // `7` marks H and W, which do not part two letters of one code.
        if found != b'7' {
            if found != b'0' && found != last {
                out.push(found);
            }
            last = found;
        }
        if out.len() == 4 {
            break;
        }
    }
    out.resize(4, b'0');
    String::from_utf8_lossy(&out).into_owned()
}

struct Side {
    left: bool,
    right: bool,
}

impl Side {
    const LEFT: Self = Self {
        left: true,
        right: false,
    };
    const RIGHT: Self = Self {
        left: false,
        right: true,
    };
    const BOTH: Self = Self {
        left: true,
        right: true,
    };

    fn trim<'a>(&self, text: &'a str, unwanted: impl Fn(char) -> bool) -> &'a str {
        let text = if self.left {
            text.trim_start_matches(&unwanted)
        } else {
            text
        };
        if self.right {
            text.trim_end_matches(&unwanted)
        } else {
            text
        }
    }
}

/// `places`: where the characters to trim and the string stand among two arguments.
fn trimmed(
    name: &str,
    args: &[ArgType],
    settings: &Settings,
    side: Side,
    places: (usize, usize),
) -> Result<Binding> {
    arity(name, args, 1, 2)?;
    let types = expect(name, args, settings, &[text()])?;
    if types.len() == 1 {
        return Ok(unary::<Str, String>(
            types,
            TEXT,
            args[0].nullable,
            move |s| Ok(Some(side.trim(s, |c| c == ' ').to_string())),
        ));
    }
    Ok(binary::<Str, Str, String>(
        types,
        TEXT,
        any_nullable(args),
        move |a, b| {
            let both = [a, b];
            let unwanted = both[places.0];
            Ok(Some(
                side.trim(both[places.1], |c| unwanted.contains(c))
                    .to_string(),
            ))
        },
    ))
}

/// The part from position `at` (from one, or from the end where negative).
pub fn part(text: &str, at: i32, length: i32) -> &str {
    let count = if at < 0 || !text.is_ascii() {
        text.chars().count()
    } else {
        text.len()
    } as i64;
    let (at, length) = (i64::from(at), i64::from(length));
    let start = if at > 0 {
        at - 1
    } else if at < 0 {
        count + at
    } else {
        0
    };
    let end = start.saturating_add(length).min(count);
    let start = start.max(0);
    if end <= start {
        return "";
    }
    if text.is_ascii() {
        return &text[start as usize..end as usize];
    }
    let place = |n: i64| {
        text.char_indices()
            .nth(n as usize)
            .map_or(text.len(), |(i, _)| i)
    };
    &text[place(start)..place(end)]
}

fn bytes_part(bytes: &[u8], at: i32, length: i32) -> Vec<u8> {
    let count = bytes.len() as i64;
    let (at, length) = (i64::from(at), i64::from(length));
    let start = if at > 0 {
        at - 1
    } else if at < 0 {
        count + at
    } else {
        0
    };
    let end = start.saturating_add(length).min(count);
    let start = start.max(0);
    if end <= start {
        Vec::new()
    } else {
        bytes[start as usize..end as usize].to_vec()
    }
}

fn substring(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 3)?;
    let value = Want::OneOf(vec![text(), Want::Is(DataType::Binary)]);
    let types = expect(name, args, settings, &[value, Want::Is(INT), Want::Is(INT)])?;
    let nullable = any_nullable(args);
    Ok(match (types[0] == DataType::Binary, types.len()) {
        (false, 3) => ternary::<Str, i32, i32, String>(types, TEXT, nullable, |s, at, n| {
            Ok(Some(part(s, at, n).to_string()))
        }),
        (false, _) => binary::<Str, i32, String>(types, TEXT, nullable, |s, at| {
            Ok(Some(part(s, at, i32::MAX).to_string()))
        }),
        (true, 3) => {
            ternary::<Bytes, i32, i32, Vec<u8>>(types, DataType::Binary, nullable, |s, at, n| {
                Ok(Some(bytes_part(s, at, n)))
            })
        }
        (true, _) => binary::<Bytes, i32, Vec<u8>>(types, DataType::Binary, nullable, |s, at| {
            Ok(Some(bytes_part(s, at, i32::MAX)))
        }),
    })
}

fn end_part(name: &str, args: &[ArgType], settings: &Settings, right: bool) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    let types = expect(name, args, settings, &[text(), Want::Is(INT)])?;
    let nullable = right || any_nullable(args);
    Ok(binary::<Str, i32, String>(
        types,
        TEXT,
        nullable,
        move |s, n| {
            Ok(Some(match (right, n) {
                (_, ..=0) => String::new(),
                (false, n) => part(s, 1, n).to_string(),
                (true, n) => part(s, -n, i32::MAX).to_string(),
            }))
        },
    ))
}

fn pad(text: &str, length: i32, with: &str, left: bool) -> String {
    let wanted = length.max(0) as usize;
    let have = text.chars().count();
    if have >= wanted || with.is_empty() {
        return text.chars().take(wanted).collect();
    }
    let filling = with.chars().cycle().take(wanted - have);
    if left {
        filling.chain(text.chars()).collect()
    } else {
        text.chars().chain(filling).collect()
    }
}

fn padded(name: &str, args: &[ArgType], settings: &Settings, left: bool) -> Result<Binding> {
    arity(name, args, 2, 3)?;
    if args[0].data_type == DataType::Binary
        && args.get(2).is_none_or(|p| p.data_type == DataType::Binary)
    {
        return Ok(padded_bytes(args, left));
    }
    let types = expect(name, args, settings, &[text(), Want::Is(INT), text()])?;
    let nullable = any_nullable(args);
    Ok(if types.len() == 3 {
        ternary::<Str, i32, Str, String>(types, TEXT, nullable, move |s, n, with| {
            Ok(Some(pad(s, n, with, left)))
        })
    } else {
        binary::<Str, i32, String>(types, TEXT, nullable, move |s, n| {
            Ok(Some(pad(s, n, " ", left)))
        })
    })
}

/// Bytes are filled up with zeros where nothing else is said.
fn padded_bytes(args: &[ArgType], left: bool) -> Binding {
    let nullable = any_nullable(args);
    let fill = move |bytes: &[u8], length: i32, with: &[u8]| {
        let wanted = length.max(0) as usize;
        let missing = match with.is_empty() {
            true => 0,
            false => wanted.saturating_sub(bytes.len()),
        };
        let filling = with.iter().copied().cycle().take(missing);
        let kept = bytes.iter().copied().take(wanted);
        Ok(Some(match left {
            true => filling.chain(kept).collect::<Vec<u8>>(),
            false => kept.chain(filling).collect(),
        }))
    };
    let mut types = vec![DataType::Binary, INT];
    if args.len() == 3 {
        types.push(DataType::Binary);
        return ternary::<Bytes, i32, Bytes, Vec<u8>>(types, DataType::Binary, nullable, fill);
    }
    binary::<Bytes, i32, Vec<u8>>(types, DataType::Binary, nullable, move |bytes, length| {
        fill(bytes, length, &[0])
    })
}

/// Luhn's check of a number's last digit; a text of anything else does not pass.
fn luhn_check(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let types = expect(name, args, settings, &[text()])?;
    Ok(unary::<Str, bool>(
        types,
        DataType::Boolean,
        args[0].nullable,
        |text| {
            let mut sum = 0;
            for (at, c) in text.chars().rev().enumerate() {
                let Some(digit) = c.to_digit(10) else {
                    return Ok(Some(false));
                };
                let doubled = if at % 2 == 1 { digit * 2 } else { digit };
                sum = (sum + doubled / 10 + doubled % 10) % 10;
            }
            Ok(Some(!text.is_empty() && sum == 0))
        },
    ))
}

fn repeat(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    let types = expect(name, args, settings, &[text(), Want::Is(INT)])?;
    Ok(binary::<Str, i32, String>(
        types,
        TEXT,
        any_nullable(args),
        |s, n| Ok(Some(s.repeat(n.max(0) as usize))),
    ))
}

fn space(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let types = expect(name, args, settings, &[Want::Is(INT)])?;
    Ok(unary::<i32, String>(types, TEXT, args[0].nullable, |n| {
        Ok(Some(" ".repeat(n.max(0) as usize)))
    }))
}

fn substring_index(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 3, 3)?;
    let types = expect(name, args, settings, &[text(), text(), Want::Is(INT)])?;
    Ok(ternary::<Str, Str, i32, String>(
        types,
        TEXT,
        any_nullable(args),
        |s, delimiter, n| {
            if delimiter.is_empty() || n == 0 {
                return Ok(Some(String::new()));
            }
            let count = n.unsigned_abs() as usize;
            let found = if n > 0 {
                s.match_indices(delimiter)
                    .nth(count - 1)
                    .map(|(at, _)| &s[..at])
            } else {
                s.rmatch_indices(delimiter)
                    .nth(count - 1)
                    .map(|(at, _)| &s[at + delimiter.len()..])
            };
            Ok(Some(found.unwrap_or(s).to_string()))
        },
    ))
}

fn split_part(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 3, 3)?;
    let types = expect(name, args, settings, &[text(), text(), Want::Is(INT)])?;
    Ok(ternary::<Str, Str, i32, String>(
        types,
        TEXT,
        true,
        |s, delimiter, n| {
            if n == 0 {
                return Err(SparkError::new("INVALID_INDEX_OF_ZERO", &[]));
            }
            let parts: Vec<&str> = if delimiter.is_empty() {
                vec![s]
            } else {
                s.split(delimiter).collect()
            };
            let at = if n > 0 {
                n as usize - 1
            } else {
                parts.len().wrapping_sub(n.unsigned_abs() as usize)
            };
            Ok(Some(parts.get(at).copied().unwrap_or("").to_string()))
        },
    ))
}
