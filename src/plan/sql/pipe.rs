//! The steps of a pipe, `|> …`: each is a query over the rows that the one before it gave.
//!
//! `rewrite` has made most of them queries over [`PIPED`]; the others are here.

use std::sync::Arc;

use sqlparser::ast::{
    AssignmentTarget, Expr as Sql, ExprWithAliasAndOrderBy, LimitClause, PipeOperator, Query,
    Select, SelectItem, Spanned, TableFactor,
};
use sqlparser::tokenizer::Token;

use super::convert::{Converter, object_name};
use super::rewrite::PIPED;
use crate::error::{Result, SparkError};
use crate::plan::{Expr, PipeStep, Plan, Relation};

impl Converter<'_> {
    /// The rows of a query through its pipe.
    pub(super) fn pipes(&mut self, plan: Arc<Plan>, query: &Query) -> Result<Arc<Plan>> {
        if query.pipe_operators.is_empty() {
            return Ok(plan);
        }
        self.refuse_order_before(query)?;
        let mut plan = plan;
        for step in &query.pipe_operators {
            plan = self.step(plan, step)?;
        }
        Ok(plan)
    }

    /// A pipe goes on from a query without an order or a limit.
    fn refuse_order_before(&self, query: &Query) -> Result<()> {
        let ordered = query.order_by.as_ref().map(|order| order.span().end);
        let limited = query.limit_clause.as_ref().map(LimitClause::span);
        let Some(end) = ordered.max(limited.map(|span| span.end)) else {
            return Ok(());
        };
        let mut tokens = self.source.tokens.iter();
        let pipe = tokens.find(|token| {
            token.token == Token::VerticalBarRightAngleBracket && token.span.start >= end
        });
        Err(self.unexpected(pipe.map_or(end, |pipe| pipe.span.start)))
    }

    fn step(&mut self, input: Arc<Plan>, step: &PipeOperator) -> Result<Arc<Plan>> {
        match step {
            PipeOperator::Where {
                expr: Sql::Exists { subquery, .. },
            } => {
                self.piped.push(input);
                let plan = self.query(subquery);
                self.piped.pop();
                plan
            }
            PipeOperator::Extend { exprs } => {
                let exprs = exprs.iter().map(|item| self.select_item(item));
                let step = PipeStep::Extend(exprs.collect::<Result<_>>()?);
                Ok(Plan::new(Relation::Step { input, step }))
            }
            PipeOperator::Set { assignments } => {
                let mut plan = input;
                for assignment in assignments {
                    let AssignmentTarget::ColumnName(name) = &assignment.target else {
                        return Err(SparkError::not_implemented("|> SET of several columns"));
                    };
                    let step = PipeStep::Set {
                        column: object_name(name)?,
                        value: self.expression(&assignment.value)?,
                    };
                    plan = Plan::new(Relation::Step { input: plan, step });
                }
                Ok(plan)
            }
            PipeOperator::As { alias } => Ok(Plan::new(Relation::Alias {
                input,
                name: alias.value.clone(),
                columns: Vec::new(),
            })),
            PipeOperator::Aggregate {
                full_table_exprs,
                group_by_expr,
            } => self.aggregated(input, full_table_exprs, group_by_expr),
            other => Err(SparkError::not_implemented(format!("|> {other}"))),
        }
    }

    /// `|> AGGREGATE`: the keys, then the aggregates.
    fn aggregated(
        &mut self,
        input: Arc<Plan>,
        aggregates: &[ExprWithAliasAndOrderBy],
        group_by: &[ExprWithAliasAndOrderBy],
    ) -> Result<Arc<Plan>> {
        for key in group_by {
            refuse_sets(&key.expr.expr)?;
        }
        let mut items = |items: &[ExprWithAliasAndOrderBy]| {
            let items = items.iter().map(|item| self.named_item(item));
            items.collect::<Result<Vec<_>>>()
        };
        let step = PipeStep::Aggregate {
            keys: items(group_by)?,
            exprs: items(aggregates)?,
        };
        Ok(Plan::new(Relation::Step { input, step }))
    }

    fn named_item(&mut self, item: &ExprWithAliasAndOrderBy) -> Result<Expr> {
        let expr = self.expression(&item.expr.expr)?;
        Ok(match &item.expr.alias {
            Some(name) => expr.alias(&name.value),
            None => expr,
        })
    }

    /// A table by its name, or what a step has before it.
    pub(super) fn table_or_piped(&self, name: Vec<String>) -> Arc<Plan> {
        match (name.as_slice(), self.piped.last()) {
            // A step sees the columns that come in, and not those below them.
            ([one], Some(plan)) if one == PIPED => Plan::new(Relation::Step {
                input: Arc::clone(plan),
                step: PipeStep::Rows,
            }),
            _ => super::from::table(name),
        }
    }
}

/// Whether a select is a step that changes which rows there are, or what stands beside them,
/// and no column: its columns keep the names of their tables.
pub(super) fn is_clause_alone(select: &Select) -> bool {
    let piped = select.from.first().is_some_and(|first| {
        let mut factor = &first.relation;
        while let TableFactor::Pivot { table, .. } | TableFactor::Unpivot { table, .. } = factor {
            factor = table;
        }
        matches!(factor, TableFactor::Table { name, .. } if name.0.first()
            .and_then(|part| part.as_ident())
            .is_some_and(|ident| ident.value == PIPED))
    });
    let plain = |options: &sqlparser::ast::WildcardAdditionalOptions| options.opt_except.is_none();
    piped
        && select.distinct.is_none()
        && matches!(select.projection.as_slice(), [SelectItem::Wildcard(options)] if plain(options))
}

/// Several sets of keys are for the `GROUP BY` of a select.
fn refuse_sets(expr: &Sql) -> Result<()> {
    let case = match expr {
        Sql::Rollup(_) => "GROUP BY ROLLUP",
        Sql::Cube(_) => "GROUP BY CUBE",
        Sql::GroupingSets(_) => "GROUPING SETS",
        Sql::Function(call) if call.name.to_string().eq_ignore_ascii_case("rollup") => {
            "GROUP BY ROLLUP"
        }
        Sql::Function(call) if call.name.to_string().eq_ignore_ascii_case("cube") => {
            "GROUP BY CUBE"
        }
        _ => return Ok(()),
    };
    let condition = "UNSUPPORTED_FEATURE.PIPE_OPERATOR_AGGREGATE_UNSUPPORTED_CASE";
    Err(SparkError::new(condition, &[("case", case)]))
}
