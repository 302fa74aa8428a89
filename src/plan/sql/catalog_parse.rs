//! The statements of `catalog_statement`, but for `ALTER`.

use sqlparser::ast::Ident;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::Token;

use super::Statement;
use super::catalog_statement::{CatalogStatement as S, Name, PartitionSpec, Properties};
use super::command::Parsed;
use super::convert;
use super::statement::{expect, name, string, take, take_if_exists};
use super::{about_tables, alter};
use crate::error::{SparkError, quoted};

type Parses<T> = Result<T, ParserError>;

/// The statement that begins here; `None` where it is none of these.
pub(super) fn parse(parser: &mut Parser) -> Parses<Option<Parsed>> {
    let [first, second, third] = [0, 1, 2].map(|n| word_at(parser, n));
    let is_database = |word: &str| matches!(word, "DATABASE" | "SCHEMA" | "NAMESPACE");
    let found = match (first.as_str(), second.as_str()) {
        ("CREATE", word) if is_database(word) => create_database(skip(parser, 2))?,
        ("DROP", word) if is_database(word) => drop_database(skip(parser, 2))?,
        ("ALTER", word) if is_database(word) => return alter_database(skip(parser, 2)).map(Some),
        ("ALTER", "TABLE") => return alter::table(skip(parser, 2)).map(Some),
        ("ALTER", "VIEW") => return alter::view(skip(parser, 2)).map(Some),
        ("COMMENT", "ON") if is_database(&third) => {
            let name = idents(skip(parser, 3))?;
            S::CommentDatabase(name, comment_is(parser)?)
        }
        ("COMMENT", "ON") if third == "TABLE" => {
            let name = idents(skip(parser, 3))?;
            S::CommentTable(name, comment_is(parser)?)
        }
        ("USE", word) => {
            let is_space = is_database(word) && !third.is_empty();
            S::Use {
                name: idents(skip(parser, if is_space { 2 } else { 1 }))?,
                may_be_catalog: !is_space,
            }
        }
        ("SHOW", _) => return show(parser, &second, &third),
        ("DESCRIBE" | "DESC", word) if is_database(word) => {
            let extended = take(skip(parser, 2), "EXTENDED");
            S::DescribeDatabase {
                name: idents(parser)?,
                extended,
            }
        }
        ("DESCRIBE" | "DESC", "FUNCTION") if parser.peek_nth_token_ref(2).token != Token::EOF => {
            let extended = take(skip(parser, 2), "EXTENDED");
            S::DescribeFunction {
                name: function_name(parser)?,
                extended,
            }
        }
        ("DROP", "FUNCTION") => drop_function(skip(parser, 2), false)?,
        ("DROP", "TEMPORARY" | "TEMP") if third == "FUNCTION" => {
            drop_function(skip(parser, 3), true)?
        }
        ("TRUNCATE", "TABLE") => S::Truncate {
            table: idents(skip(parser, 2))?,
            spec: partition(parser)?,
        },
        ("REFRESH", "TABLE") => S::Refresh(idents(skip(parser, 2))?),
        ("REFRESH", "FUNCTION") => S::RefreshFunction(idents(skip(parser, 2))?),
        ("REFRESH", _) => S::RefreshPath(path(skip(parser, 1))?),
        ("MSCK", "REPAIR") => return repair(skip(parser, 2)).map(Some),
        ("REPAIR", "TABLE") => return repair(skip(parser, 1)).map(Some),
        ("ANALYZE", _) => return about_tables::analyze(skip(parser, 1)).map(Some),
        ("DELETE", "FROM") => {
            let table = idents(skip(parser, 2))?;
            to_end(parser);
            S::Refused("DELETE", table)
        }
        ("UPDATE", _) => {
            let table = idents(skip(parser, 1))?;
            to_end(parser);
            S::Refused("UPDATE TABLE", table)
        }
        ("REPLACE", "TABLE") => refused_replace(skip(parser, 2))?,
        ("CREATE", "OR") if word_at(parser, 3) == "TABLE" => refused_replace(skip(parser, 4))?,
        _ => return Ok(None),
    };
    Ok(Some(done(found)))
}

pub(super) fn done(statement: S) -> Parsed {
    Parsed::Done(Statement::Catalog(Box::new(statement)))
}

/// The unquoted word that many tokens ahead, in upper case; empty where there is none.
pub(super) fn word_at(parser: &Parser, n: usize) -> String {
    match &parser.peek_nth_token_ref(n).token {
        Token::Word(word) if word.quote_style.is_none() => word.value.to_ascii_uppercase(),
        _ => String::new(),
    }
}

pub(super) fn skip<'a, 'b>(parser: &'a mut Parser<'b>, count: usize) -> &'a mut Parser<'b> {
    for _ in 0..count {
        parser.advance_token();
    }
    parser
}

pub(super) fn to_end(parser: &mut Parser) {
    while parser.peek_token_ref().token != Token::EOF {
        parser.advance_token();
    }
}

