//! Reading a file from its middle, wherever it is.
//!
//! A small object is fetched whole when it is opened. Of a large one ranges are fetched:
//! who reads on finds the next range already under way, and a format that knows what it
//! will want says so before ([`ReadFile::expect`]).

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use futures::{StreamExt, TryStreamExt};
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt, PutPayload};
use parking_lot::Mutex;

use super::client::{Object, Started, start};
use super::error::failed;

/// A shared piece of memory: the one that Parquet's and ORC's readers deal in.
pub type Bytes = <PutPayload as IntoIterator>::Item;

/// Objects up to this size are fetched whole.
const SMALL: u64 = 4 << 20;
/// What is fetched for one that begins to read somewhere, and for one that reads on.
const FIRST: u64 = 1 << 20;
const NEXT: u64 = 4 << 20;
/// What a line may have behind the place where its reader means to stop.
const LINE: u64 = 64 << 10;
/// A large range is fetched in pieces of this size, so many at a time.
const PIECE: u64 = 8 << 20;
const AT_A_TIME: usize = 4;
/// Ranges that are kept for one that jumps about.
const KEPT: usize = 4;
/// What is expected together is fetched together up to this size.
const MOST_TOGETHER: u64 = 128 << 20;

/// A file that is open for reading.
#[derive(Debug)]
pub enum ReadFile {
    Local(File),
    Remote(RemoteFile),
}

/// Opens a file. `size` is what a listing said, if one did; it saves asking a store.
pub fn open(path: &Path, size: Option<u64>) -> io::Result<ReadFile> {
    match Object::of(path) {
        None => File::open(path).map(ReadFile::Local),
        Some(object) => RemoteFile::open(object?, size).map(ReadFile::Remote),
    }
}

impl ReadFile {
    pub fn size(&self) -> io::Result<u64> {
        match self {
            Self::Local(file) => Ok(file.metadata()?.len()),
            Self::Remote(file) => Ok(file.shared.size),
        }
    }

    /// Another reader of the same file, at the same place.
    pub fn try_clone(&self) -> io::Result<Self> {
        Ok(match self {
            Self::Local(file) => Self::Local(file.try_clone()?),
            Self::Remote(file) => Self::Remote(file.clone()),
        })
    }

    /// Says which ranges will be read: groups of them, one group after the other. Costs
    /// nothing where the file is local.
    pub fn expect(&self, groups: impl FnOnce() -> Vec<Vec<Range<u64>>>) {
        if let Self::Remote(file) = self
            && file.shared.whole.is_none()
        {
            let mut expected = file.shared.expected.lock();
            expected.groups = groups();
            expected.loaded.clear();
        }
    }
}

impl ReadFile {
    /// Says that this reader goes on to about this place and no further.
    pub fn until(&mut self, end: u64) {
        if let Self::Remote(file) = self {
            file.end = Some(end.min(file.shared.size));
        }
    }
}

impl Read for ReadFile {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Local(file) => file.read(out),
            Self::Remote(file) => file.read(out),
        }
    }
}

impl Seek for ReadFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Self::Local(file) => file.seek(to),
            Self::Remote(file) => file.seek(to),
        }
    }
}

/// Bytes of an object and where they begin.
#[derive(Clone)]
struct Window {
    from: u64,
    bytes: Bytes,
}

impl Window {
    fn range(&self, wanted: &Range<u64>) -> Option<Bytes> {
        let from = usize::try_from(wanted.start.checked_sub(self.from)?).ok()?;
        let to = from + usize::try_from(wanted.end - wanted.start).ok()?;
        (to <= self.bytes.len()).then(|| self.bytes.slice(from..to))
    }

    fn rest(&self, at: u64) -> Option<Bytes> {
        let from = usize::try_from(at.checked_sub(self.from)?).ok()?;
        (from < self.bytes.len()).then(|| self.bytes.slice(from..))
    }
}

#[derive(Default)]
struct Expected {
    groups: Vec<Vec<Range<u64>>>,
    /// Of which group, and what.
    loaded: Vec<(usize, Window)>,
}

struct Shared {
    object: Object,
    size: u64,
    /// Names the content: a replaced object must not be read in halves.
    tag: Option<String>,
    whole: Option<Bytes>,
    recent: Mutex<VecDeque<Window>>,
    expected: Mutex<Expected>,
}

/// An object that is read.
pub struct RemoteFile {
    shared: Arc<Shared>,
    at: u64,
    window: Option<Window>,
    /// What comes next, on its way.
    ahead: Option<(Range<u64>, Started<object_store::Result<Bytes>>)>,
    /// How many ranges were read one after the other.
    run: u32,
    /// Where its reader means to stop.
    end: Option<u64>,
}

