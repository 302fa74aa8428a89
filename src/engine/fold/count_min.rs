//! `count_min_sketch`: how often values were seen, at most so much too often; its bytes
//! are those of Spark's sketch.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Int8Type, Int16Type, Int32Type, Int64Type};
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::Accumulator;

use super::Recipe;
use super::java_random::JavaRandom;
use crate::functions::scalar::hash::murmur3_bytes;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CountMin {
    pub depth: u32,
    pub width: u32,
    pub seed: i32,
}

impl CountMin {
    /// The sketch of these bounds.
    pub fn within(error: f64, confidence: f64, seed: i32) -> Self {
        Self {
            width: (2.0 / error).ceil() as u32,
            depth: (-(1.0 - confidence).ln() / 2_f64.ln()).ceil() as u32,
            seed,
        }
    }

    fn sketch(&self) -> Sketch {
        let mut random = JavaRandom::new(i64::from(self.seed));
        let factors = (0..self.depth).map(|_| i64::from(random.below_max()));
        Sketch {
            width: self.width as usize,
            factors: factors.collect(),
            total: 0,
            table: vec![0; self.depth as usize * self.width as usize],
        }
    }
}

impl Recipe for CountMin {
    fn name(&self) -> &'static str {
        "count_min_sketch"
    }

    fn returns(&self, _: &[DataType]) -> DataType {
        DataType::Binary
    }

    fn state(&self, _: &[DataType]) -> Vec<(&'static str, DataType)> {
        vec![("sketch", DataType::Binary)]
    }

    fn start(&self, _: &[DataType]) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(self.sketch()))
    }

    fn of_nothing(&self, _: &DataType) -> Result<ScalarValue> {
        Ok(ScalarValue::Binary(Some(self.sketch().bytes())))
    }
}

#[derive(Debug)]
struct Sketch {
    width: usize,
    factors: Vec<i64>,
    total: i64,
    /// A row a factor.
    table: Vec<i64>,
}

/// The bytes before the factors: version, total, depth, width.
const HEAD: usize = 4 + 8 + 4 + 4;

impl Sketch {
    fn add_number(&mut self, value: i64) {
        for (row, factor) in self.factors.iter().enumerate() {
            let hash = factor.wrapping_mul(value);
            let hash = hash.wrapping_add(hash >> 32) & i64::from(i32::MAX);
            self.table[row * self.width + hash as usize % self.width] += 1;
        }
        self.total += 1;
    }

    fn add_bytes(&mut self, value: &[u8]) {
        let first = murmur3_bytes(value, 0);
        let second = murmur3_bytes(value, first);
        for row in 0..self.factors.len() {
            let hash = first.wrapping_add((row as i32).wrapping_mul(second));
            let at = (hash % self.width as i32).unsigned_abs() as usize;
            self.table[row * self.width + at] += 1;
        }
        self.total += 1;
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEAD + 8 * (self.factors.len() + self.table.len()));
        bytes.extend(1_i32.to_be_bytes());
        bytes.extend(self.total.to_be_bytes());
        bytes.extend((self.factors.len() as i32).to_be_bytes());
        bytes.extend((self.width as i32).to_be_bytes());
        for number in self.factors.iter().chain(&self.table) {
            bytes.extend(number.to_be_bytes());
        }
        bytes
    }

    fn merge(&mut self, bytes: &[u8]) -> Result<()> {
        let numbers = |from: usize| bytes.get(from..).unwrap_or_default().as_chunks::<8>().0;
        let counts = numbers(HEAD + 8 * self.factors.len());
        let Some(total) = numbers(4).first() else {
            return internal_err!("a sketch lost its head");
        };
        if counts.len() != self.table.len() {
            return internal_err!("a sketch has another size");
        }
        self.total += i64::from_be_bytes(*total);
        for (count, other) in self.table.iter_mut().zip(counts) {
            *count += i64::from_be_bytes(*other);
        }
        Ok(())
    }
}

impl Accumulator for Sketch {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        macro_rules! numbers {
            ($kind:ty) => {
                for value in values[0].as_primitive::<$kind>().iter().flatten() {
                    self.add_number(i64::from(value));
                }
            };
        }
        match values[0].data_type() {
            DataType::Int8 => numbers!(Int8Type),
            DataType::Int16 => numbers!(Int16Type),
            DataType::Int32 => numbers!(Int32Type),
            DataType::Int64 => numbers!(Int64Type),
            DataType::Utf8 => {
                for value in values[0].as_string::<i32>().iter().flatten() {
                    self.add_bytes(value.as_bytes());
                }
            }
            _ => {
                for value in values[0].as_binary::<i32>().iter().flatten() {
                    self.add_bytes(value);
                }
            }
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Binary(Some(self.bytes())))
    }

    fn size(&self) -> usize {
        size_of::<Self>() + 8 * (self.factors.capacity() + self.table.capacity())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![self.evaluate()?])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for bytes in states[0].as_binary::<i32>().iter().flatten() {
            self.merge(bytes)?;
        }
        Ok(())
    }
}
