//! The physical node that deals rows to partitions: it has all rows before it gives out the
//! first one, as a shuffle has, and gives them out in the order of the partitions.

use std::collections::BTreeMap;
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

/// A row's place, as small as it can be, since there is one for each of all rows: the number
/// of its batch, and below that its own number there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place(u64);

const BITS_OF_ROW: u32 = 32;

impl Place {
    fn new(batch: usize, row: usize) -> Self {
        Self((batch as u64) << BITS_OF_ROW | row as u64)
    }

    fn parts(self) -> (usize, usize) {
        let row = self.0 & ((1 << BITS_OF_ROW) - 1);
        ((self.0 >> BITS_OF_ROW) as usize, row as usize)
    }
}

/// Rows in their new order, and where those of each partition end.
struct Dealt {
    batches: Vec<RecordBatch>,
    places: Vec<Place>,
    ends: Vec<usize>,
}

/// The places, and where those of each partition end.
type Placed = (Vec<Place>, Vec<usize>);

impl Dealt {
    fn of_partition(&self, partition: usize) -> std::ops::Range<usize> {
        let end = |p: usize| self.ends.get(p).copied().unwrap_or(0);
        partition.checked_sub(1).map_or(0, end)..end(partition)
    }
}

/// Places that fill up, bucket by bucket.
struct Buckets {
    places: Vec<Place>,
    next: Vec<usize>,
}

impl Buckets {
    /// With room for so many in each.
    fn new(counts: &[usize]) -> Self {
        let mut next = Vec::with_capacity(counts.len());
        let mut all = 0;
        for count in counts {
            next.push(all);
            all += count;
        }
        Self {
            places: vec![Place(0); all],
            next,
        }
    }

    fn put(&mut self, bucket: usize, place: Place) {
        self.places[self.next[bucket]] = place;
        self.next[bucket] += 1;
    }
}

impl Dealer {
    fn deal(&self, batches: Vec<RecordBatch>) -> Result<Dealt> {
        let (places, ends) = self.placed(&batches)?;
        Ok(Dealt {
            batches,
            places,
            ends,
        })
    }

    fn placed(&self, batches: &[RecordBatch]) -> Result<Placed> {
        match &self.deal {
            Deal::Round(count) => self.in_rounds(batches, *count),
            Deal::Fewer(targets, count) => {
                // The sources in the order in which they are put together.
                let mut order: Vec<usize> = (0..targets.len()).collect();
                order.sort_by_key(|from| (targets[*from].partition, targets[*from].rank));
                let mut rank = vec![0; targets.len()];
                for (at, from) in order.iter().enumerate() {
                    rank[*from] = at;
                }
                let numbers = order.iter().map(|from| targets[*from].partition as usize);
                let bucket = |from: i32, _: usize, _: usize| rank[from as usize];
                Ok(self.sorted(batches, numbers.collect(), *count, bucket))
            }
            Deal::Hash {
                count, together, ..
            } => {
                let hashes = self.integers(batches)?;
                let target = |at: usize, row| hashes[at].value(row).rem_euclid(*count as i32);
                Ok(self.dealt(batches, *count, *together, target))
            }
            Deal::Id(count) => {
                let ids = self.integers(batches)?;
                let target = |at: usize, row| match ids[at].is_null(row) {
                    true => 0,
                    false => ids[at].value(row).rem_euclid(*count as i32),
                };
                Ok(self.dealt(batches, *count, false, target))
            }
            Deal::Range {
                count,
                together,
                order,
            } => {
                let targets = self.ranges(batches, *count, order)?;
                let target = |at: usize, row: usize| targets[at][row];
                Ok(self.dealt(batches, *count, *together, target))
            }
        }
    }

    /// Rows by the partition that they go to; where partitions are put together again, each
    /// one's rows stay together first.
    fn dealt(
        &self,
        batches: &[RecordBatch],
        count: usize,
        together: bool,
        target: impl Fn(usize, usize) -> i32,
    ) -> Placed {
        if !together {
            let bucket = |_: i32, at: usize, row: usize| target(at, row) as usize;
            return self.sorted(batches, (0..count).collect(), count, bucket);
        }
        let sources = batches.iter().filter_map(|batch| {
            let numbers = self.sources(batch)?;
            numbers.values().iter().max().copied()
        });
        let sources = sources.max().map_or(1, |last| last as usize + 1);
        let bucket =
            |from: i32, at: usize, row: usize| from as usize * count + target(at, row) as usize;
        self.sorted(batches, vec![0; sources * count], 1, bucket)
    }

    /// Rows by buckets, in each of them as they came; `numbers` are the partitions of the
    /// buckets and ascend.
    fn sorted(
        &self,
        batches: &[RecordBatch],
        numbers: Vec<usize>,
        count: usize,
        bucket: impl Fn(i32, usize, usize) -> usize,
    ) -> Placed {
        let mut counts = vec![0; numbers.len()];
        self.each(batches, |from, at, row| counts[bucket(from, at, row)] += 1);
        let mut buckets = Buckets::new(&counts);
        self.each(batches, |from, at, row| {
            buckets.put(bucket(from, at, row), Place::new(at, row));
        });
        let mut ends = vec![0; count];
        for (number, rows) in numbers.iter().zip(&counts) {
            ends[*number] += rows;
        }
        (buckets.places, running(ends))
    }

