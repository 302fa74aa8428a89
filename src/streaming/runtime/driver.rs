//! The loop of one query, on its own thread.
//!
//! One batch: the sources say how far they got; that is written to the offset log;
//! the plan runs and the sink takes its result; the state becomes durable; the
//! commit log says so. A batch that was begun and not committed is run again with
//! the offsets that were logged for it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use arrow::record_batch::RecordBatch;
use datafusion::execution::TaskContext;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::execution_plan::reset_plan_states;

use super::idle_sources::IdleSources;
use super::opening::{
    explained, open_sources, open_state, propagation, relevant_conf, starting_point, store_choice,
    tracker, watched, watermark_before,
};
use super::query::Query;
use super::restart;
use super::rows::Pulled;
use super::trigger::Trigger;
use super::watermark::WatermarkTracker;
use crate::analysis::{OutputMode, Resolved};
use crate::engine::at_work::during;
use crate::engine::from_datafusion;
use crate::error::{Result, SparkError};
use crate::execution::conf::{
    IDLE_INTERVAL, MERGE_SESSIONS_FIRST, MIN_BATCHES, NO_DATA_BATCHES, POLLING_DELAY,
};
use crate::execution::{Runner, Session, runtime};
use crate::streaming::checkpoint::fault_point::{self, FaultPoint};
use crate::streaming::checkpoint::protocol::NextBatch;
use crate::streaming::checkpoint::{BatchId, Checkpoint, CommitRecord, FsyncStats, OffsetRecord};
use crate::streaming::incremental::{self, Propagation, StreamPlan};
use crate::streaming::operators::BatchTimes;
use crate::streaming::progress::{Durations, EventTimeStats, Phase, StatusMessage};
use crate::streaming::sinks::{LateRows, SharedSink};
use crate::streaming::sources::Source;
use crate::time::{Clock, Seat};

/// How long a query waits, in milliseconds, whose sources all wake it.
const WOKEN_POLL: u64 = 100;

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
    /// Where rows that come too late are kept.
    pub late_rows: Option<LateRows>,
    /// After how many milliseconds without rows a source does not hold the watermark back.
    pub idle_timeout: Option<i64>,
}

pub(super) struct Driver {
    pub(super) setup: Setup,
    pub(super) context: Arc<TaskContext>,
    pub(super) plan: StreamPlan,
    /// Reset and run for every batch.
    pub(super) physical: Arc<dyn ExecutionPlan>,
    pub(super) sources: Vec<Box<dyn Source>>,
    /// Where each source's next batch starts.
    pub(super) committed: Vec<Option<String>>,
    pub(super) next: BatchId,
    pub(super) conf: Arc<[(String, String)]>,
    pub(super) retain: u64,
    pub(super) watermark: WatermarkTracker,
    /// The watermark that each operator saw in the last batch: what is not after it
    /// is late in the next.
    pub(super) last_inputs: Vec<i64>,
    /// Whether this run has run a batch: before that nothing can be released.
    pub(super) warm: bool,
    pub(super) no_data_batches: bool,
    pub(super) last_trigger: Option<Duration>,
    /// When a record was last made, in epoch milliseconds.
    pub(super) last_report: Option<i64>,
    /// How often an idle query says so, in milliseconds.
    pub(super) idle_interval: i64,
    /// How long an idle query waits before it looks for new data again.
    poll: Duration,
    pub(super) idle_sources: IdleSources,
}

/// What one batch has measured.
pub(super) struct Batch {
    pub(super) id: BatchId,
    pub(super) started_millis: i64,
    pub(super) start: Duration,
    pub(super) ends: Vec<Option<String>>,
    /// What sources report beside; nothing of a batch that is run again.
    pub(super) reported: Vec<Option<String>>,
    /// Epoch milliseconds, as logged.
    pub(super) watermark: i64,
    pub(super) durations: Durations,
}

impl Driver {
    pub fn run(setup: Setup) -> Result<()> {
        let runtime = runtime()?;
        let query = Arc::clone(&setup.query);
        let work = setup.at_work();
        let ended = runtime.block_on(during(work, async {
            let mut driver = Self::prepare(setup).await?;
            driver.turn().await
        }));
        // Who waits for brokers gives up when the query stops, and that is no failure.
        match ended {
            Err(error) if error.is_stop() && query.stop_requested() => Ok(()),
            ended => ended,
        }
    }

