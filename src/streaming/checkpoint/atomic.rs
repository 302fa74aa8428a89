//! Files that are either whole or absent, whatever instant the machine stops at.
//!
//! A file is written under a temporary name in its own folder, its data is
//! synced, it gets its name, and the folder is synced. A batch pays for this two
//! or three times, so an [`AtomicDir`] keeps the folder's handle open, and the
//! syncs are counted and timed. Files that a log no longer needs are written
//! again under new names instead of being deleted: making a file is slow on a file
//! system that must pass over many that were deleted a moment ago, and a log that
//! deletes one file a batch is just that. Nothing here knows what the bytes mean.
//!
//! An object store has neither folders nor renames, and needs none of this: an object is
//! there whole once it is put ([`Bucket`]).

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;

use super::bucket::Bucket;
use super::errors::io_failure;
use super::fault_point::{FaultPoint, reach_io};
use super::sums::{Sums, fits, is_whole};
use crate::error::Result;
use crate::storage::{self, Spool};
use crate::time::{Clock, SystemClock};

/// How often a query waited for the disk, and for how long.
#[derive(Debug, Default)]
pub struct FsyncStats {
    count: AtomicU64,
    nanos: AtomicU64,
}

impl FsyncStats {
    pub fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    pub fn total(&self) -> Duration {
        Duration::from_nanos(self.nanos.load(Ordering::Relaxed))
    }

    pub(super) fn measure<T>(&self, sync: impl FnOnce() -> T) -> T {
        let start = SystemClock.monotonic();
        let outcome = sync();
        let took = SystemClock.monotonic().saturating_sub(start);
        let nanos = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        self.count.fetch_add(1, Ordering::Relaxed);
        self.nanos.fetch_add(nanos, Ordering::Relaxed);
        outcome
    }
}

/// What became of a write that must not replace a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    Done,
    /// There was a file of this name; it was left as it is.
    Existed,
}

/// Files without a name that matters, to be written again.
#[derive(Debug, Default)]
struct Spares {
    /// Their old names are durably gone: no name that may come back after a
    /// power cut means their content any more.
    ready: Vec<PathBuf>,
    /// Renamed since the folder was last synced.
    waiting: Vec<PathBuf>,
    next: u64,
}

const SPARE: &str = ".spare-";
/// More are deleted: a batch writes one file of a folder and frees one.
const MOST_SPARES: usize = 16;

/// A folder in which whole files appear.
#[derive(Debug)]
pub struct AtomicDir {
    path: PathBuf,
    /// Open for the life of the query: syncing it is one system call. None in a store.
    handle: Option<File>,
    stats: Arc<FsyncStats>,
    /// Some files have a sum beside them, as Spark's all have: a file must not meet
    /// one that belonged to an earlier file of the same name.
    has_sums: AtomicBool,
    spares: Mutex<Spares>,
}

impl AtomicDir {
    /// Opens the folder, making it (and what is above it) where it is missing.
    pub fn open(path: &Path, stats: Arc<FsyncStats>) -> Result<Self> {
        if storage::is_remote(path) {
            return Ok(Self {
                path: path.to_path_buf(),
                handle: None,
                stats,
                has_sums: AtomicBool::new(false),
                spares: Mutex::default(),
            });
        }
        create_durably(path, &stats).map_err(|e| io_failure("create the folder", path, &e))?;
        let handle = File::open(path).map_err(|e| io_failure("open", path, &e))?;
        let dir = Self {
            path: path.to_path_buf(),
            handle: Some(handle),
            stats,
            has_sums: AtomicBool::new(false),
            spares: Mutex::default(),
        };
        let names = dir.names()?;
        let has_sums = names.iter().any(|name| is_sum(name));
        dir.has_sums.store(has_sums, Ordering::Relaxed);
        // An earlier run's spares are not used: a kill may have come when one of
        // them had its new name beside the old.
        for name in names.iter().filter(|name| name.starts_with(SPARE)) {
            dir.remove(name)
                .map_err(|e| io_failure("remove", &dir.path_of(name), &e))?;
        }
        Ok(dir)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What does the work where the folder is one of a store.
    fn bucket(&self) -> Option<Bucket<'_>> {
        self.handle.is_none().then_some(Bucket {
            path: &self.path,
            stats: &self.stats,
        })
    }

    pub fn stats(&self) -> &Arc<FsyncStats> {
        &self.stats
    }

    pub fn path_of(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// The names in the folder, in no order, those that start with a dot too.
    pub fn names(&self) -> Result<Vec<String>> {
        self.list().map_err(|e| io_failure("list", &self.path, &e))
    }

    fn list(&self) -> io::Result<Vec<String>> {
        if let Some(bucket) = self.bucket() {
            return bucket.names();
        }
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            // A name that is not text cannot be one of ours or of Spark's.
            if let Ok(name) = entry?.file_name().into_string() {
                names.push(name);
            }
        }
        Ok(names)
    }

