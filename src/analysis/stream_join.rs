//! What the condition of a join of two streams says: which values must be equal,
//! which columns cannot be null, and how far back in time a row of one side can
//! still meet new rows of the other.
//!
//! The last is read from comparisons such as `l < r + 10 seconds`: where the
//! watermark bounds `l` from below, rows of the right with an earlier `r` than that
//! bound allows have met all that they ever will. Knows nothing of state.

use std::collections::BTreeSet;

use arrow::datatypes::DataType::{Duration, Float64};
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::utils::split_conjunction;
use datafusion::logical_expr::{BinaryExpr, Expr as Physical, Join, Operator};

use super::event_time::{EventTime, EventTimes};

/// The parts of a join's condition.
#[derive(Debug, Clone, Default)]
pub struct JoinCondition {
    /// What must be equal, of the left and of the right.
    pub keys: Vec<(Physical, Physical)>,
    pub left: Vec<Physical>,
    pub right: Vec<Physical>,
    /// What takes a row of each side.
    pub both: Vec<Physical>,
}

impl JoinCondition {
    /// Equalities count as keys wherever they stand.
    pub fn of(join: &Join) -> Self {
        let mut parts = Self {
            keys: join.on.clone(),
            ..Self::default()
        };
        let (left, right) = (join.left.schema(), join.right.schema());
        for conjunct in join.filter.iter().flat_map(split_conjunction) {
            if let Some(pair) = equality(conjunct, left, right) {
                parts.keys.push(pair);
            } else if reads_only(conjunct, left) {
                parts.left.push(conjunct.clone());
            } else if reads_only(conjunct, right) {
                parts.right.push(conjunct.clone());
            } else {
                parts.both.push(conjunct.clone());
            }
        }
        parts
    }

    /// The key that is an event time on either side, by position, and what it holds.
    pub fn timed_key(&self, left: &EventTimes, right: &EventTimes) -> Option<(usize, EventTime)> {
        let time = |key: &Physical, times: &EventTimes| match key {
            Physical::Column(column) => times.get(&column.name).copied(),
            _ => None,
        };
        let mut lefts = self.keys.iter().enumerate();
        let mut rights = self.keys.iter().enumerate();
        lefts
            .find_map(|(at, (key, _))| Some((at, time(key, left)?)))
            .or_else(|| rights.find_map(|(at, (_, key))| Some((at, time(key, right)?))))
    }

    /// Bounds on the time of rows of `own`'s side, from the watermark of the other's.
    pub fn bounds(&self, own: &DFSchema, other: &EventTimes) -> Vec<TimeBound> {
        if other.is_empty() {
            return Vec::new();
        }
        let parts = [&self.left, &self.right, &self.both];
        let conjuncts = parts.into_iter().flatten();
        conjuncts
            .filter_map(|conjunct| bound(conjunct, own, other))
            .collect()
    }

    /// The columns that are not null in any pair of rows that the condition accepts.
    pub fn never_null(&self) -> BTreeSet<datafusion::common::Column> {
        let mut columns = BTreeSet::new();
        for (left, right) in &self.keys {
            strict_columns(left, &mut columns);
            strict_columns(right, &mut columns);
        }
        for conjunct in [&self.left, &self.right, &self.both].into_iter().flatten() {
            strict_columns(conjunct, &mut columns);
        }
        columns
    }
}

/// `l <op> r` where both are of different sides; left first.
fn equality(expr: &Physical, left: &DFSchema, right: &DFSchema) -> Option<(Physical, Physical)> {
    let Physical::BinaryExpr(BinaryExpr {
        left: l,
        op: Operator::Eq,
        right: r,
    }) = expr
    else {
        return None;
    };
    let constant = |e: &Physical| e.column_refs().is_empty();
    if constant(l) || constant(r) {
        return None;
    }
    if reads_only(l, left) && reads_only(r, right) {
        return Some(((**l).clone(), (**r).clone()));
    }
    if reads_only(l, right) && reads_only(r, left) {
        return Some(((**r).clone(), (**l).clone()));
    }
    None
}

fn reads_only(expr: &Physical, schema: &DFSchema) -> bool {
    let mut columns = expr.column_refs().into_iter();
    columns.all(|column| has(schema, &column.name)) && !expr.is_volatile()
}

fn has(schema: &DFSchema, name: &str) -> bool {
    schema.index_of_column_by_name(None, name).is_some()
}

/// The columns that are not null in any row for which an expression is true.
pub fn never_null(expr: &Physical) -> BTreeSet<datafusion::common::Column> {
    let mut columns = BTreeSet::new();
    strict_columns(expr, &mut columns);
    columns
}

