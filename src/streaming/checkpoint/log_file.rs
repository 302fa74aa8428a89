//! A folder of files named 0, 1, 2, …, one a batch: what the offset log and the
//! commit log have in common. Knows the version line, not what follows it.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::BatchId;
use super::atomic::{AtomicDir, FsyncStats, Written};
use super::errors::{damaged, io_failure};
use crate::error::{Result, SparkError};
use crate::storage;

/// The first line of every log file.
pub(super) const VERSION: &str = "v1";

#[derive(Debug)]
pub(super) struct BatchFiles {
    dir: AtomicDir,
    /// Listed once, at start: no batch pays for listing a folder.
    ids: BTreeSet<BatchId>,
}

impl BatchFiles {
    pub fn open(path: &Path, stats: Arc<FsyncStats>) -> Result<Self> {
        let dir = AtomicDir::open(path, stats)?;
        let names = dir.names()?;
        let ids = names.iter().filter_map(|name| batch_of(name)).collect();
        Ok(Self { dir, ids })
    }

    pub fn latest(&self) -> Option<BatchId> {
        self.ids.last().copied()
    }

    pub fn contains(&self, batch: BatchId) -> bool {
        self.ids.contains(&batch)
    }

    pub fn dir(&self) -> &AtomicDir {
        &self.dir
    }

    /// What follows the version line of a batch's file.
    pub fn read<T>(
        &self,
        batch: BatchId,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<Option<T>> {
        let name = batch.to_string();
        let Some(bytes) = self.dir.read(&name)? else {
            return Ok(None);
        };
        read_checked(&self.dir, &name, &bytes, parse).map(Some)
    }

    /// Writes a batch's file; `CONCURRENT_STREAM_LOG_UPDATE` if there is one.
    pub fn add(&mut self, batch: BatchId, content: &str, failure: &str) -> Result<()> {
        match self
            .dir
            .write_new(&batch.to_string(), &[content.as_bytes()])
        {
            Ok(Written::Done) => {
                self.ids.insert(batch);
                Ok(())
            }
            Ok(Written::Existed) => Err(SparkError::new(
                "CONCURRENT_STREAM_LOG_UPDATE",
                &[("batchId", &batch.to_string())],
            )),
            Err(e) => Err(write_failure(&self.dir, batch, failure, &e)),
        }
    }

    /// Removes the files of the batches before `first`.
    pub fn purge(&mut self, first: BatchId) -> Result<()> {
        while let Some(&oldest) = self.ids.first().filter(|id| **id < first) {
            let name = oldest.to_string();
            self.dir
                .recycle(&name)
                .map_err(|e| io_failure("remove", &self.dir.path_of(&name), &e))?;
            self.ids.remove(&oldest);
        }
        Ok(())
    }

    /// Removes the files of the batches after `last`, or of all, the newest first: one
    /// that is there has all before it.
    pub fn purge_after(&mut self, last: Option<BatchId>) -> Result<()> {
        while let Some(&newest) = self.ids.last().filter(|id| last.is_none_or(|l| **id > l)) {
            let name = newest.to_string();
            self.dir
                .remove(&name)
                .map_err(|e| io_failure("remove", &self.dir.path_of(&name), &e))?;
            self.ids.remove(&newest);
        }
        Ok(())
    }
}

fn write_failure(
    dir: &AtomicDir,
    batch: BatchId,
    condition: &str,
    e: &std::io::Error,
) -> SparkError {
    let location = dir.path().parent().unwrap_or(dir.path());
    let parameters = [
        ("batchId", batch.to_string()),
        ("checkpointLocation", storage::shown(location)),
    ];
    let borrowed: Vec<_> = parameters.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let cause = io_failure("write", &dir.path_of(&batch.to_string()), e);
    SparkError::new(condition, &borrowed).with_cause(cause)
}

/// The batch that a file name stands for; temporary and other names stand for none.
pub(super) fn batch_of(name: &str) -> Option<BatchId> {
    let canonical = !name.is_empty()
        && name.bytes().all(|b| b.is_ascii_digit())
        && (name == "0" || !name.starts_with('0'));
    canonical.then(|| name.parse().ok().map(BatchId))?
}

/// Checks the sum (where there is one) and the version line, then parses.
pub(super) fn read_checked<T>(
    dir: &AtomicDir,
    name: &str,
    bytes: &[u8],
    parse: impl FnOnce(&str) -> Result<T, String>,
) -> Result<T> {
    let path = dir.path_of(name);
    if !dir.fits_sum(name, bytes)? {
        return Err(damaged(&path, "it does not fit the checksum beside it"));
    }
    let text = after_version(bytes).map_err(|problem| match problem {
        Version::Bad(reason) => damaged(&path, reason),
        Version::Newer(version) => SparkError::not_implemented(format!(
            "Log format {version} of the checkpoint file {}",
            storage::shown(&path)
        )),
    })?;
    parse(text).map_err(|reason| damaged(&path, reason))
}

enum Version {
    Bad(String),
    /// Spark writes `v2` for queries with named sources or state checkpoint ids.
    Newer(String),
}

fn after_version(bytes: &[u8]) -> Result<&str, Version> {
    if bytes.is_empty() {
        return Err(Version::Bad("it is empty".into()));
    }
    let text =
        std::str::from_utf8(bytes).map_err(|_| Version::Bad("it is no UTF-8 text".into()))?;
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    match first {
        VERSION => Ok(rest),
        "v2" => Err(Version::Newer(first.into())),
        other => Err(Version::Bad(format!(
            "its first line is '{}' where the version '{VERSION}' belongs",
            other.chars().take(40).collect::<String>()
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_numbers_are_batches() {
        let batches: Vec<_> = ["0", "12", "012", "-1", "+1", ".3.tmp", "9.compact", "", "x"]
            .into_iter()
            .filter_map(batch_of)
            .collect();
        assert_eq!(batches, [BatchId(0), BatchId(12)]);
    }

    #[test]
    fn a_file_that_does_not_fit_sparks_sum_is_damaged() {
        let temp = tempfile::tempdir().unwrap();
        std::fs::write(temp.path().join("0"), "v1\n{}").unwrap();
        let mut sum = b"crc\0\0\0\x02\0".to_vec();
        sum.extend(crc32fast::hash(b"v1\n{}").to_be_bytes());
        std::fs::write(temp.path().join(".0.crc"), &sum).unwrap();
        let files = BatchFiles::open(temp.path(), Arc::default()).unwrap();
        let parse = |text: &str| Ok(text.to_string());
        assert_eq!(files.read(BatchId(0), parse).unwrap().unwrap(), "{}");
        std::fs::write(temp.path().join("0"), "v1\n[]").unwrap();
        let error = files.read(BatchId(0), parse).unwrap_err();
        assert!(error.message().contains("checksum"), "{error}");
    }
}
