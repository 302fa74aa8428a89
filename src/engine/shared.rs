//! Groups that a query asks for twice, computed once: a `WITH` table of totals that is read
//! itself and searched for its greatest, a frame joined with itself. Each use has a plan of
//! its own; who comes first to a partition begins it, and the others take what it gives.
//!
//! Knows plans and nothing of who made them. Not for streams, whose leaves have other rows
//! in each batch.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::record_batch::RecordBatch;
use datafusion::common::runtime::SpawnedTask;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchemaRef, Result};
use datafusion::error::DataFusionError;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, Extension, LogicalPlan, UserDefinedLogicalNodeCore};
use datafusion::physical_plan::execution_plan::CardinalityEffect;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{PlanProperties, common::collect};
use futures::future::{BoxFuture, Shared};
use futures::{FutureExt, StreamExt, TryStreamExt, stream};
use parking_lot::Mutex;

use super::node::{Input, Node, Step};
use super::planner::{AnyPlanner, planner_of};
use super::to_datafusion;
use crate::error::SparkError;

/// The optimised plan with the groups that it asks for more than once in nodes that share
/// their rows.
pub fn shared(plan: LogicalPlan) -> Result<LogicalPlan> {
    let found = repeated(&plan)?;
    if found.is_empty() {
        return Ok(plan);
    }
    let changed = plan.transform_down_with_subqueries(|node| {
        let same = |other: &&SharedNode| is_same(&other.input, &node);
        let Some(known) = found.iter().find(same).cloned() else {
            return Ok(Transformed::no(node));
        };
        let node = Arc::new(known);
        let node = LogicalPlan::Extension(Extension { node });
        Ok(Transformed::new(node, true, TreeNodeRecursion::Jump))
    });
    Ok(changed?.data)
}

/// The groups that are asked for more than once.
fn repeated(plan: &LogicalPlan) -> Result<Vec<SharedNode>> {
    let mut all: Vec<(LogicalPlan, usize)> = Vec::new();
    plan.apply_with_subqueries(|node| {
        if !matches!(node, LogicalPlan::Aggregate(_)) {
            return Ok(TreeNodeRecursion::Continue);
        }
        match all.iter_mut().find(|(other, _)| is_same(other, node)) {
            Some((_, uses)) => *uses += 1,
            None => all.push((node.clone(), 1)),
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    let mut found = Vec::new();
    for (input, uses) in all {
        if uses > 1 && is_repeatable(&input)? {
            let rows = Arc::new(SharedRows::new(uses));
            let input = Arc::new(input);
            found.push(SharedNode { input, rows });
        }
    }
    Ok(found)
}

/// Whether two plans give the same rows: they say the same of the same leaves, which are not
/// told apart by what they say.
fn is_same(one: &LogicalPlan, other: &LogicalPlan) -> bool {
    one == other && leaves(one) == leaves(other)
}

fn leaves(plan: &LogicalPlan) -> Vec<*const ()> {
    match plan {
        LogicalPlan::TableScan(scan) => vec![Arc::as_ptr(&scan.source).cast()],
        _ => plan.inputs().into_iter().flat_map(leaves).collect(),
    }
}

/// Whether a plan gives the same rows each time, as far as can be seen. A node of ours may do
/// something on the way that is done for each use.
fn is_repeatable(plan: &LogicalPlan) -> Result<bool> {
    let mut repeatable = true;
    plan.apply_with_subqueries(|node| {
        repeatable &= !matches!(node, LogicalPlan::Extension(_));
        node.apply_expressions(|expr| {
            let bound = expr.exists(|part| Ok(matches!(part, Expr::OuterReferenceColumn(..))))?;
            repeatable &= !bound && !expr.is_volatile();
            Ok(TreeNodeRecursion::Continue)
        })
    })?;
    Ok(repeatable)
}

/// One use of rows that are computed once.
#[derive(Debug, Clone)]
struct SharedNode {
    input: Arc<LogicalPlan>,
    rows: Arc<SharedRows>,
}

impl PartialEq for SharedNode {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.rows, &other.rows) && self.input == other.input
    }
}

impl Eq for SharedNode {}

impl Hash for SharedNode {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.input.hash(state);
    }
}

impl PartialOrd for SharedNode {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.input.partial_cmp(&other.input)
    }
}

