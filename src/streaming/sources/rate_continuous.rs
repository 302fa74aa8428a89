//! The rate source read as its rows come: each partition gives its next row when that
//! is due.
//!
//! As in Spark a place names for each partition its last value and when that was due;
//! partition `p` of `n` has the values `p`, `p + n`, `p + 2n`, … Up to 1,000 rows a
//! second and partition are a whole number of milliseconds apart, which is Spark's
//! rounding; above that, where Spark would give rows without an end, they are given
//! at the rate that was asked for.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, TimestampMicrosecondArray};
use arrow::datatypes::SchemaRef;
use serde::{Deserialize, Serialize};

use super::{ContinuousSource, Reader};
use crate::engine::scan::{Batches, project};
use crate::error::{ErrorClass, Result, SparkError};
use crate::execution::conf::Conf;
use crate::execution::parallelism;
use crate::execution::stream_leaf::StreamRows;
use crate::execution::stream_read::rate_options;
use crate::time::Clock;

/// Rows that are given at once; where more are due they come with the next look.
const MOST_ROWS: usize = 65_536;

pub struct RateContinuous {
    partitions: Vec<Partition>,
    pace: Pace,
    clock: Arc<dyn Clock>,
    schema: SchemaRef,
}

/// How long it is from row to row of a partition.
#[derive(Debug, Clone, Copy)]
enum Pace {
    /// So many milliseconds.
    Each(i64),
    /// So many rows in a second, which are more than one in a millisecond.
    PerSecond(f64),
}

/// Where a partition is.
#[derive(Debug, Clone, Copy)]
struct Partition {
    last: PlaceOf,
    /// Rows since the query was started, and the moment that they count from.
    given: i64,
    since_millis: i64,
}

/// A partition's part of a place, under Spark's names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct PlaceOf {
    value: i64,
    #[serde(rename = "runTimeMs")]
    due_millis: i64,
}

impl Partition {
    fn at(last: PlaceOf) -> Self {
        Self {
            last,
            given: 0,
            since_millis: last.due_millis,
        }
    }

    fn next_due(&self, pace: Pace) -> i64 {
        match pace {
            Pace::Each(millis) => self.last.due_millis.saturating_add(millis),
            Pace::PerSecond(rows) => {
                let after = (self.given + 1) as f64 * 1000.0 / rows;
                self.since_millis.saturating_add(after.ceil() as i64)
            }
        }
    }
}

impl RateContinuous {
    pub fn open(
        rows: &StreamRows,
        conf: &Conf,
        clock: &Arc<dyn Clock>,
        start: Option<&str>,
    ) -> Result<Self> {
        let options = rate_options(&rows.spec)?;
        if options.ramp_up_seconds > 0 {
            return Err(SparkError::not_implemented(
                "the option rampUpTime with the continuous trigger",
            ));
        }
        let count = match options.partitions {
            Some(count) => count,
            None => parallelism(conf)? as i64,
        };
        let now = clock.now_millis();
        let places = match start {
            Some(text) => places(text, count)?,
            None => (0..count)
                .map(|partition| PlaceOf {
                    value: partition - count,
                    due_millis: now,
                })
                .collect(),
        };
        let each = options.rows_per_second as f64 / count as f64;
        Ok(Self {
            partitions: places.into_iter().map(Partition::at).collect(),
            pace: match (1000.0 / each) as i64 {
                0 => Pace::PerSecond(each),
                millis => Pace::Each(millis),
            },
            clock: Arc::clone(clock),
            schema: Arc::new(rows.schema.to_arrow()),
        })
    }

    /// The rows of all partitions that are due, in the order in which they are.
    fn due_rows(&mut self) -> Vec<PlaceOf> {
        let now = self.clock.now_millis();
        let count = self.partitions.len();
        let most = MOST_ROWS.div_ceil(count.max(1));
        let mut rows = Vec::new();
        for partition in &mut self.partitions {
            for _ in 0..most {
                let due_millis = partition.next_due(self.pace);
                if due_millis > now {
                    break;
                }
                partition.last = PlaceOf {
                    value: partition.last.value.saturating_add(count as i64),
                    due_millis,
                };
                partition.given += 1;
                rows.push(partition.last);
            }
        }
        rows.sort_unstable_by_key(|row| (row.due_millis, row.value));
        rows
    }
}

/// The partitions' parts of a place in the log.
fn places(text: &str, count: i64) -> Result<Vec<PlaceOf>> {
    let by_number: BTreeMap<i64, PlaceOf> = serde_json::from_str(text).map_err(|_| {
        SparkError::plain(
            ErrorClass::SparkRuntime,
            format!(
                "{text} is not a place in a rate stream that is read continuously: a checkpoint of the rate source can only be gone on from with the kind of trigger that it was begun with"
            ),
        )
    })?;
    let found = by_number.len() as i64;
    if found != count || by_number.keys().copied().ne(0..count) {
        return Err(SparkError::plain(
            ErrorClass::IllegalArgument,
            format!(
                "The previous run contained {found} partitions, but {count} partitions are currently configured. The numPartitions option cannot be changed."
            ),
        ));
    }
    Ok(by_number.into_values().collect())
}

impl ContinuousSource for RateContinuous {
    fn take(&mut self) -> Result<Option<Arc<dyn Reader>>> {
        let rows = self.due_rows();
        if rows.is_empty() {
            return Ok(None);
        }
        let times = rows.iter().map(|row| row.due_millis.saturating_mul(1000));
        let times = TimestampMicrosecondArray::from_iter_values(times)
            .with_data_type(self.schema.field(0).data_type().clone());
        let values = Int64Array::from_iter_values(rows.iter().map(|row| row.value));
        let arrays: Vec<ArrayRef> = vec![Arc::new(times), Arc::new(values)];
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), arrays);
        Ok(Some(Arc::new(Taken(batch.map_err(SparkError::internal)?))))
    }

    fn place(&self) -> Option<String> {
        let parts = self.partitions.iter().enumerate();
        let parts = parts.map(|(number, partition)| {
            let PlaceOf { value, due_millis } = partition.last;
            format!("\"{number}\":{{\"value\":{value},\"runTimeMs\":{due_millis}}}")
        });
        Some(format!("{{{}}}", parts.collect::<Vec<_>>().join(",")))
    }

    fn due_millis(&self) -> Option<i64> {
        self.partitions.iter().map(|p| p.next_due(self.pace)).min()
    }

    fn commit(&mut self, _: &str) -> Result<()> {
        Ok(())
    }
}

struct Taken(RecordBatch);

impl Reader for Taken {
    fn open(&self, columns: &[usize]) -> Result<Batches> {
        let batch = project(&self.0, columns);
        Ok(Box::new(std::iter::once(batch)))
    }
}
