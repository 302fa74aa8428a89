//! `CREATE TABLE`, `DROP TABLE` and `INSERT`: tables that hold rows; and views of sources,
//! which are defined as tables are.

use std::sync::Arc;

use sqlparser::ast::{Expr as Sql, Query};
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::Token;

use super::buckets::{self, Buckets, Partitioned};
use super::columns::{self, Beside};
use super::command::{Parsed, View, ViewRows};
use super::convert::{self, Converter};
use super::statement::{expect, name, string, take, take_if_exists};
use super::{Statement, ViewScope};
use crate::error::{Result, SparkError};
use crate::plan::{Expr, Plan, ReadSpec, Relation};
use crate::types::StructType;

/// The first token, and the one after the last.
type Tokens = (usize, usize);

/// What a new table is to be.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateTable {
    pub name: Vec<String>,
    pub if_not_exists: bool,
    pub schema: Option<StructType>,
    /// `USING`; the session's default without it.
    pub format: Option<String>,
    pub options: Vec<(String, String)>,
    pub partition_by: Vec<String>,
    pub location: Option<String>,
    pub comment: Option<String>,
    pub properties: Vec<(String, String)>,
    pub buckets: Option<Buckets>,
    /// `CLUSTER BY`.
    pub cluster_by: Option<Vec<String>>,
    /// What its columns have beside types, and no table of files takes.
    pub beside: Option<Beside>,
    /// `AS SELECT`.
    pub plan: Option<Arc<Plan>>,
}

/// Rows for a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Insert {
    pub table: Vec<String>,
    /// The columns that the rows have, where they are named.
    pub columns: Option<Vec<String>>,
    /// `PARTITION (k = 'a', n)`: columns with the value of all rows, or without one.
    pub partition: Vec<(String, Option<Expr>)>,
    pub overwrite: bool,
    /// The rows' own names say which columns they are.
    pub by_name: bool,
    /// Nothing happens where the partition is there.
    pub if_not_exists: bool,
    pub plan: Arc<Plan>,
}

/// `CREATE TABLE` before its columns and its query are turned into ours.
pub(super) struct ParsedTable {
    /// Its folder has to be said.
    is_external: bool,
    table: CreateTable,
    /// The first token of the columns and the one after the last.
    columns: Option<(usize, usize)>,
    query: Option<Box<Query>>,
}

pub(super) struct ParsedInsert {
    table: Vec<String>,
    columns: Option<Vec<String>>,
    partition: Vec<(String, Option<Sql>)>,
    overwrite: bool,
    by_name: bool,
    if_not_exists: bool,
    query: Box<Query>,
}

/// After `CREATE [EXTERNAL] TABLE`.
pub(super) fn create(parser: &mut Parser, is_external: bool) -> Result<Parsed, ParserError> {
    let if_not_exists = take(parser, "IF");
    if if_not_exists {
        expect(parser, "NOT")?;
        expect(parser, "EXISTS")?;
    }
    let name = convert::idents(&name(parser)?);
    let columns = match parser.consume_token(&Token::LParen) {
        true => Some(within(parser)?),
        false => None,
    };
    let mut table = CreateTable {
        name,
        if_not_exists,
        schema: None,
        format: None,
        options: Vec::new(),
        partition_by: Vec::new(),
        location: None,
        comment: None,
        properties: Vec::new(),
        buckets: None,
        cluster_by: None,
        beside: None,
        plan: None,
    };
    if columns.is_none() && take(parser, "LIKE") {
        return super::about_tables::create_like(parser, table.name, if_not_exists);
    }
    loop {
        if take(parser, "USING") {
            table.format = Some(convert::idents(&self::name(parser)?).join("."));
        } else if take(parser, "OPTIONS") {
            table.options = options(parser)?;
        } else if take(parser, "PARTITIONED") {
            expect(parser, "BY")?;
            match buckets::partitioned(parser)? {
                Partitioned::By(columns, None) => table.partition_by = columns,
                Partitioned::By(columns, buckets) => {
                    table.partition_by = columns;
                    table.buckets = buckets;
                }
                Partitioned::Typed => return Ok(unsupported("PARTITIONED BY with types")),
                Partitioned::Wrong(error) => return Ok(Parsed::Wrong(error)),
            }
        } else if take(parser, "LOCATION") {
            table.location = Some(string(parser)?);
        } else if take(parser, "COMMENT") {
            table.comment = Some(string(parser)?);
        } else if take(parser, "TBLPROPERTIES") {
            table.properties = options(parser)?;
        } else if take(parser, "CLUSTERED") {
            table.buckets = Some(buckets::clustered(parser)?);
        } else if take(parser, "CLUSTER") {
            table.cluster_by = Some(buckets::cluster_by(parser)?);
        } else {
            break;
        }
    }
    for clause in ["ROW", "STORED", "COLLATION"] {
        if take(parser, clause) {
            return Ok(unsupported(clause));
        }
    }
    let as_query = take(parser, "AS");
    let ends = matches!(parser.peek_token_ref().token, Token::EOF | Token::SemiColon);
    let query = match as_query || !ends {
        true => Some(parser.parse_query()?),
        false => None,
    };
    Ok(Parsed::CreateTable(Box::new(ParsedTable {
        is_external,
        table,
        columns,
        query,
    })))
}

