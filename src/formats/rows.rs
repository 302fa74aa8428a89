//! [`RowBatch`]: the growing batch of a text format's rows, with the column of records that
//! do not fit, and what the modes make of such records.

use std::sync::Arc;

use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow::datatypes::SchemaRef;

use super::columns::{Column, Datum};
use super::json::{malformed_row, shown_value};
use super::{AbsentRows, ParseMode, Rejected};
use crate::error::{Result, SparkError};
use crate::types::{DataType, StructType};

/// A batch ends when a column holds this much, whatever its number of rows.
const COLUMN_BYTES: usize = 256 * 1024 * 1024;

pub(super) struct RowBatch {
    /// All columns asked for.
    schema: StructType,
    arrow_schema: SchemaRef,
    /// The fields that records have.
    pub fields: StructType,
    columns: Vec<Column>,
    /// Where the column of corrupt records stands, if it is asked for.
    corrupt: Option<(usize, Column)>,
    rows: usize,
    most_rows: usize,
    mode: ParseMode,
    /// In mode `KeepAside`.
    rejected: Vec<Rejected>,
}

/// A record that does not fit.
pub(super) struct Misfit<'a> {
    pub record: &'a str,
    /// The row without what did not fit, if there is one.
    pub partial: Option<&'a Datum>,
    pub reason: SparkError,
}

impl RowBatch {
    /// All columns are nullable, as those of Spark's file sources are.
    pub fn new(
        schema: &StructType,
        corrupt_name: &str,
        mode: ParseMode,
        most_rows: usize,
    ) -> Result<Self> {
        let schema = schema.as_nullable();
        let corrupt = match schema.fields.iter().position(|f| f.name == corrupt_name) {
            Some(at) => Some((at, Column::new(&DataType::String)?)),
            None => None,
        };
        let others = schema.fields.iter().filter(|f| f.name != corrupt_name);
        let fields = StructType::new(others.cloned());
        Ok(Self {
            arrow_schema: Arc::new(schema.to_arrow()),
            columns: Column::of_fields(&fields)?,
            schema,
            fields,
            corrupt,
            rows: 0,
            most_rows,
            mode,
            rejected: Vec::new(),
        })
    }

    pub fn is_full(&self) -> bool {
        self.rows >= self.most_rows
            || self
                .columns
                .iter()
                .chain(self.corrupt.as_ref().map(|(_, column)| column))
                .any(|column| column.byte_size() >= COLUMN_BYTES)
    }

    /// Wants to know in which rows the columns at these positions were not set.
    pub fn watch(&mut self, positions: &[usize]) {
        let corrupt = self.corrupt.as_ref().map(|(at, _)| *at);
        for (position, column) in wanted_positions(corrupt).zip(&mut self.columns) {
            if positions.contains(&position) {
                column.watch();
            }
        }
    }

    /// Appends the values of a row; those of anything but a struct are not set.
    pub fn push(&mut self, row: &Datum, record: Option<&str>) -> Result<()> {
        match row {
            Datum::Struct(items) => {
                let mut pairs = self.columns.iter_mut().zip(items);
                pairs.try_for_each(|(column, item)| column.push(item))?;
            }
            _ => self.columns.iter_mut().for_each(Column::push_absent),
        }
        if let Some((_, column)) = &mut self.corrupt {
            match record {
                Some(text) => column.push_text(text.as_bytes()),
                None => column.push_null(),
            }
        }
        self.rows += 1;
        Ok(())
    }

    /// What the mode makes of a record that does not fit.
    ///
    /// # Errors
    /// In mode `FAILFAST`, the record as a row; who knows the file puts it around that.
    pub fn push_misfit(&mut self, misfit: Misfit<'_>, path: &str) -> Result<()> {
        let Misfit {
            record,
            partial,
            reason,
        } = misfit;
        match self.mode {
            ParseMode::Permissive => self.push(partial.unwrap_or(&Datum::Null), Some(record)),
            ParseMode::DropMalformed => Ok(()),
            ParseMode::KeepAside => {
                self.rejected.push(Rejected {
                    path: path.to_string(),
                    record: record.to_string(),
                    reason: reason.message().to_string(),
                });
                Ok(())
            }
            ParseMode::FailFast => {
                let row = partial.unwrap_or(&Datum::Null);
                Err(malformed_row(&self.shown(row, record)).with_cause(reason))
            }
        }
    }

    /// The values of a row as an error message shows them.
    fn shown(&self, row: &Datum, record: &str) -> Vec<String> {
        let corrupt = self.corrupt.as_ref().map(|(at, _)| *at);
        let mut items = match row {
            Datum::Struct(items) => items.iter(),
            _ => [].iter(),
        };
        let fields = self.schema.fields.iter().enumerate();
        let shown = |(at, field): (usize, &crate::types::StructField)| {
            if Some(at) == corrupt {
                return record.to_string();
            }
            shown_value(items.next().unwrap_or(&Datum::Null), &field.data_type)
        };
        fields.map(shown).collect()
    }

    /// The records kept aside since it was last asked.
    pub fn take_rejected(&mut self) -> Vec<Rejected> {
        std::mem::take(&mut self.rejected)
    }

    /// The rows so far as a batch, with what is absent of the watched columns; `None` when
    /// there are none.
    pub fn flush(&mut self) -> Result<Option<(RecordBatch, AbsentRows)>> {
        if self.rows == 0 {
            return Ok(None);
        }
        let corrupt = self.corrupt.as_ref().map(|(at, _)| *at);
        let absent = wanted_positions(corrupt)
            .zip(&mut self.columns)
            .filter_map(|(position, column)| Some((position, column.take_absent()?)))
            .filter(|(_, rows)| !rows.is_empty())
            .collect();
        let mut arrays = self
            .columns
            .iter_mut()
            .map(Column::finish)
            .collect::<Result<Vec<_>>>()?;
        if let Some((at, column)) = &mut self.corrupt {
            arrays.insert(*at, column.finish()?);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(self.rows));
        self.rows = 0;
        RecordBatch::try_new_with_options(self.arrow_schema.clone(), arrays, &options)
            .map(|batch| Some((batch, absent)))
            .map_err(SparkError::internal)
    }
}

/// Where the columns of values stand among those asked for.
pub(super) fn wanted_positions(corrupt: Option<usize>) -> impl Iterator<Item = usize> {
    (0..).filter(move |position| Some(*position) != corrupt)
}
