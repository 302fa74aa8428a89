//! `approx_count_distinct`: HyperLogLog++ (Heule, Nunkesser, Hall, "HyperLogLog in
//! practice", 2013) over Spark's hash, so that the estimates are Spark's.
//!
//! `hyper_log_log.txt` holds the constants of the paper's appendix: for each precision
//! from 4 to 18 a line `e` of raw estimates and a line `b` of their biases.

use std::sync::LazyLock;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::Accumulator;

use super::Recipe;
use crate::engine::to_datafusion;
use crate::functions::scalar::hash::xxhash64;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct HyperLogLog {
    /// Bits of a hash that choose the register.
    precision: u32,
}

/// The least bits that there may be.
pub const LEAST_PRECISION: u32 = 4;

/// From so many registers' bits on the paper has no constants.
const MOST_CORRECTED: u32 = 18;

const THRESHOLDS: [f64; 15] = [
    10.0, 20.0, 40.0, 80.0, 220.0, 400.0, 900.0, 1800.0, 3100.0, 6500.0, 15500.0, 20000.0, 50000.0,
    120000.0, 350000.0,
];

/// How many neighbours a bias is averaged over.
const NEIGHBOURS: usize = 6;

static CONSTANTS: LazyLock<Vec<[Vec<f64>; 2]>> = LazyLock::new(|| {
    let numbers = |line: &str| {
        line.split(' ')
            .skip(2)
            .filter_map(|n| n.parse().ok())
            .collect()
    };
    let lines: Vec<Vec<f64>> = include_str!("hyper_log_log.txt")
        .lines()
        .map(numbers)
        .collect();
    let (pairs, _) = lines.as_chunks::<2>();
    pairs.to_vec()
});

impl HyperLogLog {
    /// The one with at most this relative error; `None` where the error is so large
    /// that there would be too few registers.
    pub fn within(error: f64) -> Option<Self> {
        let bits = (2.0 * (1.106 / error).ln() / 2_f64.ln()).ceil();
        let enough = bits >= f64::from(LEAST_PRECISION) && bits < 32.0;
        enough.then_some(Self {
            precision: bits as u32,
        })
    }

    fn registers(&self) -> usize {
        1 << self.precision
    }
}

impl Recipe for HyperLogLog {
    fn name(&self) -> &'static str {
        "approx_count_distinct"
    }

    fn returns(&self, _: &[DataType]) -> DataType {
        DataType::Int64
    }

    fn state(&self, _: &[DataType]) -> Vec<(&'static str, DataType)> {
        vec![("registers", DataType::Binary)]
    }

    fn start(&self, _: &[DataType]) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Registers {
            precision: self.precision,
            registers: vec![0; self.registers()],
        }))
    }

    fn of_nothing(&self, _: &DataType) -> Result<ScalarValue> {
        Ok(ScalarValue::Int64(Some(0)))
    }
}

#[derive(Debug)]
struct Registers {
    precision: u32,
    /// The longest run of zeros, and one, of the hashes of each register.
    registers: Vec<u8>,
}

impl Registers {
    fn add(&mut self, hash: u64) {
        let at = (hash >> (64 - self.precision)) as usize;
        let rest = (hash << self.precision) | (1 << (self.precision - 1));
        let run = rest.leading_zeros() as u8 + 1;
        self.registers[at] = self.registers[at].max(run);
    }

    fn estimate(&self) -> i64 {
        let count = self.registers.len() as f64;
        let inverse = |run: &u8| 1.0 / (1_u64 << run) as f64;
        let sum: f64 = self.registers.iter().map(inverse).sum();
        let empty = self.registers.iter().filter(|run| **run == 0).count() as f64;
        let alpha = match self.precision {
            4 => 0.673,
            5 => 0.697,
            6 => 0.709,
            _ => 0.7213 / (1.0 + 1.079 / count),
        };
        let raw = alpha * count * count / sum;
        let estimate = if empty > 0.0 {
            let linear = count * (count / empty).ln();
            let threshold = THRESHOLDS.get((self.precision - LEAST_PRECISION) as usize);
            if threshold.is_some_and(|t| linear <= *t) || raw <= 2.5 * count {
                linear
            } else {
                self.corrected(raw)
            }
        } else {
            self.corrected(raw)
        };
        (estimate + 0.5).floor() as i64
    }

    fn corrected(&self, raw: f64) -> f64 {
        let small = self.precision <= MOST_CORRECTED && raw < 5.0 * self.registers.len() as f64;
        let at = (self.precision - LEAST_PRECISION) as usize;
        match CONSTANTS.get(at).filter(|_| small) {
            Some([estimates, biases]) => raw - bias(raw, estimates, biases),
            None => raw,
        }
    }
}

/// The mean bias of the known estimates that are nearest.
fn bias(raw: f64, estimates: &[f64], biases: &[f64]) -> f64 {
    let nearest = estimates.partition_point(|e| *e < raw);
    let distance = |at: usize| (raw - estimates[at]) * (raw - estimates[at]);
    let mut low = (nearest + 1).saturating_sub(NEIGHBOURS);
    let mut high = (low + NEIGHBOURS).min(estimates.len());
    while high < estimates.len() && distance(high) < distance(low) {
        low += 1;
        high += 1;
    }
    biases[low..high].iter().sum::<f64>() / (high - low) as f64
}

impl Accumulator for Registers {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let hashes = xxhash64(&values[0]).map_err(to_datafusion)?;
        for (at, hash) in hashes.into_iter().enumerate() {
            if values[0].is_valid(at) {
                self.add(hash);
            }
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Int64(Some(self.estimate())))
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.registers.capacity()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![ScalarValue::Binary(Some(self.registers.clone()))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for others in states[0].as_binary::<i32>().iter().flatten() {
            for (register, other) in self.registers.iter_mut().zip(others) {
                *register = (*register).max(*other);
            }
        }
        Ok(())
    }
}
