//! Statements: queries and the few commands around them. The words of a command
//! are compared as text, because none of them is reserved.

use sqlparser::ast::{Ident, Query};
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::command::{self, Described, ExplainMode, Parsed, ViewRows, ViewScope};
use super::convert::{self, Converter};
use super::source::Source;
use super::{CatalogStatement, Parameters, ParseOptions, Statement, alter, error, identifier};
use super::{routine, script, table, variable, view};
use crate::error::{Result, SparkError};

pub fn parse_statement(
    text: &str,
    options: &ParseOptions,
    parameters: &Parameters,
) -> Result<Statement> {
    let source = Source::new(text, options)?;
    if script::begins(&source) {
        let script = script::parse(&source, options, parameters)?;
        return Ok(Statement::Script(Box::new(script)));
    }
    parse_source(source, options, parameters, false)
}

/// The same inside of a script, where `SET` is about its variables.
pub fn parse_in_script(
    text: &str,
    options: &ParseOptions,
    parameters: &Parameters,
) -> Result<Statement> {
    let source = Source::new(text, options)?;
    parse_source(source, options, parameters, true)
}

pub(super) fn parse_source(
    mut source: Source,
    options: &ParseOptions,
    parameters: &Parameters,
    in_script: bool,
) -> Result<Statement> {
    if !(in_script && command::is_set(&source))
        && let Some(statement) = command::raw(&source)?
    {
        return Ok(statement);
    }
    refuse_asof(&source)?;
    if in_script
        && command::is_set(&source)
        && let Some(text) = command::word_of_variables(&source)
    {
        // A script sets variables without the word.
        return Err(error::near(&source, 2, &format!(": extra input '{text}'")));
    }
    identifier::replace(&mut source, options, parameters)?;
    let (parsed, next, reached) = convert::with_parser(&source, |parser| {
        let parsed = parse(parser)?;
        while parser.consume_token(&Token::SemiColon) {}
        Ok(parsed)
    })?;
    if let Parsed::Unsupported(name) = parsed {
        return Err(SparkError::not_implemented(format!(
            "the SQL statement {name}"
        )));
    }
    if next < source.tokens.len() && in_script {
        return Err(error::near(&source, next.max(reached), ": missing ';'"));
    }
    if next < source.tokens.len() {
        return Err(error::leftover(&source, next, reached));
    }
    let mut converter = Converter::new(&source, options, parameters);
    finish(&mut converter, parsed)
}

pub(super) fn parse(parser: &mut Parser) -> Result<Parsed, ParserError> {
    let first = parser.peek_token();
    let word = match &first.token {
        Token::Word(word) if word.quote_style.is_none() => word.value.to_ascii_uppercase(),
        Token::LParen => String::new(),
        _ => return parser.expected("a statement", first),
    };
    if let Some(parsed) = super::catalog_parse::parse(parser)? {
        return Ok(parsed);
    }
    match word.as_str() {
        "" | "SELECT" | "WITH" | "VALUES" | "FROM" | "TABLE" => {
            parser.parse_query().map(Parsed::Query)
        }
        "CREATE" => create(parser),
        "DROP" => drop_view(parser),
        "INSERT" => table::insert(parser),
        "DELETE" | "UPDATE" | "MERGE" => table::changed(parser, &word),
        "SHOW" => show(parser),
        "CACHE" => cache(parser),
        "UNCACHE" => uncache(parser),
        "CLEAR" => {
            parser.advance_token();
            expect(parser, "CACHE")?;
            Ok(Parsed::Done(Statement::ClearCache))
        }
        "DECLARE" => variable::declare(parser),
        "SET" => variable::set(parser),
        "EXECUTE" => variable::execute(parser),
        "DESCRIBE" | "DESC" => describe(parser),
        "EXPLAIN" => explain(parser),
        other if command::UNSUPPORTED.contains(&other) => {
            parser.advance_token();
            unsupported(parser, &word)
        }
        _ => parser.expected("a statement", first),
    }
}

