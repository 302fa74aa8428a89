//! Streaming aggregation: a batch's rows added to the groups of all batches before it.
//!
//! A key is the row format of the grouping columns, a value the row format of the
//! accumulators' intermediate states. There are two ways to bring a batch in. Where
//! every function has an accumulator that can stay (see `resident`), rows are added to
//! groups in memory. Else the engine aggregates the batch by itself, one row a key, and
//! this operator reads the old states of just those keys, merges, and writes the new
//! ones. In complete mode it then gives every key's result, in update mode those of the
//! keys it touched, in append mode those whose time is over.

mod resident;

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow::compute::{filter, filter_record_batch, kernels::boolean::not};
use arrow::datatypes::SchemaRef;
use arrow::row::RowConverter;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::aggregates::AggregateExec;
use datafusion::physical_plan::aggregates::group_values::GroupValues;
use futures::StreamExt;
use parking_lot::Mutex;

use self::resident::Resident;
use super::accumulate::{Accumulating, partial_of};
use super::core::{OperatorCore, StatefulOperator, Work};
use super::event_time::{EventColumn, Moments, drop_late};
use super::exec::{self, BatchStream, Operation, gathered};
use super::expiry::ExpiryIndex;
use super::keys::normal;
use super::{Place, StatePartitions};
use crate::analysis::OutputMode;
use crate::engine::from_datafusion;
use crate::error::{Result, SparkError};
use crate::time::Clock;

/// Rows of an output batch, and of what is looked at in one go.
const ROWS_A_BATCH: usize = 8192;

/// Name of the operator in progress records and checkpoints.
const NAME: &str = "stateStoreSave";

pub struct AggregateOperator {
    core: OperatorCore,
    inner: Mutex<Inner>,
}

struct Inner {
    /// `None` where nothing is grouped by: then there is one key, of no bytes.
    keys: Option<RowConverter>,
    accumulating: Accumulating,
    mode: OutputMode,
    schema: SchemaRef,
    /// The key whose time ends the state of a group.
    event: Option<EventColumn>,
    expiry: ExpiryIndex,
    /// The groups in memory, where they can stay there.
    resident: Option<Resident>,
    /// The keys of this batch that were late.
    late: Option<Box<dyn GroupValues>>,
}

/// Makes an aggregation of the engine's stateful; gives its operator and its place
/// in the plan.
pub fn stateful_aggregate(
    aggregate: &AggregateExec,
    event: Option<EventColumn>,
    mode: OutputMode,
    clock: Arc<dyn Clock>,
) -> Result<(Arc<AggregateOperator>, Arc<dyn ExecutionPlan>)> {
    let schema = aggregate.schema();
    let partial = partial_of(aggregate)?;
    let operator = Arc::new(AggregateOperator::new(
        &partial,
        Arc::clone(&schema),
        event.filter(|_| mode != OutputMode::Complete),
        mode,
        clock,
    )?);
    let input = match operator.inner.lock().resident {
        Some(_) => gathered(Arc::clone(first_step(&partial)?.input())),
        None => partial,
    };
    let operation = Arc::clone(&operator) as Arc<dyn Operation>;
    let plan = exec::operator("StatefulAggregateExec", vec![input], schema, operation);
    Ok((operator, plan))
}

impl AggregateOperator {
    fn new(
        partial: &Arc<dyn ExecutionPlan>,
        schema: SchemaRef,
        event: Option<EventColumn>,
        mode: OutputMode,
        clock: Arc<dyn Clock>,
    ) -> Result<Self> {
        let accumulating = Accumulating::of(partial)?;
        let removes = event.is_some() && mode != OutputMode::Complete;
        let resident = Resident::of(first_step(partial)?, removes)?;
        let keys = match accumulating.groups() {
            0 => None,
            groups => Some(accumulating.converter(0..groups)?),
        };
        let layout = accumulating.layout(accumulating.groups());
        let inner = Inner {
            keys,
            accumulating,
            mode,
            schema,
            event,
            expiry: ExpiryIndex::default(),
            resident,
            late: None,
        };
        Ok(Self {
            core: OperatorCore::new(NAME, layout, clock),
            inner: Mutex::new(inner),
        })
    }
}

impl StatefulOperator for AggregateOperator {
    fn core(&self) -> &OperatorCore {
        &self.core
    }

    fn opened(&self) -> Result<()> {
        let mut inner = self.inner.lock();
        inner.index(self.core.lock().state_ref()?)
    }

