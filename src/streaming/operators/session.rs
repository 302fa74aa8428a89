//! Session windows: the sessions of a batch merged with the open ones of their keys.
//!
//! A key is the row format of the grouping columns besides the session, a value the
//! list of the key's sessions, each with the row format of the accumulators' states.
//! The engine aggregates the batch by the rows' own sessions; this operator drops those
//! that are late, joins the others with what the state has of just those keys, and
//! writes that back. In append mode it then gives the sessions whose time is over, in
//! complete mode all.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, RecordBatch, TimestampMicrosecondArray, UInt64Array};
use arrow::compute::{concat_batches, take};
use arrow::datatypes::{DataType, SchemaRef, TimestampMicrosecondType};
use arrow::row::{RowConverter, Rows};
use datafusion::execution::SendableRecordBatchStream;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::aggregates::AggregateExec;
use futures::StreamExt;
use parking_lot::Mutex;

use super::accumulate::{Accumulating, partial_of};
use super::core::{OperatorCore, StatefulOperator, Work};
use super::event_time::{EventColumn, drop_late};
use super::exec::{self, BatchStream, Operation};
use super::expiry::ExpiryIndex;
use super::open_sessions::{Span, read, write};
use super::session_changes::{Changes, runs};
use super::{Place, StatePartitions};
use crate::analysis::OutputMode;
use crate::engine::from_datafusion;
use crate::error::{Result, SparkError};
use crate::streaming::state::StateLayout;
use crate::time::Clock;

/// Keys whose sessions make an output batch.
const KEYS_A_BATCH: usize = 8192;

/// Name of the operator in progress records and checkpoints.
const NAME: &str = "sessionWindowStateStoreSaveExec";

pub struct SessionOperator {
    core: OperatorCore,
    inner: Mutex<Inner>,
}

/// What a query says of its sessions.
#[derive(Debug, Clone, Copy)]
pub struct SessionOptions {
    pub mode: OutputMode,
    /// The end of the session, where that is an event time.
    pub event: Option<EventColumn>,
    /// Sessions of one batch are merged before the late ones are dropped.
    pub merge_first: bool,
}

struct Inner {
    keys: RowConverter,
    /// How many columns the key has; the session's start and end come after them.
    others: usize,
    accumulating: Accumulating,
    options: SessionOptions,
    schema: SchemaRef,
    /// When keys have a session whose time is over.
    expiry: ExpiryIndex,
    /// How many sessions there are.
    total: u64,
}

/// Makes an aggregation by the rows' own sessions stateful; gives its operator and its
/// place in the plan.
pub fn stateful_sessions(
    aggregate: &AggregateExec,
    options: SessionOptions,
    clock: Arc<dyn Clock>,
) -> Result<(Arc<SessionOperator>, Arc<dyn ExecutionPlan>)> {
    let schema = aggregate.schema();
    let partial = partial_of(aggregate)?;
    let accumulating = Accumulating::of(&partial)?;
    let Some(others @ 1..) = accumulating.groups().checked_sub(2) else {
        return Err(SparkError::internal("sessions of a stream have a key"));
    };
    let plain = accumulating.layout(others);
    let layout = StateLayout::new(
        plain.key_format,
        format!("sessions(start,end,{})", plain.value_format),
    );
    let inner = Inner {
        keys: accumulating.converter(0..others)?,
        others,
        accumulating,
        options,
        schema: Arc::clone(&schema),
        expiry: ExpiryIndex::default(),
        total: 0,
    };
    let operator = Arc::new(SessionOperator {
        core: OperatorCore::new(NAME, layout, clock),
        inner: Mutex::new(inner),
    });
    let operation = Arc::clone(&operator) as Arc<dyn Operation>;
    let plan = exec::operator("SessionWindowExec", vec![partial], schema, operation);
    Ok((operator, plan))
}

impl StatefulOperator for SessionOperator {
    fn core(&self) -> &OperatorCore {
        &self.core
    }

    fn opened(&self) -> Result<()> {
        let (mut inner, mut work) = (self.inner.lock(), self.core.lock());
        inner.index(work.state_ref()?)?;
        inner.count(&mut work);
        Ok(())
    }

    fn abort(&self) -> Result<()> {
        self.core.abort();
        self.opened()
    }

    fn wants_batch(&self, next: i64) -> bool {
        let complete = self.inner.lock().options.mode == OutputMode::Complete;
        !complete && next > self.core.times().evict
    }
}

impl Operation for SessionOperator {
    fn describe(&self) -> String {
        let mode = self.inner.lock().options.mode.title();
        format!("SessionWindow {mode}, {}", self.core.layout().key_format)
    }

