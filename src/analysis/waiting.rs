//! Frames with columns of a query that is not there yet (`Column.outer`): what they are is
//! known once they stand in it as a subquery.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, LazyLock};

use datafusion::common::{DFSchema, DFSchemaRef, Result as EngineResult};
use datafusion::logical_expr::{Expr as Physical, LogicalPlan, UserDefinedLogicalNodeCore};

use super::Resolved;
use super::expression::{Resolver, Typed};
use super::stream_node::{extension, node_of};
use crate::error::{Result, SparkError};
use crate::plan::Expr;

/// The mark of an error that a query around may mend.
struct Waits;

static NOTHING: LazyLock<DFSchemaRef> = LazyLock::new(|| Arc::new(DFSchema::empty()));

/// Stands for a frame that waits; running it is the error.
#[derive(Debug, Clone)]
struct WaitingNode(SparkError);

impl PartialEq for WaitingNode {
    fn eq(&self, other: &Self) -> bool {
        self.0.message() == other.0.message()
    }
}

impl Eq for WaitingNode {}

impl Hash for WaitingNode {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.message().hash(state);
    }
}

impl PartialOrd for WaitingNode {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.0.message().partial_cmp(other.0.message())
    }
}

impl UserDefinedLogicalNodeCore for WaitingNode {
    fn name(&self) -> &str {
        "Waiting"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        Vec::new()
    }

    fn schema(&self) -> &DFSchemaRef {
        &NOTHING
    }

    fn expressions(&self) -> Vec<Physical> {
        Vec::new()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Waiting for the query around")
    }

    fn with_exprs_and_inputs(
        &self,
        _exprs: Vec<Physical>,
        _inputs: Vec<LogicalPlan>,
    ) -> EngineResult<Self> {
        Ok(self.clone())
    }
}

/// The frame that an error leaves behind which a query around may mend; the error again
/// where none can.
pub fn waiting(error: SparkError) -> Result<Resolved> {
    let waits = error.payload().is_some_and(|payload| payload.is::<Waits>());
    if !waits {
        return Err(error);
    }
    Ok(Resolved {
        plan: Arc::new(extension(WaitingNode(error))),
        output: Vec::new(),
        streaming: false,
    })
}

/// An error where the frame still waits.
pub fn check_complete(resolved: &Resolved) -> Result<()> {
    match node_of::<WaitingNode>(&resolved.plan) {
        Some(node) => Err(node.0.clone()),
        None => Ok(()),
    }
}

impl Resolver<'_, '_> {
    /// `outer()`: columns that are not here may be those of a query around.
    pub(super) fn outer(&mut self, expr: &Expr) -> Result<Typed> {
        self.resolve(expr).map_err(|error| {
            let is_alone = self.analyzer.outer.is_empty();
            match is_alone && error.condition().starts_with("UNRESOLVED_COLUMN") {
                true => error.with_payload(Arc::new(Waits)),
                false => error,
            }
        })
    }
}
