//! Bytes into a message, as Protobuf's own library for Java does: a field that comes again
//! replaces what was there or is merged with it, and what is not of the message is passed by.

use super::content::{Content, Value};
use super::schema::{Field, Id, Kind, Schema};
use super::wire::{Cursor, Malformed, Read, Wire, unzigzag};

/// How deep messages may lie within each other.
const DEEPEST: usize = 100;

/// The message that bytes hold, by Spark's rule for the outermost one: a field that has the
/// number of one of the message's and lies in another way, or holds a value that its enum
/// does not have, makes the whole malformed. Further in such a field is passed by.
pub fn decode(schema: &Schema, id: Id, bytes: &[u8]) -> Read<Content> {
    match parse(schema, id, bytes)? {
        (content, false) => Ok(content),
        (_, true) => Err(Malformed),
    }
}

/// The message that bytes hold, and whether a field of the outermost one was passed by.
pub fn parse(schema: &Schema, id: Id, bytes: &[u8]) -> Read<(Content, bool)> {
    let mut reading = Reading {
        schema,
        clash: false,
    };
    let content = reading.message(id, bytes, DEEPEST)?;
    match is_whole(schema, id, &content) {
        true => Ok((content, reading.clash)),
        false => Err(Malformed),
    }
}

struct Reading<'a> {
    schema: &'a Schema,
    clash: bool,
}

impl Reading<'_> {
    fn message(&mut self, id: Id, bytes: &[u8], depth: usize) -> Read<Content> {
        let mut content = Content::empty(self.schema.message(id).fields.len());
        self.merge(id, &mut Cursor::new(bytes), &mut content, None, depth)?;
        Ok(content)
    }

    /// Reads fields into a message up to the end of the bytes, or of its group.
    fn merge(
        &mut self,
        id: Id,
        bytes: &mut Cursor<'_>,
        content: &mut Content,
        group: Option<u32>,
        depth: usize,
    ) -> Read<()> {
        let message = self.schema.message(id);
        loop {
            if bytes.is_done() {
                return match group {
                    None => Ok(()),
                    Some(_) => Err(Malformed),
                };
            }
            let (number, wire) = bytes.tag()?;
            if wire == Wire::End {
                return match group == Some(number) {
                    true => Ok(()),
                    false => Err(Malformed),
                };
            }
            let Some(at) = message.field_of(number) else {
                bytes.skip(number, wire, depth)?;
                continue;
            };
            let field = &message.fields[at];
            let is_packed = field.repeated && wire == Wire::Sized && is_number(&field.kind);
            let known = if wire == wire_of(&field.kind) {
                match field.held() {
                    Some(held) => {
                        self.held(&message.fields, at, held, bytes, content, depth)?;
                        true
                    }
                    None => match scalar(field, bytes)? {
                        Some(value) => {
                            put(&message.fields, at, value, content);
                            true
                        }
                        None => false,
                    },
                }
            } else if is_packed {
                self.packed(&message.fields, at, bytes.sized()?, content)?
            } else {
                bytes.skip(number, wire, depth)?;
                false
            };
            self.clash |= !known && depth == DEEPEST;
        }
    }

    fn held(
        &mut self,
        fields: &[Field],
        at: usize,
        held: Id,
        bytes: &mut Cursor<'_>,
        content: &mut Content,
        depth: usize,
    ) -> Read<()> {
        let depth = depth.checked_sub(1).ok_or(Malformed)?;
        let field = &fields[at];
        let before = match field.repeated {
            true => None,
            false => content.fields[at].take(),
        };
        let mut inner = match before {
            Some(Value::Message(before)) => before,
            _ => Content::empty(self.schema.message(held).fields.len()),
        };
        match field.kind {
            Kind::Group(_) => self.merge(held, bytes, &mut inner, Some(field.number), depth)?,
            _ => {
                let mut part = Cursor::new(bytes.sized()?);
                self.merge(held, &mut part, &mut inner, None, depth)?;
            }
        }
        put(fields, at, Value::Message(inner), content);
        Ok(())
    }

    /// Numbers one after the other; false where one is none of its enum's.
    fn packed(
        &mut self,
        fields: &[Field],
        at: usize,
        run: &[u8],
        content: &mut Content,
    ) -> Read<bool> {
        let mut run = Cursor::new(run);
        let mut known = true;
        while !run.is_done() {
            match scalar(&fields[at], &mut run)? {
                Some(value) => put(fields, at, value, content),
                None => known = false,
            }
        }
        Ok(known)
    }
}

