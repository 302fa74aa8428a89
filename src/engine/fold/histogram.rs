//! `histogram_numeric`: at most so many bars, of which the two that are nearest to each
//! other become one when there are too many (Ben-Haim and Tom-Tov, "A streaming parallel
//! decision tree algorithm", 2010).

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, StructArray};
use arrow::datatypes::{DataType, Field, Fields, Float64Type};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::Accumulator;

use super::Recipe;
use super::held::list;
use super::java_random::JavaRandom;
use super::numbers::{column_of, doubles};

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Histogram {
    pub bars: usize,
    /// Type of the centres.
    pub centre: DataType,
}

/// Of several pairs that are equally near Spark takes one by chance, from this seed.
const SEED: i64 = 31183;

fn fields(centre: &DataType) -> Fields {
    Fields::from(vec![
        Field::new("x", centre.clone(), true),
        Field::new("y", DataType::Float64, true),
    ])
}

fn bars_type(centre: &DataType) -> DataType {
    let bar = DataType::Struct(fields(centre));
    DataType::List(Arc::new(Field::new_list_field(bar, true)))
}

impl Recipe for Histogram {
    fn name(&self) -> &'static str {
        "histogram_numeric"
    }

    fn returns(&self, _: &[DataType]) -> DataType {
        bars_type(&self.centre)
    }

    fn state(&self, _: &[DataType]) -> Vec<(&'static str, DataType)> {
        vec![("bars", bars_type(&DataType::Float64))]
    }

    fn start(&self, _: &[DataType]) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Bars {
            most: self.bars,
            centre: self.centre.clone(),
            bars: Vec::new(),
            chance: JavaRandom::new(SEED),
        }))
    }
}

#[derive(Debug, Clone, Copy)]
struct Bar {
    centre: f64,
    height: f64,
}

#[derive(Debug)]
struct Bars {
    most: usize,
    centre: DataType,
    /// By centre.
    bars: Vec<Bar>,
    chance: JavaRandom,
}

impl Bars {
    fn add(&mut self, value: f64) {
        // A NaN is neither below nor above: it goes where the search began.
        let (mut at, mut low, mut high) = (0, 0, self.bars.len());
        while low < high {
            at = (low + high) / 2;
            let centre = self.bars[at].centre;
            if centre > value {
                high = at;
            } else if centre < value {
                at += 1;
                low = at;
            } else {
                break;
            }
        }
        match self.bars.get_mut(at) {
            Some(bar) if bar.centre == value => bar.height += 1.0,
            _ => {
                let bar = Bar {
                    centre: value,
                    height: 1.0,
                };
                self.bars.insert(at, bar);
                self.trim();
            }
        }
    }

    fn merge(&mut self, other: Vec<Bar>) {
        if self.bars.is_empty() {
            self.bars = other;
            return;
        }
        self.bars.extend(other);
        self.bars.sort_by(|a, b| a.centre.total_cmp(&b.centre));
        self.trim();
    }

    fn trim(&mut self) {
        while self.bars.len() > self.most {
            let at = self.nearest();
            let (left, right) = (self.bars[at], self.bars[at + 1]);
            let height = left.height + right.height;
            let centre =
                left.centre * (left.height / height) + right.centre / height * right.height;
            self.bars[at] = Bar { centre, height };
            self.bars.remove(at + 1);
        }
    }

    /// The first bar of the nearest pair.
    fn nearest(&mut self) -> usize {
        let apart = |pair: &[Bar]| pair[1].centre - pair[0].centre;
        let (mut least, mut at, mut equal) = (f64::NAN, 0, 1);
        for (index, pair) in self.bars.windows(2).enumerate() {
            let distance = apart(pair);
            if index == 0 || distance < least {
                (least, at, equal) = (distance, index, 1);
            } else if distance == least {
                equal += 1;
                // The number is drawn whether or not it decides.
                if self.chance.double() <= 1.0 / f64::from(equal) {
                    at = index;
                }
            }
        }
        at
    }

    fn value(&self, centre: &DataType) -> Result<ScalarValue> {
        if self.bars.is_empty() {
            return ScalarValue::try_from(&bars_type(centre));
        }
        let centres: Vec<_> = self.bars.iter().map(|b| b.centre).collect();
        let heights = self.bars.iter().map(|b| b.height);
        let columns: Vec<ArrayRef> = vec![
            column_of(&centres, centre)?,
            Arc::new(Float64Array::from_iter_values(heights)),
        ];
        let bars = StructArray::try_new(fields(centre), columns, None)?;
        list(Arc::new(bars))
    }
}

impl Accumulator for Bars {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for value in doubles(&values[0])?.iter().flatten() {
            self.add(value);
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.value(&self.centre)
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.bars.capacity() * size_of::<Bar>()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![self.value(&DataType::Float64)?])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for bars in states[0].as_list::<i32>().iter().flatten() {
            if bars.is_empty() {
                continue;
            }
            let bars = bars.as_struct();
            let column = |at: usize| bars.column(at).as_primitive::<Float64Type>().values();
            let other = column(0).iter().zip(column(1));
            self.merge(
                other
                    .map(|(centre, height)| Bar {
                        centre: *centre,
                        height: *height,
                    })
                    .collect(),
            );
        }
        Ok(())
    }
}
