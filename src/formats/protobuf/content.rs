//! A message as data: what its fields hold, by their places.

/// What a field holds. Numbers without a sign are held as those with one that have their
/// bits, as Java does, and values of enums as their numbers.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Bool(bool),
    Int(i32),
    Long(i64),
    Float(f32),
    Double(f64),
    /// Bytes or a text.
    Bytes(Vec<u8>),
    Message(Content),
    /// A message that is bytes already.
    Packed(Vec<u8>),
    /// The entries of a map are a list too: their order stays, and so do those that have
    /// the key of another one.
    List(Vec<Value>),
}

impl Value {
    /// As Java compares: a zero below zero is no zero.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Float(one), Self::Float(other)) => one.to_bits() == other.to_bits(),
            (Self::Double(one), Self::Double(other)) => one.to_bits() == other.to_bits(),
            _ => self == other,
        }
    }
}

/// The fields of a message; `None` for those that are not there.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Content {
    pub fields: Vec<Option<Value>>,
}

impl Content {
    pub fn empty(fields: usize) -> Self {
        Self {
            fields: vec![None; fields],
        }
    }

    pub fn get(&self, at: usize) -> Option<&Value> {
        self.fields.get(at).and_then(Option::as_ref)
    }
}
