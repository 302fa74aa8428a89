//! A subquery's plan over all combinations of the columns around at once: each of its rows
//! says for which combination it is. Step by step from the top: what works on a row works as
//! before, what works on all rows works on those of each combination.

use std::sync::Arc;

use datafusion::common::{Column, JoinConstraint, NullEquality, Result, ScalarValue};
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::functions_window::expr_fn::row_number;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::{conjunction, split_conjunction};
use datafusion::logical_expr::{
    Aggregate, BinaryExpr, Distinct, EmptyRelation, Expr, ExprFunctionExt, ExprSchemable,
    FetchType, Filter, Join, JoinType, Limit, LogicalPlan, LogicalPlanBuilder, Operator,
    Projection, SkipType, Sort, SortExpr, SubqueryAlias, Union, Window, lit,
};

use super::domain::{Domain, fresh, holds_reals, named};
use super::keys::key;
use super::{binary, missing, only};

/// Rows, with the columns that say for which combination each one is.
pub struct Seen {
    pub plan: Arc<LogicalPlan>,
    pub keys: Vec<Column>,
    /// Whether no key is null: the rows were found by equality.
    pub never_null: bool,
}

impl Seen {
    fn exprs(&self) -> impl Iterator<Item = Expr> + '_ {
        self.keys.iter().cloned().map(Expr::Column)
    }

    /// The keys alone, under new names.
    pub fn of_keys(self) -> Result<Self> {
        self.renamed(Vec::new())
    }

    /// All columns as they are but the keys, which get new names.
    pub fn under_new_keys(self) -> Result<Self> {
        let others = self.plan.schema().columns().into_iter();
        let others = others.filter(|column| !self.keys.contains(column));
        let others = others.map(Expr::Column).collect();
        self.renamed(others)
    }

    /// All columns under new names: the first is the value.
    pub fn under_new_names(self) -> Result<Self> {
        let others = self.plan.schema().columns().into_iter();
        let others = others.filter(|column| !self.keys.contains(column));
        let others = others.map(|column| Expr::Column(column).alias(fresh("v")));
        let others = others.collect();
        self.renamed(others)
    }

    fn renamed(self, mut exprs: Vec<Expr>) -> Result<Self> {
        let names: Vec<_> = self.keys.iter().map(|_| fresh("k")).collect();
        exprs.extend(self.exprs().zip(&names).map(|(key, name)| key.alias(name)));
        let plan = Projection::try_new(exprs, self.plan)?;
        Ok(Self {
            plan: Arc::new(LogicalPlan::Projection(plan)),
            keys: names.iter().map(Column::new_unqualified).collect(),
            never_null: self.never_null,
        })
    }
}

/// The plan over all combinations.
///
/// # Errors
/// NOT_IMPLEMENTED of a step that is not known here.
pub fn down(plan: &LogicalPlan, domain: &Domain) -> Result<Seen> {
    if domain.is_empty() {
        let plan = Arc::new(plan.clone());
        return Ok(Seen {
            plan,
            keys: vec![],
            never_null: true,
        });
    }
    if !domain.is_seen_by(plan)? {
        return beside(plan, domain);
    }
    match plan {
        LogicalPlan::Projection(node) => {
            let below = down(&node.input, domain)?;
            let mut exprs = bound(plan, &node.expr, domain, &below.keys)?;
            let own: Vec<_> = below.exprs().filter(|key| !exprs.contains(key)).collect();
            exprs.extend(own);
            over(
                (below.keys, below.never_null),
                Projection::try_new(exprs, below.plan).map(LogicalPlan::Projection),
            )
        }
        LogicalPlan::Filter(node) => filter(node, domain),
        LogicalPlan::Aggregate(node) => aggregate(plan, node, domain),
        LogicalPlan::Sort(node) if node.fetch.is_none() => {
            let below = down(&node.input, domain)?;
            let expr = sort_exprs(&node.expr, domain, &below.keys)?;
            let sort = Sort {
                expr,
                input: below.plan,
                fetch: None,
            };
            over((below.keys, below.never_null), Ok(LogicalPlan::Sort(sort)))
        }
        LogicalPlan::Limit(node) => limit(node, domain),
        LogicalPlan::Distinct(Distinct::All(input)) => {
            let below = down(input, domain)?;
            over(
                (below.keys, below.never_null),
                Ok(LogicalPlan::Distinct(Distinct::All(below.plan))),
            )
        }
        LogicalPlan::Window(node) => window(plan, node, domain),
        LogicalPlan::Join(node) => join(node, domain),
        LogicalPlan::Union(node) => union(node, domain),
        LogicalPlan::Unnest(node) => {
            let below = down(&node.input, domain)?;
            let builder = LogicalPlanBuilder::from(Arc::unwrap_or_clone(below.plan));
            let columns = node.exec_columns.clone();
            let plan = builder.unnest_columns_with_options(columns, node.options.clone());
            over(
                (below.keys, below.never_null),
                plan.and_then(LogicalPlanBuilder::build),
            )
        }
        LogicalPlan::SubqueryAlias(node) => {
            let below = down(&node.input, domain)?;
            let names = below.keys.iter().map(|key| key.name.clone());
            let qualified = names.map(|name| Column::new(Some(node.alias.clone()), name));
            let keys = qualified.collect();
            let plan = SubqueryAlias::try_new(below.plan, node.alias.clone());
            over(
                (keys, below.never_null),
                plan.map(LogicalPlan::SubqueryAlias),
            )
        }
        LogicalPlan::Extension(node) => Err(unknown(node.node.name())),
        other => {
            let text = other.display().to_string();
            Err(unknown(text.split(':').next().unwrap_or_default()))
        }
    }
}

