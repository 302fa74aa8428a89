//! A snapshot of a version, made from files: the last snapshot and the deltas
//! since. The state in memory is neither read nor stopped, so this runs on a thread
//! of its own while batches go on.

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::chain::{self, Files, Part, name_of};
use super::file::{Head, Kind, Writer};
use super::layout::StateLayout;
use super::table::{Table, hash_of};
use crate::error::{Result, SparkError};
use crate::streaming::checkpoint::{AtomicDir, io_failure};

/// Deltas of so many bytes are held in memory at a time. More are merged in several
/// passes, each of which takes a part of the keys.
const PASS_BYTES: u64 = 128 << 20;

/// So much is written between two syncs: a batch that syncs its own file meanwhile
/// must not wait for a gigabyte of ours.
const SYNC_BYTES: usize = 8 << 20;

/// What there is to do for one partition.
#[derive(Debug)]
pub(super) struct Job {
    pub dir: Arc<AtomicDir>,
    pub layout: StateLayout,
    /// The last snapshot and what came since, up to the version.
    pub files: Files,
    pub version: u64,
    /// Snapshots that no version that is kept needs any more. They go here and not
    /// in a batch: freeing a big file takes a while.
    pub obsolete: Vec<String>,
}

/// The snapshot that was written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Made {
    pub version: u64,
    pub bytes: u64,
}

impl Job {
    /// Ends soon, with an error that nobody wants, after `stop` was set.
    pub fn run(&self, stop: &AtomicBool) -> Result<Made> {
        for name in &self.obsolete {
            let failed = |e| io_failure("remove", &self.dir.path_of(name), &e);
            self.dir.remove(name).map_err(failed)?;
        }
        let parts = chain::parts(&self.dir, &self.files, &self.layout, self.version)?;
        let head = Head {
            kind: Kind::Snapshot,
            version: self.version,
            base: 0,
        };
        let name = name_of(self.version, Kind::Snapshot);
        let path = self.dir.path_of(&name);
        let failed = |e: io::Error| io_failure("write", &path, &e);
        let mut bytes = 0;
        self.dir.replace_with(&name, |file| {
            let out = BufWriter::with_capacity(1 << 20, Synced { file, unsynced: 0 });
            let mut writer = Writer::new(out, head, &self.layout).map_err(failed)?;
            let push = |key: &[u8], value: &[u8]| {
                check_stop(stop)?;
                writer.push(key, Some(value)).map_err(failed)
            };
            merge(&parts, stop, push)?;
            let (mut out, length, _) = writer.finish().map_err(failed)?;
            out.flush().map_err(failed)?;
            bytes = length;
            Ok(())
        })?;
        Ok(Made {
            version: self.version,
            bytes,
        })
    }
}

/// Gives every key that the parts (newest first) together have, with its value.
fn merge(
    parts: &[Part],
    stop: &AtomicBool,
    mut push: impl FnMut(&[u8], &[u8]) -> Result<()>,
) -> Result<()> {
    let Some((base, deltas)) = parts.split_last() else {
        return Ok(());
    };
    let passes = 1 + deltas.iter().map(|d| d.file.size).sum::<u64>() / PASS_BYTES;
    for pass in 0..passes {
        let is_due = |key: &[u8]| passes == 1 || hash_of(key) % passes == pass;
        let changed = changed(deltas, stop, is_due)?;
        base.file.for_each(&base.path, |key, value| {
            if !is_due(key) || changed.find(key).is_some() {
                return Ok(());
            }
            push(key, value.unwrap_or_default())
        })?;
        for slot in changed.slots() {
            if let Some([HAS_VALUE, value @ ..]) = changed.value(slot) {
                push(changed.key(slot), value)?;
            }
        }
    }
    Ok(())
}

fn check_stop(stop: &AtomicBool) -> Result<()> {
    if stop.load(Ordering::Relaxed) {
        return Err(SparkError::internal("the query stops"));
    }
    Ok(())
}

const HAS_VALUE: u8 = 1;
const REMOVED: u8 = 0;

/// The last value of each key in the deltas, after a byte that tells whether it has one.
fn changed(deltas: &[Part], stop: &AtomicBool, is_due: impl Fn(&[u8]) -> bool) -> Result<Table> {
    let (mut table, mut marked) = (Table::default(), Vec::new());
    for delta in deltas.iter().rev() {
        check_stop(stop)?;
        delta.file.for_each(&delta.path, |key, value| {
            if is_due(key) {
                marked.clear();
                marked.push(value.map_or(REMOVED, |_| HAS_VALUE));
                marked.extend_from_slice(value.unwrap_or_default());
                table.load(key, Some(&marked));
            }
            Ok(())
        })?;
    }
    Ok(table)
}

/// A file that never has much that is not on disk.
struct Synced<'a> {
    file: &'a File,
    unsynced: usize,
}

impl Write for Synced<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.unsynced += written;
        if self.unsynced >= SYNC_BYTES {
            self.file.sync_data()?;
            self.unsynced = 0;
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Synced<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}
