//! Avro's schemas as plain data. A schema may hold itself, so its parts lie in one list
//! and name each other by their place in it. Knows neither Spark's types nor bytes.

use serde_json::{Map, Value};

/// The place of a part in its schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Id(usize);

#[derive(Debug, Clone)]
pub struct Schema {
    nodes: Vec<Node>,
    root: Id,
}

#[derive(Debug, Clone)]
pub struct Node {
    pub kind: Kind,
    pub logical: Option<Logical>,
    /// What the schema says beside its type, `logicalType` among it.
    pub props: Map<String, Value>,
}

#[derive(Debug, Clone)]
pub enum Kind {
    Null,
    Boolean,
    Int,
    Long,
    Float,
    Double,
    Bytes,
    String,
    Fixed(Name, usize),
    Enum {
        name: Name,
        symbols: Vec<String>,
        /// What a symbol that a reader does not know becomes.
        default: Option<String>,
    },
    Array(Id),
    Map(Id),
    Union(Vec<Id>),
    Record(Name, Vec<Field>),
}

/// A meaning over the bytes, where it is valid for their type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Logical {
    Decimal {
        precision: i64,
        scale: i64,
    },
    Date,
    TimestampMillis,
    TimestampMicros,
    LocalTimestampMillis,
    LocalTimestampMicros,
    /// One that changes no value of Spark's, by its name.
    Other(&'static str),
}

/// The name of a record, an enum or a fixed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    pub space: String,
    pub simple: String,
    /// In full.
    pub aliases: Vec<String>,
}

#[derive(Debug, Clone)]
pub struct Field {
    pub name: String,
    pub schema: Id,
    pub default: Option<Value>,
    pub aliases: Vec<String>,
    /// Its `doc`, `order` and what else is said of it.
    pub props: Map<String, Value>,
}

impl Name {
    pub fn full(&self) -> String {
        match self.space.as_str() {
            "" => self.simple.clone(),
            space => format!("{space}.{}", self.simple),
        }
    }
}

impl Schema {
    /// A schema without parts; its root is the first that is added.
    pub fn empty() -> Self {
        Self {
            nodes: Vec::new(),
            root: Id(0),
        }
    }

    pub fn add(&mut self, node: Node) -> Id {
        self.nodes.push(node);
        Id(self.nodes.len() - 1)
    }

    pub fn set_root(&mut self, root: Id) {
        self.root = root;
    }

    pub fn replace(&mut self, id: Id, node: Node) {
        if let Some(place) = self.nodes.get_mut(id.0) {
            *place = node;
        }
    }

    pub fn root(&self) -> Id {
        self.root
    }

    pub fn node(&self, id: Id) -> &Node {
        &self.nodes[id.0]
    }

    pub fn kind(&self, id: Id) -> &Kind {
        &self.node(id).kind
    }

    /// The branches of a union that are not null, each with its place; `None` where it
    /// is no union.
    pub fn branches(&self, id: Id) -> Option<Vec<Id>> {
        let Kind::Union(all) = self.kind(id) else {
            return None;
        };
        let there = all.iter().copied().filter(|id| !self.is_null(*id));
        Some(there.collect())
    }

    pub fn is_null(&self, id: Id) -> bool {
        matches!(self.kind(id), Kind::Null)
    }
}

impl Kind {
    /// The type's name in a schema.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Int => "int",
            Self::Long => "long",
            Self::Float => "float",
            Self::Double => "double",
            Self::Bytes => "bytes",
            Self::String => "string",
            Self::Fixed(..) => "fixed",
            Self::Enum { .. } => "enum",
            Self::Array(_) => "array",
            Self::Map(_) => "map",
            Self::Union(_) => "union",
            Self::Record(..) => "record",
        }
    }

    pub fn name(&self) -> Option<&Name> {
        match self {
            Self::Fixed(name, _) | Self::Record(name, _) | Self::Enum { name, .. } => Some(name),
            _ => None,
        }
    }
}

impl Node {
    pub fn plain(kind: Kind) -> Self {
        Self {
            kind,
            logical: None,
            props: Map::new(),
        }
    }

    /// The name of a type of its own, or its type.
    pub fn short_name(&self) -> &str {
        match self.kind.name() {
            Some(name) => &name.simple,
            None => self.kind.type_name(),
        }
    }
}
