//! The values of an array as messages.

use arrow::array::{Array, AsArray};
use arrow::datatypes as at;

use super::content::{Content, Value};
use super::decode::{is_whole, put};
use super::encode::encode;
use super::match_fields::{Make, Names, Row};
use super::schema::{Field, Kind, Schema, Symbols};
use super::wire::{Wire, put_tag, put_varint};
use crate::error::{ErrorClass, Result, SparkError};

pub struct Build<'a> {
    pub schema: &'a Schema,
}

impl Build<'_> {
    /// A struct as a message. Of a null a field is left out, or is zero where it must be
    /// there.
    pub fn row(&self, plan: &Row, array: &dyn Array, row: usize) -> Result<Content> {
        let fields = &self.schema.message(plan.id).fields;
        let mut content = Content::empty(fields.len());
        for ((at, make), column) in plan.fields.iter().zip(array.as_struct().columns()) {
            let field = &fields[*at];
            if column.is_null(row) || matches!(make, Make::Null) {
                if field.required && !field.repeated {
                    let zero = field.default.clone().or_else(|| field.zero());
                    content.fields[*at] = zero;
                }
                continue;
            }
            let value = self.value(make, column.as_ref(), row)?;
            set(fields, *at, value, &mut content)?;
        }
        match is_whole(self.schema, plan.id, &content) {
            true => Ok(content),
            false => Err(self.missing(plan, &content)),
        }
    }

    fn missing(&self, plan: &Row, content: &Content) -> SparkError {
        let fields = self.schema.message(plan.id).fields.iter().enumerate();
        let absent = fields.filter(|(at, field)| field.required && content.get(*at).is_none());
        let names: Vec<&str> = absent.map(|(_, field)| field.name.as_str()).collect();
        let message = format!("Message missing required fields: {}", names.join(", "));
        SparkError::plain(ErrorClass::SparkRuntime, message)
    }

    fn value(&self, make: &Make, array: &dyn Array, row: usize) -> Result<Value> {
        Ok(match make {
            Make::Null => return Err(null_item()),
            Make::Bool => Value::Bool(array.as_boolean().value(row)),
            Make::Byte => Value::Int(array.as_primitive::<at::Int8Type>().value(row).into()),
            Make::Short => Value::Int(array.as_primitive::<at::Int16Type>().value(row).into()),
            Make::Int => Value::Int(array.as_primitive::<at::Int32Type>().value(row)),
            Make::Day => Value::Int(array.as_primitive::<at::Date32Type>().value(row)),
            Make::Long => Value::Long(array.as_primitive::<at::Int64Type>().value(row)),
            Make::LowLong => Value::Int(array.as_primitive::<at::Int64Type>().value(row) as i32),
            Make::Decimal => {
                let digits = array.as_primitive::<at::Decimal128Type>().value(row);
                let long = i64::try_from(digits).map_err(|_| {
                    SparkError::plain(ErrorClass::Arithmetic, "BigInteger out of long range")
                })?;
                Value::Long(long)
            }
            Make::Float => Value::Float(array.as_primitive::<at::Float32Type>().value(row)),
            Make::Double => Value::Double(array.as_primitive::<at::Float64Type>().value(row)),
            Make::Text => Value::Bytes(array.as_string::<i32>().value(row).into()),
            Make::Bytes => Value::Bytes(array.as_binary::<i32>().value(row).into()),
            Make::SymbolText(all, names) => {
                let name = array.as_string::<i32>().value(row);
                Value::Int(
                    all.number_of(name)
                        .ok_or_else(|| unknown(all, names, name, true))?,
                )
            }
            Make::SymbolNumber(all, names) => {
                let number = array.as_primitive::<at::Int32Type>().value(row);
                match all.name_of(number) {
                    Some(_) => Value::Int(number),
                    None => return Err(unknown(all, names, &number.to_string(), false)),
                }
            }
            Make::Moment => {
                let micros = array
                    .as_primitive::<at::TimestampMicrosecondType>()
                    .value(row);
                Value::Packed(moment(micros))
            }
            Make::Span => {
                let micros = array
                    .as_primitive::<at::DurationMicrosecondType>()
                    .value(row);
                Value::Packed(moment(micros))
            }
            Make::Wrap(id, inner) => {
                let fields = &self.schema.message(*id).fields;
                let mut content = Content::empty(fields.len());
                let value = self.value(inner, array, row)?;
                let is_empty = matches!(&value, Value::Bytes(bytes) if bytes.is_empty());
                if !is_empty {
                    set(fields, 0, value, &mut content)?;
                }
                Value::Message(content)
            }
            Make::List(item) => {
                let items = array.as_list::<i32>().value(row);
                let all = (0..items.len()).map(|at| match items.is_null(at) {
                    true => Err(null_item()),
                    false => self.value(item, items.as_ref(), at),
                });
                Value::List(all.collect::<Result<_>>()?)
            }
            Make::Map(id, parts) => self.map(*id, parts, array, row)?,
            Make::Struct(plan) => Value::Message(self.row(plan, array, row)?),
        })
    }

    fn map(
        &self,
        id: super::schema::Id,
        parts: &[Make; 2],
        array: &dyn Array,
        row: usize,
    ) -> Result<Value> {
        let fields = &self.schema.message(id).fields;
        let entries = array.as_map().value(row);
        let mut all = Vec::with_capacity(entries.len());
        for at in 0..entries.len() {
            let mut content = Content::empty(fields.len());
            for (place, make) in parts.iter().enumerate() {
                let column = entries.column(place);
                // A value that is null is zero.
                let value = match column.is_null(at) {
                    true => fields[place].zero().ok_or_else(null_item)?,
                    false => self.value(make, column.as_ref(), at)?,
                };
                set(fields, place, value, &mut content)?;
            }
            all.push(Value::Message(content));
        }
        Ok(Value::List(all))
    }

    /// The bytes of a message.
    pub fn bytes(&self, plan: &Row, content: &Content, out: &mut Vec<u8>) {
        encode(self.schema, plan.id, content, out);
    }
}

