//! Queries: selects, set operations, `WITH`, sorting and limits.

use sqlparser::ast::{
    Cte, Distinct, Expr as Sql, LimitClause, OrderBy, OrderByKind, Query, Select, SelectItem,
    SelectItemQualifiedWildcardKind, SetExpr, SetOperator, SetQuantifier, Spanned, TableAlias,
    Value, Values, WildcardAdditionalOptions,
};
use sqlparser::tokenizer::{Span, Token};
use std::sync::Arc;

use super::convert::{Converter, object_name};
use super::partitions;
use crate::error::{Result, SparkError};
use crate::plan::{DistinctKind, Expr, Grouping, Literal, Plan, Recursive, Relation, SetOp};

impl Converter<'_> {
    pub(super) fn query(&mut self, query: &Query) -> Result<Arc<Plan>> {
        refuse_foreign(query)?;
        let mut plan = self.body(&query.body)?;
        if let Some(order) = &query.order_by {
            plan = self.order(plan, order)?;
        }
        if let Some(limit) = &query.limit_clause {
            plan = self.limit(plan, limit)?;
        }
        plan = self.pipes(plan, query)?;
        let Some(with) = &query.with else {
            return Ok(plan);
        };
        let mut definitions = Vec::with_capacity(with.cte_tables.len());
        for cte in &with.cte_tables {
            definitions.push(match with.recursive {
                true => self.recursive_cte(cte)?,
                false => self.cte(cte)?,
            });
        }
        Ok(Plan::new(Relation::With {
            input: plan,
            definitions,
        }))
    }

    fn cte(&mut self, cte: &Cte) -> Result<(String, Arc<Plan>)> {
        let name = cte.alias.name.value.clone();
        if self.source.level_limit(cte.alias.name.span.start).is_some() {
            let message =
                "Cannot specify MAX RECURSION LEVEL when the CTE is not marked as RECURSIVE";
            let error = SparkError::new("_LEGACY_ERROR_TEMP_0035", &[("message", message)]);
            return Err(error);
        }
        let mut plan = self.query(&cte.query)?;
        let columns = columns_of(cte);
        if !columns.is_empty() {
            plan = Plan::new(Relation::Alias {
                input: plan,
                name: name.clone(),
                columns,
            });
        }
        Ok((name, plan))
    }

    /// A query of `WITH RECURSIVE`, whether it asks for itself or not.
    fn recursive_cte(&mut self, cte: &Cte) -> Result<(String, Arc<Plan>)> {
        let name = cte.alias.name.value.clone();
        let query = Recursive {
            name: name.clone(),
            columns: columns_of(cte),
            body: self.query(&cte.query)?,
            levels: self.source.level_limit(cte.alias.name.span.start),
            itself: Plan::new(Relation::Misplaced {
                condition: "INVALID_RECURSIVE_CTE",
            }),
        };
        Ok((name, Plan::new(Relation::Recursive(Box::new(query)))))
    }

    fn body(&mut self, body: &SetExpr) -> Result<Arc<Plan>> {
        match body {
            SetExpr::Select(select) => self.select(select),
            SetExpr::Query(query) => self.query(query),
            SetExpr::Values(values) => self.values(values, None),
            SetExpr::Table(table) => {
                let names = [&table.schema_name, &table.table_name];
                Ok(Plan::new(Relation::Table(
                    names.into_iter().flatten().cloned().collect(),
                )))
            }
            SetExpr::SetOperation {
                left,
                op,
                set_quantifier,
                right,
            } => self.set_operation(left, *op, *set_quantifier, right),
            SetExpr::Insert(_) | SetExpr::Update(_) | SetExpr::Delete(_) | SetExpr::Merge(_) => {
                Err(SparkError::not_implemented(
                    "a statement that changes data inside a query",
                ))
            }
        }
    }

    fn set_operation(
        &mut self,
        left: &SetExpr,
        op: SetOperator,
        quantifier: SetQuantifier,
        right: &SetExpr,
    ) -> Result<Arc<Plan>> {
        // What stands after the last select is about all of them.
        if let SetExpr::Select(last) = right
            && partitions::is_said(last)
        {
            let (plain, clauses) = partitions::parted(last);
            let right = SetExpr::Select(Box::new(plain));
            let plan = self.set_operation(left, op, quantifier, &right)?;
            return self.in_partitions(plan, &clauses);
        }
        let op = match op {
            SetOperator::Union => SetOp::Union,
            SetOperator::Intersect => SetOp::Intersect,
            SetOperator::Except | SetOperator::Minus => SetOp::Except,
        };
        let all = matches!(quantifier, SetQuantifier::All | SetQuantifier::AllByName);
        let by_name = matches!(
            quantifier,
            SetQuantifier::ByName | SetQuantifier::AllByName | SetQuantifier::DistinctByName
        );
        let (left, right) = (self.body(left)?, self.body(right)?);
        Ok(Plan::new(Relation::Set {
            left,
            right,
            op,
            all,
            by_name,
            allow_missing: false,
        }))
    }

    /// An inline table; every row must be as long as the first, and as its alias
    /// has columns.
    pub(super) fn values(
        &mut self,
        values: &Values,
        alias: Option<&TableAlias>,
    ) -> Result<Arc<Plan>> {
        let mut rows = Vec::with_capacity(values.rows.len());
        for row in &values.rows {
            rows.push(self.expressions(&row.content)?);
        }
        let named = alias
            .map(|alias| alias.columns.len())
            .filter(|count| *count > 0);
        let expected = named.unwrap_or_else(|| rows.first().map_or(0, Vec::len));
        if let Some((index, row)) = rows
            .iter()
            .enumerate()
            .find(|(_, row)| row.len() != expected)
        {
            let numbers = [expected, row.len(), index].map(|number| number.to_string());
            let error = SparkError::new(
                "INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH",
                &[
                    ("expectedNumCols", &numbers[0]),
                    ("actualNumCols", &numbers[1]),
                    ("rowIndex", &numbers[2]),
                ],
            );
            return Err(match values_span(values, alias) {
                Some(span) => self.at(error, self.with_previous(span)),
                None => error,
            });
        }
        Ok(Plan::new(Relation::Values { rows }))
    }

    fn select(&mut self, select: &Select) -> Result<Arc<Plan>> {
        let mut plan = self.from(&select.from)?;
        for view in &select.lateral_views {
            plan = self.lateral_view(plan, view)?;
        }
        if let Some(condition) = &select.selection {
            let condition = self.expression(condition)?;
            plan = Plan::new(Relation::Filter {
                input: plan,
                condition,
            });
        }
        if super::pipe::is_clause_alone(select) {
            return self.in_partitions(plan, select);
        }
        self.enter_windows(&select.named_window)?;
        let exprs = self.select_list(select)?;
        let keys = self.group_by(&select.group_by)?;
        let having = match &select.having {
            Some(condition) => Some(self.expression(condition)?),
            None => None,
        };
        let qualify = match &select.qualify {
            Some(condition) => Some(self.expression(condition)?),
            None => None,
        };
        let named = self.windows.pop().unwrap_or_default();
        plan = self.project(plan, exprs, keys, having);
        if let Some(condition) = qualify {
            plan = Plan::new(Relation::Qualify {
                input: plan,
                condition,
            });
        }
        match &select.distinct {
            None | Some(Distinct::All) => {}
            Some(Distinct::Distinct) => {
                plan = Plan::new(Relation::Distinct {
                    input: plan,
                    columns: None,
                    kind: DistinctKind::Groups,
                });
            }
            Some(Distinct::On(_)) => return Err(SparkError::not_implemented("DISTINCT ON")),
        }
        self.windows.push(named);
        let plan = self.in_partitions(plan, select);
        self.windows.pop();
        plan
    }

    /// The select list over its groups, and `HAVING` over that.
    fn project(
        &self,
        input: Arc<Plan>,
        exprs: Vec<Expr>,
        keys: Option<(Vec<Expr>, Grouping)>,
        having: Option<Expr>,
    ) -> Arc<Plan> {
        let as_where = self.options.having_without_group_by_as_where;
        let (plan, legacy) = match (keys, &having) {
            (Some((keys, grouping)), _) => (
                Plan::new(Relation::Aggregate {
                    input,
                    keys,
                    grouping,
                    exprs,
                }),
                false,
            ),
            // Without keys HAVING is about the one group of all rows, except under
            // the legacy setting, where it is WHERE.
            (None, Some(_)) if !as_where => {
                let (keys, grouping) = (Vec::new(), Grouping::Plain);
                (
                    Plan::new(Relation::Aggregate {
                        input,
                        keys,
                        grouping,
                        exprs,
                    }),
                    false,
                )
            }
            (None, _) => (Plan::new(Relation::Project { input, exprs }), true),
        };
        match having {
            None => plan,
            Some(condition) if legacy => Plan::new(Relation::Filter {
                input: plan,
                condition,
            }),
            Some(condition) => Plan::new(Relation::Having {
                input: plan,
                condition,
            }),
        }
    }

    fn select_list(&mut self, select: &Select) -> Result<Vec<Expr>> {
        if select.projection.is_empty() {
            // FROM t without SELECT
            return Ok(vec![Expr::Star {
                qualifier: Vec::new(),
            }]);
        }
        select
            .projection
            .iter()
            .map(|item| self.select_item(item))
            .collect()
    }

    pub(super) fn select_item(&mut self, item: &SelectItem) -> Result<Expr> {
        match item {
            SelectItem::UnnamedExpr(expr) => self.expression(expr),
            SelectItem::ExprWithAlias { expr, alias } => {
                Ok(self.expression(expr)?.alias(&alias.value))
            }
            SelectItem::ExprWithAliases { expr, aliases } => Ok(Expr::Aliases {
                expr: self.boxed(expr)?,
                names: aliases.iter().map(|name| name.value.clone()).collect(),
            }),
            SelectItem::Wildcard(options) => self.star(Vec::new(), options),
            SelectItem::QualifiedWildcard(kind, options) => {
                let qualifier = match kind {
                    SelectItemQualifiedWildcardKind::ObjectName(name) => object_name(name)?,
                    SelectItemQualifiedWildcardKind::Expr(expr) => match self.expression(expr)? {
                        Expr::Attribute(parts) => parts,
                        _ => return Err(SparkError::not_implemented(".* after an expression")),
                    },
                };
                self.star(qualifier, options)
            }
        }
    }

    /// A star, without the columns that its `EXCEPT` names.
    pub(super) fn star(
        &self,
        qualifier: Vec<String>,
        options: &WildcardAdditionalOptions,
    ) -> Result<Expr> {
        let Some(except) = &options.opt_except else {
            return Ok(Expr::Star { qualifier });
        };
        // Another dialect lets a single name stand there by itself.
        let start = except.first_element.span.start;
        let before = self.source.index_at(start).and_then(|at| at.checked_sub(1));
        let opened = before.and_then(|at| self.source.tokens.get(at));
        if opened.is_none_or(|token| token.token != Token::LParen) {
            return Err(self.unexpected(start));
        }
        let names = std::iter::once(&except.first_element).chain(&except.additional_elements);
        Ok(Expr::StarExcept {
            qualifier,
            except: names
                .map(|name| super::star_except::parts(&name.value))
                .collect(),
        })
    }

    fn order(&mut self, input: Arc<Plan>, order: &OrderBy) -> Result<Arc<Plan>> {
        let order = match &order.kind {
            OrderByKind::Expressions(keys) => self.sort_keys(keys)?,
            OrderByKind::All(options) => {
                vec![super::window::sort_order(Expr::name("ALL"), options)]
            }
        };
        Ok(Plan::new(Relation::Sort {
            input,
            order,
            global: true,
        }))
    }

    fn limit(&mut self, input: Arc<Plan>, clause: &LimitClause) -> Result<Arc<Plan>> {
        let LimitClause::LimitOffset { limit, offset, .. } = clause else {
            return Err(SparkError::not_implemented("LIMIT offset, rows"));
        };
        let fetch = match limit {
            Some(limit) => Some(self.row_count("limit", limit)?),
            None => None,
        };
        let skip = match offset {
            Some(offset) => self.row_count("offset", &offset.value)?,
            None => 0,
        };
        if fetch.is_none() && skip == 0 {
            return Ok(input);
        }
        Ok(Plan::new(Relation::Limit { input, skip, fetch }))
    }

    fn row_count(&mut self, name: &str, expr: &Sql) -> Result<usize> {
        let shown = |number: i64| format!("\"{number}\"");
        let sub = |sub: &str, parameters: &[(&str, &str)]| {
            let place = format!(
                "; line {} pos {}",
                expr.span().start.line,
                expr.span().start.column.saturating_sub(1)
            );
            let condition = format!("INVALID_LIMIT_LIKE_EXPRESSION.{sub}");
            SparkError::new(&condition, parameters).with_context(&place)
        };
        let mut value = self.expression(expr)?;
        if let Some(variables) = &self.options.variables {
            value = variables.put_into(&value)?;
        }
        match constant(&value) {
            Some(Literal::Integer(number)) => usize::try_from(number).map_err(|_| {
                let parameters = [
                    ("name", name),
                    ("expr", &shown(i64::from(number))),
                    ("v", &number.to_string()),
                ];
                sub("IS_NEGATIVE", &parameters)
            }),
            Some(literal) => {
                let text = match (&literal, expr) {
                    (_, Sql::Value(value)) => match &value.value {
                        Value::Number(text, _) => text.trim_end_matches(char::is_alphabetic).into(),
                        Value::TripleSingleQuotedString(text) => text.clone(),
                        other => other.to_string(),
                    },
                    _ => expr.to_string(),
                };
                let data_type = format!("\"{}\"", literal.data_type().sql());
                let expr = format!("\"{text}\"");
                let parameters = [("name", name), ("expr", &*expr), ("dataType", &*data_type)];
                Err(sub("DATA_TYPE", &parameters))
            }
            None => Err(SparkError::not_implemented(format!(
                "{} with the expression {expr}",
                name.to_uppercase()
            ))),
        }
    }
}

