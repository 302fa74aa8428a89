//! Samples with replacement: a row comes as often as a number of the Poisson distribution
//! says.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Int64Array, ListArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::Int64Type;
use parking_lot::Mutex;

use super::generate::Generator;
use super::row_number::attach;
use super::{Analyzer, Resolved, column, fresh_id};
use crate::engine::fold::java_random::JavaRandom;
use crate::engine::kernel_expr;
use crate::engine::row_ids::BITS_OF_ROW;
use crate::error::{Result, SparkError};
use crate::functions::scalar::collections::list_field;
use crate::functions::scalar::random::Well;
use crate::functions::{Arg, Binding, Kernel};
use crate::plan::Plan;
use crate::types::DataType;

/// From here on Spark draws the numbers in another way.
const LARGE: f64 = 40.0;

impl Analyzer<'_> {
    pub(super) fn resample(
        &mut self,
        input: &Arc<Plan>,
        fraction: f64,
        seed: i64,
    ) -> Result<Resolved> {
        let child = self.relation(input)?;
        if fraction >= LARGE {
            return Err(SparkError::not_implemented(format_args!(
                "a sample with replacement of {fraction} times the rows"
            )));
        }
        if child.streaming {
            return self.sample(input, 0.0, 0.0, seed);
        }
        let (id, numbers) = (fresh_id(), fresh_id());
        let plan = attach(Arc::clone(&child.plan), id, false, self.context)?;
        let returns = DataType::Array {
            element: Box::new(DataType::Long),
            contains_null: false,
        };
        let storage = returns.to_arrow();
        let draws = Mutex::new(Draws::new(seed));
        let kernel: Kernel = Arc::new(move |args: &[Arg], rows: usize| {
            let ids: &Int64Array = args[0].array.as_primitive::<Int64Type>();
            let mut draws = draws.lock();
            let counts = (0..rows).map(|row| draws.of(ids.value(args[0].at(row)), fraction));
            let counts: Vec<usize> = counts.collect();
            let each = Int64Array::from_value(0, counts.iter().sum());
            let offsets = OffsetBuffer::from_lengths(counts);
            let list = ListArray::try_new(
                Arc::clone(list_field(&storage)?),
                offsets,
                Arc::new(each),
                None,
            );
            Ok(Arc::new(list.map_err(SparkError::internal)?) as ArrayRef)
        });
        let binding = Binding {
            args: vec![DataType::Long],
            returns,
            nullable: false,
            kernel,
        };
        let name = format!("times of {} in {seed}", fraction.to_bits());
        let settings = &self.context.settings;
        let generator = Generator {
            list: kernel_expr(&name, binding, vec![column(id)], settings),
            id: numbers,
            outer: false,
        };
        Ok(Resolved {
            plan: Self::keep(generator.attach(plan)?, &child.output)?,
            ..(*child).clone()
        })
    }
}

/// The numbers of rows, by their ids.
struct Draws {
    seed: i64,
    /// The id of the row whose number comes next.
    next: i64,
    well: Well,
}

impl Draws {
    fn new(seed: i64) -> Self {
        Self {
            seed,
            next: 0,
            well: Well::new(seed_of(seed, 0)),
        }
    }

    fn of(&mut self, id: i64, mean: f64) -> usize {
        let partition = id >> BITS_OF_ROW;
        if id < self.next || partition != self.next >> BITS_OF_ROW {
            self.next = partition << BITS_OF_ROW;
            self.well = Well::new(seed_of(self.seed, partition));
        }
        let mut count = 0;
        while self.next <= id {
            count = self.well.next_poisson(mean);
            self.next += 1;
        }
        usize::try_from(count).unwrap_or(0)
    }
}

/// The seed of a partition: one of a row of random ones.
fn seed_of(seed: i64, partition: i64) -> i64 {
    let mut random = JavaRandom::new(seed);
    let mut found = random.long();
    for _ in 0..partition {
        found = random.long();
    }
    found
}
