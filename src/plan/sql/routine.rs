//! `CREATE FUNCTION`: parameters, what is returned, and the body.

use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::Token;

use super::command::Parsed;
use super::convert::{self, Converter};
use super::statement::{expect, name, string, take};
use super::{CatalogStatement, Statement};
use crate::error::{Result, SparkError, quoted};
use crate::plan::{Returns, Routine, RoutineParameter};
use crate::types::StructType;

/// The first token of a piece and the one behind it.
type Tokens = (usize, usize);

/// As parsed: pieces of the text that are read when the whole has its form.
#[derive(Debug)]
pub(super) struct ParsedRoutine {
    name: Vec<String>,
    temporary: bool,
    replace: bool,
    if_not_exists: bool,
    parameters: Vec<ParsedParameter>,
    returns: ParsedReturns,
    body: Tokens,
    comment: Option<String>,
    deterministic: Option<bool>,
}

#[derive(Debug)]
struct ParsedParameter {
    /// Name, type and what may follow them.
    column: Tokens,
    default: Option<Tokens>,
}

#[derive(Debug)]
enum ParsedReturns {
    Nothing,
    Scalar(Tokens),
    Table(Option<Tokens>),
}

/// What follows `CREATE [OR REPLACE] [TEMPORARY] FUNCTION`.
pub(super) fn create(
    parser: &mut Parser,
    replace: bool,
    temporary: bool,
) -> Result<Parsed, ParserError> {
    let if_not_exists = take(parser, "IF");
    if if_not_exists {
        expect(parser, "NOT")?;
        expect(parser, "EXISTS")?;
    }
    let name = convert::idents(&name(parser)?);
    if take(parser, "AS") {
        string(parser)?;
        return Ok(Parsed::Unsupported("CREATE FUNCTION … AS a class".into()));
    }
    parser.expect_token(&Token::LParen)?;
    let mut parameters = Vec::new();
    if !parser.consume_token(&Token::RParen) {
        loop {
            parameters.push(parameter(parser)?);
            if parser.consume_token(&Token::RParen) {
                break;
            }
            parser.expect_token(&Token::Comma)?;
        }
    }
    let mut returns = ParsedReturns::Nothing;
    if take(parser, "RETURNS") {
        returns = if take(parser, "TABLE") {
            ParsedReturns::Table(columns(parser)?)
        } else {
            ParsedReturns::Scalar(until(parser, &CLAUSES)?)
        };
    }
    let (mut comment, mut deterministic) = (None, None);
    loop {
        if take(parser, "COMMENT") {
            comment = Some(string(parser)?);
        } else if take(parser, "LANGUAGE") {
            expect(parser, "SQL")?;
        } else if take(parser, "DETERMINISTIC") {
            deterministic = Some(true);
        } else if take(parser, "NOT") {
            expect(parser, "DETERMINISTIC")?;
            deterministic = Some(false);
        } else if take(parser, "CONTAINS") {
            expect(parser, "SQL")?;
        } else if take(parser, "READS") {
            expect(parser, "SQL")?;
            expect(parser, "DATA")?;
        } else if take(parser, "SQL") {
            expect(parser, "SECURITY")?;
            if !take(parser, "DEFINER") {
                expect(parser, "INVOKER")?;
            }
            return Ok(Parsed::Unsupported("CREATE FUNCTION … SQL SECURITY".into()));
        } else {
            break;
        }
    }
    expect(parser, "RETURN")?;
    let start = parser.index();
    if is_query(parser) {
        parser.parse_query()?;
    } else {
        parser.parse_expr()?;
    }
    let routine = ParsedRoutine {
        name,
        temporary,
        replace,
        if_not_exists,
        parameters,
        returns,
        body: (start, parser.index()),
        comment,
        deterministic,
    };
    Ok(Parsed::CreateFunction(Box::new(routine)))
}

/// The words of which one follows the type that is returned.
const CLAUSES: [&str; 8] = [
    "RETURN",
    "COMMENT",
    "LANGUAGE",
    "DETERMINISTIC",
    "NOT",
    "CONTAINS",
    "READS",
    "SQL",
];

fn is_query(parser: &Parser) -> bool {
    matches!(&parser.peek_token_ref().token, Token::Word(word)
        if word.quote_style.is_none()
            && matches!(&*word.value.to_ascii_uppercase(), "SELECT" | "WITH" | "VALUES" | "FROM" | "TABLE"))
}

/// Takes tokens up to one of these words, or a comma or a parenthesis that closes what is
/// around them.
fn until(parser: &mut Parser, words: &[&str]) -> Result<Tokens, ParserError> {
    let start = parser.index();
    let mut depth = 0_usize;
    loop {
        let token = &parser.peek_token_ref().token;
        match token {
            Token::EOF => break,
            Token::RParen | Token::Comma | Token::SemiColon if depth == 0 => break,
            Token::Word(word)
                if depth == 0
                    && parser.index() > start
                    && word.quote_style.is_none()
                    && words
                        .iter()
                        .any(|stop| word.value.eq_ignore_ascii_case(stop)) =>
            {
                break;
            }
            Token::LParen | Token::Lt => depth += 1,
            Token::RParen | Token::Gt => depth = depth.saturating_sub(1),
            _ => {}
        }
        parser.advance_token();
    }
    match parser.index() > start {
        true => Ok((start, parser.index())),
        false => parser.expected("a type", parser.peek_token()),
    }
}

fn parameter(parser: &mut Parser) -> Result<ParsedParameter, ParserError> {
    let column = until(parser, &["DEFAULT"])?;
    let mut default = None;
    if take(parser, "DEFAULT") {
        let start = parser.index();
        parser.parse_expr()?;
        default = Some((start, parser.index()));
    }
    if take(parser, "COMMENT") {
        string(parser)?;
    }
    Ok(ParsedParameter { column, default })
}