impl std::fmt::Debug for RemoteFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RemoteFile({})", self.shared.object.path().display())
    }
}

impl Clone for RemoteFile {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            at: self.at,
            window: None,
            ahead: None,
            run: 0,
            end: None,
        }
    }
}

impl RemoteFile {
    fn open(object: Object, size: Option<u64>) -> io::Result<Self> {
        let whole = || object.ask(|store, key| async move { store.get(&key).await?.bytes().await });
        let (size, tag, whole) = match size {
            Some(size) if size <= SMALL => (size, None, Some(whole()?)),
            _ => {
                let head = object.ask(|store, key| async move { store.head(&key).await })?;
                let is_small = head.size <= SMALL;
                let whole = is_small.then(whole).transpose()?;
                (head.size, head.e_tag, whole)
            }
        };
        let shared = Shared {
            size: whole.as_ref().map_or(size, |bytes| bytes.len() as u64),
            object,
            tag,
            whole,
            recent: Mutex::default(),
            expected: Mutex::default(),
        };
        Ok(Self {
            shared: Arc::new(shared),
            at: 0,
            window: None,
            ahead: None,
            run: 0,
            end: None,
        })
    }

    /// A range of the object, which must be there.
    pub fn range(&self, from: u64, length: u64) -> io::Result<Bytes> {
        self.shared.bytes(from..from.saturating_add(length))
    }

    pub fn size(&self) -> u64 {
        self.shared.size
    }

    /// A reader from a place on.
    pub fn from(&self, at: u64) -> Self {
        Self { at, ..self.clone() }
    }

    /// Makes the window hold the byte at `at`.
    fn fill(&mut self) -> io::Result<()> {
        let shared = &self.shared;
        if let Some(window) = shared.cached(self.at)? {
            self.window = Some(window);
            return Ok(());
        }
        let window = match self.ahead.take() {
            Some((range, started)) if range.start == self.at => {
                let bytes = started.wait()?.map_err(|e| shared.refused(e))?;
                let from = range.start;
                Window { from, bytes }
            }
            _ => {
                let length = match self.end {
                    // The last line may go on.
                    Some(end) => (end.saturating_sub(self.at) + LINE).min(NEXT),
                    None if self.run == 0 => FIRST,
                    None => NEXT,
                };
                let range = self.at..(self.at + length).min(shared.size);
                let from = range.start;
                let bytes = shared.fetch(range)?;
                Window { from, bytes }
            }
        };
        if window.bytes.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let next = window.from + window.bytes.len() as u64;
        self.run += 1;
        let end = self.end.unwrap_or(shared.size);
        if next < end {
            let range = next..(next + NEXT).min(end + LINE).min(shared.size);
            self.ahead = Some((range.clone(), start(shared.fetching(range))?));
        }
        self.window = Some(window);
        Ok(())
    }
}

impl Read for RemoteFile {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.shared.size || out.is_empty() {
            return Ok(0);
        }
        let rest = |file: &Self| file.window.as_ref().and_then(|window| window.rest(file.at));
        let found = match rest(self) {
            Some(found) => found,
            None => {
                self.fill()?;
                rest(self).unwrap_or_default()
            }
        };
        let count = found.len().min(out.len());
        if let (Some(to), Some(from)) = (out.get_mut(..count), found.get(..count)) {
            to.copy_from_slice(from);
        }
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for RemoteFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.shared.size.checked_add_signed(by),
        };
        let place = place.ok_or(io::ErrorKind::InvalidInput)?;
        if place != self.at {
            self.run = 0;
        }
        self.at = place;
        Ok(place)
    }
}

