//! Joins of which at least one side is a stream.

use datafusion::logical_expr::{Join, JoinType};

use super::{Query, refused};
use crate::error::{Result, SparkError};

impl Query<'_> {
    pub(super) fn check_join(&self, join: &Join) -> Result<()> {
        let left = self.streams(&join.left)?;
        let right = self.streams(&join.right)?;
        if left && right {
            return Err(SparkError::not_implemented("stream-stream joins"));
        }
        let message = match (join.join_type, left, right) {
            (JoinType::Right, true, false) => {
                "RightOuter join with a streaming DataFrame/Dataset on the left and a static DataFrame/DataSet on the right not supported"
            }
            (JoinType::Full, true, false) => {
                "FullOuter joins with streaming DataFrames/Datasets on the left and a static DataFrame/Dataset on the right is not supported"
            }
            (JoinType::Full, false, true) => {
                "FullOuter joins with streaming DataFrames/Datasets on the right and a static DataFrame/Dataset on the left is not supported"
            }
            (JoinType::Left, false, true) => {
                "LeftOuter join with a streaming DataFrame/Dataset on the right and a static DataFrame/Dataset on the left is not supported"
            }
            (JoinType::LeftSemi, false, true) => {
                "LeftSemi join with a streaming DataFrame/Dataset on the right and a static DataFrame/Dataset on the left is not supported"
            }
            (JoinType::LeftAnti, false, true) => {
                "LeftAnti joins with a streaming DataFrame/Dataset on the right are not supported"
            }
            _ => return Ok(()),
        };
        Err(refused(message))
    }
}
