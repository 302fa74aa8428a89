//! [`CsvDecoder`]: bytes of CSV files to record batches.

use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow::datatypes::SchemaRef;

use super::convert::{Target, Unfit};
use super::header;
use super::options::CsvOptions;
use super::records::{self, Records};
use super::tokens::{Cutter, Refused, Slot, Tokens};
use crate::error::{ErrorClass, Result, SparkError};
use crate::formats::columns::Column;
use crate::formats::rows::wanted_positions;
use crate::formats::scalars::Scalars;
use crate::formats::{AbsentRows, LineDecoder, ParseMode, ROWS_A_BATCH, Rejected, Request};
use crate::types::DataType;

/// A batch ends when a column holds this much, whatever its number of rows.
const COLUMN_BYTES: usize = 256 * 1024 * 1024;

pub(super) struct CsvDecoder {
    options: CsvOptions,
    cutter: Cutter,
    tokens: Tokens,
    schema: SchemaRef,
    targets: Vec<Target>,
    /// Where the column of corrupt records stands, if it is asked for.
    corrupt: Option<(usize, Column)>,
    /// How many values a record must have; `None` where only some are looked at.
    expected: Option<usize>,
    /// Names of the columns that the files hold, to check headers against.
    names: Vec<String>,
    case_sensitive: bool,
    scalars: Scalars,
    header_pending: bool,
    at_beginning: bool,
    rows: usize,
    /// In mode `KeepAside`.
    rejected: Vec<Rejected>,
}

/// Why a record does not fit.
enum WhyUnfit {
    Uncut,
    /// It has so many values, which are too few or too many.
    Count(usize),
    /// Of the wanted column at this position.
    Value(usize),
}

impl CsvDecoder {
    pub fn new(request: &Request, options: &CsvOptions) -> Result<Self> {
        let corrupt_name = &options.corrupt_column;
        let wanted = request.wanted().as_nullable();
        let in_file: Vec<_> = request
            .schema
            .fields
            .iter()
            .filter(|f| f.name != *corrupt_name)
            .collect();
        let mut targets = Vec::new();
        let mut corrupt = None;
        for (at, field) in wanted.fields.iter().enumerate() {
            if field.name == *corrupt_name {
                corrupt = Some((at, Column::new(&DataType::String)?));
                continue;
            }
            let position = in_file.iter().position(|f| f.name == field.name);
            targets.push(Target {
                position: position.unwrap_or(usize::MAX),
                data_type: field.data_type.clone(),
                column: Column::new(&field.data_type)?,
            });
        }
        let prunes = options.pruning && !options.multi_line && corrupt.is_none();
        let some_only = prunes && targets.len() < in_file.len();
        Ok(Self {
            cutter: Cutter::new(&options.dialect),
            tokens: Tokens::default(),
            schema: Arc::new(wanted.to_arrow()),
            expected: (!some_only).then_some(in_file.len()),
            names: in_file.iter().map(|f| f.name.clone()).collect(),
            case_sensitive: request.case_sensitive,
            scalars: Scalars::new(&options.date_time_forms()),
            header_pending: false,
            at_beginning: false,
            rows: 0,
            rejected: Vec::new(),
            targets,
            corrupt,
            options: options.clone(),
        })
    }

