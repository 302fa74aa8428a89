//! One partition of an operator's state: the calls that operators make.

use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use super::chain::{self, Files, Loaded, Since, name_of};
use super::file::{self, Head, Kind, Writer};
use super::layout::StateLayout;
use super::places::Slot;
use super::snapshot::{Job, Made};
use super::table::Table;
use crate::error::{Result, SparkError};
use crate::streaming::checkpoint::{AtomicDir, FsyncStats, io_failure};

/// So many small deltas are read in about half a second.
const MOST_DELTAS: u64 = 10_000;
/// Deltas that are this much more than the snapshot are not left to grow.
const MOST_DELTA_BYTES: u64 = 64 << 20;
/// So many deltas may go in one commit. A snapshot frees many at once, and a batch
/// must not wait for all of them.
const PURGED_AT_ONCE: usize = 4;

/// What a commit wrote.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CommitStats {
    /// Keys in the file that was written; 0 with `bytes` 0: no file was needed.
    pub keys: u64,
    pub bytes: u64,
    pub snapshot: bool,
}

#[derive(Debug)]
pub struct StateStore {
    table: Table,
    layout: StateLayout,
    version: u64,
    /// None: in memory only, for a query without a checkpoint.
    disk: Option<Disk>,
}

#[derive(Debug)]
struct Disk {
    dir: Arc<AtomicDir>,
    /// The files of versions up to the store's.
    files: Files,
    /// Files of later versions: left by a run that was killed before it
    /// committed its batch. They go when a version is written anew.
    leftovers: Vec<(u64, String)>,
    newest: u64,
    since: Since,
    /// The next version must be a snapshot: nothing on disk is a base for it.
    rebuilt: bool,
    making: Option<Making>,
    /// Snapshots that are not needed any more; the next job removes them.
    obsolete: Vec<String>,
}

/// A snapshot that is being made elsewhere.
#[derive(Debug, Clone, Copy)]
struct Making {
    /// The oldest version whose file it reads.
    oldest: u64,
    /// As of its version.
    since: Since,
}

impl StateStore {
    /// Opens a partition at a version; `None` keeps it in memory only.
    ///
    /// Every file that the version is made of is checked: its sum, its layout,
    /// and that none between is missing.
    pub fn open(
        dir: Option<&Path>,
        layout: StateLayout,
        version: u64,
        stats: Arc<FsyncStats>,
    ) -> Result<Self> {
        let Some(dir) = dir else {
            return Ok(Self::in_memory(layout, version));
        };
        let dir = AtomicDir::open(dir, stats)?;
        let mut files = chain::list(&dir)?;
        if version == 0 {
            refuse_foreign(&dir, &files)?;
        }
        let leftovers = split_off(&mut files, version);
        let Loaded {
            table,
            newest,
            since,
        } = chain::load(&dir, &files, &layout, version)?;
        let disk = Disk {
            newest,
            since,
            ..Disk::new(dir, files, leftovers)
        };
        Ok(Self {
            table,
            layout,
            version,
            disk: Some(disk),
        })
    }

    fn in_memory(layout: StateLayout, version: u64) -> Self {
        Self {
            table: Table::default(),
            layout,
            version,
            disk: None,
        }
    }

