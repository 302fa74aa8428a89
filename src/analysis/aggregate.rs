//! `GROUP BY`: keys, aggregate functions over them, and what may stand beside them
//! in a select list.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::{Aggregate, Expr as Physical, LogicalPlan, Projection};

use super::expression::{Resolver, Typed};
use super::foreign_call::{aggregate_name, check_alone, counted, of_groups};
use super::grouping_sets::{Sets, numbered};
use super::project::{Extended, emit};
use super::session_groups::{Held, merged};
use super::session_window::{Parts, built, null_session, parts};
use super::{
    Analyzer, Attribute, Resolved, column, column_name, engine, fresh_id, names, time_window,
};
use crate::engine::kernel_expr;
use crate::error::{Result, SparkError};
use crate::functions::Settings;
use crate::functions::scalar::collections::ordered_maps;
use crate::plan::{Expr, ExprId, Grouping, Literal, Plan};
use crate::types::DataType;

/// A grouping key: the expression that the user wrote and the column that holds it.
struct Key {
    expr: Physical,
    /// What is grouped by: the key itself, or the start of a window or session.
    grouped: Physical,
    id: ExprId,
    /// The end of a session, and the column that holds it.
    end: Option<(Physical, ExprId)>,
    /// The key from the columns that hold it.
    shown: Physical,
    /// Whether some of the grouping sets have it not.
    may_lack: bool,
    data_type: DataType,
}

impl<'a> Analyzer<'a> {
    pub(super) fn aggregate(
        &mut self,
        input: &Arc<Plan>,
        keys: &[Expr],
        grouping: &Grouping,
        exprs: &[Expr],
    ) -> Result<Resolved> {
        let mut below = |analyzer: &mut Self, exprs: &[Expr]| {
            let found = analyzer.aggregate_with(input, keys, grouping, exprs, &[], None, true)?;
            Ok(found.resolved())
        };
        if let Some(above) = self.generated_above(exprs, &mut below)? {
            return Ok(above);
        }
        below(self, exprs)
    }

    #[allow(clippy::too_many_arguments)]
    pub(super) fn aggregate_with(
        &mut self,
        input: &Arc<Plan>,
        keys: &[Expr],
        grouping: &Grouping,
        exprs: &[Expr],
        extra: &[Expr],
        known: Option<&[Attribute]>,
        marked: bool,
    ) -> Result<Extended> {
        let child = self.relation(input)?;
        let ordinals = self.context.options.group_by_ordinal;
        let mut resolver = Resolver::new(self, &child);
        let exprs = resolver.expand(exprs)?;
        let all = resolver.is_all(keys, &exprs);
        let mut typed_keys = Vec::new();
        if all {
            typed_keys = resolver.keys_of_all(&exprs)?;
        } else {
            for key in keys {
                typed_keys.push(resolver.grouping_key(key, &exprs, ordinals)?);
            }
        }
        let (typed_keys, sets) = distinct_keys(typed_keys, grouping)?;
        if let Some(sets) = &sets {
            resolver.enter_sets(&typed_keys, sets);
        }
        let mut typed = Vec::with_capacity(exprs.len() + extra.len());
        for expr in &exprs {
            let value = resolver.resolve(expr)?;
            if let Expr::Alias { name, .. } = expr {
                resolver.laterals.push((name.clone(), value.clone()));
            }
            typed.push(value);
        }
        for expr in extra {
            typed.push(resolver.resolve(expr)?);
        }
        if marked {
            typed
                .iter_mut()
                .take(exprs.len())
                .for_each(super::project::mark);
        }
        super::subquery_limits::in_groups(&typed_keys, &typed[..exprs.len()])?;
        let settings = resolver.settings().clone();
        let holds_rows = resolver.holds_rows;
        let plan = resolver.into_input(&child)?;
        let keys = group_keys(typed_keys, sets.as_ref(), &settings);
        let mut grouped = Grouped {
            keys,
            calls: Vec::new(),
            sets,
            input: &child,
            settings,
        };
        for (at, value) in typed.iter_mut().enumerate() {
            grouped.rewrite(value).map_err(|error| of_all(error, all))?;
            // What only HAVING or ORDER BY asks of a group may hang on it.
            if at < exprs.len() {
                super::subquery_limits::is_key(&value.expr, &value.text)?;
            }
        }
        let calls: Vec<_> = grouped.calls.iter().map(|(call, _)| call).collect();
        check_alone(&calls)?;
        let plan = grouped.plan(plan, child.streaming)?;
        let mut extended = emit(plan, typed, exprs.len(), known, child.streaming)?;
        if child.streaming {
            // What comes out of a state store may be null, whatever went in.
            for attribute in &mut extended.output {
                attribute.nullable = true;
                attribute.data_type = attribute.data_type.as_nullable();
            }
        }
        Ok(extended.held(holds_rows))
    }

