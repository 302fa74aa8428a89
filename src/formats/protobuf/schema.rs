//! The messages of a set as data: what reading, writing and printing look at for each field.

use std::collections::HashMap;
use std::sync::Arc;

use prost_reflect::{Cardinality, Kind as Of, Syntax};
use prost_reflect::{DescriptorPool, EnumDescriptor, FieldDescriptor, MessageDescriptor};

use super::content::Value;
use super::set::Names;
use crate::error::{Result, SparkError};

/// A message of the set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Id(usize);

#[derive(Debug)]
pub struct Schema {
    messages: Vec<Message>,
    by_name: HashMap<String, Id>,
}

#[derive(Debug)]
pub struct Message {
    pub name: String,
    pub full_name: String,
    /// In the order in which they are written down.
    pub fields: Vec<Field>,
    by_number: HashMap<u32, usize>,
    /// The places of the fields in the order of their numbers.
    pub in_order: Vec<usize>,
    /// A field that must be there is in it, or in what it holds.
    pub checked: bool,
}

#[derive(Debug)]
pub struct Field {
    pub name: String,
    pub full_name: String,
    pub number: u32,
    pub kind: Kind,
    pub repeated: bool,
    /// Repeated entries of a key and a value.
    pub map: bool,
    pub required: bool,
    /// A field that is not there differs from one that is zero.
    pub presence: bool,
    pub packed: bool,
    /// A default of its own, where there is one.
    pub default: Option<Value>,
    /// Of the fields with the same number one alone is there.
    pub one_of: Option<usize>,
    /// Bytes that are no UTF-8 are refused, and not replaced.
    pub strict_text: bool,
}

#[derive(Debug, Clone)]
pub enum Kind {
    Double,
    Float,
    Int32,
    Int64,
    Uint32,
    Uint64,
    Sint32,
    Sint64,
    Fixed32,
    Fixed64,
    Sfixed32,
    Sfixed64,
    Bool,
    Text,
    Bytes,
    Enum(Arc<Symbols>),
    Message(Id),
    /// A message between two marks.
    Group(Id),
}

/// The values of an enum.
#[derive(Debug)]
pub struct Symbols {
    pub name: String,
    pub full_name: String,
    /// In the order in which they are written down.
    pub all: Vec<(i32, String)>,
    /// A number that is none of these is not of the field.
    pub closed: bool,
}

impl Symbols {
    fn of(found: &EnumDescriptor) -> Self {
        // The crate's own list is by number.
        let all = found.enum_descriptor_proto().value.iter();
        let all = all.map(|one| (one.number(), one.name().to_string()));
        Self {
            name: found.name().to_string(),
            full_name: found.full_name().to_string(),
            all: all.collect(),
            closed: found.parent_file().syntax() == Syntax::Proto2,
        }
    }

    pub fn name_of(&self, number: i32) -> Option<&str> {
        let found = self.all.iter().find(|(one, _)| *one == number);
        found.map(|(_, name)| name.as_str())
    }

    /// The name, also of a number that has none.
    pub fn text_of(&self, number: i32) -> String {
        match self.name_of(number) {
            Some(name) => name.to_string(),
            None => format!("UNKNOWN_ENUM_VALUE_{}_{number}", self.name),
        }
    }

    pub fn number_of(&self, name: &str) -> Option<i32> {
        let found = self.all.iter().find(|(_, one)| one == name);
        found.map(|(number, _)| *number)
    }

    pub fn first(&self) -> i32 {
        self.all.first().map_or(0, |(number, _)| *number)
    }
}

impl Schema {
    pub fn of(pool: &DescriptorPool, names: &Names) -> Result<Self> {
        let all: Vec<MessageDescriptor> = pool.all_messages().collect();
        let by_name: HashMap<String, Id> = all
            .iter()
            .enumerate()
            .map(|(at, one)| (one.full_name().to_string(), Id(at)))
            .collect();
        let messages: Result<Vec<Message>> = all
            .iter()
            .map(|one| message(one, &by_name, names))
            .collect();
        let mut schema = Self {
            messages: messages?,
            by_name,
        };
        while schema.check_more() {}
        Ok(schema)
    }

    pub fn message(&self, id: Id) -> &Message {
        &self.messages[id.0]
    }

    pub fn find(&self, full_name: &str) -> Option<Id> {
        self.by_name.get(full_name).copied()
    }

    /// Marks what holds a marked message; true where there was any.
    fn check_more(&mut self) -> bool {
        let holds = |field: &Field| match field.kind {
            Kind::Message(id) | Kind::Group(id) => self.messages[id.0].checked,
            _ => false,
        };
        let more: Vec<usize> = (0..self.messages.len())
            .filter(|at| !self.messages[*at].checked)
            .filter(|at| self.messages[*at].fields.iter().any(holds))
            .collect();
        for at in &more {
            self.messages[*at].checked = true;
        }
        !more.is_empty()
    }
}

impl Message {
    pub fn field_of(&self, number: u32) -> Option<usize> {
        self.by_number.get(&number).copied()
    }
}

