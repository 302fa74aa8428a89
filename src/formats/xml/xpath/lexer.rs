//! The tokens of a path, as the JDK's compiler cuts them.

use super::fault;
use crate::error::Result;

/// The tokens of a path's text.
pub(super) fn tokens(path: &str) -> Result<Vec<String>> {
    let mut out = Vec::new();
    let mut rest = path;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            ' ' | '\t' | '\r' | '\n' => {
                rest = rest.get(1..).unwrap_or_default();
                continue;
            }
            '\'' | '"' => match rest.get(1..).and_then(|inner| inner.find(c)) {
                Some(end) => end + 2,
                None => {
                    let kind = if c == '"' { "double" } else { "single" };
                    let what = format!("misquoted literal... expected {kind} quote!");
                    return Err(fault(path, &what));
                }
            },
            c if is_number_start(rest, c) => number_length(rest),
            c if is_name_char(c) => name_length(rest),
            _ => match ["//", "::", "!=", "<=", ">=", ".."]
                .iter()
                .find(|sign| rest.starts_with(**sign))
            {
                Some(sign) => sign.len(),
                None => c.len_utf8(),
            },
        };
        let (token, after) = rest.split_at(length);
        out.push(token.to_string());
        rest = after;
    }
    Ok(out)
}

fn is_number_start(rest: &str, c: char) -> bool {
    let next = rest.chars().nth(1);
    c.is_ascii_digit() || c == '.' && next.is_some_and(|next| next.is_ascii_digit())
}

fn number_length(rest: &str) -> usize {
    let mut has_point = false;
    rest.char_indices()
        .find(|(_, c)| match c {
            '.' if !has_point => {
                has_point = true;
                false
            }
            c => !c.is_ascii_digit(),
        })
        .map_or(rest.len(), |(at, _)| at)
}

/// A letter of names; at other places some of these are signs.
fn is_name_char(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// A name, with a prefix before one colon.
fn name_length(rest: &str) -> usize {
    let mut end = 0;
    let mut chars = rest.char_indices().peekable();
    let mut has_colon = false;
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        let is_in = match c {
            '-' | '.' => true,
            ':' => {
                let joins = !has_colon && next.is_some_and(|n| is_name_char(n) || n == '*');
                has_colon = true;
                joins
            }
            '*' => rest.get(..at).is_some_and(|before| before.ends_with(':')),
            c => is_name_char(c) || u32::from(c) == 0xb7,
        };
        if !is_in {
            break;
        }
        end = at + c.len_utf8();
        if c == '*' {
            break;
        }
    }
    end
}

/// Whether a token is a name, by its first letter.
pub(super) fn is_name(token: &str) -> bool {
    token
        .chars()
        .next()
        .is_some_and(|c| is_name_char(c) && !c.is_ascii_digit())
}
