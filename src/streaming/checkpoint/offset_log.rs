//! `offsets/N`: what batch N shall read, written before it runs. This is the
//! write-ahead log: a batch that was begun is run again with exactly this.

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::BatchId;
use super::atomic::FsyncStats;
use super::errors::damaged;
use super::log_file::{BatchFiles, VERSION};
use crate::error::{ErrorClass, Result, SparkError};

/// The settings that fix a query's meaning for its life, in the order in which
/// Spark writes them, with Spark's defaults. A restart takes them from the log.
pub const RELEVANT_CONFS: [(&str, &str); 17] = [
    (
        "spark.sql.streaming.stateStore.providerClass",
        "org.apache.spark.sql.execution.streaming.state.HDFSBackedStateStoreProvider",
    ),
    (
        "spark.sql.dropDuplicates.deterministicKeyOrder.enabled",
        "true",
    ),
    (
        "spark.sql.streaming.stateStore.rocksdb.mergeOperatorVersion",
        "2",
    ),
    ("spark.sql.streaming.stateStore.rocksdb.formatVersion", "5"),
    (
        "spark.sql.streaming.queryEvolution.enableSourceEvolution",
        "false",
    ),
    ("spark.sql.streaming.stateStore.encodingFormat", "unsaferow"),
    (
        "spark.sql.streaming.statefulOperator.useStrictDistribution",
        "true",
    ),
    (
        "spark.sql.streaming.flatMapGroupsWithState.stateFormatVersion",
        "2",
    ),
    ("spark.sql.streaming.multipleWatermarkPolicy", "min"),
    (
        "spark.sql.streaming.stateStore.rowChecksum.enabled",
        "false",
    ),
    (
        "spark.sql.streaming.statefulOperator.alwaysNullableOutput.enabled",
        "true",
    ),
    ("spark.sql.streaming.aggregation.stateFormatVersion", "2"),
    ("spark.sql.function.protobufExtensions.enabled", "false"),
    ("spark.sql.shuffle.partitions", "200"),
    ("spark.sql.streaming.join.stateFormatVersion", "2"),
    ("spark.sql.streaming.stateStore.compression.codec", "lz4"),
    (
        "spark.sql.optimizer.pruneFiltersCanPruneStreamingSubplan",
        "false",
    ),
];

/// One batch of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OffsetRecord {
    pub batch_watermark_ms: i64,
    pub batch_timestamp_ms: i64,
    /// Settings by name, in the order of the file; shared by a run's batches.
    pub conf: Arc<[(String, String)]>,
    /// For each source the end of the batch as JSON text; none for a source
    /// that has not given anything yet.
    pub offsets: Vec<Option<String>>,
}

impl OffsetRecord {
    /// The value of a recorded setting.
    pub fn conf_value(&self, name: &str) -> Option<&str> {
        let found = self.conf.iter().find(|(key, _)| key == name)?;
        Some(&found.1)
    }

    /// The end of an epoch of a continuous query: Spark writes no metadata for it.
    pub fn of_epoch(end: Option<String>) -> Self {
        Self {
            batch_watermark_ms: 0,
            batch_timestamp_ms: 0,
            conf: Arc::from([]),
            offsets: vec![end],
        }
    }

    /// Whether there is no metadata but a blank line, as for an epoch.
    fn is_bare(&self) -> bool {
        self.conf.is_empty() && self.batch_timestamp_ms == 0 && self.batch_watermark_ms == 0
    }

    fn render(&self) -> String {
        let mut text = match self.is_bare() {
            true => format!("{VERSION}\n"),
            false => self.render_metadata(),
        };
        for offset in &self.offsets {
            text.push('\n');
            text.push_str(offset.as_deref().unwrap_or("-"));
        }
        text
    }

    fn render_metadata(&self) -> String {
        let mut text = format!(
            "{VERSION}\n{{\"batchWatermarkMs\":{},\"batchTimestampMs\":{},\"conf\":{{",
            self.batch_watermark_ms, self.batch_timestamp_ms
        );
        for (at, (key, value)) in self.conf.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            // JSON strings: `Value`'s display is what escapes them.
            let (key, value) = (Value::from(key.as_str()), Value::from(value.as_str()));
            let _ = write!(text, "{comma}{key}:{value}");
        }
        text.push_str("}}");
        text
    }
}

#[derive(Debug)]
pub struct OffsetLog(BatchFiles);

impl OffsetLog {
    pub fn open(location: &Path, stats: Arc<FsyncStats>) -> Result<Self> {
        Ok(Self(BatchFiles::open(&location.join("offsets"), stats)?))
    }

    pub fn latest(&self) -> Option<BatchId> {
        self.0.latest()
    }

