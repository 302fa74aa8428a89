//! Sources whose rows are read as they come (`trigger(continuous=…)`): what there is now
//! is taken, and a place is asked for when an epoch ends.

use std::sync::Arc;

use super::Reader;
use super::memory_continuous::MemoryContinuous;
use super::rate_continuous::RateContinuous;
use crate::error::{Result, SparkError};
use crate::execution::conf::Conf;
use crate::execution::stream_leaf::StreamRows;
use crate::time::Clock;

/// What a source calls when there are new rows; may be called from any thread.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// A stream of rows that is never waited for by the batch.
pub trait ContinuousSource: Send {
    /// The rows that are there and were not taken before, at most so many that the end
    /// of an epoch is not missed over them. They count as taken from now on.
    fn take(&mut self) -> Result<Option<Arc<dyn Reader>>>;

    /// The place after what was taken, as JSON; none before the first row of a source
    /// that has no place for its beginning.
    fn place(&self) -> Option<String>;

    /// When the next row is due, in epoch milliseconds; none where rows wake the query.
    fn due_millis(&self) -> Option<i64>;

    /// Everything up to a place has been committed.
    fn commit(&mut self, end: &str) -> Result<()>;
}

/// Opens the source that a streaming leaf stands for, at a place or at its beginning.
pub fn open_continuous(
    rows: &StreamRows,
    conf: &Conf,
    clock: &Arc<dyn Clock>,
    start: Option<&str>,
    wake: Wake,
) -> Result<Box<dyn ContinuousSource>> {
    if let Some(stream) = &rows.spec.local {
        return Ok(Box::new(MemoryContinuous::open(stream, start, wake)?));
    }
    check_continuous_source(rows)?;
    Ok(Box::new(RateContinuous::open(rows, conf, clock, start)?))
}

/// Refuses a source that has batches only.
pub fn check_continuous_source(rows: &StreamRows) -> Result<()> {
    match (&rows.spec.local, rows.spec.format.as_str()) {
        (Some(_), _) | (None, "rate") => Ok(()),
        (None, other) => Err(SparkError::new(
            "_LEGACY_ERROR_TEMP_2253",
            &[("sourceName", other)],
        )),
    }
}

/// Whether Spark knows a source for batches alone, and refuses it before the query runs.
pub fn read_in_batches_only(rows: &StreamRows) -> bool {
    let files = [
        "avro",
        "binaryfile",
        "csv",
        "json",
        "orc",
        "parquet",
        "text",
        "xml",
    ];
    rows.spec.local.is_none() && files.contains(&rows.spec.format.as_str())
}
