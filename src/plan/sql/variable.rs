//! Session variables: `DECLARE`, `SET VAR`, `DROP TEMPORARY VARIABLE`, and `EXECUTE
//! IMMEDIATE`, whose text another may hold. What a variable is worth, an upper room knows.

use std::fmt;
use std::sync::Arc;

use sqlparser::ast::{DataType as SqlType, Expr as Sql, Ident, Query};
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::Token;

use super::command::{Parsed, Statement};
use super::convert::{self, Converter};
use super::prefix;
use super::statement::{expect, name, take, take_if_exists};
use crate::error::{Result, SparkError};
use crate::plan::{Expr, Literal, Plan};
use crate::types::DataType;

/// What is asked of variables.
#[derive(Debug, Clone, PartialEq)]
pub enum VariableStatement {
    Declare {
        names: Vec<Vec<String>>,
        replace: bool,
        /// That of the default value where none is said.
        data_type: Option<DataType>,
        /// The value and its text.
        default: Option<(Expr, String)>,
    },
    Set(Vec<(Vec<String>, Assigned)>),
    /// `SET VAR (a, b) = (query)`: the columns of its one row.
    SetRow {
        targets: Vec<Vec<String>>,
        plan: Arc<Plan>,
    },
    Drop {
        name: Vec<String>,
        if_exists: bool,
    },
    ExecuteImmediate(Immediate),
}

/// What a variable is set to.
#[derive(Debug, Clone, PartialEq)]
pub enum Assigned {
    /// `DEFAULT`: what it was declared with.
    Default,
    Value(Expr),
}

/// `EXECUTE IMMEDIATE text INTO … USING …`.
#[derive(Debug, Clone, PartialEq)]
pub struct Immediate {
    pub text: Expr,
    pub into: Vec<Vec<String>>,
    /// Values for `?` or, where they have names, `:name`.
    pub using: Vec<(Option<String>, Expr)>,
}

type Lookup = dyn Fn(&[String]) -> Option<Literal> + Send + Sync;

/// The values of variables where a text needs them before its names are looked up:
/// `IDENTIFIER(v)`, `LIMIT v`.
#[derive(Clone)]
pub struct VariableValues(pub Arc<Lookup>);

impl fmt::Debug for VariableValues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VariableValues")
    }
}

impl VariableValues {
    /// The expression with values in place of the variables that it names.
    pub(super) fn put_into(&self, expr: &Expr) -> Result<Expr> {
        expr.rewrite(&mut |part| {
            Ok(match part {
                Expr::Attribute(parts) => (self.0)(parts).map(Expr::Literal),
                _ => None,
            })
        })
    }
}

/// The same before its expressions are ours.
pub(super) enum ParsedVariable {
    Declare {
        names: Vec<Vec<Ident>>,
        replace: bool,
        data_type: Option<SqlType>,
        /// The value and its tokens.
        default: Option<(Sql, usize, usize)>,
    },
    Set(Vec<(Vec<Ident>, Option<Sql>)>),
    SetRow(Vec<Vec<Ident>>, Box<Query>),
    Drop {
        name: Vec<Ident>,
        if_exists: bool,
    },
    Immediate {
        text: Sql,
        into: Vec<Vec<Ident>>,
        using: Vec<(Option<Ident>, Sql)>,
    },
}

fn done(parsed: ParsedVariable) -> Parsed {
    Parsed::Variable(Box::new(parsed))
}

/// Whether the next token is a word that stands for a default value.
fn takes_default(parser: &mut Parser) -> bool {
    parser.consume_token(&Token::Eq) || take(parser, "DEFAULT")
}

fn at_end(parser: &Parser) -> bool {
    matches!(parser.peek_token_ref().token, Token::EOF | Token::SemiColon)
}

