//! Columns that a program took from frames (`df.a`), where a step uses them. They are
//! columns by identity: a step has the one that is meant, or finds it behind its input, or
//! says that it is missing; a name that fits is not enough.
//!
//! Where a frame stands on both sides of a join, the columns of the right side get
//! identities of their own. A column that was taken from a frame there is then found on the
//! left side, which may not be the one that was meant: as in Spark it is refused.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;

use datafusion::common::Column;
use datafusion::logical_expr::{Expr as Physical, LogicalPlan, Projection};

use super::join::is_equality;
use super::{Analyzer, Attribute, Context, Resolved, analyze, column_name, engine, names};
use crate::error::{Result, SparkError};
use crate::plan::{Expr, ExprId, Frame, JoinKind, JoinOn, Plan, Relation, SetOp};

/// A column of a frame in an expression.
struct Taken {
    id: ExprId,
    name: String,
    frame: Frame,
}

impl Analyzer<'_> {
    /// Looks at the columns of frames that a step uses: the ones behind its input that it
    /// needs beside it.
    pub(super) fn behind_input(&mut self, plan: &Arc<Plan>) -> Result<Vec<(ExprId, Attribute)>> {
        let taken = taken_of(&plan.relation);
        if taken.is_empty() {
            return Ok(Vec::new());
        }
        let mut inputs = Vec::new();
        for input in plan.relation.inputs() {
            inputs.push((input, self.relation(input)?));
        }
        if self.context.options.fail_ambiguous_self_join && inputs.len() == 1 {
            self.refuse_ambiguous(&taken, inputs[0].0, &inputs[0].1)?;
        }
        let is_there = |column: &Taken| {
            let mut columns = inputs.iter().flat_map(|(_, child)| &child.output);
            columns.any(|a| a.id == column.id)
                || self.outer.iter().flatten().any(|a| a.id == column.id)
        };
        let lacking: Vec<_> = taken.iter().filter(|t| !is_there(t)).collect();
        let goes_below = matches!(
            plan.relation,
            Relation::Filter { .. } | Relation::Sort { .. }
        );
        let (mut found, mut missing) = (Vec::new(), Vec::new());
        for column in lacking {
            let behind = match inputs.as_slice() {
                [(input, known)] => match self.in_union(input, known, column.id)? {
                    Some(own) => Some(own),
                    None => self.left_behind(input, column.id, goes_below)?,
                },
                _ => None,
            };
            match behind {
                Some(attribute) => found.push((column.id, attribute)),
                None => missing.push(column),
            }
        }
        match missing.is_empty() {
            true => Ok(found),
            false => Err(missing_error(&plan.relation, &missing, &inputs)),
        }
    }

    /// The plan of an input with the columns beside it that the step at hand needs, and
    /// those.
    pub(super) fn with_behind(&self, input: &Resolved) -> (Arc<LogicalPlan>, Vec<Attribute>) {
        let mut plan = Arc::clone(&input.plan);
        let mut found = Vec::new();
        for (_, attribute) in &self.behind {
            if input.output.iter().any(|own| own.id == attribute.id) {
                continue;
            }
            if let Ok(Some(wider)) = revealed(&plan, &column_name(attribute.id)) {
                plan = Arc::new(wider);
                found.push(attribute.clone());
            }
        }
        (plan, found)
    }

    /// A column that the steps below a relation have left out: any, if rows may go that way
    /// for it, else the key of a `USING` join that its other key stands for.
    fn left_behind(
        &mut self,
        plan: &Arc<Plan>,
        id: ExprId,
        any: bool,
    ) -> Result<Option<Attribute>> {
        let mut plan = Arc::clone(plan);
        loop {
            let input = match &plan.relation {
                Relation::Project { input, .. }
                | Relation::Select { input, .. }
                | Relation::WithColumns { input, .. }
                | Relation::Rename { input, .. }
                | Relation::Named { input, .. }
                | Relation::Drop { input, .. } => {
                    if any {
                        let below = self.relation(input)?;
                        if let Some(found) = below.output.iter().find(|a| a.id == id) {
                            return Ok(Some(found.clone()));
                        }
                    }
                    input
                }
                Relation::Filter { input, .. }
                | Relation::Sort { input, .. }
                | Relation::Limit { input, .. } => input,
                Relation::Alias { input, .. } if !any => input,
                Relation::Join {
                    left,
                    right,
                    kind,
                    on: JoinOn::Using(_) | JoinOn::Natural,
                } if !matches!(kind, JoinKind::LeftSemi | JoinKind::LeftAnti) => {
                    let sides = [
                        (left, matches!(kind, JoinKind::Right | JoinKind::Full)),
                        (right, matches!(kind, JoinKind::Left | JoinKind::Full)),
                    ];
                    for (side, may_lack) in sides {
                        let side = self.relation(side)?;
                        if let Some(found) = side.output.iter().find(|a| a.id == id) {
                            return Ok(Some(Attribute {
                                nullable: found.nullable || may_lack,
                                ..found.clone()
                            }));
                        }
                    }
                    return Ok(None);
                }
                _ => return Ok(None),
            };
            plan = Arc::clone(input);
        }
    }

    /// The column of a union of streams that a column of its left side became: the union has
    /// event times, and so identities, of its own.
    fn in_union(
        &mut self,
        plan: &Arc<Plan>,
        known: &Resolved,
        id: ExprId,
    ) -> Result<Option<Attribute>> {
        let mut below = plan;
        let left = loop {
            match (&below.relation, &below.relation.inputs()[..]) {
                (Relation::Set { left, op, .. }, _) if *op == SetOp::Union => break left,
                (_, [input]) => below = input,
                _ => return Ok(None),
            }
        };
        let (union, side) = (self.relation(below)?, self.relation(left)?);
        let id = match self.in_union(left, &side, id)? {
            Some(own) => own.id,
            None => id,
        };
        let sides = side.output.iter().zip(&union.output);
        let mut same = sides.filter(|(a, own)| a.id == id && a.data_type == own.data_type);
        let own = same.next().filter(|_| union.streaming);
        let own = own.and_then(|(_, own)| known.output.iter().find(|a| a.id == own.id));
        Ok(own.cloned())
    }

    /// Refuses columns of a frame that stands in the input once more, under other identities.
    fn refuse_ambiguous(
        &mut self,
        taken: &[Taken],
        input: &Arc<Plan>,
        child: &Resolved,
    ) -> Result<()> {
        let mut ambiguous: Vec<String> = Vec::new();
        for column in taken {
            let mut known = HashMap::new();
            let shown = self.shown_as(input, column, &mut known)?;
            let other = |id: &ExprId| *id != column.id && child.output.iter().any(|a| a.id == *id);
            if shown.iter().any(other) {
                ambiguous.push(format!("{}{}", column.name, column_name(column.id)));
            }
        }
        match ambiguous.is_empty() {
            true => Ok(()),
            false => Err(ambiguous_error(&ambiguous.join(", "))),
        }
    }

    /// The same for the condition of a join. Two columns that are compared by themselves are
    /// the two sides, whatever frame they come from.
    pub(super) fn refuse_ambiguous_condition(
        &mut self,
        condition: &Expr,
        (left, right): (&Arc<Plan>, &Arc<Plan>),
        before: &Resolved,
        after: &Resolved,
        both: &Resolved,
    ) -> Result<()> {
        if !self.context.options.fail_ambiguous_self_join {
            return Ok(());
        }
        let mut taken = Vec::new();
        collect(condition, true, &mut taken);
        let ids = before.output.iter().zip(&after.output);
        let new: HashMap<_, _> = ids.map(|(old, new)| (old.id, new.id)).collect();
        let mut ambiguous: Vec<String> = Vec::new();
        for column in &taken {
            let mut shown = self.shown_as(left, column, &mut HashMap::new())?;
            let of_right = self.shown_as(right, column, &mut HashMap::new())?;
            shown.extend(renamed(of_right, &new));
            let other = |id: &ExprId| *id != column.id && both.output.iter().any(|a| a.id == *id);
            if shown.iter().any(other) {
                ambiguous.push(format!("{}{}", column.name, column_name(column.id)));
            }
        }
        match ambiguous.is_empty() {
            true => Ok(()),
            false => Err(ambiguous_error(&ambiguous.join(", "))),
        }
    }

    /// The identities under which a frame's column is to be seen in a relation.
    fn shown_as(
        &mut self,
        plan: &Arc<Plan>,
        column: &Taken,
        known: &mut HashMap<*const Plan, Vec<ExprId>>,
    ) -> Result<Vec<ExprId>> {
        if Arc::ptr_eq(plan, &column.frame.0) {
            return Ok(vec![column.id]);
        }
        if let Some(ids) = known.get(&Arc::as_ptr(plan)) {
            return Ok(ids.clone());
        }
        let mut ids = Vec::new();
        for (at, input) in plan.relation.inputs().into_iter().enumerate() {
            let mut shown = self.shown_as(input, column, known)?;
            if at == 1 && !shown.is_empty() {
                shown = renamed(shown, &self.renamed_side(plan)?);
            }
            ids.extend(shown);
        }
        ids.sort_unstable();
        ids.dedup();
        known.insert(Arc::as_ptr(plan), ids.clone());
        Ok(ids)
    }

    /// The identities that a join gave the columns of its right side.
    fn renamed_side(&mut self, join: &Arc<Plan>) -> Result<HashMap<ExprId, ExprId>> {
        let (right, on) = match &join.relation {
            Relation::Join {
                kind: JoinKind::LeftSemi | JoinKind::LeftAnti,
                ..
            } => return Ok(HashMap::new()),
            Relation::Join { right, on, .. } => (right, on),
            Relation::Lateral { right, .. } => (right, &JoinOn::Nothing),
            _ => return Ok(HashMap::new()),
        };
        let joined = self.relation(join)?;
        let right = self.relation(right)?;
        let case_sensitive = self.context.options.case_sensitive;
        let is_key = |a: &Attribute| match on {
            JoinOn::Using(keys) => keys
                .iter()
                .any(|key| names::same(key, &a.name, case_sensitive)),
            _ => false,
        };
        let own: Vec<_> = right.output.iter().filter(|a| !is_key(a)).collect();
        let Some(start) = joined.output.len().checked_sub(own.len()) else {
            return Ok(HashMap::new());
        };
        let new = joined.output[start..].iter();
        let same_names = own.iter().zip(new.clone()).all(|(a, b)| a.name == b.name);
        Ok(match same_names {
            true => own.iter().zip(new).map(|(a, b)| (a.id, b.id)).collect(),
            false => HashMap::new(),
        })
    }
}

