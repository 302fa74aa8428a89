//! `percentile_approx`: percentiles to a relative error from a summary of bounded size
//! (Greenwald and Khanna, "Space-efficient online computation of quantile summaries",
//! 2001). Samples are buffered and merged in as Spark does, so that the estimates agree.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array};
use arrow::datatypes::{DataType, Field, Float64Type, Int64Type};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::Accumulator;

use super::Recipe;
use super::held::list;
use super::numbers::{column_of, doubles};

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Quantiles {
    /// Bits of the fractions.
    pub fractions: Vec<u64>,
    /// A list of results, whatever their number.
    pub several: bool,
    /// One part in so many is the error.
    pub accuracy: i64,
    /// Type of a result.
    pub element: DataType,
}

/// Samples that are buffered before they are merged in.
const HEAD: usize = 50_000;

/// From so many samples on they are compressed.
const CROWDED: usize = 10_000;

impl Recipe for Quantiles {
    fn name(&self) -> &'static str {
        "percentile_approx"
    }

    fn returns(&self, _: &[DataType]) -> DataType {
        if self.several {
            list_of(self.element.clone())
        } else {
            self.element.clone()
        }
    }

    fn state(&self, _: &[DataType]) -> Vec<(&'static str, DataType)> {
        vec![
            ("values", list_of(DataType::Float64)),
            ("steps", list_of(DataType::Int64)),
            ("spans", list_of(DataType::Int64)),
        ]
    }

    fn start(&self, _: &[DataType]) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Summary {
            recipe: self.clone(),
            error: 1.0 / self.accuracy as f64,
            head: Vec::new(),
            samples: Vec::new(),
            count: 0,
            settled: false,
        }))
    }
}

fn list_of(element: DataType) -> DataType {
    DataType::List(Arc::new(Field::new_list_field(element, true)))
}

/// A value that was seen; its least rank is `step` above the one before it, its
/// greatest `span` above that.
#[derive(Debug, Clone, Copy)]
struct Sample {
    value: f64,
    step: i64,
    span: i64,
}

#[derive(Debug)]
struct Summary {
    recipe: Quantiles,
    error: f64,
    head: Vec<f64>,
    samples: Vec<Sample>,
    /// Values in `samples`, without those in `head`.
    count: i64,
    /// Compressed since the last value came: to do it again would lose more samples.
    settled: bool,
}

impl Summary {
    fn insert(&mut self, value: f64) {
        self.head.push(value);
        self.settled = false;
        if self.head.len() < HEAD {
            return;
        }
        self.take_head();
        let bound = (1.0 / self.error) as usize * 4;
        if self.samples.len() >= CROWDED || self.samples.len() >= bound {
            self.compress();
        }
    }

    fn take_head(&mut self) {
        let mut head = std::mem::take(&mut self.head);
        head.sort_by(f64::total_cmp);
        let old = std::mem::take(&mut self.samples);
        let mut old = old.into_iter().peekable();
        let last = head.len().saturating_sub(1);
        for (index, value) in head.into_iter().enumerate() {
            while let Some(sample) = old.next_if(|s| s.value <= value) {
                self.samples.push(sample);
            }
            self.count += 1;
            let outermost = self.samples.is_empty() || (old.peek().is_none() && index == last);
            let span = match outermost {
                true => 0,
                false => (2.0 * self.error * self.count as f64).floor() as i64,
            };
            self.samples.push(Sample {
                value,
                step: 1,
                span,
            });
        }
        self.samples.extend(old);
    }

    fn compress(&mut self) {
        self.take_head();
        let limit = 2.0 * self.error * self.count as f64;
        self.samples = compressed(&self.samples, limit);
        self.settled = true;
    }

    fn settle(&mut self) {
        if !self.settled {
            self.compress();
        }
    }

