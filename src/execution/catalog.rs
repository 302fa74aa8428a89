//! What a session knows by name: temporary views and in-memory tables, the database in
//! use, functions of the program's, and through the warehouse tables and stored views.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};

use datafusion::catalog::TableProvider;
use parking_lot::RwLock;

use super::databases::{DATABASE, GLOBAL};
use super::read::PLAIN_TEXTS;
use super::routines::Kept;
use super::stored_views::{self, Viewed};
use super::tables::{self, TableDefinition, TableName, Warehouse};
use super::view_of_variables::OfVariables;
use crate::analysis::{Catalog, DefinedRoutine, Named, Source};
use crate::error::{Result, SparkError};
use crate::functions::scalar::bounded::READ;
use crate::plan::{Expr, ForeignRef, ForeignTable, Literal, Plan, ReadSpec, Relation};
use crate::types::{StructField, StructType, bounded};

/// Whether texts of a fixed length are filled up where they are read.
const PADDING: &str = "spark.sql.readSideCharPadding";

#[derive(Clone)]
enum Entry {
    View(Arc<Plan>),
    /// A view whose variables are worth what they are when it is used.
    OfVariables(Arc<OfVariables>),
    Table {
        schema: StructType,
        provider: Arc<dyn TableProvider>,
    },
}

type Names = RwLock<BTreeMap<String, Entry>>;

pub struct SessionCatalog {
    this: Weak<Self>,
    local: Names,
    /// Those of all sessions of a program.
    global: Arc<Names>,
    /// Functions of the program's, by name.
    functions: RwLock<BTreeMap<String, ForeignRef>>,
    /// Those that give tables.
    tables: RwLock<BTreeMap<String, Arc<dyn ForeignTable>>>,
    /// Functions of the session's that were made in SQL, by name in lower case.
    routines: RwLock<BTreeMap<String, Kept>>,
    /// What is kept of stored tables and views: each such name means the same plan.
    kept: RwLock<BTreeMap<TableName, Arc<Plan>>>,
    /// The database in use.
    current: RwLock<String>,
    pub(super) conf: Arc<super::conf::Conf>,
}

impl SessionCatalog {
    /// `beside` is another session of the same program.
    pub fn new(conf: Arc<super::conf::Conf>, beside: Option<&Self>) -> Arc<Self> {
        let global = beside.map(|other| Arc::clone(&other.global));
        let global = global.unwrap_or_default();
        Arc::new_cyclic(|this| Self {
            this: this.clone(),
            local: Names::default(),
            global,
            functions: RwLock::default(),
            tables: RwLock::default(),
            routines: RwLock::default(),
            kept: RwLock::default(),
            current: RwLock::new(DATABASE.into()),
            conf,
        })
    }

    /// This catalog, for one who keeps it.
    pub(super) fn shared(&self) -> Result<Arc<Self>> {
        let this = self.this.upgrade();
        this.ok_or_else(|| SparkError::internal("a catalog that is gone"))
    }

    /// The database in use.
    pub fn current(&self) -> String {
        self.current.read().clone()
    }

    pub fn set_current(&self, database: String) {
        *self.current.write() = database;
    }

    /// What the name means among stored tables and views.
    pub fn located(&self, name: &[String]) -> Option<TableName> {
        tables::located(name, &self.current.read())
    }

    /// From now on the name means this plan, whose rows are kept; the one before, if any.
    pub fn set_kept(&self, name: TableName, plan: Option<Arc<Plan>>) -> Option<Arc<Plan>> {
        let mut kept = self.kept.write();
        match plan {
            Some(plan) => kept.insert(name, plan),
            None => kept.remove(&name),
        }
    }

    pub fn kept(&self, name: &TableName) -> Option<Arc<Plan>> {
        self.kept.read().get(name).cloned()
    }

    /// All names that something is kept of.
    pub fn kept_names(&self) -> Vec<TableName> {
        self.kept.read().keys().cloned().collect()
    }