/// Columns whose null makes the value null, through functions that keep nulls.
fn strict_columns(expr: &Physical, columns: &mut BTreeSet<datafusion::common::Column>) {
    match expr {
        Physical::Column(column) => {
            columns.insert(column.clone());
        }
        Physical::BinaryExpr(BinaryExpr { left, op, right }) if is_strict_comparison(*op) => {
            strict_columns(left, columns);
            strict_columns(right, columns);
        }
        Physical::Alias(alias) => strict_columns(&alias.expr, columns),
        Physical::Cast(cast) => strict_columns(&cast.expr, columns),
        Physical::Not(inner) | Physical::IsNotNull(inner) => strict_columns(inner, columns),
        Physical::ScalarFunction(call) if is_strict(call.func.name()) => {
            for argument in &call.args {
                strict_columns(argument, columns);
            }
        }
        _ => {}
    }
}

fn is_strict_comparison(op: Operator) -> bool {
    use Operator as O;
    matches!(op, O::Eq | O::NotEq | O::Lt | O::LtEq | O::Gt | O::GtEq)
}

/// Those that Spark itself takes for such; it does not know it of all that are.
fn is_strict(function: &str) -> bool {
    const STRICT: &[&str] = &[
        "%",
        "*",
        "+",
        "-",
        "/",
        "abs",
        "array_contains",
        "ceil",
        "contains",
        "date_format",
        "div",
        "element_at",
        "endswith",
        "exp",
        "floor",
        "hour",
        "length",
        "like",
        "lower",
        "md5",
        "minute",
        "month",
        "pmod",
        "positive",
        "power",
        "regexp_replace",
        "replace",
        "rlike",
        "rpad",
        "lpad",
        "second",
        "signum",
        "split",
        "sqrt",
        "startswith",
        "substring",
        "to_date",
        "upper",
        "year",
    ];
    STRICT.contains(&function) || is_cast(function)
}

fn is_cast(function: &str) -> bool {
    function.starts_with("cast_")
}

/// Rows are over once their time is not after the other side's watermark plus
/// something, or where `inclusive` before that by a millisecond.
///
/// `lv > 3` bounds its side, too, by three seconds after the epoch: Spark takes any
/// number for seconds of the row's time. Such a side keeps its rows for ever, and
/// who counts on Spark's answers counts on this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeBound {
    pub from_watermark: bool,
    pub add_micros: i64,
    pub inclusive: bool,
}

impl TimeBound {
    /// The time in milliseconds until which rows are over.
    pub fn at(self, watermark_millis: i64) -> i64 {
        let from = if self.from_watermark {
            watermark_millis
        } else {
            0
        };
        let micros = from.saturating_mul(1000).saturating_add(self.add_micros);
        micros / 1000 - i64::from(self.inclusive)
    }

    /// The least watermark in microseconds, of whole milliseconds, at which rows of that
    /// moment are over; none where it does not depend on the watermark and they are not.
    pub fn watermark_for(self, moment: i64) -> Option<i64> {
        let millis = -((-moment).div_euclid(1000));
        if !self.from_watermark {
            return (self.at(0) >= millis).then_some(i64::MIN);
        }
        let wanted = millis.saturating_add(i64::from(self.inclusive));
        let micros = wanted.saturating_mul(1000).saturating_sub(self.add_micros);
        Some((-((-micros).div_euclid(1000))).saturating_mul(1000))
    }
}

fn bound(expr: &Physical, own: &DFSchema, other: &EventTimes) -> Option<TimeBound> {
    let Physical::BinaryExpr(BinaryExpr { left, op, right }) = expr else {
        return None;
    };
    let (less, more, inclusive) = match op {
        Operator::Lt => (left, right, false),
        Operator::LtEq => (left, right, true),
        Operator::Gt => (right, left, false),
        Operator::GtEq => (right, left, true),
        _ => return None,
    };
    let mut sum = Sum::default();
    sum.add(less, false)?;
    sum.add(more, true)?;
    let from_watermark = sum.solve(own, other)?;
    Some(TimeBound {
        from_watermark,
        add_micros: sum.micros,
        inclusive,
    })
}

/// Columns, each with whether it is subtracted, and a constant.
#[derive(Default)]
struct Sum {
    columns: Vec<(String, bool)>,
    micros: i64,
}

