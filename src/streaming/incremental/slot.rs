//! A leaf that reads whatever batch the driver has put into it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use parking_lot::Mutex;

use crate::engine::scan::{Batches, Rows, Run};
use crate::error::{Result, SparkError};
use crate::streaming::checkpoint::fault_point::{self, FaultPoint};
use crate::streaming::sources::Reader;

pub struct Slot {
    name: String,
    reader: Mutex<Option<Arc<dyn Reader>>>,
    /// Rows read since the last [`Slot::fill`].
    rows: Arc<AtomicU64>,
    /// True once the query is to stop: a batch that is being read ends where it is.
    halt: OnceLock<Arc<AtomicBool>>,
}

impl Slot {
    pub fn new(name: String) -> Self {
        Self {
            name,
            reader: Mutex::new(None),
            rows: Arc::default(),
            halt: OnceLock::new(),
        }
    }

    /// Whose word ends the reading, with an error: what was read is not the batch.
    pub fn obey(&self, halt: Arc<AtomicBool>) {
        let _ = self.halt.set(halt);
    }

    /// Sets what the next run reads; nothing where the source has nothing new.
    pub fn fill(&self, reader: Option<Arc<dyn Reader>>) {
        *self.reader.lock() = reader;
        self.rows.store(0, Ordering::Relaxed);
    }

    pub fn rows_read(&self) -> u64 {
        self.rows.load(Ordering::Relaxed)
    }
}

impl std::fmt::Debug for Slot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)
    }
}

impl Rows for Slot {
    fn describe(&self) -> String {
        self.name.clone()
    }

    fn begin(&self, columns: &[usize], _limit: Option<usize>) -> Result<Arc<dyn Run>> {
        Ok(Arc::new(SlotRun {
            reader: self.reader.lock().clone(),
            rows: Arc::clone(&self.rows),
            halt: self.halt.get().cloned().unwrap_or_default(),
            columns: columns.to_vec(),
        }))
    }
}

struct SlotRun {
    reader: Option<Arc<dyn Reader>>,
    rows: Arc<AtomicU64>,
    halt: Arc<AtomicBool>,
    columns: Vec<usize>,
}

impl Run for SlotRun {
    fn open(&self, partition: usize, _partitions: usize) -> Result<Batches> {
        if partition > 0 {
            return Err(SparkError::internal("a stream is read in one partition"));
        }
        let Some(reader) = &self.reader else {
            return Ok(Box::new(std::iter::empty()));
        };
        let rows = Arc::clone(&self.rows);
        let halt = Arc::clone(&self.halt);
        let batches = reader.open(&self.columns)?;
        let counted = batches.map(move |batch| {
            if halt.load(Ordering::Relaxed) {
                return Err(SparkError::internal("the query was stopped"));
            }
            if let Ok(batch) = &batch {
                rows.fetch_add(batch.num_rows() as u64, Ordering::Relaxed);
            }
            batch
        });
        // Asked for more rows, the operators have taken those before.
        let end = std::iter::once(FaultPoint::RowsRead);
        let end = end.filter_map(|point| fault_point::reach(point).err().map(Err));
        Ok(Box::new(counted.chain(end)))
    }
}