    pub fn clear_kept(&self) {
        self.kept.write().clear();
    }

    pub fn create_view(
        &self,
        name: &str,
        plan: Arc<Plan>,
        replace: bool,
        is_global: bool,
    ) -> Result<()> {
        self.name_view(name, Entry::View(plan), replace, is_global)
    }

    /// The same for a view whose variables are looked up anew each time.
    pub(super) fn create_view_of_variables(
        &self,
        name: &str,
        view: OfVariables,
        replace: bool,
        is_global: bool,
    ) -> Result<()> {
        self.name_view(name, Entry::OfVariables(Arc::new(view)), replace, is_global)
    }

    fn name_view(&self, name: &str, entry: Entry, replace: bool, is_global: bool) -> Result<()> {
        let key = name.to_lowercase();
        let mut names = if is_global {
            self.global.write()
        } else {
            self.local.write()
        };
        if !replace && names.contains_key(&key) {
            let shown = if is_global {
                vec![GLOBAL, name]
            } else {
                vec![name]
            };
            return Err(SparkError::new(
                "TEMP_TABLE_OR_VIEW_ALREADY_EXISTS",
                &[("relationName", &crate::error::quoted(&shown))],
            ));
        }
        names.insert(key, entry);
        Ok(())
    }

    /// A table whose rows are those of the provider at the time of each query.
    pub fn register(&self, name: &str, schema: StructType, provider: Arc<dyn TableProvider>) {
        self.local
            .write()
            .insert(name.to_lowercase(), Entry::Table { schema, provider });
    }

    /// Names a function; one of the same name is forgotten.
    pub fn register_function(&self, name: &str, function: ForeignRef) {
        self.functions.write().insert(name.to_lowercase(), function);
    }

    /// The same for a function that gives a table.
    pub fn register_table_function(&self, name: &str, function: Arc<dyn ForeignTable>) {
        self.tables.write().insert(name.to_lowercase(), function);
    }

    /// Forgets a function of the program's; whether there was one.
    pub fn remove_function(&self, name: &str) -> bool {
        let function = self.functions.write().remove(name).is_some();
        self.tables.write().remove(name).is_some() || function
    }

    /// The names of the registered functions.
    pub fn function_names(&self) -> Vec<String> {
        let (functions, tables) = (self.functions.read(), self.tables.read());
        functions.keys().chain(tables.keys()).cloned().collect()
    }

    pub fn find_temporary_routine(&self, name: &str) -> Option<Kept> {
        self.routines.read().get(&name.to_lowercase()).cloned()
    }

    pub fn keep_temporary_routine(&self, name: &str, kept: Kept) {
        self.routines.write().insert(name.to_lowercase(), kept);
    }

    /// Forgets a function; false when there is none of that name.
    pub fn forget_temporary_routine(&self, name: &str) -> bool {
        self.routines.write().remove(&name.to_lowercase()).is_some()
    }

    pub fn temporary_routine_names(&self) -> Vec<String> {
        self.routines.read().keys().cloned().collect()
    }

    /// Removes a view; false when there is none of that name.
    pub fn remove(&self, name: &[String]) -> bool {
        match name {
            [name] => self.local.write().remove(&name.to_lowercase()).is_some(),
            [database, name] if database.eq_ignore_ascii_case(GLOBAL) => {
                self.global.write().remove(&name.to_lowercase()).is_some()
            }
            _ => false,
        }
    }

    pub fn names(&self) -> Vec<String> {
        self.local.read().keys().cloned().collect()
    }

    /// The names of global temporary views.
    pub fn global_names(&self) -> Vec<String> {
        self.global.read().keys().cloned().collect()
    }

    /// A table or view of the warehouse.
    fn table(&self, name: &[String]) -> Result<Option<TableDefinition>> {
        match self.located(name) {
            Some(name) => Warehouse::of(&self.conf)?.find(&name),
            None => Ok(None),
        }
    }

