//! Which nodes of an optimised plan keep state. Each gets a mark with a number and
//! what the physical operator has to know; the number is its place in the checkpoint.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use datafusion::catalog::default_table_source::source_as_provider;
use datafusion::common::{DFSchemaRef, Result as EngineResult};
use datafusion::logical_expr::{Aggregate, Expr, LogicalPlan, UserDefinedLogicalNodeCore};

use super::Slot;
use super::flow::Upstream;
use super::join::{JoinSpec, is_of_streams, join_spec, join_upstream};
use super::names::ColumnNames;
use crate::analysis::{
    DeduplicateNode, EventTime, EventTimes, GroupsNode, OutputMode, SessionNode, WatermarkNode,
    event_times, extension, named, node_of,
};
use crate::engine::from_datafusion;
use crate::engine::scan::ScanTable;
use crate::error::{Result, SparkError};
use crate::plan::groups::GroupTimeout;
use crate::streaming::operators::EventColumn;

/// What a marked node is to become.
#[derive(Debug, Clone)]
pub enum Spec {
    /// Rows go through and their event times are seen. `id` is the call's own.
    Watermark {
        id: u64,
        delay_millis: i64,
        column: EventColumn,
    },
    /// The input is the aggregation; `event` is a position among its keys.
    Aggregate { event: Option<EventColumn> },
    /// As for an aggregation, by sessions; `event` is their end, the last key.
    Sessions { event: Option<EventColumn> },
    Deduplicate {
        keys: Vec<usize>,
        event: Option<EventColumn>,
        /// The watermark's delay in microseconds, where that is how long keys count.
        within: Option<i64>,
    },
    /// The first so many rows of all batches together.
    Limit { rows: u64 },
    /// The inputs are the two sides.
    Join(Box<JoinSpec>),
    /// A function of the user's over groups; by its event time rows are late.
    Groups {
        node: Box<GroupsNode>,
        event: Option<EventColumn>,
    },
}

/// A node with a number.
#[derive(Debug, Clone)]
pub struct MarkNode {
    pub inputs: Vec<LogicalPlan>,
    pub schema: DFSchemaRef,
    pub number: usize,
    pub spec: Spec,
}

impl PartialEq for MarkNode {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number && self.inputs == other.inputs
    }
}

impl Eq for MarkNode {}

impl Hash for MarkNode {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.number.hash(state);
    }
}

impl PartialOrd for MarkNode {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.number.partial_cmp(&other.number)
    }
}

impl UserDefinedLogicalNodeCore for MarkNode {
    fn name(&self) -> &str {
        "Stateful"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        self.inputs.iter().collect()
    }

    fn schema(&self) -> &DFSchemaRef {
        &self.schema
    }

    fn expressions(&self) -> Vec<Expr> {
        Vec::new()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Stateful {} {:?}", self.number, self.spec)
    }

    fn with_exprs_and_inputs(&self, _: Vec<Expr>, inputs: Vec<LogicalPlan>) -> EngineResult<Self> {
        Ok(Self {
            inputs,
            ..self.clone()
        })
    }
}

/// Puts marks into a plan, from the leaves up.
pub struct Marker {
    mode: OutputMode,
    numbers: usize,
    /// For each operator with state, by number, where its watermark comes from.
    pub upstreams: Vec<Vec<Upstream>>,
    /// Whether a watermark lies over another one.
    pub redefined: bool,
}

impl Marker {
    pub fn new(mode: OutputMode) -> Self {
        Self {
            mode,
            numbers: 0,
            upstreams: Vec::new(),
            redefined: false,
        }
    }

    pub fn mark(&mut self, plan: LogicalPlan) -> Result<LogicalPlan> {
        if !reads_slot(&plan)? {
            return Ok(plan);
        }
        // Of the plan as it was: a mark hides the `withWatermark` that it stands for.
        let below: Vec<EventTimes> = plan.inputs().into_iter().map(event_times).collect();
        let inputs = plan
            .inputs()
            .into_iter()
            .map(|input| self.mark(input.clone()))
            .collect::<Result<Vec<_>>>()?;
        if inputs.is_empty() {
            return Ok(plan);
        }
        let plan = plan
            .with_new_exprs(plan.expressions(), inputs)
            .map_err(from_datafusion)?;
        self.mark_node(plan, &below)
    }

