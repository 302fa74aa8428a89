//! Values as text, in the two forms that Spark has: as `show()` prints them and as
//! a cast to string gives them.
//!
//! The forms differ within nested values (`NULL` or `null`) and for binary
//! (`[61 62]`, or the bytes read as UTF-8). Knows nothing of tables of rows; see
//! `show.rs`.

use std::fmt::Write;

use arrow::array::{Array, AsArray, StringArray, StringBuilder};
use arrow::datatypes as at;

use super::datetime::civil::{MICROS_PER_SECOND, civil_from_days, split_day};
use super::java_float::{write_f32, write_f64};
use super::variant::{Column, write_json};
use super::{DataType, DayTimeField, YearMonthField, Zone};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Show,
    Cast { ansi: bool },
}

/// Writes the values of one type. Arrays must be stored as
/// [`DataType::to_arrow`] says (strings and binaries in any of Arrow's layouts).
#[derive(Debug, Clone)]
pub struct Formatter {
    data_type: DataType,
    zone: Zone,
    style: Style,
    /// Of an element, of a key and a value, or of each field.
    children: Vec<Formatter>,
}

impl Formatter {
    /// As `show()` prints.
    pub fn new(data_type: &DataType, zone: Zone) -> Self {
        Self::with_style(data_type, zone, Style::Show)
    }

    /// As `CAST(… AS STRING)` gives; without ANSI, small decimals are in scientific
    /// notation.
    pub fn for_cast(data_type: &DataType, zone: Zone, ansi: bool) -> Self {
        Self::with_style(data_type, zone, Style::Cast { ansi })
    }

    fn with_style(data_type: &DataType, zone: Zone, style: Style) -> Self {
        let child = |inner: &DataType| Self::with_style(inner, zone, style);
        let data_type = &data_type.stored().unbounded();
        let children = match data_type {
            DataType::Array { element, .. } => vec![child(element)],
            DataType::Map { key, value, .. } => vec![child(key), child(value)],
            DataType::Struct(fields) => fields
                .fields
                .iter()
                .map(|field| child(&field.data_type))
                .collect(),
            _ => Vec::new(),
        };
        Self {
            data_type: data_type.clone(),
            zone,
            style,
            children,
        }
    }

    /// Appends the value of a row; a null is `NULL` in a show and `null` in a cast
    /// (where it can only stand within another value).
    pub fn write(&self, array: &dyn Array, row: usize, out: &mut String) {
        if array.is_null(row) || self.data_type == DataType::Null {
            out.push_str(if self.style == Style::Show {
                "NULL"
            } else {
                "null"
            });
            return;
        }
        match &self.data_type {
            DataType::Null => {}
            DataType::Boolean => {
                out.push_str(if array.as_boolean().value(row) {
                    "true"
                } else {
                    "false"
                });
            }
            DataType::Byte => display(array.as_primitive::<at::Int8Type>().value(row), out),
            DataType::Short => display(array.as_primitive::<at::Int16Type>().value(row), out),
            DataType::Integer => display(array.as_primitive::<at::Int32Type>().value(row), out),
            DataType::Long => display(array.as_primitive::<at::Int64Type>().value(row), out),
            DataType::Float => write_f32(array.as_primitive::<at::Float32Type>().value(row), out),
            DataType::Double => write_f64(array.as_primitive::<at::Float64Type>().value(row), out),
            DataType::Decimal { scale, .. } => {
                let value = array.as_primitive::<at::Decimal128Type>().value(row);
                if self.style == (Style::Cast { ansi: false }) {
                    write_decimal_scientific(value, *scale, out);
                } else {
                    write_decimal(value, *scale, out);
                }
            }
            DataType::String => out.push_str(string_at(array, row)),
            DataType::Binary => self.write_binary(bytes_at(array, row), out),
            DataType::Date => write_date(array.as_primitive::<at::Date32Type>().value(row), out),
            DataType::Timestamp => {
                let micros = array
                    .as_primitive::<at::TimestampMicrosecondType>()
                    .value(row);
                write_timestamp(micros, self.zone, out);
            }
            DataType::TimestampNtz => {
                let micros = array
                    .as_primitive::<at::TimestampMicrosecondType>()
                    .value(row);
                write_local_timestamp(micros, out);
            }
            DataType::Time { .. } => {
                write_time(
                    array.as_primitive::<at::Time64NanosecondType>().value(row),
                    out,
                );
            }
            DataType::Variant => self.write_variant(array, row, out),
            DataType::Place { .. } => write_place(array, row, out),
            // Types of the user's are gone from a formatter: see `with_style`.
            DataType::Char { .. } | DataType::UserDefined(_) => {}
            DataType::YearMonthInterval { start, end } => {
                let months = array.as_primitive::<at::IntervalYearMonthType>().value(row);
                write_year_month(months, *start, *end, out);
            }
            DataType::DayTimeInterval { start, end } => {
                let micros = array
                    .as_primitive::<at::DurationMicrosecondType>()
                    .value(row);
                write_day_time(micros, *start, *end, out);
            }
            DataType::CalendarInterval => {
                let value = array
                    .as_primitive::<at::IntervalMonthDayNanoType>()
                    .value(row);
                write_calendar(value.months, value.days, value.nanoseconds / 1_000, out);
            }
            DataType::Array { .. } | DataType::Map { .. } | DataType::Struct(_) => {
                self.write_nested(array, row, out);
            }
        }
    }

