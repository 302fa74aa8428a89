//! Joins whose two sides are streams: what Spark infers before it plans one, the
//! mark that such a node gets, and the operator that the mark becomes.

use std::sync::Arc;

use datafusion::catalog::Session;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Column, DFSchema, JoinType};
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, Filter, Join, LogicalPlan, Projection};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_planner::PhysicalPlanner;

use super::flow::Upstream;
use super::mark::{MarkNode, columns_of, one, reads_slot, upstream};
use crate::analysis::{EventTimes, JoinCondition};
use crate::engine::guarded::condition_in_order;
use crate::engine::{from_datafusion, to_datafusion};
use crate::error::{Result, SparkError};
use crate::streaming::operators::{Cleanup, EventColumn, JoinOperator, JoinPlan, SidePlan};
use crate::time::Clock;

/// What a join of two streams is to become.
#[derive(Debug, Clone)]
pub struct JoinSpec {
    kind: JoinType,
    left: SideSpec,
    right: SideSpec,
    condition: Option<Expr>,
}

impl JoinSpec {
    /// The event times of the left and of the right.
    pub fn events(&self) -> [Option<EventColumn>; 2] {
        [self.left.event, self.right.event]
    }
}

#[derive(Debug, Clone)]
struct SideSpec {
    keys: Vec<Expr>,
    condition: Option<Expr>,
    event: Option<EventColumn>,
    cleanup: Cleanup,
}

/// Filters out what can meet no other row for a null, on the sides of which an
/// unmatched row does not come out. Spark has these filters below the watermark, so
/// such rows do not move it, and counts neither state nor, where its readers filter,
/// input for them.
pub fn without_null_keys(plan: LogicalPlan) -> Result<LogicalPlan> {
    let replaced = plan.transform_up(|node| {
        let join = match node {
            LogicalPlan::Join(join) => join,
            node => return without_null_lists(node),
        };
        if !reads_stream(&join).map_err(to_datafusion)? {
            return Ok(Transformed::no(LogicalPlan::Join(join)));
        }
        let columns = JoinCondition::of(&join).never_null();
        let mut join = join;
        if matches!(
            join.join_type,
            JoinType::Inner | JoinType::Right | JoinType::LeftSemi
        ) {
            join.left = not_null(&join.left, &columns)?;
        }
        if matches!(
            join.join_type,
            JoinType::Inner | JoinType::Left | JoinType::LeftSemi | JoinType::LeftAnti
        ) {
            join.right = not_null(&join.right, &columns)?;
        }
        Ok(Transformed::yes(LogicalPlan::Join(join)))
    });
    Ok(replaced.map_err(from_datafusion)?.data)
}

/// The same for lists that are taken apart, where a null gives no row.
fn without_null_lists(node: LogicalPlan) -> datafusion::common::Result<Transformed<LogicalPlan>> {
    let LogicalPlan::Unnest(unnest) = &node else {
        return Ok(Transformed::no(node));
    };
    let LogicalPlan::Projection(projection) = unnest.input.as_ref() else {
        return Ok(Transformed::no(node));
    };
    if unnest.options.preserve_nulls() || !reads_slot(&node).map_err(to_datafusion)? {
        return Ok(Transformed::no(node));
    }
    let lists = projection.expr.iter().filter_map(|expr| match expr {
        Expr::Alias(alias) => match alias.expr.as_ref() {
            Expr::Column(column) if unnest.exec_columns.iter().any(|c| c.name == alias.name) => {
                Some(column)
            }
            _ => None,
        },
        _ => None,
    });
    let input = not_null(&projection.input, lists)?;
    let projection = Projection::try_new(projection.expr.clone(), input)?;
    let inputs = vec![LogicalPlan::Projection(projection)];
    Ok(Transformed::yes(
        node.with_new_exprs(node.expressions(), inputs)?,
    ))
}

fn not_null<'c>(
    side: &Arc<LogicalPlan>,
    columns: impl IntoIterator<Item = &'c Column>,
) -> datafusion::common::Result<Arc<LogicalPlan>> {
    let own = columns
        .into_iter()
        .filter(|column| side.schema().has_column(column))
        .map(|column| Expr::Column(column.clone()).is_not_null());
    let Some(all) = conjunction(own) else {
        return Ok(Arc::clone(side));
    };
    let filter = Filter::try_new(all, Arc::clone(side))?;
    Ok(Arc::new(LogicalPlan::Filter(filter)))
}

fn reads_stream(join: &Join) -> Result<bool> {
    Ok(reads_slot(&join.left)? || reads_slot(&join.right)?)
}

/// Whether both sides of a join read streams.
pub fn is_of_streams(join: &Join) -> Result<bool> {
    Ok(reads_slot(&join.left)? && reads_slot(&join.right)?)
}

