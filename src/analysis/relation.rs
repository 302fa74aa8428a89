//! One relation at a time: what each verb makes of its input. The larger verbs have
//! files of their own.

use std::sync::Arc;

use datafusion::logical_expr::{Expr as Physical, Filter, LogicalPlan};

use super::expression::{Resolver, Typed};
use super::leaf::{local, one_row, range, scan};
use super::project::emit;
use super::{Analyzer, Attribute, Named, Resolved, engine, internal, names};
use crate::engine::kept_order::held;
use crate::error::{Result, SparkError, quoted};
use crate::plan::{Expr, Plan, Relation};
use crate::types::DataType;

/// Where a query looks for the name of a table.
pub fn search_path(database: &str) -> String {
    let last = quoted(&["spark_catalog", database]);
    format!("[`system`.`builtin`, `system`.`session`, {last}]")
}

/// There is no table or view of that name on the path.
pub fn not_found(name: &[String], path: &str) -> SparkError {
    SparkError::new(
        "TABLE_OR_VIEW_NOT_FOUND",
        &[("relationName", &quoted(name)), ("searchPath", path)],
    )
}

impl<'a> Analyzer<'a> {
    /// Resolves a node, or recalls what was found before. The answer holds for good:
    /// a frame is bound to the settings and views of the moment it was made.
    pub fn relation(&mut self, plan: &Arc<Plan>) -> Result<Arc<Resolved>> {
        let depth = self.outer.len();
        let mut inside = self.inside.iter();
        if let Some((.., known)) = inside.find(|(d, p, _)| *d == depth && Arc::ptr_eq(p, plan)) {
            return Ok(Arc::clone(known));
        }
        if let Some(known) = plan.memo.get() {
            let known = Arc::clone(known)
                .downcast::<Resolved>()
                .map_err(|_| internal("a plan's memo holds something else"))?;
            let shared = |a: &Attribute| self.outer.iter().flatten().any(|o| o.id == a.id);
            if !known.output.iter().any(shared) {
                return Ok(known);
            }
            // A frame inside a query over itself: its columns are others there.
            let known = Arc::new(super::project::renewed(&known)?);
            self.inside
                .push((depth, Arc::clone(plan), Arc::clone(&known)));
            return Ok(known);
        }
        let behind = self.behind_input(plan)?;
        let around = std::mem::replace(&mut self.behind, behind);
        let resolved = self.resolve_relation(plan);
        self.behind = around;
        let resolved = Arc::new(resolved?);
        if depth > 0 && !resolved.plan.all_out_ref_exprs().is_empty() {
            // In another query it is another.
            self.inside
                .push((depth, Arc::clone(plan), Arc::clone(&resolved)));
            return Ok(resolved);
        }
        let memo: Arc<dyn std::any::Any + Send + Sync> = resolved.clone();
        let _ = plan.memo.set(memo);
        Ok(resolved)
    }

