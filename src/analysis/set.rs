//! `UNION`, `INTERSECT`, `EXCEPT` and `DISTINCT`.

use std::sync::Arc;

use datafusion::functions_aggregate::first_last::first_value_udaf;
use datafusion::logical_expr::expr::{AggregateFunction, NullTreatment};
use datafusion::logical_expr::{
    Aggregate, Distinct, Expr as Physical, LogicalPlan, LogicalPlanBuilder, Projection, Union,
};

use super::expression::{Resolver, Typed};
use super::project::emit;
use super::session_groups::by_columns;
use super::stream_node::{DeduplicateNode, RefusedNode, extension};
use super::{Analyzer, Attribute, Resolved, column, column_name, engine, fresh_id, names};
use crate::error::{Result, SparkError};
use crate::functions::Settings;
use crate::functions::scalar::coercion;
use crate::plan::{DistinctKind, Literal, Plan, SetOp};
use crate::types::DataType;

impl<'a> Analyzer<'a> {
    pub(super) fn set(
        &mut self,
        left: &Arc<Plan>,
        right: &Arc<Plan>,
        op: SetOp,
        all: bool,
        by_name: bool,
        allow_missing: bool,
    ) -> Result<Resolved> {
        let left = (*self.relation(left)?).clone();
        let mut right = (*self.relation(right)?).clone();
        let mut left = left;
        if by_name {
            (left, right) = self.matched_by_name(left, right, allow_missing)?;
        }
        let (left, right) = self.widened(op, left, right)?;
        if op != SetOp::Union || !all {
            no_variants(left.output.iter())?;
        }
        if let Some(message) = refusal(op, &left, &right) {
            let node = RefusedNode {
                schema: left.plan.schema().clone(),
                inputs: vec![(*left.plan).clone(), (*right.plan).clone()],
                message: message.into(),
            };
            return Ok(Resolved {
                plan: Arc::new(extension(node)),
                output: left.output,
                streaming: true,
            });
        }
        // Which of its equals a row is: then rows of both sides pair off one by one.
        let numbered = all && op != SetOp::Union;
        let (left, right) = if numbered {
            (number_equals(left)?, number_equals(right)?)
        } else {
            (left, right)
        };
        let all = all && !numbered;
        let plan = match op {
            SetOp::Union => {
                let union = engine(Union::try_new(vec![left.plan.clone(), right.plan.clone()]))?;
                LogicalPlan::Union(union)
            }
            SetOp::Intersect => engine(LogicalPlanBuilder::intersect(
                (*left.plan).clone(),
                (*right.plan).clone(),
                all,
            ))?,
            SetOp::Except => engine(LogicalPlanBuilder::except(
                (*left.plan).clone(),
                (*right.plan).clone(),
                all,
            ))?,
        };
        let mut plan = Arc::new(plan);
        if op == SetOp::Union && !all {
            plan = Arc::new(LogicalPlan::Distinct(Distinct::All(plan)));
        }
        // The set nodes may qualify their columns; ours are bare.
        let columns = plan.schema().columns();
        let exprs: Vec<_> = columns
            .into_iter()
            .zip(&left.output)
            .map(|(c, a)| Physical::Column(c).alias(column_name(a.id)))
            .collect();
        let plan = LogicalPlan::Projection(engine(Projection::try_new(exprs, plan))?);
        Ok(Resolved {
            plan: Arc::new(plan),
            output: left.output,
            streaming: left.streaming || right.streaming,
        })
    }