/// `ASOF JOIN … MATCH_CONDITION`, which a setting of Spark's allows.
fn refuse_asof(source: &Source) -> Result<()> {
    let is = |token: &TokenWithSpan, word: &str| {
        matches!(&token.token, Token::Word(next)
            if next.quote_style.is_none() && next.value.eq_ignore_ascii_case(word))
    };
    let joins = |pair: &[TokenWithSpan]| is(&pair[0], "asof") && is(&pair[1], "join");
    let Some(at) = source.tokens.windows(2).position(joins) else {
        return Ok(());
    };
    let mut rest = source.tokens[at..].iter();
    if !rest.any(|token| is(token, "match_condition")) {
        return Ok(());
    }
    let setting = "\"spark.sql.join.asofJoin.enabled\"";
    Err(source.at_fragment(
        SparkError::new("UNSUPPORTED_FEATURE.ASOF_JOIN", &[("config", setting)]),
        source.whole(),
    ))
}

fn is_next(parser: &Parser, ahead: usize, word: &str) -> bool {
    matches!(&parser.peek_nth_token_ref(ahead).token,
        Token::Word(next) if next.quote_style.is_none() && next.value.eq_ignore_ascii_case(word))
}

/// Takes the next word if it is `word`.
pub(super) fn take(parser: &mut Parser, word: &str) -> bool {
    let found = matches!(&parser.peek_token_ref().token,
        Token::Word(next) if next.quote_style.is_none() && next.value.eq_ignore_ascii_case(word));
    if found {
        parser.advance_token();
    }
    found
}

pub(super) fn expect(parser: &mut Parser, word: &str) -> Result<(), ParserError> {
    if take(parser, word) {
        return Ok(());
    }
    parser.expected(word, parser.peek_token())
}

pub(super) fn take_if_exists(parser: &mut Parser) -> Result<bool, ParserError> {
    if !take(parser, "IF") {
        return Ok(false);
    }
    expect(parser, "EXISTS").map(|()| true)
}

pub(super) fn name(parser: &mut Parser) -> Result<Vec<Ident>, ParserError> {
    let name = parser.parse_object_name(false)?;
    Ok(name
        .0
        .iter()
        .filter_map(|part| part.as_ident().cloned())
        .collect())
}

pub(super) fn string(parser: &mut Parser) -> Result<String, ParserError> {
    let token = parser.next_token();
    match token.token {
        Token::TripleSingleQuotedString(text) => Ok(text),
        _ => parser.expected("a string", token),
    }
}

/// A statement known by its first word and, where there is one, the next, which has
/// to be one of [`command::SECOND_WORDS`].
fn unsupported(parser: &mut Parser, first: &str) -> Result<Parsed, ParserError> {
    let token = parser.peek_token();
    let second = match &token.token {
        Token::Word(word) if word.quote_style.is_none() => word.value.to_ascii_uppercase(),
        Token::EOF => return parser.expected("the rest of the statement", token),
        _ => return Ok(Parsed::Unsupported(first.to_string())),
    };
    let known = command::SECOND_WORDS
        .iter()
        .find(|(word, _)| *word == first);
    match known {
        Some((_, words)) if !words.contains(&second.as_str()) => {
            parser.expected("a statement", token)
        }
        _ => Ok(Parsed::Unsupported(format!("{first} {second}"))),
    }
}

