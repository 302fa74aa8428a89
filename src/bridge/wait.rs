//! Waiting without holding the GIL, and answering Ctrl-C.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use pyo3::prelude::*;

use super::error::OrRaise;
use super::operations::Operation;
use super::progress;
use super::user_code::{ending, interrupt_user_code, is_ending};
use crate::engine::at_work::{self, AtWork};
use crate::engine::counters::counted;
use crate::error::{Result, SparkError};
use crate::execution::{Session, runtime};

/// How long Ctrl-C may go unheard.
const TICK: Duration = Duration::from_millis(50);

/// What functions of the user's ask for in work of a session.
pub fn at_work(session: &Session, halt: Arc<AtomicBool>) -> Arc<AtWork> {
    let conf = Arc::clone(&session.conf);
    AtWork::new(halt, move |key| conf.find(key))
}

/// Runs `work` on the workers until it is done; an interrupt abandons it, and so does who
/// stops it by a name.
pub fn run<T, F>(py: Python<'_>, session: &Arc<Session>, work: F) -> PyResult<T>
where
    T: Send + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    let operation = Operation::begin(session);
    let (sender, receiver) = std::sync::mpsc::sync_channel(1);
    // Only this thread receives; the lock lets it do so without the GIL.
    let receiver = parking_lot::Mutex::new(receiver);
    let counters = progress::of_thread();
    let (around, halt) = (at_work::current(), Arc::default());
    let work_at = at_work(session, Arc::clone(&halt));
    let task = at_work::during(work_at, async move {
        let result = match counters {
            Some(counters) => counted(counters, work).await,
            None => work.await,
        };
        let _ = sender.send(result);
    });
    let task = runtime().or_raise()?.spawn(task);
    loop {
        let step = py.detach(|| receiver.lock().recv_timeout(TICK));
        match step {
            Ok(result) => return result.or_raise(),
            Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {
                let mut given_up = operation.stopped();
                if is_ending() {
                    given_up = Some(ending());
                }
                // The action of a function whose query was told to stop.
                if around.as_ref().is_some_and(|work| work.is_halted()) {
                    given_up = Some(SparkError::stopped());
                }
                let interrupt = py.check_signals().err();
                if given_up.is_none() && interrupt.is_none() {
                    continue;
                }
                task.abort();
                halt.store(true, Ordering::Release);
                interrupt_user_code(py, &halt)?;
                return match interrupt {
                    Some(interrupt) => Err(interrupt),
                    None => Err(given_up.unwrap_or_else(SparkError::stopped)).or_raise(),
                };
            }
            Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => {
                return Err(SparkError::internal("a query ended without an answer")).or_raise();
            }
        }
    }
}

/// Calls `check`, which waits for up to the time it is given, until it says that it
/// is done or `timeout` has passed; false then.
pub fn until(
    py: Python<'_>,
    timeout: Option<Duration>,
    check: impl Fn(Duration) -> Result<bool> + Sync,
) -> PyResult<bool> {
    until_with(py, timeout, check, || Ok(()))
}

/// The same, with something to do in between.
pub fn until_with(
    py: Python<'_>,
    timeout: Option<Duration>,
    check: impl Fn(Duration) -> Result<bool> + Sync,
    between: impl Fn() -> PyResult<()>,
) -> PyResult<bool> {
    // The monotonic clock of a wait that a person asked for, not of a query.
    #[allow(clippy::disallowed_methods)]
    let now = Instant::now;
    let deadline = timeout.map(|t| now() + t);
    loop {
        let left = deadline.map_or(TICK, |d| d.saturating_duration_since(now()).min(TICK));
        if py.detach(|| check(left)).or_raise()? {
            return Ok(true);
        }
        py.check_signals()?;
        if is_ending() {
            return Err(ending()).or_raise();
        }
        between()?;
        if deadline.is_some_and(|d| now() >= d) {
            return Ok(false);
        }
    }
}