    /// Both sides cast to common types, under the same new ids.
    fn widened(
        &mut self,
        op: SetOp,
        left: Resolved,
        right: Resolved,
    ) -> Result<(Resolved, Resolved)> {
        let operator = match op {
            SetOp::Union => "UNION",
            SetOp::Intersect => "INTERSECT",
            SetOp::Except => "EXCEPT",
        };
        same_width(operator, &left, &right)?;
        let ansi = self.context.settings.ansi;
        let mut output = Vec::new();
        for (index, (l, r)) in left.output.iter().zip(&right.output).enumerate() {
            let Some(data_type) = coercion::common_type(&l.data_type, &r.data_type, ansi) else {
                return Err(SparkError::new(
                    "INCOMPATIBLE_COLUMN_TYPE",
                    &[
                        ("tableOrdinalNumber", "second"),
                        ("columnOrdinalNumber", ordinal(index)),
                        ("dataType2", &format!("\"{}\"", l.data_type.sql())),
                        ("operator", operator),
                        ("hint", ""),
                        ("dataType1", &format!("\"{}\"", r.data_type.sql())),
                    ],
                )
                .with_context(";"));
            };
            // A union of streams has event times of its own.
            let is_made = op == SetOp::Union && (left.streaming || right.streaming);
            let unchanged = data_type == l.data_type && !is_made;
            output.push(Attribute {
                id: if unchanged { l.id } else { fresh_id() },
                data_type,
                nullable: match op {
                    SetOp::Union => l.nullable || r.nullable,
                    SetOp::Intersect => l.nullable && r.nullable,
                    SetOp::Except => l.nullable,
                },
                qualifier: Vec::new(),
                ..l.clone()
            });
        }
        let left = self.cast_to(&left, &output)?;
        let right = self.cast_to(&right, &output)?;
        Ok((left, right))
    }

    pub(super) fn cast_to(&mut self, side: &Resolved, output: &[Attribute]) -> Result<Resolved> {
        let resolver = Resolver::new(self, side);
        let mut exprs = Vec::with_capacity(output.len());
        for (attribute, wanted) in side.output.iter().zip(output) {
            let value = resolver.coerce(Typed::of(attribute), &wanted.data_type)?;
            exprs.push(value.expr.alias(column_name(wanted.id)));
        }
        let projection = engine(Projection::try_new(exprs, Arc::clone(&side.plan)))?;
        Ok(Resolved {
            plan: Arc::new(LogicalPlan::Projection(projection)),
            output: output.to_vec(),
            streaming: side.streaming,
        })
    }

    /// The right side in the order of the left one's names.
    fn matched_by_name(
        &mut self,
        left: Resolved,
        right: Resolved,
        allow_missing: bool,
    ) -> Result<(Resolved, Resolved)> {
        let case_sensitive = self.context.options.case_sensitive;
        let position = |side: &Resolved, name: &str| {
            side.output
                .iter()
                .position(|a| names::same(&a.name, name, case_sensitive))
        };
        let mut chosen = Vec::new();
        for attribute in &left.output {
            match position(&right, &attribute.name) {
                Some(at) => chosen.push(Typed::of(&right.output[at])),
                None if allow_missing => chosen.push(missing(attribute)?),
                None => {
                    return Err(among(&attribute.name, &right.output));
                }
            }
        }
        let only_right: Vec<Attribute> = right
            .output
            .iter()
            .filter(|a| position(&left, &a.name).is_none())
            .cloned()
            .collect();
        if !only_right.is_empty() && !allow_missing && right.output.len() == left.output.len() {
            return Err(names::unresolved(
                std::slice::from_ref(&only_right[0].name),
                &left.output,
            ));
        }
        if !allow_missing {
            let width = right.output.len();
            if width != left.output.len() {
                chosen.extend(only_right.iter().map(Typed::of));
            }
            let count = chosen.len();
            let right = emit(right.plan.clone(), chosen, count, None, right.streaming)?.resolved();
            return Ok((left, right));
        }
        chosen.extend(only_right.iter().map(Typed::of));
        let count = chosen.len();
        let right = emit(right.plan.clone(), chosen, count, None, right.streaming)?.resolved();
        let mut all: Vec<Typed> = left.output.iter().map(Typed::of).collect();
        for attribute in &only_right {
            all.push(missing(attribute)?);
        }
        let count = all.len();
        let left = emit(left.plan.clone(), all, count, None, left.streaming)?.resolved();
        Ok((left, right))
    }

