//! Statements that are not queries: temporary views, settings, caches, explain.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, StringArray};
use arrow::record_batch::{RecordBatch, RecordBatchOptions};

use super::cache::{Level, USUAL};
use super::databases::GLOBAL;
use super::files::Glob;
use super::session::{Session, Table};
use crate::error::{ErrorClass, Result, SparkError, quoted};
use crate::plan::sql::{Statement, ViewScope};
use crate::plan::{LocalData, Plan, Relation, Slices};
use crate::types::{DataType, StructField, StructType};

/// The setting of the session's zone.
const TIME_ZONE: &str = "spark.sql.session.timeZone";

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
            text,
        } => {
            let how = (replace, if_not_exists);
            create_view(session, &name, scope, how, &columns, plan, text)?;
        }
        Statement::CreateStoredView(view) => session.create_stored_view(*view)?,
        Statement::Catalog(statement) => {
            return super::catalog_commands::execute(session, *statement);
        }
        Statement::Change { table, operation } => {
            let table = session.target_table(&table)?;
            let error = super::catalog_commands::refused(operation, &table);
            return Err(match operation {
                // Spark gives up on these where it plans them.
                "UPDATE TABLE" | "MERGE INTO TABLE" => {
                    error.with_class(ErrorClass::UnsupportedOperation)
                }
                _ => error,
            });
        }
        Statement::DropTable { name, if_exists } => session.drop_table(&name, if_exists, false)?,
        Statement::DropView { name, if_exists } => session.drop_table(&name, if_exists, true)?,
        Statement::CreateTable(_)
        | Statement::Insert(_)
        | Statement::Variable(_)
        | Statement::Script(_) => {
            return Err(SparkError::internal(
                "a statement that runs queries in the wrong place",
            ));
        }
        Statement::SetConf { key, value } => {
            session.conf.set(&key, &value)?;
            return pairs(session, vec![(key, value)]);
        }
        Statement::SetLocalTimeZone => {
            let (key, value) = (TIME_ZONE.to_string(), super::conf::local_zone_name());
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
        Statement::ShowTables { namespace, pattern } => {
            return listed(
                session,
                "tableName",
                namespace.as_deref(),
                pattern.as_deref(),
            );
        }
        Statement::ShowViews { namespace, pattern } => {
            return listed(
                session,
                "viewName",
                namespace.as_deref(),
                pattern.as_deref(),
            );
        }
        Statement::CacheTable {
            name,
            plan,
            options,
            ..
        } => {
            cache_table(session, name, plan, &options)?;
        }
        Statement::UncacheTable { name, if_exists } => match session.let_table_go(&name) {
            Err(e) if if_exists && e.condition() == "TABLE_OR_VIEW_NOT_FOUND" => {}
            done => done?,
        },
        Statement::ClearCache => session.clear_cache(),
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
        Statement::ShowConf { verbose: true } => {
            return Err(SparkError::not_implemented("SET -v"));
        }
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
    text: Option<String>,
) -> Result<()> {
    let is_global = scope == ViewScope::Global;
    let name = single(name)?;
    if if_not_exists && session.catalog.names().contains(&name.to_lowercase()) {
        return Ok(());
    }
    let names: Vec<_> = columns.iter().map(|(name, _)| name.clone()).collect();
    let plan = named(plan, &names);
    // A view that means nothing is refused now, not when it is used.
    let context = session.context()?;
    crate::analysis::analyze(&plan, &context)?;
    if let Some(variable) = context.variables.used().first() {
        return session.create_view_of_variables(
            &name,
            variable,
            text,
            names,
            (replace, is_global),
        );
    }
    session.catalog.create_view(&name, plan, replace, is_global)
}

/// The rows under these names of columns, or their own.
pub(super) fn named(plan: Arc<Plan>, names: &[String]) -> Arc<Plan> {
    match names {
        [] => plan,
        names => Plan::new(Relation::Named {
            input: plan,
            names: names.to_vec(),
        }),
    }
}

/// `CACHE TABLE [AS query]`.
pub fn cache_table(
    session: &Session,
    name: Vec<String>,
    plan: Option<Arc<Plan>>,
    options: &[(String, String)],
) -> Result<Table> {
    let level = storage_level(options)?;
    if let Some(plan) = plan {
        let table = session.analyze(plan)?;
        let view = single(&name)?;
        session
            .catalog
            .create_view(&view, table.plan, false, false)?;
    }
    session.keep_table(&name, level)
}

/// The option `storageLevel`.
fn storage_level(options: &[(String, String)]) -> Result<Level> {
    let is_level = |key: &str| key.eq_ignore_ascii_case("storageLevel");
    if let Some((key, _)) = options.iter().find(|(key, _)| !is_level(key)) {
        let option = format!("CACHE TABLE … OPTIONS ('{key}' …)");
        return Err(SparkError::not_implemented(option));
    }
    let Some((_, name)) = options.last() else {
        return Ok(USUAL);
    };
    match name.to_uppercase().as_str() {
        "MEMORY_AND_DISK" => Ok(USUAL),
        "MEMORY_ONLY" => Ok((false, true, false, true, 1)),
        "MEMORY_ONLY_SER" => Ok((false, true, false, false, 1)),
        "MEMORY_AND_DISK_SER" => Ok((true, true, false, false, 1)),
        "NONE"
        | "DISK_ONLY"
        | "DISK_ONLY_2"
        | "DISK_ONLY_3"
        | "MEMORY_ONLY_2"
        | "MEMORY_ONLY_SER_2"
        | "MEMORY_AND_DISK_2"
        | "MEMORY_AND_DISK_SER_2"
        | "OFF_HEAP" => {
            let level = format!("CACHE TABLE … OPTIONS ('storageLevel' '{name}')");
            Err(SparkError::not_implemented(level))
        }
        _ => Err(SparkError::plain(
            ErrorClass::IllegalArgument,
            format_args!("Invalid StorageLevel: {name}"),
        )),
    }
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

/// Tables and stored views, only the latter where `label` says so, then temporary views,
/// by name; of a pattern `*` is any text and `|` parts choices.
fn listed(
    session: &Session,
    label: &str,
    namespace: Option<&[String]>,
    pattern: Option<&str>,
) -> Result<Table> {
    let database = session.namespace(namespace)?;
    let mut all: Vec<(String, String, bool)> = Vec::new();
    if database == GLOBAL {
        let views = session.catalog.global_names();
        all.extend(views.into_iter().map(|name| (GLOBAL.into(), name, true)));
    } else {
        let warehouse = session.warehouse()?;
        for name in warehouse.names(&database)? {
            let found = warehouse.find(&name)?;
            if found.is_some_and(|table| label == "tableName" || table.view.is_some()) {
                all.push((database.clone(), name.table, false));
            }
        }
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
        slices: Slices::Even,
    })))
}