/// `(a INT, b STRING)` where it is said.
fn columns(parser: &mut Parser) -> Result<Option<Tokens>, ParserError> {
    if !parser.consume_token(&Token::LParen) {
        return Ok(None);
    }
    let start = parser.index();
    loop {
        until(parser, &[])?;
        let end = parser.index();
        if parser.consume_token(&Token::RParen) {
            return Ok(Some((start, end)));
        }
        parser.expect_token(&Token::Comma)?;
    }
}

pub(super) fn finish(converter: &Converter, parsed: ParsedRoutine) -> Result<Statement> {
    let source = converter.source;
    let whole = source.whole();
    let refused = |condition: &str, parameters: &[(&str, &str)]| {
        converter.at(SparkError::new(condition, parameters), whole)
    };
    if parsed.if_not_exists && parsed.replace {
        let condition = "INVALID_SQL_SYNTAX.CREATE_ROUTINE_WITH_IF_NOT_EXISTS_AND_REPLACE";
        return Err(refused(condition, &[]));
    }
    if parsed.if_not_exists && parsed.temporary {
        let condition = "INVALID_SQL_SYNTAX.CREATE_TEMP_FUNC_WITH_IF_NOT_EXISTS";
        return Err(refused(condition, &[]));
    }
    let mut name = parsed.name;
    if parsed.temporary {
        name = own_name(name).map_err(|(qualifier, last)| {
            refused(
                "INVALID_TEMP_OBJ_QUALIFIER",
                &[
                    ("objectType", "FUNCTION"),
                    ("objectName", &quoted(&[last])),
                    ("qualifier", &quoted(&qualifier)),
                ],
            )
        })?;
    }
    let text = |(first, next): Tokens| source.slice(source.start_of(first), source.start_of(next));
    let mut parameters = Vec::with_capacity(parsed.parameters.len());
    for parameter in parsed.parameters {
        let column = text(parameter.column);
        let fields =
            StructType::from_ddl(column).map_err(|error| convert::type_error(converter, error))?;
        let Some(field) = fields.fields.first() else {
            return Err(SparkError::internal("a parameter has a name and a type"));
        };
        if !field.nullable {
            return Err(SparkError::new(
                "USER_DEFINED_FUNCTIONS.NOT_NULL_ON_FUNCTION_PARAMETERS",
                &[("input", column.trim())],
            ));
        }
        let comment = field.metadata.get("comment").and_then(|text| text.as_str());
        parameters.push(RoutineParameter {
            name: field.name.clone(),
            data_type: field.data_type.unbounded(),
            default: parameter
                .default
                .map(|tokens| text(tokens).trim().to_string()),
            comment: comment.map(str::to_string),
        });
    }
    let returns = match parsed.returns {
        ParsedReturns::Nothing => Returns::Scalar(None),
        ParsedReturns::Scalar(tokens) => {
            let wanted = StructType::from_ddl(&format!("returned {}", text(tokens)))
                .map_err(|error| convert::type_error(converter, error))?;
            let wanted = wanted
                .fields
                .first()
                .map(|field| field.data_type.unbounded());
            Returns::Scalar(wanted)
        }
        ParsedReturns::Table(tokens) => {
            let columns = tokens.map(|tokens| {
                StructType::from_ddl(text(tokens))
                    .map_err(|error| convert::type_error(converter, error))
            });
            Returns::Table(columns.transpose()?.map(|columns| columns.unbounded()))
        }
    };
    let routine = Routine {
        parameters,
        returns,
        body: text(parsed.body)
            .trim()
            .trim_end_matches(';')
            .trim_end()
            .to_string(),
        comment: parsed.comment,
        deterministic: parsed.deterministic,
    };
    Ok(Statement::Catalog(Box::new(
        CatalogStatement::CreateFunction {
            name,
            temporary: parsed.temporary,
            replace: parsed.replace,
            if_not_exists: parsed.if_not_exists,
            routine: Box::new(routine),
        },
    )))
}

/// A temporary function's name alone: only the session's own schema may stand before it.
fn own_name(name: Vec<String>) -> Result<Vec<String>, (Vec<String>, String)> {
    let Some((last, qualifier)) = name.split_last() else {
        return Ok(name);
    };
    let plain: Vec<_> = qualifier.iter().map(|part| part.to_lowercase()).collect();
    let plain: Vec<_> = plain.iter().map(String::as_str).collect();
    match plain.as_slice() {
        [] | ["session"] | ["system", "session"] => Ok(vec![last.clone()]),
        _ => Err((qualifier.to_vec(), last.clone())),
    }
}

/// A body is a query, or an expression.
pub enum Body {
    Query(std::sync::Arc<crate::plan::Plan>),
    Expression(crate::plan::Expr),
}

/// Reads the body of a function, or a default value.
pub fn parse_body(text: &str, options: &super::ParseOptions) -> Result<Body> {
    let first = text.split(|c: char| !c.is_ascii_alphabetic()).next();
    let is_query = first.is_some_and(|word| {
        matches!(
            &*word.to_ascii_uppercase(),
            "SELECT" | "WITH" | "VALUES" | "FROM" | "TABLE"
        )
    });
    if is_query {
        let parsed = super::parse_statement(text, options, &super::Parameters::None)?;
        return match parsed {
            Statement::Query(plan) => Ok(Body::Query(plan)),
            _ => Err(SparkError::internal("a function's body is no query")),
        };
    }
    super::parse_expression(text, options).map(Body::Expression)
}
