//! Aggregate functions of our own. Each is a [`Recipe`]: its types, the columns of its
//! intermediate state, and what gathers them; [`aggregate_of`] makes the engine's form
//! of it, over all values or over distinct ones.
//!
//! States are plain columns, so that a stream can keep them as bytes and merge them
//! batch by batch. Knows nothing of the user's expressions: constants of a call are
//! parts of its recipe.

mod bitmap;
mod count_min;
mod foreign;
mod gathered;
mod held;
mod histogram;
mod hyper_log_log;
pub mod java_random;
mod joined;
mod moments;
mod numbers;
mod pairs;
mod percentile;
mod picked;
mod product;
mod quantiles;
mod replayed;
mod sketched;
#[cfg(test)]
mod tests;
mod top;
mod total;
mod total_groups;
mod variant_shape;
mod vectors;

use std::any::Any;
use std::fmt::Debug;
use std::hash::Hash;
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, GroupsAccumulator, Signature, Volatility,
};

pub use bitmap::{Bitmap, Bits};
pub use count_min::CountMin;
pub use foreign::ForeignAggregate;
pub use gathered::{Gathering, Set, Union};
pub use histogram::Histogram;
pub use hyper_log_log::HyperLogLog;
pub use joined::Joined;
pub use moments::{Moments, Shape};
pub use pairs::{PairStatistic, Pairs};
pub use percentile::Percentile;
pub use picked::{Pick, Picked};
pub use product::Product;
pub use quantiles::Quantiles;
pub use replayed::Replayed;
pub use sketched::{Carried, Form, Sketched};
pub use top::Top;
pub use total::{OnOverflow, Total, Unit};
pub use variant_shape::VariantShape;
pub use vectors::Vectors;

use super::to_datafusion;
use crate::error::SparkError;
use held::Held;
pub use held::one_zero;

/// An aggregate function: two that are equal compute the same.
pub trait Recipe: Debug + Eq + Hash + Clone + Send + Sync + Any {
    fn name(&self) -> &'static str;

    fn returns(&self, args: &[DataType]) -> DataType;

    /// Name and type of each column of the state.
    fn state(&self, args: &[DataType]) -> Vec<(&'static str, DataType)>;

    fn start(&self, args: &[DataType]) -> Result<Box<dyn Accumulator>>;

    /// What gathers the states of many groups at once, where there is such.
    fn groups(&self) -> Option<Box<dyn GroupsAccumulator>> {
        None
    }

    /// The result over no rows.
    fn of_nothing(&self, returns: &DataType) -> Result<ScalarValue> {
        ScalarValue::try_from(returns)
    }
}

/// The engine's form of a recipe.
pub fn aggregate_of(recipe: impl Recipe) -> Arc<AggregateUDF> {
    Arc::new(AggregateUDF::new_from_impl(Own {
        recipe,
        signature: Signature::variadic_any(Volatility::Immutable),
    }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Own<R> {
    recipe: R,
    signature: Signature,
}

fn types_of(fields: &[FieldRef]) -> Vec<DataType> {
    fields.iter().map(|f| f.data_type().clone()).collect()
}

impl<R: Recipe> AggregateUDFImpl for Own<R> {
    fn name(&self) -> &str {
        self.recipe.name()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, args: &[DataType]) -> Result<DataType> {
        Ok(self.recipe.returns(args))
    }

    fn default_value(&self, returns: &DataType) -> Result<ScalarValue> {
        self.recipe.of_nothing(returns)
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        let types = types_of(args.expr_fields);
        if args.is_distinct {
            return Ok(Box::new(Distinct {
                recipe: self.recipe.clone(),
                held: Held::of_distinct(types.clone())?,
                types,
            }));
        }
        self.recipe.start(&types)
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs<'_>) -> bool {
        !args.is_distinct && self.recipe.groups().is_some()
    }

    fn create_groups_accumulator(
        &self,
        _: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        let groups = self.recipe.groups();
        groups.ok_or_else(|| to_datafusion(SparkError::internal("no accumulator of groups")))
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let types = types_of(args.input_fields);
        let columns = if args.is_distinct {
            held::state(&types)
        } else {
            self.recipe.state(&types)
        };
        let field = |(part, data_type)| {
            Arc::new(Field::new(
                format!("{}[{part}]", args.name),
                data_type,
                true,
            ))
        };
        Ok(columns.into_iter().map(field).collect())
    }
}

/// The rows of a group, each once, and the recipe over them in the end.
#[derive(Debug)]
struct Distinct<R> {
    recipe: R,
    held: Held,
    types: Vec<DataType>,
}

impl<R: Recipe> Accumulator for Distinct<R> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.held.push(values.to_vec())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let mut whole = self.recipe.start(&self.types)?;
        whole.update_batch(&self.held.columns()?)?;
        whole.evaluate()
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.held.size()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.held.state()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.held.merge(states)
    }
}