    pub(super) fn having(&mut self, input: &Arc<Plan>, condition: &Expr) -> Result<Resolved> {
        match self.having_with(input, condition, &[])? {
            Some(extended) => Ok(extended.resolved()),
            None => {
                let child = self.relation(input)?;
                self.filter_resolved(&child, condition)
            }
        }
    }

    /// A `HAVING` whose condition may use aggregates that the select list has not.
    pub(super) fn having_with(
        &mut self,
        input: &Arc<Plan>,
        condition: &Expr,
        extra: &[Expr],
    ) -> Result<Option<Extended>> {
        let mut all = vec![condition.clone()];
        all.extend_from_slice(extra);
        let mut inner = match self.with_extra(input, &all) {
            Ok(Some(inner)) => inner,
            Ok(None) => return Ok(None),
            Err(error) if error.condition() == "MISSING_AGGREGATION" => {
                // Said of a column that the groups do not have: it is not in scope.
                let child = self.relation(input)?;
                let mut resolver = Resolver::new(self, &child);
                return Err(resolver.resolve(condition).err().unwrap_or(error));
            }
            Err(error) => return Err(error),
        };
        let condition = inner.extra.remove(0);
        let filter = super::relation::checked_condition(condition)?;
        let filter = engine(datafusion::logical_expr::Filter::try_new(
            filter, inner.plan,
        ))?;
        let mut plan = Arc::new(LogicalPlan::Filter(filter));
        if extra.is_empty() {
            plan = Self::keep(plan, &inner.output)?;
        }
        Ok(Some(Extended { plan, ..inner }))
    }
}

impl Resolver<'_, '_> {
    /// From here on keys may be null where a set has them not, and `grouping` has a meaning.
    fn enter_sets(&mut self, keys: &[Typed], sets: &Sets) {
        let names = keys.iter().map(|k| (k.expr.clone(), numbered(k))).collect();
        self.groupings = Some(sets.groupings(names));
        for (at, key) in keys.iter().enumerate() {
            let same = |a: &&mut Attribute| key.attribute == Some(a.id);
            if let Some(attribute) = self.input.iter_mut().find(same) {
                attribute.nullable |= sets.may_lack(at);
            }
        }
    }

