//! Which casts exist.

use super::super::{DataType, StructType, variant};

/// Whether Spark has a cast between two types; without `ansi` there are more.
pub fn can_cast(from: &DataType, to: &DataType, ansi: bool) -> bool {
    use DataType as D;
    let legacy = !ansi;
    match (from, to) {
        _ if from == to => true,
        (D::Null, _) => true,
        (D::Place { .. }, _) | (_, D::Place { .. }) => can_cast_place(from, to),
        (_, D::String) => true,
        (_, D::Null) => false,
        (D::UserDefined(_), _) | (_, D::UserDefined(_)) => false,
        (D::Variant, to) => variant::holds(to, true),
        (from, D::Variant) => variant::holds(from, false),
        (D::Time { .. }, D::Time { .. } | D::Timestamp | D::TimestampNtz) => true,
        (D::Time { .. }, to) => is_exact(to),
        (D::Timestamp | D::TimestampNtz, D::Time { .. }) => true,
        (D::String, to) => !matches!(to, D::Array { .. } | D::Map { .. } | D::Struct(_)),
        (D::Boolean, D::Timestamp) => legacy,
        (D::Boolean, to) => to.is_numeric(),
        (D::Date, D::Timestamp | D::TimestampNtz) => true,
        (D::Date, to) => legacy && (*to == D::Boolean || to.is_numeric()),
        (D::Timestamp, D::Date | D::TimestampNtz) => true,
        (D::Timestamp, D::Boolean) => legacy,
        (D::Timestamp, to) => to.is_numeric(),
        (D::TimestampNtz, to) => matches!(to, D::Date | D::Timestamp),
        (D::YearMonthInterval { .. }, D::YearMonthInterval { .. })
        | (D::DayTimeInterval { .. }, D::DayTimeInterval { .. }) => true,
        (D::YearMonthInterval { .. } | D::DayTimeInterval { .. }, to) => is_exact(to),
        (from, D::YearMonthInterval { .. } | D::DayTimeInterval { .. }) => is_exact(from),
        (from, D::Boolean | D::Timestamp) if from.is_numeric() => true,
        (from, D::Binary) => legacy && from.is_integral(),
        (from, to) if from.is_numeric() && to.is_numeric() => true,
        (
            D::Array {
                element: from,
                contains_null: from_null,
            },
            D::Array {
                element: to,
                contains_null: to_null,
            },
        ) => can_cast(from, to, ansi) && fits(from, *from_null, to, *to_null, ansi),
        (
            D::Map {
                key,
                value,
                value_contains_null,
            },
            D::Map {
                key: to_key,
                value: to_value,
                value_contains_null: to_null,
            },
        ) => {
            can_cast(key, to_key, ansi)
                && !may_become_null(key, to_key, ansi)
                && can_cast(value, to_value, ansi)
                && fits(value, *value_contains_null, to_value, *to_null, ansi)
        }
        (D::Struct(from), D::Struct(to)) => can_cast_struct(from, to, ansi),
        _ => false,
    }
}

/// A place may be said to be one of any system; one on the globe, also one on the plane.
fn can_cast_place(from: &DataType, to: &DataType) -> bool {
    let (
        DataType::Place { globe, srid },
        DataType::Place {
            globe: to,
            srid: other,
        },
    ) = (from, to)
    else {
        return false;
    };
    match (globe == to, other) {
        (true, None) => true,
        (true, Some(_)) => false,
        (false, _) => *globe && srid == other,
    }
}

/// The functions that Spark names where there is no cast between two types, quoted.
pub fn instead_of_cast(from: &DataType, to: &DataType) -> Option<&'static str> {
    match (from, to) {
        (from, DataType::Date) if from.is_numeric() => Some("`DATE_FROM_UNIX_DATE`"),
        (DataType::Date, to) if to.is_numeric() => Some("`UNIX_DATE`"),
        _ => None,
    }
}

fn can_cast_struct(from: &StructType, to: &StructType, ansi: bool) -> bool {
    from.len() == to.len()
        && from.fields.iter().zip(to.fields.iter()).all(|(from, to)| {
            can_cast(&from.data_type, &to.data_type, ansi)
                && fits(
                    &from.data_type,
                    from.nullable,
                    &to.data_type,
                    to.nullable,
                    ansi,
                )
        })
}

fn is_exact(data_type: &DataType) -> bool {
    data_type.is_integral() || matches!(data_type, DataType::Decimal { .. })
}

/// Whether a place that may hold no null gets none.
fn fits(from: &DataType, from_null: bool, to: &DataType, to_null: bool, ansi: bool) -> bool {
    to_null || !(from_null || may_become_null(from, to, ansi))
}

/// Whether a cast answers with null for some value that is not null.
fn may_become_null(from: &DataType, to: &DataType, ansi: bool) -> bool {
    use DataType as D;
    match (from, to) {
        _ if ansi || from == to => false,
        (D::Null, _) => true,
        (D::String, D::Binary) | (_, D::String) => false,
        (D::String, _) | (_, D::Decimal { .. }) => true,
        (D::Float | D::Double, D::Timestamp) => true,
        (D::Timestamp, D::Byte | D::Short | D::Integer) => true,
        (D::Date, to) => !matches!(to, D::Timestamp | D::TimestampNtz),
        _ => false,
    }
}
