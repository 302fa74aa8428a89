//! The inside of tags, references to characters and entities, and which characters and
//! names an XML text may have.

use std::borrow::Cow;

use super::entities::Entities;
use super::events::{Malformed, Scan};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Attribute<'a> {
    pub name: &'a str,
    pub value: Cow<'a, str>,
}

pub(super) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

/// The name and the attributes of what stands between `<` and `>` or `/>`.
pub(super) fn start<'a>(
    inside: &'a str,
    entities: &Entities,
) -> Scan<(&'a str, Vec<Attribute<'a>>)> {
    let length = inside.find(is_space).unwrap_or(inside.len());
    let (name, mut rest) = inside.split_at(length);
    if !is_name(name) {
        return Err(Malformed::new("A tag must begin with a name."));
    }
    let mut attributes: Vec<Attribute<'a>> = Vec::new();
    loop {
        let trimmed = rest.trim_start_matches(is_space);
        if trimmed.is_empty() {
            return Ok((name, attributes));
        }
        if trimmed.len() == rest.len() {
            return Err(Malformed::new(format!(
                "Element type \"{name}\" must be followed by either attribute specifications, \
                 \">\" or \"/>\"."
            )));
        }
        let (attribute, after) = attribute(name, trimmed, entities)?;
        if attributes.iter().any(|known| known.name == attribute.name) {
            return Err(Malformed::new(format!(
                "Attribute \"{}\" was already specified for element \"{name}\".",
                attribute.name
            )));
        }
        attributes.push(attribute);
        rest = after;
    }
}

fn attribute<'a>(
    element: &str,
    text: &'a str,
    entities: &Entities,
) -> Scan<(Attribute<'a>, &'a str)> {
    let no_value = |name: &str| {
        Malformed::new(format!(
            "Attribute \"{name}\" of element \"{element}\" must have a quoted value."
        ))
    };
    let Some((name, after)) = text.split_once('=') else {
        return Err(no_value(text));
    };
    let name = name.trim_end_matches(is_space);
    if !is_name(name) {
        return Err(Malformed::new(format!(
            "\"{name}\" is no name of an attribute."
        )));
    }
    let after = after.trim_start_matches(is_space);
    let Some(quote) = after.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
        return Err(no_value(name));
    };
    let after = after.get(1..).unwrap_or_default();
    let Some((raw, rest)) = after.split_once(quote) else {
        return Err(no_value(name));
    };
    let value = attribute_value(raw, entities)?;
    Ok((Attribute { name, value }, rest))
}

/// References are resolved, and white space is spaces.
fn attribute_value<'a>(raw: &'a str, entities: &Entities) -> Scan<Cow<'a, str>> {
    let raw = checked(raw)?;
    if raw.contains('<') {
        return Err(Malformed::new(
            "The value of an attribute must not contain the '<' character.",
        ));
    }
    if !raw.contains(['&', '\t', '\n', '\r']) {
        return Ok(Cow::Borrowed(raw));
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '&' => {
                let (value, length) = reference(rest, entities)?;
                out.push_str(&value);
                length
            }
            '\r' if rest.starts_with("\r\n") => {
                out.push(' ');
                2
            }
            '\t' | '\n' | '\r' => {
                out.push(' ');
                1
            }
            other => {
                out.push(other);
                other.len_utf8()
            }
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    Ok(Cow::Owned(out))
}

/// What the reference at the beginning of a text stands for, and its length.
pub(super) fn reference<'a>(text: &str, entities: &Entities) -> Scan<(Cow<'a, str>, usize)> {
    let end = text.find(|c: char| c == ';' || c == '<' || is_space(c));
    let Some(end) = end.filter(|end| text[*end..].starts_with(';')) else {
        return Err(Malformed::new(
            "A reference must end with the ';' delimiter.",
        ));
    };
    let name = text.get(1..end).unwrap_or_default();
    let value = match name.strip_prefix('#') {
        Some(number) => Cow::Owned(character(number)?.to_string()),
        None => match name {
            "amp" => Cow::Borrowed("&"),
            "lt" => Cow::Borrowed("<"),
            "gt" => Cow::Borrowed(">"),
            "quot" => Cow::Borrowed("\""),
            "apos" => Cow::Borrowed("'"),
            other => Cow::Owned(entities.text(other)?.to_string()),
        },
    };
    Ok((value, end + 1))
}

fn character(number: &str) -> Scan<char> {
    let code = match number.strip_prefix('x') {
        Some(hex) if hex.bytes().all(|b| b.is_ascii_hexdigit()) => {
            u32::from_str_radix(hex, 16).ok()
        }
        None if number.bytes().all(|b| b.is_ascii_digit()) => number.parse().ok(),
        _ => None,
    };
    let found = code.and_then(char::from_u32).filter(|c| is_character(*c));
    found.ok_or_else(|| {
        Malformed::new(format!(
            "Character reference \"&#{number}\" is an invalid XML character."
        ))
    })
}

/// A text whose characters may all be in a document.
pub(super) fn checked(text: &str) -> Scan<&str> {
    match text.chars().find(|c| !is_character(*c)) {
        None => Ok(text),
        Some(c) => Err(Malformed::new(format!(
            "An invalid XML character (Unicode: 0x{:x}) was found.",
            u32::from(c)
        ))),
    }
}

fn is_character(c: char) -> bool {
    !(c < ' ' && !matches!(c, '\t' | '\n' | '\r') || matches!(c, '\u{fffe}' | '\u{ffff}'))
}

/// All line ends as the one of Unix.
pub(super) fn lines(text: &str) -> Cow<'_, str> {
    match text.contains('\r') {
        true => Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")),
        false => Cow::Borrowed(text),
    }
}

pub(super) fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(is_name_start) && chars.all(is_name_part)
}

pub(super) fn is_name_start(c: char) -> bool {
    matches!(c, ':' | '_' | 'A'..='Z' | 'a'..='z')
        || matches!(u32::from(c),
            0xc0..=0xd6 | 0xd8..=0xf6 | 0xf8..=0x2ff | 0x370..=0x37d | 0x37f..=0x1fff
            | 0x200c..=0x200d | 0x2070..=0x218f | 0x2c00..=0x2fef | 0x3001..=0xd7ff
            | 0xf900..=0xfdcf | 0xfdf0..=0xfffd | 0x10000..=0xeffff)
}

pub(super) fn is_name_part(c: char) -> bool {
    is_name_start(c)
        || matches!(c, '-' | '.' | '0'..='9' | '\u{b7}')
        || matches!(u32::from(c), 0x300..=0x36f | 0x203f..=0x2040)
}
