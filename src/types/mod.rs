//! Spark's types and what belongs to them: Arrow storage, DDL and JSON schema
//! strings, formatting of values as `show()` prints them.
//!
//! Knows Arrow; knows nothing of plans, of DataFusion or of Python.

mod data_type;

pub use data_type::{DataType, DayTimeField, StructField, StructType, YearMonthField};
