//! The id of a row: the number of its partition, and below that its own number there, from
//! 0. A function over the rows in their order rather than over values: no condition may
//! leave rows out before they are numbered.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use arrow::array::{ArrayRef, AsArray, Int64Array};
use arrow::datatypes::{DataType, Field, FieldRef, Int32Type};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::function::{PartitionEvaluatorArgs, WindowUDFFieldArgs};
use datafusion::logical_expr::{
    PartitionEvaluator, Signature, Volatility, WindowUDF, WindowUDFImpl,
};

pub const NAME: &str = "row_id";

/// How many numbers of rows a partition has.
pub const BITS_OF_ROW: u32 = 33;

/// The function of the partitions' numbers; the rows of each partition are together.
pub fn row_id() -> Arc<WindowUDF> {
    static FUNCTION: OnceLock<Arc<WindowUDF>> = OnceLock::new();
    let new = || Arc::new(WindowUDF::from(RowId(signature())));
    Arc::clone(FUNCTION.get_or_init(new))
}

fn signature() -> Signature {
    Signature::exact(vec![DataType::Int32], Volatility::Immutable)
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct RowId(Signature);

impl WindowUDFImpl for RowId {
    fn name(&self) -> &str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.0
    }

    fn partition_evaluator(
        &self,
        _: PartitionEvaluatorArgs,
    ) -> Result<Box<dyn PartitionEvaluator>> {
        Ok(Box::<Ids>::default())
    }

    fn field(&self, args: WindowUDFFieldArgs) -> Result<FieldRef> {
        Ok(Arc::new(Field::new(args.name(), DataType::Int64, false)))
    }
}

/// The partition of the last row, and the id of the next one there.
#[derive(Debug, Default)]
struct Ids {
    last: Option<(i32, i64)>,
}

impl Ids {
    fn of(&mut self, partition: i32) -> i64 {
        let id = match self.last {
            Some((last, next)) if last == partition => next,
            _ => i64::from(partition) << BITS_OF_ROW,
        };
        self.last = Some((partition, id + 1));
        id
    }
}

impl PartitionEvaluator for Ids {
    fn is_causal(&self) -> bool {
        true
    }

    fn evaluate_all(&mut self, values: &[ArrayRef], _: usize) -> Result<ArrayRef> {
        let partitions = values[0].as_primitive::<Int32Type>().values();
        let ids = partitions.iter().map(|partition| self.of(*partition));
        Ok(Arc::new(Int64Array::from_iter_values(ids)))
    }

    fn evaluate(&mut self, values: &[ArrayRef], range: &Range<usize>) -> Result<ScalarValue> {
        let partitions = values[0].as_primitive::<Int32Type>();
        let id = self.of(partitions.value(range.start));
        Ok(ScalarValue::Int64(Some(id)))
    }

    fn supports_bounded_execution(&self) -> bool {
        true
    }
}
