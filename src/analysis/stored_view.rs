//! Views that outlive their session: resolved under the settings and names of when they
//! were made, and given the columns that they had then.

use std::sync::Arc;

use super::expression::{Resolver, Typed};
use super::project::emit;
use super::{Analyzer, Catalog, Context, Options, Resolved};
use crate::error::{Result, SparkError, quoted};
use crate::functions::Settings;
use crate::plan::Plan;
use crate::types::StructType;

/// A stored view, parsed.
pub struct DefinedView {
    pub plan: Arc<Plan>,
    /// The view's whole name.
    pub name: Vec<String>,
    /// Those of the query that are the view's columns, in order.
    pub columns: Vec<String>,
    pub schema: StructType,
    pub settings: Settings,
    pub options: Options,
    /// Where the names in it are looked up first.
    pub database: String,
    pub catalog: Arc<dyn Catalog>,
}

impl Analyzer<'_> {
    pub(super) fn defined(&mut self, view: DefinedView) -> Result<Resolved> {
        let context = Context {
            settings: view.settings,
            options: view.options,
            catalog: view.catalog,
            database: view.database,
            ..self.context.clone()
        };
        let mut inner = Analyzer {
            context: &context,
            outer: Vec::new(),
            definitions: Vec::new(),
            inside: Vec::new(),
            behind: Vec::new(),
        };
        let resolved = inner.relation(&view.plan)?;
        let resolver = Resolver::new(&mut inner, &resolved);
        let mut typed = Vec::with_capacity(view.columns.len());
        for (at, (column, field)) in view
            .columns
            .iter()
            .zip(view.schema.fields.iter())
            .enumerate()
        {
            let before = &view.columns[..at];
            let nth = before.iter().filter(|other| *other == column).count();
            let mut found = resolved.output.iter().filter(|a| a.name == *column);
            let Some(attribute) = found.nth(nth) else {
                return Err(changed(&view.name, column, nth, &resolved));
            };
            let nullable = attribute.nullable;
            let mut value = Typed::of(attribute);
            if value.data_type != field.data_type {
                value = resolver.coerce(value, &field.data_type)?;
                value.nullable = nullable;
            }
            typed.push(value);
        }
        let visible = typed.len();
        let plan = Arc::clone(&resolved.plan);
        let mut out = emit(plan, typed, visible, None, resolved.streaming)?.resolved();
        for (attribute, field) in out.output.iter_mut().zip(view.schema.fields.iter()) {
            attribute.name.clone_from(&field.name);
            attribute.metadata.clone_from(&field.metadata);
        }
        Ok(out)
    }
}

/// The query of a view has no longer the column that the view shows.
fn changed(view: &[String], column: &str, nth: usize, resolved: &Resolved) -> SparkError {
    let found = resolved.output.iter().filter(|a| a.name == column);
    let found: Vec<_> = found.map(|a| a.name.as_str()).collect();
    let statement = format!("CREATE OR REPLACE VIEW {} AS …", quoted(view));
    SparkError::new(
        "INCOMPATIBLE_VIEW_SCHEMA_CHANGE",
        &[
            ("viewName", &quoted(view)),
            ("colName", &quoted(&[column])),
            ("expectedNum", &(nth + 1).to_string()),
            ("actualCols", &format!("[{}]", found.join(", "))),
            ("suggestion", &statement),
        ],
    )
}
