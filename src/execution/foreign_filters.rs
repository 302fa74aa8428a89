//! Conditions that a source of the user's may take over, as Spark tells them to it: tests of
//! one column with a constant. Knows nothing of plans; `foreign_read` asks the source.

use datafusion::common::{Column, ScalarValue};
use datafusion::logical_expr::utils::split_conjunction_owned;
use datafusion::logical_expr::{BinaryExpr, Expr, Operator};

use crate::analysis::never_null;
use crate::error::{Result, SparkError};
use crate::plan::ForeignFilter;
use crate::types::{DataType, StructType};

/// The parts of a condition, all of which must hold. As in Spark, first that columns are
/// not null which are null in no row that meets the rest.
pub fn conjuncts(condition: &Expr) -> Vec<Expr> {
    let parts = together(split_conjunction_owned(condition.clone()));
    let mut columns: Vec<Column> = Vec::new();
    for part in &parts {
        for column in never_null(part) {
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
    }
    let tests = columns
        .into_iter()
        .map(|column| Expr::Column(column).is_not_null());
    let fields = parts
        .iter()
        .filter_map(compared_field)
        .map(Expr::is_not_null);
    let tests = tests.chain(fields);
    let mut all: Vec<Expr> = tests.filter(|test| !parts.contains(test)).collect();
    all.extend(parts);
    all
}

/// The field of a struct that a comparison is of.
fn compared_field(part: &Expr) -> Option<Expr> {
    let is_field =
        |expr: &Expr| matches!(expr, Expr::ScalarFunction(call) if call.func.name() == "extract");
    let found = test(part)?;
    let keeps_nulls = matches!(found.name, "IsNull" | "IsNotNull" | "EqualNullSafe" | "In");
    (!keeps_nulls && is_field(found.column)).then(|| found.column.clone())
}

/// `a NOT IN (1, 2)` again, of which the optimiser makes `a <> 1 AND a <> 2`.
fn together(parts: Vec<Expr>) -> Vec<Expr> {
    let mut out: Vec<Expr> = Vec::new();
    for part in parts {
        let last = out.last().and_then(excluded);
        match (last, excluded(&part)) {
            (Some((of, mut values)), Some((column, more))) if of == column => {
                values.extend(more);
                out.pop();
                out.push(column.in_list(values, true));
            }
            _ => out.push(part),
        }
    }
    out
}

/// A column and the constants that it must not be.
fn excluded(expr: &Expr) -> Option<(Expr, Vec<Expr>)> {
    match expr {
        Expr::BinaryExpr(BinaryExpr { left, op, right })
            if *op == Operator::NotEq && constant(right).is_some() =>
        {
            Some(((**left).clone(), vec![(**right).clone()]))
        }
        Expr::InList(list) if list.negated => Some(((*list.expr).clone(), list.list.clone())),
        _ => None,
    }
}

/// What Spark would tell a source of a condition; `None` where it tells nothing.
pub fn told(expr: &Expr, schema: &StructType) -> Result<Option<ForeignFilter>> {
    let Some(test) = test(expr) else {
        return Ok(None);
    };
    let column = match test.column {
        Expr::Cast(cast) => cast.expr.as_ref(),
        column => column,
    };
    let Some((path, data_type)) = path(column, schema) else {
        return Ok(None);
    };
    let value = match test.values {
        None => None,
        Some(values) => {
            let values: Option<Vec<_>> =
                values.into_iter().map(|v| of_type(v, &data_type)).collect();
            let Some(values) = values else {
                return Ok(None);
            };
            let array = ScalarValue::iter_to_array(values).map_err(SparkError::internal)?;
            Some((array, data_type))
        }
    };
    Ok(Some(ForeignFilter {
        test: test.name,
        path,
        value,
        is_negated: test.is_negated,
    }))
}

/// A constant as one of the column's type; `None` where the two are compared as another.
fn of_type(value: ScalarValue, data_type: &DataType) -> Option<ScalarValue> {
    match value {
        ScalarValue::Null => ScalarValue::try_from(&data_type.to_arrow()).ok(),
        ScalarValue::Float64(Some(wide)) if *data_type == DataType::Float => {
            let narrow = wide as f32;
            (f64::from(narrow) == wide).then_some(ScalarValue::Float32(Some(narrow)))
        }
        value => (value.data_type() == data_type.to_arrow()).then_some(value),
    }
}

struct Test<'a> {
    name: &'static str,
    column: &'a Expr,
    values: Option<Vec<ScalarValue>>,
    is_negated: bool,
}

impl<'a> Test<'a> {
    fn of(name: &'static str, column: &'a Expr, values: Vec<ScalarValue>) -> Self {
        Self {
            name,
            column,
            values: Some(values),
            is_negated: false,
        }
    }

    fn negated(mut self) -> Option<Self> {
        // There is no test for the opposite of an opposite.
        (!self.is_negated).then(|| {
            self.is_negated = true;
            self
        })
    }

    fn for_null(name: &'static str, column: &'a Expr) -> Self {
        Self {
            name,
            column,
            values: None,
            is_negated: false,
        }
    }
}

