//! `UNPIVOT` and `melt`: some columns of a row as rows of their own, one below the other.

use std::sync::Arc;

use datafusion::logical_expr::{Case, Expr as Physical, Filter, LogicalPlan, lit, or};

use super::expression::{Resolver, Typed};
use super::generate::repeated;
use super::project::emit;
use super::{Analyzer, Attribute, Resolved, column, engine, fresh_id};
use crate::error::{Result, SparkError};
use crate::functions::scalar::coercion;
use crate::plan::{Literal, Plan, UnpivotSpec};
use crate::types::DataType;

/// Columns that become one row.
struct Group {
    name: String,
    columns: Vec<Typed>,
}

impl Analyzer<'_> {
    pub(super) fn unpivot(&mut self, input: &Arc<Plan>, spec: &UnpivotSpec) -> Result<Resolved> {
        let child = self.relation(input)?;
        let ansi = self.context.settings.ansi;
        let mut resolver = Resolver::new(self, &child);
        let (ids, mut groups) = resolver.ids_and_groups(spec)?;
        if groups.is_empty() {
            return Err(SparkError::new("UNPIVOT_REQUIRES_VALUE_COLUMNS", &[]).with_context(";"));
        }
        let width = spec.names.len();
        if groups.iter().any(|g| g.columns.len() != width) {
            let names: Vec<_> = spec.names.iter().map(|n| format!("`{n}`")).collect();
            return Err(SparkError::new(
                "UNPIVOT_VALUE_SIZE_MISMATCH",
                &[("names", &names.join(", "))],
            )
            .with_context(";"));
        }
        let mut types = Vec::with_capacity(width);
        for at in 0..width {
            types.push(common_type(&groups, at, ansi)?);
        }
        for group in &mut groups {
            for (value, to) in group.columns.iter_mut().zip(&types) {
                *value = resolver.coerce(value.clone(), to)?;
            }
        }
        let place = fresh_id();
        let plan = resolver.into_input(&child)?;
        let codes = (0..groups.len() as i64).collect();
        let plan = repeated(plan, codes, place)?;
        let mut all = ids;
        all.push(by_place(
            &column(place),
            &spec.variable,
            false,
            &DataType::String,
            {
                let names = groups.iter();
                names.map(|g| Ok(Typed::constant(Literal::String(g.name.clone()))?.expr))
            },
        )?);
        for (at, (name, kind)) in spec.names.iter().zip(&types).enumerate() {
            let nullable = groups.iter().any(|g| g.columns[at].nullable);
            let values = groups.iter().map(|g| Ok(g.columns[at].expr.clone()));
            all.push(by_place(&column(place), name, nullable, kind, values)?);
        }
        let visible = all.len();
        let found = emit(plan, all, visible, None, child.streaming)?.resolved();
        if spec.include_nulls {
            return Ok(found);
        }
        without_nulls(found, width)
    }
}

impl Resolver<'_, '_> {
    fn ids_and_groups(&mut self, spec: &UnpivotSpec) -> Result<(Vec<Typed>, Vec<Group>)> {
        let mut ids = Vec::new();
        let written = self.expand(spec.ids.as_deref().unwrap_or_default())?;
        for id in &written {
            ids.push(Typed {
                qualifier: Vec::new(),
                ..self.resolve(id)?
            });
        }
        let mut groups = Vec::new();
        for (columns, name) in spec.values.iter().flatten() {
            let columns = self.resolve_all(&self.expand(columns)?)?;
            let own: Vec<_> = columns.iter().map(Typed::column_name).collect();
            groups.push(Group {
                name: name.clone().unwrap_or_else(|| own.join("_")),
                columns,
            });
        }
        let is_one = |typed: &Typed, a: &Attribute| typed.expr == a.column();
        if spec.values.is_none() {
            let free = self
                .input
                .iter()
                .filter(|a| !ids.iter().any(|id| is_one(id, a)));
            groups = free
                .map(|a| Group {
                    name: a.name.clone(),
                    columns: vec![Typed::of(a)],
                })
                .collect();
        }
        if spec.ids.is_none() {
            let values: Vec<&Typed> = groups.iter().flat_map(|g| &g.columns).collect();
            let used = |a: &&Attribute| !values.iter().any(|v| is_one(v, a));
            ids = self.input.iter().filter(used).map(Typed::of).collect();
        }
        Ok((ids, groups))
    }
}

/// The type that the columns at one place of the groups have together.
fn common_type(groups: &[Group], at: usize, ansi: bool) -> Result<DataType> {
    let mut kinds = groups.iter().map(|g| &g.columns[at].data_type);
    let first = kinds.next().cloned().unwrap_or(DataType::Null);
    let common = kinds.try_fold(first, |common, kind| {
        // Text is no number here, whatever the mode.
        let text = (common == DataType::String) != (*kind == DataType::String);
        match text && common != DataType::Null && *kind != DataType::Null {
            true => None,
            false => coercion::common_type(&common, kind, ansi),
        }
    });
    common.ok_or_else(|| {
        let mut shown: Vec<(String, Vec<String>)> = Vec::new();
        for group in groups {
            let value = &group.columns[at];
            let kind = format!("\"{}\"", value.data_type.sql());
            let name = format!("`{}`", value.column_name());
            match shown.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, names)) => names.push(name),
                None => shown.push((kind, vec![name])),
            }
        }
        let types: Vec<_> = shown
            .into_iter()
            .map(|(kind, names)| format!("{kind} ({})", names.join(", ")))
            .collect();
        SparkError::new(
            "UNPIVOT_VALUE_DATA_TYPE_MISMATCH",
            &[("types", &types.join(", "))],
        )
        .with_context(";")
    })
}

/// The value that belongs to a row's place.
fn by_place(
    place: &Physical,
    name: &str,
    nullable: bool,
    kind: &DataType,
    values: impl Iterator<Item = Result<Physical>>,
) -> Result<Typed> {
    let mut values = values.collect::<Result<Vec<_>>>()?;
    let Some(last) = values.pop() else {
        return Err(SparkError::internal("an UNPIVOT has values"));
    };
    let branches: Vec<_> = values
        .into_iter()
        .enumerate()
        .map(|(at, value)| {
            let here = place.clone().eq(lit(at as i64));
            (Box::new(here), Box::new(value))
        })
        .collect();
    let expr = match branches.is_empty() {
        true => last,
        false => Physical::Case(Case::new(None, branches, Some(Box::new(last)))),
    };
    Ok(Typed {
        name: Some(name.to_string()),
        ..Typed::new(expr, kind.clone(), nullable, name.to_string())
    })
}

/// Without the rows whose values are all null.
fn without_nulls(found: Resolved, width: usize) -> Result<Resolved> {
    let from = found.output.len() - width;
    let some = found.output[from..]
        .iter()
        .map(|a| a.column().is_not_null())
        .reduce(or)
        .unwrap_or_else(|| lit(true));
    let filter = engine(Filter::try_new(some, Arc::clone(&found.plan)))?;
    Ok(Resolved {
        plan: Arc::new(LogicalPlan::Filter(filter)),
        ..found
    })
}
