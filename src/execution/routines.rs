//! Functions made in SQL: kept by the warehouse beside its tables, or by the session.
//!
//! What is kept is text, with the settings and the database of when it was made.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Session;
use super::catalog::SessionCatalog;
use super::databases::no_schema;
use super::output::unwritten_io;
use super::session::{analysis_options, parse_options};
use super::stored_views::Viewed;
use super::tables::{self, TableName, Warehouse, is_plain, store, stored};
use crate::analysis::{Catalog, DefinedRoutine, checked_routine};
use crate::error::{Result, SparkError, quoted};
use crate::plan::{Returns, Routine, RoutineParameter};
use crate::time::{Clock, SystemClock};
use crate::types::DataType;

/// Where a database's functions are; no table has that name.
pub const FOLDER: &str = "_functions";

/// A function as it is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Kept {
    parameters: Vec<KeptParameter>,
    /// Whether it gives rows; `returns` are their columns then.
    table: bool,
    returns: serde_json::Value,
    body: String,
    comment: Option<String>,
    deterministic: Option<bool>,
    /// The database in use when it was made.
    database: String,
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
    pub created: i64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct KeptParameter {
    name: String,
    #[serde(rename = "type")]
    data_type: serde_json::Value,
    default: Option<String>,
    comment: Option<String>,
}

impl Kept {
    pub fn routine(&self) -> Result<Routine> {
        let parameter = |kept: &KeptParameter| {
            Ok(RoutineParameter {
                name: kept.name.clone(),
                data_type: DataType::from_json_value(&kept.data_type)?,
                default: kept.default.clone(),
                comment: kept.comment.clone(),
            })
        };
        let returns = match (self.table, DataType::from_json_value(&self.returns)?) {
            (true, DataType::Struct(columns)) => Returns::Table(Some(columns)),
            (true, _) => return Err(SparkError::internal("rows of a function are no struct")),
            (false, data_type) => Returns::Scalar(Some(data_type)),
        };
        Ok(Routine {
            parameters: self
                .parameters
                .iter()
                .map(parameter)
                .collect::<Result<_>>()?,
            returns,
            body: self.body.clone(),
            comment: self.comment.clone(),
            deterministic: self.deterministic,
        })
    }

    fn of(routine: Routine, database: String, settings: BTreeMap<String, String>) -> Result<Self> {
        let (table, returns) = match routine.returns {
            Returns::Scalar(Some(data_type)) => (false, data_type.json_value()),
            Returns::Table(Some(columns)) => (true, columns.json_value()),
            _ => return Err(SparkError::internal("what a function gives is not known")),
        };
        let parameters = routine.parameters.into_iter().map(|p| KeptParameter {
            name: p.name,
            data_type: p.data_type.json_value(),
            default: p.default,
            comment: p.comment,
        });
        Ok(Self {
            parameters: parameters.collect(),
            table,
            returns,
            body: routine.body,
            comment: routine.comment,
            deterministic: routine.deterministic,
            database,
            settings,
            created: SystemClock.now_millis(),
        })
    }
}

impl Warehouse {
    fn routine_file(&self, name: &TableName) -> PathBuf {
        let folder = self.home(&name.database).join(FOLDER);
        folder.join(format!("{}.json", name.table))
    }

    pub fn find_routine(&self, name: &TableName) -> Result<Option<Kept>> {
        if !is_plain(&name.table) || !is_plain(&name.database) {
            return Ok(None);
        }
        stored(&self.routine_file(name))
    }

    /// The names of a database's functions, sorted.
    pub fn routine_names(&self, database: &str) -> Vec<String> {
        let entries = fs::read_dir(self.home(database).join(FOLDER));
        let entries = entries.into_iter().flatten().flatten();
        let mut names: Vec<String> = entries
            .filter_map(|entry| {
                let name = entry.file_name().into_string().ok()?;
                let name = name.strip_suffix(".json")?;
                (!name.starts_with('.')).then(|| name.to_string())
            })
            .collect();
        names.sort();
        names
    }

    fn forget_routine(&self, name: &TableName) -> Result<bool> {
        let path = self.routine_file(name);
        match fs::remove_file(&path) {
            Ok(()) => Ok(true),
            Err(e) if e.kind() == ErrorKind::NotFound => Ok(false),
            Err(e) => Err(unwritten_io(&path, &e)),
        }
    }
}

impl SessionCatalog {
    /// What a name means among the functions that the warehouse keeps.
    pub(super) fn stored_routine(
        &self,
        name: &[String],
        within: &Viewed,
    ) -> Result<Option<Box<DefinedRoutine>>> {
        let current = within.database().unwrap_or_else(|| self.current());
        let Some(name) = tables::located(name, &current) else {
            return Ok(None);
        };
        let Some(kept) = Warehouse::of(&self.conf)?.find_routine(&name)? else {
            return Ok(None);
        };
        let catalog = within.catalog_of_routine(self, &kept.database)?;
        self.defined_routine(&kept, name.parts(), catalog).map(Some)
    }

    /// A function of the session's own.
    pub(super) fn temporary_routine(&self, name: &[String]) -> Result<Option<Box<DefinedRoutine>>> {
        let [name] = name else {
            return Ok(None);
        };
        let Some(kept) = self.find_temporary_routine(name) else {
            return Ok(None);
        };
        let catalog: Arc<dyn Catalog> = self.shared()?;
        self.defined_routine(&kept, vec![name.clone()], catalog)
            .map(Some)
    }

    fn defined_routine(
        &self,
        kept: &Kept,
        name: Vec<String>,
        catalog: Arc<dyn Catalog>,
    ) -> Result<Box<DefinedRoutine>> {
        let conf = Arc::new(self.conf.under(&kept.settings));
        Ok(Box::new(DefinedRoutine {
            name,
            routine: kept.routine()?,
            settings: conf.settings()?,
            options: analysis_options(&conf)?,
            parse: parse_options(&conf)?,
            database: kept.database.clone(),
            catalog,
        }))
    }
}

