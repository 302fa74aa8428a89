//! Readers: from what `spark.read` was told to a leaf of a plan.

use std::sync::Arc;

use super::conf::Conf;
use super::file_read;
use super::stream_leaf::StreamRows;
use crate::analysis::Source;
use crate::engine::scan::ScanTable;
use crate::error::{ErrorClass, Result, SparkError};
use crate::formats::OptionMap;
use crate::plan::ReadSpec;
use crate::types::{DataType, StructField, StructType};

pub fn open(spec: &ReadSpec, conf: &Conf) -> Result<Source> {
    if let Some(stream) = &spec.local {
        return Ok(stream_source(spec, stream.schema().clone()));
    }
    match spec.format.as_str() {
        "rate" if spec.streaming => open_rate(spec),
        "xml" | "jdbc" | "kafka" | "rate" | "rate-micro-batch" | "socket" | "binaryfile"
        | "delta" | "statestore" | "state-metadata" => Err(SparkError::not_implemented(
            format_args!("the source {}", spec.format),
        )),
        _ => file_read::open(spec, conf),
    }
}

/// What the rate source was told.
pub struct RateOptions {
    pub rows_per_second: i64,
    pub partitions: Option<i64>,
}

/// The options of the rate source, checked.
pub fn rate_options(spec: &ReadSpec) -> Result<RateOptions> {
    let options = OptionMap::new(&spec.options);
    if let Some(time) = options.get("rampUpTime")
        && !matches!(time, "0" | "0s")
    {
        return Err(SparkError::not_implemented(
            "the option rampUpTime of the rate source",
        ));
    }
    let positive = |name: &str| {
        let Some(text) = options.get(name) else {
            return Ok(None);
        };
        let plain = |message| SparkError::plain(ErrorClass::IllegalArgument, message);
        let number: i64 = text
            .parse()
            .map_err(|_| plain(format!("For input string: \"{text}\"")))?;
        match number {
            1.. => Ok(Some(number)),
            _ => Err(plain(format!(
                "Invalid value '{text}'. The option '{name}' must be positive"
            ))),
        }
    };
    Ok(RateOptions {
        rows_per_second: positive("rowsPerSecond")?.unwrap_or(1),
        partitions: positive("numPartitions")?,
    })
}

fn open_rate(spec: &ReadSpec) -> Result<Source> {
    if spec.schema.is_some() {
        return Err(SparkError::new(
            "_LEGACY_ERROR_TEMP_2242",
            &[("provider", "RateStreamProvider")],
        ));
    }
    rate_options(spec)?;
    let schema = StructType::new([
        StructField::new("timestamp", DataType::Timestamp, true),
        StructField::new("value", DataType::Long, true),
    ]);
    Ok(stream_source(spec, schema))
}

/// The leaf of a stream whose columns are all to be seen.
fn stream_source(spec: &ReadSpec, schema: StructType) -> Source {
    let rows = StreamRows {
        spec: spec.clone(),
        schema: schema.clone(),
        files: None,
    };
    let table = ScanTable::new(Arc::new(schema.to_arrow()), Arc::new(rows));
    Source {
        schema,
        provider: Arc::new(table),
        streaming: true,
    }
}
