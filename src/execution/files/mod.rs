//! Files as they lie on disk: paths and URIs, which files a read means, how they are
//! opened, and what their folders' names say. On the local file system or in an object
//! store; any other scheme is refused by name.

mod glob;
mod listing;
mod open;
mod partitions;
mod paths;
mod rejects;
mod scan;
mod table;

use std::path::{Path, PathBuf};

use crate::error::{ErrorClass, SparkError};
use crate::storage;

pub use glob::{Glob, is_glob as is_pattern};
pub use listing::{Found, Listing, exists, list, list_new};
pub use open::{is_missing, open};
pub use partitions::{Partitions, Rules as PartitionRules, discover, select};
pub use paths::{Datasets, MOUNTS, Paths};
pub use scan::{FileScan, Reader, WatchedBatches};
pub use table::{FileRows, input_files};

/// A file to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEntry {
    pub path: PathBuf,
    pub size: u64,
    /// Milliseconds since the epoch.
    pub modified: i64,
}

impl FileEntry {
    /// `file:///a/b.json`, as in a file source's log.
    pub fn uri(&self) -> String {
        uri(&self.path)
    }

    /// The last part of the path.
    pub fn name(&self) -> String {
        let name = self.path.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }
}

/// `file:///a/b` or `s3a://bucket/a`, with what a URI cannot hold percent-encoded.
pub fn uri(path: &Path) -> String {
    let mut out = match storage::is_remote(path) {
        true => String::new(),
        false => String::from("file://"),
    };
    for byte in storage::shown(path).bytes() {
        match byte {
            b'a'..=b'z'
            | b'A'..=b'Z'
            | b'0'..=b'9'
            | b'/'
            | b'-'
            | b'_'
            | b'.'
            | b'~'
            | b'!'
            | b'$'
            | b'&'
            | b'\''
            | b'('
            | b')'
            | b'*'
            | b'+'
            | b','
            | b';'
            | b'='
            | b':'
            | b'@' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

pub fn failed(path: &Path, error: &std::io::Error) -> SparkError {
    if let Some(condition) = storage::condition_of(error) {
        return condition;
    }
    SparkError::plain(
        ErrorClass::SparkRuntime,
        format!("cannot read {}: {error}", storage::shown(path)),
    )
}

/// The path of a URI as [`uri`] makes it.
pub fn from_uri(text: &str) -> PathBuf {
    if let Some(Ok(path)) = storage::parse(text) {
        return PathBuf::from(unescaped(&path.to_string_lossy()));
    }
    let rest = text
        .strip_prefix("file://")
        .or_else(|| text.strip_prefix("file:"))
        .unwrap_or(text);
    PathBuf::from(unescaped(rest))
}

/// Text without its `%2F`s.
fn unescaped(text: &str) -> String {
    let raw = text.as_bytes();
    let mut bytes = Vec::with_capacity(raw.len());
    let mut at = 0;
    while let Some(byte) = raw.get(at) {
        let hex = text
            .get(at + 1..at + 3)
            .and_then(|h| u8::from_str_radix(h, 16).ok());
        match (byte, hex) {
            (b'%', Some(decoded)) => {
                bytes.push(decoded);
                at += 3;
            }
            (byte, _) => {
                bytes.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
