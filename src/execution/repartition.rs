//! The physical node that deals rows to partitions: it has all rows before it gives out the
//! first one, as a shuffle has, and gives them out in the order of the partitions.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int32Array};
use arrow::compute::interleave_record_batch;
use arrow::datatypes::{Int32Type, SchemaRef};
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use arrow::row::{OwnedRow, RowConverter, SortField};
use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::Result as EngineResult;
use datafusion::error::DataFusionError;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{LogicalPlan, UserDefinedLogicalNode};
use datafusion::physical_plan::PlanProperties;
use datafusion::physical_plan::execution_plan::EmissionType;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_planner::{ExtensionPlanner, PhysicalPlanner};
use futures::{StreamExt, TryStreamExt, stream};
use tokio::sync::OnceCell;

use crate::analysis::{Deal, RepartitionNode};
use crate::engine::node::{Input, Node, Step, properties};
use crate::engine::partitions::start_of_round;
use crate::engine::row_bytes::{row_bytes, row_hash};
use crate::engine::to_datafusion;
use crate::error::{Result, SparkError};

const ROWS_A_BATCH: usize = 8192;

/// Plans `repartition` and `coalesce`.
pub struct RepartitionPlanner;

#[async_trait]
impl ExtensionPlanner for RepartitionPlanner {
    async fn plan_extension(
        &self,
        _: &dyn PhysicalPlanner,
        node: &dyn UserDefinedLogicalNode,
        _: &[&LogicalPlan],
        inputs: &[Input],
        _: &dyn Session,
        _: &PhysicalPlanningContext,
    ) -> EngineResult<Option<Input>> {
        let (Some(node), [input]) = (node.as_any().downcast_ref::<RepartitionNode>(), inputs)
        else {
            return Ok(None);
        };
        let schema = input.schema();
        let place = |name: &String| schema.index_of(name);
        let keys: std::result::Result<Vec<_>, _> = node.keys.iter().map(place).collect();
        let fields = schema.fields().iter().enumerate();
        let shown = fields.filter(|(_, field)| !node.hides(field.name()));
        let work = Dealer {
            deal: node.deal.clone(),
            count: node.count(),
            keeps_order: node.keeps_order(),
            keys: keys?,
            partition: node.partition.as_ref().map(place).transpose()?,
            shown: shown.map(|(at, _)| at).collect(),
            told: node.out.is_some(),
            schema: Arc::clone(node.schema().inner()),
        };
        let repartition = Repartition {
            dealer: Arc::new(work),
            dealt: Arc::default(),
        };
        Ok(Some(Node::plan(repartition, vec![Arc::clone(input)])))
    }
}

/// What is done, with columns by their positions.
struct Dealer {
    deal: Deal,
    count: usize,
    keeps_order: bool,
    keys: Vec<usize>,
    partition: Option<usize>,
    /// The input's columns that come out.
    shown: Vec<usize>,
    told: bool,
    schema: SchemaRef,
}

/// A row's place: its batch, and its number there.
type Place = (usize, usize);

/// By what a row is put in order, the partition that it goes to, and where it is.
type Sent = ((i32, usize), i32, Place);

/// Rows in their new order, and the partition of each.
struct Dealt {
    batches: Vec<RecordBatch>,
    places: Vec<Place>,
    numbers: Vec<i32>,
}

impl Dealer {
    fn deal(&self, batches: Vec<RecordBatch>) -> Result<Dealt> {
        let mut rows: Vec<(i32, Place)> = Vec::new();
        for (at, batch) in batches.iter().enumerate() {
            let from = self.sources(batch);
            let of = |row| from.map_or(0, |numbers| numbers.value(row));
            rows.extend((0..batch.num_rows()).map(|row| (of(row), (at, row))));
        }
        let mut dealt: Vec<Sent> = match &self.deal {
            Deal::Round(count) => self.in_rounds(&batches, rows, *count)?,
            Deal::Fewer(targets, _) => rows
                .into_iter()
                .map(|(from, place)| {
                    let target = &targets[from as usize];
                    ((target.partition, target.rank), target.partition, place)
                })
                .collect(),
            Deal::Hash {
                count, together, ..
            } => {
                let hashes = self.integers(&batches)?;
                let target = |(at, row): Place| hashes[at].value(row).rem_euclid(*count as i32);
                ordered(rows, target, *together)
            }
            Deal::Id(count) => {
                let ids = self.integers(&batches)?;
                let target = |(at, row): Place| match ids[at].is_null(row) {
                    true => 0,
                    false => ids[at].value(row).rem_euclid(*count as i32),
                };
                ordered(rows, target, false)
            }
            Deal::Range {
                count,
                together,
                order,
            } => {
                let targets = self.ranges(&batches, *count, order)?;
                ordered(rows, |(at, row)| targets[at][row], *together)
            }
        };
        dealt.sort_by_key(|(key, ..)| *key);
        Ok(Dealt {
            numbers: dealt.iter().map(|(_, number, _)| *number).collect(),
            places: dealt.into_iter().map(|(.., place)| place).collect(),
            batches,
        })
    }

