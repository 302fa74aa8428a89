//! Keeps what an operator is about to drop as late: rows go through, copies of the
//! late ones stay until the loop of the query takes them.
//!
//! In front of an aggregation it sees rows where the aggregation sees groups, with the
//! columns that the aggregation reads.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use arrow::array::{ArrayRef, AsArray, RecordBatch, StructArray};
use arrow::compute::filter_record_batch;
use arrow::datatypes::{Field, Schema, TimestampMicrosecondType};
use datafusion::execution::SendableRecordBatchStream;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode};
use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion::physical_plan::execution_plan::{ChildrenPropertiesMode, ReplaceChildrenOptions};
use futures::StreamExt;
use parking_lot::Mutex;

use super::event_time::{EventColumn, Moments};
use super::exec::{BatchStream, Operation, operator};
use crate::analysis::EventTime;
use crate::engine::from_datafusion;
use crate::error::{Result, SparkError};

pub struct LateTap {
    /// The number of the operator that drops the rows.
    pub operator: usize,
    time: Arc<dyn PhysicalExpr>,
    kind: EventTime,
    /// The columns that are kept, by position, with the users' names.
    columns: Vec<(usize, String)>,
    /// Rows that are not after this are late; epoch milliseconds.
    limit: AtomicI64,
    rows: Mutex<Vec<RecordBatch>>,
}

impl LateTap {
    fn new(
        operator: usize,
        time: Arc<dyn PhysicalExpr>,
        kind: EventTime,
        schema: &Schema,
        name: &dyn Fn(&str) -> String,
    ) -> Arc<Self> {
        // Of a window only its start is in the plan: the whole is kept in its place.
        let replaced = match kind {
            EventTime::WindowStart(_) => time.downcast_ref::<Column>().map(Column::index),
            _ => None,
        };
        let fields = schema.fields().iter().enumerate();
        let kept = fields.filter(|(index, _)| Some(*index) != replaced);
        Arc::new(Self {
            operator,
            columns: kept.map(|(i, field)| (i, name(field.name()))).collect(),
            time,
            kind,
            limit: AtomicI64::new(i64::MIN),
            rows: Mutex::default(),
        })
    }

    /// In front of an operator that looks at a column of its input.
    pub fn before(
        operator: usize,
        input: &Arc<dyn ExecutionPlan>,
        event: EventColumn,
        name: &dyn Fn(&str) -> String,
    ) -> (Arc<Self>, Arc<dyn ExecutionPlan>) {
        let schema = input.schema();
        let time = Column::new(schema.field(event.index).name(), event.index);
        let tap = Self::new(operator, Arc::new(time), event.kind, &schema, name);
        let plan = tap.over(input);
        (tap, plan)
    }

    /// In front of the first step of an aggregation; `event` is a position among its keys.
    pub fn in_aggregation(
        operator: usize,
        plan: &Arc<dyn ExecutionPlan>,
        event: EventColumn,
        name: &dyn Fn(&str) -> String,
    ) -> Result<(Arc<Self>, Arc<dyn ExecutionPlan>)> {
        let first = plan.downcast_ref::<AggregateExec>().filter(|aggregate| {
            !matches!(
                aggregate.mode(),
                AggregateMode::Final | AggregateMode::FinalPartitioned
            )
        });
        let (tap, input) = match first {
            Some(first) => {
                let keys = first.group_expr().expr();
                let (time, _) = keys
                    .get(event.index)
                    .ok_or_else(|| SparkError::internal("an event time is no key"))?;
                let schema = first.input().schema();
                let tap = Self::new(operator, Arc::clone(time), event.kind, &schema, name);
                let input = tap.over(first.input());
                (tap, input)
            }
            None => {
                let [only] = plan.children()[..] else {
                    return Err(SparkError::internal("an aggregation lost its first step"));
                };
                Self::in_aggregation(operator, only, event, name)?
            }
        };
        let options = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute);
        let plan = Arc::clone(plan)
            .replace_children(vec![input], options)
            .map_err(from_datafusion)?;
        Ok((tap, plan))
    }

    fn over(self: &Arc<Self>, input: &Arc<dyn ExecutionPlan>) -> Arc<dyn ExecutionPlan> {
        let input = match input.properties().partitioning.partition_count() {
            1 => Arc::clone(input),
            _ => Arc::new(CoalescePartitionsExec::new(Arc::clone(input))) as _,
        };
        let operation = Arc::clone(self) as Arc<dyn Operation>;
        let schema = input.schema();
        operator("LateRowsExec", vec![input], schema, operation)
    }

    /// A batch begins, with the watermark behind which its rows are late.
    pub fn begin(&self, limit: i64) {
        self.limit.store(limit, Ordering::Relaxed);
        self.rows.lock().clear();
    }

    /// The late rows of the batch.
    pub fn take(&self) -> Vec<RecordBatch> {
        std::mem::take(&mut *self.rows.lock())
    }

    fn see(&self, batch: &RecordBatch) -> Result<()> {
        let times = self.time.evaluate(batch).map_err(from_datafusion)?;
        let times = times
            .into_array(batch.num_rows())
            .map_err(from_datafusion)?;
        let late = Moments::of(&times, self.kind)?.late(self.limit.load(Ordering::Relaxed));
        if late.true_count() > 0 {
            let rows = filter_record_batch(&self.named(batch, &times)?, &late);
            self.rows.lock().push(rows.map_err(SparkError::internal)?);
        }
        Ok(())
    }

    /// The rows with the users' names, and with the window that they belong to.
    fn named(&self, batch: &RecordBatch, times: &ArrayRef) -> Result<RecordBatch> {
        let mut columns: Vec<(&str, ArrayRef)> = self
            .columns
            .iter()
            .map(|(index, name)| (name.as_str(), Arc::clone(batch.column(*index))))
            .collect();
        if let EventTime::WindowStart(length) = self.kind {
            columns.push(("window", window(times, length)?));
        }
        let fields: Vec<Field> = columns
            .iter()
            .map(|(name, column)| Field::new(*name, column.data_type().clone(), true))
            .collect();
        let columns = columns.into_iter().map(|(_, column)| column).collect();
        RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).map_err(SparkError::internal)
    }
}

impl Operation for LateTap {
    fn describe(&self) -> String {
        format!("LateRows of operator {}", self.operator)
    }

    fn run(self: Arc<Self>, inputs: Vec<SendableRecordBatchStream>) -> BatchStream {
        let all = futures::stream::iter(inputs).flatten();
        Box::pin(all.map(move |batch| {
            let batch = batch.map_err(from_datafusion)?;
            self.see(&batch)?;
            Ok(batch)
        }))
    }
}

/// Windows of a length in microseconds, by their starts.
fn window(starts: &ArrayRef, length: i64) -> Result<ArrayRef> {
    let times = starts
        .as_primitive_opt::<TimestampMicrosecondType>()
        .ok_or_else(|| SparkError::internal("a window does not start with a timestamp"))?;
    let ends = times.unary::<_, TimestampMicrosecondType>(|start| start.saturating_add(length));
    let ends = ends.with_data_type(starts.data_type().clone());
    let field = |name: &str| Arc::new(Field::new(name, starts.data_type().clone(), true));
    let pairs = [
        (field("start"), Arc::clone(starts)),
        (field("end"), Arc::new(ends) as ArrayRef),
    ];
    Ok(Arc::new(StructArray::from(pairs.to_vec())))
}
