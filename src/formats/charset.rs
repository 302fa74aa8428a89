//! Text in another encoding than UTF-8, by the names that Java knows.

use encoding_rs::Encoding;

use crate::error::{Result, SparkError};

/// Bytes that are turned into UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Charset(&'static Encoding);

impl Charset {
    /// The charset of a name; `None` for UTF-8, which needs no turning.
    ///
    /// `function` is what the error says was called with a name that nothing has.
    pub fn named(name: &str, function: &str) -> Result<Option<Self>> {
        let lower = name.to_ascii_lowercase();
        // Names that Java has and the web does not, and one that means another thing there.
        let label = match lower.as_str() {
            "utf8" | "utf-8" => return Ok(None),
            "utf-16" => "utf-16be",
            "latin1" | "iso8859_1" | "iso8859-1" => "iso-8859-1",
            other => other,
        };
        match Encoding::for_label(label.as_bytes()) {
            Some(found) if found == encoding_rs::UTF_8 => Ok(None),
            Some(found) => Ok(Some(Self(found))),
            None => Err(SparkError::new(
                "INVALID_PARAMETER_VALUE.CHARSET",
                &[
                    ("parameter", "`charset`"),
                    ("functionName", &format!("`{function}`")),
                    ("charsets", super::Encoding::NAMES),
                    ("charset", name),
                ],
            )),
        }
    }

    /// Bytes in which a line end is the byte of ASCII.
    pub fn keeps_line_ends(self) -> bool {
        self.0.is_ascii_compatible()
    }

    pub fn decode(self, bytes: &[u8]) -> String {
        // ISO-8859-1 on the web is Windows' code page, which differs in 32 characters.
        if self.0 == encoding_rs::WINDOWS_1252 {
            return bytes.iter().map(|b| char::from(*b)).collect();
        }
        self.0.decode(bytes).0.into_owned()
    }
}
