//! Inline tables as sqlparser reads them: a row of one value gets the parentheses that it
//! may be written without, and a table that is a query and has a name becomes
//! `SELECT * FROM VALUES … AS name`; so does `TABLE name`, of which sqlparser takes a token
//! too many.
//!
//! Works on tokens, before there is a tree; see `rewrite`.

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::rewrite::{added, keyword};
use super::source::Source;

/// Words after a table that are no name of it.
const CLAUSES: [&str; 12] = [
    "UNION",
    "EXCEPT",
    "MINUS",
    "INTERSECT",
    "ORDER",
    "SORT",
    "CLUSTER",
    "DISTRIBUTE",
    "LIMIT",
    "OFFSET",
    "WINDOW",
    "SELECT",
];

/// Words before a table that is a query.
const BEFORE_QUERY: [&str; 8] = [
    "AS",
    "UNION",
    "ALL",
    "DISTINCT",
    "EXCEPT",
    "MINUS",
    "INTERSECT",
    "QUERY",
];

pub(super) fn inline_tables(source: &mut Source) {
    let is_values = |token: &TokenWithSpan| is_word(Some(token), "VALUES");
    let is_table = |token: &TokenWithSpan| is_word(Some(token), "TABLE");
    let mut all = source.tokens.iter();
    if !all.any(|token| is_values(token) || is_table(token)) {
        return;
    }
    let tokens = &source.tokens;
    let mut out: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len() + 8);
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let rows = match is_values(token) {
            true => rows(tokens, at + 1),
            false => Vec::new(),
        };
        let Some((_, end)) = rows.last().copied() else {
            if is_table(token) && is_query(tokens, at) && is_plain_name(tokens, at + 1) {
                let here = token.span.start;
                out.extend(select_all().map(|token| added(token, here)));
                at += 1;
                continue;
            }
            out.push(token.clone());
            at += 1;
            continue;
        };
        // After the name of a table it is what goes into it.
        let is_inserted = at > 0 && is_plain_name(tokens, at - 1);
        if (is_inserted || is_query(tokens, at)) && is_named(tokens, end) {
            let here = token.span.start;
            out.extend(select_all().map(|token| added(token, here)));
        }
        out.push(token.clone());
        at += 1;
        for (start, end) in rows {
            // The comma between two.
            out.extend(tokens[at..start].iter().cloned());
            let bare = tokens[start].token != Token::LParen;
            let after = source.start_of(end);
            if bare {
                out.push(added(Token::LParen, tokens[start].span.start));
            }
            out.extend(tokens[start..end].iter().cloned());
            if bare {
                out.push(added(Token::RParen, after));
            }
            at = end;
        }
    }
    source.tokens = out;
}

fn select_all() -> impl Iterator<Item = Token> {
    let select = keyword("SELECT", Keyword::SELECT);
    [select, Token::Mul, keyword("FROM", Keyword::FROM)].into_iter()
}

/// A name that begins no clause.
fn is_plain_name(tokens: &[TokenWithSpan], at: usize) -> bool {
    matches!(tokens.get(at).map(|token| &token.token),
        Some(Token::Word(word)) if word.keyword == Keyword::NoKeyword)
}

/// From where to where each row goes, as far as they are plain to see.
fn rows(tokens: &[TokenWithSpan], mut at: usize) -> Vec<(usize, usize)> {
    let mut rows = Vec::new();
    while let Some(end) = value_end(tokens, at) {
        rows.push((at, end));
        if tokens.get(end).map(|token| &token.token) != Some(&Token::Comma) {
            break;
        }
        at = end + 1;
    }
    rows
}

/// The index after a row in parentheses, a literal or a call.
fn value_end(tokens: &[TokenWithSpan], at: usize) -> Option<usize> {
    let next = tokens.get(at + 1).map(|token| &token.token);
    match &tokens.get(at)?.token {
        Token::LParen => closed(tokens, at),
        Token::Number(..) | Token::TripleSingleQuotedString(_) | Token::HexStringLiteral(_) => {
            Some(at + 1)
        }
        Token::Minus if matches!(next, Some(Token::Number(..))) => Some(at + 2),
        Token::Word(word) if word.quote_style.is_none() => match next {
            Some(Token::LParen) if word.keyword != Keyword::FROM => closed(tokens, at + 1),
            Some(Token::TripleSingleQuotedString(_)) => Some(at + 2),
            _ => matches!(word.keyword, Keyword::NULL | Keyword::TRUE | Keyword::FALSE)
                .then_some(at + 1),
        },
        _ => None,
    }
}

/// The index after the parenthesis that closes the one at `open`.
fn closed(tokens: &[TokenWithSpan], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate().skip(open) {
        match token.token {
            Token::LParen => depth += 1,
            Token::RParen => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(index + 1);
        }
    }
    None
}

fn is_query(tokens: &[TokenWithSpan], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).and_then(|before| tokens.get(before)) else {
        return true;
    };
    match before.token {
        Token::RParen => true,
        // Else it is an argument.
        Token::LParen => {
            let called = at.checked_sub(2).and_then(|at| tokens.get(at));
            !called.is_some_and(|token| {
                matches!(&token.token, Token::Word(word)
                if word.quote_style.is_some() || word.keyword == Keyword::NoKeyword)
            })
        }
        _ => BEFORE_QUERY.iter().any(|name| is_word(Some(before), name)),
    }
}

/// Whether a name stands at the index, or `AS` before one.
fn is_named(tokens: &[TokenWithSpan], at: usize) -> bool {
    matches!(
        tokens.get(at).map(|token| &token.token),
        Some(Token::Word(_))
    ) && !CLAUSES.iter().any(|name| is_word(tokens.get(at), name))
}

fn is_word(token: Option<&TokenWithSpan>, name: &str) -> bool {
    matches!(token.map(|token| &token.token),
        Some(Token::Word(word)) if word.quote_style.is_none() && word.value.eq_ignore_ascii_case(name))
}
