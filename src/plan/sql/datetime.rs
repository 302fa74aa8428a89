//! `DATE '…'` and `TIMESTAMP '…'`: text to days and microseconds at parse time, in
//! the session's time zone.

use super::convert::Converter;
use crate::error::{Result, SparkError};
use crate::plan::Literal;
use crate::types::datetime::{
    is_time_only, parse_date_default, parse_timestamp_default, parse_timestamp_ntz_default,
};

/// Values that depend on the clock, which this module must not read.
const MOVING: [&str; 4] = ["now", "today", "tomorrow", "yesterday"];

impl Converter<'_> {
    /// The literal of a typed string, `None` where the text is not one of its type.
    pub(super) fn datetime(&self, type_name: &str, text: &str) -> Result<Option<Literal>> {
        let lower = text.trim().to_ascii_lowercase();
        let is_date = type_name == "DATE";
        if MOVING.contains(&lower.as_str()) || !is_date && is_time_only(text) {
            let feature = format!("the literal {type_name} '{text}', which depends on the clock");
            return Err(SparkError::not_implemented(feature));
        }
        let epoch = lower == "epoch";
        Ok(match type_name {
            "DATE" if epoch => Some(Literal::Date(0)),
            "DATE" => parse_date_default(text).map(Literal::Date),
            "TIMESTAMP_NTZ" if epoch => Some(Literal::TimestampNtz(0)),
            "TIMESTAMP_NTZ" => parse_timestamp_ntz_default(text).map(Literal::TimestampNtz),
            _ if epoch => Some(Literal::Timestamp(0)),
            _ => parse_timestamp_default(text, self.options.time_zone).map(Literal::Timestamp),
        })
    }
}
