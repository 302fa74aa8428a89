//! Which filters a file stream applies while it reads.
//!
//! Spark hands comparisons of a column with a constant, and what is made of them, to its
//! readers of JSON, CSV and Avro; the rows that those leave out are not counted in
//! `numInputRows`. Its optimiser also finds columns that cannot be null in any row that a
//! filter keeps, and hands that on. Such filters move from the plan into the leaf's
//! [`Slot`]; knows nothing of how the slot counts.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::catalog::default_table_source::{provider_as_source, source_as_provider};
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Column, DFSchema};
use datafusion::execution::SessionState;
use datafusion::logical_expr::utils::{conjunction, split_conjunction_owned};
use datafusion::logical_expr::{
    BinaryExpr, Expr, ExprSchemable, Filter, LogicalPlan, Operator, TableScan,
};

use super::Slot;
use super::slot::{Pushed, PushedPart};
use crate::analysis::never_null;
use crate::engine::batch_time::is_batch_time;
use crate::engine::scan::ScanTable;
use crate::engine::{from_datafusion, to_datafusion};
use crate::error::Result;
use crate::execution::conf::Conf;

/// The formats whose readers filter.
#[derive(Debug, Clone, Copy, Default)]
pub struct FilteringReaders {
    json: bool,
    csv: bool,
    avro: bool,
}

impl FilteringReaders {
    pub fn of(conf: &Conf) -> Self {
        Self {
            json: conf.flag("spark.sql.json.filterPushdown.enabled"),
            csv: conf.flag("spark.sql.csv.filterPushdown.enabled"),
            avro: conf.flag("spark.sql.avro.filterPushdown.enabled"),
        }
    }

    pub fn has(self, format: &str) -> bool {
        match format {
            "json" => self.json,
            "csv" => self.csv,
            "avro" => self.avro,
            _ => false,
        }
    }
}

/// Moves what the leaves can filter from the plan into them.
pub fn push(plan: LogicalPlan, session: &SessionState) -> Result<LogicalPlan> {
    let pushed = plan.transform_up(|node| {
        let LogicalPlan::Filter(filter) = node else {
            return Ok(Transformed::no(node));
        };
        match into_leaf(&filter, session).map_err(to_datafusion)? {
            Some(plan) => Ok(Transformed::yes(plan)),
            None => Ok(Transformed::no(LogicalPlan::Filter(filter))),
        }
    });
    Ok(pushed.map_err(from_datafusion)?.data)
}

fn into_leaf(filter: &Filter, session: &SessionState) -> Result<Option<LogicalPlan>> {
    let LogicalPlan::TableScan(scan) = filter.input.as_ref() else {
        return Ok(None);
    };
    let Some(slot) = filtering_slot(scan) else {
        return Ok(None);
    };
    let schema = filter.input.schema();
    let conjuncts = split_conjunction_owned(filter.predicate.clone());
    let (moved, mut kept): (Vec<_>, Vec<_>) = conjuncts
        .into_iter()
        .partition(|conjunct| is_simple(conjunct, schema));
    let mut given: BTreeSet<Column> = BTreeSet::new();
    for conjunct in kept.iter().filter(|conjunct| !conjunct.is_volatile()) {
        given.extend(never_null(conjunct));
    }
    let not_null = given
        .into_iter()
        .map(|column| Expr::Column(column).is_not_null());
    let not_null = not_null.filter(|test| is_simple(test, schema));
    let mut parts = Parts::default();
    for conjunct in moved.into_iter().chain(not_null) {
        parts.add(conjunct, schema);
    }
    if parts.0.is_empty() {
        return Ok(None);
    }
    let slot = Arc::new(slot.filtered(parts.physical(schema, session)?));
    let table = ScanTable::new(scan.source.schema(), slot);
    let scan = LogicalPlan::TableScan(TableScan {
        source: provider_as_source(Arc::new(table)),
        ..scan.clone()
    });
    let plan = match conjunction(kept.drain(..)) {
        None => scan,
        Some(rest) => {
            LogicalPlan::Filter(Filter::try_new(rest, Arc::new(scan)).map_err(from_datafusion)?)
        }
    };
    Ok(Some(plan))
}

/// The slot of a leaf whose reader filters.
fn filtering_slot(scan: &TableScan) -> Option<Arc<Slot>> {
    let provider = source_as_provider(&scan.source).ok()?;
    let table = provider.downcast_ref::<ScanTable>()?;
    let rows: Arc<dyn std::any::Any + Send + Sync> = Arc::clone(&table.rows) as _;
    let slot = rows.downcast::<Slot>().ok()?;
    slot.filters().then_some(slot)
}

/// Conjuncts by the columns that they read: a reader tests those of the same columns
/// together, once it has set them all.
#[derive(Default)]
struct Parts(Vec<(BTreeSet<usize>, Expr)>);

