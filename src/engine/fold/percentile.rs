//! Exact percentiles: `percentile`, `percentile_cont`, `percentile_disc`, `median`.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray};
use arrow::compute::{and, is_not_null};
use arrow::datatypes::{DataType, Field, Float64Type, Int64Type};
use datafusion::common::{Result, ScalarValue};

use super::gathered::{Gather, matching};
use super::held::list;
use super::numbers::{column_of, doubles};
use crate::engine::to_datafusion;
use crate::error::SparkError;

/// Over values and, where there is a second column, how often each counts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Percentile {
    pub name: &'static str,
    /// Bits of the fractions.
    pub fractions: Vec<u64>,
    /// A list of results, whatever their number.
    pub several: bool,
    /// Between two values, or one that there is.
    pub interpolated: bool,
    /// From the greatest value down.
    pub reversed: bool,
    /// Type of a result.
    pub element: DataType,
    /// Printed form of the frequency, for its error.
    pub frequency: String,
}

impl Percentile {
    /// A value of `values`, which are sorted, each with the count of all up to it.
    fn at(&self, values: &[(f64, i64)], fraction: f64) -> f64 {
        let total = values.last().map_or(0, |(_, count)| *count);
        let position = match self.interpolated {
            true => (total - 1) as f64 * fraction,
            // The first value that has this share of all up to it.
            false => ((total as f64 * fraction).ceil() - 1.0).max(0.0),
        };
        let (lower, higher) = (position.floor(), position.ceil());
        let value_at = |rank: f64| {
            let at = values.partition_point(|(_, upto)| *upto < rank as i64 + 1);
            values.get(at).map_or(f64::NAN, |(value, _)| *value)
        };
        let (low, high) = (value_at(lower), value_at(higher));
        if lower == higher || low == high {
            return low;
        }
        low + (position - lower) * (high - low)
    }

    fn negative(&self, count: i64) -> SparkError {
        let (shown, of) = (format!("{count}L"), format!("\"{}\"", self.frequency));
        SparkError::new(
            "NEGATIVE_VALUES_IN_FREQUENCY_EXPRESSION",
            &[("frequencyExpression", &of), ("negativeValue", &shown)],
        )
    }
}

impl Gather for Percentile {
    fn name(&self) -> &'static str {
        self.name
    }

    fn returns(&self, _: &[DataType]) -> DataType {
        match self.several {
            true => DataType::List(Arc::new(Field::new_list_field(self.element.clone(), true))),
            false => self.element.clone(),
        }
    }

    fn kept(&self, args: &[DataType]) -> Vec<DataType> {
        [DataType::Float64, DataType::Int64][..args.len()].to_vec()
    }

    fn choose(&self, values: &[ArrayRef]) -> Result<Vec<ArrayRef>> {
        let mut mask = is_not_null(&values[0])?;
        let mut columns: Vec<ArrayRef> = vec![Arc::new(doubles(&values[0])?)];
        if let Some(counts) = values.get(1) {
            mask = and(&mask, &is_not_null(counts)?)?;
            columns.push(counts.clone());
        }
        matching(&columns, &mask)
    }

    fn finish(&self, columns: &[ArrayRef]) -> Result<ScalarValue> {
        let numbers = columns[0].as_primitive::<Float64Type>().values();
        let counts = columns
            .get(1)
            .map(|c| c.as_primitive::<Int64Type>().values());
        let mut values = Vec::with_capacity(numbers.len());
        for (at, number) in numbers.iter().enumerate() {
            match counts.map_or(1, |c| c[at]) {
                0 => {}
                count if count < 0 => return Err(to_datafusion(self.negative(count))),
                count => values.push((*number, count)),
            }
        }
        values.sort_by(|a, b| a.0.total_cmp(&b.0));
        if self.reversed {
            values.reverse();
        }
        let mut upto = 0_i64;
        for (_, count) in &mut values {
            upto += *count;
            *count = upto;
        }
        let fractions = self.fractions.iter().map(|bits| f64::from_bits(*bits));
        let results: Vec<_> = match values.is_empty() {
            true => Vec::new(),
            false => fractions.map(|f| self.at(&values, f)).collect(),
        };
        if results.is_empty() {
            return ScalarValue::try_from(&self.returns(&[]));
        }
        let results = column_of(&results, &self.element)?;
        match self.several {
            true => list(results),
            false => ScalarValue::try_from_array(&results, 0),
        }
    }
}
