//! Where reading begins or ends, as options say it and before the brokers were asked.

use super::offsets::Offsets;
use crate::error::{ErrorClass, Result, SparkError};
use crate::formats::OptionMap;

/// Stands for the latest offset in JSON.
pub const LATEST: i64 = -1;
/// Stands for the earliest offset in JSON.
pub const EARLIEST: i64 = -2;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OffsetLimit {
    Earliest,
    Latest,
    /// With [`LATEST`] and [`EARLIEST`] in place of offsets.
    Specific(Offsets),
    /// The first record at or after a time, in epoch milliseconds, by partition …
    Timestamps(Offsets, NoMatch),
    /// … and in all of them.
    Timestamp(i64, NoMatch),
}

/// What to do in a partition all of whose records are older than the time to start at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoMatch {
    Error,
    Latest,
}

/// Whether a limit is where reading starts or where it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Start,
    End,
}

impl OffsetLimit {
    /// What the options say; they go before each other as in Spark: one time for all, a
    /// time a partition, offsets.
    pub fn parse(options: &OptionMap, end: End, default: Self) -> Result<Self> {
        let [all, each, offsets] = match end {
            End::Start => [
                "startingTimestamp",
                "startingOffsetsByTimestamp",
                "startingOffsets",
            ],
            End::End => [
                "endingTimestamp",
                "endingOffsetsByTimestamp",
                "endingOffsets",
            ],
        };
        let no_match = no_match(options)?;
        if let Some(text) = options.get(all) {
            let text = text.trim();
            let time = text
                .parse()
                .map_err(|_| refused(format!("Expected a single long value, got {text}")))?;
            return Ok(Self::Timestamp(time, no_match));
        }
        if let Some(text) = options.get(each) {
            let text = text.trim();
            let times = Offsets::parse(text).ok_or_else(|| {
                refused(format!(
                    "Expected e.g. {{\"topicA\": {{\"0\": 123456789, \"1\": 123456789}},\n\"topicB\": {{\"0\": 123456789, \"1\": 123456789}}}}, got {text}"
                ))
            })?;
            return Ok(Self::Timestamps(times, no_match));
        }
        let Some(text) = options.get(offsets).map(str::trim) else {
            return Ok(default);
        };
        match text.to_lowercase().as_str() {
            "latest" => Ok(Self::Latest),
            "earliest" => Ok(Self::Earliest),
            _ => Offsets::parse(text).map(Self::Specific).ok_or_else(|| {
                refused(format!(
                    "Expected e.g. {{\"topicA\":{{\"0\":23,\"1\":-1}},\"topicB\":{{\"0\":-2}}}}, got {text}"
                ))
            }),
        }
    }
}

fn no_match(options: &OptionMap) -> Result<NoMatch> {
    let Some(text) = options.get("startingOffsetsByTimestampStrategy") else {
        return Ok(NoMatch::Error);
    };
    match text.to_uppercase().as_str() {
        "ERROR" => Ok(NoMatch::Error),
        "LATEST" => Ok(NoMatch::Latest),
        other => Err(SparkError::plain(
            ErrorClass::NoSuchElement,
            format!("No value found for '{other}'"),
        )),
    }
}

pub fn refused(message: String) -> SparkError {
    SparkError::plain(ErrorClass::IllegalArgument, message)
}
