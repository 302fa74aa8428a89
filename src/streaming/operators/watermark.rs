//! `withWatermark` in a running plan: rows go through, their event times are seen.

use std::sync::Arc;

use arrow::array::AsArray;
use arrow::compute::{max, min};
use arrow::datatypes::{Int64Type, TimestampMicrosecondType};
use datafusion::execution::SendableRecordBatchStream;
use futures::StreamExt;
use parking_lot::Mutex;

use super::exec::{BatchStream, Operation};
use crate::analysis::EventTime;
use crate::engine::from_datafusion;
use crate::error::{Result, SparkError};
use crate::streaming::progress::EventTimeStats;

/// One `withWatermark` of a query.
pub struct WatermarkOperator {
    /// The same where one call is used in several places.
    pub id: u64,
    pub delay_millis: i64,
    column: super::EventColumn,
    seen: Mutex<EventTimeStats>,
}

impl WatermarkOperator {
    pub fn new(id: u64, delay_millis: i64, column: super::EventColumn) -> Self {
        Self {
            id,
            delay_millis,
            column,
            seen: Mutex::default(),
        }
    }

    /// The event times since the last call.
    pub fn take_seen(&self) -> EventTimeStats {
        std::mem::take(&mut *self.seen.lock())
    }

    fn see(&self, batch: &arrow::array::RecordBatch) -> Result<()> {
        let mut column = batch.column(self.column.index).clone();
        if self.column.kind == EventTime::Window {
            let window = column
                .as_struct_opt()
                .and_then(|w| w.column_by_name("end").cloned());
            column = window.ok_or_else(|| SparkError::internal("a window has an end"))?;
        }
        let times = column
            .as_primitive_opt::<TimestampMicrosecondType>()
            .ok_or_else(|| SparkError::internal("an event time is not a timestamp"))?;
        let millis = times.unary::<_, Int64Type>(|micros| micros.div_euclid(1000));
        let (Some(min), Some(max)) = (min(&millis), max(&millis)) else {
            return Ok(());
        };
        let count = (millis.len() - arrow::array::Array::null_count(&millis)) as u64;
        let sum: f64 = millis.iter().flatten().map(|m| m as f64).sum();
        let stats = EventTimeStats {
            max,
            min,
            avg: sum / count as f64,
            count,
        };
        self.seen.lock().merge(&stats);
        Ok(())
    }
}

impl Operation for WatermarkOperator {
    fn describe(&self) -> String {
        format!("EventTimeWatermark delay {} ms", self.delay_millis)
    }

    fn run(self: Arc<Self>, inputs: Vec<SendableRecordBatchStream>) -> BatchStream {
        let all = futures::stream::iter(inputs).flatten();
        Box::pin(all.map(move |batch| {
            let batch = batch.map_err(from_datafusion)?;
            self.see(&batch)?;
            Ok(batch)
        }))
    }
}
