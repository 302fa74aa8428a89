//! The steps of a pipe that no clause of a query stands for: `|> EXTEND`, `|> SET` and
//! `|> AGGREGATE`. The others are selects over the rows before them.

use std::sync::Arc;

use super::{Analyzer, Attribute, Resolved, names};
use crate::error::{Result, SparkError, quoted};
use crate::plan::text::expr_text;
use crate::plan::{Expr, Grouping, Literal, PipeStep, Plan};

impl Analyzer<'_> {
    pub(super) fn step(&mut self, input: &Arc<Plan>, step: &PipeStep) -> Result<Resolved> {
        match step {
            PipeStep::Rows => Ok((*self.relation(input)?).clone()),
            PipeStep::Extend(exprs) => self.extended(input, exprs),
            PipeStep::Set { column, value } => self.column_set(input, column, value),
            PipeStep::Aggregate { keys, exprs } => self.aggregate_step(input, keys, exprs),
        }
    }

    fn extended(&mut self, input: &Arc<Plan>, exprs: &[Expr]) -> Result<Resolved> {
        let child = self.relation(input)?;
        let mut all = vec![Expr::Star {
            qualifier: Vec::new(),
        }];
        for expr in exprs {
            if let Some(call) = first_aggregate(expr) {
                let text = text_of(&call, &child.output, self.context.options.case_sensitive);
                let parameters = [("expr", text.as_str()), ("clause", "EXTEND")];
                let condition = "PIPE_OPERATOR_CONTAINS_AGGREGATE_FUNCTION";
                return Err(SparkError::new(condition, &parameters));
            }
            all.push(expr.clone());
        }
        self.project(input, &all, true)
    }

    fn column_set(
        &mut self,
        input: &Arc<Plan>,
        column: &[String],
        value: &Expr,
    ) -> Result<Resolved> {
        let child = self.relation(input)?;
        let case_sensitive = self.context.options.case_sensitive;
        let [name] = column else {
            return Err(SparkError::not_implemented("a field in |> SET"));
        };
        let mut known = child.output.iter();
        if !known.any(|a| names::same(&a.name, name, case_sensitive)) {
            let all = child.output.iter().map(|a| quoted(&[&a.name]));
            let all: Vec<_> = all.take(5).collect();
            let parameters = [
                ("objectName", &*quoted(column)),
                ("proposal", &*all.join(", ")),
            ];
            let condition = "UNRESOLVED_COLUMN.WITH_SUGGESTION";
            return Err(SparkError::new(condition, &parameters));
        }
        self.with_columns(input, &[(name.clone(), value.clone())])
    }

    fn aggregate_step(
        &mut self,
        input: &Arc<Plan>,
        keys: &[Expr],
        exprs: &[Expr],
    ) -> Result<Resolved> {
        let child = self.relation(input)?;
        if let Some(plain) = exprs.iter().find(|expr| first_aggregate(expr).is_none()) {
            let case_sensitive = self.context.options.case_sensitive;
            let text = text_of(bare(plain), &child.output, case_sensitive);
            let condition = "PIPE_OPERATOR_AGGREGATE_EXPRESSION_CONTAINS_NO_AGGREGATE_FUNCTION";
            return Err(SparkError::new(condition, &[("expr", &text)]));
        }
        let is_position = |key: &Expr| matches!(bare(key), Expr::Literal(Literal::Integer(_)));
        if keys.iter().any(is_position) {
            let feature = "a position in the GROUP BY of |> AGGREGATE";
            return Err(SparkError::not_implemented(feature));
        }
        let groups: Vec<_> = keys.iter().map(|key| bare(key).clone()).collect();
        let shown = [keys, exprs].concat();
        self.aggregate(input, &groups, &Grouping::Plain, &shown)
    }
}

/// An expression without the name that it is given.
fn bare(expr: &Expr) -> &Expr {
    match expr {
        Expr::Alias { expr, .. } => expr,
        other => other,
    }
}

/// The first call of an aggregate that is not over a window.
fn first_aggregate(expr: &Expr) -> Option<Expr> {
    let mut found = None;
    let looked = expr.rewrite(&mut |part| {
        let is_aggregate = matches!(part, Expr::Call(call)
            if crate::engine::aggregate::is_aggregate(&call.name.to_ascii_lowercase()));
        if is_aggregate && found.is_none() {
            found = Some(part.clone());
        }
        let is_window = matches!(part, Expr::Over { .. });
        Ok::<_, std::convert::Infallible>(is_window.then(|| part.clone()))
    });
    looked.ok().and(found)
}

/// The text of an expression with its columns as what they are resolved to.
fn text_of(expr: &Expr, columns: &[Attribute], case_sensitive: bool) -> String {
    let named = expr.rewrite(&mut |part| {
        let Expr::Attribute(parts) = part else {
            return Ok::<_, std::convert::Infallible>(None);
        };
        let found = names::find(parts, columns, case_sensitive).ok().flatten();
        Ok(found
            .map(|found| Expr::name(format!("{}#{}", found.attribute.name, found.attribute.id.0))))
    });
    match named {
        Ok(named) => expr_text(&named),
        Err(never) => match never {},
    }
}
