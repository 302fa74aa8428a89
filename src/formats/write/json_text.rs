//! Values as JSON text, as Spark's JSON writer and `to_json` print them.

use arrow::array::{Array, ArrayRef, AsArray};

use super::values::{ScalarText, TimeFormats};
use crate::error::{Result, SparkError};
use crate::formats::EXISTS_DEFAULT;
use crate::formats::OptionMap;
use crate::types::variant::{Column, write_json};
use crate::types::{DataType, StructType, Zone, bytes_at, string_at};

/// What a user may ask of the text.
#[derive(Debug, Clone)]
pub struct JsonTextOptions {
    times: TimeFormats,
    ignore_null_fields: bool,
    is_ascii: bool,
    /// Spread over lines.
    pub is_pretty: bool,
}

impl JsonTextOptions {
    pub fn new(options: &OptionMap, zone: Zone, ignores_nulls: bool) -> Result<Self> {
        if options.flag("sortKeys", false)? {
            return Err(SparkError::not_implemented("the JSON option sortKeys"));
        }
        Ok(Self {
            times: TimeFormats::new(options, zone)?,
            ignore_null_fields: options.flag("ignoreNullFields", ignores_nulls)?,
            is_ascii: options.flag("writeNonAsciiCharacterAsCodePoint", false)?,
            is_pretty: options.flag("pretty", false)?,
        })
    }
}

/// Writes the values of one type.
#[derive(Debug)]
pub struct JsonText {
    options: JsonTextOptions,
    node: Node,
}

#[derive(Debug)]
enum Node {
    Null,
    Boolean,
    Number(ScalarText),
    /// Numbers, but for those that JSON does not have.
    Float(ScalarText),
    Text,
    Binary,
    Variant,
    Quoted(ScalarText),
    Array(Box<Node>),
    Map(MapKey, Box<Node>),
    Struct(Vec<Member>),
}

#[derive(Debug)]
struct Member {
    /// As it stands in the text: quoted, with its colon.
    name: String,
    node: Node,
    /// A null is said: who reads would take its absence for another value.
    keeps_null: bool,
}

/// How a key of a map becomes a name.
#[derive(Debug)]
enum MapKey {
    Text,
    Scalar(ScalarText),
}

impl JsonText {
    pub fn new(data_type: &DataType, options: &JsonTextOptions) -> Self {
        Self {
            options: options.clone(),
            node: node(data_type, options),
        }
    }

    /// Appends the value of a row.
    pub fn value(&self, array: &dyn Array, row: usize, out: &mut String) -> Result<()> {
        self.write(&self.node, array, row, out)
    }

    /// Appends the object of a row whose fields are the columns.
    pub fn object(&self, columns: &[ArrayRef], row: usize, out: &mut String) -> Result<()> {
        match &self.node {
            Node::Struct(fields) => self.fields(fields, columns, row, out),
            _ => Ok(()),
        }
    }

    fn fields(
        &self,
        fields: &[Member],
        columns: &[ArrayRef],
        row: usize,
        out: &mut String,
    ) -> Result<()> {
        out.push('{');
        let mut is_first = true;
        for (member, column) in fields.iter().zip(columns) {
            let Member { name, node, .. } = member;
            let is_null = column.is_null(row) || matches!(node, Node::Null);
            if is_null && self.options.ignore_null_fields && !member.keeps_null {
                continue;
            }
            if !is_first {
                out.push(',');
            }
            is_first = false;
            out.push_str(name);
            self.write(node, column, row, out)?;
        }
        out.push('}');
        Ok(())
    }

