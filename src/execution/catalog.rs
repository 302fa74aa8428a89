//! Temporary views and in-memory tables by name.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::catalog::TableProvider;
use parking_lot::RwLock;

use super::tables::{self, TableDefinition, Warehouse};
use crate::analysis::{Catalog, Named, Source};
use crate::error::{Result, SparkError};
use crate::plan::{ForeignRef, ForeignTable, Plan, ReadSpec};
use crate::types::StructType;

/// Database of global temporary views.
const GLOBAL: &str = "global_temp";

#[derive(Clone)]
enum Entry {
    View(Arc<Plan>),
    Table {
        schema: StructType,
        provider: Arc<dyn TableProvider>,
    },
}

type Names = RwLock<BTreeMap<String, Entry>>;

pub struct SessionCatalog {
    local: Names,
    global: Names,
    /// Functions of the program's, by name.
    functions: RwLock<BTreeMap<String, ForeignRef>>,
    /// Those that give tables.
    tables: RwLock<BTreeMap<String, Arc<dyn ForeignTable>>>,
    conf: Arc<super::conf::Conf>,
}

impl SessionCatalog {
    pub fn new(conf: Arc<super::conf::Conf>) -> Self {
        Self {
            local: Names::default(),
            global: Names::default(),
            functions: RwLock::default(),
            tables: RwLock::default(),
            conf,
        }
    }

    pub fn create_view(
        &self,
        name: &str,
        plan: Arc<Plan>,
        replace: bool,
        is_global: bool,
    ) -> Result<()> {
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
        names.insert(key, Entry::View(plan));
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

    /// The names of the registered functions.
    pub fn function_names(&self) -> Vec<String> {
        let (functions, tables) = (self.functions.read(), self.tables.read());
        functions.keys().chain(tables.keys()).cloned().collect()
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

    /// A table of the warehouse.
    fn table(&self, name: &[String]) -> Result<Option<TableDefinition>> {
        match tables::local_name(name) {
            Some(name) => Warehouse::of(&self.conf)?.find(&name),
            None => Ok(None),
        }
    }

    /// The stream of a table; none where a view has the name, or nothing.
    pub fn stream(&self, name: &[String]) -> Result<Option<Arc<Plan>>> {
        if self.is_view(name) {
            return Ok(None);
        }
        Ok(self.table(name)?.map(|table| table.stream()))
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

impl Catalog for SessionCatalog {
    fn lookup(&self, name: &[String]) -> Result<Option<Named>> {
        let Some(found) = self.find(name) else {
            let table = self.table(name)?;
            return Ok(table.map(|table| Named::Stored(table.read(false), table.parts())));
        };
        Ok(Some(match found {
            Entry::View(plan) => Named::View(plan),
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

    fn function(&self, name: &str) -> Option<ForeignRef> {
        self.functions.read().get(&name.to_lowercase()).cloned()
    }

    fn read(&self, spec: &ReadSpec) -> Result<Source> {
        super::read::open(spec, &self.conf)
    }
}
