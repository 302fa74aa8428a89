//! What the readers of all formats share in their options: names that ignore case,
//! values parsed as Java parses them, and [`ParseMode`].

use std::collections::HashMap;

use crate::error::{ErrorClass, Result, SparkError};

/// The option that names a folder for records that do not fit.
pub const BAD_RECORDS_PATH: &str = "badRecordsPath";

/// What to do with a record that does not fit the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParseMode {
    /// Nulls where a value does not fit.
    Permissive,
    /// The record is left out.
    DropMalformed,
    /// The query fails.
    FailFast,
    /// The record is left out and kept aside, for `badRecordsPath`.
    KeepAside,
}

impl ParseMode {
    /// An unknown name means permissive, as in Spark (which only logs a warning).
    pub fn from_name(name: &str) -> Self {
        match name.to_ascii_uppercase().as_str() {
            "DROPMALFORMED" => Self::DropMalformed,
            "FAILFAST" => Self::FailFast,
            _ => Self::Permissive,
        }
    }
}

/// Options by name without regard to case; of two with the same name the later wins.
#[derive(Debug, Clone, Default)]
pub struct OptionMap(HashMap<String, String>);

impl OptionMap {
    pub fn new(options: &[(String, String)]) -> Self {
        Self(
            options
                .iter()
                .map(|(k, v)| (k.to_ascii_lowercase(), v.clone()))
                .collect(),
        )
    }

    /// All names, in lower case and in order.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.0.keys().map(String::as_str).collect();
        names.sort_unstable();
        names
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(&name.to_ascii_lowercase()).map(String::as_str)
    }

    pub fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(str::to_string)
    }

    /// `true` or `false` in any case.
    pub fn flag(&self, name: &str, default: bool) -> Result<bool> {
        Ok(self.optional_flag(name)?.unwrap_or(default))
    }

    pub fn optional_flag(&self, name: &str) -> Result<Option<bool>> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        match value.to_ascii_lowercase().as_str() {
            "true" => Ok(Some(true)),
            "false" => Ok(Some(false)),
            _ => Err(SparkError::plain(
                ErrorClass::IllegalArgument,
                format!("For input string: \"{value}\""),
            )),
        }
    }

    pub fn integer(&self, name: &str, default: i32) -> Result<i32> {
        let Some(value) = self.get(name) else {
            return Ok(default);
        };
        value.parse().map_err(|_| {
            SparkError::plain(
                ErrorClass::NumberFormat,
                format!("For input string: \"{value}\""),
            )
        })
    }

    pub fn double(&self, name: &str, default: f64) -> Result<f64> {
        let Some(value) = self.get(name) else {
            return Ok(default);
        };
        value.trim().parse().map_err(|_| {
            SparkError::plain(
                ErrorClass::NumberFormat,
                format!("For input string: \"{value}\""),
            )
        })
    }

    /// What `mode` says, or `badRecordsPath`, which goes before it.
    pub fn mode(&self) -> ParseMode {
        if self.get(BAD_RECORDS_PATH).is_some() {
            return ParseMode::KeepAside;
        }
        self.get("mode")
            .map_or(ParseMode::Permissive, ParseMode::from_name)
    }
}

/// A time with a unit in microseconds; one without has the unit `plain`.
pub fn time_micros(text: &str, plain: i64) -> Result<i64> {
    let lower = text.trim().to_lowercase();
    let digits = lower.trim_start_matches('-').bytes();
    let length = digits.take_while(u8::is_ascii_digit).count();
    let sign = lower.len() - lower.trim_start_matches('-').len();
    let (value, unit) = lower.split_at(sign + length);
    let micros_each: i64 = match unit {
        "us" => 1,
        "ms" => 1_000,
        "" => plain,
        "s" => 1_000_000,
        "m" | "min" => 60_000_000,
        "h" => 3_600_000_000,
        "d" => 86_400_000_000,
        _ => return Err(no_time(text)),
    };
    let value: i64 = value.parse().map_err(|_| no_time(text))?;
    let micros = value.checked_mul(micros_each);
    micros.ok_or_else(|| no_time(text))
}

fn no_time(text: &str) -> SparkError {
    SparkError::plain(
        ErrorClass::NumberFormat,
        format!(
            "Time must be specified as seconds (s), milliseconds (ms), microseconds (us), minutes (m or min), hour (h), or day (d). E.g. 50s, 100ms, or 250us.\nFailed to parse time string: {}",
            text.trim().to_lowercase()
        ),
    )
}
