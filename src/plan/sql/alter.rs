//! `ALTER TABLE` and `ALTER VIEW`.

use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::Token;

use super::catalog_parse::{
    done, idents, key, partition, properties, take_if_not_exists, to_end, word_at,
};
use super::catalog_statement::{CatalogStatement, Change, Name};
use super::command::{Parsed, View, ViewRows};
use super::statement::{expect, name, string, take, take_if_exists};
use super::{Statement, ViewScope};
use crate::error::Result;
use crate::plan::sql::convert::Converter;
use crate::types::StructType;

type Parses<T> = Result<T, ParserError>;

fn altered(name: Name, is_view: bool, change: Change) -> Parsed {
    done(CatalogStatement::Alter {
        name,
        is_view,
        change,
    })
}

/// After `ALTER VIEW`.
pub(super) fn view(parser: &mut Parser) -> Parses<Parsed> {
    let view = name(parser)?;
    let is_query =
        take(parser, "AS") || matches!(&*word_at(parser, 0), "SELECT" | "WITH" | "VALUES" | "FROM");
    if !is_query {
        let name = super::convert::idents(&view);
        return properties_or_name(parser, name, true);
    }
    let start = parser.index();
    let query = parser.parse_query()?;
    let text = (start, parser.index());
    Ok(Parsed::CreateView(Box::new(View {
        name: view,
        scope: ViewScope::Persistent,
        replace: true,
        if_not_exists: false,
        is_altered: true,
        columns: Vec::new(),
        comment: None,
        properties: Vec::new(),
        rows: ViewRows::Query(query),
        text,
    })))
}

/// What tables and views have in common.
fn properties_or_name(parser: &mut Parser, name: Name, is_view: bool) -> Parses<Parsed> {
    if take(parser, "RENAME") {
        if take(parser, "COLUMN") {
            to_end(parser);
            return Ok(altered(name, is_view, Change::Refused("RENAME COLUMN")));
        }
        expect(parser, "TO")?;
        let to = idents(parser)?;
        return Ok(altered(name, is_view, Change::Rename(to)));
    }
    if take(parser, "UNSET") {
        expect(parser, "TBLPROPERTIES")?;
        take_if_exists(parser)?;
        parser.expect_token(&Token::LParen)?;
        let keys = parser.parse_comma_separated(key)?;
        parser.expect_token(&Token::RParen)?;
        return Ok(altered(name, is_view, Change::UnsetProperties(keys)));
    }
    expect(parser, "SET")?;
    if take(parser, "TBLPROPERTIES") {
        let change = Change::SetProperties(properties(parser)?);
        return Ok(altered(name, is_view, change));
    }
    if !is_view && take(parser, "LOCATION") {
        let change = Change::SetLocation(string(parser)?);
        return Ok(altered(name, is_view, change));
    }
    if !is_view && take(parser, "SERDEPROPERTIES") {
        let change = Change::SetSerdeProperties(properties(parser)?);
        return Ok(altered(name, is_view, change));
    }
    if !is_view && take(parser, "SERDE") {
        string(parser)?;
        if take(parser, "WITH") {
            expect(parser, "SERDEPROPERTIES")?;
            properties(parser)?;
        }
        let of_partition = false;
        return Ok(altered(name, is_view, Change::SetSerde { of_partition }));
    }
    let what = word_at(parser, 0);
    if what.is_empty() {
        return parser.expected("TBLPROPERTIES", parser.peek_token());
    }
    Ok(Parsed::Unsupported(format!("ALTER TABLE … SET {what}")))
}

