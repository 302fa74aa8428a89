//! `GROUP BY`: its keys and the sets of them that `CUBE`, `ROLLUP` and `GROUPING SETS` ask
//! for. Every such part has its own sets; together they are all combinations of these.

use sqlparser::ast::{
    Expr as Sql, Function, FunctionArg, FunctionArgExpr, FunctionArguments, GroupByExpr,
    GroupByWithModifier,
};

use super::convert::Converter;
use crate::error::{Result, SparkError};
use crate::plan::{Expr, Grouping};

/// The keys so far and the sets of positions among them.
#[derive(Default)]
struct Keys {
    exprs: Vec<Expr>,
}

impl Keys {
    fn add(&mut self, expr: Expr) -> usize {
        if let Some(at) = self.exprs.iter().position(|known| *known == expr) {
            return at;
        }
        self.exprs.push(expr);
        self.exprs.len() - 1
    }
}

impl Converter<'_> {
    /// The grouping keys, `None` without `GROUP BY`.
    pub(super) fn group_by(
        &mut self,
        group_by: &GroupByExpr,
    ) -> Result<Option<(Vec<Expr>, Grouping)>> {
        let (exprs, modifiers) = match group_by {
            GroupByExpr::Expressions(exprs, modifiers) => (exprs.as_slice(), modifiers),
            // To Spark it is a name, which may be that of a column.
            GroupByExpr::All(modifiers) if modifiers.is_empty() => {
                return Ok(Some((vec![Expr::name("ALL")], Grouping::Plain)));
            }
            GroupByExpr::All(_) => {
                return Err(SparkError::not_implemented("GROUP BY ALL with sets"));
            }
        };
        if let Some(modifier) = modifiers.first() {
            return self.with_modifier(exprs, modifier).map(Some);
        }
        if exprs.is_empty() {
            return Ok(None);
        }
        if !exprs.iter().any(is_grouping) {
            return Ok(Some((self.expressions(exprs)?, Grouping::Plain)));
        }
        let mut keys = Keys::default();
        let mut sets: Vec<Vec<usize>> = vec![Vec::new()];
        for expr in exprs {
            let more = self.sets_of(expr, &mut keys)?;
            let pairs = sets.iter().flat_map(|left| {
                let joined = more.iter().map(|right| [left.as_slice(), right].concat());
                joined.collect::<Vec<_>>()
            });
            sets = pairs.collect();
        }
        Ok(Some((keys.exprs, Grouping::Sets(sets))))
    }

    /// `GROUP BY a, b WITH CUBE`, and the older `GROUP BY a, b GROUPING SETS (…)`.
    fn with_modifier(
        &mut self,
        exprs: &[Sql],
        modifier: &GroupByWithModifier,
    ) -> Result<(Vec<Expr>, Grouping)> {
        let mut keys = Keys::default();
        let mut parts = Vec::with_capacity(exprs.len());
        for expr in exprs {
            parts.push(vec![keys.add(self.expression(expr)?)]);
        }
        let sets = match modifier {
            GroupByWithModifier::Rollup => Grouping::rollup(&parts),
            GroupByWithModifier::Cube => Grouping::cube(&parts),
            GroupByWithModifier::GroupingSets(sets) => self.sets_of(sets, &mut keys)?,
            GroupByWithModifier::Totals => {
                return Err(SparkError::internal("WITH TOTALS is another dialect's"));
            }
        };
        Ok((keys.exprs, Grouping::Sets(sets)))
    }

    /// The sets that one item of `GROUP BY` stands for.
    fn sets_of(&mut self, expr: &Sql, keys: &mut Keys) -> Result<Vec<Vec<usize>>> {
        match expr {
            Sql::Cube(parts) => Ok(Grouping::cube(&self.parts(parts, keys)?)),
            Sql::Rollup(parts) => Ok(Grouping::rollup(&self.parts(parts, keys)?)),
            Sql::GroupingSets(sets) => {
                let mut all = Vec::new();
                for set in sets {
                    match set.as_slice() {
                        [one] if is_grouping(one) => all.extend(self.sets_of(one, keys)?),
                        set => all.push(self.part(set, keys)?),
                    }
                }
                Ok(all)
            }
            Sql::Function(function) if is_grouping(expr) => {
                let mut parts = Vec::new();
                for arg in arguments(function) {
                    parts.push(match arg {
                        Sql::Tuple(items) => self.part(items, keys)?,
                        one => self.part(std::slice::from_ref(one), keys)?,
                    });
                }
                Ok(if is_call(function, "CUBE") {
                    Grouping::cube(&parts)
                } else {
                    Grouping::rollup(&parts)
                })
            }
            other => Ok(vec![vec![keys.add(self.expression(other)?)]]),
        }
    }

    fn parts(&mut self, parts: &[Vec<Sql>], keys: &mut Keys) -> Result<Vec<Vec<usize>>> {
        parts.iter().map(|part| self.part(part, keys)).collect()
    }

    fn part(&mut self, part: &[Sql], keys: &mut Keys) -> Result<Vec<usize>> {
        part.iter()
            .map(|expr| Ok(keys.add(self.expression(expr)?)))
            .collect()
    }
}

fn is_grouping(expr: &Sql) -> bool {
    match expr {
        Sql::Cube(_) | Sql::Rollup(_) | Sql::GroupingSets(_) => true,
        // Inside of another set they look like calls.
        Sql::Function(call) => is_call(call, "CUBE") || is_call(call, "ROLLUP"),
        _ => false,
    }
}

fn is_call(function: &Function, name: &str) -> bool {
    function.name.to_string().eq_ignore_ascii_case(name)
}

fn arguments(function: &Function) -> Vec<&Sql> {
    let FunctionArguments::List(list) = &function.args else {
        return Vec::new();
    };
    let exprs = list.args.iter().filter_map(|arg| match arg {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
        _ => None,
    });
    exprs.collect()
}
