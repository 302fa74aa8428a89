//! `dropDuplicates` on a stream: a row goes on if no row with its keys came before.
//!
//! A key is the row format of the key columns. Without a watermark, or where no key
//! is an event time, keys stay forever; else until the watermark passes the key's
//! own time. `dropDuplicatesWithinWatermark` keeps each key for the watermark's delay
//! after the first row's time, and has that moment as its value.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, RecordBatch};
use arrow::compute::filter_record_batch;
use arrow::datatypes::SchemaRef;
use arrow::row::{RowConverter, SortField};
use datafusion::execution::SendableRecordBatchStream;
use futures::StreamExt;
use parking_lot::Mutex;

use super::core::{OperatorCore, StatefulOperator, Work};
use super::event_time::{EventColumn, Moments, drop_late};
use super::exec::{BatchStream, Operation};
use super::expiry::ExpiryIndex;
use super::keys::normal;
use super::{Place, StatePartitions};
use crate::engine::from_datafusion;
use crate::error::{Result, SparkError};
use crate::streaming::state::StateLayout;
use crate::time::Clock;

/// How long a key is remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Memory {
    /// Until the watermark passes the time in the key column with this position
    /// among the keys, or forever.
    Key(Option<usize>),
    /// For this many microseconds after the time of its first row.
    Within(i64),
}

pub struct DeduplicateOperator {
    core: OperatorCore,
    keys: Vec<usize>,
    /// The event time of a row, among all columns.
    event: Option<EventColumn>,
    memory: Memory,
    inner: Mutex<Inner>,
}

struct Inner {
    converter: RowConverter,
    expiry: ExpiryIndex,
}

impl DeduplicateOperator {
    pub fn new(
        schema: &SchemaRef,
        keys: Vec<usize>,
        event: Option<EventColumn>,
        within: Option<i64>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self> {
        let types: Vec<_> = keys
            .iter()
            .map(|key| schema.field(*key).data_type().clone())
            .collect();
        let names: Vec<_> = types.iter().map(ToString::to_string).collect();
        let fields = types.into_iter().map(SortField::new).collect();
        let converter = RowConverter::new(fields).map_err(SparkError::internal)?;
        let (memory, name, value) = match within {
            Some(delay) => (Memory::Within(delay), "dedupeWithinWatermark", "i64 expiry"),
            None => {
                let among = event.and_then(|e| keys.iter().position(|key| *key == e.index));
                (Memory::Key(among), "dedupe", "nothing")
            }
        };
        let layout = StateLayout::new(format!("row1({})", names.join(",")), value);
        Ok(Self {
            core: OperatorCore::new(name, layout, clock),
            keys,
            event,
            memory,
            inner: Mutex::new(Inner {
                converter,
                expiry: ExpiryIndex::default(),
            }),
        })
    }

    fn pass(&self, batch: RecordBatch) -> Result<RecordBatch> {
        let start = self.core.now();
        let mut inner = self.inner.lock();
        let mut work = self.core.lock();
        let late = work.times.late;
        let (batch, dropped) = drop_late(batch, self.event, late)?;
        work.figures.rows_dropped += dropped;
        work.figures.rows_in += batch.num_rows() as u64;
        let columns: Vec<ArrayRef> = self
            .keys
            .iter()
            .map(|key| batch.column(*key).clone())
            .collect();
        let rows = inner
            .converter
            .convert_columns(&normal(&columns))
            .map_err(SparkError::internal)?;
        let moments = self
            .event
            .map(|e| Moments::of(batch.column(e.index), e.kind))
            .transpose()?;
        let mut places = Vec::with_capacity(batch.num_rows());
        let state = work.state()?;
        state.places(rows.iter().map(|row| row.data()), &mut places);
        let mut fresh = Vec::with_capacity(batch.num_rows());
        for (row, place) in places.into_iter().enumerate() {
            let new = state.value(place).is_none();
            fresh.push(new);
            if new {
                let moment = moments.as_ref().and_then(|m| m.get(row));
                self.remember(state, &mut inner.expiry, place, moment);
            }
        }
        let fresh = BooleanArray::from(fresh);
        work.figures.rows_updated += fresh.true_count() as u64;
        work.figures.rows_out += fresh.true_count() as u64;
        work.figures.update_time += self.core.since(start);
        filter_record_batch(&batch, &fresh).map_err(SparkError::internal)
    }

    fn remember(
        &self,
        state: &mut StatePartitions,
        expiry: &mut ExpiryIndex,
        place: Place,
        moment: Option<i64>,
    ) {
        let until = match self.memory {
            Memory::Within(delay) => {
                // A row without a time counts as one at the epoch, as in Spark.
                let until = moment.unwrap_or(0).saturating_add(delay);
                state.set(place, &until.to_le_bytes());
                Some(until)
            }
            Memory::Key(among) => {
                state.set(place, &[]);
                among.and(moment)
            }
        };
        if let Some(until) = until {
            expiry.add(until, place);
        }
    }

    /// Forgets the keys whose time is over.
    fn forget(&self) -> Result<()> {
        let start = self.core.now();
        let (mut inner, mut work) = (self.inner.lock(), self.core.lock());
        let limit = work.times.evict.saturating_mul(1000);
        let due = inner.expiry.take_due(limit);
        let state = work.state()?;
        for (_, place) in &due {
            state.remove(*place);
        }
        work.figures.rows_removed += due.len() as u64;
        work.measure();
        work.figures.removal_time += self.core.since(start);
        Ok(())
    }

    fn index(&self, inner: &mut Inner, work: &Work) -> Result<()> {
        inner.expiry.clear();
        let state = work.state_ref()?;
        for places in state.all().chunks(8192) {
            match self.memory {
                Memory::Within(_) => {
                    for place in places {
                        let bytes = state.value(*place).and_then(|v| v.first_chunk::<8>());
                        if let Some(bytes) = bytes {
                            inner.expiry.add(i64::from_le_bytes(*bytes), *place);
                        }
                    }
                }
                Memory::Key(Some(among)) => {
                    let parser = inner.converter.parser();
                    let rows = places.iter().map(|place| parser.parse(state.key(*place)));
                    let keys = inner
                        .converter
                        .convert_rows(rows)
                        .map_err(SparkError::internal)?;
                    let Some(event) = self.event else { continue };
                    let moments = Moments::of(&keys[among], event.kind)?;
                    for (row, place) in places.iter().enumerate() {
                        if let Some(moment) = moments.get(row) {
                            inner.expiry.add(moment, *place);
                        }
                    }
                }
                Memory::Key(None) => {}
            }
        }
        Ok(())
    }
}

impl StatefulOperator for DeduplicateOperator {
    fn core(&self) -> &OperatorCore {
        &self.core
    }

    fn earliest(&self) -> Option<i64> {
        self.inner.lock().expiry.earliest()
    }

    fn releases(&self) -> bool {
        false
    }

    fn opened(&self) -> Result<()> {
        let (mut inner, work) = (self.inner.lock(), self.core.lock());
        self.index(&mut inner, &work)
    }
}

impl Operation for DeduplicateOperator {
    fn describe(&self) -> String {
        format!("{} {:?}", self.core.name(), self.keys)
    }

    fn run(self: Arc<Self>, inputs: Vec<SendableRecordBatchStream>) -> BatchStream {
        let operator = Arc::clone(&self);
        let passed = futures::stream::iter(inputs)
            .flatten()
            .map(move |batch| operator.pass(batch.map_err(from_datafusion)?));
        let last = futures::stream::once(async move { self.forget() })
            .filter_map(async |done| done.err().map(Err));
        Box::pin(passed.chain(last))
    }
}
