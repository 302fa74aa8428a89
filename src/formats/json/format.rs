//! JSON at the border of the formats.

use std::sync::Arc;

use arrow::record_batch::RecordBatch;

use super::whole::{WholeDecoder, check_whole};
use super::{JsonDecoder, JsonOptions, SchemaInference, check_only_corrupt_column, check_schema};
use crate::error::Result;
use crate::formats::{
    AbsentRows, Decoder, Defaults, Format, InferRules, LineDecoder, Opened, ROWS_A_BATCH, Rejected,
    Request,
};
use crate::types::{DataType, StructField, StructType};

/// Spark's JSON reader with its options.
#[derive(Debug)]
pub struct JsonFormat {
    options: Arc<JsonOptions>,
}

impl JsonFormat {
    pub fn new(options: &[(String, String)], defaults: &Defaults) -> Result<Self> {
        let mut read = JsonOptions::from_options(options, defaults.zone)?;
        let named = crate::formats::OptionMap::new(options);
        if named.get("columnNameOfCorruptRecord").is_none() {
            read.column_name_of_corrupt_record
                .clone_from(&defaults.corrupt_column);
        }
        Ok(Self {
            options: Arc::new(read),
        })
    }
}

impl Format for JsonFormat {
    fn name(&self) -> &'static str {
        "json"
    }

    fn is_splittable(&self) -> bool {
        !self.options.multi_line
            && self.options.line_sep.is_none()
            && self.options.encoding.is_none()
    }

    fn is_text(&self) -> bool {
        true
    }

    fn knows_columns(&self) -> bool {
        self.options.whole.is_some()
    }

    fn infer(
        &self,
        files: &mut dyn Iterator<Item = Result<Opened>>,
        rules: &InferRules,
    ) -> Result<Option<StructType>> {
        if let Some(name) = &self.options.whole {
            let field = StructField::new(name.clone(), DataType::Variant, true);
            return Ok(Some(StructType::new([field])));
        }
        let mut inference = SchemaInference::new(&self.options)?;
        let mut any = false;
        for file in files {
            any = true;
            match file.and_then(Opened::into_bytes) {
                Ok(bytes) => inference.add_file(&bytes)?,
                Err(_) if rules.ignore_corrupt => {}
                Err(error) => return Err(error),
            }
        }
        if !any {
            return Ok(None);
        }
        inference.finish(rules.case_sensitive).map(Some)
    }

    fn check_schema(&self, schema: &StructType) -> Result<()> {
        let corrupt = &self.options.column_name_of_corrupt_record;
        if let Some(whole) = &self.options.whole {
            check_whole(schema, whole, corrupt)?;
        }
        check_schema(schema, corrupt)
    }

    fn decoder(&self, request: &Request) -> Result<Decoder> {
        let wanted = request.wanted();
        let names: Vec<_> = wanted.fields.iter().map(|f| f.name.as_str()).collect();
        check_only_corrupt_column(&names, &self.options.column_name_of_corrupt_record)?;
        if self.options.whole.is_some() {
            let decoder = WholeDecoder::new(&wanted, &self.options)?;
            return Ok(Decoder::Lines(Box::new(decoder)));
        }
        let decoder = JsonDecoder::new(&wanted, &self.options, ROWS_A_BATCH)?;
        Ok(Decoder::Lines(Box::new(decoder)))
    }
}

impl LineDecoder for JsonDecoder {
    fn wants_whole_files(&self) -> bool {
        self.options.multi_line
    }

    fn is_full(&self) -> bool {
        Self::is_full(self)
    }

    fn decode(&mut self, bytes: &[u8], at_end: bool, path: &str) -> Result<usize> {
        Self::decode(self, bytes, at_end, path)
    }

    fn flush(&mut self) -> Result<Option<RecordBatch>> {
        Self::flush(self)
    }

    fn take_rejected(&mut self) -> Vec<Rejected> {
        Self::take_rejected(self)
    }

    fn watch(&mut self, positions: &[usize]) {
        Self::watch(self, positions);
    }

    fn flush_watched(&mut self) -> Result<Option<(RecordBatch, AbsentRows)>> {
        Self::flush_watched(self)
    }
}
