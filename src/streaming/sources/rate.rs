//! The rate source: so many rows a second since the query's first start, fewer while it
//! ramps up, each with the time at which it was due and a running number.
//!
//! A place is the number of whole seconds since that start, which the checkpoint
//! keeps as Spark does, so that a restart goes on where it was.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, TimestampMicrosecondArray};
use arrow::datatypes::SchemaRef;

use super::{Reader, Source, SourceContext};
use crate::engine::scan::{Batches, project};
use crate::error::{ErrorClass, Result, SparkError};
use crate::execution::stream_leaf::StreamRows;
use crate::execution::stream_read::{RateOptions, rate_options};
use crate::streaming::checkpoint::{AtomicDir, damaged};
use crate::time::Clock;

/// Rows of a record batch.
const CHUNK: i64 = 65_536;

pub struct RateSource {
    options: RateOptions,
    started_millis: i64,
    clock: Arc<dyn Clock>,
    schema: SchemaRef,
    last: Option<i64>,
}

impl RateSource {
    pub fn open(rows: &StreamRows, context: SourceContext<'_>) -> Result<Self> {
        let options = rate_options(&rows.spec)?;
        let now = context.clock.now_millis();
        let started_millis = match context.folder {
            None => now,
            Some(folder) => {
                let dir = AtomicDir::open(folder, Arc::clone(&context.stats))?;
                match dir.read("0")? {
                    Some(bytes) => start_of(&bytes)
                        .ok_or_else(|| damaged(&dir.path_of("0"), "it holds no start time"))?,
                    None => {
                        let text = format!("v1\n{now}");
                        dir.write_new("0", &[text.as_bytes()])
                            .map_err(SparkError::internal)?;
                        now
                    }
                }
            }
        };
        Ok(Self {
            options,
            started_millis,
            clock: context.clock,
            schema: Arc::new(rows.schema.to_arrow()),
            last: None,
        })
    }

    fn rows_at(&self, second: i64) -> Result<i64> {
        rows_at(&self.options, second)
    }

    fn seconds(&self) -> i64 {
        let since = self.clock.now_millis().saturating_sub(self.started_millis);
        since.max(0).div_euclid(1000)
    }
}

/// How many rows there are up to a second. While the speed goes up, it does so by the
/// same whole number of rows every second, as in Spark.
fn rows_at(options: &RateOptions, second: i64) -> Result<i64> {
    let RateOptions {
        rows_per_second,
        ramp_up_seconds,
        ..
    } = *options;
    let step = i128::from(rows_per_second / (ramp_up_seconds + 1));
    let ramp = i128::from(second.min(ramp_up_seconds));
    let after = i128::from((second - ramp_up_seconds).max(0));
    let rows = step * ramp * (ramp + 1) / 2 + after * i128::from(rows_per_second);
    i64::try_from(rows).map_err(|_| {
        SparkError::plain(
            ErrorClass::Arithmetic,
            format!("{rows_per_second} rows a second are more than a bigint counts after {second} seconds"),
        )
    })
}

fn start_of(bytes: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(bytes).ok()?;
    text.strip_prefix("v1\n")?.trim().parse().ok()
}

fn place(text: &str) -> Result<i64> {
    text.trim()
        .parse()
        .map_err(|_| {
            SparkError::plain(
                ErrorClass::SparkRuntime,
                format!("{text} is not a place in a rate stream that is read in batches: a checkpoint of the rate source can only be gone on from with the kind of trigger that it was begun with"),
            )
        })
}

impl Source for RateSource {
    fn description(&self) -> String {
        let partitions = match self.options.partitions {
            Some(count) => count.to_string(),
            None => "default".into(),
        };
        format!(
            "RateStreamV2[rowsPerSecond={}, rampUpTimeSeconds={}, numPartitions={partitions}",
            self.options.rows_per_second, self.options.ramp_up_seconds
        )
    }

    fn check_start(&self, start: Option<&str>) -> Result<()> {
        start.map_or(Ok(()), |start| place(start).map(drop))
    }

    fn latest_offset(&mut self, start: Option<&str>, _: bool) -> Result<Option<String>> {
        let end = self.last.unwrap_or_else(|| self.seconds());
        // The clock may have been set back; a stream never goes back.
        let start = start.map(place).transpose()?.unwrap_or(0);
        Ok(Some(end.max(start).to_string()))
    }

    fn freeze(&mut self) -> Result<()> {
        self.last = Some(self.seconds());
        Ok(())
    }

    fn read(&mut self, start: Option<&str>, end: &str) -> Result<Arc<dyn Reader>> {
        let from = start.map(place).transpose()?.unwrap_or(0);
        let to = place(end)?;
        let (first, end) = (self.rows_at(from)?, self.rows_at(to)?);
        let rows = (end - first).max(1) as f64;
        Ok(Arc::new(RateReader {
            first,
            end,
            start_millis: self.started_millis + from * 1000,
            millis_a_row: ((to - from) * 1000) as f64 / rows,
            schema: Arc::clone(&self.schema),
        }))
    }

    fn commit(&mut self, _: &str) -> Result<()> {
        Ok(())
    }
}

struct RateReader {
    first: i64,
    end: i64,
    /// The moment of the first row, and how long after each the next one was due.
    start_millis: i64,
    millis_a_row: f64,
    schema: SchemaRef,
}

impl RateReader {
    fn batch(&self, from: i64, columns: &[usize]) -> Result<RecordBatch> {
        let to = (from + CHUNK).min(self.end);
        // Spark's times are whole milliseconds.
        let due = |value: i64| {
            let millis = ((value - self.first) as f64 * self.millis_a_row).round() as i64;
            (self.start_millis + millis) * 1000
        };
        let times = TimestampMicrosecondArray::from_iter_values((from..to).map(due));
        let times = times.with_data_type(self.schema.field(0).data_type().clone());
        let values = Int64Array::from_iter_values(from..to);
        let arrays: Vec<ArrayRef> = vec![Arc::new(times), Arc::new(values)];
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), arrays);
        project(&batch.map_err(SparkError::internal)?, columns)
    }
}

impl Reader for RateReader {
    fn open(&self, columns: &[usize]) -> Result<Batches> {
        let columns = columns.to_vec();
        let reader = Self {
            schema: Arc::clone(&self.schema),
            ..*self
        };
        let starts = (self.first..self.end).step_by(CHUNK as usize);
        Ok(Box::new(
            starts.map(move |from| reader.batch(from, &columns)),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_speed_goes_up_by_whole_rows() {
        let rows = |rows_per_second, ramp_up_seconds, last| {
            let options = RateOptions {
                rows_per_second,
                ramp_up_seconds,
                partitions: None,
            };
            let counts = (0..=last).map(|second| rows_at(&options, second));
            counts.collect::<Result<Vec<_>>>().unwrap()
        };
        // The figures that Spark's source gives for ten rows a second after four seconds.
        assert_eq!(rows(10, 4, 6), [0, 2, 6, 12, 20, 30, 40]);
        assert_eq!(rows(3, 0, 3), [0, 3, 6, 9]);
        assert_eq!(rows(3, 5, 7), [0, 0, 0, 0, 0, 0, 3, 6]);
    }
}