    async fn prepare(mut setup: Setup) -> Result<Self> {
        setup
            .query
            .set_status(StatusMessage::InitializingSources, false, false);
        let runner = Runner::of_stream();
        let choices = incremental::Choices {
            merge_sessions_first: setup.session.conf.flag(MERGE_SESSIONS_FIRST),
            keep_late: setup.late_rows.is_some(),
            readers: incremental::FilteringReaders::of(&setup.session.conf),
            propagation: propagation(&setup),
            store: store_choice(&setup),
        };
        let (resolved, clock) = (&setup.resolved, &setup.clock);
        let plan = incremental::plan(resolved, &runner, setup.mode, clock, choices).await?;
        for leaf in &plan.leaves {
            leaf.slot.obey(setup.query.halt());
        }
        setup
            .query
            .set_plan_text(explained(&setup, &plan, &runner)?);
        let stats = match &setup.checkpoint {
            Some(checkpoint) => Arc::clone(checkpoint.stats()),
            None => Arc::new(FsyncStats::default()),
        };
        setup.query.attach_fsyncs(Arc::clone(&stats));
        if let Some(checkpoint) = &setup.checkpoint {
            restart::check(checkpoint, &plan)?;
        }
        let sources = open_sources(&setup, &plan, &stats)?;
        let conf = relevant_conf(&setup, sources.len())?;
        let retain = setup.session.conf.number(MIN_BATCHES, 100) as u64;
        let (next, committed) = starting_point(&mut setup.checkpoint, sources.len())?;
        for (source, at) in sources.iter().zip(&committed) {
            source.check_start(at.as_deref())?;
        }
        open_state(&setup, &plan, next.batch(), &stats)?;
        if let Some(checkpoint) = &setup.checkpoint {
            restart::check_state(checkpoint, &plan)?;
        }
        let watermark = tracker(&setup, &plan, &conf, sources.len())?;
        let before = watermark_before(&setup, next.batch(), sources.len())?;
        let last_inputs = plan.input_watermarks(before);
        let no_data_batches = setup.session.conf.flag(NO_DATA_BATCHES);
        let idle_sources = watched(&setup, &plan)?;
        let session = &setup.session.conf;
        let idle_interval = session.millis(IDLE_INTERVAL).unwrap_or(10_000);
        let poll = u64::try_from(session.millis(POLLING_DELAY).unwrap_or(10)).unwrap_or(0);
        let poll = match sources.iter().all(|source| source.wakes()) {
            true => poll.max(WOKEN_POLL),
            false => poll,
        };
        Ok(Self {
            context: setup.at_work().context(runner.state()),
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
            last_report: None,
            idle_interval,
            poll: Duration::from_millis(poll),
            idle_sources,
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
                Trigger::ProcessingTime(_) | Trigger::Continuous(_) => self.rest(ran, due).await,
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
            None => query.sleep(self.poll),
        }
    }

    fn begin(&self, id: BatchId) -> Batch {
        fault_point::entering(id);
        Batch {
            id,
            started_millis: self.setup.clock.now_millis(),
            start: self.setup.clock.monotonic(),
            ends: Vec::new(),
            reported: Vec::new(),
            watermark: self.watermark.current(),
            durations: Durations::default(),
        }
    }

    pub(super) fn since(&self, start: Duration) -> Duration {
        self.setup.clock.monotonic().saturating_sub(start)
    }

    /// Looks for new data and, if there is any, runs a batch; false if not.
    async fn trigger(&mut self) -> Result<bool> {
        self.pass_idle_sources();
        let mut batch = self.begin(self.next);
        let all = self.setup.trigger == Trigger::Once;
        for (source, from) in self.sources.iter_mut().zip(&self.committed) {
            batch.ends.push(source.latest_offset(from.as_deref(), all)?);
            batch.reported.push(source.reported_end()?);
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
        fault_point::reach(FaultPoint::OffsetsKnown)?;
        self.log_offsets(&mut batch)?;
        fault_point::reach(FaultPoint::OffsetsLogged)?;
        self.execute(batch).await?;
        Ok(true)
    }

    /// Whether a batch without rows has something to release: the watermark moved
    /// with the batch before.
    fn wants_batch(&self) -> bool {
        if !self.warm || !self.no_data_batches {
            return false;
        }
        let inputs = self.plan.input_watermarks(self.watermark.current());
        let mut operators = self.plan.operators.iter().zip(inputs);
        operators.any(|(placed, input)| placed.operator.wants_batch(input))
    }

    /// Tells the operators which rows are late and which state is over.
    fn begin_operators(&mut self, batch: &Batch) {
        let inputs = self.plan.input_watermarks(batch.watermark);
        let before = std::mem::replace(&mut self.last_inputs, inputs);
        let late = match self.plan.propagation {
            Propagation::FromBelow => before,
            Propagation::Single => self.last_inputs.clone(),
        };
        let operators = self.plan.operators.iter();
        let late_limits = late.clone();
        for ((placed, late), evict) in operators.zip(late).zip(&self.last_inputs) {
            placed.operator.core().begin(BatchTimes {
                late,
                evict: *evict,
                batch: batch.started_millis,
            });
        }
        for tap in &self.plan.late_taps {
            tap.begin(late_limits.get(tap.operator).copied().unwrap_or(0));
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
        let now = self.setup.clock.now_millis();
        for call in &self.plan.watermarks {
            let seen = call.take_seen();
            if seen.count > 0 {
                self.watermark.see(call.id, seen.max - call.delay_millis);
                self.idle_sources.saw(call.id, now);
            }
            all.merge(&seen);
        }
        self.watermark.advance(&self.idle_sources.idle(now));
        all
    }

    /// The watermark goes on without the sources that have had no rows for too long.
    fn pass_idle_sources(&mut self) {
        let idle = self.idle_sources.idle(self.setup.clock.now_millis());
        if !idle.is_empty() {
            self.watermark.advance(&idle);
        }
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
        fault_point::reach(FaultPoint::SlotsFilled)?;
        self.begin_operators(&batch);
        for observing in &self.plan.observations {
            observing.begin()?;
        }
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
        fault_point::reach(FaultPoint::SinkDone)?;
        self.keep_late_rows(batch.id)?;
        batch.durations.add(Phase::AddBatch, self.since(running));
        let times = self.move_watermark();
        self.commit(&mut batch)?;
        self.warm = true;
        let propagated = self.plan.propagation == Propagation::FromBelow;
        if self.plan.redefined && propagated && self.watermark.current() > 0 {
            return Err(SparkError::new(
                "_LEGACY_ERROR_TEMP_3076",
                &[(
                    "config",
                    "spark.sql.streaming.statefulOperator.allowMultiple",
                )],
            ));
        }
        self.report(batch, count, times)
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
        let gave_up = |taken: &Result<()>| taken.as_ref().is_err_and(SparkError::is_stop);
        if rows.stopped || (gave_up(&taken) && setup.query.stop_requested()) {
            for placed in &self.plan.operators {
                placed.operator.abort()?;
            }
            return Ok(None);
        }
        taken.map(|()| Some(rows.rows))
    }

    fn keep_late_rows(&self, batch: BatchId) -> Result<()> {
        let Some(late_rows) = &self.setup.late_rows else {
            return Ok(());
        };
        // A join has one for each of its sides.
        let mut rows = BTreeMap::<usize, Vec<RecordBatch>>::new();
        for tap in &self.plan.late_taps {
            rows.entry(tap.operator).or_default().extend(tap.take());
        }
        rows.iter()
            .try_for_each(|(operator, rows)| late_rows.write(batch, *operator, rows))
    }

    fn commit(&mut self, batch: &mut Batch) -> Result<()> {
        let start = self.setup.clock.monotonic();
        for placed in &self.plan.operators {
            let core = placed.operator.core();
            core.commit(batch.id.0 + 1, self.retain)?;
            fault_point::reach(FaultPoint::OperatorCommitted)?;
        }
        fault_point::reach(FaultPoint::StateCommitted)?;
        if let Some(checkpoint) = &mut self.setup.checkpoint {
            let record = CommitRecord {
                next_batch_watermark_ms: self.watermark.current(),
                state_files: restart::state_files(&self.plan)?,
            };
            checkpoint.commits.add(batch.id, &record)?;
            fault_point::reach(FaultPoint::BatchCommitted)?;
            checkpoint.purge(batch.id, self.retain)?;
            fault_point::reach(FaultPoint::Purged)?;
        }
        for (source, end) in self.sources.iter_mut().zip(&batch.ends) {
            if let Some(end) = end {
                source.commit(end)?;
            }
        }
        fault_point::reach(FaultPoint::SourceCommitted)?;
        batch.durations.add(Phase::CommitOffsets, self.since(start));
        Ok(())
    }
}
