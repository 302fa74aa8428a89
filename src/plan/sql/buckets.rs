//! How `CREATE TABLE` deals rows to files: `CLUSTERED BY … INTO n BUCKETS`, and `CLUSTER BY`.

use serde::{Deserialize, Serialize};
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::Token;

use super::convert::{self, Converter};
use super::statement::{expect, take};
use super::table::CreateTable;
use crate::error::{ErrorClass, Result, SparkError};

/// Rows with the same values of `columns` are in files of the same number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Buckets {
    pub count: i64,
    pub columns: Vec<String>,
    /// In which order rows lie in a file.
    #[serde(default)]
    pub sort_by: Vec<String>,
    /// The first column that was wanted the other way round, which no table has.
    #[serde(skip)]
    pub descending: Option<String>,
}

/// After `CLUSTERED`.
pub(super) fn clustered(parser: &mut Parser) -> Result<Buckets, ParserError> {
    expect(parser, "BY")?;
    let columns = names(parser)?;
    let (mut sort_by, mut descending) = (Vec::new(), None);
    if take(parser, "SORTED") {
        expect(parser, "BY")?;
        parser.expect_token(&Token::LParen)?;
        let sorted = parser.parse_comma_separated(|parser| {
            let name = parser.parse_identifier()?.value;
            let other = !take(parser, "ASC") && take(parser, "DESC");
            Ok((name, other))
        })?;
        parser.expect_token(&Token::RParen)?;
        for (name, other) in sorted {
            if other {
                descending.get_or_insert_with(|| "DESC".to_string());
            }
            sort_by.push(name);
        }
    }
    expect(parser, "INTO")?;
    let token = parser.next_token();
    let Token::Number(text, _) = &token.token else {
        return parser.expected("a number", token);
    };
    let Ok(count) = text.parse() else {
        return parser.expected("a number", token);
    };
    expect(parser, "BUCKETS")?;
    Ok(Buckets {
        count,
        columns,
        sort_by,
        descending,
    })
}

/// After `CLUSTER`.
pub(super) fn cluster_by(parser: &mut Parser) -> Result<Vec<String>, ParserError> {
    expect(parser, "BY")?;
    names(parser)
}

fn names(parser: &mut Parser) -> Result<Vec<String>, ParserError> {
    parser.expect_token(&Token::LParen)?;
    let names = parser.parse_comma_separated(Parser::parse_identifier)?;
    parser.expect_token(&Token::RParen)?;
    Ok(convert::idents(&names))
}

/// What the form of a statement refuses of them.
pub(super) fn check(converter: &Converter, table: &CreateTable) -> Result<()> {
    let whole = converter.source.whole();
    if let Some(order) = table.buckets.as_ref().and_then(|b| b.descending.as_ref()) {
        let message = format!("Column ordering must be ASC, was '{order}'");
        let error = SparkError::new("_LEGACY_ERROR_TEMP_0035", &[("message", &message)]);
        return Err(converter.at(error, whole));
    }
    let condition = match (
        &table.cluster_by,
        &table.buckets,
        table.partition_by.is_empty(),
    ) {
        (Some(_), Some(_), _) => "SPECIFY_CLUSTER_BY_WITH_BUCKETING_IS_NOT_ALLOWED",
        (Some(_), None, false) => "SPECIFY_CLUSTER_BY_WITH_PARTITIONED_BY_IS_NOT_ALLOWED",
        _ => return Ok(()),
    };
    let error = SparkError::new(condition, &[]).with_class(ErrorClass::Parse);
    Err(converter.at(error, whole))
}
