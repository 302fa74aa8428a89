//! Spark's CSV reader: files of delimited values to record batches of a schema, and a
//! schema from such files.
//!
//! `records` finds records, `tokens` (with `quoted` for the odd cases) cuts them into
//! values, `convert` gives each its type, `decoder` keeps what becomes of them by
//! mode; `infer` and `header` find schemas.

mod convert;
mod decoder;
mod from_text;
mod header;
mod infer;
mod options;
mod quoted;
mod records;
#[cfg(test)]
mod tests;
mod tokens;

use self::decoder::CsvDecoder;
pub use self::from_text::{FromCsv, type_of};
use self::infer::Inference;
pub use self::options::CsvOptions;
use crate::error::{Result, SparkError};
use crate::formats::json::check_only_corrupt_column;
use crate::formats::text::unsupported;
use crate::formats::{Decoder, Defaults, Format, InferRules, Opened, Request};
use crate::types::{DataType, StructType};

/// Spark's CSV reader with its options.
#[derive(Debug)]
pub struct CsvFormat {
    options: CsvOptions,
}

impl CsvFormat {
    pub fn new(options: &[(String, String)], defaults: &Defaults) -> Result<Self> {
        Ok(Self {
            options: CsvOptions::new(options, defaults)?,
        })
    }
}

impl Format for CsvFormat {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn is_splittable(&self) -> bool {
        !self.options.multi_line && self.options.line_sep.is_none()
    }

    fn is_text(&self) -> bool {
        true
    }

    fn infer(
        &self,
        files: &mut dyn Iterator<Item = Result<Opened>>,
        rules: &InferRules,
    ) -> Result<Option<StructType>> {
        let mut inference = Inference::new(&self.options, rules.case_sensitive);
        let mut any = false;
        for file in files {
            any = true;
            match file.and_then(Opened::into_bytes) {
                Ok(bytes) => inference.add_file(&bytes)?,
                Err(_) if rules.ignore_corrupt => {}
                Err(error) => return Err(error),
            }
            if inference.is_done() {
                break;
            }
        }
        Ok(any.then(|| inference.finish().unwrap_or_default()))
    }

    fn check_schema(&self, schema: &StructType) -> Result<()> {
        let corrupt = &self.options.corrupt_column;
        for field in schema.fields.iter() {
            if field.name == *corrupt && (field.data_type != DataType::String || !field.nullable) {
                return Err(SparkError::new(
                    "INVALID_CORRUPT_RECORD_TYPE",
                    &[
                        ("columnName", &crate::error::quoted(&[corrupt])),
                        ("actualType", &format!("\"{}\"", field.data_type.sql())),
                    ],
                ));
            }
            let nested = matches!(
                field.data_type,
                DataType::Array { .. }
                    | DataType::Map { .. }
                    | DataType::Struct(_)
                    | DataType::Null
                    | DataType::CalendarInterval
            );
            if nested {
                return Err(unsupported("CSV", field));
            }
        }
        Ok(())
    }

    fn decoder(&self, request: &Request) -> Result<Decoder> {
        let wanted = request.wanted();
        let names: Vec<_> = wanted.fields.iter().map(|f| f.name.as_str()).collect();
        check_only_corrupt_column(&names, &self.options.corrupt_column)?;
        let decoder = CsvDecoder::new(request, &self.options)?;
        Ok(Decoder::Lines(Box::new(decoder)))
    }
}

/// A text as the only value of an array of its type, by the rules of this format's
/// defaults; `None` where it is no such value.
pub(super) fn text_value(
    text: &str,
    data_type: &DataType,
    zone: crate::types::Zone,
) -> Option<arrow::array::ArrayRef> {
    let defaults = Defaults {
        zone,
        machine_zone: zone,
        corrupt_column: String::new(),
        timestamps_are_ntz: false,
        csv_pruning: false,
        parquet_merge: false,
        orc_merge: false,
        avro: crate::formats::avro::AvroSettings::default(),
    };
    let mut options = CsvOptions::new(&[], &defaults).ok()?;
    // Nothing stands for null here.
    options.null_value = "\0".into();
    let mut scalars = crate::formats::scalars::Scalars::new(&options.date_time_forms());
    let mut target = convert::Target {
        position: 0,
        data_type: data_type.clone(),
        column: crate::formats::columns::Column::new(data_type).ok()?,
    };
    target.push(Some(text), &options, &mut scalars).ok()?;
    target.column.finish().ok()
}