    /// The stream of a table; none where a view has the name, or nothing.
    pub fn stream(&self, name: &[String]) -> Result<Option<Arc<Plan>>> {
        if self.is_view(name) {
            return Ok(None);
        }
        let table = self.table(name)?.filter(|table| table.view.is_none());
        Ok(table.map(|table| table.stream()))
    }

    /// Whether a temporary view has the name.
    pub fn is_view(&self, name: &[String]) -> bool {
        self.find(name).is_some()
    }

    fn find(&self, name: &[String]) -> Option<Entry> {
        match name {
            [name] => self.local.read().get(&name.to_lowercase()).cloned(),
            [database, name] if database.eq_ignore_ascii_case(GLOBAL) => {
                self.global.read().get(&name.to_lowercase()).cloned()
            }
            _ => None,
        }
    }
}

impl SessionCatalog {
    /// The same among stored tables and views alone, inside the views of `within`.
    pub(super) fn stored(&self, name: &[String], within: &Viewed) -> Result<Option<Named>> {
        let current = within.database().unwrap_or_else(|| self.current());
        let Some(name) = tables::located(name, &current) else {
            return Ok(None);
        };
        if let Some(plan) = self.kept(&name) {
            return Ok(Some(Named::Stored(plan, name.parts())));
        }
        let Some(table) = Warehouse::of(&self.conf)?.find(&name)? else {
            return Ok(None);
        };
        match &table.view {
            Some(query) => stored_views::named(self, &table, query, within).map(Some),
            None => Ok(Some(Named::Stored(self.rows(&table), name.parts()))),
        }
    }

    /// The rows of a table's files, texts of a fixed length filled up: not all files are
    /// written by who knows of them.
    fn rows(&self, table: &TableDefinition) -> Arc<Plan> {
        let plan = table.read(false);
        let as_written = self.conf.flag(PLAIN_TEXTS) || !self.conf.flag(PADDING);
        if as_written || !table.schema.fields.iter().any(bounded::is_padded) {
            return plan;
        }
        let column = |field: &StructField| {
            let name = Expr::name(&field.name);
            match field.metadata.get(bounded::MARK) {
                Some(serde_json::Value::String(declared)) if bounded::is_padded(field) => {
                    let declared = Expr::Literal(Literal::String(declared.clone()));
                    Expr::Alias {
                        expr: Box::new(Expr::call(READ, [name, declared])),
                        name: field.name.clone(),
                        metadata: Some(field.metadata.clone().into()),
                    }
                }
                _ => name,
            }
        };
        Plan::new(Relation::Select {
            input: plan,
            exprs: table.schema.fields.iter().map(column).collect(),
        })
    }
}

impl Catalog for SessionCatalog {
    fn lookup(&self, name: &[String]) -> Result<Option<Named>> {
        let Some(found) = self.find(name) else {
            return self.stored(name, &Viewed::default());
        };
        Ok(Some(match found {
            Entry::View(plan) => Named::View(plan),
            Entry::OfVariables(view) => Named::View(view.plan(&self.conf)?),
            Entry::Table { schema, provider } => Named::Table(Source {
                schema,
                provider,
                streaming: false,
            }),
        }))
    }

    fn table_function(&self, name: &str) -> Option<Arc<dyn ForeignTable>> {
        self.tables.read().get(&name.to_lowercase()).cloned()
    }

    fn routine(&self, name: &[String]) -> Result<Option<Box<DefinedRoutine>>> {
        match self.temporary_routine(name)? {
            Some(found) => Ok(Some(found)),
            None => self.stored_routine(name, &Viewed::default()),
        }
    }

    fn function(&self, name: &str) -> Option<ForeignRef> {
        self.functions.read().get(&name.to_lowercase()).cloned()
    }

    fn read(&self, spec: &ReadSpec) -> Result<Source> {
        super::read::open(spec, &self.conf)
    }
}
