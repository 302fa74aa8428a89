//! A checkpoint as a whole: its lock, its id and its two logs.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use uuid::Uuid;

use super::atomic::{AtomicDir, FsyncStats};
use super::errors::{damaged, io_failure};
use super::fault_point::{self, FaultPoint};
use super::protocol::{self, Inconsistency, NextBatch, OnDisk};
use super::{BatchId, CheckpointLock, CommitLog, OffsetLog, OffsetRecord, QueryMetadata};
use crate::error::{Result, SparkError};
use crate::storage;

/// A checkpoint location in use by one query.
#[derive(Debug)]
pub struct Checkpoint {
    location: PathBuf,
    pub metadata: QueryMetadata,
    pub offsets: OffsetLog,
    pub commits: CommitLog,
    stats: Arc<FsyncStats>,
    /// Last, so that it is dropped when the logs are closed.
    _lock: CheckpointLock,
}

impl Checkpoint {
    /// The id of the query whose checkpoint this is, without opening or locking
    /// it: two queries of one session are told apart before either runs.
    pub fn peek_id(location: &Path) -> Result<Option<Uuid>> {
        // A store has no folder to be made by looking.
        if !storage::is_remote(location) && !location.is_dir() {
            return Ok(None);
        }
        let dir = AtomicDir::open(location, Arc::default())?;
        Ok(QueryMetadata::read(&dir)?.map(|metadata| metadata.id))
    }

    /// Opens the location, begins a query there if there is none (`new_id` names
    /// it), and keeps other queries out until it is dropped.
    pub fn open(location: &Path, new_id: impl FnOnce() -> Uuid) -> Result<Self> {
        fault_point::arm()?;
        let stats = Arc::new(FsyncStats::default());
        let dir = AtomicDir::open(location, Arc::clone(&stats))?;
        let lock = CheckpointLock::acquire(location)?;
        let found = QueryMetadata::read(&dir)?;
        let offsets = OffsetLog::open(location, Arc::clone(&stats))?;
        let commits = CommitLog::open(location, Arc::clone(&stats))?;
        let metadata = match found {
            Some(metadata) => metadata,
            None if offsets.latest().or(commits.latest()).is_some() => {
                return Err(missing_metadata(location));
            }
            None => {
                let metadata = QueryMetadata { id: new_id() };
                metadata.write(&dir)?;
                metadata
            }
        };
        Ok(Self {
            location: location.to_path_buf(),
            metadata,
            offsets,
            commits,
            stats,
            _lock: lock,
        })
    }

    pub fn location(&self) -> &Path {
        &self.location
    }

    /// What this checkpoint's writes waited for the disk; shared with the logs
    /// of the sources and the state.
    pub fn stats(&self) -> &Arc<FsyncStats> {
        &self.stats
    }

    /// Where the source at this position (from 0) keeps its own log.
    pub fn source_dir(&self, source: usize) -> PathBuf {
        self.location.join("sources").join(source.to_string())
    }

    pub fn state_dir(&self) -> PathBuf {
        self.location.join("state")
    }

    /// Which batch runs first.
    pub fn next_batch(&self) -> Result<NextBatch> {
        let latest_planned = self.offsets.latest();
        let before = latest_planned.and_then(BatchId::previous);
        let disk = OnDisk {
            latest_planned,
            latest_done: self.commits.latest(),
            has_plan_before_latest: before.is_some_and(|b| self.offsets.contains(b)),
        };
        protocol::next_batch(disk).map_err(|problem| match problem {
            Inconsistency::PlanMissing(batch) => self.offsets.missing(batch),
            Inconsistency::NotDone(batch) => damaged(
                &self.location.join("commits").join(batch.to_string()),
                "it is missing, and later batches were planned",
            ),
        })
    }

    /// The plan of a batch that must be there, since it is done.
    pub fn planned(&self, batch: BatchId, sources: usize) -> Result<OffsetRecord> {
        let found = self.offsets.get(batch, sources)?;
        found.ok_or_else(|| self.offsets.missing(batch))
    }

