//! What a stream cannot do, with Spark's errors: batch actions on it, sorts and
//! other operations that would need all of it, and output modes that do not fit.

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::{Join, JoinType, LogicalPlan};

use super::event_time::{event_times, grouped, named};
use super::stream_join::JoinCondition;
use super::{Resolved, engine};
use crate::error::{Result, SparkError};

/// Spark's words for two aggregations in a mode other than append.
const SEVERAL_AGGREGATIONS: &str = "Detected pattern of possible 'correctness' issue due to global watermark. The query contains stateful operation which can emit rows older than the current watermark plus allowed late record delay, which are \"late rows\" in downstream stateful operations and these rows can be discarded. Please refer the programming guide doc for more details. If you understand the possible risk of correctness issue and still need to run the query, you can disable this check by setting the config `spark.sql.streaming.statefulOperator.checkCorrectness.enabled` to false.";

const ANTI_JOIN: &str =
    "LeftAnti joins with a streaming DataFrame/Dataset on the right are not supported";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputMode {
    Append,
    Update,
    Complete,
}

impl OutputMode {
    pub fn parse(text: &str) -> Result<Self> {
        match text.to_lowercase().as_str() {
            "append" => Ok(Self::Append),
            "update" => Ok(Self::Update),
            "complete" => Ok(Self::Complete),
            _ => Err(SparkError::new(
                "STREAMING_OUTPUT_MODE.INVALID",
                &[("outputMode", text)],
            )),
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Append => "append",
            Self::Update => "update",
            Self::Complete => "complete",
        }
    }

    /// As in the sink's and the log's printed form.
    pub fn title(self) -> &'static str {
        match self {
            Self::Append => "Append",
            Self::Update => "Update",
            Self::Complete => "Complete",
        }
    }
}

/// Refuses an action (`show`, `count`, `collect`) on a stream.
pub fn check_batch(resolved: &Resolved) -> Result<()> {
    if resolved.streaming {
        return Err(refused(
            "Queries with streaming sources must be executed with writeStream.start(), or from a streaming table or flow definition within a Spark Declarative Pipeline.",
        ));
    }
    Ok(())
}

/// Refuses a streaming query that cannot run in `mode`.
///
/// `is_stream` tells the leaves that are streams.
pub fn check_streaming(
    resolved: &Resolved,
    mode: OutputMode,
    is_stream: &dyn Fn(&LogicalPlan) -> bool,
) -> Result<()> {
    if !resolved.streaming {
        return Err(refused(
            "Queries without streaming sources cannot be executed with writeStream.start()",
        ));
    }
    let aggregates = count(&resolved.plan, is_stream, &|p| {
        matches!(p, LogicalPlan::Aggregate(_))
    })?;
    match mode {
        OutputMode::Append if untimed_aggregate(&resolved.plan, is_stream)? => {
            return Err(SparkError::new(
                "STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION",
                &[
                    ("outputMode", "append"),
                    ("operation", "streaming aggregations without watermark"),
                ],
            ));
        }
        OutputMode::Complete if aggregates == 0 => {
            return Err(SparkError::new(
                "STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION",
                &[
                    ("outputMode", "complete"),
                    ("operation", "no streaming aggregations"),
                ],
            ));
        }
        _ => {}
    }
    check_nodes(resolved, mode, aggregates, is_stream)
}

fn check_nodes(
    resolved: &Resolved,
    mode: OutputMode,
    aggregates: usize,
    is_stream: &dyn Fn(&LogicalPlan) -> bool,
) -> Result<()> {
    let mut problem: Option<SparkError> = None;
    engine(resolved.plan.apply(|node| {
        problem = check_node(node, mode, aggregates, is_stream).err();
        Ok(match problem {
            Some(_) => TreeNodeRecursion::Stop,
            None => TreeNodeRecursion::Continue,
        })
    }))?;
    problem.map_or(Ok(()), Err)
}

