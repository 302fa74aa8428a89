//! The columns of a table as a statement defines them: what the grammar of types knows, and
//! beside it default values, whose text goes into the column's metadata, as in Spark. What a
//! default value is worth is not known here.

use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::convert::{self, Converter};
use super::error;
use crate::error::{Result, SparkError};
use crate::types::StructType;

/// Under which name a column's metadata holds the text of its default value.
pub const CURRENT_DEFAULT: &str = "CURRENT_DEFAULT";

/// The first token, and the one after the last.
type Tokens = (usize, usize);

/// Words that begin what may stand behind a column's type.
const OPTIONS: [&str; 10] = [
    "NOT",
    "COMMENT",
    "DEFAULT",
    "GENERATED",
    "CONSTRAINT",
    "PRIMARY",
    "UNIQUE",
    "CHECK",
    "REFERENCES",
    "COLLATE",
];

/// What a table is defined by beside its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Beside {
    /// A column by this expression.
    Generated(String),
    Identity,
    Constraint,
}

pub(super) struct Defined {
    pub schema: StructType,
    /// What no table of files takes.
    pub beside: Option<Beside>,
}

/// The columns in these tokens.
pub(super) fn defined(converter: &Converter, tokens: Tokens) -> Result<Defined> {
    let source = converter.source;
    let mut beside: Option<Beside> = None;
    let (mut text, mut defaults) = (String::new(), Vec::new());
    let mut plain = true;
    for piece in pieces(&source.tokens, tokens) {
        if is_constraint(&source.tokens[piece.0..piece.1]) {
            beside.get_or_insert(Beside::Constraint);
            plain = false;
            continue;
        }
        let parts = parts(converter, piece)?;
        plain &= parts.is_plain();
        beside = beside.or(parts.beside);
        if !text.is_empty() {
            text.push_str(", ");
        }
        for (first, next) in &parts.kept {
            text.push_str(&source.text_of(*first, *next));
            text.push(' ');
        }
        defaults.push(parts.default.map(|(first, next)| {
            let text = source.slice(source.start_of(first), end_of(converter, next));
            text.trim().to_string()
        }));
    }
    // The whole text where it says nothing else: errors tell of places in it.
    let text = match plain {
        true => source.text_of(tokens.0, tokens.1),
        false => text,
    };
    let columns =
        StructType::from_ddl(&text).map_err(|error| convert::type_error(converter, error))?;
    let mut fields = columns.marked().fields.to_vec();
    for (field, default) in fields.iter_mut().zip(defaults) {
        if let Some(text) = default {
            field.metadata.insert(CURRENT_DEFAULT.into(), text.into());
        }
    }
    Ok(Defined {
        schema: StructType::new(fields),
        beside,
    })
}

/// Where the token before this one ends.
pub(super) fn end_of(converter: &Converter, next: usize) -> sqlparser::tokenizer::Location {
    let tokens = &converter.source.tokens;
    let last = next.checked_sub(1).and_then(|at| tokens.get(at));
    last.map_or_else(|| converter.source.end(), |token| token.span.end)
}

/// What is between the commas that are in no parentheses.
fn pieces(tokens: &[TokenWithSpan], (first, next): Tokens) -> Vec<Tokens> {
    let (mut found, mut start, mut depth) = (Vec::new(), first, 0_i32);
    let mut in_type = true;
    for (at, token) in tokens.iter().enumerate().take(next).skip(first) {
        match &token.token {
            Token::LParen | Token::LBracket => depth += 1,
            Token::RParen | Token::RBracket => depth -= 1,
            // Behind a type these compare.
            Token::Lt if in_type => depth += 1,
            Token::Gt if in_type => depth -= 1,
            Token::ShiftRight if in_type => depth -= 2,
            Token::Comma if depth <= 0 => {
                found.push((start, at));
                (start, in_type) = (at + 1, true);
            }
            _ if depth == 0 && at > start && is_word(token, "DEFAULT") => in_type = false,
            _ => {}
        }
    }
    found.push((start, next));
    found
}

