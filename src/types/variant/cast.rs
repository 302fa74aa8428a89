//! Variants as values of Spark's types, and Spark's values as variants.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, ListArray, MapArray, StringArray, StructArray, new_null_array,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes as at;

use super::schema::decimal_text;
use super::text::write_uuid;
use super::{Builder, Column, Node, Variant, View, stripped, write_json};
use crate::error::{Result, SparkError};
use crate::types::cast::{CastSettings, can_cast, cast};
use crate::types::datetime::civil::MICROS_PER_SECOND;
use crate::types::{DataType, Zone, string_at};

/// What becomes of a variant that is no value of the type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CastFailure {
    Raise,
    Null,
}

/// Whether values of a type can be variants, and variants values of it; structs and maps
/// if `parts`.
pub fn holds(data_type: &DataType, parts: bool) -> bool {
    use DataType as T;
    match data_type {
        T::Null | T::CalendarInterval | T::YearMonthInterval { .. } | T::DayTimeInterval { .. } => {
            false
        }
        T::Array { element, .. } => holds(element, parts),
        T::Map { key, value, .. } => parts && **key == T::String && holds(value, parts),
        T::Struct(fields) => parts && fields.fields.iter().all(|f| holds(&f.data_type, parts)),
        _ => true,
    }
}

/// A column of a type from variants; `None` is a null.
pub fn from_variant(
    variants: &[Option<Variant<'_>>],
    to: &DataType,
    failure: CastFailure,
    zone: Zone,
) -> Result<ArrayRef> {
    Caster { failure, zone }.column(variants, to)
}

struct Caster {
    failure: CastFailure,
    zone: Zone,
}

impl Caster {
    fn column(&self, variants: &[Option<Variant<'_>>], to: &DataType) -> Result<ArrayRef> {
        match to {
            DataType::Variant => {
                let mut out = Builder::default();
                for variant in variants {
                    out.append(variant.map(Node::of).transpose()?.as_ref());
                }
                out.finish()
            }
            DataType::Array { element, .. } => self.list(variants, to, element),
            DataType::Map { value, .. } => self.map(variants, to, value),
            DataType::Struct(fields) => {
                let mut valid = Vec::with_capacity(variants.len());
                let mut cells = vec![Vec::with_capacity(variants.len()); fields.len()];
                let names: HashMap<&str, usize> = fields
                    .fields
                    .iter()
                    .enumerate()
                    .map(|(at, field)| (field.name.as_str(), at))
                    .collect();
                for variant in variants {
                    let row = cells[..].iter_mut();
                    row.for_each(|column| column.push(None));
                    let Some(parts) = self.expected(*variant, to, |view| match view {
                        View::Object(parts) => Some(parts),
                        _ => None,
                    })?
                    else {
                        valid.push(false);
                        continue;
                    };
                    valid.push(true);
                    let row = valid.len() - 1;
                    for index in 0..parts.len {
                        if let Some(at) = names.get(parts.name(index)?) {
                            cells[*at][row] = Some(parts.get(index)?);
                        }
                    }
                }
                let columns = cells.iter().zip(fields.fields.iter());
                let columns = columns
                    .map(|(cells, field)| self.column(cells, &field.data_type))
                    .collect::<Result<Vec<_>>>()?;
                let at::DataType::Struct(stored) = to.to_arrow() else {
                    return Err(SparkError::internal("a struct is stored otherwise"));
                };
                let nulls = Some(NullBuffer::from(valid));
                StructArray::try_new_with_length(stored, columns, nulls, variants.len())
                    .map(|array| Arc::new(array) as ArrayRef)
                    .map_err(SparkError::internal)
            }
            _ => self.scalars(variants, to),
        }
    }

    /// What `pick` finds in a variant that is there and not null.
    fn expected<'a, T>(
        &self,
        variant: Option<Variant<'a>>,
        to: &DataType,
        pick: impl Fn(View<'a>) -> Option<T>,
    ) -> Result<Option<T>> {
        let Some(variant) = variant else {
            return Ok(None);
        };
        match variant.view()? {
            View::Null => Ok(None),
            view => match pick(view) {
                Some(found) => Ok(Some(found)),
                None => self.fail(variant, to),
            },
        }
    }

    fn fail<T>(&self, variant: Variant<'_>, to: &DataType) -> Result<Option<T>> {
        if self.failure == CastFailure::Null {
            return Ok(None);
        }
        let mut text = String::new();
        write_json(variant, self.zone, &mut text)?;
        Err(SparkError::new(
            "INVALID_VARIANT_CAST",
            &[("value", &text), ("dataType", &format!("\"{}\"", to.sql()))],
        ))
    }

    fn list(
        &self,
        variants: &[Option<Variant<'_>>],
        to: &DataType,
        element: &DataType,
    ) -> Result<ArrayRef> {
        let (mut lengths, mut valid, mut items) = (Vec::new(), Vec::new(), Vec::new());
        for variant in variants {
            let found = self.expected(*variant, to, |view| match view {
                View::Array(parts) => Some(parts),
                _ => None,
            })?;
            valid.push(found.is_some());
            lengths.push(found.map_or(0, |parts| parts.len));
            if let Some(parts) = found {
                for at in 0..parts.len {
                    items.push(Some(parts.get(at)?));
                }
            }
        }
        let at::DataType::List(field) = to.to_arrow() else {
            return Err(SparkError::internal("an array is stored otherwise"));
        };
        let offsets = OffsetBuffer::from_lengths(lengths);
        let items = self.column(&items, element)?;
        ListArray::try_new(field, offsets, items, Some(NullBuffer::from(valid)))
            .map(|array| Arc::new(array) as ArrayRef)
            .map_err(SparkError::internal)
    }

    fn map(
        &self,
        variants: &[Option<Variant<'_>>],
        to: &DataType,
        value: &DataType,
    ) -> Result<ArrayRef> {
        let (mut lengths, mut valid) = (Vec::new(), Vec::new());
        let (mut keys, mut items) = (Vec::new(), Vec::new());
        for variant in variants {
            let found = self.expected(*variant, to, |view| match view {
                View::Object(parts) => Some(parts),
                _ => None,
            })?;
            valid.push(found.is_some());
            lengths.push(found.map_or(0, |parts| parts.len));
            if let Some(parts) = found {
                for at in 0..parts.len {
                    keys.push(parts.name(at)?);
                    items.push(Some(parts.get(at)?));
                }
            }
        }
        let wrong = || SparkError::internal("a map is stored otherwise");
        let at::DataType::Map(entry, sorted) = to.to_arrow() else {
            return Err(wrong());
        };
        let at::DataType::Struct(fields) = entry.data_type() else {
            return Err(wrong());
        };
        let keys: ArrayRef = Arc::new(StringArray::from(keys));
        let columns = vec![keys, self.column(&items, value)?];
        let entries = StructArray::try_new(fields.clone(), columns, None);
        let entries = entries.map_err(SparkError::internal)?;
        let (offsets, nulls) = (OffsetBuffer::from_lengths(lengths), NullBuffer::from(valid));
        MapArray::try_new(entry, offsets, entries, Some(nulls), sorted)
            .map(|array| Arc::new(array) as ArrayRef)
            .map_err(SparkError::internal)
    }

    fn scalars(&self, variants: &[Option<Variant<'_>>], to: &DataType) -> Result<ArrayRef> {
        let stored = to.to_arrow();
        let mut pieces: Vec<ArrayRef> = Vec::with_capacity(variants.len());
        for variant in variants {
            let found = match variant {
                Some(variant) => self.scalar(*variant, to)?,
                None => None,
            };
            pieces.push(found.unwrap_or_else(|| new_null_array(&stored, 1)));
        }
        if pieces.is_empty() {
            return Ok(new_null_array(&stored, 0));
        }
        let pieces: Vec<&dyn Array> = pieces.iter().map(AsRef::as_ref).collect();
        arrow::compute::concat(&pieces).map_err(SparkError::internal)
    }

    /// One value; `None` for a null.
    fn scalar(&self, variant: Variant<'_>, to: &DataType) -> Result<Option<ArrayRef>> {
        let view = variant.view()?;
        if *to == DataType::String {
            return Ok(self.text(variant, view)?.map(|text| {
                let one: ArrayRef = Arc::new(StringArray::from(vec![text]));
                one
            }));
        }
        let instant = |micros: Option<i64>| match micros {
            Some(micros) => {
                let one = arrow::array::TimestampMicrosecondArray::from(vec![micros]);
                let one = one.with_data_type(DataType::Timestamp.to_arrow());
                Ok(Some(Arc::new(one) as ArrayRef))
            }
            None => self.fail(variant, to),
        };
        match (view, to) {
            (View::Null, _) => return Ok(None),
            (View::Object(_) | View::Array(_) | View::Uuid(_), _) => return self.fail(variant, to),
            (View::Long(value), DataType::Timestamp) => {
                return instant(value.checked_mul(MICROS_PER_SECOND));
            }
            (View::Decimal(value, scale), DataType::Timestamp) => {
                let scaled = value.checked_mul(i128::from(MICROS_PER_SECOND));
                let whole = scaled.map(|v| v / 10_i128.pow(scale.into()));
                return instant(whole.and_then(|v| i64::try_from(v).ok()));
            }
            _ => {}
        }
        let (value, from) = one_value(view)?;
        if !can_cast(&from, to, true) {
            return self.fail(variant, to);
        }
        let settings = CastSettings {
            ansi: true,
            try_: true,
            zone: self.zone,
        };
        let found = cast(&value, &from, to, settings)?;
        match found.is_null(0) {
            true => self.fail(variant, to),
            false => Ok(Some(found)),
        }
    }

    fn text(&self, variant: Variant<'_>, view: View<'_>) -> Result<Option<String>> {
        Ok(Some(match view {
            View::Null => return Ok(None),
            View::String(text) => text.to_string(),
            View::Decimal(value, scale) => decimal_text(value, scale),
            View::Uuid(bytes) => {
                let mut out = String::new();
                write_uuid(bytes, &mut out);
                out
            }
            View::Object(_) | View::Array(_) => {
                let mut out = String::new();
                write_json(variant, self.zone, &mut out)?;
                out
            }
            _ => {
                let (value, from) = one_value(view)?;
                let settings = CastSettings {
                    ansi: true,
                    try_: true,
                    zone: self.zone,
                };
                let found = cast(&value, &from, &DataType::String, settings)?;
                string_at(found.as_ref(), 0).to_string()
            }
        }))
    }
}

/// A value without parts as a column of one row.
fn one_value(view: View<'_>) -> Result<(ArrayRef, DataType)> {
    use arrow::array as a;
    Ok(match view {
        View::Boolean(value) => (
            Arc::new(a::BooleanArray::from(vec![value])),
            DataType::Boolean,
        ),
        View::Long(value) => (Arc::new(a::Int64Array::from(vec![value])), DataType::Long),
        View::Double(value) => (
            Arc::new(a::Float64Array::from(vec![value])),
            DataType::Double,
        ),
        View::Float(value) => (
            Arc::new(a::Float32Array::from(vec![value])),
            DataType::Float,
        ),
        View::Date(days) => (Arc::new(a::Date32Array::from(vec![days])), DataType::Date),
        View::Timestamp(micros) => {
            let array = a::TimestampMicrosecondArray::from(vec![micros]);
            let stored = DataType::Timestamp.to_arrow();
            (Arc::new(array.with_data_type(stored)), DataType::Timestamp)
        }
        View::TimestampNtz(micros) => (
            Arc::new(a::TimestampMicrosecondArray::from(vec![micros])),
            DataType::TimestampNtz,
        ),
        View::String(text) => (Arc::new(StringArray::from(vec![text])), DataType::String),
        View::Binary(bytes) => (
            Arc::new(a::BinaryArray::from(vec![bytes])),
            DataType::Binary,
        ),
        View::Decimal(value, scale) => {
            let (mut value, mut scale) = stripped(value, scale);
            while scale < 0 {
                value *= 10;
                scale += 1;
            }
            let data_type = DataType::Decimal {
                precision: 38,
                scale: scale as i8,
            };
            let array = a::Decimal128Array::from(vec![value]).with_data_type(data_type.to_arrow());
            (Arc::new(array), data_type)
        }
        _ => return Err(SparkError::internal("a variant with parts as one value")),
    })
}

/// The values of a column as variants; a null is `None` at the top and null within.
pub fn to_nodes(array: &dyn Array, from: &DataType) -> Result<Vec<Option<Node>>> {
    (0..array.len())
        .map(|row| match array.is_null(row) {
            true => Ok(None),
            false => node_at(array, from, row).map(Some),
        })
        .collect()
}

fn node_at(array: &dyn Array, from: &DataType, row: usize) -> Result<Node> {
    use DataType as D;
    if array.is_null(row) {
        return Ok(Node::null());
    }
    Ok(match from {
        D::Boolean => Node::boolean(array.as_boolean().value(row)),
        D::Byte => Node::long(array.as_primitive::<at::Int8Type>().value(row).into()),
        D::Short => Node::long(array.as_primitive::<at::Int16Type>().value(row).into()),
        D::Integer => Node::long(array.as_primitive::<at::Int32Type>().value(row).into()),
        D::Long => Node::long(array.as_primitive::<at::Int64Type>().value(row)),
        D::Float => Node::float(array.as_primitive::<at::Float32Type>().value(row)),
        D::Double => Node::double(array.as_primitive::<at::Float64Type>().value(row)),
        D::Decimal { scale, .. } => {
            let value = array.as_primitive::<at::Decimal128Type>().value(row);
            Node::decimal(value, u8::try_from(*scale).unwrap_or(0))
        }
        D::String => Node::string(string_at(array, row)),
        D::Binary => Node::binary(crate::types::bytes_at(array, row)),
        D::Date => Node::date(array.as_primitive::<at::Date32Type>().value(row)),
        D::Timestamp => Node::timestamp(
            array
                .as_primitive::<at::TimestampMicrosecondType>()
                .value(row),
        ),
        D::TimestampNtz => Node::timestamp_ntz(
            array
                .as_primitive::<at::TimestampMicrosecondType>()
                .value(row),
        ),
        D::Variant => match Column::new(array)?.at(row)? {
            Some(variant) => Node::of(variant)?,
            None => Node::null(),
        },
        D::Array { element, .. } => {
            let items = array.as_list::<i32>().value(row);
            let nodes = (0..items.len()).map(|at| node_at(items.as_ref(), element, at));
            Node::Array(nodes.collect::<Result<_>>()?)
        }
        D::Map { value, .. } => {
            let entries = array.as_map().value(row);
            let mut fields = Vec::with_capacity(entries.len());
            for at in 0..entries.len() {
                let name = string_at(entries.column(0).as_ref(), at).to_string();
                fields.push((name, node_at(entries.column(1).as_ref(), value, at)?));
            }
            Node::Object(fields)
        }
        D::Struct(fields) => {
            let columns = array.as_struct().columns().iter().zip(fields.fields.iter());
            let nodes = columns.map(|(column, field)| {
                let node = node_at(column.as_ref(), &field.data_type, row)?;
                Ok((field.name.clone(), node))
            });
            Node::Object(nodes.collect::<Result<_>>()?)
        }
        other => {
            return Err(SparkError::not_implemented(format_args!(
                "values of {other} as variants"
            )));
        }
    })
}
