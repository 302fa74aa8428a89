//! The loop of one query, on its own thread.
//!
//! One batch: the sources say how far they got; that is written to the offset log;
//! the plan runs and the sink takes its result; the state becomes durable; the
//! commit log says so. A batch that was begun and not committed is run again with
//! the offsets that were logged for it.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use datafusion::execution::TaskContext;
use datafusion::physical_plan::execution_plan::reset_plan_states;
use datafusion::physical_plan::{ExecutionPlan, displayable};

use super::query::Query;
use super::rows::Pulled;
use super::trigger::Trigger;
use super::watermark::{Policy, WatermarkTracker};
use crate::analysis::{OutputMode, Resolved};
use crate::engine::from_datafusion;
use crate::error::{Result, SparkError};
use crate::execution::conf::{
    MIN_BATCHES, MIN_DELTAS, NO_DATA_BATCHES, STATE_PARTITIONS, WATERMARK_POLICY,
};
use crate::execution::{Runner, Session, runtime};
use crate::streaming::checkpoint::protocol::NextBatch;
use crate::streaming::checkpoint::{
    BatchId, Checkpoint, CommitRecord, FsyncStats, OffsetRecord, RELEVANT_CONFS,
};
use crate::streaming::incremental::{self, StreamPlan, from_the_sink, input_watermarks};
use crate::streaming::operators::{BatchTimes, StateFolder, StatePartitions};
use crate::streaming::progress::{
    Durations, EventTimeStats, Phase, SinkProgress, SourceSummary, StateOperatorProgress,
    StatusMessage, TriggerSummary,
};
use crate::streaming::sinks::SharedSink;
use crate::streaming::sources::{self, Source, SourceContext};
use crate::streaming::state::StateSettings;
use crate::time::{Clock, Seat};

/// How often an idle query looks for new data, as Spark does.
const POLL: Duration = Duration::from_millis(10);

/// An idle query says so this often.
const IDLE_REPORT: Duration = Duration::from_secs(10);

/// What a query is made of before it runs.
pub(super) struct Setup {
    pub session: Arc<Session>,
    pub resolved: Arc<Resolved>,
    pub clock: Arc<dyn Clock>,
    /// Where the query waits for its next tick.
    pub seat: Arc<dyn Seat>,
    pub query: Arc<Query>,
    pub mode: OutputMode,
    pub trigger: Trigger,
    pub sink: SharedSink,
    pub checkpoint: Option<Checkpoint>,
}

pub(super) struct Driver {
    setup: Setup,
    context: Arc<TaskContext>,
    plan: StreamPlan,
    /// Reset and run for every batch.
    physical: Arc<dyn ExecutionPlan>,
    sources: Vec<Box<dyn Source>>,
    /// Where each source's next batch starts.
    committed: Vec<Option<String>>,
    next: BatchId,
    conf: Arc<[(String, String)]>,
    retain: u64,
    watermark: WatermarkTracker,
    /// The watermark that each operator saw in the last batch: what is not after it
    /// is late in the next.
    last_inputs: Vec<i64>,
    /// Whether this run has run a batch: before that nothing can be released.
    warm: bool,
    no_data_batches: bool,
    last_trigger: Option<Duration>,
    last_report: Duration,
}

/// What one batch has measured.
struct Batch {
    id: BatchId,
    started_millis: i64,
    start: Duration,
    ends: Vec<Option<String>>,
    /// Epoch milliseconds, as logged.
    watermark: i64,
    durations: Durations,
}

impl Driver {
    pub fn run(setup: Setup) -> Result<()> {
        let runtime = runtime()?;
        runtime.block_on(async {
            let mut driver = Self::prepare(setup).await?;
            driver.turn().await
        })
    }

