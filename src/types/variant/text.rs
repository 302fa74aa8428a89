//! Variants as JSON.

use base64::Engine;

use super::{Variant, View, stripped};
use crate::error::Result;
use crate::types::datetime::civil::{MICROS_PER_SECOND, split_day};
use crate::types::{Zone, format, write_f32, write_f64};

/// Appends the JSON of a variant; timestamps are shown in `zone`.
pub fn write_json(variant: Variant<'_>, zone: Zone, out: &mut String) -> Result<()> {
    match variant.view()? {
        View::Null => out.push_str("null"),
        View::Boolean(value) => out.push_str(if value { "true" } else { "false" }),
        View::Long(value) => out.push_str(&value.to_string()),
        View::Double(value) if value.is_finite() => write_f64(value, out),
        View::Float(value) if value.is_finite() => write_f32(value, out),
        // JSON has no numbers for these.
        View::Double(value) => quoted(out, |out| write_f64(value, out)),
        View::Float(value) => quoted(out, |out| write_f32(value, out)),
        View::Decimal(value, scale) => write_decimal(value, scale, out),
        View::String(text) => escaped(text, out),
        View::Date(days) => quoted(out, |out| format::write_date(days, out)),
        View::Timestamp(micros) => quoted(out, |out| {
            write_seconds(zone.utc_to_local(micros), out);
            write_offset(zone.offset_at_utc(micros).into(), out);
        }),
        View::TimestampNtz(micros) => quoted(out, |out| write_seconds(micros, out)),
        View::Binary(bytes) => quoted(out, |out| {
            base64::engine::general_purpose::STANDARD.encode_string(bytes, out);
        }),
        View::Uuid(bytes) => quoted(out, |out| write_uuid(bytes, out)),
        View::Array(parts) => {
            out.push('[');
            for at in 0..parts.len {
                out.push_str(if at > 0 { "," } else { "" });
                write_json(parts.get(at)?, zone, out)?;
            }
            out.push(']');
        }
        View::Object(parts) => {
            out.push('{');
            for at in 0..parts.len {
                out.push_str(if at > 0 { "," } else { "" });
                escaped(parts.name(at)?, out);
                out.push(':');
                write_json(parts.get(at)?, zone, out)?;
            }
            out.push('}');
        }
    }
    Ok(())
}

fn quoted(out: &mut String, write: impl FnOnce(&mut String)) {
    out.push('"');
    write(out);
    out.push('"');
}

/// Without zeros at its end and without an exponent.
pub(super) fn write_decimal(value: i128, scale: u8, out: &mut String) {
    let (value, scale) = stripped(value, scale);
    match i8::try_from(scale) {
        Ok(scale) if scale >= 0 => format::write_decimal(value, scale, out),
        _ => {
            out.push_str(&value.to_string());
            (scale..0).for_each(|_| out.push('0'));
        }
    }
}

pub(super) fn write_uuid(bytes: &[u8], out: &mut String) {
    for (at, byte) in bytes.iter().enumerate() {
        out.push_str(if matches!(at, 4 | 6 | 8 | 10) {
            "-"
        } else {
            ""
        });
        out.push_str(&format!("{byte:02x}"));
    }
}

/// Date and time with as many digits of a second as there are.
fn write_seconds(local: i64, out: &mut String) {
    let (days, micros) = split_day(local);
    let seconds = micros / MICROS_PER_SECOND;
    format::write_date(days as i32, out);
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    out.push_str(&format!(" {hour:02}:{minute:02}:{second:02}"));
    let fraction = micros % MICROS_PER_SECOND;
    if fraction == 0 {
        return;
    }
    let digits = format!("{fraction:06}");
    out.push('.');
    out.push_str(digits.trim_end_matches('0'));
}

fn write_offset(seconds: i64, out: &mut String) {
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.abs() / 60;
    out.push_str(&format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60));
}

/// As Spark's writer of JSON escapes.
fn escaped(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            c if c < ' ' => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
}
