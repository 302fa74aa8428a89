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
use datafusion::common::config::ConfigOptions;
use datafusion::common::stats::Precision;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::common::{Result as EngineResult, Statistics};
use datafusion::execution::{RecordBatchStream, SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{EquivalenceProperties, Partitioning, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{
    Boundedness, EmissionType, ReplaceChildrenOptions,
};
use datafusion::physical_plan::filter_pushdown::{
    ChildPushdownResult, FilterPushdownPhase, FilterPushdownPropagation,
};
use datafusion::physical_plan::statistics::StatisticsArgs;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties};
use futures::Stream;

use super::counters::{Counters, Files, add};
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

    /// The files that they are in.
    fn files(&self) -> Option<Files> {
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

    /// What a condition on the rows, over columns of the leaf's own names, is to it.
    fn takes(&self, _filter: &Expr) -> TableProviderFilterPushDown {
        TableProviderFilterPushDown::Unsupported
    }

    /// The same rows without those that do not meet the conditions that it takes exactly,
    /// and without some that do not meet the others.
    fn filtered(&self, _filters: &[Expr], _session: &dyn Session) -> Result<Option<Arc<dyn Rows>>> {
        Ok(None)
    }

    /// The same rows, of which a run may leave out those that do not meet conditions that
    /// become known only while the plan runs. Their columns are positions of the leaf.
    /// `None` where it would leave none out.
    fn narrowed(&self, _later: &[Arc<dyn PhysicalExpr>]) -> Option<Arc<dyn Rows>> {
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
    /// Rows without the conditions that it takes.
    pub all: usize,
}

/// One run over a leaf.
pub trait Run: Send + Sync {
    fn open(&self, partition: usize, partitions: usize) -> Result<Batches>;

    /// The same, where somebody looks how far it is; rows are counted above.
    fn open_counted(
        &self,
        partition: usize,
        partitions: usize,
        _counters: &Arc<Counters>,
    ) -> Result<Batches> {
        self.open(partition, partitions)
    }
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
        Ok(filters
            .iter()
            .map(|filter| self.rows.takes(filter))
            .collect())
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
            filters => self
                .rows
                .filtered(filters, session)
                .map_err(to_datafusion)?,
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
    /// The same before it was narrowed.
    whole: Arc<dyn Rows>,
    pub columns: Vec<usize>,
    limit: Option<usize>,
    /// Conditions that become known while the plan runs, over the columns given out.
    later: Vec<Arc<dyn PhysicalExpr>>,
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
            whole: Arc::clone(&rows),
            rows,
            columns,
            limit,
            later: Vec::new(),
            properties: Arc::new(properties),
            run: parking_lot::Mutex::new(None),
        }
    }

    fn copy(&self) -> Self {
        Self {
            schema: Arc::clone(&self.schema),
            rows: Arc::clone(&self.rows),
            whole: Arc::clone(&self.whole),
            columns: self.columns.clone(),
            limit: self.limit,
            later: self.later.clone(),
            properties: Arc::clone(&self.properties),
            run: parking_lot::Mutex::new(None),
        }
    }

    /// The same leaf with more conditions; `None` where it would leave no row out by them.
    fn narrowed(&self, later: Vec<Arc<dyn PhysicalExpr>>) -> EngineResult<Option<Self>> {
        let positions = later.iter().map(|condition| {
            let of_leaf = |expr: Arc<dyn PhysicalExpr>| {
                let Some(column) = expr.downcast_ref::<Column>() else {
                    return Ok(Transformed::no(expr));
                };
                let at = self.columns.get(column.index()).copied();
                let at = at.unwrap_or(usize::MAX);
                Ok(Transformed::yes(
                    Arc::new(Column::new(column.name(), at)) as _
                ))
            };
            Arc::clone(condition).transform_up(of_leaf).data()
        });
        let positions = positions.collect::<EngineResult<Vec<_>>>()?;
        Ok(self.whole.narrowed(&positions).map(|rows| Self {
            rows,
            later,
            ..self.copy()
        }))
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
        visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> EngineResult<TreeNodeRecursion>,
    ) -> EngineResult<TreeNodeRecursion> {
        for condition in &self.later {
            if visit(condition)? == TreeNodeRecursion::Stop {
                return Ok(TreeNodeRecursion::Stop);
            }
        }
        Ok(TreeNodeRecursion::Continue)
    }

    /// Takes the conditions of joins, which know them once their other side was read. Who
    /// made them checks them again.
    fn handle_child_pushdown_result(
        &self,
        phase: FilterPushdownPhase,
        asked: ChildPushdownResult,
        _: &ConfigOptions,
    ) -> EngineResult<FilterPushdownPropagation<Arc<dyn ExecutionPlan>>> {
        let later = asked.parent_filters.iter().map(|f| Arc::clone(&f.filter));
        let later: Vec<_> = match phase {
            FilterPushdownPhase::Pre => Vec::new(),
            FilterPushdownPhase::Post => self.later.iter().cloned().chain(later).collect(),
        };
        let answer = FilterPushdownPropagation::all_unsupported(asked);
        Ok(match self.narrowed(later)? {
            None => answer,
            Some(narrowed) => answer.with_updated_node(Arc::new(narrowed)),
        })
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

    /// What joins knew in the run before does not hold in the next.
    fn reset_state(self: Arc<Self>) -> EngineResult<Arc<dyn ExecutionPlan>> {
        Ok(Arc::new(Self {
            rows: Arc::clone(&self.whole),
            later: Vec::new(),
            ..self.copy()
        }))
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> EngineResult<SendableRecordBatchStream> {
        let run = self.run().map_err(to_datafusion)?;
        let partitions = self.properties.partitioning.partition_count();
        let counters = context.session_config().get_extension::<Counters>();
        let batches = match &counters {
            Some(counters) => run.open_counted(partition, partitions, counters),
            None => run.open(partition, partitions),
        };
        let batches = batches.map_err(to_datafusion)?;
        let schema = Arc::clone(&self.schema);
        Ok(Box::pin(IteratorStream {
            schema,
            batches,
            counters,
            _run: run,
        }))
    }
}

/// An iterator as a stream: decoding is work, not waiting, so it is done where it
/// is polled.
struct IteratorStream {
    schema: SchemaRef,
    batches: Batches,
    /// Until the last batch.
    counters: Option<Arc<Counters>>,
    _run: Arc<dyn Run>,
}

impl IteratorStream {
    fn count(&mut self, batch: Option<&Result<RecordBatch>>) {
        match (batch, &self.counters) {
            (Some(Ok(batch)), Some(counters)) => {
                add(&counters.rows_done, batch.num_rows() as u64);
            }
            (None | Some(Err(_)), _) => self.end(),
            (Some(Ok(_)), None) => {}
        }
    }

    fn end(&mut self) {
        if let Some(counters) = self.counters.take() {
            counters.leaf_done();
        }
    }
}

impl Drop for IteratorStream {
    fn drop(&mut self) {
        self.end();
    }
}

impl Stream for IteratorStream {
    type Item = EngineResult<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let batch = self.batches.next();
        self.count(batch.as_ref());
        Poll::Ready(batch.map(|batch| batch.map_err(to_datafusion)))
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