impl Shared {
    fn bytes(&self, wanted: Range<u64>) -> io::Result<Bytes> {
        if wanted.end > self.size {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if let Some(bytes) = &self.whole {
            let whole = Window {
                from: 0,
                bytes: bytes.clone(),
            };
            return whole
                .range(&wanted)
                .ok_or(io::ErrorKind::UnexpectedEof.into());
        }
        let expected = self.expected(wanted.start)?;
        if let Some(found) = expected.and_then(|window| window.range(&wanted)) {
            return Ok(found);
        }
        let recent = |all: &VecDeque<Window>| all.iter().find_map(|window| window.range(&wanted));
        if let Some(found) = recent(&self.recent.lock()) {
            return Ok(found);
        }
        let length = (wanted.end - wanted.start).max(FIRST);
        // A footer is read from its end, by many small steps.
        let from = match wanted.start + length > self.size {
            true => self.size.saturating_sub(length).min(wanted.start),
            false => wanted.start,
        };
        let bytes = self.fetch(from..(from + length).min(self.size))?;
        let window = Window { from, bytes };
        let found = window.range(&wanted);
        self.keep(window);
        found.ok_or(io::ErrorKind::UnexpectedEof.into())
    }

    fn keep(&self, window: Window) {
        let mut recent = self.recent.lock();
        if recent.len() >= KEPT {
            recent.pop_front();
        }
        recent.push_back(window);
    }

    /// What is here already, or is expected, of a place.
    fn cached(&self, at: u64) -> io::Result<Option<Window>> {
        if let Some(bytes) = &self.whole {
            return Ok(Some(Window {
                from: 0,
                bytes: bytes.clone(),
            }));
        }
        if let Some(window) = self.expected(at)? {
            return Ok(Some(window));
        }
        let recent = self.recent.lock();
        Ok(recent
            .iter()
            .find(|window| window.rest(at).is_some())
            .cloned())
    }

    /// The expected range that holds a place, fetched with those of its group.
    fn expected(&self, at: u64) -> io::Result<Option<Window>> {
        let mut expected = self.expected.lock();
        let found = expected.loaded.iter().find(|(_, w)| w.rest(at).is_some());
        if let Some((_, window)) = found {
            return Ok(Some(window.clone()));
        }
        let groups = expected.groups.iter().enumerate();
        let holds = |range: &&Range<u64>| range.contains(&at);
        let found = groups
            .filter_map(|(number, group)| Some((number, group, group.iter().find(holds)?)))
            .next();
        let Some((number, group, range)) = found else {
            return Ok(None);
        };
        let total: u64 = group.iter().map(|range| range.end - range.start).sum();
        let wanted = match total <= MOST_TOGETHER {
            true => group.clone(),
            false => vec![range.clone()],
        };
        // Those of earlier groups are done with.
        expected.loaded.retain(|(group, _)| *group == number);
        let store = self.requests();
        let fetched = self.object.ask(|_, _| async move {
            let all = futures::stream::iter(wanted).map(|range| {
                let fetching = store.fetching(range.clone());
                async move {
                    let from = range.start;
                    fetching.await.map(|bytes| Window { from, bytes })
                }
            });
            all.buffered(AT_A_TIME).try_collect::<Vec<_>>().await
        });
        for window in fetched? {
            expected.loaded.push((number, window));
        }
        let found = expected.loaded.iter().find(|(_, w)| w.rest(at).is_some());
        Ok(found.map(|(_, window)| window.clone()))
    }

    fn fetch(&self, range: Range<u64>) -> io::Result<Bytes> {
        start(self.fetching(range))?
            .wait()?
            .map_err(|e| self.refused(e))
    }

    fn fetching(
        &self,
        range: Range<u64>,
    ) -> impl Future<Output = object_store::Result<Bytes>> + Send + use<> {
        self.requests().fetching(range)
    }

    fn requests(&self) -> Requests {
        Requests {
            store: Arc::clone(&self.object.client.store),
            key: self.object.key.clone(),
            tag: self.tag.clone(),
        }
    }

    fn refused(&self, error: object_store::Error) -> io::Error {
        match error {
            object_store::Error::Precondition { .. } => {
                failed(self.object.path(), "it was replaced while it was read")
            }
            error => self.object.refused(error),
        }
    }
}

/// What a request needs to have on its way.
#[derive(Clone)]
struct Requests {
    store: Arc<dyn ObjectStore>,
    key: object_store::path::Path,
    tag: Option<String>,
}

impl Requests {
    fn fetching(
        &self,
        range: Range<u64>,
    ) -> impl Future<Output = object_store::Result<Bytes>> + Send + use<> {
        let own = self.clone();
        async move {
            let step = usize::try_from(PIECE).unwrap_or(usize::MAX);
            let pieces: Vec<Range<u64>> = range
                .clone()
                .step_by(step)
                .map(|from| from..(from + PIECE).min(range.end))
                .collect();
            let mut parts = futures::stream::iter(pieces)
                .map(|piece| own.clone().piece(piece))
                .buffered(AT_A_TIME)
                .try_collect::<Vec<Bytes>>()
                .await?;
            if parts.len() == 1 {
                return Ok(parts.remove(0));
            }
            Ok(parts.concat().into())
        }
    }

    async fn piece(self, range: Range<u64>) -> object_store::Result<Bytes> {
        let options = GetOptions {
            range: Some(GetRange::Bounded(range)),
            if_match: self.tag,
            ..GetOptions::default()
        };
        self.store.get_opts(&self.key, options).await?.bytes().await
    }
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
