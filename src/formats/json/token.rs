//! [`Tokens`]: JSON text as a sequence of tokens, one call a token, with every
//! leniency that Spark's options name.
//!
//! What Spark makes of a damaged record follows from how its tokenizer behaves *after*
//! an error: the scalar of a field is read together with its name, a string is read only
//! when somebody asks for it, and a failed token leaves the position behind the offending
//! character. Those habits are kept here, so that partial results agree. Speed is not the
//! aim; sound records go through `fast`. Knows nothing of types.

use super::{base64, text};

/// The lexical part of the reader's options.
#[derive(Debug, Clone)]
pub struct Lexical {
    pub comments: bool,
    pub unquoted_field_names: bool,
    pub single_quotes: bool,
    pub numeric_leading_zeros: bool,
    pub backslash_escaping_any_character: bool,
    pub unquoted_control_chars: bool,
    pub non_numeric_numbers: bool,
    pub max_nesting_depth: usize,
    pub max_number_length: usize,
    pub max_string_length: usize,
}

/// Why a record is not sound, in words.
#[derive(Debug, Clone)]
pub struct Malformed(pub String);

impl Malformed {
    pub fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

pub(super) type Scan<T> = Result<T, Malformed>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    StartObject,
    EndObject,
    StartArray,
    EndArray,
    FieldName,
    String,
    Int,
    Float,
    True,
    False,
    Null,
}

impl Token {
    /// As error messages name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::StartObject => "START_OBJECT",
            Self::EndObject => "END_OBJECT",
            Self::StartArray => "START_ARRAY",
            Self::EndArray => "END_ARRAY",
            Self::FieldName => "FIELD_NAME",
            Self::String => "VALUE_STRING",
            Self::Int => "VALUE_NUMBER_INT",
            Self::Float => "VALUE_NUMBER_FLOAT",
            Self::True => "VALUE_TRUE",
            Self::False => "VALUE_FALSE",
            Self::Null => "VALUE_NULL",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    Root,
    Array,
    Object,
}

#[derive(Debug)]
struct Level {
    scope: Scope,
    /// A value (or name) came before, so a comma must come next.
    begun: bool,
    name: Option<String>,
}

pub(super) struct Tokens<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
    pub(super) rules: &'a Lexical,
    levels: Vec<Level>,
    current: Option<Token>,
    /// The value's token, when `current` is the name of its field.
    ahead: Option<Token>,
    /// A string token whose characters were not read yet.
    pub(super) unread: bool,
    pub(super) text: String,
    pub(super) start: usize,
}

impl<'a> Tokens<'a> {
    pub fn new(bytes: &'a [u8], rules: &'a Lexical) -> Self {
        let at = if bytes.starts_with(b"\xef\xbb\xbf") {
            3
        } else {
            0
        };
        let root = Level {
            scope: Scope::Root,
            begun: false,
            name: None,
        };
        Self {
            bytes,
            at,
            rules,
            levels: vec![root],
            current: None,
            ahead: None,
            unread: false,
            text: String::new(),
            start: 0,
        }
    }

