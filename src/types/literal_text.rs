//! Values as SQL writes them: `'it''s'` in Spark's escapes, `DATE '2024-01-02'`, `1.5D`.

use arrow::array::{Array, AsArray};

use super::format::{Formatter, bytes_at, string_at};
use super::{DataType, Zone};

/// The value of a row, as a text that a parser reads as the same.
pub fn literal_text(array: &dyn Array, row: usize, data_type: &DataType, zone: Zone) -> String {
    if array.is_null(row) {
        return match data_type {
            DataType::Null => "NULL".to_string(),
            other => format!("CAST(NULL AS {})", other.sql()),
        };
    }
    let shown = || {
        let mut out = String::new();
        Formatter::for_cast(data_type, zone, true).write(array, row, &mut out);
        out
    };
    match data_type {
        DataType::String | DataType::Char { .. } => text(string_at(array, row)),
        DataType::Byte => shown() + "Y",
        DataType::Short => shown() + "S",
        DataType::Long => shown() + "L",
        DataType::Float => match shown().as_str() {
            special @ ("NaN" | "Infinity" | "-Infinity") => {
                format!("CAST('{special}' AS FLOAT)")
            }
            number => format!("CAST({number} AS FLOAT)"),
        },
        DataType::Double => match shown().as_str() {
            special @ ("NaN" | "Infinity" | "-Infinity") => {
                format!("CAST('{special}' AS DOUBLE)")
            }
            number => format!("{number}D"),
        },
        DataType::Decimal { .. } => shown() + "BD",
        DataType::Binary => {
            let bytes = bytes_at(array, row).iter();
            format!(
                "X'{}'",
                bytes.map(|b| format!("{b:02X}")).collect::<String>()
            )
        }
        DataType::Date => format!("DATE '{}'", shown()),
        DataType::Timestamp => format!("TIMESTAMP '{}'", shown()),
        DataType::TimestampNtz => format!("TIMESTAMP_NTZ '{}'", shown()),
        DataType::Array { element, .. } => {
            let values = array.as_list::<i32>().value(row);
            let all = (0..values.len()).map(|at| literal_text(&values, at, element, zone));
            format!("ARRAY({})", all.collect::<Vec<_>>().join(", "))
        }
        DataType::Map { key, value, .. } => {
            let entries = array.as_map().value(row);
            let all = (0..entries.len()).map(|at| {
                let key = literal_text(entries.column(0), at, key, zone);
                format!(
                    "{key}, {}",
                    literal_text(entries.column(1), at, value, zone)
                )
            });
            format!("MAP({})", all.collect::<Vec<_>>().join(", "))
        }
        DataType::Struct(fields) => {
            let columns = array.as_struct().columns().iter();
            let all = fields.fields.iter().zip(columns).map(|(field, column)| {
                let value = literal_text(column, row, &field.data_type, zone);
                format!("{}, {value}", text(&field.name))
            });
            format!("NAMED_STRUCT({})", all.collect::<Vec<_>>().join(", "))
        }
        _ => shown(),
    }
}

fn text(value: &str) -> String {
    format!("'{}'", value.replace('\\', "\\\\").replace('\'', "\\'"))
}
