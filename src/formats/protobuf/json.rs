//! A message as JSON text, as Protobuf's own printer for Java writes it: the names of the
//! file, no blanks, and what is not there left out.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::content::{Content, Value};
use super::decode::parse;
use super::json_known;
use super::schema::{Field, Id, Kind, Schema, Symbols};
use super::wire::{Malformed, Read};
use crate::types::{write_f32, write_f64};

pub struct Printer<'a> {
    pub schema: &'a Schema,
    pub enums_as_ints: bool,
}

impl Printer<'_> {
    pub fn text(&self, id: Id, content: &Content) -> Read<String> {
        let mut out = String::new();
        self.message(id, content, &mut out)?;
        Ok(out)
    }

    pub fn message(&self, id: Id, content: &Content, out: &mut String) -> Read<()> {
        let name = &self.schema.message(id).full_name;
        match name.strip_prefix("google.protobuf.") {
            Some("Any") => self.any(content, out),
            Some(known) if json_known::is_known(known) => {
                json_known::print(self, known, id, content, out)
            }
            _ => {
                out.push('{');
                self.fields(id, content, out, true)?;
                out.push('}');
                Ok(())
            }
        }
    }

    /// The fields that are there, in the order of their numbers.
    fn fields(&self, id: Id, content: &Content, out: &mut String, first: bool) -> Read<()> {
        let message = self.schema.message(id);
        let mut first = first;
        for at in &message.in_order {
            let (field, Some(value)) = (&message.fields[*at], content.get(*at)) else {
                continue;
            };
            if !std::mem::take(&mut first) {
                out.push(',');
            }
            quote(&field.name, out);
            out.push(':');
            self.value(field, value, out)?;
        }
        Ok(())
    }

    pub fn value(&self, field: &Field, value: &Value, out: &mut String) -> Read<()> {
        match value {
            Value::List(entries) if field.map => self.map(field, entries, out),
            Value::List(all) => {
                out.push('[');
                for (at, one) in all.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    self.single(&field.kind, one, out)?;
                }
                out.push(']');
                Ok(())
            }
            one => self.single(&field.kind, one, out),
        }
    }

    fn map(&self, field: &Field, entries: &[Value], out: &mut String) -> Read<()> {
        let fields = &self.schema.message(field.held().ok_or(Malformed)?).fields;
        out.push('{');
        for (at, entry) in entries.iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            let Value::Message(entry) = entry else {
                return Err(Malformed);
            };
            let mut key = String::new();
            match entry.get(0).cloned().or_else(|| fields[0].zero()) {
                Some(value) => self.single(&fields[0].kind, &value, &mut key)?,
                None => return Err(Malformed),
            }
            match key.starts_with('"') {
                true => out.push_str(&key),
                false => quote(&key, out),
            }
            out.push(':');
            match (
                entry.get(1).cloned().or_else(|| fields[1].zero()),
                fields[1].held(),
            ) {
                (Some(value), _) => self.single(&fields[1].kind, &value, out)?,
                (None, Some(held)) => {
                    let count = self.schema.message(held).fields.len();
                    self.message(held, &Content::empty(count), out)?;
                }
                (None, None) => return Err(Malformed),
            }
        }
        out.push('}');
        Ok(())
    }

    fn single(&self, kind: &Kind, value: &Value, out: &mut String) -> Read<()> {
        match (kind, value) {
            (Kind::Message(id) | Kind::Group(id), Value::Message(inner)) => {
                return self.message(*id, inner, out);
            }
            (Kind::Enum(symbols), Value::Int(number)) => self.symbol(symbols, *number, out),
            (Kind::Uint32 | Kind::Fixed32, Value::Int(one)) => {
                out.push_str(&one.cast_unsigned().to_string());
            }
            (_, Value::Int(one)) => out.push_str(&one.to_string()),
            // More than a double holds stands in quotes.
            (Kind::Uint64 | Kind::Fixed64, Value::Long(one)) => {
                quote(&one.cast_unsigned().to_string(), out);
            }
            (_, Value::Long(one)) => quote(&one.to_string(), out),
            (_, Value::Bool(one)) => out.push_str(if *one { "true" } else { "false" }),
            (_, Value::Float(one)) if one.is_finite() => write_f32(*one, out),
            (_, Value::Double(one)) if one.is_finite() => write_f64(*one, out),
            (_, Value::Float(one)) => endless(f64::from(*one), out),
            (_, Value::Double(one)) => endless(*one, out),
            (Kind::Text, Value::Bytes(one)) => quote(&String::from_utf8_lossy(one), out),
            (_, Value::Bytes(one)) => {
                out.push('"');
                out.push_str(&STANDARD.encode(one));
                out.push('"');
            }
            _ => return Err(Malformed),
        }
        Ok(())
    }

    fn symbol(&self, symbols: &Symbols, number: i32, out: &mut String) {
        if symbols.full_name == "google.protobuf.NullValue" {
            out.push_str("null");
            return;
        }
        match symbols.name_of(number).filter(|_| !self.enums_as_ints) {
            Some(name) => quote(name, out),
            None => out.push_str(&number.to_string()),
        }
    }

    /// A message of the type that its address names; the set must have it.
    fn any(&self, content: &Content, out: &mut String) -> Read<()> {
        let bytes = |at: usize| match content.get(at) {
            Some(Value::Bytes(bytes)) => bytes.as_slice(),
            _ => &[],
        };
        let (address, packed) = (bytes(0), bytes(1));
        if address.is_empty() && packed.is_empty() {
            out.push_str("{}");
            return Ok(());
        }
        let address = std::str::from_utf8(address).map_err(|_| Malformed)?;
        let (_, name) = address.rsplit_once('/').ok_or(Malformed)?;
        let id = self.schema.find(name).ok_or(Malformed)?;
        let (inner, _) = parse(self.schema, id, packed)?;
        out.push_str("{\"@type\":");
        quote(address, out);
        let known = name.strip_prefix("google.protobuf.");
        if known.is_some_and(|known| known == "Any" || json_known::is_known(known)) {
            out.push_str(",\"value\":");
            self.message(id, &inner, out)?;
        } else {
            self.fields(id, &inner, out, false)?;
        }
        out.push('}');
        Ok(())
    }
}

fn endless(value: f64, out: &mut String) {
    out.push_str(match value {
        value if value.is_nan() => "\"NaN\"",
        value if value > 0.0 => "\"Infinity\"",
        _ => "\"-Infinity\"",
    });
}

/// A text in quotes; what HTML would take for its own is escaped too.
pub fn quote(text: &str, out: &mut String) {
    out.push('"');
    for one in text.chars() {
        match one {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\u{c}' => out.push_str("\\f"),
            '<' | '>' | '&' | '=' | '\'' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                out.push_str(&format!("\\u{:04x}", one as u32));
            }
            _ => out.push(one),
        }
    }
    out.push('"');
}
