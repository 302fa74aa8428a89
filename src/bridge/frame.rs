//! Frames: each verb makes a plan node and resolves it, so that errors come at the
//! call.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::record_batch::RecordBatch;
use pyo3::prelude::*;

use super::error::{OrRaise, count, runtime_error};
use super::expr::{PyExpr, parsed, parsed_one, sort_order};
use super::join_kind::{join_kind, lateral_kind};
use super::observation::PyObserved;
use super::query::PyQuery;
use super::rows::Maker;
use super::session::Shared;
use super::sinks::is_console;
use super::tables;
use super::wait;
use crate::analysis::{check_batch, check_complete, semantics};
use crate::error::SparkError;
use crate::execution::cache::Level;
use crate::execution::explain::{Mode, explain};
use crate::execution::{Table, files};
use crate::plan::{DistinctKind, Expr, Grouping, JoinOn, Plan, Relation, SetOp, Slices, sql};
use crate::streaming::runtime::StartRequest;
use crate::types::{show_string, tree_string};

#[pyclass(name = "Frame", module = "caudal._native", frozen)]
pub struct PyFrame {
    pub shared: Arc<Shared>,
    pub table: Table,
}

impl PyFrame {
    pub(super) fn plan(&self) -> Arc<Plan> {
        Arc::clone(&self.table.plan)
    }

    pub(super) fn then(&self, py: Python<'_>, relation: Relation) -> PyResult<Self> {
        let plan = Plan::new(relation);
        let session = &self.shared.session;
        let table = py.detach(|| session.analyze_frame(plan)).or_raise()?;
        Ok(Self {
            shared: Arc::clone(&self.shared),
            table,
        })
    }

    pub(super) fn parsed(&self, exprs: Vec<PyExpr>) -> PyResult<Vec<crate::plan::Expr>> {
        parsed(exprs, &self.shared.session)
    }

    pub(super) fn batches(
        &self,
        py: Python<'_>,
        limit: Option<usize>,
    ) -> PyResult<Vec<RecordBatch>> {
        let session = Arc::clone(&self.shared.session);
        let resolved = Arc::clone(&self.table.resolved);
        wait::run(py, &self.shared.session, async move {
            session.collect(&resolved, limit).await
        })
    }
}

#[pymethods]
impl PyFrame {
    /// The files that the frame reads, as URIs.
    fn input_files(&self) -> PyResult<Vec<String>> {
        check_batch(&self.table.resolved).or_raise()?;
        files::input_files(&self.table.resolved.plan).or_raise()
    }

    #[getter]
    fn columns(&self) -> PyResult<Vec<String>> {
        check_complete(&self.table.resolved).or_raise()?;
        let output = self.table.resolved.output.iter();
        Ok(output.map(|a| a.name.clone()).collect())
    }

    /// Whether there are rows of it: for conditions of another frame.
    fn exists(&self) -> PyExpr {
        PyExpr(Expr::Exists(self.plan()))
    }

    /// Its only value, in another frame.
    fn scalar(&self) -> PyExpr {
        PyExpr(Expr::ScalarSubquery(self.plan()))
    }

    /// The rows of another frame beside each row, whose columns that one sees.
    fn lateral_join(
        &self,
        py: Python<'_>,
        other: &PyFrame,
        on: Option<PyExpr>,
        how: &str,
    ) -> PyResult<Self> {
        let kind = lateral_kind(how).or_raise()?;
        let on = on.map(|on| parsed_one(on, &self.shared.session));
        self.then(
            py,
            Relation::Lateral {
                left: self.plan(),
                right: other.plan(),
                kind,
                on: on.transpose()?,
            },
        )
    }

    /// The same text for frames that mean the same.
    fn semantics(&self) -> PyResult<String> {
        check_complete(&self.table.resolved).or_raise()?;
        semantics(&self.table.resolved).or_raise()
    }

    /// Whether its rows are there without anything being run: those of a command, values.
    #[getter]
    fn is_local(&self) -> bool {
        match &self.table.plan.relation {
            Relation::Local(data) => data.slices == Slices::Even,
            relation => matches!(relation, Relation::Values { .. }),
        }
    }

    /// The columns of another frame of the same rows beside this one's.
    fn zip(&self, py: Python<'_>, other: &PyFrame) -> PyResult<Self> {
        let (left, right) = (self.plan(), other.plan());
        self.then(py, Relation::Zip { left, right })
    }

    #[getter]
    fn is_streaming(&self) -> bool {
        self.table.resolved.streaming
    }

    fn schema_json(&self) -> PyResult<String> {
        check_complete(&self.table.resolved).or_raise()?;
        Ok(self.table.resolved.schema().json())
    }