fn check_node(
    node: &LogicalPlan,
    mode: OutputMode,
    aggregates: usize,
    is_stream: &dyn Fn(&LogicalPlan) -> bool,
) -> Result<()> {
    let streams = |plan: &LogicalPlan| reads_stream(plan, is_stream);
    match node {
        LogicalPlan::Sort(sort) if streams(&sort.input)? => {
            let above_aggregate = count(&sort.input, is_stream, &|p| {
                matches!(p, LogicalPlan::Aggregate(_))
            })? > 0;
            if mode == OutputMode::Complete && above_aggregate {
                return Ok(());
            }
            Err(refused(
                "Sorting is not supported on streaming DataFrames/Datasets, unless it is on aggregated DataFrame/Dataset in Complete output mode",
            ))
        }
        LogicalPlan::Window(window) if streams(&window.input)? => Err(SparkError::new(
            "NON_TIME_WINDOW_NOT_SUPPORTED_IN_STREAMING",
            &[("windowFunc", ""), ("columnName", ""), ("windowSpec", "")],
        )),
        LogicalPlan::Aggregate(aggregate) if streams(&aggregate.input)? => {
            if aggregates > 1 && mode != OutputMode::Append {
                return Err(refused(SEVERAL_AGGREGATIONS));
            }
            let distinct = aggregate.aggr_expr.iter().any(|e| {
                super::function::contains(e, |e| {
                    matches!(e, datafusion::logical_expr::Expr::AggregateFunction(a) if a.params.distinct)
                })
            });
            if distinct {
                return Err(refused(
                    "Distinct aggregations are not supported on streaming DataFrames/Datasets. Consider using approx_count_distinct() instead.",
                ));
            }
            Ok(())
        }
        LogicalPlan::Join(join) => {
            let (left, right) = (streams(&join.left)?, streams(&join.right)?);
            if !left || !right {
                return check_join_with_table(join.join_type, left, right);
            }
            check_join(join, mode)?;
            let aggregated =
                count(node, is_stream, &|p| matches!(p, LogicalPlan::Aggregate(_)))? > 0;
            if aggregated && mode != OutputMode::Append {
                return Err(refused(SEVERAL_AGGREGATIONS));
            }
            Ok(())
        }
        LogicalPlan::Limit(limit) if streams(&limit.input)? => check_limit(limit, mode, aggregates),
        LogicalPlan::Union(union) => check_union(union, is_stream),
        _ => Ok(()),
    }
}

/// Rules for a join of a stream and a table.
fn check_join_with_table(kind: JoinType, left: bool, right: bool) -> Result<()> {
    let message = match (kind, left, right) {
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

/// Rules for a join of two streams.
fn check_join(join: &Join, mode: OutputMode) -> Result<()> {
    let (name, modes) = match join.join_type {
        JoinType::LeftAnti => return Err(refused(ANTI_JOIN)),
        JoinType::Left => ("LeftOuter", "Append output mode"),
        JoinType::Right => ("RightOuter", "Append output mode"),
        JoinType::Full => ("FullOuter", "Append output mode"),
        JoinType::LeftSemi => ("LeftSemi", "Append and Update output modes"),
        _ => ("Inner", "Append and Update output modes"),
    };
    let fits = match mode {
        OutputMode::Append => true,
        OutputMode::Update => matches!(join.join_type, JoinType::Inner | JoinType::LeftSemi),
        OutputMode::Complete => false,
    };
    if !fits {
        let title = mode.title();
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

fn check_limit(
    limit: &datafusion::logical_expr::Limit,
    mode: OutputMode,
    aggregates: usize,
) -> Result<()> {
    if limit.skip.is_some() && mode != OutputMode::Complete {
        return Err(refused(
            "Offset is not supported on streaming DataFrames/Datasets",
        ));
    }
    match mode {
        OutputMode::Complete if aggregates > 0 => Ok(()),
        OutputMode::Update => Err(refused(
            "Limits are not supported on streaming DataFrames/Datasets in Update output mode",
        )),
        _ => Ok(()),
    }
}

fn check_union(
    union: &datafusion::logical_expr::Union,
    is_stream: &dyn Fn(&LogicalPlan) -> bool,
) -> Result<()> {
    let mut streams = 0;
    for input in &union.inputs {
        streams += usize::from(reads_stream(input, is_stream)?);
    }
    if streams > 0 && streams < union.inputs.len() {
        return Err(refused(
            "Union between streaming and batch DataFrames/Datasets is not supported",
        ));
    }
    Ok(())
}

/// Whether a stream is aggregated without an event time among the keys.
fn untimed_aggregate(plan: &LogicalPlan, is_stream: &dyn Fn(&LogicalPlan) -> bool) -> Result<bool> {
    let found = count(plan, is_stream, &|node| match node {
        LogicalPlan::Aggregate(aggregate) => {
            let below = event_times(&aggregate.input);
            let mut keys = grouped(&aggregate.group_expr).into_iter();
            !keys.any(|key| !named(std::slice::from_ref(key), &below).is_empty())
        }
        _ => false,
    })?;
    Ok(found > 0)
}

/// Whether any leaf of the plan is a stream.
fn reads_stream(plan: &LogicalPlan, is_stream: &dyn Fn(&LogicalPlan) -> bool) -> Result<bool> {
    engine(plan.exists(|p| Ok(is_stream(p))))
}

/// How many nodes over a stream fulfil `test`.
fn count(
    plan: &LogicalPlan,
    is_stream: &dyn Fn(&LogicalPlan) -> bool,
    test: &dyn Fn(&LogicalPlan) -> bool,
) -> Result<usize> {
    let mut found = 0;
    engine(plan.apply(|node| {
        if test(node) && reads_stream(node, is_stream).unwrap_or(false) {
            found += 1;
        }
        Ok(TreeNodeRecursion::Continue)
    }))?;
    Ok(found)
}

/// A refusal in Spark's words.
fn refused(message: &str) -> SparkError {
    SparkError::new("_LEGACY_ERROR_TEMP_3102", &[("msg", message)]).with_context(";")
}
