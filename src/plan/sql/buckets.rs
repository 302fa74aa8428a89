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

/// What stands after `PARTITIONED BY`.
pub(super) enum Partitioned {
    By(Vec<String>, Option<Buckets>),
    /// A column with its type, as Hive writes it.
    Typed,
    Wrong(SparkError),
}

/// After `PARTITIONED BY`: columns, and `bucket(n, column, …)` among them. Parts of times
/// (`years(d)`) are for other catalogs than that of files.
pub(super) fn partitioned(parser: &mut Parser) -> Result<Partitioned, ParserError> {
    parser.expect_token(&Token::LParen)?;
    let (mut columns, mut buckets) = (Vec::new(), Vec::new());
    let mut wrong = None;
    loop {
        let name = parser.parse_identifier()?.value;
        if !parser.consume_token(&Token::LParen) {
            columns.push(name);
        } else if name.eq_ignore_ascii_case("bucket") {
            buckets.push(bucket(parser)?);
        } else {
            let args = parser.parse_comma_separated(Parser::parse_expr)?;
            parser.expect_token(&Token::RParen)?;
            let args: Vec<String> = args.iter().map(ToString::to_string).collect();
            wrong.get_or_insert(format!("`{}({})`", name.to_lowercase(), args.join(", ")));
        }
        if !parser.consume_token(&Token::Comma) {
            break;
        }
    }
    if !parser.consume_token(&Token::RParen) {
        return Ok(Partitioned::Typed);
    }
    if let Some(transform) = wrong {
        let parameters = [("transform", transform.as_str())];
        let error = SparkError::new("UNSUPPORTED_PARTITION_TRANSFORM", &parameters);
        return Ok(Partitioned::Wrong(error));
    }
    if buckets.len() > 1 {
        let error = SparkError::new("UNSUPPORTED_FEATURE.MULTIPLE_BUCKET_TRANSFORMS", &[]);
        return Ok(Partitioned::Wrong(error));
    }
    Ok(Partitioned::By(columns, buckets.pop()))
}

/// After `bucket(`.
fn bucket(parser: &mut Parser) -> Result<Buckets, ParserError> {
    let token = parser.next_token();
    let count = match &token.token {
        Token::Number(text, _) => text.parse().ok(),
        _ => None,
    };
    let Some(count) = count else {
        return parser.expected("a number", token);
    };
    parser.expect_token(&Token::Comma)?;
    let columns = parser.parse_comma_separated(Parser::parse_identifier)?;
    parser.expect_token(&Token::RParen)?;
    Ok(Buckets {
        count,
        columns: convert::idents(&columns),
        sort_by: Vec::new(),
        descending: None,
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
