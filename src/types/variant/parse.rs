//! JSON texts as variants, in the grammar that Spark's parser takes: nothing but JSON,
//! and what follows the first value is not looked at.

use super::Node;

/// As deep as Spark's parser goes.
const MOST_DEPTH: usize = 1000;

/// The variant of a JSON text; `None` where it is none, and where a name comes twice in
/// an object.
pub fn parse_json(text: &str) -> Option<Node> {
    let mut reader = Reader {
        text,
        at: 0,
        depth: 0,
    };
    reader.space();
    let found = reader.value()?;
    // A number or a word must end where it ends.
    let last = text.as_bytes()[reader.at - 1];
    let next = text.as_bytes().get(reader.at);
    let is_open = last.is_ascii_alphanumeric();
    let ends = next.is_none_or(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r'));
    (!is_open || ends).then_some(found)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn value(&mut self) -> Option<Node> {
        match self.peek()? {
            b'{' => self.nested(Self::object),
            b'[' => self.nested(Self::array),
            b'"' => self.string().map(|text| Node::string(&text)),
            b't' => self.word("true", Node::boolean(true)),
            b'f' => self.word("false", Node::boolean(false)),
            b'n' => self.word("null", Node::null()),
            b'-' | b'0'..=b'9' => self.number(),
            _ => None,
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Option<Node>) -> Option<Node> {
        self.depth += 1;
        if self.depth > MOST_DEPTH {
            return None;
        }
        self.at += 1;
        self.space();
        let found = read(self);
        self.depth -= 1;
        found
    }

    fn word(&mut self, word: &str, node: Node) -> Option<Node> {
        let is_there = self.text[self.at..].starts_with(word);
        self.at += word.len();
        is_there.then_some(node)
    }

    fn object(&mut self) -> Option<Node> {
        let mut fields: Vec<(String, Node)> = Vec::new();
        if self.take(b'}') {
            return Some(Node::Object(fields));
        }
        loop {
            self.space();
            let name = self.string()?;
            self.space();
            if !self.take(b':') {
                return None;
            }
            self.space();
            fields.push((name, self.value()?));
            self.space();
            if self.take(b'}') {
                break;
            }
            if !self.take(b',') {
                return None;
            }
        }
        let mut names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        let twice = names.windows(2).any(|pair| pair[0] == pair[1]);
        (!twice).then_some(Node::Object(fields))
    }

    fn array(&mut self) -> Option<Node> {
        let mut items = Vec::new();
        if self.take(b']') {
            return Some(Node::Array(items));
        }
        loop {
            self.space();
            items.push(self.value()?);
            self.space();
            if self.take(b']') {
                return Some(Node::Array(items));
            }
            if !self.take(b',') {
                return None;
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        if !self.take(b'"') {
            return None;
        }
        let mut out = String::new();
        loop {
            let rest = &self.text[self.at..];
            let plain = rest.find(|c: char| c == '"' || c == '\\' || c < ' ')?;
            out.push_str(&rest[..plain]);
            self.at += plain;
            if self.take(b'"') {
                return Some(out);
            }
            if !self.take(b'\\') {
                return None;
            }
            let escaped = self.peek()?;
            self.at += 1;
            out.push(match escaped {
                b'"' | b'\\' | b'/' => escaped.into(),
                b'b' => '\u{8}',
                b'f' => '\u{c}',
                b'n' => '\n',
                b'r' => '\r',
                b't' => '\t',
                b'u' => self.escaped_unit()?,
                _ => return None,
            });
        }
    }

    fn unit(&mut self) -> Option<u16> {
        let digits = self.text.get(self.at..self.at + 4)?;
        self.at += 4;
        let is_hex = digits.bytes().all(|b| b.is_ascii_hexdigit());
        is_hex
            .then(|| u16::from_str_radix(digits, 16).ok())
            .flatten()
    }

    /// A character after `\u`; a half of a pair alone is none.
    fn escaped_unit(&mut self) -> Option<char> {
        let first = self.unit()?;
        if !(0xd800..0xdc00).contains(&first) {
            return char::from_u32(first.into());
        }
        if !(self.take(b'\\') && self.take(b'u')) {
            return None;
        }
        let pair = [first, self.unit()?];
        char::decode_utf16(pair).next()?.ok()
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        self.at - start
    }

    fn number(&mut self) -> Option<Node> {
        let start = self.at;
        self.take(b'-');
        let leading_zero = self.peek() == Some(b'0');
        let whole = self.digits();
        if whole == 0 || (leading_zero && whole > 1) {
            return None;
        }
        let mut is_plain = true;
        let mut has_point = false;
        if self.take(b'.') {
            has_point = true;
            if self.digits() == 0 {
                return None;
            }
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            is_plain = false;
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            if self.digits() == 0 {
                return None;
            }
        }
        let text = &self.text[start..self.at];
        if is_plain
            && !has_point
            && let Ok(value) = text.parse()
        {
            return Some(Node::long(value));
        }
        if is_plain && let Some(found) = decimal(text) {
            return Some(found);
        }
        text.parse().ok().map(Node::double)
    }
}

/// A number without an exponent, if 38 digits hold it.
fn decimal(text: &str) -> Option<Node> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let scale = u8::try_from(fraction.len()).ok().filter(|s| *s <= 38)?;
    let value: i128 = format!("{whole}{fraction}").parse().ok()?;
    let fits = value.unsigned_abs() < 10_u128.pow(38);
    fits.then(|| Node::decimal(value, scale))
}
