//! Aggregates that keep rows and compute their result from all of them in the end.

use std::any::Any;
use std::fmt::Debug;
use std::hash::Hash;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use arrow::compute::{filter, is_not_null};
use arrow::datatypes::{DataType, Field};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::Accumulator;

use super::Recipe;
use super::held::{self, Held};

/// What is kept of the rows, and what is made of them.
pub trait Gather: Debug + Eq + Hash + Clone + Send + Sync + Any {
    fn name(&self) -> &'static str;

    fn returns(&self, args: &[DataType]) -> DataType;

    /// Types of the columns that are kept.
    fn kept(&self, args: &[DataType]) -> Vec<DataType> {
        args.to_vec()
    }

    /// The rows that matter; as they are, those whose first value is not null.
    fn choose(&self, values: &[ArrayRef]) -> Result<Vec<ArrayRef>> {
        not_null(values)
    }

    fn distinct(&self) -> bool {
        false
    }

    /// The rows that are enough for the result.
    fn shrink(&self, columns: Vec<ArrayRef>) -> Result<Vec<ArrayRef>> {
        Ok(columns)
    }

    fn finish(&self, columns: &[ArrayRef]) -> Result<ScalarValue>;

    fn of_nothing(&self, returns: &DataType) -> Result<ScalarValue> {
        ScalarValue::try_from(returns)
    }
}

/// The rows whose first value is not null.
pub fn not_null(values: &[ArrayRef]) -> Result<Vec<ArrayRef>> {
    if values[0].logical_null_count() == 0 {
        return Ok(values.to_vec());
    }
    matching(values, &is_not_null(&values[0])?)
}

pub fn matching(values: &[ArrayRef], mask: &BooleanArray) -> Result<Vec<ArrayRef>> {
    let kept = values.iter().map(|column| filter(column, mask));
    Ok(kept.collect::<std::result::Result<Vec<_>, _>>()?)
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Gathering<G>(pub G);

impl<G: Gather> Recipe for Gathering<G> {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn returns(&self, args: &[DataType]) -> DataType {
        self.0.returns(args)
    }

    fn state(&self, args: &[DataType]) -> Vec<(&'static str, DataType)> {
        held::state(&self.0.kept(args))
    }

    fn start(&self, args: &[DataType]) -> Result<Box<dyn Accumulator>> {
        let kept = self.0.kept(args);
        let held = if self.0.distinct() {
            Held::of_distinct(kept)?
        } else {
            Held::of(kept)
        };
        Ok(Box::new(Rows {
            gather: self.0.clone(),
            held,
        }))
    }

    fn of_nothing(&self, returns: &DataType) -> Result<ScalarValue> {
        self.0.of_nothing(returns)
    }
}

#[derive(Debug)]
struct Rows<G> {
    gather: G,
    held: Held,
}

impl<G: Gather> Rows<G> {
    fn shrunk(&mut self) -> Result<Vec<ArrayRef>> {
        let columns = self.held.columns()?;
        let columns = self.gather.shrink(columns)?;
        self.held.replace(columns.clone());
        Ok(columns)
    }
}

impl<G: Gather> Accumulator for Rows<G> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let rows = self.gather.choose(values)?;
        self.held.push(rows)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let columns = self.shrunk()?;
        self.gather.finish(&columns)
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.held.size()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.shrunk()?;
        self.held.state()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.held.merge(states)
    }
}

/// `collect_union`: the distinct elements of all lists.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Union;

impl Gather for Union {
    fn name(&self) -> &'static str {
        "collect_union"
    }

    fn returns(&self, args: &[DataType]) -> DataType {
        args[0].clone()
    }

    fn kept(&self, args: &[DataType]) -> Vec<DataType> {
        match &args[0] {
            DataType::List(field) => vec![field.data_type().clone()],
            other => vec![other.clone()],
        }
    }

    fn choose(&self, values: &[ArrayRef]) -> Result<Vec<ArrayRef>> {
        let lists = not_null(values)?;
        let lists = lists[0].as_list::<i32>();
        let offsets = lists.value_offsets();
        let (from, to) = (offsets[0] as usize, offsets[lists.len()] as usize);
        not_null(&[lists.values().slice(from, to - from)])
    }

    fn distinct(&self) -> bool {
        true
    }

    fn finish(&self, columns: &[ArrayRef]) -> Result<ScalarValue> {
        held::list(columns[0].clone())
    }

    fn of_nothing(&self, returns: &DataType) -> Result<ScalarValue> {
        empty_list(returns)
    }
}

pub fn empty_list(returns: &DataType) -> Result<ScalarValue> {
    match returns {
        DataType::List(field) => held::list(arrow::array::new_empty_array(field.data_type())),
        other => ScalarValue::try_from(other),
    }
}

/// `collect_set`: each value once.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Set {
    pub with_null: bool,
}

impl Gather for Set {
    fn name(&self) -> &'static str {
        "collect_set"
    }

    fn returns(&self, args: &[DataType]) -> DataType {
        DataType::List(Arc::new(Field::new_list_field(args[0].clone(), true)))
    }

    fn choose(&self, values: &[ArrayRef]) -> Result<Vec<ArrayRef>> {
        match self.with_null {
            true => Ok(values.to_vec()),
            false => not_null(values),
        }
    }

    fn distinct(&self) -> bool {
        true
    }

    fn finish(&self, columns: &[ArrayRef]) -> Result<ScalarValue> {
        held::list(columns[0].clone())
    }

    fn of_nothing(&self, returns: &DataType) -> Result<ScalarValue> {
        empty_list(returns)
    }
}
