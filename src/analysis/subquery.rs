//! Subqueries inside expressions; columns of the query around them.

use std::sync::Arc;

use datafusion::common::{Column, Spans};
use datafusion::logical_expr::expr::{Exists, InSubquery};
use datafusion::logical_expr::{Expr as Physical, Subquery};

use super::expression::{Resolver, Typed};
use super::subquery_limits::{asked_text, no_maps, whole_name};
use super::{Attribute, Resolved, column_name};
use crate::error::{Result, SparkError, quoted};
use crate::functions::scalar::coercion;
use crate::functions::{Arg, Binding, Settings};
use crate::plan::{Expr, Literal, Plan, Relation};
use crate::types::DataType;

/// A column of the query around the one that uses it.
pub(super) fn outer_column(attribute: &Attribute) -> Physical {
    let field = arrow::datatypes::Field::new(
        column_name(attribute.id),
        attribute.data_type.to_arrow(),
        attribute.nullable,
    );
    Physical::OuterReferenceColumn(
        Arc::new(field),
        Column::new_unqualified(column_name(attribute.id)),
    )
}

/// The subquery with its column declared nullable.
fn nullable(resolved: &Resolved, attribute: &Attribute, settings: &Settings) -> Result<Resolved> {
    let data_type = attribute.data_type.clone();
    let kernel = |args: &[Arg], rows: usize| {
        crate::functions::scalar::kernel::expand(args[0].array.clone(), rows)
    };
    let binding = Binding {
        args: vec![data_type.clone()],
        returns: data_type,
        nullable: true,
        kernel: Arc::new(kernel),
    };
    let mut value = Typed::of(attribute);
    value.expr = crate::engine::kernel_expr("or_null", binding, vec![value.expr], settings);
    value.attribute = None;
    let plan = Arc::clone(&resolved.plan);
    Ok(super::project::emit(plan, vec![value], 1, None, resolved.streaming)?.resolved())
}

/// The values of `(a, b)`.
pub(super) fn row_values(expr: &Expr) -> Option<&[Expr]> {
    match expr {
        Expr::Call(call) if call.name == "struct" => Some(&call.args),
        _ => None,
    }
}

/// `(a, b) IN ((1, 2), (3, 4))`: rows are the same where all of their values are, null or
/// not. `None` where Spark would find rows of other types.
pub(super) fn row_in_list(expr: &Expr, list: &[Expr]) -> Option<Expr> {
    let left = row_values(expr)?;
    let is_null = |value: &Expr| matches!(value, Expr::Literal(Literal::Null(_)));
    let row = |item: &Expr| {
        let right = row_values(item)?;
        let fits = right.len() == left.len() && !right.iter().any(is_null);
        let pairs = left.iter().zip(right);
        let same = pairs.map(|(l, r)| Expr::call("<=>", [l.clone(), r.clone()]));
        let all = same.reduce(|all, one| Expr::call("and", [all, one]));
        all.filter(|_| fits)
    };
    let rows = list.iter().map(row).collect::<Option<Vec<_>>>()?;
    let any = |all, one| Expr::call("or", [all, one]);
    rows.into_iter().reduce(any)
}

/// A name that needs it in quotes.
fn printed(name: &str) -> String {
    match name.chars().all(|c| c.is_alphanumeric() || c == '_') {
        true => name.to_string(),
        false => quoted(&[name]),
    }
}

/// `NOT (… OR …)` with `(a, b) IN (query)` among its parts, with a `NOT` at each part: null
/// answers such an `IN` otherwise where it is denied.
pub(super) fn denied_rows(expr: &Expr) -> Option<Expr> {
    fn holds_rows(expr: &Expr) -> bool {
        match expr {
            Expr::InSubquery { expr, .. } => row_values(expr).is_some(),
            Expr::Call(call) => call.args.iter().any(holds_rows),
            _ => false,
        }
    }
    let Expr::Call(call) = expr else {
        return None;
    };
    let other = match call.name.as_str() {
        "or" => "and",
        "and" => "or",
        _ => return None,
    };
    let parts = call.args.iter().cloned();
    let parts = parts.map(|part| Expr::call("not", [part]));
    holds_rows(expr).then(|| Expr::call(other, parts))
}