    async fn prepare(mut setup: Setup) -> Result<Self> {
        setup
            .query
            .set_status(StatusMessage::InitializingSources, false, false);
        let runner = Runner::new(1);
        let plan = incremental::plan(&setup.resolved, &runner, setup.mode, &setup.clock).await?;
        setup
            .query
            .set_plan_text(explained(&setup, &plan, &runner)?);
        let stats = match &setup.checkpoint {
            Some(checkpoint) => Arc::clone(checkpoint.stats()),
            None => Arc::new(FsyncStats::default()),
        };
        setup.query.attach_fsyncs(Arc::clone(&stats));
        let sources = open_sources(&setup, &plan, &stats)?;
        let conf = relevant_conf(&setup, sources.len())?;
        let retain = setup.session.conf.number(MIN_BATCHES, 100) as u64;
        let (next, committed) = starting_point(&mut setup.checkpoint, sources.len())?;
        open_state(&setup, &plan, next.batch(), &stats)?;
        let watermark = tracker(&setup, &plan, &conf, sources.len())?;
        let before = watermark_before(&setup, next.batch(), sources.len())?;
        let last_inputs = input_watermarks(&plan.operators, before);
        let no_data_batches = setup.session.conf.flag(NO_DATA_BATCHES);
        let now = setup.clock.monotonic();
        Ok(Self {
            context: runner.state().task_ctx(),
            physical: Arc::clone(&plan.physical),
            plan,
            sources,
            committed,
            next: next.batch(),
            conf,
            retain,
            watermark,
            last_inputs,
            warm: false,
            no_data_batches,
            last_trigger: None,
            last_report: now,
            setup,
        })
    }

    /// Runs again a batch that was begun and not committed; false if there is none.
    async fn recover(&mut self) -> Result<bool> {
        let Some(checkpoint) = &self.setup.checkpoint else {
            return Ok(false);
        };
        let NextBatch::Again { batch } = checkpoint.next_batch()? else {
            return Ok(false);
        };
        let record = checkpoint
            .offsets
            .get(batch, self.sources.len())?
            .ok_or_else(|| SparkError::internal("a planned batch is not in the log"))?;
        let mut again = self.begin(batch);
        again.ends = record.offsets;
        again.started_millis = record.batch_timestamp_ms;
        again.watermark = record.batch_watermark_ms;
        self.watermark.raise(record.batch_watermark_ms);
        self.execute(again).await?;
        Ok(true)
    }

    async fn turn(&mut self) -> Result<()> {
        if self.setup.trigger == Trigger::AvailableNow {
            for source in &mut self.sources {
                source.freeze()?;
            }
        }
        let mut first = true;
        while !self.setup.query.stop_requested() {
            let round = self.setup.query.begin_round();
            let due = self.setup.trigger.next(self.setup.clock.now_millis());
            // A batch that is run again is all that its tick does, as in Spark.
            let recovered = first && self.recover().await?;
            first = false;
            let ran = recovered || self.trigger().await?;
            if !ran {
                self.setup.query.found_nothing(round);
            }
            match self.setup.trigger {
                Trigger::Once => return Ok(()),
                Trigger::AvailableNow if !ran => return Ok(()),
                Trigger::AvailableNow => {}
                Trigger::ProcessingTime(_) => self.rest(ran, due).await,
            }
        }
        Ok(())
    }

    /// Until the next tick is due or, without ticks, until there may be new data.
    async fn rest(&self, ran: bool, due: Option<i64>) {
        let query = &self.setup.query;
        match due {
            Some(due) => query.rest(self.setup.seat.as_ref(), due).await,
            None if ran || query.stop_requested() => {}
            None => query.sleep(POLL).await,
        }
    }

    fn begin(&self, id: BatchId) -> Batch {
        Batch {
            id,
            started_millis: self.setup.clock.now_millis(),
            start: self.setup.clock.monotonic(),
            ends: Vec::new(),
            watermark: self.watermark.current(),
            durations: Durations::default(),
        }
    }

    fn since(&self, start: Duration) -> Duration {
        self.setup.clock.monotonic().saturating_sub(start)
    }

