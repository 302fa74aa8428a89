//! [`Fills`]: what rows have in columns that their file lacks. Null, unless the column came
//! to its table later than the file, with a default value. Knows nothing of tables.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, UInt32Array, new_null_array};
use arrow::compute::{interleave, take};
use arrow::datatypes::Field;

use crate::error::{Result, SparkError};

/// Under which name a column's metadata holds the value of rows that lack it, as SQL.
pub const EXISTS_DEFAULT: &str = "EXISTS_DEFAULT";

/// Columns by name, each with its one value.
#[derive(Debug, Clone, Default)]
pub struct Fills(Arc<Vec<(String, ArrayRef)>>);

impl Fills {
    /// Of each column an array of one row, in the column's storage.
    pub fn new(values: Vec<(String, ArrayRef)>) -> Self {
        Self(Arc::new(values))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn find(&self, name: &str) -> Option<&ArrayRef> {
        let found = self.0.iter().find(|(column, _)| column == name);
        found.map(|(_, value)| value)
    }

    /// So many rows of a column that a file lacks.
    pub(super) fn column(&self, field: &Field, rows: usize) -> Result<ArrayRef> {
        match self.find(field.name()) {
            Some(value) => {
                let first = UInt32Array::from_value(0, rows);
                take(value, &first, None).map_err(SparkError::internal)
            }
            None => Ok(new_null_array(field.data_type(), rows)),
        }
    }
}

/// The column with `value` in these rows.
pub fn filled(column: &ArrayRef, value: &ArrayRef, rows: &[usize]) -> Result<ArrayRef> {
    let mut picked: Vec<(usize, usize)> = (0..column.len()).map(|row| (0, row)).collect();
    for row in rows {
        if let Some(pick) = picked.get_mut(*row) {
            *pick = (1, 0);
        }
    }
    interleave(&[column.as_ref(), value.as_ref()], &picked).map_err(SparkError::internal)
}
