//! Where a query's results go. One file a kind.

mod console;
mod file;
mod kafka;
mod late_rows;
mod memory;
mod noop;

use std::sync::Arc;

use arrow::record_batch::RecordBatch;

use crate::analysis::OutputMode;
use crate::error::{Result, SparkError};
use crate::streaming::checkpoint::BatchId;

pub use console::{ConsoleSink, Printer};
pub use file::{FileSink, FileSinkRequest};
pub use kafka::KafkaSink;
pub use late_rows::LateRows;
pub use memory::MemorySink;
pub use noop::NoopSink;

/// The rows of a batch, computed as they are asked for. What a sink leaves is
/// computed all the same: state hangs on it.
pub type BatchRows<'a> = &'a mut dyn Iterator<Item = Result<RecordBatch>>;

/// Takes batches; one that it already has is not taken again.
pub trait Sink: Send + Sync {
    /// As progress records name it.
    fn description(&self) -> String;

    /// Whether an epoch of a continuous query may be a batch here: its rows come as long
    /// as it lasts, and after a failure the batch of its number comes with other rows.
    fn takes_epochs(&self) -> bool {
        false
    }

    /// Takes the result of a batch: new rows in append mode, changed rows in
    /// update mode, the whole result in complete mode.
    fn add_batch(&self, batch: BatchId, rows: BatchRows<'_>, mode: OutputMode) -> Result<()>;
}

/// The sink of a format's name.
pub fn refuse_unknown(format: &str) -> SparkError {
    match format {
        "delta" => SparkError::not_implemented(format_args!("the sink {format}")),
        other => SparkError::new("DATA_SOURCE_NOT_FOUND", &[("provider", other)]),
    }
}

/// Shared by whoever reads the result while the query writes it.
pub type SharedSink = Arc<dyn Sink>;
