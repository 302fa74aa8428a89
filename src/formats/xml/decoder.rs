//! [`XmlDecoder`]: whole documents of XML to record batches, the elements of one name a row
//! each; or a document a line.

use arrow::array::RecordBatch;

use super::events::{Event, Events, Malformed, Place, Scan};
use super::options::XmlOptions;
use super::tags::Attribute;
use super::value::{Failure, Rows};
use crate::error::{ErrorClass, Result, SparkError};
use crate::formats::columns::Datum;
use crate::formats::rows::{Misfit, RowBatch};
use crate::formats::{AbsentRows, LineDecoder, Rejected, lines};
use crate::types::StructType;

pub(super) struct XmlDecoder {
    options: XmlOptions,
    row_tag: String,
    batch: RowBatch,
    rows: Rows,
    /// The document at hand, where a batch was full before its end.
    document: Option<(String, Place)>,
}

impl XmlDecoder {
    /// A decoder of the fields in `schema`, which need not be all that the records have.
    pub fn new(
        schema: &StructType,
        options: &XmlOptions,
        case_sensitive: bool,
        most_rows: usize,
    ) -> Result<Self> {
        let batch = RowBatch::new(schema, &options.corrupt_column, options.mode, most_rows)?;
        Ok(Self {
            rows: Rows::new(&batch.fields, options, case_sensitive),
            row_tag: options.row_tag.clone().unwrap_or_default(),
            options: options.clone(),
            batch,
            document: None,
        })
    }

    /// The row of a text that is one record, whatever its root element.
    ///
    /// # Errors
    /// In mode `FAILFAST`, where it does not fit.
    pub fn record(&mut self, text: &str) -> Result<()> {
        match self.rows.document(text) {
            Ok(row) => self.batch.push(&Datum::Struct(row), None),
            Err(Failure::Unfit(unfit)) if !unfit.is_caught => Err(unfit.error),
            Err(failure) => self.misfit(failure, text, ""),
        }
    }

    /// A row of nulls.
    pub fn push_null(&mut self) -> Result<()> {
        self.batch.push(&Datum::Null, None)
    }

    fn misfit(&mut self, failure: Failure, record: &str, path: &str) -> Result<()> {
        let reason = failure.error();
        let partial = match failure {
            Failure::Partly { row, .. } => Some(Datum::Struct(row)),
            _ => None,
        };
        let misfit = Misfit {
            record,
            partial: partial.as_ref(),
            reason,
        };
        self.batch.push_misfit(misfit, path)
    }

    /// The rows of a document from a place on, until the batch is full; where they went on.
    fn rows_from(&mut self, text: &str, place: &Place, path: &str) -> Result<Option<Place>> {
        let mut events = Events::resume(text, place);
        while !self.batch.is_full() {
            let failure = match next_row(&mut events, &self.row_tag, &self.options) {
                Ok(None) => return Ok(None),
                Ok(Some(attributes)) => match self.rows.row(&mut events, &attributes) {
                    Ok(row) => {
                        self.batch.push(&Datum::Struct(row), None)?;
                        continue;
                    }
                    // Beside a field, Spark takes a value that does not fit for a fault of
                    // the file.
                    Err(Failure::Unfit(unfit)) => return Err(unfit.error),
                    Err(failure) => failure,
                },
                Err(malformed) => failure_of(malformed),
            };
            // Where the record begins and ends nobody can say: the file is the record.
            self.misfit(failure, text, path)?;
            if events.is_broken() {
                return Ok(None);
            }
        }
        Ok(Some(events.place()))
    }

    fn document(&mut self, bytes: &[u8], path: &str) -> Result<usize> {
        let (text, place) = match self.document.take() {
            Some(document) => document,
            None => (
                super::text::of_document(bytes, &self.options)?,
                Place::default(),
            ),
        };
        match self.rows_from(&text, &place, path)? {
            Some(place) => {
                self.document = Some((text, place));
                // Nothing more of the bytes is looked at, but who feeds them takes none
                // used for an end: one a batch is fewer than there are.
                Ok(1)
            }
            None => Ok(bytes.len()),
        }
    }

    fn lines(&mut self, bytes: &[u8], at_end: bool) -> Result<usize> {
        let mut at = 0;
        while at < bytes.len() && !self.batch.is_full() {
            let (end, next) = lines::line(bytes, at);
            if next >= bytes.len() && !at_end {
                break;
            }
            let line = bytes.get(at..end).unwrap_or_default();
            let text = super::text::of_bytes(line, self.options.charset()?)?;
            self.record(&text)?;
            at = next;
        }
        Ok(at)
    }
}

fn failure_of(malformed: Malformed) -> Failure {
    Failure::Malformed(malformed)
}

/// Goes to the next element that is a row, and gives its attributes; `None` at the end,
/// also at one that comes too early.
pub(super) fn next_row<'a>(
    events: &mut Events<'a>,
    row_tag: &str,
    options: &XmlOptions,
) -> Scan<Option<Vec<Attribute<'a>>>> {
    loop {
        match events.next() {
            Ok(Event::Start { name, attributes }) if options.name(name) == row_tag => {
                return Ok(Some(attributes));
            }
            Ok(Event::Done) => return Ok(None),
            Ok(_) => {}
            Err(malformed) if malformed.at_end => return Ok(None),
            Err(malformed) => return Err(malformed),
        }
    }
}

impl LineDecoder for XmlDecoder {
    fn start(&mut self, _path: &str, _at_beginning: bool) -> Result<()> {
        self.document = None;
        Ok(())
    }

    fn wants_whole_files(&self) -> bool {
        self.options.multi_line
    }

    fn is_full(&self) -> bool {
        self.batch.is_full()
    }

    fn decode(&mut self, bytes: &[u8], at_end: bool, path: &str) -> Result<usize> {
        let used = match (self.options.multi_line, at_end) {
            (false, _) => self.lines(bytes, at_end),
            (true, false) => Ok(0),
            (true, true) => self.document(bytes, path),
        };
        used.map_err(|error| match error.class() {
            ErrorClass::NotImplemented => error,
            _ => in_file(path, error),
        })
    }

    fn flush(&mut self) -> Result<Option<RecordBatch>> {
        Ok(self.batch.flush()?.map(|(batch, _)| batch))
    }

    fn watch(&mut self, positions: &[usize]) {
        self.batch.watch(positions);
    }

    fn take_rejected(&mut self) -> Vec<Rejected> {
        self.batch.take_rejected()
    }

    fn flush_watched(&mut self) -> Result<Option<(RecordBatch, AbsentRows)>> {
        self.batch.flush()
    }
}

/// An error of the file that is read.
fn in_file(path: &str, cause: SparkError) -> SparkError {
    SparkError::new("FAILED_READ_FILE.NO_HINT", &[("path", path)]).with_cause(cause)
}