    fn resolve_relation(&mut self, plan: &Arc<Plan>) -> Result<Resolved> {
        match &plan.relation {
            Relation::OneRow => one_row(),
            Relation::Local(data) => {
                if data.batches.iter().any(|batch| batch.num_rows() > 0) {
                    self.check_time_type(&DataType::Struct(data.schema.clone()))?;
                }
                local(data, self.context.options.parallelism)
            }
            Relation::Values { rows } => self.values(rows),
            Relation::Range {
                start,
                end,
                step,
                partitions,
            } => {
                let count = partitions.unwrap_or(self.context.options.parallelism);
                range(*start, *end, *step, count)
            }
            Relation::Table(name) => self.table(name),
            Relation::Read(spec) => scan("read", self.context.catalog.read(spec)?),
            Relation::Project { input, exprs } => self.project(input, exprs, true),
            Relation::Select { input, exprs } => self.project(input, exprs, false),
            Relation::WithColumns { input, columns } => self.with_columns(input, columns),
            Relation::Rename { input, names } => self.rename(input, names),
            Relation::Named { input, names } => self.named(input, names),
            Relation::Drop { input, columns } => self.drop_columns(input, columns),
            Relation::Filter { input, condition } => self.filter(input, condition),
            Relation::Having { input, condition } => self.having(input, condition),
            Relation::Qualify { input, condition } => self.qualify(input, condition),
            Relation::Aggregate {
                input,
                keys,
                grouping,
                exprs,
            } => self.aggregate(input, keys, grouping, exprs),
            Relation::Pivot { input, spec } => self.pivot(input, spec),
            Relation::Unpivot { input, spec } => self.unpivot(input, spec),
            Relation::Sort {
                input,
                order,
                global,
            } => self.sort(input, order, *global),
            Relation::Zip { left, right } => self.zip(left, right),
            Relation::Repartition { input, dealing } => self.repartition(input, dealing),
            Relation::Sample {
                input,
                lower,
                upper,
                seed,
            } => self.sample(input, *lower, *upper, *seed),
            Relation::Resample {
                input,
                fraction,
                seed,
            } => self.resample(input, *fraction, *seed),
            Relation::Generate {
                input,
                call,
                outer,
                alias,
            } => {
                let alias = alias.as_ref();
                let alias = alias.map(|(name, columns)| (name.as_str(), columns.as_slice()));
                self.lateral_view(input, call, *outer, alias)
            }
            Relation::Uniform { input, name, seed } => self.with_uniform(input, name, *seed),
            Relation::Limit { input, skip, fetch } => self.limit(input, *skip, *fetch),
            Relation::Distinct {
                input,
                columns,
                kind,
            } => self.distinct(input, columns.as_deref(), *kind),
            Relation::Join {
                left,
                right,
                kind,
                on,
            } => self.join(left, right, *kind, on),
            Relation::Lateral {
                left,
                right,
                kind,
                on,
            } => self.lateral(left, right, *kind, on.as_ref()),
            Relation::Set {
                left,
                right,
                op,
                all,
                by_name,
                allow_missing,
            } => self.set(left, right, *op, *all, *by_name, *allow_missing),
            Relation::Alias {
                input,
                name,
                columns,
            } => self.alias(input, name, columns),
            Relation::With { input, definitions } => self.with(input, definitions),
            Relation::Step { input, step } => self.step(input, step),
            Relation::Recursive(query) => self.recursive(query),
            Relation::Misplaced { condition } => Err(SparkError::new(condition, &[])),
            Relation::Watermark {
                input,
                column,
                delay,
            } => self.watermark(input, column, delay),
            Relation::Observe {
                input,
                name,
                exprs,
                cell,
            } => self.observe(input, name, exprs, cell.as_ref()),
            Relation::Groups {
                input,
                keys,
                spec,
                initial,
            } => self.groups(input, keys, spec, initial.as_ref()),
            Relation::TableFunction {
                name,
                args,
                beside,
                alias,
            } => self.table_function(name, args, beside.as_ref(), alias.as_ref()),
            Relation::BatchMap { input, spec } => self.batch_map(input, spec),
            Relation::GroupMap { inputs, spec } => self.group_map(inputs, spec),
        }
    }

    fn filter(&mut self, input: &Arc<Plan>, condition: &Expr) -> Result<Resolved> {
        let child = self.relation(input)?;
        // A draw belongs to a row that is left by then.
        if let Some((first, rest)) = super::random_call::split_before_draws(condition)
            && let Ok(kept) = self.filter_resolved(&child, &first)
            && let Ok(both) = self.filter_resolved(&kept, &rest)
        {
            return Ok(both);
        }
        match self.filter_resolved(&child, condition) {
            // A condition on a column that the select list dropped.
            Err(error) if error.condition().starts_with("UNRESOLVED_COLUMN") => {
                let bound_below = matches!(
                    input.relation,
                    Relation::Project { .. } | Relation::Select { .. }
                );
                if !bound_below {
                    return Err(error);
                }
                match self.having_with(input, condition, &[]) {
                    Ok(Some(extended)) => Ok(extended.resolved()),
                    _ => Err(error),
                }
            }
            other => other,
        }
    }

