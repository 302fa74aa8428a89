//! Tables of the warehouse: a folder of files each, and beside them what the table is.
//!
//! `<warehouse>/_tables/<name>.json` holds format, columns and options, so that a table
//! outlives its session. Rows are in `<warehouse>/<name>/`, or in a folder of the user's.
//! There is one database, `default`. How rows get into a table is not known here.

use std::fs;
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::conf::Conf;
use super::files;
use super::output::unwritten_io;
use crate::error::{Result, SparkError, quoted};
use crate::plan::{Plan, ReadSpec, Relation};
use crate::storage;
use crate::types::{DataType, StructType};

const CATALOG: &str = "spark_catalog";
const DATABASE: &str = "default";
const FOLDER: &str = "_tables";
const WAREHOUSE: &str = "spark.sql.warehouse.dir";

/// What a table is.
#[derive(Debug, Clone, PartialEq)]
pub struct TableDefinition {
    /// In lower case.
    pub name: String,
    pub format: String,
    /// Columns of partitions last.
    pub schema: StructType,
    pub partition_by: Vec<String>,
    pub options: Vec<(String, String)>,
    pub location: PathBuf,
    /// The folder is the user's and stays when the table goes.
    pub is_external: bool,
    pub comment: Option<String>,
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
            name: self.name.clone(),
            columns: Vec::new(),
        })
    }

    /// The name with all that goes before it.
    pub fn parts(&self) -> Vec<String> {
        [CATALOG, DATABASE, &self.name].map(String::from).to_vec()
    }

    pub fn kind(&self) -> &'static str {
        match self.is_external {
            true => "EXTERNAL",
            false => "MANAGED",
        }
    }

    /// As Spark's older errors name it.
    pub fn plain_name(&self) -> String {
        format!("{CATALOG}.{DATABASE}.{}", self.name)
    }

    /// As errors name it.
    pub fn whole_name(&self) -> String {
        whole_name(&self.name)
    }
}

/// `` `spark_catalog`.`default`.`t` ``.
pub fn whole_name(name: &str) -> String {
    quoted(&[CATALOG, DATABASE, name])
}

/// The name with all that goes without saying.
pub fn with_catalog(name: &[String]) -> Vec<String> {
    let said = match name {
        [_] => &[CATALOG, DATABASE][..],
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

/// The name within the one database; none for a name of another.
pub fn local_name(name: &[String]) -> Option<String> {
    let is = |part: &String, wanted: &str| part.eq_ignore_ascii_case(wanted);
    match name {
        [name] => Some(name.to_lowercase()),
        [database, name] if is(database, DATABASE) => Some(name.to_lowercase()),
        [catalog, database, name] if is(catalog, CATALOG) && is(database, DATABASE) => {
            Some(name.to_lowercase())
        }
        _ => None,
    }
}

/// Whether the name is that of the one database.
pub fn is_default(namespace: &[String]) -> bool {
    let mut name = namespace.to_vec();
    name.push(String::new());
    namespace.len() <= 2 && !namespace.is_empty() && local_name(&name).is_some()
}

/// There is no database but `default`.
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

/// The same for a table to be made.
pub fn new_name(name: &[String]) -> Result<String> {
    let Some(found) = local_name(name) else {
        return Err(no_schema(&name[..name.len().saturating_sub(1)]));
    };
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    // The folder of the definitions is no table's.
    if found.is_empty() || found == FOLDER || !found.chars().all(is_plain) {
        return Err(SparkError::new(
            "INVALID_SCHEMA_OR_RELATION_NAME",
            &[("name", &quoted(&[&found]))],
        ));
    }
    Ok(found)
}

/// The file of a table.
#[derive(Serialize, Deserialize)]
struct Stored {
    format: String,
    schema: serde_json::Value,
    #[serde(default)]
    partition_by: Vec<String>,
    #[serde(default)]
    options: Vec<(String, String)>,
    /// Only where it is not the warehouse's own, so that a warehouse can be moved.
    location: Option<PathBuf>,
    comment: Option<String>,
}

/// The tables of a session's warehouse.
pub struct Warehouse {
    root: PathBuf,
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
    pub fn folder(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.root.join(FOLDER).join(format!("{name}.json"))
    }

    pub fn find(&self, name: &str) -> Result<Option<TableDefinition>> {
        // No other name can be one of ours, and some would name files elsewhere.
        if !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
            return Ok(None);
        }
        let path = self.file(name);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == ErrorKind::NotFound || e.kind() == ErrorKind::NotADirectory => {
                return Ok(None);
            }
            Err(e) => return Err(files::failed(&path, &e)),
        };
        let damaged = |e: serde_json::Error| {
            files::failed(&path, &Error::new(ErrorKind::InvalidData, e.to_string()))
        };
        let stored: Stored = serde_json::from_str(&text).map_err(damaged)?;
        Ok(Some(TableDefinition {
            name: name.to_string(),
            format: stored.format,
            schema: columns(&stored.schema)?,
            partition_by: stored.partition_by,
            options: stored.options,
            is_external: stored.location.is_some(),
            location: stored.location.unwrap_or_else(|| self.folder(name)),
            comment: stored.comment,
        }))
    }

    /// All names, sorted.
    pub fn names(&self) -> Result<Vec<String>> {
        let folder = self.root.join(FOLDER);
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) => return Err(files::failed(&folder, &e)),
        };
        let name = |entry: fs::DirEntry| {
            let name = entry.file_name().into_string().ok()?;
            let name = name.strip_suffix(".json")?;
            (!name.starts_with('.')).then(|| name.to_string())
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
            options: table.options.clone(),
            location: table.is_external.then(|| table.location.clone()),
            comment: table.comment.clone(),
        };
        let text = serde_json::to_string_pretty(&stored).map_err(SparkError::internal)?;
        let path = self.file(&table.name);
        let folder = self.root.join(FOLDER);
        fs::create_dir_all(&folder).map_err(|e| unwritten_io(&folder, &e))?;
        let unfinished = folder.join(format!(".{}-{}", table.name, super::new_id()));
        fs::write(&unfinished, text)
            .and_then(|()| fs::rename(&unfinished, &path))
            .map_err(|e| unwritten_io(&path, &e))
    }

    /// Removes the table, and its rows where they are the warehouse's own.
    pub fn remove(&self, table: &TableDefinition) -> Result<()> {
        let path = self.file(&table.name);
        fs::remove_file(&path).map_err(|e| unwritten_io(&path, &e))?;
        if table.is_external || !table.location.exists() {
            return Ok(());
        }
        fs::remove_dir_all(&table.location).map_err(|e| unwritten_io(&table.location, &e))
    }
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