/// What a join is to become. `below` has the event times of its two sides.
pub fn join_spec(join: &Join, below: &[EventTimes]) -> Result<JoinSpec> {
    let [left_times, right_times] = below else {
        return Err(SparkError::internal("a join has two sides"));
    };
    if !matches!(
        join.join_type,
        JoinType::Inner | JoinType::Left | JoinType::Right | JoinType::Full | JoinType::LeftSemi
    ) {
        return Err(SparkError::not_implemented(format!(
            "a {} join of two streams",
            join.join_type
        )));
    }
    let condition = JoinCondition::of(join);
    if condition.keys.is_empty() {
        return Err(SparkError::new(
            "_LEGACY_ERROR_TEMP_3102",
            &[(
                "msg",
                "Stream-stream join without equality predicate is not supported.",
            )],
        )
        .with_context(";"));
    }
    let timed = condition.timed_key(left_times, right_times);
    let side = |plan: &LogicalPlan, own: &EventTimes, other: &EventTimes| {
        let event = one(columns_of(plan, own), plan)?;
        let bounds = || condition.bounds(plan.schema(), other);
        let cleanup = match (timed, event) {
            (Some((index, kind)), _) => Cleanup::Key(EventColumn { index, kind }),
            (None, Some(event)) => match bounds() {
                bounds if bounds.is_empty() => Cleanup::Never,
                bounds => Cleanup::Value(event, bounds),
            },
            (None, None) => Cleanup::Never,
        };
        Ok::<_, SparkError>((event, cleanup))
    };
    let (left_event, left_cleanup) = side(&join.left, left_times, right_times)?;
    let (right_event, right_cleanup) = side(&join.right, right_times, left_times)?;
    let (left_keys, right_keys) = condition.keys.iter().cloned().unzip();
    Ok(JoinSpec {
        kind: join.join_type,
        left: SideSpec {
            keys: left_keys,
            condition: conjunction(condition.left.iter().cloned()),
            event: left_event,
            cleanup: left_cleanup,
        },
        right: SideSpec {
            keys: right_keys,
            condition: conjunction(condition.right.iter().cloned()),
            event: right_event,
            cleanup: right_cleanup,
        },
        condition: conjunction(condition.both),
    })
}

/// Where a join's watermark comes from: a side without one holds it back for ever.
pub fn join_upstream(join: &Join) -> Vec<Upstream> {
    let sides = [upstream(&join.left), upstream(&join.right)];
    let held_back = sides.iter().any(Vec::is_empty);
    let mut all = sides.concat();
    if held_back {
        all.push(Upstream::Nowhere);
    }
    all
}

/// Makes physical expressions while a plan is planned.
pub struct Exprs<'a> {
    pub planner: &'a dyn PhysicalPlanner,
    pub session: &'a dyn Session,
    pub context: &'a PhysicalPlanningContext,
}

impl Exprs<'_> {
    fn make(&self, expr: &Expr, schema: &DFSchema) -> Result<Arc<dyn PhysicalExpr>> {
        self.planner
            .create_physical_expr(expr, schema, self.session, self.context)
            .map_err(from_datafusion)
    }

    fn condition(&self, expr: &Expr, schema: &DFSchema) -> Result<Arc<dyn PhysicalExpr>> {
        let expr = condition_in_order(expr.clone(), schema).map_err(from_datafusion)?;
        self.make(&expr, schema)
    }

    fn side(
        &self,
        spec: &SideSpec,
        logical: &LogicalPlan,
        physical: &Arc<dyn ExecutionPlan>,
    ) -> Result<SidePlan> {
        let schema = logical.schema();
        let make = |expr: &Expr| self.make(expr, schema);
        Ok(SidePlan {
            schema: physical.schema(),
            keys: spec.keys.iter().map(make).collect::<Result<_>>()?,
            condition: match &spec.condition {
                Some(condition) => Some(self.condition(condition, schema)?),
                None => None,
            },
            event: spec.event,
            cleanup: spec.cleanup.clone(),
        })
    }
}

/// The operator of a marked join over its planned sides.
pub fn join_operator(
    mark: &MarkNode,
    spec: &JoinSpec,
    inputs: &[Arc<dyn ExecutionPlan>],
    exprs: &Exprs<'_>,
    clock: Arc<dyn Clock>,
) -> Result<JoinOperator> {
    let ([left, right], [left_plan, right_plan]) = (mark.inputs.as_slice(), inputs) else {
        return Err(SparkError::internal("a join has two sides"));
    };
    let both = left
        .schema()
        .join(right.schema())
        .map_err(from_datafusion)?;
    let condition = spec.condition.as_ref();
    let plan = JoinPlan {
        kind: spec.kind,
        left: exprs.side(&spec.left, left, left_plan)?,
        right: exprs.side(&spec.right, right, right_plan)?,
        condition: condition.map(|c| exprs.condition(c, &both)).transpose()?,
        schema: Arc::clone(mark.schema.inner()),
    };
    JoinOperator::new(plan, clock)
}