    fn column(&self, name: &str) -> PyResult<PyExpr> {
        let parts = sql::parse_attribute_name(name).or_raise()?;
        check_complete(&self.table.resolved).or_raise()?;
        let context = self.shared.session.context().or_raise()?;
        let expr = crate::analysis::column_of(&self.plan(), &self.table.resolved, &parts, &context)
            .or_raise()?;
        Ok(PyExpr(expr))
    }

    fn select(&self, py: Python<'_>, exprs: Vec<PyExpr>) -> PyResult<Self> {
        self.then(
            py,
            Relation::Select {
                input: self.plan(),
                exprs: self.parsed(exprs)?,
            },
        )
    }

    fn filter(&self, py: Python<'_>, condition: PyExpr) -> PyResult<Self> {
        self.then(
            py,
            Relation::Filter {
                input: self.plan(),
                condition: parsed_one(condition, &self.shared.session)?,
            },
        )
    }

    #[pyo3(signature = (keys, grouping, aggregates, sets = None))]
    fn aggregate(
        &self,
        py: Python<'_>,
        keys: Vec<PyExpr>,
        grouping: &str,
        aggregates: Vec<PyExpr>,
        sets: Option<(usize, Vec<Vec<usize>>)>,
    ) -> PyResult<Self> {
        let shown = sets.as_ref().map_or(keys.len(), |(shown, _)| *shown);
        let parts: Vec<_> = (0..keys.len()).map(|key| vec![key]).collect();
        let grouping = match (grouping, sets) {
            ("groupby", _) => Grouping::Plain,
            ("cube", _) => Grouping::Sets(Grouping::cube(&parts)),
            ("rollup", _) => Grouping::Sets(Grouping::rollup(&parts)),
            ("groupingsets", Some((_, sets))) => Grouping::Sets(sets),
            (other, _) => return Err(runtime_error(format!("unknown grouping {other}"))),
        };
        let keys = self.parsed(keys)?;
        let mut all: Vec<_> = keys.iter().take(shown).cloned().collect();
        all.extend(self.parsed(aggregates)?);
        self.then(
            py,
            Relation::Aggregate {
                input: self.plan(),
                keys,
                grouping,
                exprs: all,
            },
        )
    }

    fn sort(&self, py: Python<'_>, order: Vec<PyExpr>, is_global: bool) -> PyResult<Self> {
        let order = self.parsed(order)?.into_iter().map(sort_order).collect();
        self.then(
            py,
            Relation::Sort {
                input: self.plan(),
                order,
                global: is_global,
            },
        )
    }

    fn limit(&self, py: Python<'_>, n: i64) -> PyResult<Self> {
        let fetch = count("INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE", "limit", n)?;
        self.then(
            py,
            Relation::Limit {
                input: self.plan(),
                skip: 0,
                fetch: Some(fetch),
            },
        )
    }

    fn offset(&self, py: Python<'_>, n: i64) -> PyResult<Self> {
        let skip = count("INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE", "offset", n)?;
        self.then(
            py,
            Relation::Limit {
                input: self.plan(),
                skip,
                fetch: None,
            },
        )
    }

    #[pyo3(signature = (columns, within_watermark=false))]
    fn distinct(
        &self,
        py: Python<'_>,
        columns: Option<Vec<String>>,
        within_watermark: bool,
    ) -> PyResult<Self> {
        self.then(
            py,
            Relation::Distinct {
                input: self.plan(),
                columns,
                kind: match within_watermark {
                    true => DistinctKind::FirstsWithinWatermark,
                    false => DistinctKind::Firsts,
                },
            },
        )
    }

    #[pyo3(signature = (other, on, how))]
    fn join(
        &self,
        py: Python<'_>,
        other: &PyFrame,
        on: Option<Bound<'_, PyAny>>,
        how: &str,
    ) -> PyResult<Self> {
        let kind = join_kind(how).or_raise()?;
        let on = match on {
            None => JoinOn::Nothing,
            Some(on) => match on.extract::<PyExpr>() {
                Ok(expr) => JoinOn::Condition(parsed_one(expr, &self.shared.session)?),
                Err(_) => JoinOn::Using(on.extract()?),
            },
        };
        self.then(
            py,
            Relation::Join {
                left: self.plan(),
                right: other.plan(),
                kind,
                on,
            },
        )
    }