    /// The whole file, or none where there is no such file.
    pub fn read(&self, name: &str) -> Result<Option<Vec<u8>>> {
        let path = self.path_of(name);
        match storage::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(io_failure("read", &path, &e)),
        }
    }

    /// Whether a file fits the sum beside it; true where there is no such sum.
    pub fn fits_sum(&self, name: &str, content: &[u8]) -> Result<bool> {
        if self.bucket().is_some() {
            return Ok(true); // a store keeps its own sums
        }
        let Some(sum) = self.read(&sum_of(name))? else {
            return Ok(true);
        };
        Ok(fits(&sum, content))
    }

    /// Whether the file is known to be whole: there is a sum beside it that means
    /// something, or it is in a store.
    pub(super) fn has_sum(&self, name: &str) -> Result<bool> {
        if self.bucket().is_some() {
            return Ok(true);
        }
        let sum = self.read(&sum_of(name))?.unwrap_or_default();
        Ok(is_whole(&sum))
    }

    /// Writes a file that must be new, and its sum. When this returns `Done`, the
    /// file survives a power cut.
    pub fn write_new(&self, name: &str, parts: &[&[u8]]) -> io::Result<Written> {
        if let Some(bucket) = self.bucket() {
            return bucket.put_new(name, parts.concat());
        }
        let (staged, file) = self.stage(name)?;
        self.fill(&file, parts)?;
        self.name_new(&staged, name, &Sums::of(parts))
    }

    /// Writes a file, in the place of an earlier one if there is one.
    pub fn replace(&self, name: &str, parts: &[&[u8]]) -> io::Result<()> {
        if let Some(bucket) = self.bucket() {
            return bucket.put(name, parts.concat());
        }
        let (staged, file) = self.stage(name)?;
        self.fill(&file, parts)?;
        self.drop_sum(name);
        fs::rename(&staged, self.path.join(name))?;
        reach_io(FaultPoint::FileNamed)?;
        self.sync()?;
        reach_io(FaultPoint::FileDurable)
    }

    /// As `replace`, for a file too big to be put together in memory. What `write`
    /// began stays without a name when it fails.
    pub fn replace_with(&self, name: &str, write: impl FnOnce(&File) -> Result<()>) -> Result<()> {
        let failed = |e: io::Error| io_failure("write", &self.path_of(name), &e);
        if let Some(bucket) = self.bucket() {
            let spool = Spool::new().map_err(failed)?;
            write(&spool.file)?;
            return bucket.put_spool(name, spool).map_err(failed);
        }
        let (staged, file) = self.stage(name).map_err(failed)?;
        let written = write(&file).and_then(|()| self.fill(&file, &[]).map_err(failed));
        if let Err(error) = written {
            // Best effort: what is left has no name, and goes at the next start.
            let _ = remove_if_there(&staged);
            return Err(error);
        }
        self.drop_sum(name);
        fs::rename(&staged, self.path.join(name)).map_err(failed)?;
        self.sync().map_err(failed)
    }

    /// As `replace`, with a sum beside the file. Between the two there is none, so
    /// that a file never meets the sum of another content.
    pub fn replace_summed(&self, name: &str, parts: &[&[u8]]) -> io::Result<()> {
        if self.bucket().is_some() {
            return self.replace(name, parts);
        }
        self.has_sums.store(true, Ordering::Relaxed);
        self.replace(name, parts)?;
        self.write_sum(name, &Sums::of(parts))
    }

    /// Writes a new file that starts with a copy of another one of the folder; `sums`
    /// are those of the whole.
    pub fn write_new_after(
        &self,
        first: &str,
        name: &str,
        rest: &[u8],
        sums: &Sums,
    ) -> io::Result<Written> {
        if let Some(bucket) = self.bucket() {
            let mut whole = storage::read(&self.path_of(first))?;
            whole.extend_from_slice(rest);
            return bucket.put_new(name, whole);
        }
        let (staged, mut file) = self.stage(name)?;
        // The kernel copies file to file: nothing passes through this process.
        io::copy(&mut File::open(self.path.join(first))?, &mut file)?;
        self.fill(&file, &[rest])?;
        self.name_new(&staged, name, sums)
    }

    /// Removes a file (and the sum of it); a missing one is no error.
    /// Not synced: a file that comes back after a power cut does no harm.
    pub fn remove(&self, name: &str) -> io::Result<()> {
        self.drop_sum(name);
        remove_if_there(&self.path.join(name))
    }

    /// Gives up a file like `remove`, and keeps its place on disk for a later one.
    pub fn recycle(&self, name: &str) -> io::Result<()> {
        if self.bucket().is_some() {
            self.remove(name)?;
            return reach_io(FaultPoint::FileRecycled);
        }
        let mut spares = self.spares.lock();
        if spares.ready.len() + spares.waiting.len() >= MOST_SPARES {
            return self.remove(name);
        }
        if self.has_sums.load(Ordering::Relaxed) {
            self.give_up(&mut spares, &sum_of(name))?;
        }
        self.give_up(&mut spares, name)?;
        reach_io(FaultPoint::FileRecycled)
    }

    fn give_up(&self, spares: &mut Spares, name: &str) -> io::Result<()> {
        let spare = self.path.join(format!("{SPARE}{}", spares.next));
        match fs::rename(self.path.join(name), &spare) {
            Ok(()) => {
                spares.next += 1;
                spares.waiting.push(spare);
                Ok(())
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(e) => Err(e),
        }
    }

    /// Makes the names of the folder durable.
    fn sync(&self) -> io::Result<()> {
        // Taken before: what another thread gives up during the sync may miss it.
        let mut synced = std::mem::take(&mut self.spares.lock().waiting);
        if let Some(handle) = &self.handle {
            self.stats.measure(|| handle.sync_all())?;
        }
        self.spares.lock().ready.append(&mut synced);
        Ok(())
    }

    fn stage(&self, name: &str) -> io::Result<(PathBuf, File)> {
        if let Some(spare) = self.spares.lock().ready.pop()
            && let Ok(file) = OpenOptions::new().write(true).open(&spare)
        {
            return Ok((spare, file));
        }
        let staged = self.path.join(format!(".{name}.tmp"));
        let open = || {
            OpenOptions::new()
                .write(true)
                .create_new(true)
                .open(&staged)
        };
        match open() {
            Ok(file) => Ok((staged, file)),
            // Left by a process that was killed. It is not truncated: should it be
            // the finished file under a second name (a release before this one linked),
            // that would damage it.
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
                fs::remove_file(&staged)?;
                let file = open()?;
                Ok((staged, file))
            }
            Err(e) => Err(e),
        }
    }

    fn fill(&self, mut file: &File, parts: &[&[u8]]) -> io::Result<()> {
        for part in parts {
            file.write_all(part)?;
        }
        let end = file.stream_position()?;
        if file.metadata()?.len() != end {
            file.set_len(end)?; // a spare that was longer
        }
        reach_io(FaultPoint::FileWritten)?;
        self.stats.measure(|| file.sync_data())?;
        reach_io(FaultPoint::FileSynced)
    }

    /// Gives a finished file its name, unless the name is taken. Looking first is
    /// enough, since the checkpoint's lock leaves one writer only; and a rename is
    /// one change of the folder where a link and an unlink are two.
    fn name_new(&self, staged: &Path, name: &str, sums: &Sums) -> io::Result<Written> {
        let target = self.path.join(name);
        if target.try_exists()? {
            remove_if_there(staged)?;
            return Ok(Written::Existed);
        }
        // Before the file has its name: whoever finds the file finds its own sum.
        self.write_sum(name, sums)?;
        reach_io(FaultPoint::SumWritten)?;
        fs::rename(staged, &target)?;
        reach_io(FaultPoint::FileNamed)?;
        self.sync()?;
        reach_io(FaultPoint::FileDurable)?;
        Ok(Written::Done)
    }

    /// Puts a sum beside a file. It is not synced: one that a power cut has emptied
    /// counts as none.
    fn write_sum(&self, name: &str, sums: &Sums) -> io::Result<()> {
        let name = sum_of(name);
        let (staged, mut file) = self.stage(&name)?;
        let bytes = sums.render();
        file.write_all(&bytes)?;
        let length = bytes.len() as u64;
        if file.metadata()?.len() != length {
            file.set_len(length)?;
        }
        self.has_sums.store(true, Ordering::Relaxed);
        fs::rename(&staged, self.path.join(&name))
    }

    fn drop_sum(&self, name: &str) {
        if self.has_sums.load(Ordering::Relaxed) {
            // Best effort: with it the file is refused by name, no more.
            let _ = fs::remove_file(self.path.join(sum_of(name)));
        }
    }
}

fn sum_of(name: &str) -> String {
    format!(".{name}.crc")
}

fn is_sum(name: &str) -> bool {
    name.starts_with('.') && name.ends_with(".crc")
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match storage::remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
        _ => Ok(()),
    }
}

/// Makes a folder whose name survives a power cut.
fn create_durably(path: &Path, stats: &FsyncStats) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
        create_durably(parent, stats)?;
    }
    match fs::create_dir(path) {
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => return Ok(()),
        other => other?,
    }
    match path.parent().filter(|p| !p.as_os_str().is_empty()) {
        Some(parent) => stats.measure(|| File::open(parent)?.sync_all()),
        None => Ok(()),
    }
}

#[cfg(test)]
#[path = "atomic_tests.rs"]
mod tests;
