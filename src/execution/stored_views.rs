//! Views that the warehouse keeps: a query as text, with the settings and the database of
//! the session that made it. Its names are looked up anew at each use.

use std::sync::Arc;

use super::Session;
use super::catalog::SessionCatalog;
use super::conf::Conf;
use super::databases::no_schema;
use super::session::{analysis_options, parse_options};
use super::table_names::exists;
use super::tables::{self, TableDefinition, TableName, ViewQuery};
use crate::analysis::{Catalog, DefinedRoutine, DefinedView, Named, Resolved, Source, analyze};
use crate::error::{Result, SparkError, quoted};
use crate::plan::sql::Statement;
use crate::plan::sql::{Parameters, StoredView, ViewScope, parse_statement};
use crate::plan::{ForeignRef, ForeignTable, Plan, ReadSpec};
use crate::time::{Clock, SystemClock};
use crate::types::{StructField, StructType};

/// The views around a name.
#[derive(Debug, Clone, Default)]
pub struct Viewed {
    /// The outermost first.
    path: Vec<TableName>,
    /// Where names without a database are looked up; the session's without it.
    database: Option<String>,
    /// Whether the innermost is being made: what it may not name is said then.
    is_new: bool,
    /// The name of the function that is being made, where it is one.
    routine: Option<String>,
}

impl Viewed {
    pub fn database(&self) -> Option<String> {
        self.database.clone()
    }

    /// Inside a function that is being made.
    pub fn new_routine(shown: String) -> Self {
        Self {
            is_new: true,
            routine: Some(shown),
            ..Self::default()
        }
    }

    /// The names that the body of a stored function may use: all but temporary ones, first
    /// looked up in its own database.
    pub fn catalog_of_routine(
        &self,
        session: &SessionCatalog,
        database: &str,
    ) -> Result<Arc<dyn Catalog>> {
        Ok(Arc::new(ViewCatalog {
            session: session.shared()?,
            within: Self {
                path: self.path.clone(),
                database: Some(database.to_string()),
                is_new: self.is_new,
                routine: self.routine.clone(),
            },
            conf: Arc::clone(&session.conf),
        }))
    }
}

/// The names that a stored view may use: all but temporary ones.
struct ViewCatalog {
    session: Arc<SessionCatalog>,
    within: Viewed,
    conf: Arc<Conf>,
}

impl Catalog for ViewCatalog {
    fn lookup(&self, name: &[String]) -> Result<Option<Named>> {
        if self.within.is_new && self.session.is_view(name) {
            return Err(self.temporary("VIEW", name));
        }
        self.session.stored(name, &self.within)
    }

    fn read(&self, spec: &ReadSpec) -> Result<Source> {
        super::read::open(spec, &self.conf)
    }

    fn table_function(&self, _name: &str) -> Option<Arc<dyn ForeignTable>> {
        None
    }

    fn function(&self, _name: &str) -> Option<ForeignRef> {
        None
    }

    fn routine(&self, name: &[String]) -> Result<Option<Box<DefinedRoutine>>> {
        let found = self.session.stored_routine(name, &self.within)?;
        let is_temporary = |name: &str| {
            self.session.function(name).is_some()
                || self.session.find_temporary_routine(name).is_some()
        };
        match (found, name) {
            (None, [name]) if self.within.is_new && is_temporary(name) => {
                Err(self.temporary("FUNCTION", std::slice::from_ref(name)))
            }
            (found, _) => Ok(found),
        }
    }
}

impl ViewCatalog {
    fn temporary(&self, kind: &str, name: &[String]) -> SparkError {
        let view = self.within.path.last().map(TableName::whole);
        let (what, made) = match &self.within.routine {
            Some(routine) => ("FUNCTION", routine.clone()),
            None => ("VIEW", view.unwrap_or_default()),
        };
        SparkError::new(
            "INVALID_TEMP_OBJ_REFERENCE",
            &[
                ("obj", what),
                ("objName", &made),
                ("tempObj", kind),
                ("tempObjName", &quoted(name)),
            ],
        )
    }
}

/// What a stored view stands for, inside the views of `within`.
pub fn named(
    session: &SessionCatalog,
    view: &TableDefinition,
    query: &ViewQuery,
    within: &Viewed,
) -> Result<Named> {
    let mut path = within.path.clone();
    path.push(view.name.clone());
    if within.path.contains(&view.name) {
        let shown: Vec<_> = path.iter().map(TableName::whole).collect();
        return Err(SparkError::new(
            "RECURSIVE_VIEW",
            &[
                ("viewIdent", &view.whole_name()),
                ("newPath", &shown.join(" -> ")),
            ],
        ));
    }
    let conf = Arc::new(session.conf.under(&query.settings));
    let plan = match parse_statement(&query.text, &parse_options(&conf)?, &Parameters::None)? {
        Statement::Query(plan) => plan,
        _ => return Err(SparkError::internal("a view's text is no query")),
    };
    let within = Viewed {
        path,
        database: Some(query.database.clone()),
        is_new: false,
        routine: None,
    };
    let catalog = ViewCatalog {
        session: session.shared()?,
        within,
        conf: Arc::clone(&conf),
    };
    Ok(Named::Defined(Box::new(DefinedView {
        plan,
        name: view.name.parts(),
        columns: query.columns.clone(),
        schema: view.schema.clone(),
        settings: conf.settings()?,
        options: analysis_options(&conf)?,
        database: query.database.clone(),
        catalog: Arc::new(catalog),
    })))
}

