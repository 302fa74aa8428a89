//! The moment of a batch as an expression: every row of one batch sees the same, the
//! next batch another. A plan holds an unbound call, which each query binds to a
//! clock of its own before it runs.

use std::any::Any;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use arrow::datatypes::DataType as ArrowType;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Result as EngineResult, ScalarValue};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{
    ColumnarValue, Expr, LogicalPlan, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};

use super::{from_datafusion, to_datafusion};
use crate::error::{Result, SparkError};
use crate::types::DataType;

/// The times of the batch that runs, in microseconds since the epoch.
#[derive(Debug, Default)]
pub struct BatchClock {
    /// As logged for the batch: `current_timestamp()`.
    pub batch: AtomicI64,
    /// When the batch was run, which a second attempt at it changes: `now()`.
    pub run: AtomicI64,
}

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Moment {
    Batch,
    Run,
}

#[derive(Debug)]
struct BatchTime {
    moment: Moment,
    clock: Option<Arc<BatchClock>>,
    signature: Signature,
}

impl BatchTime {
    fn clock(&self) -> Option<*const BatchClock> {
        self.clock.as_ref().map(Arc::as_ptr)
    }
}

impl PartialEq for BatchTime {
    fn eq(&self, other: &Self) -> bool {
        self.moment == other.moment && self.clock() == other.clock()
    }
}

impl Eq for BatchTime {}

impl Hash for BatchTime {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.moment.hash(state);
    }
}

impl ScalarUDFImpl for BatchTime {
    fn name(&self) -> &str {
        match self.moment {
            Moment::Batch => "current_batch_timestamp",
            Moment::Run => "now",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[ArrowType]) -> EngineResult<ArrowType> {
        Ok(DataType::Timestamp.to_arrow())
    }

    fn invoke_with_args(&self, _: ScalarFunctionArgs) -> EngineResult<ColumnarValue> {
        let Some(clock) = &self.clock else {
            let error = SparkError::internal("a batch's time was asked for outside of a batch");
            return Err(to_datafusion(error));
        };
        let cell = match self.moment {
            Moment::Batch => &clock.batch,
            Moment::Run => &clock.run,
        };
        let ArrowType::Timestamp(_, zone) = DataType::Timestamp.to_arrow() else {
            return Err(to_datafusion(SparkError::internal("no timestamp type")));
        };
        Ok(ColumnarValue::Scalar(ScalarValue::TimestampMicrosecond(
            Some(cell.load(Ordering::Relaxed)),
            zone,
        )))
    }
}

fn call(moment: Moment, clock: Option<Arc<BatchClock>>) -> Expr {
    let function = BatchTime {
        moment,
        clock,
        // Another value in every batch: nothing may be computed ahead.
        signature: Signature::nullary(Volatility::Volatile),
    };
    let function = Arc::new(ScalarUDF::new_from_impl(function));
    Expr::ScalarFunction(ScalarFunction::new_udf(function, vec![]))
}

/// A call that is not bound yet.
pub fn batch_time(moment: Moment) -> Expr {
    call(moment, None)
}

/// Whether an expression is the current time, which is one moment for a whole batch.
pub fn is_batch_time(expr: &Expr) -> bool {
    let Expr::ScalarFunction(function) = expr else {
        return false;
    };
    let inner: &dyn Any = function.func.inner().as_ref();
    inner.is::<BatchTime>()
}

/// Whether an expression asks for the moment of a batch.
pub fn has_batch_time(expr: &Expr) -> bool {
    expr.exists(|expr| Ok(is_batch_time(expr))).unwrap_or(false)
}

/// The plan with its calls bound to a query's clock.
pub fn bind_batch_time(plan: LogicalPlan, clock: &Arc<BatchClock>) -> Result<LogicalPlan> {
    let bind = |expr: Expr| {
        expr.transform_up(|expr| {
            let Expr::ScalarFunction(function) = &expr else {
                return Ok(Transformed::no(expr));
            };
            let inner: &dyn Any = function.func.inner().as_ref();
            Ok(match inner.downcast_ref::<BatchTime>() {
                Some(time) => Transformed::yes(call(time.moment, Some(Arc::clone(clock)))),
                None => Transformed::no(expr),
            })
        })
    };
    let bound = plan.transform_up(|node| node.map_expressions(bind));
    Ok(bound.map_err(from_datafusion)?.data)
}
