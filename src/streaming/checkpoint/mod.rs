//! The logs of a streaming query on disk, in Spark's names and JSON.
//!
//! ```text
//! <location>/metadata      the query's id                       metadata
//!            offsets/N     what batch N shall read (the plan)   offset_log
//!            commits/N     batch N is done                      commit_log
//!            sources/I/N   what source I found for batch N      source_log
//! <sink>/_spark_metadata/N  what batch N wrote into a folder   sink_log
//!            state/…       written by the state store, not by this module
//! ```
//!
//! Beside each file lies `.<name>.crc`, as Spark writes it. `protocol` decides, from what lies here, which batch runs next; `atomic` is
//! the only place that writes; `lock` keeps two queries apart; `fault_point` is where
//! tests kill. This module knows nothing of plans, sources or sinks: offsets are JSON
//! text to it.
//! Start reading at [`Checkpoint`] and [`protocol`].

mod atomic;
mod bucket;
mod commit_log;
mod errors;
pub mod fault_point;
mod lock;
mod log_file;
mod metadata;
mod offset_log;
mod open;
pub mod protocol;
mod sink_log;
mod source_log;
mod sums;

use std::fmt;

pub use atomic::{AtomicDir, FsyncStats, Written};
pub use commit_log::{CommitLog, CommitRecord};
pub use errors::{damaged, io_failure};
pub use lock::CheckpointLock;
pub use metadata::QueryMetadata;
pub use offset_log::{OffsetLog, OffsetRecord, RELEVANT_CONFS};
pub use open::Checkpoint;
pub use sink_log::{SINK_LOG, SinkFile, SinkLog, SinkLogSettings};
pub use source_log::{FileEntry, FileSourceLog, SourceLogRetention};

/// The number of a micro-batch: 0 for the first one of a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BatchId(pub u64);

impl BatchId {
    pub const FIRST: Self = Self(0);

    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// The batch before this one; none before the first.
    pub fn previous(self) -> Option<Self> {
        self.0.checked_sub(1).map(Self)
    }
}

impl fmt::Display for BatchId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