pub(super) fn idents(parser: &mut Parser) -> Parses<Name> {
    Ok(convert::idents(&name(parser)?))
}

fn refused_replace(parser: &mut Parser) -> Parses<S> {
    let table = idents(parser)?;
    to_end(parser);
    Ok(S::Refused("REPLACE TABLE", table))
}

fn create_database(parser: &mut Parser) -> Parses<S> {
    let if_not_exists = take_if_not_exists(parser)?;
    let name = idents(parser)?;
    let (mut comment, mut location, mut properties) = (None, None, Vec::new());
    loop {
        if take(parser, "COMMENT") {
            comment = Some(string(parser)?);
        } else if take(parser, "LOCATION") {
            location = Some(string(parser)?);
        } else if take(parser, "WITH") {
            if !take(parser, "DBPROPERTIES") {
                expect(parser, "PROPERTIES")?;
            }
            properties = self::properties(parser)?;
        } else {
            break;
        }
    }
    Ok(S::CreateDatabase {
        name,
        if_not_exists,
        comment,
        location,
        properties,
    })
}

pub(super) fn take_if_not_exists(parser: &mut Parser) -> Parses<bool> {
    if !take(parser, "IF") {
        return Ok(false);
    }
    expect(parser, "NOT")?;
    expect(parser, "EXISTS")?;
    Ok(true)
}

fn drop_database(parser: &mut Parser) -> Parses<S> {
    let if_exists = take_if_exists(parser)?;
    let name = idents(parser)?;
    let cascade = take(parser, "CASCADE");
    if !cascade {
        take(parser, "RESTRICT");
    }
    Ok(S::DropDatabase {
        name,
        if_exists,
        cascade,
    })
}

fn alter_database(parser: &mut Parser) -> Parses<Parsed> {
    let name = idents(parser)?;
    expect(parser, "SET")?;
    if take(parser, "LOCATION") {
        string(parser)?;
        return Ok(Parsed::Unsupported("ALTER DATABASE … SET LOCATION".into()));
    }
    if !take(parser, "DBPROPERTIES") {
        expect(parser, "PROPERTIES")?;
    }
    let properties = properties(parser)?;
    Ok(done(S::AlterDatabase { name, properties }))
}

fn drop_function(parser: &mut Parser, temporary: bool) -> Parses<S> {
    Ok(S::DropFunction {
        if_exists: take_if_exists(parser)?,
        name: idents(parser)?,
        temporary,
    })
}

/// `IS 'text'` or `IS NULL`.
fn comment_is(parser: &mut Parser) -> Parses<Option<String>> {
    expect(parser, "IS")?;
    if take(parser, "NULL") {
        return Ok(None);
    }
    string(parser).map(Some)
}

/// `('a' = 'b', c.d = 1)`.
pub(super) fn properties(parser: &mut Parser) -> Parses<Properties> {
    super::table::options(parser)
}

/// `LIKE 'x*'`, where `LIKE` may be left out.
fn pattern(parser: &mut Parser) -> Parses<Option<String>> {
    let like = take(parser, "LIKE");
    let is_text = is_string(parser);
    match like || is_text {
        true => string(parser).map(Some),
        false => Ok(None),
    }
}

pub(super) fn is_string(parser: &Parser) -> bool {
    let token = &parser.peek_token_ref().token;
    matches!(token, Token::TripleSingleQuotedString(_))
}

/// `FROM name` or `IN name`.
pub(super) fn within(parser: &mut Parser) -> Parses<Option<Name>> {
    match take(parser, "FROM") || take(parser, "IN") {
        true => idents(parser).map(Some),
        false => Ok(None),
    }
}

fn show(parser: &mut Parser, second: &str, third: &str) -> Parses<Option<Parsed>> {
    let statement = match second {
        "DATABASES" | "SCHEMAS" | "NAMESPACES" => S::ShowDatabases {
            catalog: within(skip(parser, 2))?,
            pattern: pattern(parser)?,
        },
        "CATALOGS" => S::ShowCatalogs(pattern(skip(parser, 2))?),
        "CURRENT" if matches!(third, "NAMESPACE" | "SCHEMA" | "DATABASE") => {
            skip(parser, 3);
            S::ShowCurrentNamespace
        }
        "COLUMNS" => {
            let table = within(skip(parser, 2))?;
            let Some(table) = table else {
                return parser.expected("FROM or IN", parser.peek_token());
            };
            S::ShowColumns {
                table,
                namespace: within(parser)?,
            }
        }
        "TBLPROPERTIES" => S::ShowProperties {
            table: idents(skip(parser, 2))?,
            key: property_key(parser)?,
        },
        "PARTITIONS" => S::ShowPartitions {
            table: idents(skip(parser, 2))?,
            spec: partition(parser)?.unwrap_or_default(),
        },
        "CREATE" if third == "TABLE" => {
            let table = idents(skip(parser, 3))?;
            let as_serde = take(parser, "AS");
            if as_serde {
                expect(parser, "SERDE")?;
            }
            S::ShowCreateTable { table, as_serde }
        }
        "FUNCTIONS" => show_functions(skip(parser, 2), true, true)?,
        "USER" | "SYSTEM" | "ALL" if third == "FUNCTIONS" => {
            show_functions(skip(parser, 3), second != "SYSTEM", second != "USER")?
        }
        "TABLE" if third == "EXTENDED" => {
            let namespace = within(skip(parser, 3))?;
            expect(parser, "LIKE")?;
            S::ShowTableDetails {
                namespace,
                pattern: string(parser)?,
                spec: partition(parser)?,
            }
        }
        scope if third == "FUNCTIONS" && !scope.is_empty() => {
            let condition = "INVALID_SQL_SYNTAX.SHOW_FUNCTIONS_INVALID_SCOPE";
            let Token::Word(word) = &parser.peek_nth_token_ref(1).token else {
                return Ok(None);
            };
            let scope = quoted(&[&word.value]);
            to_end(parser);
            let error = SparkError::new(condition, &[("scope", &scope)]);
            return Ok(Some(Parsed::Wrong(error)));
        }
        _ => return Ok(None),
    };
    Ok(Some(done(statement)))
}