    fn abort(&self) -> Result<()> {
        self.core.abort();
        match &mut self.inner.lock().resident {
            Some(resident) => resident.forget(),
            None => Ok(()),
        }
    }

    fn earliest(&self) -> Option<i64> {
        self.inner.lock().expiry.earliest()
    }

    fn wants_batch(&self, next: i64) -> bool {
        self.inner.lock().mode != OutputMode::Complete && next > self.core.times().evict
    }
}

impl Operation for AggregateOperator {
    fn describe(&self) -> String {
        let mode = self.inner.lock().mode.title();
        format!("StateStoreSave {mode}, {}", self.core.layout().key_format)
    }

    fn run(self: Arc<Self>, inputs: Vec<SendableRecordBatchStream>) -> BatchStream {
        let first = async move {
            let rest = self.take_input(inputs).await?;
            Ok::<_, SparkError>((self, rest))
        };
        let stream = futures::stream::once(first).flat_map(|started| match started {
            Ok((operator, rest)) => operator.give(rest),
            Err(error) => Box::pin(futures::stream::once(async { Err(error) })) as BatchStream,
        });
        Box::pin(stream)
    }
}

/// What a batch gives.
enum Answer {
    /// Results from the store, of these places, which are removed after that or not.
    Stored { places: Vec<Place>, remove: bool },
    /// Results of the groups in memory that the batch touched, with their keys.
    Touched { keys: Vec<ArrayRef>, groups: usize },
}

impl Answer {
    fn len(&self) -> usize {
        match self {
            Self::Stored { places, .. } => places.len(),
            Self::Touched { groups, .. } => *groups,
        }
    }
}

impl AggregateOperator {
    /// Takes in all of the input; says what there is to give.
    async fn take_input(&self, inputs: Vec<SendableRecordBatchStream>) -> Result<Answer> {
        let mut touched = Vec::new();
        self.inner.lock().begin(self.core.lock().state()?)?;
        for mut input in inputs {
            while let Some(batch) = input.next().await {
                let batch = batch.map_err(from_datafusion)?;
                let start = self.core.now();
                let (mut inner, mut work) = (self.inner.lock(), self.core.lock());
                work.figures.rows_in += batch.num_rows() as u64;
                match inner.resident {
                    Some(_) => inner.add(&batch, &mut work)?,
                    None => inner.merge_in_time(batch, &mut work, &mut touched)?,
                }
                work.figures.update_time += self.core.since(start);
            }
        }
        let start = self.core.now();
        let (mut inner, mut work) = (self.inner.lock(), self.core.lock());
        work.figures.rows_dropped += inner.late.take().map_or(0, |keys| keys.len() as u64);
        let answer = inner.answer(touched, &mut work);
        work.figures.update_time += self.core.since(start);
        answer
    }

    /// The results, batch by batch; with the last one the state that is over goes.
    fn give(self: Arc<Self>, answer: Answer) -> BatchStream {
        let stream = futures::stream::try_unfold((self, answer, 0), |(operator, answer, from)| {
            let next = operator.next_batch(&answer, from);
            async move {
                let to = (from + ROWS_A_BATCH).min(answer.len());
                Ok(next?.map(|batch| (batch, (operator, answer, to))))
            }
        });
        Box::pin(stream)
    }

    fn next_batch(&self, answer: &Answer, from: usize) -> Result<Option<RecordBatch>> {
        let (mut inner, mut work) = (self.inner.lock(), self.core.lock());
        let to = (from + ROWS_A_BATCH).min(answer.len());
        if from < to {
            work.figures.rows_out += (to - from) as u64;
            return inner.result_batch(answer, from..to, &mut work).map(Some);
        }
        let start = self.core.now();
        // Update mode: what has had its time goes without being shown.
        let old = inner.due(&work);
        inner.remove(&mut work, &old)?;
        work.beside = inner.resident.as_ref().map_or(0, Resident::memory_bytes);
        work.measure();
        work.figures.removal_time += self.core.since(start);
        Ok(None)
    }
}

fn first_step(partial: &Arc<dyn ExecutionPlan>) -> Result<&AggregateExec> {
    partial
        .downcast_ref::<AggregateExec>()
        .ok_or_else(|| SparkError::internal("an aggregation has a first step"))
}

impl Inner {
    fn begin(&mut self, state: &mut StatePartitions) -> Result<()> {
        match &mut self.resident {
            Some(resident) => resident.begin(&self.accumulating, state),
            None => Ok(()),
        }
    }

