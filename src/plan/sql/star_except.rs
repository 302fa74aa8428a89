//! Token forms of a table's own clauses that sqlparser has not: whole names in `* EXCEPT (t.a,
//! s.f)`, and `TABLESAMPLE` between a query in parentheses and its name.

use sqlparser::tokenizer::{Token, TokenWithSpan, Word};

use super::source::Source;

/// Between the parts of a name that is one token.
const BETWEEN: char = '\u{0}';

fn is_word(token: Option<&TokenWithSpan>, name: &str) -> bool {
    matches!(token.map(|token| &token.token),
        Some(Token::Word(word)) if word.quote_style.is_none() && word.value.eq_ignore_ascii_case(name))
}

/// Makes one token of each name with several parts in `* EXCEPT (…)`.
pub(super) fn except_names(source: &mut Source) {
    let mut at = 0;
    while at + 2 < source.tokens.len() {
        let opens = source.tokens[at].token == Token::Mul
            && is_word(source.tokens.get(at + 1), "EXCEPT")
            && source.tokens[at + 2].token == Token::LParen;
        at += 1;
        if !opens {
            continue;
        }
        let mut next = at + 2;
        while let Some(token) = source.tokens.get(next)
            && token.token != Token::RParen
        {
            let part = |at: usize| match source.tokens.get(at).map(|token| &token.token) {
                Some(Token::Word(word)) => Some(word.value.clone()),
                _ => None,
            };
            let dot = source.tokens.get(next + 1).map(|token| &token.token);
            if let (Some(first), Some(Token::Period), Some(second)) =
                (part(next), dot, part(next + 2))
            {
                source.tokens[next].token = Token::Word(Word {
                    value: format!("{first}{BETWEEN}{second}"),
                    quote_style: Some('`'),
                    keyword: sqlparser::keywords::Keyword::NoKeyword,
                });
                source.tokens.drain(next + 1..next + 3);
            } else {
                next += 1;
            }
        }
    }
}

/// The parts of a name that may be one token.
pub(super) fn parts(name: &str) -> Vec<String> {
    name.split(BETWEEN).map(str::to_string).collect()
}

/// Puts the name of a query in parentheses before its `TABLESAMPLE`.
pub(super) fn sample_last(source: &mut Source) {
    let mut at = 0;
    while at + 2 < source.tokens.len() {
        let starts = source.tokens[at].token == Token::RParen
            && is_word(source.tokens.get(at + 1), "TABLESAMPLE")
            && ends_query(source, at);
        at += 1;
        if !starts {
            continue;
        }
        let Some(mut end) = closed(source, at + 1) else {
            continue;
        };
        if is_word(source.tokens.get(end), "REPEATABLE") {
            let Some(seed) = closed(source, end + 1) else {
                continue;
            };
            end = seed;
        }
        let is_name = |at: usize| {
            matches!(
                source.tokens.get(at).map(|token| &token.token),
                Some(Token::Word(_))
            )
        };
        if is_word(source.tokens.get(end), "AS") && is_name(end + 1) {
            source.tokens[at..end + 2].rotate_right(2);
        }
    }
}

/// Whether the parenthesis that closes at `close` is about a query.
fn ends_query(source: &Source, close: usize) -> bool {
    let mut depth = 0_usize;
    for at in (0..=close).rev() {
        match source.tokens[at].token {
            Token::RParen => depth += 1,
            Token::LParen => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let mut words = ["SELECT", "WITH", "FROM"].iter();
            return words.any(|word| is_word(source.tokens.get(at + 1), word));
        }
    }
    false
}

/// The place after the parenthesis that opens at `open`.
fn closed(source: &Source, open: usize) -> Option<usize> {
    if source.tokens.get(open)?.token != Token::LParen {
        return None;
    }
    let mut depth = 0_usize;
    for at in open..source.tokens.len() {
        match source.tokens[at].token {
            Token::LParen => depth += 1,
            Token::RParen => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at + 1);
        }
    }
    None
}
