//! `sources/I/N`: which files a file source found for batch N.
//!
//! Every `interval` batches the log is compact: that file repeats all entries so
//! far, so that a start reads one file and a few small ones. The cost of a batch
//! does not grow with the log, except of those compact ones: there the kernel
//! copies the previous compact file, and the lines since then, which are kept
//! rendered, are put after it. Knows nothing of how files are found.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::BatchId;
use super::atomic::{AtomicDir, FsyncStats, Written};
use super::errors::{damaged, io_failure};
use super::log_file::{VERSION, batch_of, read_checked};
use super::sums::Sums;
use crate::error::{Result, SparkError};
use crate::storage;

/// One file that the source took.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct FileEntry {
    /// As a URL (`file:///a%20b`).
    pub path: String,
    /// When the file was last changed, in epoch milliseconds.
    pub timestamp: i64,
    #[serde(rename = "batchId")]
    pub batch: u64,
}

/// How long a log's files are kept.
#[derive(Debug, Clone, Copy)]
pub struct SourceLogRetention {
    /// `spark.sql.streaming.minBatchesToRetain`
    pub min_batches: u64,
    /// `spark.sql.streaming.fileSource.log.cleanupDelay`
    pub delay: Duration,
}

impl Default for SourceLogRetention {
    fn default() -> Self {
        Self {
            min_batches: 100,
            delay: Duration::from_secs(600),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Plain,
    Compact,
}

#[derive(Debug)]
pub struct FileSourceLog {
    dir: AtomicDir,
    interval: u64,
    retention: SourceLogRetention,
    /// Listed once, at start.
    files: BTreeMap<BatchId, Kind>,
    last_compact: Option<BatchId>,
    /// The sums of that file, to be gone on with in the next one.
    compact_sums: Sums,
    /// The lines after the last compact file, each with the line end before it.
    since_compact: String,
}

impl FileSourceLog {
    /// Opens the log and gives all that it holds, in order.
    ///
    /// `interval` is `spark.sql.streaming.fileSource.log.compactInterval` (10);
    /// a log that was begun with another one keeps to it.
    pub fn open(
        path: &Path,
        interval: u64,
        retention: SourceLogRetention,
        stats: Arc<FsyncStats>,
    ) -> Result<(Self, Vec<FileEntry>)> {
        let dir = AtomicDir::open(path, stats)?;
        let files = list(dir.names()?);
        let last_compact = files
            .iter()
            .rev()
            .find(|(_, kind)| **kind == Kind::Compact)
            .map(|(id, _)| *id);
        let mut log = Self {
            dir,
            interval: effective_interval(interval.max(1), last_compact),
            retention,
            files,
            last_compact,
            compact_sums: Sums::default(),
            since_compact: String::new(),
        };
        let entries = log.read_all()?;
        Ok((log, entries))
    }

    pub fn latest(&self) -> Option<BatchId> {
        self.files.last_key_value().map(|(id, _)| *id)
    }

    /// The files of one batch; none if the log does not reach it.
    pub fn get(&self, batch: BatchId) -> Result<Option<Vec<FileEntry>>> {
        // A batch whose own file was cleaned up is found in the compact one after it.
        let covering = self
            .files
            .range(batch..)
            .find(|(id, kind)| **id == batch || **kind == Kind::Compact);
        let Some((&id, &kind)) = covering else {
            return Ok(None);
        };
        let mut entries = self.read(id, kind)?;
        entries.retain(|entry| entry.batch == batch.0);
        Ok(Some(entries))
    }

    /// What is wrong where a batch that was planned is not in the log.
    pub fn missing(&self, batch: BatchId) -> SparkError {
        let kind = match (batch.0 + 1).is_multiple_of(self.interval) {
            true => Kind::Compact,
            false => Kind::Plain,
        };
        damaged(&self.dir.path_of(&name_of(batch, kind)), "it is missing")
    }

    /// Records the files (path and time) of the batch after the latest one.
    /// They are durable when this returns. `now_millis` decides which old files
    /// of the log may go.
    pub fn add(&mut self, batch: BatchId, files: &[(&str, i64)], now_millis: i64) -> Result<()> {
        if batch != self.latest().map_or(BatchId::FIRST, BatchId::next) {
            let latest = self.latest();
            return Err(SparkError::internal(format!(
                "batch {batch} of a source log does not follow {latest:?}"
            )));
        }
        let before = self.since_compact.len();
        for (path, timestamp) in files {
            push_line(&mut self.since_compact, path, *timestamp, batch);
        }
        let compact = (batch.0 + 1).is_multiple_of(self.interval);
        let written = self.write(batch, compact, before);
        if !matches!(written, Ok(Written::Done)) {
            self.since_compact.truncate(before);
        }
        match written {
            Ok(Written::Done) => {}
            Ok(Written::Existed) => {
                let id = batch.to_string();
                return Err(SparkError::new(
                    "CONCURRENT_STREAM_LOG_UPDATE",
                    &[("batchId", &id)],
                ));
            }
            Err(e) => {
                return Err(io_failure(
                    "write",
                    &self.dir.path_of(&batch.to_string()),
                    &e,
                ));
            }
        }
        if compact {
            self.files.insert(batch, Kind::Compact);
            self.last_compact = Some(batch);
            self.since_compact.clear();
            self.clean_up(batch, now_millis)
        } else {
            self.files.insert(batch, Kind::Plain);
            Ok(())
        }
    }

    fn write(
        &mut self,
        batch: BatchId,
        compact: bool,
        new_from: usize,
    ) -> std::io::Result<Written> {
        let version = VERSION.as_bytes();
        if !compact {
            let (_, lines) = self.since_compact.split_at(new_from);
            return self
                .dir
                .write_new(&batch.to_string(), &[version, lines.as_bytes()]);
        }
        let name = name_of(batch, Kind::Compact);
        let lines = self.since_compact.as_bytes();
        let mut sums = self.compact_sums.clone();
        let written = match self.last_compact {
            Some(last) => {
                let last = name_of(last, Kind::Compact);
                sums.update(lines);
                self.dir.write_new_after(&last, &name, lines, &sums)?
            }
            None => {
                sums = Sums::of(&[version, lines]);
                self.dir.write_new(&name, &[version, lines])?
            }
        };
        self.compact_sums = sums;
        Ok(written)
    }

    /// Removes what a compact file repeats, once it is old enough: everything
    /// before the newest compact file that is `min_batches` behind.
    fn clean_up(&mut self, current: BatchId, now_millis: i64) -> Result<()> {
        let Some(limit) = current.0.checked_sub(self.retention.min_batches) else {
            return Ok(());
        };
        let kept = self.files.range(..=BatchId(limit)).rev();
        let Some(kept) = kept
            .into_iter()
            .find(|(_, kind)| **kind == Kind::Compact)
            .map(|(id, _)| *id)
        else {
            return Ok(());
        };
        let delay = i64::try_from(self.retention.delay.as_millis()).unwrap_or(i64::MAX);
        while let Some((&id, &kind)) = self.files.first_key_value().filter(|(id, _)| **id < kept) {
            let name = name_of(id, kind);
            let path = self.dir.path_of(&name);
            if modified_millis(&path).is_some_and(|at| at > now_millis.saturating_sub(delay)) {
                break;
            }
            self.dir
                .recycle(&name)
                .map_err(|e| io_failure("remove", &path, &e))?;
            self.files.remove(&id);
        }
        Ok(())
    }

    /// Reads the last compact file and all after it.
    fn read_all(&mut self) -> Result<Vec<FileEntry>> {
        let mut entries = match self.last_compact {
            Some(compact) => {
                let name = name_of(compact, Kind::Compact);
                let bytes = self.dir.read(&name)?.unwrap_or_default();
                self.compact_sums = Sums::of(&[&bytes]);
                read_checked(&self.dir, &name, &bytes, parse)?
            }
            None => Vec::new(),
        };
        let Some(latest) = self.latest() else {
            return Ok(entries);
        };
        let first = self.last_compact.map_or(0, |compact| compact.0 + 1);
        for id in (first..=latest.0).map(BatchId) {
            let found = self.read(id, Kind::Plain)?;
            for entry in &found {
                let at = BatchId(entry.batch);
                push_line(&mut self.since_compact, &entry.path, entry.timestamp, at);
            }
            entries.extend(found);
        }
        Ok(entries)
    }

    fn read(&self, batch: BatchId, kind: Kind) -> Result<Vec<FileEntry>> {
        let name = name_of(batch, kind);
        let Some(bytes) = self.dir.read(&name)? else {
            return Err(self.missing(batch));
        };
        read_checked(&self.dir, &name, &bytes, parse)
    }
}

/// The files of a log among the names of its folder.
pub(super) fn list(names: Vec<String>) -> BTreeMap<BatchId, Kind> {
    let mut files = BTreeMap::new();
    for name in names {
        if let Some(id) = name.strip_suffix(".compact").and_then(batch_of) {
            files.insert(id, Kind::Compact);
        } else if let Some(id) = batch_of(&name) {
            files.entry(id).or_insert(Kind::Plain);
        }
    }
    files
}

/// Where compact files lie already, the interval must go on meeting them: each
/// compact file is found by its number alone.
pub(super) fn effective_interval(wanted: u64, last_compact: Option<BatchId>) -> u64 {
    let Some(count) = last_compact.map(|id| id.0 + 1) else {
        return wanted;
    };
    if count <= wanted {
        return count;
    }
    (wanted..=count)
        .find(|interval| count.is_multiple_of(*interval))
        .unwrap_or(count)
}

pub(super) fn name_of(batch: BatchId, kind: Kind) -> String {
    match kind {
        Kind::Plain => batch.to_string(),
        Kind::Compact => format!("{batch}.compact"),
    }
}

fn push_line(lines: &mut String, path: &str, timestamp: i64, batch: BatchId) {
    // JSON text: `Value`'s display is what escapes it.
    let path = Value::from(path);
    let _ = write!(
        lines,
        "\n{{\"path\":{path},\"timestamp\":{timestamp},\"batchId\":{batch}}}"
    );
}

fn parse(text: &str) -> Result<Vec<FileEntry>, String> {
    if text.is_empty() {
        return Err("nothing follows its version".into());
    }
    text.lines()
        .map(|line| {
            serde_json::from_str(line).map_err(|e| format!("an entry in it is not complete ({e})"))
        })
        .collect()
}

pub(super) fn modified_millis(path: &Path) -> Option<i64> {
    storage::facts(path).ok()?.modified_millis()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn open(path: &Path, min_batches: u64) -> (FileSourceLog, Vec<FileEntry>) {
        let retention = SourceLogRetention {
            min_batches,
            delay: Duration::ZERO,
        };
        FileSourceLog::open(path, 10, retention, Arc::default()).unwrap()
    }

    fn names(path: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(path)
            .unwrap()
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .filter(|name| !name.starts_with('.'))
            .collect();
        names.sort_by_key(|n| n.split('.').next().unwrap().parse::<u64>().unwrap());
        names
    }

    fn fill(log: &mut FileSourceLog, batches: std::ops::Range<u64>) {
        for id in batches {
            let path = format!("file:///data/file-{id}.json");
            log.add(BatchId(id), &[(&path, 5)], i64::MAX).unwrap();
        }
    }

    #[test]
    fn a_batch_is_written_as_spark_writes_it() {
        let temp = tempfile::tempdir().unwrap();
        let (mut log, _) = open(temp.path(), 100);
        let files = [
            ("file:///data/events/file-17.json", 1_795_246_189_336),
            ("file:///data/events/file-18.json", 1_795_246_189_336),
        ];
        log.add(BatchId(0), &files, 0).unwrap();
        let text = fs::read_to_string(temp.path().join("0")).unwrap();
        // Recorded from Spark 4.3.0.
        let of_spark = concat!(
            "v1\n",
            r#"{"path":"file:///data/events/file-17.json","timestamp":1795246189336,"batchId":0}"#,
            "\n",
            r#"{"path":"file:///data/events/file-18.json","timestamp":1795246189336,"batchId":0}"#,
        );
        assert_eq!(text, of_spark);
    }

    #[test]
    fn every_tenth_batch_repeats_all_before_it() {
        let temp = tempfile::tempdir().unwrap();
        let (mut log, _) = open(temp.path(), 100);
        fill(&mut log, 0..14);
        drop(log);
        let (mut log, entries) = open(temp.path(), 100);
        let batches: Vec<_> = entries.iter().map(|e| e.batch).collect();
        assert_eq!(batches, (0..14).collect::<Vec<_>>());
        fill(&mut log, 14..20);
        let text = fs::read_to_string(temp.path().join("19.compact")).unwrap();
        assert_eq!(text.lines().count(), 21);
        assert!(text.starts_with("v1\n{\"path\":\"file:///data/file-0.json\""));
        assert!(text.ends_with(",\"batchId\":19}"));
        assert!(!temp.path().join("19").exists());
        for id in 0..20 {
            let found = log.get(BatchId(id)).unwrap().unwrap();
            assert_eq!(found[0].path, format!("file:///data/file-{id}.json"));
        }
        assert_eq!(log.get(BatchId(20)).unwrap(), None);
    }

    #[test]
    fn old_files_go_as_spark_lets_them_go() {
        // Recorded from Spark 4.3.0 after batch 49: the first file that remains.
        for (retain, first) in [
            (1, "39.compact"),
            (3, "39.compact"),
            (12, "29.compact"),
            (20, "29.compact"),
            (100, "0"),
        ] {
            let temp = tempfile::tempdir().unwrap();
            let (mut log, _) = open(temp.path(), retain);
            fill(&mut log, 0..50);
            assert_eq!(names(temp.path())[0], first, "{retain}");
            drop(log);
            let (log, entries) = open(temp.path(), retain);
            assert_eq!(entries.len(), 50);
            let cleaned = log.get(BatchId(5)).unwrap().unwrap();
            assert_eq!(cleaned[0].path, "file:///data/file-5.json");
        }
    }

    #[test]
    fn files_younger_than_the_delay_stay() {
        let temp = tempfile::tempdir().unwrap();
        let retention = SourceLogRetention {
            min_batches: 1,
            ..Default::default()
        };
        let (mut log, _) = FileSourceLog::open(temp.path(), 10, retention, Arc::default()).unwrap();
        for id in 0..30 {
            log.add(BatchId(id), &[("file:///a", 5)], 0).unwrap();
        }
        assert_eq!(names(temp.path()).len(), 30);
    }

    #[test]
    fn a_log_keeps_to_the_interval_it_was_begun_with() {
        let last = |id| Some(BatchId(id));
        assert_eq!(effective_interval(10, None), 10);
        assert_eq!(effective_interval(10, last(49)), 10);
        assert_eq!(effective_interval(10, last(3)), 4);
        assert_eq!(effective_interval(10, last(11)), 12);
        assert_eq!(effective_interval(10, last(35)), 12);
    }

    #[test]
    fn a_gap_or_a_torn_file_is_damage() {
        let temp = tempfile::tempdir().unwrap();
        let (mut log, _) = open(temp.path(), 100);
        fill(&mut log, 0..13);
        let retry = || {
            FileSourceLog::open(
                temp.path(),
                10,
                SourceLogRetention::default(),
                Arc::default(),
            )
            .unwrap_err()
        };
        let whole = fs::read(temp.path().join("12")).unwrap();
        for end in 0..whole.len() {
            fs::write(temp.path().join("12"), &whole[..end]).unwrap();
            let error = retry();
            assert_eq!(error.condition(), "CAUDAL_CHECKPOINT_DAMAGED", "{end}");
        }
        fs::write(temp.path().join("12"), whole).unwrap();
        fs::remove_file(temp.path().join("11")).unwrap();
        assert!(retry().message().contains("/11 "), "{}", retry());
    }
}
