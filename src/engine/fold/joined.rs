//! `listagg`: texts or bytes joined by a delimiter, in the order in which they came or
//! by sort keys, which are the columns after the first.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::{SortColumn, SortOptions, lexsort_to_indices, take};
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};

use super::gathered::Gather;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Joined {
    pub delimiter: Vec<u8>,
    /// For each key whether it is descending, and whether nulls are first.
    pub order: Vec<(bool, bool)>,
}

impl Joined {
    fn sorted(&self, columns: &[ArrayRef]) -> Result<ArrayRef> {
        if self.order.is_empty() || columns[0].len() < 2 {
            return Ok(columns[0].clone());
        }
        let keys: Vec<_> = self
            .order
            .iter()
            .zip(&columns[1..])
            .map(|((descending, nulls_first), values)| SortColumn {
                values: values.clone(),
                options: Some(SortOptions {
                    descending: *descending,
                    nulls_first: *nulls_first,
                }),
            })
            .collect();
        let indices = lexsort_to_indices(&keys, None)?;
        Ok(take(&columns[0], &indices, None)?)
    }
}

impl Gather for Joined {
    fn name(&self) -> &'static str {
        "listagg"
    }

    fn returns(&self, args: &[DataType]) -> DataType {
        args[0].clone()
    }

    fn finish(&self, columns: &[ArrayRef]) -> Result<ScalarValue> {
        let values = self.sorted(columns)?;
        if values.is_empty() {
            return ScalarValue::try_from(values.data_type());
        }
        if let Some(texts) = values.as_string_opt::<i32>() {
            let delimiter = String::from_utf8_lossy(&self.delimiter);
            let texts: Vec<_> = texts.iter().flatten().collect();
            return Ok(ScalarValue::Utf8(Some(texts.join(&delimiter))));
        }
        let parts: Vec<_> = values.as_binary::<i32>().iter().flatten().collect();
        Ok(ScalarValue::Binary(Some(parts.join(&self.delimiter[..]))))
    }
}
