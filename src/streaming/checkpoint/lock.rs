//! One query a checkpoint: an advisory lock on a file of the location.
//!
//! The operating system drops the lock when the process ends, however it ends,
//! so a killed query never blocks the next one. Knows nothing of queries.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use super::errors::io_failure;
use crate::error::{Result, SparkError};

/// Spark passes over names that start with a dot.
const NAME: &str = ".caudal.lock";

/// Held as long as the query runs; dropping it lets the next one in.
#[derive(Debug)]
pub struct CheckpointLock {
    file: File,
}

impl CheckpointLock {
    /// Takes the lock, or says who cannot: `CAUDAL_CHECKPOINT_IN_USE` when a
    /// query of this or of another process holds it.
    pub fn acquire(location: &Path) -> Result<Self> {
        let path = location.join(NAME);
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(|e| io_failure("open", &path, &e))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { file }),
            Err(TryLockError::WouldBlock) => Err(SparkError::new(
                "CAUDAL_CHECKPOINT_IN_USE",
                &[("path", &location.display().to_string())],
            )),
            Err(TryLockError::Error(e)) => Err(io_failure("lock", &path, &e)),
        }
    }
}

impl Drop for CheckpointLock {
    fn drop(&mut self) {
        // The file stays: removing it would let two queries hold two files of
        // one name. Unlocking by hand frees it although a forked child may
        // still have the descriptor.
        let _ = self.file.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_query_is_refused_until_the_first_ends() {
        let temp = tempfile::tempdir().unwrap();
        let first = CheckpointLock::acquire(temp.path()).unwrap();
        let refused = CheckpointLock::acquire(temp.path()).unwrap_err();
        assert_eq!(refused.condition(), "CAUDAL_CHECKPOINT_IN_USE");
        drop(first);
        CheckpointLock::acquire(temp.path()).unwrap();
    }
}
