//! `IDENTIFIER('name')`: a name that is the value of a constant.
//!
//! Its tokens give way to those of the name before the text is parsed, so that it may stand
//! wherever a name may and no grammar has to know of it. They keep the place of the clause,
//! for errors. What a constant that is no plain text is worth, an upper room says
//! ([`Constants`]).

use std::fmt;
use std::sync::Arc;

use sqlparser::tokenizer::{Span, Token, TokenWithSpan};

use super::convert::{Converter, with_parser};
use super::source::Source;
use super::{Parameters, ParseOptions, error, parse_multipart_identifier};
use crate::error::{Result, SparkError};
use crate::plan::{Expr, Literal};

type Compute = dyn Fn(&Expr) -> Result<String> + Send + Sync;

/// Computes the text of a constant expression.
#[derive(Clone)]
pub struct Constants(pub Arc<Compute>);

impl fmt::Debug for Constants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Constants")
    }
}

/// Words after which a table's name stands, and those after which a column's may.
const BEFORE_TABLES: [&str; 15] = [
    "FROM",
    "JOIN",
    "TABLE",
    "INTO",
    "VIEW",
    "DESCRIBE",
    "DESC",
    "USE",
    "SCHEMA",
    "DATABASE",
    "NAMESPACE",
    "IN",
    "EXISTS",
    "TO",
    "OVERWRITE",
];
const BEFORE_COLUMNS: [&str; 14] = [
    "SELECT", "WHERE", "HAVING", "ON", "BY", "AND", "OR", "NOT", "WHEN", "THEN", "ELSE", "QUALIFY",
    "BETWEEN", "SETS",
];

/// Puts the names in place of the clauses.
///
/// # Errors
/// `NOT_A_CONSTANT_STRING.…`, a syntax error in the clause or in the name that it gives, and
/// those of parameters.
pub(super) fn replace(
    source: &mut Source,
    options: &ParseOptions,
    parameters: &Parameters,
) -> Result<()> {
    let mut at = 0;
    while at < source.tokens.len() {
        let Some(clause) = clause_at(&source.tokens, at) else {
            at += 1;
            continue;
        };
        let name = named(source, &clause, options, parameters)?;
        let tokens = clause.tokens(&source.tokens, name);
        let count = tokens.len();
        drop(source.tokens.splice(clause.first..=clause.last, tokens));
        at += count;
    }
    Ok(())
}

/// Positions of the word and of the closing parenthesis.
struct Clause {
    first: usize,
    last: usize,
    /// Whether it stands where a table's name does.
    of_table: bool,
}

fn is_word(token: &TokenWithSpan, wanted: &str) -> bool {
    matches!(&token.token, Token::Word(word)
        if word.quote_style.is_none() && word.value.eq_ignore_ascii_case(wanted))
}

fn clause_at(tokens: &[TokenWithSpan], first: usize) -> Option<Clause> {
    let starts = is_word(tokens.get(first)?, "identifier");
    if !starts || tokens.get(first + 1)?.token != Token::LParen {
        return None;
    }
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate().skip(first + 1) {
        match token.token {
            Token::LParen => depth += 1,
            Token::RParen => depth = depth.saturating_sub(1),
            // With two arguments it is a call of a function that there is not.
            Token::Comma if depth == 1 => return None,
            _ => {}
        }
        if depth == 0 {
            let of_table = is_place_of_table(tokens, first);
            let clause = Clause {
                first,
                last: index,
                of_table,
            };
            return (!clause.is_routine(tokens)).then_some(clause);
        }
    }
    None
}

/// Goes back to the word that says what stands here; what is in parentheses is passed over.
fn is_place_of_table(tokens: &[TokenWithSpan], first: usize) -> bool {
    let mut depth = 0_usize;
    for token in tokens.iter().take(first).rev() {
        match &token.token {
            Token::RParen => depth += 1,
            Token::LParen if depth == 0 => return false,
            Token::LParen => depth -= 1,
            Token::Word(_) if depth == 0 => {
                if BEFORE_TABLES.iter().any(|word| is_word(token, word)) {
                    return true;
                }
                if BEFORE_COLUMNS.iter().any(|word| is_word(token, word)) {
                    return false;
                }
            }
            _ => {}
        }
    }
    true
}

