//! One value of CSV into its column: what each type takes for its text.

use super::options::CsvOptions;
use crate::error::SparkError;
use crate::formats::columns::{Column, Datum, Values};
use crate::formats::number;
use crate::formats::scalars::Scalars;
use crate::types::DataType;

/// Why a text is no value of its column.
pub(super) enum Unfit {
    /// The record is malformed.
    Text,
    /// The query fails whatever the mode.
    Fatal(SparkError),
}

/// A wanted column: its place among the record's values, and what becomes of them.
pub(super) struct Target {
    pub position: usize,
    pub data_type: DataType,
    pub column: Column,
}

impl Target {
    /// Appends the value of `text`; nothing was appended where it does not fit.
    pub fn push(
        &mut self,
        text: Option<&str>,
        options: &CsvOptions,
        scalars: &mut Scalars,
    ) -> Result<(), Unfit> {
        let Some(text) = text.filter(|t| *t != options.null_value) else {
            self.column.push_null();
            return Ok(());
        };
        match &mut self.column.values {
            Values::Text(_) => {
                self.column.push_text(text.as_bytes());
                return Ok(());
            }
            Values::Byte(values) => values.push(text.parse().map_err(|_| Unfit::Text)?),
            Values::Short(values) => values.push(text.parse().map_err(|_| Unfit::Text)?),
            Values::Double(values) => values.push(float(text, options).ok_or(Unfit::Text)?),
            Values::Float(values) => {
                values.push(single(text, options).ok_or(Unfit::Text)?);
            }
            Values::Boolean(values) => values.push(boolean(text).ok_or(Unfit::Text)?),
            Values::Int(values) if self.data_type == DataType::Integer => {
                values.push(text.parse().map_err(|_| Unfit::Text)?);
            }
            Values::Long(values) if self.data_type == DataType::Long => {
                values.push(text.parse().map_err(|_| Unfit::Text)?);
            }
            Values::Decimal(values) => {
                values.push(decimal(text, &self.data_type).ok_or(Unfit::Text)?);
            }
            _ => {
                let datum = other(text, &self.data_type, scalars)?;
                return self.column.push(&datum).map_err(Unfit::Fatal);
            }
        }
        self.column.commit();
        Ok(())
    }
}

fn other(text: &str, data_type: &DataType, scalars: &mut Scalars) -> Result<Datum, Unfit> {
    if *data_type == DataType::Variant {
        let what = "a column of variants in CSV";
        return Err(Unfit::Fatal(SparkError::not_implemented(what)));
    }
    let found = match data_type {
        DataType::Date => scalars
            .plain_date(text.as_bytes())
            .or_else(|| scalars.date(text))
            .map(|days| Datum::Int(i64::from(days))),
        DataType::Timestamp => scalars
            .plain_timestamp(text.as_bytes())
            .or_else(|| scalars.timestamp(text))
            .map(Datum::Int),
        DataType::TimestampNtz => scalars.timestamp_ntz(text).map(Datum::Int),
        DataType::Time { precision } => crate::types::datetime::parse_time(text)
            .map(|nanos| Datum::Int(crate::types::cast::to_precision(nanos, *precision))),
        DataType::Binary => Some(Datum::Binary(text.as_bytes().to_vec())),
        DataType::YearMonthInterval { start, end } => {
            crate::types::parse_year_month(text, *start, *end)
                .ok()
                .map(|months| Datum::Int(i64::from(months)))
        }
        DataType::DayTimeInterval { start, end } => {
            crate::types::parse_day_time(text, *start, *end)
                .ok()
                .map(Datum::Int)
        }
        _ => None,
    };
    if scalars.take_time_only() {
        let what = "a time of day without a date in a timestamp column of CSV";
        return Err(Unfit::Fatal(SparkError::not_implemented(what)));
    }
    found.ok_or(Unfit::Text)
}

pub(super) fn boolean(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

fn decimal(text: &str, data_type: &DataType) -> Option<i128> {
    let DataType::Decimal { precision, scale } = data_type else {
        return None;
    };
    if text.contains(',') {
        return number::decimal(&text.replace(',', ""), *precision, *scale);
    }
    number::decimal(text, *precision, *scale)
}

fn special(text: &str, options: &CsvOptions) -> Option<f64> {
    if text == options.nan {
        Some(f64::NAN)
    } else if text == options.negative_inf {
        Some(f64::NEG_INFINITY)
    } else if text == options.positive_inf {
        Some(f64::INFINITY)
    } else {
        None
    }
}

/// As Java reads a floating-point number, hexadecimal ones left out.
fn java_text(text: &str) -> Option<&str> {
    let text = text.trim_matches(|c: char| c <= ' ');
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, "NaN" | "Infinity") {
        return Some(text);
    }
    // Names of infinity and nothing that Rust knows beside Java's begin with a letter.
    if !unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    Some(text.strip_suffix(['f', 'F', 'd', 'D']).unwrap_or(text))
}

pub(super) fn float(text: &str, options: &CsvOptions) -> Option<f64> {
    special(text, options).or_else(|| java_text(text)?.parse().ok())
}

fn single(text: &str, options: &CsvOptions) -> Option<f32> {
    match special(text, options) {
        Some(value) => Some(value as f32),
        None => java_text(text)?.parse().ok(),
    }
}
