//! `EXECUTE IMMEDIATE`: a statement whose text is a value.

use std::sync::Arc;

use datafusion::common::ScalarValue;

use super::session::{Session, Table};
use super::variables::holds_query;
use crate::analysis::Variable;
use crate::error::{Result, SparkError, quoted};
use crate::plan::Expr;
use crate::plan::sql::{Immediate, Parameters, Statement};
use crate::types::DataType;

impl Session {
    pub(super) async fn execute_immediate(&self, immediate: Immediate) -> Result<Table> {
        let shown = crate::plan::text::expr_text(&immediate.text);
        let (text, kind) = self.value_of(immediate.text, None).await?;
        if kind != DataType::String {
            return Err(SparkError::new(
                "INVALID_EXPR_TYPE_FOR_QUERY_EXECUTE_IMMEDIATE",
                &[("exprType", &format!("\"{}\"", kind.sql()))],
            ));
        }
        let ScalarValue::Utf8(Some(text)) = text else {
            return Err(SparkError::new(
                "NULL_QUERY_STRING_EXECUTE_IMMEDIATE",
                &[("varName", &quoted(&[shown]))],
            ));
        };
        let parameters = self.arguments(immediate.using).await?;
        // The text knows nothing of a script around it.
        let alone = Session {
            script: None,
            ..self.clone()
        };
        let sql_string = ("sqlString", text.as_str());
        let statement = alone.parse(&text, &parameters)?;
        if matches!(statement, Statement::Script(_)) {
            return Err(SparkError::new(
                "SQL_SCRIPT_IN_EXECUTE_IMMEDIATE",
                &[sql_string],
            ));
        }
        if immediate.into.is_empty() {
            return Box::pin(alone.carry_out(statement)).await;
        }
        let Statement::Query(plan) = statement else {
            return Err(SparkError::new(
                "INVALID_STATEMENT_FOR_EXECUTE_INTO",
                &[("sqlString", &text.to_uppercase())],
            ));
        };
        let unknown = |name: &&Vec<String>| self.target(name).is_err();
        if let Some(name) = immediate.into.iter().find(unknown) {
            return Err(SparkError::new(
                "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION",
                &[("objectName", &quoted(name))],
            ));
        }
        alone.analyze(Arc::clone(&plan))?;
        self.set_from_row(&immediate.into, plan).await?;
        super::command::nothing(self)
    }

    pub(super) async fn arguments(&self, using: Vec<(Option<String>, Expr)>) -> Result<Parameters> {
        let names = using.iter().filter(|(name, _)| name.is_some()).count();
        let mut values = Vec::with_capacity(using.len());
        for (name, expr) in using {
            if holds_query(&expr) {
                let shown = crate::plan::text::expr_text(&expr);
                return Err(SparkError::new(
                    "UNSUPPORTED_EXPR_FOR_PARAMETER",
                    &[("invalidExprSql", &format!("\"{shown}\""))],
                ));
            }
            let (value, data_type) = self.value_of(expr.clone(), None).await?;
            let variable = Variable {
                name: Vec::new(),
                data_type,
                value,
            };
            // What no literal can hold is computed where it stands.
            let value = variable.literal().map_or(expr, Expr::Literal);
            values.push((name, value));
        }
        if values.is_empty() {
            return Ok(Parameters::None);
        }
        if names == values.len() {
            let named = |(name, value): (Option<String>, Expr)| Some((name?, value));
            return Ok(Parameters::Named(
                values.into_iter().filter_map(named).collect(),
            ));
        }
        Ok(Parameters::Positional(
            values.into_iter().map(|(_, value)| value).collect(),
        ))
    }
}
