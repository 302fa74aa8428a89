//! `ORDER BY` and `LIMIT`. A sort may use columns that its input's select list has
//! not: they are computed below it and dropped above.

use std::sync::Arc;

use datafusion::logical_expr::expr::Sort as SortExpr;
use datafusion::logical_expr::{Limit, LogicalPlan, Sort};

use super::expression::{Resolver, Typed};
use super::partitions::{fresh_name, named, numbered, partitions_of};
use super::project::{Extended, emit};
use super::{Analyzer, Resolved, internal};
use crate::engine::aggregate::is_aggregate;
use crate::error::{Result, SparkError};
use crate::plan::{Expr, Literal, NullsOrder, Plan, Relation, SortOrder};

impl<'a> Analyzer<'a> {
    /// Sorts all rows, or those of each partition where `global` is not said.
    pub(super) fn sort(
        &mut self,
        input: &Arc<Plan>,
        order: &[SortOrder],
        global: bool,
    ) -> Result<Resolved> {
        let child = self.relation(input)?;
        let case_sensitive = self.context.options.case_sensitive;
        let order = super::all::order_of_all(order, &child.output, case_sensitive);
        let order = self.positions(&child, &order)?;
        self.check_calls(input, &child, &order, global)?;
        let parallelism = self.context.options.parallelism;
        if !global && partitions_of(&child, parallelism) > 1 {
            return self.sort_partitions(&child, &order);
        }
        match self.sort_keys(&child, &order) {
            Ok(Keys::Here(keys)) => sorted(&child, child.plan.clone(), keys, &order),
            Ok(Keys::Beside(extended)) => {
                let Extended { extra, .. } = &extended;
                let keys = extra.clone();
                sorted_beside(extended, keys, &order)
            }
            Err(error) => self.sort_below(input, &order, error),
        }
    }

    /// Refuses calls that no sort may have: of generators and of functions made in SQL.
    fn check_calls(
        &mut self,
        input: &Arc<Plan>,
        child: &Resolved,
        order: &[SortOrder],
        global: bool,
    ) -> Result<()> {
        let exprs: Vec<_> = order.iter().map(|key| &key.expr).collect();
        let holds_call = |expr: &&Expr| !matches!(expr, Expr::Attribute(_) | Expr::Bound { .. });
        if !exprs.iter().any(holds_call) {
            return Ok(());
        }
        let below = match &input.relation {
            Relation::Project { input, .. } | Relation::Select { input, .. } => {
                self.relation(input)?.output.clone()
            }
            _ => Vec::new(),
        };
        let known: Vec<_> = child.output.iter().cloned().chain(below).collect();
        super::generate::outside_select(&exprs, &known, |texts| {
            let keys = texts.iter().zip(order);
            let keys = keys.map(|(text, order)| crate::plan::text::sort_text(text, order));
            format!("Sort [{}], {global}", keys.collect::<Vec<_>>().join(", "))
        })?;
        let resolver = Resolver::new(self, child);
        for expr in exprs {
            let mut found = None;
            expr.rewrite(&mut |part| -> Result<Option<Expr>> {
                if let Expr::Call(call) = part
                    && found.is_none()
                {
                    found = resolver.made_in_sql(&call.name)?;
                }
                Ok(None)
            })?;
            if let Some(made) = found {
                let name = crate::error::quoted(&made.name);
                let parameters = [("functionName", &*name), ("nodeName", "Sort")];
                return Err(SparkError::new("UNSUPPORTED_SQL_UDF_USAGE", &parameters));
            }
        }
        Ok(())
    }

    /// The rows of each partition sorted: by its number first.
    fn sort_partitions(&mut self, child: &Resolved, order: &[SortOrder]) -> Result<Resolved> {
        let mut resolver = Resolver::new(self, child);
        let mut keys = Vec::with_capacity(order.len());
        for key in order {
            keys.push(strict(&mut resolver, &key.expr)?);
        }
        let plan = resolver.into_input(child)?;
        let context = self.context;
        let name = fresh_name();
        let parallelism = context.options.parallelism;
        let plan = numbered(&plan, &name, parallelism, &context.settings)?;
        let sorted = sorted(child, Arc::new(plan), keys, order)?;
        let LogicalPlan::Sort(mut sort) = Arc::unwrap_or_clone(sorted.plan) else {
            return Err(internal("a sort is a sort"));
        };
        sort.expr.insert(0, SortExpr::new(named(&name), true, true));
        Ok(Resolved {
            plan: Self::keep(Arc::new(LogicalPlan::Sort(sort)), &child.output)?,
            ..child.clone()
        })
    }

