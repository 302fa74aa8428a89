//! From a logical plan to record batches.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use arrow::record_batch::RecordBatch;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::config::ConfigOptions;
use datafusion::datasource::source_as_provider;
use datafusion::execution::{
    SendableRecordBatchStream, SessionState, SessionStateBuilder, TaskContext,
};
use datafusion::logical_expr::LogicalPlan;
use datafusion::optimizer::Optimizer;
use datafusion::physical_plan::{ExecutionPlan, execute_stream_partitioned};
use datafusion::prelude::SessionConfig;
use futures::TryStreamExt;
use tokio::runtime::Runtime;

use super::observe::{BatchPlanner, Observing, deliver, observations};
use crate::analysis::extract;
use crate::engine::at_work;
use crate::engine::counters;
use crate::engine::from_datafusion;
use crate::engine::in_order::in_order;
use crate::engine::rules::physical_rules;
use crate::engine::scan::ScanTable;
use crate::engine::shared::shared;
use crate::engine::subqueries;
use crate::error::{Result, SparkError};

/// The rows of each partition, and who observes them on their way.
pub type Streams = (Vec<SendableRecordBatchStream>, Vec<Arc<Observing>>);

/// The threads on which all plans run; started with the first one.
pub fn runtime() -> Result<&'static Runtime> {
    static RUNTIME: OnceLock<Option<Runtime>> = OnceLock::new();
    RUNTIME
        .get_or_init(|| {
            tokio::runtime::Builder::new_multi_thread()
                .thread_name("caudal-worker")
                .enable_time()
                .build()
                .ok()
        })
        .as_ref()
        .ok_or_else(|| SparkError::internal("cannot start worker threads"))
}

/// A join by a whole number whose keys lie within so many is looked up by number rather than
/// by hash: keys that come nearly in order, as those of rows kept in a file, then find their
/// partners in memory that is near. Four bytes each, of which only the touched ones are
/// ever there.
const KEYS_OF_A_TABLE: usize = 8 << 20;

/// Plans and runs. One for batch queries; a streaming query has its own.
pub struct Runner {
    state: SessionState,
    /// The same for plans of few rows, which stay in one partition.
    undivided: SessionState,
}

impl Runner {
    /// Of plans that are run once.
    pub fn new(partitions: usize) -> Self {
        Self::made(partitions, true)
    }

    /// Of a stream's plan, of one partition, which is run for each batch: what a join knew
    /// in the batch before must not outlive it.
    pub fn of_stream() -> Self {
        Self::made(1, false)
    }

    fn made(partitions: usize, runs_once: bool) -> Self {
        let mut options = ConfigOptions::new();
        options.execution.target_partitions = partitions.max(1);
        // A key must come out of a partial aggregation once.
        options
            .execution
            .skip_partial_aggregation_probe_ratio_threshold = 1.1;
        options.execution.collect_statistics = false;
        if runs_once {
            options.execution.perfect_hash_join_small_build_threshold = KEYS_OF_A_TABLE;
        }
        // Rows keep the order of their partitions; a leaf divides its own.
        options.optimizer.enable_round_robin_repartition = false;
        options.optimizer.enable_dynamic_filter_pushdown = runs_once;
        options.optimizer.enable_join_dynamic_filter_pushdown = runs_once;
        options.optimizer.enable_topk_dynamic_filter_pushdown = false;
        options.optimizer.enable_aggregate_dynamic_filter_pushdown = false;
        let config = SessionConfig::from(options);
        let state = SessionStateBuilder::new_with_default_features()
            .with_config(config)
            // Every expression is typed by analysis; nothing is left to coerce.
            .with_analyzer_rules(vec![])
            .with_physical_optimizer_rules(physical_rules())
            .with_query_planner(Arc::new(BatchPlanner))
            .build();
        let mut undivided = state.clone();
        undivided
            .config_mut()
            .options_mut()
            .execution
            .target_partitions = 1;
        Self { state, undivided }
    }

    pub async fn physical(&self, plan: &LogicalPlan) -> Result<Arc<dyn ExecutionPlan>> {
        let extracted = self.extracted(plan)?;
        let state = match self.is_small(&extracted) {
            true => &self.undivided,
            false => &self.state,
        };
        let optimized = state.optimize(&extracted).and_then(shared);
        let optimized = optimized.map_err(from_datafusion)?;
        let planner = state.query_planner();
        let plan = planner.create_physical_plan(&optimized, state).await;
        plan.and_then(in_order).map_err(from_datafusion)
    }

