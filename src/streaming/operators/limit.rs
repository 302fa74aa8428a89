//! `limit` on a stream in append mode: the first rows of all batches together. The
//! state is how many have gone through.

use std::sync::Arc;

use arrow::array::RecordBatch;
use datafusion::execution::SendableRecordBatchStream;
use futures::StreamExt;

use super::core::{OperatorCore, StatefulOperator};
use super::exec::{BatchStream, Operation};
use crate::engine::from_datafusion;
use crate::error::Result;
use crate::streaming::state::StateLayout;
use crate::time::Clock;

pub struct LimitOperator {
    core: OperatorCore,
    rows: u64,
}

impl LimitOperator {
    pub fn new(rows: u64, clock: Arc<dyn Clock>) -> Self {
        let layout = StateLayout::new("nothing", "u64 rows");
        Self {
            core: OperatorCore::new("globalLimit", layout, clock),
            rows,
        }
    }

    fn pass(&self, batch: &RecordBatch) -> Result<RecordBatch> {
        let mut work = self.core.lock();
        let mut places = Vec::with_capacity(1);
        let state = work.state()?;
        state.places([&[][..]], &mut places);
        let Some(place) = places.pop() else {
            return Err(crate::error::SparkError::internal("a count has a place"));
        };
        let before = state
            .value(place)
            .and_then(|v| v.first_chunk::<8>())
            .map_or(0, |bytes| u64::from_le_bytes(*bytes));
        let free = usize::try_from(self.rows.saturating_sub(before)).unwrap_or(usize::MAX);
        let taken = batch.num_rows().min(free);
        state.set(place, &(before + taken as u64).to_le_bytes());
        work.figures.rows_in += batch.num_rows() as u64;
        work.figures.rows_out += taken as u64;
        work.figures.rows_updated |= u64::from(taken > 0);
        work.measure();
        Ok(batch.slice(0, taken))
    }
}

impl StatefulOperator for LimitOperator {
    fn core(&self) -> &OperatorCore {
        &self.core
    }

    fn wants_batch(&self, _: i64) -> bool {
        false
    }
}

impl Operation for LimitOperator {
    fn describe(&self) -> String {
        format!("StreamingGlobalLimit {}", self.rows)
    }

    fn run(self: Arc<Self>, inputs: Vec<SendableRecordBatchStream>) -> BatchStream {
        let all = futures::stream::iter(inputs).flatten();
        Box::pin(all.map(move |batch| self.pass(&batch.map_err(from_datafusion)?)))
    }
}