    fn write(&self, node: &Node, array: &dyn Array, row: usize, out: &mut String) -> Result<()> {
        if array.is_null(row) {
            out.push_str("null");
            return Ok(());
        }
        let times = &self.options.times;
        match node {
            Node::Null => out.push_str("null"),
            Node::Boolean => {
                let value = array.as_boolean().value(row);
                out.push_str(if value { "true" } else { "false" });
            }
            Node::Number(text) => text.write(times, array, row, out)?,
            Node::Float(text) => {
                let start = out.len();
                text.write(times, array, row, out)?;
                if out[start..].ends_with(['N', 'y']) {
                    out.insert(start, '"');
                    out.push('"');
                }
            }
            Node::Text => quote(string_at(array, row), self.options.is_ascii, out),
            Node::Binary => {
                out.push('"');
                base64(bytes_at(array, row), out);
                out.push('"');
            }
            // A variant is JSON by itself.
            Node::Variant => {
                if let Some(variant) = Column::new(array)?.at(row)? {
                    write_json(variant, times.zone, out)?;
                }
            }
            Node::Quoted(text) => {
                let mut value = String::new();
                text.write(times, array, row, &mut value)?;
                quote(&value, self.options.is_ascii, out);
            }
            Node::Array(element) => {
                let values = array.as_list::<i32>().value(row);
                out.push('[');
                for at in 0..values.len() {
                    if at > 0 {
                        out.push(',');
                    }
                    self.write(element, &values, at, out)?;
                }
                out.push(']');
            }
            Node::Map(key, value) => self.map(key, value, array, row, out)?,
            Node::Struct(fields) => {
                self.fields(fields, array.as_struct().columns(), row, out)?;
            }
        }
        Ok(())
    }

    fn map(
        &self,
        key: &MapKey,
        value: &Node,
        array: &dyn Array,
        row: usize,
        out: &mut String,
    ) -> Result<()> {
        let entries = array.as_map().value(row);
        let (keys, values) = (entries.column(0), entries.column(1));
        out.push('{');
        for at in 0..entries.len() {
            if at > 0 {
                out.push(',');
            }
            match key {
                MapKey::Text => quote(string_at(keys, at), self.options.is_ascii, out),
                MapKey::Scalar(text) => {
                    let mut name = String::new();
                    text.write(&self.options.times, keys, at, &mut name)?;
                    quote(&name, self.options.is_ascii, out);
                }
            }
            out.push(':');
            self.write(value, values, at, out)?;
        }
        out.push('}');
        Ok(())
    }
}

fn node(data_type: &DataType, options: &JsonTextOptions) -> Node {
    let text = || ScalarText::new(data_type, options.times.zone);
    match data_type {
        DataType::Null => Node::Null,
        DataType::Boolean => Node::Boolean,
        DataType::Byte
        | DataType::Short
        | DataType::Integer
        | DataType::Long
        | DataType::Decimal { .. } => Node::Number(text()),
        DataType::Float | DataType::Double => Node::Float(text()),
        DataType::String => Node::Text,
        DataType::Binary => Node::Binary,
        DataType::Variant => Node::Variant,
        DataType::UserDefined(udt) => node(&udt.stored, options),
        DataType::Array { element, .. } => Node::Array(Box::new(node(element, options))),
        DataType::Map { key, value, .. } => {
            let key = match key.as_ref() {
                DataType::String => MapKey::Text,
                other => MapKey::Scalar(ScalarText::new(other, options.times.zone)),
            };
            Node::Map(key, Box::new(node(value, options)))
        }
        DataType::Struct(fields) => Node::Struct(named(fields, options)),
        _ => Node::Quoted(text()),
    }
}

fn named(fields: &StructType, options: &JsonTextOptions) -> Vec<Member> {
    let field = |field: &crate::types::StructField| {
        let mut name = String::new();
        quote(&field.name, options.is_ascii, &mut name);
        name.push(':');
        Member {
            name,
            node: node(&field.data_type, options),
            keeps_null: field.metadata.contains_key(EXISTS_DEFAULT),
        }
    };
    fields.fields.iter().map(field).collect()
}

/// Appends a JSON string: only what must be escaped is, unless all is to be ASCII.
fn quote(text: &str, is_ascii: bool, out: &mut String) {
    out.push('"');
    let mut from = 0;
    for (at, c) in text.char_indices() {
        let is_plain = c >= ' ' && c != '"' && c != '\\' && (c.is_ascii() || !is_ascii);
        if is_plain {
            continue;
        }
        out.push_str(&text[from..at]);
        from = at + c.len_utf8();
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            other => {
                for unit in other.encode_utf16(&mut [0; 2]) {
                    out.push_str(&format!("\\u{unit:04X}"));
                }
            }
        }
    }
    out.push_str(&text[from..]);
    out.push('"');
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64(bytes: &[u8], out: &mut String) {
    for group in bytes.chunks(3) {
        let byte = |at: usize| u32::from(group.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..4 {
            if digit > group.len() {
                out.push('=');
                continue;
            }
            let value = bits >> (18 - 6 * digit) & 63;
            out.push(char::from(BASE64[value as usize]));
        }
    }
}
