//! Rows that an aggregate keeps until its end, all of them or each distinct one once;
//! as state a list a column.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListArray, UInt32Array, new_empty_array};
use arrow::buffer::OffsetBuffer;
use arrow::compute::{concat, take};
use arrow::datatypes::{DataType, Field, Float32Type, Float64Type};
use arrow::row::{OwnedRow, RowConverter, SortField};
use datafusion::common::{Result, ScalarValue};

#[derive(Debug)]
pub struct Held {
    types: Vec<DataType>,
    /// Parts of the rows, a vector of columns each.
    parts: Vec<Vec<ArrayRef>>,
    seen: Option<Seen>,
}

#[derive(Debug)]
struct Seen {
    converter: RowConverter,
    rows: HashSet<OwnedRow>,
}

/// The columns of the state over rows of these types.
pub fn state(types: &[DataType]) -> Vec<(&'static str, DataType)> {
    let list = |t: &DataType| DataType::List(Arc::new(Field::new_list_field(t.clone(), true)));
    types.iter().map(|t| ("rows", list(t))).collect()
}

impl Held {
    pub fn of(types: Vec<DataType>) -> Self {
        Self {
            types,
            parts: Vec::new(),
            seen: None,
        }
    }

    pub fn of_distinct(types: Vec<DataType>) -> Result<Self> {
        let fields = types.iter().map(|t| SortField::new(t.clone())).collect();
        let converter = RowConverter::new(fields)?;
        let seen = Some(Seen {
            converter,
            rows: HashSet::new(),
        });
        Ok(Self {
            seen,
            ..Self::of(types)
        })
    }

    pub fn push(&mut self, rows: Vec<ArrayRef>) -> Result<()> {
        let rows = match &mut self.seen {
            Some(seen) => seen.unseen(rows)?,
            None => rows,
        };
        if rows.first().is_some_and(|column| !column.is_empty()) {
            self.parts.push(rows);
        }
        Ok(())
    }

    /// All rows in the order in which they came.
    pub fn columns(&mut self) -> Result<Vec<ArrayRef>> {
        let whole = match self.parts.as_slice() {
            [] => self.types.iter().map(new_empty_array).collect(),
            [only] => only.clone(),
            parts => {
                let column = |at: usize| {
                    let arrays: Vec<_> = parts.iter().map(|p| p[at].as_ref()).collect();
                    concat(&arrays)
                };
                let together = (0..self.types.len()).map(column);
                together.collect::<std::result::Result<Vec<_>, _>>()?
            }
        };
        self.replace(whole.clone());
        Ok(whole)
    }

    /// Other rows in the place of those held.
    pub fn replace(&mut self, rows: Vec<ArrayRef>) {
        self.parts = match rows.first() {
            Some(column) if !column.is_empty() => vec![rows],
            _ => Vec::new(),
        };
    }

    pub fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.columns()?.into_iter().map(list).collect()
    }

    pub fn merge(&mut self, states: &[ArrayRef]) -> Result<()> {
        let Some(first) = states.first() else {
            return Ok(());
        };
        for row in (0..first.len()).filter(|row| first.is_valid(*row)) {
            let lists = states.iter().map(|s| s.as_list::<i32>().value(row));
            self.push(lists.collect())?;
        }
        Ok(())
    }

    pub fn size(&self) -> usize {
        let columns = self.parts.iter().flatten();
        columns.map(|c| c.get_array_memory_size()).sum()
    }
}

/// A column as one value.
pub fn list(column: ArrayRef) -> Result<ScalarValue> {
    let field = Arc::new(Field::new_list_field(column.data_type().clone(), true));
    let offsets = OffsetBuffer::from_lengths([column.len()]);
    let list = ListArray::try_new(field, offsets, column, None)?;
    Ok(ScalarValue::List(Arc::new(list)))
}

impl Seen {
    fn unseen(&mut self, rows: Vec<ArrayRef>) -> Result<Vec<ArrayRef>> {
        let normal: Vec<_> = rows.iter().map(one_zero).collect();
        let keys = self.converter.convert_columns(&normal)?;
        let fresh: Vec<u32> = keys
            .iter()
            .enumerate()
            .filter(|(_, key)| self.rows.insert(key.owned()))
            .map(|(at, _)| at as u32)
            .collect();
        if fresh.len() == keys.num_rows() {
            return Ok(rows);
        }
        let fresh = UInt32Array::from(fresh);
        let kept = rows.iter().map(|column| take(column, &fresh, None));
        Ok(kept.collect::<std::result::Result<Vec<_>, _>>()?)
    }
}

/// Numbers with one zero and one NaN: those are one value each.
pub fn one_zero(column: &ArrayRef) -> ArrayRef {
    match column.data_type() {
        DataType::Float64 => {
            let normal = |v: f64| if v.is_nan() { f64::NAN } else { v + 0.0 };
            Arc::new(
                column
                    .as_primitive::<Float64Type>()
                    .unary::<_, Float64Type>(normal),
            )
        }
        DataType::Float32 => {
            let normal = |v: f32| if v.is_nan() { f32::NAN } else { v + 0.0 };
            Arc::new(
                column
                    .as_primitive::<Float32Type>()
                    .unary::<_, Float32Type>(normal),
            )
        }
        _ => Arc::clone(column),
    }
}
