//! Code of the user's on threads of ours. It ends before the interpreter does: a thread
//! that asks for Python afterwards takes the process down. So each call is counted, and
//! when the process ends no new one begins and the running ones are told to stop
//! (`python/caudal/_exit.py`). So is a function over data whose action was given up or whose
//! query was stopped.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread::ThreadId;

use parking_lot::Mutex;
use pyo3::prelude::*;

use super::error::from_python;
use crate::engine::at_work::{self, AtWork};
use crate::error::{Result, SparkError};

/// A thread that is in Python, or about to be.
#[derive(Clone)]
struct Visit {
    thread: ThreadId,
    /// Calls of the user's within calls of the user's.
    depth: usize,
    /// Python's number of the thread, once it is known.
    ident: u64,
    /// What the call is part of, where it ends with that.
    work: Option<Arc<AtWork>>,
    /// Whether it was told to end with it.
    told: bool,
}

struct Door {
    is_closed: bool,
    inside: Vec<Visit>,
}

static DOOR: Mutex<Door> = Mutex::new(Door {
    is_closed: false,
    inside: Vec::new(),
});

/// Calls code of the user's. It may wait for queries of its own: where it is called from a
/// worker, the worker's other tasks go to others first.
pub fn user_code<T>(call: impl FnOnce(Python<'_>) -> Result<T>) -> Result<T> {
    tokio::task::block_in_place(|| on_own_thread(call))
}

/// The same on a thread that has nothing else to do.
pub fn on_own_thread<T>(call: impl FnOnce(Python<'_>) -> Result<T>) -> Result<T> {
    visit(None, call)
}

/// Calls a function over data, which ends where it is when its action is given up or its
/// query stopped: nobody wants what it gives.
pub fn interruptible<T>(call: impl FnOnce(Python<'_>) -> Result<T>) -> Result<T> {
    tokio::task::block_in_place(|| interruptible_on_own_thread(call))
}

/// The same on a thread that has nothing else to do.
pub fn interruptible_on_own_thread<T>(call: impl FnOnce(Python<'_>) -> Result<T>) -> Result<T> {
    let Some(work) = at_work::current() else {
        return on_own_thread(call);
    };
    if work.is_halted() {
        return Err(SparkError::stopped());
    }
    match visit(Some(Arc::clone(&work)), call) {
        Err(_) if work.is_halted() => Err(SparkError::stopped()),
        ended => ended,
    }
}

/// Ends the functions over data that are part of the work of this flag, which is set: each is
/// told once, between two steps of Python.
pub fn interrupt_user_code(py: Python<'_>, halt: &Arc<AtomicBool>) -> PyResult<()> {
    let mut idents = Vec::new();
    for visit in &mut DOOR.lock().inside {
        let is_meant = visit.work.as_ref().is_some_and(|work| work.obeys(halt));
        if is_meant && !visit.told && visit.ident != 0 {
            visit.told = true;
            idents.push(visit.ident);
        }
    }
    if idents.is_empty() {
        return Ok(());
    }
    let stop = py.import("caudal._exit")?.getattr("stop_thread")?;
    idents
        .into_iter()
        .try_for_each(|ident| stop.call1((ident,)).map(drop))
}

fn visit<T>(work: Option<Arc<AtWork>>, call: impl FnOnce(Python<'_>) -> Result<T>) -> Result<T> {
    let _inside = Inside::enter(work)?;
    Python::attach(|py| {
        let ident = py
            .import("threading")
            .and_then(|m| m.call_method0("get_ident"));
        let ident = ident.and_then(|found| found.extract());
        Inside::known_as(ident.map_err(from_python)?);
        // Told to end before there was a number to tell it by.
        if at_work::current().is_some_and(|work| work.is_halted()) && Inside::ends_with_work() {
            return Err(SparkError::stopped());
        }
        call(py)
    })
}

/// Waits without Python. Whoever does is outside; if the interpreter ends meanwhile, there
/// is nothing to come back to, and the thread stays where it is until the process is gone.
pub fn outside<T: Send>(py: Python<'_>, wait: impl FnOnce() -> T + Send) -> T {
    py.detach(|| {
        let visit = DOOR.lock().taken();
        let value = wait();
        if let Some(visit) = visit {
            while !DOOR.lock().let_in(visit.clone()) {
                std::thread::park();
            }
        }
        value
    })
}

/// Whether anything is at work here, and a setting that it was begun under.
#[pyfunction]
pub fn setting_at_work(key: &str) -> (bool, Option<String>) {
    match at_work::current() {
        Some(work) => (true, work.setting(key)),
        None => (false, None),
    }
}

/// Closes the door, and tells who is still inside: Python's numbers of the threads, 0 for
/// one that is about to have it.
#[pyfunction]
pub fn threads_in_user_code() -> Vec<u64> {
    let mut door = DOOR.lock();
    door.is_closed = true;
    door.inside.iter().map(|visit| visit.ident).collect()
}

/// Whether the process is about to end: then nothing waits any longer.
pub fn is_ending() -> bool {
    DOOR.lock().is_closed
}

pub fn ending() -> SparkError {
    SparkError::internal("the process is ending")
}

impl Door {
    fn own(&mut self) -> Option<&mut Visit> {
        let thread = std::thread::current().id();
        self.inside.iter_mut().find(|visit| visit.thread == thread)
    }

    fn taken(&mut self) -> Option<Visit> {
        let thread = std::thread::current().id();
        let at = self
            .inside
            .iter()
            .position(|visit| visit.thread == thread)?;
        Some(self.inside.swap_remove(at))
    }

    fn let_in(&mut self, visit: Visit) -> bool {
        if !self.is_closed {
            self.inside.push(visit);
        }
        !self.is_closed
    }
}

/// This thread counted, until it is dropped.
struct Inside;

impl Inside {
    fn enter(work: Option<Arc<AtWork>>) -> Result<Self> {
        let mut door = DOOR.lock();
        if let Some(visit) = door.own() {
            visit.depth += 1;
            return Ok(Self);
        }
        let thread = std::thread::current().id();
        let visit = Visit {
            thread,
            depth: 1,
            ident: 0,
            work,
            told: false,
        };
        match door.let_in(visit) {
            true => Ok(Self),
            false => Err(ending()),
        }
    }

    fn ends_with_work() -> bool {
        DOOR.lock().own().is_some_and(|visit| visit.work.is_some())
    }

    fn known_as(ident: u64) {
        if let Some(visit) = DOOR.lock().own() {
            visit.ident = ident;
        }
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        let mut door = DOOR.lock();
        if let Some(visit) = door.own() {
            visit.depth -= 1;
            if visit.depth == 0 {
                door.taken();
            }
        }
    }
}
