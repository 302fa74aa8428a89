//! Subqueries as columns beside the rows of the query around them.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, JoinConstraint, NullEquality, Result};
use datafusion::functions_aggregate::expr_fn::{count, first_value};
use datafusion::logical_expr::expr::{Exists, InSubquery};
use datafusion::logical_expr::{
    Aggregate, Expr, ExprSchemable, Filter, Join, JoinType, LogicalPlan, Operator, Projection,
    Subquery, lit,
};

use super::domain::{Domain, fresh, named, sees_outer};
use super::down::{Seen, down};
use super::single::single;
use super::{binary, is_subquery};

/// The rows of a query, with columns for the subqueries in its expressions.
pub struct Values {
    pub plan: Arc<LogicalPlan>,
}

impl Values {
    pub fn over(plan: Arc<LogicalPlan>) -> Self {
        Self { plan }
    }

    /// The expression with columns in the place of its subqueries.
    pub fn replaced(&mut self, expr: Expr) -> Result<Expr> {
        let changed = expr.transform_down(|part| {
            if !is_subquery(&part) {
                return Ok(Transformed::no(part));
            }
            let value = match part {
                Expr::Exists(Exists { subquery, negated }) => {
                    let found = self.exists(&subquery.subquery)?;
                    if negated { !found } else { found }
                }
                Expr::InSubquery(test) => self.is_in(test)?,
                Expr::ScalarSubquery(query) => self.scalar(query)?,
                other => other,
            };
            Ok(Transformed::new(value, true, TreeNodeRecursion::Jump))
        })?;
        Ok(changed.data)
    }

    /// Whether the subquery has a row.
    fn exists(&mut self, query: &LogicalPlan) -> Result<Expr> {
        let domain = Domain::of(&self.plan, query)?;
        if domain.is_empty() {
            let counted = vec![count(lit(1_i64)).alias(fresh("n"))];
            let counted = Aggregate::try_new(Arc::new(query.clone()), vec![], counted)?;
            let rows = self.aside(LogicalPlan::Aggregate(counted))?;
            return Ok(binary(rows, Operator::Gt, lit(0_i64)));
        }
        let seen = down(query, &domain)?.of_keys()?;
        self.beside(seen, &domain, vec![])
    }

    /// The one value of a plan of one row that knows nothing of the rows around.
    fn aside(&mut self, plan: LogicalPlan) -> Result<Expr> {
        if sees_outer(&plan)? {
            // A query further out has to take it apart, as part of this one.
            let names = plan.schema().columns();
            let empty = Vec::new();
            self.join(Arc::new(plan), empty, JoinType::Inner)?;
            return Ok(Expr::Column(names[0].clone()));
        }
        Ok(Expr::ScalarSubquery(Subquery {
            subquery: Arc::new(plan),
            outer_ref_columns: Vec::new(),
            spans: datafusion::common::Spans::new(),
        }))
    }

    /// Whether rows are found, by keys and by more pairs of what is theirs and what is here.
    fn beside(&mut self, seen: Seen, domain: &Domain, more: Vec<(Expr, Expr)>) -> Result<Expr> {
        // A count, and not a constant, which the engine would take for one above the join.
        let mark = fresh("m");
        let all = seen.plan.schema().columns();
        let all = all.into_iter().map(Expr::Column).collect();
        let marks = vec![count(lit(1_i64)).alias(&mark)];
        let rows = Aggregate::try_new(Arc::clone(&seen.plan), all, marks)?;
        let mut on = domain.pairs(&seen)?;
        on.extend(more);
        self.join(Arc::new(LogicalPlan::Aggregate(rows)), on, JoinType::Right)?;
        Ok(named(&mark).is_not_null())
    }

    /// `x IN (query)`: as one condition among others it is whether a row was found; denied,
    /// whether none was found that could be meant where null is in the way.
    fn is_in(&mut self, test: InSubquery) -> Result<Expr> {
        let value = self.replaced(*test.expr)?;
        let value = self.as_column(value)?;
        let query = &test.subquery.subquery;
        let domain = Domain::of(&self.plan, query)?;
        let seen = down(query, &domain)?.under_new_names()?;
        let item = seen.plan.schema().columns()[0].clone();
        let value_may = value.nullable(self.plan.schema())?;
        let item_may = Expr::Column(item.clone()).nullable(seen.plan.schema())?;
        let told = Filter::try_new(
            Expr::Column(item.clone()).is_not_null(),
            Arc::clone(&seen.plan),
        )?;
        let told = Seen {
            plan: Arc::new(LogicalPlan::Filter(told)),
            keys: seen.keys.clone(),
            never_null: seen.never_null,
        };
        let pair = (Expr::Column(item.clone()), value.clone());
        let found = self.beside(told, &domain, vec![pair])?;
        if !test.negated {
            return Ok(found);
        }
        if !value_may && !item_may {
            return Ok(!found);
        }
        let (rows, known) = self.counted(&seen, &item, &domain)?;
        let some = binary(rows.clone(), Operator::Gt, lit(0_i64));
        let unknown = binary(value.is_null(), Operator::And, some);
        let among = binary(rows, Operator::Gt, known);
        let unknown = binary(unknown.is_true(), Operator::Or, among.is_true());
        Ok(!binary(found, Operator::Or, unknown))
    }

