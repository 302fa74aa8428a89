//! Readers of streams that come from no file: rate, rate-micro-batch, socket. Their
//! options, as checked at the call and again where the source opens.

use crate::error::{ErrorClass, Result, SparkError};
use crate::formats::{OptionMap, time_micros};
use crate::plan::ReadSpec;
use crate::types::{DataType, StructField, StructType};

/// Whether the format is one of these.
pub fn is_made(format: &str) -> bool {
    matches!(format, "rate" | "rate-micro-batch" | "socket")
}

/// The columns of such a stream, after all checks that Spark makes at the call.
pub fn schema(spec: &ReadSpec) -> Result<StructType> {
    if !spec.streaming {
        return Err(SparkError::new(
            "_LEGACY_ERROR_TEMP_1135",
            &[("className", &spec.format)],
        ));
    }
    let provider = match spec.format.as_str() {
        "rate" => "RateStreamProvider",
        "rate-micro-batch" => "RatePerMicroBatchProvider",
        _ => "TextSocketSourceProvider",
    };
    if spec.schema.is_some() {
        return Err(SparkError::new(
            "_LEGACY_ERROR_TEMP_2242",
            &[("provider", provider)],
        ));
    }
    let timestamp = StructField::new("timestamp", DataType::Timestamp, true);
    Ok(match spec.format.as_str() {
        "socket" => {
            let options = socket_options(spec)?;
            let value = StructField::new("value", DataType::String, true);
            let stamp = options.include_timestamp.then_some(timestamp);
            StructType::new([value].into_iter().chain(stamp))
        }
        format => {
            match format {
                "rate" => drop(rate_options(spec)?),
                _ => drop(micro_batch_options(spec)?),
            }
            StructType::new([timestamp, StructField::new("value", DataType::Long, true)])
        }
    })
}

fn plain(message: String) -> SparkError {
    SparkError::plain(ErrorClass::IllegalArgument, message)
}

fn number(options: &OptionMap, name: &str) -> Result<Option<i64>> {
    let Some(text) = options.get(name) else {
        return Ok(None);
    };
    let number = text.trim().parse().map_err(|_| {
        let message = format!("For input string: \"{text}\"");
        SparkError::plain(ErrorClass::NumberFormat, message)
    })?;
    Ok(Some(number))
}

fn positive(options: &OptionMap, name: &str) -> Result<Option<i64>> {
    match number(options, name)? {
        Some(value) if value <= 0 => Err(plain(format!(
            "Invalid value '{value}'. The option '{name}' must be positive"
        ))),
        other => Ok(other),
    }
}

fn not_negative(options: &OptionMap, name: &str) -> Result<Option<i64>> {
    match number(options, name)? {
        Some(value) if value < 0 => Err(plain(format!(
            "Invalid value '{value}'. The option '{name}' must be non-negative"
        ))),
        other => Ok(other),
    }
}

/// What the rate source was told.
#[derive(Debug, Clone, Copy)]
pub struct RateOptions {
    pub rows_per_second: i64,
    pub ramp_up_seconds: i64,
    pub partitions: Option<i64>,
}

/// The options of the rate source, checked.
pub fn rate_options(spec: &ReadSpec) -> Result<RateOptions> {
    let options = OptionMap::new(&spec.options);
    let rows_per_second = positive(&options, "rowsPerSecond")?.unwrap_or(1);
    let ramp_up_seconds = match options.get("rampUpTime") {
        Some(text) => whole_seconds(text)?,
        None => 0,
    };
    if ramp_up_seconds < 0 {
        return Err(plain(format!(
            "Invalid value '{ramp_up_seconds}'. The option 'rampUpTime' must not be negative"
        )));
    }
    let most = i64::MAX / rows_per_second;
    if ramp_up_seconds > most {
        return Err(SparkError::new(
            "INCORRECT_RAMP_UP_RATE",
            &[
                ("rowsPerSecond", &rows_per_second.to_string()),
                ("maxSeconds", &most.to_string()),
                ("rampUpTimeSeconds", &ramp_up_seconds.to_string()),
            ],
        ));
    }
    Ok(RateOptions {
        rows_per_second,
        ramp_up_seconds,
        partitions: positive(&options, "numPartitions")?,
    })
}

/// A time with a unit (`us`, `ms`, `s`, `m`, `min`, `h`, `d`), seconds without one; what
/// is less than a second is cut off.
fn whole_seconds(text: &str) -> Result<i64> {
    Ok(time_micros(text, 1_000_000)? / 1_000_000)
}

/// What the rate-micro-batch source was told.
#[derive(Debug, Clone, Copy)]
pub struct MicroBatchOptions {
    pub rows: i64,
    pub partitions: i64,
    pub start_millis: i64,
    pub advance_millis: i64,
}

/// The options of the rate-micro-batch source, checked.
pub fn micro_batch_options(spec: &ReadSpec) -> Result<MicroBatchOptions> {
    let options = OptionMap::new(&spec.options);
    let rows = positive(&options, "rowsPerBatch")?.ok_or_else(|| {
        plain("Invalid value '0'. The option 'rowsPerBatch' must be positive".into())
    })?;
    Ok(MicroBatchOptions {
        rows,
        partitions: positive(&options, "numPartitions")?.unwrap_or(1),
        start_millis: not_negative(&options, "startTimestamp")?.unwrap_or(0),
        advance_millis: not_negative(&options, "advanceMillisPerBatch")?.unwrap_or(1000),
    })
}

/// What the socket source was told.
#[derive(Debug, Clone)]
pub struct SocketOptions {
    pub host: String,
    pub port: u16,
    pub include_timestamp: bool,
}

/// The options of the socket source, checked.
pub fn socket_options(spec: &ReadSpec) -> Result<SocketOptions> {
    let options = OptionMap::new(&spec.options);
    let Some(host) = options.get("host") else {
        return Err(SparkError::new("_LEGACY_ERROR_TEMP_1295", &[]));
    };
    let Some(port) = number(&options, "port")? else {
        return Err(SparkError::new("_LEGACY_ERROR_TEMP_1296", &[]));
    };
    let port = u16::try_from(port)
        .map_err(|_| plain(format!("Port value {port} is out of range: 0 to 65535")))?;
    positive(&options, "numPartitions")?;
    Ok(SocketOptions {
        host: host.to_string(),
        port,
        include_timestamp: options
            .flag("includeTimestamp", false)
            .map_err(|_| SparkError::new("_LEGACY_ERROR_TEMP_1297", &[]))?,
    })
}
