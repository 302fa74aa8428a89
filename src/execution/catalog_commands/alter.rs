//! `ALTER TABLE` and `ALTER VIEW`, and tables made like others.

use std::collections::BTreeMap;
use std::fs;

use super::partitions;
use crate::analysis::not_found;
use crate::error::{Result, SparkError, quoted};
use crate::execution::output::unwritten_io;
use crate::execution::table_names::{Found, exists};
use crate::execution::tables::{TableDefinition, is_taken};
use crate::execution::{Session, clustering, column_defaults};
use crate::plan::sql::{CURRENT_DEFAULT, Change, Properties};
use crate::storage;
use crate::time::{Clock, SystemClock};
use crate::types::{StructField, StructType, bounded};

pub fn alter(session: &Session, name: &[String], is_view: bool, change: Change) -> Result<()> {
    let mut table = target(session, name, is_view, &change)?;
    match change {
        Change::Rename(to) => return rename(session, &table, &to, is_view),
        Change::SetProperties(properties) => {
            for (key, value) in properties {
                match key.as_str() {
                    "comment" => table.comment = Some(value),
                    _ => {
                        table.properties.insert(key, value);
                    }
                }
            }
        }
        Change::UnsetProperties(keys) => {
            for key in keys {
                match key.as_str() {
                    "comment" => table.comment = None,
                    _ => {
                        table.properties.remove(&key);
                    }
                }
            }
        }
        Change::SetLocation(path) => {
            let place = session.conf.paths()?.write(&path)?;
            if storage::is_remote(&place) {
                return Err(SparkError::not_implemented(
                    "tables whose files are in an object store",
                ));
            }
            table.location = place;
            table.is_external = true;
        }
        Change::ClusterBy(columns) => {
            let value = clustering::value(&columns, &table.schema)?;
            table.properties.insert(clustering::PROPERTY.into(), value);
        }
        Change::SetSerdeProperties(properties) => {
            for (key, value) in properties {
                table.options.retain(|(known, _)| *known != key);
                table.options.push((key, value));
            }
        }
        Change::SetSerde { of_partition: true } => {
            return Err(SparkError::new("_LEGACY_ERROR_TEMP_1247", &[]));
        }
        Change::SetSerde { .. } => {
            return Err(SparkError::new(
                "UNSUPPORTED_FEATURE.ALTER_TABLE_SERDE_FOR_DATASOURCE_TABLE",
                &[("tableName", &table.whole_name())],
            ));
        }
        Change::AddColumns(columns) => {
            let statement = ("ALTER TABLE ADD COLUMNS", table.format.as_str());
            let columns = StructType::new(columns);
            let columns = column_defaults::checked(session, &columns, statement)?;
            add_columns(&mut table, columns.fields.to_vec())?;
        }
        Change::CommentColumn(column, comment) => {
            let at = find(&table, &column)?;
            set_comment(&mut table, at, comment);
        }
        Change::ColumnDefault(column, text) => set_default(session, &mut table, &column, text)?,
        Change::ColumnType(column, new) => change_column(&mut table, &column, *new)?,
        Change::AddPartitions {
            specs,
            if_not_exists,
        } => partitions::add(&table, &specs, if_not_exists)?,
        Change::DropPartitions { specs, if_exists } => {
            partitions::drop(&table, &specs, if_exists)?;
        }
        Change::RenamePartition(from, to) => partitions::rename(&table, &from, &to)?,
        Change::RecoverPartitions => {
            return partitions::recover(session, name, "ALTER TABLE RECOVER PARTITIONS");
        }
        Change::Refused(operation) => return Err(refused(operation, &table)),
    }
    session.warehouse()?.keep(&table)?;
    session.refresh_kept(&table.name)
}

