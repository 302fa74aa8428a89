//! `skewness`, `kurtosis`, variances and deviations: the central moments of a column up
//! to the fourth, kept so that parts of a group can be merged.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Float64Type};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::Accumulator;

use super::Recipe;

/// What is asked of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shape {
    Skewness,
    Kurtosis,
    PopulationVariance,
    SampleVariance,
    PopulationDeviation,
    SampleDeviation,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Moments(pub Shape);

const PARTS: [&str; 5] = ["n", "mean", "m2", "m3", "m4"];

impl Recipe for Moments {
    fn name(&self) -> &'static str {
        match self.0 {
            Shape::Skewness => "skewness",
            Shape::Kurtosis => "kurtosis",
            Shape::PopulationVariance => "var_pop",
            Shape::SampleVariance => "var_samp",
            Shape::PopulationDeviation => "stddev_pop",
            Shape::SampleDeviation => "stddev_samp",
        }
    }

    fn returns(&self, _: &[DataType]) -> DataType {
        DataType::Float64
    }

    fn state(&self, _: &[DataType]) -> Vec<(&'static str, DataType)> {
        PARTS
            .iter()
            .map(|part| (*part, DataType::Float64))
            .collect()
    }

    fn start(&self, _: &[DataType]) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Group {
            shape: self.0,
            part: Part::default(),
        }))
    }
}

/// Sums of powers of distances from the mean.
#[derive(Debug, Clone, Copy, Default)]
struct Part {
    n: f64,
    mean: f64,
    m2: f64,
    m3: f64,
    m4: f64,
}

impl Part {
    fn merge(&mut self, other: Self) {
        if other.n == 0.0 {
            return;
        }
        let n = self.n + other.n;
        let delta = other.mean - self.mean;
        let (step, square) = (delta / n, delta * delta);
        let m4 = self.m4
            + other.m4
            + square
                * square
                * self.n
                * other.n
                * (self.n * self.n - self.n * other.n + other.n * other.n)
                / (n * n * n)
            + 6.0 * step * step * (self.n * self.n * other.m2 + other.n * other.n * self.m2)
            + 4.0 * step * (self.n * other.m3 - other.n * self.m3);
        let m3 = self.m3
            + other.m3
            + square * delta * self.n * other.n * (self.n - other.n) / (n * n)
            + 3.0 * step * (self.n * other.m2 - other.n * self.m2);
        let m2 = self.m2 + other.m2 + delta * step * self.n * other.n;
        let mean = self.mean + step * other.n;
        *self = Self {
            n,
            mean,
            m2,
            m3,
            m4,
        };
    }
}

#[derive(Debug)]
struct Group {
    shape: Shape,
    part: Part,
}

impl Accumulator for Group {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for value in values[0].as_primitive::<Float64Type>().iter().flatten() {
            self.part.merge(Part {
                n: 1.0,
                mean: value,
                ..Part::default()
            });
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let Part { n, m2, m3, m4, .. } = self.part;
        let several = n > 1.0;
        let value = match self.shape {
            _ if n == 0.0 => None,
            Shape::PopulationVariance => Some(m2 / n),
            Shape::PopulationDeviation => Some((m2 / n).sqrt()),
            Shape::SampleVariance => several.then(|| m2 / (n - 1.0)),
            Shape::SampleDeviation => several.then(|| (m2 / (n - 1.0)).sqrt()),
            _ if m2 == 0.0 => None,
            Shape::Skewness => Some(n.sqrt() * m3 / (m2 * m2 * m2).sqrt()),
            Shape::Kurtosis => Some(n * m4 / (m2 * m2) - 3.0),
        };
        Ok(ScalarValue::Float64(value))
    }

    fn size(&self) -> usize {
        size_of::<Self>()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let Part {
            n,
            mean,
            m2,
            m3,
            m4,
        } = self.part;
        Ok([n, mean, m2, m3, m4]
            .into_iter()
            .map(|v| ScalarValue::Float64(Some(v)))
            .collect())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let column = |i: usize| states[i].as_primitive::<Float64Type>();
        for row in 0..states[0].len() {
            let at = |i: usize| column(i).value(row);
            self.part.merge(Part {
                n: at(0),
                mean: at(1),
                m2: at(2),
                m3: at(3),
                m4: at(4),
            });
        }
        Ok(())
    }
}
