//! The text of a document's bytes: in the character set that the option names, or that the
//! document's first bytes or its declaration tell.

use super::options::XmlOptions;
use crate::error::{ErrorClass, Result, SparkError};
use crate::formats::charset::Charset;
use crate::formats::encoding::Encoding;

/// Bytes at the beginning in which a declaration would name its character set.
const HEAD: usize = 256;

/// The text of a whole document.
pub(super) fn of_document(bytes: &[u8], options: &XmlOptions) -> Result<String> {
    if let Some(charset) = options.charset()? {
        return of_bytes(bytes, Some(charset));
    }
    if options.encoding.is_none() {
        if let Some(wide) = Encoding::detect(bytes) {
            return wide.decode(bytes).ok_or_else(|| no_text(wide.name()));
        }
        if let Some(name) = declared(bytes) {
            return of_bytes(bytes, Charset::named(&name, "XmlOptions")?);
        }
    }
    of_bytes(bytes, None)
}

/// The text of bytes in a character set; `None` is UTF-8.
pub(super) fn of_bytes(bytes: &[u8], charset: Option<Charset>) -> Result<String> {
    match charset {
        Some(charset) => Ok(charset.decode(bytes)),
        None => match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text.to_string()),
            Err(_) => Err(no_text("UTF-8")),
        },
    }
}

fn no_text(name: &str) -> SparkError {
    SparkError::plain(
        ErrorClass::SparkRuntime,
        format_args!("Invalid {name} bytes"),
    )
}

/// The character set that a declaration names.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..HEAD.min(bytes.len()))?;
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let head: String = head.iter().map(|byte| char::from(*byte)).collect();
    let (declaration, _) = head.strip_prefix("<?xml")?.split_once("?>")?;
    let (_, after) = declaration.split_once("encoding")?;
    let after = after.trim_start().strip_prefix('=')?.trim_start();
    let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (name, _) = after.get(1..)?.split_once(quote)?;
    Some(name.to_string())
}