/// Rows that stand for those of another relation, under the identities of its columns.
pub fn with_columns_of(rows: Relation, of: &Resolved, context: &Context) -> Result<Arc<Plan>> {
    let found = analyze(&Plan::new(rows.clone()), context)?;
    let columns = found.output.iter().zip(&of.output);
    let exprs = columns.map(|(new, old)| new.column().alias(column_name(old.id)));
    let projection = engine(Projection::try_new(
        exprs.collect(),
        Arc::clone(&found.plan),
    ))?;
    let resolved = Resolved {
        plan: Arc::new(LogicalPlan::Projection(projection)),
        output: of.output.clone(),
        streaming: false,
    };
    let plan = Plan::new(rows);
    let memo: Arc<dyn std::any::Any + Send + Sync> = Arc::new(resolved);
    let _ = plan.memo.set(memo);
    Ok(plan)
}

/// The plan with columns that its projections leave out beside its own.
pub(super) fn revealed(plan: &LogicalPlan, name: &str) -> Result<Option<LogicalPlan>> {
    if plan.schema().has_column_with_unqualified_name(name) {
        return Ok(Some(plan.clone()));
    }
    let input = match plan {
        LogicalPlan::Projection(projection) => &projection.input,
        LogicalPlan::Filter(filter) => &filter.input,
        LogicalPlan::Sort(sort) => &sort.input,
        LogicalPlan::Limit(limit) => &limit.input,
        _ => return Ok(None),
    };
    let Some(input) = revealed(input, name)? else {
        return Ok(None);
    };
    Ok(Some(match plan {
        LogicalPlan::Projection(projection) => {
            let mut exprs = projection.expr.clone();
            exprs.push(Physical::Column(Column::new_unqualified(name)));
            LogicalPlan::Projection(engine(Projection::try_new(exprs, Arc::new(input)))?)
        }
        other => engine(other.with_new_exprs(other.expressions(), vec![input]))?,
    }))
}

