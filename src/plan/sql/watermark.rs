//! `WATERMARK time DELAY OF INTERVAL …` after a table. sqlparser knows no such clause: to it
//! the word is the table's alias. So the dialect steps over the clause where it asks for an
//! alias, and it is read once more, from the alias on, when the tree is turned into ours.

use std::sync::Arc;

use sqlparser::ast::{Expr as Sql, Ident, TableAlias};
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Token, Word};

use super::convert::{self, Converter};
use super::source::Source;
use super::{from, interval};
use crate::error::{Result, SparkError};
use crate::plan::{Expr, Literal, Plan, Relation};

pub(super) struct Clause {
    time: Sql,
    /// The name of the time, where it is more than a column.
    name: Option<Ident>,
    delay: Sql,
    alias: Option<TableAlias>,
}

fn is_word(token: &Token, wanted: &str) -> bool {
    matches!(token, Token::Word(Word { value, quote_style: None, .. })
        if value.eq_ignore_ascii_case(wanted))
}

/// Steps over the rest of a clause whose first word was taken; false, with nothing taken,
/// where there is none.
pub(super) fn skip(parser: &mut Parser) -> bool {
    let starts = is_word(&parser.get_current_token().token, "watermark");
    starts && matches!(parser.maybe_parse(parse), Ok(Some(_)))
}

fn parse(parser: &mut Parser) -> Result<Clause, ParserError> {
    let time = parser.parse_expr()?;
    let name = match parser.parse_keyword(Keyword::AS) {
        true => Some(parser.parse_identifier()?),
        false => None,
    };
    for word in ["delay", "of"] {
        if !is_word(&parser.peek_token_ref().token, word) {
            return parser.expected("DELAY OF", parser.peek_token());
        }
        parser.advance_token();
    }
    let delay = interval::parse(parser)?;
    Ok(Clause {
        time,
        name,
        delay,
        alias: parser.maybe_parse_table_alias()?,
    })
}

/// The clause that stands where the tree has an alias.
pub(super) fn of_alias(source: &Source, alias: &Ident) -> Result<Option<Clause>> {
    let is_first = alias.quote_style.is_none() && alias.value.eq_ignore_ascii_case("watermark");
    let Some(index) = source.index_at(alias.span.start).filter(|_| is_first) else {
        return Ok(None);
    };
    let rest = source.from(index + 1);
    let read = convert::with_parser(&rest, |parser| parser.maybe_parse(parse))?;
    Ok(read.0)
}

impl Converter<'_> {
    pub(super) fn watermark(&mut self, input: Arc<Plan>, clause: &Clause) -> Result<Arc<Plan>> {
        let written = format!("{}", clause.delay);
        let delay = match self.expression(&clause.delay)? {
            Expr::Literal(literal @ (Literal::DayTime(..) | Literal::YearMonth(..))) => {
                crate::plan::text::literal_text(&literal, self.options.time_zone)
            }
            Expr::Literal(Literal::String(text)) => text,
            _ => written,
        };
        let time = self.expression(&clause.time)?;
        let (input, column) = match (&time, &clause.name) {
            (Expr::Attribute(parts), None) => (input, crate::error::quoted(parts)),
            (_, Some(name)) => {
                let columns = vec![(name.value.clone(), time)];
                let named = Relation::WithColumns { input, columns };
                (Plan::new(named), crate::error::quoted(&[&name.value]))
            }
            _ => {
                return Err(SparkError::new(
                    "REQUIRES_EXPLICIT_NAME_IN_WATERMARK_CLAUSE",
                    &[("sqlExpr", &crate::plan::text::expr_text(&time))],
                ));
            }
        };
        let column = match column.strip_prefix('`').and_then(|c| c.strip_suffix('`')) {
            Some(plain) if plain.chars().all(|c| c.is_alphanumeric() || c == '_') => plain.into(),
            _ => column,
        };
        let plan = Plan::new(Relation::Watermark {
            input,
            column,
            delay,
        });
        Ok(match &clause.alias {
            Some(alias) => from::named(plan, alias),
            None => plan,
        })
    }
}
