//! Spark's XML reader: documents (or lines) of XML to record batches of a schema, a schema
//! from documents, and paths into a document (`xpath`).
//!
//! `events` walks over a document, one tag or text after the other, and says where it is no
//! XML. `value` and `convert` make rows of the events by Spark's rules, `infer` and `seen`
//! find schemas, `decoder` goes through files. Nothing here opens files, decompresses, or
//! knows which files there are. Writing is in `formats::write`.

mod convert;
mod decoder;
mod entities;
mod events;
mod fields;
mod format;
mod from_text;
mod infer;
mod options;
mod seen;
mod tags;
mod text;
mod value;
mod variant;
pub mod xpath;

use crate::error::Result;
use crate::formats::json::check_corrupt_type;
use crate::types::StructType;

pub use format::XmlFormat;
pub use from_text::{FromXml, read_records, type_of};
pub use options::{XmlOptions, no_row_tag};
pub(in crate::formats) use options::{flag, requirement};

/// Refuses columns that a text cannot be read into.
pub fn check_columns(schema: &StructType, options: &XmlOptions) -> Result<()> {
    check_corrupt_type(schema, &options.corrupt_column)?;
    crate::formats::columns::check(schema)
}

/// Whether a text may be the name of an element; if not, its first letter that may not be
/// there, and whether that is the very first one.
pub(in crate::formats) fn name_fault(name: &str) -> Option<(char, bool)> {
    let mut chars = name.chars();
    let first = chars.next()?;
    if first == ':' || !tags::is_name_start(first) {
        return Some((first, true));
    }
    let mut rest = chars;
    let bad = rest.find(|c| *c == ':' || !tags::is_name_part(*c));
    bad.map(|c| (c, false))
}
