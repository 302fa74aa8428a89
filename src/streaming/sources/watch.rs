//! [`Watch`]: whether a folder needs to be listed again.
//!
//! A folder's own time changes with every name that comes or goes, so that one look at
//! it may stand for reading a hundred thousand names, and a query that waits uses next to
//! nothing. Not every file system keeps that
//! time, and none keeps it to the nanosecond: a folder is believed to be unchanged only
//! after several full listings under the same time, and is listed now and then anyway.

use std::path::PathBuf;
use std::time::SystemTime;

use crate::execution::files::Found;
use crate::storage;

/// Full listings under the same times before they are believed.
const SETTLED: u32 = 10;
/// Of so many looks one is a full listing.
const FULL_EVERY: u32 = 100;

#[derive(Debug, Default)]
pub struct Watch {
    folders: Vec<(PathBuf, Option<SystemTime>)>,
    same: u32,
    skipped: u32,
}

impl Watch {
    /// Whether nothing can have come since the last listing.
    pub fn is_unchanged(&mut self) -> bool {
        // A path that is not there has no time that could change.
        if self.same < SETTLED || self.folders.is_empty() {
            return false;
        }
        self.skipped = (self.skipped + 1) % FULL_EVERY;
        if self.skipped == 0 {
            return false;
        }
        self.folders
            .iter()
            .all(|(folder, then)| then.is_some() && storage::folder_time(folder) == *then)
    }

    /// Keeps what a full listing saw.
    pub fn listed(&mut self, found: &mut Found) {
        let folders = std::mem::take(&mut found.folders);
        self.same = if folders == self.folders {
            self.same.saturating_add(1)
        } else {
            0
        };
        self.folders = folders;
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn listing(folder: &std::path::Path) -> Found {
        let modified = fs::metadata(folder).unwrap().modified().ok();
        Found {
            folders: vec![(folder.to_path_buf(), modified)],
            ..Found::default()
        }
    }

    #[test]
    fn a_settled_folder_is_listed_when_it_changes_and_now_and_then() {
        let folder = tempfile::tempdir().unwrap();
        let mut watch = Watch::default();
        for _ in 0..=SETTLED {
            assert!(!watch.is_unchanged());
            watch.listed(&mut listing(folder.path()));
        }
        let skipped = (1..FULL_EVERY).filter(|_| watch.is_unchanged()).count();
        assert_eq!(skipped, FULL_EVERY as usize - 1);
        assert!(!watch.is_unchanged());
        let later = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(5);
        let handle = fs::File::open(folder.path()).unwrap();
        handle.set_modified(later).unwrap();
        assert!(!watch.is_unchanged());
    }
}