impl Field {
    /// The value of a field that is not there; `None` for a message.
    pub fn zero(&self) -> Option<Value> {
        if self.repeated {
            return Some(Value::List(Vec::new()));
        }
        Some(match &self.kind {
            Kind::Double => Value::Double(0.0),
            Kind::Float => Value::Float(0.0),
            Kind::Int32 | Kind::Uint32 | Kind::Sint32 | Kind::Fixed32 | Kind::Sfixed32 => {
                Value::Int(0)
            }
            Kind::Int64 | Kind::Uint64 | Kind::Sint64 | Kind::Fixed64 | Kind::Sfixed64 => {
                Value::Long(0)
            }
            Kind::Bool => Value::Bool(false),
            Kind::Text | Kind::Bytes => Value::Bytes(Vec::new()),
            Kind::Enum(symbols) => Value::Int(symbols.first()),
            Kind::Message(_) | Kind::Group(_) => return None,
        })
    }

    /// The message that it holds.
    pub fn held(&self) -> Option<Id> {
        match self.kind {
            Kind::Message(id) | Kind::Group(id) => Some(id),
            _ => None,
        }
    }
}

fn message(
    found: &MessageDescriptor,
    by_name: &HashMap<String, Id>,
    names: &Names,
) -> Result<Message> {
    // The crate tells of a field that must be `optional` as of a group of one.
    let groups: Vec<String> = found
        .oneofs()
        .filter(|one| !one.is_synthetic())
        .map(|one| one.name().to_string())
        .collect();
    let mut fields = Vec::new();
    for proto in &found.descriptor_proto().field {
        let number = proto.number.unwrap_or_default().unsigned_abs();
        let Some(one) = found.get_field(number) else {
            return Err(SparkError::internal("a field of no number"));
        };
        let mut made = field(&one, by_name, &groups)?;
        let key = (found.full_name().to_string(), one.number().cast_signed());
        if let Some(name) = names.get(&key) {
            made.full_name = format!("{}.{name}", found.full_name());
            made.name.clone_from(name);
        }
        // Both parts of an entry are written, whatever they are.
        made.presence |= found.is_map_entry();
        fields.push(made);
    }
    let mut in_order: Vec<usize> = (0..fields.len()).collect();
    in_order.sort_by_key(|at| fields[*at].number);
    Ok(Message {
        name: found.name().to_string(),
        full_name: found.full_name().to_string(),
        by_number: fields
            .iter()
            .enumerate()
            .map(|(at, one)| (one.number, at))
            .collect(),
        in_order,
        checked: fields.iter().any(|one| one.required),
        fields,
    })
}

fn field(
    found: &FieldDescriptor,
    by_name: &HashMap<String, Id>,
    groups: &[String],
) -> Result<Field> {
    let held = |one: &MessageDescriptor| match by_name.get(one.full_name()) {
        Some(id) => Ok(*id),
        None => Err(SparkError::internal("a field of no message")),
    };
    let kind = match found.kind() {
        Of::Double => Kind::Double,
        Of::Float => Kind::Float,
        Of::Int32 => Kind::Int32,
        Of::Int64 => Kind::Int64,
        Of::Uint32 => Kind::Uint32,
        Of::Uint64 => Kind::Uint64,
        Of::Sint32 => Kind::Sint32,
        Of::Sint64 => Kind::Sint64,
        Of::Fixed32 => Kind::Fixed32,
        Of::Fixed64 => Kind::Fixed64,
        Of::Sfixed32 => Kind::Sfixed32,
        Of::Sfixed64 => Kind::Sfixed64,
        Of::Bool => Kind::Bool,
        Of::String => Kind::Text,
        Of::Bytes => Kind::Bytes,
        Of::Enum(one) => Kind::Enum(Arc::new(Symbols::of(&one))),
        Of::Message(one) if found.is_group() => Kind::Group(held(&one)?),
        Of::Message(one) => Kind::Message(held(&one)?),
    };
    let repeated = found.cardinality() == Cardinality::Repeated;
    let has_default = found.field_descriptor_proto().default_value.is_some();
    let one_of = found.containing_oneof();
    let group = one_of.and_then(|one| groups.iter().position(|name| name == one.name()));
    Ok(Field {
        name: found.name().to_string(),
        full_name: found.full_name().to_string(),
        number: found.number(),
        default: has_default.then(|| plain(&found.default_value())).flatten(),
        map: found.is_map(),
        required: found.is_required(),
        presence: !repeated && found.supports_presence(),
        packed: found.is_packed(),
        one_of: group,
        strict_text: found.parent_file().syntax() == Syntax::Proto3,
        repeated,
        kind,
    })
}

/// A value that a file gives as a default.
fn plain(value: &prost_reflect::Value) -> Option<Value> {
    use prost_reflect::Value as V;
    Some(match value {
        V::Bool(one) => Value::Bool(*one),
        V::I32(one) | V::EnumNumber(one) => Value::Int(*one),
        V::U32(one) => Value::Int(one.cast_signed()),
        V::I64(one) => Value::Long(*one),
        V::U64(one) => Value::Long(one.cast_signed()),
        V::F32(one) => Value::Float(*one),
        V::F64(one) => Value::Double(*one),
        V::String(one) => Value::Bytes(one.clone().into_bytes()),
        V::Bytes(one) => Value::Bytes(one.to_vec()),
        V::Message(_) | V::List(_) | V::Map(_) => return None,
    })
}
