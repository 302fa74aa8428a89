//! Statements about databases.

use super::{frame, matching, texts};
use crate::error::{Result, SparkError, quoted};
use crate::execution::databases::{CATALOG, DATABASE, Database, GLOBAL, namespace_of, no_schema};
use crate::execution::tables::is_plain;
use crate::execution::{Session, Table, files};
use crate::plan::sql::Properties;
use crate::storage;

/// The name in it of a database that is to be made.
fn new_name(name: &[String]) -> Result<String> {
    let Some(found) = namespace_of(name) else {
        let inner = match name {
            [first, rest @ ..] if first.eq_ignore_ascii_case(CATALOG) => rest,
            all => all,
        };
        return Err(SparkError::new(
            "REQUIRES_SINGLE_PART_NAMESPACE",
            &[("sessionCatalog", CATALOG), ("identifier", &quoted(inner))],
        ));
    };
    if found == GLOBAL {
        return Err(SparkError::new(
            "RESERVED_DATABASE_NAME",
            &[("database", &quoted(&[&found]))],
        ));
    }
    if !is_plain(&found) || !found.is_ascii() {
        return Err(SparkError::new(
            "INVALID_SCHEMA_OR_RELATION_NAME",
            &[("name", &quoted(&[&found]))],
        ));
    }
    Ok(found)
}

pub fn create(
    session: &Session,
    name: &[String],
    if_not_exists: bool,
    comment: Option<String>,
    location: Option<String>,
    properties: Properties,
) -> Result<()> {
    let name = new_name(name)?;
    let warehouse = session.warehouse()?;
    if warehouse.database(&name)?.is_some() {
        return match if_not_exists {
            true => Ok(()),
            false => Err(SparkError::new(
                "SCHEMA_ALREADY_EXISTS",
                &[("schemaName", &quoted(&[&name]))],
            )),
        };
    }
    let place = |path: String| session.conf.paths()?.write(&path);
    let location = location.map(place).transpose()?;
    if location.as_deref().is_some_and(storage::is_remote) {
        return Err(SparkError::not_implemented("a database in an object store"));
    }
    warehouse.keep_database(&Database {
        name,
        comment: comment.unwrap_or_default(),
        location,
        properties: properties.into_iter().collect(),
    })
}

/// The database of that name, or Spark's error.
pub fn known(session: &Session, name: &[String]) -> Result<Database> {
    let found = match namespace_of(name) {
        Some(name) => session.warehouse()?.database(&name)?,
        None => None,
    };
    found.ok_or_else(|| no_schema(name))
}

pub fn drop(session: &Session, name: &[String], if_exists: bool, cascade: bool) -> Result<()> {
    let database = match known(session, name) {
        Err(error) if if_exists && error.condition() == "SCHEMA_NOT_FOUND" => return Ok(()),
        found => found?,
    };
    if database.name == DATABASE {
        let name = quoted(&[CATALOG, DATABASE]);
        return Err(SparkError::new(
            "UNSUPPORTED_FEATURE.DROP_DATABASE",
            &[("database", &name)],
        ));
    }
    let warehouse = session.warehouse()?;
    let tables = warehouse.names(&database.name)?;
    let has_functions = !warehouse.routine_names(&database.name).is_empty();
    if !cascade && (has_functions || !tables.is_empty()) {
        return Err(SparkError::new(
            "SCHEMA_NOT_EMPTY",
            &[("schemaName", &quoted(&[&database.name]))],
        ));
    }
    for table in &tables {
        session.forget_kept(table);
    }
    warehouse.remove_database(&database)
}

pub fn alter(session: &Session, name: &[String], properties: Properties) -> Result<()> {
    let mut database = known(session, name)?;
    database.properties.extend(properties);
    session.warehouse()?.keep_database(&database)
}

pub fn comment(session: &Session, name: &[String], comment: Option<String>) -> Result<()> {
    let mut database = known(session, name)?;
    database.comment = comment.unwrap_or_default();
    session.warehouse()?.keep_database(&database)
}

/// `USE`.
pub fn enter(session: &Session, name: &[String], may_be_catalog: bool) -> Result<()> {
    if let [only] = name
        && may_be_catalog
        && only.eq_ignore_ascii_case(CATALOG)
    {
        return Ok(());
    }
    session.catalog.set_current(known(session, name)?.name);
    Ok(())
}

pub fn show(session: &Session, catalog: Option<&[String]>, pattern: Option<&str>) -> Result<Table> {
    match catalog {
        None => {}
        Some([only]) if only.eq_ignore_ascii_case(CATALOG) => {}
        Some(other) => return Err(no_schema(other)),
    }
    let all = session.warehouse()?.databases()?;
    let names = all.into_iter().map(|database| database.name).collect();
    texts(session, &["namespace"], vec![matching(names, pattern)?])
}

/// Where its tables' rows go, as a URI.
pub fn location(session: &Session, database: &Database) -> Result<String> {
    let folder = session.warehouse()?.rows_of(&database.name)?;
    Ok(files::uri(&folder).replacen("file:///", "file:/", 1))
}

pub fn describe(session: &Session, name: &[String], extended: bool) -> Result<Table> {
    let database = known(session, name)?;
    let mut rows = vec![
        ("Catalog Name", CATALOG.to_string()),
        ("Namespace Name", database.name.clone()),
        ("Comment", database.comment.clone()),
        ("Location", location(session, &database)?),
        ("Owner", session.context()?.user),
    ];
    if extended {
        let pairs = database
            .properties
            .iter()
            .map(|(k, v)| format!("({k},{v})"));
        let pairs: Vec<_> = pairs.collect();
        let shown = match pairs.is_empty() {
            true => String::new(),
            false => format!("({})", pairs.join(", ")),
        };
        rows.push(("Properties", shown));
    }
    let (names, values) = rows
        .into_iter()
        .map(|(name, value)| (Some(name.to_string()), Some(value)))
        .unzip();
    let fields = vec![
        ("info_name", Some("name of the namespace info"), false),
        ("info_value", Some("value of the namespace info"), true),
    ];
    frame(session, fields, vec![names, values])
}