fn unknown(step: &str) -> datafusion::error::DataFusionError {
    missing(format_args!(
        "{step} in a subquery that refers to the query around it"
    ))
}

/// A step over rows whose keys stay.
fn over(below: Below, plan: Result<LogicalPlan>) -> Result<Seen> {
    let plan = Arc::new(plan?);
    let (keys, never_null) = below;
    Ok(Seen {
        plan,
        keys,
        never_null,
    })
}

/// The keys, and whether none is null.
type Below = (Vec<Column>, bool);

/// Expressions of a node with keys in the place of columns around, under the names that they
/// had.
fn bound(
    node: &LogicalPlan,
    exprs: &[Expr],
    domain: &Domain,
    keys: &[Column],
) -> Result<Vec<Expr>> {
    let names = NamePreserver::new(node);
    let each = exprs.iter().map(|expr| {
        if !domain.is_seen_in(expr) {
            return Ok(expr.clone());
        }
        let (qualifier, name) = expr.qualified_name();
        let saved = names.save(expr);
        let changed = domain.bound(expr.clone(), keys)?;
        let restored = saved.restore(changed);
        Ok(
            match restored.qualified_name() == (qualifier, name.clone()) {
                true => restored,
                false => restored.alias(name),
            },
        )
    });
    each.collect()
}

fn sort_exprs(exprs: &[SortExpr], domain: &Domain, keys: &[Column]) -> Result<Vec<SortExpr>> {
    let each = exprs.iter().map(|key| {
        let expr = domain.bound(key.expr.clone(), keys)?;
        Ok(SortExpr::new(expr, key.asc, key.nulls_first))
    });
    each.collect()
}

fn joined(
    left: Arc<LogicalPlan>,
    right: Arc<LogicalPlan>,
    on: Vec<(Expr, Expr)>,
    kind: JoinType,
) -> Result<LogicalPlan> {
    let join = Join::try_new(
        left,
        right,
        on,
        None,
        kind,
        JoinConstraint::On,
        NullEquality::NullEqualsNothing,
        false,
    )?;
    Ok(LogicalPlan::Join(join))
}

/// All rows for each combination.
fn beside(plan: &LogicalPlan, domain: &Domain) -> Result<Seen> {
    let (rows, keys) = domain.rows()?;
    let all = joined(rows, Arc::new(plan.clone()), vec![], JoinType::Inner);
    over((keys, false), all)
}

fn filter(node: &Filter, domain: &Domain) -> Result<Seen> {
    if !domain.is_seen_by(&node.input)?
        && let Some(found) = by_equality(node, domain)?
    {
        return Ok(found);
    }
    let below = down(&node.input, domain)?;
    let predicate = domain.bound(node.predicate.clone(), &below.keys)?;
    let filter = Filter::try_new(predicate, below.plan)?;
    over(
        (below.keys, below.never_null),
        Ok(LogicalPlan::Filter(filter)),
    )
}

