//! SQL text to [`Plan`](super::Plan) and [`Expr`](super::Expr): sqlparser's syntax
//! tree in, our trees out.
//!
//! ```text
//! lexer        Spark's tokens            strings · keywords · identifier
//!   │
//! dialect      sqlparser's parser with Spark's forms: prefix · interval
//!   │
//! statement    which statement it is     command · table · catalog_parse · alter
//!   │
//! query        sqlparser's tree → ours: from · expression · function · window
//!              · literal · datetime · interval_value · parameters
//! ```
//!
//! `error` and `source` give every refusal Spark's message with the place in the
//! text. Names are not looked up, and nothing is typed: a `HAVING` without groups,
//! an `ORDER BY` on a column that is not selected or an ordinal is written down as
//! it stands, for `analysis` to judge.

mod about_tables;
mod alter;
mod buckets;
mod catalog_parse;
mod catalog_statement;
mod columns;
mod command;
mod convert;
mod datetime;
mod dialect;
mod error;
mod expression;
mod from;
mod function;
mod group_by;
mod identifier;
mod inline_table;
mod interval;
mod interval_value;
mod keywords;
mod lexer;
mod like;
mod literal;
mod named_arguments;
mod names;
mod parameters;
mod partitions;
mod pipe;
mod pivot;
mod prefix;
mod query;
mod rewrite;
mod routine;
mod sample;
mod script;
mod source;
mod star_except;
mod statement;
mod strings;
mod table;
#[cfg(test)]
mod tests;
mod time_zone;
mod variable;
mod view;
mod watermark;
mod window;

pub use buckets::Buckets;
pub use catalog_statement::{
    AnalyzedColumns, CatalogStatement, Change, PartitionSpec, Properties, StoredView,
};
pub use columns::{Beside, CURRENT_DEFAULT};
pub use command::{Described, ExplainMode, Statement, ViewScope};
pub use identifier::Constants;
pub use names::{parse_attribute_name, parse_multipart_identifier};
pub use parameters::Parameters;
pub use routine::{Body, parse_body};
pub use script::{Block, Condition, Cursor, Handled, Handler, Piece, Script, Step};
pub use statement::{parse_in_script, parse_statement};
pub use table::{CreateTable, Insert};
pub use variable::{Assigned, Immediate, VariableStatement, VariableValues};

use super::Expr;
use crate::error::Result;
use crate::types::Zone;
use convert::Converter;
use source::Source;

/// Settings of the session that change what a text means.
#[derive(Debug, Clone)]
pub struct ParseOptions {
    /// `spark.sql.legacy.parser.havingWithoutGroupByAsWhere`: `HAVING` without
    /// `GROUP BY` filters rows.
    pub having_without_group_by_as_where: bool,
    /// `spark.sql.ansi.doubleQuotedIdentifiers` (with ANSI mode): `"a"` is a name.
    pub double_quoted_identifiers: bool,
    /// `spark.sql.session.timeZone`, in which `TIMESTAMP '…'` is read.
    pub time_zone: Zone,
    /// What `IDENTIFIER(…)` of more than a text is worth; without it there is none.
    pub constants: Option<Constants>,
    /// What variables are worth while the text is read.
    pub variables: Option<VariableValues>,
    pub scripting: Scripting,
}

/// What scripts may have: `spark.sql.scripting.…`.
#[derive(Debug, Clone, Copy)]
pub struct Scripting {
    pub enabled: bool,
    pub continue_handlers: bool,
    pub cursors: bool,
}

impl Default for Scripting {
    fn default() -> Self {
        Self {
            enabled: true,
            continue_handlers: false,
            cursors: false,
        }
    }
}

impl Default for ParseOptions {
    fn default() -> Self {
        Self {
            having_without_group_by_as_where: false,
            double_quoted_identifiers: false,
            time_zone: Zone::UTC,
            constants: None,
            variables: None,
            scripting: Scripting::default(),
        }
    }
}

/// One item of a select list: the text of `expr`, `selectExpr` and of a filter.
///
/// An alias and a star are allowed. A sort direction is not part of it: as in Spark
/// `expr("a desc")` gives `a` the name `desc`.
///
/// # Errors
/// `PARSE_SYNTAX_ERROR` and the other conditions of SQL text.
pub fn parse_expression(text: &str, options: &ParseOptions) -> Result<Expr> {
    let mut source = Source::new(text, options)?;
    identifier::replace(&mut source, options, &Parameters::None)?;
    let (item, next, reached) = convert::with_parser(&source, |parser| parser.parse_select_item())?;
    if next < source.tokens.len() {
        return Err(error::leftover(&source, next, reached));
    }
    Converter::new(&source, options, &Parameters::None).select_item(&item)
}
