//! Waiting without holding the GIL, and answering Ctrl-C.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use pyo3::prelude::*;

use super::error::OrRaise;
use super::operations::Operation;
use super::progress;
use super::user_code::{ending, is_ending};
use crate::engine::counters::counted;
use crate::error::{Result, SparkError};
use crate::execution::{Session, runtime};

/// How long Ctrl-C may go unheard.
const TICK: Duration = Duration::from_millis(50);

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
    let task = runtime().or_raise()?.spawn(async move {
        let result = match counters {
            Some(counters) => counted(counters, work).await,
            None => work.await,
        };
        let _ = sender.send(result);
    });
    loop {
        let step = py.detach(|| receiver.lock().recv_timeout(TICK));
        match step {
            Ok(result) => return result.or_raise(),
            Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {
                if is_ending() {
                    task.abort();
                    return Err(ending()).or_raise();
                }
                if let Some(stopped) = operation.stopped() {
                    task.abort();
                    return Err(stopped).or_raise();
                }
                if let Err(interrupt) = py.check_signals() {
                    task.abort();
                    return Err(interrupt);
                }
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
        if deadline.is_some_and(|d| now() >= d) {
            return Ok(false);
        }
    }
}
