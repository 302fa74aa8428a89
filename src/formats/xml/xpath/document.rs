//! [`Document`]: an XML text as the tree that paths walk over, its nodes in the order of the
//! document.
//!
//! It is the tree that Java's default parser makes: names keep their prefixes and nothing
//! knows namespaces; and a text with `CDATA` in it has a value (its first part) that differs
//! from its text.

use crate::formats::xml::events::{Event, Events, Scan};

pub(super) type Id = usize;

/// The tree's root, which holds the root element.
pub(super) const ROOT: Id = 0;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Root,
    Element,
    Attribute,
    Namespace,
    Text,
    Comment,
    Instruction,
}

#[derive(Debug)]
pub(super) struct Node {
    pub kind: Kind,
    pub parent: Id,
    /// Of an element, attribute, or namespace; the target of an instruction.
    pub name: String,
    pub text: String,
    /// Of a text, the length of what it has for a value.
    first: usize,
    pub children: Vec<Id>,
    pub attributes: Vec<Id>,
    pub namespaces: Vec<Id>,
}

#[derive(Debug)]
pub(super) struct Document {
    nodes: Vec<Node>,
}

impl Document {
    /// The tree of a sound document.
    pub fn parse(text: &str) -> Scan<Self> {
        let mut document = Self { nodes: Vec::new() };
        document.add(Kind::Root, ROOT, "", String::new());
        let mut events = Events::all(text);
        let mut at = ROOT;
        loop {
            match events.next()? {
                Event::Start { name, attributes } => {
                    let element = document.add(Kind::Element, at, name, String::new());
                    document.nodes[at].children.push(element);
                    let mut own = Vec::with_capacity(attributes.len());
                    let mut spaces = Vec::new();
                    for attribute in attributes {
                        let value = attribute.value.into_owned();
                        match attribute.name.split_once(':') {
                            _ if attribute.name == "xmlns" => {}
                            Some(("xmlns", prefix)) => {
                                let id = document.add(Kind::Namespace, element, prefix, value);
                                spaces.push(id);
                            }
                            _ => {
                                let name = attribute.name;
                                own.push(document.add(Kind::Attribute, element, name, value));
                            }
                        }
                    }
                    if at == ROOT {
                        let space = "http://www.w3.org/XML/1998/namespace".to_string();
                        spaces.push(document.add(Kind::Namespace, element, "xml", space));
                    }
                    document.nodes[element].attributes = own;
                    document.nodes[element].namespaces = spaces;
                    at = element;
                }
                Event::End => at = document.nodes[at].parent,
                Event::Text { text, first } => {
                    let id = document.add(Kind::Text, at, "", text.into_owned());
                    document.nodes[id].first = first;
                    document.nodes[at].children.push(id);
                }
                Event::Comment(text) => {
                    let id = document.add(Kind::Comment, at, "", text.to_string());
                    document.nodes[at].children.push(id);
                }
                Event::Instruction { target, data } => {
                    let id = document.add(Kind::Instruction, at, target, data.to_string());
                    document.nodes[at].children.push(id);
                }
                Event::Done => return Ok(document),
            }
        }
    }

    fn add(&mut self, kind: Kind, parent: Id, name: &str, text: String) -> Id {
        self.nodes.push(Node {
            kind,
            parent,
            name: name.to_string(),
            first: text.len(),
            text,
            children: Vec::new(),
            attributes: Vec::new(),
            namespaces: Vec::new(),
        });
        self.nodes.len() - 1
    }

    pub fn node(&self, id: Id) -> &Node {
        &self.nodes[id]
    }

    pub fn parent(&self, id: Id) -> Option<Id> {
        (id != ROOT).then(|| self.nodes[id].parent)
    }

    /// The string-value: of an element, all text in it.
    pub fn text(&self, id: Id) -> String {
        let node = self.node(id);
        match node.kind {
            Kind::Root | Kind::Element => {
                let mut out = String::new();
                self.gather(id, &mut out);
                out
            }
            _ => node.text.clone(),
        }
    }

    fn gather(&self, id: Id, out: &mut String) {
        for child in &self.node(id).children {
            match self.node(*child).kind {
                Kind::Text => out.push_str(&self.node(*child).text),
                Kind::Element => self.gather(*child, out),
                _ => {}
            }
        }
    }

    /// What Java gives for the value of a node; elements have none.
    pub fn value(&self, id: Id) -> Option<&str> {
        let node = self.node(id);
        match node.kind {
            Kind::Root | Kind::Element => None,
            Kind::Text => node.text.get(..node.first),
            _ => Some(&node.text),
        }
    }

    /// All below a node, in order.
    pub fn descendants(&self, id: Id, out: &mut Vec<Id>) {
        for child in &self.node(id).children {
            out.push(*child);
            self.descendants(*child, out);
        }
    }
}