    /// Merges in the samples of a summary that is compressed.
    fn merge(&mut self, other: Vec<Sample>) {
        self.settle();
        let others: i64 = other.iter().map(|s| s.step).sum();
        if other.is_empty() {
            return;
        }
        if self.count == 0 {
            (self.samples, self.count) = (other, others);
            return;
        }
        let extra = |count: i64| (2.0 * self.error * count as f64).floor() as i64;
        let (extra_here, extra_there) = (extra(others), extra(self.count));
        let (here, mut at, mut there) = (&self.samples, 0, 0);
        let mut merged = Vec::with_capacity(here.len() + other.len());
        while at < here.len() && there < other.len() {
            let (mut sample, more) = if here[at].value < other[there].value {
                at += 1;
                (here[at - 1], if there > 0 { extra_here } else { 0 })
            } else {
                there += 1;
                (other[there - 1], if at > 0 { extra_there } else { 0 })
            };
            sample.span += more;
            merged.push(sample);
        }
        merged.extend(&here[at..]);
        merged.extend(&other[there..]);
        self.count += others;
        self.samples = compressed(&merged, 2.0 * self.error * self.count as f64);
    }

    /// The value at a fraction; what Spark calls a query, several of them in order.
    fn at(&self, fraction: f64) -> f64 {
        let (Some(first), Some(last)) = (self.samples.first(), self.samples.last()) else {
            return f64::NAN;
        };
        if fraction <= self.error {
            return first.value;
        }
        if fraction >= 1.0 - self.error {
            return last.value;
        }
        let rank = (fraction * self.count as f64).ceil() as i64;
        let widest = self.samples.iter().map(|s| s.step + s.span).max();
        let slack = widest.unwrap_or(0) / 2;
        let mut least = 0;
        for sample in &self.samples[..self.samples.len() - 1] {
            least += sample.step;
            if least + sample.span - slack <= rank && rank <= least + slack {
                return sample.value;
            }
        }
        last.value
    }
}

/// Neighbours whose ranks are certain enough become one, from the last to the first.
fn compressed(samples: &[Sample], limit: f64) -> Vec<Sample> {
    let (Some(first), Some(last)) = (samples.first(), samples.last()) else {
        return Vec::new();
    };
    let (mut head, mut kept) = (*last, Vec::new());
    for sample in samples.iter().skip(1).rev().skip(1) {
        if ((sample.step + head.step + head.span) as f64) < limit {
            head.step += sample.step;
        } else {
            kept.push(head);
            head = *sample;
        }
    }
    kept.push(head);
    if samples.len() > 1 && first.value <= head.value {
        kept.push(*first);
    }
    kept.reverse();
    kept
}

impl Accumulator for Summary {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for value in doubles(&values[0])?.iter().flatten() {
            self.insert(value);
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.settle();
        if self.count == 0 || self.recipe.fractions.is_empty() {
            return ScalarValue::try_from(&self.recipe.returns(&[]));
        }
        let fractions = self
            .recipe
            .fractions
            .iter()
            .map(|bits| f64::from_bits(*bits));
        let results: Vec<_> = fractions.map(|f| self.at(f)).collect();
        let results = column_of(&results, &self.recipe.element)?;
        match self.recipe.several {
            true => list(results),
            false => ScalarValue::try_from_array(&results, 0),
        }
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.head.capacity() * 8 + self.samples.capacity() * size_of::<Sample>()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.settle();
        let values = self.samples.iter().map(|s| s.value);
        let steps = self.samples.iter().map(|s| s.step);
        let spans = self.samples.iter().map(|s| s.span);
        Ok(vec![
            list(Arc::new(Float64Array::from_iter_values(values)))?,
            list(Arc::new(Int64Array::from_iter_values(steps)))?,
            list(Arc::new(Int64Array::from_iter_values(spans)))?,
        ])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for row in 0..states[0].len() {
            let part = |at: usize| states[at].as_list::<i32>().value(row);
            let (values, steps, spans) = (part(0), part(1), part(2));
            let values = values.as_primitive::<Float64Type>().values().iter();
            let steps = steps.as_primitive::<Int64Type>().values().iter();
            let spans = spans.as_primitive::<Int64Type>().values().iter();
            let samples = values.zip(steps).zip(spans);
            self.merge(
                samples
                    .map(|((value, step), span)| Sample {
                        value: *value,
                        step: *step,
                        span: *span,
                    })
                    .collect(),
            );
        }
        Ok(())
    }
}
