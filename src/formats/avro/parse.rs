//! A schema out of its JSON, refused as Java's library refuses it.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::schema::{Field, Id, Kind, Logical, Name, Node, Schema};
use crate::error::{ErrorClass, Result, SparkError};

/// Keys that say what a schema is; any other is kept as said of it.
const OWN_KEYS: [&str; 8] = [
    "type",
    "name",
    "namespace",
    "aliases",
    "fields",
    "items",
    "size",
    "symbols",
];

impl Schema {
    pub fn parse(text: &str) -> Result<Self> {
        Self::parse_all(&[text])
    }

    /// The last of some schemas, which may name types of the ones before it.
    pub fn parse_all(texts: &[impl AsRef<str>]) -> Result<Self> {
        let mut parser = Parser {
            schema: Self::empty(),
            named: HashMap::new(),
        };
        for text in texts {
            let text = text.as_ref();
            let value = json_of(text)?;
            let root = parser.any(&value, "")?;
            parser.schema.set_root(root);
        }
        Ok(parser.schema)
    }
}

struct Parser {
    schema: Schema,
    named: HashMap<String, Id>,
}

/// Java's error for text that is no schema.
fn refused(reason: impl std::fmt::Display) -> SparkError {
    SparkError::plain(ErrorClass::IllegalArgument, reason)
}

/// The JSON of a text, which holds nothing else.
fn json_of(text: &str) -> Result<Value> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let value = match values.next() {
        None => return Err(refused("Cannot parse <null> schema")),
        Some(Err(error)) => return Err(refused(not_json(text.trim(), &error))),
        Some(Ok(value)) => value,
    };
    let rest = text.get(values.byte_offset()..).unwrap_or_default().trim();
    match rest {
        "" => Ok(value),
        rest => Err(refused(format!(
            "dangling content after end of schema: {rest}"
        ))),
    }
}

fn not_json(text: &str, error: &serde_json::Error) -> String {
    let word = text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'));
    match word.into_iter().next() {
        Some(word) if word.starts_with(|c: char| c.is_alphabetic()) => format!(
            "com.fasterxml.jackson.core.JsonParseException: Unrecognized token '{word}': was \
             expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
        ),
        _ if error.is_eof() => format!(
            "com.fasterxml.jackson.core.io.JsonEOFException: Unexpected end-of-input: {error}"
        ),
        _ => format!("com.fasterxml.jackson.core.JsonParseException: {error}"),
    }
}

impl Parser {
    fn any(&mut self, value: &Value, space: &str) -> Result<Id> {
        match value {
            Value::String(name) => self.by_name(name, space),
            Value::Array(branches) => self.union(branches, space),
            Value::Object(object) => self.object(object, value, space),
            other => Err(refused(format!("Schema not yet supported: {other}"))),
        }
    }

    fn by_name(&mut self, name: &str, space: &str) -> Result<Id> {
        if let Some(kind) = primitive(name) {
            return Ok(self.schema.add(Node::plain(kind)));
        }
        let full = match space {
            "" => name.to_string(),
            _ if name.contains('.') => name.to_string(),
            space => format!("{space}.{name}"),
        };
        let found = self.named.get(&full).or_else(|| self.named.get(name));
        found
            .copied()
            .ok_or_else(|| refused(format!("Undefined schema: {full}")))
    }

    fn union(&mut self, branches: &[Value], space: &str) -> Result<Id> {
        let mut all: Vec<Id> = Vec::with_capacity(branches.len());
        let mut names = Vec::new();
        for branch in branches {
            let id = self.any(branch, space)?;
            let node = self.schema.node(id);
            if matches!(node.kind, Kind::Union(_)) {
                let whole = Value::from(branches.to_vec());
                return Err(refused(format!("Nested union: {whole}")));
            }
            let name = node
                .kind
                .name()
                .map_or(node.kind.type_name().into(), Name::full);
            if names.contains(&name) {
                return Err(refused(format!("Duplicate in union:{name}")));
            }
            names.push(name);
            all.push(id);
        }
        Ok(self.schema.add(Node::plain(Kind::Union(all))))
    }

    fn object(&mut self, object: &Map<String, Value>, whole: &Value, space: &str) -> Result<Id> {
        let Some(Value::String(kind)) = object.get("type") else {
            return Err(refused(format!("No type: {whole}")));
        };
        let id = match kind.as_str() {
            "record" | "error" => return self.record(object, whole, space),
            "enum" => self.symbols(object, whole, space)?,
            "fixed" => self.fixed(object, whole, space)?,
            "array" => {
                let items = self.inner(object, whole, "items", "Array has no items type", space)?;
                self.schema.add(Node::plain(Kind::Array(items)))
            }
            "map" => {
                let values =
                    self.inner(object, whole, "values", "Map has no values type", space)?;
                self.schema.add(Node::plain(Kind::Map(values)))
            }
            name => {
                let Some(kind) = primitive(name) else {
                    return self.by_name(name, space);
                };
                self.schema.add(Node::plain(kind))
            }
        };
        self.describe(id, object);
        Ok(id)
    }

