//! What a join of two streams is to do, fixed when the query is planned.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch};
use arrow::compute::prep_null_mask_filter;
use arrow::datatypes::SchemaRef;
use datafusion::common::JoinType;
use datafusion::physical_expr::PhysicalExpr;

use super::super::EventColumn;
use super::stored::Side;
use crate::analysis::TimeBound;
use crate::engine::from_datafusion;
use crate::error::{Result, SparkError};

pub struct JoinPlan {
    pub kind: JoinType,
    pub left: SidePlan,
    pub right: SidePlan,
    /// What a pair of rows with equal keys has to fulfil, over the columns of both.
    pub condition: Option<Arc<dyn PhysicalExpr>>,
    /// Of the rows that come out.
    pub schema: SchemaRef,
}

/// One input of the join.
pub struct SidePlan {
    pub schema: SchemaRef,
    pub keys: Vec<Arc<dyn PhysicalExpr>>,
    /// What a row has to fulfil to meet any other.
    pub condition: Option<Arc<dyn PhysicalExpr>>,
    /// The time by which a row is late.
    pub event: Option<EventColumn>,
    pub cleanup: Cleanup,
}

/// When the rows of a side have met all others that they ever will.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cleanup {
    Never,
    /// Once the watermark has passed the time in this join key.
    Key(EventColumn),
    /// Once the time in this column is not after the least of these bounds.
    Value(EventColumn, Vec<TimeBound>),
}

impl Cleanup {
    /// The time in milliseconds until which rows are over.
    pub fn limit(&self, watermark_millis: i64) -> Option<i64> {
        match self {
            Self::Never => None,
            Self::Key(_) => Some(watermark_millis),
            Self::Value(_, bounds) => bounds.iter().map(|b| b.at(watermark_millis)).min(),
        }
    }

    /// The least watermark at which a row of that time is over, both in microseconds;
    /// none where none is enough.
    pub fn watermark_for(&self, moment: i64) -> Option<i64> {
        match self {
            Self::Never => None,
            Self::Key(_) => Some(moment),
            Self::Value(_, bounds) => {
                let needed = bounds.iter().map(|bound| bound.watermark_for(moment));
                needed.collect::<Option<Vec<_>>>()?.into_iter().max()
            }
        }
    }
}

impl JoinPlan {
    pub fn side(&self, side: Side) -> &SidePlan {
        match side {
            Side::Left => &self.left,
            Side::Right => &self.right,
        }
    }

    /// Whether rows of the side come out even if they meet no other.
    pub fn preserves(&self, side: Side) -> bool {
        match side {
            Side::Left => matches!(self.kind, JoinType::Left | JoinType::Full),
            Side::Right => matches!(self.kind, JoinType::Right | JoinType::Full),
        }
    }

    /// Whether only rows of the left come out, each once.
    pub fn is_semi(&self) -> bool {
        self.kind == JoinType::LeftSemi
    }

    /// The side that is read first. It is in the state when the other one comes, so
    /// that each pair of new rows is found once. A left semi join reads the right
    /// first: a left row that meets another on arrival need not be kept.
    pub fn first(&self) -> Side {
        if self.is_semi() {
            Side::Right
        } else {
            Side::Left
        }
    }
}

/// The values of expressions, one array each.
pub fn evaluate(exprs: &[Arc<dyn PhysicalExpr>], batch: &RecordBatch) -> Result<Vec<ArrayRef>> {
    exprs
        .iter()
        .map(|expr| {
            let value = expr.evaluate(batch).map_err(from_datafusion)?;
            value.into_array(batch.num_rows()).map_err(from_datafusion)
        })
        .collect()
}

/// Which rows fulfil a condition; null counts as no.
pub fn accepted(condition: &Arc<dyn PhysicalExpr>, batch: &RecordBatch) -> Result<BooleanArray> {
    let values = evaluate(std::slice::from_ref(condition), batch)?;
    let mask = values
        .first()
        .and_then(|values| values.as_boolean_opt())
        .ok_or_else(|| SparkError::internal("a condition is not boolean"))?;
    Ok(match mask.null_count() {
        0 => mask.clone(),
        _ => prep_null_mask_filter(mask),
    })
}
