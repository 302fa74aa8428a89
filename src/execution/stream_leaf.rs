//! The leaf that a streaming reader leaves in a plan. It cannot be run as a batch;
//! the streaming side finds it and puts a source in its place.

use std::sync::Arc;

use datafusion::catalog::default_table_source::source_as_provider;
use datafusion::logical_expr::LogicalPlan;

use super::file_read::StreamFiles;
use crate::engine::scan::{Rows, Run, ScanTable};
use crate::error::{Result, SparkError};
use crate::plan::ReadSpec;
use crate::types::StructType;

#[derive(Debug, Clone)]
pub struct StreamRows {
    pub spec: ReadSpec,
    pub schema: StructType,
    /// Of a stream of files: how they are found and become rows.
    pub files: Option<Arc<StreamFiles>>,
}

impl Rows for StreamRows {
    fn describe(&self) -> String {
        format!("StreamingRelation {}", self.spec.format)
    }

    fn another(&self) -> Option<Arc<dyn Rows>> {
        Some(Arc::new(self.clone()))
    }

    fn begin(&self, _: &[usize], _: Option<usize>) -> Result<Arc<dyn Run>> {
        Err(SparkError::internal(
            "a streaming relation was run as a batch",
        ))
    }
}

/// The stream that a logical leaf stands for, if it is one.
pub fn stream_of(plan: &LogicalPlan) -> Option<Arc<dyn Rows>> {
    let LogicalPlan::TableScan(scan) = plan else {
        return None;
    };
    let provider = source_as_provider(&scan.source).ok()?;
    let table = provider.downcast_ref::<ScanTable>()?;
    let rows: &dyn std::any::Any = table.rows.as_ref();
    rows.is::<StreamRows>().then(|| Arc::clone(&table.rows))
}
