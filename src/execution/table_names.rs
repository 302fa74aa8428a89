//! What a name means among tables and views, and what is said where it means nothing.

use super::databases::{self, GLOBAL, no_schema};
use super::read::PLAIN_TEXTS;
use super::tables::{self, TableDefinition, TableName, Warehouse};
use super::{Session, Table};
use crate::analysis::{not_found, search_path};
use crate::error::{Result, SparkError, quoted};
use crate::plan::{Plan, Relation};
use crate::types::{StructType, bounded};

/// What has a name.
pub enum Found {
    Temporary,
    Stored(Box<TableDefinition>),
}

impl Session {
    pub fn warehouse(&self) -> Result<Warehouse> {
        Warehouse::of(&self.conf)
    }

    /// The table or stored view of that name, or Spark's error of a query.
    pub(super) fn known_table(&self, name: &[String]) -> Result<TableDefinition> {
        let path = || search_path(&self.catalog.current());
        let found = self.find_table(name)?;
        found.ok_or_else(|| not_found(name, &path()))
    }

    /// The table or stored view of that name.
    pub fn find_table(&self, name: &[String]) -> Result<Option<TableDefinition>> {
        match self.catalog.located(name) {
            Some(name) => self.warehouse()?.find(&name),
            None => Ok(None),
        }
    }

    /// What a statement that is no query means by a name.
    pub fn named(&self, name: &[String]) -> Result<Found> {
        if self.catalog.is_view(name) {
            return Ok(Found::Temporary);
        }
        let found = self.find_table(name)?;
        let found = found.map(|table| Found::Stored(Box::new(table)));
        found.ok_or_else(|| {
            let database = quoted(&["spark_catalog", &self.catalog.current()]);
            not_found(name, &format!("[`system`.`session`, {database}]"))
        })
    }

    /// The table that a statement is about, which no view may be.
    pub fn table_for(&self, name: &[String], operation: &str) -> Result<TableDefinition> {
        let shown = match self.named(name)? {
            Found::Stored(table) if table.view.is_none() => return Ok(*table),
            Found::Stored(view) => view.whole_name(),
            Found::Temporary => quoted(name),
        };
        Err(SparkError::new(
            "EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE",
            &[("operation", operation), ("viewName", &shown)],
        ))
    }

    /// The table to insert into, which no view is.
    pub(super) fn target_table(&self, name: &[String]) -> Result<TableDefinition> {
        if self.catalog.is_view(name) {
            return Err(SparkError::new("UNSUPPORTED_INSERT.RDD_BASED", &[]));
        }
        let found = self.known_table(name)?;
        match found.view {
            None => Ok(self.as_written(found)),
            Some(_) => Err(SparkError::new(
                "EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE",
                &[("operation", "INSERT"), ("viewName", &found.whole_name())],
            )),
        }
    }

    /// The table for who writes into it: where texts have no bounds, without them.
    pub(super) fn as_written(&self, table: TableDefinition) -> TableDefinition {
        if !self.conf.flag(PLAIN_TEXTS) {
            return table;
        }
        let plain = table.schema.fields.iter().cloned().map(|mut field| {
            field.metadata.remove(bounded::MARK);
            field
        });
        TableDefinition {
            schema: StructType::new(plain),
            ..table
        }
    }

    /// An error where there is no such database.
    pub(super) fn check_database(&self, database: &str) -> Result<()> {
        match self.warehouse()?.database(database)? {
            Some(_) => Ok(()),
            None => Err(no_schema(&[database.to_string()])),
        }
    }

    /// The database that is meant, the one in use where none is said.
    pub fn namespace(&self, namespace: Option<&[String]>) -> Result<String> {
        let Some(namespace) = namespace else {
            return Ok(self.catalog.current());
        };
        let name = databases::namespace_of(namespace);
        let name = name.ok_or_else(|| no_schema(namespace))?;
        if name == GLOBAL {
            return Ok(name);
        }
        match self.warehouse()?.database(&name)? {
            Some(_) => Ok(name),
            None => Err(no_schema(namespace)),
        }
    }

    /// The place of a table that is to be made.
    pub(super) fn new_name(&self, name: &[String]) -> Result<TableName> {
        let namespace = &name[..name.len().saturating_sub(1)];
        let found = self.catalog.located(name);
        let found = found.ok_or_else(|| no_schema(namespace))?;
        tables::check_new(&found)?;
        self.check_database(&found.database)?;
        Ok(found)
    }

    /// What the catalog says of a name: its table or stored view, none for a temporary one.
    pub fn table_of_catalog(&self, name: &[String]) -> Result<Option<TableDefinition>> {
        match self.named(name)? {
            Found::Temporary => Ok(None),
            Found::Stored(table) => Ok(Some(*table)),
        }
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
        if self.catalog.is_view(name) {
            return Ok(Vec::new());
        }
        let found = self.find_table(name)?;
        Ok(found.map(|table| table.partition_by).unwrap_or_default())
    }

    /// The columns of a table by whose hash its rows are dealt; none of a view.
    pub fn bucket_columns(&self, name: &[String]) -> Result<Vec<String>> {
        if self.catalog.is_view(name) {
            return Ok(Vec::new());
        }
        let buckets = self.find_table(name)?.and_then(|table| table.buckets);
        Ok(buckets.map(|buckets| buckets.columns).unwrap_or_default())
    }

    /// `DROP TABLE`, which Spark lets take a view too, and `DROP VIEW`, which only takes one.
    pub(super) fn drop_table(
        &self,
        name: &[String],
        if_exists: bool,
        views_only: bool,
    ) -> Result<()> {
        if self.catalog.is_view(name) {
            self.forget_view(name);
            return Ok(());
        }
        match self.find_table(name)? {
            Some(table) if views_only && table.view.is_none() => Err(no_view(&table)),
            Some(table) => {
                self.forget_kept(&table.name);
                self.warehouse()?.remove(&table)
            }
            None if if_exists => Ok(()),
            None => {
                let whole = tables::with_catalog(name, &self.catalog.current());
                let path = quoted(&whole[..whole.len().saturating_sub(1)]);
                Err(not_found(&whole, &format!("[{path}]")))
            }
        }
    }
}

/// A table is no view to drop.
fn no_view(table: &TableDefinition) -> SparkError {
    SparkError::new(
        "WRONG_COMMAND_FOR_OBJECT_TYPE",
        &[
            ("operation", "DROP VIEW"),
            ("requiredType", "VIEW or METRIC_VIEW"),
            ("objectName", &table.plain_name()),
            ("foundType", table.kind()),
            ("alternative", "DROP TABLE"),
        ],
    )
}

pub fn exists(table: &TableDefinition) -> SparkError {
    let name = table.whole_name();
    SparkError::new("TABLE_OR_VIEW_ALREADY_EXISTS", &[("relationName", &name)])
}
