//! The clauses `PIVOT` and `UNPIVOT` after a table.

use std::sync::Arc;

use sqlparser::ast::{Expr as Sql, ExprWithAlias, Ident, PivotValueSource};

use super::convert::Converter;
use crate::error::{Result, SparkError};
use crate::plan::{Expr, PivotSpec, Plan, Relation, UnpivotSpec};

impl Converter<'_> {
    pub(super) fn pivot(
        &mut self,
        input: Arc<Plan>,
        aggregates: &[ExprWithAlias],
        columns: &[Sql],
        source: &PivotValueSource,
    ) -> Result<Arc<Plan>> {
        let PivotValueSource::List(values) = source else {
            return Err(SparkError::not_implemented("PIVOT … IN of a query"));
        };
        let mut all = Vec::with_capacity(aggregates.len());
        for aggregate in aggregates {
            let (expr, name) = self.aliased(aggregate)?;
            all.push(match name {
                Some(name) => expr.alias(name),
                None => expr,
            });
        }
        let mut columns = self.expressions(columns)?;
        let column = match columns.len() {
            1 => columns.remove(0),
            _ => Expr::call("struct", columns),
        };
        let spec = PivotSpec {
            keys: None,
            column,
            values: values
                .iter()
                .map(|value| self.aliased(value))
                .collect::<Result<_>>()?,
            aggregates: all,
        };
        let spec = Box::new(spec);
        Ok(Plan::new(Relation::Pivot { input, spec }))
    }

    pub(super) fn unpivot(
        &mut self,
        input: Arc<Plan>,
        value: &Sql,
        variable: &Ident,
        columns: &[ExprWithAlias],
        include_nulls: bool,
    ) -> Result<Arc<Plan>> {
        let names = match self.expression(value)? {
            Expr::Call(call) if call.name == "struct" => call.args,
            one => vec![one],
        };
        let name = |expr: &Expr| match expr {
            Expr::Attribute(parts) => Ok(parts.join(".")),
            _ => Err(SparkError::not_implemented("UNPIVOT of such a value")),
        };
        let mut values = Vec::with_capacity(columns.len());
        for column in columns {
            let (expr, name) = self.aliased(column)?;
            values.push(match expr {
                Expr::Call(call) if call.name == "struct" => (call.args, name),
                one => (vec![one], name),
            });
        }
        let spec = UnpivotSpec {
            ids: None,
            values: Some(values),
            variable: variable.value.clone(),
            names: names.iter().map(name).collect::<Result<_>>()?,
            include_nulls,
        };
        let spec = Box::new(spec);
        Ok(Plan::new(Relation::Unpivot { input, spec }))
    }

    fn aliased(&mut self, item: &ExprWithAlias) -> Result<(Expr, Option<String>)> {
        let name = item.alias.as_ref().map(|alias| alias.value.clone());
        Ok((self.expression(&item.expr)?, name))
    }
}
