//! `observe`: aggregates over the rows that pass, which go on as they are.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchemaRef, Result as EngineResult};
use datafusion::logical_expr::{Expr as Physical, LogicalPlan, UserDefinedLogicalNodeCore};

use super::expression::{Resolver, Typed};
use super::stream_node::{extension, node_of, only};
use super::{Analyzer, Resolved, aggregate, column_name, engine, fresh_id};
use crate::error::{ErrorClass, Result, SparkError};
use crate::plan::text::expr_text;
use crate::plan::{Expr, ExprId, Observed, Plan};
use crate::types::{StructField, StructType};

/// What an observation is called and where its metrics go.
#[derive(Debug, Clone, PartialEq)]
pub struct Watched {
    pub name: String,
    /// An `Observation` of the program's, beside what a streaming query reports.
    pub cell: Option<Arc<Observed>>,
    /// The same for every use of one `observe` call in a plan.
    call: ExprId,
}

/// Rows that are looked at on their way.
#[derive(Debug, Clone, PartialEq)]
pub struct ObserveNode {
    pub input: LogicalPlan,
    pub watched: Watched,
    /// The aggregates, each called by an id.
    pub calls: Vec<Physical>,
    /// The metrics, over columns of these ids.
    pub results: Vec<Physical>,
    /// The metrics' names and types.
    pub schema: StructType,
}

impl Eq for ObserveNode {}

impl Hash for ObserveNode {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.input, &self.watched.name, &self.calls).hash(state);
    }
}

impl PartialOrd for ObserveNode {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.watched.name.partial_cmp(&other.watched.name)
    }
}

impl UserDefinedLogicalNodeCore for ObserveNode {
    fn name(&self) -> &str {
        "CollectMetrics"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        vec![&self.input]
    }

    fn schema(&self) -> &DFSchemaRef {
        self.input.schema()
    }

    fn expressions(&self) -> Vec<Physical> {
        self.calls.clone()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let calls: Vec<_> = self.calls.iter().map(ToString::to_string).collect();
        write!(
            f,
            "CollectMetrics {}, [{}]",
            self.watched.name,
            calls.join(", ")
        )
    }

    fn with_exprs_and_inputs(
        &self,
        calls: Vec<Physical>,
        inputs: Vec<LogicalPlan>,
    ) -> EngineResult<Self> {
        Ok(Self {
            input: only(inputs)?,
            calls,
            ..self.clone()
        })
    }

    /// What is wanted above, and what the metrics are made of.
    fn necessary_children_exprs(&self, wanted: &[usize]) -> Option<Vec<Vec<usize>>> {
        let schema = self.input.schema();
        let mut wanted = wanted.to_vec();
        for call in &self.calls {
            for column in call.column_refs() {
                wanted.push(schema.index_of_column(column).ok()?);
            }
        }
        wanted.sort_unstable();
        wanted.dedup();
        Some(vec![wanted])
    }
}

impl Analyzer<'_> {
    pub(super) fn observe(
        &mut self,
        input: &Arc<Plan>,
        name: &str,
        exprs: &[Expr],
        cell: Option<&Arc<Observed>>,
    ) -> Result<Resolved> {
        let child = self.relation(input)?;
        if child.streaming && cell.is_some() {
            return Err(SparkError::plain(ErrorClass::IllegalArgument, OF_STREAMS));
        }
        let mut resolver = Resolver::new(self, &child);
        let mut values = Vec::with_capacity(exprs.len());
        for expr in exprs {
            values.push(metric(&mut resolver, expr)?);
        }
        if name.is_empty() {
            let operator = format!("CollectMetrics , {}", child.plan.display());
            return Err(SparkError::new(
                "INVALID_OBSERVED_METRICS.MISSING_NAME",
                &[("operator", &operator)],
            ));
        }
        let settings = resolver.settings().clone();
        let calls = aggregate::calls_of(&mut values, &child, settings)?;
        let node = ObserveNode {
            input: (*child.plan).clone(),
            watched: Watched {
                name: name.into(),
                cell: cell.cloned(),
                call: fresh_id(),
            },
            calls: calls
                .into_iter()
                .map(|(call, id)| call.alias(column_name(id)))
                .collect(),
            schema: StructType::new(values.iter().map(|value| StructField {
                name: value.column_name(),
                data_type: value.data_type.clone(),
                nullable: true,
                metadata: serde_json::Map::new(),
            })),
            results: values.into_iter().map(|value| value.expr).collect(),
        };
        let plan = Arc::new(extension(node));
        check_names(&plan)?;
        Ok(Resolved {
            plan,
            output: child.output.clone(),
            streaming: child.streaming,
        })
    }
}