/// The filter of rows that know nothing of the query around, where it compares every column
/// around by equality: then the rows' own values say for which combination they are, and the
/// combinations need not be known. There may be some that no row around has.
fn by_equality(node: &Filter, domain: &Domain) -> Result<Option<Seen>> {
    let parts = split_conjunction(&node.predicate);
    let schema = node.input.schema();
    let mut own: Vec<Option<(usize, Expr)>> = vec![None; domain.columns.len()];
    for (number, part) in parts.iter().enumerate() {
        let Expr::BinaryExpr(BinaryExpr {
            left,
            op: Operator::Eq,
            right,
        }) = part
        else {
            continue;
        };
        for (outer, inner) in [(left, right), (right, left)] {
            let Some(at) = domain.place(outer) else {
                continue;
            };
            let is_same = inner.get_type(schema)? == *domain.columns[at].1.data_type();
            let is_fit = is_same
                && !inner.contains_outer()
                && !inner.is_volatile()
                && !super::holds_subquery(inner)
                && !holds_reals(domain.columns[at].1.data_type());
            if is_fit && own[at].is_none() {
                own[at] = Some((number, (**inner).clone()));
            }
        }
    }
    let Some(own) = own.into_iter().collect::<Option<Vec<_>>>() else {
        return Ok(None);
    };
    let names: Vec<_> = own.iter().map(|_| fresh("k")).collect();
    let keys: Vec<_> = names.iter().map(Column::new_unqualified).collect();
    let mut exprs: Vec<_> = schema.columns().into_iter().map(Expr::Column).collect();
    let values = own.iter().zip(&names);
    exprs.extend(values.map(|((_, value), name)| value.clone().alias(name)));
    let plan = Projection::try_new(exprs, Arc::clone(&node.input))?;
    let mut tests: Vec<_> = names.iter().map(|name| named(name).is_not_null()).collect();
    for (number, part) in parts.into_iter().enumerate() {
        if !own.iter().any(|(used, _)| *used == number) {
            tests.push(domain.bound(part.clone(), &keys)?);
        }
    }
    let plan = Arc::new(LogicalPlan::Projection(plan));
    let tests = conjunction(tests).unwrap_or_else(|| lit(true));
    let plan = Filter::try_new(tests, plan).map(LogicalPlan::Filter);
    over((keys, true), plan).map(Some)
}

fn aggregate(plan: &LogicalPlan, node: &Aggregate, domain: &Domain) -> Result<Seen> {
    let below = down(&node.input, domain)?;
    let groups = bound(plan, &node.group_expr, domain, &below.keys)?;
    if groups.iter().any(|e| matches!(e, Expr::GroupingSet(_))) {
        return Err(unknown("GROUPING SETS"));
    }
    let values = bound(plan, &node.aggr_expr, domain, &below.keys)?;
    let mark = fresh("m");
    let mut counted = values.clone();
    counted.push(count(lit(1_i64)).alias(&mark));
    let mut by: Vec<_> = below.exprs().collect();
    by.extend(
        groups
            .iter()
            .filter(|group| {
                !below
                    .keys
                    .iter()
                    .any(|key| **group == Expr::Column(key.clone()))
            })
            .cloned(),
    );
    let input = Arc::clone(&below.plan);
    let grouped = Aggregate::try_new(Arc::clone(&input), by, counted)?;
    let grouped = Seen {
        plan: Arc::new(LogicalPlan::Aggregate(grouped)),
        keys: below.keys,
        never_null: below.never_null,
    };
    match node.group_expr.is_empty() {
        true => with_empty(grouped, &input, values, &mark, domain),
        false => Ok(grouped),
    }
}

