//! Snapshots in the background: one thread for the partitions of an operator.
//!
//! It starts with the first snapshot that is due and ends with the [`Maintenance`],
//! which waits for it. What went wrong is told at the next commit.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

use parking_lot::Mutex;

use super::snapshot::{Job, Made};
use super::store::StateStore;
use crate::error::{Result, SparkError};
use crate::time::Clock;

/// When a snapshot is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StateSettings {
    /// `spark.sql.streaming.stateStore.minDeltasForSnapshot`
    pub min_deltas: u64,
    /// `spark.sql.streaming.stateStore.maintenanceInterval`. A partition whose
    /// deltas are far more than its snapshot does not wait for it.
    pub interval: Duration,
}

impl Default for StateSettings {
    fn default() -> Self {
        Self {
            min_deltas: 10,
            interval: Duration::from_secs(60),
        }
    }
}

type Outcomes = Arc<Mutex<Vec<(usize, Result<Made>)>>>;

/// The snapshots of some partitions.
pub struct Maintenance {
    settings: StateSettings,
    clock: Arc<dyn Clock>,
    /// When the partitions were last looked through.
    last: Duration,
    worker: Option<Worker>,
}

struct Worker {
    /// None while it is being ended.
    jobs: Option<Sender<(usize, Job)>>,
    outcomes: Outcomes,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Maintenance {
    pub fn new(settings: StateSettings, clock: Arc<dyn Clock>) -> Self {
        Self {
            settings,
            last: clock.monotonic(),
            clock,
            worker: None,
        }
    }

    /// Takes over what was finished and begins what is due. To be called after each
    /// commit, always with the same partitions.
    pub fn tend(&mut self, stores: &mut [StateStore]) -> Result<()> {
        self.collect(stores)?;
        let now = self.clock.monotonic();
        let waited = now.saturating_sub(self.last) >= self.settings.interval;
        if waited {
            self.last = now;
        }
        let min_deltas = self.settings.min_deltas;
        for (number, store) in stores.iter_mut().enumerate() {
            if let Some(job) = store.begin_snapshot(min_deltas, waited) {
                self.worker()?.send(number, job)?;
            }
        }
        Ok(())
    }

    fn collect(&self, stores: &mut [StateStore]) -> Result<()> {
        let Some(worker) = &self.worker else {
            return Ok(());
        };
        // Asked first: what a thread left before it ended is seen below.
        let ended = worker.thread.as_ref().is_none_or(JoinHandle::is_finished);
        let outcomes = std::mem::take(&mut *worker.outcomes.lock());
        for (number, outcome) in outcomes {
            let outcome = outcome?;
            if let Some(store) = stores.get_mut(number) {
                store.end_snapshot(outcome);
            }
        }
        if ended {
            return Err(SparkError::internal("the thread of state snapshots ended"));
        }
        Ok(())
    }

    fn worker(&mut self) -> Result<&Worker> {
        let worker = match self.worker.take() {
            Some(worker) => worker,
            None => Worker::start()?,
        };
        Ok(self.worker.insert(worker))
    }

    /// Until what was begun is finished, well or not.
    #[cfg(test)]
    fn wait(&self, stores: &[StateStore]) {
        while let Some(worker) = &self.worker
            && stores.iter().any(StateStore::is_making_snapshot)
            && worker.outcomes.lock().is_empty()
        {
            std::thread::yield_now();
        }
    }
}

impl Worker {
    fn start() -> Result<Self> {
        let (jobs, todo) = mpsc::channel();
        let outcomes = Outcomes::default();
        let stop = Arc::new(AtomicBool::new(false));
        let (results, stopped) = (Arc::clone(&outcomes), Arc::clone(&stop));
        let thread = std::thread::Builder::new()
            .name("caudal-state".into())
            .spawn(move || work(&todo, &results, &stopped))
            .map_err(|e| SparkError::internal(format!("no thread for state snapshots: {e}")))?;
        Ok(Self {
            jobs: Some(jobs),
            outcomes,
            stop,
            thread: Some(thread),
        })
    }

    fn send(&self, number: usize, job: Job) -> Result<()> {
        let sent = self.jobs.as_ref().map(|jobs| jobs.send((number, job)));
        match sent {
            Some(Ok(())) => Ok(()),
            _ => Err(SparkError::internal("the thread of state snapshots ended")),
        }
    }
}

fn work(todo: &Receiver<(usize, Job)>, outcomes: &Outcomes, stop: &AtomicBool) {
    for (number, job) in todo {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let outcome = job.run(stop);
        outcomes.lock().push((number, outcome));
    }
}

impl Drop for Worker {
    /// A snapshot in progress is given up: its temporary file goes.
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // A panic there was reported at a commit, or there is none to come.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
#[path = "maintenance_tests.rs"]
mod tests;
