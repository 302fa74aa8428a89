//! What a user holds of a running query: its names, its state, its progress, and
//! the ways to wait for it and to stop it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::ThreadId;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};
use uuid::Uuid;

use super::listeners::{Bus, Event, with_explanation};
use super::park;
use crate::error::{ErrorClass, Result, SparkError};
use crate::execution::conf::{Conf, STOP_TIMEOUT};
use crate::streaming::checkpoint::FsyncStats;
use crate::streaming::progress::{
    Explanation, ProgressRing, QueryStatus, StatusMessage, StreamingQueryProgress,
};
use crate::time::Seat;

/// The condition of an error that the function of `foreachBatch` raised.
const USER_FUNCTION: &str = "FOREACH_BATCH_USER_FUNCTION_ERROR";

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
    wake: Arc<tokio::sync::Notify>,
    /// `processAllAvailable` was called and the driver has not looked since.
    asked: AtomicBool,
    recent: Mutex<ProgressRing>,
    /// What is known of the last batch, or of the last look that found nothing.
    explanation: Mutex<Option<Arc<Explanation>>>,
    /// A stop was asked for: what reads a batch ends where it is.
    halt: Arc<AtomicBool>,
    /// The session's settings as they are now.
    conf: Arc<Conf>,
    bus: Arc<Bus>,
    /// What the query's checkpoint waited for the disk.
    fsyncs: OnceLock<Arc<FsyncStats>>,
}

struct State {
    life: Life,
    /// Nothing of the query runs any more, its thread least of all.
    gone: bool,
    status: QueryStatus,
    /// The last look for data that found none, by its number.
    idle_rounds: u64,
    /// Times that the driver has begun to look.
    rounds: u64,
    plan_text: Option<[String; 2]>,
    /// The thread of the query's loop, which cannot wait for its own end.
    thread: Option<ThreadId>,
}

/// What a query is called, and what it shares with its session.
pub(super) struct Identity {
    pub id: Uuid,
    pub run_id: Uuid,
    pub name: Option<String>,
    pub conf: Arc<Conf>,
    pub bus: Arc<Bus>,
}

/// What `processAllAvailable` waits for: a look at the sources that began after
/// the call and found nothing.
#[derive(Debug, Clone, Copy)]
pub struct Goal {
    /// Looks that had begun when the goal was set.
    round: u64,
}