    /// A key may be an expression, a position in the select list or a name in it.
    fn grouping_key(&mut self, key: &Expr, exprs: &[Expr], ordinals: bool) -> Result<Typed> {
        let bare = |e: &Expr| match e {
            Expr::Alias { expr, .. } => (**expr).clone(),
            other => other.clone(),
        };
        if let (Expr::Literal(Literal::Integer(position)), true) = (key, ordinals) {
            let at = usize::try_from(*position)
                .ok()
                .and_then(|p| p.checked_sub(1));
            let Some(expr) = at.and_then(|i| exprs.get(i)) else {
                return Err(SparkError::new(
                    "GROUP_BY_POS_OUT_OF_RANGE",
                    &[
                        ("index", &position.to_string()),
                        ("size", &exprs.len().to_string()),
                    ],
                ));
            };
            let value = self.resolve(&bare(expr))?;
            if value.expr_contains_aggregate() {
                return Err(SparkError::new(
                    "GROUP_BY_POS_AGGREGATE",
                    &[("index", &position.to_string()), ("aggExpr", &value.text)],
                ));
            }
            return Ok(value);
        }
        match self.resolve(&bare(key)) {
            Err(error) if error.condition().starts_with("UNRESOLVED_COLUMN") => {
                let Expr::Attribute(parts) = key else {
                    return Err(error);
                };
                let case_sensitive = self.case_sensitive();
                let named = exprs.iter().find(|e| {
                    matches!((e, parts.as_slice()), (Expr::Alias { name, .. }, [wanted])
                        if names::same(name, wanted, case_sensitive))
                });
                match named {
                    Some(expr) => self.resolve(&bare(expr)),
                    None => Err(error),
                }
            }
            Ok(value) if value.expr_contains_aggregate() => Err(SparkError::new(
                "GROUP_BY_AGGREGATE",
                &[("sqlExpr", &value.text)],
            )),
            Ok(value) if value.data_type == DataType::Variant => Err(SparkError::new(
                "GROUP_EXPRESSION_TYPE_IS_NOT_ORDERABLE",
                &[
                    ("sqlExpr", &format!("\"{}\"", value.text)),
                    ("dataType", "\"VARIANT\""),
                ],
            )),
            other => other,
        }
    }
}

/// Each key once, and the sets of a grouping that has them.
fn distinct_keys(typed: Vec<Typed>, grouping: &Grouping) -> Result<(Vec<Typed>, Option<Sets>)> {
    let Grouping::Sets(sets) = grouping else {
        return Ok((typed, None));
    };
    let mut keys: Vec<Typed> = Vec::with_capacity(typed.len());
    let mut places = Vec::with_capacity(typed.len());
    for value in typed {
        let known = keys.iter().position(|key| key.expr == value.expr);
        places.push(known.unwrap_or(keys.len()));
        if known.is_none() {
            keys.push(value);
        }
    }
    if keys.is_empty() && sets.len() == 1 && sets[0].is_empty() && places.is_empty() {
        return Ok((keys, None));
    }
    let sets: Vec<Vec<usize>> = sets
        .iter()
        .map(|set| {
            set.iter()
                .filter_map(|at| places.get(*at).copied())
                .collect()
        })
        .collect();
    let sets = Sets::new(&sets, keys.len())?;
    Ok((keys, Some(sets)))
}

/// What `GROUP BY ALL` says where it found no key.
fn of_all(error: SparkError, all: bool) -> SparkError {
    if all && error.condition() == "MISSING_GROUP_BY" {
        return SparkError::new("UNRESOLVED_ALL_IN_GROUP_BY", &[]);
    }
    error
}

fn group_keys(typed: Vec<Typed>, sets: Option<&Sets>, settings: &Settings) -> Vec<Key> {
    let mut keys: Vec<Key> = Vec::new();
    for (at, value) in typed.into_iter().enumerate() {
        let may_lack = sets.is_some_and(|sets| sets.may_lack(at));
        let others = keys.iter().all(|k| k.end.is_none() && k.expr != value.expr);
        // A second session is a key as any other.
        if let Some(parts) = parts(&value, settings).filter(|_| others) {
            keys.push(Key::session(value, parts, settings));
            continue;
        }
        let start = time_window::start_of(&value.expr);
        let windowed = start.is_some();
        let grouped = start.unwrap_or_else(|| with_ordered_maps(&value, settings));
        if keys.iter().any(|k| k.expr == value.expr) {
            continue;
        }
        let column = match &grouped {
            // In grouping sets the key is a column beside the one that it is made of.
            Physical::Column(_) if grouped == value.expr && sets.is_none() => value.attribute,
            _ => None,
        };
        let id = column.unwrap_or_else(fresh_id);
        keys.push(Key {
            shown: match sets {
                // A window that the set has not is null itself, and not a struct of nulls.
                Some(sets) if may_lack && windowed => {
                    let window = time_window::around(&value.expr, super::column(id));
                    sets.of_set(at, window, &value.data_type, settings)
                }
                _ => time_window::around(&value.expr, super::column(id)),
            },
            data_type: grouped_type(&value, windowed),
            expr: value.expr,
            grouped,
            id,
            end: None,
            may_lack,
        });
    }
    keys
}

