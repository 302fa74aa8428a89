//! A variant as a tree: what parsing makes, what changes change, what is written.

use std::collections::HashMap;

use super::{Variant, View, tag};
use crate::error::Result;

/// A variant in memory.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// A value without parts, in its encoding.
    Scalar(Vec<u8>),
    /// Fields in the order in which they were given; no name comes twice.
    Object(Vec<(String, Node)>),
    Array(Vec<Node>),
}

fn header(primitive: u8) -> u8 {
    primitive << 2 | tag::PRIMITIVE
}

fn scalar(primitive: u8, bytes: &[u8]) -> Node {
    let mut out = Vec::with_capacity(bytes.len() + 1);
    out.push(header(primitive));
    out.extend_from_slice(bytes);
    Node::Scalar(out)
}

impl Node {
    pub fn null() -> Self {
        scalar(tag::NULL, &[])
    }

    pub fn boolean(value: bool) -> Self {
        scalar(if value { tag::TRUE } else { tag::FALSE }, &[])
    }

    /// In as few bytes as it needs.
    pub fn long(value: i64) -> Self {
        let bytes = value.to_le_bytes();
        if i8::try_from(value).is_ok() {
            scalar(tag::INT1, &bytes[..1])
        } else if i16::try_from(value).is_ok() {
            scalar(tag::INT2, &bytes[..2])
        } else if i32::try_from(value).is_ok() {
            scalar(tag::INT4, &bytes[..4])
        } else {
            scalar(tag::INT8, &bytes)
        }
    }

    pub fn double(value: f64) -> Self {
        scalar(tag::DOUBLE, &value.to_le_bytes())
    }

    pub fn float(value: f32) -> Self {
        scalar(tag::FLOAT, &value.to_le_bytes())
    }

    /// In as few bytes as its digits and its scale need.
    pub fn decimal(value: i128, scale: u8) -> Self {
        let digits = value.unsigned_abs().checked_ilog10().map_or(1, |n| n + 1);
        let most = digits.max(scale.into());
        let (primitive, width) = match most {
            0..=9 => (tag::DECIMAL4, 4),
            10..=18 => (tag::DECIMAL8, 8),
            _ => (tag::DECIMAL16, 16),
        };
        let mut bytes = vec![scale];
        bytes.extend_from_slice(&value.to_le_bytes()[..width]);
        scalar(primitive, &bytes)
    }

    pub fn date(days: i32) -> Self {
        scalar(tag::DATE, &days.to_le_bytes())
    }

    pub fn timestamp(micros: i64) -> Self {
        scalar(tag::TIMESTAMP, &micros.to_le_bytes())
    }

    pub fn timestamp_ntz(micros: i64) -> Self {
        scalar(tag::TIMESTAMP_NTZ, &micros.to_le_bytes())
    }

    pub fn binary(value: &[u8]) -> Self {
        sized(tag::BINARY, value)
    }

    pub fn string(value: &str) -> Self {
        if value.len() < 64 {
            let mut out = vec![(value.len() as u8) << 2 | tag::SHORT_STRING];
            out.extend_from_slice(value.as_bytes());
            return Self::Scalar(out);
        }
        sized(tag::LONG_STRING, value.as_bytes())
    }

    pub fn is_null(&self) -> bool {
        matches!(self, Self::Scalar(bytes) if *bytes == [header(tag::NULL)])
    }

    /// A variant, or a part of one, with nothing of the rest.
    pub fn of(variant: Variant<'_>) -> Result<Self> {
        Ok(match variant.view()? {
            View::Object(parts) => {
                let mut fields = Vec::with_capacity(parts.len);
                for at in 0..parts.len {
                    fields.push((parts.name(at)?.to_string(), Self::of(parts.get(at)?)?));
                }
                Self::Object(fields)
            }
            View::Array(parts) => {
                let items = (0..parts.len).map(|at| Self::of(parts.get(at)?));
                Self::Array(items.collect::<Result<_>>()?)
            }
            _ => Self::Scalar(variant.value()?.to_vec()),
        })
    }