    fn write_nested(&self, array: &dyn Array, row: usize, out: &mut String) {
        match (&self.data_type, self.children.as_slice()) {
            (DataType::Array { .. }, [element]) => {
                let items = array.as_list::<i32>().value(row);
                out.push('[');
                for at in 0..items.len() {
                    out.push_str(if at > 0 { ", " } else { "" });
                    element.write(&items, at, out);
                }
                out.push(']');
            }
            (DataType::Map { .. }, [key, value]) => {
                let entries = array.as_map().value(row);
                out.push('{');
                for at in 0..entries.len() {
                    out.push_str(if at > 0 { ", " } else { "" });
                    key.write(entries.column(0), at, out);
                    out.push_str(" -> ");
                    value.write(entries.column(1), at, out);
                }
                out.push('}');
            }
            (_, fields) => {
                let columns = array.as_struct().columns();
                out.push('{');
                for (at, (field, column)) in fields.iter().zip(columns).enumerate() {
                    out.push_str(if at > 0 { ", " } else { "" });
                    field.write(column, row, out);
                }
                out.push('}');
            }
        }
    }

    fn write_variant(&self, array: &dyn Array, row: usize, out: &mut String) {
        let variant = Column::new(array).and_then(|column| column.at(row));
        let written = match variant {
            Ok(Some(variant)) => write_json(variant, self.zone, out),
            Ok(None) => Ok(()),
            Err(error) => Err(error),
        };
        // A cast and a show cannot fail: what is no variant is shown as that.
        if written.is_err() {
            out.push_str("MALFORMED_VARIANT");
        }
    }

    fn write_binary(&self, bytes: &[u8], out: &mut String) {
        if self.style != Style::Show {
            // Spark keeps bytes that are no UTF-8 in a string; Arrow cannot.
            out.push_str(&String::from_utf8_lossy(bytes));
            return;
        }
        out.push('[');
        for (at, byte) in bytes.iter().enumerate() {
            let space = if at > 0 { " " } else { "" };
            let _ = write!(out, "{space}{byte:02X}");
        }
        out.push(']');
    }

    /// All values of an array; nulls stay null.
    pub fn strings(&self, array: &dyn Array) -> StringArray {
        let mut builder = StringBuilder::with_capacity(array.len(), array.len() * 8);
        let mut text = String::new();
        for row in 0..array.len() {
            if array.is_null(row) || self.data_type == DataType::Null {
                builder.append_null();
            } else {
                text.clear();
                self.write(array, row, &mut text);
                builder.append_value(&text);
            }
        }
        builder.finish()
    }
}

