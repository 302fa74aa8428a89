//! Where Spark refuses times of day while `spark.sql.timeType.enabled` is off: casts to
//! them, and functions and operators that are about them. Constants pass.

use super::Analyzer;
use super::expression::{Resolver, Typed};
use crate::error::{Result, SparkError};
use crate::types::DataType;

fn unsupported() -> SparkError {
    SparkError::new("UNSUPPORTED_TIME_TYPE", &[])
}

fn holds_time(data_type: &DataType) -> bool {
    match data_type {
        DataType::Time { .. } => true,
        DataType::Array { element, .. } => holds_time(element),
        DataType::Map { key, value, .. } => holds_time(key) || holds_time(value),
        DataType::Struct(fields) => fields.fields.iter().any(|f| holds_time(&f.data_type)),
        _ => false,
    }
}

impl Analyzer<'_> {
    /// Fails for rows of such a type.
    pub(super) fn check_time_type(&self, data_type: &DataType) -> Result<()> {
        match self.context.options.time_type || !holds_time(data_type) {
            true => Ok(()),
            false => Err(unsupported()),
        }
    }
}

impl Resolver<'_, '_> {
    /// Fails for a cast to such a type.
    pub(super) fn check_time_type(&self, to: &DataType) -> Result<()> {
        self.analyzer.check_time_type(to)
    }

    /// Fails for a call that is about such a type.
    pub(super) fn check_time_call(&self, name: &str, args: &[Typed]) -> Result<()> {
        if self.analyzer.context.options.time_type {
            return Ok(());
        }
        let takes_one = || {
            let mut args = args.iter();
            args.any(|arg| matches!(arg.data_type, DataType::Time { .. }))
        };
        let is_about = match name {
            "make_time" | "to_time" | "try_to_time" | "time_diff" | "time_trunc"
            | "time_from_seconds" | "time_from_millis" | "time_from_micros" | "time_to_seconds"
            | "time_to_millis" | "time_to_micros" => true,
            "hour" | "minute" | "second" | "extract" | "date_part" | "datepart" | "+" | "-" => {
                takes_one()
            }
            _ => false,
        };
        match is_about {
            true => Err(unsupported()),
            false => Ok(()),
        }
    }
}
