//! The words of JSON: names, literals and numbers, the strict ones and those that options
//! allow. The other half of [`Tokens`]; its positions after an error follow `token`'s rule.

use super::text;
use super::token::{Malformed, Scan, Token, Tokens};

impl Tokens<'_> {
    pub(super) fn field_name(&mut self, byte: u8) -> Scan<String> {
        let mut name = String::new();
        if byte == b'"' || (byte == b'\'' && self.rules.single_quotes) {
            let read = text::read_name(self.bytes, self.at, byte, self.rules, &mut name);
            (self.at, _) = read.map_err(|(reason, at)| {
                self.at = at;
                reason
            })?;
            return Ok(name);
        }
        if !self.rules.unquoted_field_names {
            return Err(self.unexpected(byte, "was expecting double-quote to start field name"));
        }
        let start = self.at - 1;
        while self
            .bytes
            .get(self.at.min(self.bytes.len()))
            .is_some_and(|b| bare_name(*b))
        {
            self.at += 1;
        }
        if !bare_name(byte) {
            return Err(self.unexpected(byte, "was expecting a name or double-quote"));
        }
        let bytes = self.bytes.get(start..self.at).unwrap_or_default();
        Ok(String::from_utf8_lossy(bytes).into_owned())
    }

    pub(super) fn value(&mut self, byte: u8) -> Scan<Token> {
        match byte {
            b'"' => {
                self.unread = true;
                Ok(Token::String)
            }
            b'{' => Ok(Token::StartObject),
            b'[' => Ok(Token::StartArray),
            b't' => self.literal("true", Token::True),
            b'f' => self.literal("false", Token::False),
            b'n' => self.literal("null", Token::Null),
            b'-' => self.number(true),
            b'0'..=b'9' => {
                self.at -= 1;
                self.number(false)
            }
            b'+' => self.signed_infinity(),
            b'\'' if self.rules.single_quotes => {
                let read = text::read(self.bytes, self.at, b'\'', self.rules, &mut self.text);
                self.at = read.map_err(|(reason, at)| {
                    self.at = at;
                    reason
                })?;
                self.unread = false;
                Ok(Token::String)
            }
            b'N' => self.non_number("NaN", 1),
            b'I' => self.non_number("Infinity", 1),
            _ if byte.is_ascii_alphabetic() || byte == b'_' || byte == b'$' => {
                Err(self.invalid_token())
            }
            _ => Err(self.unexpected(byte, "expected a valid value")),
        }
    }

    /// The rest of a word whose first letter was taken.
    fn literal(&mut self, word: &str, token: Token) -> Scan<Token> {
        self.word(word, 1)?;
        Ok(token)
    }

    fn word(&mut self, word: &str, from: usize) -> Scan<()> {
        for expected in word.bytes().skip(from) {
            if self.bytes.get(self.at) != Some(&expected) {
                return Err(self.invalid_token());
            }
            self.at += 1;
        }
        match self.bytes.get(self.at) {
            Some(&byte) if identifier_part(byte) => Err(self.invalid_token()),
            _ => Ok(()),
        }
    }

    fn non_number(&mut self, word: &str, from: usize) -> Scan<Token> {
        self.word(word, from)?;
        if self.rules.non_numeric_numbers {
            return Ok(Token::Float);
        }
        Err(Malformed(format!(
            "Non-standard token '{word}' is not enabled"
        )))
    }

    /// After `+` (or `-`, with `I` next): the infinities of other languages.
    fn signed_infinity(&mut self) -> Scan<Token> {
        match self.bytes.get(self.at) {
            Some(b'I') => {
                self.at += 1;
                match self.bytes.get(self.at) {
                    Some(b'N') => self.non_number("INF", 1),
                    _ => self.non_number("Infinity", 1),
                }
            }
            Some(&byte) => {
                self.at += 1;
                Err(self.unexpected(byte, "expected digit after a sign"))
            }
            None => Err(Malformed::new("Unexpected end-of-input in a number")),
        }
    }

    fn digits(&mut self) -> usize {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let count = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        self.at += count;
        count
    }

    fn number(&mut self, negative: bool) -> Scan<Token> {
        if negative && !self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) {
            return self.signed_infinity();
        }
        if self.bytes.get(self.at) == Some(&b'0') {
            self.leading_zeros()?;
        }
        let mut count = self.digits();
        let mut token = Token::Int;
        if self.bytes.get(self.at) == Some(&b'.') {
            token = Token::Float;
            self.at += 1;
            let fraction = self.digits();
            count += fraction;
            if fraction == 0 {
                self.at += 1;
                return Err(Malformed::new("Decimal point not followed by a digit"));
            }
        }
        if matches!(self.bytes.get(self.at), Some(b'e' | b'E')) {
            token = Token::Float;
            self.at += 1;
            if matches!(self.bytes.get(self.at), Some(b'+' | b'-')) {
                self.at += 1;
            }
            let exponent = self.digits();
            count += exponent;
            if exponent == 0 {
                self.at += 1;
                return Err(Malformed::new("Exponent indicator not followed by a digit"));
            }
        }
        if count > self.rules.max_number_length {
            return Err(Malformed(format!(
                "Number value length ({count}) exceeds the maximum"
            )));
        }
        Ok(token)
    }

    fn leading_zeros(&mut self) -> Scan<()> {
        if !self.bytes.get(self.at + 1).is_some_and(u8::is_ascii_digit) {
            return Ok(());
        }
        if !self.rules.numeric_leading_zeros {
            self.at += 1;
            return Err(Malformed::new(
                "Invalid numeric value: Leading zeroes not allowed",
            ));
        }
        while self.bytes.get(self.at) == Some(&b'0')
            && self.bytes.get(self.at + 1).is_some_and(u8::is_ascii_digit)
        {
            self.at += 1;
        }
        Ok(())
    }

    /// Takes the rest of the word and the character behind it.
    fn invalid_token(&mut self) -> Malformed {
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            if !identifier_part(byte) {
                break;
            }
        }
        let end = (self.at.max(1) - 1).max(self.start);
        let word = self.bytes.get(self.start..end).unwrap_or_default();
        Malformed(format!(
            "Unrecognized token '{}'",
            String::from_utf8_lossy(word)
        ))
    }

    pub(super) fn unexpected(&self, byte: u8, wanted: &str) -> Malformed {
        let shown = byte as char;
        Malformed(format!(
            "Unexpected character ('{shown}' (code {byte})): {wanted}"
        ))
    }
}

fn identifier_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

fn bare_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_$@#*-+".contains(&byte)
}
