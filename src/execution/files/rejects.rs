//! `badRecordsPath`: the records that a reader of text left out, as lines of JSON with
//! their file and the reason. One file for a read, named after what was read and written
//! whole at its end: who reads the same again writes the same file again, so that every
//! record is there once.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;
use serde_json::json;

use super::{FileEntry, FileScan, failed};
use crate::error::Result;
use crate::execution::write::new_id;
use crate::formats::Rejected;
use crate::storage;

/// The records of one read, which may have several parts.
#[derive(Debug)]
pub struct Rejects {
    folder: PathBuf,
    name: String,
    batch: Option<u64>,
    parts: Mutex<Parts>,
}

#[derive(Debug)]
struct Parts {
    /// Parts that have not ended.
    left: usize,
    /// Of each part by its number.
    kept: Vec<(usize, Vec<Rejected>)>,
}

impl Rejects {
    /// For a read of `files` in so many parts; none where nobody wants them. A stream says
    /// which of its batches it is.
    pub fn new(
        scan: &FileScan,
        files: &[FileEntry],
        parts: usize,
        batch: Option<u64>,
    ) -> Option<Arc<Self>> {
        let folder = scan.rejects.as_deref()?;
        let mut sum = crc32fast::Hasher::new();
        sum.update(scan.data.json().as_bytes());
        for file in files {
            sum.update(file.path.as_os_str().as_encoded_bytes());
            sum.update(&file.size.to_le_bytes());
            sum.update(&file.modified.to_le_bytes());
        }
        let kind = batch.map_or("read".to_string(), |batch| format!("batch-{batch}"));
        Some(Arc::new(Self {
            folder: folder.to_path_buf(),
            name: format!("{kind}-{:08x}.json", sum.finalize()),
            batch,
            parts: Mutex::new(Parts {
                left: parts,
                kept: Vec::new(),
            }),
        }))
    }

    /// Takes the records of a part that has read all of its files.
    fn end(&self, part: usize, rejected: Vec<Rejected>) -> Result<()> {
        let mut parts = self.parts.lock();
        parts.left = parts.left.saturating_sub(1);
        if !rejected.is_empty() {
            parts.kept.push((part, rejected));
        }
        if parts.left > 0 || parts.kept.is_empty() {
            return Ok(());
        }
        parts.kept.sort_by_key(|(part, _)| *part);
        let all = parts.kept.iter().flat_map(|(_, rejected)| rejected);
        let text: String = all.map(|record| self.line(record)).collect();
        self.write(&text)
    }

    fn line(&self, rejected: &Rejected) -> String {
        let mut line = json!({
            "path": rejected.path,
            "reason": rejected.reason,
            "record": rejected.record,
        });
        if let Some(batch) = self.batch {
            line["batch"] = batch.into();
        }
        format!("{line}\n")
    }

    fn write(&self, text: &str) -> Result<()> {
        let target = self.folder.join(&self.name);
        if storage::is_remote(&target) {
            let put = storage::put(&target, text.as_bytes().to_vec());
            return put.map_err(|error| failed(&target, &error));
        }
        // Two readers of the same files write the same file.
        let hidden = self.folder.join(format!(".{}-{}.tmp", self.name, new_id()));
        let written = fs::create_dir_all(&self.folder)
            .and_then(|()| File::create(&hidden))
            .and_then(|mut file| {
                file.write_all(text.as_bytes())?;
                file.sync_all()
            })
            .and_then(|()| fs::rename(&hidden, &target))
            .and_then(|()| sync(&self.folder));
        written.map_err(|error| {
            // Best effort: the failure is what is to be told.
            let _ = fs::remove_file(&hidden);
            failed(&target, &error)
        })
    }
}

fn sync(folder: &Path) -> std::io::Result<()> {
    File::open(folder).and_then(|folder| folder.sync_all())
}

/// What one reader has kept aside so far, until it has read all of its files.
pub struct Aside {
    to: Arc<Rejects>,
    part: usize,
    rejected: Vec<Rejected>,
}

impl Aside {
    pub fn new(to: &Option<Arc<Rejects>>, part: usize) -> Option<Self> {
        to.as_ref().map(|to| Self {
            to: Arc::clone(to),
            part,
            rejected: Vec::new(),
        })
    }

    pub fn add(&mut self, rejected: Vec<Rejected>) {
        self.rejected.extend(rejected);
    }

    pub fn end(self) -> Result<()> {
        self.to.end(self.part, self.rejected)
    }
}
