//! Running sqlparser's parser over a [`Source`], and the state while its tree is
//! turned into ours: `query.rs`, `from.rs`, `expression.rs`, `function.rs` and
//! `window.rs` are each a part of [`Converter`].

use std::sync::Arc;

use sqlparser::ast::{Ident, ObjectName, ObjectNamePart};
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Location, Span};

use super::dialect::SparkDialect;
use super::source::Source;
use super::{Parameters, ParseOptions, error};
use crate::error::{Result, SparkError};
use crate::plan::{Plan, WindowSpec};

/// Nesting that is parsed before it is refused, instead of an overflow of the stack.
const DEPTH: usize = 100;

/// What `run` reads, the index of the token after it, and that of the furthest token
/// which was looked at.
pub(super) fn with_parser<T>(
    source: &Source,
    run: impl FnOnce(&mut Parser) -> Result<T, ParserError>,
) -> Result<(T, usize, usize)> {
    let dialect = SparkDialect::default();
    let mut parser = Parser::new(&dialect)
        .with_recursion_limit(DEPTH)
        .with_tokens_with_locations(source.tokens.clone());
    let result = run(&mut parser);
    let next = parser.index();
    drop(parser);
    match result {
        Ok(value) => Ok((value, next, dialect.reached())),
        Err(failure) => Err(error::from_parser(
            source,
            &failure,
            next,
            dialect.reached(),
        )),
    }
}

pub(super) struct Converter<'a> {
    pub(super) source: &'a Source<'a>,
    pub(super) options: &'a ParseOptions,
    pub(super) parameters: &'a Parameters,
    /// Named windows of the selects around the current place, innermost last.
    pub(super) windows: Vec<Vec<(String, WindowSpec)>>,
    /// The rows before the steps of pipes around the current place, innermost last.
    pub(super) piped: Vec<Arc<Plan>>,
}

impl<'a> Converter<'a> {
    pub(super) fn new(
        source: &'a Source<'a>,
        options: &'a ParseOptions,
        parameters: &'a Parameters,
    ) -> Self {
        Self {
            source,
            options,
            parameters,
            windows: Vec::new(),
            piped: Vec::new(),
        }
    }

    /// An error about the text of `span`.
    pub(super) fn at(&self, error: SparkError, span: Span) -> SparkError {
        self.source.at_fragment(error, span)
    }

    /// `span` and the token before it.
    pub(super) fn with_previous(&self, span: Span) -> Span {
        let before = self
            .source
            .index_at(span.start)
            .and_then(|index| index.checked_sub(1));
        match before {
            Some(index) => Span {
                start: self.source.start_of(index),
                end: span.end,
            },
            None => span,
        }
    }

    /// A syntax error at the token that starts at `at`.
    pub(super) fn unexpected(&self, at: Location) -> SparkError {
        let index = self.source.index_at(at).unwrap_or(self.source.tokens.len());
        error::near(self.source, index, "")
    }
}

/// What is wrong with a type in a statement: of the whole statement, where it is about
/// meaning and not about form.
pub(super) fn type_error(converter: &Converter, error: SparkError) -> SparkError {
    if error.condition() == "PARSE_SYNTAX_ERROR" {
        return error;
    }
    let parameters: Vec<_> = error
        .parameters()
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let bare = SparkError::new(error.condition(), &parameters);
    converter.at(bare, converter.source.whole())
}

pub(super) fn object_name(name: &ObjectName) -> Result<Vec<String>> {
    name.0
        .iter()
        .map(|part| match part {
            ObjectNamePart::Identifier(ident) => Ok(ident.value.clone()),
            ObjectNamePart::Function(_) => Err(SparkError::not_implemented(
                "a function call as part of a name",
            )),
        })
        .collect()
}

pub(super) fn idents(names: &[Ident]) -> Vec<String> {
    names.iter().map(|name| name.value.clone()).collect()
}