/// After `ALTER TABLE`.
pub(super) fn table(parser: &mut Parser) -> Parses<Parsed> {
    let name = idents(parser)?;
    if let Some(from) = partition(parser)? {
        let serde = |word: &str| word == "SERDE" || word == "SERDEPROPERTIES";
        if word_at(parser, 0) == "SET" && serde(&word_at(parser, 1)) {
            to_end(parser);
            let of_partition = true;
            return Ok(altered(name, false, Change::SetSerde { of_partition }));
        }
        if !take(parser, "RENAME") {
            return Ok(Parsed::Unsupported("ALTER TABLE … PARTITION … SET".into()));
        }
        expect(parser, "TO")?;
        let Some(to) = partition(parser)? else {
            return parser.expected("PARTITION", parser.peek_token());
        };
        return Ok(altered(name, false, Change::RenamePartition(from, to)));
    }
    match &*word_at(parser, 0) {
        "ADD" => add(parser, name),
        "DROP" => drop(parser, name),
        "ALTER" | "CHANGE" => column(parser, name),
        "RECOVER" => {
            parser.advance_token();
            expect(parser, "PARTITIONS")?;
            Ok(altered(name, false, Change::RecoverPartitions))
        }
        "REPLACE" => {
            to_end(parser);
            Ok(altered(name, false, Change::Refused("REPLACE COLUMNS")))
        }
        "CLUSTER" => {
            parser.advance_token();
            let columns = match word_at(parser, 1).as_str() {
                "NONE" => {
                    expect(parser, "BY")?;
                    parser.advance_token();
                    Vec::new()
                }
                _ => super::buckets::cluster_by(parser)?,
            };
            Ok(altered(name, false, Change::ClusterBy(columns)))
        }
        _ => properties_or_name(parser, name, false),
    }
}

fn add(parser: &mut Parser, name: Name) -> Parses<Parsed> {
    expect(parser, "ADD")?;
    if take(parser, "COLUMNS") || take(parser, "COLUMN") {
        let start = parser.index();
        to_end(parser);
        return Ok(Parsed::AddColumns {
            name,
            tokens: (start, parser.index()),
        });
    }
    if matches!(
        &*word_at(parser, 0),
        "CONSTRAINT" | "CHECK" | "PRIMARY" | "FOREIGN"
    ) {
        to_end(parser);
        return Ok(altered(name, false, Change::Refused("ADD CONSTRAINT")));
    }
    let if_not_exists = take_if_not_exists(parser)?;
    let mut specs = Vec::new();
    while let Some(spec) = partition(parser)? {
        let location = match take(parser, "LOCATION") {
            true => Some(string(parser)?),
            false => None,
        };
        specs.push((spec, location));
    }
    if specs.is_empty() {
        return parser.expected("COLUMNS or PARTITION", parser.peek_token());
    }
    let change = Change::AddPartitions {
        specs,
        if_not_exists,
    };
    Ok(altered(name, false, change))
}

fn drop(parser: &mut Parser, name: Name) -> Parses<Parsed> {
    expect(parser, "DROP")?;
    if take(parser, "COLUMN") || take(parser, "COLUMNS") {
        to_end(parser);
        return Ok(altered(name, false, Change::Refused("DROP COLUMN")));
    }
    if word_at(parser, 0) == "CONSTRAINT" {
        to_end(parser);
        return Ok(altered(name, false, Change::Refused("DROP CONSTRAINT")));
    }
    let if_exists = take_if_exists(parser)?;
    let mut specs = Vec::new();
    while let Some(spec) = partition(parser)? {
        specs.push(spec);
        let _ = parser.consume_token(&Token::Comma);
    }
    if specs.is_empty() {
        return parser.expected("PARTITION", parser.peek_token());
    }
    take(parser, "PURGE");
    Ok(altered(
        name,
        false,
        Change::DropPartitions { specs, if_exists },
    ))
}

