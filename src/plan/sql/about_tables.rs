//! `ANALYZE`, what follows the name in `DESCRIBE`, and `CREATE TABLE … LIKE`.

use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::Token;

use super::catalog_parse::{done, idents, partition, skip, within, word_at};
use super::catalog_statement::{AnalyzedColumns, CatalogStatement as S, Name};
use super::command::Parsed;
use super::statement::{expect, string, take};
use super::{Described, catalog_parse, convert};
use crate::error::SparkError;

type Parses<T> = Result<T, ParserError>;

pub(super) fn analyze(parser: &mut Parser) -> Parses<Parsed> {
    if take(parser, "TABLES") {
        let namespace = within(parser)?;
        let counts = statistics(parser)?;
        return Ok(done(S::AnalyzeAll { namespace, counts }));
    }
    expect(parser, "TABLE")?;
    let table = idents(parser)?;
    let spec = partition(parser)?;
    let counts = statistics(parser)?;
    let mut columns = None;
    if take(parser, "FOR") {
        let all = take(parser, "ALL");
        expect(parser, "COLUMNS")?;
        columns = Some(match all {
            true => AnalyzedColumns::All,
            false => {
                let names = parser.parse_comma_separated(Parser::parse_identifier)?;
                AnalyzedColumns::Named(convert::idents(&names))
            }
        });
    }
    Ok(done(S::Analyze {
        table,
        spec,
        counts,
        columns,
    }))
}

/// `COMPUTE STATISTICS [NOSCAN]`; whether rows are counted.
fn statistics(parser: &mut Parser) -> Parses<bool> {
    expect(parser, "COMPUTE")?;
    expect(parser, "STATISTICS")?;
    Ok(!take(parser, "NOSCAN"))
}

/// After `DESCRIBE [TABLE] [EXTENDED] name`: what of it.
pub(super) fn described(parser: &mut Parser, name: Name, extended: bool) -> Parses<Parsed> {
    let spec = partition(parser)?;
    if word_at(parser, 0) == "AS" && word_at(parser, 1) == "JSON" {
        skip(parser, 2);
        if !extended {
            let table = name.join(".");
            let error = SparkError::new("DESCRIBE_JSON_NOT_EXTENDED", &[("tableName", &table)]);
            return Ok(Parsed::Wrong(error));
        }
        return Ok(done(S::Describe(Described::Json { name, spec })));
    }
    if let Some(spec) = spec {
        return Ok(done(S::Describe(Described::Partition { name, spec })));
    }
    let is_column = matches!(parser.peek_token_ref().token, Token::Word(_));
    if is_column && word_at(parser, 1) == "AS" && word_at(parser, 2) == "JSON" {
        skip(parser, 3);
        let condition = "UNSUPPORTED_FEATURE.DESC_TABLE_COLUMN_JSON";
        return Ok(Parsed::Wrong(SparkError::new(condition, &[])));
    }
    let described = match &parser.peek_token_ref().token {
        Token::Word(_) => Described::Column {
            table: name,
            column: idents(parser)?,
            extended,
        },
        _ => Described::Table { name, extended },
    };
    Ok(done(S::Describe(described)))
}

/// After `CREATE TABLE name LIKE`.
pub(super) fn create_like(parser: &mut Parser, name: Name, if_not_exists: bool) -> Parses<Parsed> {
    let like = idents(parser)?;
    let (mut format, mut location, mut properties) = (None, None, Vec::new());
    loop {
        if take(parser, "USING") {
            format = Some(idents(parser)?.join("."));
        } else if take(parser, "LOCATION") {
            location = Some(string(parser)?);
        } else if take(parser, "TBLPROPERTIES") {
            properties = catalog_parse::properties(parser)?;
        } else {
            break;
        }
    }
    Ok(done(S::CreateLike {
        name,
        if_not_exists,
        like,
        format,
        location,
        properties,
    }))
}
