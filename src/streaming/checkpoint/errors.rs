//! The errors of files on disk; every one of them names the file.

use std::io;
use std::path::Path;

use crate::error::{ErrorClass, SparkError};

/// A file whose content cannot be what was written: empty, torn or changed.
pub fn damaged(path: &Path, reason: impl AsRef<str>) -> SparkError {
    SparkError::new(
        "CAUDAL_CHECKPOINT_DAMAGED",
        &[
            ("path", &path.display().to_string()),
            ("reason", reason.as_ref()),
        ],
    )
}

/// The operating system refused `action` (a verb) on `path`.
pub fn io_failure(action: &str, path: &Path, error: &io::Error) -> SparkError {
    SparkError::plain(
        ErrorClass::SparkRuntime,
        format!("Cannot {action} {}: {error}", path.display()),
    )
}
