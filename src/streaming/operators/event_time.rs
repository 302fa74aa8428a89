//! Event times in record batches: which rows are late, and when a row's state has
//! had its time.

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch};
use arrow::compute::{filter_record_batch, kernels::boolean::not};
use arrow::datatypes::TimestampMicrosecondType;

use crate::analysis::EventTime;
use crate::error::{Result, SparkError};

/// A column with an event time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventColumn {
    pub index: usize,
    pub kind: EventTime,
}

/// The moment of each row in microseconds, the end where a window is held; `None`
/// where the row has none: such a row is never late, its state never old.
pub struct Moments {
    values: arrow::buffer::ScalarBuffer<i64>,
    nulls: Option<arrow::buffer::NullBuffer>,
    /// Added to each value: from a window's start to its end.
    add: i64,
}

impl Moments {
    pub fn of(column: &ArrayRef, kind: EventTime) -> Result<Self> {
        let wrong = || SparkError::internal("an event time is not a timestamp");
        let (times, outer, add) = match kind {
            EventTime::Time | EventTime::SessionEnd => (column.clone(), None, 0),
            EventTime::WindowStart(length) => (column.clone(), None, length),
            EventTime::Window => {
                let window = column.as_struct_opt().ok_or_else(wrong)?;
                let end = window.column_by_name("end").ok_or_else(wrong)?;
                (end.clone(), window.nulls().cloned(), 0)
            }
        };
        let times = times
            .as_primitive_opt::<TimestampMicrosecondType>()
            .ok_or_else(wrong)?;
        Ok(Self {
            values: times.values().clone(),
            nulls: arrow::buffer::NullBuffer::union(outer.as_ref(), times.nulls()),
            add,
        })
    }

    pub fn get(&self, row: usize) -> Option<i64> {
        match &self.nulls {
            Some(nulls) if nulls.is_null(row) => None,
            _ => Some(self.values[row].saturating_add(self.add)),
        }
    }

    /// Whether each row is not after the watermark, in milliseconds.
    pub fn late(&self, watermark_millis: i64) -> BooleanArray {
        let limit = watermark_millis.saturating_mul(1000);
        (0..self.values.len())
            .map(|row| Some(self.get(row).is_some_and(|moment| moment <= limit)))
            .collect()
    }
}

/// The rows that are not late, and how many were.
pub fn drop_late(
    batch: RecordBatch,
    column: Option<EventColumn>,
    watermark_millis: i64,
) -> Result<(RecordBatch, u64)> {
    let Some(column) = column else {
        return Ok((batch, 0));
    };
    let moments = Moments::of(batch.column(column.index), column.kind)?;
    let late = moments.late(watermark_millis);
    let dropped = late.true_count();
    if dropped == 0 {
        return Ok((batch, 0));
    }
    let kept = not(&late).map_err(SparkError::internal)?;
    let batch = filter_record_batch(&batch, &kept).map_err(SparkError::internal)?;
    Ok((batch, dropped as u64))
}
