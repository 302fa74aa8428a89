//! [`Fields`] and [`Kind`]: a schema made ready for rows, its fields found by name.

use hashbrown::HashMap;

use super::options::XmlOptions;
use crate::formats::columns::Datum;
use crate::types::{DataType, StructType};

/// The fields of a row, found by name.
#[derive(Debug)]
pub(super) struct Fields {
    pub slots: HashMap<String, usize>,
    pub kinds: Vec<Kind>,
    /// Where elements without a field go.
    pub wildcard: Option<usize>,
    /// Where the text between elements goes.
    pub value: Option<usize>,
}

/// A type, made ready for conversion.
#[derive(Debug)]
pub(super) enum Kind {
    Scalar(DataType),
    List(Box<Kind>, DataType),
    Map(Box<Kind>, DataType),
    Struct(Fields, DataType),
}

impl Kind {
    fn new(data_type: &DataType, names: &Names) -> Self {
        let whole = data_type.clone();
        match data_type {
            DataType::Array { element, .. } => {
                Self::List(Box::new(Self::new(element, names)), whole)
            }
            DataType::Map { value, .. } => Self::Map(Box::new(Self::new(value, names)), whole),
            DataType::Struct(fields) => Self::Struct(Fields::new(fields, names), whole),
            _ => Self::Scalar(whole),
        }
    }

    pub fn data_type(&self) -> &DataType {
        match self {
            Self::Scalar(t) | Self::List(_, t) | Self::Map(_, t) | Self::Struct(_, t) => t,
        }
    }

    pub fn is_text(&self) -> bool {
        matches!(self, Self::Scalar(DataType::String))
    }
}

pub(super) struct Names<'a> {
    pub case_sensitive: bool,
    pub options: &'a XmlOptions,
}

impl Fields {
    pub fn new(schema: &StructType, names: &Names) -> Self {
        let key = |name: &str| key(name, names.case_sensitive);
        let mut slots = HashMap::new();
        for (at, field) in schema.fields.iter().enumerate() {
            slots.entry(key(&field.name)).or_insert(at);
        }
        let named = |name: &str| schema.fields.iter().position(|field| field.name == *name);
        Self {
            slots,
            kinds: schema
                .fields
                .iter()
                .map(|field| Kind::new(&field.data_type, names))
                .collect(),
            wildcard: named(&names.options.wildcard),
            value: named(&names.options.tags.value),
        }
    }

    pub fn blank(&self) -> Vec<Datum> {
        vec![Datum::Null; self.kinds.len()]
    }
}

fn key(name: &str, case_sensitive: bool) -> String {
    match case_sensitive {
        true => name.to_string(),
        false => name.to_lowercase(),
    }
}
