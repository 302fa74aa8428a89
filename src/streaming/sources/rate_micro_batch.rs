//! The rate-micro-batch source: the same number of rows in every batch, however long
//! batches take, with times that advance by the batch.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, TimestampMicrosecondArray};
use arrow::datatypes::SchemaRef;
use serde::{Deserialize, Serialize};

use super::{Reader, Source};
use crate::engine::scan::{Batches, project};
use crate::error::{Result, SparkError};
use crate::execution::stream_leaf::StreamRows;
use crate::execution::stream_read::{MicroBatchOptions, micro_batch_options};

/// Rows of a record batch.
const CHUNK: i64 = 65_536;

pub struct RateMicroBatchSource {
    options: MicroBatchOptions,
    schema: SchemaRef,
    frozen: bool,
    last: Option<Place>,
}

/// How many rows there were before, and the time of the next ones in epoch milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    offset: i64,
    timestamp: i64,
}

impl Place {
    fn parse(text: &str) -> Result<Self> {
        serde_json::from_str(text).map_err(|_| {
            SparkError::internal(format_args!(
                "{text} is no place of a rate-micro-batch source"
            ))
        })
    }

    fn json(self) -> Result<String> {
        serde_json::to_string(&self).map_err(SparkError::internal)
    }
}

impl RateMicroBatchSource {
    pub fn open(rows: &StreamRows) -> Result<Self> {
        Ok(Self {
            options: micro_batch_options(&rows.spec)?,
            schema: Arc::new(rows.schema.to_arrow()),
            frozen: false,
            last: None,
        })
    }

    fn start(&self, start: Option<&str>) -> Result<Place> {
        match start {
            Some(text) => Place::parse(text),
            None => Ok(Place {
                offset: 0,
                timestamp: self.options.start_millis,
            }),
        }
    }
}

impl Source for RateMicroBatchSource {
    fn description(&self) -> String {
        let options = &self.options;
        format!(
            "RatePerMicroBatchStream[rowsPerBatch={}, numPartitions={}, startTimestamp={}, advanceMsPerBatch={}]",
            options.rows, options.partitions, options.start_millis, options.advance_millis
        )
    }

    fn latest_offset(&mut self, start: Option<&str>, _: bool) -> Result<Option<String>> {
        let from = self.start(start)?;
        let next = Place {
            offset: from.offset.saturating_add(self.options.rows),
            timestamp: from.timestamp.saturating_add(self.options.advance_millis),
        };
        let end = match (self.frozen, self.last) {
            (true, Some(last)) => last,
            _ => next,
        };
        self.last = Some(end);
        end.json().map(Some)
    }

    fn freeze(&mut self) -> Result<()> {
        (self.frozen, self.last) = (true, None);
        Ok(())
    }

    fn read(&mut self, start: Option<&str>, end: &str) -> Result<Arc<dyn Reader>> {
        let from = self.start(start)?;
        Ok(Arc::new(Rows {
            first: from.offset,
            end: Place::parse(end)?.offset,
            micros: from.timestamp.saturating_mul(1000),
            schema: Arc::clone(&self.schema),
        }))
    }

    fn commit(&mut self, _: &str) -> Result<()> {
        Ok(())
    }
}

#[derive(Clone)]
struct Rows {
    first: i64,
    end: i64,
    micros: i64,
    schema: SchemaRef,
}

impl Rows {
    fn batch(&self, from: i64, columns: &[usize]) -> Result<RecordBatch> {
        let to = (from + CHUNK).min(self.end);
        let times = TimestampMicrosecondArray::from(vec![self.micros; (to - from) as usize]);
        let times = times.with_data_type(self.schema.field(0).data_type().clone());
        let values = Int64Array::from_iter_values(from..to);
        let arrays: Vec<ArrayRef> = vec![Arc::new(times), Arc::new(values)];
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), arrays);
        project(&batch.map_err(SparkError::internal)?, columns)
    }
}

impl Reader for Rows {
    fn open(&self, columns: &[usize]) -> Result<Batches> {
        let (rows, columns) = (self.clone(), columns.to_vec());
        let starts = (self.first..self.end).step_by(CHUNK as usize);
        Ok(Box::new(starts.map(move |from| rows.batch(from, &columns))))
    }
}