fn test(expr: &Expr) -> Option<Test<'_>> {
    match expr {
        Expr::BinaryExpr(comparison) => comparison_test(comparison),
        Expr::Not(inner) => test(inner)?.negated(),
        Expr::IsNull(inner) => Some(Test::for_null("IsNull", inner)),
        Expr::IsNotNull(inner) => Some(Test::for_null("IsNotNull", inner)),
        Expr::InList(list) => {
            let values: Option<Vec<_>> = list.list.iter().map(constant).collect();
            let found = Test::of("In", &list.expr, values?);
            if list.negated {
                found.negated()
            } else {
                Some(found)
            }
        }
        Expr::ScalarFunction(call) => match (call.func.name(), call.args.as_slice()) {
            ("startswith", [text, part]) => text_test("StringStartsWith", text, part),
            ("endswith", [text, part]) => text_test("StringEndsWith", text, part),
            ("contains", [text, part]) => text_test("StringContains", text, part),
            ("like", [text, Expr::Literal(pattern, _)]) => {
                like_test(text, pattern.try_as_str().flatten()?)
            }
            _ => None,
        },
        Expr::Column(_) => Some(Test::of("EqualTo", expr, vec![true.into()])),
        _ => None,
    }
}

fn comparison_test(comparison: &BinaryExpr) -> Option<Test<'_>> {
    use Operator as O;
    let BinaryExpr { left, op, right } = comparison;
    if *op == O::Or {
        return list_test(left, right);
    }
    let (column, op, value) = match constant(right) {
        Some(value) => (left, *op, value),
        None => (right, op.swap()?, constant(left)?),
    };
    match op {
        O::IsNotDistinctFrom if value.is_null() => {
            return Some(Test::for_null("IsNull", column));
        }
        O::IsDistinctFrom if value.is_null() => {
            return Some(Test::for_null("IsNotNull", column));
        }
        _ => {}
    }
    let found = |name| Some(Test::of(name, column, vec![value]));
    match op {
        O::Eq => found("EqualTo"),
        O::NotEq => found("EqualTo")?.negated(),
        O::Lt => found("LessThan"),
        O::LtEq => found("LessThanOrEqual"),
        O::Gt => found("GreaterThan"),
        O::GtEq => found("GreaterThanOrEqual"),
        O::IsNotDistinctFrom => found("EqualNullSafe"),
        O::IsDistinctFrom => found("EqualNullSafe")?.negated(),
        _ => None,
    }
}

/// `a IN (1, 2)`, of which the optimiser makes `a = 1 OR a = 2`, and `a = 1 OR NULL` of
/// `a IN (1, NULL)`.
fn list_test<'a>(left: &'a Expr, right: &'a Expr) -> Option<Test<'a>> {
    if matches!(right, Expr::Literal(ScalarValue::Boolean(None), _)) {
        let found = test(left)?;
        let mut values = found.values?;
        values.push(ScalarValue::Null);
        let is_list = matches!(found.name, "EqualTo" | "In") && !found.is_negated;
        return is_list.then(|| Test::of("In", found.column, values));
    }
    let one = |expr: &'a Expr| {
        let found = test(expr)?;
        (matches!(found.name, "EqualTo" | "In") && !found.is_negated).then_some(found)
    };
    let (left, right) = (one(left)?, one(right)?);
    let mut values = left.values?;
    values.extend(right.values?);
    (left.column == right.column).then(|| Test::of("In", left.column, values))
}

fn text_test<'a>(name: &'static str, text: &'a Expr, part: &Expr) -> Option<Test<'a>> {
    Some(Test::of(name, text, vec![constant(part)?]))
}

/// Patterns with `%` at their ends only.
fn like_test<'a>(text: &'a Expr, pattern: &str) -> Option<Test<'a>> {
    if pattern.contains(['_', '\\']) {
        return None;
    }
    let after = pattern.strip_prefix('%');
    let inner = after.unwrap_or(pattern);
    let before = inner.strip_suffix('%');
    let inner = before.unwrap_or(inner);
    let name = match (after, before) {
        _ if inner.contains('%') || (inner.is_empty() && !pattern.is_empty()) => return None,
        (None, None) => "EqualTo",
        (None, Some(_)) => "StringStartsWith",
        (Some(_), None) => "StringEndsWith",
        (Some(_), Some(_)) => "StringContains",
    };
    Some(Test::of(name, text, vec![inner.into()]))
}

fn constant(expr: &Expr) -> Option<ScalarValue> {
    match expr {
        Expr::Literal(value, _) => Some(value.clone()),
        _ => None,
    }
}

/// A column, or a field of a struct in one, with its type.
fn path(expr: &Expr, schema: &StructType) -> Option<(Vec<String>, DataType)> {
    let (mut path, fields, name) = match expr {
        Expr::Column(column) => (Vec::new(), schema.clone(), column.name.as_str()),
        Expr::ScalarFunction(call) => match (call.func.name(), call.args.as_slice()) {
            ("extract", [inner, Expr::Literal(key, _)]) => match self::path(inner, schema)? {
                (path, DataType::Struct(fields)) => (path, fields, key.try_as_str().flatten()?),
                _ => return None,
            },
            _ => return None,
        },
        _ => return None,
    };
    let field = fields.fields.iter().find(|field| field.name == name)?;
    path.push(name.to_string());
    Some((path, field.data_type.clone()))
}