    /// Looks for new data and, if there is any, runs a batch; false if not.
    async fn trigger(&mut self) -> Result<bool> {
        let mut batch = self.begin(self.next);
        let all = self.setup.trigger == Trigger::Once;
        for (source, from) in self.sources.iter_mut().zip(&self.committed) {
            batch.ends.push(source.latest_offset(from.as_deref(), all)?);
        }
        batch
            .durations
            .add(Phase::LatestOffset, self.since(batch.start));
        if batch.ends == self.committed && !self.wants_batch() {
            self.report_idle(batch);
            return Ok(false);
        }
        self.setup
            .query
            .set_status(StatusMessage::WritingOffsets, true, true);
        self.log_offsets(&mut batch)?;
        self.execute(batch).await?;
        Ok(true)
    }

    /// Whether a batch without rows has something to release: the watermark moved
    /// with the batch before.
    fn wants_batch(&self) -> bool {
        if !self.warm || !self.no_data_batches {
            return false;
        }
        let inputs = input_watermarks(&self.plan.operators, self.watermark.current());
        let mut operators = self.plan.operators.iter().zip(inputs);
        operators.any(|(placed, input)| placed.operator.wants_batch(input))
    }

    /// Tells the operators which rows are late and which state is over.
    fn begin_operators(&mut self, batch: &Batch) {
        let inputs = input_watermarks(&self.plan.operators, batch.watermark);
        let late = std::mem::replace(&mut self.last_inputs, inputs);
        let operators = self.plan.operators.iter();
        for ((placed, late), evict) in operators.zip(late).zip(&self.last_inputs) {
            placed.operator.core().begin(BatchTimes {
                late,
                evict: *evict,
                batch: batch.started_millis,
            });
        }
        for watermark in &self.plan.watermarks {
            watermark.take_seen();
        }
        let clock = &self.plan.clock;
        let now = self.setup.clock.now_micros();
        clock.run.store(now, Ordering::Relaxed);
        let logged = batch.started_millis.saturating_mul(1000);
        clock.batch.store(logged, Ordering::Relaxed);
    }

    /// Moves the watermark by what the batch has shown; gives the times seen.
    fn move_watermark(&mut self) -> EventTimeStats {
        let mut all = EventTimeStats::default();
        for call in &self.plan.watermarks {
            let seen = call.take_seen();
            if seen.count > 0 {
                self.watermark.see(call.id, seen.max - call.delay_millis);
            }
            all.merge(&seen);
        }
        self.watermark.advance();
        all
    }

    fn log_offsets(&mut self, batch: &mut Batch) -> Result<()> {
        let start = self.setup.clock.monotonic();
        if let Some(checkpoint) = &mut self.setup.checkpoint {
            let record = OffsetRecord {
                batch_watermark_ms: batch.watermark,
                batch_timestamp_ms: batch.started_millis,
                conf: Arc::clone(&self.conf),
                offsets: batch.ends.clone(),
            };
            checkpoint.offsets.add(batch.id, &record)?;
        }
        batch.durations.add(Phase::WalCommit, self.since(start));
        Ok(())
    }

    /// Steps 3 to 6 of a batch whose offsets are logged.
    async fn execute(&mut self, mut batch: Batch) -> Result<()> {
        self.setup
            .query
            .set_status(StatusMessage::ProcessingNewData, true, true);
        self.fill_slots(&mut batch)?;
        self.begin_operators(&batch);
        let planning = self.setup.clock.monotonic();
        self.physical = reset_plan_states(Arc::clone(&self.physical)).map_err(from_datafusion)?;
        batch
            .durations
            .add(Phase::QueryPlanning, self.since(planning));
        let running = self.setup.clock.monotonic();
        // A sink may run code of the user's, which may run queries of its own.
        let Some(count) = tokio::task::block_in_place(|| self.run_plan(batch.id))? else {
            return Ok(());
        };
        batch.durations.add(Phase::AddBatch, self.since(running));
        let times = self.move_watermark();
        self.commit(&mut batch)?;
        self.warm = true;
        if self.plan.redefined && self.watermark.current() > 0 {
            return Err(SparkError::new(
                "_LEGACY_ERROR_TEMP_3076",
                &[(
                    "config",
                    "spark.sql.streaming.statefulOperator.allowMultiple",
                )],
            ));
        }
        self.report(batch, count, times);
        Ok(())
    }

