//! The rows of a batch on their way into the sink: computed as the sink asks for
//! them, so that a batch of any size goes through without being held.

use arrow::record_batch::RecordBatch;
use datafusion::execution::SendableRecordBatchStream;
use futures::StreamExt;
use tokio::runtime::Handle;

use super::query::Query;
use crate::analysis::Resolved;
use crate::engine::from_datafusion;
use crate::error::{Result, SparkError};
use crate::execution::named;
use crate::streaming::checkpoint::fault_point::{self, FaultPoint};

pub struct Pulled<'a> {
    stream: SendableRecordBatchStream,
    handle: Handle,
    query: &'a Query,
    resolved: &'a Resolved,
    /// Rows that were given.
    pub rows: u64,
    /// Whether the query was stopped before the last row.
    pub stopped: bool,
    done: bool,
}

impl<'a> Pulled<'a> {
    pub fn new(
        stream: SendableRecordBatchStream,
        query: &'a Query,
        resolved: &'a Resolved,
    ) -> Self {
        Self {
            stream,
            handle: Handle::current(),
            query,
            resolved,
            rows: 0,
            stopped: false,
            done: false,
        }
    }

    fn pull(&mut self) -> Result<Option<RecordBatch>> {
        let (stream, query) = (&mut self.stream, self.query);
        let next = self.handle.block_on(async {
            tokio::select! {
                biased;
                next = stream.next() => Ok(next),
                () = query.stopped() => Err(()),
            }
        });
        match next {
            Ok(None) => {
                fault_point::reach(FaultPoint::PlanRun)?;
                Ok(None)
            }
            // A leaf that is told to stop ends with an error.
            Ok(Some(Err(error))) if self.query.stop_requested() => {
                self.stopped = true;
                Err(from_datafusion(error))
            }
            Ok(Some(batch)) => {
                let batch = batch.map_err(from_datafusion)?;
                let mut named = named(self.resolved, vec![batch])?;
                let batch = named.pop();
                let batch = batch.ok_or_else(|| SparkError::internal("a batch lost its rows"))?;
                self.rows += batch.num_rows() as u64;
                Ok(Some(batch))
            }
            Err(()) => {
                self.stopped = true;
                Err(SparkError::stopped())
            }
        }
    }
}

impl Iterator for Pulled<'_> {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let next = self.pull().transpose();
        self.done = !matches!(next, Some(Ok(_)));
        next
    }
}