impl Sum {
    fn add(&mut self, expr: &Physical, minus: bool) -> Option<()> {
        match expr {
            Physical::Column(column) => self.columns.push((column.name.clone(), minus)),
            Physical::Alias(alias) => self.add(&alias.expr, minus)?,
            Physical::Literal(value, _) => {
                let micros = literal_micros(value)?;
                let micros = if minus { -micros } else { micros };
                self.micros = self.micros.checked_add(micros)?;
            }
            Physical::ScalarFunction(call) => match (call.func.name(), call.args.as_slice()) {
                ("+", [a, b]) => {
                    self.add(a, minus)?;
                    self.add(b, minus)?;
                }
                // Spark does not look into the difference of two moments.
                ("-", [_, _]) if gives_duration(call) => return None,
                ("-", [a, b]) => {
                    self.add(a, minus)?;
                    self.add(b, !minus)?;
                }
                ("-", [a]) => self.add(a, !minus)?,
                ("positive", [a]) => self.add(a, minus)?,
                ("cast_timestamp" | "cast_timestamp_ntz", [a]) => self.add(a, minus)?,
                _ => return None,
            },
            _ => return None,
        }
        Some(())
    }

    /// Solves `sum < 0` for the one column of `own`: it is after the constant, plus
    /// the other side's event time where true is returned.
    fn solve(&self, own: &DFSchema, other: &EventTimes) -> Option<bool> {
        let mut asked = None;
        let mut given = None;
        for (name, minus) in &self.columns {
            let place = match has(own, name) {
                true => &mut asked,
                false => &mut given,
            };
            if place.replace((name, *minus)).is_some() {
                return None;
            }
        }
        let (_, true) = asked? else {
            return None;
        };
        match given {
            None => Some(false),
            Some((name, false)) => (*other.get(name)? == EventTime::Time).then_some(true),
            Some((_, true)) => None,
        }
    }
}

fn gives_duration(call: &ScalarFunction) -> bool {
    let returns = call.func.return_type(&[]);
    returns.is_ok_and(|returns| matches!(returns, Duration(_)))
}

/// An interval of a fixed length, or a number of seconds, in microseconds.
fn literal_micros(value: &ScalarValue) -> Option<i64> {
    match value {
        ScalarValue::DurationMicrosecond(Some(micros)) => Some(*micros),
        ScalarValue::IntervalMonthDayNano(Some(interval)) if interval.months == 0 => {
            let days = i64::from(interval.days).checked_mul(86_400_000_000)?;
            days.checked_add(interval.nanoseconds / 1000)
        }
        number if number.data_type().is_numeric() => match number.cast_to(&Float64).ok()? {
            ScalarValue::Float64(Some(seconds)) => Some((seconds * 1e6) as i64),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use arrow::datatypes::DataType;
    use datafusion::logical_expr::{col, lit};

    use super::*;

    fn left() -> DFSchema {
        let columns =
            ["l", "n"].map(|name| arrow::datatypes::Field::new(name, DataType::Int64, true));
        DFSchema::from_unqualified_fields(columns.into_iter().collect(), HashMap::new())
            .expect("two names")
    }

    fn bound_of(condition: Physical) -> Option<TimeBound> {
        let right = EventTimes::from([("r".to_string(), EventTime::Time)]);
        bound(&condition, &left(), &right)
    }

    #[test]
    fn a_row_is_bounded_from_below_by_the_other_sides_watermark_only() {
        let exclusive = TimeBound {
            from_watermark: true,
            add_micros: 0,
            inclusive: false,
        };
        let inclusive = TimeBound {
            inclusive: true,
            ..exclusive
        };
        assert_eq!(bound_of(col("r").lt(col("l"))), Some(exclusive));
        assert_eq!(bound_of(col("l").gt_eq(col("r"))), Some(inclusive));
        assert_eq!(bound_of(col("l").lt(col("r"))), None);
        assert_eq!(bound_of(col("l").gt(col("other"))), None);
        assert_eq!((exclusive.at(5000), inclusive.at(5000)), (5000, 4999));
        for bound in [exclusive, inclusive] {
            for moment in [4_999_000, 4_999_001, 5_000_000] {
                let least = bound.watermark_for(moment).expect("a watermark") / 1000;
                assert!(bound.at(least) * 1000 >= moment);
                assert!(bound.at(least - 1) * 1000 < moment);
            }
        }
    }

    #[test]
    fn a_number_counts_as_seconds_after_the_epoch() {
        let bound = bound_of(col("n").gt(lit(3_i64))).expect("a bound");
        assert_eq!(bound.at(1_000_000), 3000);
        assert_eq!(bound_of(col("n").lt(lit(3_i64))), None);
    }
}
