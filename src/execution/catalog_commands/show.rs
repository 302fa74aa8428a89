//! What tables and functions have, as lists.

use super::texts;
use crate::error::{Result, SparkError, quoted};
use crate::execution::databases::namespace_of;
use crate::execution::table_names::Found;
use crate::execution::{Session, Table};
use crate::plan::{Plan, Relation};

pub fn columns(
    session: &Session,
    table: Vec<String>,
    namespace: Option<Vec<String>>,
) -> Result<Table> {
    let table = match (namespace, table.as_slice()) {
        (Some(mut namespace), [name]) => {
            namespace.push(name.clone());
            namespace
        }
        (Some(namespace), [.., name]) => {
            let said = &table[..table.len() - 1];
            if namespace_of(said) != namespace_of(&namespace) {
                return Err(SparkError::new(
                    "SHOW_COLUMNS_WITH_CONFLICT_NAMESPACE",
                    &[
                        ("namespaceA", &quoted(&namespace)),
                        ("namespaceB", &quoted(said)),
                    ],
                ));
            }
            let mut all = namespace;
            all.push(name.clone());
            all
        }
        (_, _) => table,
    };
    let names = match session.named(&table)? {
        Found::Stored(found) => found.schema.fields.iter().map(|f| f.name.clone()).collect(),
        Found::Temporary => {
            let view = session.analyze(Plan::new(Relation::Table(table)))?;
            view.resolved
                .output
                .iter()
                .map(|a| a.name.clone())
                .collect()
        }
    };
    texts(session, &["col_name"], vec![names])
}

pub fn properties(session: &Session, table: &[String], key: Option<String>) -> Result<Table> {
    let Found::Stored(found) = session.named(table)? else {
        return texts(session, &["key", "value"], vec![Vec::new(), Vec::new()]);
    };
    let (keys, values) = match key {
        Some(key) => {
            let value = found.properties.get(&key).cloned();
            let value = value.unwrap_or_else(|| {
                let name = found.plain_name();
                format!("Table {name} does not have property: {key}")
            });
            (vec![key], vec![value])
        }
        None => found.properties.clone().into_iter().unzip(),
    };
    texts(session, &["key", "value"], vec![keys, values])
}

/// `REFRESH TABLE`.
pub fn refresh(session: &Session, name: &[String]) -> Result<()> {
    match session.named(name)? {
        Found::Stored(found) => session.refresh_kept(&found.name),
        Found::Temporary => Ok(()),
    }
}
