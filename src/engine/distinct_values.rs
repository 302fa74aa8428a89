//! An aggregate that always sees each value once (`collect_set`), whatever the call
//! says. The engine rewrites calls over distinct values into two aggregations, which
//! a stream cannot keep the state of; this is one aggregation with the set inside.

use std::sync::Arc;

use arrow::datatypes::{DataType, FieldRef};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, Signature};

#[derive(Debug, PartialEq, Eq, Hash)]
pub struct DistinctValues {
    name: &'static str,
    inner: Arc<AggregateUDF>,
}

impl DistinctValues {
    pub fn of(name: &'static str, inner: Arc<AggregateUDF>) -> Self {
        Self { name, inner }
    }
}

impl AggregateUDFImpl for DistinctValues {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        self.inner.signature()
    }

    fn return_type(&self, args: &[DataType]) -> Result<DataType> {
        self.inner.return_type(args)
    }

    fn is_nullable(&self) -> bool {
        self.inner.is_nullable()
    }

    fn default_value(&self, data_type: &DataType) -> Result<ScalarValue> {
        self.inner.default_value(data_type)
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        self.inner.accumulator(AccumulatorArgs {
            is_distinct: true,
            ..args
        })
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        self.inner.state_fields(StateFieldsArgs {
            is_distinct: true,
            ..args
        })
    }
}
