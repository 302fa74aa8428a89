//! Operators that keep state: they read it, merge what a batch brings, and write it
//! back. Each belongs to one place in a query's plan and lives as long as the query.
//!
//! `core` is what they have in common and how the loop of a query sees them, `exec`
//! their place in a physical plan, `expiry` how state is let go in time. One file an
//! operator beside these. They know nothing of triggers, sources or sinks.

mod accumulate;
mod aggregate;
mod core;
mod deduplicate;
mod event_time;
mod exec;
mod expiry;
mod groups;
mod join;
mod keys;
mod late_tap;
mod limit;
mod open_sessions;
mod partitions;
mod session;
mod session_changes;
mod watermark;

pub use self::core::{BatchTimes, OperatorCore, OperatorFigures, StatefulOperator, Work};
pub use aggregate::stateful_aggregate;
pub use deduplicate::DeduplicateOperator;
pub use event_time::{EventColumn, Moments, drop_late};
pub use exec::{BatchStream, Operation, answer, operator};
pub use expiry::ExpiryIndex;
pub use groups::{GroupsSetup, ProcessorOperator, WithStateOperator};
pub use join::{Cleanup, JoinOperator, JoinPlan, SidePlan};
pub use late_tap::LateTap;
pub use limit::LimitOperator;
pub use partitions::{Place, StateFolder, StatePartitions};
pub use session::{SessionOperator, SessionOptions, stateful_sessions};
pub use watermark::WatermarkOperator;