    fn sources<'b>(&self, batch: &'b RecordBatch) -> Option<&'b Int32Array> {
        let column = batch.column(self.partition?);
        Some(column.as_primitive::<Int32Type>())
    }

    fn integers<'b>(&self, batches: &'b [RecordBatch]) -> Result<Vec<&'b Int32Array>> {
        let [key] = self.keys.as_slice() else {
            return Err(SparkError::internal("rows are dealt by one number"));
        };
        let key = |batch: &'b RecordBatch| batch.column(*key).as_primitive::<Int32Type>();
        Ok(batches.iter().map(key).collect())
    }

    /// Each partition's rows by their hashes, so that they go the same ways whenever they
    /// are computed, to one partition after the other.
    fn in_rounds(
        &self,
        batches: &[RecordBatch],
        rows: Vec<(i32, Place)>,
        count: usize,
    ) -> Result<Vec<Sent>> {
        let shown: Vec<Vec<ArrayRef>> = batches
            .iter()
            .map(|batch| {
                let shown = self.shown.iter();
                shown.map(|at| Arc::clone(batch.column(*at))).collect()
            })
            .collect();
        let bytes = |(at, row): Place| row_bytes(&shown[at], row);
        let mut hashed: Vec<(i32, i32, Place)> = Vec::with_capacity(rows.len());
        for (from, place) in rows {
            let hash = match count {
                1 => 0,
                _ => row_hash(&bytes(place)?),
            };
            hashed.push((from, hash, place));
        }
        if count > 1 {
            hashed.sort_by_key(|(from, hash, _)| (*from, *hash));
            // Rows of one hash are few: only theirs are made a second time.
            for same in hashed.chunk_by_mut(|a, b| (a.0, a.1) == (b.0, b.1)) {
                if same.len() > 1 {
                    let mut rows = Vec::with_capacity(same.len());
                    for (_, _, place) in same.iter() {
                        rows.push((bytes(*place)?, *place));
                    }
                    rows.sort_by(|(a, _), (b, _)| (a.len(), a).cmp(&(b.len(), b)));
                    for (slot, (_, place)) in same.iter_mut().zip(rows) {
                        slot.2 = place;
                    }
                }
            }
        }
        let (mut current, mut next) = (None, 0);
        let deal = |(from, _, place)| {
            if current != Some(from) {
                current = Some(from);
                next = start_of_round(from, count);
            }
            next = (next + 1) % count;
            ((next as i32, 0), next as i32, place)
        };
        Ok(hashed.into_iter().map(deal).collect())
    }

    /// The partition of each row by the bounds between them.
    fn ranges(
        &self,
        batches: &[RecordBatch],
        count: usize,
        order: &[(bool, bool)],
    ) -> Result<Vec<Vec<i32>>> {
        let fields = self
            .keys
            .iter()
            .zip(order)
            .map(|(key, (ascends, nulls_first))| {
                let options = arrow::compute::SortOptions::new(!ascends, *nulls_first);
                let kind = self.kind_of(batches, *key);
                SortField::new_with_options(kind, options)
            });
        let converter = RowConverter::new(fields.collect()).map_err(SparkError::internal)?;
        let mut keys = Vec::with_capacity(batches.len());
        for batch in batches {
            let columns: Vec<_> = self
                .keys
                .iter()
                .map(|k| plain_zero(batch.column(*k)))
                .collect();
            let rows = converter.convert_columns(&columns);
            keys.push(rows.map_err(SparkError::internal)?);
        }
        let mut all: Vec<_> = keys.iter().flat_map(|rows| rows.iter()).collect();
        all.sort_unstable();
        // A bound is the key with which a partition has its share.
        let mut bounds: Vec<OwnedRow> = Vec::new();
        let step = all.len() as f64 / count as f64;
        let mut goal = step;
        for (seen, key) in all.iter().enumerate() {
            if bounds.len() + 1 >= count {
                break;
            }
            let is_next = bounds.last().is_none_or(|bound| *key > bound.row());
            if (seen + 1) as f64 >= goal && is_next {
                bounds.push(key.owned());
                goal += step;
            }
        }
        let of = |key| bounds.partition_point(|bound| bound.row() < key) as i32;
        Ok(keys
            .iter()
            .map(|rows| rows.iter().map(of).collect())
            .collect())
    }

    fn kind_of(&self, batches: &[RecordBatch], column: usize) -> arrow::datatypes::DataType {
        match batches.first() {
            Some(batch) => batch.column(column).data_type().clone(),
            None => arrow::datatypes::DataType::Null,
        }
    }

    /// So many of the rows in their new order.
    fn batch(&self, dealt: &Dealt, from: usize, to: usize) -> Result<RecordBatch> {
        let inputs: Vec<_> = dealt.batches.iter().collect();
        let rows = match inputs.first() {
            Some(batch) if batch.num_columns() == 0 => {
                let options = RecordBatchOptions::new().with_row_count(Some(to - from));
                RecordBatch::try_new_with_options(batch.schema(), vec![], &options)
            }
            _ => interleave_record_batch(&inputs, &dealt.places[from..to]),
        };
        let rows = rows.map_err(SparkError::internal)?;
        let numbers = match self.count {
            1 => Int32Array::from_value(0, to - from),
            _ => Int32Array::from(dealt.numbers[from..to].to_vec()),
        };
        self.shaped(&rows, numbers)
    }

    /// The columns that come out, and the number of the partition if it is told.
    fn shaped(&self, rows: &RecordBatch, numbers: Int32Array) -> Result<RecordBatch> {
        let shown = self.shown.iter();
        let mut columns: Vec<ArrayRef> = shown.map(|at| Arc::clone(rows.column(*at))).collect();
        if self.told {
            columns.push(Arc::new(numbers));
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows.num_rows()));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)
            .map_err(SparkError::internal)
    }

    /// A batch whose rows stay where they are, under their new number.
    fn renumbered(&self, batch: &RecordBatch) -> Result<RecordBatch> {
        let targets = match &self.deal {
            Deal::Fewer(targets, _) => targets.as_slice(),
            _ => &[],
        };
        let target = |from: i32| targets.get(from as usize).map_or(0, |t| t.partition);
        let numbers = match self.sources(batch) {
            Some(from) => from.values().iter().map(|from| target(*from)).collect(),
            None => Int32Array::from_value(0, batch.num_rows()),
        };
        self.shaped(batch, numbers)
    }
}

