//! A leaf over a source that is code of the user's, as a batch reads it.
//!
//! One partition: such code runs in this process, one call at a time.

use std::sync::Arc;

use crate::engine::scan::{Batches, Rows, Run, project};
use crate::error::Result;
use crate::plan::{Foreign, ForeignRows};

#[derive(Debug, Clone)]
pub struct ForeignTable(pub Foreign);

impl Rows for ForeignTable {
    fn describe(&self) -> String {
        format!("BatchScan {:?}", self.0)
    }

    fn another(&self) -> Option<Arc<dyn Rows>> {
        Some(Arc::new(self.clone()))
    }

    fn begin(&self, columns: &[usize], _limit: Option<usize>) -> Result<Arc<dyn Run>> {
        Ok(Arc::new(ForeignRun {
            rows: self.0.0.read()?,
            columns: columns.to_vec(),
        }))
    }
}

struct ForeignRun {
    rows: Arc<dyn ForeignRows>,
    columns: Vec<usize>,
}

impl Run for ForeignRun {
    fn open(&self, _partition: usize, _partitions: usize) -> Result<Batches> {
        let columns = self.columns.clone();
        let batches = self.rows.open()?;
        Ok(Box::new(
            batches.map(move |batch| project(&batch?, &columns)),
        ))
    }
}