fn create(parser: &mut Parser) -> Result<Parsed, ParserError> {
    parser.advance_token();
    let replace = take(parser, "OR");
    if replace {
        expect(parser, "REPLACE")?;
    }
    let global = take(parser, "GLOBAL");
    let temporary = take(parser, "TEMP") || take(parser, "TEMPORARY");
    if !take(parser, "VIEW") {
        if !global && take(parser, "FUNCTION") {
            return routine::create(parser, replace, temporary);
        }
        if temporary && !global && take(parser, "TABLE") {
            return table::create_temporary(parser);
        }
        if global || temporary {
            return parser.expected("VIEW", parser.peek_token());
        }
        let external = !replace && take(parser, "EXTERNAL");
        if !replace && take(parser, "TABLE") {
            return table::create(parser, external);
        }
        if external {
            return parser.expected("TABLE", parser.peek_token());
        }
        return unsupported(parser, "CREATE");
    }
    let scope = match (global, temporary) {
        (true, _) => ViewScope::Global,
        (false, true) => ViewScope::Temporary,
        (false, false) => ViewScope::Persistent,
    };
    let if_not_exists = take(parser, "IF");
    if if_not_exists {
        expect(parser, "NOT")?;
        expect(parser, "EXISTS")?;
    }
    let name = name(parser)?;
    if scope != ViewScope::Persistent
        && !if_not_exists
        && let Some((rows, text)) = table::view_of_source(parser)?
    {
        let view = command::View {
            name,
            scope,
            replace,
            if_not_exists,
            is_altered: false,
            columns: Vec::new(),
            comment: None,
            properties: Vec::new(),
            rows,
            text,
        };
        return Ok(Parsed::CreateView(Box::new(view)));
    }
    let mut columns = Vec::new();
    if parser.consume_token(&Token::LParen) {
        columns = parser.parse_comma_separated(view_column)?;
        parser.expect_token(&Token::RParen)?;
    }
    let (mut comment, mut properties) = (None, Vec::new());
    loop {
        if take(parser, "COMMENT") {
            comment = Some(string(parser)?);
        } else if take(parser, "TBLPROPERTIES") {
            properties = table::options(parser)?;
        } else {
            break;
        }
    }
    for clause in ["WITH", "SCHEMA", "PARTITIONED", "DEFAULT"] {
        if take(parser, clause) {
            return Ok(Parsed::Unsupported(format!("CREATE VIEW … {clause}")));
        }
    }
    parser.expect_keyword_is(Keyword::AS)?;
    let start = parser.index();
    let query = parser.parse_query()?;
    let text = (start, parser.index());
    let view = command::View {
        name,
        scope,
        replace,
        if_not_exists,
        is_altered: false,
        columns,
        comment,
        properties,
        rows: ViewRows::Query(query),
        text,
    };
    Ok(Parsed::CreateView(Box::new(view)))
}

fn view_column(parser: &mut Parser) -> Result<(String, Option<String>), ParserError> {
    let name = parser.parse_identifier()?.value;
    let comment = if take(parser, "COMMENT") {
        Some(string(parser)?)
    } else {
        None
    };
    Ok((name, comment))
}

fn drop_view(parser: &mut Parser) -> Result<Parsed, ParserError> {
    parser.advance_token();
    if take(parser, "TABLE") {
        return table::drop_table(parser);
    }
    let drops_variable = ["TEMPORARY", "TEMP"]
        .iter()
        .any(|word| is_next(parser, 0, word) && is_next(parser, 1, "VARIABLE"));
    if drops_variable {
        parser.advance_token();
        parser.advance_token();
        return variable::drop_variable(parser);
    }
    if !take(parser, "VIEW") {
        return unsupported(parser, "DROP");
    }
    let if_exists = take_if_exists(parser)?;
    let name = convert::idents(&name(parser)?);
    Ok(Parsed::Done(Statement::DropView { name, if_exists }))
}

fn show(parser: &mut Parser) -> Result<Parsed, ParserError> {
    parser.advance_token();
    let tables = take(parser, "TABLES");
    if !tables && !take(parser, "VIEWS") {
        return unsupported(parser, "SHOW");
    }
    let namespace = if take(parser, "FROM") || take(parser, "IN") {
        Some(convert::idents(&name(parser)?))
    } else {
        None
    };
    let like = take(parser, "LIKE");
    let is_text = matches!(
        parser.peek_token_ref().token,
        Token::TripleSingleQuotedString(_)
    );
    let pattern = if like || is_text {
        Some(string(parser)?)
    } else {
        None
    };
    Ok(Parsed::Done(if tables {
        Statement::ShowTables { namespace, pattern }
    } else {
        Statement::ShowViews { namespace, pattern }
    }))
}

fn cache(parser: &mut Parser) -> Result<Parsed, ParserError> {
    parser.advance_token();
    let lazy = take(parser, "LAZY");
    expect(parser, "TABLE")?;
    let name = name(parser)?;
    let options = match take(parser, "OPTIONS") {
        true => table::options(parser)?,
        false => Vec::new(),
    };
    let as_query = parser.parse_keyword(Keyword::AS);
    let rest = &parser.peek_token_ref().token;
    let query = if as_query || !matches!(rest, Token::EOF | Token::SemiColon) {
        Some(parser.parse_query()?)
    } else {
        None
    };
    Ok(Parsed::Cache {
        name: convert::idents(&name),
        lazy,
        options,
        query,
    })
}

