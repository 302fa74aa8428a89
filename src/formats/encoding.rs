//! Character encodings of documents other than plain UTF-8.

/// The encodings that Spark's JSON reader accepts by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    Latin1,
    Ascii,
    /// Big-endian unless a byte order mark says otherwise.
    Utf16,
    Utf16Be,
    Utf16Le,
    Utf32,
    Utf8,
}

impl Encoding {
    /// As error messages list them.
    pub const NAMES: &'static str =
        "iso-8859-1, us-ascii, utf-16, utf-16be, utf-16le, utf-32, utf-8";

    const TABLE: [(&'static str, Self); 7] = [
        ("ISO-8859-1", Self::Latin1),
        ("US-ASCII", Self::Ascii),
        ("UTF-16", Self::Utf16),
        ("UTF-16BE", Self::Utf16Be),
        ("UTF-16LE", Self::Utf16Le),
        ("UTF-32", Self::Utf32),
        ("UTF-8", Self::Utf8),
    ];

    pub fn from_name(name: &str) -> Option<Self> {
        Self::TABLE
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, e)| *e)
    }

    pub fn name(self) -> &'static str {
        Self::TABLE
            .iter()
            .find(|(_, e)| *e == self)
            .map_or("", |(n, _)| n)
    }

    /// The bytes of a line separator.
    pub fn encode(self, text: &str) -> Vec<u8> {
        match self {
            Self::Utf8 | Self::Ascii => text.as_bytes().to_vec(),
            Self::Latin1 => text
                .chars()
                .map(|c| u8::try_from(c).unwrap_or(b'?'))
                .collect(),
            Self::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Self::Utf16 | Self::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            Self::Utf32 => text
                .chars()
                .flat_map(|c| u32::from(c).to_be_bytes())
                .collect(),
        }
    }

    /// The text of a document; `None` where bytes are not of this encoding.
    pub fn decode(self, bytes: &[u8]) -> Option<String> {
        match self {
            Self::Utf8 => std::str::from_utf8(bytes).ok().map(str::to_string),
            Self::Ascii => bytes
                .is_ascii()
                .then(|| bytes.iter().map(|b| char::from(*b)).collect()),
            Self::Latin1 => Some(bytes.iter().map(|b| char::from(*b)).collect()),
            Self::Utf16Le => utf16(bytes, u16::from_le_bytes),
            Self::Utf16Be => utf16(bytes, u16::from_be_bytes),
            Self::Utf16 => match bytes {
                [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
                [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
                _ => utf16(bytes, u16::from_be_bytes),
            },
            Self::Utf32 => match bytes {
                [0xff, 0xfe, 0, 0, rest @ ..] => utf32(rest, u32::from_le_bytes),
                [0, 0, 0xfe, 0xff, rest @ ..] => utf32(rest, u32::from_be_bytes),
                _ => utf32(bytes, u32::from_be_bytes),
            },
        }
    }

    /// What the first bytes of a document without a declared encoding reveal, when that
    /// is not UTF-8.
    pub fn detect(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => Some(Self::Utf32),
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some(Self::Utf16),
            [0, 0, 0, _, ..] => Some(Self::Utf32),
            [0, b, ..] if *b != 0 => Some(Self::Utf16Be),
            [b, 0, c, ..] if *b != 0 && *c != 0 => Some(Self::Utf16Le),
            _ => None,
        }
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    char::decode_utf16(pairs.iter().map(|pair| unit(*pair)))
        .collect::<Result<_, _>>()
        .ok()
}

fn utf32(bytes: &[u8], unit: fn([u8; 4]) -> u32) -> Option<String> {
    let (quads, rest) = bytes.as_chunks::<4>();
    if !rest.is_empty() {
        return None;
    }
    quads
        .iter()
        .map(|quad| char::from_u32(unit(*quad)))
        .collect()
}