    /// Value and metadata.
    pub fn encode(&self) -> (Vec<u8>, Vec<u8>) {
        let mut writer = Writer::default();
        writer.write(self);
        (writer.out, metadata(&writer.names))
    }
}

fn sized(primitive: u8, value: &[u8]) -> Node {
    let mut bytes = (value.len() as u32).to_le_bytes().to_vec();
    bytes.extend_from_slice(value);
    scalar(primitive, &bytes)
}

/// How many bytes hold an unsigned number.
fn width(value: usize) -> usize {
    match value {
        0..=0xff => 1,
        0x100..=0xffff => 2,
        0x1_0000..=0xff_ffff => 3,
        _ => 4,
    }
}

fn push(out: &mut Vec<u8>, value: usize, width: usize) {
    out.extend_from_slice(&(value as u64).to_le_bytes()[..width]);
}

fn metadata(names: &[&str]) -> Vec<u8> {
    let total: usize = names.iter().map(|name| name.len()).sum();
    let width = width(total.max(names.len()));
    let mut out = vec![1 | ((width - 1) as u8) << 6];
    push(&mut out, names.len(), width);
    let mut offset = 0;
    for name in names {
        push(&mut out, offset, width);
        offset += name.len();
    }
    push(&mut out, offset, width);
    names
        .iter()
        .for_each(|name| out.extend_from_slice(name.as_bytes()));
    out
}

/// Names get their ids in the order in which they are met.
#[derive(Default)]
struct Writer<'a> {
    out: Vec<u8>,
    names: Vec<&'a str>,
    ids: HashMap<&'a str, usize>,
}

impl<'a> Writer<'a> {
    fn write(&mut self, node: &'a Node) {
        match node {
            Node::Scalar(bytes) => self.out.extend_from_slice(bytes),
            Node::Array(items) => {
                let start = self.out.len();
                let mut offsets = Vec::with_capacity(items.len());
                for item in items {
                    offsets.push(self.out.len() - start);
                    self.write(item);
                }
                self.head(start, None, &offsets);
            }
            Node::Object(fields) => {
                let start = self.out.len();
                let mut entries = Vec::with_capacity(fields.len());
                for (name, value) in fields {
                    let next = self.names.len();
                    let id = *self.ids.entry(name).or_insert(next);
                    if id == next {
                        self.names.push(name);
                    }
                    entries.push((name.as_str(), id, self.out.len() - start));
                    self.write(value);
                }
                // In the order of Java's texts.
                entries.sort_by(|a, b| a.0.encode_utf16().cmp(b.0.encode_utf16()));
                let ids: Vec<_> = entries.iter().map(|entry| entry.1).collect();
                let offsets: Vec<_> = entries.iter().map(|entry| entry.2).collect();
                self.head(start, Some(&ids), &offsets);
            }
        }
    }

    /// Puts the head of an object or of an array before its data.
    fn head(&mut self, start: usize, ids: Option<&[usize]>, offsets: &[usize]) {
        let data = self.out.len() - start;
        let is_large = offsets.len() > 0xff;
        let offset_width = width(data);
        let mut head = Vec::new();
        let info = (offset_width - 1) as u8;
        head.push(match ids {
            Some(ids) => {
                let id_width = width(ids.iter().copied().max().unwrap_or(0));
                let info = info | ((id_width - 1) as u8) << 2 | u8::from(is_large) << 4;
                info << 2 | tag::OBJECT
            }
            None => (info | u8::from(is_large) << 2) << 2 | tag::ARRAY,
        });
        push(&mut head, offsets.len(), if is_large { 4 } else { 1 });
        if let Some(ids) = ids {
            let id_width = width(ids.iter().copied().max().unwrap_or(0));
            ids.iter().for_each(|id| push(&mut head, *id, id_width));
        }
        offsets
            .iter()
            .for_each(|offset| push(&mut head, *offset, offset_width));
        push(&mut head, data, offset_width);
        self.out.splice(start..start, head);
    }
}
