//! Forms that sqlparser has not, made into ones that it has before it sees the tokens:
//! `MAX RECURSION LEVEL` after the name of a query, and the steps of a pipe.
//!
//! A step `|> JOIN t USING (a)` is what `SELECT * FROM … JOIN t USING (a)` does with the rows
//! before it. It is written as that query, over a name that no text can have, inside a step
//! that sqlparser knows: `|> WHERE EXISTS (SELECT * FROM … JOIN t USING (a))`. Tokens that the
//! text does not have are of no width, at the place of the one after them.

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Location, Span, Token, TokenWithSpan, Word};

use super::error;
use super::source::Source;
use crate::error::{Result, SparkError};

/// The name of the rows that come into a step of a pipe.
pub(super) const PIPED: &str = "\u{0}piped";

/// Steps that are a query's clause over the rows before them.
const CLAUSES: [&str; 23] = [
    "WHERE",
    "ORDER",
    "SORT",
    "CLUSTER",
    "DISTRIBUTE",
    "LIMIT",
    "OFFSET",
    "JOIN",
    "INNER",
    "CROSS",
    "LEFT",
    "RIGHT",
    "FULL",
    "SEMI",
    "ANTI",
    "NATURAL",
    "TABLESAMPLE",
    "PIVOT",
    "UNPIVOT",
    "UNION",
    "EXCEPT",
    "INTERSECT",
    "MINUS",
];

/// Steps that sqlparser reads as they are.
const NATIVE: [(&str, Keyword); 4] = [
    ("EXTEND", Keyword::EXTEND),
    ("SET", Keyword::SET),
    ("AGGREGATE", Keyword::AGGREGATE),
    ("AS", Keyword::AS),
];

/// Takes `MAX RECURSION LEVEL n` out of the tokens; the place of the name before it, and `n`.
pub(super) fn take_level_limits(source: &mut Source) -> Result<Vec<(Location, u64)>> {
    let mut found = Vec::new();
    let mut at = 1;
    while at + 2 < source.tokens.len() {
        let starts = is_word(source, at, "MAX") && is_word(source, at + 1, "RECURSION");
        let Some(name) = name_before(source, at).filter(|_| starts) else {
            at += 1;
            continue;
        };
        if !is_word(source, at + 2, "LEVEL") {
            return Err(error::near(source, at + 2, ""));
        }
        let limit = match source.tokens.get(at + 3).map(|token| &token.token) {
            Some(Token::Number(text, _)) => text.parse().ok(),
            _ => None,
        };
        let Some(limit) = limit else {
            return Err(error::near(source, at + 3, ""));
        };
        found.push((source.start_of(name), limit));
        source.tokens.drain(at..at + 4);
    }
    Ok(found)
}

/// The name of the query whose `MAX` is at `at`: before it, or before the list of its columns.
fn name_before(source: &Source, at: usize) -> Option<usize> {
    let mut name = at.checked_sub(1)?;
    if source.tokens[name].token == Token::RParen {
        let opens = |token: &TokenWithSpan| token.token == Token::LParen;
        name = source.tokens[..name]
            .iter()
            .rposition(opens)?
            .checked_sub(1)?;
    }
    let before = name.checked_sub(1)?;
    let begins = is_word(source, before, "WITH")
        || is_word(source, before, "RECURSIVE")
        || source.tokens[before].token == Token::Comma;
    (begins && matches!(source.tokens[name].token, Token::Word(_))).then_some(name)
}

/// Puts `INSERT INTO t` before the query that stands before it: `WITH q AS (…) INSERT INTO t
/// SELECT …`, `FROM q INSERT INTO t SELECT …`. Several of them stay, to be refused.
pub(super) fn insert_first(source: &mut Source) {
    if !is_word(source, 0, "WITH") && !is_word(source, 0, "FROM") {
        return;
    }
    let (mut depth, mut inserts, mut query) = (0_usize, Vec::new(), None);
    for (index, token) in source.tokens.iter().enumerate() {
        match token.token {
            Token::LParen => depth += 1,
            Token::RParen => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            _ if is_word(source, index, "INSERT") => inserts.push(index),
            _ => {
                let mut starts = ["SELECT", "VALUES"].iter();
                let starts = starts.any(|name| is_word(source, index, name));
                if starts && !inserts.is_empty() && query.is_none() {
                    query = Some(index);
                }
            }
        }
    }
    if let ([insert], Some(query)) = (inserts.as_slice(), query) {
        source.tokens[..query].rotate_left(*insert);
    }
}

