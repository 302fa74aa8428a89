//! Statements that are not queries: views, settings, caches, explain.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, StringArray};
use arrow::record_batch::{RecordBatch, RecordBatchOptions};

use super::files::Glob;
use super::session::{Session, Table};
use super::tables;
use crate::analysis::{SEARCH_PATH, not_found};
use crate::error::{Result, SparkError, quoted};
use crate::plan::sql::{Statement, ViewScope};
use crate::plan::{LocalData, Plan, Relation};
use crate::types::{DataType, StructField, StructType};

/// Runs a statement. Its result is a frame, empty where it has none.
pub fn execute(session: &Session, statement: Statement) -> Result<Table> {
    match statement {
        Statement::Query(plan) => return session.analyze(plan),
        Statement::CreateView {
            name,
            scope,
            replace,
            if_not_exists,
            columns,
            plan,
            ..
        } => {
            create_view(
                session,
                &name,
                scope,
                (replace, if_not_exists),
                &columns,
                plan,
            )?;
        }
        Statement::DropTable { name, if_exists } => session.drop_table(&name, if_exists)?,
        Statement::CreateTable(_) | Statement::Insert(_) => {
            return Err(SparkError::internal(
                "a statement that writes in the wrong place",
            ));
        }
        Statement::DropView { name, if_exists } => drop_view(session, &name, if_exists)?,
        Statement::SetConf { key, value } => {
            session.conf.set(&key, &value)?;
            return pairs(session, vec![(key, value)]);
        }
        Statement::GetConf { key } => {
            let value = session
                .conf
                .find(&key)
                .unwrap_or_else(|| "<undefined>".into());
            return pairs(session, vec![(key, value)]);
        }
        Statement::ShowConf { verbose: false } => {
            return pairs(session, session.conf.all().into_iter().collect());
        }
        Statement::ResetConf { key } => match key {
            Some(key) => session.conf.reset(&key)?,
            None => session.conf.reset_all(),
        },
        Statement::ShowTables { namespace, pattern }
            if namespace.as_deref().is_none_or(tables::is_default) =>
        {
            return listed(session, "tableName", pattern.as_deref());
        }
        Statement::ShowViews { namespace, pattern }
            if namespace.as_deref().is_none_or(tables::is_default) =>
        {
            return listed(session, "viewName", pattern.as_deref());
        }
        Statement::CacheTable {
            name, plan: None, ..
        } => {
            let table = session.analyze(Plan::new(Relation::Table(name)))?;
            session.cache.add(&table.resolved.plan);
        }
        Statement::CacheTable {
            name,
            plan: Some(plan),
            ..
        } => {
            let table = session.analyze(plan)?;
            session.cache.add(&table.resolved.plan);
            session
                .catalog
                .create_view(&single(&name)?, table.plan, true, false)?;
        }
        Statement::UncacheTable { name, if_exists } => {
            match session.analyze(Plan::new(Relation::Table(name))) {
                Ok(table) => session.cache.remove(&table.resolved.plan),
                Err(e) if if_exists && e.condition() == "TABLE_OR_VIEW_NOT_FOUND" => {}
                Err(e) => return Err(e),
            }
        }
        Statement::ClearCache => session.cache.clear(),
        Statement::Explain { plan, .. } => {
            let table = session.analyze(plan)?;
            let text =
                super::explain::explain(session, &table.resolved, super::explain::Mode::Simple)?;
            return rows(
                session,
                &[("plan", DataType::String)],
                vec![strings(vec![text])],
            );
        }
        Statement::ShowTables { namespace, .. } | Statement::ShowViews { namespace, .. } => {
            return Err(tables::no_schema(&namespace.unwrap_or_default()));
        }
        Statement::ShowConf { verbose: true } => {
            return Err(SparkError::not_implemented("SET -v"));
        }
        Statement::Describe(_) => return Err(SparkError::not_implemented("DESCRIBE")),
    }
    nothing(session)
}

/// The frame of a statement that has no result.
pub fn nothing(session: &Session) -> Result<Table> {
    rows(session, &[], vec![])
}

