//! Parts of a JSON text without a schema: what a path leads to (`get_json_object`), fields of
//! the outermost object (`json_tuple`), its names, the length of the outermost array.
//!
//! A text that is broken before the end of its outermost value has no parts. Paths are
//! `$.name`, `['name']`, `[0]` and `[*]`; how values met by `[*]` are put into one text
//! follows Hive, as Spark does.

use super::token::{Lexical, Malformed, Scan, Token, Tokens};
use crate::types::write_f64;

/// A step from a value to a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Name(String),
    /// Any name: no value has such a part in the end.
    AnyName,
    Index(usize),
    AnyIndex,
}

/// A path, parsed once.
#[derive(Debug, Clone)]
pub struct Path(Vec<Step>);

impl Path {
    /// `None` for a text that is no path.
    pub fn parse(text: &str) -> Option<Self> {
        let mut rest = text.strip_prefix('$')?;
        let mut steps = Vec::new();
        while !rest.is_empty() {
            let (step, after) = step(rest)?;
            steps.push(step);
            rest = after;
        }
        Some(Self(steps))
    }
}

fn step(text: &str) -> Option<(Step, &str)> {
    if let Some(rest) = text
        .strip_prefix(".*")
        .or_else(|| text.strip_prefix("['*']"))
    {
        return Some((Step::AnyName, rest));
    }
    if let Some(rest) = text.strip_prefix("['") {
        let end = rest.find(['\'', '?'])?;
        let after = rest[end..].strip_prefix("']")?;
        return (end > 0).then(|| (Step::Name(rest[..end].to_string()), after));
    }
    if let Some(rest) = text.strip_prefix("[*]") {
        return Some((Step::AnyIndex, rest));
    }
    if let Some(rest) = text.strip_prefix('[') {
        let (digits, after) = rest.split_once(']')?;
        let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        let index = digits.parse().ok().filter(|_| is_number)?;
        return Some((Step::Index(index), after));
    }
    let rest = text.strip_prefix('.')?;
    let end = rest.find(['.', '[']).unwrap_or(rest.len());
    (end > 0).then(|| (Step::Name(rest[..end].to_string()), &rest[end..]))
}

/// How a value is written where it was found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    /// A string without its quotes.
    Raw,
    Quoted,
    /// An array without its brackets.
    Flat,
}

/// Texts are read as leniently as `from_json` reads them by default.
fn rules() -> Lexical {
    Lexical {
        comments: false,
        unquoted_field_names: false,
        single_quotes: true,
        numeric_leading_zeros: false,
        backslash_escaping_any_character: false,
        unquoted_control_chars: true,
        non_numeric_numbers: false,
        max_nesting_depth: 1000,
        max_number_length: 1000,
        max_string_length: usize::MAX,
    }
}

/// What the path leads to, as text; `None` where it leads nowhere.
pub fn get(text: &str, path: &Path) -> Option<String> {
    let rules = rules();
    let mut tokens = Tokens::new(text.as_bytes(), &rules);
    tokens.advance().ok()??;
    let mut out = Writer::default();
    let is_found = evaluate(&mut tokens, &mut out, Style::Raw, &path.0).ok()?;
    is_found.then_some(out.text)
}

/// The values of the outermost object's fields, in the order of `names`.
pub fn fields(text: &str, names: &[Option<&str>]) -> Vec<Option<String>> {
    let mut found = vec![None; names.len()];
    match fields_into(text, names, &mut found) {
        Ok(()) => found,
        Err(_) => vec![None; names.len()],
    }
}

fn fields_into(text: &str, names: &[Option<&str>], found: &mut [Option<String>]) -> Scan<()> {
    let rules = rules();
    let mut tokens = Tokens::new(text.as_bytes(), &rules);
    if tokens.advance()? != Some(Token::StartObject) {
        return Ok(());
    }
    while tokens.advance()? == Some(Token::FieldName) {
        let wanted = tokens
            .name()
            .and_then(|name| names.iter().position(|n| *n == Some(name)));
        let token = tokens.advance()?;
        match wanted {
            Some(_) if token == Some(Token::Null) => {}
            Some(at) => {
                let mut out = Writer::default();
                match token {
                    Some(Token::String) => out.text.push_str(tokens.text()?),
                    _ => out.copy(&mut tokens)?,
                }
                for (name, value) in names.iter().zip(found.iter_mut()) {
                    if *name == names[at] {
                        *value = Some(out.text.clone());
                    }
                }
            }
            None => tokens.skip_children()?,
        }
    }
    Ok(())
}

/// The number of the outermost array's elements.
pub fn array_length(text: &str) -> Option<i32> {
    let rules = rules();
    let mut tokens = Tokens::new(text.as_bytes(), &rules);
    if tokens.advance().ok()? != Some(Token::StartArray) {
        return None;
    }
    let mut count = 0;
    while tokens.next_until(Token::EndArray).ok()? {
        tokens.skip_children().ok()?;
        count += 1;
    }
    Some(count)
}

/// The names of the outermost object's fields.
pub fn keys(text: &str) -> Option<Vec<String>> {
    let rules = rules();
    let mut tokens = Tokens::new(text.as_bytes(), &rules);
    if tokens.advance().ok()? != Some(Token::StartObject) {
        return None;
    }
    let mut names = Vec::new();
    while tokens.next_until(Token::EndObject).ok()? {
        names.push(tokens.name()?.to_string());
        tokens.advance().ok()?;
        tokens.skip_children().ok()?;
    }
    Some(names)
}

