//! `WITH RECURSIVE`: an anchor, and a member that is asked again for the rows that it gave
//! the time before, until it gives none.
//!
//! The member is resolved over a [`LevelNode`], which stands for the rows of one level.
//! How levels follow each other is the business of execution.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DFSchema, DFSchemaRef, JoinType, NullEquality, Result as EngineResult};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{Expr as Physical, LogicalPlan, UserDefinedLogicalNodeCore};

use super::stream_node::{RefusedNode, extension, node_of};
use super::{Analyzer, Attribute, Resolved, column_name, engine, fresh_id, internal};
use crate::error::{Result, SparkError};
use crate::functions::scalar::coercion;
use crate::plan::{ExprId, Plan, Recursive, Relation, SetOp};

const NO_ANCHOR: &str = "INVALID_RECURSIVE_CTE";
const NOT_ALL: &str = "UNION_NOT_SUPPORTED_IN_RECURSIVE_CTE";
/// What Spark says of it once a query has started.
const OF_STREAMS: &str = "Queries with streaming sources must be executed with writeStream.start(), or from a streaming table or flow definition within a Spark Declarative Pipeline.";

/// How far a recursion may go; none where it may go on for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RecursionLimits {
    pub levels: Option<u64>,
    pub rows: Option<u64>,
}

/// The rows of one level of the recursion `id`, for the level after it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LevelNode {
    pub id: ExprId,
    pub schema: DFSchemaRef,
}

impl PartialOrd for LevelNode {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.id.0.partial_cmp(&other.id.0)
    }
}

impl UserDefinedLogicalNodeCore for LevelNode {
    fn name(&self) -> &str {
        "UnionLoopRef"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        Vec::new()
    }

    fn schema(&self) -> &DFSchemaRef {
        &self.schema
    }

    fn expressions(&self) -> Vec<Physical> {
        Vec::new()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UnionLoopRef {}", self.id.0)
    }

    fn with_exprs_and_inputs(&self, _: Vec<Physical>, _: Vec<LogicalPlan>) -> EngineResult<Self> {
        Ok(self.clone())
    }
}

/// All levels, one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RecursionNode {
    pub id: ExprId,
    pub anchor: LogicalPlan,
    pub member: LogicalPlan,
    /// Of what comes out: a column may be null where either of the two may be.
    pub schema: DFSchemaRef,
    pub limits: RecursionLimits,
}

impl PartialOrd for RecursionNode {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.id.0.partial_cmp(&other.id.0)
    }
}

impl UserDefinedLogicalNodeCore for RecursionNode {
    fn name(&self) -> &str {
        "UnionLoop"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        vec![&self.anchor, &self.member]
    }

    fn schema(&self) -> &DFSchemaRef {
        &self.schema
    }

    fn expressions(&self) -> Vec<Physical> {
        Vec::new()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UnionLoop {}", self.id.0)
    }

    fn with_exprs_and_inputs(
        &self,
        _: Vec<Physical>,
        inputs: Vec<LogicalPlan>,
    ) -> EngineResult<Self> {
        let [anchor, member] = <[LogicalPlan; 2]>::try_from(inputs)
            .map_err(|_| DataFusionError::Internal("a recursion has two inputs".into()))?;
        Ok(Self {
            anchor,
            member,
            ..self.clone()
        })
    }
}

impl Analyzer<'_> {
    /// The query of a `WITH RECURSIVE` by its name; one that does not ask for itself is an
    /// ordinary one.
    pub(super) fn recursive(&mut self, query: &Recursive) -> Result<Resolved> {
        let before = self.definitions.len();
        let resolved = self.recursive_body(query, &query.body);
        self.definitions.truncate(before);
        resolved
    }

    fn recursive_body(&mut self, query: &Recursive, body: &Arc<Plan>) -> Result<Resolved> {
        self.call_it(query, misplaced(NO_ANCHOR));
        match &body.relation {
            Relation::With { input, definitions } => {
                super::relation::no_repeated(definitions)?;
                self.definitions.extend_from_slice(definitions);
                self.recursive_body(query, input)
            }
            Relation::Set {
                left,
                right,
                op: SetOp::Union,
                all,
                by_name: false,
                ..
            } => {
                let anchor = self.relation(left)?;
                let anchor = self.with_columns_of(query, &anchor)?;
                let itself = match all {
                    true => level_plan(query, &anchor)?,
                    false => misplaced(NOT_ALL),
                };
                self.call_it(query, itself);
                let member = self.relation(right)?;
                let Some(id) = asked_level(query).filter(|id| holds(&member.plan, *id)) else {
                    let both = self.relation(body)?;
                    return self.with_columns_of(query, &both);
                };
                check_places(&member.plan, id)?;
                self.looped(query, id, anchor, &member)
            }
            _ => {
                let plain = self.relation(body)?;
                self.with_columns_of(query, &plain)
            }
        }
    }

    /// From here on the query's own name stands for this.
    fn call_it(&mut self, query: &Recursive, plan: Arc<Plan>) {
        self.definitions.push((query.name.clone(), plan));
    }

    fn with_columns_of(&self, query: &Recursive, resolved: &Resolved) -> Result<Resolved> {
        let mut resolved = resolved.clone();
        if query.columns.is_empty() {
            return Ok(resolved);
        }
        super::relation::same_number(query.columns.len(), resolved.output.len())?;
        for (attribute, name) in resolved.output.iter_mut().zip(&query.columns) {
            attribute.name.clone_from(name);
        }
        Ok(resolved)
    }

    fn looped(
        &mut self,
        query: &Recursive,
        id: ExprId,
        anchor: Resolved,
        member: &Resolved,
    ) -> Result<Resolved> {
        if anchor.streaming || member.streaming {
            let node = RefusedNode {
                schema: anchor.plan.schema().clone(),
                inputs: vec![(*anchor.plan).clone()],
                message: OF_STREAMS.into(),
            };
            return Ok(Resolved {
                plan: Arc::new(extension(node)),
                streaming: true,
                ..anchor
            });
        }
        super::set::same_width("UNION", &anchor, member)?;
        let ansi = self.context.settings.ansi;
        let mut output = Vec::with_capacity(anchor.output.len());
        for (first, more) in anchor.output.iter().zip(&member.output) {
            let common = coercion::common_type(&first.data_type, &more.data_type, ansi);
            let as_first = |common: &crate::types::DataType| {
                common.as_nullable() == first.data_type.as_nullable()
            };
            let Some(data_type) = common.filter(as_first) else {
                let [left, right] =
                    [first, more].map(|side| format!("\"{}\"", side.data_type.sql()));
                let parameters = [("left", left.as_str()), ("right", right.as_str())];
                return Err(SparkError::new(
                    "CANNOT_MERGE_INCOMPATIBLE_DATA_TYPE",
                    &parameters,
                ));
            };
            output.push(Attribute {
                id: fresh_id(),
                data_type,
                nullable: first.nullable || more.nullable,
                qualifier: Vec::new(),
                ..first.clone()
            });
        }
        let anchor = self.cast_to(&anchor, &output)?;
        let member = self.cast_to(member, &output)?;
        let options = &self.context.options;
        let levels = query.levels.or(options.recursion.levels);
        let node = RecursionNode {
            id,
            anchor: (*anchor.plan).clone(),
            member: (*member.plan).clone(),
            schema: schema_of(&output)?,
            limits: RecursionLimits {
                levels,
                rows: options.recursion.rows,
            },
        };
        Ok(Resolved {
            plan: Arc::new(extension(node)),
            output,
            streaming: false,
        })
    }
}