impl Query {
    pub(super) fn new(identity: Identity, recent: usize) -> Arc<Self> {
        Arc::new(Self {
            id: identity.id,
            run_id: identity.run_id,
            name: identity.name,
            state: Mutex::new(State {
                life: Life::Running,
                gone: false,
                status: QueryStatus::default(),
                idle_rounds: 0,
                rounds: 0,
                plan_text: None,
                thread: None,
            }),
            changed: Condvar::new(),
            wake: Arc::default(),
            asked: AtomicBool::new(false),
            recent: Mutex::new(ProgressRing::new(recent)),
            explanation: Mutex::default(),
            halt: Arc::default(),
            conf: identity.conf,
            bus: identity.bus,
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

    /// The last record as JSON, with our explanation beside Spark's fields.
    pub fn last_progress(&self) -> Option<String> {
        let last = self.last_record()?;
        Some(with_explanation(&last).to_string())
    }

    pub fn recent_progress(&self) -> Vec<String> {
        let records = self.recent.lock().recent();
        let texts = records.iter().map(|p| with_explanation(p).to_string());
        texts.collect()
    }

    /// Why there is no output, as JSON; none before the first look for data.
    pub fn why_empty(&self) -> Option<String> {
        let explanation = self.explanation.lock().clone()?;
        Some(explanation.to_value().to_string())
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
        if !state.gone {
            self.changed.wait_for(&mut state, slice);
        }
        // Not before the session has taken it off its list of active queries.
        match &state.life {
            Life::Failed(error) if state.gone => Err(error.clone()),
            _ => Ok(state.gone),
        }
    }

    /// Notes the moment of a call of `processAllAvailable` and wakes the driver.
    pub fn begin_process_all(&self) -> Goal {
        let state = self.state.lock();
        let goal = Goal {
            round: state.rounds,
        };
        self.asked.store(true, Ordering::Release);
        drop(state);
        self.wake.notify_one();
        goal
    }

    /// Whether a look that began after the goal was set has found nothing.
    pub fn reached(&self, goal: &Goal, slice: Duration) -> Result<bool> {
        let mut state = self.state.lock();
        let done = |state: &State| state.idle_rounds > goal.round;
        if !state.gone && !done(&state) {
            self.changed.wait_for(&mut state, slice);
        }
        match &state.life {
            Life::Running => Ok(done(&state)),
            Life::Failed(error) if state.gone => Err(error.clone()),
            _ => Ok(state.gone),
        }
    }

    /// Asks the query to end; does not wait for it.
    pub fn request_stop(&self) {
        // Under the lock, so that whoever looks and then waits hears of it.
        let state = self.state.lock();
        self.halt.store(true, Ordering::Release);
        drop(state);
        self.wake.notify_one();
    }

    /// Waits for up to `slice` until nothing of the query runs any more. On the query's
    /// own thread (in `foreachBatch`, in `onQueryStarted`) that cannot be waited for.
    pub fn has_gone(&self, slice: Duration) -> bool {
        let mut state = self.state.lock();
        if state.thread == Some(std::thread::current().id()) {
            return true;
        }
        if !state.gone {
            self.changed.wait_for(&mut state, slice);
        }
        state.gone
    }

    /// How long `stop()` waits; none without a limit.
    pub fn stop_timeout(&self) -> Option<Duration> {
        let millis = self.conf.millis(STOP_TIMEOUT).filter(|m| *m > 0)?;
        Some(Duration::from_millis(u64::try_from(millis).ok()?))
    }

    /// The error of a `stop()` that has waited for long enough.
    pub fn stop_timed_out(&self) -> SparkError {
        let name = self.name().map_or(String::new(), |name| format!("{name} "));
        let millis = self.stop_timeout().unwrap_or_default().as_millis();
        SparkError::plain(
            ErrorClass::SparkRuntime,
            format!(
                "Stream Execution thread for stream {name}[id = {}, runId = {}] failed to stop within {millis} milliseconds (specified by {STOP_TIMEOUT}). See the cause on what was being executed in the streaming query thread.",
                self.id, self.run_id
            ),
        )
    }

    /// Stops the query and waits until it has, for as long as the setting allows.
    pub fn stop(&self) -> Result<()> {
        self.request_stop();
        match self.stop_timeout() {
            Some(limit) => {
                let mut state = self.state.lock();
                let here = state.thread == Some(std::thread::current().id());
                let running = |state: &mut State| !state.gone;
                if !here
                    && self
                        .changed
                        .wait_while_for(&mut state, running, limit)
                        .timed_out()
                {
                    drop(state);
                    return Err(self.stop_timed_out());
                }
            }
            None => while !self.has_gone(Duration::from_secs(3600)) {},
        }
        Ok(())
    }

    // What follows is the driver's side.

    /// This thread is the query's.
    pub(super) fn attach_thread(&self) {
        self.state.lock().thread = Some(std::thread::current().id());
    }

    pub(super) fn bus(&self) -> &Bus {
        &self.bus
    }

    /// True once a stop was asked for.
    pub fn halt(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.halt)
    }

    pub(super) fn stop_requested(&self) -> bool {
        self.halt.load(Ordering::Acquire)
    }

    pub(super) fn explain_output(&self, explanation: Arc<Explanation>) {
        *self.explanation.lock() = Some(explanation);
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

    /// All that was there when the round with this number began is done.
    pub(super) fn caught_up(&self, round: u64) {
        let mut state = self.state.lock();
        state.idle_rounds = state.idle_rounds.max(round);
        drop(state);
        self.changed.notify_all();
    }

    /// Whether `processAllAvailable` was called since this was last asked.
    pub(super) fn take_asked(&self) -> bool {
        self.asked.swap(false, Ordering::AcqRel)
    }

    /// Wakes the driver from wherever it is called.
    pub(super) fn waker(&self) -> Arc<dyn Fn() + Send + Sync> {
        let wake = Arc::clone(&self.wake);
        Arc::new(move || wake.notify_one())
    }

    /// Resolves when the driver is woken, or has been since it last was.
    pub(super) async fn woken(&self) {
        self.wake.notified().await;
    }

    /// Keeps the record of a batch and tells the listeners of it.
    pub(super) fn publish(&self, progress: StreamingQueryProgress) {
        let progress = Arc::new(progress);
        self.recent.lock().push(Arc::clone(&progress));
        self.bus.post(|| Event::Progress(progress));
        self.changed.notify_all();
    }

    /// Keeps the record of a look that found nothing; listeners are told that, not the
    /// record, and nothing the first time.
    pub(super) fn publish_idle(&self, progress: StreamingQueryProgress, told: bool) {
        let at = progress.timestamp_millis;
        self.recent.lock().push(Arc::new(progress));
        if told {
            let (id, run_id) = (self.id, self.run_id);
            self.bus.post(|| Event::Idle { id, run_id, at });
        }
        self.changed.notify_all();
    }

    pub(super) fn last_record(&self) -> Option<Arc<StreamingQueryProgress>> {
        self.recent.lock().last().cloned()
    }

    /// Returns after `time`, or earlier when the query is woken or stopped.
    ///
    /// On the query's own thread, without the runtime's timer: that one would wake a
    /// second thread for each look at the sources.
    pub(super) fn sleep(&self, time: Duration) {
        park::wait(self.wake.notified(), time);
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

    /// The very end: nothing runs any more, and whoever waits for that may go on.
    pub(super) fn leave(&self) {
        self.state.lock().gone = true;
        self.changed.notify_all();
    }

    /// Tells the listeners of the end.
    pub(super) fn post_end(&self, error: Option<&SparkError>) {
        let (id, run_id) = (self.id, self.run_id);
        let condition = error.map(SparkError::condition).filter(|c| !c.is_empty());
        let event = Event::Terminated {
            id,
            run_id,
            exception: error.map(|error| error.message().to_string()),
            condition: condition.map(str::to_string),
        };
        self.bus.post(|| event);
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
        let failed = SparkError::new("STREAM_FAILED", &borrowed);
        // What user code raised is the cause itself, as in Spark.
        match (error.condition(), error.payload()) {
            (USER_FUNCTION, Some(raised)) => failed.with_payload(Arc::clone(raised)),
            _ => failed.with_cause(error),
        }
    }
}