    fn record(&mut self, record: &str, path: &str) -> Result<()> {
        if records::is_skipped(record, &self.options) {
            return Ok(());
        }
        if std::mem::take(&mut self.header_pending) {
            return self.check_header(record, path);
        }
        if self.expected == Some(0) || (self.targets.is_empty() && self.expected.is_none()) {
            return self.push_nothing();
        }
        let cut = self.cutter.cut(record, &mut self.tokens);
        let found = self.tokens.slots.len();
        let mut unfit = match (&cut, self.expected) {
            (Err(_), _) => Some(WhyUnfit::Uncut),
            (Ok(_), Some(count)) if count != found => Some(WhyUnfit::Count(found)),
            _ => None,
        };
        if let Err(refused) = &cut {
            if *refused == Refused::UnescapedQuote && self.options.mode != ParseMode::KeepAside {
                return Err(self.malformed(record, path));
            }
            self.tokens.slots.clear();
        }
        for (at, target) in self.targets.iter_mut().enumerate() {
            let slot = self.tokens.slots.get(target.position);
            let text = match slot {
                Some(Slot::Nothing) | None => None,
                Some(Slot::Empty) => Some(self.options.empty_value.as_str()),
                Some(slot) => self.tokens.text(record, slot),
            };
            match target.push(text, &self.options, &mut self.scalars) {
                // A record that ends before a column does not say what it has there.
                Ok(()) if slot.is_none() => target.column.mark_last_absent(),
                Ok(()) => {}
                Err(Unfit::Text) => {
                    target.column.push_null();
                    unfit = unfit.or(Some(WhyUnfit::Value(at)));
                }
                Err(Unfit::Fatal(error)) => return Err(error),
            }
        }
        let Some(unfit) = unfit else {
            return self.end_row(None);
        };
        if self.options.mode == ParseMode::Permissive {
            return self.end_row(Some(record));
        }
        let rows = self.rows;
        self.targets
            .iter_mut()
            .for_each(|target| target.column.truncate(rows));
        match self.options.mode {
            ParseMode::FailFast => Err(self.malformed(record, path)),
            ParseMode::KeepAside => {
                self.rejected.push(Rejected {
                    path: path.to_string(),
                    record: record.to_string(),
                    reason: self.reason(unfit),
                });
                Ok(())
            }
            ParseMode::Permissive | ParseMode::DropMalformed => Ok(()),
        }
    }

    /// One record, which has a row even where it is blank.
    pub(super) fn text(&mut self, record: &str) -> Result<()> {
        let before = self.rows;
        let fits = self.record(record, "");
        fits.map_err(|error| error.cause().cloned().unwrap_or(error))?;
        match self.rows == before {
            true => self.push_nothing(),
            false => Ok(()),
        }
    }

    fn reason(&self, unfit: WhyUnfit) -> String {
        match unfit {
            WhyUnfit::Uncut => "the record cannot be cut into values".into(),
            WhyUnfit::Count(found) => {
                let wanted = self.expected.unwrap_or_default();
                format!("{found} values for {wanted} columns")
            }
            WhyUnfit::Value(at) => {
                let target = self.targets.get(at);
                let name = target.and_then(|target| self.names.get(target.position));
                let kind = target.map(|target| target.data_type.sql());
                let (name, kind) = (name.map_or("", String::as_str), kind.unwrap_or_default());
                format!("the value of column {name} is no {kind}")
            }
        }
    }

    fn push_nothing(&mut self) -> Result<()> {
        self.targets.iter_mut().for_each(|t| t.column.push_null());
        self.end_row(None)
    }

    fn end_row(&mut self, corrupt: Option<&str>) -> Result<()> {
        if let Some((_, column)) = &mut self.corrupt {
            match corrupt {
                Some(text) => column.push_text(text.as_bytes()),
                None => column.push_null(),
            }
        }
        self.rows += 1;
        Ok(())
    }

    fn malformed(&self, record: &str, path: &str) -> SparkError {
        let shown: Vec<_> = self
            .tokens
            .slots
            .iter()
            .map(|slot| self.tokens.text(record, slot).unwrap_or("null"))
            .collect();
        let row = format!("[{}]", shown.join(","));
        let cause = SparkError::plain(ErrorClass::SparkRuntime, "Malformed CSV record");
        let malformed = SparkError::new(
            "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION",
            &[("badRecord", &row), ("failFastMode", "FAILFAST")],
        )
        .with_cause(cause);
        SparkError::new("FAILED_READ_FILE.NO_HINT", &[("path", path)]).with_cause(malformed)
    }

