//! Tables and views of the warehouse: a folder of files each, and beside them what the
//! table is.
//!
//! `<warehouse>/_tables/<name>.json` holds format, columns and options, so that a table
//! outlives its session. Rows are in `<warehouse>/<name>/`, or in a folder of the user's. A
//! database other than `default` has all that in `<warehouse>/<database>.db/`. A view has
//! its text and settings in the place of rows. How rows get into a table is not known here.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::conf::Conf;
use super::databases::CATALOG;
use super::files;
use super::output::unwritten_io;
use crate::error::{Result, SparkError, quoted};
use crate::plan::sql::Buckets;
use crate::plan::{Plan, ReadSpec, Relation};
use crate::storage;
use crate::types::{DataType, StructType};

const FOLDER: &str = "_tables";
const WAREHOUSE: &str = "spark.sql.warehouse.dir";

/// Where a table is, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TableName {
    pub database: String,
    pub table: String,
}

impl TableName {
    /// With all that goes before it.
    pub fn parts(&self) -> Vec<String> {
        [CATALOG, &self.database, &self.table]
            .map(String::from)
            .to_vec()
    }

    /// As errors name it.
    pub fn whole(&self) -> String {
        quoted(&self.parts())
    }

    /// As errors of partitions and renamings name it.
    pub fn short(&self) -> String {
        quoted(&[&self.database, &self.table])
    }

    /// As Spark's older errors name it.
    pub fn plain(&self) -> String {
        self.parts().join(".")
    }
}

/// The query that a view stands for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ViewQuery {
    pub text: String,
    /// Where its names are looked up.
    pub database: String,
    /// The columns of the query that are those of the view, in order.
    pub columns: Vec<String>,
    /// The settings of the session that made it.
    pub settings: BTreeMap<String, String>,
}

/// How much a table held when it was analysed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Statistics {
    pub bytes: u64,
    pub rows: Option<u64>,
    /// By the names of columns that were looked at too.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, ColumnStatistics>,
}

/// What the values of a column were.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnStatistics {
    pub min: Option<String>,
    pub max: Option<String>,
    pub nulls: u64,
    /// As near as a sketch comes.
    pub distinct: u64,
    pub average_length: u64,
    pub longest: u64,
}

/// What a table or view is.
#[derive(Debug, Clone, PartialEq)]
pub struct TableDefinition {
    pub name: TableName,
    pub format: String,
    /// Columns of partitions last.
    pub schema: StructType,
    pub partition_by: Vec<String>,
    pub buckets: Option<Buckets>,
    pub options: Vec<(String, String)>,
    pub location: PathBuf,
    /// The folder is the user's and stays when the table goes.
    pub is_external: bool,
    pub comment: Option<String>,
    pub properties: BTreeMap<String, String>,
    /// Milliseconds since 1970, where it is known.
    pub created: Option<i64>,
    pub statistics: Option<Statistics>,
    pub view: Option<ViewQuery>,
}

impl TableDefinition {
    /// The rows as they are now, or as a stream.
    pub fn read(&self, streaming: bool) -> Arc<Plan> {
        Plan::new(Relation::Read(ReadSpec {
            format: self.format.clone(),
            paths: vec![format!("file:{}", self.location.display())],
            schema: Some(self.schema.clone()),
            options: self.options.clone(),
            streaming,
            local: None,
            foreign: None,
        }))
    }

    /// The rows as they come in.
    pub fn stream(&self) -> Arc<Plan> {
        Plan::new(Relation::Alias {
            input: self.read(true),
            name: self.name.table.clone(),
            columns: Vec::new(),
        })
    }

    pub fn kind(&self) -> &'static str {
        match (&self.view, self.is_external) {
            (Some(_), _) => "VIEW",
            (None, true) => "EXTERNAL",
            (None, false) => "MANAGED",
        }
    }

    /// As Spark's older errors name it.
    pub fn plain_name(&self) -> String {
        self.name.plain()
    }

    /// As errors name it.
    pub fn whole_name(&self) -> String {
        self.name.whole()
    }
}

/// The name with all that goes without saying.
pub fn with_catalog(name: &[String], current: &str) -> Vec<String> {
    let said = match name {
        [_] => &[CATALOG, current][..],
        [_, _] => &[CATALOG][..],
        _ => &[],
    };
    said.iter()
        .map(|part| part.to_string())
        .chain(name.iter().cloned())
        .collect()
}

/// As calls of a writer name a table: the one catalog goes without saying.
pub fn without_catalog(name: &[String]) -> &[String] {
    match name {
        [catalog, _, _] if catalog.eq_ignore_ascii_case(CATALOG) => &name[1..],
        _ => name,
    }
}

/// What the name means while `current` is the database in use; none where it is another
/// catalog's.
pub fn located(name: &[String], current: &str) -> Option<TableName> {
    let (database, table) = match name {
        [table] => (current, table),
        [database, table] => (database.as_str(), table),
        [catalog, database, table] if catalog.eq_ignore_ascii_case(CATALOG) => {
            (database.as_str(), table)
        }
        _ => return None,
    };
    Some(TableName {
        database: database.to_lowercase(),
        table: table.to_lowercase(),
    })
}

/// Whether a name can be one of ours; others would name files elsewhere.
pub fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// The same for a table to be made.
pub fn check_new(name: &TableName) -> Result<()> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let table = &name.table;
    // The folders of definitions are no table's.
    let is_ours = table == FOLDER || table == super::routines::FOLDER;
    if table.is_empty() || is_ours || !table.chars().all(is_plain) {
        return Err(SparkError::new(
            "INVALID_SCHEMA_OR_RELATION_NAME",
            &[("name", &quoted(&[table]))],
        ));
    }
    Ok(())
}

