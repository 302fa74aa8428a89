//! One partition of an operator's state: the calls that operators make.

use std::path::Path;
use std::sync::Arc;

use super::chain::{self, Files, Loaded, name_of};
use super::file::{self, Head, Kind};
use super::layout::StateLayout;
use super::table::{Slot, Table};
use crate::error::{Result, SparkError};
use crate::streaming::checkpoint::{AtomicDir, FsyncStats, damaged, io_failure};

/// After this many deltas a snapshot may be due.
const DELTAS_BEFORE_SNAPSHOT: u64 = 10;
/// After this many one is due, however big the state: a start reads them all.
const MOST_DELTAS: u64 = 200;

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
    dir: AtomicDir,
    /// The files of versions up to the store's.
    files: Files,
    /// Files of later versions: left by a run that was killed before it
    /// committed its batch. They go when a version is written anew.
    leftovers: Vec<(u64, String)>,
    newest: u64,
    deltas: u64,
    delta_bytes: u64,
    /// The next version must be a snapshot: nothing on disk is a base for it.
    rebuilt: bool,
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
        let (mut files, doubled) = chain::list(&dir)?;
        if version == 0 {
            refuse_foreign(&dir, &files)?;
        }
        let later = files.split_off(&(version + 1));
        let mut leftovers: Vec<_> = later
            .into_iter()
            .map(|(version, kind)| (version, name_of(version, kind)))
            .collect();
        for name in doubled {
            let path = dir.path_of(&name);
            let at = name.split('.').next().and_then(|n| n.parse().ok());
            match at {
                Some(at) if at > version => leftovers.push((at, name)),
                _ => return Err(damaged(&path, "there are two files of its version")),
            }
        }
        let Loaded {
            table,
            newest,
            deltas,
            delta_bytes,
        } = chain::load(&dir, &files, &layout, version)?;
        let disk = Disk {
            dir,
            files,
            leftovers,
            newest,
            deltas,
            delta_bytes,
            rebuilt: false,
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
        let (mut files, doubled) = chain::list(&dir)?;
        let later = files.split_off(&(version + 1));
        let later = later.into_iter().map(|(v, kind)| (v, name_of(v, kind)));
        let leftovers = later.chain(doubled.into_iter().map(|name| (version + 1, name)));
        let mut store = Self::in_memory(layout, version);
        for (key, value) in content {
            store.put(key, value);
        }
        store.table.accept();
        store.disk = Some(Disk {
            leftovers: leftovers.collect(),
            dir,
            files,
            newest: version,
            deltas: 0,
            delta_bytes: 0,
            rebuilt: true,
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

    /// Removes the files that no version from `retain` versions ago on needs.
    pub fn purge(&mut self, retain: u64) -> Result<()> {
        let Some(disk) = &mut self.disk else {
            return Ok(());
        };
        match self.version.checked_sub(retain) {
            Some(oldest) => disk.purge(oldest),
            None => Ok(()),
        }
    }
}

/// A store at version 0 reads no file, and must still not write among those of
/// another engine.
fn refuse_foreign(dir: &AtomicDir, files: &Files) -> Result<()> {
    for (version, kind) in files {
        let name = name_of(*version, *kind);
        let bytes = dir.read(&name)?.unwrap_or_default();
        if !file::looks_ours(&bytes) {
            return Err(super::layout::foreign_state(dir.path(), &name));
        }
    }
    Ok(())
}

impl Disk {
    fn write(&mut self, table: &Table, layout: &StateLayout, version: u64) -> Result<CommitStats> {
        let first = self.files.is_empty() || self.rebuilt;
        let unchanged = table.changes().next().is_none();
        let is_left_over = self.leftovers.iter().any(|(at, _)| *at <= version);
        if unchanged && !first && !is_left_over {
            return Ok(CommitStats::default());
        }
        let snapshot = first || self.snapshot_is_due(table);
        let kind = if snapshot {
            Kind::Snapshot
        } else {
            Kind::Delta
        };
        let head = Head {
            kind,
            version,
            base: self.newest,
        };
        let (bytes, keys) = if snapshot {
            let all = table
                .slots()
                .map(|slot| (table.key(slot), table.value(slot)));
            file::encode(head, layout, all)?
        } else {
            file::encode(head, layout, table.changes())?
        };
        let name = name_of(version, kind);
        self.drop_leftovers(version, &name)?;
        self.dir
            .replace(&name, &[&bytes])
            .map_err(|e| io_failure("write", &self.dir.path_of(&name), &e))?;
        self.note(version, kind, bytes.len() as u64);
        Ok(CommitStats {
            keys,
            bytes: bytes.len() as u64,
            snapshot,
        })
    }

    /// A snapshot costs what the state is big; it is due when the deltas since
    /// the last one came to as much, so that it at most doubles what is written.
    fn snapshot_is_due(&self, table: &Table) -> bool {
        let worth_it = self.delta_bytes >= table.live_bytes() as u64;
        self.deltas >= MOST_DELTAS || (self.deltas >= DELTAS_BEFORE_SNAPSHOT && worth_it)
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
        self.files.insert(version, kind);
        self.newest = version;
        self.rebuilt = false;
        match kind {
            Kind::Snapshot => (self.deltas, self.delta_bytes) = (0, 0),
            Kind::Delta => {
                self.deltas += 1;
                self.delta_bytes += bytes;
            }
        }
    }

    fn purge(&mut self, oldest: u64) -> Result<()> {
        let mut snapshots = self.files.range(..=oldest).rev();
        let Some((&needed, _)) = snapshots.find(|(_, kind)| **kind == Kind::Snapshot) else {
            return Ok(());
        };
        while let Some((&version, &kind)) = self.files.first_key_value() {
            if version >= needed {
                break;
            }
            let name = name_of(version, kind);
            self.dir
                .recycle(&name)
                .map_err(|e| io_failure("remove", &self.dir.path_of(&name), &e))?;
            self.files.remove(&version);
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