    fn fill_slots(&mut self, batch: &mut Batch) -> Result<()> {
        let start = self.setup.clock.monotonic();
        let sources = self.sources.iter_mut().zip(&self.plan.leaves);
        for (index, (source, leaf)) in sources.enumerate() {
            let from = self.committed[index].as_deref();
            let reader = match batch.ends[index].as_deref() {
                Some(end) if from != Some(end) => Some(source.read(from, end)?),
                _ => None,
            };
            leaf.slot.fill(reader);
        }
        batch.durations.add(Phase::GetBatch, self.since(start));
        Ok(())
    }

    /// Runs the plan into the sink; how many rows it gave, `None` when the query was
    /// stopped meanwhile.
    fn run_plan(&self, batch: BatchId) -> Result<Option<u64>> {
        let setup = &self.setup;
        let stream = Arc::clone(&self.physical)
            .execute(0, Arc::clone(&self.context))
            .map_err(from_datafusion)?;
        let mut rows = Pulled::new(stream, &setup.query, &setup.resolved);
        let taken = setup.sink.add_batch(batch, &mut rows, setup.mode);
        let taken = taken.and_then(|()| rows.try_for_each(|rest| rest.map(drop)));
        if rows.stopped {
            for placed in &self.plan.operators {
                placed.operator.abort()?;
            }
            return Ok(None);
        }
        taken.map(|()| Some(rows.rows))
    }

    fn commit(&mut self, batch: &mut Batch) -> Result<()> {
        let start = self.setup.clock.monotonic();
        for placed in &self.plan.operators {
            let core = placed.operator.core();
            core.commit(batch.id.0 + 1, self.retain)?;
        }
        if let Some(checkpoint) = &mut self.setup.checkpoint {
            checkpoint.commits.add(
                batch.id,
                CommitRecord {
                    next_batch_watermark_ms: self.watermark.current(),
                },
            )?;
            checkpoint.purge(batch.id, self.retain)?;
        }
        for (source, end) in self.sources.iter_mut().zip(&batch.ends) {
            if let Some(end) = end {
                source.commit(end)?;
            }
        }
        batch.durations.add(Phase::CommitOffsets, self.since(start));
        Ok(())
    }

    /// Records the batch's progress and goes on to the next.
    fn report(&mut self, batch: Batch, rows: u64, times: EventTimeStats) {
        let took = self.since(batch.start);
        let mut durations = batch.durations;
        durations.add(Phase::TriggerExecution, took);
        let starts = std::mem::replace(&mut self.committed, batch.ends.clone());
        let sources = self
            .sources
            .iter()
            .zip(&self.plan.leaves)
            .zip(starts.into_iter().zip(batch.ends))
            .map(|((source, leaf), (start, end))| SourceSummary {
                description: source.description(),
                start_offset: start,
                end_offset: end,
                latest_offset: None,
                num_input_rows: leaf.slot.rows_read(),
                ..SourceSummary::default()
            })
            .collect();
        let summary = TriggerSummary {
            id: self.setup.query.id(),
            run_id: self.setup.query.run_id(),
            name: self.setup.query.name().map(str::to_string),
            batch_id: batch.id.0,
            started_at_millis: batch.started_millis,
            since_last_trigger: self
                .last_trigger
                .map(|last| batch.start.saturating_sub(last)),
            took,
            durations,
            event_time: self.watermark.exists().then_some((batch.watermark, times)),
            state_operators: self.operator_progress(),
            sources,
            sink: SinkProgress {
                description: self.setup.sink.description(),
                num_output_rows: Some(rows),
                ..SinkProgress::default()
            },
            observed_metrics: std::collections::BTreeMap::default(),
        };
        self.setup.query.publish(summary.into_progress());
        self.last_trigger = Some(batch.start);
        self.last_report = self.setup.clock.monotonic();
        self.next = batch.id.next();
    }

