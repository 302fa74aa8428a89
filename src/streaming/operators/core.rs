//! What every operator with state has in common: its store, the watermarks of the
//! batch that runs, and its figures. What it does with them is its own business.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::{MappedMutexGuard, Mutex, MutexGuard};

use super::StatePartitions;
use crate::error::{Result, SparkError};
use crate::streaming::state::StateLayout;
use crate::time::Clock;

/// What a batch tells its operators. Times are epoch milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BatchTimes {
    /// Rows that are not after this are late: the operator's watermark one batch ago.
    pub late: i64,
    /// State that is not after this has had its time: the operator's watermark now.
    pub evict: i64,
    /// When the batch began; fixed in the log.
    pub batch: i64,
}

/// Figures of an operator for a progress record.
#[derive(Debug, Clone, Copy, Default)]
pub struct OperatorFigures {
    pub rows_total: u64,
    pub rows_updated: u64,
    pub rows_removed: u64,
    pub rows_dropped: u64,
    pub rows_in: u64,
    pub rows_out: u64,
    pub memory_bytes: u64,
    pub partitions: u64,
    pub update_time: Duration,
    pub removal_time: Duration,
    pub commit_time: Duration,
}

/// State, times and figures behind one lock: a batch works on them alone.
pub struct Work {
    state: Option<StatePartitions>,
    pub times: BatchTimes,
    pub figures: OperatorFigures,
    /// How many rows the state counts for, where that is not one a key.
    pub rows: Option<u64>,
    /// Entries of the store that are no rows of the user's.
    pub uncounted: u64,
    /// Bytes of memory that the operator has beside its store.
    pub beside: usize,
}

impl Work {
    pub fn state(&mut self) -> Result<&mut StatePartitions> {
        self.state
            .as_mut()
            .ok_or_else(|| SparkError::internal("an operator has no state yet"))
    }

    pub fn state_ref(&self) -> Result<&StatePartitions> {
        self.state
            .as_ref()
            .ok_or_else(|| SparkError::internal("an operator has no state yet"))
    }

    /// Takes the store's own figures, at the end of a batch.
    pub fn measure(&mut self) {
        if let Some(state) = &self.state {
            let entries = (state.len() as u64).saturating_sub(self.uncounted);
            self.figures.rows_total = self.rows.unwrap_or(entries);
            self.figures.memory_bytes = (state.memory_bytes() + self.beside) as u64;
        }
    }
}

pub struct OperatorCore {
    /// As progress records call the operator.
    name: &'static str,
    layout: StateLayout,
    clock: Arc<dyn Clock>,
    work: Mutex<Work>,
}

impl OperatorCore {
    pub fn new(name: &'static str, layout: StateLayout, clock: Arc<dyn Clock>) -> Self {
        Self {
            name,
            layout,
            clock,
            work: Mutex::new(Work {
                state: None,
                times: BatchTimes::default(),
                figures: OperatorFigures::default(),
                rows: None,
                uncounted: 0,
                beside: 0,
            }),
        }
    }

    pub fn name(&self) -> &'static str {
        self.name
    }

    /// What the keys and values mean; a checkpoint with another meaning is refused.
    pub fn layout(&self) -> &StateLayout {
        &self.layout
    }

    /// Gives the operator its state, before the first batch.
    pub fn attach(&self, state: StatePartitions) {
        let mut work = self.work.lock();
        work.figures.partitions = state.partitions() as u64;
        work.state = Some(state);
        work.measure();
    }

    /// A batch begins: the figures of the one before are forgotten.
    pub fn begin(&self, times: BatchTimes) {
        let mut work = self.work.lock();
        work.times = times;
        work.figures = OperatorFigures {
            rows_total: work.figures.rows_total,
            memory_bytes: work.figures.memory_bytes,
            partitions: work.figures.partitions,
            ..OperatorFigures::default()
        };
    }

    pub fn times(&self) -> BatchTimes {
        self.work.lock().times
    }

    /// Makes the batch's changes durable as `version`.
    pub fn commit(&self, version: u64, retain: u64) -> Result<()> {
        let start = self.clock.monotonic();
        let mut work = self.work.lock();
        work.state()?.commit(version, retain)?;
        work.measure();
        work.figures.commit_time = self.clock.monotonic().saturating_sub(start);
        Ok(())
    }

    /// Forgets what a failed batch did.
    pub fn abort(&self) {
        if let Some(state) = &mut self.work.lock().state {
            state.abort();
        }
    }

    pub fn figures(&self) -> OperatorFigures {
        self.work.lock().figures
    }

    pub fn lock(&self) -> MutexGuard<'_, Work> {
        self.work.lock()
    }

    pub fn state(&self) -> Result<MappedMutexGuard<'_, StatePartitions>> {
        MutexGuard::try_map(self.work.lock(), |work| work.state.as_mut())
            .map_err(|_| SparkError::internal("an operator has no state yet"))
    }

    pub fn now(&self) -> Duration {
        self.clock.monotonic()
    }

    /// Epoch milliseconds, between batches: within one the batch's own time counts.
    pub fn now_millis(&self) -> i64 {
        self.clock.now_millis()
    }

    pub fn since(&self, start: Duration) -> Duration {
        self.clock.monotonic().saturating_sub(start)
    }
}

/// An operator with state, as the loop of a query sees it.
pub trait StatefulOperator: Send + Sync {
    fn core(&self) -> &OperatorCore;

    /// The state has been opened; what is derived from it can be built.
    fn opened(&self) -> Result<()> {
        Ok(())
    }

    /// The batch that failed or was stopped did nothing.
    fn abort(&self) -> Result<()> {
        self.core().abort();
        Ok(())
    }

    /// The watermark of the rows that come out, given that of the rows that go in.
    fn output_watermark(&self, input: i64) -> Option<i64> {
        Some(input)
    }

    /// The earliest watermark at which something of the state has had its time, in
    /// microseconds; none where nothing waits for one.
    fn earliest(&self) -> Option<i64> {
        None
    }

    /// Whether rows come out of what has had its time.
    fn releases(&self) -> bool {
        true
    }

    /// Whether a batch without rows would change something, were the watermark `next`.
    fn wants_batch(&self, next: i64) -> bool {
        next > self.core().times().evict
    }
}
