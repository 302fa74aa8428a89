//! A failure of sqlparser's parser as Spark's `PARSE_SYNTAX_ERROR`.
//!
//! Spark names the first token which cannot continue the text; sqlparser says in
//! its message where it stood, after any backtracking. The further of that place
//! and the furthest one that the dialect saw is taken.

use sqlparser::parser::ParserError;
use sqlparser::tokenizer::{Location, Token, TokenWithSpan};

use super::source::Source;
use crate::error::SparkError;

/// `stopped` is the index of the token after the last that was taken.
pub(super) fn from_parser(
    source: &Source,
    error: &ParserError,
    stopped: usize,
    reached: usize,
) -> SparkError {
    let message = match error {
        ParserError::RecursionLimitExceeded => {
            return SparkError::not_implemented("SQL nested as deeply as in this statement");
        }
        ParserError::TokenizerError(message) | ParserError::ParserError(message) => message,
    };
    let told = location(message).and_then(|at| source.index_at(at));
    let at_end = message
        .contains("found: EOF")
        .then_some(source.tokens.len());
    let stopped = stopped.saturating_sub(1);
    let index = told.or(at_end).unwrap_or(stopped).max(reached);
    if let Some(comma) = trailing_comma(source, message, index) {
        return comma;
    }
    if told.is_some() && misses_end_of_subquery(source) {
        return near(source, source.tokens.len(), ": missing ')'");
    }
    let misses_parenthesis = message.starts_with("Expected: ), found: ")
        && told == Some(index)
        && source
            .token_text(index)
            .is_some_and(|text| text.eq_ignore_ascii_case("from"));
    if misses_parenthesis {
        return near(source, index, ": missing ')'");
    }
    near(source, index, &missing(message, told == Some(index)))
}

/// The hint that one token is missing, for those whose lack Spark recognises.
fn missing(message: &str, at_told: bool) -> String {
    let expected = message
        .strip_prefix("Expected: ")
        .and_then(|rest| rest.split_once(", found: "));
    match expected {
        Some((token @ ("]" | "(" | "JOIN" | "AND" | "TABLE" | "IMMEDIATE" | "FROM"), _))
            if at_told =>
        {
            format!(": missing '{token}'")
        }
        _ => String::new(),
    }
}

/// `SELECT a, FROM t`
fn trailing_comma(source: &Source, message: &str, index: usize) -> Option<SparkError> {
    if !message.starts_with("Expected an expression, found: ") {
        return None;
    }
    let from = index.checked_sub(1)?;
    if source.token_text(from.checked_sub(1)?) != Some(",") {
        return None;
    }
    let at = source.start_of(from);
    let place = format!("; line {} pos {}", at.line, at.column.saturating_sub(1));
    Some(SparkError::new("TRAILING_COMMA_IN_SELECT", &[]).with_context(&place))
}

/// Whether the innermost parenthesis left open is that of a subquery.
fn misses_end_of_subquery(source: &Source) -> bool {
    let mut open = Vec::new();
    for (index, token) in source.tokens.iter().enumerate() {
        match token.token {
            Token::LParen => open.push(index),
            Token::RParen => {
                open.pop();
            }
            _ => {}
        }
    }
    open.last()
        .and_then(|index| source.token_text(index + 1))
        .is_some_and(|word| {
            word.eq_ignore_ascii_case("select") || word.eq_ignore_ascii_case("with")
        })
}

/// `my-table`: the identifier with its hyphens, where `index` is a hyphen inside one.
fn hyphenated(source: &Source, index: usize) -> Option<String> {
    let is_word =
        |index: usize| matches!(source.tokens.get(index)?.token, Token::Word(_)).then_some(());
    let (first, mut last) = (index.checked_sub(1)?, index + 1);
    is_word(first)?;
    is_word(last)?;
    let touch = |left: usize| {
        let (left, right) = (source.tokens.get(left)?, source.tokens.get(left + 1)?);
        (left.span.end == right.span.start).then_some(())
    };
    touch(first)?;
    touch(index)?;
    while source.token_text(last + 1) == Some("-") && touch(last).and(touch(last + 1)).is_some() {
        last += 2;
    }
    let end = source.tokens.get(last)?.span.end;
    Some(source.slice(source.start_of(first), end).to_string())
}

/// The error at token `index`, or at the end of input.
pub(super) fn near(source: &Source, index: usize, hint: &str) -> SparkError {
    let is_added = |token: &TokenWithSpan| token.span.start == token.span.end;
    let rest = source.tokens.get(index..).unwrap_or_default();
    // Of what the text does not have, the next is meant that it has.
    let index = index + rest.iter().take_while(|token| is_added(token)).count();
    if source.token_text(index) == Some("-")
        && let Some(name) = hyphenated(source, index)
    {
        return source.invalid_identifier(&name, source.start_of(index));
    }
    let text = match source.token_text(index) {
        Some(text) => format!("'{text}'"),
        None => "end of input".to_string(),
    };
    source.syntax_error(&text, hint, source.start_of(index))
}

/// The error for a token after a complete statement. Spark calls it extra where
/// the text would be right without it.
pub(super) fn leftover(source: &Source, index: usize, reached: usize) -> SparkError {
    let index = index.max(reached);
    let after_end = index > 0 && source.token_text(index - 1) == Some(";");
    let is_last = index + 1 == source.tokens.len();
    match source.token_text(index) {
        Some(text) if after_end || is_last => {
            near(source, index, &format!(": extra input '{text}'"))
        }
        _ => near(source, index, ""),
    }
}

/// The place in ` at Line: 1, Column: 8` at the end of a message.
fn location(message: &str) -> Option<Location> {
    let (_, place) = message.rsplit_once(" at Line: ")?;
    let (line, column) = place.split_once(", Column: ")?;
    Some(Location {
        line: line.parse().ok()?,
        column: column.parse().ok()?,
    })
}
