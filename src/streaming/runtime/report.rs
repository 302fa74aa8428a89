//! The records of a query's batches, and of looks for data that found none.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::driver::{Batch, Driver};
use super::row_json::row_as_json;
use crate::error::Result;
use crate::plan::Metrics;
use crate::streaming::incremental::from_the_sink;
use crate::streaming::progress::{
    EventTimeStats, ObservedMetrics, ObservedRow, ObservedRows, Phase, SinkProgress, SourceSummary,
    StateOperatorProgress, TriggerSummary,
};

impl Driver {
    /// Records the batch's progress and goes on to the next.
    pub(super) fn report(&mut self, batch: Batch, rows: u64, times: EventTimeStats) -> Result<()> {
        let (observed_metrics, observed_rows) = self.observed()?;
        let took = self.since(batch.start);
        let mut durations = batch.durations;
        durations.add(Phase::TriggerExecution, took);
        let starts = std::mem::replace(&mut self.committed, batch.ends.clone());
        let sources = self
            .sources
            .iter()
            .zip(&self.plan.leaves)
            .zip(starts.into_iter().zip(batch.ends))
            .zip(batch.reported.into_iter().chain(std::iter::repeat(None)))
            .map(|(((source, leaf), (start, end)), reported)| {
                Ok(SourceSummary {
                    description: source.description(),
                    metrics: source.metrics(end.as_deref())?,
                    start_offset: start,
                    end_offset: end,
                    latest_offset: reported,
                    num_input_rows: leaf.slot.rows_read(),
                })
            })
            .collect::<Result<_>>()?;
        let explanation = Arc::new(self.explanation(batch.id.0, rows, false));
        self.setup.query.explain_output(Arc::clone(&explanation));
        let summary = TriggerSummary {
            id: self.setup.query.id(),
            run_id: self.setup.query.run_id(),
            name: self.setup.query.name().map(str::to_string),
            batch_id: batch.id.0,
            started_at_millis: batch.started_millis,
            since_last_trigger: self
                .last_trigger
                .map(|last| batch.start.saturating_sub(last)),
            took,
            durations,
            event_time: self.watermark.exists().then_some((batch.watermark, times)),
            state_operators: self.operator_progress(),
            sources,
            sink: SinkProgress {
                description: self.setup.sink.description(),
                num_output_rows: Some(rows),
                ..SinkProgress::default()
            },
            observed_metrics,
            observed_rows,
            explanation: Some(explanation),
        };
        self.setup.query.publish(summary.into_progress());
        self.last_trigger = Some(batch.start);
        self.last_report = Some(self.setup.clock.now_millis());
        self.next = batch.id.next();
        Ok(())
    }

    /// What is observed of the batch, as the record has it and as listeners are told.
    fn observed(&self) -> Result<(ObservedMetrics, ObservedRows)> {
        let zone = self.setup.session.conf.zone()?;
        let (mut metrics, mut rows) = (ObservedMetrics::new(), ObservedRows::new());
        for observing in &self.plan.observations {
            let Metrics { schema, row } = observing.metrics()?;
            let name = &observing.watched.name;
            metrics.insert(name.clone(), row_as_json(&schema, &row, zone));
            rows.insert(name.clone(), ObservedRow { schema, row });
        }
        Ok((metrics, rows))
    }

    fn operator_progress(&self) -> Vec<StateOperatorProgress> {
        let millis = |d: Duration| u64::try_from(d.as_millis()).unwrap_or(u64::MAX);
        from_the_sink(&self.plan.operators)
            .into_iter()
            .map(|operator| {
                let core = operator.core();
                let figures = core.figures();
                StateOperatorProgress {
                    operator_name: core.name().into(),
                    num_rows_total: figures.rows_total,
                    num_rows_updated: figures.rows_updated,
                    num_rows_removed: figures.rows_removed,
                    num_rows_dropped_by_watermark: figures.rows_dropped,
                    all_removals_time_ms: millis(figures.removal_time),
                    all_updates_time_ms: millis(figures.update_time),
                    commit_time_ms: millis(figures.commit_time),
                    memory_used_bytes: figures.memory_bytes,
                    num_shuffle_partitions: figures.partitions,
                    num_state_store_instances: figures.partitions,
                    custom_metrics: BTreeMap::from([(
                        "stateOnCurrentVersionSizeBytes".to_string(),
                        i64::try_from(figures.memory_bytes).unwrap_or(i64::MAX),
                    )]),
                }
            })
            .collect()
    }

    /// Says now and then that there was nothing to do: with the first look of a run
    /// that finds nothing, and then as often as the setting says.
    pub(super) fn report_idle(&mut self, look: Batch) {
        let now = self.setup.clock.now_millis();
        let due = self
            .last_report
            .is_none_or(|last| now.saturating_sub(last) >= self.idle_interval);
        if !due {
            return;
        }
        let told = self.last_report.replace(now).is_some();
        let explanation = Arc::new(self.explanation(self.next.0, 0, true));
        self.setup.query.explain_output(Arc::clone(&explanation));
        let last = self.setup.query.last_record();
        let took = self.since(look.start);
        let mut durations = look.durations;
        durations.add(Phase::TriggerExecution, took);
        let operators = last.iter().flat_map(|last| &last.state_operators);
        let summary = TriggerSummary {
            id: self.setup.query.id(),
            run_id: self.setup.query.run_id(),
            name: self.setup.query.name().map(str::to_string),
            batch_id: self.next.0,
            started_at_millis: look.started_millis,
            since_last_trigger: self
                .last_trigger
                .map(|last| look.start.saturating_sub(last)),
            durations,
            took,
            event_time: self
                .watermark
                .exists()
                .then(|| (self.watermark.current(), EventTimeStats::default())),
            state_operators: operators.map(StateOperatorProgress::idle).collect(),
            sources: self
                .sources
                .iter()
                .zip(self.committed.iter().zip(look.reported))
                .map(|(source, (at, reported))| SourceSummary {
                    description: source.description(),
                    start_offset: at.clone(),
                    end_offset: at.clone(),
                    latest_offset: reported,
                    metrics: source.metrics(at.as_deref()).unwrap_or_default(),
                    num_input_rows: 0,
                })
                .collect(),
            sink: SinkProgress {
                description: self.setup.sink.description(),
                num_output_rows: Some(0),
                ..SinkProgress::default()
            },
            explanation: Some(explanation),
            ..TriggerSummary::default()
        };
        let progress = summary.into_progress();
        self.setup.query.publish_idle(progress, told);
    }
}
