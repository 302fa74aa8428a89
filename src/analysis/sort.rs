//! `ORDER BY` and `LIMIT`. A sort may use columns that its input's select list has
//! not: they are computed below it and dropped above.

use std::sync::Arc;

use datafusion::logical_expr::expr::Sort as SortExpr;
use datafusion::logical_expr::{Limit, LogicalPlan, Sort};

use super::expression::{Resolver, Typed};
use super::project::Extended;
use super::{Analyzer, Resolved};
use crate::error::{Result, SparkError};
use crate::plan::{Expr, Literal, NullsOrder, Plan, SortOrder};
use crate::types::DataType;

impl<'a> Analyzer<'a> {
    pub(super) fn sort(&mut self, input: &Arc<Plan>, order: &[SortOrder]) -> Result<Resolved> {
        let child = self.relation(input)?;
        let order = self.positions(&child, order)?;
        match self.sort_keys(&child, &order) {
            Ok(keys) => sorted(&child, child.plan.clone(), keys, &order),
            Err(error) => self.sort_below(input, &order, error),
        }
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
            let expr = Expr::Bound {
                id: attribute.id,
                name: attribute.name.clone(),
            };
            out.push(SortOrder {
                expr,
                ..key.clone()
            });
        }
        Ok(out)
    }

    fn sort_keys(&mut self, child: &Resolved, order: &[SortOrder]) -> Result<Vec<Typed>> {
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
        if resolver.windows.is_empty() {
            return Ok(keys);
        }
        Err(SparkError::not_implemented("a time window in ORDER BY"))
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
        let extended = match self.with_extra(input, &below) {
            Ok(Some(extended)) => extended,
            Ok(None) => return Err(error),
            Err(inner)
                if inner.condition().starts_with("UNRESOLVED_COLUMN")
                    || inner.condition() == "MISSING_AGGREGATION" =>
            {
                return Err(error);
            }
            Err(inner) => return Err(inner),
        };
        let Extended {
            plan,
            output,
            extra,
            streaming,
        } = extended;
        let mut extra = extra.into_iter();
        let keys: Vec<Typed> = above
            .into_iter()
            .filter_map(|key| key.or_else(|| extra.next()))
            .collect();
        let base = Resolved {
            plan: Arc::clone(&plan),
            output,
            streaming,
        };
        let sorted = sorted(&base, plan, keys, order)?;
        let plan = Self::keep(sorted.plan, &sorted.output)?;
        Ok(Resolved { plan, ..sorted })
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

/// Resolves without falling back from a bound column to one of the same name.
fn strict(resolver: &mut Resolver<'_, '_>, expr: &Expr) -> Result<Typed> {
    if let Expr::Bound { id, name } = expr
        && !resolver.input.iter().any(|a| a.id == *id)
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
    let mut exprs = Vec::with_capacity(keys.len());
    for (key, order) in keys.into_iter().zip(order) {
        if matches!(
            key.data_type,
            DataType::Map { .. } | DataType::CalendarInterval
        ) {
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
    let nulls_first = match order.nulls {
        Some(nulls) => nulls == NullsOrder::First,
        None => order.ascending,
    };
    SortExpr::new(key.expr, order.ascending, nulls_first)
}
