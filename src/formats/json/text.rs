//! Reading the inside of a quoted JSON string: escapes, control characters, damaged
//! UTF-8. Positions after an error are behind the offending character, as `token` needs.
//!
//! A surrogate without its partner becomes `?`, because Spark's strings pass through
//! UTF-16 on their way.

use super::token::{Lexical, Malformed};

/// Reads up to the closing `quote` into `out`; returns the position behind it.
pub(super) fn read(
    bytes: &[u8],
    at: usize,
    quote: u8,
    rules: &Lexical,
    out: &mut String,
) -> Result<usize, (Malformed, usize)> {
    let (end, units) = read_name(bytes, at, quote, rules, out)?;
    if units > rules.max_string_length {
        let reason = format!("String value length ({units}) exceeds the maximum");
        return Err((Malformed(reason), end));
    }
    Ok(end)
}

/// Like [`read`] without the limit on a string's length, which names do not have; returns
/// the length, too.
pub(super) fn read_name(
    bytes: &[u8],
    at: usize,
    quote: u8,
    rules: &Lexical,
    out: &mut String,
) -> Result<(usize, usize), (Malformed, usize)> {
    out.clear();
    let mut reader = Reader {
        bytes,
        at,
        rules,
        out: Some(out),
        high: None,
        units: 0,
    };
    reader.run(quote)?;
    Ok((reader.at, reader.units))
}

/// Passes over a string without keeping it.
pub(super) fn skip(bytes: &[u8], at: usize, rules: &Lexical) -> Result<usize, (Malformed, usize)> {
    let mut reader = Reader {
        bytes,
        at,
        rules,
        out: None,
        high: None,
        units: 0,
    };
    reader.run(b'"')?;
    Ok(reader.at)
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    rules: &'a Lexical,
    out: Option<&'a mut String>,
    /// A high surrogate that waits for its partner.
    high: Option<u16>,
    /// Length in UTF-16, which the limit on strings counts.
    units: usize,
}

impl Reader<'_> {
    fn run(&mut self, quote: u8) -> Result<(), (Malformed, usize)> {
        let done = self.characters(quote);
        self.flush();
        done.map_err(|reason| (reason, self.at))
    }

    fn characters(&mut self, quote: u8) -> Result<(), Malformed> {
        loop {
            let Some(&byte) = self.bytes.get(self.at) else {
                return Err(Malformed::new("Unexpected end-of-input in VALUE_STRING"));
            };
            self.at += 1;
            match byte {
                _ if byte == quote => return Ok(()),
                b'\\' => self.escape()?,
                0..=0x1f if !self.rules.unquoted_control_chars => {
                    let reason = format!("Illegal unquoted character (CTRL-CHAR, code {byte})");
                    return Err(Malformed(reason));
                }
                0..=0x7f => self.push(char::from(byte)),
                _ => self.multibyte(byte)?,
            }
        }
    }

    fn push(&mut self, c: char) {
        self.flush();
        self.units += c.len_utf16();
        if let Some(out) = &mut self.out {
            out.push(c);
        }
    }

    fn flush(&mut self) {
        if self.high.take().is_some()
            && let Some(out) = &mut self.out
        {
            out.push('?');
        }
    }

    fn unit(&mut self, unit: u16) {
        self.units += 1;
        match (self.high, unit) {
            (Some(high), 0xdc00..=0xdfff) => {
                self.high = None;
                let code =
                    0x10000 + ((u32::from(high) - 0xd800) << 10) + (u32::from(unit) - 0xdc00);
                if let (Some(c), Some(out)) = (char::from_u32(code), &mut self.out) {
                    out.push(c);
                }
            }
            (_, 0xd800..=0xdbff) => {
                self.flush();
                self.high = Some(unit);
            }
            _ => {
                self.flush();
                if let Some(out) = &mut self.out {
                    out.push(char::from_u32(u32::from(unit)).unwrap_or('?'));
                }
            }
        }
    }

    fn escape(&mut self) -> Result<(), Malformed> {
        let Some(&byte) = self.bytes.get(self.at) else {
            return Err(Malformed::new(
                "Unexpected end-of-input in character escape sequence",
            ));
        };
        self.at += 1;
        let plain = match byte {
            b'b' => '\u{8}',
            b't' => '\t',
            b'n' => '\n',
            b'f' => '\u{c}',
            b'r' => '\r',
            b'"' | b'/' | b'\\' => char::from(byte),
            b'u' => return self.unicode_escape(),
            b'\'' if self.rules.single_quotes => '\'',
            _ if self.rules.backslash_escaping_any_character => {
                if byte < 0x80 {
                    char::from(byte)
                } else {
                    return self.multibyte(byte);
                }
            }
            _ => {
                let shown = char::from(byte);
                return Err(Malformed(format!(
                    "Unrecognized character escape '{shown}'"
                )));
            }
        };
        self.push(plain);
        Ok(())
    }

    fn unicode_escape(&mut self) -> Result<(), Malformed> {
        let mut unit = 0u16;
        for _ in 0..4 {
            let Some(&byte) = self.bytes.get(self.at) else {
                return Err(Malformed::new(
                    "Unexpected end-of-input in character escape sequence",
                ));
            };
            self.at += 1;
            let Some(digit) = char::from(byte).to_digit(16) else {
                return Err(Malformed::new(
                    "expected a hex-digit for character escape sequence",
                ));
            };
            unit = unit << 4 | digit as u16;
        }
        self.unit(unit);
        Ok(())
    }

    fn continuation(&mut self) -> Result<u32, Malformed> {
        let Some(&byte) = self.bytes.get(self.at) else {
            return Err(Malformed::new("Unexpected end-of-input in VALUE_STRING"));
        };
        self.at += 1;
        if byte & 0xc0 != 0x80 {
            return Err(Malformed(format!("Invalid UTF-8 middle byte 0x{byte:x}")));
        }
        Ok(u32::from(byte & 0x3f))
    }

    /// Overlong forms pass, as they do in Spark.
    fn multibyte(&mut self, lead: u8) -> Result<(), Malformed> {
        let (count, bits) = match lead {
            0xc0..=0xdf => (1, lead & 0x1f),
            0xe0..=0xef => (2, lead & 0x0f),
            0xf0..=0xf7 => (3, lead & 0x07),
            _ => return Err(Malformed(format!("Invalid UTF-8 start byte 0x{lead:x}"))),
        };
        let mut code = u32::from(bits);
        for _ in 0..count {
            code = code << 6 | self.continuation()?;
        }
        match char::from_u32(code) {
            Some(c) => self.push(c),
            None if code < 0x10000 && self.out.is_some() => {
                return Err(Malformed(format!("Invalid UTF-8: surrogate 0x{code:x}")));
            }
            None => "??".chars().for_each(|c| self.push(c)),
        }
        Ok(())
    }
}