impl Resolver<'_, '_> {
    fn inner(&mut self, plan: &Arc<Plan>) -> Result<Arc<Resolved>> {
        self.analyzer.outer.push(self.input.clone());
        let resolved = self.analyzer.relation(plan);
        self.analyzer.outer.pop();
        match resolved {
            Ok(resolved) if resolved.streaming => {
                let condition = "INVALID_SUBQUERY_EXPRESSION.STREAMING_QUERY";
                Err(SparkError::new(condition, &[]).with_context(";"))
            }
            other => other,
        }
    }

    fn subquery(resolved: &Resolved) -> Subquery {
        Subquery {
            subquery: Arc::clone(&resolved.plan),
            outer_ref_columns: resolved.plan.all_out_ref_exprs(),
            spans: Spans::new(),
        }
    }

    pub fn scalar_subquery(&mut self, plan: &Arc<Plan>) -> Result<Typed> {
        let mut known = self.subqueries.iter();
        if let Some((_, value)) = known.find(|(other, _)| Arc::ptr_eq(other, plan)) {
            return Ok(value.clone());
        }
        let value = self.scalar_subquery_anew(plan)?;
        self.subqueries.push((Arc::clone(plan), value.clone()));
        Ok(value)
    }

    fn scalar_subquery_anew(&mut self, plan: &Arc<Plan>) -> Result<Typed> {
        let resolved = self.inner(plan)?;
        no_maps(&resolved, &self.input)?;
        let [attribute] = resolved.output.as_slice() else {
            return Err(SparkError::new(
                "INVALID_SUBQUERY_EXPRESSION.SCALAR_SUBQUERY_RETURN_MORE_THAN_ONE_OUTPUT_COLUMN",
                &[("number", &resolved.output.len().to_string())],
            ));
        };
        // No row means null, whatever the column says of itself.
        let resolved = nullable(&resolved, attribute, self.settings())?;
        Ok(Typed::new(
            Physical::ScalarSubquery(Self::subquery(&resolved)),
            attribute.data_type.clone(),
            true,
            format!(
                "scalarsubquery({})",
                asked_text(&resolved.plan, &self.input)
            ),
        ))
    }

    pub fn exists(&mut self, plan: &Arc<Plan>) -> Result<Typed> {
        let resolved = self.inner(plan)?;
        no_maps(&resolved, &self.input)?;
        let test = Physical::Exists(Exists::new(Self::subquery(&resolved), false));
        let text = format!("exists({})", asked_text(&resolved.plan, &self.input));
        Ok(Typed::new(test, DataType::Boolean, false, text))
    }

    /// `(a, b) IN (query)`: whether the query has a row of these values, or for `NOT IN` none
    /// of which that could be said.
    pub(super) fn row_in_subquery(
        &mut self,
        values: &[Expr],
        plan: &Arc<Plan>,
        negated: bool,
    ) -> Result<Typed> {
        let resolved = self.inner(plan)?;
        no_maps(&resolved, &self.input)?;
        let left = self.resolve_all(values)?;
        let fields: Vec<_> = left
            .iter()
            .map(|value| format!("'{}', {}", value.column_name(), value.text))
            .collect();
        let asked = asked_text(&resolved.plan, &self.input);
        let fields = fields.join(", ");
        let text = format!("(named_struct({fields}) IN (listquery({asked})))");
        if resolved.output.len() != left.len() {
            let list = |names: Vec<String>| names.join(", ");
            let texts = left.iter().map(|value| format!("\"{}\"", value.text));
            let names = resolved.output.iter().map(|a| format!("\"{}\"", a.name));
            return Err(SparkError::new(
                "DATATYPE_MISMATCH.IN_SUBQUERY_LENGTH_MISMATCH",
                &[
                    ("sqlExpr", &format!("\"{text}\"")),
                    ("leftLength", &left.len().to_string()),
                    ("rightLength", &resolved.output.len().to_string()),
                    ("leftColumns", &list(texts.collect())),
                    ("rightColumns", &list(names.collect())),
                ],
            ));
        }
        // Names that no text can have: what the values name is of the query around.
        let names: Vec<_> = (0..values.len()).map(|at| format!("\u{0}in{at}")).collect();
        let same = values.iter().zip(&names).map(|(value, name)| {
            let same = Expr::call("=", [Expr::name(name), value.clone()]);
            match negated {
                false => same,
                true => Expr::call("or", [same.clone(), Expr::call("isnull", [same])]),
            }
        });
        let Some(condition) = same.reduce(|all, one| Expr::call("and", [all, one])) else {
            return Err(SparkError::internal("a row has values"));
        };
        let rows = Plan::new(Relation::Filter {
            input: Plan::new(Relation::Named {
                input: Arc::clone(plan),
                names,
            }),
            condition,
        });
        let inner = self.inner(&rows)?;
        let test = Physical::Exists(Exists::new(Self::subquery(&inner), negated));
        let nullable = left.iter().any(|value| value.nullable)
            || resolved.output.iter().any(|attribute| attribute.nullable);
        let text = match negated {
            true => format!("(NOT {text})"),
            false => text,
        };
        Ok(Typed::new(test, DataType::Boolean, nullable, text))
    }