/// `DECLARE [OR REPLACE] [VARIABLE] a, b [type] [DEFAULT value]`.
pub(super) fn declare(parser: &mut Parser) -> Result<Parsed, ParserError> {
    parser.advance_token();
    let replace = take(parser, "OR");
    if replace {
        expect(parser, "REPLACE")?;
    }
    // A variable may have the name of the word.
    let next = &parser.peek_nth_token_ref(1).token;
    if matches!(next, Token::Word(_)) {
        take(parser, "VARIABLE");
    }
    let names = parser.parse_comma_separated(name)?;
    let mut data_type = None;
    if !takes_default(parser) {
        if at_end(parser) {
            return Ok(done(ParsedVariable::Declare {
                names,
                replace,
                data_type: None,
                default: None,
            }));
        }
        data_type = Some(prefix::parse_type(parser)?);
        if at_end(parser) || !takes_default(parser) {
            return Ok(done(ParsedVariable::Declare {
                names,
                replace,
                data_type,
                default: None,
            }));
        }
    }
    let first = parser.index();
    let default = parser.parse_expr()?;
    let default = Some((default, first, parser.index()));
    Ok(done(ParsedVariable::Declare {
        names,
        replace,
        data_type,
        default,
    }))
}

/// `SET [VAR] a = 1, b = DEFAULT` and `SET [VAR] (a, b) = (query)`.
pub(super) fn set(parser: &mut Parser) -> Result<Parsed, ParserError> {
    parser.advance_token();
    if matches!(
        parser.peek_nth_token_ref(1).token,
        Token::Word(_) | Token::LParen
    ) && !take(parser, "VARIABLE")
    {
        take(parser, "VAR");
    }
    if parser.consume_token(&Token::LParen) {
        let targets = parser.parse_comma_separated(name)?;
        parser.expect_token(&Token::RParen)?;
        parser.expect_token(&Token::Eq)?;
        parser.expect_token(&Token::LParen)?;
        let query = parser.parse_query()?;
        parser.expect_token(&Token::RParen)?;
        return Ok(done(ParsedVariable::SetRow(targets, query)));
    }
    let all = parser.parse_comma_separated(|parser| {
        let target = name(parser)?;
        parser.expect_token(&Token::Eq)?;
        let ends = matches!(
            parser.peek_nth_token_ref(1).token,
            Token::EOF | Token::SemiColon | Token::Comma
        );
        if ends && take(parser, "DEFAULT") {
            return Ok((target, None));
        }
        Ok((target, Some(parser.parse_expr()?)))
    })?;
    Ok(done(ParsedVariable::Set(all)))
}

/// The rest of `DROP TEMPORARY VARIABLE`.
pub(super) fn drop_variable(parser: &mut Parser) -> Result<Parsed, ParserError> {
    let if_exists = take_if_exists(parser)?;
    let name = name(parser)?;
    Ok(done(ParsedVariable::Drop { name, if_exists }))
}

/// `EXECUTE IMMEDIATE text [INTO a, b] [USING 1, 2 AS c]`.
pub(super) fn execute(parser: &mut Parser) -> Result<Parsed, ParserError> {
    parser.advance_token();
    if !take(parser, "IMMEDIATE") {
        return parser.expected("IMMEDIATE", parser.peek_token());
    }
    let text = parser.parse_expr()?;
    let into = match take(parser, "INTO") {
        true => parser.parse_comma_separated(name)?,
        false => Vec::new(),
    };
    let mut using = Vec::new();
    if take(parser, "USING") {
        let listed = |parser: &mut Parser| {
            parser.expect_token(&Token::LParen)?;
            let all = parser.parse_comma_separated(argument)?;
            parser.expect_token(&Token::RParen)?;
            match at_end(parser) {
                true => Ok(all),
                false => parser.expected("the end", parser.peek_token()),
            }
        };
        using = match parser.maybe_parse(listed)? {
            Some(all) => all,
            None => parser.parse_comma_separated(argument)?,
        };
    }
    Ok(done(ParsedVariable::Immediate { text, into, using }))
}