    fn set_operation(
        &self,
        py: Python<'_>,
        other: &PyFrame,
        op: &str,
        is_all: bool,
        by_name: bool,
        allow_missing: bool,
    ) -> PyResult<Self> {
        let op = match op {
            "union" => SetOp::Union,
            "intersect" => SetOp::Intersect,
            "except" => SetOp::Except,
            other => return Err(runtime_error(format!("unknown set operation {other}"))),
        };
        let (left, right) = (self.plan(), other.plan());
        self.then(
            py,
            Relation::Set {
                left,
                right,
                op,
                all: is_all,
                by_name,
                allow_missing,
            },
        )
    }

    fn with_columns(
        &self,
        py: Python<'_>,
        names: Vec<String>,
        exprs: Vec<PyExpr>,
    ) -> PyResult<Self> {
        let columns = names.into_iter().zip(self.parsed(exprs)?).collect();
        self.then(
            py,
            Relation::WithColumns {
                input: self.plan(),
                columns,
            },
        )
    }

    fn rename(&self, py: Python<'_>, names: Vec<(String, String)>) -> PyResult<Self> {
        self.then(
            py,
            Relation::Rename {
                input: self.plan(),
                names,
            },
        )
    }

    fn named(&self, py: Python<'_>, names: Vec<String>) -> PyResult<Self> {
        self.then(
            py,
            Relation::Named {
                input: self.plan(),
                names,
            },
        )
    }

    fn drop(&self, py: Python<'_>, columns: Vec<PyExpr>) -> PyResult<Self> {
        self.then(
            py,
            Relation::Drop {
                input: self.plan(),
                columns: self.parsed(columns)?,
            },
        )
    }

    fn alias(&self, py: Python<'_>, name: String) -> PyResult<Self> {
        self.then(
            py,
            Relation::Alias {
                input: self.plan(),
                name,
                columns: vec![],
            },
        )
    }

    /// Metrics of the rows that pass.
    #[pyo3(signature = (name, exprs, observed=None))]
    fn observe(
        &self,
        py: Python<'_>,
        name: String,
        exprs: Vec<PyExpr>,
        observed: Option<&PyObserved>,
    ) -> PyResult<Self> {
        let relation = Relation::Observe {
            input: self.plan(),
            name,
            exprs: self.parsed(exprs)?,
            cell: observed.map(|observed| Arc::clone(&observed.0)),
        };
        self.then(py, relation)
    }

    fn watermark(&self, py: Python<'_>, column: String, delay: String) -> PyResult<Self> {
        self.then(
            py,
            Relation::Watermark {
                input: self.plan(),
                column,
                delay,
            },
        )
    }

    fn show_string(
        &self,
        py: Python<'_>,
        n: i64,
        truncate: usize,
        vertical: bool,
    ) -> PyResult<String> {
        // The printed table never has more rows than an array can have elements.
        let n = usize::try_from(n.clamp(0, i64::from(i32::MAX) - 16)).unwrap_or(0);
        let batches = self.batches(py, Some(n + 1))?;
        let zone = self.shared.session.conf.zone().or_raise()?;
        let schema = self.table.resolved.schema();
        Ok(py.detach(|| show_string(&schema, &batches, n, truncate, vertical, zone)))
    }