/// Writes what the path leads to from the current token on; whether there was something.
fn evaluate(tokens: &mut Tokens, out: &mut Writer, style: Style, path: &[Step]) -> Scan<bool> {
    use Token as T;
    let token = tokens.current();
    match (token, path) {
        (Some(T::String), []) if style == Style::Raw => {
            let text = tokens.text()?;
            out.text.push_str(text);
            Ok(true)
        }
        (Some(T::StartArray), []) if style == Style::Flat => {
            let mut found = false;
            while tokens.next_until(T::EndArray)? {
                found |= evaluate(tokens, out, style, &[])?;
            }
            Ok(found)
        }
        (_, []) => {
            out.copy(tokens)?;
            Ok(true)
        }
        (Some(T::StartObject), [Step::Name(name), rest @ ..]) => {
            let mut found = false;
            while tokens.next_until(T::EndObject)? {
                let is_wanted = !found && tokens.name() == Some(name.as_str());
                let value = tokens.advance()?;
                if is_wanted && value != Some(T::Null) {
                    found = evaluate(tokens, out, style, rest)?;
                } else {
                    tokens.skip_children()?;
                }
            }
            Ok(found)
        }
        (Some(T::StartArray), [Step::AnyIndex, Step::AnyIndex, rest @ ..]) => {
            out.open();
            let found = each(tokens, out, Style::Flat, rest)?;
            out.close();
            Ok(found > 0)
        }
        (Some(T::StartArray), [Step::AnyIndex, rest @ ..]) if style != Style::Quoted => {
            let next = if style == Style::Raw {
                Style::Quoted
            } else {
                Style::Flat
            };
            let mut inner = Writer::default();
            inner.open();
            let found = each(tokens, &mut inner, next, rest)?;
            inner.close();
            match found {
                0 => {}
                1 => out.raw(&inner.text[1..inner.text.len() - 1]),
                _ => out.raw(&inner.text),
            }
            Ok(found > 0)
        }
        (Some(T::StartArray), [Step::AnyIndex, rest @ ..]) => {
            out.open();
            let found = each(tokens, out, Style::Quoted, rest)?;
            out.close();
            Ok(found > 0)
        }
        (Some(T::StartArray), [Step::Index(index), rest @ ..]) => {
            let style = match rest.first() {
                Some(Step::AnyIndex) => Style::Quoted,
                _ => style,
            };
            let (mut at, mut found) = (0, false);
            while tokens.next_until(T::EndArray)? {
                if at == *index {
                    found = evaluate(tokens, out, style, rest)?;
                } else {
                    tokens.skip_children()?;
                }
                at += 1;
            }
            Ok(found)
        }
        _ => {
            tokens.skip_children()?;
            Ok(false)
        }
    }
}

/// Each element of an array; how many had what the path leads to.
fn each(tokens: &mut Tokens, out: &mut Writer, style: Style, path: &[Step]) -> Scan<usize> {
    let mut found = 0;
    while tokens.next_until(Token::EndArray)? {
        found += usize::from(evaluate(tokens, out, style, path)?);
    }
    Ok(found)
}

/// JSON text as it grows, with commas where they belong.
#[derive(Default)]
struct Writer {
    text: String,
}

impl Writer {
    fn comma(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with(['[', '{', ':', ',']) {
            self.text.push(',');
        }
    }

    fn open(&mut self) {
        self.comma();
        self.text.push('[');
    }

    fn close(&mut self) {
        self.text.push(']');
    }

    fn raw(&mut self, text: &str) {
        self.comma();
        self.text.push_str(text);
    }

    /// The value that begins with the current token, written anew.
    fn copy(&mut self, tokens: &mut Tokens) -> Scan<()> {
        self.comma();
        self.value(tokens)
    }

    fn value(&mut self, tokens: &mut Tokens) -> Scan<()> {
        match tokens.current() {
            Some(Token::StartObject) => {
                self.text.push('{');
                let mut is_first = true;
                while tokens.next_until(Token::EndObject)? {
                    self.text.push_str(if is_first { "" } else { "," });
                    is_first = false;
                    self.quoted(tokens.name().unwrap_or_default());
                    self.text.push(':');
                    tokens.advance()?;
                    self.value(tokens)?;
                }
                self.text.push('}');
            }
            Some(Token::StartArray) => {
                self.text.push('[');
                let mut is_first = true;
                while tokens.next_until(Token::EndArray)? {
                    self.text.push_str(if is_first { "" } else { "," });
                    is_first = false;
                    self.value(tokens)?;
                }
                self.text.push(']');
            }
            Some(Token::String) => {
                let text = tokens.text()?.to_string();
                self.quoted(&text);
            }
            Some(Token::Float) => {
                let number = tokens
                    .text()?
                    .parse()
                    .map_err(|_| Malformed::new("no number"))?;
                write_f64(number, &mut self.text);
            }
            Some(Token::Int) => {
                let digits = tokens.text()?;
                self.text
                    .push_str(if digits == "-0" { "0" } else { digits });
            }
            Some(Token::True) => self.text.push_str("true"),
            Some(Token::False) => self.text.push_str("false"),
            Some(Token::Null) => self.text.push_str("null"),
            _ => return Err(Malformed::new("no value")),
        }
        Ok(())
    }

    fn quoted(&mut self, text: &str) {
        self.text.push('"');
        for c in text.chars() {
            match c {
                '"' => self.text.push_str("\\\""),
                '\\' => self.text.push_str("\\\\"),
                '\n' => self.text.push_str("\\n"),
                '\r' => self.text.push_str("\\r"),
                '\t' => self.text.push_str("\\t"),
                '\u{8}' => self.text.push_str("\\b"),
                '\u{c}' => self.text.push_str("\\f"),
                c if c < ' ' => self.text.push_str(&format!("\\u{:04X}", c as u32)),
                c => self.text.push(c),
            }
        }
        self.text.push('"');
    }
}
