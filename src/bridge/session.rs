//! The session.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use pyo3::prelude::*;

use super::clock::PyManualClock;
use super::datasets::PyDatasets;
use super::error::{OrRaise, runtime_error};
use super::expr::{PyExpr, parsed, parsed_one};
use super::frame::PyFrame;
use super::functions::PyFunction;
use super::listener::PyListener;
use super::query::PyQuery;
use super::{listener, values, wait};
use crate::engine::at_work;
use crate::execution::cache::Level;
use crate::execution::databases::Database;
use crate::execution::files::Datasets;
use crate::execution::tables::TableDefinition;
use crate::execution::{Session, Table, create_text, database_location, known_database, text_read};
use crate::plan::sql::{
    CatalogStatement, CreateTable, Parameters, Statement, parse_multipart_identifier,
};
use crate::plan::{LocalData, Plan, ReadSpec, Relation, Slices};
use crate::streaming::runtime::Manager;
use crate::time::{Clock, SystemClock};
use crate::types::{DataType, StructType, parse_type};

/// What every frame of a session shares.
pub struct Shared {
    pub session: Arc<Session>,
    pub streams: Arc<Manager>,
}

#[pyclass(name = "Session", module = "caudal._native", frozen)]
pub struct PySession(pub(super) Arc<Shared>);

impl PySession {
    pub(super) fn session(&self) -> &Arc<Session> {
        &self.0.session
    }

    fn catalog(&self, statement: CatalogStatement) -> PyResult<()> {
        let statement = Statement::Catalog(Box::new(statement));
        self.0.session.execute(statement).map(|_| ()).or_raise()
    }

    fn frame(&self, table: Table) -> PyFrame {
        PyFrame {
            shared: Arc::clone(&self.0),
            table,
        }
    }

    pub(super) fn relation(&self, py: Python<'_>, relation: Relation) -> PyResult<PyFrame> {
        let plan = Plan::new(relation);
        let session = &self.0.session;
        let work = wait::at_work(session, Arc::default());
        let analyzed = || at_work::within(Some(&work), || session.analyze(plan));
        Ok(self.frame(py.detach(analyzed).or_raise()?))
    }
}

/// A schema from DDL or JSON text.
pub fn schema(text: &str) -> PyResult<StructType> {
    if !text.trim_start().starts_with('{')
        && let Ok(schema) = StructType::from_ddl(text)
    {
        return Ok(schema);
    }
    match parse_type(text).or_raise()? {
        DataType::Struct(fields) => Ok(fields),
        _ => StructType::from_ddl(text).or_raise(),
    }
}

