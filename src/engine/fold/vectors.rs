//! `vector_sum` and `vector_avg`: vectors of floats of one length, added or averaged
//! place by place in single precision, as Spark does. A vector with a null in it counts
//! as none.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float32Array};
use arrow::datatypes::{DataType, Float32Type, Int64Type};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::Accumulator;

use super::Recipe;
use crate::engine::to_datafusion;
use crate::error::SparkError;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Vectors {
    pub is_mean: bool,
    pub returns: DataType,
}

impl Recipe for Vectors {
    fn name(&self) -> &'static str {
        if self.is_mean {
            "vector_avg"
        } else {
            "vector_sum"
        }
    }

    fn returns(&self, _: &[DataType]) -> DataType {
        self.returns.clone()
    }

    fn state(&self, _: &[DataType]) -> Vec<(&'static str, DataType)> {
        vec![("vector", DataType::Binary), ("count", DataType::Int64)]
    }

    fn start(&self, _: &[DataType]) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Whole {
            recipe: self.clone(),
            numbers: Vec::new(),
            count: 0,
        }))
    }
}

#[derive(Debug)]
struct Whole {
    recipe: Vectors,
    numbers: Vec<f32>,
    count: i64,
}

impl Whole {
    fn same_length(&mut self, length: usize) -> Result<()> {
        if self.count == 0 {
            self.numbers = vec![0.0; length];
        }
        if self.numbers.len() == length {
            return Ok(());
        }
        let parameters = [
            ("functionName", &*format!("`{}`", self.recipe.name())),
            ("leftDim", &*self.numbers.len().to_string()),
            ("rightDim", &*length.to_string()),
        ];
        let error = SparkError::new("VECTOR_DIMENSION_MISMATCH", &parameters);
        Err(to_datafusion(error))
    }

    fn add(&mut self, values: &[f32]) -> Result<()> {
        self.same_length(values.len())?;
        self.count += 1;
        let share = 1.0 / self.count as f32;
        for (whole, value) in self.numbers.iter_mut().zip(values) {
            *whole += match self.recipe.is_mean {
                true => (value - *whole) * share,
                false => *value,
            };
        }
        Ok(())
    }

    fn merge(&mut self, values: &[f32], count: i64) -> Result<()> {
        if count == 0 {
            return Ok(());
        }
        self.same_length(values.len())?;
        let all = (self.count + count) as f32;
        let (own, others) = (self.count as f32 / all, count as f32 / all);
        for (whole, value) in self.numbers.iter_mut().zip(values) {
            *whole = match self.recipe.is_mean {
                true => *whole * own + value * others,
                false => *whole + value,
            };
        }
        self.count += count;
        Ok(())
    }
}

impl Accumulator for Whole {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let vectors = values[0].as_list::<i32>();
        for vector in vectors.iter().flatten() {
            let numbers = vector.as_primitive::<Float32Type>();
            if numbers.null_count() == 0 {
                self.add(numbers.values())?;
            }
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        if self.count == 0 {
            return ScalarValue::try_from(&self.recipe.returns);
        }
        let DataType::List(field) = &self.recipe.returns else {
            return datafusion::common::internal_err!("a vector is no list");
        };
        let numbers = Float32Array::from(self.numbers.clone());
        let list = arrow::array::ListArray::try_new(
            Arc::clone(field),
            arrow::buffer::OffsetBuffer::from_lengths([numbers.len()]),
            Arc::new(numbers),
            None,
        )?;
        Ok(ScalarValue::List(Arc::new(list)))
    }

    fn size(&self) -> usize {
        size_of::<Self>() + 4 * self.numbers.capacity()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let bytes = self.numbers.iter().flat_map(|number| number.to_le_bytes());
        Ok(vec![
            ScalarValue::Binary(Some(bytes.collect())),
            ScalarValue::Int64(Some(self.count)),
        ])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let (vectors, counts) = (
            states[0].as_binary::<i32>(),
            states[1].as_primitive::<Int64Type>(),
        );
        for (bytes, count) in vectors.iter().zip(counts) {
            let (Some(bytes), Some(count)) = (bytes, count) else {
                continue;
            };
            let numbers = bytes.as_chunks::<4>().0.iter();
            let numbers: Vec<f32> = numbers.map(|number| f32::from_le_bytes(*number)).collect();
            self.merge(&numbers, count)?;
        }
        Ok(())
    }
}
