//! Settings of a session that say how files are written: which values there are, and which
//! of them are not here.

use crate::error::{Result, SparkError};

/// Whole numbers.
const NUMBERS: [&str; 1] = ["spark.sql.files.maxRecordsPerFile"];

/// Key and the values that Spark takes, in any case, in the order of its messages.
const CHOICES: [(&str, &str); 6] = [
    (
        "spark.sql.avro.compression.codec",
        "bzip2, deflate, uncompressed, xz, snappy, zstandard",
    ),
    (
        "spark.sql.avro.datetimeRebaseModeInRead",
        "EXCEPTION, LEGACY, CORRECTED",
    ),
    (
        "spark.sql.avro.datetimeRebaseModeInWrite",
        "EXCEPTION, LEGACY, CORRECTED",
    ),
    (
        "spark.sql.parquet.compression.codec",
        "brotli, uncompressed, lzo, snappy, lz4_raw, none, zstd, lz4, gzip",
    ),
    (
        "spark.sql.parquet.outputTimestampType",
        "INT96, TIMESTAMP_MICROS, TIMESTAMP_MILLIS",
    ),
    (
        "spark.sql.sources.partitionOverwriteMode",
        "STATIC, DYNAMIC",
    ),
];

/// Settings of which only this value is here.
const ONLY: [(&str, &str); 6] = [
    ("spark.sql.avro.deflate.level", "-1"),
    ("spark.sql.avro.xz.level", "6"),
    ("spark.sql.avro.zstandard.level", "3"),
    ("spark.sql.parquet.writeLegacyFormat", "false"),
    ("spark.sql.parquet.fieldId.write.enabled", "true"),
    ("spark.sql.streaming.fileStreamSink.ignoreMetadata", "false"),
];

/// Checks a value when it is set.
pub fn check(key: &str, value: &str) -> Result<()> {
    if let Some((_, only)) = ONLY.iter().find(|(known, _)| *known == key)
        && !value.eq_ignore_ascii_case(only)
    {
        return Err(SparkError::not_implemented(format_args!(
            "the setting {key}={value}"
        )));
    }
    if NUMBERS.contains(&key) && value.trim().parse::<i64>().is_err() {
        return Err(SparkError::new(
            "INVALID_CONF_VALUE.TYPE_MISMATCH",
            &[
                ("confValue", value),
                ("confName", key),
                ("confType", "long"),
            ],
        ));
    }
    let Some((_, known)) = CHOICES.iter().copied().find(|(name, _)| *name == key) else {
        return Ok(());
    };
    if !known.split(", ").any(|one| one.eq_ignore_ascii_case(value)) {
        return Err(SparkError::new(
            "INVALID_CONF_VALUE.OUT_OF_RANGE_OF_OPTIONS",
            &[
                ("confValue", value),
                ("confName", key),
                ("confOptions", known),
            ],
        ));
    }
    // Instants are written as microseconds, which every reader of Spark's default reads.
    if key.ends_with("outputTimestampType") && value.eq_ignore_ascii_case("TIMESTAMP_MILLIS") {
        return Err(SparkError::not_implemented(format_args!(
            "the setting {key}={value}"
        )));
    }
    Ok(())
}