impl Parts {
    fn add(&mut self, conjunct: Expr, schema: &DFSchema) {
        let columns: BTreeSet<usize> = conjunct
            .column_refs()
            .into_iter()
            .filter_map(|column| schema.maybe_index_of_column(column))
            .collect();
        match self.0.iter_mut().find(|(of, _)| *of == columns) {
            Some((_, all)) => *all = all.clone().and(conjunct),
            None => self.0.push((columns, conjunct)),
        }
    }

    fn physical(self, schema: &DFSchema, session: &SessionState) -> Result<Pushed> {
        let parts = self.0.into_iter().map(|(columns, expr)| {
            let predicate = session
                .create_physical_expr(expr, schema)
                .map_err(from_datafusion)?;
            Ok(PushedPart {
                columns: columns.into_iter().collect(),
                predicate,
            })
        });
        Ok(Pushed::new(parts.collect::<Result<_>>()?))
    }
}

/// Whether Spark can tell its readers: comparisons of a column with a constant, tests for
/// null, lists of constants, patterns of a text's ends, and `AND`, `OR`, `NOT` of them.
fn is_simple(expr: &Expr, schema: &DFSchema) -> bool {
    use Operator as O;
    match expr {
        Expr::BinaryExpr(BinaryExpr { left, op, right }) => match op {
            O::And | O::Or => is_simple(left, schema) && is_simple(right, schema),
            O::Eq | O::NotEq | O::Lt | O::LtEq | O::Gt | O::GtEq => {
                (is_compared(left, schema) && is_constant(right))
                    || (is_constant(left) && is_compared(right, schema))
            }
            O::IsNotDistinctFrom | O::IsDistinctFrom => {
                (is_compared(left, schema) && is_constant(right))
                    || (is_constant(left) && is_compared(right, schema))
            }
            _ => false,
        },
        Expr::Not(inner) => is_simple(inner, schema),
        Expr::IsNull(inner) | Expr::IsNotNull(inner) => is_column(inner),
        Expr::IsTrue(inner)
        | Expr::IsFalse(inner)
        | Expr::IsNotTrue(inner)
        | Expr::IsNotFalse(inner) => is_column(inner),
        Expr::InList(list) => is_compared(&list.expr, schema) && list.list.iter().all(is_constant),
        Expr::ScalarFunction(call) => match (call.func.name(), call.args.as_slice()) {
            ("startswith" | "endswith" | "contains", [text, part]) => {
                is_column(text) && is_constant(part)
            }
            ("like", [text, Expr::Literal(pattern, _)]) => {
                let pattern = pattern.try_as_str().flatten();
                is_column(text) && pattern.is_some_and(has_simple_pattern)
            }
            _ => false,
        },
        Expr::Column(_) => is_column(expr),
        _ => false,
    }
}

/// `%` at the ends or once in the middle: tests of a text's beginning, end or middle.
fn has_simple_pattern(pattern: &str) -> bool {
    if pattern.contains(['_', '\\']) {
        return false;
    }
    let inner = pattern.strip_prefix('%').unwrap_or(pattern);
    let bare = inner.strip_suffix('%').unwrap_or(inner);
    let ends = bare.len() < pattern.len();
    match bare.matches('%').count() {
        0 => true,
        1 => !ends,
        _ => false,
    }
}

/// A column of the file itself. Spark takes a point in a name for a field of a struct,
/// which these readers do not filter by.
fn is_column(expr: &Expr) -> bool {
    matches!(expr, Expr::Column(column) if !column.name.contains('.'))
}

/// A column, also under a cast that Spark moves over to the constant.
fn is_compared(expr: &Expr, schema: &DFSchema) -> bool {
    let inner = match expr {
        Expr::Cast(cast) => cast.expr.as_ref(),
        Expr::ScalarFunction(call) => match (call.func.name(), call.args.as_slice()) {
            // Of a date that is nothing.
            ("to_date", [inner]) => return is_compared(inner, schema),
            (name, [inner]) if name.starts_with("cast_") => inner,
            _ => return false,
        },
        _ => return is_column(expr),
    };
    let (Ok(from), Ok(to)) = (inner.get_type(schema), expr.get_type(schema)) else {
        return false;
    };
    is_column(inner) && is_widening(&from, &to)
}

fn is_widening(from: &DataType, to: &DataType) -> bool {
    use DataType as T;
    match (from, to) {
        (T::Timestamp(..), T::Date32) | (T::Date32, T::Timestamp(..)) => true,
        (T::Float32, T::Float64) => true,
        _ if from.is_signed_integer() => {
            to.is_floating()
                || matches!(to, T::Decimal128(..))
                || (to.is_signed_integer() && to.primitive_width() > from.primitive_width())
        }
        _ => false,
    }
}

fn is_constant(expr: &Expr) -> bool {
    let changes = |e: &Expr| match e {
        Expr::ScalarSubquery(_) => true,
        _ => e.is_volatile_node() && !is_batch_time(e),
    };
    let changes = expr.exists(|e| Ok(changes(e)));
    expr.column_refs().is_empty() && changes.is_ok_and(|changes| !changes)
}
