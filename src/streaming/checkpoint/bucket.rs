//! Files of a checkpoint in an object store: each is put whole, and is durable when the
//! store says so.
//!
//! A log's file is put only if there is none of its name, so that of two queries on one
//! checkpoint the second is told. (A put whose answer was lost and that was tried again
//! meets itself and is taken for another query's: the query fails, and finds the batch as
//! planned when it is started again.)

use std::io;
use std::path::Path;

use super::atomic::{FsyncStats, Written};
use super::fault_point::{FaultPoint, reach_io};
use crate::storage::{self, Spool};

/// A folder of a store.
pub(super) struct Bucket<'a> {
    pub path: &'a Path,
    pub stats: &'a FsyncStats,
}

impl Bucket<'_> {
    pub fn names(&self) -> io::Result<Vec<String>> {
        let entries = storage::list(self.path)?.into_iter();
        Ok(entries.map(|entry| entry.name).collect())
    }

    pub fn put_new(&self, name: &str, content: Vec<u8>) -> io::Result<Written> {
        let put = || storage::put_new(&self.path.join(name), content);
        Ok(match self.durably(put)? {
            true => Written::Done,
            false => Written::Existed,
        })
    }

    pub fn put(&self, name: &str, content: Vec<u8>) -> io::Result<()> {
        self.durably(|| storage::put(&self.path.join(name), content))
    }

    pub fn put_spool(&self, name: &str, spool: Spool) -> io::Result<()> {
        self.durably(|| spool.put(&self.path.join(name)))
    }

    /// Counts as the wait for a disk does.
    fn durably<T>(&self, put: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        reach_io(FaultPoint::FileWritten)?;
        let put = self.stats.measure(put)?;
        reach_io(FaultPoint::FileNamed)?;
        reach_io(FaultPoint::FileDurable)?;
        Ok(put)
    }
}
