//! The statements about what the catalog holds, carried out. Each gives a frame, empty
//! where it has nothing to say.

mod alter;
mod create_text;
mod databases;
mod describe;
mod details;
mod partitions;
mod routines;
mod show;
mod statistics;

use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};
use arrow::record_batch::{RecordBatch, RecordBatchOptions};

use super::command::nothing;
use super::files::Glob;
use super::{Session, Table};
use crate::error::{ErrorClass, Result, SparkError};
use crate::plan::sql::CatalogStatement as S;
use crate::plan::{LocalData, Plan, Relation, Slices};
use crate::types::{DataType, StructField, StructType};

pub use alter::refused;
pub use create_text::create_text;
pub use databases::{known as known_database, location as database_location};

/// Carries out a statement that runs no query.
pub fn execute(session: &Session, statement: S) -> Result<Table> {
    match statement {
        S::CreateDatabase {
            name,
            if_not_exists,
            comment,
            location,
            properties,
        } => databases::create(session, &name, if_not_exists, comment, location, properties)?,
        S::DropDatabase {
            name,
            if_exists,
            cascade,
        } => databases::drop(session, &name, if_exists, cascade)?,
        S::AlterDatabase { name, properties } => databases::alter(session, &name, properties)?,
        S::CommentDatabase(name, comment) => databases::comment(session, &name, comment)?,
        S::Use {
            name,
            may_be_catalog,
        } => databases::enter(session, &name, may_be_catalog)?,
        S::ShowDatabases { catalog, pattern } => {
            return databases::show(session, catalog.as_deref(), pattern.as_deref());
        }
        S::ShowCatalogs(pattern) => {
            let names = matching(vec!["spark_catalog".into()], pattern.as_deref())?;
            return texts(session, &["catalog"], vec![names]);
        }
        S::ShowCurrentNamespace => {
            let row = vec![
                vec!["spark_catalog".into()],
                vec![session.catalog.current()],
            ];
            return texts(session, &["catalog", "namespace"], row);
        }
        S::DescribeDatabase { name, extended } => {
            return databases::describe(session, &name, extended);
        }
        S::Describe(described) => return describe::describe(session, described),
        S::DescribeFunction { name, extended } => {
            return routines::describe(session, &name, extended);
        }
        S::CreateFunction {
            name,
            temporary,
            replace,
            if_not_exists,
            routine,
        } => session.create_routine(name, temporary, (replace, if_not_exists), *routine)?,
        S::DropFunction {
            name,
            if_exists,
            temporary,
        } => routines::drop(session, &name, if_exists, temporary)?,
        S::ShowTableDetails {
            namespace,
            pattern,
            spec,
        } => return details::show(session, namespace.as_deref(), &pattern, spec),
        S::RefreshFunction(name) => routines::refresh(session, &name)?,
        S::ShowColumns { table, namespace } => {
            return show::columns(session, table, namespace);
        }
        S::ShowProperties { table, key } => return show::properties(session, &table, key),
        S::ShowPartitions { table, spec } => return partitions::show(session, &table, &spec),
        S::ShowCreateTable { table, as_serde } => {
            let text = create_text(session, &table, as_serde)?;
            return texts(session, &["createtab_stmt"], vec![vec![text]]);
        }
        S::ShowFunctions {
            user,
            system,
            namespace,
            pattern,
        } => {
            let kinds = (user, system);
            return routines::show(session, kinds, namespace.as_deref(), pattern.as_deref());
        }
        S::Alter {
            name,
            is_view,
            change,
        } => alter::alter(session, &name, is_view, change)?,
        S::CommentTable(name, comment) => alter::comment(session, &name, comment)?,
        S::CreateLike {
            name,
            if_not_exists,
            like,
            format,
            location,
            properties,
        } => alter::create_like(
            session,
            &name,
            if_not_exists,
            &like,
            (format, location, properties),
        )?,
        S::Truncate { table, spec } => partitions::truncate(session, &table, spec)?,
        S::Refresh(name) => show::refresh(session, &name)?,
        S::RefreshPath(path) => session.refresh_path(&path)?,
        S::Repair(table) => partitions::recover(session, &table, "MSCK REPAIR TABLE")?,
        S::Refused(operation, table) => {
            let table = session.known_table(&table)?;
            let error = alter::refused(operation, &table);
            return Err(match operation {
                "UPDATE TABLE" => error.with_class(ErrorClass::UnsupportedOperation),
                _ => error,
            });
        }
        S::Analyze { .. } | S::AnalyzeAll { .. } => {
            return Err(SparkError::internal(
                "a statement that runs in the wrong place",
            ));
        }
    }
    nothing(session)
}

/// Carries out a statement that may run queries.
pub async fn run(session: &Session, statement: S) -> Result<Table> {
    match statement {
        S::Analyze {
            table,
            spec,
            counts,
            columns,
        } => statistics::analyze(session, &table, spec, counts, columns).await?,
        S::AnalyzeAll { namespace, counts } => {
            statistics::analyze_all(session, namespace, counts).await?;
        }
        other => return execute(session, other),
    }
    nothing(session)
}

/// The names that a pattern lets through: of it `*` is any text and `|` parts choices.
fn matching(names: Vec<String>, pattern: Option<&str>) -> Result<Vec<String>> {
    let Some(pattern) = pattern else {
        return Ok(names);
    };
    let globs = pattern.to_lowercase();
    let globs = globs.split('|').map(|part| Glob::new(part.trim()));
    let globs = globs.collect::<Result<Vec<_>>>()?;
    let is_named = |name: &String| globs.iter().any(|glob| glob.matches(&name.to_lowercase()));
    Ok(names.into_iter().filter(is_named).collect())
}

/// A frame of columns of text that are never null.
fn texts(session: &Session, names: &[&str], columns: Vec<Vec<String>>) -> Result<Table> {
    let fields = names.iter().map(|name| (*name, None, false)).collect();
    let columns = columns
        .into_iter()
        .map(|column| column.into_iter().map(Some).collect());
    frame(session, fields, columns.collect())
}

/// A frame of columns of text: each one's name, its comment, whether it may be null.
fn frame(
    session: &Session,
    fields: Vec<(&str, Option<&str>, bool)>,
    columns: Vec<Vec<Option<String>>>,
) -> Result<Table> {
    let fields = fields.into_iter().map(|(name, comment, nullable)| {
        let mut field = StructField::new(name, DataType::String, nullable);
        if let Some(comment) = comment {
            field.metadata.insert("comment".into(), comment.into());
        }
        field
    });
    let schema = StructType::new(fields);
    let count = columns.first().map_or(0, Vec::len);
    let data = columns
        .into_iter()
        .map(|column| Arc::new(StringArray::from(column)) as ArrayRef);
    let options = RecordBatchOptions::new().with_row_count(Some(count));
    let arrow = Arc::new(schema.to_arrow());
    let batch = RecordBatch::try_new_with_options(arrow, data.collect(), &options);
    session.analyze(Plan::new(Relation::Local(LocalData {
        schema,
        batches: Arc::new(vec![batch.map_err(SparkError::internal)?]),
        slices: Slices::Even,
    })))
}
