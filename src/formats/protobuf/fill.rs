//! A message into columns.

use std::cell::Cell;

use super::content::{Content, Value};
use super::json::Printer;
use super::schema::{Field, Kind, Schema};
use super::sql_type::{How, Record};
use super::wire::{Malformed, Read};
use crate::formats::growing::Column;

pub struct Fill<'a> {
    pub schema: &'a Schema,
    pub printer: Printer<'a>,
    /// What is not there and has no presence is zero.
    pub emit_zeros: bool,
    /// A null came where the type has none: Spark has its wrapped zeros so, among the items
    /// of lists and maps, and fails on some of them.
    pub hollow: Cell<bool>,
}

impl Fill<'_> {
    /// Appends a message to a column of structs.
    pub fn record(&self, record: &Record, content: &Content, column: &mut Column) -> Read<()> {
        let message = self.schema.message(record.id);
        for (part, target) in record.columns.iter().zip(column.children()) {
            match part {
                None => target.push_null(),
                Some((at, how)) => {
                    self.field(&message.fields[*at], content.get(*at), how, target)?;
                }
            }
        }
        column.close();
        Ok(())
    }

    /// A field by Spark's rules of what is there: what the bytes have, a default of its own,
    /// and lists always.
    fn field(
        &self,
        field: &Field,
        value: Option<&Value>,
        how: &How,
        column: &mut Column,
    ) -> Read<()> {
        let emits = field.repeated || (self.emit_zeros && !field.presence);
        match (value, &field.default) {
            (Some(value), _) | (None, Some(value)) => self.value(how, value, column),
            (None, None) => match field.zero().filter(|_| emits) {
                Some(zero) => self.value(how, &zero, column),
                None => {
                    column.push_null();
                    Ok(())
                }
            },
        }
    }

    fn value(&self, how: &How, value: &Value, column: &mut Column) -> Read<()> {
        match (how, value) {
            (How::Bool, Value::Bool(one)) => column.push_boolean(*one),
            (How::Int, Value::Int(one)) => column.push_int(*one),
            (How::Long, Value::Long(one)) => column.push_long(*one),
            (How::UnsignedLong, Value::Int(one)) => {
                column.push_long(i64::from(one.cast_unsigned()));
            }
            (How::UnsignedDecimal, Value::Long(one)) => {
                column.push_decimal(i128::from(one.cast_unsigned()));
            }
            (How::Float, Value::Float(one)) => column.push_float(*one),
            (How::Double, Value::Double(one)) => column.push_double(*one),
            (How::Bytes, Value::Bytes(one)) => column.push_bytes(one),
            (How::Symbol(symbols), Value::Int(number)) => {
                column.push_bytes(symbols.text_of(*number).as_bytes());
            }
            (How::Micros, Value::Message(moment)) => column.push_long(micros(moment)?),
            (How::Json(id), Value::Message(any)) => {
                column.push_bytes(self.printer.text(*id, any)?.as_bytes());
            }
            (How::Unwrap(id, inner), Value::Message(wrapper)) => {
                let held = &self.schema.message(*id).fields[0];
                self.field(held, wrapper.get(0), inner, column)?;
            }
            (How::Struct(record), Value::Message(inner)) => self.record(record, inner, column)?,
            (How::List(item), Value::List(all)) => {
                for one in all {
                    let target = &mut column.children()[0];
                    self.value(item, one, target)?;
                    self.hollow.set(self.hollow.get() || target.is_last_null());
                }
                column.close();
            }
            (How::Map(id, parts), Value::List(entries)) => {
                let fields = &self.schema.message(*id).fields;
                for entry in entries {
                    let Value::Message(entry) = entry else {
                        return Err(Malformed);
                    };
                    for (at, how) in parts.iter().enumerate() {
                        let target = &mut column.children()[at];
                        self.there(&fields[at], entry.get(at), how, target)?;
                        self.hollow.set(self.hollow.get() || target.is_last_null());
                    }
                }
                column.close();
            }
            _ => return Err(Malformed),
        }
        Ok(())
    }

    /// The key or the value of an entry, which is never null.
    fn there(
        &self,
        field: &Field,
        value: Option<&Value>,
        how: &How,
        column: &mut Column,
    ) -> Read<()> {
        if let Some(value) = value {
            return self.value(how, value, column);
        }
        match (&field.kind, field.zero()) {
            (_, Some(zero)) => self.value(how, &zero, column),
            (Kind::Message(id) | Kind::Group(id), None) => {
                let empty = Content::empty(self.schema.message(*id).fields.len());
                self.value(how, &Value::Message(empty), column)
            }
            (_, None) => Err(Malformed),
        }
    }
}

/// Seconds and nanoseconds as microseconds; seconds wrap as Java's do, and what is more than
/// microseconds hold is malformed.
fn micros(moment: &Content) -> Read<i64> {
    let seconds = match moment.get(0) {
        Some(Value::Long(seconds)) => *seconds,
        _ => 0,
    };
    let nanos = match moment.get(1) {
        Some(Value::Int(nanos)) => *nanos,
        _ => 0,
    };
    let millis = seconds.wrapping_mul(1000);
    let micros = millis.checked_mul(1000).ok_or(Malformed)?;
    Ok(micros.wrapping_add(i64::from(nanos / 1000)))
}
