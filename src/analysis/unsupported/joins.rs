//! Joins of which at least one side is a stream.

use datafusion::logical_expr::{Join, JoinType};

use super::{OutputMode, Query, refused};
use crate::analysis::event_time::event_times;
use crate::analysis::stream_join::JoinCondition;
use crate::error::Result;

const ANTI_JOIN: &str =
    "LeftAnti joins with a streaming DataFrame/Dataset on the right are not supported";

impl Query<'_> {
    pub(super) fn check_join(&self, join: &Join) -> Result<()> {
        let left = self.streams(&join.left)?;
        let right = self.streams(&join.right)?;
        if left && right {
            return self.check_join_of_streams(join);
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
            (JoinType::LeftAnti, false, true) => ANTI_JOIN,
            _ => return Ok(()),
        };
        Err(refused(message))
    }

    fn check_join_of_streams(&self, join: &Join) -> Result<()> {
        let (name, modes) = match join.join_type {
            JoinType::LeftAnti => return Err(refused(ANTI_JOIN)),
            JoinType::Left => ("LeftOuter", "Append output mode"),
            JoinType::Right => ("RightOuter", "Append output mode"),
            JoinType::Full => ("FullOuter", "Append output mode"),
            JoinType::LeftSemi => ("LeftSemi", "Append and Update output modes"),
            _ => ("Inner", "Append and Update output modes"),
        };
        let fits = match self.mode {
            OutputMode::Append => true,
            OutputMode::Update => matches!(join.join_type, JoinType::Inner | JoinType::LeftSemi),
            OutputMode::Complete => false,
        };
        if !fits {
            let title = self.mode.title();
            return Err(refused(&format!(
                "{name} join between two streaming DataFrames/Datasets is not supported in {title} output mode, only in {modes}"
            )));
        }
        if !releases(join) {
            return Err(refused(&format!(
                "Stream-stream {name} join between two streaming DataFrame/Datasets is not supported without a watermark in the join keys, or a watermark on the nullable side and an appropriate range condition"
            )));
        }
        Ok(())
    }
}

/// Whether the watermark says at some time that an unmatched row stays one.
fn releases(join: &Join) -> bool {
    let condition = JoinCondition::of(join);
    let (left, right) = (event_times(&join.left), event_times(&join.right));
    let lefts = || !condition.bounds(join.left.schema(), &right).is_empty();
    let rights = || !condition.bounds(join.right.schema(), &left).is_empty();
    let timed = condition.timed_key(&left, &right).is_some();
    match join.join_type {
        JoinType::Left | JoinType::LeftSemi => timed || lefts(),
        JoinType::Right => timed || rights(),
        JoinType::Full => timed || lefts() || rights(),
        _ => true,
    }
}
