//! What a name means among tables and views, and what is said where it means nothing.

use super::tables::{self, TableDefinition, Warehouse};
use super::{Session, Table};
use crate::analysis::{SEARCH_PATH, not_found};
use crate::error::{Result, SparkError};
use crate::plan::{Plan, Relation};

impl Session {
    pub fn warehouse(&self) -> Result<Warehouse> {
        Warehouse::of(&self.conf)
    }

    /// The table of that name, or Spark's error.
    pub(super) fn known_table(&self, name: &[String]) -> Result<TableDefinition> {
        let warehouse = self.warehouse()?;
        let found = tables::local_name(name).map(|name| warehouse.find(&name));
        match found.transpose()?.flatten() {
            Some(table) => Ok(table),
            None => Err(not_found(name, SEARCH_PATH)),
        }
    }

    /// The table to insert into, which no view is.
    pub(super) fn target_table(&self, name: &[String]) -> Result<TableDefinition> {
        match self.catalog.is_view(name) {
            true => Err(SparkError::new("UNSUPPORTED_INSERT.RDD_BASED", &[])),
            false => self.known_table(name),
        }
    }

    /// Whether there is that database.
    pub fn check_namespace(&self, namespace: Option<&[String]>) -> Result<()> {
        match namespace {
            Some(namespace) if !tables::is_default(namespace) => Err(tables::no_schema(namespace)),
            _ => Ok(()),
        }
    }

    /// An error where there is a table of that name.
    pub(super) fn refuse_existing(&self, name: &[String]) -> Result<()> {
        match self.warehouse()?.find(&tables::new_name(name)?)? {
            Some(found) => Err(exists(&found)),
            None => Ok(()),
        }
    }

    /// What the catalog says of a name: its table, none for a view.
    pub fn table_of_catalog(&self, name: &[String]) -> Result<Option<TableDefinition>> {
        if self.catalog.is_view(name) {
            return Ok(None);
        }
        let found = self.known_table(name);
        found.map(Some).map_err(|error| match error.condition() {
            "TABLE_OR_VIEW_NOT_FOUND" => {
                not_found(name, "[`system`.`session`, `spark_catalog`.`default`]")
            }
            _ => error,
        })
    }

    /// `readStream.table(name)`: the stream of a table, or a view of one.
    pub fn table_as_stream(&self, name: Vec<String>) -> Result<Table> {
        if let Some(stream) = self.catalog.stream(&name)? {
            return self.analyze(stream);
        }
        let quoted = name.join(".");
        let view = self.analyze(Plan::new(Relation::Table(name)))?;
        match view.resolved.streaming {
            true => Ok(view),
            false => Err(SparkError::new(
                "_LEGACY_ERROR_TEMP_1008",
                &[("quoted", &quoted)],
            )),
        }
    }

    /// The columns of partitions of a table; none of a view.
    pub fn partition_columns(&self, name: &[String]) -> Result<Vec<String>> {
        let warehouse = self.warehouse()?;
        let found = tables::local_name(name).map(|name| warehouse.find(&name));
        let found = found.transpose()?.flatten();
        Ok(found.map(|table| table.partition_by).unwrap_or_default())
    }

    pub(super) fn drop_table(&self, name: &[String], if_exists: bool) -> Result<()> {
        if self.catalog.remove(name) {
            return Ok(());
        }
        match self.known_table(name) {
            Ok(table) => self.warehouse()?.remove(&table),
            Err(e) if e.condition() != "TABLE_OR_VIEW_NOT_FOUND" => Err(e),
            Err(_) if if_exists => Ok(()),
            Err(_) => Err(not_found(
                &tables::with_catalog(name),
                "[`spark_catalog`.`default`]",
            )),
        }
    }

    /// An error where the name is that of a table: it is no view to drop.
    pub(super) fn refuse_as_view(&self, name: &[String]) -> Result<()> {
        let table = match self.known_table(name) {
            Ok(table) => table,
            Err(e) if e.condition() == "TABLE_OR_VIEW_NOT_FOUND" => return Ok(()),
            Err(e) => return Err(e),
        };
        Err(SparkError::new(
            "WRONG_COMMAND_FOR_OBJECT_TYPE",
            &[
                ("operation", "DROP VIEW"),
                ("requiredType", "VIEW or METRIC_VIEW"),
                ("objectName", &table.plain_name()),
                ("foundType", table.kind()),
                ("alternative", "DROP TABLE"),
            ],
        ))
    }
}

pub fn exists(table: &TableDefinition) -> SparkError {
    let name = table.whole_name();
    SparkError::new("TABLE_OR_VIEW_ALREADY_EXISTS", &[("relationName", &name)])
}
