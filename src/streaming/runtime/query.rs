//! What a user holds of a running query: its names, its state, its progress, and
//! the ways to wait for it and to stop it.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use parking_lot::{Condvar, Mutex};
use uuid::Uuid;

use crate::error::{ErrorClass, Result, SparkError};
use crate::streaming::checkpoint::FsyncStats;
use crate::streaming::progress::{
    ProgressRing, QueryStatus, StatusMessage, StreamingQueryProgress,
};
use crate::time::Seat;

/// Whether and how a query has ended.
#[derive(Debug, Clone)]
enum Life {
    Running,
    Stopped,
    Failed(SparkError),
}

pub struct Query {
    id: Uuid,
    run_id: Uuid,
    name: Option<String>,
    state: Mutex<State>,
    /// Signalled at every change of `state`.
    changed: Condvar,
    /// Wakes the driver: there is something to do, or it shall stop.
    wake: tokio::sync::Notify,
    recent: Mutex<ProgressRing>,
    /// What the query's checkpoint waited for the disk.
    fsyncs: OnceLock<Arc<FsyncStats>>,
}

struct State {
    life: Life,
    stop: bool,
    status: QueryStatus,
    /// The last look for data that found none, by its number.
    idle_rounds: u64,
    /// Times that the driver has begun to look.
    rounds: u64,
    plan_text: Option<[String; 2]>,
    thread: Option<std::thread::JoinHandle<()>>,
}

/// What `processAllAvailable` waits for: a look at the sources that began after
/// the call and found nothing.
#[derive(Debug, Clone, Copy)]
pub struct Goal {
    /// Looks that had begun when the goal was set.
    round: u64,
}

impl Query {
    pub(super) fn new(id: Uuid, run_id: Uuid, name: Option<String>, recent: usize) -> Arc<Self> {
        Arc::new(Self {
            id,
            run_id,
            name,
            state: Mutex::new(State {
                life: Life::Running,
                stop: false,
                status: QueryStatus::default(),
                idle_rounds: 0,
                rounds: 0,
                plan_text: None,
                thread: None,
            }),
            changed: Condvar::new(),
            wake: tokio::sync::Notify::new(),
            recent: Mutex::new(ProgressRing::new(recent)),
            fsyncs: OnceLock::new(),
        })
    }

    pub fn id(&self) -> Uuid {
        self.id
    }

    pub fn run_id(&self) -> Uuid {
        self.run_id
    }

    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    pub fn is_active(&self) -> bool {
        matches!(self.state.lock().life, Life::Running)
    }

    pub fn status_json(&self) -> String {
        self.state.lock().status.to_json().to_string()
    }

    pub fn last_progress(&self) -> Option<String> {
        self.recent.lock().last().map(|p| p.json())
    }

    pub fn recent_progress(&self) -> Vec<String> {
        self.recent
            .lock()
            .recent()
            .iter()
            .map(|p| p.json())
            .collect()
    }

    pub fn exception(&self) -> Option<SparkError> {
        match &self.state.lock().life {
            Life::Failed(error) => Some(error.clone()),
            _ => None,
        }
    }

    pub fn explain(&self, extended: bool) -> String {
        let state = self.state.lock();
        match &state.plan_text {
            Some([short, long]) => (if extended { long } else { short }).clone(),
            None => "No physical plan. Waiting for data.".into(),
        }
    }

    /// How often the query has waited for the disk, and how long in all.
    pub fn fsyncs(&self) -> (u64, Duration) {
        self.fsyncs
            .get()
            .map_or((0, Duration::ZERO), |s| (s.count(), s.total()))
    }

    pub(super) fn attach_fsyncs(&self, stats: Arc<FsyncStats>) {
        let _ = self.fsyncs.set(stats);
    }

    /// Waits for the end for up to `slice`; the query's error if it failed.
    pub fn await_termination(&self, slice: Duration) -> Result<bool> {
        let mut state = self.state.lock();
        if matches!(state.life, Life::Running) {
            self.changed.wait_for(&mut state, slice);
        }
        match &state.life {
            Life::Running => Ok(false),
            Life::Stopped => Ok(true),
            Life::Failed(error) => Err(error.clone()),
        }
    }

    /// Notes the moment of a call of `processAllAvailable` and wakes the driver.
    pub fn begin_process_all(&self) -> Goal {
        let state = self.state.lock();
        let goal = Goal {
            round: state.rounds,
        };
        drop(state);
        self.wake.notify_one();
        goal
    }