    /// Adds rows to the groups in memory.
    fn add(&mut self, batch: &RecordBatch, work: &mut Work) -> Result<()> {
        for from in (0..batch.num_rows()).step_by(ROWS_A_BATCH) {
            let rows = batch.slice(from, ROWS_A_BATCH.min(batch.num_rows() - from));
            self.add_some(rows, work)?;
        }
        Ok(())
    }

    fn add_some(&mut self, rows: RecordBatch, work: &mut Work) -> Result<()> {
        let (Some(resident), Some(converter)) = (&mut self.resident, &self.keys) else {
            return Err(SparkError::internal("no groups are in memory"));
        };
        let mut keys = resident.keys(&rows)?;
        let mut rows = rows;
        if let Some(event) = self.event {
            let late = Moments::of(&keys[event.index], event.kind)?.late(work.times.late);
            if late.true_count() > 0 {
                // Counted as keys: that is what reaches the operator in Spark.
                let numbers = match &mut self.late {
                    Some(numbers) => numbers,
                    none => none.insert(resident.other_numbers()?),
                };
                let dropped = keys.iter().map(|key| filter(key, &late));
                let dropped: Vec<_> = dropped
                    .collect::<Result<_, _>>()
                    .map_err(SparkError::internal)?;
                numbers
                    .intern(&dropped, &mut Vec::new())
                    .map_err(from_datafusion)?;
                let kept = not(&late).map_err(SparkError::internal)?;
                rows = filter_record_batch(&rows, &kept).map_err(SparkError::internal)?;
                keys = resident.keys(&rows)?;
            }
        }
        let state = work.state()?;
        let new = resident.add(&rows, &keys, &self.accumulating, state, converter)?;
        let (Some(new), Some(event)) = (new, self.event) else {
            return Ok(());
        };
        let moments = Moments::of(&new.keys[event.index], event.kind)?;
        for (row, place) in new.places {
            if let Some(moment) = moments.get(row) {
                self.expiry.add(moment, place);
            }
        }
        Ok(())
    }

    /// Merges results of the engine's that are not late.
    fn merge_in_time(
        &mut self,
        batch: RecordBatch,
        work: &mut Work,
        touched: &mut Vec<Place>,
    ) -> Result<()> {
        let (batch, dropped) = drop_late(batch, self.event, work.times.late)?;
        work.figures.rows_dropped += dropped;
        self.merge(&batch, work.state()?, touched)
    }

    /// All of the input is in: what there is to give.
    fn answer(&mut self, touched: Vec<Place>, work: &mut Work) -> Result<Answer> {
        work.figures.rows_updated = touched.len() as u64;
        if let Some(resident) = &mut self.resident {
            let groups = resident.settle()?;
            work.figures.rows_updated = groups as u64;
            let state = work.state()?;
            // Nobody but this operator reads a store that is not durable.
            match self.mode == OutputMode::Update && !state.is_durable() {
                true => resident.keep(state),
                false => resident.save(&self.accumulating, state)?,
            }
            if self.mode == OutputMode::Update {
                let keys = resident.touched_keys()?;
                return Ok(Answer::Touched { keys, groups });
            }
        }
        let (places, remove) = match self.mode {
            OutputMode::Complete => (work.state()?.all(), false),
            OutputMode::Update => (touched, false),
            OutputMode::Append => (self.due(work), true),
        };
        Ok(Answer::Stored { places, remove })
    }

    fn remove(&mut self, work: &mut Work, places: &[Place]) -> Result<()> {
        let state = work.state()?;
        for place in places {
            state.remove(*place);
        }
        if let Some(resident) = &mut self.resident {
            resident.removed(places);
        }
        work.figures.rows_removed += places.len() as u64;
        Ok(())
    }

    /// Finds the moments of all keys, after the state was opened.
    fn index(&mut self, state: &StatePartitions) -> Result<()> {
        self.expiry.clear();
        let (Some(event), Some(converter)) = (self.event, &self.keys) else {
            return Ok(());
        };
        let parser = converter.parser();
        for places in state.all().chunks(ROWS_A_BATCH) {
            let rows = places.iter().map(|place| parser.parse(state.key(*place)));
            let keys = converter.convert_rows(rows).map_err(SparkError::internal)?;
            let moments = Moments::of(&keys[event.index], event.kind)?;
            for (row, place) in places.iter().enumerate() {
                if let Some(moment) = moments.get(row) {
                    self.expiry.add(moment, *place);
                }
            }
        }
        Ok(())
    }

