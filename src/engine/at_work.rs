//! What work knows that runs: whether it was told to end, and the settings it was begun
//! under. Functions of the user's ask for both, however deep in a plan and on whichever
//! thread they are called; so it goes with the task, and through a plan with the context in
//! which its nodes run.
//!
//! Knows nothing of sessions, of queries or of who asks.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use datafusion::execution::{SessionState, TaskContext};

tokio::task_local! {
    static OF_TASK: Arc<AtWork>;
}

type Setting = dyn Fn(&str) -> Option<String> + Send + Sync;

/// One action, or one run of a streaming query.
pub struct AtWork {
    halt: Arc<AtomicBool>,
    setting: Box<Setting>,
}

impl fmt::Debug for AtWork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AtWork")
            .field("halt", &self.halt)
            .finish_non_exhaustive()
    }
}

impl AtWork {
    /// `halt` becomes true when it shall end.
    pub fn new(
        halt: Arc<AtomicBool>,
        setting: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
    ) -> Arc<Self> {
        let setting = Box::new(setting);
        Arc::new(Self { halt, setting })
    }

    pub fn halt(&self) {
        self.halt.store(true, Ordering::Release);
    }

    pub fn is_halted(&self) -> bool {
        self.halt.load(Ordering::Acquire)
    }

    /// Whether this is the work that this flag ends.
    pub fn obeys(&self, halt: &Arc<AtomicBool>) -> bool {
        Arc::ptr_eq(&self.halt, halt)
    }

    pub fn setting(&self, key: &str) -> Option<String> {
        (self.setting)(key)
    }

    /// The work that a node of a plan is part of.
    pub fn of(context: &TaskContext) -> Option<Arc<Self>> {
        context.session_config().get_extension()
    }

    /// A context for plans that are part of this work.
    pub fn context(self: &Arc<Self>, state: &SessionState) -> Arc<TaskContext> {
        let config = state.config().clone().with_extension(Arc::clone(self));
        Arc::new(TaskContext::from(state).with_session_config(config))
    }
}

/// The work that the task or the thread is about.
pub fn current() -> Option<Arc<AtWork>> {
    OF_TASK.try_with(Arc::clone).ok()
}

pub async fn during<T>(work: Arc<AtWork>, task: impl Future<Output = T>) -> T {
    OF_TASK.scope(work, task).await
}

/// The same of a call; as it is where there is no work.
pub fn within<T>(work: Option<&Arc<AtWork>>, call: impl FnOnce() -> T) -> T {
    match work {
        Some(work) => OF_TASK.sync_scope(Arc::clone(work), call),
        None => call(),
    }
}
