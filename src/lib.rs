//! Caudal: PySpark programs, Structured Streaming above all, without a JVM.
//!
//! ```text
//! bridge      PyO3 classes; the only place that knows Python
//!   │
//! streaming   incremental execution: runtime, operators, state, checkpoint, sources, sinks
//!   │
//! execution   session, catalog, running a batch plan
//!   │
//! analysis    Spark's rules over a plan → DataFusion's LogicalPlan
//!   │
//! engine      the border to DataFusion
//!   │
//! functions   the function library        formats   decoders of files; kafka, its client
//!   │                                        │
//! plan        what the user asked for        │
//!   │                                        │
//! types       Spark's types ◄────────────────┘        storage, error, time, allocator
//! ```

pub mod allocator;
pub mod analysis;
#[cfg(feature = "python")]
mod bridge;
pub mod engine;
pub mod error;
pub mod execution;
pub mod formats;
pub mod functions;
pub mod kafka;
pub mod plan;
pub mod storage;
pub mod streaming;
pub mod time;
pub mod types;
