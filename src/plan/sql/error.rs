//! A failure of sqlparser's parser as Spark's `PARSE_SYNTAX_ERROR`.
//!
//! Spark names the first token which cannot continue the text; sqlparser says in
//! its message where it stood, after any backtracking. The further of that place
//! and the furthest one that the dialect saw is taken.

use sqlparser::parser::ParserError;
use sqlparser::tokenizer::Location;

use super::source::Source;
use crate::error::SparkError;

pub(super) fn from_parser(source: &Source, error: &ParserError, reached: usize) -> SparkError {
    let message = match error {
        ParserError::RecursionLimitExceeded => {
            return SparkError::not_implemented("SQL nested as deeply as in this statement");
        }
        ParserError::TokenizerError(message) | ParserError::ParserError(message) => message,
    };
    let told = location(message).and_then(|at| source.index_at(at));
    let at_end = message.contains("found: EOF").then_some(source.tokens.len());
    let index = told.or(at_end).unwrap_or(reached).max(reached);
    let misses_parenthesis = message.starts_with("Expected: ), found: ")
        && told == Some(index)
        && source.token_text(index).is_some_and(|text| text.eq_ignore_ascii_case("from"));
    near(source, index, if misses_parenthesis { ": missing ')'" } else { "" })
}

/// The error at token `index`, or at the end of input.
pub(super) fn near(source: &Source, index: usize, hint: &str) -> SparkError {
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
        Some(text) if after_end || is_last => near(source, index, &format!(": extra input '{text}'")),
        _ => near(source, index, ""),
    }
}

/// The place in ` at Line: 1, Column: 8` at the end of a message.
fn location(message: &str) -> Option<Location> {
    let (_, place) = message.rsplit_once(" at Line: ")?;
    let (line, column) = place.split_once(", Column: ")?;
    Some(Location { line: line.parse().ok()?, column: column.parse().ok()? })
}
