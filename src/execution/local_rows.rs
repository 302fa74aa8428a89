//! All rows of a query, batch by batch as they are asked for: no more of them are held than
//! wait to be taken.

use std::collections::VecDeque;
use std::sync::Arc;

use arrow::record_batch::RecordBatch;
use datafusion::execution::SendableRecordBatchStream;
use futures::StreamExt;

use super::observe::{Observing, deliver};
use super::session::named;
use crate::analysis::Resolved;
use crate::engine::from_datafusion;
use crate::error::Result;

/// A query that was begun.
pub struct LocalRows {
    resolved: Arc<Resolved>,
    /// The partitions that are left.
    partitions: VecDeque<SendableRecordBatchStream>,
    observations: Vec<Arc<Observing>>,
}

impl LocalRows {
    pub(super) fn new(
        resolved: Arc<Resolved>,
        partitions: Vec<SendableRecordBatchStream>,
        observations: Vec<Arc<Observing>>,
    ) -> Self {
        Self {
            resolved,
            partitions: partitions.into(),
            observations,
        }
    }

    /// The next rows; `None` after the last. What observes them is told of them then, and
    /// of none where the query fails.
    pub async fn next(&mut self) -> Result<Option<RecordBatch>> {
        while let Some(rows) = self.partitions.front_mut() {
            match rows.next().await {
                Some(Ok(batch)) => {
                    let batches = named(&self.resolved, vec![batch])?;
                    if let Some(batch) = batches.into_iter().next() {
                        return Ok(Some(batch));
                    }
                }
                Some(Err(error)) => {
                    self.partitions.clear();
                    deliver(&self.observations, true)?;
                    return Err(from_datafusion(error));
                }
                None => {
                    self.partitions.pop_front();
                    if self.partitions.is_empty() {
                        deliver(&self.observations, false)?;
                    }
                }
            }
        }
        Ok(None)
    }
}
