//! [`CsvText`]: structs as lines of CSV, a text each.

use arrow::array::{Array, AsArray};

use super::csv_line::LineRules;
use super::values::{ScalarText, TimeFormats};
use crate::error::Result;
use crate::formats::OptionMap;
use crate::types::{StructType, Zone};

/// Writes structs of one type. What has parts itself is to be cast to text before.
pub struct CsvText {
    texts: Vec<ScalarText>,
    times: TimeFormats,
    rules: LineRules,
}

impl CsvText {
    pub fn new(schema: &StructType, options: &OptionMap, zone: Zone) -> Result<Self> {
        let times = TimeFormats::new(options, zone)?;
        let fields = schema.fields.iter();
        Ok(Self {
            texts: fields
                .map(|f| ScalarText::new(&f.data_type, times.zone))
                .collect(),
            rules: LineRules::new(options)?,
            times,
        })
    }

    /// The line of a row, without its end.
    pub fn line(&self, rows: &dyn Array, row: usize) -> Result<String> {
        let columns = self.texts.iter().zip(rows.as_struct().columns());
        let mut values = Vec::with_capacity(self.texts.len());
        for (text, column) in columns {
            let mut value = String::new();
            let is_there = column.is_valid(row);
            if is_there {
                text.write(&self.times, column, row, &mut value)?;
            }
            values.push(is_there.then_some(value));
        }
        let mut line = String::new();
        self.rules
            .line(values.iter().map(Option::as_deref), &mut line);
        line.truncate(line.len().saturating_sub(self.rules.end().len()));
        Ok(line)
    }
}
