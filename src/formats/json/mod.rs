//! Spark's JSON reader: lines (or whole documents) of JSON to record batches of a schema,
//! and a schema from lines of JSON.
//!
//! [`JsonDecoder`] takes bytes and gives batches. A sound record is read by `fast`, which
//! writes into `columns` directly; everything else goes to `value`, which knows Spark's
//! rules and works on the tokens of `token`. `infer` finds schemas, `error` words errors.
//! Nothing here opens files, decompresses, or knows which files there are.

mod base64;
mod convert;
mod error;
mod fast;
mod format;
mod from_text;
mod infer;
mod lexeme;
mod options;
pub mod path;
mod scan;
#[cfg(test)]
mod tests;
mod text;
mod token;
mod value;
mod whole;

use std::sync::Arc;

use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow::datatypes::SchemaRef;

pub(in crate::formats) use self::error::{
    check_corrupt_type, malformed_in_inference, malformed_row, shown_value,
};
pub use self::error::{check_only_corrupt_column, check_schema};
use self::fast::RowReader;
pub use self::format::JsonFormat;
pub use self::from_text::FromJson;
pub use self::infer::{SchemaInference, infer_schema};
pub use self::options::{DEFAULT_CORRUPT_COLUMN, JsonOptions};
pub use self::path::Path;
pub use self::token::{Lexical, Malformed};
use self::value::{Reason, Record, RecordDecoder};
pub(in crate::formats) use self::whole::check_whole;
use crate::error::{Result, SparkError};
use crate::formats::columns::{Column, Datum};
use crate::formats::encoding::Encoding;
use crate::formats::scalars::Scalars;
use crate::formats::{AbsentRows, ParseMode, Rejected, lines};
use crate::types::{DataType, StructType};

/// Bytes that are checked and decoded at a time: they stay in the cache.
const BLOCK: usize = 64 * 1024;
/// A batch ends when a column holds this much, whatever its number of rows.
const COLUMN_BYTES: usize = 256 * 1024 * 1024;
/// Longer records would overflow the 32-bit offsets of a column.
const MAX_RECORD: usize = 1 << 30;

/// Turns bytes into record batches of a schema.
///
/// Call [`decode`](Self::decode) with the bytes not yet consumed, and
/// [`flush`](Self::flush) whenever it consumed less than it could (the batch is full) or
/// when a batch is wanted.
pub struct JsonDecoder {
    options: JsonOptions,
    /// All columns asked for.
    schema: StructType,
    arrow_schema: SchemaRef,
    columns: Vec<Column>,
    /// Where the column of corrupt records stands, if it is asked for.
    corrupt: Option<(usize, Column)>,
    fast: RowReader,
    general: RecordDecoder,
    scalars: Scalars,
    rows: usize,
    batch_size: usize,
    /// In mode `KeepAside`.
    rejected: Vec<Rejected>,
}

