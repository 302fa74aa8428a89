//! Spark's implicit type conversions: the common type of two expressions, what an
//! argument may be cast to silently, and the type in which two values compare.
//!
//! Plain functions over [`DataType`]; nothing here knows of functions or values.

use crate::types::{DataType, StructField, StructType};

/// The largest precision of a decimal.
pub const MAX_PRECISION: u8 = 38;

/// The double type that holds every number, as a decimal where it is exact:
/// precision and scale of an integral type.
pub fn integral_precision(data_type: &DataType) -> Option<u8> {
    Some(match data_type {
        DataType::Byte => 3,
        DataType::Short => 5,
        DataType::Integer => 10,
        DataType::Long => 20,
        _ => return None,
    })
}

/// The decimal in which a value of a decimal or integral type is exact.
pub fn as_decimal(data_type: &DataType) -> Option<(u8, i8)> {
    match data_type {
        DataType::Decimal { precision, scale } => Some((*precision, *scale)),
        other => integral_precision(other).map(|precision| (precision, 0)),
    }
}

/// The type that holds the values of both, or `None` where Spark has none
/// (`coalesce`, `CASE`, `IN`, arrays, unions).
pub fn common_type(left: &DataType, right: &DataType, ansi: bool) -> Option<DataType> {
    use DataType as T;
    if left == right {
        return Some(left.clone());
    }
    match (left, right) {
        (T::Null, other) | (other, T::Null) => Some(other.clone()),
        (T::String, other) | (other, T::String) if is_atomic(other) => {
            common_with_string(other, ansi)
        }
        (l, r) if l.is_numeric() && r.is_numeric() => common_number(l, r, ansi),
        (T::Time { precision: l }, T::Time { precision: r }) => Some(T::Time {
            precision: *l.max(r),
        }),
        (T::Place { globe: l, .. }, T::Place { globe: r, .. }) if l == r => Some(T::Place {
            globe: *l,
            srid: None,
        }),
        (l, r) if l.is_datetime() && r.is_datetime() => Some(common_datetime(l, r)),
        (T::YearMonthInterval { start: a, end: b }, T::YearMonthInterval { start: c, end: d }) => {
            Some(T::YearMonthInterval {
                start: *a.min(c),
                end: *b.max(d),
            })
        }
        (T::DayTimeInterval { start: a, end: b }, T::DayTimeInterval { start: c, end: d }) => {
            Some(T::DayTimeInterval {
                start: *a.min(c),
                end: *b.max(d),
            })
        }
        _ => common_nested(left, right, ansi),
    }
}

fn common_nested(left: &DataType, right: &DataType, ansi: bool) -> Option<DataType> {
    use DataType as T;
    match (left, right) {
        (
            T::Array {
                element: a,
                contains_null: m,
            },
            T::Array {
                element: b,
                contains_null: n,
            },
        ) => {
            let element = common_type(a, b, ansi)?;
            let may_fail = forces_null(a, &element, ansi) || forces_null(b, &element, ansi);
            Some(T::Array {
                element: Box::new(element),
                contains_null: *m || *n || may_fail,
            })
        }
        (
            T::Map {
                key: a,
                value: v,
                value_contains_null: m,
            },
            T::Map {
                key: b,
                value: w,
                value_contains_null: n,
            },
        ) => {
            let key = common_type(a, b, ansi)?;
            if forces_null(a, &key, ansi) || forces_null(b, &key, ansi) {
                return None;
            }
            let value = common_type(v, w, ansi)?;
            let may_fail = forces_null(v, &value, ansi) || forces_null(w, &value, ansi);
            Some(T::Map {
                key: Box::new(key),
                value: Box::new(value),
                value_contains_null: *m || *n || may_fail,
            })
        }
        (T::Struct(l), T::Struct(r)) if l.len() == r.len() => {
            let fields = l.fields.iter().zip(r.fields.iter()).map(|(a, b)| {
                if !a.name.eq_ignore_ascii_case(&b.name) {
                    return None;
                }
                let data_type = common_type(&a.data_type, &b.data_type, ansi)?;
                let nullable = a.nullable
                    || b.nullable
                    || forces_null(&a.data_type, &data_type, ansi)
                    || forces_null(&b.data_type, &data_type, ansi);
                Some(StructField::new(a.name.clone(), data_type, nullable))
            });
            Some(T::Struct(StructType::new(
                fields.collect::<Option<Vec<_>>>()?,
            )))
        }
        _ => None,
    }
}

