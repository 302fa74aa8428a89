//! Writing files: as they come, whole or not at all.
//!
//! An object appears when its last byte is there and it is asked to. What is large goes up
//! in parts while it is written; until it is published it has no name, and one that is
//! given up leaves nothing.

use std::collections::VecDeque;
use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;

use futures::StreamExt;
use object_store::{MultipartUpload, ObjectStoreExt, PutMode, PutOptions, PutPayload};
use parking_lot::Mutex;

use super::client::{Object, Started, start};

/// What goes up at a time. All parts but the last are of one size, as some stores want.
const PART: usize = 8 << 20;
const AT_A_TIME: usize = 3;
/// A file up to this size is held until it is published; there may be many of them.
const HELD: usize = 64 << 10;
/// What is put in one request, where all of it is in memory.
const ONE_PUT: usize = 16 << 20;
const PUBLISHED_AT_A_TIME: usize = 16;

/// A file that is being written; its clones write to the same one.
#[derive(Debug)]
pub struct NewFile(Inner);

enum Inner {
    Local(File),
    Remote(Arc<Mutex<Upload>>),
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Local(_) => "Local",
            Self::Remote(_) => "Remote",
        })
    }
}

impl NewFile {
    /// A local file is there at once, and must be new; an object when it is published.
    pub fn create(path: &Path) -> io::Result<Self> {
        Ok(Self(match Object::of(path) {
            None => Inner::Local(File::create_new(path)?),
            Some(object) => Inner::Remote(Arc::new(Mutex::new(Upload::new(object?)))),
        }))
    }

    pub fn try_clone(&self) -> io::Result<Self> {
        Ok(Self(match &self.0 {
            Inner::Local(file) => Inner::Local(file.try_clone()?),
            Inner::Remote(upload) => Inner::Remote(Arc::clone(upload)),
        }))
    }

