//! `GROUP BY ALL` and `ORDER BY ALL`. To Spark `ALL` is a name like any other, and has its
//! meaning where no column is called so.

use super::expression::{Resolver, Typed};
use super::names;
use crate::error::{Result, SparkError};
use crate::plan::{Expr, SortOrder};

/// Whether an expression is the name `ALL`.
fn is_named_all(expr: &Expr) -> bool {
    matches!(expr, Expr::Attribute(parts)
        if matches!(parts.as_slice(), [name] if name.eq_ignore_ascii_case("all")))
}

fn bare(expr: &Expr) -> &Expr {
    match expr {
        Expr::Alias { expr, .. } => expr,
        other => other,
    }
}

impl Resolver<'_, '_> {
    /// Whether the keys are `ALL`.
    pub(super) fn is_all(&self, keys: &[Expr], exprs: &[Expr]) -> bool {
        let [key] = keys else { return false };
        let case_sensitive = self.case_sensitive();
        let same = |name: &str| names::same(name, "all", case_sensitive);
        is_named_all(key)
            && !self.input.iter().any(|a| same(&a.name))
            && !exprs
                .iter()
                .any(|e| matches!(e, Expr::Alias { name, .. } if same(name)))
    }

    /// The keys of `GROUP BY ALL`: what the select list has without an aggregate.
    pub(super) fn keys_of_all(&mut self, exprs: &[Expr]) -> Result<Vec<Typed>> {
        let mut keys: Vec<Typed> = Vec::new();
        for (at, expr) in exprs.iter().enumerate() {
            let value = match self.resolve(bare(expr)) {
                Err(error) if error.condition().starts_with("UNRESOLVED_COLUMN") => {
                    return Err(self.beside_itself(expr, &exprs[..at]).unwrap_or(error));
                }
                other => other?,
            };
            if value.expr_contains_aggregate() {
                continue;
            }
            if value.expr_contains_window() {
                let text = format!("\"{}\"", value.text);
                let parameters = [
                    ("operator", "Aggregate"),
                    ("invalidExprSqls", text.as_str()),
                ];
                return Err(
                    SparkError::new("UNSUPPORTED_EXPR_FOR_OPERATOR", &parameters).with_context(";"),
                );
            }
            if !keys.iter().any(|k| k.expr == value.expr) {
                keys.push(value);
            }
        }
        Ok(keys)
    }

    /// The error for an item that names another one of its list.
    fn beside_itself(&mut self, expr: &Expr, before: &[Expr]) -> Option<SparkError> {
        for earlier in before {
            if let Expr::Alias { expr, name, .. } = earlier
                && let Ok(value) = self.resolve(expr)
            {
                self.laterals.push((name.clone(), value));
            }
        }
        let found = self.resolve(bare(expr)).is_ok();
        self.laterals.clear();
        let condition = "UNSUPPORTED_FEATURE.LATERAL_COLUMN_ALIAS_IN_GROUP_BY";
        found.then(|| SparkError::new(condition, &[]))
    }
}

/// `ORDER BY ALL` as an order of all columns, any other order as it is.
pub(super) fn order_of_all(
    order: &[SortOrder],
    output: &[super::Attribute],
    case_sensitive: bool,
) -> Vec<SortOrder> {
    let named = |a: &super::Attribute| names::same(&a.name, "all", case_sensitive);
    match order {
        [key] if is_named_all(&key.expr) && !output.iter().any(named) => output
            .iter()
            .map(|a| SortOrder {
                expr: Expr::bound(a.id, a.name.clone()),
                ..key.clone()
            })
            .collect(),
        _ => order.to_vec(),
    }
}
