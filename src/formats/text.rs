//! Text files: a line a row, or a file a row.

use std::sync::Arc;

use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow::datatypes::SchemaRef;

use super::border::{Decoder, Format, InferRules, LineDecoder, Opened, ROWS_A_BATCH, Request};
use super::columns::Column;
use super::{Encoding, OptionMap, lines};
use crate::error::{ErrorClass, Result, SparkError};
use crate::types::{DataType, StructField, StructType};

/// A batch ends when its column holds this much, whatever its number of rows.
const COLUMN_BYTES: usize = 256 * 1024 * 1024;
/// A value that is longer would overflow the 32-bit offsets of a column.
const MAX_VALUE: usize = i32::MAX as usize - COLUMN_BYTES;
const MARK: &[u8] = b"\xef\xbb\xbf";

#[derive(Debug, Clone)]
pub struct TextFormat {
    whole: bool,
    separator: Option<Vec<u8>>,
}

impl TextFormat {
    pub fn new(options: &[(String, String)]) -> Result<Self> {
        let map = OptionMap::new(options);
        // An encoding is for the separator alone: Spark hands the bytes on as they are.
        let encoding = match map.get("encoding") {
            None => Encoding::Utf8,
            Some(name) => Encoding::from_name(name).ok_or_else(|| {
                SparkError::not_implemented(format_args!("text files of the encoding {name}"))
            })?,
        };
        let separator = match map.get("lineSep") {
            Some("") => {
                return Err(SparkError::plain(
                    ErrorClass::IllegalArgument,
                    "requirement failed: 'lineSep' cannot be an empty string.",
                ));
            }
            other => other.map(|text| encoding.encode(text)),
        };
        Ok(Self {
            whole: map.flag("wholetext", false)?,
            separator,
        })
    }
}

impl Format for TextFormat {
    fn name(&self) -> &'static str {
        "text"
    }

    fn is_splittable(&self) -> bool {
        !self.whole && self.separator.is_none()
    }

    fn is_text(&self) -> bool {
        true
    }

    fn infer(
        &self,
        _: &mut dyn Iterator<Item = Result<Opened>>,
        _: &InferRules,
    ) -> Result<Option<StructType>> {
        let value = StructField::new("value", DataType::String, true);
        Ok(Some(StructType::new([value])))
    }

    fn check_schema(&self, schema: &StructType) -> Result<()> {
        match schema.fields.first() {
            Some(field) if field.data_type != DataType::String => Err(unsupported("Text", field)),
            _ => Ok(()),
        }
    }

    fn decoder(&self, request: &Request) -> Result<Decoder> {
        let count = request.schema.len();
        if count > 1 {
            return Err(SparkError::new(
                "_LEGACY_ERROR_TEMP_1290",
                &[("schemaSize", &count.to_string())],
            ));
        }
        let wanted = request.wanted().as_nullable();
        let column = match wanted.fields.first() {
            Some(field) => Some(Column::new(&field.data_type)?),
            None => None,
        };
        Ok(Decoder::Lines(Box::new(TextDecoder {
            format: self.clone(),
            schema: Arc::new(wanted.to_arrow()),
            column,
            rows: 0,
            bytes: 0,
            at_beginning: true,
        })))
    }
}

/// The error of a type that a format has no place for.
pub(super) fn unsupported(format: &str, field: &StructField) -> SparkError {
    SparkError::new(
        "UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE",
        &[
            ("columnName", &crate::error::quoted(&[&field.name])),
            ("columnType", &format!("\"{}\"", field.data_type.sql())),
            ("format", format),
        ],
    )
}

struct TextDecoder {
    format: TextFormat,
    schema: SchemaRef,
    /// None where nothing but the number of lines is wanted.
    column: Option<Column>,
    rows: usize,
    bytes: usize,
    at_beginning: bool,
}

impl TextDecoder {
    fn push(&mut self, mut line: &[u8]) -> Result<()> {
        if std::mem::take(&mut self.at_beginning) && !self.format.whole {
            line = line.strip_prefix(MARK).unwrap_or(line);
        }
        if line.len() > MAX_VALUE {
            return Err(SparkError::not_implemented("text values of over 1.7 GB"));
        }
        self.rows += 1;
        let Some(column) = &mut self.column else {
            return Ok(());
        };
        self.bytes += line.len();
        // Spark keeps the bytes as they are; a column of ours is always UTF-8.
        match std::str::from_utf8(line) {
            Ok(text) => column.push_text(text.as_bytes()),
            Err(_) => column.push_text(String::from_utf8_lossy(line).as_bytes()),
        }
        Ok(())
    }
}

impl LineDecoder for TextDecoder {
    fn start(&mut self, _: &str, at_beginning: bool) -> Result<()> {
        self.at_beginning = at_beginning;
        Ok(())
    }

    fn wants_whole_files(&self) -> bool {
        self.format.whole
    }

    fn is_full(&self) -> bool {
        self.rows >= ROWS_A_BATCH || self.bytes >= COLUMN_BYTES
    }

    fn decode(&mut self, bytes: &[u8], at_end: bool, _: &str) -> Result<usize> {
        if self.format.whole {
            if at_end {
                self.push(bytes)?;
                return Ok(bytes.len());
            }
            return Ok(0);
        }
        let separator = self.format.separator.clone();
        let whole = match &separator {
            Some(separator) => lines::separated_end(bytes, separator, at_end),
            None => lines::whole_end(bytes, at_end),
        };
        let bytes = bytes.get(..whole).unwrap_or_default();
        let mut at = 0;
        while at < whole && !self.is_full() {
            let (end, next) = match &separator {
                Some(separator) => lines::separated(bytes, at, separator),
                None => lines::line(bytes, at),
            };
            self.push(bytes.get(at..end).unwrap_or_default())?;
            at = next;
        }
        Ok(at)
    }

    fn flush(&mut self) -> Result<Option<RecordBatch>> {
        if self.rows == 0 {
            return Ok(None);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(self.rows));
        self.rows = 0;
        self.bytes = 0;
        let arrays = match &mut self.column {
            Some(column) => vec![column.finish()?],
            None => vec![],
        };
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options)
            .map(Some)
            .map_err(SparkError::internal)
    }
}
