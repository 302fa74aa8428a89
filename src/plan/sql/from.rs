//! The `FROM` clause: tables, subqueries and joins.

use std::sync::Arc;

use sqlparser::ast::{
    FunctionArg, FunctionArgExpr, Join, JoinConstraint, JoinOperator, LateralView, NullInclusion,
    ObjectName, SetExpr, TableAlias, TableFactor, TableFunctionArgs, TableWithJoins,
};

use super::convert::{Converter, object_name};
use super::watermark;
use crate::error::{Result, SparkError};
use crate::plan::{Expr, JoinKind, JoinOn, Literal, Plan, ReadSpec, Relation};

/// Formats whose files can be named in place of a table: `` json.`path` ``.
const FILE_FORMATS: [&str; 7] = ["json", "csv", "text", "parquet", "orc", "avro", "xml"];

/// Generators that are tables too.
const GENERATORS: [&str; 10] = [
    "explode",
    "explode_outer",
    "inline",
    "inline_outer",
    "json_tuple",
    "posexplode",
    "posexplode_outer",
    "stack",
    "variant_explode",
    "variant_explode_outer",
];

impl Converter<'_> {
    /// The product of the tables between commas; one row without columns if none.
    pub(super) fn from(&mut self, tables: &[TableWithJoins]) -> Result<Arc<Plan>> {
        let mut product = None;
        for table in tables {
            if let (Some(left), Some(function)) = (&product, lateral(&table.relation)) {
                let mut plan = self.beside(Arc::clone(left), function)?;
                for join in &table.joins {
                    plan = self.join(plan, join)?;
                }
                product = Some(plan);
                continue;
            }
            if let (Some(left), Some(right)) = (&product, self.lateral_query(&table.relation)?) {
                let (left, kind, on) = (Arc::clone(left), JoinKind::Inner, None);
                let mut plan = Plan::new(Relation::Lateral {
                    left,
                    right,
                    kind,
                    on,
                });
                for join in &table.joins {
                    plan = self.join(plan, join)?;
                }
                product = Some(plan);
                continue;
            }
            let right = self.table_with_joins(table)?;
            product = Some(match product {
                None => right,
                Some(left) => {
                    let (kind, on) = (JoinKind::Inner, JoinOn::Nothing);
                    Plan::new(Relation::Join {
                        left,
                        right,
                        kind,
                        on,
                    })
                }
            });
        }
        Ok(product.unwrap_or_else(|| Plan::new(Relation::OneRow)))
    }

    fn table_with_joins(&mut self, table: &TableWithJoins) -> Result<Arc<Plan>> {
        let mut plan = self.table_factor(&table.relation)?;
        for join in &table.joins {
            plan = self.join(plan, join)?;
        }
        Ok(plan)
    }

    fn join(&mut self, left: Arc<Plan>, join: &Join) -> Result<Arc<Plan>> {
        use JoinOperator as J;
        let (kind, constraint) = match &join.join_operator {
            J::Join(on) | J::Inner(on) => (JoinKind::Inner, on),
            J::Left(on) | J::LeftOuter(on) => (JoinKind::Left, on),
            J::Right(on) | J::RightOuter(on) => (JoinKind::Right, on),
            J::FullOuter(on) => (JoinKind::Full, on),
            J::CrossJoin(on) => (JoinKind::Cross, on),
            J::Semi(on) | J::LeftSemi(on) => (JoinKind::LeftSemi, on),
            J::Anti(on) | J::LeftAnti(on) => (JoinKind::LeftAnti, on),
            _ => return Err(SparkError::not_implemented("this kind of join")),
        };
        if let Some(function) = lateral(&join.relation) {
            let always = match constraint {
                JoinConstraint::On(condition) => {
                    self.expression(condition)? == Expr::Literal(Literal::Boolean(true))
                }
                _ => false,
            };
            let plan = self.beside(left, function)?;
            if kind == JoinKind::Left
                && always
                && let Relation::Generate {
                    input, call, alias, ..
                } = &plan.relation
            {
                return Ok(Plan::new(Relation::Generate {
                    input: Arc::clone(input),
                    call: call.clone(),
                    outer: true,
                    alias: alias.clone(),
                }));
            }
            return match (kind, constraint) {
                (JoinKind::Inner | JoinKind::Cross, JoinConstraint::None) => Ok(plan),
                (JoinKind::Inner, JoinConstraint::On(condition)) => {
                    Ok(Plan::new(Relation::Filter {
                        input: plan,
                        condition: self.expression(condition)?,
                    }))
                }
                _ => Err(SparkError::not_implemented("this kind of lateral join")),
            };
        }
        if let Some(right) = self.lateral_query(&join.relation)? {
            return self.lateral_join(left, right, kind, constraint);
        }
        let right = self.table_factor(&join.relation)?;
        let on = match constraint {
            JoinConstraint::On(condition) => JoinOn::Condition(self.expression(condition)?),
            JoinConstraint::Using(columns) => {
                let names: Result<Vec<_>> = columns.iter().map(object_name).collect();
                JoinOn::Using(names?.into_iter().map(|parts| parts.join(".")).collect())
            }
            JoinConstraint::Natural => JoinOn::Natural,
            JoinConstraint::None => JoinOn::Nothing,
        };
        Ok(Plan::new(Relation::Join {
            left,
            right,
            kind,
            on,
        }))
    }

    /// The query of `LATERAL (SELECT …)`.
    fn lateral_query(&mut self, factor: &TableFactor) -> Result<Option<Arc<Plan>>> {
        match factor {
            TableFactor::Derived { lateral: true, .. } => self.table_factor(factor).map(Some),
            _ => Ok(None),
        }
    }

    fn lateral_join(
        &mut self,
        left: Arc<Plan>,
        right: Arc<Plan>,
        kind: JoinKind,
        constraint: &JoinConstraint,
    ) -> Result<Arc<Plan>> {
        let refused = match kind {
            JoinKind::Inner | JoinKind::Cross | JoinKind::Left => None,
            JoinKind::Right => Some("RIGHT OUTER"),
            JoinKind::Full => Some("FULL OUTER"),
            JoinKind::LeftSemi => Some("LEFT SEMI"),
            JoinKind::LeftAnti => Some("LEFT ANTI"),
        };
        if let Some(name) = refused {
            return Err(SparkError::new(
                "INVALID_LATERAL_JOIN_TYPE",
                &[("joinType", name)],
            ));
        }
        let on = match constraint {
            JoinConstraint::On(condition) => Some(self.expression(condition)?),
            JoinConstraint::None => None,
            _ => {
                return Err(SparkError::not_implemented(
                    "USING and NATURAL in a lateral join",
                ));
            }
        };
        Ok(Plan::new(Relation::Lateral {
            left,
            right,
            kind,
            on,
        }))
    }

    fn table_factor(&mut self, factor: &TableFactor) -> Result<Arc<Plan>> {
        match factor {
            TableFactor::Table {
                name,
                alias,
                args,
                sample,
                ..
            } => {
                let plan = match args {
                    Some(_) if sample.is_some() => return Err(self.misplaced_sample(name)),
                    Some(args) => self.table_function(name, args)?,
                    None => self.table_or_piped(object_name(name)?),
                };
                let plan = self.sampled(plan, sample.as_ref())?;
                self.with_alias(plan, alias.as_ref())
            }
            TableFactor::Derived {
                lateral,
                subquery,
                alias,
                sample,
            } => {
                // The first of a FROM has nothing before it to see.
                let _ = lateral;
                let plan = match (&*subquery.body, &subquery.order_by, &subquery.limit_clause) {
                    (SetExpr::Values(values), None, None) => self.values(values, alias.as_ref())?,
                    _ => self.query(subquery)?,
                };
                let plan = self.sampled(plan, sample.as_ref())?;
                self.with_alias(plan, alias.as_ref())
            }
            TableFactor::NestedJoin {
                table_with_joins,
                alias,
            } => {
                let plan = self.table_with_joins(table_with_joins)?;
                self.with_alias(plan, alias.as_ref())
            }
            TableFactor::Pivot {
                table,
                aggregate_functions,
                value_column,
                value_source,
                alias,
                ..
            } => {
                let input = self.table_factor(table)?;
                let plan = self.pivot(input, aggregate_functions, value_column, value_source)?;
                self.with_alias(plan, alias.as_ref())
            }
            TableFactor::Unpivot {
                table,
                value,
                null_inclusion,
                name,
                columns,
                alias,
            } => {
                let input = self.table_factor(table)?;
                let nulls = matches!(null_inclusion, Some(NullInclusion::IncludeNulls));
                let plan = self.unpivot(input, value, name, columns, nulls)?;
                self.with_alias(plan, alias.as_ref())
            }
            TableFactor::Function { name, .. } => {
                Err(SparkError::not_implemented(format!("LATERAL {name}(…)")))
            }
            other => Err(SparkError::not_implemented(format!("the table {other}"))),
        }
    }

    /// The table under its name; a `WATERMARK` clause stands where the name does.
    fn with_alias(&mut self, input: Arc<Plan>, alias: Option<&TableAlias>) -> Result<Arc<Plan>> {
        let Some(alias) = alias else {
            return Ok(input);
        };
        if let Some(clause) = watermark::of_alias(self.source, &alias.name)? {
            return self.watermark(input, &clause);
        }
        Ok(named(input, alias))
    }

    /// The rows of a generator beside those of the tables before it.
    pub(super) fn lateral_view(
        &mut self,
        input: Arc<Plan>,
        view: &LateralView,
    ) -> Result<Arc<Plan>> {
        let Expr::Call(call) = self.expression(&view.lateral_view)? else {
            return Err(SparkError::not_implemented(format!(
                "LATERAL VIEW {}",
                view.lateral_view
            )));
        };
        if call
            .name
            .to_ascii_lowercase()
            .starts_with("variant_explode")
        {
            // It is a table, and no generator of a view.
            let name = crate::error::quoted(&["default", &call.name]);
            return Err(SparkError::new(
                "ROUTINE_NOT_FOUND",
                &[("routineName", &name)],
            ));
        }
        let name = object_name(&view.lateral_view_name)?.join(".");
        let columns = view.lateral_col_alias.iter();
        let columns = columns.map(|column| column.value.clone()).collect();
        Ok(Plan::new(Relation::Generate {
            input,
            call,
            outer: view.outer,
            alias: Some((name, columns)),
        }))
    }

    /// A generator as a table: its rows alone.
    fn generated(&mut self, name: &str, args: &TableFunctionArgs) -> Result<Arc<Plan>> {
        let mut values = Vec::new();
        for arg in &args.args {
            let is_named = |given: &str| {
                let own = if name.to_ascii_lowercase().starts_with("variant") {
                    "input"
                } else {
                    "collection"
                };
                args.args.len() == 1 && given.eq_ignore_ascii_case(own)
            };
            match arg {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => {
                    values.push(self.expression(expr)?);
                }
                FunctionArg::Named {
                    name: given,
                    arg: FunctionArgExpr::Expr(expr),
                    ..
                } if is_named(&given.value) => values.push(self.expression(expr)?),
                _ => {
                    return Err(SparkError::not_implemented(format!(
                        "the table function {name}(…)"
                    )));
                }
            }
        }
        let Expr::Call(call) = Expr::call(name, values) else {
            return Err(SparkError::internal("a call is a call"));
        };
        Ok(Plan::new(Relation::Generate {
            input: Plan::new(Relation::OneRow),
            call,
            outer: false,
            alias: None,
        }))
    }

    /// A function of each row of the tables before it.
    fn beside(&mut self, left: Arc<Plan>, function: Lateral<'_>) -> Result<Arc<Plan>> {
        let (name, args, alias) = function;
        let parts = object_name(name)?;
        if let [one] = parts.as_slice()
            && GENERATORS.contains(&one.to_ascii_lowercase().as_str())
            && let Some(alias) = alias
        {
            let args = self.table_arguments(name, args)?;
            let Expr::Call(call) = Expr::call(one, args.into_iter().map(|(_, value)| value)) else {
                return Err(SparkError::internal("a call is a call"));
            };
            let columns = alias.columns.iter().map(|c| c.name.value.clone());
            return Ok(Plan::new(Relation::Generate {
                input: left,
                call,
                outer: false,
                alias: Some((alias.name.value.clone(), columns.collect())),
            }));
        }
        let alias = alias.map(|alias| {
            let columns = alias.columns.iter().map(|c| c.name.value.clone());
            (alias.name.value.clone(), columns.collect())
        });
        Ok(Plan::new(Relation::TableFunction {
            name: object_name(name)?.join("."),
            args: self.table_arguments(name, args)?,
            beside: Some(left),
            alias,
        }))
    }

    fn table_arguments(
        &mut self,
        name: &ObjectName,
        args: &[FunctionArg],
    ) -> Result<Vec<(Option<String>, Expr)>> {
        args.iter()
            .map(|arg| match arg {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => {
                    Ok((None, self.expression(expr)?))
                }
                FunctionArg::Named {
                    name,
                    arg: FunctionArgExpr::Expr(expr),
                    ..
                } => Ok((Some(name.value.clone()), self.expression(expr)?)),
                other => Err(SparkError::not_implemented(format!(
                    "the argument {other} of {name}"
                ))),
            })
            .collect()
    }

    /// `range(…)`, a generator, or a function of the program's.
    fn table_function(&mut self, name: &ObjectName, args: &TableFunctionArgs) -> Result<Arc<Plan>> {
        let parts = object_name(name)?;
        if let [one] = parts.as_slice()
            && GENERATORS.contains(&one.to_ascii_lowercase().as_str())
        {
            return self.generated(one, args);
        }
        let is_range = matches!(parts.as_slice(), [one] if one.eq_ignore_ascii_case("range"));
        let unknown = || SparkError::not_implemented(format!("the table function {name}(…)"));
        if !is_range {
            return Ok(Plan::new(Relation::TableFunction {
                args: self.table_arguments(name, &args.args)?,
                name: parts.join("."),
                beside: None,
                alias: None,
            }));
        }
        let mut numbers = Vec::new();
        for arg in &args.args {
            let FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) = arg else {
                return Err(unknown());
            };
            numbers.push(match self.expression(expr)? {
                Expr::Literal(Literal::Integer(number)) => i64::from(number),
                Expr::Literal(Literal::Long(number)) => number,
                _ => return Err(SparkError::not_implemented(format!("{name} of {expr}"))),
            });
        }
        let (start, end, step) = match numbers.as_slice() {
            [end] => (0, *end, 1),
            [start, end] => (*start, *end, 1),
            [start, end, step] | [start, end, step, _] if *step != 0 => (*start, *end, *step),
            _ => {
                let count = numbers.len();
                return Err(SparkError::not_implemented(format!(
                    "{name} of {count} arguments"
                )));
            }
        };
        let count = |count: &i64| usize::try_from(*count).unwrap_or(0);
        let partitions = numbers.get(3).map(count);
        Ok(Plan::new(Relation::Range {
            start,
            end,
            step,
            partitions,
        }))
    }
}

type Lateral<'a> = (&'a ObjectName, &'a [FunctionArg], Option<&'a TableAlias>);

/// `LATERAL f(…)`.
fn lateral(factor: &TableFactor) -> Option<Lateral<'_>> {
    match factor {
        TableFactor::Function {
            name, args, alias, ..
        } => Some((name, args.as_slice(), alias.as_ref())),
        _ => None,
    }
}

pub(super) fn table(parts: Vec<String>) -> Arc<Plan> {
    if let [format, path] = parts.as_slice() {
        let format = format.to_ascii_lowercase();
        if FILE_FORMATS.contains(&format.as_str()) {
            return Plan::new(Relation::Read(ReadSpec {
                format,
                paths: vec![path.clone()],
                schema: None,
                options: Vec::new(),
                streaming: false,
                local: None,
                foreign: None,
            }));
        }
    }
    Plan::new(Relation::Table(parts))
}

pub(super) fn named(input: Arc<Plan>, alias: &TableAlias) -> Arc<Plan> {
    let columns = alias
        .columns
        .iter()
        .map(|column| column.name.value.clone())
        .collect();
    Plan::new(Relation::Alias {
        input,
        name: alias.name.value.clone(),
        columns,
    })
}