    fn run(self: Arc<Self>, inputs: Vec<SendableRecordBatchStream>) -> BatchStream {
        let first = async move {
            let places = self.take_input(inputs).await?;
            Ok::<_, SparkError>((self, places))
        };
        let stream = futures::stream::once(first).flat_map(|started| match started {
            Ok((operator, places)) => operator.give(places),
            Err(error) => Box::pin(futures::stream::once(async { Err(error) })) as BatchStream,
        });
        Box::pin(stream)
    }
}

impl SessionOperator {
    /// Merges all of the input; says which keys may have something to give.
    async fn take_input(&self, inputs: Vec<SendableRecordBatchStream>) -> Result<Vec<Place>> {
        let mut batches = Vec::new();
        for mut input in inputs {
            while let Some(batch) = input.next().await {
                batches.push(batch.map_err(from_datafusion)?);
            }
        }
        let start = self.core.now();
        let (mut inner, mut work) = (self.inner.lock(), self.core.lock());
        if let Some(first) = batches.first() {
            let all = concat_batches(&first.schema(), &batches).map_err(SparkError::internal)?;
            inner.take(all, &mut work)?;
        }
        inner.count(&mut work);
        work.figures.update_time += self.core.since(start);
        match inner.options.mode {
            OutputMode::Complete => Ok(work.state_ref()?.all()),
            _ => Ok(inner.due(&work)),
        }
    }

    /// The results, some keys at a time; in append mode what is given goes.
    fn give(self: Arc<Self>, places: Vec<Place>) -> BatchStream {
        let stream = futures::stream::try_unfold((self, places, 0), |(operator, places, from)| {
            let to = (from + KEYS_A_BATCH).min(places.len());
            let next = operator.next_batch(&places[from..to]);
            async move { Ok(next?.map(|batch| (batch, (operator, places, to)))) }
        });
        Box::pin(stream)
    }

    fn next_batch(&self, places: &[Place]) -> Result<Option<RecordBatch>> {
        if places.is_empty() {
            return Ok(None);
        }
        let start = self.core.now();
        let (mut inner, mut work) = (self.inner.lock(), self.core.lock());
        let batch = match inner.options.mode {
            OutputMode::Complete => inner.results(work.state_ref()?, places, i64::MAX)?,
            _ => {
                let limit = limit(&work);
                let batch = inner.results(work.state_ref()?, places, limit)?;
                let removed = inner.remove(work.state()?, places, limit)?;
                work.figures.rows_removed += removed;
                work.figures.removal_time += self.core.since(start);
                batch
            }
        };
        inner.count(&mut work);
        work.figures.rows_out += batch.num_rows() as u64;
        Ok(Some(batch))
    }
}

/// Sessions that end here or earlier have had their time, in microseconds.
fn limit(work: &Work) -> i64 {
    work.times.evict.saturating_mul(1000)
}

impl Inner {
    /// Finds when sessions end and how many there are, after the state was opened.
    fn index(&mut self, state: &StatePartitions) -> Result<()> {
        self.expiry.clear();
        self.total = 0;
        for place in state.all() {
            for session in read(state.value(place).unwrap_or_default())? {
                self.total += 1;
                self.note(session.span.end, place);
            }
        }
        Ok(())
    }

    fn note(&mut self, end: i64, place: Place) {
        if self.options.event.is_some() && self.options.mode != OutputMode::Complete {
            self.expiry.add(end, place);
        }
    }

    fn count(&self, work: &mut Work) {
        work.rows = Some(self.total);
        work.measure();
    }

    /// The keys that may have a session whose time is over, each once. A session that
    /// grew has left an earlier moment behind, so the keys have to be asked.
    fn due(&mut self, work: &Work) -> Vec<Place> {
        let due = self.expiry.take_due(limit(work));
        let mut places: Vec<_> = due.into_iter().map(|(_, place)| place).collect();
        places.sort_unstable();
        places.dedup();
        places
    }

    /// Merges what a batch brings: rows of key, start, end and states.
    fn take(&mut self, batch: RecordBatch, work: &mut Work) -> Result<()> {
        let batch = match self.options.merge_first {
            true => self.merged_alone(&batch)?,
            false => batch,
        };
        let event = self.options.event;
        let event = event.filter(|_| self.options.mode != OutputMode::Complete);
        let (batch, dropped) = drop_late(batch, event, work.times.late)?;
        work.figures.rows_dropped += dropped;
        work.figures.rows_in += batch.num_rows() as u64;
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let state = work.state()?;
        let keys = self.key_rows(&batch)?;
        let mut places = Vec::with_capacity(batch.num_rows());
        state.places(keys.iter().map(|row| row.data()), &mut places);
        let spans = self.spans(&batch);
        let mut changes = Changes::default();
        for (place, rows) in runs(&places, &spans) {
            let held = read(state.value(place).unwrap_or_default())?;
            changes.add(place, &held, &rows);
        }
        let columns = &batch.columns()[self.others + 2..];
        let states = changes.states(&self.accumulating, columns)?;
        let states = self.accumulating.rows(&states)?;
        let touched = changes.values(states.as_ref())?;
        let (before, after) = (changes.before, changes.sessions.len() as u64);
        self.total = self.total + after - before;
        let gone = changes.gone;
        for key in touched {
            state.set(key.place, &key.value);
            for end in key.ends {
                self.note(end, key.place);
            }
        }
        work.figures.rows_updated += after;
        work.figures.rows_removed += gone;
        Ok(())
    }