fn argument(parser: &mut Parser) -> Result<(Option<Ident>, Sql), ParserError> {
    let value = parser.parse_expr()?;
    let named = take(parser, "AS") || matches!(parser.peek_token_ref().token, Token::Word(_));
    let name = match named {
        true => Some(parser.parse_identifier()?),
        false => None,
    };
    Ok((name, value))
}

fn all_idents(names: &[Vec<Ident>]) -> Vec<Vec<String>> {
    names.iter().map(|name| convert::idents(name)).collect()
}

pub(super) fn finish(converter: &mut Converter, parsed: ParsedVariable) -> Result<Statement> {
    let statement = match parsed {
        ParsedVariable::Declare {
            names,
            replace,
            data_type,
            default,
        } => {
            if data_type.is_none() && default.is_none() {
                let condition = "INVALID_SQL_SYNTAX.VARIABLE_TYPE_OR_DEFAULT_REQUIRED";
                let whole = converter.source.whole();
                return Err(converter.at(SparkError::new(condition, &[]), whole));
            }
            let default = match default {
                Some((default, first, next)) => {
                    let text = converter.source.text_of(first, next);
                    Some((converter.expression(&default)?, text))
                }
                None => None,
            };
            VariableStatement::Declare {
                names: all_idents(&names),
                replace,
                data_type: data_type
                    .map(|data_type| converter.data_type(&data_type))
                    .transpose()?,
                default,
            }
        }
        ParsedVariable::Set(all) => {
            let mut assignments = Vec::with_capacity(all.len());
            for (target, value) in all {
                let value = match value {
                    Some(value) => {
                        let value = converter.expression(&value)?;
                        check_no_default(&value)?;
                        Assigned::Value(value)
                    }
                    None => Assigned::Default,
                };
                assignments.push((convert::idents(&target), value));
            }
            VariableStatement::Set(assignments)
        }
        ParsedVariable::SetRow(targets, query) => VariableStatement::SetRow {
            targets: all_idents(&targets),
            plan: converter.query(&query)?,
        },
        ParsedVariable::Drop { name, if_exists } => VariableStatement::Drop {
            name: convert::idents(&name),
            if_exists,
        },
        ParsedVariable::Immediate { text, into, using } => {
            let mut values = Vec::with_capacity(using.len());
            for (name, value) in using {
                let name = name.map(|name| name.value);
                values.push((name, converter.expression(&value)?));
            }
            VariableStatement::ExecuteImmediate(Immediate {
                text: converter.expression(&text)?,
                into: all_idents(&into),
                using: values,
            })
        }
    };
    check_targets(&statement)?;
    Ok(Statement::Variable(Box::new(statement)))
}

/// `DEFAULT` is a value by itself and no part of another.
fn check_no_default(value: &Expr) -> Result<()> {
    value
        .rewrite(&mut |part| match part {
            Expr::Attribute(parts)
                if matches!(parts.as_slice(), [name] if name.eq_ignore_ascii_case("default")) =>
            {
                Err(SparkError::new("DEFAULT_PLACEMENT_INVALID", &[]))
            }
            _ => Ok(None),
        })
        .map(|_| ())
}

/// No variable is set twice.
fn check_targets(statement: &VariableStatement) -> Result<()> {
    let targets: Vec<&Vec<String>> = match statement {
        VariableStatement::Set(all) => all.iter().map(|(target, _)| target).collect(),
        VariableStatement::SetRow { targets, .. } => targets.iter().collect(),
        VariableStatement::ExecuteImmediate(immediate) => immediate.into.iter().collect(),
        _ => return Ok(()),
    };
    let mut seen = Vec::with_capacity(targets.len());
    for target in targets {
        let plain = target.last().map(|name| name.to_lowercase());
        if seen.contains(&plain) {
            let name = target.last().map_or("", String::as_str);
            let names = crate::error::quoted(&[name]);
            return Err(SparkError::new(
                "DUPLICATE_ASSIGNMENTS",
                &[("nameList", &names)],
            ));
        }
        seen.push(plain);
    }
    Ok(())
}
