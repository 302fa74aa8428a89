//! `df.write.format("kafka").save()`: the rows of a batch plan as records.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use datafusion::execution::SendableRecordBatchStream;
use futures::StreamExt;
use tokio::runtime::Handle;

use super::observe::deliver;
use super::write::SaveMode;
use super::{Session, Table, WriteRequest, named, new_id};
use crate::analysis::Resolved;
use crate::engine::from_datafusion;
use crate::error::{Result, SparkError};
use crate::kafka::{RecordColumns, SinkOptions, Stop, Writer};
use crate::time::{Clock, SystemClock};

impl Session {
    /// Blocks until the brokers have the records. In a transaction, where one is asked
    /// for, they are there together or not at all.
    pub(super) async fn write_to_kafka(
        &self,
        table: &Table,
        request: &WriteRequest,
        mode: Option<SaveMode>,
    ) -> Result<()> {
        if let Some(mode @ (SaveMode::Overwrite | SaveMode::Ignore)) = mode {
            return Err(refused_mode(mode));
        }
        let options = SinkOptions::parse(&request.options)?;
        let columns = RecordColumns::of(&table.resolved.schema(), options.topic.as_deref())?;
        let (streams, observations) = self.streams(&table.resolved, request.is_single).await?;
        let resolved = Arc::clone(&table.resolved);
        let runtime = Handle::current();
        // Who gives up waiting for this ends it.
        let given_up = GivenUp(Stop::default());
        let stop = Arc::clone(&given_up.0);
        // The client's calls block: not on a thread of the runtime.
        let work = move || {
            let clock: Arc<dyn Clock> = Arc::new(SystemClock);
            let identity = format!("caudal-{}", new_id());
            let writer = Writer::open(&options, columns, &identity, stop, &clock)?;
            writer.begin_once()?;
            let sent = send(&writer, streams, &resolved, &runtime);
            sent.inspect_err(|_| writer.abort())
        };
        let written = tokio::task::spawn_blocking(work).await;
        let written = written.unwrap_or_else(|error| Err(SparkError::internal(error)));
        deliver(&observations, written.is_err())?;
        written
    }
}

/// A topic is added to; nothing else.
pub(super) fn refused_mode(mode: SaveMode) -> SparkError {
    SparkError::new(
        "_LEGACY_ERROR_TEMP_3081",
        &[
            ("mode", mode.java_name()),
            ("append", SaveMode::Append.java_name()),
            ("errorIfExists", SaveMode::ErrorIfExists.java_name()),
        ],
    )
}

/// Tells the work of a write to stop, once nobody waits for it.
struct GivenUp(Stop);

impl Drop for GivenUp {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn send(
    writer: &Writer,
    streams: Vec<SendableRecordBatchStream>,
    resolved: &Resolved,
    runtime: &Handle,
) -> Result<()> {
    for mut stream in streams {
        while let Some(batch) = runtime.block_on(stream.next()) {
            let batch = batch.map_err(from_datafusion)?;
            for batch in named(resolved, vec![batch])? {
                writer.write(&batch)?;
            }
        }
    }
    writer.flush()?;
    writer.commit()
}
