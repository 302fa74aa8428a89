//! `SHOW`, `DESCRIBE` and `DROP FUNCTION`.

use super::{matching, texts};
use crate::analysis::{Catalog, DefinedRoutine, search_path};
use crate::error::{Result, SparkError, quoted};
use crate::execution::{Session, Table};
use crate::functions::described;
use crate::plan::Returns;

/// The names of the session's functions, of stored ones and of Spark's own.
pub fn show(
    session: &Session,
    (user, system): (bool, bool),
    namespace: Option<&[String]>,
    pattern: Option<&str>,
) -> Result<Table> {
    let database = session.namespace(namespace)?;
    let mut names = Vec::new();
    if system {
        names.extend(crate::functions::names());
        let aggregates = crate::engine::aggregate::NAMES.iter();
        names.extend(aggregates.map(|name| (*name).to_string()));
    }
    if user {
        names.extend(session.catalog.function_names());
        names.extend(session.catalog.temporary_routine_names());
    }
    names.sort();
    names.dedup();
    let mut names = matching(names, pattern)?;
    if user {
        let stored = session.warehouse()?.routine_names(&database);
        let stored = matching(stored, pattern)?.into_iter();
        names.extend(stored.map(|name| format!("spark_catalog.{database}.{name}")));
        names.sort();
    }
    texts(session, &["function"], vec![names])
}

fn is_built_in(name: &str) -> bool {
    crate::functions::names().iter().any(|known| known == name)
        || crate::engine::aggregate::NAMES.contains(&name)
}

/// `DROP [TEMPORARY] FUNCTION`.
pub fn drop(session: &Session, name: &[String], if_exists: bool, temporary: bool) -> Result<()> {
    let last = name.last().cloned().unwrap_or_default().to_lowercase();
    let mut is_known = temporary && session.catalog.remove_function(&last);
    is_known |= temporary && session.drop_routine(name, true)?;
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
    if !temporary {
        is_known = session.drop_routine(name, false)?;
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

/// `DESCRIBE FUNCTION`: what a function made in SQL is.
pub fn describe(session: &Session, name: &[String], extended: bool) -> Result<Table> {
    let last = name.last().cloned().unwrap_or_default().to_lowercase();
    if let Some(found) = session.catalog.routine(name)? {
        return texts(session, &["function_desc"], vec![lines(&found, extended)]);
    }
    let is_known = is_built_in(&last)
        || session.catalog.function(&last).is_some()
        || session.catalog.table_function(&last).is_some();
    let own = [["builtin"].as_slice(), &["system", "builtin"]];
    let spaces = &name[..name.len().saturating_sub(1)];
    let is_own = spaces.is_empty() || own.iter().any(|own| same(spaces, own));
    if let Some(known) = described(&last).filter(|_| is_own) {
        return texts(session, &["function_desc"], vec![known.lines(extended)]);
    }
    if is_known && spaces.is_empty() {
        return Err(SparkError::not_implemented(
            "DESCRIBE FUNCTION of a Python function",
        ));
    }
    Err(SparkError::new(
        "UNRESOLVED_ROUTINE",
        &[
            ("routineName", &quoted(name)),
            ("searchPath", &search_path(&session.catalog.current())),
        ],
    ))
}

fn same(names: &[String], wanted: &[&str]) -> bool {
    let mut pairs = names.iter().zip(wanted);
    names.len() == wanted.len() && pairs.all(|(name, wanted)| name.eq_ignore_ascii_case(wanted))
}

/// `REFRESH FUNCTION`: what is stored is read at each use.
pub fn refresh(session: &Session, name: &[String]) -> Result<()> {
    let last = name.last().cloned().unwrap_or_default();
    if name.len() == 1 && described(&last.to_lowercase()).is_some() {
        return Err(SparkError::new(
            "_LEGACY_ERROR_TEMP_1256",
            &[("functionName", &last)],
        ));
    }
    if session.catalog.routine(name)?.is_some() {
        return Ok(());
    }
    let shown = match name {
        [only] => quoted(&[session.catalog.current(), only.clone()]),
        _ => quoted(name),
    };
    Err(SparkError::new(
        "ROUTINE_NOT_FOUND",
        &[("routineName", &shown)],
    ))
}

fn lines(found: &DefinedRoutine, extended: bool) -> Vec<String> {
    let routine = &found.routine;
    let width = if extended { 15 } else { 10 };
    let mut out = Vec::new();
    let mut told = |head: &str, all: Vec<String>| {
        for (at, line) in all.into_iter().enumerate() {
            let head = match at {
                0 => format!("{head}:"),
                _ => String::new(),
            };
            out.push(format!("{head:width$}{line}"));
        }
    };
    let (kind, returns) = match &routine.returns {
        Returns::Scalar(data_type) => {
            let shown = data_type.as_ref().map(crate::types::DataType::sql);
            ("SCALAR", shown.into_iter().collect())
        }
        Returns::Table(columns) => {
            let fields = columns.iter().flat_map(|columns| columns.fields.iter());
            let shown = fields.map(|f| format!("{} {}", f.name, f.data_type.sql()));
            ("TABLE", shown.collect())
        }
    };
    let inputs = routine.parameters.iter().map(|parameter| {
        let mut line = format!("{} {}", parameter.name, parameter.data_type.sql());
        if let Some(default) = parameter.default.as_ref().filter(|_| extended) {
            line.push_str(&format!(" DEFAULT {default}"));
        }
        if let Some(comment) = parameter.comment.as_ref().filter(|_| extended) {
            line.push_str(&format!(" '{comment}'"));
        }
        line
    });
    told("Function", vec![found.name.join(".")]);
    told("Type", vec![kind.into()]);
    told("Input", inputs.collect());
    told("Returns", returns);
    if extended {
        told("Comment", routine.comment.iter().cloned().collect());
        let is_fixed = routine.deterministic.unwrap_or(true);
        told("Deterministic", vec![is_fixed.to_string()]);
        told("Data Access", vec!["CONTAINS SQL".into()]);
        told("Body", vec![routine.body.clone()]);
    }
    out
}
