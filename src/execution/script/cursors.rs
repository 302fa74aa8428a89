//! Cursors: a query of a block whose rows are fetched one by one.

use std::collections::VecDeque;

use datafusion::common::ScalarValue;

use super::run::Running;
use crate::error::{Result, SparkError, quoted};
use crate::plan::sql::{Cursor, Parameters, Piece, Statement, parse_in_script};
use crate::plan::{LocalData, Plan, Relation, Slices};

pub(super) struct CursorState {
    query: Piece,
    /// The rows that are left, where it is open.
    rows: Option<Rows>,
}

struct Rows {
    schema: crate::types::StructType,
    left: VecDeque<Vec<ScalarValue>>,
}

impl CursorState {
    pub(super) fn new(cursor: &Cursor) -> Self {
        Self {
            query: cursor.query.clone(),
            rows: None,
        }
    }
}

/// A cursor's name with the label that may stand before it.
fn parted(name: &[String]) -> Result<(Option<String>, String)> {
    match name {
        [name] => Ok((None, name.to_lowercase())),
        [label, name] => Ok((Some(label.to_lowercase()), name.to_lowercase())),
        _ => Err(SparkError::new(
            "CURSOR_REFERENCE_INVALID_QUALIFIER",
            &[("cursorName", &quoted(name))],
        )),
    }
}

fn refused(condition: &str, name: &[String]) -> SparkError {
    SparkError::new(condition, &[("cursorName", &quoted(name))])
}

impl Running {
    /// What is done with the cursor of this name.
    fn with_cursor<T>(
        &self,
        name: &[String],
        run: impl FnOnce(&mut CursorState) -> Result<T>,
    ) -> Result<T> {
        let (label, own) = parted(name)?;
        let mut scopes = self.scopes.0.write();
        let fitting = scopes
            .iter_mut()
            .rev()
            .filter(|scope| label.is_none() || scope.has_label(label.as_deref()))
            .find_map(|scope| scope.cursors.get_mut(&own));
        match fitting {
            Some(cursor) => run(cursor),
            None => Err(SparkError::new(
                "CURSOR_NOT_FOUND",
                &[("cursorName", &name.join("."))],
            )),
        }
    }

    pub(super) async fn open(
        &self,
        name: &[String],
        using: &[(Option<String>, Piece)],
    ) -> Result<()> {
        let query = self.with_cursor(name, |cursor| match cursor.rows {
            Some(_) => Err(refused("CURSOR_ALREADY_OPEN", name)),
            None => Ok(cursor.query.clone()),
        })?;
        let parsed = match using.is_empty() {
            true => self.parse(&query)?,
            false => {
                let parameters = self.arguments(using).await?;
                parse_in_script(&query.text, &self.session.parse_options()?, &parameters)?
            }
        };
        let Statement::Query(plan) = parsed else {
            return Err(SparkError::internal("a cursor's statement is a query"));
        };
        let table = self.session.analyze(plan)?;
        let rows = self.session.rows(&table.resolved, None).await?;
        let schema = table.resolved.schema();
        self.with_cursor(name, |cursor| {
            cursor.rows = Some(Rows {
                schema,
                left: rows.into(),
            });
            Ok(())
        })
    }

    /// The values of the places in a cursor's query.
    async fn arguments(&self, using: &[(Option<String>, Piece)]) -> Result<Parameters> {
        let mut values = Vec::with_capacity(using.len());
        for (name, piece) in using {
            values.push((name.clone(), self.expression(piece)?));
        }
        self.session.arguments(values).await
    }

    pub(super) async fn fetch(&self, name: &[String], into: &[Vec<String>]) -> Result<()> {
        let (schema, row) = self.with_cursor(name, |cursor| {
            let Some(rows) = &mut cursor.rows else {
                return Err(refused("CURSOR_NOT_OPEN", name));
            };
            match rows.left.pop_front() {
                Some(row) => Ok((rows.schema.clone(), row)),
                None => Err(refused("CURSOR_NO_MORE_ROWS", name)),
            }
        })?;
        let plan = Plan::new(Relation::Local(LocalData {
            batches: std::sync::Arc::new(vec![super::run::batch_of(&schema, &row)?]),
            schema,
            slices: Slices::Even,
        }));
        self.session.set_from_row(into, plan).await
    }

    pub(super) fn close(&self, name: &[String]) -> Result<()> {
        self.with_cursor(name, |cursor| match cursor.rows.take() {
            Some(_) => Ok(()),
            None => Err(refused("CURSOR_NOT_OPEN", name)),
        })
    }
}