/// Whether a cast can turn a value into a null, as Spark counts it for the schema
/// (under ANSI too, where such a cast raises).
pub fn cast_nullable(from: &DataType, to: &DataType) -> bool {
    use DataType as T;
    match (from, to) {
        (a, b) if a == b => false,
        // A bare null is nullable itself; in an array it is the type of no elements.
        (T::Null, _) => false,
        (T::Variant, _) => true,
        (T::String, b) => !matches!(b, T::Binary),
        (T::Time { .. }, T::Byte | T::Short) | (T::Date, T::Variant) => true,
        (_, T::String) => false,
        (T::Boolean, T::Decimal { precision, scale }) => {
            i16::from(*precision) - i16::from(*scale) < 1
        }
        (a, T::Decimal { precision, scale }) => match as_decimal(a) {
            Some((p, s)) => {
                let whole = |p: u8, s: i8| i16::from(p) - i16::from(s);
                let (from, to) = (whole(p, s), whole(*precision, *scale));
                // With as many whole digits, rounding may still carry into one more.
                from > to || (from == to && s > *scale)
            }
            None => true,
        },
        (T::Float | T::Double | T::Decimal { .. }, b) if b.is_integral() => true,
        (T::Float | T::Double, T::Timestamp)
        | (T::TimestampNtz, T::Date)
        | (T::Date, T::TimestampNtz | T::Boolean) => true,
        (T::Timestamp, T::Byte | T::Short | T::Integer) => true,
        (T::Date, b) if b.is_numeric() => true,
        (T::Array { element: a, .. }, T::Array { element: b, .. }) => cast_nullable(a, b),
        (
            T::Map {
                key: a, value: v, ..
            },
            T::Map {
                key: b, value: w, ..
            },
        ) => cast_nullable(a, b) || cast_nullable(v, w),
        _ => false,
    }
}

fn forces_null(from: &DataType, to: &DataType, ansi: bool) -> bool {
    !ansi && cast_nullable(from, to)
}

fn is_atomic(data_type: &DataType) -> bool {
    use DataType as T;
    !matches!(
        data_type,
        T::Null | T::CalendarInterval | T::Array { .. } | T::Map { .. } | T::Struct(_)
    )
}

fn is_interval(data_type: &DataType) -> bool {
    use DataType as T;
    matches!(
        data_type,
        T::YearMonthInterval { .. } | T::DayTimeInterval { .. }
    )
}

fn common_with_string(other: &DataType, ansi: bool) -> Option<DataType> {
    use DataType as T;
    if !ansi {
        // The legacy rules promote to string, and know no string for these two.
        return (!matches!(other, T::Boolean | T::Binary)).then_some(T::String);
    }
    match other {
        integral if integral.is_integral() => Some(T::Long),
        number if number.is_numeric() => Some(T::Double),
        interval if is_interval(interval) => None,
        other => Some(other.clone()),
    }
}

fn number_rank(data_type: &DataType) -> u8 {
    use DataType as T;
    match data_type {
        T::Byte => 0,
        T::Short => 1,
        T::Integer => 2,
        T::Long => 3,
        T::Float => 4,
        _ => 5,
    }
}

fn common_number(left: &DataType, right: &DataType, ansi: bool) -> Option<DataType> {
    use DataType as T;
    if let (Some((p1, s1)), Some((p2, s2))) = (as_decimal(left), as_decimal(right))
        && !(left.is_integral() && right.is_integral())
    {
        return Some(wider_decimal(p1, s1, p2, s2));
    }
    let decimal = matches!(left, T::Decimal { .. }) || matches!(right, T::Decimal { .. });
    let wider = if number_rank(left) >= number_rank(right) {
        left
    } else {
        right
    };
    // A float holds neither every int nor every decimal: both go to double.
    if *wider == T::Float && (ansi || decimal) {
        return Some(T::Double);
    }
    Some(if decimal { T::Double } else { wider.clone() })
}

/// The decimal that holds both; digits before the point go first when it is full.
fn wider_decimal(p1: u8, s1: i8, p2: u8, s2: i8) -> DataType {
    let scale = i16::from(s1.max(s2));
    let range = (i16::from(p1) - i16::from(s1)).max(i16::from(p2) - i16::from(s2));
    // Whole digits go before fractional ones where there are too many.
    let excess = (range + scale - i16::from(MAX_PRECISION)).max(0);
    bounded(range + scale, (scale - excess).max(0))
}

