//! The noop sink: a batch is computed and let go, to measure or to warm up.

use super::{BatchRows, Sink};
use crate::analysis::OutputMode;
use crate::error::Result;
use crate::streaming::checkpoint::BatchId;

#[derive(Debug, Default)]
pub struct NoopSink;

impl Sink for NoopSink {
    fn description(&self) -> String {
        "org.apache.spark.sql.execution.datasources.noop.NoopTable$".into()
    }

    fn takes_epochs(&self) -> bool {
        true
    }

    fn add_batch(&self, _: BatchId, rows: BatchRows<'_>, _: OutputMode) -> Result<()> {
        for batch in rows {
            batch?;
        }
        Ok(())
    }
}