    pub(super) fn filter_resolved(
        &mut self,
        child: &Resolved,
        condition: &Expr,
    ) -> Result<Resolved> {
        super::generate::outside_select(&[condition], &child.output, |texts| {
            format!("'Filter {}", texts.join(""))
        })?;
        let mut resolver = Resolver::new(self, child);
        let value = resolver.resolve(condition)?;
        if value.expr_contains_aggregate() {
            return Err(SparkError::new(
                "INVALID_WHERE_CONDITION",
                &[
                    ("condition", &format!("\"{}\"", value.text)),
                    ("expressionList", &aggregates_of(condition)),
                ],
            ));
        }
        if value.expr_contains_window() {
            return Err(SparkError::new(
                "WINDOW_FUNCTION_NOT_ALLOWED_IN_CLAUSE",
                &[("clauseName", "WHERE")],
            ));
        }
        let windows = resolver.window_columns();
        let holds_rows = resolver.holds_rows;
        let plan = resolver.into_input(child)?;
        let widened = plan.schema().fields().len() != child.plan.schema().fields().len();
        let condition = checked_condition(value)?;
        let filter = engine(Filter::try_new(condition, plan))?;
        let mut plan = Arc::new(match holds_rows {
            true => held(LogicalPlan::Filter(filter)),
            false => LogicalPlan::Filter(filter),
        });
        if !windows.is_empty() {
            // Spark leaves the window among the columns, as the first.
            return beside_windows(plan, windows, child);
        }
        if widened {
            plan = Self::keep(plan, &child.output)?;
        }
        Ok(Resolved {
            plan,
            output: child.output.clone(),
            streaming: child.streaming,
        })
    }

    fn table(&mut self, name: &[String]) -> Result<Resolved> {
        if let [single] = name {
            let case_sensitive = self.context.options.case_sensitive;
            let found = self
                .definitions
                .iter()
                .rposition(|(n, _)| names::same(n, single, case_sensitive));
            if let Some(at) = found {
                let plan = Arc::clone(&self.definitions[at].1);
                // A definition sees those before it only.
                let later = self.definitions.split_off(at);
                let resolved = self.relation(&plan);
                self.definitions.extend(later);
                let resolved = self.apart_from_outer((*resolved?).clone())?;
                return Ok(qualified(resolved, single));
            }
        }
        let found = self.context.catalog.lookup(name)?;
        let is_ours = |first: &String| first.eq_ignore_ascii_case("spark_catalog");
        let spaces = name.len() - usize::from(name.first().is_some_and(is_ours));
        if found.is_none() && spaces > 2 {
            return Err(SparkError::new(
                "REQUIRES_SINGLE_PART_NAMESPACE",
                &[
                    ("sessionCatalog", "spark_catalog"),
                    ("identifier", &quoted(name)),
                ],
            ));
        }
        let last = name.last().cloned().unwrap_or_default();
        match found {
            Some(Named::View(plan)) => {
                let resolved = (*self.relation(&plan)?).clone();
                Ok(qualified(self.apart_from_outer(resolved)?, &last))
            }
            Some(Named::Stored(plan, whole)) => {
                let resolved = (*self.relation(&plan)?).clone();
                Ok(qualified_by(self.apart_from_outer(resolved)?, &whole))
            }
            Some(Named::Defined(view)) => {
                let whole = view.name.clone();
                let resolved = self.defined(*view)?;
                Ok(qualified_by(self.apart_from_outer(resolved)?, &whole))
            }
            Some(Named::Table(source)) => Ok(qualified(scan(&last, source)?, &last)),
            None => Err(not_found(name, &search_path(&self.context.database))),
        }
    }

    /// Under new ids where a query around this one uses the same relation.
    fn apart_from_outer(&self, resolved: Resolved) -> Result<Resolved> {
        let shared = |a: &Attribute| self.outer.iter().flatten().any(|o| o.id == a.id);
        if resolved.output.iter().any(shared) {
            return super::project::renewed(&resolved);
        }
        Ok(resolved)
    }

