//! [`FromCsv`]: a column of CSV texts, a record each, as a column of structs.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray, StructArray};
use arrow::buffer::NullBuffer;
use arrow::compute::concat_batches;
use arrow::datatypes::{DataType as ArrowType, Schema};

use super::decoder::CsvDecoder;
use super::infer::Inference;
use super::options::CsvOptions;
use crate::error::{Result, SparkError};
use crate::formats::{Defaults, Fills, LineDecoder, ROWS_A_BATCH, Request};
use crate::types::{DataType, StructType};

/// Reads texts as structs of one type.
pub struct FromCsv {
    schema: StructType,
    options: CsvOptions,
    case_sensitive: bool,
}

impl FromCsv {
    pub fn new(schema: &StructType, options: CsvOptions, case_sensitive: bool) -> Self {
        Self {
            schema: schema.as_nullable(),
            options,
            case_sensitive,
        }
    }

    /// The structs' type.
    pub fn returns(&self) -> DataType {
        DataType::Struct(self.schema.clone())
    }

    /// A struct for each text, null for null.
    ///
    /// # Errors
    /// In mode `FAILFAST`, for a text that does not fit.
    pub fn read(&self, texts: &dyn Array) -> Result<ArrayRef> {
        let texts: &StringArray = texts.as_string();
        let request = Request {
            fills: Fills::default(),
            schema: self.schema.clone(),
            columns: (0..self.schema.fields.len()).collect(),
            case_sensitive: self.case_sensitive,
            filters: Vec::new(),
            filter_schema: Arc::new(Schema::empty()),
        };
        let mut decoder = CsvDecoder::new(&request, &self.options)?;
        let mut batches: Vec<RecordBatch> = Vec::new();
        for row in 0..texts.len() {
            let text = if texts.is_valid(row) {
                texts.value(row)
            } else {
                ""
            };
            decoder.text(text)?;
            if (row + 1) % ROWS_A_BATCH == 0 {
                batches.extend(decoder.flush()?);
            }
        }
        batches.extend(decoder.flush()?);
        let ArrowType::Struct(fields) = self.returns().to_arrow() else {
            return Err(SparkError::internal("a row is a struct"));
        };
        if fields.is_empty() || texts.is_empty() {
            let nulls = texts.nulls().cloned();
            let columns = fields
                .iter()
                .map(|f| arrow::array::new_empty_array(f.data_type()));
            let columns: Vec<_> = columns.collect();
            if fields.is_empty() {
                return Ok(Arc::new(StructArray::new_empty_fields(texts.len(), nulls)));
            }
            let built = StructArray::try_new(fields, columns, nulls);
            return Ok(Arc::new(built.map_err(SparkError::internal)?));
        }
        let schema = batches[0].schema();
        let whole = concat_batches(&schema, &batches).map_err(SparkError::internal)?;
        let nulls = NullBuffer::union(texts.nulls(), None);
        let built = StructArray::try_new(fields, whole.columns().to_vec(), nulls);
        Ok(Arc::new(built.map_err(SparkError::internal)?))
    }
}

/// The type of one record; `None` where it has no values.
pub fn type_of(
    text: &str,
    options: &[(String, String)],
    defaults: &Defaults,
) -> Result<Option<StructType>> {
    let mut options = CsvOptions::new(options, defaults)?;
    options.infer_schema = true;
    options.header = false;
    let mut inference = Inference::new(&options, true);
    inference.line(text);
    Ok(inference.finish())
}
