//! The Kafka sink: rows as records. At least once, as in Spark; exactly once where each
//! batch is a transaction (`caudal.transactional`).

use std::sync::Arc;

use parking_lot::Mutex;

use super::{BatchRows, Sink};
use crate::analysis::OutputMode;
use crate::error::Result;
use crate::kafka::{RecordColumns, SinkOptions, Stop, Writer};
use crate::streaming::checkpoint::BatchId;
use crate::streaming::checkpoint::fault_point::{FaultPoint, reach};
use crate::time::Clock;
use crate::types::StructType;

pub struct KafkaSink {
    options: SinkOptions,
    columns: RecordColumns,
    /// Of the query, in every run.
    identity: String,
    stop: Stop,
    clock: Arc<dyn Clock>,
    /// Opened with the first batch, in the query's own thread.
    writer: Mutex<Option<Writer>>,
}

impl KafkaSink {
    pub fn new(
        options: SinkOptions,
        schema: &StructType,
        identity: String,
        stop: Stop,
        clock: Arc<dyn Clock>,
    ) -> Result<Self> {
        let columns = RecordColumns::of(schema, options.topic.as_deref())?;
        Ok(Self {
            options,
            columns,
            identity,
            stop,
            clock,
            writer: Mutex::default(),
        })
    }

    fn open(&self) -> Result<Writer> {
        Writer::open(
            &self.options,
            self.columns.clone(),
            &self.identity,
            Arc::clone(&self.stop),
            &self.clock,
        )
    }
}

impl Sink for KafkaSink {
    fn description(&self) -> String {
        "org.apache.spark.sql.kafka010.KafkaSourceProvider$KafkaTable".into()
    }

    fn add_batch(&self, batch: BatchId, rows: BatchRows<'_>, _mode: OutputMode) -> Result<()> {
        let mut writer = self.writer.lock();
        let writer = match &mut *writer {
            Some(writer) => writer,
            closed => closed.insert(self.open()?),
        };
        if !writer.begin(batch.0)? {
            return Ok(());
        }
        let send = || {
            for rows in rows {
                writer.write(&rows?)?;
            }
            writer.flush()?;
            reach(FaultPoint::SinkStaged)?;
            writer.commit()
        };
        send().inspect_err(|_| writer.abort())?;
        reach(FaultPoint::SinkNamed)
    }
}
