//! Files that were read: left, deleted, or moved to an archive (`cleanSource`).
//!
//! Only files of batches that are committed come here. What cannot be deleted or moved
//! stays where it is, as in Spark: it was read, and will not be read again.

use std::path::{Path, PathBuf};

use super::file_options::Clean;
use crate::error::{ErrorClass, Result, SparkError};
use crate::execution::files::{FileEntry, Glob, Paths};
use crate::storage;

pub enum Cleaner {
    Off,
    Delete,
    /// Below this folder, under the whole path that the file had.
    Archive(PathBuf),
}

impl Cleaner {
    /// `source` is the path, or pattern, that the stream reads.
    pub fn new(clean: &Clean, source: &Path, paths: &Paths) -> Result<Self> {
        Ok(match clean {
            Clean::Off => Self::Off,
            Clean::Delete => Self::Delete,
            Clean::Archive(folder) => {
                let folder = paths.write(folder)?;
                if storage::bucket_of(&folder) != storage::bucket_of(source) {
                    return Err(elsewhere(source, &folder));
                }
                if may_be_read_again(&folder, source)? {
                    return Err(inside());
                }
                Self::Archive(folder)
            }
        })
    }

    pub fn is_off(&self) -> bool {
        matches!(self, Self::Off)
    }

    pub fn clean(&self, files: &[FileEntry]) {
        for file in files {
            match self {
                Self::Off => {}
                Self::Delete => {
                    let _ = storage::remove_file(&file.path);
                }
                Self::Archive(folder) => {
                    let _ = archive(&file.path, folder);
                }
            }
        }
    }
}

fn archive(path: &Path, folder: &Path) -> std::io::Result<()> {
    let inner = storage::inner(path);
    let below = inner.strip_prefix("/").unwrap_or(&inner);
    let target = folder.join(below);
    if let Some(parent) = target.parent() {
        storage::create_dir_all(parent)?;
    }
    if storage::exists(&target)? {
        return Ok(());
    }
    storage::rename(path, &target)
}

/// Whether an archived file could be one that the source finds: the archive's folder
/// matches the source's path as deep as the shorter of both goes.
fn may_be_read_again(archive: &Path, source: &Path) -> Result<bool> {
    let names = |path: &Path| -> Vec<String> {
        storage::inner(path)
            .components()
            .skip(1)
            .map(|part| part.as_os_str().to_string_lossy().into_owned())
            .collect()
    };
    for (wanted, found) in names(source).iter().zip(names(archive)) {
        if !Glob::new(wanted)?.matches(&found) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn elsewhere(source: &Path, archive: &Path) -> SparkError {
    let message = format!(
        "requirement failed: Base archive path is located on a different file system than the source files. source path: {} / base archive path: {}",
        storage::hadoop(source),
        storage::hadoop(archive)
    );
    SparkError::plain(ErrorClass::IllegalArgument, message)
}

fn inside() -> SparkError {
    SparkError::plain(
        ErrorClass::IllegalArgument,
        "requirement failed: Base archive path cannot be set to the path where archived path can possibly match with source pattern. Ensure the base archive path doesn't match with source pattern in depth, where the depth is minimum of depth on both paths.",
    )
}
