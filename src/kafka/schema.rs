//! The columns of a record, which are Spark's.

use crate::types::{DataType, StructField, StructType};

/// The positions of the columns in [`record_schema`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordColumn {
    Key,
    Value,
    Topic,
    Partition,
    Offset,
    Timestamp,
    TimestampType,
    Headers,
}

impl RecordColumn {
    pub const ALL: [Self; 8] = [
        Self::Key,
        Self::Value,
        Self::Topic,
        Self::Partition,
        Self::Offset,
        Self::Timestamp,
        Self::TimestampType,
        Self::Headers,
    ];
}

pub fn headers_type() -> DataType {
    let fields = [
        StructField::new("key", DataType::String, true),
        StructField::new("value", DataType::Binary, true),
    ];
    DataType::Array {
        element: Box::new(DataType::Struct(StructType::new(fields))),
        contains_null: true,
    }
}

pub fn record_schema(include_headers: bool) -> StructType {
    let columns = [
        ("key", DataType::Binary),
        ("value", DataType::Binary),
        ("topic", DataType::String),
        ("partition", DataType::Integer),
        ("offset", DataType::Long),
        ("timestamp", DataType::Timestamp),
        ("timestampType", DataType::Integer),
    ];
    let headers = include_headers.then(|| ("headers", headers_type()));
    let fields = columns.into_iter().chain(headers);
    StructType::new(fields.map(|(name, data_type)| StructField::new(name, data_type, true)))
}
