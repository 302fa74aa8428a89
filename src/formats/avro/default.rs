//! Default values of fields, from a schema's JSON.

use serde_json::Value;

use super::encode::put_count;
use super::schema::{Id, Kind, Schema};
use super::wire::{put_bytes, put_long};

/// The bytes of a default value, `None` where it is none of the schema's.
pub fn default_bytes(schema: &Schema, id: Id, value: &Value) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    put_default(schema, id, value, &mut out)?;
    Some(out)
}

fn put_default(schema: &Schema, id: Id, value: &Value, out: &mut Vec<u8>) -> Option<()> {
    // A character of a default for bytes is a byte.
    let bytes = || -> Option<Vec<u8>> {
        let text = value.as_str()?;
        text.chars()
            .map(|c| u8::try_from(u32::from(c)).ok())
            .collect()
    };
    match schema.kind(id) {
        Kind::Null => value.as_null()?,
        Kind::Boolean => out.push(value.as_bool()?.into()),
        Kind::Int => put_long(i32::try_from(value.as_i64()?).ok()?.into(), out),
        Kind::Long => put_long(value.as_i64()?, out),
        Kind::Float => out.extend_from_slice(&(value.as_f64()? as f32).to_le_bytes()),
        Kind::Double => out.extend_from_slice(&value.as_f64()?.to_le_bytes()),
        Kind::String => put_bytes(value.as_str()?.as_bytes(), out),
        Kind::Bytes => put_bytes(&bytes()?, out),
        Kind::Fixed(_, size) => {
            let bytes = bytes()?;
            (bytes.len() == *size).then(|| out.extend_from_slice(&bytes))?;
        }
        Kind::Enum { symbols, .. } => {
            let at = symbols
                .iter()
                .position(|symbol| Some(symbol.as_str()) == value.as_str())?;
            put_long(i64::try_from(at).ok()?, out);
        }
        Kind::Array(items) => {
            let all = value.as_array()?;
            put_count(all.len(), out);
            for item in all {
                put_default(schema, *items, item, out)?;
            }
            out.extend((!all.is_empty()).then_some(0));
        }
        Kind::Map(values) => {
            let all = value.as_object()?;
            put_count(all.len(), out);
            for (key, item) in all {
                put_bytes(key.as_bytes(), out);
                put_default(schema, *values, item, out)?;
            }
            out.extend((!all.is_empty()).then_some(0));
        }
        Kind::Union(branches) => {
            let found = branches.iter().enumerate().find_map(|(at, branch)| {
                let bytes = default_bytes(schema, *branch, value)?;
                Some((i64::try_from(at).ok()?, bytes))
            });
            let (at, bytes) = found?;
            put_long(at, out);
            out.extend_from_slice(&bytes);
        }
        Kind::Record(_, fields) => {
            for field in fields {
                let given = value.as_object()?.get(&field.name);
                put_default(schema, field.schema, given.or(field.default.as_ref())?, out)?;
            }
        }
    }
    Some(())
}