    /// Opens a partition at a version with the given content, as when state is
    /// spread over another number of partitions. What lies in the folder stays
    /// until the next version is durable, which is written whole.
    pub fn rebuild<'a>(
        dir: &Path,
        layout: StateLayout,
        version: u64,
        content: impl Iterator<Item = (&'a [u8], &'a [u8])>,
        stats: Arc<FsyncStats>,
    ) -> Result<Self> {
        let dir = AtomicDir::open(dir, stats)?;
        let mut files = chain::list(&dir)?;
        let leftovers = split_off(&mut files, version);
        let mut store = Self::in_memory(layout, version);
        for (key, value) in content {
            store.table.load(key, Some(value));
        }
        store.disk = Some(Disk {
            newest: version,
            rebuilt: true,
            ..Disk::new(dir, files, leftovers)
        });
        Ok(store)
    }

    pub fn version(&self) -> u64 {
        self.version
    }

    /// The newest version that a file was written for; one that changed nothing has
    /// none. 0 in memory.
    pub fn newest_file(&self) -> u64 {
        self.disk.as_ref().map_or(0, |disk| disk.newest)
    }

    /// Whether there is a folder that versions are written to.
    pub fn is_durable(&self) -> bool {
        self.disk.is_some()
    }

    /// How many keys have a value.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn memory_bytes(&self) -> usize {
        self.table.memory_bytes()
    }

    pub fn get(&self, key: &[u8]) -> Option<&[u8]> {
        self.table.value(self.table.find(key)?)
    }

    pub fn put(&mut self, key: &[u8], value: &[u8]) {
        let slot = self.table.find_or_insert(key);
        self.table.set_value(slot, value);
    }

    /// Whether the key had a value.
    pub fn remove(&mut self, key: &[u8]) -> bool {
        let slot = self.table.find(key);
        slot.is_some_and(|slot| self.table.remove(slot))
    }

    /// All keys with their values, in no order that means anything.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let pair = |slot| Some((self.table.key(slot), self.table.value(slot)?));
        self.table.slots().filter_map(pair)
    }

    /// The slots of many keys, in their order, appended to `slots`. A key that is
    /// new has no value in its slot yet; without one it is gone at the commit.
    pub fn lookup_or_insert_many<K: AsRef<[u8]>>(
        &mut self,
        keys: impl IntoIterator<Item = K>,
        slots: &mut Vec<Slot>,
    ) {
        let found = keys
            .into_iter()
            .map(|key| self.table.find_or_insert(key.as_ref()));
        slots.extend(found);
    }

    /// As for many keys.
    pub fn slot_or_insert(&mut self, key: &[u8]) -> Slot {
        self.table.find_or_insert(key)
    }

    /// The slot of a key, without making one.
    pub fn slot(&self, key: &[u8]) -> Option<Slot> {
        self.table.find(key)
    }

    pub fn key(&self, slot: Slot) -> &[u8] {
        self.table.key(slot)
    }

    pub fn value(&self, slot: Slot) -> Option<&[u8]> {
        self.table.value(slot)
    }

    pub fn set_value(&mut self, slot: Slot, value: &[u8]) {
        self.table.set_value(slot, value);
    }

    /// Whether the slot had a value. Its number is free for another key after
    /// the next commit.
    pub fn remove_slot(&mut self, slot: Slot) -> bool {
        self.table.remove(slot)
    }

    /// The slots that have a value.
    pub fn slots(&self) -> impl Iterator<Item = Slot> + '_ {
        self.table.slots()
    }

    /// The keys that differ from the last version; the value is none for those
    /// that were removed.
    pub fn changes(&self) -> impl Iterator<Item = (&[u8], Option<&[u8]>)> {
        self.table.changes()
    }

    /// Makes what was done since the last commit the version `new_version`. When
    /// this returns, it survives a power cut.
    ///
    /// A version that changed nothing writes nothing, except the first one of a
    /// partition, or one after leftovers of a killed run.
    pub fn commit(&mut self, new_version: u64) -> Result<CommitStats> {
        if new_version <= self.version {
            return Err(SparkError::internal(format!(
                "state version {new_version} does not follow {}",
                self.version
            )));
        }
        let stats = match &mut self.disk {
            Some(disk) => disk.write(&self.table, &self.layout, new_version)?,
            None => CommitStats::default(),
        };
        self.table.accept();
        self.version = new_version;
        Ok(stats)
    }

    /// Takes back what was done since the last commit.
    pub fn abort(&mut self) {
        self.table.revert();
    }

    /// Removes files that no version from `retain` versions ago on needs, a few at
    /// a time.
    pub fn purge(&mut self, retain: u64) -> Result<()> {
        let Some(disk) = &mut self.disk else {
            return Ok(());
        };
        match self.version.checked_sub(retain) {
            Some(oldest) => disk.purge(oldest),
            None => Ok(()),
        }
    }

    /// Makes a snapshot of the present version at once, from files.
    pub fn snapshot(&mut self) -> Result<()> {
        let job = self.disk.as_mut().and_then(|d| d.begin(&self.layout));
        if let Some(job) = job {
            let made = job.run(&Default::default())?;
            self.end_snapshot(made);
        }
        Ok(())
    }

    /// The work of a snapshot of the present version, if one is due: there are more
    /// than `min_deltas`, and they are half of the last snapshot or very many. Where
    /// maintenance is not due yet (`waited`), only if they are far too many.
    pub(super) fn begin_snapshot(&mut self, min_deltas: u64, waited: bool) -> Option<Job> {
        let disk = self.disk.as_mut()?;
        let since = disk.since;
        let many = since.deltas >= MOST_DELTAS.max(min_deltas);
        let big = since.delta_bytes >= since.snapshot_bytes / 2;
        let huge = since.delta_bytes >= 2 * since.snapshot_bytes + MOST_DELTA_BYTES;
        let is_due = many || (waited && big) || huge;
        if disk.making.is_some() || since.deltas <= min_deltas || !is_due {
            return None;
        }
        disk.begin(&self.layout)
    }

    #[cfg(test)]
    pub(super) fn is_making_snapshot(&self) -> bool {
        self.disk.as_ref().is_some_and(|disk| disk.making.is_some())
    }

    #[cfg(test)]
    pub(super) fn begin_now(&mut self) -> Option<Job> {
        self.disk.as_mut()?.begin(&self.layout)
    }

    pub(super) fn end_snapshot(&mut self, made: Made) {
        if let Some(disk) = &mut self.disk {
            disk.end(made);
        }
    }
}

