//! Rows that are in memory: of `createDataFrame`, and of frames that are kept.

use std::sync::Arc;

use arrow::record_batch::RecordBatch;

use super::partitions::Ends;
use super::scan::{Batches, Rows, Run, Size, project};
use crate::error::Result;

const ROWS_A_BATCH: usize = 8192;

#[derive(Debug, Clone)]
pub struct LocalRows {
    batches: Arc<Vec<RecordBatch>>,
    rows: usize,
    /// Where Spark's partitions end; one has them all without it.
    ends: Option<Ends>,
}

impl LocalRows {
    /// All of one schema.
    pub fn new(batches: Arc<Vec<RecordBatch>>) -> Self {
        let rows = batches.iter().map(RecordBatch::num_rows).sum();
        Self {
            batches,
            rows,
            ends: None,
        }
    }

    /// The same rows, cut into partitions.
    pub fn cut(self, slices: impl FnOnce(u64) -> Ends) -> Self {
        let ends = Some(slices(self.rows as u64));
        Self { ends, ..self }
    }
}

impl Rows for LocalRows {
    fn describe(&self) -> String {
        format!("LocalTableScan ({} rows)", self.rows)
    }

    fn partitions(&self, wanted: usize) -> usize {
        match self.rows > ROWS_A_BATCH * 8 {
            true => wanted,
            false => 1,
        }
    }

    fn size(&self) -> Option<Size> {
        let bytes = self.batches.iter().map(RecordBatch::get_array_memory_size);
        Some(Size {
            rows: self.rows,
            bytes: bytes.sum(),
            all: self.rows,
        })
    }

    fn ends(&self) -> Option<Ends> {
        self.ends.clone()
    }

    fn begin(&self, columns: &[usize], _limit: Option<usize>) -> Result<Arc<dyn Run>> {
        Ok(Arc::new(LocalRun {
            rows: self.clone(),
            columns: columns.to_vec(),
        }))
    }
}

struct LocalRun {
    rows: LocalRows,
    columns: Vec<usize>,
}

impl Run for LocalRun {
    /// Each partition has one stretch of the rows, so that partitions one after the
    /// other are in order.
    fn open(&self, partition: usize, partitions: usize) -> Result<Batches> {
        let LocalRows { batches, rows, .. } = self.rows.clone();
        let columns = self.columns.clone();
        let share = |p: usize| (rows as u128 * p as u128 / partitions as u128) as usize;
        let (mut from, end) = (share(partition), share(partition + 1));
        // Where the current batch begins, and which it is.
        let (mut begin, mut at) = (0, 0);
        Ok(Box::new(std::iter::from_fn(move || {
            while from < end {
                let batch = batches.get(at)?;
                let behind = begin + batch.num_rows();
                if from >= behind {
                    (begin, at) = (behind, at + 1);
                    continue;
                }
                let count = ROWS_A_BATCH.min(end - from).min(behind - from);
                let rows = batch.slice(from - begin, count);
                from += count;
                return Some(project(&rows, &columns));
            }
            None
        })))
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{AsArray, Int64Array};
    use arrow::datatypes::{DataType, Field, Int64Type, Schema};

    use super::*;

    fn numbers(from: i64, to: i64) -> RecordBatch {
        let fields = ["a", "b"].map(|name| Field::new(name, DataType::Int64, false));
        let column = Arc::new(Int64Array::from_iter_values(from..to));
        RecordBatch::try_new(
            Arc::new(Schema::new(fields.to_vec())),
            vec![Arc::clone(&column) as _, column],
        )
        .unwrap()
    }

    #[test]
    fn partitions_hold_the_rows_once_and_in_order() {
        let batches = vec![
            numbers(0, 0),
            numbers(0, 70_000),
            numbers(70_000, 70_001),
            numbers(70_001, 100_000),
        ];
        let rows = LocalRows::new(Arc::new(batches));
        for partitions in [1, 2, 3, 7] {
            let run = rows.begin(&[1], None).unwrap();
            let found: Vec<i64> = (0..partitions)
                .flat_map(|p| run.open(p, partitions).unwrap())
                .flat_map(|batch| {
                    let batch = batch.unwrap();
                    assert!(batch.num_rows() <= ROWS_A_BATCH && batch.num_columns() == 1);
                    batch
                        .column(0)
                        .as_primitive::<Int64Type>()
                        .values()
                        .to_vec()
                })
                .collect();
            assert!(found.iter().copied().eq(0..100_000), "{partitions}");
        }
    }
}