    pub fn contains(&self, batch: BatchId) -> bool {
        self.0.contains(batch)
    }

    /// The record of a batch of a query with `sources` sources. A file with another
    /// number of lines belongs to another query; without a sum it may be a torn one.
    pub fn get(&self, batch: BatchId, sources: usize) -> Result<Option<OffsetRecord>> {
        let Some(record) = self.0.read(batch, parse)? else {
            return Ok(None);
        };
        let found = record.offsets.len();
        if found == sources {
            return Ok(Some(record));
        }
        let name = batch.to_string();
        if self.0.dir().has_sum(&name)? {
            return Err(SparkError::plain(
                ErrorClass::SparkRuntime,
                format!(
                    "assertion failed: There are [{found}] sources in the checkpoint offsets and now there are [{sources}] sources requested by the query. Cannot continue."
                ),
            ));
        }
        Err(damaged(
            &self.0.dir().path_of(&name),
            format!("it holds the offsets of {found} sources, the query has {sources}"),
        ))
    }

    pub fn add(&mut self, batch: BatchId, record: &OffsetRecord) -> Result<()> {
        let failure = "STREAMING_CHECKPOINT_LOG_WRITE_FAILURE.OFFSET_LOG";
        self.0.add(batch, &record.render(), failure)
    }

    pub fn purge(&mut self, first: BatchId) -> Result<()> {
        self.0.purge(first)
    }

    /// Forgets the batches after `last`, or all of them: they were planned only.
    pub fn purge_after(&mut self, last: Option<BatchId>) -> Result<()> {
        self.0.purge_after(last)
    }

    pub(super) fn missing(&self, batch: BatchId) -> SparkError {
        damaged(&self.0.dir().path_of(&batch.to_string()), "it is missing")
    }
}

fn parse(text: &str) -> Result<OffsetRecord, String> {
    let mut lines = text.lines();
    let head = lines.next().ok_or("nothing follows its version")?;
    let offsets = lines.map(parse_offset).collect::<Result<Vec<_>, _>>()?;
    if head.is_empty() {
        return match <[_; 1]>::try_from(offsets) {
            Ok([end]) => Ok(OffsetRecord::of_epoch(end)),
            Err(_) => Err("it has neither metadata nor the offset of an epoch".into()),
        };
    }
    let head: Map<String, Value> =
        serde_json::from_str(head).map_err(|e| format!("its metadata is no JSON object ({e})"))?;
    let millis = |key: &str| match head.get(key) {
        None => Ok(0),
        Some(value) => value
            .as_i64()
            .ok_or_else(|| format!("its {key} is no whole number")),
    };
    Ok(OffsetRecord {
        batch_watermark_ms: millis("batchWatermarkMs")?,
        batch_timestamp_ms: millis("batchTimestampMs")?,
        conf: parse_conf(head.get("conf"))?,
        offsets,
    })
}

fn parse_conf(conf: Option<&Value>) -> Result<Arc<[(String, String)]>, String> {
    let Some(conf) = conf else {
        return Ok(Arc::from([]));
    };
    let conf = conf.as_object().ok_or("its settings are no JSON object")?;
    conf.iter()
        .map(|(key, value)| match value.as_str() {
            Some(value) => Ok((key.clone(), value.to_string())),
            None => Err(format!("its setting {key} is no text")),
        })
        .collect()
}

