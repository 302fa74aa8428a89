//! Text files: one column of strings, a row a line. A null is an empty line.

use arrow::array::Array;
use arrow::record_batch::RecordBatch;

use super::codec::{Codec, Compressed};
use super::{FileWriter, Output, write_failure};
use crate::error::{ErrorClass, Result, SparkError};
use crate::formats::OptionMap;
use crate::types::{DataType, StructType, string_at};

#[derive(Debug)]
pub struct TextFormat {
    pub codec: Codec,
    line_sep: String,
}

impl TextFormat {
    pub fn new(schema: &StructType, options: &OptionMap) -> Result<Self> {
        for field in schema.fields.iter() {
            if field.data_type != DataType::String {
                let (name, kind) = (format!("`{}`", field.name), field.data_type.sql());
                return Err(SparkError::new(
                    "UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE",
                    &[
                        ("format", "Text"),
                        ("columnName", &name),
                        ("columnType", &format!("\"{kind}\"")),
                    ],
                ));
            }
        }
        if schema.len() != 1 {
            let count = schema.len().to_string();
            return Err(SparkError::new(
                "_LEGACY_ERROR_TEMP_1290",
                &[("schemaSize", &count)],
            ));
        }
        // Spark reads `encoding` here and writes UTF-8 all the same.
        let line_sep = options.get("lineSep").unwrap_or("\n").to_string();
        if line_sep.is_empty() {
            return Err(empty_line_sep());
        }
        Ok(Self {
            codec: Codec::from_name(options.get("compression").unwrap_or("none"))?,
            line_sep,
        })
    }

    pub fn open(&self, out: Output) -> Result<Box<dyn FileWriter>> {
        Ok(Box::new(TextWriter {
            out: self.codec.compress(out).map_err(|e| write_failure(&e))?,
            line_sep: self.line_sep.clone(),
            buffer: Vec::new(),
        }))
    }
}

/// No lines could be told apart.
pub fn empty_line_sep() -> SparkError {
    SparkError::plain(
        ErrorClass::IllegalArgument,
        "requirement failed: 'lineSep' cannot be an empty string.",
    )
}

struct TextWriter {
    out: Compressed,
    line_sep: String,
    buffer: Vec<u8>,
}

impl FileWriter for TextWriter {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let column = batch.column(0);
        self.buffer.clear();
        for row in 0..batch.num_rows() {
            if !column.is_null(row) {
                self.buffer
                    .extend_from_slice(string_at(column, row).as_bytes());
            }
            self.buffer.extend_from_slice(self.line_sep.as_bytes());
        }
        self.out
            .write_all(&self.buffer)
            .map_err(|e| write_failure(&e))
    }

    fn finish(self: Box<Self>) -> Result<()> {
        self.out.finish().map_err(|e| write_failure(&e))
    }
}
