//! What runs for the threads of the program, and by what names it can be stopped: tags of a
//! session, job groups, job tags. Who waits for work ([`super::wait`]) begins an operation
//! and looks whether it was stopped.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use pyo3::prelude::*;

use super::session::PySession;
use crate::error::SparkError;
use crate::execution::Session;

/// By what an operation can be named.
#[derive(Debug, Clone, Default)]
struct Labels {
    /// Of a session's, by its key.
    tags: Vec<(usize, String)>,
    group: Option<String>,
    job_tags: Vec<String>,
}

thread_local! {
    static LABELS: RefCell<Labels> = RefCell::default();
}

static RUNNING: Mutex<Vec<Arc<Running>>> = Mutex::new(Vec::new());

struct Running {
    id: u64,
    session: usize,
    labels: Labels,
    /// Why it was stopped.
    stopped: Mutex<Option<String>>,
}

/// One piece of work, for as long as somebody waits for it.
pub struct Operation(Arc<Running>);

impl Operation {
    pub fn begin(session: &Arc<Session>) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let running = Arc::new(Running {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            session: key_of(session),
            labels: LABELS.with_borrow(Labels::clone),
            stopped: Mutex::default(),
        });
        RUNNING.lock().push(Arc::clone(&running));
        Self(running)
    }

    /// The error of an operation that was stopped.
    pub fn stopped(&self) -> Option<SparkError> {
        let reason = self.0.stopped.lock().clone()?;
        let id = self.0.id.to_string();
        let parameters = [("jobId", id.as_str()), ("reason", reason.as_str())];
        Some(SparkError::new("SPARK_JOB_CANCELLED", &parameters))
    }
}

impl Drop for Operation {
    fn drop(&mut self) {
        RUNNING.lock().retain(|other| other.id != self.0.id);
    }
}

fn key_of(session: &Arc<Session>) -> usize {
    Arc::as_ptr(session) as usize
}

/// By what the operations that this thread begins from now on can be named.
#[pyfunction]
pub fn label_thread(
    tags: Vec<(PyRef<'_, PySession>, String)>,
    group: Option<String>,
    job_tags: Vec<String>,
) {
    let tags = tags.into_iter();
    let labels = Labels {
        tags: tags.map(|(s, tag)| (key_of(s.session()), tag)).collect(),
        group,
        job_tags,
    };
    LABELS.replace(labels);
}

/// Stops the operations of a session: all, those with a tag, or the one of a number. Their
/// numbers.
#[pyfunction]
#[pyo3(signature = (session, tag=None, id=None))]
pub fn interrupt(session: &PySession, tag: Option<String>, id: Option<u64>) -> Vec<String> {
    const REASON: &str = "as part of cancellation of all jobs";
    let key = key_of(session.session());
    stop(REASON, |running| {
        let tagged = |tag: &String| running.labels.tags.contains(&(key, tag.clone()));
        running.session == key
            && tag.as_ref().is_none_or(tagged)
            && id.is_none_or(|id| running.id == id)
    })
}

/// Stops the operations of all sessions: those of a job group, those with a job tag, or all.
#[pyfunction]
#[pyo3(signature = (group=None, tag=None))]
pub fn cancel_jobs(group: Option<String>, tag: Option<String>) {
    let reason = match (&group, &tag) {
        (Some(group), _) => format!("part of cancelled job group {group}"),
        (None, Some(tag)) => format!("part of cancelled job tags {tag}"),
        (None, None) => "as part of cancellation of all jobs".to_string(),
    };
    stop(&reason, |running| {
        let is_grouped = group.is_none() || running.labels.group == group;
        is_grouped
            && tag
                .as_ref()
                .is_none_or(|tag| running.labels.job_tags.contains(tag))
    });
}

fn stop(reason: &str, is_meant: impl Fn(&Running) -> bool) -> Vec<String> {
    let running = RUNNING.lock();
    let meant = running.iter().filter(|running| is_meant(running));
    meant
        .map(|running| {
            *running.stopped.lock() = Some(reason.to_string());
            running.id.to_string()
        })
        .collect()
}
