//! The metrics of an `Observation`: where the first action over an observed frame puts
//! them, and where the program waits for them.
//!
//! Knows nothing of how metrics are computed; `execution::observe` does that.

use std::fmt;
use std::time::Duration;

use arrow::record_batch::RecordBatch;
use parking_lot::{Condvar, Mutex};

use crate::types::StructType;

/// One row of metrics.
#[derive(Debug, Clone)]
pub struct Metrics {
    pub schema: StructType,
    pub row: RecordBatch,
}

/// Set once; what later actions say is not kept.
#[derive(Default)]
pub struct Observed {
    metrics: Mutex<Option<Metrics>>,
    known: Condvar,
}

impl Observed {
    /// Keeps the metrics of the first action.
    pub fn set(&self, metrics: Metrics) {
        self.metrics.lock().get_or_insert(metrics);
        self.known.notify_all();
    }

    /// Waits for up to `slice`.
    pub fn get(&self, slice: Duration) -> Option<Metrics> {
        let mut metrics = self.metrics.lock();
        if metrics.is_none() {
            self.known.wait_for(&mut metrics, slice);
        }
        metrics.clone()
    }
}

impl fmt::Debug for Observed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observed")
    }
}

/// The same observation, not one with the same metrics.
impl PartialEq for Observed {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::datatypes::Schema;

    use super::*;

    #[test]
    fn the_first_metrics_stay() {
        let metrics = |names: &[&str]| Metrics {
            schema: StructType::new(names.iter().map(|name| crate::types::StructField {
                name: (*name).into(),
                data_type: crate::types::DataType::Long,
                nullable: true,
                metadata: serde_json::Map::new(),
            })),
            row: RecordBatch::new_empty(Arc::new(Schema::empty())),
        };
        let observed = Observed::default();
        assert!(observed.get(Duration::ZERO).is_none());
        observed.set(metrics(&["n"]));
        observed.set(metrics(&["n", "m"]));
        assert_eq!(observed.get(Duration::ZERO).unwrap().schema.len(), 1);
    }
}
