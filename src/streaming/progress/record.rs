//! The record of one trigger, field by field as Spark's JSON has them.
//!
//! Maps that are empty are left out, as are rates that are no number; that is
//! Spark's form, and programs look for the keys.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::record_batch::RecordBatch;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::Explanation;
use super::duration::Durations;
use super::json::{iso_millis, offset, pretty_jvm, pretty_python, rate};
use crate::types::StructType;

#[derive(Debug, Clone, Default)]
pub struct StreamingQueryProgress {
    pub id: Uuid,
    pub run_id: Uuid,
    pub name: Option<String>,
    /// When the trigger began, in epoch milliseconds.
    pub timestamp_millis: i64,
    pub batch_id: u64,
    pub batch_duration_millis: u64,
    pub num_input_rows: u64,
    pub input_rows_per_second: f64,
    pub processed_rows_per_second: f64,
    pub durations: Durations,
    /// Empty for a query without a watermark.
    pub event_time: Map<String, Value>,
    pub state_operators: Vec<StateOperatorProgress>,
    pub sources: Vec<SourceProgress>,
    pub sink: SinkProgress,
    /// By the observation's name; each a row of its columns in their order.
    pub observed_metrics: ObservedMetrics,
    /// The same with the values' own types, for listeners.
    pub observed_rows: ObservedRows,
    /// Ours: why the batch gave what it gave. Not part of the record's JSON.
    pub explanation: Option<Arc<Explanation>>,
}

/// Rows of metrics by the observation's name.
pub type ObservedMetrics = BTreeMap<String, Map<String, Value>>;
pub type ObservedRows = BTreeMap<String, ObservedRow>;

/// One row, with Spark's types.
#[derive(Debug, Clone)]
pub struct ObservedRow {
    pub schema: StructType,
    pub row: RecordBatch,
}

#[derive(Debug, Clone, Default)]
pub struct StateOperatorProgress {
    pub operator_name: String,
    pub num_rows_total: u64,
    pub num_rows_updated: u64,
    pub all_updates_time_ms: u64,
    pub num_rows_removed: u64,
    pub all_removals_time_ms: u64,
    pub commit_time_ms: u64,
    pub memory_used_bytes: u64,
    pub num_rows_dropped_by_watermark: u64,
    pub num_shuffle_partitions: u64,
    pub num_state_store_instances: u64,
    /// Written in the order of the names.
    pub custom_metrics: BTreeMap<String, i64>,
}

#[derive(Debug, Clone, Default)]
pub struct SourceProgress {
    pub description: String,
    /// Offsets are JSON text.
    pub start_offset: Option<String>,
    pub end_offset: Option<String>,
    pub latest_offset: Option<String>,
    pub num_input_rows: u64,
    pub input_rows_per_second: f64,
    pub processed_rows_per_second: f64,
    pub metrics: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Default)]
pub struct SinkProgress {
    pub description: String,
    /// None for a sink that does not say (Spark writes -1).
    pub num_output_rows: Option<u64>,
    pub metrics: BTreeMap<String, String>,
}

impl StreamingQueryProgress {
    pub fn to_value(&self) -> Value {
        let mut map = Map::new();
        map.insert("id".into(), self.id.to_string().into());
        map.insert("runId".into(), self.run_id.to_string().into());
        map.insert("name".into(), self.name.clone().into());
        map.insert("timestamp".into(), iso_millis(self.timestamp_millis).into());
        map.insert("batchId".into(), self.batch_id.into());
        map.insert("batchDuration".into(), self.batch_duration_millis.into());
        map.insert("numInputRows".into(), self.num_input_rows.into());
        insert_rates(
            &mut map,
            self.input_rows_per_second,
            self.processed_rows_per_second,
        );
        insert_unless_empty(&mut map, "durationMs", self.durations.to_json());
        insert_unless_empty(&mut map, "eventTime", self.event_time.clone());
        let operators = self.state_operators.iter().map(|o| o.to_value());
        map.insert("stateOperators".into(), operators.collect());
        let sources = self.sources.iter().map(|s| s.to_value());
        map.insert("sources".into(), sources.collect());
        map.insert("sink".into(), self.sink.to_value());
        let observed = self.observed_metrics.iter();
        let observed = observed.map(|(name, row)| (name.clone(), Value::from(row.clone())));
        insert_unless_empty(&mut map, "observedMetrics", observed.collect());
        Value::Object(map)
    }