    /// The places whose time is over at the batch's watermark; they leave the index.
    fn due(&mut self, work: &Work) -> Vec<Place> {
        let limit = work.times.evict.saturating_mul(1000);
        self.expiry
            .take_due(limit)
            .into_iter()
            .map(|(_, place)| place)
            .collect()
    }

    /// Merges one batch of partial results; each key appears in it once.
    fn merge(
        &mut self,
        batch: &RecordBatch,
        state: &mut StatePartitions,
        touched: &mut Vec<Place>,
    ) -> Result<()> {
        let rows = batch.num_rows();
        if rows == 0 {
            return Ok(());
        }
        let (groups, partials) = batch.columns().split_at(self.accumulating.groups());
        let before = touched.len();
        match &self.keys {
            Some(converter) => {
                let keys = converter
                    .convert_columns(&normal(groups))
                    .map_err(SparkError::internal)?;
                state.places(keys.iter().map(|row| row.data()), touched);
            }
            None => state.places(std::iter::repeat_n(&[][..], rows), touched),
        }
        let places = &touched[before..];
        let (old, old_groups) = self.old_values(state, places)?;
        self.index_new(groups, places, &old_groups)?;
        let all: Vec<usize> = (0..rows).collect();
        let parts = [(&old[..], &old_groups[..]), (partials, &all[..])];
        let columns = self.accumulating.merged(&parts, rows)?;
        self.write(state, places, &columns)
    }

    /// Notes when the keys that are new to the state will have had their time.
    fn index_new(&mut self, groups: &[ArrayRef], places: &[Place], old: &[usize]) -> Result<()> {
        let Some(event) = self.event else {
            return Ok(());
        };
        let moments = Moments::of(&groups[event.index], event.kind)?;
        let mut old = old.iter().peekable();
        for (row, place) in places.iter().enumerate() {
            if old.next_if_eq(&&row).is_some() {
                continue;
            }
            if let Some(moment) = moments.get(row) {
                self.expiry.add(moment, *place);
            }
        }
        Ok(())
    }

    /// The stored states of the places that have one, and which places those are.
    fn old_values(
        &self,
        state: &StatePartitions,
        places: &[Place],
    ) -> Result<(Vec<ArrayRef>, Vec<usize>)> {
        let mut groups = Vec::new();
        let mut stored = Vec::new();
        for (index, place) in places.iter().enumerate() {
            if let Some(bytes) = state.value(*place) {
                groups.push(index);
                stored.push(bytes);
            }
        }
        if groups.is_empty() {
            return Ok((Vec::new(), groups));
        }
        let columns = self.accumulating.columns(stored)?;
        Ok((columns, groups))
    }

    fn write(
        &self,
        state: &mut StatePartitions,
        places: &[Place],
        columns: &[ArrayRef],
    ) -> Result<()> {
        let Some(rows) = self.accumulating.rows(columns)? else {
            for place in places {
                state.set(*place, &[]);
            }
            return Ok(());
        };
        for (place, row) in places.iter().zip(rows.iter()) {
            state.set(*place, row.data());
        }
        Ok(())
    }

    /// Some of the answer's results, under the plan's schema.
    fn result_batch(
        &mut self,
        answer: &Answer,
        range: Range<usize>,
        work: &mut Work,
    ) -> Result<RecordBatch> {
        let rows = range.len();
        let columns = match (answer, &self.resident) {
            (Answer::Touched { keys, .. }, Some(resident)) => {
                let keys = keys.iter().map(|key| key.slice(range.start, rows));
                keys.chain(resident.results(range.start, range.end))
                    .collect()
            }
            (Answer::Stored { places, remove }, _) => {
                let places = &places[range];
                let columns = self.stored_results(work.state_ref()?, places)?;
                if *remove {
                    self.remove(work, places)?;
                }
                columns
            }
            _ => return Err(SparkError::internal("no groups are in memory")),
        };
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)
            .map_err(SparkError::internal)
    }

    /// Keys and results at the given places.
    fn stored_results(&self, state: &StatePartitions, places: &[Place]) -> Result<Vec<ArrayRef>> {
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(self.schema.fields().len());
        if let Some(converter) = &self.keys {
            let parser = converter.parser();
            let rows = places.iter().map(|place| parser.parse(state.key(*place)));
            columns.extend(converter.convert_rows(rows).map_err(SparkError::internal)?);
        }
        let (values, groups) = self.old_values(state, places)?;
        columns.extend(
            self.accumulating
                .evaluated(&values, &groups, places.len())?,
        );
        Ok(columns)
    }
}
