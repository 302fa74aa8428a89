//! Spark's rules over a plan: names, types, coercions and error conditions. The
//! answer is a typed plan of DataFusion's, in which every column is called by its
//! expression id (`#12`), so that names which repeat or differ in case only need no
//! special care; Spark's own names are kept beside it, as [`Attribute`]s.
//!
//! One file a verb. Knows `plan`, `functions`, `engine` and a [`Catalog`]; knows
//! nothing of how a plan is run, in batch or as a stream.

mod aggregate;
mod aggregate_call;
mod all;
mod apart;
mod avro_call;
mod circumstance;
mod constant;
mod constant_text;
mod counter_diff;
mod csv_call;
mod default_value;
mod draws;
mod event_time;
mod expression;
mod file_columns;
mod foreign_call;
mod foreign_extract;
mod foreign_node;
mod foreign_table;
mod function;
mod generate;
mod generator_call;
mod grouping_sets;
mod groups;
mod inline_table;
mod join;
mod json_call;
mod json_parts;
mod lambda_call;
mod lambda_result;
mod lateral;
mod leaf;
mod left_out;
mod literal;
mod names;
mod observe;
mod of_frames;
mod operator;
mod over;
mod padded;
mod partitions;
mod pipe;
mod pivot;
mod project;
mod protobuf_call;
mod qualify;
mod random_call;
mod recursion;
mod relation;
mod repartition;
mod resample;
mod routine;
mod row_number;
mod sameness;
mod session_groups;
mod session_window;
mod set;
mod sort;
mod star;
mod stored_view;
mod stream_join;
mod stream_node;
mod struct_update;
mod subquery;
mod subquery_limits;
mod temporal_text;
mod time_type;
mod time_window;
mod unpivot;
mod unsupported;
mod variable;
mod waiting;
mod watermark;
mod xml_call;
mod zip;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use datafusion::catalog::TableProvider;
use datafusion::common::Column;
use datafusion::logical_expr::{Expr as Physical, LogicalPlan};

use crate::error::{Result, SparkError};
use crate::functions::Settings;
use crate::plan::{ExprId, ForeignRef, ForeignTable, Plan, ReadSpec};
use crate::types::{DataType, StructField, StructType};

pub use constant_text::constant_text;
pub use default_value::{DefaultContext, NoDefault, default_value};
pub use event_time::{EventTime, EventTimes, event_times, named};
pub use file_columns::{HIDDEN_FILE_NAME, HIDDEN_METADATA, metadata_type};
pub use foreign_extract::extract;
pub use foreign_node::{BatchMapNode, ForeignEvalNode, GroupMapNode};
pub use groups::{GroupedInput, GroupsNode};
pub use observe::{ObserveNode, Watched};
pub use of_frames::with_columns_of;
pub use partitions::{PARTITION_OF_ROWS, partitions_of};
pub use recursion::{LevelNode, RecursionLimits, RecursionNode};
pub use relation::{not_found, search_path};
pub use repartition::{Deal, RepartitionNode};
pub use routine::{DefinedRoutine, checked_routine};
pub use sameness::semantics;
pub use stored_view::DefinedView;
pub use stream_join::{JoinCondition, TimeBound, never_null};
pub use stream_node::{DeduplicateNode, SessionNode, WatermarkNode, extension, node_of};
pub use unsupported::{
    Checks, ContinuousLeaf, OutputMode, check_batch, check_continuous, check_streaming,
};

pub use variable::{NoVariables, Variable, Variables};
pub use waiting::{check_complete, waiting};

/// A resolved column of a relation.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    pub id: ExprId,
    pub name: String,
    pub data_type: DataType,
    pub nullable: bool,
    /// View name or alias by which the column may be addressed.
    pub qualifier: Vec<String>,
    pub metadata: serde_json::Map<String, serde_json::Value>,
}

impl Attribute {
    /// The engine's column that holds it.
    pub fn column(&self) -> Physical {
        column(self.id)
    }
}

/// What analysis found out about a plan node.
#[derive(Debug, Clone)]
pub struct Resolved {
    pub plan: Arc<LogicalPlan>,
    pub output: Vec<Attribute>,
    pub streaming: bool,
}

impl Resolved {
    pub fn schema(&self) -> StructType {
        StructType::new(self.output.iter().map(|a| StructField {
            name: a.name.clone(),
            data_type: a.data_type.clone(),
            nullable: a.nullable,
            metadata: a.metadata.clone(),
        }))
    }
}

/// Rows that a catalog or a reader offers.
pub struct Source {
    pub schema: StructType,
    pub provider: Arc<dyn TableProvider>,
    pub streaming: bool,
}

/// What a name stands for.
pub enum Named {
    View(Arc<Plan>),
    /// Rows that outlive the session, and their whole name.
    Stored(Arc<Plan>, Vec<String>),
    /// A view that outlives the session.
    Defined(Box<DefinedView>),
    Table(Source),
}

