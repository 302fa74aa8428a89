//! The one kind of leaf that our plans have: rows that come from an iterator of
//! record batches, one a partition, with only the wanted columns.

use std::collections::HashSet;
use std::fmt;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use arrow::datatypes::{Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::stats::Precision;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result as EngineResult, Statistics};
use datafusion::execution::{RecordBatchStream, SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_expr::{EquivalenceProperties, Partitioning, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{
    Boundedness, EmissionType, ReplaceChildrenOptions,
};
use datafusion::physical_plan::statistics::StatisticsArgs;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties};
use futures::Stream;

use super::partitions::Ends;
use super::to_datafusion;
use crate::error::Result;

pub type Batches = Box<dyn Iterator<Item = Result<RecordBatch>> + Send>;

/// Where a leaf's rows come from.
pub trait Rows: fmt::Debug + Send + Sync + std::any::Any {
    /// One line for `explain`.
    fn describe(&self) -> String;

    /// How many partitions a scan may have, given how many the engine wants.
    fn partitions(&self, _wanted: usize) -> usize {
        1
    }

    /// Where Spark's partitions of the rows end, where there are several.
    fn ends(&self) -> Option<Ends> {
        None
    }

    /// How much there is, where that is known: joins hold the smaller side.
    fn size(&self) -> Option<Size> {
        None
    }

    /// The same rows as a leaf of its own, where two uses of one leaf are told apart.
    fn another(&self) -> Option<Arc<dyn Rows>> {
        None
    }

    /// Whether a file below this folder is read: it must not be written over.
    fn reads_below(&self, _folder: &Path) -> bool {
        false
    }

    /// Whether conditions on the rows are of use to it.
    fn wants_filters(&self) -> bool {
        false
    }

    /// The same rows without some that do not meet the conditions, which are over
    /// columns of the leaf's own names; `None` where it can leave none out.
    fn filtered(&self, _filters: &[Expr], _session: &dyn Session) -> Option<Arc<dyn Rows>> {
        None
    }

    /// Makes what one run of a plan shares between its partitions.
    fn begin(&self, columns: &[usize], limit: Option<usize>) -> Result<Arc<dyn Run>>;
}

/// What a leaf holds.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    pub rows: usize,
    pub bytes: usize,
}

/// One run over a leaf.
pub trait Run: Send + Sync {
    fn open(&self, partition: usize, partitions: usize) -> Result<Batches>;
}

/// A table over [`Rows`].
#[derive(Debug)]
pub struct ScanTable {
    schema: SchemaRef,
    pub rows: Arc<dyn Rows>,
}

impl ScanTable {
    pub fn new(schema: SchemaRef, rows: Arc<dyn Rows>) -> Self {
        Self {
            schema: apart(schema),
            rows,
        }
    }
}

/// The schema with every name once, as the engine wants it: a table may well have two
/// columns of one name. Only names change; plans above have their own.
fn apart(schema: SchemaRef) -> SchemaRef {
    let mut seen = HashSet::new();
    if schema
        .fields()
        .iter()
        .all(|field| seen.insert(field.name()))
    {
        return schema;
    }
    let fields: Vec<_> = schema
        .fields()
        .iter()
        .enumerate()
        .map(|(at, field)| {
            field
                .as_ref()
                .clone()
                .with_name(format!("{at}#{}", field.name()))
        })
        .collect();
    Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()))
}

#[async_trait]
impl TableProvider for ScanTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> EngineResult<Vec<TableProviderFilterPushDown>> {
        // Every condition is checked again above: a leaf may leave out less than all.
        let answer = match self.rows.wants_filters() {
            true => TableProviderFilterPushDown::Inexact,
            false => TableProviderFilterPushDown::Unsupported,
        };
        Ok(vec![answer; filters.len()])
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> EngineResult<Arc<dyn ExecutionPlan>> {
        let columns = match projection {
            Some(columns) => columns.clone(),
            None => (0..self.schema.fields().len()).collect(),
        };
        let schema = Arc::new(self.schema.project(&columns)?);
        let wanted = session.config().target_partitions();
        let rows = match filters {
            [] => None,
            filters => self.rows.filtered(filters, session),
        };
        let rows = rows.unwrap_or_else(|| Arc::clone(&self.rows));
        let partitions = rows.partitions(wanted).max(1);
        Ok(Arc::new(ScanExec::new(
            schema, rows, columns, limit, partitions,
        )))
    }
}

