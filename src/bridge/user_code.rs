//! Code of the user's on threads of ours. It ends before the interpreter does: a thread
//! that asks for Python afterwards takes the process down. So each call is counted, and
//! when the process ends no new one begins and the running ones are told to stop
//! (`python/caudal/_exit.py`).

use std::thread::ThreadId;

use parking_lot::Mutex;
use pyo3::prelude::*;

use super::error::from_python;
use crate::error::{Result, SparkError};

/// A thread that is in Python, or about to be.
#[derive(Clone, Copy)]
struct Visit {
    thread: ThreadId,
    /// Calls of the user's within calls of the user's.
    depth: usize,
    /// Python's number of the thread, once it is known.
    ident: u64,
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
    let _inside = Inside::enter()?;
    Python::attach(|py| {
        let ident = py
            .import("threading")
            .and_then(|m| m.call_method0("get_ident"));
        let ident = ident.and_then(|found| found.extract());
        Inside::known_as(ident.map_err(from_python)?);
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
            while !DOOR.lock().let_in(visit) {
                std::thread::park();
            }
        }
        value
    })
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
    fn enter() -> Result<Self> {
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
        };
        match door.let_in(visit) {
            true => Ok(Self),
            false => Err(ending()),
        }
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