impl Session {
    /// `CREATE FUNCTION`.
    pub(super) fn create_routine(
        &self,
        name: Vec<String>,
        temporary: bool,
        (replace, if_not_exists): (bool, bool),
        routine: Routine,
    ) -> Result<()> {
        check_parameters(&name, &routine)?;
        let located = match temporary {
            true => None,
            false => {
                let Some(located) = self.catalog.located(&name) else {
                    return Err(no_schema(&name[..name.len().saturating_sub(1)]));
                };
                tables::check_new(&located)?;
                self.check_database(&located.database)?;
                Some(located)
            }
        };
        let known = match &located {
            Some(name) => self.warehouse()?.find_routine(name)?.is_some(),
            None => {
                let last = name.last().map_or("", String::as_str);
                self.catalog.find_temporary_routine(last).is_some()
                    || self.catalog.function(last).is_some()
            }
        };
        if known && if_not_exists {
            return Ok(());
        }
        let shown = match &located {
            Some(name) => quoted(&[&name.database, &name.table]),
            None => quoted(&name),
        };
        let (whole, catalog): (_, Arc<dyn Catalog>) = match &located {
            Some(name) => {
                let current = self.catalog.current();
                let within = Viewed::new_routine(shown.clone());
                let catalog = within.catalog_of_routine(&self.catalog, &current)?;
                (name.parts(), catalog)
            }
            None => (name.clone(), Arc::clone(&self.catalog) as Arc<dyn Catalog>),
        };
        let context = self.context()?;
        let made = DefinedRoutine {
            name: whole,
            routine,
            settings: context.settings.clone(),
            options: context.options.clone(),
            parse: self.parse_options()?,
            database: self.catalog.current(),
            catalog,
        };
        let returns = checked_routine(&made, &context).map_err(|e| self.not_found(e))?;
        // Only a sound function can be one too many.
        if known && !replace {
            let kind = "routine";
            return Err(SparkError::new(
                "ROUTINE_ALREADY_EXISTS",
                &[
                    ("newRoutineType", kind),
                    ("routineName", &shown),
                    ("existingRoutineType", kind),
                ],
            ));
        }
        let routine = Routine {
            returns,
            ..made.routine
        };
        let kept = Kept::of(routine, made.database, self.conf.of_views())?;
        match located {
            Some(name) => store(&self.warehouse()?.routine_file(&name), &kept),
            None => {
                let last = name.into_iter().next_back().unwrap_or_default();
                self.catalog.keep_temporary_routine(&last, kept);
                Ok(())
            }
        }
    }

    /// A function that a body calls and that is not there has the database in its name.
    fn not_found(&self, error: SparkError) -> SparkError {
        if error.condition() != "UNRESOLVED_ROUTINE" {
            return error;
        }
        let mut parameters = error.parameters().iter();
        let name = parameters.find(|(key, _)| key == "routineName");
        let name = name.map_or(String::new(), |(_, name)| name.clone());
        let whole = match name.contains("`.`") {
            true => name,
            false => format!("{}.{name}", quoted(&[self.catalog.current()])),
        };
        SparkError::new("ROUTINE_NOT_FOUND", &[("routineName", &whole)])
    }

    /// `DROP [TEMPORARY] FUNCTION`: whether there was one.
    pub(super) fn drop_routine(&self, name: &[String], temporary: bool) -> Result<bool> {
        let last = name.last().map_or("", String::as_str);
        if temporary {
            return Ok(self.catalog.forget_temporary_routine(last));
        }
        let Some(located) = self.catalog.located(name) else {
            return Err(no_schema(&name[..name.len().saturating_sub(1)]));
        };
        self.check_database(&located.database)?;
        let dropped = self.warehouse()?.forget_routine(&located)?;
        if !dropped && name.len() == 1 && self.catalog.find_temporary_routine(last).is_some() {
            return Err(SparkError::new(
                "EXPECT_PERSISTENT_FUNCTION_NOT_TEMP",
                &[
                    ("functionName", &quoted(name)),
                    ("operation", "DROP FUNCTION"),
                    (
                        "alternative",
                        " Please use DROP TEMPORARY FUNCTION to drop a temporary function.",
                    ),
                ],
            ));
        }
        Ok(dropped)
    }
}

fn check_parameters(name: &[String], routine: &Routine) -> Result<()> {
    let last = name.last().map_or("", String::as_str);
    let mut twice: Vec<String> = Vec::new();
    let names: Vec<_> = routine
        .parameters
        .iter()
        .map(|p| p.name.to_lowercase())
        .collect();
    for (at, name) in names.iter().enumerate() {
        let shown = quoted(&[name]);
        if names[..at].contains(name) && !twice.contains(&shown) {
            twice.push(shown);
        }
    }
    if !twice.is_empty() {
        return Err(SparkError::new(
            "DUPLICATE_ROUTINE_PARAMETER_NAMES",
            &[("routineName", last), ("names", &twice.join(", "))],
        ));
    }
    let pairs = routine
        .parameters
        .iter()
        .zip(routine.parameters.iter().skip(1));
    for (one, next) in pairs {
        if one.default.is_some() && next.default.is_none() {
            return Err(SparkError::new(
                "USER_DEFINED_FUNCTIONS.NOT_A_VALID_DEFAULT_PARAMETER_POSITION",
                &[
                    ("functionName", last),
                    ("parameterName", &one.name),
                    ("nextParameterName", &next.name),
                ],
            ));
        }
    }
    Ok(())
}
