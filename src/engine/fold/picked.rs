//! Aggregates that answer with one of the values they saw: `max_by` and `min_by`
//! (the value beside the greatest or least key) and `mode` (the most frequent one).

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::make_comparator;
use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::SortOptions;
use arrow::datatypes::{DataType, Field, Int64Type};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::Accumulator;

use super::Recipe;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pick {
    MaxBy,
    MinBy,
    /// Of several that are equally frequent the least.
    Mode,
    /// And the greatest.
    GreatestMode,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Picked(pub Pick);

impl Recipe for Picked {
    fn name(&self) -> &'static str {
        match self.0 {
            Pick::MaxBy => "max_by",
            Pick::MinBy => "min_by",
            Pick::Mode | Pick::GreatestMode => "mode",
        }
    }

    fn returns(&self, args: &[DataType]) -> DataType {
        args[0].clone()
    }

    fn state(&self, args: &[DataType]) -> Vec<(&'static str, DataType)> {
        let list = |t: DataType| DataType::List(Arc::new(Field::new_list_field(t, true)));
        match self.0 {
            Pick::Mode | Pick::GreatestMode => vec![
                ("values", list(args[0].clone())),
                ("counts", list(DataType::Int64)),
            ],
            _ => vec![("value", args[0].clone()), ("key", args[1].clone())],
        }
    }

    fn start(&self, args: &[DataType]) -> Result<Box<dyn Accumulator>> {
        let value = ScalarValue::try_from(&args[0])?;
        Ok(match self.0 {
            Pick::Mode | Pick::GreatestMode => Box::new(Frequencies {
                none: value,
                greatest: self.0 == Pick::GreatestMode,
                counts: HashMap::new(),
            }),
            pick => Box::new(Extreme {
                greatest: pick == Pick::MaxBy,
                value,
                key: ScalarValue::try_from(&args[1])?,
            }),
        })
    }
}

/// The value beside the greatest or least key seen; the last one of several.
#[derive(Debug)]
struct Extreme {
    greatest: bool,
    value: ScalarValue,
    key: ScalarValue,
}

impl Extreme {
    /// The row with the extreme key, and whether it beats what was held before.
    fn best_of(&self, keys: &ArrayRef) -> Result<Option<usize>> {
        let wins = |order: std::cmp::Ordering| {
            if self.greatest {
                order.is_ge()
            } else {
                order.is_le()
            }
        };
        let among = make_comparator(keys, keys, SortOptions::default())?;
        let best = (0..keys.len())
            .filter(|row| keys.is_valid(*row))
            .reduce(|best, next| if wins(among(next, best)) { next } else { best });
        let (Some(row), false) = (best, self.key.is_null()) else {
            return Ok(best);
        };
        let held = self.key.to_array()?;
        let against = make_comparator(keys, &held, SortOptions::default())?;
        Ok(Some(row).filter(|row| wins(against(*row, 0))))
    }
}

impl Accumulator for Extreme {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        if let Some(row) = self.best_of(&values[1])? {
            self.value = ScalarValue::try_from_array(&values[0], row)?;
            self.key = ScalarValue::try_from_array(&values[1], row)?;
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(self.value.clone())
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.value.size() + self.key.size()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![self.value.clone(), self.key.clone()])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.update_batch(states)
    }
}

/// How often each value was seen. `none` is the null of its type.
#[derive(Debug)]
struct Frequencies {
    none: ScalarValue,
    greatest: bool,
    counts: HashMap<ScalarValue, i64>,
}

impl Accumulator for Frequencies {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let array = &values[0];
        for row in (0..array.len()).filter(|row| array.is_valid(*row)) {
            *self
                .counts
                .entry(ScalarValue::try_from_array(array, row)?)
                .or_default() += 1;
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        // Of several that are equally frequent Spark takes any; ours is the least,
        // so that a query answers the same twice.
        let better = |a: &(&ScalarValue, &i64), b: &(&ScalarValue, &i64)| {
            let nearer = match a.0.partial_cmp(b.0) {
                Some(order) if self.greatest => order.is_gt(),
                Some(order) => order.is_lt(),
                None => false,
            };
            a.1 > b.1 || (a.1 == b.1 && nearer)
        };
        let best = self
            .counts
            .iter()
            .reduce(|best, next| if better(&next, &best) { next } else { best });
        Ok(best.map_or_else(|| self.none.clone(), |(value, _)| value.clone()))
    }

    fn size(&self) -> usize {
        size_of::<Self>()
            + self
                .counts
                .keys()
                .map(|k| k.size() + size_of::<i64>())
                .sum::<usize>()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let (values, counts): (Vec<_>, Vec<_>) = self
            .counts
            .iter()
            .map(|(v, n)| (v.clone(), ScalarValue::Int64(Some(*n))))
            .unzip();
        let values = ScalarValue::new_list_nullable(&values, &self.none.data_type());
        let counts = ScalarValue::new_list_nullable(&counts, &DataType::Int64);
        Ok(vec![ScalarValue::List(values), ScalarValue::List(counts)])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let (values, counts) = (states[0].as_list::<i32>(), states[1].as_list::<i32>());
        for row in 0..values.len() {
            let (values, counts) = (values.value(row), counts.value(row));
            let counts = counts.as_primitive::<Int64Type>();
            for at in 0..values.len() {
                let value = ScalarValue::try_from_array(&values, at)?;
                *self.counts.entry(value).or_default() += counts.value(at);
            }
        }
        Ok(())
    }
}
