//! The clients of stores: one a bucket for the whole process, made from the settings of
//! the session that names the bucket, and the threads on which they work.
//!
//! Callers wait on their own thread, whatever it is: no future is ever polled on it.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::io;
use std::path::Path;
use std::sync::{Arc, LazyLock, OnceLock, mpsc};

use object_store::ObjectStore;
use object_store::path::Path as Key;
use parking_lot::Mutex;
use tokio::runtime::Runtime;

use super::error::{failed, refused, unusable};
use super::place::{Kind, Place};
use super::settings::Settings;
use super::{azure, gcs, s3};
use crate::error::Result;

/// One bucket. Its `Debug` shows no settings: they hold secrets.
pub(super) struct Client {
    pub store: Arc<dyn ObjectStore>,
    /// What it was made from.
    from: Settings,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Client")
    }
}

type Clients = Mutex<HashMap<(Kind, String), Arc<Client>>>;

static CLIENTS: LazyLock<Clients> = LazyLock::new(Mutex::default);

/// Makes the client of a path's bucket known. One that was made from the same settings
/// stays; other settings replace it for all who open something from now on. A local path
/// needs none.
pub fn register(path: &Path, settings: &Settings) -> Result<()> {
    let Some(place) = Place::of(path) else {
        return Ok(());
    };
    let id = (place.kind, place.bucket.to_string());
    let wanted = settings.with_environment(place.kind);
    let mut clients = CLIENTS.lock();
    if clients.get(&id).is_some_and(|known| known.from == wanted) {
        return Ok(());
    }
    let store = match place.kind {
        Kind::S3 => s3::open(place.bucket, &wanted),
        Kind::Gcs => gcs::open(place.bucket, &wanted),
        Kind::Azure => azure::open(place.bucket, place.scheme, &wanted),
    };
    let store = store.map_err(|reason| unusable(path, &reason, wanted.secrets()))?;
    let from = wanted;
    clients.insert(id, Arc::new(Client { store, from }));
    Ok(())
}

/// A path of a store with the client for it.
#[derive(Debug, Clone)]
pub(super) struct Object {
    pub client: Arc<Client>,
    pub key: Key,
    /// For messages.
    path: Arc<Path>,
}

impl Object {
    /// None for a local path.
    pub fn of(path: &Path) -> Option<io::Result<Self>> {
        let place = Place::of(path)?;
        let id = (place.kind, place.bucket.to_string());
        let client = CLIENTS.lock().get(&id).cloned();
        let Some(client) = client else {
            return Some(Err(failed(path, "no session has named this bucket")));
        };
        Some(match Key::parse(place.key) {
            Ok(key) => Ok(Self {
                client,
                key,
                path: Arc::from(path),
            }),
            Err(error) => Err(failed(path, error)),
        })
    }

    /// Another one of the same bucket.
    pub fn sibling(&self, path: &Path) -> io::Result<Self> {
        Self::of(path).unwrap_or_else(|| Err(failed(path, "it is not in an object store")))
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn refused(&self, error: object_store::Error) -> io::Error {
        refused(&self.path, error, self.client.from.secrets())
    }

    /// Does a request and waits for its answer.
    pub fn ask<T, F, R>(&self, request: F) -> io::Result<T>
    where
        T: Send + 'static,
        F: FnOnce(Arc<dyn ObjectStore>, Key) -> R,
        R: Future<Output = object_store::Result<T>> + Send + 'static,
    {
        let request = request(Arc::clone(&self.client.store), self.key.clone());
        start(request)?.wait()?.map_err(|e| self.refused(e))
    }
}

/// What was started on the stores' threads.
#[derive(Debug)]
pub(super) struct Started<T>(Mutex<mpsc::Receiver<T>>); // so that it may be shared

impl<T> Started<T> {
    pub fn wait(self) -> io::Result<T> {
        let ended = |_| io::Error::other("a request to an object store was cut short");
        self.0.into_inner().recv().map_err(ended)
    }
}

pub(super) fn start<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> io::Result<Started<T>> {
    let (send, receive) = mpsc::sync_channel(1);
    runtime()?.spawn(async move {
        // Who no longer waits does not want it.
        let _ = send.send(work.await);
    });
    Ok(Started(Mutex::new(receive)))
}

/// Threads of their own: those of the plans wait here, and must not wait for themselves.
fn runtime() -> io::Result<&'static Runtime> {
    static RUNTIME: OnceLock<Option<Runtime>> = OnceLock::new();
    let made = RUNTIME.get_or_init(|| {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("caudal-storage")
            .enable_all()
            .build()
            .ok()
    });
    made.as_ref()
        .ok_or_else(|| io::Error::other("cannot start threads for object stores"))
}

/// A bucket in memory, for tests; its path.
#[cfg(test)]
pub(super) fn in_memory(bucket: &str) -> std::path::PathBuf {
    let id = (Kind::S3, bucket.to_string());
    CLIENTS.lock().entry(id).or_insert_with(|| {
        Arc::new(Client {
            store: Arc::new(object_store::memory::InMemory::new()),
            from: Settings::default(),
        })
    });
    std::path::PathBuf::from(format!("s3a:/{bucket}"))
}
