//! Streaming: a resolved plan as a query that runs forever, batch by batch.
//!
//! ```text
//! runtime       the loop of a query, its handle, and all queries of a session
//!   │
//! incremental   a resolved plan → a stateful physical plan, made once
//!   │
//! operators     read state, merge, write state        sources · sinks
//!   │                                                    │
//! state         versioned key-value store             checkpoint · progress
//! ```

pub mod checkpoint;
pub mod incremental;
pub mod operators;
pub mod progress;
pub mod runtime;
pub mod sinks;
pub mod sources;
pub mod state;
