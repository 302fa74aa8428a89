//! The errors of casts, with values printed as SQL literals.

use super::super::DataType;
use super::super::format::write_decimal;
use crate::error::{ErrorClass, SparkError};

/// Spark passes the setting's name along, though the message does not print it.
const ANSI_CONFIG: &str = "\"spark.sql.ansi.enabled\"";

fn quoted_type(data_type: &DataType) -> String {
    format!("\"{}\"", data_type.sql())
}

/// A number, text or timestamp that does not fit its target; `value` is a literal.
pub(super) fn overflow(value: &str, from: &DataType, to: &DataType) -> SparkError {
    let (from, to) = (quoted_type(from), quoted_type(to));
    let parameters = [
        ("value", value),
        ("sourceType", &from),
        ("targetType", &to),
        ("ansiConfig", ANSI_CONFIG),
    ];
    SparkError::new("CAST_OVERFLOW", &parameters)
}

/// A value without meaning in the target type; `value` is a literal.
pub(super) fn invalid(value: &str, from: &DataType, to: &DataType) -> SparkError {
    let class = match to {
        DataType::Boolean => ErrorClass::SparkRuntime,
        to if to.is_datetime() || matches!(to, DataType::Time { .. }) => ErrorClass::DateTime,
        _ => ErrorClass::NumberFormat,
    };
    let (from, to) = (quoted_type(from), quoted_type(to));
    let parameters = [
        ("expression", value),
        ("sourceType", &from),
        ("targetType", &to),
        ("ansiConfig", ANSI_CONFIG),
    ];
    SparkError::new("CAST_INVALID_INPUT", &parameters).with_class(class)
}

pub(super) fn invalid_text(value: &str, to: &DataType) -> SparkError {
    let literal = format!("'{}'", value.replace('\\', "\\\\").replace('\'', "\\'"));
    invalid(&literal, &DataType::String, to)
}

/// A number that has more digits than a decimal type.
pub(super) fn out_of_range(value: &str, precision: u8, scale: i8) -> SparkError {
    SparkError::new(
        "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION",
        &[
            ("value", value),
            ("precision", &precision.to_string()),
            ("scale", &scale.to_string()),
            ("config", "\"spark.sql.ansi.enabled\""),
        ],
    )
}

pub(super) fn integral_literal(value: i64, from: &DataType) -> String {
    let suffix = match from {
        DataType::Long => "L",
        DataType::Short => "S",
        DataType::Byte => "Y",
        _ => "",
    };
    format!("{value}{suffix}")
}

pub(super) fn decimal_literal(unscaled: i128, scale: i8) -> String {
    let mut out = String::new();
    write_decimal(unscaled, scale, &mut out);
    out.push_str("BD");
    out
}
