//! The type that a variant has by itself, and the one of several.

use super::text::write_decimal;
use super::{Variant, View, malformed, stripped};
use crate::error::Result;
use crate::types::{DataType, StructField, StructType};

/// The type of a variant: objects are structs, their fields sorted.
pub fn shape(variant: Variant<'_>) -> Result<DataType> {
    Ok(match variant.view()? {
        View::Null => DataType::Null,
        View::Boolean(_) => DataType::Boolean,
        View::Long(_) => DataType::Long,
        View::Double(_) => DataType::Double,
        View::Float(_) => DataType::Float,
        View::Decimal(value, scale) => decimal_type(value, scale),
        View::Date(_) => DataType::Date,
        View::Timestamp(_) => DataType::Timestamp,
        View::TimestampNtz(_) => DataType::TimestampNtz,
        View::String(_) | View::Uuid(_) => DataType::String,
        View::Binary(_) => DataType::Binary,
        View::Array(parts) => {
            let mut element = DataType::Null;
            for at in 0..parts.len {
                element = merged(&element, &shape(parts.get(at)?)?);
            }
            DataType::Array {
                element: Box::new(element),
                contains_null: true,
            }
        }
        View::Object(parts) => {
            let mut fields: Vec<StructField> = Vec::with_capacity(parts.len);
            for at in 0..parts.len {
                let name = parts.name(at)?;
                let sorted = fields
                    .last()
                    .is_none_or(|f| f.name.encode_utf16().lt(name.encode_utf16()));
                if !sorted {
                    return Err(malformed());
                }
                fields.push(StructField::new(name, shape(parts.get(at)?)?, true));
            }
            DataType::Struct(StructType::new(fields))
        }
    })
}

fn decimal_type(value: i128, scale: u8) -> DataType {
    let (value, scale) = stripped(value, scale);
    let digits = value.unsigned_abs().checked_ilog10().map_or(1, |n| n + 1) as i32;
    // Zeros before the point count where the scale is negative.
    let precision = (digits - scale.min(0)).max(scale).clamp(1, 38);
    DataType::Decimal {
        precision: precision as u8,
        scale: scale.max(0) as i8,
    }
}

/// The type that holds the values of both; a variant where there is none.
pub fn merged(left: &DataType, right: &DataType) -> DataType {
    use DataType as T;
    match (left, right) {
        _ if left == right => left.clone(),
        (T::Null, other) | (other, T::Null) => other.clone(),
        (T::Struct(l), T::Struct(r)) => T::Struct(merged_fields(l, r)),
        (T::Array { element: l, .. }, T::Array { element: r, .. }) => T::Array {
            element: Box::new(merged(l, r)),
            contains_null: true,
        },
        (T::Long, T::Decimal { precision, scale }) | (T::Decimal { precision, scale }, T::Long) => {
            wider((20, 0), (*precision, *scale))
        }
        (
            T::Decimal {
                precision: p,
                scale: s,
            },
            T::Decimal {
                precision: q,
                scale: t,
            },
        ) => wider((*p, *s), (*q, *t)),
        (T::Double, T::Long | T::Float | T::Decimal { .. })
        | (T::Long | T::Float | T::Decimal { .. }, T::Double) => T::Double,
        (T::Float, T::Long) | (T::Long, T::Float) => T::Float,
        (T::Date | T::TimestampNtz, T::Timestamp) | (T::Timestamp, T::Date | T::TimestampNtz) => {
            T::Timestamp
        }
        (T::Date, T::TimestampNtz) | (T::TimestampNtz, T::Date) => T::TimestampNtz,
        _ => T::Variant,
    }
}

fn wider(left: (u8, i8), right: (u8, i8)) -> DataType {
    let scale = left.1.max(right.1);
    let whole = |(p, s): (u8, i8)| i16::from(p) - i16::from(s);
    let precision = whole(left).max(whole(right)) + i16::from(scale);
    if precision > 38 {
        return DataType::Double;
    }
    DataType::Decimal {
        precision: precision as u8,
        scale,
    }
}

fn merged_fields(left: &StructType, right: &StructType) -> StructType {
    let mut fields: Vec<StructField> = left.fields.to_vec();
    for field in right.fields.iter() {
        match fields.iter_mut().find(|known| known.name == field.name) {
            Some(known) => known.data_type = merged(&known.data_type, &field.data_type),
            None => fields.push(field.clone()),
        }
    }
    fields.sort_by(|a, b| a.name.encode_utf16().cmp(b.name.encode_utf16()));
    StructType::new(fields)
}

/// A name as it stands in a schema: quoted where it is no plain word.
fn quoted_if_needed(name: &str) -> String {
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    match plain && !name.bytes().all(|b| b.is_ascii_digit()) {
        true => name.to_string(),
        false => crate::error::quoted(&[name]),
    }
}

/// The type as text; what an object is called tells it from a struct.
pub fn shape_text(shape: &DataType) -> String {
    match shape {
        DataType::Struct(fields) => {
            let fields = fields.fields.iter().map(|f| {
                let name = quoted_if_needed(&f.name);
                format!("{name}: {}", shape_text(&f.data_type))
            });
            format!("OBJECT<{}>", fields.collect::<Vec<_>>().join(", "))
        }
        DataType::Array { element, .. } => format!("ARRAY<{}>", shape_text(element)),
        other => other.sql(),
    }
}

/// A decimal as text, as a cast from a variant gives it.
pub(super) fn decimal_text(value: i128, scale: u8) -> String {
    let mut out = String::new();
    write_decimal(value, scale, &mut out);
    out
}
