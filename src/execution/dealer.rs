//! Which of all rows goes to which partition, and in which order: what a shuffle of Spark's
//! does, over rows that are all there. For each row there are eight bytes beside its own.
//!
//! Knows no plans; when rows are dealt, [`super::repartition`] knows.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int32Array};
use arrow::compute::interleave_record_batch;
use arrow::datatypes::{Int32Type, SchemaRef};
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use arrow::row::{OwnedRow, RowConverter, SortField};

use crate::analysis::Deal;
use crate::engine::partitions::start_of_round;
use crate::engine::row_bytes::{row_bytes, row_hash};
use crate::error::{Result, SparkError};

/// What is done, with columns by their positions.
pub(super) struct Dealer {
    pub(super) deal: Deal,
    pub(super) count: usize,
    pub(super) keeps_order: bool,
    pub(super) keys: Vec<usize>,
    pub(super) partition: Option<usize>,
    /// The input's columns that come out.
    pub(super) shown: Vec<usize>,
    pub(super) told: bool,
    pub(super) schema: SchemaRef,
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
pub(super) struct Dealt {
    batches: Vec<RecordBatch>,
    places: Vec<Place>,
    ends: Vec<usize>,
}

/// The places, and where those of each partition end.
type Placed = (Vec<Place>, Vec<usize>);

impl Dealt {
    pub(super) fn of_partition(&self, partition: usize) -> Range<usize> {
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
    pub(super) fn deal(&self, batches: Vec<RecordBatch>) -> Result<Dealt> {
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
    pub(super) fn batch(
        &self,
        dealt: &Dealt,
        rows: Range<usize>,
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
    pub(super) fn renumbered(&self, batch: &RecordBatch) -> Result<RecordBatch> {
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
