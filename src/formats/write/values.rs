//! Dates, times and the other scalars as text files hold them: by the patterns of the
//! options, or as Spark prints them.

use arrow::array::{Array, AsArray};
use arrow::datatypes as at;

use crate::error::{Result, SparkError};
use crate::formats::OptionMap;
use crate::types::datetime::Pattern;
use crate::types::{DataType, Formatter, Zone, parse_zone};

const TIMESTAMP: &str = "yyyy-MM-dd'T'HH:mm:ss[.SSS][XXX]";
const TIMESTAMP_NTZ: &str = "yyyy-MM-dd'T'HH:mm:ss[.SSS]";

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// How the options of a text format say that times are written.
#[derive(Debug, Clone)]
pub struct TimeFormats {
    pub zone: Zone,
    /// `None`: `yyyy-MM-dd`, as Spark prints a date.
    date: Option<Pattern>,
    timestamp: Pattern,
    timestamp_ntz: Pattern,
}

/// Names of months and days are English here.
fn refuse_locale(options: &OptionMap) -> Result<()> {
    match options.get("locale") {
        Some(locale) if !["en-us", "en_us", "en"].contains(&&*locale.to_ascii_lowercase()) => Err(
            SparkError::not_implemented(format_args!("writing in the locale {locale}")),
        ),
        _ => Ok(()),
    }
}

impl TimeFormats {
    pub fn new(options: &OptionMap, session_zone: Zone) -> Result<Self> {
        let zone = match options.get("timeZone") {
            Some(name) => parse_zone(name)?,
            None => session_zone,
        };
        refuse_locale(options)?;
        let pattern = |name: &str, default: &str| {
            Pattern::compile(options.get(name).unwrap_or(default), false)
        };
        let date = options.get("dateFormat");
        Ok(Self {
            zone,
            date: date.map(|text| Pattern::compile(text, false)).transpose()?,
            timestamp: pattern("timestampFormat", TIMESTAMP)?,
            timestamp_ntz: pattern("timestampNTZFormat", TIMESTAMP_NTZ)?,
        })
    }

    pub fn date(&self, days: i32, out: &mut String) -> Result<()> {
        match &self.date {
            Some(pattern) => pattern.format(i64::from(days) * DAY, Zone::UTC, out),
            None => {
                crate::types::write_date(days, out);
                Ok(())
            }
        }
    }

    pub fn timestamp(&self, micros: i64, out: &mut String) -> Result<()> {
        self.timestamp.format(micros, self.zone, out)
    }

    pub fn timestamp_ntz(&self, micros: i64, out: &mut String) -> Result<()> {
        self.timestamp_ntz.format(micros, Zone::UTC, out)
    }
}

/// Writes scalars as text.
#[derive(Debug, Clone)]
pub struct ScalarText {
    data_type: DataType,
    plain: Formatter,
}

impl ScalarText {
    pub fn new(data_type: &DataType, zone: Zone) -> Self {
        Self {
            data_type: data_type.clone(),
            plain: match data_type {
                DataType::Binary => Formatter::new(data_type, zone),
                _ => Formatter::for_cast(data_type, zone, true),
            },
        }
    }

    /// Appends the value of a row that is not null.
    pub fn write(
        &self,
        times: &TimeFormats,
        array: &dyn Array,
        row: usize,
        out: &mut String,
    ) -> Result<()> {
        match &self.data_type {
            DataType::Date => times.date(array.as_primitive::<at::Date32Type>().value(row), out),
            DataType::Timestamp => times.timestamp(micros(array, row), out),
            DataType::TimestampNtz => times.timestamp_ntz(micros(array, row), out),
            _ => {
                self.plain.write(array, row, out);
                Ok(())
            }
        }
    }
}

fn micros(array: &dyn Array, row: usize) -> i64 {
    array
        .as_primitive::<at::TimestampMicrosecondType>()
        .value(row)
}
