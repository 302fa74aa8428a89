//! `applyInPandasWithState`: each group's state is one row of the declared type, and
//! may have a moment at which the group's time is over.
//!
//! A value is that moment in milliseconds (8 bytes, -1 for none), whether there is a
//! state (1 byte: a group may have a moment alone), and the state in the row format.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use arrow::row::RowConverter;
use datafusion::execution::SendableRecordBatchStream;
use parking_lot::Mutex;

use super::super::core::{OperatorCore, StatefulOperator, Work};
use super::super::exec::{BatchStream, Operation, answer};
use super::super::expiry::ExpiryIndex;
use super::super::{Place, StatePartitions};
use super::{
    Grouper, GroupsSetup, collected, decoded, micros, note_output, renamed, row_converter, types_of,
};
use crate::error::{Result, SparkError};
use crate::plan::groups::{
    GroupTimeout, GroupTimes, Groups, StateAnswer, StateCall, StateChange, StateFunction,
};
use crate::streaming::state::StateLayout;
use crate::time::Clock;
use crate::types::StructType;

const NONE: i64 = -1;

pub struct WithStateOperator {
    core: OperatorCore,
    setup: GroupsSetup,
    timeout: GroupTimeout,
    function: Arc<dyn StateFunction>,
    grouper: Grouper,
    state_schema: SchemaRef,
    states: RowConverter,
    expiry: Mutex<ExpiryIndex>,
}

impl WithStateOperator {
    pub fn new(
        setup: GroupsSetup,
        input: &SchemaRef,
        function: Arc<dyn StateFunction>,
        state: &StructType,
        timeout: GroupTimeout,
        clock: Arc<dyn Clock>,
    ) -> Result<Self> {
        let grouper = Grouper::new(&setup.grouped, input)?;
        let state_schema = Arc::new(state.to_arrow());
        let value = format!("i64 timeout, u8 defined, row1({})", types_of(&state_schema));
        let layout = StateLayout::new(grouper.key_format(), value);
        Ok(Self {
            core: OperatorCore::new("applyInPandasWithState", layout, clock),
            states: row_converter(&state_schema)?,
            setup,
            timeout,
            function,
            grouper,
            state_schema,
            expiry: Mutex::default(),
        })
    }

    async fn batch(
        self: Arc<Self>,
        inputs: Vec<SendableRecordBatchStream>,
    ) -> Result<Vec<RecordBatch>> {
        let Some(input) = inputs.into_iter().next() else {
            return Err(SparkError::internal("a function of groups has an input"));
        };
        let late = self.core.times().late;
        let (batches, dropped) = collected(input, self.setup.event, late).await?;
        {
            let figures = &mut self.core.lock().figures;
            figures.rows_dropped += dropped;
            figures.rows_in += batches.iter().map(|b| b.num_rows() as u64).sum::<u64>();
        }
        // The function is the user's and may take its time.
        tokio::task::block_in_place(|| self.process(&batches))
    }

    fn process(&self, batches: &[RecordBatch]) -> Result<Vec<RecordBatch>> {
        let start = self.core.now();
        let (groups, keys) = self.grouper.groups(batches)?;
        let mut places = Vec::with_capacity(keys.len());
        let state_keys = keys.iter().map(Vec::as_slice);
        self.core.state()?.places(state_keys, &mut places);
        let mut rows = self.call(groups, &places, false)?;
        self.core.lock().figures.update_time += self.core.since(start);

        let start = self.core.now();
        let (places, keys) = self.timed_out()?;
        rows.extend(self.call(self.grouper.of_keys(&keys)?, &places, true)?);
        let mut work = self.core.lock();
        note_output(&mut work, &rows);
        work.measure();
        work.figures.removal_time += self.core.since(start);
        renamed(rows, &self.setup.output)
    }

    fn call(&self, groups: Groups, places: &[Place], timed_out: bool) -> Result<Vec<RecordBatch>> {
        if groups.is_empty() {
            return Ok(Vec::new());
        }
        let times = self.core.times();
        let (defined, states) = self.read(places)?;
        // Without the lock: the function may look at the query.
        let answer = self.function.call(StateCall {
            groups,
            defined,
            states,
            timed_out,
            times: GroupTimes {
                batch: times.batch,
                watermark: self.setup.marked.then_some(times.evict),
            },
        })?;
        self.write(places, &answer)?;
        Ok(answer.rows)
    }

    /// The states at these places: which are there, and their rows.
    fn read(&self, places: &[Place]) -> Result<(Vec<bool>, RecordBatch)> {
        let state = self.core.state()?;
        let stored: Vec<_> = places.iter().map(|p| row_of(state.value(*p))).collect();
        let rows: Vec<&[u8]> = stored.iter().flatten().copied().collect();
        let rows = decoded(&self.states, &self.state_schema, &rows)?;
        Ok((stored.iter().map(Option::is_some).collect(), rows))
    }

