//! `transformWithState`: an object of the user's with state variables and timers,
//! called once a batch. Which variables there are is the object's own business; this
//! operator keeps their bytes, calls when a timer is due, and counts.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::execution::SendableRecordBatchStream;

use super::super::core::{OperatorCore, StatefulOperator};
use super::super::exec::{BatchStream, Operation, answer};
use super::entries::Entries;
use super::{Grouper, GroupsSetup, check_not_late, collected, decoded, note_output, renamed};
use crate::analysis::GroupedInput;
use crate::error::{Result, SparkError};
use crate::plan::groups::{
    GroupTimeout, GroupTimes, Groups, InitialRows, Processor, ProcessorCall, StateBytes, tag,
};
use crate::streaming::state::StateLayout;
use crate::time::Clock;

pub struct ProcessorOperator {
    entries: Arc<Entries>,
    setup: GroupsSetup,
    timeout: GroupTimeout,
    processor: Arc<dyn Processor>,
    grouper: Grouper,
    initial: Option<Grouper>,
}

impl ProcessorOperator {
    pub fn new(
        name: &'static str,
        setup: GroupsSetup,
        inputs: &[SchemaRef],
        initial: Option<&GroupedInput>,
        processor: Arc<dyn Processor>,
        timeout: GroupTimeout,
        clock: Arc<dyn Clock>,
    ) -> Result<Self> {
        let Some(input) = inputs.first() else {
            return Err(SparkError::internal("a processor has an input"));
        };
        let grouper = Grouper::new(&setup.grouped, input)?;
        let initial = match (initial, inputs.get(1)) {
            (Some(grouped), Some(schema)) => {
                let begin = Grouper::new(grouped, schema)?;
                if begin.key_format() != grouper.key_format() {
                    return Err(SparkError::not_implemented(
                        "an initial state whose keys have other types than the stream's",
                    ));
                }
                Some(begin)
            }
            _ => None,
        };
        // The variables' own types are entries themselves: one may be added later.
        let key = format!("processor1({})", grouper.key_format());
        let layout = StateLayout::new(key, "i64 due, variable");
        Ok(Self {
            entries: Arc::new(Entries::new(OperatorCore::new(name, layout, clock))),
            setup,
            timeout,
            processor,
            grouper,
            initial,
        })
    }

    async fn batch(
        self: Arc<Self>,
        inputs: Vec<SendableRecordBatchStream>,
    ) -> Result<Vec<RecordBatch>> {
        let mut inputs = inputs.into_iter();
        let Some(input) = inputs.next() else {
            return Err(SparkError::internal("a processor has an input"));
        };
        let core = &self.entries.core;
        let late = core.times().late;
        let (batches, dropped) = collected(input, self.setup.event, late).await?;
        {
            let figures = &mut core.lock().figures;
            figures.rows_dropped += dropped;
            figures.rows_in += batches.iter().map(|b| b.num_rows() as u64).sum::<u64>();
        }
        let initial = match inputs.next() {
            Some(input) if self.entries.get(&[tag::BEGUN])?.is_none() => {
                collected(input, None, 0).await?.0
            }
            _ => Vec::new(),
        };
        // The processor is the user's and may take its time.
        tokio::task::block_in_place(|| self.process(&batches, &initial))
    }

    fn process(
        &self,
        batches: &[RecordBatch],
        initial: &[RecordBatch],
    ) -> Result<Vec<RecordBatch>> {
        let core = &self.entries.core;
        let start = core.now();
        let (groups, keys) = self.grouper.groups(batches)?;
        let (groups, keys, initial) = match &self.initial {
            Some(grouper) if !initial.is_empty() => {
                self.with_initial(groups, keys, grouper.groups(initial)?)?
            }
            _ => (groups, keys, None),
        };
        if self.initial.is_some() {
            self.entries.put(&[tag::BEGUN], None, &[])?;
        }
        let times = core.times();
        let rows = self.processor.call(ProcessorCall {
            groups,
            initial,
            key_bytes: keys,
            state: Arc::clone(&self.entries) as Arc<dyn StateBytes>,
            times: GroupTimes {
                batch: times.batch,
                watermark: self.setup.marked.then_some(times.evict),
            },
        })?;
        check_not_late(&rows, self.setup.event_out, times.late)?;
        let total = self.entries.count(tag::COUNTED);
        let mut work = core.lock();
        note_output(&mut work, &rows);
        work.uncounted = (work.state_ref()?.len() as u64).saturating_sub(total);
        work.measure();
        work.figures.update_time += core.since(start);
        drop(work);
        renamed(rows, &self.setup.output)
    }

    /// The groups of both, with the rows of each; a key may have rows of one alone.
    fn with_initial(
        &self,
        groups: Groups,
        keys: Vec<Vec<u8>>,
        (begin, begin_keys): (Groups, Vec<Vec<u8>>),
    ) -> Result<(Groups, Vec<Vec<u8>>, Option<InitialRows>)> {
        let mut all: Vec<Vec<u8>> = keys.iter().chain(&begin_keys).cloned().collect();
        all.sort_unstable();
        all.dedup();
        let starts = |own: &[Vec<u8>], at: &[usize]| -> Vec<usize> {
            let ends = all.iter().map(|key| at[own.partition_point(|k| k <= key)]);
            std::iter::once(0).chain(ends).collect()
        };
        let initial = InitialRows {
            starts: starts(&begin_keys, &begin.starts),
            rows: begin.rows,
        };
        let converter = &self.grouper.converter;
        let groups = Groups {
            starts: starts(&keys, &groups.starts),
            keys: decoded(converter, &self.grouper.key_schema, &all)?,
            rows: groups.rows,
        };
        Ok((groups, all, Some(initial)))
    }
}

impl StatefulOperator for ProcessorOperator {
    fn core(&self) -> &OperatorCore {
        &self.entries.core
    }

    fn opened(&self) -> Result<()> {
        self.entries.opened()
    }

    fn earliest(&self) -> Option<i64> {
        match self.timeout {
            GroupTimeout::EventTime => self.entries.earliest(tag::TIMER).map(super::micros),
            _ => None,
        }
    }

    fn output_watermark(&self, input: i64) -> Option<i64> {
        (self.timeout == GroupTimeout::EventTime).then_some(input)
    }

    fn wants_batch(&self, next: i64) -> bool {
        match self.timeout {
            GroupTimeout::Never => false,
            GroupTimeout::EventTime => next > self.core().times().evict,
            GroupTimeout::ProcessingTime => {
                let now = self.core().now_millis();
                // What only stops being there can wait for the next batch.
                let earliest = self.entries.earliest(tag::TIMER);
                earliest.is_some_and(|moment| moment <= now)
            }
        }
    }
}

impl Operation for ProcessorOperator {
    fn describe(&self) -> String {
        let keys = self.setup.grouped.keys.join(", ");
        format!("{} [{keys}], {:?}", self.core().name(), self.timeout)
    }

    fn run(self: Arc<Self>, inputs: Vec<SendableRecordBatchStream>) -> BatchStream {
        answer(self.batch(inputs))
    }
}
