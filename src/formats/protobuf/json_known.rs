//! The messages that have a form of their own in JSON: moments, spans, masks, loose values
//! and wrapped ones.

use super::content::{Content, Value};
use super::json::{Printer, quote};
use super::schema::Id;
use super::sql_type::is_wrapper;
use super::wire::{Malformed, Read};
use crate::types::format::write_local_timestamp;

/// The name of such a message, without its package. `Any` is not among them.
pub fn is_known(name: &str) -> bool {
    matches!(
        name,
        "Timestamp" | "Duration" | "FieldMask" | "Struct" | "Value" | "ListValue"
    ) || is_wrapper(&format!("google.protobuf.{name}"))
}

pub fn print(
    printer: &Printer<'_>,
    name: &str,
    id: Id,
    content: &Content,
    out: &mut String,
) -> Read<()> {
    match name {
        "Timestamp" => moment(content, out),
        "Duration" => span(content, out),
        "FieldMask" => mask(content, out),
        "Value" => loose(printer, id, content, out),
        // An object, a list, or the value alone.
        _ => {
            let fields = &printer.schema.message(id).fields;
            let field = fields.first().ok_or(Malformed)?;
            let value = content.get(0).cloned().or_else(|| field.zero());
            printer.value(field, &value.ok_or(Malformed)?, out)
        }
    }
}

fn parts(content: &Content) -> (i64, i32) {
    let seconds = match content.get(0) {
        Some(Value::Long(seconds)) => *seconds,
        _ => 0,
    };
    let nanos = match content.get(1) {
        Some(Value::Int(nanos)) => *nanos,
        _ => 0,
    };
    (seconds, nanos)
}

/// From the first second of year 1 to the last one of year 9999.
const MOMENTS: std::ops::RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;
/// Ten thousand years.
const LONGEST: i64 = 315_576_000_000;
const NANOS: i32 = 1_000_000_000;

fn moment(content: &Content, out: &mut String) -> Read<()> {
    let (seconds, nanos) = parts(content);
    if !MOMENTS.contains(&seconds) || !(0..NANOS).contains(&nanos) {
        return Err(Malformed);
    }
    let mut text = String::new();
    write_local_timestamp(seconds * 1_000_000, &mut text);
    out.push('"');
    out.push_str(&text.replace(' ', "T"));
    fraction(nanos, out);
    out.push_str("Z\"");
    Ok(())
}

fn span(content: &Content, out: &mut String) -> Read<()> {
    let (seconds, nanos) = parts(content);
    let agree = seconds.signum() * i64::from(nanos.signum()) >= 0;
    if seconds.abs() > LONGEST || nanos.abs() >= NANOS || !agree {
        return Err(Malformed);
    }
    out.push('"');
    if seconds < 0 || nanos < 0 {
        out.push('-');
    }
    out.push_str(&seconds.abs().to_string());
    fraction(nanos.abs(), out);
    out.push_str("s\"");
    Ok(())
}

/// Nothing, or thousandths, millionths or billionths, whichever suffice.
fn fraction(nanos: i32, out: &mut String) {
    let text = match nanos {
        0 => return,
        nanos if nanos % 1_000_000 == 0 => format!(".{:03}", nanos / 1_000_000),
        nanos if nanos % 1_000 == 0 => format!(".{:06}", nanos / 1_000),
        nanos => format!(".{nanos:09}"),
    };
    out.push_str(&text);
}

/// Paths in camel case, with commas between them.
fn mask(content: &Content, out: &mut String) -> Read<()> {
    let mut paths: Vec<String> = Vec::new();
    if let Some(Value::List(all)) = content.get(0) {
        for path in all {
            let Value::Bytes(path) = path else {
                return Err(Malformed);
            };
            let path = String::from_utf8_lossy(path);
            if !path.is_empty() {
                paths.push(camel(&path));
            }
        }
    }
    quote(&paths.join(","), out);
    Ok(())
}

fn camel(path: &str) -> String {
    let mut words = path.split('_');
    let mut text = words.next().unwrap_or_default().to_ascii_lowercase();
    for word in words {
        let mut letters = word.chars();
        if let Some(first) = letters.next() {
            text.push(first.to_ascii_uppercase());
            text.push_str(&letters.as_str().to_ascii_lowercase());
        }
    }
    text
}

/// Whichever of its fields is there; null where none is.
fn loose(printer: &Printer<'_>, id: Id, content: &Content, out: &mut String) -> Read<()> {
    let fields = &printer.schema.message(id).fields;
    let there = fields.iter().enumerate();
    let mut there = there.filter_map(|(at, field)| Some((field, content.get(at)?)));
    match there.next() {
        None => {
            out.push_str("null");
            Ok(())
        }
        Some((_, Value::Double(number))) if !number.is_finite() => Err(Malformed),
        Some((field, value)) => printer.value(field, value, out),
    }
}