fn uncache(parser: &mut Parser) -> Result<Parsed, ParserError> {
    parser.advance_token();
    expect(parser, "TABLE")?;
    let if_exists = take_if_exists(parser)?;
    let name = convert::idents(&name(parser)?);
    Ok(Parsed::Done(Statement::UncacheTable { name, if_exists }))
}

fn starts_query(parser: &Parser) -> bool {
    let words = [
        Keyword::SELECT,
        Keyword::WITH,
        Keyword::VALUES,
        Keyword::FROM,
    ];
    parser.peek_one_of_keywords(&words).is_some()
}

fn describe(parser: &mut Parser) -> Result<Parsed, ParserError> {
    parser.advance_token();
    let in_parentheses = parser.peek_token_ref().token == Token::LParen;
    if take(parser, "QUERY") || starts_query(parser) || in_parentheses {
        return parser.parse_query().map(Parsed::DescribeQuery);
    }
    for kind in ["CATALOG", "PROCEDURE"] {
        if take(parser, kind) {
            return Ok(Parsed::Unsupported(format!("DESCRIBE {kind}")));
        }
    }
    take(parser, "TABLE");
    let extended = take(parser, "EXTENDED") || take(parser, "FORMATTED");
    let name = convert::idents(&name(parser)?);
    super::about_tables::described(parser, name, extended)
}

fn explain(parser: &mut Parser) -> Result<Parsed, ParserError> {
    parser.advance_token();
    let modes = [
        ("EXTENDED", ExplainMode::Extended),
        ("CODEGEN", ExplainMode::Codegen),
        ("COST", ExplainMode::Cost),
        ("FORMATTED", ExplainMode::Formatted),
    ];
    let mode = modes.into_iter().find(|(word, _)| take(parser, word));
    let mode = mode.map_or(ExplainMode::Simple, |(_, mode)| mode);
    if !starts_query(parser) && parser.peek_token_ref().token != Token::LParen {
        return unsupported(parser, "EXPLAIN");
    }
    let query: Box<Query> = parser.parse_query()?;
    Ok(Parsed::Explain { mode, query })
}

fn finish(converter: &mut Converter, parsed: Parsed) -> Result<Statement> {
    match parsed {
        Parsed::Query(query) => converter.query(&query).map(Statement::Query),
        Parsed::Done(statement) => Ok(statement),
        Parsed::Variable(parsed) => variable::finish(converter, *parsed),
        Parsed::CreateView(view) => view::finish(converter, *view),
        Parsed::CreateTable(table) => table::finish_create(converter, *table),
        Parsed::Insert(insert) => table::finish_insert(converter, *insert),
        Parsed::Cache {
            name,
            lazy,
            options,
            query,
        } => {
            let plan = query.map(|query| converter.query(&query)).transpose()?;
            Ok(Statement::CacheTable {
                name,
                lazy,
                options,
                plan,
            })
        }
        Parsed::CreateFunction(routine) => routine::finish(converter, *routine),
        Parsed::AddColumns { name, tokens } => alter::added_columns(converter, name, tokens),
        Parsed::Wrong(error) => Err(converter.at(error, converter.source.whole())),
        Parsed::ColumnDefault {
            name,
            column,
            tokens,
        } => Ok(alter::column_default(converter, name, column, tokens)),
        Parsed::ChangeColumn {
            name,
            column,
            is_named,
            tokens,
        } => alter::changed_column(converter, name, column, is_named, tokens),
        Parsed::DescribeQuery(query) => {
            let described = Described::Query(converter.query(&query)?);
            let statement = CatalogStatement::Describe(described);
            Ok(Statement::Catalog(Box::new(statement)))
        }
        Parsed::Explain { mode, query } => {
            let plan = converter.query(&query)?;
            Ok(Statement::Explain { mode, plan })
        }
        Parsed::Unsupported(name) => Err(SparkError::not_implemented(format!(
            "the SQL statement {name}"
        ))),
    }
}