    /// Two columns that cannot be compared, with their types.
    fn unlike(&self, value: &Typed, item: &Attribute) -> String {
        let own = self.input.iter().find(|a| value.attribute == Some(a.id));
        let own = own.map_or_else(|| printed(&value.text), whole_name);
        let types = [&value.data_type, &item.data_type].map(DataType::simple_string);
        let item = match item.qualifier.is_empty() {
            true => printed(&item.name),
            false => whole_name(item),
        };
        format!("({own}:{}, {item}:{})", types[0], types[1])
    }

    pub fn in_subquery(&mut self, expr: &Expr, plan: &Arc<Plan>) -> Result<Typed> {
        if let Some(values) = row_values(expr) {
            return self.row_in_subquery(values, plan, false);
        }
        let value = self.resolve(expr)?;
        let resolved = self.inner(plan)?;
        no_maps(&resolved, &self.input)?;
        let asked = asked_text(&resolved.plan, &self.input);
        let text = format!("({} IN (listquery({asked})))", value.text);
        let [attribute] = resolved.output.as_slice() else {
            let names = resolved.output.iter().map(|a| format!("\"{}\"", a.name));
            return Err(SparkError::new(
                "DATATYPE_MISMATCH.IN_SUBQUERY_LENGTH_MISMATCH",
                &[
                    ("sqlExpr", &format!("\"{text}\"")),
                    ("leftLength", "1"),
                    ("rightLength", &resolved.output.len().to_string()),
                    ("leftColumns", &format!("\"{}\"", value.text)),
                    ("rightColumns", &names.collect::<Vec<_>>().join(", ")),
                ],
            ));
        };
        let ansi = self.settings().ansi;
        let common = coercion::comparison_type(&value.data_type, &attribute.data_type, ansi);
        let Some(common) = common else {
            return Err(SparkError::new(
                "DATATYPE_MISMATCH.IN_SUBQUERY_DATA_TYPE_MISMATCH",
                &[
                    ("sqlExpr", &format!("\"{text}\"")),
                    ("leftType", &format!("\"{}\"", value.data_type.sql())),
                    ("rightType", &format!("\"{}\"", attribute.data_type.sql())),
                    ("mismatchedColumns", &self.unlike(&value, attribute)),
                ],
            ));
        };
        let nullable = value.nullable || attribute.nullable;
        let value = self.coerce(value, &common)?;
        let item = self.coerce(Typed::of(attribute), &common)?;
        let inner = if item.attribute.is_none() && attribute.data_type != common {
            let cast = super::project::emit(
                Arc::clone(&resolved.plan),
                vec![item],
                1,
                None,
                resolved.streaming,
            )?;
            cast.resolved()
        } else {
            (*resolved).clone()
        };
        let test = InSubquery::new(Box::new(value.expr), Self::subquery(&inner), false);
        Ok(Typed::new(
            Physical::InSubquery(test),
            DataType::Boolean,
            nullable,
            text,
        ))
    }
}