/// `SORT BY`, if there is one.
/// The names that a query of `WITH` gives its columns.
fn columns_of(cte: &Cte) -> Vec<String> {
    let columns = cte.alias.columns.iter();
    columns.map(|column| column.name.value.clone()).collect()
}

/// From the first row to the last or to the end of the alias.
fn values_span(values: &Values, alias: Option<&TableAlias>) -> Option<Span> {
    let start = values.rows.first()?.opening_token.0.span.start;
    let mut end = values.rows.last()?.closing_token.0.span.end;
    if let Some(column) = alias.and_then(|alias| alias.columns.last()) {
        end = column.name.span.end;
        end.column += 1;
    }
    Some(Span { start, end })
}

/// The value of an expression of literals, as far as a row count needs it.
fn constant(expr: &Expr) -> Option<Literal> {
    match expr {
        Expr::Literal(literal) => Some(literal.clone()),
        Expr::Call(call) => {
            let [left, right] = call.args.as_slice() else {
                return None;
            };
            let (Some(Literal::Integer(a)), Some(Literal::Integer(b))) =
                (constant(left), constant(right))
            else {
                return None;
            };
            let value = match call.name.as_str() {
                "+" => a.checked_add(b),
                "-" => a.checked_sub(b),
                "*" => a.checked_mul(b),
                _ => None,
            };
            value.map(Literal::Integer)
        }
        _ => None,
    }
}

/// Clauses of other dialects, which the lexer's choice of keywords keeps away.
fn refuse_foreign(query: &Query) -> Result<()> {
    let known = query.fetch.is_none()
        && query.locks.is_empty()
        && query.for_clause.is_none()
        && query.settings.is_none()
        && query.format_clause.is_none();
    if known {
        Ok(())
    } else {
        Err(SparkError::not_implemented(format!("the query {query}")))
    }
}