    /// How many rows a list has, and how many of them are not null.
    fn counted(&mut self, seen: &Seen, item: &Column, domain: &Domain) -> Result<(Expr, Expr)> {
        let names = [fresh("n"), fresh("n")];
        let counts = vec![
            count(lit(1_i64)).alias(&names[0]),
            count(Expr::Column(item.clone())).alias(&names[1]),
        ];
        let keys: Vec<_> = seen.keys.iter().cloned().map(Expr::Column).collect();
        let counted = Aggregate::try_new(Arc::clone(&seen.plan), keys, counts)?;
        let counted = Seen {
            plan: Arc::new(LogicalPlan::Aggregate(counted)),
            keys: seen.keys.clone(),
            never_null: seen.never_null,
        };
        let counted = counted.under_new_keys()?;
        self.join_by_keys(counted, domain)?;
        Ok((named(&names[0]), named(&names[1])))
    }

    /// The one value of the subquery, null where it has no row.
    fn scalar(&mut self, query: Subquery) -> Result<Expr> {
        if !sees_outer(&query.subquery)? {
            return Ok(Expr::ScalarSubquery(query));
        }
        let domain = Domain::of(&self.plan, &query.subquery)?;
        let is_one = is_one_row(&query.subquery);
        let seen = down(&query.subquery, &domain)?.under_new_names()?;
        let value = Expr::Column(seen.plan.schema().columns()[0].clone());
        if is_one {
            self.join_by_keys(seen, &domain)?;
            return Ok(value);
        }
        let names = [fresh("v"), fresh("n")];
        let values = vec![
            first_value(value, vec![]).alias(&names[0]),
            count(lit(1_i64)).alias(&names[1]),
        ];
        let keys: Vec<_> = seen.keys.iter().cloned().map(Expr::Column).collect();
        let rows = Aggregate::try_new(seen.plan, keys, values)?;
        let seen = Seen {
            plan: Arc::new(LogicalPlan::Aggregate(rows)),
            keys: seen.keys,
            never_null: seen.never_null,
        };
        self.join_by_keys(seen, &domain)?;
        Ok(single(named(&names[0]), named(&names[1])))
    }

    /// The value as a column of the rows.
    fn as_column(&mut self, value: Expr) -> Result<Expr> {
        if matches!(value, Expr::Column(_)) {
            return Ok(value);
        }
        let name = fresh("x");
        let mut all: Vec<_> = self.plan.schema().columns();
        let mut exprs: Vec<_> = all.drain(..).map(Expr::Column).collect();
        exprs.push(value.alias(&name));
        let rows = Projection::try_new(exprs, Arc::clone(&self.plan))?;
        self.plan = Arc::new(LogicalPlan::Projection(rows));
        Ok(named(&name))
    }

    fn join_by_keys(&mut self, seen: Seen, domain: &Domain) -> Result<()> {
        let on = domain.pairs(&seen)?;
        // Without keys there is one row for all.
        let kind = match on.is_empty() {
            true => JoinType::Inner,
            false => JoinType::Right,
        };
        self.join(seen.plan, on, kind)
    }

    /// Joins rows to those here, which pass while the others are held: their batches stay in
    /// their order, and within one those that met come first.
    fn join(
        &mut self,
        held: Arc<LogicalPlan>,
        on: Vec<(Expr, Expr)>,
        kind: JoinType,
    ) -> Result<()> {
        let join = Join::try_new(
            held,
            Arc::clone(&self.plan),
            on,
            None,
            kind,
            JoinConstraint::On,
            NullEquality::NullEqualsNothing,
            false,
        )?;
        self.plan = Arc::new(LogicalPlan::Join(join));
        Ok(())
    }
}

/// Whether a query gives one row, whatever it reads.
fn is_one_row(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::Projection(node) => is_one_row(&node.input),
        LogicalPlan::Aggregate(node) => node.group_expr.is_empty(),
        LogicalPlan::EmptyRelation(node) => node.produce_one_row,
        _ => false,
    }
}
