//! Elements and texts as variants: values of the types that they look like.

use super::events::{Event, Events, Scan};
use super::options::XmlOptions;
use super::tags::Attribute;
use crate::formats::columns::Datum;
use crate::formats::number;
use crate::types::variant::Node;

const MAX_PRECISION: i64 = 38;

/// The variant of an element whose start was taken, up to its end.
pub(super) fn of_element(
    events: &mut Events<'_>,
    attributes: &[Attribute<'_>],
    options: &XmlOptions,
    case_sensitive: bool,
) -> Scan<Node> {
    let mut members = Members {
        found: Vec::new(),
        case_sensitive,
    };
    if !options.excludes_attributes {
        for attribute in attributes {
            let name = options.name(attribute.name);
            let name = format!("{}{name}", options.tags.attribute_prefix);
            members.add(name, of_text(&attribute.value, options));
        }
    }
    loop {
        let event = events.next()?;
        let is_blank = event.is_blank();
        match event {
            Event::Start { name, attributes } => {
                let name = options.name(name).to_string();
                let node = of_element(events, &attributes, options, case_sensitive)?;
                members.add(name, node);
            }
            Event::Text { text, .. } if !is_blank => {
                members.add(options.tags.value.clone(), of_text(&text, options));
            }
            Event::End | Event::Done => return Ok(members.finish(&options.tags.value)),
            _ => {}
        }
    }
}

/// The members of an object by the names that were met first, and their values.
struct Members {
    found: Vec<(String, Vec<Node>)>,
    case_sensitive: bool,
}

impl Members {
    fn add(&mut self, name: String, node: Node) {
        let is_same = |known: &str| match self.case_sensitive {
            true => known == name,
            false => known.to_lowercase() == name.to_lowercase(),
        };
        match self.found.iter_mut().find(|(known, _)| is_same(known)) {
            Some((_, nodes)) => nodes.push(node),
            None => self.found.push((name, vec![node])),
        }
    }

    /// Null for nothing, the text alone where there is nothing else, or an object.
    fn finish(mut self, value_tag: &str) -> Node {
        match self.found.as_mut_slice() {
            [] => return Node::null(),
            [(name, nodes)] if name == value_tag && nodes.len() == 1 => {
                return nodes.pop().unwrap_or_else(Node::null);
            }
            _ => {}
        }
        let fields = self.found.into_iter().map(|(name, mut nodes)| {
            let node = match nodes.len() {
                1 => nodes.pop().unwrap_or_else(Node::null),
                _ => Node::Array(nodes),
            };
            (name, node)
        });
        Node::Object(fields.collect())
    }
}

/// The variant of a text: a number, a boolean, or what it is.
pub(super) fn of_text(text: &str, options: &XmlOptions) -> Node {
    let Some(text) = options.value(text) else {
        return Node::null();
    };
    if !options.infers_types {
        return Node::string(text);
    }
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_number = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    if is_number && let Ok(value) = text.parse() {
        return Node::long(value);
    }
    if is_number && let Some(node) = decimal(text) {
        return node;
    }
    match text.to_lowercase().as_str() {
        "true" => Node::boolean(true),
        "false" => Node::boolean(false),
        _ => Node::string(text),
    }
}

fn decimal(text: &str) -> Option<Node> {
    let plain = text.replace(',', "");
    let (precision, scale) = number::precision_and_scale(&plain)?;
    let scale = scale.max(0);
    if precision.max(scale) > MAX_PRECISION {
        return None;
    }
    let places = u8::try_from(scale).ok()?;
    let value = number::decimal(&plain, 38, i8::try_from(scale).ok()?)?;
    Some(Node::decimal(value, places))
}

/// As a column of variants takes it.
pub(super) fn datum(node: &Node) -> Datum {
    let (value, metadata) = node.encode();
    Datum::Struct(vec![Datum::Binary(value), Datum::Binary(metadata)])
}
