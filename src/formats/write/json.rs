//! JSON files: an object a line.

use arrow::record_batch::RecordBatch;

use super::charset::Charset;
use super::codec::{Codec, Compressed};
use super::json_layout::spread;
use super::text::empty_line_sep;
use super::{FileWriter, Output, WriteDefaults, write_failure};
use crate::error::{ErrorClass, Result, SparkError};
use crate::formats::OptionMap;
use crate::types::{DataType, StructType};

pub use super::json_text::{JsonText, JsonTextOptions};

#[derive(Debug)]
pub struct JsonFormat {
    pub codec: Codec,
    schema: StructType,
    text: JsonTextOptions,
    charset: Charset,
    line_sep: String,
}

impl JsonFormat {
    pub fn new(schema: &StructType, options: &OptionMap, defaults: &WriteDefaults) -> Result<Self> {
        for field in schema.fields.iter() {
            if !is_supported(&field.data_type) {
                let (name, kind) = (format!("`{}`", field.name), field.data_type.sql());
                return Err(SparkError::new(
                    "UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE",
                    &[
                        ("format", "JSON"),
                        ("columnName", &name),
                        ("columnType", &format!("\"{kind}\"")),
                    ],
                ));
            }
        }
        let line_sep = options.get("lineSep").unwrap_or("\n").to_string();
        if line_sep.is_empty() {
            return Err(empty_line_sep());
        }
        let charset = options.get("encoding").or_else(|| options.get("charset"));
        Ok(Self {
            codec: Codec::from_name(options.get("compression").unwrap_or("none"))?,
            schema: schema.clone(),
            text: JsonTextOptions::new(options, defaults.zone, defaults.json_ignores_nulls)?,
            charset: json_charset(charset.unwrap_or("UTF-8"))?,
            line_sep,
        })
    }

    pub fn open(&self, out: Output) -> Result<Box<dyn FileWriter>> {
        let mut out = self.codec.compress(out).map_err(|e| write_failure(&e))?;
        out.write_all(self.charset.mark())
            .map_err(|e| write_failure(&e))?;
        Ok(Box::new(JsonWriter {
            out,
            text: JsonText::new(&DataType::Struct(self.schema.clone()), &self.text),
            charset: self.charset,
            line_sep: self.line_sep.clone(),
            is_pretty: self.text.is_pretty,
            line: String::new(),
            compact: String::new(),
            bytes: Vec::new(),
        }))
    }
}

fn json_charset(name: &str) -> Result<Charset> {
    Charset::from_name(name).ok_or_else(|| {
        SparkError::new(
            "INVALID_PARAMETER_VALUE.CHARSET",
            &[
                ("parameter", "`charset`"),
                ("functionName", "`JSONOptions`"),
                ("charsets", crate::formats::Encoding::NAMES),
                ("charset", name),
            ],
        )
    })
}

/// The character set of a text file.
pub fn open_charset(name: &str) -> Result<Charset> {
    Charset::from_name(name).ok_or_else(|| {
        // Java's exception has the name for its message.
        SparkError::plain(ErrorClass::IllegalArgument, name)
    })
}

fn is_supported(data_type: &DataType) -> bool {
    match data_type {
        DataType::CalendarInterval | DataType::Place { .. } => false,
        DataType::UserDefined(udt) => is_supported(&udt.stored),
        DataType::Array { element, .. } => is_supported(element),
        DataType::Map { key, value, .. } => is_supported(key) && is_supported(value),
        DataType::Struct(fields) => fields.fields.iter().all(|f| is_supported(&f.data_type)),
        _ => true,
    }
}

struct JsonWriter {
    out: Compressed,
    text: JsonText,
    charset: Charset,
    line_sep: String,
    is_pretty: bool,
    line: String,
    /// A row before it is spread over lines.
    compact: String,
    bytes: Vec<u8>,
}

impl FileWriter for JsonWriter {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        self.line.clear();
        for row in 0..batch.num_rows() {
            if self.is_pretty {
                self.compact.clear();
                self.text.object(batch.columns(), row, &mut self.compact)?;
                spread(&self.compact, &mut self.line);
            } else {
                self.text.object(batch.columns(), row, &mut self.line)?;
            }
            self.line.push_str(&self.line_sep);
        }
        let written = if self.charset.is_utf8() {
            self.out.write_all(self.line.as_bytes())
        } else {
            self.bytes.clear();
            self.charset.encode(&self.line, &mut self.bytes);
            self.out.write_all(&self.bytes)
        };
        written.map_err(|e| write_failure(&e))
    }

    fn finish(self: Box<Self>) -> Result<()> {
        self.out.finish().map_err(|e| write_failure(&e))
    }
}