    /// Makes what was written durable. An object is then all there but for its name.
    pub fn settle(self) -> io::Result<Option<Arc<Pending>>> {
        match self.0 {
            Inner::Local(file) => file.sync_all().map(|()| None),
            Inner::Remote(upload) => {
                let settled = upload.lock().settle()?;
                Ok(Some(Arc::new(settled)))
            }
        }
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.0 {
            Inner::Local(file) => file.write(bytes),
            Inner::Remote(upload) => upload.lock().write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An object on its way up.
struct Upload {
    object: Object,
    buffer: Vec<u8>,
    parts: Option<Box<dyn MultipartUpload>>,
    on_their_way: VecDeque<Started<object_store::Result<()>>>,
}

impl Upload {
    fn new(object: Object) -> Self {
        Self {
            object,
            buffer: Vec::new(),
            parts: None,
            on_their_way: VecDeque::new(),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        while self.buffer.len() >= PART {
            let rest = self.buffer.split_off(PART);
            let part = std::mem::replace(&mut self.buffer, rest);
            self.put_part(part)?;
        }
        Ok(bytes.len())
    }

    fn put_part(&mut self, part: Vec<u8>) -> io::Result<()> {
        let parts = match &mut self.parts {
            Some(parts) => parts,
            none => none.insert(
                self.object
                    .ask(|store, key| async move { store.put_multipart(&key).await })?,
            ),
        };
        if self.on_their_way.len() >= AT_A_TIME {
            Self::wait_first(&mut self.on_their_way, &self.object)?;
        }
        let going = start(parts.put_part(PutPayload::from(part)))?;
        self.on_their_way.push_back(going);
        Ok(())
    }

    fn wait_first(
        going: &mut VecDeque<Started<object_store::Result<()>>>,
        object: &Object,
    ) -> io::Result<()> {
        match going.pop_front() {
            Some(first) => first.wait()?.map_err(|e| object.refused(e)),
            None => Ok(()),
        }
    }

    fn settle(&mut self) -> io::Result<Pending> {
        let rest = std::mem::take(&mut self.buffer);
        let held = match self.parts.is_none() && rest.len() <= HELD {
            true => Some(rest),
            false if rest.is_empty() => None,
            false => {
                self.put_part(rest)?;
                None
            }
        };
        while !self.on_their_way.is_empty() {
            Self::wait_first(&mut self.on_their_way, &self.object)?;
        }
        let state = match (held, self.parts.take()) {
            (Some(bytes), _) => State::Held(bytes),
            (None, Some(parts)) => State::Parts(parts),
            (None, None) => State::Held(Vec::new()),
        };
        Ok(Pending {
            object: self.object.clone(),
            state: Mutex::new(Some(state)),
        })
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if let Some(parts) = self.parts.take() {
            give_up(parts);
        }
    }
}

/// Best effort: what is left in the store has no name, and its owner may have it removed
/// after some days.
fn give_up(mut parts: Box<dyn MultipartUpload>) {
    if let Ok(started) = start(async move { parts.abort().await }) {
        let _ = started.wait();
    }
}

enum State {
    Held(Vec<u8>),
    Parts(Box<dyn MultipartUpload>),
}

/// An object that is all there but for its name. Dropped before it is published, it is
/// given up.
pub struct Pending {
    object: Object,
    state: Mutex<Option<State>>,
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pending({})", self.object.path().display())
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if let Some(State::Parts(parts)) = self.state.get_mut().take() {
            give_up(parts);
        }
    }
}

/// Gives objects their names, some at a time. Where one fails, those that have got theirs
/// are removed: all of them are there, or none.
pub fn publish(all: &[Arc<Pending>]) -> io::Result<()> {
    let work: Vec<_> = all
        .iter()
        .map(|pending| (pending.state.lock().take(), pending.object.clone()))
        .collect();
    let naming = futures::stream::iter(work)
        .map(|(state, object)| async move {
            let named = named(state, &object).await;
            (object, named)
        })
        .buffer_unordered(PUBLISHED_AT_A_TIME)
        .collect::<Vec<_>>();
    let outcomes = start(naming)?.wait()?;
    let mut failure = None;
    let mut all = Vec::new();
    for (object, named) in outcomes {
        if let Err(error) = named {
            failure = Some(object.refused(error));
        }
        all.push(object);
    }
    let Some(failure) = failure else {
        return Ok(());
    };
    // Those that failed, too: an answer that was lost may be that of an object which is there.
    for object in all {
        // Best effort: the failure is what is to be told.
        let _ = object.ask(|store, key| async move { store.delete(&key).await });
    }
    Err(failure)
}

async fn named(state: Option<State>, object: &Object) -> object_store::Result<()> {
    let store = &object.client.store;
    match state {
        None => Ok(()),
        Some(State::Held(bytes)) => store.put(&object.key, bytes.into()).await.map(|_| ()),
        Some(State::Parts(mut parts)) => {
            let done = parts.complete().await;
            if done.is_err() {
                let _ = parts.abort().await;
            }
            done.map(|_| ())
        }
    }
}

/// Puts an object in one go, in the place of another if there is one.
pub(super) fn put(object: Object, bytes: Vec<u8>) -> io::Result<()> {
    if bytes.len() > ONE_PUT {
        return upload(object, &mut io::Cursor::new(bytes));
    }
    object.ask(|store, key| async move { store.put(&key, bytes.into()).await.map(|_| ()) })
}

/// Puts an object that must be new; false where there is one of this name.
pub(super) fn put_new(object: &Object, bytes: Vec<u8>) -> io::Result<bool> {
    let options = PutOptions {
        mode: PutMode::Create,
        ..PutOptions::default()
    };
    let put = object.ask(|store, key| async move {
        let put = store.put_opts(&key, bytes.into(), options).await;
        put.map(|_| ())
    });
    match put {
        Ok(()) => Ok(true),
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(e) => Err(e),
    }
}

pub(super) fn upload(object: Object, from: &mut impl Read) -> io::Result<()> {
    let mut upload = Upload::new(object);
    let mut buffer = vec![0; 1 << 20];
    loop {
        match from.read(&mut buffer)? {
            0 => break,
            count => upload.write(buffer.get(..count).unwrap_or_default())?,
        };
    }
    publish(&[Arc::new(upload.settle()?)])
}

/// A local file without a name, to be filled and then put: a big one need not be in memory.
#[derive(Debug)]
pub struct Spool {
    pub file: File,
}

impl Spool {
    pub fn new() -> io::Result<Self> {
        use std::sync::atomic::{AtomicU64, Ordering};
        static COUNT: AtomicU64 = AtomicU64::new(0);
        loop {
            let number = COUNT.fetch_add(1, Ordering::Relaxed);
            let name = format!(".caudal-{}-{number}.tmp", std::process::id());
            let path = std::env::temp_dir().join(name);
            let mut options = File::options();
            match options.read(true).write(true).create_new(true).open(&path) {
                // Without its name it goes with the process.
                Ok(file) => return std::fs::remove_file(&path).map(|()| Self { file }),
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                Err(e) => return Err(e),
            }
        }
    }

    /// Puts what was written, in the place of an object if there is one.
    pub fn put(mut self, path: &Path) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(0))?;
        match Object::of(path) {
            Some(object) => upload(object?, &mut self.file),
            None => Err(io::ErrorKind::Unsupported.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{client, exists, read};
    use super::*;

    #[test]
    fn a_file_has_no_name_before_it_is_published() {
        for (number, size) in [0, HELD, HELD + 1, PART, 2 * PART + 5]
            .into_iter()
            .enumerate()
        {
            let path = client::in_memory("write").join(format!("{number}"));
            let file = NewFile::create(&path).unwrap();
            let content = vec![7; size];
            file.try_clone().unwrap().write_all(&content).unwrap();
            let pending = file.settle().unwrap().unwrap();
            assert!(!exists(&path).unwrap(), "{size}");
            publish(&[pending]).unwrap();
            assert!(read(&path).unwrap() == content, "{size}");
        }
    }

    #[test]
    fn what_is_given_up_leaves_nothing() {
        let path = client::in_memory("given-up").join("f");
        for size in [10, PART + 5] {
            let mut file = NewFile::create(&path).unwrap();
            file.write_all(&vec![7; size]).unwrap();
            drop(file.settle().unwrap());
            assert!(!exists(&path).unwrap());
        }
    }

    #[test]
    fn a_new_object_replaces_none() {
        let path = client::in_memory("new").join("0");
        assert!(super::super::put_new(&path, b"a".to_vec()).unwrap());
        assert!(!super::super::put_new(&path, b"b".to_vec()).unwrap());
        assert_eq!(read(&path).unwrap(), b"a");
        super::super::put(&path, b"b".to_vec()).unwrap();
        assert_eq!(read(&path).unwrap(), b"b");
    }

    #[test]
    fn a_spool_is_put_whole() {
        let path = client::in_memory("spool").join("big");
        let spool = Spool::new().unwrap();
        (&spool.file).write_all(&vec![1; 20 << 20]).unwrap();
        (&spool.file).seek(SeekFrom::Start(0)).unwrap();
        (&spool.file).write_all(&[2; 3]).unwrap();
        spool.put(&path).unwrap();
        let found = read(&path).unwrap();
        assert_eq!((found.len(), &found[..4]), (20 << 20, &[2, 2, 2, 1][..]));
    }
}
