//! The memory sink: a table in this process, named like the query.

use std::sync::Arc;

use arrow::record_batch::RecordBatch;
use parking_lot::RwLock;

use super::{BatchRows, Sink};
use crate::analysis::OutputMode;
use crate::engine::scan::{Batches, Rows, Run, ScanTable, project};
use crate::error::Result;
use crate::streaming::checkpoint::BatchId;
use crate::types::StructType;

#[derive(Debug, Default)]
struct Content {
    latest: Option<BatchId>,
    rows: Vec<RecordBatch>,
}

/// A sink and the table of what it holds.
#[derive(Debug, Clone, Default)]
pub struct MemorySink(Arc<RwLock<Content>>);

impl MemorySink {
    /// The table; each query over it sees what is there when it runs.
    pub fn table(&self, schema: &StructType) -> ScanTable {
        ScanTable::new(
            Arc::new(schema.to_arrow()),
            Arc::new(MemoryRows(self.clone())),
        )
    }
}

impl Sink for MemorySink {
    fn description(&self) -> String {
        "MemorySink".into()
    }

    fn takes_epochs(&self) -> bool {
        true
    }

    fn add_batch(&self, batch: BatchId, rows: BatchRows<'_>, mode: OutputMode) -> Result<()> {
        // All of it first: who reads meanwhile sees the batch whole or not at all.
        let rows = rows.collect::<Result<Vec<_>>>()?;
        let mut content = self.0.write();
        if content.latest.is_some_and(|latest| batch <= latest) {
            return Ok(());
        }
        content.latest = Some(batch);
        match mode {
            OutputMode::Complete => content.rows = rows,
            OutputMode::Append | OutputMode::Update => content.rows.extend(rows),
        }
        Ok(())
    }
}

#[derive(Debug)]
struct MemoryRows(MemorySink);

impl Rows for MemoryRows {
    fn describe(&self) -> String {
        "MemoryPlan".into()
    }

    fn begin(&self, columns: &[usize], _limit: Option<usize>) -> Result<Arc<dyn Run>> {
        let rows = self.0.0.read().rows.clone();
        Ok(Arc::new(MemoryRun {
            rows,
            columns: columns.to_vec(),
        }))
    }
}

/// The rows as they were when the run began.
struct MemoryRun {
    rows: Vec<RecordBatch>,
    columns: Vec<usize>,
}

impl Run for MemoryRun {
    fn open(&self, _partition: usize, _partitions: usize) -> Result<Batches> {
        let (rows, columns) = (self.rows.clone(), self.columns.clone());
        Ok(Box::new(
            rows.into_iter().map(move |batch| project(&batch, &columns)),
        ))
    }
}
