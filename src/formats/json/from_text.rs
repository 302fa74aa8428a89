//! Values out of single JSON texts, for `from_json`: the reader's decoder, one record a
//! row.

use arrow::array::{Array, ArrayRef, StructArray, new_empty_array};
use arrow::buffer::NullBuffer;
use serde::de::IgnoredAny;

use super::value::Reason;
use super::{JsonDecoder, JsonOptions, Malformed};
use crate::error::{Result, SparkError};
use crate::formats::ParseMode;
use crate::formats::columns::Datum;
use crate::types::{DataType, StructField, StructType, string_at};

const LIST: &str = "Parsing JSON arrays as structs is forbidden.";
/// The name under which a value that is no struct is read.
const VALUE: &str = "value";

/// Reads the values of one type.
#[derive(Debug, Clone)]
pub struct FromJson {
    pub returns: DataType,
    schema: StructType,
    options: JsonOptions,
    root: Root,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Root {
    Struct,
    /// An object stands for a list of one.
    Structs,
    Other,
}

impl FromJson {
    pub fn new(data_type: &DataType, options: &JsonOptions) -> Result<Self> {
        options.refuse_whole()?;
        if let ParseMode::DropMalformed | ParseMode::KeepAside = options.mode {
            return Err(SparkError::new(
                "PARSE_MODE_UNSUPPORTED",
                &[("funcName", "`from_json`"), ("mode", "DROPMALFORMED")],
            ));
        }
        let returns = data_type.as_nullable();
        let (root, schema) = match &returns {
            DataType::Struct(fields) => (Root::Struct, fields.clone()),
            other => {
                let root = match other {
                    DataType::Array { element, .. }
                        if matches!(element.as_ref(), DataType::Struct(_)) =>
                    {
                        Root::Structs
                    }
                    _ => Root::Other,
                };
                let field = StructField::new(VALUE, other.clone(), true);
                (root, StructType::new([field]))
            }
        };
        // What is wrong with the columns shows before there are rows.
        JsonDecoder::new(&schema, options, 1)?;
        Ok(Self {
            returns,
            schema,
            options: options.clone(),
            root,
        })
    }

    /// The values of an array of texts.
    pub fn read(&self, texts: &dyn Array) -> Result<ArrayRef> {
        if texts.is_empty() {
            return Ok(new_empty_array(&self.returns.to_arrow()));
        }
        let mut decoder = JsonDecoder::new(&self.schema, &self.options, usize::MAX)?;
        let mut valid = Vec::with_capacity(texts.len());
        let mut wrapped = String::new();
        for row in 0..texts.len() {
            if texts.is_null(row) {
                decoder.push(&Datum::Null, None)?;
                valid.push(false);
                continue;
            }
            let text = string_at(texts, row);
            let text = match self.wrap(text, &mut wrapped) {
                true => wrapped.as_str(),
                false => text,
            };
            valid.push(decoder.one(text)?);
        }
        let batch = decoder.flush()?;
        let batch = batch.ok_or_else(|| SparkError::internal("rows of JSON are lost"))?;
        if self.root != Root::Struct {
            return Ok(batch.column(0).clone());
        }
        let (fields, columns) = (batch.schema().fields().clone(), batch.columns().to_vec());
        let nulls = valid.contains(&false).then(|| NullBuffer::from(valid));
        let made = match columns.is_empty() {
            true => Ok(StructArray::new_empty_fields(texts.len(), nulls)),
            false => StructArray::try_new(fields, columns, nulls),
        };
        Ok(std::sync::Arc::new(made.map_err(SparkError::internal)?))
    }

    /// Writes the record that holds the value; false where the text is the record.
    fn wrap(&self, text: &str, out: &mut String) -> bool {
        let inner = text.trim_start();
        if self.root == Root::Struct || inner.is_empty() {
            return false;
        }
        let text = first_value(inner);
        out.clear();
        out.push_str("{\"value\":");
        if self.root == Root::Structs && inner.starts_with('{') {
            out.push('[');
            out.push_str(text);
            out.push(']');
        } else {
            out.push_str(text);
        }
        out.push('}');
        true
    }
}

/// The text without what follows its first value, which nobody looks at.
fn first_value(text: &str) -> &str {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    match values.next() {
        Some(Ok(_)) => text.get(..values.byte_offset()).unwrap_or(text),
        // Sound JSON it is not, but it may be what the options allow.
        _ => text,
    }
}

impl JsonDecoder {
    /// Exactly one row of a text; false where it holds no value, so that the row is null.
    fn one(&mut self, text: &str) -> Result<bool> {
        let before = self.rows;
        // A list of rows is no row.
        let read = match text.trim_start().starts_with('[') {
            true => {
                let reason = Reason::Malformed(Malformed::new(LIST));
                self.bad_record(&[], &reason, text.as_bytes(), "")
            }
            false => self.record(text.as_bytes(), ""),
        };
        read.map_err(|error| error.cause().cloned().unwrap_or(error))?;
        if self.rows == before {
            self.push(&Datum::Null, None)?;
            return Ok(false);
        }
        Ok(true)
    }
}
