//! Sorts that rows must keep. The engine leaves a sort out where the step above it asks for
//! no order; Spark keeps it, and `first`, the numbers of rows or a function of the user's
//! that takes batches give other answers without it. It leaves one out itself below a join,
//! another sort and aggregates of which no order can be seen, and there it goes here, too.
//!
//! After the engine's rules have run over the logical plan, each such sort gets a node
//! above it that asks for its order.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchemaRef, Result};
use datafusion::error::DataFusionError;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{
    Aggregate, Expr, ExprSchemable, Extension, LogicalPlan, UserDefinedLogicalNodeCore,
};
use datafusion::physical_expr_common::sort_expr::OrderingRequirements;
use datafusion::physical_plan::PlanProperties;
use datafusion::physical_plan::execution_plan::CardinalityEffect;

use super::node::{Input, Node, Step};
use super::planner::{AnyPlanner, planner_of};

/// Aggregates that give one answer whatever the order; those of floating numbers are no
/// sums among them, as their last digits hang on it.
const ANY_ORDER: &[&str] = &[
    "min", "max", "count", "sum", "avg", "bit_and", "bit_or", "bit_xor", "bool_and", "bool_or",
];

/// The optimised plan in which sorts stay where something above sees their order.
pub fn kept_order(plan: LogicalPlan) -> Result<LogicalPlan> {
    below(plan, Seen::Result)
}

/// What sees the order of a node's rows.
#[derive(Clone, Copy, PartialEq)]
enum Seen {
    /// Who asked for the rows: the engine keeps this order by itself.
    Result,
    Step,
    Nobody,
}

fn below(plan: LogicalPlan, seen: Seen) -> Result<LogicalPlan> {
    let of_inputs = match &plan {
        LogicalPlan::Projection(_) | LogicalPlan::Filter(_) | LogicalPlan::SubqueryAlias(_) => seen,
        LogicalPlan::Limit(_) if seen == Seen::Result => seen,
        LogicalPlan::Sort(sort) if sort.fetch.is_none() => Seen::Nobody,
        LogicalPlan::Join(_) => Seen::Nobody,
        LogicalPlan::Aggregate(aggregate) if !hangs_on_order(aggregate)? => Seen::Nobody,
        _ => Seen::Step,
    };
    let is_seen = matches!(plan, LogicalPlan::Sort(_)) && seen == Seen::Step;
    let plan = plan.map_children(|input| Ok(Transformed::yes(below(input, of_inputs)?)))?;
    let plan = plan
        .data
        .map_subqueries(|query| Ok(Transformed::yes(below(query, Seen::Result)?)))?;
    Ok(match is_seen {
        true => held(plan.data),
        false => plan.data,
    })
}

fn hangs_on_order(aggregate: &Aggregate) -> Result<bool> {
    for call in &aggregate.aggr_expr {
        let mut bare = call;
        while let Expr::Alias(alias) = bare {
            bare = &alias.expr;
        }
        let Expr::AggregateFunction(call) = bare else {
            return Ok(true);
        };
        if !ANY_ORDER.contains(&call.func.name()) {
            return Ok(true);
        }
        for arg in &call.params.args {
            let kind = arg.get_type(aggregate.input.schema())?;
            if matches!(kind, DataType::Float32 | DataType::Float64) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// A plan of whose rows none may be left out below it: values in it hang on all of them.
pub fn held(plan: LogicalPlan) -> LogicalPlan {
    LogicalPlan::Extension(Extension {
        node: Arc::new(KeptOrder { input: plan }),
    })
}

/// What is held, where the plan is one that is.
pub fn held_input(plan: &LogicalPlan) -> Option<&LogicalPlan> {
    match plan {
        LogicalPlan::Extension(extension) => {
            let node = extension.node.as_any().downcast_ref::<KeptOrder>();
            node.map(|node| &node.input)
        }
        _ => None,
    }
}

/// Rows whose order is seen above.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct KeptOrder {
    input: LogicalPlan,
}

impl PartialOrd for KeptOrder {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.input.partial_cmp(&other.input)
    }
}

impl UserDefinedLogicalNodeCore for KeptOrder {
    fn name(&self) -> &str {
        "KeptOrder"
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

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeptOrder")
    }

    /// Columns that nobody wants need not be computed.
    fn necessary_children_exprs(&self, wanted: &[usize]) -> Option<Vec<Vec<usize>>> {
        Some(vec![wanted.to_vec()])
    }

    fn with_exprs_and_inputs(&self, _: Vec<Expr>, inputs: Vec<LogicalPlan>) -> Result<Self> {
        let [input] = <[LogicalPlan; 1]>::try_from(inputs)
            .map_err(|_| DataFusionError::Internal("an order has one input".into()))?;
        Ok(Self { input })
    }
}

/// Plans these nodes.
pub fn planner() -> AnyPlanner {
    planner_of(|_: &KeptOrder, inputs, _| {
        let ordered = inputs.first().map(|input| input.properties());
        let order = ordered.and_then(|input| input.output_ordering().cloned());
        let step = Ordered {
            order: order.map(OrderingRequirements::from),
        };
        Ok(Node::plan(step, inputs.to_vec()))
    })
}

/// The physical node: rows pass as they come.
#[derive(Clone)]
struct Ordered {
    order: Option<OrderingRequirements>,
}

impl Step for Ordered {
    fn name(&self) -> &'static str {
        "KeptOrderExec"
    }

    fn properties(&self, inputs: &[Input]) -> Arc<PlanProperties> {
        Arc::clone(inputs[0].properties())
    }

    fn gathers(&self) -> bool {
        true
    }

    fn order(&self) -> Option<OrderingRequirements> {
        self.order.clone()
    }

    fn keeps_order(&self) -> bool {
        true
    }

    fn effect(&self) -> CardinalityEffect {
        CardinalityEffect::Equal
    }

    fn anew(&self) -> Self {
        self.clone()
    }

    fn run(
        &self,
        inputs: &[Input],
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        inputs[0].execute(partition, context)
    }
}
