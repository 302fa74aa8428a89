//! `_spark_metadata/N`: which files a file sink has written in batch N.
//!
//! Whoever reads the sink's folder reads this log and not the folder, so that a batch
//! is there whole or not at all. Every `interval` batches the log is compact: that file
//! repeats all entries that still count. Knows nothing of how files are written.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::BatchId;
use super::atomic::{AtomicDir, FsyncStats, Written};
use super::errors::{damaged, io_failure};
use super::log_file::{VERSION, read_checked};
use super::source_log::{Kind, SourceLogRetention, list, modified_millis, name_of};
use crate::error::{Result, SparkError};

/// The name of the log's folder in that of the sink.
pub const SINK_LOG: &str = "_spark_metadata";

/// One file of the sink, in Spark's fields and their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SinkFile {
    /// As a URL (`file:///a%20b`).
    pub path: String,
    pub size: u64,
    #[serde(rename = "isDir")]
    pub is_dir: bool,
    /// In epoch milliseconds.
    #[serde(rename = "modificationTime")]
    pub modified: i64,
    #[serde(rename = "blockReplication")]
    pub replication: u32,
    #[serde(rename = "blockSize")]
    pub block_size: u64,
    /// `add`, or `delete` for one that is gone.
    pub action: String,
}

impl SinkFile {
    pub fn added(path: String, size: u64, modified: i64) -> Self {
        Self {
            path,
            size,
            is_dir: false,
            modified,
            replication: 1,
            // What Hadoop says of files on a local disk.
            block_size: 33_554_432,
            action: "add".into(),
        }
    }
}

/// What a sink's log was told.
#[derive(Debug, Clone, Copy)]
pub struct SinkLogSettings {
    /// `spark.sql.streaming.fileSink.log.compactInterval`
    pub interval: u64,
    /// `spark.sql.streaming.fileSink.log.deletion`
    pub is_deleting: bool,
    pub retention: SourceLogRetention,
    /// The option `retention`: files older than that, in milliseconds, are forgotten.
    pub keep_millis: Option<i64>,
}

#[derive(Debug)]
pub struct SinkLog {
    dir: AtomicDir,
    settings: SinkLogSettings,
    files: BTreeMap<BatchId, Kind>,
}

impl SinkLog {
    pub fn open(path: &Path, settings: SinkLogSettings, stats: Arc<FsyncStats>) -> Result<Self> {
        let dir = AtomicDir::open(path, stats)?;
        let files = list(dir.names()?);
        let compact = files.iter().rev().find(|(_, kind)| **kind == Kind::Compact);
        let last = compact.map(|(id, _)| *id);
        let interval = super::source_log::effective_interval(settings.interval.max(1), last);
        Ok(Self {
            dir,
            settings: SinkLogSettings {
                interval,
                ..settings
            },
            files,
        })
    }

    pub fn latest(&self) -> Option<BatchId> {
        self.files.last_key_value().map(|(id, _)| *id)
    }

    /// Records the files of a batch; they are durable when this returns. Batches need
    /// not be all there: a sink may begin with a query's fifth.
    pub fn add(&mut self, batch: BatchId, files: Vec<SinkFile>, now_millis: i64) -> Result<()> {
        let is_compact = (batch.0 + 1).is_multiple_of(self.settings.interval);
        let (kind, entries) = match is_compact {
            false => (Kind::Plain, files),
            true => {
                let mut all = self.entries()?;
                all.extend(files);
                let keep = |file: &SinkFile| match self.settings.keep_millis {
                    Some(age) => now_millis.saturating_sub(file.modified) <= age,
                    None => true,
                };
                all.retain(keep);
                (Kind::Compact, all)
            }
        };
        let name = name_of(batch, kind);
        let content = rendered(&entries)?;
        match self.dir.write_new(&name, &[content.as_bytes()]) {
            Ok(Written::Done) => {}
            Ok(Written::Existed) => {
                return Err(SparkError::new(
                    "CONCURRENT_STREAM_LOG_UPDATE",
                    &[("batchId", &batch.to_string())],
                ));
            }
            Err(e) => return Err(io_failure("write", &self.dir.path_of(&name), &e)),
        }
        self.files.insert(batch, kind);
        if self.settings.is_deleting {
            self.clean_up(batch, now_millis)?;
        }
        Ok(())
    }

    /// All files that count: those of the last compact file and of all after it.
    pub fn entries(&self) -> Result<Vec<SinkFile>> {
        let mut entries = Vec::new();
        for (id, kind) in since_compact(&self.files) {
            entries.extend(read(&self.dir, id, kind)?);
        }
        Ok(entries)
    }

