//! The users' names of the columns of a plan, whose own are numbers (`#7`).

use std::collections::HashMap;

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::{Expr, LogicalPlan};

use crate::engine::from_datafusion;
use crate::error::Result;

/// By number: the name in the source, or the expression over such names.
#[derive(Debug, Default)]
pub struct ColumnNames {
    expressions: HashMap<String, String>,
}

impl ColumnNames {
    pub fn of(plan: &LogicalPlan) -> Result<Self> {
        let mut names = Self::default();
        plan.apply(|node| {
            for expression in node.expressions() {
                let Expr::Alias(alias) = &expression else {
                    continue;
                };
                let text = match alias.expr.as_ref() {
                    Expr::Column(column) => column.name.clone(),
                    other => other.to_string(),
                };
                // What only passes a number on under itself says nothing.
                if text != alias.name {
                    names.expressions.entry(alias.name.clone()).or_insert(text);
                }
            }
            Ok(TreeNodeRecursion::Continue)
        })
        .map_err(from_datafusion)?;
        Ok(names)
    }

    pub fn name(&self, column: &str) -> String {
        self.resolve(column, 0)
    }

    /// Expressions are over the numbers of other columns; those end in names.
    fn resolve(&self, text: &str, depth: usize) -> String {
        const DEEPEST: usize = 32;
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find('#') {
            let digits = rest[at + 1..]
                .bytes()
                .take_while(u8::is_ascii_digit)
                .count();
            let (before, from) = rest.split_at(at);
            let (number, after) = from.split_at(1 + digits);
            out.push_str(before);
            match self.expressions.get(number) {
                Some(below) if depth < DEEPEST => out.push_str(&self.resolve(below, depth + 1)),
                _ => out.push_str(number),
            }
            rest = after;
        }
        out.push_str(rest);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_end_in_names() {
        let pairs = [
            ("#1", "t"),
            ("#6", "start(#1)"),
            ("#7", "#6"),
            ("#8", "#8 + #1"),
        ];
        let pairs = pairs.map(|(a, b)| (a.to_string(), b.to_string()));
        let names = ColumnNames {
            expressions: HashMap::from(pairs),
        };
        assert_eq!(names.name("#7"), "start(t)");
        assert_eq!(names.name("#9"), "#9");
        assert_eq!(names.name("plain"), "plain");
        // Never for ever.
        assert!(names.name("#8").len() > 3);
    }
}
