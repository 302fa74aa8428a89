//! The rows of one epoch of a continuous query on their way into the sink: what the
//! source has is run through the plan at once, and while it has nothing the sink waits.
//!
//! To the sink an epoch is a batch whose rows take their time. The plan is run for each
//! portion of the source's rows and not once an epoch, since operators may gather rows
//! until their input ends.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use arrow::record_batch::RecordBatch;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::execution_plan::reset_plan_states;
use futures::StreamExt;
use tokio::runtime::Runtime;

use super::driver::Setup;
use crate::engine::from_datafusion;
use crate::error::Result;
use crate::execution::named;
use crate::streaming::checkpoint::fault_point::{self, FaultPoint};
use crate::streaming::incremental::StreamPlan;
use crate::streaming::sources::{ContinuousSource, Reader};

pub(super) struct EpochRows<'a> {
    pub runtime: &'static Runtime,
    pub setup: &'a Setup,
    pub plan: &'a StreamPlan,
    pub physical: &'a mut Arc<dyn ExecutionPlan>,
    pub context: &'a Arc<TaskContext>,
    pub source: &'a mut dyn ContinuousSource,
    /// When the epoch ends, in epoch milliseconds; with its first rows where none.
    pub ends: Option<i64>,
    pub state: State,
}

/// How far an epoch has got.
#[derive(Default)]
pub(super) struct State {
    portion: Option<SendableRecordBatchStream>,
    /// Rows were taken from the source.
    has_rows: bool,
    /// The round of looks that began when `processAllAvailable` was called: the epoch
    /// ends once the source has nothing more.
    pub round: Option<u64>,
    /// The query was stopped amidst a portion: the epoch must not be committed.
    pub broken: bool,
    done: bool,
}

impl EpochRows<'_> {
    /// The next rows, or none at the end of the epoch.
    fn pull(&mut self) -> Result<Option<RecordBatch>> {
        loop {
            if let Some(batch) = self.rest_of_portion()? {
                return Ok(Some(batch));
            }
            if self.is_over() {
                return Ok(None);
            }
            match self.source.take()? {
                Some(rows) => self.begin_portion(rows)?,
                None if self.state.round.is_some() => return Ok(None),
                None => self.wait(),
            }
        }
    }

    /// Whether the epoch ends before the next portion.
    fn is_over(&mut self) -> bool {
        let query = &self.setup.query;
        // Rows that the sink has are committed with it: a stop gives none twice.
        if query.stop_requested() {
            return true;
        }
        if query.take_asked() {
            self.state.round = Some(query.begin_round());
        }
        if self.state.round.is_some() {
            return false;
        }
        match self.ends {
            Some(ends) => self.setup.clock.now_millis() >= ends,
            None => self.state.has_rows,
        }
    }

    fn begin_portion(&mut self, rows: Arc<dyn Reader>) -> Result<()> {
        self.state.has_rows = true;
        for leaf in &self.plan.leaves {
            leaf.slot.fill(Some(Arc::clone(&rows)));
        }
        let now = self.setup.clock.now_micros();
        self.plan.clock.run.store(now, Ordering::Relaxed);
        self.plan.clock.batch.store(now, Ordering::Relaxed);
        let again = reset_plan_states(Arc::clone(self.physical)).map_err(from_datafusion)?;
        *self.physical = again;
        let stream = Arc::clone(self.physical).execute(0, Arc::clone(self.context));
        self.state.portion = Some(stream.map_err(from_datafusion)?);
        Ok(())
    }

    fn rest_of_portion(&mut self) -> Result<Option<RecordBatch>> {
        while let Some(portion) = &mut self.state.portion {
            match self.runtime.block_on(portion.next()) {
                None => self.state.portion = None,
                Some(Err(error)) => {
                    // A leaf that is told to stop ends with an error.
                    self.state.broken = self.setup.query.stop_requested();
                    return Err(from_datafusion(error));
                }
                Some(Ok(batch)) if batch.num_rows() == 0 => {}
                Some(Ok(batch)) => {
                    let mut named = named(&self.setup.resolved, vec![batch])?;
                    return Ok(named.pop());
                }
            }
        }
        Ok(None)
    }

    /// Until there may be rows, the epoch is over or the query is wanted.
    fn wait(&self) {
        let seat = self.setup.seat.as_ref();
        let due = self.source.due_millis();
        let next = match (due, self.ends) {
            (Some(due), Some(ends)) if due > ends => seat.until(ends),
            (Some(due), _) => seat.promptly(due),
            (None, Some(ends)) => seat.until(ends),
            (None, None) => Box::pin(std::future::pending()),
        };
        self.runtime.block_on(async {
            tokio::select! {
                () = next => {}
                () = self.setup.query.woken() => {}
            }
        });
    }
}

impl Iterator for EpochRows<'_> {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.state.done {
            return None;
        }
        let mut next = self.pull();
        if matches!(next, Ok(None))
            && let Err(error) = fault_point::reach(FaultPoint::PlanRun)
        {
            next = Err(error);
        }
        self.state.done = !matches!(next, Ok(Some(_)));
        next.transpose()
    }
}

/// Ends what is left of an epoch when its sink wants no more.
pub(super) fn drain(rows: &mut EpochRows<'_>) -> Result<()> {
    rows.try_for_each(|rest| rest.map(drop))
}