/// An array as `show()` prints its values; nulls stay null.
pub fn to_strings(array: &dyn Array, data_type: &DataType, zone: Zone) -> StringArray {
    Formatter::new(data_type, zone).strings(array)
}

fn display(value: impl std::fmt::Display, out: &mut String) {
    let _ = write!(out, "{value}");
}

/// A string of any of Arrow's layouts.
pub fn string_at(array: &dyn Array, row: usize) -> &str {
    match array.data_type() {
        at::DataType::LargeUtf8 => array.as_string::<i64>().value(row),
        at::DataType::Utf8View => array.as_string_view().value(row),
        _ => array.as_string::<i32>().value(row),
    }
}

/// A binary of any of Arrow's layouts.
pub fn bytes_at(array: &dyn Array, row: usize) -> &[u8] {
    match array.data_type() {
        at::DataType::LargeBinary => array.as_binary::<i64>().value(row),
        at::DataType::BinaryView => array.as_binary_view().value(row),
        _ => array.as_binary::<i32>().value(row),
    }
}

pub fn write_decimal(unscaled: i128, scale: i8, out: &mut String) {
    let scale = scale.max(0) as usize;
    out.push_str(if unscaled < 0 { "-" } else { "" });
    let digits = format!("{:0width$}", unscaled.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    out.push_str(whole);
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
}

/// As Java's `BigDecimal.toString`: scientific below 1E-6.
fn write_decimal_scientific(unscaled: i128, scale: i8, out: &mut String) {
    let digits = unscaled.unsigned_abs().to_string();
    let exponent = digits.len() as i32 - 1 - i32::from(scale);
    if exponent >= -6 {
        return write_decimal(unscaled, scale, out);
    }
    let sign = if unscaled < 0 { "-" } else { "" };
    let (first, rest) = digits.split_at(1);
    let point = if rest.is_empty() { "" } else { "." };
    let _ = write!(out, "{sign}{first}{point}{rest}E{exponent}");
}

/// Nanoseconds of a day as a time, with as many digits of a second as there are.
pub fn write_time(nanos: i64, out: &mut String) {
    let (seconds, fraction) = (nanos / 1_000_000_000, nanos % 1_000_000_000);
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let _ = write!(out, "{hour:02}:{minute:02}:{second:02}");
    if fraction > 0 {
        let digits = format!("{fraction:09}");
        let _ = write!(out, ".{}", digits.trim_end_matches('0'));
    }
}

pub fn write_date(days: i32, out: &mut String) {
    write_civil(i64::from(days), out);
}

fn write_civil(days: i64, out: &mut String) {
    let date = civil_from_days(days);
    let sign = match date.year {
        ..0 => "-",
        10_000.. => "+",
        _ => "",
    };
    let _ = write!(
        out,
        "{sign}{:04}-{:02}-{:02}",
        date.year.abs(),
        date.month,
        date.day
    );
}

pub fn write_timestamp(micros: i64, zone: Zone, out: &mut String) {
    write_local_timestamp_wide(i128::from(micros) + offset_micros(micros, zone), out);
}

fn offset_micros(micros: i64, zone: Zone) -> i128 {
    i128::from(zone.offset_at_utc(micros)) * i128::from(MICROS_PER_SECOND)
}

pub fn write_local_timestamp(micros: i64, out: &mut String) {
    write_local_timestamp_wide(i128::from(micros), out);
}

/// Local time may lie outside 64 bits at the ends of the range of instants.
fn write_local_timestamp_wide(micros: i128, out: &mut String) {
    let seconds = micros.div_euclid(i128::from(MICROS_PER_SECOND)) as i64;
    let fraction = micros.rem_euclid(i128::from(MICROS_PER_SECOND)) as u32;
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    write_civil(days, out);
    let (hour, minute) = (second / 3_600, second / 60 % 60);
    let _ = write!(out, " {hour:02}:{minute:02}:{:02}", second % 60);
    write_fraction(fraction, out);
}

/// `.5`, without zeros at the end and not at all for zero.
fn write_fraction(micros: u32, out: &mut String) {
    if micros > 0 {
        let digits = format!("{micros:06}");
        out.push('.');
        out.push_str(digits.trim_end_matches('0'));
    }
}

pub fn write_year_month(months: i32, start: YearMonthField, end: YearMonthField, out: &mut String) {
    let sign = if months < 0 { "-" } else { "" };
    let all = months.unsigned_abs();
    let _ = match (start, end) {
        (YearMonthField::Year, YearMonthField::Year) => {
            write!(out, "INTERVAL '{sign}{}' YEAR", all / 12)
        }
        (YearMonthField::Month, _) => write!(out, "INTERVAL '{sign}{all}' MONTH"),
        _ => write!(
            out,
            "INTERVAL '{sign}{}-{}' YEAR TO MONTH",
            all / 12,
            all % 12
        ),
    };
}

pub fn write_day_time(micros: i64, start: DayTimeField, end: DayTimeField, out: &mut String) {
    let mut rest = micros.unsigned_abs();
    out.push_str("INTERVAL '");
    out.push_str(if micros < 0 { "-" } else { "" });
    let fields = [
        (DayTimeField::Day, 86_400_000_000_u64, ""),
        (DayTimeField::Hour, 3_600_000_000, " "),
        (DayTimeField::Minute, 60_000_000, ":"),
        (DayTimeField::Second, 1_000_000, ":"),
    ];
    for (field, unit, separator) in fields {
        if field < start || field > end {
            continue;
        }
        let value = rest / unit;
        rest %= unit;
        out.push_str(if field > start { separator } else { "" });
        let width = if field == DayTimeField::Day { 1 } else { 2 };
        let _ = write!(out, "{value:0width$}");
        if field == DayTimeField::Second {
            write_fraction(rest as u32, out);
        }
    }
    out.push_str("' ");
    out.push_str(&start.name().to_ascii_uppercase());
    if start != end {
        out.push_str(" TO ");
        out.push_str(&end.name().to_ascii_uppercase());
    }
}

/// `1 years 2 months 25 days 5 hours 6 minutes 7.008 seconds`, without what is zero.
pub fn write_calendar(months: i32, days: i32, micros: i64, out: &mut String) {
    let start = out.len();
    let mut unit = |value: i64, name: &str| {
        if value != 0 {
            let _ = write!(out, "{value} {name} ");
        }
    };
    unit(i64::from(months / 12), "years");
    unit(i64::from(months % 12), "months");
    unit(i64::from(days), "days");
    unit(micros / 3_600_000_000, "hours");
    unit(micros % 3_600_000_000 / 60_000_000, "minutes");
    let seconds = micros % 60_000_000;
    if seconds != 0 {
        out.push_str(if seconds < 0 { "-" } else { "" });
        let _ = write!(out, "{}", seconds.unsigned_abs() / 1_000_000);
        write_fraction((seconds.unsigned_abs() % 1_000_000) as u32, out);
        out.push_str(" seconds");
    } else if out.len() == start {
        out.push_str("0 seconds");
    } else {
        out.truncate(out.trim_end().len());
    }
}

/// Wall-clock day of an instant.
pub fn local_day(micros: i64, zone: Zone) -> i64 {
    split_day(zone.utc_to_local(micros)).0
}

#[cfg(test)]
#[path = "format_tests.rs"]
mod tests;

/// Spark shows the address of an object; this is what the object holds.
fn write_place(array: &dyn Array, row: usize, out: &mut String) {
    let parts = array.as_struct().columns();
    let srid = parts[0].as_primitive::<at::Int32Type>().value(row);
    let _ = write!(out, "SRID={srid};");
    for byte in parts[1].as_binary::<i32>().value(row) {
        let _ = write!(out, "{byte:02X}");
    }
}
