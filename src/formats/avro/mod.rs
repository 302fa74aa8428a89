//! Avro by Spark's rules: schemas, bytes to columns and back, and files of them.
//!
//! | module | what it does |
//! |---|---|
//! | `schema`, `parse`, `text` | a schema as data, from JSON and to it |
//! | `sql_type`, `of_type` | the SQL type of a schema, the schema of a SQL type |
//! | `check`, `resolve`, `decode` | may it be read so; the plan of reading; bytes to a column |
//! | `encoder`, `encode`, `default` | may it be written so; a column to bytes; defaults of fields |
//! | `wire` | numbers as bytes |
//! | `rebase`, `java_map` | old calendars; the order of maps |
//! | `options`, `value` | the options of readers; values in columns of bytes |
//! | `registry`, `framed` | schemas by number; values that name theirs |
//! | `container`, `codec` | the header and the blocks of a file, as they are packed |
//! | `file`, `file_writer` | files of rows; `packed_file` those that only the crate unpacks |

mod check;
mod codec;
mod container;
mod decode;
mod default;
mod encode;
mod encoder;
mod file;
mod file_writer;
mod framed;
mod java_map;
mod of_type;
mod options;
mod packed_file;
mod parse;
mod rebase;
mod registry;
mod resolve;
mod schema;
mod sql_type;
mod text;
mod value;
mod wire;

pub use file::AvroFormat;
pub use file_writer::AvroWriteFormat;
pub use file_writer::AvroWriter;
pub use options::AvroSettings;
pub use value::{FromAvro, ToAvro, type_text};
