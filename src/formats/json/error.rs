//! The errors of reading JSON, as Spark words them.

use super::value::Reason;
use crate::error::{Result, SparkError};
use crate::formats::columns::Datum;
use crate::types::{DataType, StructType};

/// A type in messages: `"INT"`.
fn shown(data_type: &DataType) -> String {
    format!("\"{}\"", data_type.sql())
}

/// The failure of a query in mode FAILFAST at a bad record of the file `path`.
///
/// `row` is what a permissive reader would have made of `record`.
pub(super) fn malformed_record(
    path: &str,
    record: &str,
    row: &[String],
    reason: &Reason,
) -> SparkError {
    let malformed = match reason {
        Reason::NoNumber {
            name,
            value,
            data_type,
        } => no_number(record, name, value, data_type),
        _ => malformed_row(row).with_cause(cause(reason)),
    };
    SparkError::new("FAILED_READ_FILE.NO_HINT", &[("path", path)]).with_cause(malformed)
}

fn no_number(record: &str, name: &str, value: &str, data_type: &DataType) -> SparkError {
    let target = if *data_type == DataType::Float {
        "FloatType"
    } else {
        "DoubleType"
    };
    SparkError::new(
        "MALFORMED_RECORD_IN_PARSING.CANNOT_PARSE_STRING_AS_DATATYPE",
        &[
            ("badRecord", record),
            ("failFastMode", "FAILFAST"),
            ("fieldValue", &format!("'{value}'")),
            ("fieldName", &format!("`{name}`")),
            ("targetType", target),
            ("inputType", "StringType"),
        ],
    )
}

pub(in crate::formats) fn malformed_row(row: &[String]) -> SparkError {
    let record = if row.is_empty() {
        "[empty row]".into()
    } else {
        format!("[{}]", row.join(","))
    };
    let parameters = [("badRecord", record.as_str()), ("failFastMode", "FAILFAST")];
    SparkError::new(
        "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION",
        &parameters,
    )
}

/// Why a record does not fit, for people.
pub(super) fn reason_text(reason: &Reason) -> String {
    cause(reason).message().to_string()
}

fn cause(reason: &Reason) -> SparkError {
    match reason {
        Reason::Malformed(malformed) => {
            SparkError::plain(crate::error::ErrorClass::SparkRuntime, &malformed.0)
        }
        Reason::EmptyField(data_type) => {
            SparkError::new("EMPTY_JSON_FIELD_VALUE", &[("dataType", &shown(data_type))])
        }
        Reason::Field {
            name,
            value,
            token,
            data_type,
        } => SparkError::new(
            "CANNOT_PARSE_JSON_FIELD",
            &[
                ("fieldName", &format!("'{name}'")),
                ("fieldValue", value),
                ("jsonType", token.name()),
                ("dataType", &shown(data_type)),
            ],
        ),
        Reason::Text { value, data_type }
        | Reason::NoNumber {
            value, data_type, ..
        } => SparkError::new(
            "CAST_INVALID_INPUT",
            &[
                ("expression", &format!("'{value}'")),
                ("sourceType", "\"STRING\""),
                ("targetType", &shown(data_type)),
            ],
        ),
        Reason::RootIsNull => SparkError::new("INVALID_JSON_ROOT_FIELD", &[]),
    }
}

/// A record that is no JSON, met while inferring a schema in mode FAILFAST.
pub(in crate::formats) fn malformed_in_inference(corrupt_column: &str) -> SparkError {
    let parameters = [("badRecord", corrupt_column), ("failFastMode", "FAILFAST")];
    SparkError::new(
        "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION",
        &parameters,
    )
}

/// A record that is JSON but no object, met while inferring a schema in mode FAILFAST.
pub(super) fn invalid_record_type(found: &DataType) -> SparkError {
    let parameters = [("failFastMode", "FAILFAST"), ("invalidType", &shown(found))];
    SparkError::new("INVALID_JSON_RECORD_TYPE", &parameters)
}