/// Sets a field, or adds to a repeated one.
pub fn put(fields: &[Field], at: usize, value: Value, content: &mut Content) {
    let field = &fields[at];
    if field.repeated {
        match &mut content.fields[at] {
            Some(Value::List(all)) => all.push(value),
            slot => *slot = Some(Value::List(vec![value])),
        }
        return;
    }
    if let Some(group) = field.one_of {
        for (other, one) in fields.iter().enumerate() {
            if one.one_of == Some(group) && other != at {
                content.fields[other] = None;
            }
        }
    }
    let is_zero = !field.presence && field.zero().is_some_and(|zero| zero.is_same(&value));
    content.fields[at] = (!is_zero).then_some(value);
}

fn is_number(kind: &Kind) -> bool {
    !matches!(
        kind,
        Kind::Text | Kind::Bytes | Kind::Message(_) | Kind::Group(_)
    )
}

/// How a value of a kind lies when it is by itself.
pub fn wire_of(kind: &Kind) -> Wire {
    match kind {
        Kind::Double | Kind::Fixed64 | Kind::Sfixed64 => Wire::Eight,
        Kind::Float | Kind::Fixed32 | Kind::Sfixed32 => Wire::Four,
        Kind::Text | Kind::Bytes | Kind::Message(_) => Wire::Sized,
        Kind::Group(_) => Wire::Start,
        _ => Wire::Varint,
    }
}

/// A value that is no message; `None` for a number that its enum does not have.
fn scalar(field: &Field, bytes: &mut Cursor<'_>) -> Read<Option<Value>> {
    Ok(Some(match &field.kind {
        Kind::Double => Value::Double(f64::from_le_bytes(bytes.eight()?)),
        Kind::Float => Value::Float(f32::from_le_bytes(bytes.four()?)),
        Kind::Int32 | Kind::Uint32 => Value::Int(bytes.low()?.cast_signed()),
        Kind::Int64 | Kind::Uint64 => Value::Long(bytes.varint()?.cast_signed()),
        Kind::Sint32 => Value::Int(unzigzag(bytes.low()?.into()) as i32),
        Kind::Sint64 => Value::Long(unzigzag(bytes.varint()?)),
        Kind::Fixed32 | Kind::Sfixed32 => Value::Int(i32::from_le_bytes(bytes.four()?)),
        Kind::Fixed64 | Kind::Sfixed64 => Value::Long(i64::from_le_bytes(bytes.eight()?)),
        Kind::Bool => Value::Bool(bytes.varint()? != 0),
        Kind::Bytes => Value::Bytes(bytes.sized()?.to_vec()),
        Kind::Text => Value::Bytes(text(bytes.sized()?, field.strict_text)?),
        Kind::Enum(symbols) => {
            let number = bytes.low()?.cast_signed();
            if symbols.closed && symbols.name_of(number).is_none() {
                return Ok(None);
            }
            Value::Int(number)
        }
        Kind::Message(_) | Kind::Group(_) => return Err(Malformed),
    }))
}

fn text(bytes: &[u8], strict: bool) -> Read<Vec<u8>> {
    match std::str::from_utf8(bytes) {
        Ok(_) => Ok(bytes.to_vec()),
        Err(_) if strict => Err(Malformed),
        Err(_) => Ok(String::from_utf8_lossy(bytes).into_owned().into_bytes()),
    }
}

/// All fields that must be there are, however deep.
pub fn is_whole(schema: &Schema, id: Id, content: &Content) -> bool {
    let message = schema.message(id);
    if !message.checked {
        return true;
    }
    message.fields.iter().enumerate().all(|(at, field)| {
        let value = content.get(at);
        let inner = |value: &Value| match (field.held(), value) {
            (Some(held), Value::Message(inner)) => is_whole(schema, held, inner),
            _ => true,
        };
        match value {
            None => !field.required,
            Some(Value::List(all)) => all.iter().all(inner),
            Some(value) => inner(value),
        }
    })
}