/// A key as it is compared: maps of the same entries are one, whatever their order.
fn with_ordered_maps(value: &Typed, settings: &Settings) -> Physical {
    let expr = value.expr.clone();
    match ordered_maps(&value.data_type, value.nullable) {
        Some(binding) => kernel_expr("map_sort", binding, vec![expr], settings),
        None => expr,
    }
}

/// The type of what is grouped by: of a window, that of its start.
fn grouped_type(value: &Typed, windowed: bool) -> DataType {
    match &value.data_type {
        DataType::Struct(fields) if windowed => fields
            .fields
            .first()
            .map_or(DataType::Timestamp, |field| field.data_type.clone()),
        other => other.clone(),
    }
}

impl Key {
    fn session(value: Typed, parts: Parts, settings: &Settings) -> Self {
        let (id, end) = (fresh_id(), fresh_id());
        Self {
            shown: built(column(id), column(end), &parts.time, settings),
            data_type: value.data_type,
            expr: value.expr,
            grouped: parts.start,
            id,
            end: Some((parts.end, end)),
            may_lack: false,
        }
    }
}

/// The aggregates in `values`, each with an id that takes its place there. There are
/// no keys, and columns outside of aggregates are refused.
pub(super) fn calls_of(
    values: &mut [Typed],
    input: &Resolved,
    settings: Settings,
) -> Result<Vec<(Physical, ExprId)>> {
    let mut grouped = Grouped {
        keys: Vec::new(),
        calls: Vec::new(),
        sets: None,
        input,
        settings,
    };
    for value in values {
        grouped.rewrite(value)?;
    }
    Ok(grouped.calls)
}

/// Rewrites select expressions into ones over keys and aggregate results.
struct Grouped<'i> {
    keys: Vec<Key>,
    calls: Vec<(Physical, ExprId)>,
    sets: Option<Sets>,
    input: &'i Resolved,
    settings: Settings,
}

