//! Where a query's rows come from. One file a kind.

mod clean;
mod continuous;
mod file;
mod file_options;
mod foreign;
mod kafka;
mod kafka_limit;
mod memory;
mod memory_continuous;
mod rate;
mod rate_continuous;
mod rate_micro_batch;
mod socket;
mod watch;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::engine::scan::Batches;
use crate::error::{Result, SparkError};
use crate::execution::conf::Conf;
pub use crate::execution::files::WatchedBatches;
use crate::execution::is_kafka;
use crate::execution::stream_leaf::StreamRows;
use crate::formats::AbsentRows;
use crate::time::Clock;

use super::checkpoint::FsyncStats;

pub use continuous::{
    ContinuousSource, Wake, check_continuous_source, open_continuous, read_in_batches_only,
};

/// A stream of rows with places in it, given as JSON text.
pub trait Source: Send {
    /// As progress records name it: `FileStreamSource[file:/data]`.
    fn description(&self) -> String;

    /// The place up to which the next batch may read, within the rate limit unless
    /// `all` is asked for; the same as `start` when there is nothing new, `None` when
    /// there never was.
    fn latest_offset(&mut self, start: Option<&str>, all: bool) -> Result<Option<String>>;

    /// The end of all that there is, where the source reports it: for progress only.
    fn reported_end(&mut self) -> Result<Option<String>> {
        Ok(None)
    }

    /// What progress records say beside the places, of a batch that ended at `consumed`.
    fn metrics(&self, _consumed: Option<&str>) -> Result<BTreeMap<String, String>> {
        Ok(BTreeMap::new())
    }

    /// Refuses to go on from a place that is not this source's, before anything runs.
    fn check_start(&self, _start: Option<&str>) -> Result<()> {
        Ok(())
    }

    /// Whether it wakes the query when there is something new: a query that waits then
    /// looks by itself only now and then.
    fn wakes(&self) -> bool {
        false
    }

    /// From now on nothing that arrives later is taken (`availableNow`).
    fn freeze(&mut self) -> Result<()>;

    /// A reader of the rows after `start` up to `end`, opened when the plan runs.
    fn read(&mut self, start: Option<&str>, end: &str) -> Result<Arc<dyn Reader>>;

    /// Everything up to `end` has been committed.
    fn commit(&mut self, end: &str) -> Result<()>;
}

/// One batch of a source.
pub trait Reader: Send + Sync {
    /// Rows of the columns at the given positions of the source's schema.
    fn open(&self, columns: &[usize]) -> Result<Batches>;

    /// The same; with each batch, which of its rows lack a value of the `watched` columns,
    /// by position among the wanted ones. Where values are never missing, none do.
    fn open_watched(&self, columns: &[usize], _watched: &[usize]) -> Result<WatchedBatches> {
        let batches = self.open(columns)?;
        Ok(Box::new(
            batches.map(|batch| Ok((batch?, AbsentRows::new()))),
        ))
    }
}

/// What a source needs beside what the reader was told.
pub struct SourceContext<'a> {
    pub conf: &'a Conf,
    pub clock: Arc<dyn Clock>,
    /// The source's own folder in the checkpoint, if there is one.
    pub folder: Option<&'a Path>,
    pub stats: Arc<FsyncStats>,
    /// Makes the query look for new data at once.
    pub wake: Arc<dyn Fn() + Send + Sync>,
    /// Set when the query is to stop: who waits gives up.
    pub stop: Arc<AtomicBool>,
}

/// Opens the source that a streaming leaf stands for.
pub fn open(rows: &StreamRows, context: SourceContext<'_>) -> Result<Box<dyn Source>> {
    if let Some(stream) = &rows.spec.local {
        return Ok(Box::new(memory::MemorySource::open(stream)));
    }
    if let Some(source) = &rows.spec.foreign {
        return Ok(Box::new(foreign::ForeignStreamSource::open(source)?));
    }
    match rows.spec.format.as_str() {
        _ if rows.files.is_some() => Ok(Box::new(file::FileSource::open(rows, context)?)),
        "rate" => Ok(Box::new(rate::RateSource::open(rows, context)?)),
        "rate-micro-batch" => Ok(Box::new(rate_micro_batch::RateMicroBatchSource::open(
            rows,
        )?)),
        format if is_kafka(format) => Ok(Box::new(kafka::KafkaSource::open(rows, context)?)),
        "socket" => Ok(Box::new(socket::SocketSource::open(rows, context)?)),
        other => Err(SparkError::not_implemented(format_args!(
            "the streaming source {other}"
        ))),
    }
}
