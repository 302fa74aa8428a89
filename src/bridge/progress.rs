//! `Progress`: the counters of the actions that a thread begins, for its bar.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use pyo3::prelude::*;

use crate::engine::counters::{Counters, Phase};

thread_local! {
    static OF_THREAD: RefCell<Option<Arc<Counters>>> = const { RefCell::new(None) };
}

/// Those that the calling thread's actions move, if any are looked at.
pub fn of_thread() -> Option<Arc<Counters>> {
    OF_THREAD.with_borrow(Clone::clone)
}

#[pyclass(name = "Progress", module = "caudal._native", frozen)]
pub struct PyProgress(Arc<Counters>);

#[pymethods]
impl PyProgress {
    #[new]
    fn new() -> Self {
        Self(Arc::new(Counters::default()))
    }

    /// From here on the actions of this thread are counted.
    fn begin(&self) {
        OF_THREAD.set(Some(Arc::clone(&self.0)));
    }

    /// Those of this thread are counted no more.
    #[staticmethod]
    fn end() {
        OF_THREAD.set(None);
    }

    #[getter]
    fn phase(&self) -> &'static str {
        match self.0.phase() {
            Phase::Planning => "planning",
            Phase::Reading => "reading",
            Phase::Finishing => "finishing",
        }
    }

    /// Files, done and all.
    #[getter]
    fn files(&self) -> (u64, u64) {
        pair(&self.0.files_done, &self.0.files)
    }

    /// Bytes of them.
    #[getter]
    fn bytes(&self) -> (u64, u64) {
        pair(&self.0.bytes_done, &self.0.bytes)
    }

    /// Rows: all that were read, and those known beforehand, which are in no files.
    #[getter]
    fn rows(&self) -> (u64, u64) {
        pair(&self.0.rows_done, &self.0.rows)
    }
}

fn pair(done: &AtomicU64, all: &AtomicU64) -> (u64, u64) {
    (done.load(Ordering::Relaxed), all.load(Ordering::Relaxed))
}
