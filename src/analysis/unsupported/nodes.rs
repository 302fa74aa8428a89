//! Operations that a stream refuses whatever is around them.

use datafusion::logical_expr::{Aggregate, Expr, Limit, LogicalPlan, Union};

use super::{OutputMode, Query, refused};
use crate::analysis::event_time::event_times;
use crate::analysis::function::contains;
use crate::analysis::stream_node::{DeduplicateNode, RefusedNode, node_of};
use crate::error::{Result, SparkError};

impl Query<'_> {
    pub(super) fn check_node(&self, node: &LogicalPlan) -> Result<()> {
        if let Some(node) = node_of::<RefusedNode>(node) {
            return Err(refused(&node.message));
        }
        if let Some(node) = node_of::<DeduplicateNode>(node) {
            return check_deduplicate(node);
        }
        match node {
            LogicalPlan::Sort(sort) if !self.is_complete(&sort.input)? => Err(refused(
                "Sorting is not supported on streaming DataFrames/Datasets, unless it is on aggregated DataFrame/Dataset in Complete output mode",
            )),
            LogicalPlan::Window(window) if self.streams(&window.input)? => Err(SparkError::new(
                "NON_TIME_WINDOW_NOT_SUPPORTED_IN_STREAMING",
                &[("windowFunc", ""), ("columnName", ""), ("windowSpec", "")],
            )),
            LogicalPlan::Aggregate(aggregate) if self.streams(&aggregate.input)? => {
                check_aggregate(aggregate)
            }
            LogicalPlan::Join(join) => self.check_join(join),
            LogicalPlan::Limit(limit) if self.streams(&limit.input)? => self.check_limit(limit),
            LogicalPlan::Union(union) => self.check_union(union),
            _ => Ok(()),
        }
    }

    fn check_limit(&self, limit: &Limit) -> Result<()> {
        if limit.skip.is_some() {
            return Err(refused(
                "Offset is not supported on streaming DataFrames/Datasets",
            ));
        }
        if self.mode == OutputMode::Update {
            return Err(refused(
                "Limits are not supported on streaming DataFrames/Datasets in Update output mode",
            ));
        }
        Ok(())
    }

    fn check_union(&self, union: &Union) -> Result<()> {
        let mut streams = 0;
        for input in &union.inputs {
            streams += usize::from(self.streams(input)?);
        }
        if streams > 0 && streams < union.inputs.len() {
            return Err(refused(
                "Union between streaming and batch DataFrames/Datasets is not supported",
            ));
        }
        Ok(())
    }
}

fn check_aggregate(aggregate: &Aggregate) -> Result<()> {
    let is_distinct = |e: &Expr| matches!(e, Expr::AggregateFunction(a) if a.params.distinct);
    if aggregate.aggr_expr.iter().any(|e| contains(e, is_distinct)) {
        return Err(refused(
            "Distinct aggregations are not supported on streaming DataFrames/Datasets. Consider using approx_count_distinct() instead.",
        ));
    }
    Ok(())
}

fn check_deduplicate(node: &DeduplicateNode) -> Result<()> {
    if node.within_watermark && event_times(&node.input).is_empty() {
        return Err(refused(
            "dropDuplicatesWithinWatermark is not supported on streaming DataFrames/DataSets without watermark",
        ));
    }
    Ok(())
}