    fn inner(
        &mut self,
        object: &Map<String, Value>,
        whole: &Value,
        key: &str,
        missing: &str,
        space: &str,
    ) -> Result<Id> {
        match object.get(key) {
            Some(value) => self.any(value, space),
            None => Err(refused(format!("{missing}: {whole}"))),
        }
    }

    /// Keeps what is said beside the type, and the meaning that it gives to it.
    fn describe(&mut self, id: Id, object: &Map<String, Value>) {
        let mut node = self.schema.node(id).clone();
        let own = |key: &str| {
            OWN_KEYS.contains(&key)
                || (key == "values" && matches!(node.kind, Kind::Map(_)))
                || (key == "default" && matches!(node.kind, Kind::Enum { .. }))
        };
        let said = object.iter().filter(|(key, _)| !own(key));
        let props = said.map(|(k, v)| (k.clone(), v.clone())).collect();
        node.props = props;
        node.logical = logical(&node);
        self.schema.replace(id, node);
    }

    fn name(&self, object: &Map<String, Value>, whole: &Value, space: &str) -> Result<Name> {
        let Some(Value::String(name)) = object.get("name") else {
            return Err(refused(format!("No name in schema: {whole}")));
        };
        let given = object.get("namespace").and_then(Value::as_str);
        let (space, simple) = match name.rsplit_once('.') {
            Some((space, simple)) => (space, simple),
            None => (given.unwrap_or(space), name.as_str()),
        };
        valid(simple)?;
        if space.is_empty() && primitive(simple).is_some() {
            let message = format!("Schemas may not be named after primitives: {simple}");
            return Err(refused(message));
        }
        let aliases = texts(object.get("aliases")).map(|alias| match space {
            "" => alias.to_string(),
            _ if alias.contains('.') => alias.to_string(),
            space => format!("{space}.{alias}"),
        });
        Ok(Name {
            space: space.to_string(),
            simple: simple.to_string(),
            aliases: aliases.collect(),
        })
    }

    /// A type may be said again where it is the same.
    fn define(&mut self, name: &Name, kind: Kind) -> Result<Id> {
        let full = name.full();
        if let Some(known) = self.named.get(&full) {
            let same = match (self.schema.kind(*known), &kind) {
                (Kind::Fixed(_, old), Kind::Fixed(_, new)) => old == new,
                (Kind::Enum { symbols: old, .. }, Kind::Enum { symbols: new, .. }) => old == new,
                _ => false,
            };
            match same {
                true => return Ok(*known),
                false => return Err(refused(format!("Can't redefine: {full}"))),
            }
        }
        let id = self.schema.add(Node::plain(kind));
        self.named.insert(full, id);
        Ok(id)
    }

    fn fixed(&mut self, object: &Map<String, Value>, whole: &Value, space: &str) -> Result<Id> {
        let name = self.name(object, whole, space)?;
        if let Some(below) = object
            .get("size")
            .and_then(Value::as_i64)
            .filter(|n| *n < 0)
        {
            let message = format!("Malformed data. Length is negative: {below}");
            return Err(refused(message));
        }
        let size = object.get("size").and_then(Value::as_u64);
        let Some(size) = size.and_then(|size| usize::try_from(size).ok()) else {
            return Err(refused(format!("Invalid or no size: {whole}")));
        };
        self.define(&name.clone(), Kind::Fixed(name, size))
    }

    fn symbols(&mut self, object: &Map<String, Value>, whole: &Value, space: &str) -> Result<Id> {
        let name = self.name(object, whole, space)?;
        let Some(Value::Array(_)) = object.get("symbols") else {
            return Err(refused(format!("Enum has no symbols: {whole}")));
        };
        let mut symbols: Vec<String> = Vec::new();
        for symbol in texts(object.get("symbols")) {
            valid(symbol)?;
            if symbols.iter().any(|known| known == symbol) {
                return Err(refused(format!("Duplicate enum symbol: {symbol}")));
            }
            symbols.push(symbol.to_string());
        }
        let default = object
            .get("default")
            .and_then(Value::as_str)
            .map(str::to_string);
        if let Some(other) = default.as_ref().filter(|other| !symbols.contains(other)) {
            let known = symbols.join(", ");
            return Err(refused(format!(
                "The Enum Default: {other} is not in the enum symbol set: [{known}]"
            )));
        }
        let kind = Kind::Enum {
            name: name.clone(),
            symbols,
            default,
        };
        self.define(&name, kind)
    }

