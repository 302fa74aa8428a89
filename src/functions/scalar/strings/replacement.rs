//! What `regexp_replace` puts in the place of a match: text with groups (`$1`,
//! `${name}`), as Java's `Matcher` reads it.

use ::regex::Captures;

use super::regex::{Expression, Problem};

#[derive(Debug, Clone)]
enum Piece {
    Text(String),
    Group(usize),
}

/// A replacement; `None` if it is malformed, which counts only once there is a match.
#[derive(Debug, Clone)]
pub struct Replacement(Option<Vec<Piece>>);

impl Replacement {
    pub fn parse(text: &str, expression: &Expression) -> Self {
        Self(parse(text, expression))
    }
}

fn parse(text: &str, expression: &Expression) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => plain.push(chars.next()?),
            '$' => {
                let group = if chars.next_if_eq(&'{').is_some() {
                    let mut name = String::new();
                    loop {
                        match chars.next()? {
                            '}' => break,
                            c => name.push(c),
                        }
                    }
                    expression.group_named(&name)?
                } else {
                    let mut group = chars.next()?.to_digit(10)? as usize;
                    // Further digits belong to the number as long as there is such a group.
                    while let Some(digit) = chars.peek().and_then(|c| c.to_digit(10)) {
                        let longer = group * 10 + digit as usize;
                        if longer > expression.groups() {
                            break;
                        }
                        group = longer;
                        chars.next();
                    }
                    group
                };
                if group > expression.groups() {
                    return None;
                }
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
                pieces.push(Piece::Group(group));
            }
            other => plain.push(other),
        }
    }
    pieces.push(Piece::Text(plain));
    Some(pieces)
}

fn write(pieces: &[Piece], groups: &Captures, out: &mut String) {
    for piece in pieces {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Group(index) => out.push_str(groups.get(*index).map_or("", |g| g.as_str())),
        }
    }
}

/// Where the UTF-16 unit of a position (from one) lies; `None` beyond the text.
fn start_of(text: &str, position: i32) -> Option<usize> {
    let wanted = usize::try_from(position).ok()?.checked_sub(1)?;
    if wanted == 0 {
        return Some(0);
    }
    let mut units = 0;
    for (at, c) in text.char_indices() {
        if units >= wanted {
            return Some(at);
        }
        units += c.len_utf16();
    }
    None
}

/// Appends the text with its matches replaced; false if there is one and the
/// replacement is malformed.
pub fn replaced(
    expression: &Expression,
    text: &str,
    position: i32,
    replacement: &Replacement,
    out: &mut String,
) -> Result<bool, Problem> {
    let Some(start) = start_of(text, position) else {
        out.push_str(text);
        return Ok(true);
    };
    let (head, rest) = text.split_at(start);
    out.push_str(head);
    let mut from = 0;
    for groups in expression.captures(rest)? {
        let Some(pieces) = &replacement.0 else {
            return Ok(false);
        };
        let Some(whole) = groups.get(0) else { continue };
        out.push_str(&rest[from..whole.start()]);
        write(pieces, &groups, out);
        from = whole.end();
    }
    out.push_str(&rest[from..]);
    Ok(true)
}