/// Where names and readers are looked up.
pub trait Catalog: Send + Sync {
    fn lookup(&self, name: &[String]) -> Result<Option<Named>>;
    fn read(&self, spec: &ReadSpec) -> Result<Source>;
    /// The function of tables that the program registered by a name.
    fn table_function(&self, name: &str) -> Option<Arc<dyn ForeignTable>>;
    /// The function that the program registered by a name.
    fn function(&self, name: &str) -> Option<ForeignRef>;
    /// The function of that name that was made in SQL.
    fn routine(&self, name: &[String]) -> Result<Option<Box<DefinedRoutine>>>;
}

/// Everything outside the plan that its meaning depends on.
#[derive(Clone)]
pub struct Context {
    pub settings: Settings,
    pub catalog: Arc<dyn Catalog>,
    pub options: Options,
    /// The database in use.
    pub database: String,
    /// Who asks.
    pub user: String,
    /// The query's own moment: every `current_timestamp()` in it.
    pub now_micros: i64,
    /// How many bodies of functions are around.
    pub depth: usize,
    pub variables: Arc<dyn Variables>,
}

/// Settings that change analysis itself.
#[derive(Debug, Clone)]
pub struct Options {
    pub case_sensitive: bool,
    pub group_by_ordinal: bool,
    pub order_by_ordinal: bool,
    /// How many partitions leaves have by themselves.
    pub parallelism: usize,
    /// Whether a column of a frame that a self-join has twice is refused.
    pub fail_ambiguous_self_join: bool,
    /// Whether `df.a == df.a` compares the two sides of a self-join.
    pub resolve_self_join: bool,
    /// How many those of a shuffle are, unless small ones are put together again.
    pub shuffle_partitions: usize,
    pub adaptive: bool,
    /// How far `WITH RECURSIVE` goes where the query does not say.
    pub recursion: RecursionLimits,
    /// Whether there are times of day: Spark has them as a preview.
    pub time_type: bool,
    /// Whether a timestamp without more words has no zone: `spark.sql.timestampType`.
    pub timestamp_ntz: bool,
    /// What `from_avro` and `to_avro` go by.
    pub avro: crate::formats::avro::AvroSettings,
}

/// Resolves `plan`, or returns what was found the first time.
pub fn analyze(plan: &Arc<Plan>, context: &Context) -> Result<Arc<Resolved>> {
    Analyzer {
        context,
        outer: Vec::new(),
        definitions: Vec::new(),
        inside: Vec::new(),
        behind: Vec::new(),
    }
    .relation(plan)
}

/// One pass over a plan.
pub(crate) struct Analyzer<'a> {
    context: &'a Context,
    /// Columns of the queries around this one, the nearest last.
    outer: Vec<Vec<Attribute>>,
    /// `WITH` definitions in scope, the nearest last.
    definitions: Vec<(String, Arc<Plan>)>,
    /// What was found of plans inside subqueries that hangs on the queries around them, at
    /// that depth.
    inside: Vec<(usize, Arc<Plan>, Arc<Resolved>)>,
    /// Columns that the step at hand needs of those that its input has left out, or has under
    /// another identity than was asked for.
    behind: Vec<(ExprId, Attribute)>,
}

pub(crate) fn fresh_id() -> ExprId {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    ExprId(NEXT.fetch_add(1, Ordering::Relaxed))
}

pub(crate) fn column_name(id: ExprId) -> String {
    format!("#{}", id.0)
}

pub(crate) fn column(id: ExprId) -> Physical {
    Physical::Column(Column::new_unqualified(column_name(id)))
}

/// For constructors of the engine's plan nodes: what they refuse is our mistake.
pub(crate) fn engine<T>(result: datafusion::error::Result<T>) -> Result<T> {
    result.map_err(crate::engine::from_datafusion)
}

pub(crate) fn internal(what: impl std::fmt::Display) -> SparkError {
    SparkError::internal(what)
}

/// `df["name"]`: the column bound to this frame, or a field inside it.
pub fn column_of(
    plan: &Arc<Plan>,
    resolved: &Resolved,
    parts: &[String],
    context: &Context,
) -> Result<crate::plan::Expr> {
    use crate::plan::{Expr, Literal};
    let case_sensitive = context.options.case_sensitive;
    let Some(found) = names::find(parts, &resolved.output, case_sensitive)? else {
        if file_columns::names_metadata(parts, &resolved.plan, case_sensitive) {
            return Ok(Expr::Attribute(parts.to_vec()));
        }
        return Err(names::unresolved_in_frame(parts, &resolved.output));
    };
    let bound = Expr::Bound {
        id: found.attribute.id,
        name: found.attribute.name.clone(),
        frame: Some(crate::plan::Frame(Arc::clone(plan))),
    };
    let Some(last) = found.fields.last() else {
        return Ok(bound);
    };
    let value = found
        .fields
        .iter()
        .fold(bound, |value, field| Expr::Extract {
            expr: Box::new(value),
            key: Box::new(Expr::Literal(Literal::String(field.clone()))),
        });
    Ok(value.alias(last.clone()))
}