/// A decimal type cut at 38 digits, the scale as well.
pub fn bounded(precision: i16, scale: i16) -> DataType {
    let max = i16::from(MAX_PRECISION);
    let (precision, scale) = (precision.min(max), scale.min(max));
    DataType::Decimal {
        precision: precision as u8,
        scale: scale as i8,
    }
}

/// A decimal type cut at 38 digits by giving up fractional digits first, but
/// never below six of them (`spark.sql.decimalOperations.allowPrecisionLoss`).
pub fn adjusted(precision: i16, scale: i16) -> DataType {
    let max = i16::from(MAX_PRECISION);
    if precision <= max {
        return DataType::Decimal {
            precision: precision as u8,
            scale: scale as i8,
        };
    }
    let whole = precision - scale;
    let scale = (max - whole).max(scale.min(6));
    DataType::Decimal {
        precision: MAX_PRECISION,
        scale: scale as i8,
    }
}

fn common_datetime(left: &DataType, right: &DataType) -> DataType {
    use DataType as T;
    match (left, right) {
        (T::Timestamp, _) | (_, T::Timestamp) => T::Timestamp,
        (T::TimestampNtz, _) | (_, T::TimestampNtz) => T::TimestampNtz,
        _ => T::Date,
    }
}

/// The type of several expressions; strings count last, since a string takes the
/// type of what stands beside it.
pub fn common_type_of<'a>(
    types: impl IntoIterator<Item = &'a DataType>,
    ansi: bool,
) -> Option<DataType> {
    let (strings, others): (Vec<_>, Vec<_>) = types.into_iter().partition(|t| holds_string(t));
    let mut common = DataType::Null;
    for data_type in strings.into_iter().chain(others) {
        common = common_type(&common, data_type, ansi)?;
    }
    Some(common)
}

fn holds_string(data_type: &DataType) -> bool {
    match data_type {
        DataType::String => true,
        DataType::Array { element, .. } => holds_string(element),
        _ => false,
    }
}

/// The type in which `=` and `<` compare two values.
pub fn comparison_type(left: &DataType, right: &DataType, ansi: bool) -> Option<DataType> {
    use DataType as T;
    if !ansi {
        // Legacy: a string is read as what it is compared with.
        match (left, right) {
            (T::String, T::Decimal { .. }) | (T::Decimal { .. }, T::String) => {
                return Some(T::Double);
            }
            (T::String, other) | (other, T::String) if is_atomic(other) && !is_interval(other) => {
                return Some(other.clone());
            }
            _ => {}
        }
    }
    common_type(left, right, ansi)
}

/// Whether an argument of type `from` is silently cast where a function wants
/// exactly `to`.
#[allow(clippy::only_used_in_recursion)] // Legacy casts will differ by it.
pub fn implicit_cast(from: &DataType, to: &DataType, ansi: bool) -> bool {
    use DataType as T;
    if from == to {
        return true;
    }
    match (from, to) {
        (T::Null, _) => true,
        (f, t) if f.is_numeric() && t.is_numeric() => true,
        (f, t) if f.is_datetime() && t.is_datetime() => true,
        (T::String, t) => {
            t.is_numeric()
                || t.is_datetime()
                || matches!(t, T::Boolean | T::Binary)
                || is_interval(t)
        }
        (f, T::String) => is_atomic(f),
        (T::YearMonthInterval { .. }, T::YearMonthInterval { .. })
        | (T::DayTimeInterval { .. }, T::DayTimeInterval { .. }) => true,
        (
            T::Array {
                element: a,
                contains_null: m,
            },
            T::Array {
                element: b,
                contains_null: n,
            },
        ) => (*n || !*m) && implicit_cast(a, b, ansi),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::scalar::tests::parse_type_or_void as parse_type;

    /// Recorded from Spark: mode, left, right, type of `coalesce`.
    #[test]
    fn common_types_are_sparks() {
        for line in include_str!("expected/common_types.txt").lines() {
            let [mode, left, right, want] = line.split('\t').collect::<Vec<_>>()[..] else {
                panic!("a row has four columns: {line}");
            };
            let got = common_type(&parse_type(left), &parse_type(right), mode == "ansi");
            let got = got.map_or("-".to_string(), |t| t.simple_string());
            assert_eq!(got, want, "{line}");
        }
    }
}