/// Rows by the partition that they go to; where partitions are put together again, each
/// one's rows stay together first.
fn ordered(rows: Vec<(i32, Place)>, target: impl Fn(Place) -> i32, together: bool) -> Vec<Sent> {
    let deal = |(from, place): (i32, Place)| {
        let number = target(place);
        match together {
            true => ((from, number as usize), 0, place),
            false => ((number, 0), number, place),
        }
    };
    rows.into_iter().map(deal).collect()
}

/// One zero: Spark's order does not know another.
fn plain_zero(column: &ArrayRef) -> ArrayRef {
    crate::engine::fold::one_zero(column)
}

/// The physical node; rows that keep their order pass as they come.
struct Repartition {
    dealer: Arc<Dealer>,
    dealt: Arc<OnceCell<Arc<Dealt>>>,
}

impl Step for Repartition {
    fn name(&self) -> &'static str {
        "RepartitionExec"
    }

    fn describe(&self) -> String {
        format!("RepartitionExec: partitions={}", self.dealer.count)
    }

    fn properties(&self, inputs: &[Input]) -> Arc<PlanProperties> {
        let (partitions, emission) = match self.dealer.keeps_order {
            true => (
                inputs[0].properties().partitioning.partition_count(),
                EmissionType::Incremental,
            ),
            false => (self.dealer.count, EmissionType::Final),
        };
        properties(&self.dealer.schema, partitions, emission)
    }

    fn gathers(&self) -> bool {
        !self.dealer.keeps_order
    }

    fn anew(&self) -> Self {
        Self {
            dealer: Arc::clone(&self.dealer),
            dealt: Arc::default(),
        }
    }

    fn run(
        &self,
        inputs: &[Input],
        partition: usize,
        context: Arc<TaskContext>,
    ) -> EngineResult<SendableRecordBatchStream> {
        let [input] = inputs else {
            let error = SparkError::internal("rows are dealt from one input");
            return Err(to_datafusion(error));
        };
        let schema = Arc::clone(&self.dealer.schema);
        let dealer = Arc::clone(&self.dealer);
        if dealer.keeps_order {
            let rows = input.execute(partition, context)?;
            let rows = rows.map(move |batch| dealer.renumbered(&batch?).map_err(to_datafusion));
            return Ok(Box::pin(RecordBatchStreamAdapter::new(schema, rows)));
        }
        let (input, cell) = (Arc::clone(input), Arc::clone(&self.dealt));
        let rows = async move {
            let of = Arc::clone(&dealer);
            let deal = || async move {
                let rows = input.execute(0, context)?;
                let rows: Vec<RecordBatch> = rows.try_collect().await?;
                let dealt = of.deal(rows).map_err(to_datafusion)?;
                Ok::<_, DataFusionError>(Arc::new(dealt))
            };
            let dealt = Arc::clone(cell.get_or_try_init(deal).await?);
            let share = |p: usize| dealt.numbers.partition_point(|n| (*n as usize) < p);
            let (from, end) = (share(partition), share(partition + 1));
            let starts = (from..end).step_by(ROWS_A_BATCH);
            let batches = starts.map(move |from| {
                let to = (from + ROWS_A_BATCH).min(end);
                dealer.batch(&dealt, from, to).map_err(to_datafusion)
            });
            Ok::<_, DataFusionError>(stream::iter(batches))
        };
        let rows = stream::once(rows).try_flatten();
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, rows)))
    }
}
