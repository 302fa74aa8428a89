//! A session: settings, names, caches and the engine, and the verbs over them.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::logical_expr::{Aggregate, Limit, LogicalPlan};

use super::cache::Cache;
use super::catalog::SessionCatalog;
use super::conf::{self, Conf};
use super::files::Datasets;
use super::local_rows::LocalRows;
use super::run::Runner;
use super::script::Scopes;
use super::variables::{SessionVariables, values_of};
use crate::analysis::{
    Catalog, Context, Options, Resolved, analyze, check_batch, constant_text, waiting,
};
use crate::engine::from_datafusion;
use crate::error::{Result, SparkError};
use crate::plan::sql::{self, Constants, ParseOptions, Scripting};
use crate::plan::{Expr, Plan};
use crate::time::{Clock, SystemClock};

/// A frame: what was asked for and what it means.
#[derive(Clone)]
pub struct Table {
    pub plan: Arc<Plan>,
    pub resolved: Arc<Resolved>,
}

#[derive(Clone)]
pub struct Session {
    pub conf: Arc<Conf>,
    pub catalog: Arc<SessionCatalog>,
    pub cache: Arc<Cache>,
    pub runner: Arc<Runner>,
    pub(super) variables: Arc<SessionVariables>,
    /// What the script has declared that runs in this session.
    pub(super) script: Option<Arc<Scopes>>,
}

impl Session {
    /// `beside` is another session of the same program.
    pub fn new(
        config: BTreeMap<String, String>,
        datasets: Option<Arc<dyn Datasets>>,
        beside: Option<&Self>,
    ) -> Result<Self> {
        let partitions = cores(config.get("spark.master").map(String::as_str))?;
        let conf = Arc::new(Conf::new(config, datasets)?);
        Ok(Self {
            catalog: SessionCatalog::new(Arc::clone(&conf), beside.map(|s| &*s.catalog)),
            conf,
            cache: Arc::new(Cache::default()),
            runner: Arc::new(Runner::new(partitions)),
            variables: Arc::default(),
            script: None,
        })
    }

    /// Everything that analysis may look at, as it is now.
    pub fn context(&self) -> Result<Context> {
        let catalog: Arc<dyn Catalog> = self.catalog.clone();
        Ok(Context {
            settings: self.conf.settings()?,
            catalog,
            now_micros: SystemClock.now_micros(),
            depth: 0,
            user: conf::user(),
            database: self.catalog.current(),
            options: analysis_options(&self.conf)?,
            variables: Arc::new(self.seen_variables()),
        })
    }

    pub fn analyze(&self, plan: Arc<Plan>) -> Result<Table> {
        let resolved = analyze(&plan, &self.context()?)?;
        Ok(Table { plan, resolved })
    }

    /// The same for a frame, which may wait for the query in which it is a subquery.
    pub fn analyze_frame(&self, plan: Arc<Plan>) -> Result<Table> {
        match self.analyze(Arc::clone(&plan)) {
            Ok(table) => Ok(table),
            Err(error) => Ok(Table {
                resolved: Arc::new(waiting(error)?),
                plan,
            }),
        }
    }

    pub fn parse_options(&self) -> Result<ParseOptions> {
        let mut options = parse_options(&self.conf)?;
        options.variables = Some(values_of(self.seen_variables()));
        Ok(options)
    }

    /// Runs a statement; a query is only analysed, anything else takes effect now.
    pub async fn carry_out(&self, statement: sql::Statement) -> Result<Table> {
        match statement {
            sql::Statement::CreateTable(table) => self.create_table(*table).await?,
            sql::Statement::Insert(insert) => self.insert(insert).await?,
            sql::Statement::CacheTable {
                name,
                plan,
                options,
                ..
            } => {
                // Without LAZY the rows are computed now.
                let table = super::command::cache_table(self, name, plan, &options)?;
                self.count(&table.resolved).await?;
            }
            sql::Statement::Catalog(statement) => {
                return super::catalog_commands::run(self, *statement).await;
            }
            sql::Statement::Variable(statement) => {
                return self.variable_statement(*statement).await;
            }
            sql::Statement::Script(script) => {
                return Box::pin(self.run_script(*script)).await;
            }
            other => return super::command::execute(self, other),
        }
        super::command::nothing(self)
    }

    /// Carries out a statement that writes no rows.
    pub fn execute(&self, statement: sql::Statement) -> Result<Table> {
        super::command::execute(self, statement)
    }

    pub fn parse(&self, text: &str, parameters: &sql::Parameters) -> Result<sql::Statement> {
        sql::parse_statement(text, &self.parse_options()?, parameters)
    }

    pub async fn collect(
        &self,
        resolved: &Resolved,
        limit: Option<usize>,
    ) -> Result<Vec<RecordBatch>> {
        check_batch(resolved)?;
        let mut plan = self
            .cache
            .apply(Arc::clone(&resolved.plan), &self.runner)
            .await?;
        if let Some(limit) = limit {
            plan = Arc::new(LogicalPlan::Limit(Limit {
                skip: None,
                fetch: Some(Box::new(datafusion::logical_expr::lit(limit as i64))),
                input: plan,
            }));
        }
        let batches = self.runner.collect(plan).await?;
        named(resolved, batches)
    }

    /// All rows, batch by batch.
    pub async fn local_rows(&self, resolved: Arc<Resolved>) -> Result<LocalRows> {
        check_batch(&resolved)?;
        let plan = self
            .cache
            .apply(Arc::clone(&resolved.plan), &self.runner)
            .await?;
        let (partitions, observations) = self.runner.streams(&plan).await?;
        Ok(LocalRows::new(resolved, partitions, observations))
    }

