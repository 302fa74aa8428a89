//! One query a checkpoint: an advisory lock on a file of the location.
//!
//! The operating system drops the lock when the process ends, however it ends,
//! so a killed query never blocks the next one. An object store has no such locks: there
//! this keeps the queries of one process apart, and those of two meet when one of them
//! puts a log file that the other has put. Knows nothing of queries.

use std::collections::HashSet;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use parking_lot::Mutex;

use super::errors::io_failure;
use crate::error::{Result, SparkError};
use crate::storage;

/// Spark passes over names that start with a dot.
const NAME: &str = ".caudal.lock";

/// The locations in stores that queries of this process run on.
static IN_USE: Mutex<Option<HashSet<PathBuf>>> = Mutex::new(None);

/// Held as long as the query runs; dropping it lets the next one in.
#[derive(Debug)]
pub struct CheckpointLock(Held);

#[derive(Debug)]
enum Held {
    File(File),
    Location(PathBuf),
}

impl CheckpointLock {
    /// Takes the lock, or says who cannot: `CAUDAL_CHECKPOINT_IN_USE` when a
    /// query of this or of another process holds it.
    pub fn acquire(location: &Path) -> Result<Self> {
        if storage::is_remote(location) {
            let mut in_use = IN_USE.lock();
            let is_free = in_use
                .get_or_insert_default()
                .insert(location.to_path_buf());
            return match is_free {
                true => Ok(Self(Held::Location(location.to_path_buf()))),
                false => Err(in_use_already(location)),
            };
        }
        let path = location.join(NAME);
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(|e| io_failure("open", &path, &e))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(Held::File(file))),
            Err(TryLockError::WouldBlock) => Err(in_use_already(location)),
            Err(TryLockError::Error(e)) => Err(io_failure("lock", &path, &e)),
        }
    }
}

fn in_use_already(location: &Path) -> SparkError {
    let path = storage::shown(location);
    SparkError::new("CAUDAL_CHECKPOINT_IN_USE", &[("path", &path)])
}

impl Drop for CheckpointLock {
    fn drop(&mut self) {
        match &self.0 {
            // The file stays: removing it would let two queries hold two files of
            // one name. Unlocking by hand frees it although a forked child may
            // still have the descriptor.
            Held::File(file) => {
                let _ = file.unlock();
            }
            Held::Location(location) => {
                if let Some(in_use) = IN_USE.lock().as_mut() {
                    in_use.remove(location);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_query_is_refused_until_the_first_ends() {
        let temp = tempfile::tempdir().unwrap();
        for location in [temp.path(), Path::new("s3a:/bucket/of-locks")] {
            let first = CheckpointLock::acquire(location).unwrap();
            let refused = CheckpointLock::acquire(location).unwrap_err();
            assert_eq!(refused.condition(), "CAUDAL_CHECKPOINT_IN_USE");
            drop(first);
            CheckpointLock::acquire(location).unwrap();
        }
    }
}