impl Clause {
    fn before<'t>(&self, tokens: &'t [TokenWithSpan], back: usize) -> Option<&'t TokenWithSpan> {
        tokens.get(self.first.checked_sub(back)?)
    }

    /// `t.identifier('a')` is the call of a function of that name, but in a table's name.
    fn is_routine(&self, tokens: &[TokenWithSpan]) -> bool {
        let is_part = self
            .before(tokens, 1)
            .is_some_and(|token| token.token == Token::Period);
        let of_name = self
            .before(tokens, 2)
            .is_some_and(|token| matches!(token.token, Token::Word(_)));
        is_part && of_name && !self.of_table
    }

    fn span(&self, tokens: &[TokenWithSpan]) -> Span {
        let (first, last) = (tokens.get(self.first), tokens.get(self.last));
        Span {
            start: first.map_or_else(|| Span::empty().start, |token| token.span.start),
            end: last.map_or_else(|| Span::empty().end, |token| token.span.end),
        }
    }

    /// The tokens of the name. A column whose field follows keeps to itself: the field is no
    /// part of its name.
    fn tokens(&self, tokens: &[TokenWithSpan], name: Vec<String>) -> Vec<TokenWithSpan> {
        let span = self.span(tokens);
        let with = |token| TokenWithSpan { token, span };
        let mut out = Vec::with_capacity(2 * name.len() + 1);
        for part in name {
            if !out.is_empty() {
                out.push(with(Token::Period));
            }
            out.push(with(Token::make_word(&part, Some('`'))));
        }
        let next = tokens.get(self.last + 1);
        let has_field = next.is_some_and(|token| token.token == Token::Period);
        if has_field && !self.of_table {
            out.insert(0, with(Token::LParen));
            out.push(with(Token::RParen));
        }
        out
    }
}

/// The parts of the name that a clause gives.
fn named(
    source: &Source,
    clause: &Clause,
    options: &ParseOptions,
    parameters: &Parameters,
) -> Result<Vec<String>> {
    let inside = source.tokens.get(clause.first + 2..clause.last);
    let inner = source.part(inside.unwrap_or_default().to_vec());
    if inner.tokens.is_empty() {
        return Err(error::near(source, clause.last, ""));
    }
    let is_alias = clause
        .before(&source.tokens, 1)
        .is_some_and(|token| is_word(token, "AS"));
    if is_alias && !matches!(inner.tokens.len(), 1 | 2) {
        // A new name is a text or a parameter, and nothing that is computed.
        return Err(error::near(source, clause.first + 3, ""));
    }
    let (parsed, next, reached) = with_parser(&inner, |parser| parser.parse_expr())?;
    if next < inner.tokens.len() {
        return Err(error::leftover(&inner, next, reached));
    }
    let value = Converter::new(&inner, options, parameters).expression(&parsed)?;
    let value = match &options.variables {
        Some(variables) => variables.put_into(&value)?,
        None => value,
    };
    let text = match (&value, &options.constants) {
        (Expr::Literal(Literal::String(text)), _) => text.clone(),
        (value, Some(constants)) => (constants.0)(value)?,
        (_, None) => {
            return Err(SparkError::not_implemented(
                "IDENTIFIER of more than a text at this place",
            ));
        }
    };
    parse_multipart_identifier(&text).map_err(|error| {
        // Its own place is within the name, which is no part of this text.
        let given = error.parameters().iter();
        let parameters: Vec<_> = given.map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let error = SparkError::new(error.condition(), &parameters);
        source.at_fragment(error, clause.span(&source.tokens))
    })
}
