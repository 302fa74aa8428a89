//! From the figures of a trigger to its record: the rates and the totals.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use super::duration::{Durations, millis};
use super::event_time::EventTimeStats;
use super::{
    Explanation, ObservedMetrics, ObservedRows, SinkProgress, SourceProgress,
    StateOperatorProgress, StreamingQueryProgress,
};

/// What the micro-batch loop knows at the end of a trigger.
#[derive(Debug, Clone, Default)]
pub struct TriggerSummary {
    pub id: Uuid,
    pub run_id: Uuid,
    pub name: Option<String>,
    pub batch_id: u64,
    /// Epoch milliseconds.
    pub started_at_millis: i64,
    /// From the start of the trigger before to the start of this one; none for
    /// the first trigger of a run.
    pub since_last_trigger: Option<Duration>,
    pub took: Duration,
    pub durations: Durations,
    /// The watermark (epoch milliseconds) and the times seen; none for a query
    /// without a watermark.
    pub event_time: Option<(i64, EventTimeStats)>,
    pub state_operators: Vec<StateOperatorProgress>,
    pub sources: Vec<SourceSummary>,
    pub sink: SinkProgress,
    pub observed_metrics: ObservedMetrics,
    pub observed_rows: ObservedRows,
    pub explanation: Option<Arc<Explanation>>,
}

#[derive(Debug, Clone, Default)]
pub struct SourceSummary {
    pub description: String,
    pub start_offset: Option<String>,
    pub end_offset: Option<String>,
    pub latest_offset: Option<String>,
    pub num_input_rows: u64,
    pub metrics: BTreeMap<String, String>,
}

impl TriggerSummary {
    pub fn into_progress(self) -> StreamingQueryProgress {
        let rows = self
            .sources
            .iter()
            .map(|source| source.num_input_rows)
            .sum();
        let (since, took) = (self.since_last_trigger, self.took);
        let event_time = self.event_time;
        StreamingQueryProgress {
            id: self.id,
            run_id: self.run_id,
            name: self.name,
            timestamp_millis: self.started_at_millis,
            batch_id: self.batch_id,
            batch_duration_millis: millis(took),
            num_input_rows: rows,
            input_rows_per_second: arriving(rows, since),
            processed_rows_per_second: per_second(rows, took),
            durations: self.durations,
            event_time: event_time
                .map(|(watermark, stats)| stats.to_json(watermark))
                .unwrap_or_default(),
            state_operators: self.state_operators,
            sources: self
                .sources
                .into_iter()
                .map(|source| source.into_progress(since, took))
                .collect(),
            sink: self.sink,
            observed_metrics: self.observed_metrics,
            observed_rows: self.observed_rows,
            explanation: self.explanation,
        }
    }
}

impl SourceSummary {
    fn into_progress(self, since: Option<Duration>, took: Duration) -> SourceProgress {
        SourceProgress {
            input_rows_per_second: arriving(self.num_input_rows, since),
            processed_rows_per_second: per_second(self.num_input_rows, took),
            description: self.description,
            start_offset: self.start_offset,
            end_offset: self.end_offset,
            latest_offset: self.latest_offset,
            num_input_rows: self.num_input_rows,
            metrics: self.metrics,
        }
    }
}

/// Spark says 0 for the first trigger, which has none before it.
fn arriving(rows: u64, since: Option<Duration>) -> f64 {
    since.map_or(0.0, |since| per_second(rows, since))
}