/// Takes the files of versions after `version` out of the list.
fn split_off(files: &mut Files, version: u64) -> Vec<(u64, String)> {
    let later = files.split_off(&(version + 1));
    let named =
        |(version, has): (u64, chain::Has)| has.names(version).map(move |name| (version, name));
    later.into_iter().flat_map(named).collect()
}

/// A store at version 0 reads no file, and must still not write among those of
/// another engine.
fn refuse_foreign(dir: &AtomicDir, files: &Files) -> Result<()> {
    for name in files.iter().flat_map(|(version, has)| has.names(*version)) {
        let bytes = file::first_bytes(&dir.path_of(&name))?.unwrap_or_default();
        if !file::looks_ours(&bytes) {
            return Err(super::layout::foreign_state(dir.path(), &name));
        }
    }
    Ok(())
}

impl Disk {
    fn new(dir: AtomicDir, files: Files, leftovers: Vec<(u64, String)>) -> Self {
        Self {
            dir: Arc::new(dir),
            files,
            leftovers,
            newest: 0,
            since: Since::default(),
            rebuilt: false,
            making: None,
            obsolete: Vec::new(),
        }
    }

    fn write(&mut self, table: &Table, layout: &StateLayout, version: u64) -> Result<CommitStats> {
        let first = self.files.is_empty() || self.rebuilt;
        let unchanged = table.changes().next().is_none();
        let is_left_over = self.leftovers.iter().any(|(at, _)| *at <= version);
        if unchanged && !first && !is_left_over {
            return Ok(CommitStats::default());
        }
        let kind = if first { Kind::Snapshot } else { Kind::Delta };
        let head = Head {
            kind,
            version,
            base: self.newest,
        };
        let (bytes, keys) = encode(table, layout, head)
            .map_err(|e| SparkError::internal(format!("state cannot be encoded: {e}")))?;
        let name = name_of(version, kind);
        self.drop_leftovers(version, &name)?;
        self.dir
            .replace(&name, &[&bytes])
            .map_err(|e| io_failure("write", &self.dir.path_of(&name), &e))?;
        self.note(version, kind, bytes.len() as u64);
        Ok(CommitStats {
            keys,
            bytes: bytes.len() as u64,
            snapshot: first,
        })
    }