/// The table, or the view where the statement says so.
fn target(
    session: &Session,
    name: &[String],
    is_view: bool,
    change: &Change,
) -> Result<TableDefinition> {
    if !is_view {
        let operation = match change {
            Change::Rename(_) => "ALTER TABLE ... RENAME TO",
            Change::SetProperties(_) => "ALTER TABLE ... SET TBLPROPERTIES",
            Change::UnsetProperties(_) => "ALTER TABLE ... UNSET TBLPROPERTIES",
            Change::SetLocation(_) => "ALTER TABLE ... SET LOCATION ...",
            Change::ClusterBy(_) => "ALTER TABLE ... CLUSTER BY",
            Change::SetSerdeProperties(_) | Change::SetSerde { .. } => {
                return set_serde_target(session, name);
            }
            Change::AddColumns(_) => "ALTER TABLE ... ADD COLUMNS",
            Change::AddPartitions { .. } => "ALTER TABLE ... ADD PARTITION ...",
            Change::DropPartitions { .. } => "ALTER TABLE ... DROP PARTITION ...",
            Change::RenamePartition(..) => "ALTER TABLE ... RENAME TO PARTITION",
            Change::RecoverPartitions => "ALTER TABLE ... RECOVER PARTITIONS",
            _ => "ALTER TABLE ... ALTER COLUMN",
        };
        return session.table_for(name, operation);
    }
    match session.named(name)? {
        Found::Stored(view) if view.view.is_some() => Ok(*view),
        Found::Stored(table) => Err(SparkError::new(
            "EXPECT_VIEW_NOT_TABLE.USE_ALTER_TABLE",
            &[
                ("tableName", &table.whole_name()),
                ("operation", "ALTER VIEW"),
            ],
        )),
        Found::Temporary => Err(SparkError::not_implemented(
            "ALTER VIEW of a temporary view",
        )),
    }
}

fn set_serde_target(session: &Session, name: &[String]) -> Result<TableDefinition> {
    let operation = "ALTER TABLE ... SET [SERDE|SERDEPROPERTIES]";
    let refused = |view: &str| {
        let condition = "EXPECT_TABLE_NOT_VIEW.USE_ALTER_VIEW";
        SparkError::new(condition, &[("operation", operation), ("viewName", view)])
    };
    match session.named(name)? {
        Found::Stored(table) if table.view.is_none() => Ok(*table),
        Found::Stored(view) => Err(refused(&view.whole_name())),
        Found::Temporary => Err(refused(&quoted(name))),
    }
}

/// What Spark refuses of its own tables.
pub fn refused(operation: &str, table: &TableDefinition) -> SparkError {
    SparkError::new(
        "UNSUPPORTED_FEATURE.TABLE_OPERATION",
        &[("tableName", &table.whole_name()), ("operation", operation)],
    )
}

/// A table of the warehouse takes its folder along; the user's own stays where it is.
fn rename(session: &Session, table: &TableDefinition, to: &[String], is_view: bool) -> Result<()> {
    let name = session.new_name(to)?;
    if name.database != table.name.database {
        return Err(SparkError::new(
            "_LEGACY_ERROR_TEMP_1073",
            &[("db", &table.name.database), ("newDb", &name.database)],
        ));
    }
    let warehouse = session.warehouse()?;
    if warehouse.find(&name)?.is_some() {
        return Err(SparkError::new(
            "TABLE_OR_VIEW_ALREADY_EXISTS",
            &[("relationName", &name.short())],
        ));
    }
    let mut renamed = TableDefinition {
        name: name.clone(),
        ..table.clone()
    };
    if !is_view && !table.is_external {
        renamed.location = warehouse.folder(&name)?;
        if is_taken(&renamed.location) {
            let location = format!("'file:{}'", renamed.location.display());
            return Err(SparkError::new(
                "LOCATION_ALREADY_EXISTS",
                &[
                    ("location", &location),
                    ("identifier", &renamed.whole_name()),
                ],
            ));
        }
        if table.location.exists() {
            let _ = fs::remove_dir(&renamed.location);
            fs::rename(&table.location, &renamed.location)
                .map_err(|e| unwritten_io(&renamed.location, &e))?;
        }
    }
    session.forget_kept(&table.name);
    warehouse.keep(&renamed)?;
    warehouse.forget(&table.name)
}

fn add_columns(table: &mut TableDefinition, columns: Vec<StructField>) -> Result<()> {
    let mut fields = table.schema.fields.to_vec();
    let first_of_partitions = fields.len() - table.partition_by.len();
    for (at, column) in columns.into_iter().enumerate() {
        if !column.nullable {
            return Err(SparkError::new("_LEGACY_ERROR_TEMP_1052", &[]));
        }
        if fields
            .iter()
            .any(|f| f.name.eq_ignore_ascii_case(&column.name))
        {
            let name = quoted(&[column.name.to_lowercase()]);
            return Err(SparkError::new(
                "COLUMN_ALREADY_EXISTS",
                &[("columnName", &name)],
            ));
        }
        fields.insert(first_of_partitions + at, column);
    }
    table.schema = StructType::new(fields);
    Ok(())
}

