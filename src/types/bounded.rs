//! Texts of a bounded length, `CHAR(n)` and `VARCHAR(n)`, in the columns of tables.
//!
//! A column of a plan is a string; that it was declared otherwise stands in its field's
//! metadata, as in Spark. Values are checked and filled up where they are written, and
//! those of `CHAR` are filled up where they are read.

use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListArray, MapArray, StringBuilder, StructArray};

use super::{DataType, StructField, StructType};
use crate::error::{Result, SparkError};

/// Under which name a field's metadata holds the declared type.
pub const MARK: &str = "__CHAR_VARCHAR_TYPE_STRING";

impl DataType {
    /// Whether texts of a bounded length are in it.
    pub fn is_bounded(&self) -> bool {
        match self {
            Self::Char { .. } => true,
            Self::Array { element, .. } => element.is_bounded(),
            Self::Map { key, value, .. } => key.is_bounded() || value.is_bounded(),
            Self::Struct(fields) => fields.is_bounded(),
            _ => false,
        }
    }

    /// The same with plain strings.
    #[must_use]
    pub fn unbounded(&self) -> Self {
        match self {
            Self::Char { .. } => Self::String,
            Self::Array {
                element,
                contains_null,
            } => Self::Array {
                element: Box::new(element.unbounded()),
                contains_null: *contains_null,
            },
            Self::Map {
                key,
                value,
                value_contains_null,
            } => Self::Map {
                key: Box::new(key.unbounded()),
                value: Box::new(value.unbounded()),
                value_contains_null: *value_contains_null,
            },
            Self::Struct(fields) => Self::Struct(fields.unbounded()),
            other => other.clone(),
        }
    }

    /// # Errors
    /// `UNSUPPORTED_CHAR_OR_VARCHAR_AS_STRING` where texts of a bounded length are in it:
    /// only tables have them.
    pub fn refuse_bounded(&self) -> Result<()> {
        match self.is_bounded() {
            true => Err(SparkError::new(
                "UNSUPPORTED_CHAR_OR_VARCHAR_AS_STRING",
                &[],
            )),
            false => Ok(()),
        }
    }

    /// Whether texts that are filled up are in it.
    fn is_padded(&self) -> bool {
        match self {
            Self::Char { padded, .. } => *padded,
            Self::Array { element, .. } => element.is_padded(),
            Self::Map { key, value, .. } => key.is_padded() || value.is_padded(),
            Self::Struct(fields) => fields.fields.iter().any(|f| f.data_type.is_padded()),
            _ => false,
        }
    }
}

impl StructType {
    pub fn is_bounded(&self) -> bool {
        self.fields.iter().any(|f| f.data_type.is_bounded())
    }

    #[must_use]
    pub fn unbounded(&self) -> Self {
        Self::new(self.fields.iter().map(|f| StructField {
            data_type: f.data_type.unbounded(),
            ..f.clone()
        }))
    }

    /// The same with plain strings, what was declared kept in the fields' metadata.
    #[must_use]
    pub fn marked(&self) -> Self {
        Self::new(self.fields.iter().map(|field| {
            let mut marked = StructField {
                data_type: field.data_type.unbounded(),
                ..field.clone()
            };
            if field.data_type.is_bounded() {
                let declared = field.data_type.simple_string();
                marked.metadata.insert(MARK.into(), declared.into());
            }
            marked
        }))
    }

    /// See [`DataType::refuse_bounded`].
    pub fn refuse_bounded(&self) -> Result<()> {
        DataType::Struct(self.clone()).refuse_bounded()
    }
}

/// The type that a column was declared with.
pub fn declared(field: &StructField) -> Cow<'_, DataType> {
    match declared_in(&field.metadata) {
        Some(declared) => Cow::Owned(declared),
        None => Cow::Borrowed(&field.data_type),
    }
}

/// The type that metadata say that a column was declared with.
pub fn declared_in(metadata: &serde_json::Map<String, serde_json::Value>) -> Option<DataType> {
    let text = metadata.get(MARK)?.as_str()?;
    DataType::from_ddl(text).ok()
}

/// Whether values of a column are filled up where they are read.
pub fn is_padded(field: &StructField) -> bool {
    declared_in(&field.metadata).is_some_and(|declared| declared.is_padded())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// What is too long is refused, unless blanks at its end are all that is too much.
    Write,
    /// Only filled up.
    Read,
}

/// Values, stored as the plain type's, as those of a declared one.
pub fn fitted(array: &ArrayRef, declared: &DataType, way: Way) -> Result<ArrayRef> {
    let failed = |e: arrow::error::ArrowError| SparkError::internal(e);
    Ok(match declared {
        DataType::Char { length, padded } => texts(array, *length as usize, *padded, way)?,
        DataType::Array { element, .. } => {
            let list = array.as_list::<i32>();
            let (field, offsets, values, nulls) = list.clone().into_parts();
            let values = fitted(&values, element, way)?;
            Arc::new(ListArray::try_new(field, offsets, values, nulls).map_err(failed)?)
        }
        DataType::Map { key, value, .. } => {
            let (field, offsets, entries, nulls, ordered) = array.as_map().clone().into_parts();
            let (fields, columns, held) = entries.into_parts();
            let columns = vec![
                fitted(&columns[0], key, way)?,
                fitted(&columns[1], value, way)?,
            ];
            let entries = StructArray::try_new(fields, columns, held).map_err(failed)?;
            let map = MapArray::try_new(field, offsets, entries, nulls, ordered);
            Arc::new(map.map_err(failed)?)
        }
        DataType::Struct(declared) => {
            let (fields, columns, nulls) = array.as_struct().clone().into_parts();
            let pairs = columns.iter().zip(declared.fields.iter());
            let columns = pairs.map(|(column, field)| fitted(column, &field.data_type, way));
            let columns = columns.collect::<Result<Vec<_>>>()?;
            let length = array.len();
            let built = StructArray::try_new_with_length(fields, columns, nulls, length);
            Arc::new(built.map_err(failed)?)
        }
        _ => Arc::clone(array),
    })
}

fn texts(array: &ArrayRef, length: usize, padded: bool, way: Way) -> Result<ArrayRef> {
    let given = array.as_string::<i32>();
    let mut out = StringBuilder::with_capacity(given.len(), given.value_data().len());
    for text in given {
        let Some(text) = text else {
            out.append_null();
            continue;
        };
        let letters = text.chars().count();
        if letters > length && way == Way::Write {
            out.append_value(cut(text, length)?);
        } else if padded && letters < length {
            let blanks = " ".repeat(length - letters);
            out.append_value(format!("{text}{blanks}"));
        } else {
            out.append_value(text);
        }
    }
    Ok(Arc::new(out.finish()))
}

/// The text without what is too much of it, which must be blanks.
fn cut(text: &str, length: usize) -> Result<&str> {
    let end = text
        .char_indices()
        .nth(length)
        .map_or(text.len(), |(at, _)| at);
    let (kept, rest) = text.split_at(end);
    match rest.bytes().all(|b| b == b' ') {
        true => Ok(kept),
        false => Err(SparkError::new(
            "EXCEED_LIMIT_LENGTH",
            &[("limit", &length.to_string())],
        )),
    }
}