    fn mark_node(&mut self, plan: LogicalPlan, below: &[EventTimes]) -> Result<LogicalPlan> {
        if let Some(node) = node_of::<WatermarkNode>(&plan) {
            return self.watermark(node);
        }
        if let Some(node) = node_of::<DeduplicateNode>(&plan) {
            return self.deduplicate(node, below);
        }
        if let Some(node) = node_of::<SessionNode>(&plan) {
            return self.sessions(node, below);
        }
        if let Some(node) = node_of::<GroupsNode>(&plan) {
            return self.groups(node, below);
        }
        match &plan {
            LogicalPlan::Aggregate(aggregate) => {
                let event = one(event_keys(aggregate, below), &plan)?;
                let upstream = upstream(&plan);
                self.stateful(vec![plan], Spec::Aggregate { event }, upstream)
            }
            LogicalPlan::Limit(limit) if self.appends(&limit.input)? => {
                use datafusion::logical_expr::FetchType;
                let FetchType::Literal(Some(rows)) =
                    limit.get_fetch_type().map_err(from_datafusion)?
                else {
                    return Ok(plan);
                };
                let input = (*limit.input).clone();
                let upstream = upstream(&input);
                self.stateful(vec![input], Spec::Limit { rows: rows as u64 }, upstream)
            }
            LogicalPlan::Join(join) if is_of_streams(join)? => {
                let spec = Spec::Join(Box::new(join_spec(join, below)?));
                let inputs = vec![(*join.left).clone(), (*join.right).clone()];
                self.stateful_as(join.schema.clone(), inputs, spec, join_upstream(join))
            }
            _ => Ok(plan),
        }
    }

    /// Whether a plan gives new rows only, also below an aggregation in complete mode.
    fn appends(&self, plan: &LogicalPlan) -> Result<bool> {
        use datafusion::common::tree_node::TreeNode;
        let aggregated = plan.exists(|node| Ok(matches!(node, LogicalPlan::Aggregate(_))));
        Ok(self.mode == OutputMode::Append || !aggregated.map_err(from_datafusion)?)
    }

    /// An operator whose rows have its first input's columns.
    fn stateful(
        &mut self,
        inputs: Vec<LogicalPlan>,
        spec: Spec,
        upstream: Vec<Upstream>,
    ) -> Result<LogicalPlan> {
        let Some(first) = inputs.first() else {
            return Err(SparkError::internal("an operator has an input"));
        };
        let schema = match &spec {
            Spec::Groups { node, .. } => node.schema.clone(),
            _ => first.schema().clone(),
        };
        self.stateful_as(schema, inputs, spec, upstream)
    }

    fn stateful_as(
        &mut self,
        schema: DFSchemaRef,
        inputs: Vec<LogicalPlan>,
        spec: Spec,
        upstream: Vec<Upstream>,
    ) -> Result<LogicalPlan> {
        let number = self.numbers;
        self.numbers += 1;
        self.upstreams.push(upstream);
        Ok(extension(MarkNode {
            inputs,
            schema,
            number,
            spec,
        }))
    }

    fn watermark(&mut self, node: &WatermarkNode) -> Result<LogicalPlan> {
        self.redefined |= !upstream(&node.input).is_empty();
        let times = event_times(&crate::analysis::extension(node.clone()));
        let Some(column) = columns_of(&node.input, &times).pop() else {
            return Err(SparkError::internal("a watermark lost its column"));
        };
        Ok(extension(MarkNode {
            schema: node.input.schema().clone(),
            inputs: vec![node.input.clone()],
            number: usize::MAX,
            spec: Spec::Watermark {
                id: node.id,
                delay_millis: node.delay_millis,
                column,
            },
        }))
    }

    fn sessions(&mut self, node: &SessionNode, below: &[EventTimes]) -> Result<LogicalPlan> {
        let aggregate = &node.aggregate;
        if aggregate.group_expr.len() <= 2 {
            return Err(SparkError::new("_LEGACY_ERROR_TEMP_3068", &[]));
        }
        let plan = LogicalPlan::Aggregate(aggregate.clone());
        let end = aggregate.group_expr.len() - 1;
        let event = one(event_keys(aggregate, below), &plan)?;
        let event = event.filter(|column| column.index == end);
        let upstream = upstream(&plan);
        self.stateful(vec![plan], Spec::Sessions { event }, upstream)
    }

    fn groups(&mut self, node: &GroupsNode, below: &[EventTimes]) -> Result<LogicalPlan> {
        let Some(input) = node.inputs.first() else {
            return Err(SparkError::internal("an operator has an input"));
        };
        let columns = below.first().map(|times| columns_of(input, times));
        let event = match node.spec.timeout {
            GroupTimeout::EventTime => one(columns.unwrap_or_default(), input)?,
            // Late rows are the function's own business.
            _ => None,
        };
        let (inputs, upstream) = (node.inputs.clone(), upstream(input));
        // The mark has the inputs; two of them would be run twice.
        let node = Box::new(GroupsNode {
            inputs: Vec::new(),
            ..node.clone()
        });
        self.stateful(inputs, Spec::Groups { node, event }, upstream)
    }