impl Session {
    /// `CREATE VIEW` and `ALTER VIEW … AS`.
    pub(super) fn create_stored_view(&self, view: StoredView) -> Result<()> {
        debug_assert_eq!(view.scope, ViewScope::Persistent);
        let Some(name) = self.catalog.located(&view.name) else {
            return Err(no_schema(&view.name[..view.name.len().saturating_sub(1)]));
        };
        tables::check_new(&name)?;
        self.check_database(&name.database)?;
        let resolved = self.query_of(&name, &view.plan)?;
        let schema = columns(&name, &resolved, &view.columns)?;
        let warehouse = self.warehouse()?;
        let found = warehouse.find(&name)?;
        match &found {
            Some(_) if view.if_not_exists => return Ok(()),
            Some(found) if !view.replace => return Err(exists(found)),
            Some(found) if found.view.is_none() => {
                return Err(SparkError::new(
                    "EXPECT_VIEW_NOT_TABLE.NO_ALTERNATIVE",
                    &[
                        ("operation", "CREATE OR REPLACE VIEW"),
                        ("tableName", &found.whole_name()),
                    ],
                ));
            }
            _ => {}
        }
        let query = ViewQuery {
            text: view.text,
            database: self.catalog.current(),
            columns: resolved.output.iter().map(|a| a.name.clone()).collect(),
            settings: self.conf.of_views(),
        };
        let before = found.filter(|_| view.is_altered);
        let (comment, properties) = match before {
            Some(before) => (before.comment, before.properties),
            None => (view.comment, view.properties.into_iter().collect()),
        };
        warehouse.keep(&TableDefinition {
            format: String::new(),
            schema,
            partition_by: Vec::new(),
            buckets: None,
            options: Vec::new(),
            location: warehouse.folder(&name)?,
            is_external: false,
            comment,
            properties,
            created: Some(SystemClock.now_millis()),
            statistics: None,
            view: Some(query),
            name: name.clone(),
        })?;
        self.refresh_kept(&name)
    }

    /// The query of a view that is being made.
    fn query_of(&self, name: &TableName, plan: &Arc<Plan>) -> Result<Arc<Resolved>> {
        let catalog = Arc::new(ViewCatalog {
            session: Arc::clone(&self.catalog),
            within: Viewed {
                path: vec![name.clone()],
                database: None,
                is_new: true,
                routine: None,
            },
            conf: Arc::clone(&self.conf),
        });
        let mut context = self.context()?;
        context.catalog = catalog.clone();
        let resolved = analyze(plan, &context).map_err(|error| {
            let mut parameters = error.parameters().iter();
            let routine = parameters.find(|(key, _)| key == "routineName");
            let routine = routine.map(|(_, name)| name.replace('`', ""));
            match routine {
                Some(name) if self.catalog.function(&name).is_some() => {
                    catalog.temporary("FUNCTION", &[name])
                }
                _ => error,
            }
        })?;
        if let Some(variable) = context.variables.used().into_iter().next() {
            return Err(catalog.temporary("VARIABLE", &[variable]));
        }
        match resolved.streaming {
            true => Err(SparkError::not_implemented("stored views of streams")),
            false => Ok(resolved),
        }
    }
}

/// The columns of a view under the names that it was given.
fn columns(
    view: &TableName,
    resolved: &Resolved,
    given: &[(String, Option<String>)],
) -> Result<StructType> {
    let output = &resolved.output;
    if !given.is_empty() && given.len() != output.len() {
        let condition = match given.len() < output.len() {
            true => "CREATE_VIEW_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS",
            false => "CREATE_VIEW_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS",
        };
        let list = |names: Vec<&String>| {
            let names = names.into_iter().map(|name| quoted(&[name]));
            names.collect::<Vec<_>>().join(", ")
        };
        return Err(SparkError::new(
            condition,
            &[
                ("viewName", &view.whole()),
                (
                    "viewColumns",
                    &list(given.iter().map(|(name, _)| name).collect()),
                ),
                (
                    "dataColumns",
                    &list(output.iter().map(|a| &a.name).collect()),
                ),
            ],
        ));
    }
    let mut fields: Vec<StructField> = Vec::with_capacity(output.len());
    for (at, attribute) in output.iter().enumerate() {
        let mut metadata = attribute.metadata.clone();
        metadata.remove("__autoGeneratedAlias");
        let mut name = attribute.name.clone();
        if let Some((given, comment)) = given.get(at) {
            name.clone_from(given);
            metadata.remove("comment");
            if let Some(comment) = comment {
                metadata.insert("comment".into(), comment.clone().into());
            }
        }
        if fields
            .iter()
            .any(|field| field.name.eq_ignore_ascii_case(&name))
        {
            let name = quoted(&[name.to_lowercase()]);
            return Err(SparkError::new(
                "COLUMN_ALREADY_EXISTS",
                &[("columnName", &name)],
            ));
        }
        fields.push(StructField {
            metadata,
            ..StructField::new(name, attribute.data_type.clone(), attribute.nullable)
        });
    }
    Ok(StructType::new(fields))
}