    /// `ORDER BY 2`: a position in the output.
    fn positions(&self, child: &Resolved, order: &[SortOrder]) -> Result<Vec<SortOrder>> {
        if !self.context.options.order_by_ordinal {
            return Ok(order.to_vec());
        }
        let mut out = Vec::with_capacity(order.len());
        for key in order {
            let Expr::Literal(Literal::Integer(position)) = &key.expr else {
                out.push(key.clone());
                continue;
            };
            let at = usize::try_from(*position)
                .ok()
                .and_then(|p| p.checked_sub(1));
            let Some(attribute) = at.and_then(|i| child.output.get(i)) else {
                return Err(SparkError::new(
                    "ORDER_BY_POS_OUT_OF_RANGE",
                    &[
                        ("index", &position.to_string()),
                        ("size", &child.output.len().to_string()),
                    ],
                ));
            };
            let expr = Expr::bound(attribute.id, attribute.name.clone());
            out.push(SortOrder {
                expr,
                ..key.clone()
            });
        }
        Ok(out)
    }

    fn sort_keys(&mut self, child: &Resolved, order: &[SortOrder]) -> Result<Keys> {
        let mut resolver = Resolver::new(self, child);
        let mut keys = Vec::with_capacity(order.len());
        for key in order {
            let value = strict(&mut resolver, &key.expr)?;
            if value.expr_contains_aggregate() || value.expr_contains_window() {
                return Err(SparkError::not_implemented(
                    "aggregates in ORDER BY outside of a SELECT",
                ));
            }
            keys.push(value);
        }
        let mut all = resolver.window_columns();
        let is_own = all.is_empty() && resolver.behind.is_empty();
        if is_own && resolver.row_number.is_none() && resolver.partition.is_none() {
            return Ok(Keys::Here(keys));
        }
        // Spark leaves the window among the columns, as the first.
        let holds_rows = resolver.holds_rows;
        let plan = resolver.into_input(child)?;
        all.extend(child.output.iter().map(Typed::of));
        let visible = all.len();
        all.extend(keys);
        let emitted = emit(plan, all, visible, None, child.streaming)?;
        Ok(Keys::Beside(emitted.held(holds_rows)))
    }

    fn sort_below(
        &mut self,
        input: &Arc<Plan>,
        order: &[SortOrder],
        error: SparkError,
    ) -> Result<Resolved> {
        let exprs: Vec<_> = order.iter().map(|o| o.expr.clone()).collect();
        // Keys that the output has are taken from there, as its aliases may hide
        // columns of the input.
        let child = self.relation(input)?;
        let mut below = Vec::new();
        let mut above: Vec<Option<Typed>> = Vec::new();
        for expr in &exprs {
            let mut resolver = Resolver::new(self, &child);
            match strict(&mut resolver, expr) {
                Ok(value) if !value.expr_contains_aggregate() && !value.expr_contains_window() => {
                    above.push(Some(value));
                }
                _ => {
                    above.push(None);
                    below.push(expr.clone());
                }
            }
        }
        if !below.iter().all(|key| is_of_select(input, key)) {
            return Err(error);
        }
        let extended = match self.with_extra(input, &below) {
            Ok(Some(extended)) => extended,
            Ok(None) => return Err(error),
            Err(inner)
                if inner.condition().starts_with("UNRESOLVED_COLUMN")
                    || inner.condition() == "MISSING_AGGREGATION"
                    || inner.condition() == "UNRESOLVED_ALL_IN_GROUP_BY" =>
            {
                return Err(error);
            }
            Err(inner) => return Err(inner),
        };
        let mut extra = extended.extra.iter();
        let keys: Vec<Typed> = above
            .into_iter()
            .filter_map(|key| key.or_else(|| extra.next().cloned()))
            .collect();
        sorted_beside(extended, keys, order)
    }

