//! Decoders of files: Spark's reader options, schema inference and malformed-record
//! modes, on Arrow arrays.
//!
//! Knows `types` and `error`; knows nothing of plans, of how files are listed or
//! opened, or of streaming. Callers hand in bytes and take record batches.

pub mod json;
mod options;
pub mod write;

pub use options::{OptionMap, ParseMode};
