//! The settings of streaming that Spark SQL has and does not document, with their
//! defaults, and what is done with each that is set.
//!
//! Those that it documents are in `settings.rs`, those of the state store in
//! `state_settings.rs`. `docs/streaming-settings.md` says of
//! all of them what happens.

/// Under this every setting is honoured or, with another value than its default, refused.
pub const PREFIX: &str = "spark.sql.streaming.";

/// Those whose value is looked at; any other keeps its default.
pub static HONOURED: &[&str] = &[
    "checkpointLocation",
    "fileSink.log.cleanupDelay",
    "fileSink.log.compactInterval",
    "fileSink.log.deletion",
    "fileSource.cleaner.numThreads",
    "forceDeleteTempCheckpointLocation",
    "minBatchesToRetain",
    "multipleWatermarkPolicy",
    "noDataMicroBatches.enabled",
    "noDataProgressEventInterval",
    "numRecentProgressUpdates",
    "pollingDelay",
    "schemaInference",
    "sessionWindow.merge.sessions.in.local.partition",
    "statefulOperator.allowMultiple",
    "statefulOperator.checkCorrectness.enabled",
    "stopActiveRunOnRestart",
    "stopTimeout",
    "unsupportedOperationCheck",
];

/// Whole numbers, as Spark checks them when they are set.
pub static INTEGERS: &[&str] = &[
    "fileSink.log.compactInterval",
    "minBatchesToRetain",
    "numRecentProgressUpdates",
];

/// Lengths of time, in milliseconds where no unit is given.
pub static TIMES: &[&str] = &[
    "fileSink.log.cleanupDelay",
    "noDataProgressEventInterval",
    "pollingDelay",
    "stopTimeout",
];

/// Key and default, sorted by key; `None` where Spark has no default value.
#[rustfmt::skip]
pub static STREAM_SETTINGS: &[(&str, Option<&str>)] = &[
    ("spark.sql.streaming.aggregation.stateFormatVersion", Some("2")),
    ("spark.sql.streaming.asyncLogPurge.enabled", Some("true")),
    ("spark.sql.streaming.checkUnfinishedRepartitionOnRestart", Some("true")),
    ("spark.sql.streaming.checkpoint.escapedPathCheck.enabled", Some("true")),
    ("spark.sql.streaming.checkpoint.fileChecksum.enabled", Some("true")),
    ("spark.sql.streaming.checkpoint.fileChecksum.skipCreationIfFileMissingChecksum", Some("true")),
    ("spark.sql.streaming.checkpoint.renamedFileCheck.enabled", Some("false")),
    ("spark.sql.streaming.checkpoint.verifyMetadataExists.enabled", Some("true")),
    ("spark.sql.streaming.commitProtocolClass", Some("org.apache.spark.sql.execution.streaming.ManifestFileCommitProtocol")),
    ("spark.sql.streaming.continuous.executorPollIntervalMs", Some("100ms")),
    ("spark.sql.streaming.continuous.executorQueueSize", Some("1024")),
    ("spark.sql.streaming.disabledV2MicroBatchReaders", Some("")),
    ("spark.sql.streaming.fileSink.log.cleanupDelay", Some("600000ms")),
    ("spark.sql.streaming.fileSink.log.compactInterval", Some("10")),
    ("spark.sql.streaming.fileSink.log.deletion", Some("true")),
    ("spark.sql.streaming.fileSource.log.cleanupDelay", Some("600000ms")),
    ("spark.sql.streaming.fileSource.log.compactInterval", Some("10")),
    ("spark.sql.streaming.fileSource.log.deletion", Some("true")),
    ("spark.sql.streaming.fileSource.schema.forceNullable", Some("true")),
    ("spark.sql.streaming.fileStreamSink.ignoreMetadata", Some("false")),
    ("spark.sql.streaming.flatMapGroupsWithState.skipEmittingInitialStateKeys", Some("false")),
    ("spark.sql.streaming.flatMapGroupsWithState.stateFormatVersion", Some("2")),
    ("spark.sql.streaming.join.stateFormatVersion", Some("2")),
    ("spark.sql.streaming.kafka.useDeprecatedOffsetFetching", Some("false")),
    ("spark.sql.streaming.metadataCache.enabled", Some("true")),
    ("spark.sql.streaming.noDataProgressEventInterval", Some("10000ms")),
    ("spark.sql.streaming.offsetLog.formatVersion", Some("1")),
    ("spark.sql.streaming.optimizeOneRowPlan.enabled", Some("false")),
    ("spark.sql.streaming.pollingDelay", Some("10ms")),
    ("spark.sql.streaming.queryEvolution.enableSinkEvolution", Some("false")),
    ("spark.sql.streaming.queryEvolution.enableSourceEvolution", Some("false")),
    ("spark.sql.streaming.realTimeMode.asyncProgressTrackingByDefault.enabled", Some("true")),
    ("spark.sql.streaming.realTimeMode.dangerouslyAllowCheckpointV1.enabled", Some("false")),
    ("spark.sql.streaming.realTimeMode.transformWithState.ttlEvictionIntervalMs", Some("1000")),
    ("spark.sql.streaming.sessionWindow.stateFormatVersion", Some("1")),
    ("spark.sql.streaming.statefulOperator.allowMultiple", Some("true")),
    ("spark.sql.streaming.statefulOperator.alwaysNullableOutput.enabled", Some("true")),
    ("spark.sql.streaming.statefulOperator.checkCorrectness.enabled", Some("true")),
    ("spark.sql.streaming.statefulOperator.incrementalCleanupFactor", Some("0")),
    ("spark.sql.streaming.statefulOperator.useStrictDistribution", Some("true")),
    ("spark.sql.streaming.triggerAvailableNowWrapper.enabled", Some("false")),
    ("spark.sql.streaming.unsupportedOperationCheck", Some("true")),
    ("spark.sql.streaming.useStreamlineAggregator", Some("false")),
    ("spark.sql.streaming.verifyCheckpointDirectoryEmptyOnStart", Some("true")),
];

/// Whether Spark has a setting of this name, here or among the documented ones; those
/// of the state store that it does not document are in `state_settings.rs`.
pub fn is_listed(key: &str) -> bool {
    let tables = [STREAM_SETTINGS, super::settings::SETTINGS];
    let mut tables = tables.into_iter();
    tables.any(|table| table.binary_search_by(|(name, _)| (*name).cmp(key)).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_apart_from_the_documented_ones() {
        assert!(STREAM_SETTINGS.is_sorted_by(|a, b| a.0 < b.0));
        let documented = super::super::settings::SETTINGS;
        for (key, _) in STREAM_SETTINGS {
            assert!(!documented.iter().any(|(known, _)| known == key), "{key}");
        }
    }
}