/// A function's name, which may be an operator or stand in quotes.
fn function_name(parser: &mut Parser) -> Parses<Name> {
    match &parser.peek_token_ref().token {
        Token::Word(_) => idents(parser),
        Token::TripleSingleQuotedString(_) => Ok(vec![string(parser)?]),
        Token::EOF | Token::SemiColon => parser.expected("a function", parser.peek_token()),
        _ => Ok(vec![parser.next_token().token.to_string()]),
    }
}

fn show_functions(parser: &mut Parser, user: bool, system: bool) -> Parses<S> {
    let namespace = within(parser)?;
    let like = take(parser, "LIKE");
    let pattern = match is_string(parser) {
        true => Some(string(parser)?),
        // An older form: a name in the place of a pattern.
        false
            if like || !matches!(parser.peek_token_ref().token, Token::EOF | Token::SemiColon) =>
        {
            Some(idents(parser)?.join("."))
        }
        false => None,
    };
    Ok(S::ShowFunctions {
        user,
        system,
        namespace,
        pattern,
    })
}

/// `(key)` or `('a.b')`.
fn property_key(parser: &mut Parser) -> Parses<Option<String>> {
    if !parser.consume_token(&Token::LParen) {
        return Ok(None);
    }
    let key = key(parser)?;
    parser.expect_token(&Token::RParen)?;
    Ok(Some(key))
}

/// The key of a property: text, or names with dots.
pub(super) fn key(parser: &mut Parser) -> Parses<String> {
    match is_string(parser) {
        true => string(parser),
        false => Ok(idents(parser)?.join(".")),
    }
}

/// `PARTITION (k = 'a', n = 1)`.
pub(super) fn partition(parser: &mut Parser) -> Parses<Option<PartitionSpec>> {
    if !take(parser, "PARTITION") {
        return Ok(None);
    }
    parser.expect_token(&Token::LParen)?;
    let spec = parser.parse_comma_separated(|parser| {
        let column: Ident = parser.parse_identifier()?;
        let value = match parser.consume_token(&Token::Eq) {
            true => value(parser)?,
            false => None,
        };
        Ok((column.value, value))
    })?;
    parser.expect_token(&Token::RParen)?;
    Ok(Some(spec))
}

/// A constant as the text that it has in a folder's name; none for null.
fn value(parser: &mut Parser) -> Parses<Option<String>> {
    if take(parser, "NULL") {
        return Ok(None);
    }
    for kind in ["DATE", "TIMESTAMP", "TIMESTAMP_NTZ"] {
        if word_at(parser, 0) == kind {
            parser.advance_token();
            return string(parser).map(Some);
        }
    }
    let minus = parser.consume_token(&Token::Minus);
    let token = parser.next_token();
    let text = match token.token {
        Token::TripleSingleQuotedString(text) if !minus => text,
        Token::Number(text, _) if minus => format!("-{text}"),
        Token::Number(text, _) => text,
        Token::Word(ref word) if !minus => match &*word.value.to_ascii_lowercase() {
            text @ ("true" | "false") => text.to_string(),
            _ => return parser.expected("a constant", token),
        },
        _ => return parser.expected("a constant", token),
    };
    Ok(Some(text))
}

/// What comes after `REFRESH`: a path, as text or as it stands.
fn path(parser: &mut Parser) -> Parses<String> {
    if is_string(parser) {
        return string(parser);
    }
    parser.expected("a path as text", parser.peek_token())
}

fn repair(parser: &mut Parser) -> Parses<Parsed> {
    expect(parser, "TABLE")?;
    let table = idents(parser)?;
    // Partitions are looked up in the folder at each read: all of these are so already.
    if take(parser, "ADD") || take(parser, "DROP") || take(parser, "SYNC") {
        expect(parser, "PARTITIONS")?;
    }
    Ok(done(S::Repair(table)))
}
