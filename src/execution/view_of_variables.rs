//! Temporary views whose queries name variables: each use looks them up anew.

use std::sync::Arc;

use super::command::named;
use super::conf::Conf;
use super::session::{Session, parse_options};
use super::variables::{Visible, values_of};
use crate::error::{Result, SparkError};
use crate::plan::Plan;
use crate::plan::sql::{Parameters, Statement, parse_statement};

/// The text of a view's query, and what its variables are looked up in.
pub(super) struct OfVariables {
    text: String,
    columns: Vec<String>,
    seen: Visible,
}

impl Session {
    /// `CREATE TEMPORARY VIEW` of a query that names variables.
    pub(super) fn create_view_of_variables(
        &self,
        name: &str,
        variable: &str,
        text: Option<String>,
        columns: Vec<String>,
        (replace, is_global): (bool, bool),
    ) -> Result<()> {
        let Some(text) = text.filter(|_| self.script.is_none()) else {
            return Err(SparkError::not_implemented(format_args!(
                "the variable {variable} in a view with parameters or of a script"
            )));
        };
        let view = OfVariables {
            text,
            columns,
            seen: self.seen_variables(),
        };
        self.catalog
            .create_view_of_variables(name, view, replace, is_global)
    }
}

impl OfVariables {
    /// The query as it is now.
    pub(super) fn plan(&self, conf: &Arc<Conf>) -> Result<Arc<Plan>> {
        let mut options = parse_options(conf)?;
        options.variables = Some(values_of(self.seen.clone()));
        match parse_statement(&self.text, &options, &Parameters::None)? {
            Statement::Query(plan) => Ok(named(plan, &self.columns)),
            _ => Err(SparkError::internal("a view's text is no query")),
        }
    }
}
