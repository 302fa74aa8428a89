//! `*`, `t.*` and `* EXCEPT (…)`: the columns that a star stands for.

use super::expression::Resolver;
use super::{Attribute, names};
use crate::error::{Result, SparkError, quoted};
use crate::plan::{Expr, Literal};
use crate::types::DataType;

impl Resolver<'_, '_> {
    /// Replaces stars by the columns that they stand for.
    pub fn expand(&self, exprs: &[Expr]) -> Result<Vec<Expr>> {
        let mut out = Vec::with_capacity(exprs.len());
        for expr in exprs {
            match expr {
                Expr::Star { qualifier } => self.star(qualifier, &mut out)?,
                Expr::StarExcept { qualifier, except } => {
                    let mut all = Vec::new();
                    self.star(qualifier, &mut all)?;
                    out.extend(self.without(all, except)?);
                }
                other => out.push(other.clone()),
            }
        }
        Ok(out)
    }

    /// The columns of a star without those of its `EXCEPT`.
    fn without(&self, all: Vec<Expr>, except: &[Vec<String>]) -> Result<Vec<Expr>> {
        let case_sensitive = self.case_sensitive();
        for (at, parts) in except.iter().enumerate() {
            let same = |other: &Vec<String>| {
                let pairs = parts.iter().zip(other);
                parts.len() == other.len()
                    && pairs
                        .into_iter()
                        .all(|(a, b)| names::same(a, b, case_sensitive))
            };
            if except[..at].iter().any(same) {
                let shown: Vec<_> = except.iter().map(|parts| parts.join(".")).collect();
                return Err(SparkError::new(
                    "EXCEPT_OVERLAPPING_COLUMNS",
                    &[("columns", &shown.join(", "))],
                ));
            }
        }
        let named = |expr: &Expr, wanted: &str| match expr {
            Expr::Bound { name, .. } | Expr::Alias { name, .. } => {
                names::same(name, wanted, case_sensitive)
            }
            _ => false,
        };
        for parts in except {
            let last = parts.last().map_or("", String::as_str);
            if !all.iter().any(|expr| named(expr, last)) {
                return Err(names::unresolved(parts, &self.input));
            }
        }
        let left_out = |expr: &Expr| {
            let mut lasts = except.iter().filter_map(|parts| parts.last());
            lasts.any(|last| named(expr, last))
        };
        Ok(all.into_iter().filter(|expr| !left_out(expr)).collect())
    }

    fn star(&self, qualifier: &[String], out: &mut Vec<Expr>) -> Result<()> {
        let case_sensitive = self.case_sensitive();
        let bound = |a: &Attribute| Expr::bound(a.id, a.name.clone());
        let before = out.len();
        out.extend(
            self.input
                .iter()
                .filter(|a| {
                    qualifier.is_empty()
                        || (a.qualifier.len() >= qualifier.len()
                            && a.qualifier[a.qualifier.len() - qualifier.len()..]
                                .iter()
                                .zip(qualifier)
                                .all(|(l, r)| names::same(l, r, case_sensitive)))
                })
                .map(bound),
        );
        if out.len() > before || qualifier.is_empty() {
            return Ok(());
        }
        // `s.*` of a struct column.
        if let Some(found) = names::find(qualifier, &self.input, case_sensitive)?
            && let (DataType::Struct(fields), []) = (&found.attribute.data_type, found.fields)
        {
            out.extend(fields.fields.iter().map(|f| Expr::Alias {
                expr: Box::new(Expr::Extract {
                    expr: Box::new(bound(found.attribute)),
                    key: Box::new(Expr::Literal(Literal::String(f.name.clone()))),
                }),
                name: f.name.clone(),
                metadata: None,
            }));
            return Ok(());
        }
        let mut names: Vec<_> = self.input.iter().map(|a| a.name.as_str()).collect();
        names.sort_unstable();
        let columns: Vec<_> = names.iter().map(|n| quoted(&[*n])).collect();
        Err(SparkError::new(
            "CANNOT_RESOLVE_STAR_EXPAND",
            &[
                ("targetString", &quoted(qualifier)),
                ("columns", &columns.join(", ")),
            ],
        ))
    }
}
