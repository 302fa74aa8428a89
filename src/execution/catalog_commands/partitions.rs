//! Partitions of tables: the folders that there are. Every read looks into the table's
//! folder, so that a folder that is there is a partition, whoever made it.

use std::fs;
use std::path::{Path, PathBuf};

use super::texts;
use crate::error::{Result, SparkError, quoted};
use crate::execution::output::unwritten_io;
use crate::execution::partition_folders::{NULL_PARTITION, escaped};
use crate::execution::tables::TableDefinition;
use crate::execution::{Session, Table};
use crate::plan::sql::PartitionSpec;

/// The names of all partitions, `day=2026-01-01/k=a`, sorted.
pub fn all(table: &TableDefinition) -> Vec<String> {
    let mut found = vec![String::new()];
    for column in &table.partition_by {
        let prefix = format!("{}=", escaped(column)).to_lowercase();
        let mut deeper = Vec::new();
        for before in &found {
            let folder = table.location.join(before);
            let entries = fs::read_dir(folder).into_iter().flatten().flatten();
            for entry in entries.filter(|entry| entry.path().is_dir()) {
                let Ok(name) = entry.file_name().into_string() else {
                    continue;
                };
                if name.to_lowercase().starts_with(&prefix) {
                    let shown = match before.is_empty() {
                        true => name,
                        false => format!("{before}/{name}"),
                    };
                    deeper.push(shown);
                }
            }
        }
        found = deeper;
    }
    found.sort();
    found
}

/// The parts `k=a` of a folder's name that a specification asks for.
fn wanted(table: &TableDefinition, spec: &PartitionSpec) -> Result<Vec<(usize, String)>> {
    let position = |name: &String| {
        let mut by = table.partition_by.iter();
        by.position(|column| column.eq_ignore_ascii_case(name))
    };
    let unknown: Vec<_> = spec
        .iter()
        .filter(|(name, _)| position(name).is_none())
        .collect();
    if !unknown.is_empty() {
        let names: Vec<_> = unknown.iter().map(|(name, _)| quoted(&[name])).collect();
        return Err(SparkError::new(
            "PARTITIONS_NOT_FOUND",
            &[
                ("partitionList", &names.join(", ")),
                ("tableName", &table.whole_name()),
            ],
        ));
    }
    let part = |(name, value): &(String, Option<String>)| {
        let at = position(name)?;
        let value = value.as_deref().filter(|text| !text.is_empty());
        let value = value.map_or_else(|| NULL_PARTITION.to_string(), escaped);
        Some((at, format!("{}={value}", escaped(&table.partition_by[at]))))
    };
    Ok(spec.iter().filter_map(part).collect())
}

fn matching(table: &TableDefinition, spec: &PartitionSpec) -> Result<Vec<String>> {
    let wanted = wanted(table, spec)?;
    let is_meant = |name: &String| {
        let parts: Vec<_> = name.split('/').collect();
        let same = |(at, text): &(usize, String)| {
            parts.get(*at).is_some_and(|part| {
                part.eq_ignore_ascii_case(text) && {
                    // Names have no case, values have.
                    let value = |text: &str| text.split_once('=').map(|(_, v)| v.to_string());
                    value(part) == value(text)
                }
            })
        };
        wanted.iter().all(same)
    };
    Ok(all(table).into_iter().filter(is_meant).collect())
}

/// ``PARTITION (`day` = d1, `k` = 1)``.
fn shown(spec: &PartitionSpec) -> String {
    let parts = spec.iter().map(|(name, value)| {
        let value = value.as_deref().unwrap_or("null");
        format!("{} = {value}", quoted(&[name]))
    });
    format!("PARTITION ({})", parts.collect::<Vec<_>>().join(", "))
}

/// All columns of partitions have to be there; the folder's name.
fn whole(table: &TableDefinition, spec: &PartitionSpec) -> Result<String> {
    let mut parts = wanted(table, spec)?;
    if parts.len() != table.partition_by.len() {
        let keys: Vec<_> = spec.iter().map(|(name, _)| name.as_str()).collect();
        return Err(SparkError::new(
            "_LEGACY_ERROR_TEMP_1232",
            &[
                ("specKeys", &keys.join(", ")),
                ("partitionColumnNames", &table.partition_by.join(", ")),
                ("tableName", &table.whole_name()),
            ],
        ));
    }
    parts.sort();
    let parts: Vec<_> = parts.into_iter().map(|(_, part)| part).collect();
    Ok(parts.join("/"))
}

/// The folder of one partition that is there.
pub fn found(table: &TableDefinition, spec: &PartitionSpec) -> Result<PathBuf> {
    let folder = table.location.join(whole(table, spec)?);
    match folder.is_dir() {
        true => Ok(folder),
        false => Err(missing(table, spec)),
    }
}

/// An error where no partition is meant.
pub fn some(table: &TableDefinition, spec: &PartitionSpec) -> Result<()> {
    match matching(table, spec)?.is_empty() && !spec.is_empty() {
        true => Err(missing(table, spec)),
        false => Ok(()),
    }
}

fn missing(table: &TableDefinition, spec: &PartitionSpec) -> SparkError {
    SparkError::new(
        "PARTITIONS_NOT_FOUND",
        &[
            ("partitionList", &shown(spec)),
            ("tableName", &table.name.short()),
        ],
    )
}