    pub fn rules(&self) -> &'a Lexical {
        self.rules
    }

    pub fn current(&self) -> Option<Token> {
        self.current
    }

    /// Name of the field that the current token belongs to.
    pub fn name(&self) -> Option<&str> {
        let opens = matches!(self.current, Some(Token::StartObject | Token::StartArray));
        let depth = self.levels.len() - 1;
        let level = if opens && depth > 0 { depth - 1 } else { depth };
        self.levels.get(level)?.name.as_deref()
    }

    /// Offset of the current token's first byte.
    pub fn token_start(&self) -> usize {
        self.start
    }

    /// The bytes from `start` to the end of the current token.
    pub fn raw_from(&self, start: usize) -> &'a [u8] {
        self.bytes.get(start..self.at).unwrap_or_default()
    }

    /// Characters of the current token: a string's content, a number's digits.
    pub fn text(&mut self) -> Scan<&str> {
        match self.current {
            Some(Token::String) => {
                if self.unread {
                    self.unread = false;
                    self.at = text::read(self.bytes, self.at, b'"', self.rules, &mut self.text)
                        .map_err(|(reason, at)| {
                            self.at = at;
                            reason
                        })?;
                }
            }
            Some(Token::FieldName) => self.text = self.name().unwrap_or_default().to_string(),
            Some(Token::StartObject) => self.text = "{".into(),
            Some(Token::EndObject) => self.text = "}".into(),
            Some(Token::StartArray) => self.text = "[".into(),
            Some(Token::EndArray) => self.text = "]".into(),
            Some(_) => self.text = String::from_utf8_lossy(self.raw_from(self.start)).into(),
            None => self.text.clear(),
        }
        Ok(&self.text)
    }

    /// The bytes that a string stands for in base64. A failed one is left half read.
    pub fn base64(&mut self) -> Scan<Vec<u8>> {
        if !self.unread {
            let decoded = base64::decode(self.text.as_bytes(), 0, None, self.rules);
            return decoded
                .map(|(bytes, _)| bytes)
                .map_err(|(malformed, _)| malformed);
        }
        match base64::decode(self.bytes, self.at, Some(b'"'), self.rules) {
            Ok((bytes, at)) => {
                self.at = at;
                self.unread = false;
                Ok(bytes)
            }
            Err((malformed, at)) => {
                self.at = at;
                Err(malformed)
            }
        }
    }

    /// Steps on; false at the end of the input or at `stop`.
    pub fn next_until(&mut self, stop: Token) -> Scan<bool> {
        Ok(self.advance()?.is_some_and(|token| token != stop))
    }

    /// Passes over the object or array that the current token opens.
    pub fn skip_children(&mut self) -> Scan<()> {
        if !matches!(self.current, Some(Token::StartObject | Token::StartArray)) {
            return Ok(());
        }
        let mut open = 1;
        while open > 0 {
            match self.advance()? {
                Some(Token::StartObject | Token::StartArray) => open += 1,
                Some(Token::EndObject | Token::EndArray) => open -= 1,
                Some(_) => {}
                None => return self.end_of_input(),
            }
        }
        Ok(())
    }

    /// The next token; `None` at the end of the input.
    pub fn advance(&mut self) -> Scan<Option<Token>> {
        if self.current == Some(Token::FieldName) {
            return self.value_of_field();
        }
        self.skip_unread()?;
        let Some(byte) = self.skip_space()? else {
            self.current = None;
            return Ok(None);
        };
        self.start = self.at - 1;
        if byte == b']' || byte == b'}' {
            return self.close(byte).map(Some);
        }
        let byte = self.comma(byte)?;
        if self.scope() != Scope::Object {
            let token = self.value(byte)?;
            self.open(token)?;
            self.current = Some(token);
            return Ok(self.current);
        }
        let name = self.field_name(byte)?;
        if let Some(level) = self.levels.last_mut() {
            level.name = Some(name);
        }
        self.current = Some(Token::FieldName);
        let byte = self.colon()?;
        self.start = self.at - 1;
        self.ahead = Some(self.value(byte)?);
        Ok(self.current)
    }

    fn value_of_field(&mut self) -> Scan<Option<Token>> {
        let token = self.ahead.take();
        if let Some(token) = token {
            self.open(token)?;
        }
        self.current = token;
        Ok(token)
    }

    fn skip_unread(&mut self) -> Scan<()> {
        if !self.unread {
            return Ok(());
        }
        self.unread = false;
        match text::skip(self.bytes, self.at, self.rules) {
            Ok(at) => self.at = at,
            Err((reason, at)) => {
                self.at = at;
                return Err(reason);
            }
        }
        Ok(())
    }

    fn scope(&self) -> Scope {
        self.levels.last().map_or(Scope::Root, |level| level.scope)
    }

    fn open(&mut self, token: Token) -> Scan<()> {
        let scope = match token {
            Token::StartObject => Scope::Object,
            Token::StartArray => Scope::Array,
            _ => return Ok(()),
        };
        if self.levels.len() > self.rules.max_nesting_depth {
            let depth = self.levels.len();
            return Err(Malformed(format!(
                "Document nesting depth ({depth}) exceeds the maximum"
            )));
        }
        self.levels.push(Level {
            scope,
            begun: false,
            name: None,
        });
        Ok(())
    }

    fn close(&mut self, byte: u8) -> Scan<Token> {
        let (scope, token) = match byte {
            b']' => (Scope::Array, Token::EndArray),
            _ => (Scope::Object, Token::EndObject),
        };
        if self.scope() != scope {
            return Err(Malformed(format!(
                "Unexpected close marker '{}'",
                byte as char
            )));
        }
        self.levels.pop();
        self.current = Some(token);
        Ok(token)
    }

    fn comma(&mut self, byte: u8) -> Scan<u8> {
        let Some(level) = self.levels.last_mut() else {
            return Ok(byte);
        };
        let expected = level.begun && level.scope != Scope::Root;
        level.begun = true;
        if !expected {
            return Ok(byte);
        }
        if byte != b',' {
            return Err(self.unexpected(byte, "was expecting comma to separate entries"));
        }
        match self.skip_space()? {
            Some(byte) => {
                self.start = self.at - 1;
                Ok(byte)
            }
            None => Err(Malformed::new("Unexpected end-of-input after a comma")),
        }
    }

    fn colon(&mut self) -> Scan<u8> {
        match self.skip_space()? {
            Some(b':') => {}
            Some(byte) => {
                return Err(self.unexpected(byte, "was expecting a colon after a field name"));
            }
            None => return Err(Malformed::new("Unexpected end-of-input after a field name")),
        }
        self.skip_space()?
            .ok_or_else(|| Malformed::new("Unexpected end-of-input after a colon"))
    }

    /// The first byte that is neither white space nor comment, taken; `None` at the end
    /// of the input, which is an error inside an object or an array.
    fn skip_space(&mut self) -> Scan<Option<u8>> {
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' => {}
                0..=0x1f => {
                    return Err(Malformed(format!(
                        "Illegal character (CTRL-CHAR, code {byte})"
                    )));
                }
                b'/' => self.comment()?,
                _ => return Ok(Some(byte)),
            }
        }
        self.end_of_input()?;
        Ok(None)
    }

    fn end_of_input(&self) -> Scan<()> {
        match self.scope() {
            Scope::Root => Ok(()),
            Scope::Array => Err(Malformed::new(
                "Unexpected end-of-input: expected close marker for Array",
            )),
            Scope::Object => Err(Malformed::new(
                "Unexpected end-of-input: expected close marker for Object",
            )),
        }
    }

    fn comment(&mut self) -> Scan<()> {
        if !self.rules.comments {
            return Err(self.unexpected(b'/', "maybe a (non-standard) comment"));
        }
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        match rest.first() {
            Some(b'/') => {
                let end = memchr::memchr2(b'\n', b'\r', rest).map_or(rest.len(), |n| n + 1);
                self.at += end;
                Ok(())
            }
            Some(b'*') => match memchr::memmem::find(rest.get(1..).unwrap_or_default(), b"*/") {
                Some(found) => {
                    self.at += found + 3;
                    Ok(())
                }
                None => {
                    self.at = self.bytes.len();
                    Err(Malformed::new("Unexpected end-of-input in a comment"))
                }
            },
            Some(&byte) => {
                self.at += 1;
                Err(self.unexpected(byte, "was expecting either '*' or '/' for a comment"))
            }
            None => Err(Malformed::new("Unexpected end-of-input in a comment")),
        }
    }
}
