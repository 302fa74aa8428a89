//! The loop of a continuous query, on its own thread: rows go from the source through
//! the plan into the sink as they come, and every so often an epoch ends.
//!
//! The end of an epoch: the sink keeps what it has got, then the place of the source is
//! written to the offset log and the commit log says that it is done, both beside the
//! rows of the next epoch. A restart goes on from the last place that was committed;
//! rows after it come again, so that each comes at least once. The first epoch of a run
//! ends at once: its place is where the run began.

use std::sync::Arc;

use datafusion::execution::TaskContext;
use datafusion::physical_plan::ExecutionPlan;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

use super::driver::Setup;
use super::epoch::{EpochRows, State, drain};
use super::opening::{explained, propagation, store_choice};
use super::restart;
use crate::engine::at_work::during;
use crate::error::{Result, SparkError};
use crate::execution::conf::MIN_BATCHES;
use crate::execution::{Runner, runtime};
use crate::streaming::checkpoint::fault_point::{self, FaultPoint};
use crate::streaming::checkpoint::{BatchId, Checkpoint, CommitRecord, OffsetRecord};
use crate::streaming::incremental::{self, StreamPlan};
use crate::streaming::progress::StatusMessage;
use crate::streaming::sources::{ContinuousSource, open_continuous};

pub(super) struct ContinuousDriver {
    runtime: &'static Runtime,
    setup: Setup,
    context: Arc<TaskContext>,
    plan: StreamPlan,
    physical: Arc<dyn ExecutionPlan>,
    source: Box<dyn ContinuousSource>,
    epoch: BatchId,
    log: EpochLog,
}

impl ContinuousDriver {
    pub fn run(setup: Setup) -> Result<()> {
        let runtime = runtime()?;
        let _inside = runtime.enter();
        let work = setup.at_work();
        let mut driver = runtime.block_on(during(work, Self::prepare(runtime, setup)))?;
        let result = driver.turn();
        // Nothing of the query writes any more once it has ended.
        let settled = driver.log.settle(runtime);
        result.and(settled.map(drop))
    }

    async fn prepare(runtime: &'static Runtime, mut setup: Setup) -> Result<Self> {
        let query = Arc::clone(&setup.query);
        query.set_status(StatusMessage::InitializingSources, false, false);
        if !setup.sink.takes_epochs() {
            // Spark finds out here, too, and says no more.
            let millis = setup.trigger.interval().as_millis();
            return Err(SparkError::plain(
                crate::error::ErrorClass::SparkRuntime,
                format!("Unknown type of trigger: ContinuousTrigger({millis})"),
            ));
        }
        let runner = Runner::of_stream();
        let choices = incremental::Choices {
            merge_sessions_first: false,
            keep_late: false,
            readers: incremental::FilteringReaders::of(&setup.session.conf),
            propagation: propagation(&setup),
            store: store_choice(&setup),
        };
        let (resolved, clock) = (&setup.resolved, &setup.clock);
        let plan = incremental::plan(resolved, &runner, setup.mode, clock, choices).await?;
        check_plan(&setup, &plan)?;
        for leaf in &plan.leaves {
            leaf.slot.obey(query.halt());
        }
        query.set_plan_text(explained(&setup, &plan, &runner)?);
        let (epoch, start) = starting_point(setup.checkpoint.as_mut(), &plan)?;
        let Some(leaf) = plan.leaves.first() else {
            return Err(SparkError::internal("a continuous query has a source"));
        };
        let conf = &setup.session.conf;
        let start = start.as_deref();
        let source = open_continuous(leaf.stream()?, conf, &setup.clock, start, query.waker())?;
        if let Some(checkpoint) = &setup.checkpoint {
            query.attach_fsyncs(Arc::clone(checkpoint.stats()));
        }
        let log = EpochLog {
            retain: conf.number(MIN_BATCHES, 100) as u64,
            checkpoint: setup.checkpoint.take(),
            writing: None,
        };
        Ok(Self {
            runtime,
            context: setup.at_work().context(runner.state()),
            physical: Arc::clone(&plan.physical),
            plan,
            source,
            epoch,
            log,
            setup,
        })
    }

    fn turn(&mut self) -> Result<()> {
        let query = Arc::clone(&self.setup.query);
        query.set_status(StatusMessage::Running, false, false);
        let mut ends = Some(self.setup.clock.now_millis());
        while !query.stop_requested() {
            fault_point::entering(self.epoch);
            let Some(round) = self.run_epoch(ends)? else {
                return Ok(());
            };
            query.set_status(StatusMessage::CommittingEpoch(self.epoch.0), false, false);
            self.commit()?;
            if let Some(round) = round {
                self.settle()?;
                query.caught_up(round);
            }
            self.epoch = self.epoch.next();
            ends = self.setup.trigger.next(self.setup.clock.now_millis());
        }
        self.settle()
    }