fn is_word(token: &TokenWithSpan, word: &str) -> bool {
    matches!(&token.token, Token::Word(found)
        if found.quote_style.is_none() && found.value.eq_ignore_ascii_case(word))
}

/// Whether it is a rule of the whole table, and no column.
fn is_constraint(tokens: &[TokenWithSpan]) -> bool {
    let word = |at: usize, word: &str| tokens.get(at).is_some_and(|token| is_word(token, word));
    let opens = |at: usize| tokens.get(at).is_some_and(|t| t.token == Token::LParen);
    (word(0, "PRIMARY") || word(0, "FOREIGN")) && word(1, "KEY")
        || (word(0, "UNIQUE") || word(0, "CHECK")) && opens(1)
        || word(0, "CONSTRAINT")
            && ["PRIMARY", "FOREIGN", "UNIQUE", "CHECK"]
                .iter()
                .any(|kind| word(2, kind))
}

#[derive(Default)]
struct Parts {
    /// What the grammar of types reads.
    kept: Vec<Tokens>,
    default: Option<Tokens>,
    beside: Option<Beside>,
}

impl Parts {
    fn is_plain(&self) -> bool {
        self.default.is_none() && self.beside.is_none()
    }
}

/// One column, its options apart.
fn parts(converter: &Converter, (first, next): Tokens) -> Result<Parts> {
    let tokens = &converter.source.tokens;
    let mut starts = vec![first];
    let mut depth = 0_i32;
    for at in first + 1..next {
        match &tokens[at].token {
            Token::LParen | Token::LBracket => depth += 1,
            Token::RParen | Token::RBracket => depth -= 1,
            Token::Word(_) if depth == 0 && begins_option(tokens, at, next) => starts.push(at),
            _ => {}
        }
    }
    let mut parts = Parts::default();
    let ends = starts.iter().copied().skip(1).chain([next]);
    for (start, end) in starts.iter().copied().zip(ends) {
        let is = |word: &str| start > first && is_word(&tokens[start], word);
        if is("DEFAULT") {
            if parts.default.is_some() {
                return Err(twice(converter, first, "DEFAULT"));
            }
            if start + 1 == end {
                return Err(error::near(converter.source, end, ""));
            }
            parts.default = Some((start + 1, end));
        } else if is("GENERATED") {
            parts.beside = Some(generated(converter, (start, end)));
        } else if ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "REFERENCES"]
            .into_iter()
            .any(is)
        {
            parts.beside = parts.beside.or(Some(Beside::Constraint));
        } else {
            parts.kept.push((start, end));
        }
    }
    Ok(parts)
}

/// Whether an option of the column begins at this word: it is none of an expression's.
fn begins_option(tokens: &[TokenWithSpan], at: usize, next: usize) -> bool {
    let is = |at: usize, word: &str| at < next && is_word(&tokens[at], word);
    if !OPTIONS.iter().any(|word| is(at, word)) {
        return false;
    }
    if is(at, "NOT") {
        return is(at + 1, "NULL") && !is(at - 1, "IS");
    }
    let goes_on = is(at, "DEFAULT") && is(at - 1, "BY");
    let of_constraint = !is(at, "CONSTRAINT") && at >= 2 && is(at - 2, "CONSTRAINT");
    !goes_on && !of_constraint
}

/// `GENERATED ALWAYS AS (…)` and `GENERATED … AS IDENTITY`.
fn generated(converter: &Converter, (start, end): Tokens) -> Beside {
    let tokens = &converter.source.tokens;
    let opens = (start..end).find(|at| tokens[*at].token == Token::LParen);
    let is_identity = (start..end).any(|at| is_word(&tokens[at], "IDENTITY"));
    match opens {
        Some(opens) if !is_identity => {
            Beside::Generated(converter.source.text_of(opens + 1, end - 1))
        }
        _ => Beside::Identity,
    }
}

fn twice(converter: &Converter, first: usize, option: &str) -> SparkError {
    let column = converter.source.token_text(first).unwrap_or_default();
    let error = SparkError::new(
        "CREATE_TABLE_COLUMN_DESCRIPTOR_DUPLICATE",
        &[("columnName", column), ("optionName", option)],
    );
    converter.at(error, converter.source.whole())
}
