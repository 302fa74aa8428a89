//! Operators that keep state: they read it, merge what a batch brings, and write it
//! back. Each belongs to one place in a query's plan and lives as long as the query.

mod aggregate;
mod partitions;

pub use aggregate::{AggregateState, StatefulAggregateExec};
pub use partitions::{Place, StateFolder, StatePartitions};

/// Figures of an operator for a progress record.
#[derive(Debug, Clone, Copy, Default)]
pub struct OperatorFigures {
    pub rows_total: u64,
    pub rows_updated: u64,
    pub memory_bytes: u64,
    pub partitions: u64,
    pub update_time: std::time::Duration,
    pub commit_time: std::time::Duration,
}