    fn write(&self, places: &[Place], answer: &StateAnswer) -> Result<()> {
        if answer.changes.len() != places.len() {
            return Err(SparkError::internal("a function of groups lost a group"));
        }
        let columns = answer.states.columns();
        let rows = self
            .states
            .convert_columns(columns)
            .map_err(SparkError::internal)?;
        let (mut work, mut expiry) = (self.core.lock(), self.expiry.lock());
        let mut next = 0;
        for (place, change) in places.iter().zip(&answer.changes) {
            let row = change.defined.then(|| {
                next += 1;
                rows.row(next - 1)
            });
            let bytes = row.as_ref().map(arrow::row::Row::data);
            apply(&mut work, &mut expiry, *place, *change, bytes)?;
        }
        Ok(())
    }

    /// The groups whose time is over.
    fn timed_out(&self) -> Result<(Vec<Place>, Vec<Vec<u8>>)> {
        let work = self.core.lock();
        // Before the moment that is now: a timeout at the watermark is not over.
        let limit = match self.timeout {
            GroupTimeout::Never => return Ok((Vec::new(), Vec::new())),
            GroupTimeout::ProcessingTime => work.times.batch,
            GroupTimeout::EventTime => work.times.evict,
        };
        let state = work.state_ref()?;
        let mut due = self.expiry.lock().take_due(micros(limit - 1));
        due.retain(|(moment, place)| micros(timeout_of(state, *place)) == *moment);
        due.sort_unstable();
        due.dedup();
        let keys = due.iter().map(|(_, p)| state.key(*p).to_vec()).collect();
        Ok((due.into_iter().map(|(_, place)| place).collect(), keys))
    }
}

/// What a call made of one group, as Spark writes it down.
fn apply(
    work: &mut Work,
    expiry: &mut ExpiryIndex,
    place: Place,
    change: StateChange,
    row: Option<&[u8]>,
) -> Result<()> {
    let state = work.state()?;
    if change.removed && change.timeout.is_none() {
        state.remove(place);
        work.figures.rows_removed += 1;
        return Ok(());
    }
    if change.updated || change.removed || change.timeout.is_some() {
        let mut value = change.timeout.unwrap_or(NONE).to_le_bytes().to_vec();
        value.push(u8::from(row.is_some()));
        value.extend_from_slice(row.unwrap_or_default());
        state.set(place, &value);
        work.figures.rows_updated += 1;
    }
    // Also where nothing was written: the old moment is over and over again.
    let moment = timeout_of(work.state_ref()?, place);
    if moment != NONE {
        expiry.add(micros(moment), place);
    }
    Ok(())
}

fn timeout_of(state: &StatePartitions, place: Place) -> i64 {
    let bytes = state
        .value(place)
        .and_then(|value| value.first_chunk::<8>());
    bytes.map_or(NONE, |bytes| i64::from_le_bytes(*bytes))
}

/// The state in a value, if there is one.
fn row_of(value: Option<&[u8]>) -> Option<&[u8]> {
    match value?.get(8..)? {
        [1, row @ ..] => Some(row),
        _ => None,
    }
}

impl StatefulOperator for WithStateOperator {
    fn core(&self) -> &OperatorCore {
        &self.core
    }

    fn opened(&self) -> Result<()> {
        let (state, mut expiry) = (self.core.state()?, self.expiry.lock());
        expiry.clear();
        for place in state.all() {
            let moment = timeout_of(&state, place);
            if moment != NONE {
                expiry.add(micros(moment), place);
            }
        }
        Ok(())
    }

    fn earliest(&self) -> Option<i64> {
        match self.timeout {
            // A timeout fires once the watermark is after it.
            GroupTimeout::EventTime => self.expiry.lock().earliest().map(|m| m + micros(1)),
            _ => None,
        }
    }

    /// Nothing says that a column of what comes out has to do with the watermark.
    fn output_watermark(&self, _: i64) -> Option<i64> {
        None
    }

    fn wants_batch(&self, next: i64) -> bool {
        match self.timeout {
            GroupTimeout::Never => false,
            GroupTimeout::EventTime => next > self.core.times().evict,
            GroupTimeout::ProcessingTime => {
                let earliest = self.expiry.lock().earliest();
                earliest.is_some_and(|moment| moment < micros(self.core.now_millis()))
            }
        }
    }
}

impl Operation for WithStateOperator {
    fn describe(&self) -> String {
        format!(
            "FlatMapGroupsInPandasWithState [{}], {:?}",
            self.setup.grouped.keys.join(", "),
            self.timeout
        )
    }

    fn run(self: Arc<Self>, inputs: Vec<SendableRecordBatchStream>) -> BatchStream {
        answer(self.batch(inputs))
    }
}
