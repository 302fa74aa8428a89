//! The errors of files on disk; every one of them names the file.

use std::io;
use std::path::Path;

use crate::error::{ErrorClass, SparkError};
use crate::storage;

/// A file whose content cannot be what was written: empty, torn or changed.
pub fn damaged(path: &Path, reason: impl AsRef<str>) -> SparkError {
    SparkError::new(
        "CAUDAL_CHECKPOINT_DAMAGED",
        &[("path", &storage::shown(path)), ("reason", reason.as_ref())],
    )
}

/// The operating system, or the store, refused `action` (a verb) on `path`.
pub fn io_failure(action: &str, path: &Path, error: &io::Error) -> SparkError {
    if let Some(condition) = storage::condition_of(error) {
        return condition;
    }
    SparkError::plain(
        ErrorClass::SparkRuntime,
        format!("Cannot {action} {}: {error}", storage::shown(path)),
    )
}
