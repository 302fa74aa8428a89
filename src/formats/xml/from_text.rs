//! [`FromXml`]: a column of XML texts, a record each, as a column of structs; and the type
//! of one text.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch, StructArray, new_empty_array};

use super::decoder::XmlDecoder;
use super::infer::Inference;
use super::options::XmlOptions;
use crate::error::{Result, SparkError};
use crate::formats::json::check_whole;
use crate::formats::{LineDecoder, ROWS_A_BATCH};
use crate::types::{DataType, StructField, StructType, string_at};

/// The name under which a whole text is read as a variant.
const WHOLE: &str = "value";

/// Reads texts as structs of one type, or as variants.
pub struct FromXml {
    schema: StructType,
    options: XmlOptions,
    case_sensitive: bool,
    is_variant: bool,
}

impl FromXml {
    pub fn new(schema: &StructType, options: XmlOptions, case_sensitive: bool) -> Result<Self> {
        if let Some(whole) = &options.whole {
            check_whole(schema, whole, &options.corrupt_column)?;
        }
        Ok(Self {
            schema: schema.as_nullable(),
            options,
            case_sensitive,
            is_variant: false,
        })
    }

    /// The columns that texts are read into where they are wanted as variants.
    pub fn whole() -> StructType {
        StructType::new([StructField::new(WHOLE, DataType::Variant, true)])
    }

    /// Texts as variants, for a reader of [`whole`](Self::whole) texts.
    pub fn into_variants(mut self) -> Self {
        self.options.whole = Some(WHOLE.to_string());
        self.is_variant = true;
        self
    }

    /// The type of the values.
    pub fn returns(&self) -> DataType {
        match self.is_variant {
            true => DataType::Variant,
            false => DataType::Struct(self.schema.clone()),
        }
    }

    /// A value for each text, null for null.
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
        if self.is_variant {
            return Ok(batch.column(0).clone());
        }
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

/// The rows of texts that are a record each, and their schema where none is given.
///
/// # Errors
/// In mode `FAILFAST`, for a text that does not fit.
pub fn read_records(
    texts: &[String],
    schema: Option<StructType>,
    options: &XmlOptions,
    case_sensitive: bool,
) -> Result<(StructType, Vec<RecordBatch>)> {
    let schema = match (schema, &options.whole) {
        (Some(schema), _) => schema.as_nullable(),
        (None, Some(name)) => {
            StructType::new([StructField::new(name.clone(), DataType::Variant, true)])
        }
        (None, None) => {
            let mut inference = Inference::new(options, case_sensitive)?;
            texts
                .iter()
                .try_for_each(|text| inference.add_record(text))?;
            inference.finish()
        }
    };
    super::check_columns(&schema, options)?;
    let mut decoder = XmlDecoder::new(&schema, options, case_sensitive, ROWS_A_BATCH)?;
    let mut batches = Vec::new();
    for text in texts {
        decoder.record(text)?;
        if decoder.is_full() {
            batches.extend(decoder.flush()?);
        }
    }
    batches.extend(decoder.flush()?);
    Ok((schema, batches))
}
