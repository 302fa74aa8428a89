//! A leaf that reads whatever batch the driver has put into it, leaves out what its
//! filters do not let pass, and counts the rows as Spark's readers do.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use arrow::array::{Array, BooleanArray};
use arrow::buffer::BooleanBuffer;
use arrow::compute::filter_record_batch;
use arrow::record_batch::RecordBatch;
use datafusion::physical_expr::PhysicalExpr;
use parking_lot::Mutex;

use crate::engine::from_datafusion;
use crate::engine::scan::{Batches, Rows, Run};
use crate::error::{Result, SparkError};
use crate::formats::AbsentRows;
use crate::streaming::checkpoint::fault_point::{self, FaultPoint};
use crate::streaming::sources::Reader;

/// One use of a stream in a plan; all uses of it read the same batch.
pub struct Slot {
    batch: Arc<Current>,
    /// Whether the reader takes filters.
    filters: bool,
    pushed: Arc<Pushed>,
}

/// The batch that is being read.
struct Current {
    name: String,
    reader: Mutex<Option<Arc<dyn Reader>>>,
    /// Rows read since the last [`Slot::fill`].
    rows: Arc<AtomicU64>,
    /// True once the query is to stop: a batch that is being read ends where it is.
    halt: OnceLock<Arc<AtomicBool>>,
}

impl Slot {
    pub fn new(name: String, filters: bool) -> Self {
        Self {
            batch: Arc::new(Current {
                name,
                reader: Mutex::new(None),
                rows: Arc::default(),
                halt: OnceLock::new(),
            }),
            filters,
            pushed: Arc::default(),
        }
    }

    /// Whether filters may be moved here.
    pub fn filters(&self) -> bool {
        self.filters
    }

    /// A use of the same stream that leaves out what does not pass.
    pub fn filtered(&self, pushed: Pushed) -> Self {
        Self {
            batch: Arc::clone(&self.batch),
            filters: self.filters,
            pushed: Arc::new(pushed),
        }
    }

    /// Whose word ends the reading, with an error: what was read is not the batch.
    pub fn obey(&self, halt: Arc<AtomicBool>) {
        let _ = self.batch.halt.set(halt);
    }

    /// Sets what the next run reads; nothing where the source has nothing new.
    pub fn fill(&self, reader: Option<Arc<dyn Reader>>) {
        *self.batch.reader.lock() = reader;
        self.batch.rows.store(0, Ordering::Relaxed);
    }

    pub fn rows_read(&self) -> u64 {
        self.batch.rows.load(Ordering::Relaxed)
    }
}

impl std::fmt::Debug for Slot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.batch.name)
    }
}

impl Rows for Slot {
    fn describe(&self) -> String {
        let filters: Vec<_> = self.pushed.parts.iter().map(PushedPart::show).collect();
        match filters.is_empty() {
            true => self.batch.name.clone(),
            false => format!(
                "{}, PushedFilters: [{}]",
                self.batch.name,
                filters.join(", ")
            ),
        }
    }

    fn begin(&self, columns: &[usize], _limit: Option<usize>) -> Result<Arc<dyn Run>> {
        Ok(Arc::new(SlotRun {
            reader: self.batch.reader.lock().clone(),
            rows: Arc::clone(&self.batch.rows),
            halt: self.batch.halt.get().cloned().unwrap_or_default(),
            columns: columns.to_vec(),
            pushed: Arc::clone(&self.pushed),
        }))
    }
}

/// Filters that a reader applies; positions are among the columns that it reads.
#[derive(Default)]
pub struct Pushed {
    parts: Vec<PushedPart>,
    watched: Vec<usize>,
}

/// A filter and the columns that it needs.
pub struct PushedPart {
    pub columns: Vec<usize>,
    pub predicate: Arc<dyn PhysicalExpr>,
}

impl PushedPart {
    fn show(&self) -> String {
        self.predicate.to_string()
    }
}

impl Pushed {
    pub fn new(parts: Vec<PushedPart>) -> Self {
        let mut watched: Vec<usize> = parts.iter().flat_map(|p| p.columns.clone()).collect();
        watched.sort_unstable();
        watched.dedup();
        Self { parts, watched }
    }

    /// The rows that pass, and how many Spark's reader gives: it tests a filter once all
    /// of its columns are set, so that rows which lack one come out of the reader and
    /// are left out above it.
    fn apply(&self, batch: RecordBatch, absent: &AbsentRows) -> Result<(RecordBatch, usize)> {
        if self.parts.is_empty() {
            let rows = batch.num_rows();
            return Ok((batch, rows));
        }
        let all = BooleanBuffer::new_set(batch.num_rows());
        let (mut passed, mut given) = (all.clone(), all);
        for part in &self.parts {
            let passes = part.test(&batch)?;
            passed = &passed & &passes;
            let given_by = match part.unset(batch.num_rows(), absent) {
                Some(unset) => &passes | &unset,
                None => passes,
            };
            given = &given & &given_by;
        }
        let count = given.count_set_bits();
        if passed.count_set_bits() == batch.num_rows() {
            return Ok((batch, count));
        }
        let batch = filter_record_batch(&batch, &BooleanArray::new(passed, None));
        Ok((batch.map_err(SparkError::internal)?, count))
    }
}

impl PushedPart {
    /// The rows for which the filter is true.
    fn test(&self, batch: &RecordBatch) -> Result<BooleanBuffer> {
        let value = self.predicate.evaluate(batch).map_err(from_datafusion)?;
        let value = value
            .into_array(batch.num_rows())
            .map_err(from_datafusion)?;
        let value = value
            .as_any()
            .downcast_ref::<BooleanArray>()
            .ok_or_else(|| SparkError::internal("a filter is not a boolean"))?;
        Ok(match value.nulls() {
            Some(nulls) => value.values() & nulls.inner(),
            None => value.values().clone(),
        })
    }

    /// The rows that lack one of the columns, if there are any.
    fn unset(&self, rows: usize, absent: &AbsentRows) -> Option<BooleanBuffer> {
        let own = |column: &usize| self.columns.contains(column);
        if !absent.iter().any(|(column, _)| own(column)) {
            return None;
        }
        let mut unset = vec![false; rows];
        for (_, rows) in absent.iter().filter(|(column, _)| own(column)) {
            for row in rows {
                if let Some(flag) = unset.get_mut(*row) {
                    *flag = true;
                }
            }
        }
        Some(BooleanBuffer::from(unset))
    }
}

struct SlotRun {
    reader: Option<Arc<dyn Reader>>,
    rows: Arc<AtomicU64>,
    halt: Arc<AtomicBool>,
    columns: Vec<usize>,
    pushed: Arc<Pushed>,
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
        let pushed = Arc::clone(&self.pushed);
        let batches = reader.open_watched(&self.columns, &pushed.watched)?;
        let counted = batches.map(move |read| {
            if halt.load(Ordering::Relaxed) {
                return Err(SparkError::stopped());
            }
            let (batch, absent) = read?;
            let (batch, count) = pushed.apply(batch, &absent)?;
            rows.fetch_add(count as u64, Ordering::Relaxed);
            Ok(batch)
        });
        // Asked for more rows, the operators have taken those before.
        let end = std::iter::once(FaultPoint::RowsRead);
        let end = end.filter_map(|point| fault_point::reach(point).err().map(Err));
        Ok(Box::new(counted.chain(end)))
    }
}
