//! Arguments that Spark does not come to. Most functions are null where one of their
//! arguments is, and Spark computes those one after the other: behind a null it asks for no
//! more, so that what fails there does not fail. The engine computes all arguments of a batch
//! and calls the function then.
//!
//! An expression in which that may matter is computed in the engine's way, and again with
//! care where that fails: who has no such rows pays nothing for it. What draws random values
//! is computed with care at once, as it must draw for no row too many.
//!
//! Must run last, after conditions are in order ([`super::guarded`]).

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::datatypes::{DataType as ArrowType, Field, FieldRef};
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema, Result, ScalarValue};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::{conjunction, merge_schema, split_conjunction_owned};
use datafusion::logical_expr::{
    BinaryExpr, Case, ColumnarValue, Expr, ExprSchemable, LogicalPlan, Operator, ReturnFieldArgs,
    ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::guarded::{draws_in_order, may_fail};
use super::{computed, to_datafusion};
use crate::functions::scalar::lambda::Compute;

/// Functions that are null where an argument is, and that ask for them in their order. Those
/// are not among them that see nulls (`concat`, `greatest`, `array`, `hash`) and those that
/// Spark computes in an order of their own (`locate`, `trunc`, `get_json_object`).
const IN_ORDER: &[&str] = &[
    "+",
    "-",
    "*",
    "&",
    "|",
    "^",
    "shiftleft",
    "shiftright",
    "shiftrightunsigned",
    "substring",
    "substr",
    "left",
    "replace",
    "lpad",
    "repeat",
    "instr",
    "translate",
    "regexp_replace",
    "regexp_extract",
    "split",
    "split_part",
    "substring_index",
    "overlay",
    "like",
    "startswith",
    "find_in_set",
    "levenshtein",
    "elt",
    "format_string",
    "format_number",
    "sha2",
    "conv",
    "date_add",
    "dateadd",
    "date_sub",
    "add_months",
    "datediff",
    "date_diff",
    "timestampdiff",
    "make_date",
    "make_timestamp",
    "make_dt_interval",
    "make_ym_interval",
    "date_format",
    "from_utc_timestamp",
    "to_utc_timestamp",
    "months_between",
    "next_day",
    "pow",
    "power",
    "atan2",
    "hypot",
    "log",
    "nanvl",
    "width_bucket",
    "try_add",
    "try_subtract",
    "try_multiply",
    "array_contains",
    "array_position",
    "array_remove",
    "array_join",
    "array_union",
    "array_intersect",
    "array_except",
    "arrays_overlap",
    "slice",
    "extract",
    "element_at",
    NULL_OF_FIRST,
    "try_element_at",
    "map_from_arrays",
    "sequence",
];

/// The one among them that is null only where its first argument is, or equal.
const NULL_OF_FIRST: &str = "nullif";

/// The same, the divisor first: a division by zero is told before the dividend is asked for.
const DIVISOR_FIRST: &[&str] = &["/", "div", "%", "mod", "pmod", "try_divide", "try_mod"];

/// So many calls may stand within each other: with each, what is asked about doubles.
const DEEPEST: usize = 8;

/// The optimised plan in which no argument fails behind a null.
pub fn null_first(plan: LogicalPlan) -> Result<LogicalPlan> {
    let changed = plan.transform_up_with_subqueries(|node| {
        let is_meant = matches!(
            node,
            LogicalPlan::Projection(_)
                | LogicalPlan::Filter(_)
                | LogicalPlan::Aggregate(_)
                | LogicalPlan::Sort(_)
                | LogicalPlan::Window(_)
        );
        if !is_meant {
            return Ok(Transformed::no(node));
        }
        let schema = merge_schema(&node.inputs());
        let mut is_open = false;
        node.apply_expressions(|expr| {
            is_open = is_open || holds_open_call(expr, &schema)?;
            Ok(TreeNodeRecursion::Continue)
        })?;
        match node {
            node if !is_open => Ok(Transformed::no(node)),
            LogicalPlan::Filter(mut filter) => {
                let parts = split_conjunction_owned(filter.predicate.clone());
                let parts = parts.into_iter().map(|part| with_care(part, &schema));
                if let Some(whole) = conjunction(parts.collect::<Result<Vec<_>>>()?) {
                    filter.predicate = whole;
                }
                Ok(Transformed::yes(LogicalPlan::Filter(filter)))
            }
            node => {
                let names = NamePreserver::new(&node);
                let rewritten = node.map_expressions(|expr| {
                    let name = names.save(&expr);
                    Ok(Transformed::yes(name.restore(with_care(expr, &schema)?)))
                })?;
                rewritten.map_data(|node| node.recompute_schema())
            }
        }
    })?;
    Ok(changed.data)
}

/// The largest parts of an expression that stand alone, each computed with care.
fn with_care(expr: Expr, schema: &DFSchema) -> Result<Expr> {
    if !holds_open_call(&expr, schema)? {
        return Ok(expr);
    }
    let stands_alone = !matches!(expr, Expr::Alias(_)) && !expr.exists(|e| Ok(is_of_plan(e)))?;
    if !stands_alone {
        return Ok(expr
            .map_children(|e| Ok(Transformed::yes(with_care(e, schema)?)))?
            .data);
    }
    if depth(&expr, schema)? > DEEPEST {
        return Ok(expr);
    }
    let careful = careful(expr.clone(), schema)?;
    if draws_in_order(&expr) || expr.is_volatile() {
        return Ok(careful);
    }
    twice(expr, careful, schema)
}

/// What only a plan can compute.
fn is_of_plan(expr: &Expr) -> bool {
    !matches!(
        expr,
        Expr::Alias(_)
            | Expr::Column(_)
            | Expr::Literal(..)
            | Expr::BinaryExpr(_)
            | Expr::Like(_)
            | Expr::Not(_)
            | Expr::IsNull(_)
            | Expr::IsNotNull(_)
            | Expr::IsTrue(_)
            | Expr::IsFalse(_)
            | Expr::IsUnknown(_)
            | Expr::IsNotTrue(_)
            | Expr::IsNotFalse(_)
            | Expr::IsNotUnknown(_)
            | Expr::Negative(_)
            | Expr::Between(_)
            | Expr::Case(_)
            | Expr::Cast(_)
            | Expr::TryCast(_)
            | Expr::ScalarFunction(_)
            | Expr::InList(_)
    )
}

fn holds_open_call(expr: &Expr, schema: &DFSchema) -> Result<bool> {
    expr.exists(|e| is_open_call(e, schema))
}

/// Whether it is a call that asks for an argument too many.
fn is_open_call(expr: &Expr, schema: &DFSchema) -> Result<bool> {
    let Some(args) = arguments(expr, schema)? else {
        return Ok(false);
    };
    Ok(is_null_anyway(expr, &args) || !asked_before(&args, schema)?.is_empty())
}

/// How many such calls stand within each other.
fn depth(expr: &Expr, schema: &DFSchema) -> Result<usize> {
    let mut deepest = 0;
    expr.apply_children(|child| {
        deepest = deepest.max(depth(child, schema)?);
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(deepest + usize::from(is_open_call(expr, schema)?))
}

/// The arguments of a call that is null where one of them is, in the order in which they are
/// asked for. An interval is divided in the order in which it is written.
fn arguments<'e>(expr: &'e Expr, schema: &DFSchema) -> Result<Option<Vec<&'e Expr>>> {
    Ok(match expr {
        Expr::ScalarFunction(call) if IN_ORDER.contains(&call.func.name()) => {
            Some(call.args.iter().collect())
        }
        Expr::ScalarFunction(call) if DIVISOR_FIRST.contains(&call.func.name()) => {
            let kind = call.args.first().map(|first| first.get_type(schema));
            match kind.transpose()? {
                Some(ArrowType::Duration(_) | ArrowType::Interval(_)) => {
                    Some(call.args.iter().collect())
                }
                _ => Some(call.args.iter().rev().collect()),
            }
        }
        Expr::BinaryExpr(BinaryExpr { left, op, right }) if is_comparison(*op) => {
            Some(vec![left, right])
        }
        _ => None,
    })
}

fn is_comparison(op: Operator) -> bool {
    use Operator::{Eq, Gt, GtEq, Lt, LtEq, NotEq};
    matches!(op, Eq | NotEq | Lt | LtEq | Gt | GtEq)
}

/// Whether one is null in every row, and another one may fail: nothing is computed then.
fn is_null_anyway(expr: &Expr, args: &[&Expr]) -> bool {
    if matches!(expr, Expr::ScalarFunction(call) if call.func.name() == NULL_OF_FIRST) {
        return false;
    }
    let is_null = |e: &&Expr| matches!(e, Expr::Literal(value, _) if value.is_null());
    args.iter().any(is_null) && args.iter().any(|arg| may_fail(arg))
}

/// The arguments that may be null, before the first one behind them that may fail.
fn asked_before<'e>(args: &[&'e Expr], schema: &DFSchema) -> Result<Vec<&'e Expr>> {
    let mut before = Vec::new();
    for arg in args {
        if !before.is_empty() && may_fail(arg) {
            return Ok(before);
        }
        if arg.nullable(schema)? {
            before.push(*arg);
        }
    }
    Ok(Vec::new())
}

