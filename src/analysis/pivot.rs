//! `PIVOT`: for each of some values of a column the aggregates of the rows that have it,
//! side by side.
//!
//! As Spark does it there are two aggregations, the first by the keys and the pivot column,
//! the second only picks the values; where it can not pick values of their types there is
//! one, over what a condition lets through.

use std::sync::Arc;

use super::expression::{Resolver, Typed};
use super::{Analyzer, Resolved};
use crate::engine::aggregate::is_aggregate;
use crate::error::{Result, SparkError};
use crate::plan::{Call, CastMode, Expr, Grouping, Literal, PivotSpec, Plan, Relation};
use crate::types::DataType;

/// A value of the pivot column.
struct Value {
    expr: Expr,
    name: String,
}

impl Analyzer<'_> {
    pub(super) fn pivot(&mut self, input: &Arc<Plan>, spec: &PivotSpec) -> Result<Resolved> {
        let child = self.relation(input)?;
        let mut resolver = Resolver::new(self, &child);
        let column = resolver.resolve(&spec.column)?;
        check_comparable(&column)?;
        let mut aggregates = Vec::with_capacity(spec.aggregates.len());
        for aggregate in &spec.aggregates {
            let typed = resolver.resolve(aggregate)?;
            check_aggregate(&typed)?;
            aggregates.push(typed);
        }
        let mut values = Vec::with_capacity(spec.values.len());
        for (value, name) in &spec.values {
            values.push(resolver.pivot_value(value, name.as_deref(), &column)?);
        }
        let keys = match &spec.keys {
            Some(keys) => keys.clone(),
            None => other_columns(&child, &column, &aggregates),
        };
        let named = Named::new(values, &aggregates);
        let picks = aggregates.iter().all(|a| can_pick(&a.data_type));
        let plan = if picks {
            self.in_two(input, spec, keys, &named)?
        } else {
            in_one(input, spec, keys, &named)
        };
        Ok((*self.relation(&plan)?).clone())
    }

    /// Two aggregations, as the types of the results allow it.
    fn in_two(
        &mut self,
        input: &Arc<Plan>,
        spec: &PivotSpec,
        keys: Vec<Expr>,
        named: &Named,
    ) -> Result<Arc<Plan>> {
        let count = keys.len();
        let mut inner_keys = keys.clone();
        inner_keys.push(spec.column.clone());
        let mut exprs = inner_keys.clone();
        exprs.extend(spec.aggregates.iter().cloned());
        let inner = Plan::new(Relation::Aggregate {
            input: Arc::clone(input),
            keys: inner_keys,
            grouping: Grouping::Plain,
            exprs,
        });
        let resolved = self.relation(&inner)?;
        let mut bound = resolved
            .output
            .iter()
            .map(|a| Expr::bound(a.id, a.name.clone()));
        let keys: Vec<Expr> = bound.by_ref().take(count).collect();
        let Some(column) = bound.next() else {
            return Err(SparkError::internal("a pivot lost its column"));
        };
        let results: Vec<Expr> = bound.collect();
        let mut exprs = keys.clone();
        exprs.extend(named.columns(|value, at| {
            Expr::Call(Call {
                name: "first".into(),
                args: vec![results[at].clone()],
                distinct: false,
                filter: Some(Box::new(is_value(&column, value))),
                within_group: Vec::new(),
                ignore_nulls: None,
            })
        }));
        Ok(Plan::new(Relation::Aggregate {
            input: inner,
            keys,
            grouping: Grouping::Plain,
            exprs,
        }))
    }
}

/// The values and what the columns of each are called.
struct Named {
    values: Vec<Value>,
    /// The names of the aggregates, where there are several.
    suffixes: Vec<String>,
}

impl Named {
    fn new(values: Vec<Value>, aggregates: &[Typed]) -> Self {
        let suffixes = match aggregates {
            [_] => vec![String::new()],
            several => {
                let names = several.iter().map(|a| format!("_{}", a.column_name()));
                names.collect()
            }
        };
        Self { values, suffixes }
    }

    /// For each value and each aggregate the column that `make` gives.
    fn columns(&self, make: impl Fn(&Expr, usize) -> Expr) -> Vec<Expr> {
        let mut out = Vec::with_capacity(self.values.len() * self.suffixes.len());
        for value in &self.values {
            for (at, suffix) in self.suffixes.iter().enumerate() {
                out.push(make(&value.expr, at).alias(format!("{}{suffix}", value.name)));
            }
        }
        out
    }
}

/// One aggregation, in which each aggregate sees the rows with its value only.
fn in_one(input: &Arc<Plan>, spec: &PivotSpec, keys: Vec<Expr>, named: &Named) -> Arc<Plan> {
    let mut exprs = keys.clone();
    exprs.extend(named.columns(|value, at| {
        let condition = is_value(&spec.column, value);
        let aggregate = match &spec.aggregates[at] {
            Expr::Alias { expr, .. } => expr,
            other => other,
        };
        where_true(aggregate, &condition)
    }));
    Plan::new(Relation::Aggregate {
        input: Arc::clone(input),
        keys,
        grouping: Grouping::Plain,
        exprs,
    })
}

fn is_value(column: &Expr, value: &Expr) -> Expr {
    let column = match column {
        Expr::Alias { expr, .. } => expr,
        other => other,
    };
    Expr::call("<=>", [column.clone(), value.clone()])
}