    /// Whether a look that began after the goal was set has found nothing.
    pub fn reached(&self, goal: &Goal, slice: Duration) -> Result<bool> {
        let mut state = self.state.lock();
        let done = |state: &State| state.idle_rounds > goal.round;
        if matches!(state.life, Life::Running) && !done(&state) {
            self.changed.wait_for(&mut state, slice);
        }
        match &state.life {
            Life::Failed(error) => Err(error.clone()),
            Life::Stopped => Ok(true),
            Life::Running => Ok(done(&state)),
        }
    }

    /// Stops the query and waits until it has.
    pub fn stop(&self) -> Result<()> {
        let thread = {
            let mut state = self.state.lock();
            state.stop = true;
            state.thread.take()
        };
        self.wake.notify_one();
        if let Some(thread) = thread {
            thread
                .join()
                .map_err(|_| SparkError::internal("a query's thread panicked"))?;
        }
        let mut state = self.state.lock();
        while matches!(state.life, Life::Running) {
            self.changed.wait(&mut state);
        }
        Ok(())
    }

    // What follows is the driver's side.

    pub(super) fn attach_thread(&self, thread: std::thread::JoinHandle<()>) {
        self.state.lock().thread = Some(thread);
    }

    pub(super) fn stop_requested(&self) -> bool {
        self.state.lock().stop
    }

    pub(super) fn set_plan_text(&self, text: [String; 2]) {
        self.state.lock().plan_text = Some(text);
    }

    pub(super) fn set_status(&self, message: StatusMessage, data: bool, active: bool) {
        self.state.lock().status = QueryStatus {
            message,
            is_data_available: data,
            is_trigger_active: active,
        };
    }

    /// A look at the sources begins; gives its number.
    pub(super) fn begin_round(&self) -> u64 {
        let mut state = self.state.lock();
        state.rounds += 1;
        state.rounds
    }

    /// The look with this number found nothing.
    pub(super) fn found_nothing(&self, round: u64) {
        let mut state = self.state.lock();
        state.idle_rounds = state.idle_rounds.max(round);
        state.status.message = StatusMessage::WaitingForData;
        state.status.is_data_available = false;
        state.status.is_trigger_active = false;
        drop(state);
        self.changed.notify_all();
    }

    pub(super) fn publish(&self, progress: StreamingQueryProgress) {
        self.recent.lock().push(Arc::new(progress));
        self.changed.notify_all();
    }

    pub(super) fn last_record(&self) -> Option<Arc<StreamingQueryProgress>> {
        self.recent.lock().last().cloned()
    }

    /// Returns after `time`, or earlier when the query is woken or stopped.
    pub(super) async fn sleep(&self, time: Duration) {
        let _ = tokio::time::timeout(time, self.wake.notified()).await;
    }

    /// Returns once the clock is at `millis`, or earlier when a stop is asked for.
    pub(super) async fn rest(&self, seat: &dyn Seat, millis: i64) {
        tokio::select! {
            () = seat.until(millis) => {}
            () = self.stopped() => {}
        }
    }

    /// Resolves once a stop was asked for.
    pub(super) async fn stopped(&self) {
        while !self.stop_requested() {
            self.wake.notified().await;
        }
    }

    pub(super) fn end(&self, result: Result<()>) {
        let mut state = self.state.lock();
        let message = match &result {
            Ok(()) => StatusMessage::Stopped,
            Err(error) => StatusMessage::Failed(error.message().to_string()),
        };
        state.status = QueryStatus {
            message,
            is_data_available: false,
            is_trigger_active: false,
        };
        state.life = match result {
            Ok(()) => Life::Stopped,
            Err(error) => Life::Failed(self.failure(error)),
        };
        drop(state);
        self.changed.notify_all();
    }

    /// The error as `awaitTermination` raises it.
    fn failure(&self, error: SparkError) -> SparkError {
        if error.class() == ErrorClass::StreamingQuery {
            return error;
        }
        let parameters = [
            ("id", self.id.to_string()),
            ("runId", self.run_id.to_string()),
            ("message", error.message().to_string()),
        ];
        let borrowed: Vec<_> = parameters.iter().map(|(k, v)| (*k, v.as_str())).collect();
        SparkError::new("STREAM_FAILED", &borrowed).with_cause(error)
    }
}
