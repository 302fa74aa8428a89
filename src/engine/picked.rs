//! Aggregates that answer with one of the values they saw: `max_by` and `min_by`
//! (the value beside the greatest or least key) and `mode` (the most frequent one).

use std::collections::HashMap;
use std::mem::size_of;
use std::sync::Arc;

use arrow::array::make_comparator;
use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::SortOptions;
use arrow::datatypes::{DataType, Field, FieldRef, Int64Type};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDFImpl, Signature, Volatility};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pick {
    MaxBy,
    MinBy,
    Mode,
}

#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Picked {
    pick: Pick,
    signature: Signature,
}

impl Picked {
    pub fn new(pick: Pick) -> Self {
        Self {
            pick,
            signature: Signature::variadic_any(Volatility::Immutable),
        }
    }
}

impl AggregateUDFImpl for Picked {
    fn name(&self) -> &str {
        match self.pick {
            Pick::MaxBy => "max_by",
            Pick::MinBy => "min_by",
            Pick::Mode => "mode",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, args: &[DataType]) -> Result<DataType> {
        Ok(args[0].clone())
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        let value = ScalarValue::try_from(args.expr_fields[0].data_type())?;
        Ok(match self.pick {
            Pick::Mode => Box::new(Frequencies {
                none: value,
                counts: HashMap::new(),
            }),
            pick => Box::new(Extreme {
                greatest: pick == Pick::MaxBy,
                value,
                key: ScalarValue::try_from(args.expr_fields[1].data_type())?,
            }),
        })
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let field = |part: &str, data_type: DataType| {
            Arc::new(Field::new(
                format!("{}[{part}]", args.name),
                data_type,
                true,
            ))
        };
        let value = args.input_fields[0].data_type().clone();
        Ok(match self.pick {
            Pick::Mode => {
                let values = Field::new_list_field(value, true);
                let counts = Field::new_list_field(DataType::Int64, true);
                vec![
                    field("values", DataType::List(Arc::new(values))),
                    field("counts", DataType::List(Arc::new(counts))),
                ]
            }
            _ => vec![
                field("value", value),
                field("key", args.input_fields[1].data_type().clone()),
            ],
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
            a.1 > b.1 || (a.1 == b.1 && a.0.partial_cmp(b.0).is_some_and(|o| o.is_lt()))
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