    pub(super) fn distinct(
        &mut self,
        input: &Arc<Plan>,
        columns: Option<&[String]>,
        kind: DistinctKind,
    ) -> Result<Resolved> {
        let child = self.relation(input)?;
        let firsts = child.streaming && kind != DistinctKind::Groups;
        if kind == DistinctKind::FirstsWithinWatermark && !child.streaming {
            return Err(SparkError::new(
                "_LEGACY_ERROR_TEMP_3102",
                &[(
                    "msg",
                    "dropDuplicatesWithinWatermark is not supported with batch DataFrames/DataSets",
                )],
            )
            .with_context(";"));
        }
        if columns.is_none() {
            no_variants(child.output.iter())?;
        }
        let Some(columns) = columns else {
            if firsts {
                let keys: Vec<_> = child.output.iter().collect();
                return deduplicated(&child, &keys, kind);
            }
            if let Some(merged) = self.distinct_sessions(&child)? {
                return Ok(merged);
            }
            let plan = LogicalPlan::Distinct(Distinct::All(Arc::clone(&child.plan)));
            return Ok(Resolved {
                plan: Arc::new(plan),
                ..(*child).clone()
            });
        };
        let case_sensitive = self.context.options.case_sensitive;
        let mut keys: Vec<&Attribute> = Vec::new();
        for name in columns {
            let before = keys.len();
            for attribute in &child.output {
                let fits = names::same(&attribute.name, name, case_sensitive);
                if fits && !keys.iter().any(|k| k.id == attribute.id) {
                    keys.push(attribute);
                } else if fits {
                    return self.distinct(input, Some(&without_repeat(columns)), kind);
                }
            }
            if keys.len() == before {
                return Err(among(name, &child.output));
            }
        }
        no_variants(keys.iter().copied())?;
        if firsts {
            return deduplicated(&child, &keys, kind);
        }
        first_rows(&child, &keys, &self.context.settings)
    }

    /// Distinct rows of which a column is a session: a grouping by all columns.
    fn distinct_sessions(&self, child: &Resolved) -> Result<Option<Resolved>> {
        let keys: Vec<_> = child.output.iter().collect();
        let Some(merged) = by_columns(child, &keys, Vec::new(), &self.context.settings)? else {
            return Ok(None);
        };
        let exprs = keys.iter().map(|key| merged.column(key)).collect();
        let projection = engine(Projection::try_new(exprs, merged.plan))?;
        Ok(Some(Resolved {
            plan: Arc::new(LogicalPlan::Projection(projection)),
            ..child.clone()
        }))
    }
}

/// Rows of both sides can be put below each other only where they are as long.
pub(super) fn same_width(operator: &str, left: &Resolved, right: &Resolved) -> Result<()> {
    let [first, second] = [left, right].map(|side| side.output.len());
    if first == second {
        return Ok(());
    }
    let parameters = [
        ("operator", operator),
        ("firstNumColumns", &first.to_string()),
        ("invalidOrdinalNum", "second"),
        ("invalidNumColumns", &second.to_string()),
    ];
    Err(SparkError::new("NUM_COLUMNS_MISMATCH", &parameters))
}

/// Variants are not compared: rows that have them cannot be told apart.
fn no_variants<'a>(mut columns: impl Iterator<Item = &'a Attribute>) -> Result<()> {
    match columns.find(|c| c.data_type == DataType::Variant) {
        None => Ok(()),
        Some(column) => Err(SparkError::new(
            "UNSUPPORTED_FEATURE.SET_OPERATION_ON_VARIANT_TYPE",
            &[
                ("colName", &format!("`{}`", column.name)),
                ("dataType", "\"VARIANT\""),
            ],
        )
        .with_context(";")),
    }
}

/// What a stream refuses, in Spark's words.
fn refusal(op: SetOp, left: &Resolved, right: &Resolved) -> Option<&'static str> {
    match op {
        SetOp::Intersect if left.streaming || right.streaming => {
            Some("Intersect of streaming DataFrames/Datasets is not supported")
        }
        SetOp::Except if right.streaming => {
            Some("Except on a streaming DataFrame/Dataset on the right is not supported")
        }
        _ => None,
    }
}

/// The stream without rows that are equal in `keys` to one before.
fn deduplicated(child: &Resolved, keys: &[&Attribute], kind: DistinctKind) -> Result<Resolved> {
    for key in keys {
        if matches!(key.data_type, DataType::Map { .. }) {
            return Err(SparkError::new(
                "UNSUPPORTED_FEATURE.SET_OPERATION_ON_MAP_TYPE",
                &[
                    ("colName", &format!("`{}`", key.name)),
                    ("dataType", &format!("\"{}\"", key.data_type.sql())),
                ],
            ));
        }
    }
    let node = DeduplicateNode {
        input: (*child.plan).clone(),
        keys: keys.iter().map(|k| column_name(k.id)).collect(),
        within_watermark: kind == DistinctKind::FirstsWithinWatermark,
    };
    Ok(Resolved {
        plan: Arc::new(extension(node)),
        ..child.clone()
    })
}

