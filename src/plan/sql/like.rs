//! `LIKE` and `ILIKE`, with one pattern or with a list of them after `ANY`, `SOME` or `ALL`.

use sqlparser::ast::{
    Expr as Sql, FunctionArg, FunctionArgExpr, FunctionArguments, Spanned, Value, ValueWithSpan,
};
use sqlparser::tokenizer::Span;

use super::convert::Converter;
use super::expression::negate;
use crate::error::{Result, SparkError};
use crate::plan::{Expr, Literal};

/// What stands after the value that is compared.
pub(super) struct Pattern<'a> {
    /// `like` or `ilike`.
    name: &'static str,
    negated: bool,
    any: bool,
    pattern: &'a Sql,
    escape: Option<&'a ValueWithSpan>,
}

impl<'a> Pattern<'a> {
    pub(super) fn new(
        name: &'static str,
        negated: bool,
        any: bool,
        pattern: &'a Sql,
        escape: Option<&'a ValueWithSpan>,
    ) -> Self {
        Self {
            name,
            negated,
            any,
            pattern,
            escape,
        }
    }

    /// The quantifier before a list of patterns, and the list.
    fn quantified(&self) -> Option<(&'static str, Vec<&'a Sql>)> {
        if self.any {
            return match self.pattern {
                Sql::Tuple(items) => Some(("any", items.iter().collect())),
                Sql::Nested(item) => Some(("any", vec![item])),
                _ => None,
            };
        }
        let Sql::Function(function) = self.pattern else {
            return None;
        };
        let quantifier = match function.name.to_string().to_ascii_uppercase().as_str() {
            "ANY" | "SOME" => "any",
            "ALL" => "all",
            _ => return None,
        };
        let FunctionArguments::List(list) = &function.args else {
            return None;
        };
        let items = list.args.iter().filter_map(|arg| match arg {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(item)) => Some(item),
            _ => None,
        });
        Some((quantifier, items.collect()))
    }
}

impl Converter<'_> {
    pub(super) fn like(&mut self, expr: &Sql, pattern: Pattern<'_>) -> Result<Expr> {
        if let Some((quantifier, items)) = pattern.quantified() {
            if let Some(escape) = pattern.escape {
                return Err(self.unexpected(escape.span.start));
            }
            let value = self.expression(expr)?;
            return self.like_each(value, &pattern, quantifier, &items);
        }
        let mut args = vec![self.expression(expr)?, self.expression(pattern.pattern)?];
        if let Some(escape) = pattern.escape {
            let Value::TripleSingleQuotedString(shown) = &escape.value else {
                return Err(self.unexpected(escape.span.start));
            };
            if shown.chars().count() != 1 {
                let quoted = format!("'{shown}'");
                let error = SparkError::new("INVALID_ESC", &[("invalidEscape", &quoted)]);
                let span = Span {
                    start: pattern.pattern.span().start,
                    end: escape.span.end,
                };
                return Err(self.at(error, self.with_previous(span)));
            }
            args.push(Expr::Literal(Literal::String(shown.clone())));
        }
        Ok(negate(pattern.negated, Expr::call(pattern.name, args)))
    }

    /// Several patterns: for texts alone an operation of its own, else as many `LIKE`s.
    fn like_each(
        &mut self,
        value: Expr,
        pattern: &Pattern<'_>,
        quantifier: &str,
        items: &[&Sql],
    ) -> Result<Expr> {
        let mut patterns = Vec::with_capacity(items.len());
        for item in items {
            patterns.push(self.expression(item)?);
        }
        let is_text = |e: &Expr| matches!(e, Expr::Literal(Literal::String(_)));
        if patterns.iter().all(is_text) {
            let lower = pattern.name == "ilike";
            let value = match lower {
                true => Expr::call("lower", [value]),
                false => value,
            };
            let patterns = patterns.into_iter().map(|pattern| match pattern {
                Expr::Literal(Literal::String(text)) if lower => {
                    Expr::Literal(Literal::String(text.to_lowercase()))
                }
                other => other,
            });
            let not = if pattern.negated { "not " } else { "" };
            let args = std::iter::once(value).chain(patterns);
            return Ok(Expr::call(format!("{not}like {quantifier}"), args));
        }
        Ok(joined(
            value,
            patterns,
            pattern.name,
            pattern.negated,
            quantifier,
        ))
    }
}

fn joined(value: Expr, patterns: Vec<Expr>, name: &str, negated: bool, quantifier: &str) -> Expr {
    let operator = if quantifier == "any" { "or" } else { "and" };
    let each = patterns
        .into_iter()
        .map(|pattern| negate(negated, Expr::call(name, [value.clone(), pattern])));
    each.reduce(|left, right| Expr::call(operator, [left, right]))
        .unwrap_or(Expr::Literal(Literal::Boolean(quantifier == "all")))
}