const OF_STREAMS: &str = "Observation does not support streaming Datasets.This is because there will be multiple observed metrics as microbatches are constructed. Please register a StreamingQueryListener and get the metric for each microbatch in QueryProgressEvent.progress, or use query.lastProgress or query.recentProgress.";

/// One metric, resolved and found to be one.
fn metric(resolver: &mut Resolver<'_, '_>, expr: &Expr) -> Result<Typed> {
    let value = match resolver.resolve(expr) {
        Err(error) if error.condition() == "NESTED_AGGREGATE_FUNCTION" => {
            let text = format!("\"{}\"", expr_text(expr));
            let condition = "INVALID_OBSERVED_METRICS.NESTED_AGGREGATES_UNSUPPORTED";
            return Err(SparkError::new(condition, &[("expr", &text)]));
        }
        other => other?,
    };
    if !resolver.windows.is_empty() || !resolver.sessions.is_empty() {
        return Err(SparkError::not_implemented("a time window in observe"));
    }
    check_metric(&value.expr, &format!("\"{}\"", value.text), false)?;
    Ok(value)
}

/// Columns and chance are for aggregates only, and aggregates are plain ones.
fn check_metric(expr: &Physical, text: &str, in_aggregate: bool) -> Result<()> {
    let invalid = |condition: &str| Err(SparkError::new(condition, &[("expr", text)]));
    match expr {
        Physical::AggregateFunction(_) if in_aggregate => {
            return invalid("INVALID_OBSERVED_METRICS.NESTED_AGGREGATES_UNSUPPORTED");
        }
        Physical::AggregateFunction(call) if call.params.distinct => {
            return invalid(
                "INVALID_OBSERVED_METRICS.AGGREGATE_EXPRESSION_WITH_DISTINCT_UNSUPPORTED",
            );
        }
        Physical::AggregateFunction(call) if call.params.filter.is_some() => {
            return invalid(
                "INVALID_OBSERVED_METRICS.AGGREGATE_EXPRESSION_WITH_FILTER_UNSUPPORTED",
            );
        }
        Physical::WindowFunction(_) => {
            return invalid("INVALID_OBSERVED_METRICS.WINDOW_EXPRESSIONS_UNSUPPORTED");
        }
        Physical::AggregateFunction(_) | Physical::Alias(_) => {}
        other if !in_aggregate && other.is_volatile() => {
            return invalid("INVALID_OBSERVED_METRICS.NON_AGGREGATE_FUNC_ARG_IS_NON_DETERMINISTIC");
        }
        Physical::Column(_) if !in_aggregate => {
            return invalid("INVALID_OBSERVED_METRICS.NON_AGGREGATE_FUNC_ARG_IS_ATTRIBUTE");
        }
        _ => {}
    }
    let inside = in_aggregate || matches!(expr, Physical::AggregateFunction(_));
    let mut found = Ok(());
    engine(expr.apply_children(|child| {
        found = check_metric(child, text, inside);
        Ok(match found {
            Ok(()) => TreeNodeRecursion::Continue,
            Err(_) => TreeNodeRecursion::Stop,
        })
    }))?;
    found
}

/// Refuses an observation over one of the same name, unless they are one that is used
/// twice. Spark does not look at what a join or a union brings together.
fn check_names(plan: &LogicalPlan) -> Result<()> {
    let mut known: HashMap<String, ExprId> = HashMap::new();
    let mut twice = None;
    engine(plan.apply(|node| {
        if let Some(node) = node_of::<ObserveNode>(node) {
            let watched = &node.watched;
            let first = *known.entry(watched.name.clone()).or_insert(watched.call);
            if first != watched.call {
                twice = Some(watched.name.clone());
                return Ok(TreeNodeRecursion::Stop);
            }
        }
        Ok(TreeNodeRecursion::Continue)
    }))?;
    match twice {
        None => Ok(()),
        Some(name) => Err(SparkError::new(
            "DUPLICATED_METRICS_NAME",
            &[("metricName", &name)],
        )),
    }
}
