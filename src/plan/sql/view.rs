//! `CREATE VIEW`, its query turned into a plan: temporary ones keep that, stored ones text.

use super::command::{self, ViewRows, ViewScope};
use super::convert::{self, Converter};
use super::{Parameters, Statement, StoredView, table};
use crate::error::{ErrorClass, Result, SparkError, quoted};

pub(super) fn finish(converter: &mut Converter, view: command::View) -> Result<Statement> {
    let name = convert::idents(&view.name);
    let source = converter.source;
    if view.scope != ViewScope::Persistent {
        let whole = source.whole();
        if view.if_not_exists {
            let message = "It is not allowed to define a TEMPORARY view with IF NOT EXISTS.";
            return Err(converter.at(SparkError::plain(ErrorClass::Parse, message), whole));
        }
        if let [qualifier @ .., last] = name.as_slice()
            && !qualifier.is_empty()
        {
            let parameters = [
                ("objectType", "VIEW"),
                ("objectName", &*quoted(&[last])),
                ("qualifier", &*quoted(qualifier)),
            ];
            let error = SparkError::new("INVALID_TEMP_OBJ_QUALIFIER", &parameters);
            return Err(converter.at(error, whole));
        }
    }
    let is_query = matches!(view.rows, ViewRows::Query(_));
    let plan = match view.rows {
        ViewRows::Query(query) => converter.query(&query)?,
        ViewRows::Source {
            format,
            options,
            columns,
        } => table::source(converter, &format, options, columns)?,
    };
    let (first, next) = view.text;
    let last = source
        .tokens
        .get(next.saturating_sub(1))
        .map_or(source.end(), |t| t.span.end);
    let text = source.slice(source.start_of(first), last).to_string();
    if view.scope != ViewScope::Persistent {
        let has_values = !matches!(converter.parameters, Parameters::None);
        return Ok(Statement::CreateView {
            text: (is_query && !has_values).then_some(text),
            name,
            scope: view.scope,
            replace: view.replace,
            if_not_exists: view.if_not_exists,
            columns: view.columns,
            plan,
        });
    }
    if !matches!(converter.parameters, Parameters::None) {
        return Err(SparkError::not_implemented("parameters in a stored view"));
    }
    Ok(Statement::CreateStoredView(Box::new(StoredView {
        name,
        scope: view.scope,
        replace: view.replace,
        if_not_exists: view.if_not_exists,
        is_altered: view.is_altered,
        columns: view.columns,
        comment: view.comment,
        properties: view.properties,
        plan,
        text,
    })))
}
