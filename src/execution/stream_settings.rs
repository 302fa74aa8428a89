//! The settings of streaming that Spark SQL has and does not document, with their
//! defaults, and what is done with each that is set.
//!
//! Those that it documents are in `settings.rs`. `docs/streaming-settings.md` says of
//! all of them what happens.

/// Under this every setting is honoured or, with another value than its default, refused.
pub const PREFIX: &str = "spark.sql.streaming.";

/// Those whose value is looked at; any other keeps its default.
pub static HONOURED: &[&str] = &[
    "checkpointLocation",
    "forceDeleteTempCheckpointLocation",
    "minBatchesToRetain",
    "multipleWatermarkPolicy",
    "noDataMicroBatches.enabled",
    "noDataProgressEventInterval",
    "numRecentProgressUpdates",
    "pollingDelay",
    "schemaInference",
    "statefulOperator.checkCorrectness.enabled",
    "stopActiveRunOnRestart",
    "stopTimeout",
    "unsupportedOperationCheck",
];

/// Whole numbers, as Spark checks them when they are set.
pub static INTEGERS: &[&str] = &["minBatchesToRetain", "numRecentProgressUpdates"];

/// Lengths of time, in milliseconds where no unit is given.
pub static TIMES: &[&str] = &["noDataProgressEventInterval", "pollingDelay", "stopTimeout"];

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
    ("spark.sql.streaming.internal.stateStore.partitions", None),
    ("spark.sql.streaming.join.stateFormatVersion", Some("2")),
    ("spark.sql.streaming.kafka.useDeprecatedOffsetFetching", Some("false")),
    ("spark.sql.streaming.maxBatchesToRetainInMemory", Some("2")),
    ("spark.sql.streaming.metadataCache.enabled", Some("true")),
    ("spark.sql.streaming.noDataProgressEventInterval", Some("10000ms")),
    ("spark.sql.streaming.offsetLog.formatVersion", Some("1")),
    ("spark.sql.streaming.optimizeOneRowPlan.enabled", Some("false")),
    ("spark.sql.streaming.pollingDelay", Some("10ms")),
    ("spark.sql.streaming.queryEvolution.enableSinkEvolution", Some("false")),
    ("spark.sql.streaming.queryEvolution.enableSourceEvolution", Some("false")),
    ("spark.sql.streaming.ratioExtraSpaceAllowedInCheckpoint", Some("0.3")),
    ("spark.sql.streaming.realTimeMode.asyncProgressTrackingByDefault.enabled", Some("true")),
    ("spark.sql.streaming.realTimeMode.dangerouslyAllowCheckpointV1.enabled", Some("false")),
    ("spark.sql.streaming.realTimeMode.transformWithState.ttlEvictionIntervalMs", Some("1000")),
    ("spark.sql.streaming.sessionWindow.stateFormatVersion", Some("1")),
    ("spark.sql.streaming.stateStore.autoSnapshotRepair.enabled", Some("true")),
    ("spark.sql.streaming.stateStore.autoSnapshotRepair.maxChangeFileReplay", Some("500")),
    ("spark.sql.streaming.stateStore.autoSnapshotRepair.numFailuresBeforeActivating", Some("1")),
    ("spark.sql.streaming.stateStore.checkpointFormatVersion", Some("1")),
    ("spark.sql.streaming.stateStore.compression.codec", Some("lz4")),
    ("spark.sql.streaming.stateStore.coordinatorReportSnapshotUploadLag", Some("true")),
    ("spark.sql.streaming.stateStore.fileChecksumThreadPoolSize", Some("4")),
    ("spark.sql.streaming.stateStore.forceSnapshotUploadOnLag", Some("true")),
    ("spark.sql.streaming.stateStore.formatValidation.enabled", Some("true")),
    ("spark.sql.streaming.stateStore.maintenanceForceShutdownTimeout", Some("60000ms")),
    ("spark.sql.streaming.stateStore.maintenanceInterval", Some("60000ms")),
    ("spark.sql.streaming.stateStore.maintenanceProcessingTimeout", Some("30000ms")),
    ("spark.sql.streaming.stateStore.maintenanceShutdownTimeout", Some("300000ms")),
    ("spark.sql.streaming.stateStore.maxLaggingStoresToReport", Some("5")),
    ("spark.sql.streaming.stateStore.maxNumStateSchemaFiles", Some("128")),
    ("spark.sql.streaming.stateStore.maxVersionsToDeletePerMaintenance", Some("-1")),
    ("spark.sql.streaming.stateStore.minDeltasForSnapshot", Some("10")),
    ("spark.sql.streaming.stateStore.multiplierForMinTimeDiffToLog", Some("10")),
    ("spark.sql.streaming.stateStore.multiplierForMinVersionDiffToLog", Some("5")),
    ("spark.sql.streaming.stateStore.numStateStoreInstanceMetricsToReport", Some("5")),
    ("spark.sql.streaming.stateStore.numStateStoreMaintenanceThreads", Some("2")),
    ("spark.sql.streaming.stateStore.providerClass", Some("org.apache.spark.sql.execution.streaming.state.HDFSBackedStateStoreProvider")),
    ("spark.sql.streaming.stateStore.rocksdb.formatVersion", Some("5")),
    ("spark.sql.streaming.stateStore.rocksdb.mergeOperatorVersion", Some("2")),
    ("spark.sql.streaming.stateStore.rowChecksum.enabled", Some("false")),
    ("spark.sql.streaming.stateStore.rowChecksum.readVerificationRatio", Some("0")),
    ("spark.sql.streaming.stateStore.skipNullsForStreamStreamJoins.enabled", Some("false")),
    ("spark.sql.streaming.stateStore.snapshotLagReportInterval", Some("300000ms")),
    ("spark.sql.streaming.stateStore.snapshotToCleanupThreadRatio", Some("0.5")),
    ("spark.sql.streaming.stateStore.unloadOnCommit", Some("false")),
    ("spark.sql.streaming.stateStore.valueStateSchemaEvolutionThreshold", Some("16")),
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

/// A length of time as Spark's settings write it: `1500`, `10ms`, `5s`, `2m`, `1h`, `1d`.
pub fn parse_millis(text: &str) -> Option<i64> {
    let text = text.trim().to_ascii_lowercase();
    let unit_at = text
        .find(|c: char| c.is_ascii_alphabetic())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(unit_at);
    let number: i64 = number.parse().ok()?;
    match unit {
        "us" => Some(number / 1000),
        "" | "ms" => Some(number),
        "s" => number.checked_mul(1000),
        "m" | "min" => number.checked_mul(60_000),
        "h" => number.checked_mul(3_600_000),
        "d" => number.checked_mul(86_400_000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_have_units() {
        let times = [
            "1500", "10ms", "5s", "-1", "2min", "1d", "5 s", "x", "", "5y",
        ];
        let parsed: Vec<_> = times.iter().map(|text| parse_millis(text)).collect();
        let known = [1500, 10, 5000, -1, 120_000, 86_400_000];
        assert_eq!(parsed[..6], known.map(Some));
        assert_eq!(parsed[6..], [None; 4]);
    }

    #[test]
    fn the_table_is_sorted_and_apart_from_the_documented_ones() {
        assert!(STREAM_SETTINGS.is_sorted_by(|a, b| a.0 < b.0));
        let documented = super::super::settings::SETTINGS;
        for (key, _) in STREAM_SETTINGS {
            assert!(!documented.iter().any(|(known, _)| known == key), "{key}");
        }
    }
}