    /// Gives the sink the rows of an epoch; `None` when the query was stopped amidst them,
    /// else the round that `processAllAvailable` waits for.
    fn run_epoch(&mut self, ends: Option<i64>) -> Result<Option<Option<u64>>> {
        let mut rows = EpochRows {
            runtime: self.runtime,
            setup: &self.setup,
            plan: &self.plan,
            physical: &mut self.physical,
            context: &self.context,
            source: self.source.as_mut(),
            ends,
            state: State::default(),
        };
        let sink = &self.setup.sink;
        let taken = sink.add_batch(self.epoch, &mut rows, self.setup.mode);
        let taken = taken.and_then(|()| drain(&mut rows));
        if rows.state.broken {
            return Ok(None);
        }
        taken?;
        fault_point::reach(FaultPoint::SinkDone)?;
        Ok(Some(rows.state.round))
    }

    /// The sink has the epoch: writes down where the source is, beside what follows.
    fn commit(&mut self) -> Result<()> {
        self.settle()?;
        self.log
            .begin(self.runtime, self.epoch, self.source.place());
        Ok(())
    }

    /// Until the epoch that is being written is durable.
    fn settle(&mut self) -> Result<()> {
        if let Some(end) = self.log.settle(self.runtime)? {
            self.source.commit(&end)?;
        }
        Ok(())
    }
}

/// What the checks of analysis were told to let through and cannot be run.
fn check_plan(setup: &Setup, plan: &StreamPlan) -> Result<()> {
    if !plan.operators.is_empty() {
        return Err(SparkError::not_implemented(
            "an operator with state under the trigger continuous",
        ));
    }
    if plan.leaves.len() != 1 {
        return Err(SparkError::not_implemented(
            "several sources under the trigger continuous",
        ));
    }
    if setup.late_rows.is_some() {
        return Err(SparkError::not_implemented(
            "caudal.lateRowsPath under the trigger continuous",
        ));
    }
    Ok(())
}

/// The epoch to run first, and where it starts. What was planned after the last commit
/// is forgotten: those rows come again.
fn starting_point(
    checkpoint: Option<&mut Checkpoint>,
    plan: &StreamPlan,
) -> Result<(BatchId, Option<String>)> {
    let Some(checkpoint) = checkpoint else {
        return Ok((BatchId::FIRST, None));
    };
    let sources = plan.leaves.len();
    let done = checkpoint.commits.latest();
    let record = match done {
        Some(done) => Some(checkpoint.planned(done, sources)?),
        None => {
            // A first epoch that was not done says at least whose checkpoint this is.
            if let Some(planned) = checkpoint.offsets.latest() {
                checkpoint.offsets.get(planned, sources)?;
            }
            None
        }
    };
    checkpoint.offsets.purge_after(done)?;
    restart::check(checkpoint, plan)?;
    let start = record.and_then(|mut record| record.offsets.pop().flatten());
    Ok((done.map_or(BatchId::FIRST, BatchId::next), start))
}

/// The logs of the epochs, which are written beside the rows of the next.
struct EpochLog {
    retain: u64,
    /// None where nothing is kept, and while an epoch is being written.
    checkpoint: Option<Checkpoint>,
    writing: Option<JoinHandle<(Checkpoint, Result<Option<String>>)>>,
}

impl EpochLog {
    /// Begins to write the end of an epoch. The one before must be settled.
    fn begin(&mut self, runtime: &Runtime, epoch: BatchId, end: Option<String>) {
        let Some(mut checkpoint) = self.checkpoint.take() else {
            return;
        };
        let retain = self.retain;
        self.writing = Some(runtime.spawn_blocking(move || {
            let written = write(&mut checkpoint, epoch, end.clone(), retain);
            (checkpoint, written.map(|()| end))
        }));
    }

    /// Waits until the logs have what was begun; the place that is committed with it.
    fn settle(&mut self, runtime: &Runtime) -> Result<Option<String>> {
        let Some(writing) = self.writing.take() else {
            return Ok(None);
        };
        let (checkpoint, written) = runtime.block_on(writing).map_err(SparkError::internal)?;
        self.checkpoint = Some(checkpoint);
        written
    }
}

fn write(
    checkpoint: &mut Checkpoint,
    epoch: BatchId,
    end: Option<String>,
    retain: u64,
) -> Result<()> {
    // The query is in the next epoch by now.
    let _beside = fault_point::Beside::of(epoch);
    fault_point::reach(FaultPoint::OffsetsKnown)?;
    checkpoint
        .offsets
        .add(epoch, &OffsetRecord::of_epoch(end))?;
    fault_point::reach(FaultPoint::OffsetsLogged)?;
    checkpoint.commits.add(epoch, &CommitRecord::default())?;
    fault_point::reach(FaultPoint::BatchCommitted)?;
    checkpoint.purge(epoch, retain)?;
    fault_point::reach(FaultPoint::Purged)
}