/// `ALTER COLUMN c …` and `CHANGE COLUMN c c type …`.
fn column(parser: &mut Parser, table: Name) -> Parses<Parsed> {
    let is_change = take(parser, "CHANGE");
    if !is_change {
        expect(parser, "ALTER")?;
    }
    take(parser, "COLUMN");
    let column = idents(parser)?;
    if !is_change && take(parser, "COMMENT") {
        let change = Change::CommentColumn(column, Some(string(parser)?));
        if parser.consume_token(&Token::Comma) {
            to_end(parser);
            return Ok(altered(
                table,
                false,
                Change::Refused("ALTER COLUMN in bulk"),
            ));
        }
        return Ok(altered(table, false, change));
    }
    let nulls = ["SET", "DROP"].contains(&&*word_at(parser, 0));
    if !is_change && nulls && word_at(parser, 1) == "NOT" {
        to_end(parser);
        let operation = "ALTER COLUMN ... SET NOT NULL";
        return Ok(altered(table, false, Change::Refused(operation)));
    }
    let is_set = !is_change && word_at(parser, 0) == "SET" && word_at(parser, 1) == "DEFAULT";
    let is_dropped = !is_change && word_at(parser, 0) == "DROP" && word_at(parser, 1) == "DEFAULT";
    if is_set || is_dropped {
        parser.advance_token();
        parser.advance_token();
        let start = parser.index();
        if is_set {
            parser.parse_expr()?;
        }
        return Ok(Parsed::ColumnDefault {
            name: table,
            column,
            tokens: is_set.then_some((start, parser.index())),
        });
    }
    if is_change || take(parser, "TYPE") {
        let start = parser.index();
        to_end(parser);
        return Ok(Parsed::ChangeColumn {
            name: table,
            column,
            is_named: is_change,
            tokens: (start, parser.index()),
        });
    }
    let what = word_at(parser, 0);
    Ok(Parsed::Unsupported(format!(
        "ALTER TABLE … ALTER COLUMN … {what}"
    )))
}

/// The columns of `ADD COLUMNS (a INT, b STRING)` or `ADD COLUMN a INT`.
pub(super) fn added_columns(
    converter: &Converter,
    name: Name,
    tokens: (usize, usize),
) -> Result<Statement> {
    let columns = super::table::schema(converter, trimmed(converter, tokens))?;
    let change = Change::AddColumns(columns.fields.to_vec());
    Ok(statement(name, change))
}

/// The text of `ALTER COLUMN c SET DEFAULT …`, or none of `DROP DEFAULT`.
pub(super) fn column_default(
    converter: &Converter,
    name: Name,
    column: Name,
    tokens: Option<(usize, usize)>,
) -> Statement {
    let source = converter.source;
    let text = tokens.map(|(first, next)| {
        let end = super::columns::end_of(converter, next);
        source.slice(source.start_of(first), end).trim().to_string()
    });
    statement(name, Change::ColumnDefault(column, text))
}

/// The column of `CHANGE COLUMN a a INT COMMENT 'x'` or `ALTER COLUMN a TYPE INT`.
pub(super) fn changed_column(
    converter: &Converter,
    name: Name,
    column: Name,
    is_named: bool,
    tokens: (usize, usize),
) -> Result<Statement> {
    let tokens = trimmed(converter, tokens);
    let columns = match is_named {
        true => super::table::schema(converter, tokens)?,
        false => {
            let source = converter.source;
            let to = source.text_of(tokens.0, tokens.1);
            let last = column.last().map(|name| name.replace('`', "``"));
            StructType::from_ddl(&format!("`{}` {to}", last.unwrap_or_default()))?.marked()
        }
    };
    let field = columns.fields.first().cloned();
    let field = field.ok_or_else(|| crate::error::SparkError::internal("no column to change"))?;
    Ok(statement(name, Change::ColumnType(column, Box::new(field))))
}

fn statement(name: Name, change: Change) -> Statement {
    Statement::Catalog(Box::new(CatalogStatement::Alter {
        name,
        is_view: false,
        change,
    }))
}

/// Without the parentheses around, a semicolon, and where the column is to stand: a table
/// keeps its columns in the order in which they came, as Spark's do.
fn trimmed(converter: &Converter, (mut first, mut next): (usize, usize)) -> (usize, usize) {
    let tokens = &converter.source.tokens;
    next = next.min(tokens.len());
    let is = |at: usize, wanted: &Token| tokens.get(at).is_some_and(|t| t.token == *wanted);
    let word = |at: usize| match tokens.get(at).map(|t| &t.token) {
        Some(Token::Word(word)) => word.value.to_ascii_uppercase(),
        _ => String::new(),
    };
    while next > first && (is(next - 1, &Token::SemiColon) || is(next - 1, &Token::EOF)) {
        next -= 1;
    }
    if is(first, &Token::LParen) && next > first && is(next - 1, &Token::RParen) {
        first += 1;
        next -= 1;
    }
    if next > first + 2 && word(next - 1) == "FIRST" {
        next -= 1;
    } else if next > first + 3 && word(next - 2) == "AFTER" {
        next -= 2;
    }
    (first, next)
}