    fn with(&mut self, input: &Arc<Plan>, definitions: &[(String, Arc<Plan>)]) -> Result<Resolved> {
        no_repeated(definitions)?;
        let before = self.definitions.len();
        self.definitions.extend_from_slice(definitions);
        let resolved = self.relation(input);
        self.definitions.truncate(before);
        Ok((*resolved?).clone())
    }

    fn alias(&mut self, input: &Arc<Plan>, name: &str, columns: &[String]) -> Result<Resolved> {
        let child = self.relation(input)?;
        if columns.is_empty() {
            return Ok(qualified((*child).clone(), name));
        }
        same_number(columns.len(), child.output.len())?;
        Ok(qualified(self.named(input, columns)?, name))
    }
}

/// Refuses two queries of one name in a `WITH`.
pub(super) fn no_repeated(definitions: &[(String, Arc<Plan>)]) -> Result<()> {
    for (at, (name, _)) in definitions.iter().enumerate() {
        if definitions[..at].iter().any(|(other, _)| other == name) {
            let parameters = [("duplicateNames", &*quoted(&[name]))];
            let error = SparkError::new("DUPLICATED_CTE_NAMES", &parameters);
            return Err(error.with_class(crate::error::ErrorClass::Parse));
        }
    }
    Ok(())
}

/// Refuses a list of names that is not as long as what they are for.
pub(super) fn same_number(names: usize, columns: usize) -> Result<()> {
    if names == columns {
        return Ok(());
    }
    let [names, columns] = [names, columns].map(|count| count.to_string());
    let parameters = [("numExpr", &*names), ("numTarget", &*columns)];
    Err(SparkError::new("ASSIGNMENT_ARITY_MISMATCH", &parameters))
}

/// The outermost aggregate calls of an expression, as text.
fn aggregates_of(expr: &Expr) -> String {
    fn collect(expr: &Expr, out: &mut Vec<String>) {
        match expr {
            Expr::Call(call) if crate::engine::aggregate::is_aggregate(&call.name) => {
                let args: Vec<_> = call
                    .args
                    .iter()
                    .map(|a| match a {
                        Expr::Star { .. } => "1".to_string(),
                        other => crate::plan::text::expr_text(other),
                    })
                    .collect();
                out.push(crate::plan::text::call_text(
                    &call.name,
                    &args,
                    call.distinct,
                ));
            }
            Expr::Call(call) => call.args.iter().for_each(|a| collect(a, out)),
            Expr::Alias { expr, .. } | Expr::Cast { expr, .. } => collect(expr, out),
            _ => {}
        }
    }
    let mut out = Vec::new();
    collect(expr, &mut out);
    out.join(", ")
}

/// The windows of a plan that computes them, then the columns of the relation below.
fn beside_windows(
    plan: Arc<LogicalPlan>,
    windows: Vec<Typed>,
    child: &Resolved,
) -> Result<Resolved> {
    let mut all = windows;
    all.extend(child.output.iter().map(Typed::of));
    let visible = all.len();
    Ok(emit(plan, all, visible, None, child.streaming)?.resolved())
}

/// A boolean condition, or Spark's complaint.
pub(super) fn checked_condition(value: Typed) -> Result<Physical> {
    match value.data_type {
        DataType::Boolean => Ok(value.expr),
        _ => Err(SparkError::new(
            "DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN",
            &[
                ("sqlExpr", &format!("\"{}\"", value.text)),
                ("filter", &format!("\"{}\"", value.text)),
                ("type", &format!("\"{}\"", value.data_type.sql())),
            ],
        )),
    }
}

fn qualified(resolved: Resolved, name: &str) -> Resolved {
    qualified_by(resolved, &[name.to_string()])
}

fn qualified_by(mut resolved: Resolved, name: &[String]) -> Resolved {
    for attribute in &mut resolved.output {
        attribute.qualifier = name.to_vec();
    }
    resolved
}