pub(super) fn ambiguous_error(columns: &str) -> SparkError {
    SparkError::new(
        "_LEGACY_ERROR_TEMP_1182",
        &[
            ("ambiguousAttrs", columns),
            ("config", "spark.sql.analyzer.failAmbiguousSelfJoin"),
        ],
    )
}

fn renamed(ids: Vec<ExprId>, new: &HashMap<ExprId, ExprId>) -> Vec<ExprId> {
    let renamed = ids.into_iter();
    renamed
        .map(|id| new.get(&id).copied().unwrap_or(id))
        .collect()
}

/// The columns of frames in a step's expressions, each once.
fn taken_of(relation: &Relation) -> Vec<Taken> {
    let mut all = Vec::new();
    for expr in exprs_of(relation) {
        collect(expr, false, &mut all);
    }
    let mut found: Vec<Taken> = Vec::new();
    for taken in all {
        if !found
            .iter()
            .any(|t| t.id == taken.id && t.frame == taken.frame)
        {
            found.push(taken);
        }
    }
    found
}

/// The columns of frames in an expression, without those that are compared by themselves
/// where that is said.
fn collect(expr: &Expr, without_compared: bool, found: &mut Vec<Taken>) {
    let looked = expr.rewrite::<Infallible>(&mut |e| {
        if let (Expr::Call(call), true) = (e, without_compared)
            && is_equality(call)
            && call
                .args
                .iter()
                .all(|arg| matches!(arg, Expr::Bound { .. }))
        {
            return Ok(Some(e.clone()));
        }
        if let Expr::Bound {
            id,
            name,
            frame: Some(frame),
        } = e
        {
            found.push(Taken {
                id: *id,
                name: name.clone(),
                frame: frame.clone(),
            });
        }
        Ok(None)
    });
    let Ok(_) = looked;
}