    fn check_header(&mut self, record: &str, path: &str) -> Result<()> {
        if self.options.enforce_schema {
            return Ok(());
        }
        let cut = self.cutter.cut(record, &mut self.tokens);
        let found: Vec<_> = self
            .tokens
            .slots
            .iter()
            .map(|slot| self.tokens.text(record, slot).unwrap_or_default())
            .collect();
        let names: Vec<_> = match self.expected {
            Some(_) => self.names.iter().map(String::as_str).collect(),
            None => self
                .targets
                .iter()
                .filter_map(|t| self.names.get(t.position).map(String::as_str))
                .collect(),
        };
        let picked: Vec<_> = match self.expected {
            Some(_) => found,
            None => self
                .targets
                .iter()
                .filter_map(|t| found.get(t.position).copied())
                .collect(),
        };
        if cut.is_err() {
            return Err(self.malformed(record, path));
        }
        header::check(&picked, &names, self.case_sensitive, path)
    }

    fn decoded<'a>(&self, bytes: &'a [u8]) -> Cow<'a, str> {
        match self.options.charset {
            Some(charset) => Cow::Owned(charset.decode(bytes)),
            None => String::from_utf8_lossy(bytes),
        }
    }

    /// The records of lines; how many of the bytes they had.
    fn lines(&mut self, bytes: &[u8], at_end: bool, path: &str) -> Result<usize> {
        let separator = self.options.line_sep.clone();
        let splitter = Records::new(separator.as_deref(), bytes, at_end);
        let mut done = 0;
        for (line, next) in splitter {
            if self.is_full() {
                break;
            }
            let text = self.decoded(line);
            self.record(&text, path)?;
            done = next;
        }
        Ok(done)
    }
}

impl LineDecoder for CsvDecoder {
    fn start(&mut self, _: &str, at_beginning: bool) -> Result<()> {
        self.header_pending = at_beginning && self.options.header;
        self.at_beginning = at_beginning;
        Ok(())
    }

    fn wants_whole_files(&self) -> bool {
        self.options.multi_line
    }

    fn is_full(&self) -> bool {
        self.rows >= ROWS_A_BATCH
            || self
                .targets
                .iter()
                .any(|target| target.column.byte_size() >= COLUMN_BYTES)
    }

    fn decode(&mut self, bytes: &[u8], at_end: bool, path: &str) -> Result<usize> {
        if self.options.multi_line && !at_end {
            return Ok(0);
        }
        let mut skipped = 0;
        let mut rest = bytes;
        if std::mem::take(&mut self.at_beginning)
            && let Some(unmarked) = bytes.strip_prefix(records::MARK)
        {
            rest = unmarked;
            skipped = records::MARK.len();
        }
        if !self.options.multi_line {
            return Ok(skipped + self.lines(rest, at_end, path)?);
        }
        let text = self.decoded(rest).into_owned();
        for record in records::of_document(&text, &self.options) {
            self.record(&record, path)?;
        }
        Ok(bytes.len())
    }

    fn take_rejected(&mut self) -> Vec<Rejected> {
        std::mem::take(&mut self.rejected)
    }

    fn watch(&mut self, positions: &[usize]) {
        let corrupt = self.corrupt.as_ref().map(|(at, _)| *at);
        for (at, target) in wanted_positions(corrupt).zip(&mut self.targets) {
            if positions.contains(&at) {
                target.column.watch();
            }
        }
    }

    fn flush_watched(&mut self) -> Result<Option<(RecordBatch, AbsentRows)>> {
        let corrupt = self.corrupt.as_ref().map(|(at, _)| *at);
        let absent = wanted_positions(corrupt)
            .zip(&mut self.targets)
            .filter_map(|(at, target)| Some((at, target.column.take_absent()?)))
            .filter(|(_, rows)| !rows.is_empty())
            .collect();
        Ok(self.flush()?.map(|batch| (batch, absent)))
    }

    fn flush(&mut self) -> Result<Option<RecordBatch>> {
        if self.rows == 0 {
            return Ok(None);
        }
        let mut arrays = self
            .targets
            .iter_mut()
            .map(|target| target.column.finish())
            .collect::<Result<Vec<_>>>()?;
        if let Some((at, column)) = &mut self.corrupt {
            arrays.insert(*at, column.finish()?);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(self.rows));
        self.rows = 0;
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options)
            .map(Some)
            .map_err(SparkError::internal)
    }
}
