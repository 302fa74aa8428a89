//! The syntax of `INTERVAL`: pairs of a value and a unit, or one value with
//! `unit TO unit`. What they are worth is worked out in `interval_value.rs`.

use sqlparser::ast::{
    DataType, DateTimeField, Expr, Ident, Interval, ObjectName, TypedString, Value, ValueWithSpan,
};
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::Token;

type Parsed<T> = Result<T, ParserError>;

const UNITS: &[&str] = &[
    "year",
    "month",
    "week",
    "day",
    "hour",
    "minute",
    "second",
    "millisecond",
    "microsecond",
    "nanosecond",
];

/// The unit's singular in lower case.
pub(super) fn unit(word: &str) -> Option<&'static str> {
    let lower = word.to_ascii_lowercase();
    let singular = lower.strip_suffix('s').unwrap_or(&lower);
    UNITS.iter().find(|unit| **unit == singular).copied()
}

/// Words that may follow `INTERVAL` in the name of a type.
pub(super) fn is_type_word(word: &str) -> bool {
    ["year", "month", "day", "hour", "minute", "second", "to"]
        .iter()
        .any(|known| word.eq_ignore_ascii_case(known))
}

fn is_value(token: &Token) -> bool {
    matches!(
        token,
        Token::Number(..) | Token::TripleSingleQuotedString(_)
    )
}

fn is_sign(token: &Token) -> bool {
    matches!(token, Token::Plus | Token::Minus)
}

/// Whether the word `INTERVAL` at the cursor starts a literal; else it is a name.
pub(super) fn follows(parser: &Parser) -> bool {
    let [_, first, second] = parser.peek_tokens_ref();
    is_value(&first.token) || is_sign(&first.token) && is_value(&second.token)
}

/// Pairs as a tuple of value, unit, value, unit; `last_field` is the unit after `TO`.
/// `INTERVAL 'text'` alone is a typed literal.
pub(super) fn parse(parser: &mut Parser) -> Parsed<Expr> {
    let name = parser.parse_identifier()?;
    let mut pairs = Vec::new();
    let mut last_field = None;
    loop {
        let value = signed_value(parser)?;
        let Some(unit) = parse_unit(parser)? else {
            if pairs.is_empty() && matches!(value.value, Value::TripleSingleQuotedString(_)) {
                return Ok(Expr::TypedString(TypedString {
                    data_type: DataType::Custom(ObjectName::from(vec![name]), Vec::new()),
                    value,
                    uses_odbc_syntax: false,
                }));
            }
            return parser.expected("a unit of time", parser.peek_token());
        };
        pairs.push(Expr::Value(value));
        pairs.push(Expr::Identifier(unit));
        if pairs.len() == 2 && next_word_is(parser, "to") {
            parser.advance_token();
            let Some(to) = parse_unit(parser)? else {
                return parser.expected("a unit of time", parser.peek_token());
            };
            last_field = Some(DateTimeField::Custom(to));
            break;
        }
        if !another_pair(parser) {
            break;
        }
    }
    Ok(Expr::Interval(Interval {
        value: Box::new(Expr::Tuple(pairs)),
        leading_field: None,
        leading_precision: None,
        last_field,
        fractional_seconds_precision: None,
    }))
}

fn next_word_is(parser: &Parser, text: &str) -> bool {
    matches!(&parser.peek_token_ref().token, Token::Word(word) if word.value.eq_ignore_ascii_case(text))
}

/// A value with its sign written into it.
fn signed_value(parser: &mut Parser) -> Parsed<ValueWithSpan> {
    let minus = parser.peek_token_ref().token == Token::Minus;
    if is_sign(&parser.peek_token_ref().token) {
        parser.advance_token();
    }
    let token = parser.peek_token();
    if matches!(&token.token, Token::Number(text, _) if text.contains(char::is_alphabetic)) {
        return parser.expected("a plain number", token);
    }
    let mut value = parser.parse_value()?;
    if minus {
        match &mut value.value {
            Value::Number(text, _) => text.insert(0, '-'),
            // The text may have a sign of its own.
            Value::TripleSingleQuotedString(text) => {
                *text = match text.trim_start().strip_prefix('-') {
                    Some(positive) => positive.to_string(),
                    None => format!("-{}", text.trim_start().trim_start_matches('+')),
                }
            }
            _ => {}
        }
    }
    Ok(value)
}

fn parse_unit(parser: &mut Parser) -> Parsed<Option<Ident>> {
    match &parser.peek_token_ref().token {
        Token::Word(word) if word.quote_style.is_none() && unit(&word.value).is_some() => {
            parser.parse_identifier().map(Some)
        }
        _ => Ok(None),
    }
}

/// True where another value with a unit follows: `1 day 2 hours`, `1 day -2 hours`.
fn another_pair(parser: &Parser) -> bool {
    let [first, second, third] = parser.peek_tokens_ref();
    let (value, after) = if is_sign(&first.token) {
        (second, third)
    } else {
        (first, second)
    };
    is_value(&value.token)
        && matches!(&after.token, Token::Word(word) if unit(&word.value).is_some())
}
