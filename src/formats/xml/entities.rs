//! [`Entities`]: the texts that a document's own type declares by name
//! (`<!ENTITY name "text">`), for the reader that honours them.
//!
//! Entities that hold markup or lie outside of the document are not read: a reference to
//! one is an error that names it.

use super::events::{Malformed, Scan};
use super::tags;

#[derive(Debug, Clone)]
pub(super) struct Entities {
    is_read: bool,
    found: Vec<(String, String)>,
}

impl Entities {
    /// No declaration counts.
    pub fn none() -> Self {
        Self {
            is_read: false,
            found: Vec::new(),
        }
    }

    pub fn declared() -> Self {
        Self {
            is_read: true,
            found: Vec::new(),
        }
    }

    /// The text of an entity.
    pub fn text(&self, name: &str) -> Scan<&str> {
        let known = self.found.iter().find(|(known, _)| known == name);
        match known {
            Some((_, text)) => Ok(text),
            None => Err(Malformed::new(format!(
                "The entity \"{name}\" was referenced, but not declared."
            ))),
        }
    }

    /// Takes the declarations of a document type, given without `<!DOCTYPE` and `>`.
    pub fn declare(&mut self, doctype: &str) -> Scan<()> {
        let inner = doctype
            .split_once('[')
            .and_then(|(_, inner)| inner.rsplit_once(']'));
        let Some((inner, _)) = inner.filter(|_| self.is_read) else {
            return Ok(());
        };
        let mut rest = inner;
        while let Some(start) = rest.find("<!") {
            rest = rest.get(start..).unwrap_or_default();
            let length = declaration_length(rest);
            let (declaration, after) = rest.split_at(length);
            if let Some(body) = declaration.strip_prefix("<!ENTITY") {
                self.entity(body)?;
            } else if declaration.starts_with("<!ATTLIST") {
                // Its defaults would be attributes that stand nowhere in the text.
                return Err(Malformed::new(
                    "Attribute lists of document types are not read.",
                ));
            }
            rest = after;
        }
        Ok(())
    }

    fn entity(&mut self, body: &str) -> Scan<()> {
        let body = body.trim_start_matches(tags::is_space);
        let (name, value) = body.split_once(tags::is_space).unwrap_or((body, ""));
        let value = value.trim_start_matches(tags::is_space);
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        let Some(quote) = quote.filter(|_| tags::is_name(name)) else {
            return Ok(());
        };
        let Some((raw, _)) = value.get(1..).and_then(|value| value.split_once(quote)) else {
            return Err(Malformed::new(format!("The entity \"{name}\" has no end.")));
        };
        if raw.contains(['<', '%']) {
            return Ok(());
        }
        let mut text = String::with_capacity(raw.len());
        let mut rest = raw;
        while let Some(at) = rest.find('&') {
            let (plain, reference) = rest.split_at(at);
            text.push_str(plain);
            let (found, length) = tags::reference(reference, self)?;
            text.push_str(&found);
            rest = reference.get(length..).unwrap_or_default();
        }
        text.push_str(rest);
        // Of two declarations the first one counts.
        if self.text(name).is_err() {
            self.found.push((name.to_string(), text));
        }
        Ok(())
    }
}

/// How long the declaration at the beginning of a text is, quoted signs passed over.
fn declaration_length(text: &str) -> usize {
    if text.starts_with("<!--") {
        return text.find("-->").map_or(text.len(), |at| at + 3);
    }
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '>') => return at + 1,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    text.len()
}