/// Name, database, comment, kind.
type TableEntry = (String, String, Option<String>, &'static str);

fn entry(table: TableDefinition) -> TableEntry {
    let kind = table.kind();
    (table.name.table, table.name.database, table.comment, kind)
}

/// Name, comment, the folder of its tables' rows as a URI.
type DatabaseEntry = (String, String, String);

#[pymethods]
impl PySession {
    /// `datasets` is called where a path first names the sample events; `beside` is a
    /// session of the same program.
    #[new]
    #[pyo3(signature = (config, datasets=None, beside=None))]
    fn new(
        config: BTreeMap<String, String>,
        datasets: Option<Py<PyAny>>,
        beside: Option<&PySession>,
    ) -> PyResult<Self> {
        let datasets = datasets.map(|make| Arc::new(PyDatasets(make)) as Arc<dyn Datasets>);
        let beside = beside.map(|other| &*other.0.session);
        let session = Arc::new(Session::new(config, datasets, beside).or_raise()?);
        let streams = Arc::new(Manager::new(Arc::clone(&session)));
        Ok(Self(Arc::new(Shared { session, streams })))
    }

    /// Names a function for SQL.
    fn register_function(&self, name: &str, function: &PyFunction) {
        let catalog = &self.0.session.catalog;
        catalog.register_function(name, function.0.clone());
    }

    /// Names a function that gives a table; `factory.open` makes the driver of a call.
    fn register_table_function(&self, name: &str, factory: Py<PyAny>) {
        let function = super::batch_functions::table_function(factory);
        let catalog = &self.0.session.catalog;
        catalog.register_table_function(name, function);
    }

    /// The names of the functions of the program's.
    fn function_names(&self) -> Vec<String> {
        self.0.session.catalog.function_names()
    }

    fn conf_get(&self, key: &str) -> PyResult<Option<String>> {
        self.0.session.conf.get(key).or_raise()
    }

    fn conf_find(&self, key: &str) -> Option<String> {
        self.0.session.conf.find(key)
    }

    fn conf_set(&self, key: &str, value: &str) -> PyResult<()> {
        self.0.session.conf.set(key, value).or_raise()
    }

    fn conf_unset(&self, key: &str) -> PyResult<()> {
        self.0.session.conf.unset(key).or_raise()
    }

    fn conf_is_modifiable(&self, key: &str) -> bool {
        self.0.session.conf.is_modifiable(key)
    }

    fn conf_all(&self) -> BTreeMap<String, String> {
        self.0.session.conf.all()
    }

    fn sql(
        &self,
        py: Python<'_>,
        text: &str,
        named: HashMap<String, PyExpr>,
        positional: Vec<PyExpr>,
    ) -> PyResult<PyFrame> {
        let parameters = if !named.is_empty() {
            let mut values = Vec::with_capacity(named.len());
            for (name, value) in named {
                values.push((name, parsed_one(value, &self.0.session)?));
            }
            Parameters::Named(values)
        } else if !positional.is_empty() {
            Parameters::Positional(parsed(positional, &self.0.session)?)
        } else {
            Parameters::None
        };
        let session = Arc::clone(&self.0.session);
        let statement = py.detach(|| session.parse(text, &parameters)).or_raise()?;
        let table = match statement.runs() {
            true => wait::run(py, &self.0.session, async move {
                session.carry_out(statement).await
            })?,
            false => py.detach(|| session.execute(statement)).or_raise()?,
        };
        Ok(self.frame(table))
    }

    fn table(&self, py: Python<'_>, name: &str) -> PyResult<PyFrame> {
        let name = parse_multipart_identifier(name).or_raise()?;
        self.relation(py, Relation::Table(name))
    }

    /// The stream of a table; of a view what it stands for.
    fn stream_table(&self, py: Python<'_>, name: &str) -> PyResult<PyFrame> {
        let name = parse_multipart_identifier(name).or_raise()?;
        let table = py.detach(|| self.0.session.table_as_stream(name));
        Ok(self.frame(table.or_raise()?))
    }

    /// The tables and stored views of a database.
    fn list_tables(&self, namespace: Option<&str>) -> PyResult<Vec<TableEntry>> {
        let session = &self.0.session;
        let namespace = namespace.map(parse_multipart_identifier).transpose();
        let database = session.namespace(namespace.or_raise()?.as_deref());
        let warehouse = session.warehouse().or_raise()?;
        let mut all = Vec::new();
        for name in warehouse.names(&database.or_raise()?).or_raise()? {
            all.extend(warehouse.find(&name).or_raise()?.map(entry));
        }
        Ok(all)
    }

    /// All databases.
    fn list_databases(&self) -> PyResult<Vec<DatabaseEntry>> {
        let session = &self.0.session;
        let all = session.warehouse().or_raise()?.databases().or_raise()?;
        let entry = |database: Database| {
            let location = database_location(session, &database).or_raise()?;
            Ok((database.name, database.comment, location))
        };
        all.into_iter().map(entry).collect()
    }

    /// What a database is.
    fn find_database(&self, name: &str) -> PyResult<DatabaseEntry> {
        let session = &self.0.session;
        let name = parse_multipart_identifier(name).or_raise()?;
        let database = known_database(session, &name).or_raise()?;
        let location = database_location(session, &database).or_raise()?;
        Ok((database.name, database.comment, location))
    }

    #[getter]
    fn current_database(&self) -> String {
        self.0.session.catalog.current()
    }

    /// Statements of the catalog, with names already parted.
    fn create_database(
        &self,
        name: &str,
        if_not_exists: bool,
        comment: Option<String>,
        location: Option<String>,
        properties: BTreeMap<String, String>,
    ) -> PyResult<()> {
        let statement = CatalogStatement::CreateDatabase {
            name: parse_multipart_identifier(name).or_raise()?,
            if_not_exists,
            comment,
            location,
            properties: properties.into_iter().collect(),
        };
        self.catalog(statement)
    }

    fn drop_database(&self, name: &str, if_exists: bool, cascade: bool) -> PyResult<()> {
        self.catalog(CatalogStatement::DropDatabase {
            name: parse_multipart_identifier(name).or_raise()?,
            if_exists,
            cascade,
        })
    }

    fn set_current_database(&self, name: &str) -> PyResult<()> {
        self.catalog(CatalogStatement::Use {
            name: parse_multipart_identifier(name).or_raise()?,
            may_be_catalog: false,
        })
    }

    /// The statement that makes a table or stored view again.
    fn create_text(&self, name: &str, as_serde: bool) -> PyResult<String> {
        let name = parse_multipart_identifier(name).or_raise()?;
        create_text(&self.0.session, &name, as_serde).or_raise()
    }

    /// The properties of a table or stored view; none of a temporary view.
    fn table_properties(&self, name: &str) -> PyResult<BTreeMap<String, String>> {
        let name = parse_multipart_identifier(name).or_raise()?;
        let found = self.0.session.table_of_catalog(&name).or_raise()?;
        Ok(found.map(|table| table.properties).unwrap_or_default())
    }

    fn list_global_temp_views(&self) -> Vec<String> {
        self.0.session.catalog.global_names()
    }

    /// Keeps the rows of a table or view once they are computed.
    fn cache_table(&self, py: Python<'_>, name: &str, level: Level) -> PyResult<()> {
        let name = parse_multipart_identifier(name).or_raise()?;
        let kept = py.detach(|| self.0.session.keep_table(&name, level));
        kept.map(|_| ()).or_raise()
    }

    fn uncache_table(&self, py: Python<'_>, name: &str) -> PyResult<()> {
        let name = parse_multipart_identifier(name).or_raise()?;
        py.detach(|| self.0.session.let_table_go(&name)).or_raise()
    }

    fn is_table_cached(&self, py: Python<'_>, name: &str) -> PyResult<bool> {
        let name = parse_multipart_identifier(name).or_raise()?;
        py.detach(|| self.0.session.is_table_kept(&name)).or_raise()
    }

    fn refresh_path(&self, path: &str) -> PyResult<()> {
        self.0.session.refresh_path(path).or_raise()
    }

    /// One of those; none for a view of that name.
    fn find_table(&self, name: &str) -> PyResult<Option<TableEntry>> {
        let name = parse_multipart_identifier(name).or_raise()?;
        let found = self.0.session.table_of_catalog(&name).or_raise()?;
        Ok(found.map(entry))
    }

    /// The columns of partitions of a table; none of a view.
    fn partition_columns(&self, name: &str) -> PyResult<Vec<String>> {
        let name = parse_multipart_identifier(name).or_raise()?;
        self.0.session.partition_columns(&name).or_raise()
    }

    /// The columns by whose hash a table's rows are dealt; none of a view.
    fn bucket_columns(&self, name: &str) -> PyResult<Vec<String>> {
        let name = parse_multipart_identifier(name).or_raise()?;
        self.0.session.bucket_columns(&name).or_raise()
    }

    #[pyo3(signature = (name, format, schema, options, comment))]
    fn create_table(
        &self,
        py: Python<'_>,
        name: &str,
        format: Option<String>,
        schema: Option<&str>,
        options: BTreeMap<String, String>,
        comment: Option<String>,
    ) -> PyResult<()> {
        let create = CreateTable {
            name: parse_multipart_identifier(name).or_raise()?,
            if_not_exists: false,
            schema: schema.map(self::schema).transpose()?,
            format,
            options: options.into_iter().collect(),
            partition_by: Vec::new(),
            location: None,
            comment,
            properties: Vec::new(),
            buckets: None,
            cluster_by: None,
            beside: None,
            plan: None,
        };
        let session = Arc::clone(&self.0.session);
        wait::run(py, &self.0.session, async move {
            session.create_table(create).await
        })
    }

    #[pyo3(signature = (start, end, step, partitions=None))]
    fn range(
        &self,
        py: Python<'_>,
        start: i64,
        end: i64,
        step: i64,
        partitions: Option<usize>,
    ) -> PyResult<PyFrame> {
        self.relation(
            py,
            Relation::Range {
                start,
                end,
                step,
                partitions,
            },
        )
    }

    #[pyo3(signature = (format, paths, schema, options, streaming))]
    fn read(
        &self,
        py: Python<'_>,
        format: &str,
        paths: Vec<String>,
        schema: Option<&str>,
        options: BTreeMap<String, String>,
        streaming: bool,
    ) -> PyResult<PyFrame> {
        let schema = schema.map(self::schema).transpose()?;
        let format = format.to_lowercase();
        let options = options.into_iter().collect();
        self.relation(
            py,
            Relation::Read(ReadSpec {
                format,
                paths,
                schema,
                options,
                streaming,
                local: None,
                foreign: None,
            }),
        )
    }

    /// The records that a frame's only column holds, read now.
    fn read_texts(
        &self,
        py: Python<'_>,
        format: &str,
        texts: &PyFrame,
        schema: Option<&str>,
        options: BTreeMap<String, String>,
    ) -> PyResult<PyFrame> {
        let schema = schema.map(self::schema).transpose()?;
        let options: Vec<_> = options.into_iter().collect();
        let held = texts.table.resolved.schema();
        // A column that is no text is refused before anything runs.
        text_read::texts(&held, &[]).or_raise()?;
        let batches = texts.batches(py, None)?;
        let conf = &self.0.session.conf;
        let data = py
            .detach(|| {
                let texts = text_read::texts(&held, &batches)?;
                text_read::read_texts(format, &texts, schema, &options, conf)
            })
            .or_raise()?;
        self.relation(py, Relation::Local(data))
    }

    fn local_rows(
        &self,
        py: Python<'_>,
        schema: &str,
        rows: Vec<Bound<'_, PyAny>>,
    ) -> PyResult<PyFrame> {
        let schema = self::schema(schema)?;
        super::routines::refuse_bounded(&schema)?;
        let cells = values::columns(&rows, schema.len())?;
        let mut columns = Vec::with_capacity(schema.len());
        for (cells, field) in cells.iter().zip(schema.fields.iter()) {
            columns.push(values::column(cells, &field.data_type, &field.name)?);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
        let batch =
            RecordBatch::try_new_with_options(Arc::new(schema.to_arrow()), columns, &options)
                .map_err(|e| runtime_error(e.to_string()))?;
        let batches = Arc::new(vec![batch]);
        self.relation(
            py,
            Relation::Local(LocalData {
                schema,
                batches,
                slices: Slices::Batches,
            }),
        )
    }

    #[pyo3(signature = (schema, data))]
    fn local_arrow(
        &self,
        py: Python<'_>,
        schema: Option<&str>,
        data: pyo3_arrow::PyTable,
    ) -> PyResult<PyFrame> {
        let (batches, arrow_schema) = data.into_inner();
        let schema = match schema {
            Some(text) => self::schema(text)?,
            None => crate::types::from_arrow_schema(&arrow_schema).or_raise()?,
        };
        let batches = crate::types::to_storage(&schema, batches).or_raise()?;
        let batches = Arc::new(batches);
        self.relation(
            py,
            Relation::Local(LocalData {
                schema,
                batches,
                slices: Slices::Even,
            }),
        )
    }

    fn drop_temp_view(&self, name: &str) -> PyResult<bool> {
        let parts = parse_multipart_identifier(name).or_raise()?;
        Ok(self.0.session.forget_view(&parts))
    }

    fn list_temp_views(&self) -> Vec<String> {
        self.0.session.catalog.names()
    }

    fn table_exists(&self, name: &str) -> PyResult<bool> {
        use crate::analysis::Catalog;
        let name = parse_multipart_identifier(name).or_raise()?;
        Ok(self.0.session.catalog.lookup(&name).or_raise()?.is_some())
    }

    fn clear_cache(&self) {
        self.0.session.clear_cache();
    }

    fn list_functions(&self) -> Vec<String> {
        let mut names = crate::functions::names();
        names.extend(
            crate::engine::aggregate::NAMES
                .iter()
                .map(|n| (*n).to_string()),
        );
        names.sort();
        names.dedup();
        names
    }

    fn streams_active(&self) -> Vec<PyQuery> {
        self.0.streams.active().into_iter().map(PyQuery).collect()
    }

    fn streams_get(&self, id: &str) -> Option<PyQuery> {
        self.0.streams.get(id).map(PyQuery)
    }

    #[pyo3(signature = (timeout))]
    fn streams_await_any(&self, py: Python<'_>, timeout: Option<f64>) -> PyResult<bool> {
        let limit = timeout.map(Duration::from_secs_f64);
        wait::until(py, limit, |slice| self.0.streams.await_any(slice))
    }

    fn streams_add_listener(&self, py: Python<'_>, listener: Py<PyAny>) -> PyResult<()> {
        let listener = PyListener::shared(listener);
        py.detach(|| self.0.streams.add_listener(listener))
            .or_raise()
    }

    fn streams_remove_listener(&self, py: Python<'_>, listener: Py<PyAny>) {
        let key = listener::key(&listener);
        py.detach(|| self.0.streams.remove_listener(key));
    }

    fn streams_reset_terminated(&self) {
        self.0.streams.reset_terminated();
    }

    /// Queries that start from now on go by this clock, or by the machine's.
    #[pyo3(signature = (clock))]
    fn set_clock(&self, clock: Option<&PyManualClock>) {
        let clock: Arc<dyn Clock> = match clock {
            Some(manual) => Arc::new(manual.0.clone()),
            None => Arc::new(SystemClock),
        };
        self.0.streams.set_clock(clock);
    }

    fn stop(&self, py: Python<'_>) -> PyResult<()> {
        py.detach(|| self.0.streams.stop_all()).or_raise()
    }
}
