//! Base64 inside a JSON string: standard alphabet, padding required, white space between
//! groups of four skipped. Positions after an error are behind the offending character.

use super::token::{Lexical, Malformed};

type Read<T> = Result<T, (Malformed, usize)>;

struct Source<'a> {
    bytes: &'a [u8],
    at: usize,
    /// `None`: the bytes are the content of a string already read.
    quote: Option<u8>,
    rules: &'a Lexical,
}

/// Decodes up to the closing quote; returns the position behind it.
pub(super) fn decode(
    bytes: &[u8],
    at: usize,
    quote: Option<u8>,
    rules: &Lexical,
) -> Read<(Vec<u8>, usize)> {
    let mut source = Source {
        bytes,
        at,
        quote,
        rules,
    };
    let mut out = Vec::new();
    while let Some(first) = source.first()? {
        let mut group = u32::from(source.sextet(Some(first))?) << 18;
        let second = source.next()?;
        group |= u32::from(source.sextet(second)?) << 12;
        let third = source.next_or_back()?;
        if third == b'=' {
            if source.next()? != Some(b'=') {
                return Err(source.error("expected padding character '='"));
            }
            out.push((group >> 16) as u8);
            continue;
        }
        group |= u32::from(source.sextet(Some(third))?) << 6;
        let fourth = source.next_or_back()?;
        if fourth == b'=' {
            out.extend_from_slice(&[(group >> 16) as u8, (group >> 8) as u8]);
            continue;
        }
        group |= u32::from(source.sextet(Some(fourth))?);
        out.extend_from_slice(&[(group >> 16) as u8, (group >> 8) as u8, group as u8]);
    }
    Ok((out, source.at))
}

impl Source<'_> {
    fn error(&self, reason: &str) -> (Malformed, usize) {
        (
            Malformed(format!("Failed to decode VALUE_STRING as base64: {reason}")),
            self.at,
        )
    }

    /// The next character with escapes resolved; `None` for the closing quote or the end.
    fn next(&mut self) -> Read<Option<u8>> {
        let Some(&byte) = self.bytes.get(self.at) else {
            return match self.quote {
                Some(_) => Err(self.error("unexpected end-of-input")),
                None => Ok(None),
            };
        };
        self.at += 1;
        if Some(byte) == self.quote {
            return Ok(None);
        }
        if byte != b'\\' || self.quote.is_none() {
            return Ok(Some(byte));
        }
        let start = self.at - 1;
        let length = if self.bytes.get(self.at) == Some(&b'u') {
            6
        } else {
            2
        };
        let mut text = String::new();
        // The escape alone, closed by a quote of our own.
        let mut escape = self
            .bytes
            .get(start..start + length)
            .unwrap_or_default()
            .to_vec();
        escape.push(b'"');
        super::text::read(&escape, 0, b'"', self.rules, &mut text)
            .map_err(|(malformed, at)| (malformed, start + at))?;
        self.at = start + length;
        Ok(Some(text.bytes().next().unwrap_or(0)))
    }

    /// Like `next` inside a group, where the end is an error before the closing quote.
    fn next_or_back(&mut self) -> Read<u8> {
        match self.next()? {
            Some(byte) => Ok(byte),
            None => {
                self.at -= usize::from(self.quote.is_some());
                Err(self.error("expected padding character '='"))
            }
        }
    }

    /// The first character of a group; `None` at the end of the string.
    fn first(&mut self) -> Read<Option<u8>> {
        loop {
            match self.next()? {
                Some(0..=b' ') => {}
                other => return Ok(other),
            }
        }
    }

    fn sextet(&self, byte: Option<u8>) -> Read<u8> {
        match byte {
            Some(byte @ b'A'..=b'Z') => Ok(byte - b'A'),
            Some(byte @ b'a'..=b'z') => Ok(byte - b'a' + 26),
            Some(byte @ b'0'..=b'9') => Ok(byte - b'0' + 52),
            Some(b'+') => Ok(62),
            Some(b'/') => Ok(63),
            _ => Err(self.error("illegal character")),
        }
    }
}
