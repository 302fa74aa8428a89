//! The settings of the state store that Spark does not list in `SET -v`, with their
//! defaults, and which of them may be changed here.
//!
//! Those of `minDeltasForSnapshot` and `maintenanceInterval` are honoured. What only
//! says how Spark's own store works (its threads, its reports, RocksDB) is kept and
//! has nothing to tune here.

/// Key and default. Sorted by key.
#[rustfmt::skip]
const STATE_SETTINGS: &[(&str, Option<&str>)] = &[
    ("spark.sql.streaming.internal.stateStore.partitions", None),
    ("spark.sql.streaming.maxBatchesToRetainInMemory", Some("2")),
    ("spark.sql.streaming.ratioExtraSpaceAllowedInCheckpoint", Some("0.3")),
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
];

/// Would change what the files are or what is checked; here they only have their
/// defaults.
const FIXED: &[&str] = &[
    "spark.sql.streaming.internal.stateStore.partitions",
    "spark.sql.streaming.stateStore.checkpointFormatVersion",
    "spark.sql.streaming.stateStore.compression.codec",
    "spark.sql.streaming.stateStore.encodingFormat",
    "spark.sql.streaming.stateStore.formatValidation.enabled",
    "spark.sql.streaming.stateStore.rowChecksum.enabled",
    "spark.sql.streaming.stateStore.skipNullsForStreamStreamJoins.enabled",
    "spark.sql.streaming.stateStore.stateSchemaCheck",
    "spark.sql.streaming.stateStore.unloadOnCommit",
];

/// The default of a setting, if it is one of these.
pub(super) fn known(key: &str) -> Option<Option<&'static str>> {
    let found = STATE_SETTINGS.binary_search_by(|(name, _)| (*name).cmp(key));
    found.ok().map(|at| STATE_SETTINGS[at].1)
}

pub(super) fn is_fixed(key: &str) -> bool {
    FIXED.contains(&key)
}

/// Milliseconds of `60s`, `5 min` or a bare number, as Spark reads such settings.
pub fn parse_millis(text: &str) -> Option<i64> {
    let lower = text.trim().to_ascii_lowercase();
    let end = lower
        .find(|c: char| c.is_ascii_alphabetic())
        .unwrap_or(lower.len());
    let (number, unit) = lower.split_at(end);
    let number: i64 = number.trim().parse().ok()?;
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
    fn the_table_is_sorted_and_holds_the_honoured() {
        assert!(STATE_SETTINGS.is_sorted_by(|a, b| a.0 < b.0));
        assert_eq!(known(super::super::conf::MIN_DELTAS), Some(Some("10")));
        let interval = known(super::super::conf::MAINTENANCE_INTERVAL);
        assert_eq!(interval.flatten().and_then(parse_millis), Some(60_000));
    }

    #[test]
    fn times_are_read_as_spark_reads_them() {
        assert_eq!(parse_millis("5s"), Some(5_000));
        assert_eq!(parse_millis("7"), Some(7));
        assert_eq!(parse_millis(" 2 min "), Some(120_000));
        assert_eq!(parse_millis("-1"), Some(-1));
        assert_eq!(parse_millis("x"), None);
        assert_eq!(parse_millis("1.5s"), None);
    }
}
