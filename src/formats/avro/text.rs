//! A schema as the text that Java's library prints: names once in full, then by name.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::schema::{Field, Id, Kind, Name, Schema};

impl Schema {
    /// The whole schema as JSON.
    pub fn text(&self) -> String {
        self.text_of(self.root())
    }

    /// A part of it as JSON.
    pub fn text_of(&self, id: Id) -> String {
        self.json(id, "", &mut HashSet::new()).to_string()
    }

    fn json(&self, id: Id, space: &str, seen: &mut HashSet<String>) -> Value {
        let node = self.node(id);
        let mut object = Map::new();
        match &node.kind {
            Kind::Union(all) => {
                return all.iter().map(|id| self.json(*id, space, seen)).collect();
            }
            Kind::Array(items) => {
                object.insert("type".into(), "array".into());
                object.insert("items".into(), self.json(*items, space, seen));
            }
            Kind::Map(values) => {
                object.insert("type".into(), "map".into());
                object.insert("values".into(), self.json(*values, space, seen));
            }
            kind => match kind.name() {
                None if node.props.is_empty() => return kind.type_name().into(),
                None => {
                    object.insert("type".into(), kind.type_name().into());
                }
                Some(name) if !seen.insert(name.full()) => {
                    return match name.space == space {
                        true => name.simple.clone().into(),
                        false => name.full().into(),
                    };
                }
                Some(name) => {
                    let doc = node.props.get("doc");
                    self.named(kind, name, doc, (space, seen), &mut object);
                }
            },
        }
        let said = node.props.iter().filter(|(key, _)| *key != "doc");
        for (key, value) in said {
            object.insert(key.clone(), value.clone());
        }
        if let Some(name) = node.kind.name()
            && !name.aliases.is_empty()
        {
            let aliases = name.aliases.iter().map(|alias| within(alias, &name.space));
            object.insert("aliases".into(), aliases.collect());
        }
        object.into()
    }

    fn named(
        &self,
        kind: &Kind,
        name: &Name,
        doc: Option<&Value>,
        (space, seen): (&str, &mut HashSet<String>),
        object: &mut Map<String, Value>,
    ) {
        object.insert("type".into(), kind.type_name().into());
        object.insert("name".into(), name.simple.clone().into());
        if name.space != space {
            object.insert("namespace".into(), name.space.clone().into());
        }
        if let Some(doc) = doc {
            object.insert("doc".into(), doc.clone());
        }
        match kind {
            Kind::Fixed(_, size) => {
                object.insert("size".into(), json!(size));
            }
            Kind::Enum {
                symbols, default, ..
            } => {
                object.insert("symbols".into(), json!(symbols));
                if let Some(symbol) = default {
                    object.insert("default".into(), symbol.clone().into());
                }
            }
            Kind::Record(_, fields) => {
                let all = fields.iter().map(|f| self.field(f, &name.space, seen));
                object.insert("fields".into(), all.collect());
            }
            _ => {}
        }
    }

    fn field(&self, field: &Field, space: &str, seen: &mut HashSet<String>) -> Value {
        let mut object = Map::new();
        object.insert("name".into(), field.name.clone().into());
        object.insert("type".into(), self.json(field.schema, space, seen));
        if let Some(doc) = field.props.get("doc") {
            object.insert("doc".into(), doc.clone());
        }
        if let Some(value) = &field.default {
            object.insert("default".into(), value.clone());
        }
        if let Some(order) = field.props.get("order").filter(|o| *o != "ascending") {
            object.insert("order".into(), order.clone());
        }
        if !field.aliases.is_empty() {
            object.insert("aliases".into(), json!(field.aliases));
        }
        let said = field.props.iter();
        for (key, value) in said.filter(|(key, _)| !matches!(key.as_str(), "doc" | "order")) {
            object.insert(key.clone(), value.clone());
        }
        object.into()
    }
}

/// A full name without the namespace around it.
fn within(full: &str, space: &str) -> Value {
    let inside = full
        .strip_prefix(space)
        .and_then(|rest| rest.strip_prefix('.'));
    inside.unwrap_or(full).into()
}
