//! Those who are told of queries: their events, and the thread that tells them.
//!
//! A query's start is told before `start()` returns, on the query's own thread, as in
//! Spark. Everything else goes through one queue to one thread, in order: a listener
//! that takes its time keeps no query waiting.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::ThreadId;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::error::{Result, SparkError};
use crate::streaming::progress::{StreamingQueryProgress, iso_millis};

/// What is told of a query. Times are epoch milliseconds.
#[derive(Debug, Clone)]
pub enum Event {
    Started {
        id: Uuid,
        run_id: Uuid,
        name: Option<String>,
        at: i64,
    },
    Progress(Arc<StreamingQueryProgress>),
    Idle {
        id: Uuid,
        run_id: Uuid,
        at: i64,
    },
    Terminated {
        id: Uuid,
        run_id: Uuid,
        exception: Option<String>,
        condition: Option<String>,
    },
}

impl Event {
    /// The listener's method.
    pub fn method(&self) -> &'static str {
        match self {
            Self::Started { .. } => "onQueryStarted",
            Self::Progress(_) => "onQueryProgress",
            Self::Idle { .. } => "onQueryIdle",
            Self::Terminated { .. } => "onQueryTerminated",
        }
    }

    /// The event with Spark's names.
    pub fn to_value(&self) -> Value {
        let of = |id: &Uuid, run_id: &Uuid| (id.to_string(), run_id.to_string());
        match self {
            Self::Started {
                id,
                run_id,
                name,
                at,
            } => {
                let (id, run_id) = of(id, run_id);
                json!({"id": id, "runId": run_id, "name": name, "timestamp": iso_millis(*at)})
            }
            Self::Progress(progress) => json!({"progress": with_explanation(progress)}),
            Self::Idle { id, run_id, at } => {
                let (id, run_id) = of(id, run_id);
                json!({"id": id, "runId": run_id, "timestamp": iso_millis(*at)})
            }
            Self::Terminated {
                id,
                run_id,
                exception,
                condition,
            } => {
                let (id, run_id) = of(id, run_id);
                json!({
                    "id": id,
                    "runId": run_id,
                    "exception": exception,
                    "errorClassOnException": condition,
                })
            }
        }
    }
}

/// A record's JSON with our explanation beside Spark's fields, for the Python side,
/// which takes it out again.
pub fn with_explanation(progress: &StreamingQueryProgress) -> Value {
    let mut value = progress.to_value();
    if let (Value::Object(map), Some(explanation)) = (&mut value, &progress.explanation) {
        map.insert("whyEmpty".into(), explanation.to_value());
    }
    value
}

pub trait Listener: Send + Sync {
    /// The same for the same listener, who may be added several times.
    fn key(&self) -> usize;

    fn hear(&self, event: &Event);
}

type Listeners = Mutex<Vec<Arc<dyn Listener>>>;

/// The listeners of a session.
#[derive(Default)]
pub struct Bus {
    shared: Arc<Shared>,
    queue: Mutex<Option<Queue>>,
}

struct Queue {
    sender: Sender<Event>,
    thread: ThreadId,
}

#[derive(Default)]
struct Shared {
    listeners: Listeners,
    /// Events that are yet to be told.
    pending: Mutex<u64>,
    told: Condvar,
}

impl Shared {
    fn tell(&self, event: &Event) {
        // A listener may add and remove others meanwhile.
        let listeners = self.listeners.lock().clone();
        for listener in listeners {
            listener.hear(event);
        }
    }

    fn work(&self, events: &Receiver<Event>) {
        for event in events {
            self.tell(&event);
            *self.pending.lock() -= 1;
            self.told.notify_all();
        }
    }
}

impl Bus {
    pub fn add(&self, listener: Arc<dyn Listener>) -> Result<()> {
        let mut queue = self.queue.lock();
        if queue.is_none() {
            let (sender, events) = channel();
            let shared = Arc::clone(&self.shared);
            let thread = std::thread::Builder::new()
                .name("caudal-listeners".into())
                .spawn(move || shared.work(&events))
                .map_err(SparkError::internal)?;
            *queue = Some(Queue {
                sender,
                thread: thread.thread().id(),
            });
        }
        self.shared.listeners.lock().push(listener);
        Ok(())
    }

    /// Removes a listener once, if it is there.
    pub fn remove(&self, key: usize) {
        let mut listeners = self.shared.listeners.lock();
        if let Some(at) = listeners.iter().position(|l| l.key() == key) {
            let removed = listeners.remove(at);
            drop(listeners);
            // Outside of the lock: the last owner of a Python object may run its code.
            drop(removed);
        }
    }

    /// Tells at once, on this thread.
    pub fn tell(&self, event: &Event) {
        self.shared.tell(event);
    }

    /// Queues an event; whoever listens when its turn comes hears it.
    pub fn post(&self, event: impl FnOnce() -> Event) {
        let queue = self.queue.lock();
        let Some(queue) = queue.as_ref() else {
            return;
        };
        if self.shared.listeners.lock().is_empty() {
            return;
        }
        *self.shared.pending.lock() += 1;
        if queue.sender.send(event()).is_err() {
            *self.shared.pending.lock() -= 1;
        }
    }

    /// Waits for up to `limit` until everything was told. Not on the telling thread.
    pub fn drain(&self, limit: Duration) {
        let queue = self.queue.lock();
        let here = std::thread::current().id();
        if queue.as_ref().is_none_or(|queue| queue.thread == here) {
            return;
        }
        drop(queue);
        let mut pending = self.shared.pending.lock();
        let left = |pending: &mut u64| *pending > 0;
        let _ = self.shared.told.wait_while_for(&mut pending, left, limit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Noted(Mutex<Vec<&'static str>>);

    impl Listener for Noted {
        fn key(&self) -> usize {
            1
        }

        fn hear(&self, event: &Event) {
            self.0.lock().push(event.method());
        }
    }

    fn idle() -> Event {
        Event::Idle {
            id: Uuid::nil(),
            run_id: Uuid::nil(),
            at: 0,
        }
    }

    #[test]
    fn events_are_told_in_order_to_those_who_are_there() {
        let bus = Bus::default();
        bus.post(idle);
        let noted = Arc::new(Noted(Mutex::default()));
        for _ in 0..2 {
            bus.add(Arc::clone(&noted) as Arc<dyn Listener>).unwrap();
        }
        bus.remove(1);
        bus.post(|| Event::Progress(Arc::default()));
        bus.post(idle);
        bus.drain(Duration::from_secs(60));
        bus.remove(1);
        bus.post(idle);
        bus.drain(Duration::from_secs(60));
        assert_eq!(*noted.0.lock(), ["onQueryProgress", "onQueryIdle"]);
    }
}