/// From the exact duration, not from whole milliseconds: a batch here often
/// takes less than one, and Spark's own division would then give no rate at all.
fn per_second(rows: u64, duration: Duration) -> f64 {
    rows as f64 / duration.as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::super::recorded::{IDLE, OBSERVED, STATEFUL, WATERMARK};
    use super::super::{Phase, pretty_python};
    use serde_json::Value;

    use super::*;

    fn ms(value: &Value) -> Duration {
        Duration::from_millis(value.as_u64().unwrap())
    }

    fn text(value: &Value) -> Option<String> {
        (!value.is_null()).then(|| value.to_string())
    }

    fn unix(value: &Value) -> i64 {
        let time = chrono::DateTime::parse_from_rfc3339(value.as_str().unwrap());
        time.unwrap().timestamp_millis()
    }

    /// Takes a record of Spark apart into what the loop would have known.
    fn summary_of(json: &Value) -> TriggerSummary {
        let mut summary = TriggerSummary {
            id: json["id"].as_str().unwrap().parse().unwrap(),
            run_id: json["runId"].as_str().unwrap().parse().unwrap(),
            name: json["name"].as_str().map(String::from),
            batch_id: json["batchId"].as_u64().unwrap(),
            started_at_millis: unix(&json["timestamp"]),
            took: ms(&json["batchDuration"]),
            ..Default::default()
        };
        let phases = [
            Phase::AddBatch,
            Phase::CommitOffsets,
            Phase::GetBatch,
            Phase::LatestOffset,
            Phase::QueryPlanning,
            Phase::TriggerExecution,
            Phase::WalCommit,
        ];
        for phase in phases {
            if let Some(took) = json["durationMs"].get(phase.key()) {
                summary.durations.add(phase, ms(took));
            }
        }
        if let Some(times) = json.get("eventTime") {
            let stats = EventTimeStats {
                max: unix(&times["max"]),
                min: unix(&times["min"]),
                avg: unix(&times["avg"]) as f64 + 0.9,
                count: 1,
            };
            summary.event_time = Some((unix(&times["watermark"]), stats));
        }
        let parts = |key: &str| json[key].as_array().unwrap().clone();
        summary.state_operators = parts("stateOperators").iter().map(operator_of).collect();
        summary.sources = parts("sources").iter().map(source_of).collect();
        summary.sink.description = json["sink"]["description"].as_str().unwrap().into();
        summary.sink.num_output_rows = json["sink"]["numOutputRows"].as_u64();
        if let Some(observed) = json.get("observedMetrics") {
            for (name, row) in observed.as_object().unwrap() {
                let row = row.as_object().unwrap().clone();
                summary.observed_metrics.insert(name.clone(), row);
            }
        }
        summary
    }

    fn source_of(json: &Value) -> SourceSummary {
        SourceSummary {
            description: json["description"].as_str().unwrap().into(),
            start_offset: text(&json["startOffset"]),
            end_offset: text(&json["endOffset"]),
            latest_offset: text(&json["latestOffset"]),
            num_input_rows: json["numInputRows"].as_u64().unwrap(),
            metrics: BTreeMap::new(),
        }
    }

    fn operator_of(json: &Value) -> StateOperatorProgress {
        let number = |key: &str| json[key].as_u64().unwrap();
        let custom = json["customMetrics"].as_object().unwrap();
        StateOperatorProgress {
            operator_name: json["operatorName"].as_str().unwrap().into(),
            num_rows_total: number("numRowsTotal"),
            num_rows_updated: number("numRowsUpdated"),
            all_updates_time_ms: number("allUpdatesTimeMs"),
            num_rows_removed: number("numRowsRemoved"),
            all_removals_time_ms: number("allRemovalsTimeMs"),
            commit_time_ms: number("commitTimeMs"),
            memory_used_bytes: number("memoryUsedBytes"),
            num_rows_dropped_by_watermark: number("numRowsDroppedByWatermark"),
            num_shuffle_partitions: number("numShufflePartitions"),
            num_state_store_instances: number("numStateStoreInstances"),
            custom_metrics: custom
                .iter()
                .map(|(name, value)| (name.clone(), value.as_i64().unwrap()))
                .collect(),
        }
    }

    fn parsed(text: &str) -> Value {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn records_are_sparks_byte_for_byte() {
        // The trigger before began this long ago, by the records' timestamps.
        let cases = [
            (STATEFUL, Some(2_223)),
            (WATERMARK, Some(1_205)),
            (OBSERVED, None),
            (IDLE, Some(11)),
        ];
        for (recorded, since) in cases {
            let mut summary = summary_of(&parsed(recorded));
            summary.since_last_trigger = since.map(Duration::from_millis);
            assert_eq!(summary.into_progress().json(), recorded);
        }
    }

    #[test]
    fn an_idle_trigger_repeats_what_the_state_holds() {
        let before = operator_of(&parsed(STATEFUL)["stateOperators"][0]).idle();
        let idle = operator_of(&parsed(IDLE)["stateOperators"][0]);
        assert_eq!(before.custom_metrics["loadedMapCacheHitCount"], 0);
        assert_eq!(idle.idle().to_value(), idle.to_value());
    }

    #[test]
    fn a_batch_of_less_than_a_millisecond_has_a_rate() {
        let sources = vec![SourceSummary {
            num_input_rows: 2_000,
            ..Default::default()
        }];
        let took = Duration::from_micros(500);
        let summary = TriggerSummary {
            sources,
            took,
            ..Default::default()
        };
        let json = summary.into_progress().to_value();
        assert_eq!(json["batchDuration"], 0);
        assert_eq!(json["processedRowsPerSecond"], 4_000_000.0);
        // Without rows and without time there is none, as in Spark.
        let json = TriggerSummary::default().into_progress().to_value();
        assert!(json.get("processedRowsPerSecond").is_none());
        assert_eq!(json["inputRowsPerSecond"], 0.0);
    }

    #[test]
    fn python_shows_four_spaces_and_ascii_only() {
        let value = serde_json::json!({"name": "né😀", "list": [], "of": [{"a": 1}], "map": {}});
        let shown = "{\n    \"name\": \"n\\u00e9\\ud83d\\ude00\",\n    \"list\": [],\n    \"of\": [\n        {\n            \"a\": 1\n        }\n    ],\n    \"map\": {}\n}";
        assert_eq!(pretty_python(&value), shown);
    }
}
