//! Functions that are made in SQL, as they are written.

use crate::types::{DataType, StructType};

/// `CREATE FUNCTION name(parameters) RETURNS … RETURN body`. Default values and the body
/// are text: what they mean is looked up at each use.
#[derive(Debug, Clone, PartialEq)]
pub struct Routine {
    pub parameters: Vec<RoutineParameter>,
    pub returns: Returns,
    pub body: String,
    pub comment: Option<String>,
    pub deterministic: Option<bool>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct RoutineParameter {
    pub name: String,
    pub data_type: DataType,
    pub default: Option<String>,
    pub comment: Option<String>,
}

/// What a function gives; the type or the columns of its body where none are said.
#[derive(Debug, Clone, PartialEq)]
pub enum Returns {
    Scalar(Option<DataType>),
    Table(Option<StructType>),
}