    pub(super) fn limit(
        &mut self,
        input: &Arc<Plan>,
        skip: usize,
        fetch: Option<usize>,
    ) -> Result<Resolved> {
        let child = self.relation(input)?;
        let count = |n: usize| Box::new(datafusion::logical_expr::lit(n as i64));
        let limit = Limit {
            skip: (skip > 0).then(|| count(skip)),
            fetch: fetch.map(count),
            input: Arc::clone(&child.plan),
        };
        Ok(Resolved {
            plan: Arc::new(LogicalPlan::Limit(limit)),
            ..(*child).clone()
        })
    }
}

/// Whether a key above `HAVING` asks for no aggregates but those of the select list: Spark
/// finds no others there.
fn is_of_select(input: &Plan, key: &Expr) -> bool {
    let Relation::Having { input, .. } = &input.relation else {
        return true;
    };
    let Relation::Aggregate { exprs, .. } = &input.relation else {
        return true;
    };
    let text = |expr: &Expr| crate::plan::text::expr_text(expr).to_lowercase();
    let known: Vec<_> = exprs.iter().map(bare).map(text).collect();
    let mut all = true;
    let looked = key.rewrite(&mut |part| -> Result<Option<Expr>> {
        let is_known = known.contains(&text(part));
        if let Expr::Call(call) = part {
            all &= is_known || !is_aggregate(&call.name.to_ascii_lowercase());
        }
        Ok(is_known.then(|| part.clone()))
    });
    all || looked.is_err()
}

fn bare(expr: &Expr) -> &Expr {
    match expr {
        Expr::Alias { expr, .. } => expr,
        other => other,
    }
}

/// The keys of a sort.
enum Keys {
    Here(Vec<Typed>),
    /// Computed beside the columns, as the extra ones.
    Beside(Extended),
}

/// Sorts by keys of which some are beside the columns, and leaves those out.
fn sorted_beside(extended: Extended, keys: Vec<Typed>, order: &[SortOrder]) -> Result<Resolved> {
    let base = extended.resolved();
    let sorted = sorted(&base, Arc::clone(&base.plan), keys, order)?;
    let plan = Analyzer::keep(sorted.plan, &sorted.output)?;
    Ok(Resolved { plan, ..sorted })
}

/// Resolves without falling back from a bound column to one of the same name.
fn strict(resolver: &mut Resolver<'_, '_>, expr: &Expr) -> Result<Typed> {
    if let Expr::Bound { id, name, .. } = expr
        && !resolver
            .input
            .iter()
            .chain(&resolver.behind)
            .any(|a| a.id == *id)
    {
        let same = resolver.input.iter().filter(|a| a.name == *name).count();
        if same != 1 {
            return Err(super::names::unresolved(
                std::slice::from_ref(name),
                &resolver.input,
            ));
        }
    }
    resolver.resolve(expr)
}

fn sorted(
    base: &Resolved,
    input: Arc<LogicalPlan>,
    keys: Vec<Typed>,
    order: &[SortOrder],
) -> Result<Resolved> {
    super::subquery_limits::in_order(&keys, order)?;
    let mut exprs = Vec::with_capacity(keys.len());
    for (key, order) in keys.into_iter().zip(order) {
        check_order(&key, order)?;
        exprs.push(sort_expr(key, order));
    }
    let sort = Sort {
        expr: exprs,
        input,
        fetch: None,
    };
    Ok(Resolved {
        plan: Arc::new(LogicalPlan::Sort(sort)),
        ..base.clone()
    })
}

/// Nulls come first when ascending and last when descending, unless told.
pub(super) fn sort_expr(key: Typed, order: &SortOrder) -> SortExpr {
    SortExpr::new(key.expr, order.ascending, nulls_first(order))
}

pub(super) fn nulls_first(order: &SortOrder) -> bool {
    match order.nulls {
        Some(nulls) => nulls == NullsOrder::First,
        None => order.ascending,
    }
}

/// Refuses a key whose values have no order.
pub(super) fn check_order(key: &Typed, order: &SortOrder) -> Result<()> {
    if !key.data_type.has_order() {
        return Err(SparkError::new(
            "DATATYPE_MISMATCH.INVALID_ORDERING_TYPE",
            &[
                (
                    "sqlExpr",
                    &format!("\"{}\"", crate::plan::text::sort_text(&key.text, order)),
                ),
                ("functionName", "`sortorder`"),
                ("dataType", &format!("\"{}\"", key.data_type.sql())),
            ],
        ));
    }
    Ok(())
}
