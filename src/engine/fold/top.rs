//! `max_by(value, key, k)` and `min_by(value, key, k)`: the values beside the k greatest
//! or least keys.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, UInt32Array, make_comparator};
use arrow::compute::{SortOptions, take};
use arrow::datatypes::{DataType, Field};
use datafusion::common::{Result, ScalarValue};

use super::gathered::{Gather, not_null};
use super::held::list;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Top {
    pub k: usize,
    pub greatest: bool,
}

impl Gather for Top {
    fn name(&self) -> &'static str {
        if self.greatest { "max_by" } else { "min_by" }
    }

    fn returns(&self, args: &[DataType]) -> DataType {
        DataType::List(Arc::new(Field::new_list_field(args[0].clone(), true)))
    }

    fn choose(&self, values: &[ArrayRef]) -> Result<Vec<ArrayRef>> {
        let turned = [values[1].clone(), values[0].clone()];
        let kept = not_null(&turned)?;
        Ok(vec![kept[1].clone(), kept[0].clone()])
    }

    /// The best k rows, the best one first; of equal keys the one that came first.
    fn shrink(&self, columns: Vec<ArrayRef>) -> Result<Vec<ArrayRef>> {
        let keys = &columns[1];
        let options = SortOptions {
            descending: self.greatest,
            nulls_first: true,
        };
        let compare = make_comparator(keys, keys, options)?;
        let mut order: Vec<u32> = (0..keys.len() as u32).collect();
        order.sort_by(|a, b| compare(*a as usize, *b as usize));
        order.truncate(self.k);
        let order = UInt32Array::from(order);
        let best = columns.iter().map(|column| take(column, &order, None));
        Ok(best.collect::<std::result::Result<Vec<_>, _>>()?)
    }

    fn finish(&self, columns: &[ArrayRef]) -> Result<ScalarValue> {
        if columns[0].is_empty() {
            return ScalarValue::try_from(&self.returns(&[columns[0].data_type().clone()]));
        }
        list(columns[0].clone())
    }
}