    /// Forgets the batches that `current` no longer needs.
    pub fn purge(&mut self, current: BatchId, min_batches_to_retain: u64) -> Result<()> {
        let Some(oldest) = protocol::oldest_kept(current, min_batches_to_retain) else {
            return Ok(());
        };
        self.offsets.purge(oldest)?;
        fault_point::reach(FaultPoint::OffsetsPurged)?;
        self.commits.purge(oldest)
    }

    /// Removes the whole location, as for a temporary checkpoint.
    pub fn delete(self) -> Result<()> {
        let location = self.location.clone();
        drop(self);
        storage::remove_dir_all(&location).map_err(|e| io_failure("remove", &location, &e))
    }
}

fn missing_metadata(location: &Path) -> SparkError {
    SparkError::new(
        "STREAMING_CHECKPOINT_MISSING_METADATA_FILE",
        &[("checkpointLocation", &storage::hadoop(location))],
    )
}

#[cfg(test)]
mod tests {
    use super::super::CommitRecord;
    use super::*;

    fn record() -> OffsetRecord {
        OffsetRecord {
            batch_watermark_ms: 0,
            batch_timestamp_ms: 1,
            conf: Arc::from([]),
            offsets: vec![Some("{\"logOffset\":0}".into())],
        }
    }

    #[test]
    fn the_id_lives_as_long_as_the_checkpoint() {
        let temp = tempfile::tempdir().unwrap();
        let at = temp.path().join("c");
        assert_eq!(Checkpoint::peek_id(&at).unwrap(), None);
        let first = Checkpoint::open(&at, || Uuid::from_u128(7)).unwrap();
        drop(first);
        let again = Checkpoint::open(&at, || Uuid::from_u128(8)).unwrap();
        assert_eq!(again.metadata.id, Uuid::from_u128(7));
        assert_eq!(Checkpoint::peek_id(&at).unwrap(), Some(Uuid::from_u128(7)));
        let error = Checkpoint::open(&at, Uuid::nil).unwrap_err();
        assert_eq!(error.condition(), "CAUDAL_CHECKPOINT_IN_USE");
    }

    #[test]
    fn a_begun_batch_is_found_again() {
        let temp = tempfile::tempdir().unwrap();
        let mut checkpoint = Checkpoint::open(temp.path(), Uuid::nil).unwrap();
        assert_eq!(checkpoint.next_batch().unwrap(), NextBatch::First);
        let done = CommitRecord::default();
        for id in 0..3 {
            checkpoint.offsets.add(BatchId(id), &record()).unwrap();
            checkpoint.commits.add(BatchId(id), &done).unwrap();
        }
        checkpoint.offsets.add(BatchId(3), &record()).unwrap();
        drop(checkpoint);
        let checkpoint = Checkpoint::open(temp.path(), Uuid::nil).unwrap();
        let again = NextBatch::Again { batch: BatchId(3) };
        assert_eq!(checkpoint.next_batch().unwrap(), again);
        std::fs::remove_file(temp.path().join("commits/2")).unwrap();
        drop(checkpoint);
        let checkpoint = Checkpoint::open(temp.path(), Uuid::nil).unwrap();
        let error = checkpoint.next_batch().unwrap_err();
        assert!(error.message().contains("commits/2"), "{error}");
    }

    #[test]
    fn logs_without_metadata_are_refused_as_by_spark() {
        let temp = tempfile::tempdir().unwrap();
        let mut checkpoint = Checkpoint::open(temp.path(), Uuid::nil).unwrap();
        checkpoint.offsets.add(BatchId(0), &record()).unwrap();
        drop(checkpoint);
        std::fs::remove_file(temp.path().join("metadata")).unwrap();
        let error = Checkpoint::open(temp.path(), Uuid::nil).unwrap_err();
        assert_eq!(
            error.condition(),
            "STREAMING_CHECKPOINT_MISSING_METADATA_FILE"
        );
    }
}