    /// Before a version is written anew, other files of it go; the folder's sync
    /// that follows makes both durable.
    fn drop_leftovers(&mut self, version: u64, written: &str) -> Result<()> {
        for (at, name) in &self.leftovers {
            if *at <= version && name != written {
                self.dir
                    .remove(name)
                    .map_err(|e| io_failure("remove", &self.dir.path_of(name), &e))?;
            }
        }
        self.leftovers.retain(|(at, _)| *at > version);
        Ok(())
    }

    fn note(&mut self, version: u64, kind: Kind, bytes: u64) {
        self.files.entry(version).or_default().note(kind);
        self.newest = version;
        self.rebuilt = false;
        match kind {
            Kind::Snapshot => {
                self.since = Since {
                    snapshot_bytes: bytes,
                    ..Since::default()
                }
            }
            Kind::Delta => {
                self.since.deltas += 1;
                self.since.delta_bytes += bytes;
            }
        }
    }

    /// A job for a snapshot of the newest version; none where it has one.
    fn begin(&mut self, layout: &StateLayout) -> Option<Job> {
        if self.since.deltas == 0 {
            return None;
        }
        let mut snapshots = self.files.iter().rev().filter(|(_, has)| has.snapshot);
        let oldest = snapshots.next().map_or(0, |(version, _)| *version);
        self.making = Some(Making {
            oldest,
            since: self.since,
        });
        Some(Job {
            dir: Arc::clone(&self.dir),
            layout: layout.clone(),
            files: self
                .files
                .range(oldest..)
                .map(|(v, has)| (*v, *has))
                .collect(),
            version: self.newest,
            obsolete: std::mem::take(&mut self.obsolete),
        })
    }

    fn end(&mut self, made: Made) {
        self.files.entry(made.version).or_default().snapshot = true;
        let before = self.making.take().map(|m| m.since).unwrap_or_default();
        self.since.snapshot_bytes = made.bytes;
        self.since.deltas -= before.deltas;
        self.since.delta_bytes -= before.delta_bytes;
    }

    fn purge(&mut self, oldest: u64) -> Result<()> {
        let mut snapshots = self.files.range(..=oldest).rev();
        let Some((&needed, _)) = snapshots.find(|(_, has)| has.snapshot) else {
            return Ok(());
        };
        let read_elsewhere = self.making.map_or(needed, |making| making.oldest);
        let needed = needed.min(read_elsewhere);
        for _ in 0..PURGED_AT_ONCE {
            let Some((&version, &has)) = self.files.first_key_value() else {
                break;
            };
            if version >= needed {
                break;
            }
            if has.delta {
                let name = name_of(version, Kind::Delta);
                self.dir
                    .recycle(&name)
                    .map_err(|e| io_failure("remove", &self.dir.path_of(&name), &e))?;
            }
            if has.snapshot {
                self.obsolete.push(name_of(version, Kind::Snapshot));
            }
            self.files.remove(&version);
        }
        Ok(())
    }
}

/// All of a version, or what it changed.
fn encode(table: &Table, layout: &StateLayout, head: Head) -> std::io::Result<(Vec<u8>, u64)> {
    let mut writer = Writer::new(Cursor::new(Vec::new()), head, layout)?;
    if head.kind == Kind::Snapshot {
        for slot in table.slots() {
            writer.push(table.key(slot), table.value(slot))?;
        }
    } else {
        for (key, value) in table.changes() {
            writer.push(key, value)?;
        }
    }
    let (bytes, _, keys) = writer.finish()?;
    Ok((bytes.into_inner(), keys))
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