/// Refuses a query that reads nothing but the column of corrupt records from the files:
/// what is corrupt depends on which columns are read.
///
/// `read` are the names of the columns that the query reads, filters included.
pub fn check_only_corrupt_column(read: &[&str], corrupt_column: &str) -> Result<()> {
    if read == [corrupt_column] {
        return Err(SparkError::new(
            "UNSUPPORTED_FEATURE.QUERY_ONLY_CORRUPT_RECORD_COLUMN",
            &[],
        ));
    }
    Ok(())
}

/// Checks a schema for reading: the corrupt record column is a nullable string, and maps
/// have strings as keys.
pub fn check_schema(schema: &StructType, corrupt_column: &str) -> Result<()> {
    check_corrupt_type(schema, corrupt_column)?;
    if schema.fields.iter().any(|f| has_other_keys(&f.data_type)) {
        let whole = shown(&DataType::Struct(schema.clone()));
        return Err(SparkError::new(
            "INVALID_JSON_SCHEMA_MAP_TYPE",
            &[("jsonSchema", &whole)],
        ));
    }
    Ok(())
}

/// The corrupt record column is a nullable string.
pub(in crate::formats) fn check_corrupt_type(
    schema: &StructType,
    corrupt_column: &str,
) -> Result<()> {
    for field in schema.fields.iter().filter(|f| f.name == corrupt_column) {
        if field.data_type != DataType::String || !field.nullable {
            let parameters = [
                ("columnName", crate::error::quoted(&[corrupt_column])),
                ("actualType", shown(&field.data_type)),
            ];
            let borrowed: Vec<_> = parameters.iter().map(|(k, v)| (*k, v.as_str())).collect();
            return Err(SparkError::new("INVALID_CORRUPT_RECORD_TYPE", &borrowed));
        }
    }
    Ok(())
}

fn has_other_keys(data_type: &DataType) -> bool {
    match data_type {
        DataType::Map { key, value, .. } => **key != DataType::String || has_other_keys(value),
        DataType::Array { element, .. } => has_other_keys(element),
        DataType::Struct(fields) => fields.fields.iter().any(|f| has_other_keys(&f.data_type)),
        _ => false,
    }
}

/// A value as it stands in the message of [`malformed_record`].
pub(in crate::formats) fn shown_value(datum: &Datum, data_type: &DataType) -> String {
    let list = |items: Vec<String>| format!("[{}]", items.join(","));
    match (datum, data_type) {
        (Datum::Null | Datum::Absent, _) => "null".into(),
        (Datum::Boolean(b), _) => b.to_string(),
        (Datum::Int(i), _) => i.to_string(),
        (Datum::Float(f), _) => f.to_string(),
        (Datum::Double(f), _) => f.to_string(),
        (Datum::Decimal(d), DataType::Decimal { scale, .. }) => decimal_text(*d, *scale),
        (Datum::Decimal(d), _) => d.to_string(),
        (Datum::Text(text), _) => text.clone(),
        (Datum::Binary(bytes), _) => String::from_utf8_lossy(bytes).into_owned(),
        (Datum::List(items), DataType::Array { element, .. }) => list(
            items
                .iter()
                .map(|item| shown_value(item, element))
                .collect(),
        ),
        (Datum::Struct(items), DataType::Struct(fields)) => {
            let pairs = items.iter().zip(fields.fields.iter());
            list(
                pairs
                    .map(|(item, field)| shown_value(item, &field.data_type))
                    .collect(),
            )
        }
        (Datum::Map(entries), DataType::Map { value, .. }) => {
            let keys = list(entries.iter().map(|(key, _)| key.clone()).collect());
            let values = list(entries.iter().map(|(_, v)| shown_value(v, value)).collect());
            format!("keys: {keys}, values: {values}")
        }
        (other, _) => format!("{other:?}"),
    }
}

fn decimal_text(unscaled: i128, scale: i8) -> String {
    let places = usize::try_from(scale).unwrap_or(0);
    let sign = if unscaled < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", unscaled.unsigned_abs(), width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    let point = if places > 0 { "." } else { "" };
    format!("{sign}{whole}{point}{fraction}")
}
