//! The state of stateful operators: a versioned store from key bytes to value
//! bytes, in memory, and durable as a changelog.
//!
//! One [`StateStore`] is one partition of one operator. Version 0 is empty;
//! batch N turns version N into version N + 1. A version is visible to a restart
//! only after its file is durable, and that is before the batch is committed.
//!
//! ```text
//! state/<operator>/layout.json             what the bytes mean, how many partitions
//!                  <partition>/V.delta     the keys that version V changed
//!                              V.snapshot  all of version V
//! ```
//!
//! A commit writes a delta and nothing else; snapshots are made from snapshots and
//! deltas by a thread of their own (see `maintenance` and `snapshot`).
//!
//! A version that changed nothing has no file. Each delta names the version that
//! it was written upon, so a file that is missing in the middle is noticed; and
//! the first version of a partition always has a file, so an empty folder is
//! never taken for an empty state.
//!
//! This module knows nothing of plans, rows or watermarks. Read [`StateStore`],
//! then `table` (memory: `index`, `places`, `arena`) and `file` (the format on disk).

mod arena;
mod chain;
mod file;
mod index;
mod layout;
mod maintenance;
mod places;
#[cfg(test)]
mod scale_tests;
mod snapshot;
mod store;
mod table;

pub use layout::{OperatorLayout, StateLayout, read_all_partitions};
pub use maintenance::{Maintenance, StateSettings};
pub use places::Slot;
pub use store::{CommitStats, StateStore};
pub use table::hash_of;
