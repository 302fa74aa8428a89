//! CSV files: a row a line, with a header where it is asked for.

use arrow::array::Array;
use arrow::record_batch::RecordBatch;

use super::charset::Charset;
use super::codec::{Codec, Compressed};
use super::csv_line::LineRules;
use super::json::open_charset;
use super::values::{ScalarText, TimeFormats};
use super::{FileWriter, Output, WriteDefaults, write_failure};
use crate::error::{ErrorClass, Result, SparkError};
use crate::formats::OptionMap;
use crate::types::{DataType, StructType};

#[derive(Debug)]
pub struct CsvFormat {
    pub codec: Codec,
    pub header: bool,
    /// `csv` unless told.
    pub extension: String,
    schema: StructType,
    times: TimeFormats,
    charset: Charset,
    rules: LineRules,
}

impl CsvFormat {
    pub fn new(schema: &StructType, options: &OptionMap, defaults: &WriteDefaults) -> Result<Self> {
        check_types(schema)?;
        let charset = options.get("encoding").or_else(|| options.get("charset"));
        let extension = options.get("extension").unwrap_or("csv");
        if extension.chars().count() != 3 || !extension.chars().all(char::is_alphabetic) {
            return Err(SparkError::plain(
                ErrorClass::IllegalArgument,
                format!("Invalid CSV extension: {extension}"),
            ));
        }
        let codec = options.get("compression").or_else(|| options.get("codec"));
        Ok(Self {
            codec: Codec::from_name(codec.unwrap_or("none"))?,
            header: options.flag("header", false)?,
            extension: extension.to_string(),
            schema: schema.clone(),
            times: TimeFormats::new(options, defaults.zone)?,
            charset: open_charset(charset.unwrap_or("UTF-8"))?,
            rules: LineRules::new(options)?,
        })
    }

    pub fn open(&self, out: Output) -> Result<Box<dyn FileWriter>> {
        let mut out = self.codec.compress(out).map_err(|e| write_failure(&e))?;
        out.write_all(self.charset.mark())
            .map_err(|e| write_failure(&e))?;
        let zone = self.times.zone;
        let text = |field: &crate::types::StructField| ScalarText::new(&field.data_type, zone);
        let mut writer = CsvWriter {
            out,
            texts: self.schema.fields.iter().map(text).collect(),
            times: self.times.clone(),
            charset: self.charset,
            rules: self.rules.clone(),
            lines: String::new(),
            bytes: Vec::new(),
        };
        if self.header {
            let names = self.schema.fields.iter().map(|f| Some(f.name.as_str()));
            self.rules.line(names, &mut writer.lines);
            writer.flush()?;
        }
        Ok(Box::new(writer))
    }
}

fn check_types(schema: &StructType) -> Result<()> {
    let is_supported = |data_type: &DataType| {
        !matches!(
            data_type.stored(),
            DataType::Null
                | DataType::Place { .. }
                | DataType::CalendarInterval
                | DataType::Variant
                | DataType::Array { .. }
                | DataType::Map { .. }
                | DataType::Struct(_)
        )
    };
    let refused = |field: &&crate::types::StructField| !is_supported(&field.data_type);
    let Some(field) = schema.fields.iter().find(refused) else {
        return Ok(());
    };
    let (name, kind) = (format!("`{}`", field.name), field.data_type.sql());
    Err(SparkError::new(
        "UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE",
        &[
            ("format", "CSV"),
            ("columnName", &name),
            ("columnType", &format!("\"{kind}\"")),
        ],
    ))
}

struct CsvWriter {
    out: Compressed,
    texts: Vec<ScalarText>,
    times: TimeFormats,
    charset: Charset,
    rules: LineRules,
    lines: String,
    bytes: Vec<u8>,
}

impl CsvWriter {
    fn flush(&mut self) -> Result<()> {
        let written = if self.charset.is_utf8() {
            self.out.write_all(self.lines.as_bytes())
        } else {
            self.bytes.clear();
            self.charset.encode(&self.lines, &mut self.bytes);
            self.out.write_all(&self.bytes)
        };
        self.lines.clear();
        written.map_err(|e| write_failure(&e))
    }
}

impl FileWriter for CsvWriter {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let mut values: Vec<Option<String>> = vec![None; self.texts.len()];
        for row in 0..batch.num_rows() {
            let columns = self.texts.iter().zip(batch.columns());
            for ((text, column), value) in columns.zip(&mut values) {
                if column.is_null(row) {
                    *value = None;
                    continue;
                }
                let value = value.get_or_insert_default();
                value.clear();
                text.write(&self.times, column, row, value)?;
            }
            let line = values.iter().map(Option::as_deref);
            self.rules.line(line, &mut self.lines);
        }
        self.flush()
    }

    fn finish(self: Box<Self>) -> Result<()> {
        self.out.finish().map_err(|e| write_failure(&e))
    }
}
