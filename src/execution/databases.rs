//! Databases of the warehouse. `default` is always there; another is the folder
//! `<name>.db` with a file that says what it is, so that it outlives its session.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::output::unwritten_io;
use super::tables::{Warehouse, is_plain, store, stored};
use crate::error::{Result, SparkError, quoted};

pub const CATALOG: &str = "spark_catalog";
pub const DATABASE: &str = "default";
/// Where global temporary views are.
pub const GLOBAL: &str = "global_temp";
const FILE: &str = "_database.json";

/// What a database is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Database {
    #[serde(skip)]
    pub name: String,
    pub comment: String,
    /// Where its tables' rows go; beside their definitions where it is not said.
    pub location: Option<PathBuf>,
    #[serde(default)]
    pub properties: BTreeMap<String, String>,
}

impl Warehouse {
    /// The folder of a database's definitions.
    pub fn home(&self, database: &str) -> PathBuf {
        match database {
            DATABASE => self.root.clone(),
            other => self.root.join(format!("{other}.db")),
        }
    }

    /// The folder of its tables' rows.
    pub fn rows_of(&self, database: &str) -> Result<PathBuf> {
        let found = self.database(database)?;
        let location = found.and_then(|database| database.location);
        Ok(location.unwrap_or_else(|| self.home(database)))
    }

    /// The database of that name, which is in lower case.
    pub fn database(&self, name: &str) -> Result<Option<Database>> {
        if !is_plain(name) {
            return Ok(None);
        }
        let found: Option<Database> = stored(&self.home(name).join(FILE))?;
        let found = match found {
            None if name == DATABASE => Some(Database {
                comment: "default database".into(),
                ..Database::default()
            }),
            found => found,
        };
        Ok(found.map(|database| Database {
            name: name.to_string(),
            ..database
        }))
    }

    /// All databases, sorted by name.
    pub fn databases(&self) -> Result<Vec<Database>> {
        let mut names = vec![DATABASE.to_string()];
        let entries = fs::read_dir(&self.root).into_iter().flatten().flatten();
        names.extend(entries.filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            Some(name.strip_suffix(".db")?.to_string())
        }));
        names.sort();
        let found = names.iter().map(|name| self.database(name));
        Ok(found
            .collect::<Result<Vec<_>>>()?
            .into_iter()
            .flatten()
            .collect())
    }

    /// Keeps what the database is.
    pub fn keep_database(&self, database: &Database) -> Result<()> {
        store(&self.home(&database.name).join(FILE), database)
    }

    /// Removes a database with all that is in it. A folder of the user's stays where it
    /// holds more than the tables.
    pub fn remove_database(&self, database: &Database) -> Result<()> {
        for name in self.names(&database.name)? {
            if let Some(table) = self.find(&name)? {
                self.remove(&table)?;
            }
        }
        let home = self.home(&database.name);
        fs::remove_dir_all(&home).map_err(|e| unwritten_io(&home, &e))?;
        if let Some(folder) = &database.location {
            let _ = fs::remove_dir(folder);
        }
        Ok(())
    }
}

/// There is no such database.
pub fn no_schema(namespace: &[String]) -> SparkError {
    let mut all = namespace.to_vec();
    if !all
        .first()
        .is_some_and(|first| first.eq_ignore_ascii_case(CATALOG))
    {
        all.insert(0, CATALOG.to_string());
    }
    SparkError::new("SCHEMA_NOT_FOUND", &[("schemaName", &quoted(&all))])
}

/// The name of a database of ours, in lower case: `d` or `spark_catalog.d`.
pub fn namespace_of(namespace: &[String]) -> Option<String> {
    match namespace {
        [name] => Some(name.to_lowercase()),
        [catalog, name] if catalog.eq_ignore_ascii_case(CATALOG) => Some(name.to_lowercase()),
        _ => None,
    }
}