    /// The rows of a batch with its sessions merged among themselves.
    fn merged_alone(&self, batch: &RecordBatch) -> Result<RecordBatch> {
        let keys = self.key_rows(batch)?;
        let spans = self.spans(batch);
        let keys: Vec<_> = keys.iter().collect();
        let mut changes = Changes::default();
        let mut firsts = Vec::new();
        for (_, rows) in runs(&keys, &spans) {
            let before = changes.sessions.len();
            changes.add(Place::default(), &[], &rows);
            let first = rows.first().map_or(0, |(_, row)| *row as u64);
            firsts.extend(std::iter::repeat_n(first, changes.sessions.len() - before));
        }
        let (keys, states) = batch.columns().split_at(self.others + 2);
        let firsts = UInt64Array::from(firsts);
        let mut columns = Vec::with_capacity(batch.num_columns());
        for key in &keys[..self.others] {
            columns.push(take(key, &firsts, None).map_err(SparkError::internal)?);
        }
        let spans: Vec<_> = changes.sessions.iter().map(|(span, _)| *span).collect();
        columns.extend(times(&spans, keys[self.others].data_type()));
        columns.extend(changes.states(&self.accumulating, states)?);
        RecordBatch::try_new(batch.schema(), columns).map_err(SparkError::internal)
    }

    fn key_rows(&self, batch: &RecordBatch) -> Result<Rows> {
        self.keys
            .convert_columns(&batch.columns()[..self.others])
            .map_err(SparkError::internal)
    }

    fn spans(&self, batch: &RecordBatch) -> Vec<Span> {
        let times = |index: usize| {
            let column = batch.column(index);
            column.as_primitive::<TimestampMicrosecondType>().values()
        };
        let (starts, ends) = (times(self.others), times(self.others + 1));
        let both = starts.iter().zip(ends);
        both.map(|(start, end)| Span {
            start: *start,
            end: *end,
        })
        .collect()
    }

    /// The sessions of some keys that end at a limit or before it, under the plan's
    /// schema.
    fn results(
        &self,
        state: &StatePartitions,
        places: &[Place],
        limit: i64,
    ) -> Result<RecordBatch> {
        let (mut owners, mut spans, mut states) = (Vec::new(), Vec::new(), Vec::new());
        for place in places {
            let sessions = read(state.value(*place).unwrap_or_default())?;
            for session in sessions.iter().filter(|s| s.span.end <= limit) {
                owners.push(*place);
                spans.push(session.span);
                states.push(session.state);
            }
        }
        let parser = self.keys.parser();
        let keys = owners.iter().map(|place| parser.parse(state.key(*place)));
        let mut columns = self.keys.convert_rows(keys).map_err(SparkError::internal)?;
        columns.extend(times(&spans, self.schema.field(self.others).data_type()));
        let groups: Vec<usize> = (0..spans.len()).collect();
        let states = self.accumulating.columns(states)?;
        columns.extend(self.accumulating.evaluated(&states, &groups, spans.len())?);
        RecordBatch::try_new(Arc::clone(&self.schema), columns).map_err(SparkError::internal)
    }

    /// Takes those sessions out of the state; how many they were.
    fn remove(&mut self, state: &mut StatePartitions, places: &[Place], limit: i64) -> Result<u64> {
        let mut removed = 0;
        for place in places {
            let sessions = read(state.value(*place).unwrap_or_default())?;
            let before = sessions.len();
            let staying: Vec<_> = sessions.iter().filter(|s| s.span.end > limit).collect();
            if staying.len() == before {
                continue;
            }
            removed += (before - staying.len()) as u64;
            let mut value = Vec::new();
            for session in staying {
                write(&mut value, session.span, session.state)?;
            }
            if value.is_empty() {
                state.remove(*place);
            } else {
                state.set(*place, &value);
            }
        }
        self.total -= removed;
        Ok(removed)
    }
}

/// Spans as columns of starts and ends.
fn times(spans: &[Span], data_type: &DataType) -> [ArrayRef; 2] {
    let column = |of: fn(&Span) -> i64| {
        let values = TimestampMicrosecondArray::from_iter_values(spans.iter().map(of));
        Arc::new(values.with_data_type(data_type.clone())) as ArrayRef
    };
    [column(|span| span.start), column(|span| span.end)]
}