pub fn show(session: &Session, name: &[String], spec: &PartitionSpec) -> Result<Table> {
    let table = session.table_for(name, "SHOW PARTITIONS")?;
    if table.partition_by.is_empty() {
        return Err(SparkError::new(
            "INVALID_PARTITION_OPERATION.PARTITION_SCHEMA_IS_EMPTY",
            &[("name", &table.whole_name())],
        ));
    }
    texts(session, &["partition"], vec![matching(&table, spec)?])
}

/// Only a table with columns of partitions has any.
fn require(table: &TableDefinition, action: &str) -> Result<()> {
    if !table.partition_by.is_empty() {
        return Ok(());
    }
    Err(SparkError::new(
        "_LEGACY_ERROR_TEMP_1251",
        &[("action", action), ("tableName", &table.name.table)],
    ))
}

pub fn add(
    table: &TableDefinition,
    specs: &[(PartitionSpec, Option<String>)],
    if_not_exists: bool,
) -> Result<()> {
    require(table, "ALTER TABLE ADD PARTITION")?;
    let mut folders = Vec::new();
    for (spec, location) in specs {
        if location.is_some() {
            return Err(SparkError::not_implemented(
                "partitions in a folder of their own",
            ));
        }
        let folder = table.location.join(whole(table, spec)?);
        if folder.is_dir() && !if_not_exists {
            return Err(SparkError::new(
                "PARTITIONS_ALREADY_EXIST",
                &[
                    ("partitionList", &shown(spec)),
                    ("tableName", &table.name.short()),
                ],
            ));
        }
        folders.push(folder);
    }
    for folder in folders {
        fs::create_dir_all(&folder).map_err(|e| unwritten_io(&folder, &e))?;
    }
    Ok(())
}

pub fn drop(table: &TableDefinition, specs: &[PartitionSpec], if_exists: bool) -> Result<()> {
    require(table, "ALTER TABLE DROP PARTITION")?;
    if table.is_external {
        return Err(SparkError::not_implemented(
            "dropping a partition of a table whose folder is the user's",
        ));
    }
    let mut folders = Vec::new();
    for spec in specs {
        wanted(table, spec)?;
        match spec.len() == table.partition_by.len() {
            true => match found(table, spec) {
                Ok(folder) => folders.push(folder),
                Err(_) if if_exists => {}
                Err(error) => return Err(error),
            },
            false if if_exists => {}
            false => return Err(missing(table, spec)),
        }
    }
    for folder in folders {
        fs::remove_dir_all(&folder).map_err(|e| unwritten_io(&folder, &e))?;
        remove_empty(&table.location, folder.parent());
    }
    Ok(())
}

/// Removes the folders above, up to the table's, that hold nothing any more.
fn remove_empty(table: &Path, mut folder: Option<&Path>) {
    while let Some(inner) = folder.filter(|inner| *inner != table) {
        if fs::remove_dir(inner).is_err() {
            break;
        }
        folder = inner.parent();
    }
}

pub fn rename(table: &TableDefinition, from: &PartitionSpec, to: &PartitionSpec) -> Result<()> {
    require(table, "ALTER TABLE RENAME PARTITION")?;
    let folder = found(table, from)?;
    let target = table.location.join(whole(table, to)?);
    if target.is_dir() {
        return Err(SparkError::new(
            "PARTITIONS_ALREADY_EXIST",
            &[
                ("partitionList", &shown(to)),
                ("tableName", &table.name.short()),
            ],
        ));
    }
    let above = target.parent().unwrap_or(&table.location);
    fs::create_dir_all(above).map_err(|e| unwritten_io(above, &e))?;
    fs::rename(&folder, &target).map_err(|e| unwritten_io(&target, &e))?;
    remove_empty(&table.location, folder.parent());
    Ok(())
}

/// `TRUNCATE TABLE`: of a partition the folder stays.
pub fn truncate(session: &Session, name: &[String], spec: Option<PartitionSpec>) -> Result<()> {
    let table = session.table_for(name, "TRUNCATE TABLE")?;
    if table.is_external {
        return Err(SparkError::new(
            "CANNOT_TRUNCATE_EXTERNAL_TABLE",
            &[("tableName", &table.whole_name())],
        ));
    }
    let folders = match &spec {
        None => vec![table.location.clone()],
        Some(_) if table.partition_by.is_empty() => {
            return Err(SparkError::new(
                "_LEGACY_ERROR_TEMP_1267",
                &[("tableIdentWithDB", &table.whole_name())],
            ));
        }
        Some(spec) => {
            let names = matching(&table, spec)?;
            if names.is_empty() && spec.len() == table.partition_by.len() {
                return Err(missing(&table, spec));
            }
            names
                .into_iter()
                .map(|name| table.location.join(name))
                .collect()
        }
    };
    for folder in folders {
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(|e| unwritten_io(&folder, &e))?;
        }
        fs::create_dir_all(&folder).map_err(|e| unwritten_io(&folder, &e))?;
    }
    session.rows_changed(&table)
}

/// `MSCK REPAIR TABLE`: each read finds the partitions anew as it is.
pub fn recover(session: &Session, name: &[String], operation: &str) -> Result<()> {
    let table = session.table_for(name, operation)?;
    if table.partition_by.is_empty() {
        return Err(SparkError::new(
            "NOT_A_PARTITIONED_TABLE",
            &[
                ("operation", operation),
                ("tableIdentWithDB", &table.whole_name()),
            ],
        ));
    }
    session.refresh_kept(&table.name)
}