fn exprs_of(relation: &Relation) -> Vec<&Expr> {
    match relation {
        Relation::Project { exprs, .. } | Relation::Select { exprs, .. } => exprs.iter().collect(),
        Relation::WithColumns { columns, .. } => columns.iter().map(|(_, e)| e).collect(),
        Relation::Filter { condition, .. } | Relation::Having { condition, .. } => vec![condition],
        Relation::Sort { order, .. } => order.iter().map(|key| &key.expr).collect(),
        Relation::Aggregate { keys, exprs, .. } => keys.iter().chain(exprs).collect(),
        Relation::Join {
            on: JoinOn::Condition(condition),
            ..
        } => vec![condition],
        _ => Vec::new(),
    }
}

/// A column that a step of no known form uses and its input has not.
pub(super) fn missing(name: &str, input: &[Attribute]) -> SparkError {
    let all: Vec<_> = input.iter().map(|a| format!("\"{}\"", a.name)).collect();
    SparkError::new(
        "MISSING_ATTRIBUTES.RESOLVED_ATTRIBUTE_MISSING_FROM_INPUT",
        &[
            ("missingAttributes", &format!("\"{name}\"")),
            ("input", &all.join(", ")),
            ("operator", "!a step"),
        ],
    )
}

fn missing_error(
    relation: &Relation,
    missing: &[&Taken],
    inputs: &[(&Arc<Plan>, Arc<Resolved>)],
) -> SparkError {
    let input: Vec<&Attribute> = inputs.iter().flat_map(|(_, r)| &r.output).collect();
    let listed = |all: Vec<&str>| {
        let all: Vec<_> = all.iter().map(|name| format!("\"{name}\"")).collect();
        all.join(", ")
    };
    let missing_names = listed(missing.iter().map(|t| t.name.as_str()).collect());
    let input_names = listed(input.iter().map(|a| a.name.as_str()).collect());
    let alike = missing.iter().map(|t| t.name.as_str());
    let alike: Vec<_> = alike
        .filter(|name| input.iter().any(|a| a.name.eq_ignore_ascii_case(name)))
        .collect();
    let operator = operator_text(relation, &input);
    let mut parameters = vec![
        ("missingAttributes", missing_names),
        ("input", input_names),
        ("operator", operator),
    ];
    let condition = match alike.is_empty() {
        true => "MISSING_ATTRIBUTES.RESOLVED_ATTRIBUTE_MISSING_FROM_INPUT",
        false => {
            parameters.push(("operation", listed(alike)));
            "MISSING_ATTRIBUTES.RESOLVED_ATTRIBUTE_APPEAR_IN_OPERATION"
        }
    };
    let parameters: Vec<_> = parameters.iter().map(|(k, v)| (*k, v.as_str())).collect();
    SparkError::new(condition, &parameters)
}

