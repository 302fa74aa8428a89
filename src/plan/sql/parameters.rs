//! Values for the `:name` and `?` places of `spark.sql(text, args)`.

use sqlparser::tokenizer::Location;

use super::source::Source;
use crate::error::{Result, SparkError};
use crate::plan::Expr;

#[derive(Debug, Clone, Default, PartialEq)]
pub enum Parameters {
    #[default]
    None,
    /// For `?`, in the order of the text; more than the text has are ignored.
    Positional(Vec<Expr>),
    /// For `:name`, names as written (case counts).
    Named(Vec<(String, Expr)>),
}

impl Parameters {
    /// The value for the place `marker` (`?` or `:name`) at `at`.
    pub(super) fn value(&self, source: &Source, marker: &str, at: Location) -> Result<Expr> {
        let name = marker.strip_prefix(':');
        match (self, name) {
            (Self::Named(values), Some(name)) => values
                .iter()
                .find(|(known, _)| known == name)
                .map(|(_, value)| value.clone()),
            (Self::Positional(values), None) => {
                values.get(source.question_marks_before(at)).cloned()
            }
            (Self::Named(values), None) if !values.is_empty() => return Err(mixed()),
            (Self::Positional(values), Some(_)) if !values.is_empty() => return Err(mixed()),
            _ => None,
        }
        .ok_or_else(|| {
            // An unnamed place is called by its offset in the text.
            let offset = source
                .slice(Location { line: 1, column: 1 }, at)
                .chars()
                .count();
            let shown = name.map_or_else(|| format!("_{offset}"), str::to_string);
            SparkError::new("UNBOUND_SQL_PARAMETER", &[("name", &shown)])
        })
    }
}

fn mixed() -> SparkError {
    SparkError::new("INVALID_QUERY_MIXED_QUERY_PARAMETERS", &[])
}