/// As Java's builder sets a field: of the wrong kind it is refused.
fn set(fields: &[Field], at: usize, value: Value, content: &mut Content) -> Result<()> {
    let field = &fields[at];
    match (field.repeated, value) {
        (true, list @ Value::List(_)) => content.fields[at] = Some(list),
        (true, other) => {
            let class = java_class(&other);
            let message = format!(
                "class {class} cannot be cast to class java.util.List ({class} and \
                 java.util.List are in module java.base of loader 'bootstrap')"
            );
            return Err(SparkError::plain(ErrorClass::SparkRuntime, message));
        }
        (false, Value::List(_)) => {
            let message = "Wrong object type used with protocol message reflection.";
            return Err(SparkError::plain(ErrorClass::IllegalArgument, message));
        }
        // Java compares its bytes with Protobuf's and finds empty ones no zero.
        (false, bytes @ Value::Bytes(_)) if matches!(field.kind, Kind::Bytes) => {
            put(fields, at, Value::Bool(true), content);
            content.fields[at] = Some(bytes);
        }
        (false, value) => put(fields, at, value, content),
    }
    Ok(())
}

fn java_class(value: &Value) -> &'static str {
    match value {
        Value::Bool(_) => "java.lang.Boolean",
        Value::Int(_) => "java.lang.Integer",
        Value::Long(_) => "java.lang.Long",
        Value::Float(_) => "java.lang.Float",
        Value::Double(_) => "java.lang.Double",
        Value::Bytes(_) => "java.lang.String",
        Value::Message(_) | Value::Packed(_) | Value::List(_) => "java.lang.Object",
    }
}

/// Microseconds as seconds and nanoseconds, of which whole milliseconds are written.
fn moment(micros: i64) -> Vec<u8> {
    let millis = micros.div_euclid(1000);
    let (seconds, nanos) = (millis / 1000, (millis % 1000) * 1_000_000);
    let mut out = Vec::new();
    for (number, value) in [(1, seconds), (2, nanos)] {
        if value != 0 {
            put_tag(number, Wire::Varint, &mut out);
            put_varint(value.cast_unsigned(), &mut out);
        }
    }
    out
}

fn null_item() -> SparkError {
    SparkError::plain(
        ErrorClass::SparkRuntime,
        "a null among the items of a repeated field, which Protobuf has none of",
    )
}

fn unknown(all: &Symbols, names: &Names, data: &str, as_text: bool) -> SparkError {
    let known = all.all.iter().map(|(number, name)| match as_text {
        true => format!("\"{name}\""),
        false => number.to_string(),
    });
    SparkError::new(
        "CANNOT_CONVERT_SQL_VALUE_TO_PROTOBUF_ENUM_TYPE",
        &[
            ("sqlColumn", &names.sql),
            ("protobufColumn", &names.field),
            ("data", data),
            ("enumString", &known.collect::<Vec<_>>().join(", ")),
        ],
    )
}
