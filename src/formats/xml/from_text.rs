//! [`FromXml`]: a column of XML texts, a record each, as a column of structs; and the type
//! of one text.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StructArray, new_empty_array};

use super::decoder::XmlDecoder;
use super::infer::Inference;
use super::options::XmlOptions;
use crate::error::{Result, SparkError};
use crate::formats::LineDecoder;
use crate::types::{DataType, StructType, string_at};

/// Reads texts as structs of one type.
pub struct FromXml {
    schema: StructType,
    options: XmlOptions,
    case_sensitive: bool,
}

impl FromXml {
    pub fn new(schema: &StructType, options: XmlOptions, case_sensitive: bool) -> Self {
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
        if texts.is_empty() {
            return Ok(new_empty_array(&self.returns().to_arrow()));
        }
        let nulls = texts.nulls().cloned();
        if self.schema.is_empty() {
            return Ok(Arc::new(StructArray::new_empty_fields(texts.len(), nulls)));
        }
        let sensitive = self.case_sensitive;
        let mut decoder = XmlDecoder::new(&self.schema, &self.options, sensitive, usize::MAX)?;
        for row in 0..texts.len() {
            match texts.is_null(row) {
                true => decoder.push_null()?,
                false => decoder.record(string_at(texts, row))?,
            }
        }
        let batch = decoder.flush()?;
        let batch = batch.ok_or_else(|| SparkError::internal("rows of XML are lost"))?;
        let (fields, columns) = (batch.schema().fields().clone(), batch.columns().to_vec());
        let made = StructArray::try_new(fields, columns, nulls);
        Ok(Arc::new(made.map_err(SparkError::internal)?))
    }
}

/// The type of one text.
pub fn type_of(text: &str, options: &XmlOptions, case_sensitive: bool) -> Result<StructType> {
    let mut inference = Inference::new(options, case_sensitive)?;
    inference.add_record(text)?;
    Ok(inference.finish())
}
