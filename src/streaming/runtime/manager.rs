//! `spark.streams`: the queries of a session.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::{Condvar, Mutex, RwLock};
use uuid::Uuid;

use super::listeners::{Bus, Listener};
use super::query::Query;
use super::start::{self, StartRequest};
use crate::error::{Result, SparkError};
use crate::execution::Session;
use crate::time::{Clock, SystemClock};

pub struct Manager {
    session: Arc<Session>,
    /// What queries that start go by.
    clock: RwLock<Arc<dyn Clock>>,
    queries: Arc<Registry>,
    bus: Arc<Bus>,
}

/// How long the end of a session waits for its listeners.
const LISTENERS_AT_END: Duration = Duration::from_secs(10);

/// Shared with the queries, which report their end to it.
#[derive(Default)]
pub(super) struct Registry {
    state: Mutex<Known>,
    ended: Condvar,
}

#[derive(Default)]
struct Known {
    active: Vec<Arc<Query>>,
    /// Has a query ended since the last reset, and with which error?
    terminated: Option<Option<SparkError>>,
    /// The last that failed and that nobody has asked for.
    failures: VecDeque<Failure>,
}

/// A query that ended with an error, without what it held.
#[derive(Debug, Clone)]
pub struct Failure {
    pub name: Option<String>,
    pub id: Uuid,
    pub run_id: Uuid,
    pub error: SparkError,
}

/// Failures that are kept until somebody asks: where nobody does, no more.
const MOST_FAILURES: usize = 100;

impl Registry {
    /// Takes a new query in, unless one of its name or id is running.
    pub(super) fn admit(&self, query: &Arc<Query>) -> Result<()> {
        let mut known = self.state.lock();
        check_name(&known.active, query.name())?;
        known.active.push(Arc::clone(query));
        Ok(())
    }

    /// Takes out a query that was admitted and could not begin: nobody would ever end it.
    pub(super) fn forget(&self, query: &Query) {
        let mut known = self.state.lock();
        known.active.retain(|q| q.run_id() != query.run_id());
    }

    pub(super) fn check_name(&self, name: Option<&str>) -> Result<()> {
        check_name(&self.state.lock().active, name)
    }

    pub(super) fn running(&self, id: Uuid) -> Option<Arc<Query>> {
        self.state
            .lock()
            .active
            .iter()
            .find(|q| q.id() == id)
            .cloned()
    }

    pub(super) fn ended(&self, query: &Query) {
        let mut known = self.state.lock();
        known.active.retain(|q| q.run_id() != query.run_id());
        if let Some(error) = query.exception() {
            if known.failures.len() == MOST_FAILURES {
                known.failures.pop_front();
            }
            known.failures.push_back(Failure {
                name: query.name().map(str::to_string),
                id: query.id(),
                run_id: query.run_id(),
                error,
            });
        }
        let failed = matches!(known.terminated, Some(Some(_)));
        if !failed {
            known.terminated = Some(query.exception());
        }
        drop(known);
        self.ended.notify_all();
    }
}

fn check_name(active: &[Arc<Query>], name: Option<&str>) -> Result<()> {
    let Some(name) = name else { return Ok(()) };
    if !active.iter().any(|q| q.name() == Some(name)) {
        return Ok(());
    }
    Err(SparkError::plain(
        crate::error::ErrorClass::IllegalArgument,
        format!(
            "Cannot start query with name {name} as a query with that name is already active in this SparkSession"
        ),
    ))
}

impl Manager {
    pub fn new(session: Arc<Session>) -> Self {
        Self {
            session,
            clock: RwLock::new(Arc::new(SystemClock)),
            queries: Arc::default(),
            bus: Arc::default(),
        }
    }

    pub fn start(&self, request: StartRequest) -> Result<Arc<Query>> {
        let clock = Arc::clone(&self.clock.read());
        start::start(&self.session, &self.queries, &self.bus, &clock, request)
    }

    /// Tells a listener of all queries' events from now on.
    pub fn add_listener(&self, listener: Arc<dyn Listener>) -> Result<()> {
        self.bus.add(listener)
    }

    pub fn remove_listener(&self, key: usize) {
        self.bus.remove(key);
    }

    /// Queries that start from now on go by this clock.
    pub fn set_clock(&self, clock: Arc<dyn Clock>) {
        *self.clock.write() = clock;
    }

    pub fn active(&self) -> Vec<Arc<Query>> {
        self.queries.state.lock().active.clone()
    }

    pub fn get(&self, id: &str) -> Option<Arc<Query>> {
        let id: Uuid = id.parse().ok()?;
        self.queries
            .state
            .lock()
            .active
            .iter()
            .find(|q| q.id() == id)
            .cloned()
    }

    /// Waits for up to `slice` for any query to end, or to have ended since the
    /// last reset; its error if it failed.
    pub fn await_any(&self, slice: Duration) -> Result<bool> {
        let mut known = self.queries.state.lock();
        if known.terminated.is_none() {
            self.queries.ended.wait_for(&mut known, slice);
        }
        match &known.terminated {
            None => Ok(false),
            Some(None) => Ok(true),
            Some(Some(error)) => Err(error.clone()),
        }
    }

    /// The queries that failed since this was asked last.
    pub fn take_failures(&self) -> Vec<Failure> {
        let mut known = self.queries.state.lock();
        known.failures.drain(..).collect()
    }

    pub fn reset_terminated(&self) {
        self.queries.state.lock().terminated = None;
    }

    pub fn stop_all(&self) -> Result<()> {
        for query in self.active() {
            query.stop()?;
        }
        self.bus.drain(LISTENERS_AT_END);
        Ok(())
    }
}