impl UserDefinedLogicalNodeCore for SharedNode {
    fn name(&self) -> &str {
        "Shared"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        vec![&self.input]
    }

    fn schema(&self) -> &DFSchemaRef {
        self.input.schema()
    }

    fn expressions(&self) -> Vec<Expr> {
        Vec::new()
    }

    fn fmt_for_explain(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shared")
    }

    fn with_exprs_and_inputs(&self, _: Vec<Expr>, inputs: Vec<LogicalPlan>) -> Result<Self> {
        let [input] = <[_; 1]>::try_from(inputs)
            .map_err(|_| to_datafusion(SparkError::internal("shared rows have one input")))?;
        Ok(Self {
            input: Arc::new(input),
            rows: Arc::clone(&self.rows),
        })
    }
}

/// Plans the uses.
pub fn planner() -> AnyPlanner {
    planner_of(|node: &SharedNode, inputs, _| {
        let rows = Arc::clone(&node.rows);
        Ok(Node::plan(Use { rows }, inputs.to_vec()))
    })
}

/// The rows of a partition once they are there, to be waited for by many. They come from a
/// task of their own: who waits for one use while another is not asked for rows would wait
/// for ever otherwise.
type Coming = Shared<BoxFuture<'static, Come>>;

type Come = std::result::Result<Arc<Vec<RecordBatch>>, Arc<DataFusionError>>;

/// What the uses have in common: by partition, its rows and how many uses have not asked yet.
#[derive(Debug)]
struct SharedRows {
    uses: usize,
    partitions: Mutex<Vec<Option<(Coming, usize)>>>,
}

impl SharedRows {
    fn new(uses: usize) -> Self {
        Self {
            uses,
            partitions: Mutex::default(),
        }
    }

    /// The rows of a partition, begun by who asks first and let go with who asks last.
    fn of(&self, partition: usize, begin: impl FnOnce() -> Result<Coming>) -> Result<Coming> {
        let mut partitions = self.partitions.lock();
        if partitions.len() <= partition {
            partitions.resize(partition + 1, None);
        }
        let place = &mut partitions[partition];
        let (coming, left) = match place.take() {
            Some((coming, left)) => (coming, left),
            None => (begin()?, self.uses),
        };
        if left > 1 {
            *place = Some((coming.clone(), left - 1));
        }
        Ok(coming)
    }
}

/// Whether the rows of a node are those of another one that has been seen.
pub fn is_seen(node: &Input, seen: &mut Vec<*const ()>) -> bool {
    let Some(node) = node.downcast_ref::<Node<Use>>() else {
        return false;
    };
    let rows = Arc::as_ptr(&node.step.rows).cast();
    let known = seen.contains(&rows);
    seen.push(rows);
    known
}

struct Use {
    rows: Arc<SharedRows>,
}

impl Step for Use {
    fn name(&self) -> &'static str {
        "SharedExec"
    }

    fn properties(&self, inputs: &[Input]) -> Arc<PlanProperties> {
        Arc::clone(inputs[0].properties())
    }

    fn keeps_order(&self) -> bool {
        true
    }

    fn effect(&self) -> CardinalityEffect {
        CardinalityEffect::Equal
    }

    /// Rows of another run are the same rows.
    fn anew(&self) -> Self {
        let rows = Arc::clone(&self.rows);
        Self { rows }
    }

    fn run(
        &self,
        inputs: &[Input],
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let input = &inputs[0];
        let schema = input.schema();
        let coming = self.rows.of(partition, || {
            let rows = input.execute(partition, context)?;
            let task = SpawnedTask::spawn(collect(rows));
            let gathered = async move {
                let rows = task
                    .join()
                    .await
                    .map_err(|e| DataFusionError::External(Box::new(e)));
                rows.and_then(|rows| rows).map(Arc::new).map_err(Arc::new)
            };
            Ok(gathered.boxed().shared())
        })?;
        let rows = stream::once(coming).map(|rows| {
            let rows = rows.map_err(DataFusionError::Shared)?;
            let each = (0..rows.len()).map(move |at| Ok(rows[at].clone()));
            Ok::<_, DataFusionError>(stream::iter(each))
        });
        let rows = rows.try_flatten();
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, rows)))
    }
}