/// After `CREATE TEMPORARY TABLE`: an older name of a view of a source.
pub(super) fn create_temporary(parser: &mut Parser) -> Result<Parsed, ParserError> {
    let wrong = |condition: &str, parameters: &[(&str, &str)]| {
        Ok(Parsed::Wrong(SparkError::new(condition, parameters)))
    };
    if take(parser, "IF") {
        super::catalog_parse::to_end(parser);
        let operation = "CREATE TEMPORARY TABLE ... IF NOT EXISTS";
        return wrong("INVALID_STATEMENT_OR_CLAUSE", &[("operation", operation)]);
    }
    let name = name(parser)?;
    if let Some((rows, text)) = view_of_source(parser)? {
        return Ok(Parsed::CreateView(Box::new(View {
            name,
            scope: ViewScope::Temporary,
            replace: false,
            if_not_exists: false,
            is_altered: false,
            columns: Vec::new(),
            comment: None,
            properties: Vec::new(),
            rows,
            text,
        })));
    }
    if take(parser, "AS") {
        super::catalog_parse::to_end(parser);
        let message = "CREATE TEMPORARY TABLE ... AS ..., use CREATE TEMPORARY VIEW instead";
        return wrong("_LEGACY_ERROR_TEMP_0035", &[("message", message)]);
    }
    super::catalog_parse::to_end(parser);
    wrong("_LEGACY_ERROR_TEMP_0046", &[])
}

fn unsupported(clause: &str) -> Parsed {
    Parsed::Unsupported(format!("CREATE TABLE … {clause}"))
}

/// The tokens up to the closing parenthesis, which is taken too.
fn within(parser: &mut Parser) -> Result<(usize, usize), ParserError> {
    let start = parser.index();
    let mut depth = 1;
    loop {
        let token = parser.next_token();
        match token.token {
            Token::LParen => depth += 1,
            Token::RParen => depth -= 1,
            Token::EOF => return parser.expected(")", token),
            _ => {}
        }
        if depth == 0 {
            return Ok((start, parser.index() - 1));
        }
    }
}

/// `(header 'true', sep = ';')`.
pub(super) fn options(parser: &mut Parser) -> Result<Vec<(String, String)>, ParserError> {
    parser.expect_token(&Token::LParen)?;
    let all = parser.parse_comma_separated(|parser| {
        let is_text = matches!(
            parser.peek_token_ref().token,
            Token::TripleSingleQuotedString(_)
        );
        let key = match is_text {
            true => string(parser)?,
            false => convert::idents(&name(parser)?).join("."),
        };
        let _ = parser.consume_token(&Token::Eq);
        let value = parser.next_token();
        let text = match value.token {
            Token::TripleSingleQuotedString(text) | Token::Number(text, _) => text,
            Token::Word(word) if matches!(&*word.value.to_lowercase(), "true" | "false") => {
                word.value.to_lowercase()
            }
            _ => return parser.expected("an option's value", value),
        };
        Ok((key, text))
    })?;
    parser.expect_token(&Token::RParen)?;
    Ok(all)
}

