//! `commits/N`: batch N is done, and with it everything that it wrote.

use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use super::BatchId;
use super::atomic::FsyncStats;
use super::log_file::{BatchFiles, VERSION};
use crate::error::Result;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommitRecord {
    /// The watermark, in epoch milliseconds, that the batch after this one has.
    pub next_batch_watermark_ms: i64,
    /// For each operator with state the version of each partition's newest file, so
    /// that a file that is gone later is missed; one number where all have the same.
    /// Ours: a query without state writes just what Spark does.
    pub state_files: Vec<Vec<u64>>,
}

const STATE_FILES: &str = "stateFiles";

#[derive(Debug)]
pub struct CommitLog(BatchFiles);

impl CommitLog {
    pub fn open(location: &Path, stats: Arc<FsyncStats>) -> Result<Self> {
        Ok(Self(BatchFiles::open(&location.join("commits"), stats)?))
    }

    pub fn latest(&self) -> Option<BatchId> {
        self.0.latest()
    }

    pub fn get(&self, batch: BatchId) -> Result<Option<CommitRecord>> {
        self.0.read(batch, parse)
    }

    pub fn add(&mut self, batch: BatchId, record: &CommitRecord) -> Result<()> {
        let watermark = record.next_batch_watermark_ms;
        let state = match record.state_files.as_slice() {
            [] => String::new(),
            files => format!(",\"{STATE_FILES}\":{}", Value::from_iter(files.to_vec())),
        };
        let text = format!("{VERSION}\n{{\"nextBatchWatermarkMs\":{watermark}{state}}}");
        self.0.add(
            batch,
            &text,
            "STREAMING_CHECKPOINT_LOG_WRITE_FAILURE.COMMIT_LOG",
        )
    }

    pub fn purge(&mut self, first: BatchId) -> Result<()> {
        self.0.purge(first)
    }
}

fn parse(text: &str) -> Result<CommitRecord, String> {
    if text.is_empty() {
        return Err("nothing follows its version".into());
    }
    let json: Value =
        serde_json::from_str(text).map_err(|e| format!("it is not complete JSON ({e})"))?;
    if !json.is_object() {
        return Err("it is no JSON object".into());
    }
    let next_batch_watermark_ms = match json.get("nextBatchWatermarkMs") {
        // Spark's first versions had no watermark here.
        None => 0,
        Some(value) => value.as_i64().ok_or("its watermark is no whole number")?,
    };
    let state_files = match json.get(STATE_FILES) {
        None => Vec::new(),
        Some(value) => Vec::deserialize(value)
            .map_err(|e| format!("its versions of state files are unreadable ({e})"))?,
    };
    Ok(CommitRecord {
        next_batch_watermark_ms,
        state_files,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const OF_SPARK: &str = "v1\n{\"nextBatchWatermarkMs\":1469653104000}";

    #[test]
    fn sparks_file_is_read_and_written_again_byte_for_byte() {
        let temp = tempfile::tempdir().unwrap();
        let mut log = CommitLog::open(temp.path(), Arc::default()).unwrap();
        std::fs::write(temp.path().join("commits/0"), OF_SPARK).unwrap();
        let record = log.get(BatchId(0)).unwrap().unwrap();
        log.add(BatchId(1), &record).unwrap();
        let written = std::fs::read_to_string(temp.path().join("commits/1")).unwrap();
        assert_eq!(written, OF_SPARK);
        assert_eq!(log.get(BatchId(2)).unwrap(), None);
    }

    #[test]
    fn a_batch_is_committed_once() {
        let temp = tempfile::tempdir().unwrap();
        let mut log = CommitLog::open(temp.path(), Arc::default()).unwrap();
        let record = CommitRecord {
            next_batch_watermark_ms: 5,
            state_files: vec![vec![4], vec![4, 2]],
        };
        log.add(BatchId(3), &record).unwrap();
        assert_eq!(log.get(BatchId(3)).unwrap(), Some(record.clone()));
        let error = log.add(BatchId(3), &record).unwrap_err();
        assert_eq!(error.condition(), "CONCURRENT_STREAM_LOG_UPDATE");
        assert_eq!(log.latest(), Some(BatchId(3)));
    }

    #[test]
    fn every_torn_prefix_is_damage() {
        let temp = tempfile::tempdir().unwrap();
        let log = CommitLog::open(temp.path(), Arc::default()).unwrap();
        for end in 0..OF_SPARK.len() {
            std::fs::write(temp.path().join("commits/0"), &OF_SPARK[..end]).unwrap();
            let error = log.get(BatchId(0)).unwrap_err();
            assert_eq!(error.condition(), "CAUDAL_CHECKPOINT_DAMAGED", "{end}");
            assert!(error.message().contains("commits/0"));
        }
    }

    #[test]
    fn purging_removes_older_batches_only() {
        let temp = tempfile::tempdir().unwrap();
        let mut log = CommitLog::open(temp.path(), Arc::default()).unwrap();
        for id in 0..5 {
            log.add(BatchId(id), &CommitRecord::default()).unwrap();
        }
        log.purge(BatchId(3)).unwrap();
        assert_eq!(log.get(BatchId(2)).unwrap(), None);
        assert!(log.get(BatchId(3)).unwrap().is_some());
        let reopened = CommitLog::open(temp.path(), Arc::default()).unwrap();
        assert_eq!(reopened.latest(), Some(BatchId(4)));
    }
}
