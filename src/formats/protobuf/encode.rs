//! A message to bytes, its fields in the order of their numbers.

use super::content::{Content, Value};
use super::decode::wire_of;
use super::schema::{Field, Id, Kind, Schema};
use super::wire::{Wire, put_sized, put_tag, put_varint, zigzag};

pub fn encode(schema: &Schema, id: Id, content: &Content, out: &mut Vec<u8>) {
    let message = schema.message(id);
    for at in &message.in_order {
        let (field, Some(value)) = (&message.fields[*at], content.get(*at)) else {
            continue;
        };
        match value {
            Value::List(all) if field.packed => {
                if all.is_empty() {
                    continue;
                }
                let mut run = Vec::new();
                all.iter().for_each(|one| plain(&field.kind, one, &mut run));
                put_tag(field.number, Wire::Sized, out);
                put_sized(&run, out);
            }
            Value::List(all) => all.iter().for_each(|one| single(schema, field, one, out)),
            one => single(schema, field, one, out),
        }
    }
}

fn single(schema: &Schema, field: &Field, value: &Value, out: &mut Vec<u8>) {
    put_tag(field.number, wire_of(&field.kind), out);
    match (&field.kind, value) {
        (Kind::Message(_), Value::Packed(bytes)) => put_sized(bytes, out),
        (Kind::Message(held), Value::Message(inner)) => {
            let mut bytes = Vec::new();
            encode(schema, *held, inner, &mut bytes);
            put_sized(&bytes, out);
        }
        (Kind::Group(held), value) => {
            match value {
                Value::Message(inner) => encode(schema, *held, inner, out),
                Value::Packed(bytes) => out.extend_from_slice(bytes),
                _ => {}
            }
            put_tag(field.number, Wire::End, out);
        }
        (kind, value) => plain(kind, value, out),
    }
}

/// A value that is no message, without the number of its field.
fn plain(kind: &Kind, value: &Value, out: &mut Vec<u8>) {
    match (kind, value) {
        (_, Value::Double(one)) => out.extend_from_slice(&one.to_le_bytes()),
        (_, Value::Float(one)) => out.extend_from_slice(&one.to_le_bytes()),
        (_, Value::Bool(one)) => put_varint(u64::from(*one), out),
        (_, Value::Bytes(one)) => put_sized(one, out),
        (Kind::Fixed32 | Kind::Sfixed32, Value::Int(one)) => {
            out.extend_from_slice(&one.to_le_bytes());
        }
        (Kind::Fixed64 | Kind::Sfixed64, Value::Long(one)) => {
            out.extend_from_slice(&one.to_le_bytes());
        }
        (Kind::Sint32, Value::Int(one)) => {
            put_varint(zigzag(i64::from(*one)) & u64::from(u32::MAX), out);
        }
        (Kind::Sint64, Value::Long(one)) => put_varint(zigzag(*one), out),
        (Kind::Uint32, Value::Int(one)) => put_varint(u64::from(one.cast_unsigned()), out),
        // One below zero has ten bytes, whatever it was.
        (_, Value::Int(one)) => put_varint(i64::from(*one).cast_unsigned(), out),
        (_, Value::Long(one)) => put_varint(one.cast_unsigned(), out),
        _ => {}
    }
}