    /// One line, as the JVM's `json`.
    pub fn json(&self) -> String {
        self.to_value().to_string()
    }

    /// As the JVM's `prettyJson`, which a listener's event shows.
    pub fn pretty_json(&self) -> String {
        pretty_jvm(&self.to_value())
    }

    /// As Python shows `query.lastProgress`.
    pub fn python_text(&self) -> String {
        pretty_python(&self.to_value())
    }
}

impl StateOperatorProgress {
    /// The same operator after a trigger that ran no batch.
    #[must_use]
    pub fn idle(&self) -> Self {
        let mut custom_metrics = self.custom_metrics.clone();
        for (name, value) in &mut custom_metrics {
            // What counts events starts anew; sizes and versions stay.
            if name.starts_with("loadedMapCache") || name.starts_with("num") {
                *value = 0;
            }
        }
        Self {
            operator_name: self.operator_name.clone(),
            num_rows_total: self.num_rows_total,
            memory_used_bytes: self.memory_used_bytes,
            num_shuffle_partitions: self.num_shuffle_partitions,
            num_state_store_instances: self.num_state_store_instances,
            custom_metrics,
            ..Self::default()
        }
    }

    pub fn to_value(&self) -> Value {
        let mut value = json!({
            "operatorName": self.operator_name,
            "numRowsTotal": self.num_rows_total,
            "numRowsUpdated": self.num_rows_updated,
            "allUpdatesTimeMs": self.all_updates_time_ms,
            "numRowsRemoved": self.num_rows_removed,
            "allRemovalsTimeMs": self.all_removals_time_ms,
            "commitTimeMs": self.commit_time_ms,
            "memoryUsedBytes": self.memory_used_bytes,
            "numRowsDroppedByWatermark": self.num_rows_dropped_by_watermark,
            "numShufflePartitions": self.num_shuffle_partitions,
            "numStateStoreInstances": self.num_state_store_instances,
        });
        if let Some(map) = value.as_object_mut() {
            insert_unless_empty(map, "customMetrics", to_map(&self.custom_metrics));
        }
        value
    }
}

impl SourceProgress {
    pub fn to_value(&self) -> Value {
        let mut map = Map::new();
        map.insert("description".into(), self.description.clone().into());
        map.insert("startOffset".into(), offset(self.start_offset.as_deref()));
        map.insert("endOffset".into(), offset(self.end_offset.as_deref()));
        map.insert("latestOffset".into(), offset(self.latest_offset.as_deref()));
        map.insert("numInputRows".into(), self.num_input_rows.into());
        insert_rates(
            &mut map,
            self.input_rows_per_second,
            self.processed_rows_per_second,
        );
        insert_unless_empty(&mut map, "metrics", to_map(&self.metrics));
        Value::Object(map)
    }
}

impl SinkProgress {
    pub fn to_value(&self) -> Value {
        let rows = self.num_output_rows.map_or(Value::from(-1), Value::from);
        let mut map = Map::new();
        map.insert("description".into(), self.description.clone().into());
        map.insert("numOutputRows".into(), rows);
        insert_unless_empty(&mut map, "metrics", to_map(&self.metrics));
        Value::Object(map)
    }
}

fn to_map<V: Clone + Into<Value>>(entries: &BTreeMap<String, V>) -> Map<String, Value> {
    let pairs = entries.iter();
    pairs.map(|(k, v)| (k.clone(), v.clone().into())).collect()
}

fn insert_unless_empty(map: &mut Map<String, Value>, key: &str, inner: Map<String, Value>) {
    if !inner.is_empty() {
        map.insert(key.into(), Value::Object(inner));
    }
}

fn insert_rates(map: &mut Map<String, Value>, input: f64, processed: f64) {
    for (key, value) in [
        ("inputRowsPerSecond", input),
        ("processedRowsPerSecond", processed),
    ] {
        if let Some(value) = rate(value) {
            map.insert(key.into(), value.into());
        }
    }
}