    /// Removes what a compact file repeats, once it is old enough.
    fn clean_up(&mut self, current: BatchId, now_millis: i64) -> Result<()> {
        let retention = self.settings.retention;
        let Some(limit) = current.0.checked_sub(retention.min_batches) else {
            return Ok(());
        };
        let mut kept = self.files.range(..=BatchId(limit)).rev();
        let Some(kept) = kept
            .find(|(_, kind)| **kind == Kind::Compact)
            .map(|(id, _)| *id)
        else {
            return Ok(());
        };
        let delay = i64::try_from(retention.delay.as_millis()).unwrap_or(i64::MAX);
        while let Some((&id, &kind)) = self.files.first_key_value().filter(|(id, _)| **id < kept) {
            let name = name_of(id, kind);
            let path = self.dir.path_of(&name);
            if modified_millis(&path).is_some_and(|at| at > now_millis.saturating_sub(delay)) {
                break;
            }
            let removed = self.dir.remove(&name);
            removed.map_err(|e| io_failure("remove", &path, &e))?;
            self.files.remove(&id);
        }
        Ok(())
    }
}

fn since_compact(files: &BTreeMap<BatchId, Kind>) -> Vec<(BatchId, Kind)> {
    let compact = files.iter().rev().find(|(_, kind)| **kind == Kind::Compact);
    let first = compact.map_or(BatchId::FIRST, |(id, _)| *id);
    files
        .range(first..)
        .map(|(id, kind)| (*id, *kind))
        .collect()
}

fn read(dir: &AtomicDir, batch: BatchId, kind: Kind) -> Result<Vec<SinkFile>> {
    let name = name_of(batch, kind);
    let Some(bytes) = dir.read(&name)? else {
        return Err(damaged(&dir.path_of(&name), "it is missing"));
    };
    read_checked(dir, &name, &bytes, |text| {
        let entry = |line: &str| {
            serde_json::from_str(line).map_err(|e| format!("an entry in it is not complete ({e})"))
        };
        text.lines().map(entry).collect()
    })
}

fn rendered(files: &[SinkFile]) -> Result<String> {
    let mut out = VERSION.to_string();
    for file in files {
        out.push('\n');
        out.push_str(&serde_json::to_string(file).map_err(SparkError::internal)?);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(interval: u64) -> SinkLogSettings {
        SinkLogSettings {
            interval,
            is_deleting: true,
            retention: SourceLogRetention::default(),
            keep_millis: None,
        }
    }

    fn file(name: &str) -> SinkFile {
        SinkFile::added(format!("file:///out/{name}"), 5, 7)
    }

    #[test]
    fn a_batch_is_written_as_spark_writes_it_and_every_third_repeats_all() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join(SINK_LOG);
        let mut log = SinkLog::open(&path, settings(3), Arc::default()).unwrap();
        for id in 0..4 {
            log.add(BatchId(id), vec![file(&id.to_string())], 0)
                .unwrap();
        }
        let text = std::fs::read_to_string(path.join("3")).unwrap();
        assert_eq!(
            text,
            concat!(
                "v1\n",
                r#"{"path":"file:///out/3","size":5,"isDir":false,"modificationTime":7,"#,
                r#""blockReplication":1,"blockSize":33554432,"action":"add"}"#
            )
        );
        let text = std::fs::read_to_string(path.join("2.compact")).unwrap();
        assert_eq!(text.lines().count(), 4);
        assert_eq!(log.entries().unwrap().len(), 4);
        let log = SinkLog::open(&path, settings(7), Arc::default()).unwrap();
        assert_eq!(log.latest(), Some(BatchId(3)));
        assert_eq!(log.entries().unwrap().len(), 4);
    }

    #[test]
    fn a_batch_may_have_no_files_and_a_torn_one_is_damage() {
        let temp = tempfile::tempdir().unwrap();
        let mut log = SinkLog::open(temp.path(), settings(2), Arc::default()).unwrap();
        log.add(BatchId(0), Vec::new(), 0).unwrap();
        assert_eq!(log.entries().unwrap(), []);
        std::fs::write(temp.path().join("0"), "v1\n{\"path\":\"file:///o").unwrap();
        let error = log.add(BatchId(1), Vec::new(), 0).unwrap_err();
        assert_eq!(error.condition(), "CAUDAL_CHECKPOINT_DAMAGED");
    }
}
