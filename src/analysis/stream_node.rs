//! Nodes of a plan that only streams have. They say what is wanted; which state it
//! takes and how it is kept is the streaming side's business.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use datafusion::common::{DFSchemaRef, Result as EngineResult};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{Expr, Extension, LogicalPlan, UserDefinedLogicalNodeCore};

/// `withWatermark`: the column is the event time; rows more than `delay_millis`
/// behind the latest one may be dropped.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct WatermarkNode {
    pub input: LogicalPlan,
    /// The engine's name of the column.
    pub column: String,
    pub delay_millis: i64,
    /// The same for every use of one `withWatermark` call in a plan.
    pub id: u64,
}

impl PartialOrd for WatermarkNode {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.id.partial_cmp(&other.id)
    }
}

impl UserDefinedLogicalNodeCore for WatermarkNode {
    fn name(&self) -> &str {
        "EventTimeWatermark"
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

    /// A filter on other columns goes below, as in Spark: its rows then do not move
    /// the watermark.
    fn prevent_predicate_push_down_columns(&self) -> HashSet<String> {
        HashSet::from([self.column.clone()])
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "EventTimeWatermark {}, delay {} ms",
            self.column, self.delay_millis
        )
    }

    fn with_exprs_and_inputs(&self, _: Vec<Expr>, inputs: Vec<LogicalPlan>) -> EngineResult<Self> {
        Ok(Self {
            input: only(inputs)?,
            ..self.clone()
        })
    }

    fn necessary_children_exprs(&self, wanted: &[usize]) -> Option<Vec<Vec<usize>>> {
        let own = self.schema().index_of_column_by_name(None, &self.column)?;
        let mut wanted = wanted.to_vec();
        wanted.push(own);
        wanted.sort_unstable();
        wanted.dedup();
        Some(vec![wanted])
    }
}

/// `dropDuplicates` on a stream.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DeduplicateNode {
    pub input: LogicalPlan,
    /// The engine's names of the columns whose values make rows equal.
    pub keys: Vec<String>,
    /// Equal rows are dropped for as long as the watermark's delay only.
    pub within_watermark: bool,
}

impl PartialOrd for DeduplicateNode {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.keys.partial_cmp(&other.keys)
    }
}

impl UserDefinedLogicalNodeCore for DeduplicateNode {
    fn name(&self) -> &str {
        "Deduplicate"
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
        let within = if self.within_watermark {
            "WithinWatermark"
        } else {
            ""
        };
        write!(f, "Deduplicate{within} [{}]", self.keys.join(", "))
    }

    fn with_exprs_and_inputs(&self, _: Vec<Expr>, inputs: Vec<LogicalPlan>) -> EngineResult<Self> {
        Ok(Self {
            input: only(inputs)?,
            ..self.clone()
        })
    }
}

/// Something that a table can do and a stream cannot. It becomes an error when a
/// query over it starts, as in Spark, and not when it is written down.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RefusedNode {
    pub inputs: Vec<LogicalPlan>,
    pub schema: DFSchemaRef,
    /// Spark's words.
    pub message: String,
}

impl PartialOrd for RefusedNode {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.message.partial_cmp(&other.message)
    }
}

impl UserDefinedLogicalNodeCore for RefusedNode {
    fn name(&self) -> &str {
        "Refused"
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
        f.write_str(&self.message)
    }

    fn with_exprs_and_inputs(&self, _: Vec<Expr>, inputs: Vec<LogicalPlan>) -> EngineResult<Self> {
        Ok(Self {
            inputs,
            ..self.clone()
        })
    }
}

pub fn only(inputs: Vec<LogicalPlan>) -> EngineResult<LogicalPlan> {
    <[LogicalPlan; 1]>::try_from(inputs)
        .map(|[input]| input)
        .map_err(|_| DataFusionError::Internal("the node has one input".into()))
}

/// A node of ours in an engine's plan.
pub fn extension(node: impl UserDefinedLogicalNodeCore + 'static) -> LogicalPlan {
    LogicalPlan::Extension(Extension {
        node: Arc::new(node),
    })
}

/// The node of that kind, if the plan is one.
pub fn node_of<T: 'static>(plan: &LogicalPlan) -> Option<&T> {
    match plan {
        LogicalPlan::Extension(extension) => extension.node.as_any().downcast_ref(),
        _ => None,
    }
}
