//! Text as the bytes of the character set that the option `encoding` names.

use encoding_rs::Encoding;

/// A character set that text is written in.
#[derive(Debug, Clone, Copy)]
pub enum Charset {
    Utf8,
    Latin1,
    Ascii,
    Utf16 {
        is_big: bool,
        /// Java's `UTF-16` starts a file with a byte order mark.
        has_mark: bool,
    },
    Utf32 {
        is_big: bool,
    },
    Other(&'static Encoding),
}

impl Charset {
    /// The set of a name, if there is one of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name.to_ascii_uppercase().as_str() {
            "UTF-8" | "UTF8" => Self::Utf8,
            "ISO-8859-1" | "ISO8859_1" | "LATIN1" => Self::Latin1,
            "US-ASCII" | "ASCII" => Self::Ascii,
            "UTF-16" | "UTF16" => Self::Utf16 {
                is_big: true,
                has_mark: true,
            },
            "UTF-16BE" => Self::Utf16 {
                is_big: true,
                has_mark: false,
            },
            "UTF-16LE" => Self::Utf16 {
                is_big: false,
                has_mark: false,
            },
            "UTF-32" | "UTF-32BE" => Self::Utf32 { is_big: true },
            "UTF-32LE" => Self::Utf32 { is_big: false },
            _ => Self::Other(Encoding::for_label_no_replacement(name.as_bytes())?),
        })
    }

    pub fn is_utf8(self) -> bool {
        matches!(self, Self::Utf8)
    }

    /// What a file begins with.
    pub fn mark(self) -> &'static [u8] {
        match self {
            Self::Utf16 { has_mark: true, .. } => &[0xFE, 0xFF],
            _ => &[],
        }
    }

    /// Appends the text; what the set does not have becomes `?`, as in Java.
    pub fn encode(self, text: &str, out: &mut Vec<u8>) {
        let single = |limit: u32, out: &mut Vec<u8>| {
            let byte = |c: char| match u32::from(c) {
                code if code < limit => u8::try_from(code).unwrap_or(b'?'),
                _ => b'?',
            };
            out.extend(text.chars().map(byte));
        };
        match self {
            Self::Utf8 => out.extend_from_slice(text.as_bytes()),
            Self::Latin1 => single(256, out),
            Self::Ascii => single(128, out),
            Self::Utf16 { is_big: true, .. } => {
                out.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
            }
            Self::Utf16 { is_big: false, .. } => {
                out.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
            }
            Self::Utf32 { is_big: true } => {
                out.extend(text.chars().flat_map(|c| u32::from(c).to_be_bytes()));
            }
            Self::Utf32 { is_big: false } => {
                out.extend(text.chars().flat_map(|c| u32::from(c).to_le_bytes()));
            }
            Self::Other(set) => encode_other(set, text, out),
        }
    }
}

/// Character by character where the whole does not fit: the crate would write an entity
/// of HTML for what is not in the set.
fn encode_other(set: &'static Encoding, text: &str, out: &mut Vec<u8>) {
    let (bytes, _, has_unknown) = set.encode(text);
    if !has_unknown {
        out.extend_from_slice(&bytes);
        return;
    }
    let mut buffer = [0; 4];
    for c in text.chars() {
        match set.encode(c.encode_utf8(&mut buffer)) {
            (bytes, _, false) => out.extend_from_slice(&bytes),
            _ => out.push(b'?'),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_set_does_not_have_is_a_question_mark() {
        let mut out = Vec::new();
        for name in ["iso-8859-1", "US-ASCII", "windows-1252", "UTF-16LE"] {
            Charset::from_name(name).unwrap().encode("é€", &mut out);
        }
        let expected: &[u8] = &[0xE9, b'?', b'?', b'?', 0xE9, 0x80, 0xE9, 0, 0xAC, 0x20];
        assert_eq!(out, expected);
        assert!(Charset::from_name("nosuch").is_none());
    }
}