/// The relation with the number of each row among its equals as one more column of
/// the plan, which the output does not show.
fn number_equals(side: Resolved) -> Result<Resolved> {
    use datafusion::functions_window::row_number::row_number_udwf;
    use datafusion::logical_expr::expr::{WindowFunction, WindowFunctionParams};
    use datafusion::logical_expr::{WindowFrame, WindowFunctionDefinition};
    let call = Physical::WindowFunction(Box::new(WindowFunction {
        fun: WindowFunctionDefinition::WindowUDF(row_number_udwf()),
        params: WindowFunctionParams {
            args: vec![],
            partition_by: side.output.iter().map(Attribute::column).collect(),
            order_by: vec![],
            window_frame: WindowFrame::new(None),
            filter: None,
            null_treatment: None,
            distinct: false,
        },
    }));
    let name = call.schema_name().to_string();
    let plan = engine(LogicalPlanBuilder::window_plan(
        (*side.plan).clone(),
        vec![call],
    ))?;
    let mut exprs: Vec<_> = side.output.iter().map(Attribute::column).collect();
    let number = datafusion::common::Column::new_unqualified(name);
    exprs.push(Physical::Column(number).alias("#number"));
    let projection = engine(Projection::try_new(exprs, Arc::new(plan)))?;
    Ok(Resolved {
        plan: Arc::new(LogicalPlan::Projection(projection)),
        ..side
    })
}

fn among(name: &str, attributes: &[Attribute]) -> SparkError {
    let all: Vec<_> = attributes.iter().map(|a| a.name.as_str()).collect();
    SparkError::new(
        "UNRESOLVED_COLUMN_AMONG_FIELD_NAMES",
        &[("colName", name), ("fieldNames", &all.join(", "))],
    )
}

fn without_repeat(columns: &[String]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for name in columns {
        if !out.iter().any(|n| n.to_lowercase() == name.to_lowercase()) {
            out.push(name.clone());
        }
    }
    out
}

/// The first row of each group, as `dropDuplicates` keeps it.
fn first_rows(child: &Resolved, keys: &[&Attribute], settings: &Settings) -> Result<Resolved> {
    let group_by: Vec<_> = keys.iter().map(|k| k.column()).collect();
    let mut calls = Vec::new();
    let mut exprs = Vec::new();
    for attribute in &child.output {
        if keys.iter().any(|k| k.id == attribute.id) {
            exprs.push(attribute.column());
            continue;
        }
        let held = fresh_id();
        let first = Physical::AggregateFunction(AggregateFunction::new_udf(
            first_value_udaf(),
            vec![attribute.column()],
            false,
            None,
            vec![],
            Some(NullTreatment::RespectNulls),
        ));
        calls.push(first.alias(column_name(held)));
        exprs.push(column(held).alias(column_name(attribute.id)));
    }
    let plan = match by_columns(child, keys, calls.clone(), settings)? {
        Some(merged) => {
            for (expr, attribute) in exprs.iter_mut().zip(&child.output) {
                if *expr == attribute.column() {
                    *expr = merged.column(attribute);
                }
            }
            merged.plan
        }
        None => {
            let aggregate = Aggregate::try_new(Arc::clone(&child.plan), group_by, calls);
            Arc::new(LogicalPlan::Aggregate(engine(aggregate)?))
        }
    };
    let projection = engine(Projection::try_new(exprs, plan))?;
    Ok(Resolved {
        plan: Arc::new(LogicalPlan::Projection(projection)),
        ..child.clone()
    })
}

fn missing(attribute: &Attribute) -> Result<Typed> {
    let mut value = Typed::constant(Literal::Null(attribute.data_type.clone()))?;
    value.name = Some(attribute.name.clone());
    Ok(value)
}

fn ordinal(index: usize) -> &'static str {
    const NAMES: [&str; 10] = [
        "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
        "tenth",
    ];
    NAMES.get(index).copied().unwrap_or("later")
}