/// The place of a column.
fn find(table: &TableDefinition, column: &[String]) -> Result<usize> {
    let fields = table.schema.fields.iter();
    let at = match column {
        [only] => fields
            .clone()
            .position(|f| f.name.eq_ignore_ascii_case(only)),
        _ => None,
    };
    let names: Vec<_> = fields.map(|f| quoted(&[&f.name])).collect();
    at.ok_or_else(|| {
        SparkError::new(
            "UNRESOLVED_COLUMN.WITH_SUGGESTION",
            &[
                ("objectName", &quoted(column)),
                ("proposal", &names.join(", ")),
            ],
        )
    })
}

/// The table with another comment on one of its columns.
fn set_comment(table: &mut TableDefinition, at: usize, comment: Option<String>) {
    let mut fields = table.schema.fields.to_vec();
    if let Some(field) = fields.get_mut(at) {
        match comment {
            Some(text) => field.metadata.insert("comment".into(), text.into()),
            None => field.metadata.remove("comment"),
        };
    }
    table.schema = StructType::new(fields);
}

/// Another value for new rows; what older ones have stays.
fn set_default(
    session: &Session,
    table: &mut TableDefinition,
    column: &[String],
    text: Option<String>,
) -> Result<()> {
    let at = find(table, column)?;
    let mut fields = table.schema.fields.to_vec();
    let Some(field) = fields.get_mut(at) else {
        return Ok(());
    };
    match text {
        Some(text) => {
            column_defaults::value(session, field, &text, "ALTER TABLE ALTER COLUMN")?;
            field.metadata.insert(CURRENT_DEFAULT.into(), text.into());
        }
        None => {
            field.metadata.remove(CURRENT_DEFAULT);
        }
    }
    table.schema = StructType::new(fields);
    Ok(())
}

fn change_column(table: &mut TableDefinition, column: &[String], new: StructField) -> Result<()> {
    let at = find(table, column)?;
    let field = &table.schema.fields[at];
    let (old_type, new_type) = (bounded::declared(field), bounded::declared(&new));
    if old_type != new_type || !field.name.eq_ignore_ascii_case(&new.name) {
        return Err(SparkError::new(
            "NOT_SUPPORTED_CHANGE_COLUMN",
            &[
                ("table", &table.whole_name()),
                ("originName", &quoted(&[&field.name])),
                ("originType", &format!("\"{}\"", old_type.sql())),
                ("newName", &quoted(&[&new.name])),
                ("newType", &format!("\"{}\"", new_type.sql())),
            ],
        ));
    }
    if let Some(comment) = super::describe::comment(&new) {
        set_comment(table, at, Some(comment));
    }
    Ok(())
}

pub fn comment(session: &Session, name: &[String], comment: Option<String>) -> Result<()> {
    let Found::Stored(table) = session.named(name)? else {
        let path = format!("[`spark_catalog`.{}]", quoted(&[session.catalog.current()]));
        return Err(not_found(name, &path));
    };
    session
        .warehouse()?
        .keep(&TableDefinition { comment, ..*table })
}

/// `CREATE TABLE … LIKE`: columns, partitions, format and options of another.
pub fn create_like(
    session: &Session,
    name: &[String],
    if_not_exists: bool,
    like: &[String],
    (format, location, properties): (Option<String>, Option<String>, Properties),
) -> Result<()> {
    let like = session.known_table(like)?;
    if like.view.is_some() && format.is_none() {
        return Err(SparkError::not_implemented("CREATE TABLE … LIKE a view"));
    }
    let name = session.new_name(name)?;
    let warehouse = session.warehouse()?;
    if let Some(found) = warehouse.find(&name)? {
        return match if_not_exists {
            true => Ok(()),
            false => Err(exists(&found)),
        };
    }
    let place = |path: &String| session.conf.paths()?.write(path);
    let folder = match &location {
        Some(path) => place(path)?,
        None => warehouse.folder(&name)?,
    };
    let table = TableDefinition {
        name,
        format: format.map_or_else(|| like.format.clone(), |format| format.to_lowercase()),
        location: folder,
        is_external: location.is_some(),
        comment: None,
        properties: properties.into_iter().collect::<BTreeMap<_, _>>(),
        created: Some(SystemClock.now_millis()),
        statistics: None,
        view: None,
        ..like
    };
    session.make_table(table)
}