    fn operator_progress(&self) -> Vec<StateOperatorProgress> {
        let millis = |d: Duration| u64::try_from(d.as_millis()).unwrap_or(u64::MAX);
        from_the_sink(&self.plan.operators)
            .into_iter()
            .map(|operator| {
                let core = operator.core();
                let figures = core.figures();
                StateOperatorProgress {
                    operator_name: core.name().into(),
                    num_rows_total: figures.rows_total,
                    num_rows_updated: figures.rows_updated,
                    num_rows_removed: figures.rows_removed,
                    num_rows_dropped_by_watermark: figures.rows_dropped,
                    all_removals_time_ms: millis(figures.removal_time),
                    all_updates_time_ms: millis(figures.update_time),
                    commit_time_ms: millis(figures.commit_time),
                    memory_used_bytes: figures.memory_bytes,
                    num_shuffle_partitions: figures.partitions,
                    num_state_store_instances: figures.partitions,
                    custom_metrics: std::collections::BTreeMap::from([(
                        "stateOnCurrentVersionSizeBytes".to_string(),
                        i64::try_from(figures.memory_bytes).unwrap_or(i64::MAX),
                    )]),
                }
            })
            .collect()
    }

    /// Says now and then that there was nothing to do.
    fn report_idle(&mut self, look: Batch) {
        let now = self.setup.clock.monotonic();
        if now.saturating_sub(self.last_report) < IDLE_REPORT {
            return;
        }
        self.last_report = now;
        let Some(last) = self.setup.query.last_record() else {
            return;
        };
        let took = self.since(look.start);
        let mut durations = look.durations;
        durations.add(Phase::TriggerExecution, took);
        let summary = TriggerSummary {
            id: self.setup.query.id(),
            run_id: self.setup.query.run_id(),
            name: self.setup.query.name().map(str::to_string),
            batch_id: self.next.0,
            started_at_millis: look.started_millis,
            since_last_trigger: self
                .last_trigger
                .map(|last| look.start.saturating_sub(last)),
            durations,
            took,
            event_time: self
                .watermark
                .exists()
                .then(|| (self.watermark.current(), EventTimeStats::default())),
            state_operators: last
                .state_operators
                .iter()
                .map(StateOperatorProgress::idle)
                .collect(),
            sources: self
                .sources
                .iter()
                .zip(&self.committed)
                .map(|(source, at)| SourceSummary {
                    description: source.description(),
                    start_offset: at.clone(),
                    end_offset: at.clone(),
                    ..SourceSummary::default()
                })
                .collect(),
            sink: SinkProgress {
                description: self.setup.sink.description(),
                num_output_rows: Some(0),
                ..SinkProgress::default()
            },
            ..TriggerSummary::default()
        };
        self.setup.query.publish(summary.into_progress());
    }
}

/// The texts of `query.explain()`: the physical plan, and all plans.
fn explained(setup: &Setup, plan: &StreamPlan, runner: &Runner) -> Result<[String; 2]> {
    let physical = displayable(plan.physical.as_ref())
        .indent(false)
        .to_string();
    let logical = setup.resolved.plan.display_indent().to_string();
    let optimized = runner
        .optimized(&setup.resolved.plan)?
        .display_indent()
        .to_string();
    let short = format!("== Physical Plan ==\n{physical}");
    let long = format!(
        "== Parsed Logical Plan ==\n{logical}\n\n== Analyzed Logical Plan ==\n{logical}\n\n== Optimized Logical Plan ==\n{optimized}\n\n{short}"
    );
    Ok([short, long])
}

fn open_sources(
    setup: &Setup,
    plan: &StreamPlan,
    stats: &Arc<FsyncStats>,
) -> Result<Vec<Box<dyn Source>>> {
    plan.leaves
        .iter()
        .enumerate()
        .map(|(index, leaf)| {
            let folder = setup.checkpoint.as_ref().map(|c| c.source_dir(index));
            let context = SourceContext {
                conf: &setup.session.conf,
                clock: Arc::clone(&setup.clock),
                folder: folder.as_deref(),
                stats: Arc::clone(stats),
            };
            sources::open(leaf.stream()?, context)
        })
        .collect()
}