fn parse_offset(line: &str) -> Result<Option<String>, String> {
    if line == "-" {
        return Ok(None);
    }
    serde_json::from_str::<serde::de::IgnoredAny>(line)
        .map_err(|e| format!("an offset in it is not complete JSON ({e})"))?;
    Ok(Some(line.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Written by Spark 4.3.0 for a query over two file sources.
    const OF_SPARK: &str = concat!(
        "v1\n",
        r#"{"batchWatermarkMs":0,"batchTimestampMs":1795247515001,"conf":{"spark.sql.streaming.stateStore.providerClass":"org.apache.spark.sql.execution.streaming.state.HDFSBackedStateStoreProvider","spark.sql.dropDuplicates.deterministicKeyOrder.enabled":"true","spark.sql.streaming.stateStore.rocksdb.mergeOperatorVersion":"2","spark.sql.streaming.stateStore.rocksdb.formatVersion":"5","spark.sql.streaming.queryEvolution.enableSourceEvolution":"false","spark.sql.streaming.stateStore.encodingFormat":"unsaferow","spark.sql.streaming.statefulOperator.useStrictDistribution":"true","spark.sql.streaming.flatMapGroupsWithState.stateFormatVersion":"2","spark.sql.streaming.multipleWatermarkPolicy":"min","spark.sql.streaming.stateStore.rowChecksum.enabled":"false","spark.sql.streaming.statefulOperator.alwaysNullableOutput.enabled":"true","spark.sql.streaming.aggregation.stateFormatVersion":"2","spark.sql.function.protobufExtensions.enabled":"false","spark.sql.shuffle.partitions":"200","spark.sql.streaming.join.stateFormatVersion":"2","spark.sql.streaming.stateStore.compression.codec":"lz4","spark.sql.optimizer.pruneFiltersCanPruneStreamingSubplan":"false"}}"#,
        "\n{\"logOffset\":0}\n-",
    );

    fn log_with(content: &str) -> (tempfile::TempDir, OffsetLog) {
        let temp = tempfile::tempdir().unwrap();
        let log = OffsetLog::open(temp.path(), Arc::default()).unwrap();
        std::fs::write(temp.path().join("offsets/0"), content).unwrap();
        (temp, log)
    }

    #[test]
    fn sparks_file_is_read_and_written_again_byte_for_byte() {
        let (temp, mut log) = log_with(OF_SPARK);
        let record = log.get(BatchId(0), 2).unwrap().unwrap();
        assert_eq!(record.batch_timestamp_ms, 1_795_247_515_001);
        assert_eq!(
            record.offsets,
            [Some("{\"logOffset\":0}".to_string()), None]
        );
        let policy = "spark.sql.streaming.multipleWatermarkPolicy";
        assert_eq!(record.conf_value(policy), Some("min"));
        log.add(BatchId(1), &record).unwrap();
        let written = std::fs::read_to_string(temp.path().join("offsets/1")).unwrap();
        assert_eq!(written, OF_SPARK);
    }

    #[test]
    fn the_settings_are_sparks_in_sparks_order() {
        let (_temp, log) = log_with(OF_SPARK);
        let record = log.get(BatchId(0), 2).unwrap().unwrap();
        let ours = RELEVANT_CONFS.map(|(k, v)| (k.to_string(), v.to_string()));
        assert_eq!(*record.conf, ours);
    }

    #[test]
    fn an_epoch_has_a_blank_line_for_its_metadata() {
        // Written by Spark 4.3.0 for a continuous query over the rate source.
        let of_spark = "v1\n\n{\"0\":{\"value\":83,\"runTimeMs\":1795270491318}}";
        let (temp, mut log) = log_with(of_spark);
        let record = log.get(BatchId(0), 1).unwrap().unwrap();
        log.add(BatchId(1), &record).unwrap();
        let written = std::fs::read_to_string(temp.path().join("offsets/1")).unwrap();
        assert_eq!(written, of_spark);
        for end in 0..of_spark.len() {
            let (_temp, log) = log_with(&of_spark[..end]);
            let error = log.get(BatchId(0), 1).unwrap_err();
            assert_eq!(error.condition(), "CAUDAL_CHECKPOINT_DAMAGED", "{end}");
        }
    }

    #[test]
    fn what_was_planned_and_not_done_is_forgotten() {
        let temp = tempfile::tempdir().unwrap();
        let mut log = OffsetLog::open(temp.path(), Arc::default()).unwrap();
        for id in 0..4 {
            log.add(BatchId(id), &OffsetRecord::of_epoch(None)).unwrap();
        }
        log.purge_after(Some(BatchId(1))).unwrap();
        assert_eq!(log.latest(), Some(BatchId(1)));
        let again = OffsetRecord::of_epoch(Some("7".into()));
        log.add(BatchId(2), &again).unwrap();
        assert_eq!(log.get(BatchId(2), 1).unwrap(), Some(again));
        log.purge_after(None).unwrap();
        assert_eq!(
            OffsetLog::open(temp.path(), Arc::default())
                .unwrap()
                .latest(),
            None
        );
    }

    #[test]
    fn every_torn_prefix_is_damage() {
        for end in 0..OF_SPARK.len() {
            let (_temp, log) = log_with(&OF_SPARK[..end]);
            let error = log.get(BatchId(0), 2).unwrap_err();
            assert_eq!(error.condition(), "CAUDAL_CHECKPOINT_DAMAGED", "{end}");
            assert!(error.message().contains("offsets/0"));
        }
    }

    #[test]
    fn a_version_that_spark_knows_and_we_do_not_is_named() {
        let (_temp, log) = log_with("v2\n{}\nmysrc:{\"logOffset\":0}");
        let error = log.get(BatchId(0), 1).unwrap_err();
        assert_eq!(error.condition(), "NOT_IMPLEMENTED");
        let (_temp, log) = log_with("v9\n{}");
        let error = log.get(BatchId(0), 0).unwrap_err();
        assert_eq!(error.condition(), "CAUDAL_CHECKPOINT_DAMAGED");
    }
}
