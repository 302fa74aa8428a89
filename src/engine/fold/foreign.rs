//! An aggregate that is a function of the user's: the rows of a group are kept, and the
//! function is called with all of them at the end.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType as ArrowType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Signature, Volatility,
};

use super::held::{self, Held};
use super::types_of;
use crate::engine::to_datafusion;
use crate::error::SparkError;
use crate::plan::foreign_function::{ForeignCall, ForeignColumns, ForeignRef};

/// The engine's form of a call whose arguments are columns `0..n`.
pub struct ForeignAggregate {
    pub function: ForeignRef,
    call: ForeignCall,
    columns: Arc<dyn ForeignColumns>,
    signature: Signature,
}

impl ForeignAggregate {
    pub fn aggregate(
        function: &ForeignRef,
        call: ForeignCall,
    ) -> crate::error::Result<Arc<AggregateUDF>> {
        let columns = function.0.aggregator(&call)?;
        Ok(Arc::new(AggregateUDF::new_from_impl(Self {
            function: function.clone(),
            call,
            columns,
            signature: Signature::variadic_any(Volatility::Stable),
        })))
    }
}

impl PartialEq for ForeignAggregate {
    fn eq(&self, other: &Self) -> bool {
        self.call == other.call
    }
}

impl Eq for ForeignAggregate {}

impl Hash for ForeignAggregate {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.function.0.name().hash(state);
    }
}

impl fmt::Debug for ForeignAggregate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.function.0.name())
    }
}

impl AggregateUDFImpl for ForeignAggregate {
    fn name(&self) -> &str {
        self.function.0.name()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[ArrowType]) -> Result<ArrowType> {
        Ok(self.function.0.returns().to_arrow())
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Rows {
            columns: Arc::clone(&self.columns),
            returns: self.function.0.returns().to_arrow(),
            held: Held::of(types_of(args.expr_fields)),
        }))
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let columns = held::state(&types_of(args.input_fields));
        let field = |(at, (part, data_type)): (usize, _)| {
            let name = format!("{}[{part} {at}]", args.name);
            Arc::new(Field::new(name, data_type, true))
        };
        Ok(columns.into_iter().enumerate().map(field).collect())
    }
}

struct Rows {
    columns: Arc<dyn ForeignColumns>,
    returns: ArrowType,
    held: Held,
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.held.fmt(f)
    }
}

impl Accumulator for Rows {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.held.push(values.to_vec())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let columns = self.held.columns()?;
        let rows = columns.first().map_or(0, |c| c.len());
        if rows == 0 {
            return ScalarValue::try_from(&self.returns);
        }
        let answer = self.columns.call(&columns, rows).map_err(to_datafusion)?;
        let Some(answer) = answer.first().filter(|a| a.len() == 1) else {
            let error = SparkError::internal("an aggregate has one value");
            return Err(to_datafusion(error));
        };
        ScalarValue::try_from_array(answer, 0)
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