    fn deduplicate(&mut self, node: &DeduplicateNode, below: &[EventTimes]) -> Result<LogicalPlan> {
        let schema = node.input.schema();
        let keys = node
            .keys
            .iter()
            .map(|key| {
                schema
                    .index_of_column_by_name(None, key)
                    .ok_or_else(|| SparkError::internal("a key is not in the plan"))
            })
            .collect::<Result<Vec<_>>>()?;
        let columns = below.first().map(|times| columns_of(&node.input, times));
        let columns = columns.unwrap_or_default();
        let event = one(columns, &node.input)?;
        let within = match node.within_watermark {
            true => Some(delay_of(&node.input).unwrap_or(0).saturating_mul(1000)),
            false => None,
        };
        let upstream = upstream(&node.input);
        let spec = Spec::Deduplicate {
            keys,
            event,
            within,
        };
        self.stateful(vec![node.input.clone()], spec, upstream)
    }
}

/// The event times among the keys of an aggregation, by position.
fn event_keys(aggregate: &Aggregate, below: &[EventTimes]) -> Vec<EventColumn> {
    let Some(below) = below.first() else {
        return Vec::new();
    };
    let keys = aggregate.group_expr.iter().enumerate();
    keys.filter_map(|(index, key)| {
        let times = named(std::slice::from_ref(key), below);
        let kind = times.into_values().next()?;
        Some(EventColumn { index, kind })
    })
    .collect()
}

/// Where the watermark of a plan's rows comes from.
pub fn upstream(plan: &LogicalPlan) -> Vec<Upstream> {
    if let Some(mark) = node_of::<MarkNode>(plan) {
        return match mark.spec {
            Spec::Watermark { .. } => {
                let below = mark.inputs.iter().flat_map(upstream);
                let under = below.filter_map(|upstream| match upstream {
                    Upstream::Operator(number) | Upstream::Under(number) => {
                        Some(Upstream::Under(number))
                    }
                    Upstream::Global | Upstream::Nowhere => None,
                });
                std::iter::once(Upstream::Global).chain(under).collect()
            }
            _ => vec![Upstream::Operator(mark.number)],
        };
    }
    plan.inputs().into_iter().flat_map(upstream).collect()
}

/// The event times among a plan's columns, by position.
pub fn columns_of(plan: &LogicalPlan, times: &EventTimes) -> Vec<EventColumn> {
    let fields = plan.schema().fields().iter().enumerate();
    fields
        .filter_map(|(index, field)| {
            let kind: EventTime = *times.get(field.name())?;
            Some(EventColumn { index, kind })
        })
        .collect()
}

/// An operator follows one event time.
pub fn one(mut columns: Vec<EventColumn>, plan: &LogicalPlan) -> Result<Option<EventColumn>> {
    if columns.len() > 1 {
        let known = ColumnNames::of(plan)?;
        let delay = delay_of(plan).unwrap_or(0);
        let names: Vec<_> = columns
            .iter()
            .filter_map(|column| plan.schema().fields().get(column.index))
            .map(|field| format!("{}{}-T{delay}ms", known.name(field.name()), field.name()))
            .collect();
        return Err(SparkError::new(
            "MULTIPLE_EVENT_TIME_COLUMNS",
            &[("eventTimeCols", &format!("({})", names.join(",")))],
        ));
    }
    Ok(columns.pop())
}

/// The delay of the watermark below.
fn delay_of(plan: &LogicalPlan) -> Option<i64> {
    if let Some(mark) = node_of::<MarkNode>(plan)
        && let Spec::Watermark { delay_millis, .. } = mark.spec
    {
        return Some(delay_millis);
    }
    plan.inputs().into_iter().find_map(delay_of)
}

/// Whether a plan reads a stream.
pub fn reads_slot(plan: &LogicalPlan) -> Result<bool> {
    use datafusion::common::tree_node::TreeNode;
    plan.exists(|node| {
        let LogicalPlan::TableScan(scan) = node else {
            return Ok(false);
        };
        let Ok(provider) = source_as_provider(&scan.source) else {
            return Ok(false);
        };
        Ok(provider.downcast_ref::<ScanTable>().is_some_and(|table| {
            let rows: &dyn std::any::Any = table.rows.as_ref();
            rows.is::<Slot>()
        }))
    })
    .map_err(from_datafusion)
}