/// The physical leaf.
pub struct ScanExec {
    schema: SchemaRef,
    pub rows: Arc<dyn Rows>,
    pub columns: Vec<usize>,
    limit: Option<usize>,
    properties: Arc<PlanProperties>,
    run: parking_lot::Mutex<Option<Arc<dyn Run>>>,
}

impl ScanExec {
    fn new(
        schema: SchemaRef,
        rows: Arc<dyn Rows>,
        columns: Vec<usize>,
        limit: Option<usize>,
        partitions: usize,
    ) -> Self {
        let properties = PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(&schema)),
            Partitioning::UnknownPartitioning(partitions),
            EmissionType::Incremental,
            Boundedness::Bounded,
        );
        Self {
            schema,
            rows,
            columns,
            limit,
            properties: Arc::new(properties),
            run: parking_lot::Mutex::new(None),
        }
    }

    fn copy(&self) -> Self {
        Self {
            schema: Arc::clone(&self.schema),
            rows: Arc::clone(&self.rows),
            columns: self.columns.clone(),
            limit: self.limit,
            properties: Arc::clone(&self.properties),
            run: parking_lot::Mutex::new(None),
        }
    }

    fn run(&self) -> Result<Arc<dyn Run>> {
        let mut run = self.run.lock();
        if let Some(run) = run.as_ref() {
            return Ok(Arc::clone(run));
        }
        let new = self.rows.begin(&self.columns, self.limit)?;
        *run = Some(Arc::clone(&new));
        Ok(new)
    }
}

impl fmt::Debug for ScanExec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rows.describe())
    }
}

impl DisplayAs for ScanExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rows.describe())
    }
}

impl ExecutionPlan for ScanExec {
    fn name(&self) -> &str {
        "ScanExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![]
    }

    fn replace_children(
        self: Arc<Self>,
        _: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> EngineResult<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn with_new_children(
        self: Arc<Self>,
        _: Vec<Arc<dyn ExecutionPlan>>,
    ) -> EngineResult<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> EngineResult<TreeNodeRecursion>,
    ) -> EngineResult<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    /// Told as an estimate: no plan may take the count in place of the rows.
    fn statistics_from_inputs(
        &self,
        _: &[Arc<Statistics>],
        args: &StatisticsArgs,
    ) -> EngineResult<Arc<Statistics>> {
        let mut known = Statistics::new_unknown(&self.schema);
        if let Some(size) = self.rows.size() {
            let shares = match args.partition() {
                Some(_) => self.properties.partitioning.partition_count(),
                None => 1,
            };
            known.num_rows = Precision::Inexact(size.rows / shares);
            known.total_byte_size = Precision::Inexact(size.bytes / shares);
        }
        Ok(Arc::new(known))
    }

    fn reset_state(self: Arc<Self>) -> EngineResult<Arc<dyn ExecutionPlan>> {
        Ok(Arc::new(self.copy()))
    }

    fn execute(
        &self,
        partition: usize,
        _: Arc<TaskContext>,
    ) -> EngineResult<SendableRecordBatchStream> {
        let run = self.run().map_err(to_datafusion)?;
        let partitions = self.properties.partitioning.partition_count();
        let batches = run.open(partition, partitions).map_err(to_datafusion)?;
        let schema = Arc::clone(&self.schema);
        Ok(Box::pin(IteratorStream {
            schema,
            batches,
            _run: run,
        }))
    }
}

/// An iterator as a stream: decoding is work, not waiting, so it is done where it
/// is polled.
struct IteratorStream {
    schema: SchemaRef,
    batches: Batches,
    _run: Arc<dyn Run>,
}

impl Stream for IteratorStream {
    type Item = EngineResult<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(
            self.batches
                .next()
                .map(|batch| batch.map_err(to_datafusion)),
        )
    }
}

impl RecordBatchStream for IteratorStream {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
}

/// The columns of a batch by position, under `schema`'s names.
pub fn project(batch: &RecordBatch, columns: &[usize]) -> Result<RecordBatch> {
    batch
        .project(columns)
        .map_err(crate::error::SparkError::internal)
}

/// A schema of the named positions.
pub fn projected(schema: &Schema, columns: &[usize]) -> Result<SchemaRef> {
    schema
        .project(columns)
        .map(Arc::new)
        .map_err(crate::error::SparkError::internal)
}