    fn record(&mut self, object: &Map<String, Value>, whole: &Value, space: &str) -> Result<Id> {
        let name = self.name(object, whole, space)?;
        let Some(Value::Array(all)) = object.get("fields") else {
            return Err(refused(format!("Record has no fields: {whole}")));
        };
        // Known before its fields, which may name it.
        let id = self.define(&name, Kind::Record(name.clone(), Vec::new()))?;
        let mut fields: Vec<Field> = Vec::with_capacity(all.len());
        for value in all {
            let field = self.field(value, &name.space)?;
            if let Some(at) = fields.iter().position(|known| known.name == field.name) {
                let shown = |field: &Field, at: usize| {
                    let kind = self.schema.kind(field.schema).type_name().to_uppercase();
                    format!("{} type:{kind} pos:{at}", field.name)
                };
                let (new, old) = (shown(&field, fields.len()), shown(&fields[at], at));
                let (field, record) = (&field.name, name.full());
                return Err(refused(format!(
                    "Duplicate field {field} in record {record}: {new} and {old}."
                )));
            }
            fields.push(field);
        }
        self.schema
            .replace(id, Node::plain(Kind::Record(name, fields)));
        self.describe(id, object);
        Ok(id)
    }

    fn field(&mut self, value: &Value, space: &str) -> Result<Field> {
        let Value::Object(object) = value else {
            return Err(refused(format!("No field name: {value}")));
        };
        let Some(Value::String(name)) = object.get("name") else {
            return Err(refused(format!("No field name: {value}")));
        };
        valid(name)?;
        let Some(kind) = object.get("type") else {
            return Err(refused(format!("No field type: {value}")));
        };
        let schema = self.any(kind, space)?;
        let own = ["name", "type", "default", "aliases"];
        let said = object
            .iter()
            .filter(|(key, _)| !own.contains(&key.as_str()));
        Ok(Field {
            name: name.clone(),
            schema,
            default: object.get("default").cloned(),
            aliases: texts(object.get("aliases")).map(str::to_string).collect(),
            props: said.map(|(k, v)| (k.clone(), v.clone())).collect(),
        })
    }
}

fn texts(value: Option<&Value>) -> impl Iterator<Item = &str> {
    let all = value.and_then(Value::as_array);
    all.into_iter().flatten().filter_map(Value::as_str)
}

fn primitive(name: &str) -> Option<Kind> {
    Some(match name {
        "null" => Kind::Null,
        "boolean" => Kind::Boolean,
        "int" => Kind::Int,
        "long" => Kind::Long,
        "float" => Kind::Float,
        "double" => Kind::Double,
        "bytes" => Kind::Bytes,
        "string" => Kind::String,
        _ => return None,
    })
}

/// Refuses a name that is not letters, digits and `_`, the first no digit.
fn valid(name: &str) -> Result<()> {
    let Some(first) = name.chars().next() else {
        return Err(refused("Empty name"));
    };
    if !(first.is_alphabetic() || first == '_') {
        return Err(refused(format!("Illegal initial character: {name}")));
    }
    match name.chars().all(|c| c.is_alphanumeric() || c == '_') {
        true => Ok(()),
        false => Err(refused(format!("Illegal character in: {name}"))),
    }
}

/// The meaning that a schema gives to its bytes. One that does not fit its type is none.
fn logical(node: &Node) -> Option<Logical> {
    let name = node.props.get("logicalType")?.as_str()?;
    Some(match (name, &node.kind) {
        ("decimal", Kind::Bytes | Kind::Fixed(..)) => {
            let number = |key: &str| node.props.get(key).and_then(Value::as_i64);
            let (precision, scale) = (number("precision")?, number("scale").unwrap_or(0));
            let fits = match &node.kind {
                Kind::Fixed(_, size) => precision <= digits(*size),
                _ => true,
            };
            let valid = precision > 0 && scale >= 0 && scale <= precision && fits;
            return valid.then_some(Logical::Decimal { precision, scale });
        }
        ("date", Kind::Int) => Logical::Date,
        ("timestamp-millis", Kind::Long) => Logical::TimestampMillis,
        ("timestamp-micros", Kind::Long) => Logical::TimestampMicros,
        ("local-timestamp-millis", Kind::Long) => Logical::LocalTimestampMillis,
        ("local-timestamp-micros", Kind::Long) => Logical::LocalTimestampMicros,
        ("timestamp-nanos", Kind::Long) => Logical::Other("timestamp-nanos"),
        ("local-timestamp-nanos", Kind::Long) => Logical::Other("local-timestamp-nanos"),
        ("time-micros", Kind::Long) => Logical::Other("time-micros"),
        ("time-millis", Kind::Int) => Logical::Other("time-millis"),
        ("custom-decimal", Kind::Long) => Logical::Other("custom-decimal"),
        ("uuid", Kind::String) => Logical::Other("uuid"),
        ("uuid", Kind::Fixed(_, 16)) => Logical::Other("uuid"),
        ("duration", Kind::Fixed(_, 12)) => Logical::Other("duration"),
        ("big-decimal", Kind::Bytes) => Logical::Other("big-decimal"),
        _ => return None,
    })
}

/// How many decimal digits surely fit into a number of so many bytes.
fn digits(bytes: usize) -> i64 {
    let bits = (8 * bytes).saturating_sub(1) as f64;
    (bits * std::f64::consts::LOG10_2).floor() as i64
}