    /// Each row: the partition that it comes from, its batch and its number there.
    fn each(&self, batches: &[RecordBatch], mut see: impl FnMut(i32, usize, usize)) {
        for (at, batch) in batches.iter().enumerate() {
            let from = self.sources(batch);
            for row in 0..batch.num_rows() {
                see(from.map_or(0, |numbers| numbers.value(row)), at, row);
            }
        }
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
    fn in_rounds(&self, batches: &[RecordBatch], count: usize) -> Result<Placed> {
        let mut rows: BTreeMap<i32, usize> = BTreeMap::new();
        self.each(batches, |from, _, _| *rows.entry(from).or_default() += 1);
        let mut counts = vec![0; count];
        for (from, rows) in &rows {
            let start = start_of_round(*from, count);
            for step in 1..=count {
                // The rows of a round that come to this place of it.
                counts[(start + step) % count] += (rows + count - step) / count;
            }
        }
        let mut buckets = Buckets::new(&counts);
        for (from, rows) in rows {
            let mut next = start_of_round(from, count);
            for (_, place) in self.by_hash(batches, from, rows, count)? {
                next = (next + 1) % count;
                buckets.put(next, place);
            }
        }
        Ok((buckets.places, running(counts)))
    }

    /// The rows of one partition by their hashes; as they are where there is nothing to deal.
    fn by_hash(
        &self,
        batches: &[RecordBatch],
        partition: i32,
        rows: usize,
        count: usize,
    ) -> Result<Vec<(i32, Place)>> {
        let shown = |batch: &RecordBatch| -> Vec<ArrayRef> {
            let shown = self.shown.iter();
            shown.map(|at| Arc::clone(batch.column(*at))).collect()
        };
        let shown: Vec<_> = batches.iter().map(shown).collect();
        let bytes = |place: Place| {
            let (at, row) = place.parts();
            row_bytes(&shown[at], row)
        };
        let mut hashed: Vec<(i32, Place)> = Vec::with_capacity(rows);
        let mut failed = Ok(());
        self.each(batches, |from, at, row| {
            if from != partition || failed.is_err() {
                return;
            }
            let place = Place::new(at, row);
            match bytes(place) {
                Ok(bytes) if count > 1 => hashed.push((row_hash(&bytes), place)),
                Ok(_) => hashed.push((0, place)),
                Err(error) => failed = Err(error),
            }
        });
        failed?;
        hashed.sort_unstable();
        // Rows of one hash are few: only theirs are made a second time.
        for same in hashed.chunk_by_mut(|a, b| count > 1 && a.0 == b.0) {
            if same.len() > 1 {
                let mut rows = Vec::with_capacity(same.len());
                for (_, place) in same.iter() {
                    rows.push((bytes(*place)?, *place));
                }
                rows.sort_by(|(a, _), (b, _)| (a.len(), a).cmp(&(b.len(), b)));
                for (slot, (_, place)) in same.iter_mut().zip(rows) {
                    slot.1 = place;
                }
            }
        }
        Ok(hashed)
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

    /// So many of the rows of a partition in their new order.
    fn batch(
        &self,
        dealt: &Dealt,
        rows: std::ops::Range<usize>,
        number: usize,
    ) -> Result<RecordBatch> {
        let inputs: Vec<_> = dealt.batches.iter().collect();
        let count = rows.len();
        let found = match inputs.first() {
            Some(batch) if batch.num_columns() == 0 => {
                let options = RecordBatchOptions::new().with_row_count(Some(count));
                RecordBatch::try_new_with_options(batch.schema(), vec![], &options)
            }
            _ => {
                let places = dealt.places[rows].iter().map(|place| place.parts());
                interleave_record_batch(&inputs, &places.collect::<Vec<_>>())
            }
        };
        let found = found.map_err(SparkError::internal)?;
        self.shaped(&found, Int32Array::from_value(number as i32, count))
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

/// Where each ends, of how many there are in each.
fn running(mut counts: Vec<usize>) -> Vec<usize> {
    let mut all = 0;
    for count in &mut counts {
        all += *count;
        *count = all;
    }
    counts
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
            let rows = dealt.of_partition(partition);
            let starts = rows.clone().step_by(ROWS_A_BATCH);
            let batches = starts.map(move |from| {
                let part = from..(from + ROWS_A_BATCH).min(rows.end);
                dealer.batch(&dealt, part, partition).map_err(to_datafusion)
            });
            Ok::<_, DataFusionError>(stream::iter(batches))
        };
        let rows = stream::once(rows).try_flatten();
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, rows)))
    }
}