    #[pyo3(signature = (limit, make_row))]
    fn collect<'py>(
        &self,
        py: Python<'py>,
        limit: Option<usize>,
        make_row: Bound<'py, PyAny>,
    ) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let batches = self.batches(py, limit)?;
        let as_bytes = self
            .shared
            .session
            .conf
            .flag("spark.sql.execution.pyspark.binaryAsBytes");
        Maker::new(py, make_row, as_bytes)?.rows(&self.table.resolved.schema(), &batches)
    }

    fn to_arrow(&self, py: Python<'_>) -> PyResult<pyo3_arrow::PyTable> {
        let batches = self.batches(py, None)?;
        let schema = Arc::new(self.table.resolved.schema().to_arrow());
        pyo3_arrow::PyTable::try_new(batches, schema)
    }

    fn count(&self, py: Python<'_>) -> PyResult<i64> {
        let session = Arc::clone(&self.shared.session);
        let resolved = Arc::clone(&self.table.resolved);
        wait::run(py, &self.shared.session, async move {
            session.count(&resolved).await
        })
    }

    fn create_temp_view(&self, name: &str, replace: bool, is_global: bool) -> PyResult<()> {
        let parts = sql::parse_multipart_identifier(name)
            .map_err(|_| SparkError::new("_LEGACY_ERROR_TEMP_1321", &[("viewName", name)]))
            .or_raise()?;
        let [single] = parts.as_slice() else {
            return Err(SparkError::new(
                "TEMP_VIEW_NAME_TOO_MANY_NAME_PARTS",
                &[("actualName", name)],
            ))
            .or_raise();
        };
        let catalog = &self.shared.session.catalog;
        catalog
            .create_view(single, self.plan(), replace, is_global)
            .or_raise()
    }

    fn explain_string(&self, py: Python<'_>, mode: &str) -> PyResult<String> {
        let mode = Mode::parse(mode).or_raise()?;
        py.detach(|| explain(&self.shared.session, &self.table.resolved, mode))
            .or_raise()
    }

    #[pyo3(signature = (level))]
    fn tree_string(&self, level: Option<usize>) -> String {
        tree_string(&self.table.resolved.schema(), level)
    }

    /// Keeps the rows: on disk, in memory, off the heap, as objects, how often.
    fn cache(&self, level: Level) {
        let plan = &self.table.resolved.plan;
        self.shared.session.cache.add(plan, level);
    }

    /// How the rows are kept, if they are.
    #[getter]
    fn storage_level(&self) -> Option<Level> {
        let plan = &self.table.resolved.plan;
        self.shared.session.cache.level(plan)
    }

    fn unpersist(&self) {
        self.shared.session.cache.remove(&self.table.resolved.plan);
    }

    /// Writes the rows into files; back when they are there.
    #[pyo3(signature = (format, mode, options, partition_by, is_single))]
    fn write(
        &self,
        py: Python<'_>,
        format: &str,
        mode: Option<String>,
        options: BTreeMap<String, String>,
        partition_by: Vec<String>,
        is_single: bool,
    ) -> PyResult<()> {
        let session = Arc::clone(&self.shared.session);
        let table = self.table.clone();
        let request = tables::request(format, mode, options, partition_by, is_single);
        wait::run(py, &self.shared.session, async move {
            session.write(&table, request).await
        })
    }

    /// Writes the rows into a table by name; into one that is there by position where
    /// `insert` says whether they replace those in it.
    #[allow(clippy::too_many_arguments)]
    #[pyo3(signature = (name, format, mode, options, partition_by, is_single, insert=None, buckets=None, cluster_by=vec![], properties=BTreeMap::new()))]
    fn write_table(
        &self,
        py: Python<'_>,
        name: &str,
        format: &str,
        mode: Option<String>,
        options: BTreeMap<String, String>,
        partition_by: Vec<String>,
        is_single: bool,
        insert: Option<bool>,
        buckets: Option<tables::BucketSpec>,
        cluster_by: Vec<String>,
        properties: BTreeMap<String, String>,
    ) -> PyResult<()> {
        let request = tables::request(format, mode, options, partition_by, is_single);
        let request = tables::dealt(request, buckets, cluster_by, properties);
        tables::write(py, self, name, request, insert)
    }

    /// Format, folder, columns of partitions and options of the table that a stream writes
    /// to, which is made where it is missing.
    fn table_for_stream(
        &self,
        py: Python<'_>,
        name: &str,
        format: Option<String>,
        options: BTreeMap<String, String>,
        partition_by: Vec<String>,
        cluster_by: Vec<String>,
    ) -> PyResult<tables::OfStream> {
        let format = format.unwrap_or_else(|| self.shared.session.default_format());
        let request = tables::request(&format, None, options, partition_by, false);
        let request = tables::dealt(request, None, cluster_by, BTreeMap::new());
        tables::for_stream(py, self, name, &request)
    }

    #[allow(clippy::too_many_arguments)]
    #[pyo3(signature = (format, output_mode, query_name, trigger, options, partition_by, foreach_batch, foreach, data_source))]
    fn write_stream(
        &self,
        py: Python<'_>,
        format: Option<String>,
        output_mode: Option<String>,
        query_name: Option<String>,
        trigger: Option<(String, String)>,
        options: BTreeMap<String, String>,
        partition_by: Vec<String>,
        foreach_batch: Option<Py<PyAny>>,
        foreach: Option<(Py<PyAny>, Py<PyAny>)>,
        data_source: Option<Py<PyAny>>,
    ) -> PyResult<PyQuery> {
        let of_data_source = data_source.map(|writer| self.data_source_sink(writer, &format));
        let sink = match (foreach_batch, foreach) {
            _ if of_data_source.is_some() => of_data_source,
            (Some(function), _) => Some(self.foreach_batch_sink(function)),
            (None, Some((function, make_row))) => Some(self.foreach_sink(function, make_row)),
            (None, None) if is_console(format.as_deref()) => Some(self.console_sink(&options)?),
            (None, None) => None,
        };
        let request = StartRequest {
            table: self.table.clone(),
            format,
            output_mode,
            query_name,
            trigger,
            options: options.into_iter().collect(),
            partition_by,
            sink,
        };
        let query = py
            .detach(|| self.shared.streams.start(request))
            .or_raise()?;
        Ok(PyQuery(query))
    }
}