/// A plan that is refused where it is asked for.
fn misplaced(condition: &'static str) -> Arc<Plan> {
    Plan::new(Relation::Misplaced { condition })
}

/// What the query's name stands for in its member. The same at every look: what was found
/// of the member is kept with it.
fn level_plan(query: &Recursive, anchor: &Resolved) -> Result<Arc<Plan>> {
    if query.itself.memo.get().is_none() {
        let id = fresh_id();
        let output: Vec<_> = anchor
            .output
            .iter()
            .map(|first| Attribute {
                id: fresh_id(),
                data_type: first.data_type.as_nullable(),
                nullable: true,
                qualifier: Vec::new(),
                ..first.clone()
            })
            .collect();
        let schema = schema_of(&output)?;
        let level: Arc<dyn std::any::Any + Send + Sync> = Arc::new(Resolved {
            plan: Arc::new(extension(LevelNode { id, schema })),
            output,
            streaming: false,
        });
        let _ = query.itself.memo.set(level);
    }
    Ok(Arc::clone(&query.itself))
}

/// The level for which the query's name stands.
fn asked_level(query: &Recursive) -> Option<ExprId> {
    let level = query.itself.memo.get()?.downcast_ref::<Resolved>()?;
    node_of::<LevelNode>(&level.plan).map(|node| node.id)
}

fn schema_of(output: &[Attribute]) -> Result<DFSchemaRef> {
    let fields = output.iter().map(|attribute| {
        let name = column_name(attribute.id);
        arrow::datatypes::Field::new(name, attribute.data_type.to_arrow(), attribute.nullable)
    });
    let fields: Vec<_> = fields.map(|field| (None, Arc::new(field))).collect();
    let schema = engine(DFSchema::new_with_metadata(fields, HashMap::new()))?;
    Ok(Arc::new(schema))
}

/// Whether the plan, or a subquery in it, asks for the level.
fn holds(plan: &LogicalPlan, id: ExprId) -> bool {
    let mut found = false;
    let looked = plan.apply_with_subqueries(|node| {
        found |= node_of::<LevelNode>(node).is_some_and(|level| level.id == id);
        Ok(match found {
            true => TreeNodeRecursion::Stop,
            false => TreeNodeRecursion::Continue,
        })
    });
    found || looked.is_err()
}

/// What needs all rows of the recursion at once, or those that have no match among them,
/// cannot be asked level by level.
fn check_places(member: &LogicalPlan, id: ExprId) -> Result<()> {
    let mut wrong = false;
    let looked = member.apply_with_subqueries(|node| {
        wrong |= match node {
            LogicalPlan::Aggregate(_) | LogicalPlan::Window(_) | LogicalPlan::Sort(_) => {
                holds(node, id)
            }
            // EXCEPT and INTERSECT are joins to the engine, in which nulls are equal.
            LogicalPlan::Join(join) if join.null_equality == NullEquality::NullEqualsNull => false,
            LogicalPlan::Join(join) => match join.join_type {
                JoinType::Left | JoinType::LeftSemi | JoinType::LeftAnti | JoinType::LeftMark => {
                    holds(&join.right, id)
                }
                JoinType::Right
                | JoinType::RightSemi
                | JoinType::RightAnti
                | JoinType::RightMark => holds(&join.left, id),
                JoinType::Full => holds(node, id),
                JoinType::Inner => false,
            },
            _ => false,
        };
        Ok(match wrong {
            true => TreeNodeRecursion::Stop,
            false => TreeNodeRecursion::Continue,
        })
    });
    looked.map_err(internal)?;
    match wrong {
        true => Err(SparkError::new("INVALID_RECURSIVE_REFERENCE.PLACE", &[]).with_context(";")),
        false => Ok(()),
    }
}