/// The expression with each such call a branch, for the rows in which nothing before is null.
fn careful(expr: Expr, schema: &DFSchema) -> Result<Expr> {
    let changed = expr.transform_up(|e| {
        let Some(args) = arguments(&e, schema)? else {
            return Ok(Transformed::no(e));
        };
        if is_null_anyway(&e, &args) {
            let null = ScalarValue::try_from(&e.get_type(schema)?)?;
            return Ok(Transformed::yes(Expr::Literal(null, None)));
        }
        let before = asked_before(&args, schema)?;
        let tests = before.into_iter().map(|arg| arg.clone().is_not_null());
        let Some(test) = conjunction(tests) else {
            return Ok(Transformed::no(e));
        };
        let branch = (Box::new(test), Box::new(e));
        Ok(Transformed::yes(Expr::Case(Case::new(
            None,
            vec![branch],
            None,
        ))))
    })?;
    Ok(changed.data)
}

/// The expression as it is, and where that fails the careful one.
fn twice(fast: Expr, careful: Expr, schema: &DFSchema) -> Result<Expr> {
    let mut columns: Vec<Expr> = Vec::new();
    fast.apply(|e| {
        if matches!(e, Expr::Column(_)) && !columns.contains(e) {
            columns.push(e.clone());
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    let named = |body: Expr| {
        let body = body.transform_up(|e| {
            let at = columns.iter().position(|column| *column == e);
            Ok(match at {
                Some(at) => Transformed::yes(Expr::Column(Column::new_unqualified(name(at)))),
                None => Transformed::no(e),
            })
        });
        let names = (0..columns.len()).map(name).collect();
        body.map(|body| computed(body.data, names))
    };
    let volatility = Volatility::Immutable;
    let function = Twice {
        name: fast.to_string(),
        returns: fast.get_type(schema)?,
        nullable: fast.nullable(schema)?,
        signature: match columns.is_empty() {
            true => Signature::nullary(volatility),
            false => Signature::variadic_any(volatility),
        },
        fast: named(fast.clone())?,
        careful: named(careful)?,
        expr: fast,
    };
    let function = Arc::new(ScalarUDF::new_from_impl(function));
    Ok(Expr::ScalarFunction(ScalarFunction::new_udf(
        function, columns,
    )))
}

fn name(column: usize) -> String {
    format!("c{column}")
}

/// An expression over its columns, which are the arguments.
struct Twice {
    name: String,
    expr: Expr,
    returns: ArrowType,
    nullable: bool,
    signature: Signature,
    fast: Compute,
    careful: Compute,
}

impl PartialEq for Twice {
    fn eq(&self, other: &Self) -> bool {
        (&self.expr, &self.returns, self.nullable) == (&other.expr, &other.returns, other.nullable)
    }
}

impl Eq for Twice {}

impl Hash for Twice {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.expr.hash(state);
    }
}

impl std::fmt::Debug for Twice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)
    }
}

impl ScalarUDFImpl for Twice {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[ArrowType]) -> Result<ArrowType> {
        Ok(self.returns.clone())
    }

    fn return_field_from_args(&self, _: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        Ok(Arc::new(Field::new(
            &self.name,
            self.returns.clone(),
            self.nullable,
        )))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let rows = args.number_rows;
        let columns = args.args.into_iter().map(|arg| arg.into_array(rows));
        let columns = columns.collect::<Result<Vec<_>>>()?;
        let found = (self.fast)(columns.clone(), rows);
        let found = found.or_else(|_| (self.careful)(columns, rows));
        Ok(ColumnarValue::Array(found.map_err(to_datafusion)?))
    }
}