/// The settings of the checkpoint's last batch, or the session's.
fn relevant_conf(setup: &Setup, sources: usize) -> Result<Arc<[(String, String)]>> {
    if let Some(checkpoint) = &setup.checkpoint
        && let Some(latest) = checkpoint.offsets.latest()
        && let Some(record) = checkpoint.offsets.get(latest, sources)?
    {
        return Ok(record.conf);
    }
    let value = |(key, default): &(&str, &str)| {
        let value = setup
            .session
            .conf
            .find(key)
            .unwrap_or_else(|| (*default).to_string());
        ((*key).to_string(), value)
    };
    Ok(RELEVANT_CONFS.iter().map(value).collect())
}

/// The batch to run first, and where each source's part of it starts.
fn starting_point(
    checkpoint: &mut Option<Checkpoint>,
    sources: usize,
) -> Result<(NextBatch, Vec<Option<String>>)> {
    let Some(checkpoint) = checkpoint else {
        return Ok((NextBatch::First, vec![None; sources]));
    };
    let next = checkpoint.next_batch()?;
    let record = match next.start() {
        Some(batch) => checkpoint.offsets.get(batch, sources)?,
        None => None,
    };
    Ok((
        next,
        record.map_or_else(|| vec![None; sources], |r| r.offsets),
    ))
}

fn open_state(
    setup: &Setup,
    plan: &StreamPlan,
    batch: BatchId,
    stats: &Arc<FsyncStats>,
) -> Result<()> {
    let conf = &setup.session.conf;
    let partitions = conf.number(STATE_PARTITIONS, 1) as u32;
    let snapshots = StateSettings {
        min_deltas: conf.number(MIN_DELTAS, 10) as u64,
        interval: conf.maintenance_interval(),
    };
    for (index, placed) in plan.operators.iter().enumerate() {
        let core = placed.operator.core();
        let path = setup
            .checkpoint
            .as_ref()
            .map(|c| c.state_dir().join(index.to_string()));
        let folder = path.as_deref().map(|path| StateFolder {
            path,
            operator: core.name(),
        });
        let state = StatePartitions::open(folder, core.layout(), batch.0, partitions, stats)?;
        core.attach(state.with_settings(snapshots));
        placed.operator.opened()?;
    }
    Ok(())
}

/// The watermark as the checkpoint knows it, and the policy that it began with.
fn tracker(
    setup: &Setup,
    plan: &StreamPlan,
    conf: &[(String, String)],
    sources: usize,
) -> Result<WatermarkTracker> {
    let policy = conf.iter().find(|(key, _)| key == WATERMARK_POLICY);
    let policy = Policy::parse(policy.map_or("min", |(_, value)| value))?;
    let calls = plan.watermarks.iter().map(|w| w.id);
    let mut tracker = WatermarkTracker::new(policy, calls, 0);
    let Some(checkpoint) = &setup.checkpoint else {
        return Ok(tracker);
    };
    if let Some(batch) = checkpoint.commits.latest()
        && let Some(record) = checkpoint.commits.get(batch)?
    {
        tracker.raise(record.next_batch_watermark_ms);
    }
    if let Some(batch) = checkpoint.offsets.latest()
        && let Some(record) = checkpoint.offsets.get(batch, sources)?
    {
        tracker.raise(record.batch_watermark_ms);
    }
    Ok(tracker)
}

/// The watermark of the batch before the one that runs first.
fn watermark_before(setup: &Setup, next: BatchId, sources: usize) -> Result<i64> {
    let (Some(checkpoint), Some(before)) = (&setup.checkpoint, next.0.checked_sub(1)) else {
        return Ok(0);
    };
    let record = checkpoint.offsets.get(BatchId(before), sources)?;
    Ok(record.map_or(0, |record| record.batch_watermark_ms))
}