/// An aggregate without groups has a row where there are none below: a combination that is
/// not among the groups gets what the aggregates are of nothing.
fn with_empty(
    grouped: Seen,
    input: &Arc<LogicalPlan>,
    values: Vec<Expr>,
    mark: &str,
    domain: &Domain,
) -> Result<Seen> {
    let nothing = LogicalPlan::EmptyRelation(EmptyRelation {
        produce_one_row: false,
        schema: Arc::clone(input.schema()),
    });
    let nothing = Aggregate::try_new(Arc::new(nothing), vec![], values)?;
    let outputs = nothing.schema.columns();
    let of_nothing: Vec<_> = outputs.iter().map(|_| fresh("e")).collect();
    let renamed = outputs.iter().zip(&of_nothing);
    let renamed = renamed.map(|(column, name)| Expr::Column(column.clone()).alias(name));
    let nothing = Arc::new(LogicalPlan::Aggregate(nothing));
    let nothing = Projection::try_new(renamed.collect(), nothing)?;
    let nothing = Arc::new(LogicalPlan::Projection(nothing));

    let of_group: Vec<_> = outputs.iter().map(|_| fresh("g")).collect();
    let mut exprs: Vec<_> = grouped.exprs().collect();
    let renamed = outputs.iter().zip(&of_group);
    exprs.extend(renamed.map(|(column, name)| Expr::Column(column.clone()).alias(name)));
    exprs.push(named(mark));
    let groups = Projection::try_new(exprs, Arc::clone(&grouped.plan))?;
    let groups = Arc::new(LogicalPlan::Projection(groups));

    let (rows, keys) = domain.rows()?;
    let pairs = grouped.exprs().zip(keys.iter().cloned().map(Expr::Column));
    let on = pairs.map(|(own, found)| (key(own), key(found))).collect();
    let all = joined(groups, rows, on, JoinType::Right)?;
    let all = joined(nothing, Arc::new(all), vec![], JoinType::Inner)?;
    let mut exprs = Vec::with_capacity(outputs.len() + keys.len());
    for (column, (group, empty)) in outputs.iter().zip(of_group.iter().zip(&of_nothing)) {
        let mut value = datafusion::logical_expr::when(named(mark).is_not_null(), named(group));
        exprs.push(value.otherwise(named(empty))?.alias(column.name()));
    }
    exprs.extend(keys.iter().cloned().map(Expr::Column));
    let plan = Projection::try_new(exprs, Arc::new(all)).map(LogicalPlan::Projection);
    over((keys, false), plan)
}

/// The first rows of each combination. A limit is the same below projections, where the sort
/// is that it goes by.
fn limit(node: &Limit, domain: &Domain) -> Result<Seen> {
    if let LogicalPlan::Projection(above) = node.input.as_ref() {
        let below = LogicalPlan::Limit(Limit {
            input: Arc::clone(&above.input),
            skip: node.skip.clone(),
            fetch: node.fetch.clone(),
        });
        let plan = Projection::try_new(above.expr.clone(), Arc::new(below))?;
        return down(&LogicalPlan::Projection(plan), domain);
    }
    let (SkipType::Literal(skip), FetchType::Literal(fetch)) =
        (node.get_skip_type()?, node.get_fetch_type()?)
    else {
        return Err(unknown("a computed LIMIT"));
    };
    let (below, order) = match node.input.as_ref() {
        LogicalPlan::Sort(sort) if sort.fetch.is_none() => {
            let below = down(&sort.input, domain)?;
            let order = sort_exprs(&sort.expr, domain, &below.keys)?;
            (below, order)
        }
        input => (down(input, domain)?, Vec::new()),
    };
    let columns = below.plan.schema().columns();
    let name = fresh("r");
    let mut number = row_number().partition_by(below.exprs().collect());
    if !order.is_empty() {
        number = number.order_by(order);
    }
    let number = number.build()?.alias(&name);
    let numbered = Window::try_new(vec![number], below.plan)?;
    let bound = |rows: usize| {
        let rows = u64::try_from(rows).unwrap_or(u64::MAX);
        Expr::Literal(ScalarValue::UInt64(Some(rows)), None)
    };
    let mut test = binary(named(&name), Operator::Gt, bound(skip));
    if let Some(fetch) = fetch {
        let last = binary(
            named(&name),
            Operator::LtEq,
            bound(skip.saturating_add(fetch)),
        );
        test = binary(test, Operator::And, last);
    }
    let first = Filter::try_new(test, Arc::new(LogicalPlan::Window(numbered)))?;
    let first = Arc::new(LogicalPlan::Filter(first));
    over((below.keys, below.never_null), only(columns, first))
}

