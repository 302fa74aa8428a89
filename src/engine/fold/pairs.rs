//! Statistics of pairs: correlation, covariance and the `regr_` functions, all from one
//! state of moments. A pair with a null does not count.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Float64Type};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::Accumulator;

use super::Recipe;

/// What is asked of the pairs `(y, x)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PairStatistic {
    Correlation,
    PopulationCovariance,
    SampleCovariance,
    MeanX,
    MeanY,
    Slope,
    Intercept,
    Determination,
    SumXx,
    SumXy,
    SumYy,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pairs {
    pub name: &'static str,
    pub statistic: PairStatistic,
}

const PARTS: [&str; 6] = ["n", "y", "x", "yy", "xx", "xy"];

impl Recipe for Pairs {
    fn name(&self) -> &'static str {
        self.name
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
        Ok(Box::new(Sums {
            statistic: self.statistic,
            part: [0.0; 6],
        }))
    }
}

#[derive(Debug)]
struct Sums {
    statistic: PairStatistic,
    /// As [`PARTS`]: the count, the means, the sums of products of distances from them.
    part: [f64; 6],
}

impl Sums {
    fn merge(&mut self, other: [f64; 6]) {
        let [n1, y1, x1, yy1, xx1, xy1] = self.part;
        let [n2, y2, x2, yy2, xx2, xy2] = other;
        if n2 == 0.0 {
            return;
        }
        let n = n1 + n2;
        let (dy, dx) = (y2 - y1, x2 - x1);
        let weight = n1 * n2 / n;
        self.part = [
            n,
            y1 + dy * n2 / n,
            x1 + dx * n2 / n,
            yy1 + yy2 + dy * dy * weight,
            xx1 + xx2 + dx * dx * weight,
            xy1 + xy2 + dy * dx * weight,
        ];
    }

    fn result(&self) -> Option<f64> {
        use PairStatistic as S;
        let [n, y, x, yy, xx, xy] = self.part;
        if n == 0.0 {
            return None;
        }
        match self.statistic {
            S::Correlation => (n > 1.0).then(|| xy / (yy * xx).sqrt()),
            S::PopulationCovariance => Some(xy / n),
            S::SampleCovariance => (n > 1.0).then(|| xy / (n - 1.0)),
            S::MeanX => Some(x),
            S::MeanY => Some(y),
            S::SumXx => Some(xx),
            S::SumXy => Some(xy),
            S::SumYy => Some(yy),
            S::Slope => (xx != 0.0).then(|| xy / xx),
            S::Intercept => (xx != 0.0).then(|| y - xy / xx * x),
            S::Determination if xx == 0.0 => None,
            S::Determination if yy == 0.0 => Some(1.0),
            S::Determination => Some(xy * xy / (xx * yy)),
        }
    }
}

impl Accumulator for Sums {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let (ys, xs) = (
            values[0].as_primitive::<Float64Type>(),
            values[1].as_primitive::<Float64Type>(),
        );
        for (y, x) in ys.iter().zip(xs) {
            if let (Some(y), Some(x)) = (y, x) {
                self.merge([1.0, y, x, 0.0, 0.0, 0.0]);
            }
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Float64(self.result()))
    }

    fn size(&self) -> usize {
        size_of::<Self>()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let parts = self.part.iter();
        Ok(parts.map(|v| ScalarValue::Float64(Some(*v))).collect())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for row in 0..states[0].len() {
            let mut part = [0.0; 6];
            for (value, column) in part.iter_mut().zip(states) {
                *value = column.as_primitive::<Float64Type>().value(row);
            }
            self.merge(part);
        }
        Ok(())
    }
}
