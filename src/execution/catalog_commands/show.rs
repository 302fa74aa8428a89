//! What tables and functions have, as lists.

use super::{matching, texts};
use crate::analysis::{Catalog, search_path};
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

/// The names of the session's functions and of Spark's own.
pub fn functions(
    session: &Session,
    user: bool,
    system: bool,
    namespace: Option<Vec<String>>,
    pattern: Option<String>,
) -> Result<Table> {
    session.namespace(namespace.as_deref())?;
    let mut names = Vec::new();
    if system {
        names.extend(crate::functions::names());
        let aggregates = crate::engine::aggregate::NAMES.iter();
        names.extend(aggregates.map(|name| (*name).to_string()));
    }
    if user {
        names.extend(session.catalog.function_names());
    }
    names.sort();
    names.dedup();
    texts(
        session,
        &["function"],
        vec![matching(names, pattern.as_deref())?],
    )
}

fn is_built_in(name: &str) -> bool {
    crate::functions::names().iter().any(|known| known == name)
        || crate::engine::aggregate::NAMES.contains(&name)
}

/// `DROP [TEMPORARY] FUNCTION`: of the program's; there are no stored ones.
pub fn drop_function(
    session: &Session,
    name: &[String],
    if_exists: bool,
    temporary: bool,
) -> Result<()> {
    let last = name.last().cloned().unwrap_or_default().to_lowercase();
    let is_known = temporary && session.catalog.remove_function(&last);
    if !temporary && name.len() == 1 && is_built_in(&last) {
        return Err(SparkError::new(
            "FORBIDDEN_OPERATION",
            &[
                ("statement", "DROP"),
                ("objectType", "FUNCTION"),
                ("objectName", &quoted(name)),
            ],
        ));
    }
    if is_known || if_exists {
        return Ok(());
    }
    let shown = match (temporary, name) {
        (false, [only]) => quoted(&[session.catalog.current(), only.clone()]),
        _ => quoted(name),
    };
    Err(SparkError::new(
        "ROUTINE_NOT_FOUND",
        &[("routineName", &shown)],
    ))
}

/// `DESCRIBE FUNCTION`: whether there is one.
pub fn function(session: &Session, name: &[String]) -> Result<Table> {
    let last = name.last().cloned().unwrap_or_default().to_lowercase();
    let is_known = is_built_in(&last)
        || session.catalog.function(&last).is_some()
        || session.catalog.table_function(&last).is_some();
    if is_known {
        return Err(SparkError::not_implemented("DESCRIBE FUNCTION"));
    }
    Err(SparkError::new(
        "UNRESOLVED_ROUTINE",
        &[
            ("routineName", &quoted(name)),
            ("searchPath", &search_path(&session.catalog.current())),
        ],
    ))
}

/// `REFRESH TABLE`.
pub fn refresh(session: &Session, name: &[String]) -> Result<()> {
    match session.named(name)? {
        Found::Stored(found) => session.refresh_kept(&found.name),
        Found::Temporary => Ok(()),
    }
}