/// Writes the steps of all pipes as sqlparser reads them.
pub(super) fn pipes(source: &mut Source) -> Result<()> {
    let is_pipe = |token: &TokenWithSpan| token.token == Token::VerticalBarRightAngleBracket;
    if !source.tokens.iter().any(is_pipe) {
        return Ok(());
    }
    let mut out = Vec::with_capacity(source.tokens.len() * 2);
    // For each parenthesis around the place: how many of ours are open inside of it.
    let mut open = vec![0_usize];
    let mut replaced = None;
    for (index, token) in source.tokens.iter().enumerate() {
        if replaced == Some(index) {
            continue;
        }
        let here = token.span.start;
        match &token.token {
            Token::LParen => open.push(0),
            Token::RParen => {
                close(&mut out, &mut open, here);
                if open.len() > 1 {
                    open.pop();
                }
            }
            Token::SemiColon | Token::VerticalBarRightAngleBracket => {
                close(&mut out, &mut open, here);
            }
            _ => {}
        }
        if is_pipe(token) && ends(source, index + 1) {
            // A last step without a word is none.
            continue;
        }
        out.push(as_step(source, index, token));
        if !is_pipe(token) {
            continue;
        }
        let Some(step) = step(source, index + 1)? else {
            continue;
        };
        let at = source.start_of(index + 1);
        let exists = [
            keyword("WHERE", Keyword::WHERE),
            keyword("EXISTS", Keyword::EXISTS),
            Token::LParen,
        ];
        let before = exists.into_iter().chain(step.before);
        out.extend(before.map(|token| added(token, at)));
        replaced = step.replaces.then_some(index + 1);
        if let Some(count) = open.last_mut() {
            *count += step.parentheses;
        }
    }
    let end = source.end();
    close(&mut out, &mut open, end);
    source.tokens = out;
    Ok(())
}

/// Whether the query ends at the index.
fn ends(source: &Source, index: usize) -> bool {
    let next = source.tokens.get(index).map(|token| &token.token);
    matches!(next, None | Some(Token::RParen | Token::SemiColon))
}

fn close(out: &mut Vec<TokenWithSpan>, open: &mut [usize], at: Location) {
    if let Some(count) = open.last_mut() {
        out.extend(std::iter::repeat_n(added(Token::RParen, at), *count));
        *count = 0;
    }
}

/// The first word of a step as the keyword that it is there and nowhere else.
fn as_step(source: &Source, index: usize, token: &TokenWithSpan) -> TokenWithSpan {
    let mut token = token.clone();
    let after_pipe = index
        .checked_sub(1)
        .is_some_and(|before| source.tokens[before].token == Token::VerticalBarRightAngleBracket);
    if let Token::Word(word) = &mut token.token
        && after_pipe
        && word.quote_style.is_none()
        && let Some((_, keyword)) = NATIVE.iter().find(|(name, _)| same(&word.value, name))
    {
        word.keyword = *keyword;
    }
    token
}

/// How a step is written as a query.
struct Step {
    before: Vec<Token>,
    /// How many are left open.
    parentheses: usize,
    /// Whether its first word is not part of the query.
    replaces: bool,
}

/// The step whose first word is at `index`; none where sqlparser reads it as it is.
fn step(source: &Source, index: usize) -> Result<Option<Step>> {
    let wrong = || error::leftover(source, index, index);
    let word = match source.tokens.get(index).map(|token| &token.token) {
        Some(Token::Word(word)) if word.quote_style.is_none() => word.value.as_str(),
        _ => return Err(wrong()),
    };
    if NATIVE.iter().any(|(name, _)| same(word, name)) {
        return Ok(None);
    }
    let from = [keyword("FROM", Keyword::FROM), piped()];
    let select = [keyword("SELECT", Keyword::SELECT), Token::Mul];
    let step = |before, parentheses| Step {
        before,
        parentheses,
        replaces: parentheses > 1,
    };
    Ok(Some(if same(word, "SELECT") {
        step(from.to_vec(), 1)
    } else if same(word, "DROP") {
        let except = [keyword("EXCEPT", Keyword::EXCEPT), Token::LParen];
        let parts = from.into_iter().chain(select).chain(except);
        step(parts.collect(), 2)
    } else if CLAUSES.iter().any(|name| same(word, name)) {
        step(select.into_iter().chain(from).collect(), 1)
    } else if same(word, "WINDOW") {
        let parameters = [("clauses", "the WINDOW clause")];
        let condition = "UNSUPPORTED_FEATURE.CLAUSE_WITH_PIPE_OPERATORS";
        return Err(SparkError::new(condition, &parameters));
    } else {
        return Err(wrong());
    }))
}

pub(super) fn keyword(name: &str, keyword: Keyword) -> Token {
    Token::Word(Word {
        value: name.into(),
        quote_style: None,
        keyword,
    })
}

fn piped() -> Token {
    Token::Word(Word {
        value: PIPED.into(),
        quote_style: Some('`'),
        keyword: Keyword::NoKeyword,
    })
}

pub(super) fn added(token: Token, at: Location) -> TokenWithSpan {
    TokenWithSpan {
        token,
        span: Span { start: at, end: at },
    }
}

fn same(word: &str, name: &str) -> bool {
    word.eq_ignore_ascii_case(name)
}

fn is_word(source: &Source, index: usize, name: &str) -> bool {
    matches!(source.tokens.get(index).map(|token| &token.token),
        Some(Token::Word(word)) if word.quote_style.is_none() && same(&word.value, name))
}
