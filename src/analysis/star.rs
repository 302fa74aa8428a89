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
                return Err(overlapping(except));
            }
        }
        let named = |expr: &Expr, wanted: &str| match expr {
            Expr::Bound { name, .. } | Expr::Alias { name, .. } => {
                names::same(name, wanted, case_sensitive)
            }
            _ => false,
        };
        // Those that the star stands for: another table's column of the name is not meant.
        let is_meant = |a: &&Attribute| {
            let mut own = all.iter();
            own.any(|expr| matches!(expr, Expr::Bound { id, .. } if *id == a.id))
        };
        let scope: Vec<_> = self.input.iter().filter(is_meant).cloned().collect();
        let mut all = all;
        // A column under its first name: what is left of a struct is called as before.
        let mut paths: Vec<Vec<String>> = Vec::new();
        for parts in except {
            let found = names::find(parts, &scope, case_sensitive)?;
            let (column, fields) = match &found {
                Some(found) => (found.attribute.name.as_str(), found.fields),
                None => (parts.last().map_or("", String::as_str), [].as_slice()),
            };
            let Some(at) = all.iter().position(|expr| named(expr, column)) else {
                return Err(
                    match paths
                        .iter()
                        .any(|path| names::same(&path[0], column, case_sensitive))
                    {
                        true => overlapping(except),
                        false => names::unresolved(parts, &self.input),
                    },
                );
            };
            let path = std::iter::once(column.to_string()).chain(fields.iter().cloned());
            let path: Vec<_> = path.collect();
            let starts = |one: &[String], other: &[String]| {
                let mut pairs = one.iter().zip(other);
                pairs.all(|(a, b)| names::same(a, b, case_sensitive))
            };
            if paths.iter().any(|other| starts(other, &path)) {
                return Err(overlapping(except));
            }
            if let Some(found) = &found {
                has_fields(&found.attribute.data_type, fields, case_sensitive)?;
            }
            match fields {
                [] => drop(all.remove(at)),
                fields => all[at] = without_field(&all[at], column, fields),
            }
            paths.push(path);
        }
        Ok(all)
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

fn overlapping(except: &[Vec<String>]) -> SparkError {
    let shown: Vec<_> = except.iter().map(|parts| parts.join(".")).collect();
    SparkError::new(
        "EXCEPT_OVERLAPPING_COLUMNS",
        &[("columns", &shown.join(", "))],
    )
}

/// Refuses a path that a struct has not.
fn has_fields(data_type: &DataType, path: &[String], case_sensitive: bool) -> Result<()> {
    let [first, rest @ ..] = path else {
        return Ok(());
    };
    let fields: &[_] = match data_type {
        DataType::Struct(fields) => &fields.fields,
        _ => &[],
    };
    match fields
        .iter()
        .find(|f| names::same(&f.name, first, case_sensitive))
    {
        Some(field) => has_fields(&field.data_type, rest, case_sensitive),
        None => {
            let known: Vec<_> = fields.iter().map(|f| quoted(&[&f.name])).collect();
            let name = quoted(&[first]);
            let parameters = [("fieldName", &*name), ("fields", &known.join(", "))];
            Err(SparkError::new("FIELD_NOT_FOUND", &parameters))
        }
    }
}

/// The struct without one of its fields, under the name that it had.
fn without_field(column: &Expr, name: &str, fields: &[String]) -> Expr {
    let bare = match column {
        Expr::Alias { expr, .. } => (**expr).clone(),
        other => other.clone(),
    };
    let path = Expr::Literal(Literal::String(quoted(fields)));
    Expr::call("drop field", [bare, path]).alias(name)
}