    /// Whether no leaf has rows for a second thread. Then nothing above is divided
    /// either, and groups come in the order in which they are first seen. A cross join of
    /// small tables, which is large, has one thread for it.
    fn is_small(&self, plan: &LogicalPlan) -> bool {
        let wanted = self.state.config().target_partitions();
        let mut is_small = true;
        let looked = plan.apply_with_subqueries(|node| {
            let LogicalPlan::TableScan(scan) = node else {
                return Ok(TreeNodeRecursion::Continue);
            };
            let provider = source_as_provider(&scan.source)?;
            let table = provider.downcast_ref::<ScanTable>();
            is_small &= table.is_some_and(|table| table.rows.partitions(wanted) <= 1);
            Ok(match is_small {
                true => TreeNodeRecursion::Continue,
                false => TreeNodeRecursion::Stop,
            })
        });
        is_small && looked.is_ok()
    }

    /// The plan with joins for its subqueries, and the user's functions in nodes of their own.
    fn extracted<'p>(&self, plan: &'p LogicalPlan) -> Result<Cow<'p, LogicalPlan>> {
        let plan = subqueries::joined(plan).map_err(from_datafusion)?;
        Ok(match extract(&plan, &self.state)? {
            Some(plan) => Cow::Owned(plan),
            None => plan,
        })
    }

    pub fn optimized(&self, plan: &LogicalPlan) -> Result<LogicalPlan> {
        let extracted = self.extracted(plan)?;
        self.state.optimize(&extracted).map_err(from_datafusion)
    }

    /// The same for a plan of a stream: a limit keeps count of its rows over all batches,
    /// so that it stays one and where it is.
    pub fn optimized_stream(&self, plan: &LogicalPlan) -> Result<LogicalPlan> {
        let extracted = self.extracted(plan)?.into_owned();
        let rules = self.state.optimizers().iter();
        let kept = rules.filter(|rule| rule.name() != "push_down_limit");
        let optimizer = Optimizer::with_rules(kept.cloned().collect());
        optimizer
            .optimize(extracted, &self.state, |_, _| {})
            .map_err(from_datafusion)
    }

    pub fn state(&self) -> &SessionState {
        &self.state
    }

    /// The rows of each partition, as they are asked for. Who asks delivers the
    /// observations once all rows are there.
    pub async fn streams(&self, plan: &LogicalPlan) -> Result<Streams> {
        let physical = self.physical(plan).await?;
        let observations = observations(&physical);
        let streams = self.begun(physical)?;
        Ok((streams, observations))
    }

    /// All rows, in the order of the partitions.
    pub async fn collect(&self, plan: Arc<LogicalPlan>) -> Result<Vec<RecordBatch>> {
        let physical = self.physical(&plan).await?;
        let observations = observations(&physical);
        let rows = self.run(physical).await;
        deliver(&observations, rows.is_err())?;
        rows
    }

    /// The plan begun; it moves the counters of the task that runs it, if it has some, and
    /// is part of its work.
    fn begun(&self, physical: Arc<dyn ExecutionPlan>) -> Result<Vec<SendableRecordBatchStream>> {
        let mut config = self.state.config().clone();
        if let Some(counters) = counters::of_task() {
            counters.plan(&physical);
            config = config.with_extension(counters);
        }
        if let Some(work) = at_work::current() {
            config = config.with_extension(work);
        }
        let context = TaskContext::from(&self.state).with_session_config(config);
        execute_stream_partitioned(physical, Arc::new(context)).map_err(from_datafusion)
    }

    async fn run(&self, physical: Arc<dyn ExecutionPlan>) -> Result<Vec<RecordBatch>> {
        let streams = self.begun(physical)?;
        if streams.len() == 1 {
            let mut out = Vec::new();
            for stream in streams {
                out.extend(
                    stream
                        .try_collect::<Vec<_>>()
                        .await
                        .map_err(from_datafusion)?,
                );
            }
            return Ok(out);
        }
        let tasks: Vec<_> = streams
            .into_iter()
            .map(|stream| Abort(tokio::spawn(stream.try_collect::<Vec<_>>())))
            .collect();
        let mut out = Vec::new();
        for mut task in tasks {
            let joined = (&mut task.0).await.map_err(SparkError::internal)?;
            out.extend(joined.map_err(from_datafusion)?);
        }
        Ok(out)
    }
}

/// A task that does not outlive the query that waits for it.
struct Abort<T>(tokio::task::JoinHandle<T>);

impl<T> Drop for Abort<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