/// The file of a table.
#[derive(Serialize, Deserialize)]
struct Stored {
    format: String,
    schema: serde_json::Value,
    #[serde(default)]
    partition_by: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    buckets: Option<Buckets>,
    #[serde(default)]
    options: Vec<(String, String)>,
    /// Only where it is not the warehouse's own, so that a warehouse can be moved.
    location: Option<PathBuf>,
    comment: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    properties: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    created: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    statistics: Option<Statistics>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    view: Option<ViewQuery>,
}

/// The tables of a session's warehouse.
pub struct Warehouse {
    pub(super) root: PathBuf,
}

impl Warehouse {
    pub fn of(conf: &Conf) -> Result<Self> {
        let text = conf.find(WAREHOUSE).unwrap_or_default();
        let root = conf.paths()?.write(&text)?;
        if storage::is_remote(&root) {
            return Err(SparkError::not_implemented(
                "a warehouse in an object store",
            ));
        }
        Ok(Self { root })
    }

    /// Where a table's rows go that has no folder of the user's.
    pub fn folder(&self, name: &TableName) -> Result<PathBuf> {
        Ok(self.rows_of(&name.database)?.join(&name.table))
    }

    fn definitions(&self, database: &str) -> PathBuf {
        self.home(database).join(FOLDER)
    }

    fn file(&self, name: &TableName) -> PathBuf {
        let folder = self.definitions(&name.database);
        folder.join(format!("{}.json", name.table))
    }

    pub fn find(&self, name: &TableName) -> Result<Option<TableDefinition>> {
        if !is_plain(&name.table) || !is_plain(&name.database) {
            return Ok(None);
        }
        let path = self.file(name);
        let Some(stored) = stored::<Stored>(&path)? else {
            return Ok(None);
        };
        let location = match &stored.location {
            Some(location) => location.clone(),
            None => self.folder(name)?,
        };
        Ok(Some(TableDefinition {
            name: name.clone(),
            format: stored.format,
            schema: columns(&stored.schema)?,
            partition_by: stored.partition_by,
            buckets: stored.buckets,
            options: stored.options,
            is_external: stored.location.is_some(),
            location,
            comment: stored.comment,
            properties: stored.properties,
            created: stored.created,
            statistics: stored.statistics,
            view: stored.view,
        }))
    }

    /// All names of a database, sorted.
    pub fn names(&self, database: &str) -> Result<Vec<TableName>> {
        let folder = self.definitions(database);
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) => return Err(files::failed(&folder, &e)),
        };
        let name = |entry: fs::DirEntry| {
            let name = entry.file_name().into_string().ok()?;
            let table = name.strip_suffix(".json")?;
            (!table.starts_with('.')).then(|| TableName {
                database: database.to_string(),
                table: table.to_string(),
            })
        };
        let mut names: Vec<_> = entries.flatten().filter_map(name).collect();
        names.sort();
        Ok(names)
    }

    /// Keeps the definition; a reader sees the old one or the new one.
    pub fn keep(&self, table: &TableDefinition) -> Result<()> {
        let stored = Stored {
            format: table.format.clone(),
            schema: table.schema.json_value(),
            partition_by: table.partition_by.clone(),
            buckets: table.buckets.clone(),
            options: table.options.clone(),
            location: table.is_external.then(|| table.location.clone()),
            comment: table.comment.clone(),
            properties: table.properties.clone(),
            created: table.created,
            statistics: table.statistics.clone(),
            view: table.view.clone(),
        };
        store(&self.file(&table.name), &stored)
    }

    /// Forgets the table; its rows stay.
    pub fn forget(&self, name: &TableName) -> Result<()> {
        let path = self.file(name);
        fs::remove_file(&path).map_err(|e| unwritten_io(&path, &e))
    }

    /// Removes the table, and its rows where they are the warehouse's own.
    pub fn remove(&self, table: &TableDefinition) -> Result<()> {
        self.forget(&table.name)?;
        if table.is_external || table.view.is_some() || !table.location.exists() {
            return Ok(());
        }
        fs::remove_dir_all(&table.location).map_err(|e| unwritten_io(&table.location, &e))
    }
}

/// What a file of ours holds; none where there is no file.
pub(super) fn stored<T: serde::de::DeserializeOwned>(path: &Path) -> Result<Option<T>> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(e) if e.kind() == ErrorKind::NotFound || e.kind() == ErrorKind::NotADirectory => {
            return Ok(None);
        }
        Err(e) => return Err(files::failed(path, &e)),
    };
    let damaged = |e: serde_json::Error| {
        files::failed(path, &Error::new(ErrorKind::InvalidData, e.to_string()))
    };
    serde_json::from_str(&text).map(Some).map_err(damaged)
}

/// Writes a file of ours whole, or not at all.
pub(super) fn store<T: Serialize>(path: &Path, value: &T) -> Result<()> {
    let text = serde_json::to_string_pretty(value).map_err(SparkError::internal)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(|e| unwritten_io(folder, &e))?;
    let unfinished = folder.join(format!(".unfinished-{}", super::new_id()));
    fs::write(&unfinished, text)
        .and_then(|()| fs::rename(&unfinished, path))
        .map_err(|e| unwritten_io(path, &e))
}

fn columns(json: &serde_json::Value) -> Result<StructType> {
    match DataType::from_json_value(json)? {
        DataType::Struct(schema) => Ok(schema),
        _ => Err(SparkError::internal("a table's columns are no struct")),
    }
}

/// Whether a folder that a new table would get has something in it.
pub fn is_taken(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
}