/// The aggregates of an expression over their arguments where a condition holds, else null.
fn where_true(aggregate: &Expr, condition: &Expr) -> Expr {
    let guarded = |arg: &Expr| {
        let value = match arg {
            Expr::Star { .. } => Expr::Literal(Literal::Integer(1)),
            other => other.clone(),
        };
        Expr::Case {
            branches: vec![(condition.clone(), value)],
            otherwise: None,
        }
    };
    let changed = aggregate.rewrite::<std::convert::Infallible>(&mut |part| {
        let Expr::Call(call) = part else {
            return Ok(None);
        };
        if !is_aggregate(&call.name.to_ascii_lowercase()) {
            return Ok(None);
        }
        let first = matches!(
            call.name.to_ascii_lowercase().as_str(),
            "first" | "last" | "first_value" | "last_value" | "any_value"
        );
        let mut args: Vec<Expr> = call.args.iter().map(guarded).collect();
        if first {
            // What the condition keeps out is not the first.
            args.truncate(1);
            args.push(Expr::Literal(Literal::Boolean(true)));
        }
        Ok(Some(Expr::Call(Call {
            args,
            ..call.clone()
        })))
    });
    match changed {
        Ok(changed) => changed,
        Err(never) => match never {},
    }
}

impl Resolver<'_, '_> {
    fn pivot_value(&mut self, value: &Expr, name: Option<&str>, column: &Typed) -> Result<Value> {
        let (bare, alias) = match value {
            Expr::Alias { expr, name, .. } => (expr.as_ref(), Some(name.as_str())),
            other => (other, None),
        };
        let typed = self.resolve(bare)?;
        let Some(text) = self.text_of(&typed)? else {
            return Err(SparkError::new(
                "NON_LITERAL_PIVOT_VALUES",
                &[("expression", &format!("\"{}\"", typed.text))],
            ));
        };
        if !can_widen(&typed.data_type, &column.data_type) {
            return Err(SparkError::new(
                "PIVOT_VALUE_DATA_TYPE_MISMATCH",
                &[
                    ("value", &typed.text),
                    ("valueType", &typed.data_type.simple_string()),
                    ("pivotType", &column.data_type.simple_string()),
                ],
            ));
        }
        let expr = if typed.data_type == column.data_type {
            bare.clone()
        } else {
            Expr::Cast {
                expr: Box::new(bare.clone()),
                to: column.data_type.clone(),
                mode: CastMode::Cast,
            }
        };
        let name = name.or(alias).map_or(text, str::to_string);
        Ok(Value { expr, name })
    }
}

/// The columns that neither the pivot nor an aggregate uses.
fn other_columns(child: &Resolved, column: &Typed, aggregates: &[Typed]) -> Vec<Expr> {
    let mut used = column.expr.column_refs();
    for aggregate in aggregates {
        used.extend(aggregate.expr.column_refs());
    }
    let free = child.output.iter().filter(|a| {
        let name = super::column_name(a.id);
        !used.iter().any(|column| column.name == name)
    });
    free.map(|a| Expr::bound(a.id, a.name.clone())).collect()
}

fn check_comparable(column: &Typed) -> Result<()> {
    if matches!(column.data_type, DataType::Map { .. }) {
        return Err(SparkError::new(
            "INCOMPARABLE_PIVOT_COLUMN",
            &[("columnName", &format!("`{}`", column.column_name()))],
        ));
    }
    Ok(())
}

fn check_aggregate(typed: &Typed) -> Result<()> {
    if typed.expr_contains_aggregate() {
        return Ok(());
    }
    let mut shown = typed.qualifier.clone();
    shown.push(typed.column_name());
    let shown = shown.join(".");
    Err(SparkError::new(
        "_LEGACY_ERROR_TEMP_1006",
        &[("sql", &shown)],
    ))
}

/// Whether a result can be picked by value: Spark picks numbers and booleans.
fn can_pick(data_type: &DataType) -> bool {
    data_type.is_numeric() || *data_type == DataType::Boolean
}

/// Whether a value can be made a column's without loss.
fn can_widen(from: &DataType, to: &DataType) -> bool {
    use DataType as D;
    match (from, to) {
        _ if from == to => true,
        (D::Null, _) | (D::Date, D::Timestamp | D::TimestampNtz) => true,
        (D::Struct(a), D::Struct(b)) => {
            let mut pairs = a.fields.iter().zip(b.fields.iter());
            a.fields.len() == b.fields.len()
                && pairs.all(|(a, b)| can_widen(&a.data_type, &b.data_type))
        }
        (D::Array { element: a, .. }, D::Array { element: b, .. }) => can_widen(a, b),
        (D::Array { .. } | D::Map { .. } | D::Struct(_), _) => false,
        (_, D::String) => true,
        (
            D::Decimal {
                precision: p,
                scale: s,
            },
            D::Decimal { precision, scale },
        ) => {
            i16::from(*precision) - i16::from(*scale) >= i16::from(*p) - i16::from(*s) && scale >= s
        }
        _ => match (rank(from), rank(to)) {
            (Some(from), Some(to)) => from <= to,
            _ => false,
        },
    }
}

fn rank(data_type: &DataType) -> Option<u8> {
    use DataType as D;
    Some(match data_type {
        D::Byte => 0,
        D::Short => 1,
        D::Integer => 2,
        D::Long => 3,
        D::Float => 4,
        D::Double => 5,
        _ => return None,
    })
}