/// The step as Spark's plan shows it, without the casts that Spark adds.
fn operator_text(relation: &Relation, input: &[&Attribute]) -> String {
    use crate::plan::text::{expr_text, sort_text};
    let numbered = |e: &Expr| -> Result<Option<Expr>> {
        Ok(match e {
            Expr::Bound { id, name, .. } => Some(Expr::name(format!("{name}{}", column_name(*id)))),
            Expr::Attribute(parts) => input
                .iter()
                .find(|a| {
                    parts
                        .last()
                        .is_some_and(|last| a.name.eq_ignore_ascii_case(last))
                })
                .map(|a| Expr::name(format!("{}{}", a.name, column_name(a.id)))),
            _ => None,
        })
    };
    let plain = |e: &Expr| {
        let changed = e.rewrite(&mut |e| numbered(e));
        expr_text(&changed.unwrap_or_else(|_| e.clone()))
    };
    let item = |e: &Expr| match e {
        Expr::Bound { .. } | Expr::Attribute(_) => plain(e),
        Expr::Alias { expr, name, .. } => format!("{} AS {name}#0", plain(expr)),
        other => format!("{} AS {}#0", plain(other), expr_text(other)),
    };
    let list = |all: Vec<String>| format!("[{}]", all.join(", "));
    let own = || {
        input
            .iter()
            .map(|a| format!("{}{}", a.name, column_name(a.id)))
    };
    match relation {
        Relation::Project { exprs, .. } | Relation::Select { exprs, .. } => {
            format!("!Project {}", list(exprs.iter().map(item).collect()))
        }
        Relation::WithColumns { columns, .. } => {
            let kept = own().filter(|shown| {
                let name = shown.rsplit_once('#').map_or("", |(name, _)| name);
                !columns
                    .iter()
                    .any(|(new, _)| new.eq_ignore_ascii_case(name))
            });
            let new = columns
                .iter()
                .map(|(name, e)| format!("{} AS {name}#0", plain(e)));
            format!("!Project {}", list(kept.chain(new).collect()))
        }
        Relation::Filter { condition, .. } | Relation::Having { condition, .. } => {
            format!("!Filter {}", plain(condition))
        }
        Relation::Sort { order, global, .. } => {
            let keys = order.iter().map(|key| sort_text(&plain(&key.expr), key));
            format!("!Sort {}, {global}", list(keys.collect()))
        }
        Relation::Aggregate { keys, exprs, .. } => {
            let shown: Vec<_> = keys.iter().map(plain).collect();
            let all = exprs.iter().map(item).collect();
            match shown.is_empty() {
                true => format!("!Aggregate {}", list(all)),
                false => format!("!Aggregate {}, {}", list(shown), list(all)),
            }
        }
        Relation::Join { kind, on, .. } => match on {
            JoinOn::Condition(condition) => format!("!Join {kind:?}, {}", plain(condition)),
            _ => format!("!Join {kind:?}"),
        },
        _ => "!a step".to_string(),
    }
}