impl Grouped<'_> {
    fn rewrite(&mut self, value: &mut Typed) -> Result<()> {
        let mut outside: Option<datafusion::common::Column> = None;
        let code = self.sets.as_ref().map(|sets| column(sets.id));
        let mut lacking = self.keys.iter().filter(|k| k.may_lack);
        value.nullable |= lacking.any(|k| k.expr == value.expr);
        let expr = value.expr.clone().transform_down(|e| {
            if let Some(key) = self.keys.iter().find(|k| k.expr == e) {
                let data = key.shown.clone();
                return Ok(Transformed::new(data, true, TreeNodeRecursion::Jump));
            }
            if let Some(key) = self.keys.iter().find(|k| k.grouped == e) {
                return Ok(Transformed::new(
                    column(key.id),
                    true,
                    TreeNodeRecursion::Jump,
                ));
            }
            match e {
                Physical::AggregateFunction(_) => {
                    let known = self
                        .calls
                        .iter()
                        .find(|(call, _)| *call == e)
                        .map(|(_, id)| *id);
                    let id = known.unwrap_or_else(|| {
                        let id = fresh_id();
                        self.calls.push((e.clone(), id));
                        id
                    });
                    Ok(Transformed::new(column(id), true, TreeNodeRecursion::Jump))
                }
                e @ Physical::Column(_) if code.as_ref() == Some(&e) => Ok(Transformed::no(e)),
                Physical::Column(found) => {
                    outside.get_or_insert_with(|| found.clone());
                    Ok(Transformed::no(Physical::Column(found)))
                }
                other => Ok(Transformed::no(other)),
            }
        });
        value.expr = engine(expr)?.data;
        if let Some(found) = outside {
            return Err(self.not_grouped(&found));
        }
        // A key that is a bare column stays that column.
        value.attribute = value.attribute.filter(|id| column(*id) == value.expr);
        Ok(())
    }

    fn not_grouped(&self, found: &datafusion::common::Column) -> SparkError {
        let name = self
            .input
            .output
            .iter()
            .find(|a| column_name(a.id) == found.name)
            .map_or_else(|| found.name.clone(), |a| a.name.clone());
        if self.keys.is_empty() {
            return SparkError::new("MISSING_GROUP_BY", &[]);
        }
        SparkError::new(
            "MISSING_AGGREGATION",
            &[
                ("expression", &format!("\"{name}\"")),
                ("expressionAnyValue", &format!("\"any_value({name})\"")),
            ],
        )
    }

    /// Keys as columns, then the aggregation over them.
    fn plan(&self, input: Arc<LogicalPlan>, streaming: bool) -> Result<Arc<LogicalPlan>> {
        let session = self.keys.iter().position(|k| k.end.is_some());
        if let (Some(at), Some(sets)) = (session, &self.sets) {
            if sets.may_lack(at) {
                return Err(null_session());
            }
            return Err(SparkError::not_implemented("GROUPING SETS of a session"));
        }
        let plan = self.with_keys(input)?;
        let mut calls: Vec<Physical> = self
            .calls
            .iter()
            .map(|(call, id)| call.clone().alias(column_name(*id)))
            .collect();
        if let Some(at) = session {
            return self.by_session(plan, at, calls, streaming);
        }
        let mut group_by: Vec<Physical> = self.keys.iter().map(|k| column(k.id)).collect();
        group_by.extend(self.sets.iter().map(|sets| column(sets.id)));
        if calls.is_empty() && group_by.is_empty() {
            calls.push(counted().alias(column_name(fresh_id())));
        }
        let mut own = self.calls.iter().map(|(call, _)| call);
        if own.any(|call| aggregate_name(call).is_some()) {
            return of_groups(plan, group_by, calls, streaming);
        }
        let aggregate = engine(Aggregate::try_new(plan, group_by, calls))?;
        Ok(Arc::new(LogicalPlan::Aggregate(aggregate)))
    }

    /// The input with the keys among its columns, and its rows once for each set.
    fn with_keys(&self, input: Arc<LogicalPlan>) -> Result<Arc<LogicalPlan>> {
        let input = match &self.sets {
            Some(sets) => sets.repeat(input)?,
            None => input,
        };
        let mut columns: Vec<Physical> = input
            .schema()
            .columns()
            .into_iter()
            .map(Physical::Column)
            .collect();
        let before = columns.len();
        for (at, key) in self.keys.iter().enumerate() {
            if key.grouped != column(key.id) {
                let value = key.grouped.clone();
                let value = match &self.sets {
                    Some(sets) => sets.of_set(at, value, &key.data_type, &self.settings),
                    None => value,
                };
                columns.push(value.alias(column_name(key.id)));
            }
            if let Some((end, id)) = &key.end {
                columns.push(end.clone().alias(column_name(*id)));
            }
        }
        if columns.len() == before {
            return Ok(input);
        }
        let projection = engine(Projection::try_new(columns, input))?;
        Ok(Arc::new(LogicalPlan::Projection(projection)))
    }

    /// The same where the key at a position is a session.
    fn by_session(
        &self,
        input: Arc<LogicalPlan>,
        at: usize,
        calls: Vec<Physical>,
        streaming: bool,
    ) -> Result<Arc<LogicalPlan>> {
        let key = &self.keys[at];
        let Some((_, end)) = key.end else {
            return Err(SparkError::internal("a session has an end"));
        };
        let held = Held { start: key.id, end };
        let others = self.keys.iter().filter(|k| k.id != key.id);
        let others = others.map(|k| column(k.id)).collect();
        merged(input, others, held, calls, streaming)
    }
}