/// After the name of a view: `[(columns)] USING format [OPTIONS (…)]`; `None` where a
/// query defines it.
pub(super) fn view_of_source(
    parser: &mut Parser,
) -> Result<Option<(ViewRows, Tokens)>, ParserError> {
    let start = parser.index();
    let columns = parser.maybe_parse(|parser| {
        let columns = match parser.consume_token(&Token::LParen) {
            true => Some(within(parser)?),
            false => None,
        };
        expect(parser, "USING")?;
        Ok(columns)
    })?;
    let Some(columns) = columns else {
        return Ok(None);
    };
    let format = convert::idents(&name(parser)?).join(".");
    let options = match take(parser, "OPTIONS") {
        true => options(parser)?,
        false => Vec::new(),
    };
    let rows = ViewRows::Source {
        format,
        options,
        columns,
    };
    Ok(Some((rows, (start, parser.index()))))
}

/// The rows of a source, as a reader of this format would load them.
pub(super) fn source(
    converter: &Converter,
    format: &str,
    options: Vec<(String, String)>,
    columns: Option<Tokens>,
) -> Result<Arc<Plan>> {
    let schema = columns
        .map(|tokens| schema(converter, tokens))
        .transpose()?;
    let is_path = |(name, _): &(String, String)| name.eq_ignore_ascii_case("path");
    let (paths, options): (Vec<_>, Vec<_>) = options.into_iter().partition(is_path);
    Ok(Plan::new(Relation::Read(ReadSpec {
        format: format.to_lowercase(),
        paths: paths.into_iter().map(|(_, path)| path).collect(),
        schema,
        options,
        streaming: false,
        local: None,
        foreign: None,
    })))
}

/// After `DROP TABLE`.
pub(super) fn drop_table(parser: &mut Parser) -> Result<Parsed, ParserError> {
    let if_exists = take_if_exists(parser)?;
    let name = convert::idents(&name(parser)?);
    take(parser, "PURGE");
    Ok(Parsed::Done(Statement::DropTable { name, if_exists }))
}

/// From `INSERT` on.
pub(super) fn insert(parser: &mut Parser) -> Result<Parsed, ParserError> {
    parser.advance_token();
    let overwrite = take(parser, "OVERWRITE");
    if !overwrite {
        expect(parser, "INTO")?;
    }
    if take(parser, "DIRECTORY") || take(parser, "LOCAL") {
        return Ok(Parsed::Unsupported("INSERT OVERWRITE DIRECTORY".into()));
    }
    take(parser, "TABLE");
    let table = convert::idents(&name(parser)?);
    let partition = match take(parser, "PARTITION") {
        true => partition(parser)?,
        false => Vec::new(),
    };
    if !overwrite && partition.is_empty() && take(parser, "REPLACE") {
        expect(parser, "WHERE")?;
        return Ok(change(parser, table, "INSERT INTO ... REPLACE WHERE"));
    }
    let if_not_exists = !partition.is_empty() && take(parser, "IF");
    if if_not_exists {
        expect(parser, "NOT")?;
        expect(parser, "EXISTS")?;
    }
    let by_name = take(parser, "BY");
    let columns = match by_name {
        true => expect(parser, "NAME").map(|()| None)?,
        false => named_columns(parser)?,
    };
    let query = parser.parse_query()?;
    Ok(Parsed::Insert(Box::new(ParsedInsert {
        table,
        columns,
        partition,
        overwrite,
        by_name,
        if_not_exists,
        query,
    })))
}

/// `DELETE FROM`, `UPDATE` and `MERGE INTO`, from their first word on.
pub(super) fn changed(parser: &mut Parser, word: &str) -> Result<Parsed, ParserError> {
    parser.advance_token();
    let (between, operation) = match word {
        "DELETE" => (Some("FROM"), "DELETE"),
        "MERGE" => (Some("INTO"), "MERGE INTO TABLE"),
        _ => (None, "UPDATE TABLE"),
    };
    if let Some(between) = between {
        expect(parser, between)?;
    }
    let table = convert::idents(&name(parser)?);
    if word != "DELETE" && matches!(parser.peek_token_ref().token, Token::EOF) {
        return parser.expected("the rest of the statement", parser.peek_token());
    }
    Ok(change(parser, table, operation))
}

/// A change that no table here takes. What it would do is not looked at.
fn change(parser: &mut Parser, table: Vec<String>, operation: &'static str) -> Parsed {
    while !matches!(parser.peek_token_ref().token, Token::EOF | Token::SemiColon) {
        parser.advance_token();
    }
    Parsed::Done(Statement::Change { table, operation })
}

