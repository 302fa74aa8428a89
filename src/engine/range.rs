//! `spark.range`: consecutive numbers.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::record_batch::{RecordBatch, RecordBatchOptions};

use super::partitions::{Ends, even};
use super::scan::{Batches, Rows, Run, Size};
use crate::error::{Result, SparkError};

const ROWS_A_BATCH: i128 = 8192;

#[derive(Debug, Clone)]
pub struct RangeRows {
    start: i64,
    step: i64,
    count: i128,
    /// Where Spark's partitions end.
    ends: Ends,
}

impl RangeRows {
    /// Numbers from `start` on, `step` apart, short of `end`.
    pub fn new(start: i64, end: i64, step: i64, partitions: usize) -> Self {
        let (from, to, by) = (i128::from(start), i128::from(end), i128::from(step));
        let count = if by == 0 {
            0
        } else {
            ((to - from + by - by.signum()) / by).max(0)
        };
        let rows = u64::try_from(count).unwrap_or(u64::MAX);
        Self {
            start,
            step,
            count,
            // No numbers have no partitions.
            ends: even(rows, if count == 0 { 0 } else { partitions }),
        }
    }

    pub fn schema() -> SchemaRef {
        Arc::new(Schema::new(vec![Field::new("id", DataType::Int64, false)]))
    }
}

impl Rows for RangeRows {
    fn describe(&self) -> String {
        format!(
            "Range ({} rows from {}, step={})",
            self.count, self.start, self.step
        )
    }

    fn partitions(&self, wanted: usize) -> usize {
        if self.count > ROWS_A_BATCH * 8 {
            wanted
        } else {
            1
        }
    }

    fn size(&self) -> Option<Size> {
        let rows = usize::try_from(self.count).ok()?;
        let bytes = rows.checked_mul(size_of::<i64>())?;
        Some(Size {
            rows,
            bytes,
            all: rows,
        })
    }

    fn ends(&self) -> Option<Ends> {
        Some(Arc::clone(&self.ends))
    }

    fn begin(&self, columns: &[usize], _limit: Option<usize>) -> Result<Arc<dyn Run>> {
        let schema = super::scan::projected(&Self::schema(), columns)?;
        Ok(Arc::new(RangeRun {
            rows: self.clone(),
            schema,
        }))
    }
}

struct RangeRun {
    rows: RangeRows,
    schema: SchemaRef,
}

impl Run for RangeRun {
    /// Each partition has one stretch of the numbers, so that partitions one after
    /// the other are in order.
    fn open(&self, partition: usize, partitions: usize) -> Result<Batches> {
        let (rows, schema) = (self.rows.clone(), Arc::clone(&self.schema));
        let share = |p: usize| rows.count * p as i128 / partitions as i128;
        let (mut from, end) = (share(partition), share(partition + 1));
        Ok(Box::new(std::iter::from_fn(move || {
            let to = (from + ROWS_A_BATCH).min(end);
            let batch = (from < to).then(|| numbers(&rows, &schema, from, to));
            from = to;
            batch
        })))
    }
}

fn numbers(rows: &RangeRows, schema: &SchemaRef, from: i128, to: i128) -> Result<RecordBatch> {
    let value = |i: i128| (i128::from(rows.start) + i * i128::from(rows.step)) as i64;
    let columns: Vec<ArrayRef> = if schema.fields().is_empty() {
        vec![]
    } else {
        vec![Arc::new(Int64Array::from_iter_values(
            (from..to).map(value),
        ))]
    };
    let options = RecordBatchOptions::new().with_row_count(Some((to - from) as usize));
    RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)
        .map_err(SparkError::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_both_ways_and_stops_short_of_the_end() {
        assert_eq!(RangeRows::new(0, 10, 3, 1).count, 4);
        assert_eq!(RangeRows::new(0, 9, 3, 1).count, 3);
        assert_eq!(RangeRows::new(10, 0, -3, 1).count, 4);
        assert_eq!(RangeRows::new(0, 10, -1, 1).count, 0);
        assert_eq!(
            RangeRows::new(i64::MIN, i64::MAX, 1, 1).count,
            (1 << 64) - 1
        );
    }
}