    pub async fn count(&self, resolved: &Resolved) -> Result<i64> {
        check_batch(resolved)?;
        let plan = self
            .cache
            .apply(Arc::clone(&resolved.plan), &self.runner)
            .await?;
        let one =
            datafusion::functions_aggregate::expr_fn::count(datafusion::logical_expr::lit(1_i64));
        let aggregate = Aggregate::try_new(plan, vec![], vec![one]).map_err(from_datafusion)?;
        let batches = self
            .runner
            .collect(Arc::new(LogicalPlan::Aggregate(aggregate)))
            .await?;
        let count = batches.iter().find(|b| b.num_rows() > 0).map(|b| {
            use arrow::array::AsArray;
            b.column(0)
                .as_primitive::<arrow::datatypes::Int64Type>()
                .value(0)
        });
        count.ok_or_else(|| SparkError::internal("a count gave no row"))
    }
}

/// What analysis goes by under these settings.
pub(super) fn analysis_options(conf: &Conf) -> Result<Options> {
    Ok(Options {
        case_sensitive: conf.flag(conf::CASE_SENSITIVE),
        group_by_ordinal: conf.flag("spark.sql.groupByOrdinal"),
        order_by_ordinal: conf.flag("spark.sql.orderByOrdinal"),
        fail_ambiguous_self_join: conf.unless_off("spark.sql.analyzer.failAmbiguousSelfJoin"),
        resolve_self_join: conf.unless_off("spark.sql.selfJoinAutoResolveAmbiguity"),
        parallelism: leaf_partitions(conf)?,
        shuffle_partitions: conf.number(conf::SHUFFLE_PARTITIONS, 200).max(1),
        adaptive: conf.find("spark.sql.adaptive.enabled").as_deref() != Some("false"),
        recursion: super::query_settings::recursion(conf),
        time_type: conf.flag("spark.sql.timeType.enabled"),
        timestamp_ntz: super::file_read::timestamps_are_ntz(conf),
        avro: super::file_read::avro_settings(conf)?,
    })
}

/// How many partitions leaves have by themselves: one a thread, unless the program says it.
fn leaf_partitions(conf: &Conf) -> Result<usize> {
    let keys = [
        "spark.sql.leafNodeDefaultParallelism",
        "spark.default.parallelism",
    ];
    let set = keys
        .iter()
        .find_map(|key| conf.find(key)?.trim().parse().ok());
    Ok(set.map_or_else(|| parallelism(conf), Ok)?.max(1))
}

/// What the parser goes by under these settings.
pub(super) fn parse_options(conf: &Arc<Conf>) -> Result<ParseOptions> {
    let of_constants = Arc::clone(conf);
    let text = move |expr: &Expr| {
        let (settings, options) = (of_constants.settings()?, analysis_options(&of_constants)?);
        constant_text(expr, settings, options)
    };
    Ok(ParseOptions {
        constants: Some(Constants(Arc::new(text))),
        variables: None,
        scripting: Scripting {
            enabled: conf.find("spark.sql.scripting.enabled").as_deref() != Some("false"),
            continue_handlers: conf.flag("spark.sql.scripting.continueHandlerEnabled"),
            cursors: conf.flag("spark.sql.scripting.cursorEnabled"),
        },
        having_without_group_by_as_where: conf.flag(conf::HAVING_AS_WHERE),
        double_quoted_identifiers: conf.flag(conf::ANSI)
            && conf.flag("spark.sql.ansi.doubleQuotedIdentifiers"),
        time_zone: conf.zone()?,
    })
}

/// Batches under Spark's schema in place of the engine's.
pub fn named(resolved: &Resolved, batches: Vec<RecordBatch>) -> Result<Vec<RecordBatch>> {
    let schema = Arc::new(resolved.schema().to_arrow());
    batches
        .into_iter()
        .map(|batch| {
            let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
            let columns = batch
                .columns()
                .iter()
                .zip(schema.fields())
                .map(|(column, field)| with_type(column, field.data_type()))
                .collect::<Result<Vec<_>>>()?;
            RecordBatch::try_new_with_options(Arc::clone(&schema), columns, &options)
                .map_err(SparkError::internal)
        })
        .collect()
}

/// The array as exactly this type: the engine may have made a nested field nullable.
pub(super) fn with_type(
    array: &arrow::array::ArrayRef,
    wanted: &arrow::datatypes::DataType,
) -> Result<arrow::array::ArrayRef> {
    if array.data_type() == wanted {
        return Ok(Arc::clone(array));
    }
    arrow::compute::cast(array, wanted).map_err(SparkError::internal)
}

/// How many partitions a source has that is not told otherwise.
pub fn parallelism(conf: &Conf) -> Result<usize> {
    cores(conf.find("spark.master").as_deref())
}

/// How many partitions `spark.master` asks for.
fn cores(master: Option<&str>) -> Result<usize> {
    let all = || std::thread::available_parallelism().map_or(1, usize::from);
    let Some(master) = master else {
        return Ok(all());
    };
    if master == "local" {
        return Ok(1);
    }
    let inner = master
        .strip_prefix("local[")
        .and_then(|rest| rest.strip_suffix(']'));
    let count = match inner.map(|text| text.split(',').next().unwrap_or(text).trim()) {
        Some("*") => Some(all()),
        Some(number) => number.parse().ok().filter(|n| *n > 0),
        None => None,
    };
    count.ok_or_else(|| SparkError::not_implemented(format_args!("the master {master}")))
}