fn create_view(
    session: &Session,
    name: &[String],
    scope: ViewScope,
    (replace, if_not_exists): (bool, bool),
    columns: &[(String, Option<String>)],
    plan: Arc<Plan>,
) -> Result<()> {
    if scope == ViewScope::Persistent {
        if !replace && !if_not_exists {
            session.refuse_existing(name)?;
        }
        return Err(SparkError::not_implemented("views that are not temporary"));
    }
    let is_global = scope == ViewScope::Global;
    let name = single(name)?;
    if if_not_exists && session.catalog.names().contains(&name.to_lowercase()) {
        return Ok(());
    }
    let plan = if columns.is_empty() {
        plan
    } else {
        let names = columns.iter().map(|(name, _)| name.clone()).collect();
        Plan::new(Relation::Named { input: plan, names })
    };
    // A view that means nothing is refused now, not when it is used.
    let table = session.analyze(plan)?;
    session
        .catalog
        .create_view(&name, table.plan, replace, is_global)
}

fn drop_view(session: &Session, name: &[String], if_exists: bool) -> Result<()> {
    if session.catalog.remove(name) {
        return Ok(());
    }
    session.refuse_as_view(name)?;
    if if_exists {
        return Ok(());
    }
    Err(not_found(name, SEARCH_PATH))
}

fn single(name: &[String]) -> Result<String> {
    match name {
        [name] => Ok(name.clone()),
        _ => Err(SparkError::new(
            "TEMP_VIEW_NAME_TOO_MANY_NAME_PARTS",
            &[("actualName", &quoted(name))],
        )),
    }
}

fn pairs(session: &Session, all: Vec<(String, String)>) -> Result<Table> {
    let (keys, values): (Vec<_>, Vec<_>) = all.into_iter().unzip();
    let columns = [("key", DataType::String), ("value", DataType::String)];
    rows(session, &columns, vec![strings(keys), strings(values)])
}

/// Tables where `label` says so, and views, by name; of a pattern `*` is any text and `|`
/// parts choices.
fn listed(session: &Session, label: &str, pattern: Option<&str>) -> Result<Table> {
    let mut all: Vec<(String, String, bool)> = Vec::new();
    if label == "tableName" {
        let tables = session.warehouse()?.names()?;
        all.extend(
            tables
                .into_iter()
                .map(|name| ("default".into(), name, false)),
        );
    }
    let views = session.catalog.names();
    all.extend(views.into_iter().map(|name| (String::new(), name, true)));
    if let Some(pattern) = pattern {
        let globs = pattern.to_lowercase();
        let globs = globs.split('|').map(|part| Glob::new(part.trim()));
        let globs = globs.collect::<Result<Vec<_>>>()?;
        all.retain(|(_, name, _)| globs.iter().any(|glob| glob.matches(name)));
    }
    let columns = [
        ("namespace", DataType::String),
        (label, DataType::String),
        ("isTemporary", DataType::Boolean),
    ];
    let temporary: Vec<bool> = all.iter().map(|(.., temporary)| *temporary).collect();
    let (namespaces, names) = all
        .into_iter()
        .map(|(space, name, _)| (space, name))
        .unzip();
    let temporary: ArrayRef = Arc::new(BooleanArray::from(temporary));
    let data = vec![strings(namespaces), strings(names), temporary];
    rows(session, &columns, data)
}

fn strings(values: Vec<String>) -> ArrayRef {
    Arc::new(StringArray::from(values))
}

/// A frame of the given columns.
fn rows(session: &Session, columns: &[(&str, DataType)], data: Vec<ArrayRef>) -> Result<Table> {
    let fields = columns
        .iter()
        .map(|(name, t)| StructField::new(*name, t.clone(), false));
    let schema = StructType::new(fields);
    let count = data.first().map_or(0, |c| c.len());
    let options = RecordBatchOptions::new().with_row_count(Some(count));
    let batch = RecordBatch::try_new_with_options(Arc::new(schema.to_arrow()), data, &options)
        .map_err(SparkError::internal)?;
    session.analyze(Plan::new(Relation::Local(LocalData {
        schema,
        batches: Arc::new(vec![batch]),
    })))
}