impl JsonDecoder {
    /// A decoder of the fields in `schema`, which need not be all that the records have.
    /// All columns of its batches are nullable, as those of Spark's file sources are.
    pub fn new(schema: &StructType, options: &JsonOptions, batch_size: usize) -> Result<Self> {
        options.refuse_whole()?;
        let corrupt_name = &options.column_name_of_corrupt_record;
        check_schema(schema, corrupt_name)?;
        let schema = schema.as_nullable();
        let corrupt = match schema.fields.iter().position(|f| f.name == *corrupt_name) {
            Some(at) => Some((at, Column::new(&DataType::String)?)),
            None => None,
        };
        let others = schema.fields.iter().filter(|f| f.name != *corrupt_name);
        let fields = StructType::new(others.cloned());
        // With an encoding Spark reads characters and loses sight of the bytes.
        let exact_text = options.encoding.is_none();
        Ok(Self {
            options: options.clone(),
            arrow_schema: Arc::new(schema.to_arrow()),
            columns: Column::of_fields(&fields)?,
            corrupt,
            fast: RowReader::new(&fields, &options.lexical, exact_text),
            general: RecordDecoder::new(&fields, &options.lexical, exact_text),
            scalars: Scalars::new(&options.date_time_forms()),
            rows: 0,
            batch_size: batch_size.max(1),
            rejected: Vec::new(),
            schema,
        })
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

    pub fn arrow_schema(&self) -> &SchemaRef {
        &self.arrow_schema
    }

    /// Rows that wait for [`flush`](Self::flush).
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Whether the batch has its size, so that `decode` consumes nothing more.
    pub fn is_full(&self) -> bool {
        self.rows >= self.batch_size
            || self
                .columns
                .iter()
                .any(|column| column.byte_size() >= COLUMN_BYTES)
    }

    /// Decodes whole lines from `bytes`, until the batch is full; returns how many bytes
    /// they had. `at_end` says that nothing follows, so that the last line is whole even
    /// without a line end. With `multi_line` everything is decoded, once `at_end` is true.
    ///
    /// `path` names the file in errors, in the form of a URI.
    pub fn decode(&mut self, bytes: &[u8], at_end: bool, path: &str) -> Result<usize> {
        if self.options.multi_line {
            if !at_end {
                return Ok(0);
            }
            self.record(bytes, path)?;
            return Ok(bytes.len());
        }
        if let Some(separator) = self.options.line_sep.clone() {
            return self.separated_lines(bytes, &separator, at_end, path);
        }
        let mut done = 0;
        while done < bytes.len() && !self.is_full() {
            let Some(end) = lines::block_end(bytes, done, BLOCK, at_end) else {
                break;
            };
            done = self.block(bytes.get(..end).unwrap_or_default(), done, path)?;
        }
        Ok(done)
    }

    /// Whole lines from `at` to the end of `bytes`, or until the batch is full.
    fn block(&mut self, bytes: &[u8], mut at: usize, path: &str) -> Result<usize> {
        let sound = std::str::from_utf8(bytes.get(at..).unwrap_or_default()).is_ok();
        while at < bytes.len() && self.rows < self.batch_size {
            if sound && let Some(end) = self.try_fast(bytes, at) {
                // What follows a record on its line is never looked at.
                at = match bytes.get(end) {
                    Some(b'\n') => end + 1,
                    _ => lines::line(bytes, end).1,
                };
                continue;
            }
            let (end, next) = lines::line(bytes, at);
            self.general_record(bytes.get(at..end).unwrap_or_default(), path)?;
            at = next;
        }
        Ok(at)
    }

    fn separated_lines(
        &mut self,
        bytes: &[u8],
        separator: &[u8],
        at_end: bool,
        path: &str,
    ) -> Result<usize> {
        let whole = lines::separated_end(bytes, separator, at_end);
        let bytes = bytes.get(..whole).unwrap_or_default();
        let mut at = 0;
        while at < whole && !self.is_full() {
            let (end, next) = lines::separated(bytes, at, separator);
            self.record(bytes.get(at..end).unwrap_or_default(), path)?;
            at = next;
        }
        Ok(at)
    }

    /// Reads the record at `at` if it is sound; otherwise leaves no trace of it.
    #[inline]
    fn try_fast(&mut self, bytes: &[u8], at: usize) -> Option<usize> {
        let end = self
            .fast
            .row(bytes, at, &mut self.columns, &mut self.scalars, self.rows);
        if end.is_none() {
            self.columns
                .iter_mut()
                .for_each(|column| column.truncate(self.rows));
            return None;
        }
        if let Some((_, column)) = &mut self.corrupt {
            column.push_null();
        }
        self.rows += 1;
        end
    }

    /// A record that stands alone: a line, or a document.
    fn record(&mut self, bytes: &[u8], path: &str) -> Result<()> {
        let utf8 = matches!(self.options.encoding, None | Some(Encoding::Utf8));
        let sound = utf8 && bytes.first() == Some(&b'{') && std::str::from_utf8(bytes).is_ok();
        if sound && self.try_fast(bytes, 0).is_some() {
            return Ok(());
        }
        self.general_record(bytes, path)
    }

    fn general_record(&mut self, bytes: &[u8], path: &str) -> Result<()> {
        if bytes.len() > MAX_RECORD {
            return Err(SparkError::not_implemented(
                "reading JSON records of over 1 GB",
            ));
        }
        let record = match self.options.encoding.or_else(|| Encoding::detect(bytes)) {
            None => self.general.record(bytes, &mut self.scalars)?,
            Some(encoding) => match encoding.decode(bytes) {
                Some(text) => self.general.record(text.as_bytes(), &mut self.scalars)?,
                None => {
                    let name = encoding.name();
                    let reason = Malformed::new(format!("Invalid {name} in a record"));
                    Record::Bad {
                        partial: Vec::new(),
                        reason: Reason::Malformed(reason),
                    }
                }
            },
        };
        match record {
            Record::Rows(rows) => {
                // Spark's reader does not filter the rows of a list.
                let in_list = bytes.trim_ascii_start().first() == Some(&b'[');
                rows.iter().try_for_each(|row| {
                    self.push(row, None)?;
                    if in_list {
                        self.columns.iter_mut().for_each(Column::mark_last_absent);
                    }
                    Ok(())
                })
            }
            Record::Bad { partial, reason } => self.bad_record(&partial, &reason, bytes, path),
        }
    }

    fn bad_record(
        &mut self,
        partial: &[Datum],
        reason: &Reason,
        bytes: &[u8],
        path: &str,
    ) -> Result<()> {
        let text = String::from_utf8_lossy(bytes);
        match self.options.mode {
            ParseMode::DropMalformed => Ok(()),
            ParseMode::KeepAside => {
                self.rejected.push(Rejected {
                    path: path.to_string(),
                    reason: error::reason_text(reason),
                    record: text.into_owned(),
                });
                Ok(())
            }
            ParseMode::FailFast => {
                let row = partial.first().unwrap_or(&Datum::Null);
                let shown = self.shown_row(row, &text);
                Err(error::malformed_record(path, &text, &shown, reason))
            }
            ParseMode::Permissive if partial.is_empty() => self.push(&Datum::Null, Some(&text)),
            ParseMode::Permissive => partial
                .iter()
                .try_for_each(|row| self.push(row, Some(&text))),
        }
    }

    /// The values of a row as an error message shows them.
    fn shown_row(&self, row: &Datum, record: &str) -> Vec<String> {
        let corrupt = self.corrupt.as_ref().map(|(at, _)| *at);
        let items: &[Datum] = if let Datum::Struct(items) = row {
            items
        } else {
            &[]
        };
        let mut items = items.iter();
        let shown = |(at, field): (usize, &crate::types::StructField)| {
            if Some(at) == corrupt {
                return record.to_string();
            }
            error::shown_value(items.next().unwrap_or(&Datum::Null), &field.data_type)
        };
        self.schema.fields.iter().enumerate().map(shown).collect()
    }

    fn push(&mut self, row: &Datum, corrupt_text: Option<&str>) -> Result<()> {
        match row {
            Datum::Struct(items) => {
                let pairs = self.columns.iter_mut().zip(items);
                pairs
                    .into_iter()
                    .try_for_each(|(column, item)| column.push(item))?;
            }
            _ => self.columns.iter_mut().for_each(Column::push_absent),
        }
        if let Some((_, column)) = &mut self.corrupt {
            match corrupt_text {
                Some(text) => column.push_text(text.as_bytes()),
                None => column.push_null(),
            }
        }
        self.rows += 1;
        Ok(())
    }

    /// The records kept aside since it was last asked.
    pub fn take_rejected(&mut self) -> Vec<Rejected> {
        std::mem::take(&mut self.rejected)
    }

    /// The rows decoded so far as a batch; `None` when there are none.
    pub fn flush(&mut self) -> Result<Option<RecordBatch>> {
        Ok(self.flush_watched()?.map(|(batch, _)| batch))
    }

    /// As [`flush`](Self::flush), with what is absent of the watched columns.
    pub fn flush_watched(&mut self) -> Result<Option<(RecordBatch, AbsentRows)>> {
        if self.rows == 0 {
            return Ok(None);
        }
        let corrupt = self.corrupt.as_ref().map(|(at, _)| *at);
        let columns = wanted_positions(corrupt).zip(&mut self.columns);
        let absent = columns
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
            .map_err(|e| SparkError::internal(format!("JSON batch: {e}")))
    }

    /// All batches of a whole file.
    pub fn read_all(&mut self, bytes: &[u8], path: &str) -> Result<Vec<RecordBatch>> {
        let mut batches = Vec::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            let consumed = self.decode(rest, true, path)?;
            rest = rest.get(consumed..).unwrap_or_default();
            batches.extend(self.flush()?);
        }
        Ok(batches)
    }
}

/// Where the columns of values stand among those asked for.
fn wanted_positions(corrupt: Option<usize>) -> impl Iterator<Item = usize> {
    (0..).filter(move |position| Some(*position) != corrupt)
}
