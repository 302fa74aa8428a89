//! Protobuf by Spark's rules: messages in columns of bytes, by the descriptors of a set.
//!
//! | module | what it does |
//! |---|---|
//! | `set` | descriptors from bytes, and those that are known without any |
//! | `schema` | the messages of a set as data: fields by number, kinds, presence |
//! | `options` | the options of the two functions |
//! | `sql_type` | the SQL type of a message, and how its values become that |
//! | `wire`, `content`, `decode` | bytes, a message as data, the one from the other |
//! | `fill` | a message into columns |
//! | `json`, `json_known` | a message of any kind as JSON text |
//! | `match_fields`, `build` | may a struct be written so; its rows as messages |
//! | `encode` | a message to bytes |
//! | `value` | the two functions |
//!
//! A message is read into a tree of its own and not into columns at once: a field may come
//! again later in the bytes, and then it replaces, merges or unsets what was there. The
//! crate's own messages are not used, since they lose the order of maps.

mod build;
mod content;
mod decode;
mod encode;
mod fill;
mod json;
mod json_known;
mod match_fields;
mod options;
mod schema;
mod set;
mod sql_type;
mod value;
mod wire;

pub use value::{FromProtobuf, ToProtobuf};
