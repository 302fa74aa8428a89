//! Kafka, as a client of its brokers: what options say, which partitions there are and
//! how far they go, records as Arrow rows and rows as records.
//!
//! This room knows no session, no plan and no query: batches and streams use it alike. It
//! is the only one that knows the client library (librdkafka).
//!
//! ```text
//! fetch      records of ranges, as rows            write      rows as records
//!   │                                                │
//! cluster    partitions and their offsets            │
//!   │                                                │
//! link       one client: settings, tokens, waits ◄───┘
//!   │
//! source_options, limits, names (options)     offsets, loss     schema     trouble (errors)
//! ```

mod cluster;
mod fetch;
mod group_offsets;
mod limits;
mod link;
mod loss;
#[cfg(test)]
mod mock_tests;
mod names;
mod offsets;
mod queue;
mod records;
mod sasl;
mod schema;
mod sink_options;
mod source_options;
mod token;
mod transaction;
mod trouble;
mod write;

pub use cluster::{Cluster, Matcher};
pub use fetch::{Fetcher, Range, Wanted};
pub use group_offsets::GroupOffsets;
pub use limits::{End, OffsetLimit};
pub use link::{Link, Stop, Wake};
pub use loss::{Loss, LossPolicy, between};
pub use names::ClientSettings;
pub use offsets::{Offsets, TopicPartition};
pub use schema::record_schema;
pub use sink_options::{RecordColumns, SinkOptions};
pub use source_options::{SourceOptions, Strategy};
pub use write::Writer;
