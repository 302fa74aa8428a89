//! Streaming aggregation: partial results of a batch merged into those of all
//! batches before it.
//!
//! A key is the row format of the grouping columns, a value the row format of the
//! accumulators' intermediate states. The engine aggregates the batch by itself
//! (one row a key); this operator reads the old states of just those keys, merges,
//! and writes the new ones. In complete mode it then gives every key's result, in
//! update mode those of the keys it touched, in append mode those whose time is over.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::SchemaRef;
use arrow::row::RowConverter;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::aggregates::AggregateExec;
use futures::StreamExt;
use parking_lot::Mutex;

use super::accumulate::{Accumulating, partial_of};
use super::core::{OperatorCore, StatefulOperator, Work};
use super::event_time::{EventColumn, Moments, drop_late};
use super::exec::{BatchStream, Operation, OperatorExec};
use super::expiry::ExpiryIndex;
use super::keys::normal;
use super::{Place, StatePartitions};
use crate::analysis::OutputMode;
use crate::engine::from_datafusion;
use crate::error::{Result, SparkError};
use crate::time::Clock;

/// Rows of an output batch.
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
    let operation = Arc::clone(&operator) as Arc<dyn Operation>;
    let exec = OperatorExec::new("StatefulAggregateExec", vec![partial], schema, operation);
    Ok((operator, Arc::new(exec)))
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
        let work = self.core.lock();
        self.inner.lock().index(work.state_ref()?)
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

/// What a batch gives: results of these places, which are removed after that or not.
struct Answer {
    places: Vec<Place>,
    remove: bool,
}

impl AggregateOperator {
    /// Merges all of the input; says what there is to give.
    async fn take_input(&self, inputs: Vec<SendableRecordBatchStream>) -> Result<Answer> {
        let mut touched = Vec::new();
        for mut input in inputs {
            while let Some(batch) = input.next().await {
                let batch = batch.map_err(from_datafusion)?;
                let start = self.core.now();
                let (mut inner, mut work) = (self.inner.lock(), self.core.lock());
                let late = work.times.late;
                let (batch, dropped) = drop_late(batch, inner.event, late)?;
                work.figures.rows_dropped += dropped;
                inner.merge(&batch, work.state()?, &mut touched)?;
                work.figures.rows_in += batch.num_rows() as u64;
                work.figures.update_time += self.core.since(start);
            }
        }
        let (mut inner, mut work) = (self.inner.lock(), self.core.lock());
        work.figures.rows_updated = touched.len() as u64;
        Ok(match inner.mode {
            OutputMode::Complete => Answer {
                places: work.state()?.all(),
                remove: false,
            },
            OutputMode::Update => Answer {
                places: touched,
                remove: false,
            },
            OutputMode::Append => Answer {
                places: inner.due(&work),
                remove: true,
            },
        })
    }

    /// The results, batch by batch; with the last one the state that is over goes.
    fn give(self: Arc<Self>, answer: Answer) -> BatchStream {
        let stream = futures::stream::try_unfold((self, answer, 0), |(operator, answer, from)| {
            let next = operator.next_batch(&answer, from);
            async move {
                let to = (from + ROWS_A_BATCH).min(answer.places.len());
                Ok(next?.map(|batch| (batch, (operator, answer, to))))
            }
        });
        Box::pin(stream)
    }

    fn next_batch(&self, answer: &Answer, from: usize) -> Result<Option<RecordBatch>> {
        let (mut inner, mut work) = (self.inner.lock(), self.core.lock());
        let to = (from + ROWS_A_BATCH).min(answer.places.len());
        let places = &answer.places[from..to];
        if !places.is_empty() {
            work.figures.rows_out += places.len() as u64;
            let batch = inner.result_batch(work.state_ref()?, places)?;
            if answer.remove {
                remove(&mut work, places)?;
            }
            return Ok(Some(batch));
        }
        let start = self.core.now();
        // Update mode: what has had its time goes without being shown.
        let old = inner.due(&work);
        remove(&mut work, &old)?;
        work.measure();
        work.figures.removal_time += self.core.since(start);
        Ok(None)
    }
}

fn remove(work: &mut Work, places: &[Place]) -> Result<()> {
    let state = work.state()?;
    for place in places {
        state.remove(*place);
    }
    work.figures.rows_removed += places.len() as u64;
    Ok(())
}

impl Inner {
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

    /// The results at the given places, under the plan's schema.
    fn result_batch(&self, state: &StatePartitions, places: &[Place]) -> Result<RecordBatch> {
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
        let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(places.len()));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)
            .map_err(SparkError::internal)
    }
}
