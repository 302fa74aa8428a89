//! `VALUES`: rows that stand in the query.

use std::sync::Arc;

use datafusion::logical_expr::{LogicalPlan, Values};

use super::expression::{Resolver, Typed};
use super::leaf::one_row;
use super::{Analyzer, Attribute, Resolved, column_name, engine, fresh_id};
use crate::error::{Result, SparkError};
use crate::plan::Expr;
use crate::types::DataType;

impl Analyzer<'_> {
    pub(super) fn values(&mut self, rows: &[Vec<Expr>]) -> Result<Resolved> {
        let nothing = one_row()?;
        let mut table: Vec<Vec<Typed>> = Vec::with_capacity(rows.len());
        for row in rows {
            let mut resolver = Resolver::new(self, &nothing);
            let values = resolver.resolve_all(row)?;
            if row
                .iter()
                .any(|expr| matches!(expr, Expr::ScalarSubquery(_)))
            {
                let condition =
                    "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.SCALAR_SUBQUERY_IN_VALUES";
                return Err(SparkError::new(condition, &[]));
            }
            for (expr, value) in row.iter().zip(&values) {
                if super::random_call::draws(expr) || value.expr_contains_aggregate() {
                    let shown = format!("\"{}\"", value.text);
                    let condition =
                        "INVALID_INLINE_TABLE.CANNOT_EVALUATE_EXPRESSION_IN_INLINE_TABLE";
                    return Err(SparkError::new(condition, &[("expr", &shown)]));
                }
            }
            table.push(values);
        }
        let width = table.first().map_or(0, Vec::len);
        let mut columns: Vec<Vec<Typed>> = Vec::with_capacity(width);
        for index in 0..width {
            let mut column = Vec::with_capacity(table.len());
            for row in &table {
                let Some(value) = row.get(index) else {
                    return Err(SparkError::new(
                        "INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH",
                        &[
                            ("expectedNumCols", &width.to_string()),
                            ("actualNumCols", &row.len().to_string()),
                            ("rowIndex", "0"),
                        ],
                    ));
                };
                column.push(value.clone());
            }
            let resolver = Resolver::new(self, &nothing);
            columns.push(resolver.unified(column, "values", "values")?);
        }
        inline(columns)
    }
}

/// A table of constant rows, given by columns.
fn inline(columns: Vec<Vec<Typed>>) -> Result<Resolved> {
    let rows = columns.first().map_or(0, Vec::len);
    let mut output = Vec::new();
    for (index, column) in columns.iter().enumerate() {
        output.push(Attribute {
            id: fresh_id(),
            name: format!("col{}", index + 1),
            data_type: column
                .first()
                .map_or(DataType::Null, |v| v.data_type.clone()),
            nullable: column.iter().any(|v| v.nullable),
            qualifier: Vec::new(),
            metadata: serde_json::Map::new(),
        });
    }
    let fields: Vec<_> = output
        .iter()
        .map(|a| {
            arrow::datatypes::Field::new(column_name(a.id), a.data_type.to_arrow(), a.nullable)
        })
        .collect();
    let schema = engine(datafusion::common::DFSchema::try_from(
        arrow::datatypes::Schema::new(fields),
    ))?;
    let values = (0..rows)
        .map(|row| {
            columns
                .iter()
                .map(|column| column[row].expr.clone())
                .collect()
        })
        .collect();
    let plan = LogicalPlan::Values(Values {
        schema: Arc::new(schema),
        values,
    });
    Ok(Resolved {
        plan: Arc::new(plan),
        output,
        streaming: false,
    })
}