/// `(k = 'a', n)`.
fn partition(parser: &mut Parser) -> Result<Vec<(String, Option<Sql>)>, ParserError> {
    parser.expect_token(&Token::LParen)?;
    let all = parser.parse_comma_separated(|parser| {
        let column = parser.parse_identifier()?.value;
        let value = match parser.consume_token(&Token::Eq) {
            true => Some(parser.parse_expr()?),
            false => None,
        };
        Ok((column, value))
    })?;
    parser.expect_token(&Token::RParen)?;
    Ok(all)
}

/// `(a, b)` before the rows, where it is no query in parentheses.
fn named_columns(parser: &mut Parser) -> Result<Option<Vec<String>>, ParserError> {
    let names_columns = parser.peek_token_ref().token == Token::LParen
        && !matches!(&parser.peek_nth_token_ref(1).token,
            Token::Word(word) if word.quote_style.is_none()
                && matches!(&*word.value.to_uppercase(), "SELECT" | "WITH" | "VALUES" | "FROM" | "TABLE"))
        && parser.peek_nth_token_ref(1).token != Token::LParen;
    if !names_columns {
        return Ok(None);
    }
    parser.expect_token(&Token::LParen)?;
    let names = parser.parse_comma_separated(Parser::parse_identifier)?;
    parser.expect_token(&Token::RParen)?;
    Ok(Some(convert::idents(&names)))
}

pub(super) fn finish_create(converter: &mut Converter, parsed: ParsedTable) -> Result<Statement> {
    let mut table = parsed.table;
    let is_path = |(key, _): &(String, String)| key.eq_ignore_ascii_case("path");
    if parsed.is_external && table.location.is_none() && !table.options.iter().any(is_path) {
        let error = SparkError::new("CREATE_EXTERNAL_TABLE_WITHOUT_LOCATION", &[]);
        return Err(converter.at(error, converter.source.whole()));
    }
    let columns = parsed
        .columns
        .map(|tokens| columns::defined(converter, tokens));
    if let Some(columns) = columns.transpose()? {
        table.schema = Some(columns.schema);
        table.beside = columns.beside;
    }
    buckets::check(converter, &table)?;
    let query = parsed.query.map(|query| converter.query(&query));
    table.plan = query.transpose()?;
    Ok(Statement::CreateTable(Box::new(table)))
}

/// Columns that have nothing beside their types and default values.
pub(super) fn schema(converter: &Converter, tokens: Tokens) -> Result<StructType> {
    let found = columns::defined(converter, tokens)?;
    match found.beside {
        None => Ok(found.schema),
        Some(Beside::Generated(_) | Beside::Identity) => {
            Err(SparkError::not_implemented("GENERATED columns here"))
        }
        Some(Beside::Constraint) => Err(SparkError::not_implemented("constraints here")),
    }
}

pub(super) fn finish_insert(converter: &mut Converter, parsed: ParsedInsert) -> Result<Statement> {
    let open = parsed.partition.iter().filter(|(_, value)| value.is_none());
    let open: Vec<_> = open.map(|(name, _)| name.as_str()).collect();
    if parsed.if_not_exists && !(parsed.overwrite && open.is_empty()) {
        let error = if parsed.overwrite {
            let message = format!("IF NOT EXISTS with dynamic partitions: {}", open.join(", "));
            SparkError::new("_LEGACY_ERROR_TEMP_0035", &[("message", &message)])
        } else {
            let operation = [("operation", "INSERT INTO ... IF NOT EXISTS")];
            SparkError::new("INVALID_STATEMENT_OR_CLAUSE", &operation)
        };
        return Err(converter.at(error, converter.source.whole()));
    }
    let says_default = |value: &Option<Sql>| matches!(value, Some(Sql::Identifier(name)) if name.value.eq_ignore_ascii_case("default"));
    if parsed
        .partition
        .iter()
        .any(|(_, value)| says_default(value))
    {
        let error = SparkError::new("REF_DEFAULT_VALUE_IS_NOT_ALLOWED_IN_PARTITION", &[]);
        return Err(converter.at(error, converter.source.whole()));
    }
    let plan = converter.query(&parsed.query)?;
    let mut partition = Vec::with_capacity(parsed.partition.len());
    for (column, value) in parsed.partition {
        let value = value.map(|value| converter.expression(&value));
        partition.push((column, value.transpose()?));
    }
    Ok(Statement::Insert(Insert {
        partition,
        table: parsed.table,
        columns: parsed.columns,
        overwrite: parsed.overwrite,
        by_name: parsed.by_name,
        if_not_exists: parsed.if_not_exists,
        plan,
    }))
}