fn window(plan: &LogicalPlan, node: &Window, domain: &Domain) -> Result<Seen> {
    let below = down(&node.input, domain)?;
    let keys: Vec<_> = below.exprs().collect();
    let mut calls = Vec::with_capacity(node.window_expr.len());
    for (expr, before) in bound(plan, &node.window_expr, domain, &below.keys)?
        .into_iter()
        .zip(&node.window_expr)
    {
        let name = before.schema_name().to_string();
        let mut call = expr.unalias();
        let Expr::WindowFunction(function) = &mut call else {
            return Err(unknown("a window"));
        };
        function.params.partition_by.splice(0..0, keys.clone());
        calls.push(call.alias(name));
    }
    let window = Window::try_new(calls, below.plan)?;
    over(
        (below.keys, below.never_null),
        Ok(LogicalPlan::Window(window)),
    )
}

fn join(node: &Join, domain: &Domain) -> Result<Seen> {
    let in_left = domain.is_seen_by(&node.left)?;
    let in_right = domain.is_seen_by(&node.right)?;
    let (takes_left, takes_right) = match node.join_type {
        JoinType::Inner if in_right => (in_left, true),
        JoinType::Inner => (true, false),
        JoinType::Left | JoinType::LeftSemi | JoinType::LeftAnti | JoinType::LeftMark => {
            (true, in_right)
        }
        JoinType::Right | JoinType::RightSemi | JoinType::RightAnti | JoinType::RightMark => {
            (in_left, true)
        }
        JoinType::Full => return Err(unknown("a FULL JOIN")),
    };
    let side = |input: &Arc<LogicalPlan>, takes: bool| match takes {
        true => down(input, domain).map(Some),
        false => Ok(None),
    };
    let (left, right) = (
        side(&node.left, takes_left)?,
        side(&node.right, takes_right)?,
    );
    let is_right = matches!(
        node.join_type,
        JoinType::Right | JoinType::RightSemi | JoinType::RightAnti | JoinType::RightMark
    );
    let keys = match (&left, &right) {
        (Some(left), Some(_)) if !is_right => left.keys.clone(),
        (Some(left), None) => left.keys.clone(),
        (_, Some(right)) => right.keys.clone(),
        (None, None) => return Err(unknown("a join")),
    };
    let never_null = [&left, &right]
        .into_iter()
        .flatten()
        .all(|side| side.never_null);
    let mut tests = Vec::new();
    if let (Some(left), Some(right)) = (&left, &right) {
        let pairs = left.exprs().zip(right.exprs());
        tests.extend(pairs.map(|(l, r)| key(l).eq(key(r))));
    }
    if let Some(filter) = &node.filter {
        tests.push(domain.bound(filter.clone(), &keys)?);
    }
    let on = node.on.iter().map(|(l, r)| {
        let l = domain.bound(l.clone(), &keys)?;
        Ok((l, domain.bound(r.clone(), &keys)?))
    });
    let on = on.collect::<Result<Vec<_>>>()?;
    let plan = |side: Option<Seen>, other: &Arc<LogicalPlan>| match side {
        Some(seen) => seen.plan,
        None => Arc::clone(other),
    };
    let join = Join::try_new(
        plan(left, &node.left),
        plan(right, &node.right),
        on,
        conjunction(tests),
        node.join_type,
        node.join_constraint,
        node.null_equality,
        node.null_aware,
    )?;
    over((keys, never_null), Ok(LogicalPlan::Join(join)))
}

fn union(node: &Union, domain: &Domain) -> Result<Seen> {
    let columns = node.schema.columns();
    let names: Vec<_> = domain.columns.iter().map(|_| fresh("k")).collect();
    let mut inputs = Vec::with_capacity(node.inputs.len());
    for input in &node.inputs {
        let own = input.schema().columns();
        let below = down(input, domain)?;
        let own = own.into_iter().zip(&columns);
        let mut exprs: Vec<_> = own
            .map(|(own, column)| Expr::Column(own).alias(column.name()))
            .collect();
        exprs.extend(below.exprs().zip(&names).map(|(key, name)| key.alias(name)));
        let plan = Projection::try_new(exprs, below.plan)?;
        inputs.push(Arc::new(LogicalPlan::Projection(plan)));
    }
    let keys = names.iter().map(Column::new_unqualified).collect();
    over(
        (keys, false),
        Union::try_new_with_loose_types(inputs).map(LogicalPlan::Union),
    )
}
