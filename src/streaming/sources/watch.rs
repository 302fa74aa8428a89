//! [`Watch`]: whether a folder needs to be listed again.
//!
//! A folder's own time changes with every name that comes or goes, so that one look at
//! it may stand for reading a hundred thousand names, and a query that waits uses next to
//! nothing. Not every file system keeps that time, and none keeps it to the nanosecond: a
//! folder is believed to be unchanged only once listings some time apart saw the same
//! time, and is listed now and then anyway.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use crate::execution::files::Found;
use crate::storage;

/// How long listings must have seen the same times before these are believed: longer
/// than the steps in which file systems of today count.
const SETTLED: Duration = Duration::from_millis(100);
/// A listing that finds nothing is made so often at most …
const LISTED_EVERY: Duration = Duration::from_secs(1);
/// … and takes no more than one part in so many of the time.
const SHARE: u32 = 200;

#[derive(Debug, Default)]
pub struct Watch {
    folders: Vec<(PathBuf, Option<SystemTime>)>,
    /// When the first listing that saw these times began.
    first: Duration,
    /// When the last one began, and how long it took.
    last: Duration,
    took: Duration,
}

impl Watch {
    /// Whether nothing can have come since the last listing. `now` is of a monotonic clock.
    pub fn is_unchanged(&self, now: Duration) -> bool {
        let pause = LISTED_EVERY.max(self.took.saturating_mul(SHARE));
        // A path that is not there has no time that could change.
        if self.folders.is_empty()
            || self.last.saturating_sub(self.first) < SETTLED
            || now.saturating_sub(self.last) >= pause
        {
            return false;
        }
        self.folders
            .iter()
            .all(|(folder, then)| then.is_some() && storage::folder_time(folder) == *then)
    }

    /// Keeps what a full listing saw.
    pub fn listed(&mut self, found: &mut Found, began: Duration, ended: Duration) {
        let folders = std::mem::take(&mut found.folders);
        if folders != self.folders {
            self.first = began;
        }
        self.folders = folders;
        self.last = began;
        self.took = ended.saturating_sub(began);
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

    const fn millis(number: u64) -> Duration {
        Duration::from_millis(number)
    }

    #[test]
    fn a_settled_folder_is_listed_when_it_changes_and_now_and_then() {
        let folder = tempfile::tempdir().unwrap();
        let mut watch = Watch::default();
        for at in [1000, 1050, 1099] {
            assert!(!watch.is_unchanged(millis(at)));
            watch.listed(&mut listing(folder.path()), millis(at), millis(at));
        }
        assert!(!watch.is_unchanged(millis(1100)), "not yet settled");
        watch.listed(&mut listing(folder.path()), millis(1100), millis(1120));
        assert!(watch.is_unchanged(millis(1200)));
        assert!(watch.is_unchanged(millis(5099)), "20 ms are 4 s apart");
        assert!(!watch.is_unchanged(millis(5100)));
        let later = SystemTime::UNIX_EPOCH + Duration::from_secs(5);
        let handle = fs::File::open(folder.path()).unwrap();
        handle.set_modified(later).unwrap();
        assert!(!watch.is_unchanged(millis(1200)));
    }
}
