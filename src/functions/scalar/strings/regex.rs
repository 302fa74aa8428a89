//! Java's regular expressions on the crate `regex`: a pattern is translated so that
//! it means what Java means by it, and what cannot be had is refused by name.
//!
//! Java's `\d`, `\w` and `\s` are ASCII, its `.` stops at five kinds of line ends, and
//! its `$` also stands before a last line end. Knows no Arrow and no function.

use ::regex::{Captures, Match, Regex};

use super::regex_property::property;

/// Why a pattern cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// Java refuses it too; its message.
    Invalid(String),
    /// Java has it and this does not.
    Missing(String),
}

#[derive(Debug, Clone)]
pub struct Expression {
    regex: Regex,
    /// There is a `$` or `\Z`.
    ends: bool,
}

/// The text without a last line end, if it has one.
fn without_line_end(text: &str) -> Option<&str> {
    text.strip_suffix("\r\n")
        .or_else(|| text.strip_suffix(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']))
}

/// Calls `find` from one position after another as Java does: an empty match may
/// follow right on another one.
fn repeated<M>(
    text: &str,
    mut find: impl FnMut(usize) -> Option<(M, usize, usize)>,
) -> impl Iterator<Item = M> {
    let mut at = Some(0);
    std::iter::from_fn(move || {
        let (found, start, end) = find(at?)?;
        at = if start == end {
            text[end..].chars().next().map(|c| end + c.len_utf8())
        } else {
            Some(end)
        };
        Some(found)
    })
}

impl Expression {
    pub fn compile(pattern: &str) -> Result<Self, Problem> {
        let (translated, ends) = Translator::new(pattern).run()?;
        match Regex::new(&translated) {
            Ok(regex) => Ok(Self { regex, ends }),
            Err(_) => Err(Problem::Missing(format!(
                "the regular expression {pattern}"
            ))),
        }
    }

    pub fn groups(&self) -> usize {
        self.regex.captures_len() - 1
    }

    pub fn group_named(&self, name: &str) -> Option<usize> {
        self.regex
            .capture_names()
            .position(|found| found == Some(name))
    }

    pub fn is_match(&self, text: &str) -> bool {
        self.regex.is_match(text)
            || (self.ends && without_line_end(text).is_some_and(|t| self.regex.is_match(t)))
    }

    /// Where matches lie cannot be told if `$` may stand before a last line end.
    fn check(&self, text: &str) -> Result<(), Problem> {
        if self.ends && without_line_end(text).is_some() {
            let what = "places of `$` in a text that ends with a line break";
            return Err(Problem::Missing(what.into()));
        }
        Ok(())
    }

    pub fn matches<'t>(
        &'t self,
        text: &'t str,
    ) -> Result<impl Iterator<Item = Match<'t>>, Problem> {
        self.check(text)?;
        Ok(repeated(text, move |at| {
            let found = self.regex.find_at(text, at)?;
            Some((found, found.start(), found.end()))
        }))
    }

    pub fn captures<'t>(
        &'t self,
        text: &'t str,
    ) -> Result<impl Iterator<Item = Captures<'t>>, Problem> {
        self.check(text)?;
        Ok(repeated(text, move |at| {
            let found = self.regex.captures_at(text, at)?;
            let whole = found.get(0)?;
            let (start, end) = (whole.start(), whole.end());
            Some((found, start, end))
        }))
    }
}

struct Translator {
    pattern: Vec<char>,
    at: usize,
    out: String,
    /// Whether `.` takes line ends, for each open group and the whole.
    dot_all: Vec<bool>,
    ignores_case: bool,
    ends: bool,
    absolute_end: bool,
    /// Something that a quantifier can follow came last.
    atom: bool,
}

type Step = Result<(), Problem>;

fn missing(what: &str) -> Problem {
    Problem::Missing(format!("{what} in regular expressions"))
}

const LINE_ENDS: &str = r"\n\r\x{85}\x{2028}\x{2029}";

impl Translator {
    fn new(pattern: &str) -> Self {
        Self {
            pattern: pattern.chars().collect(),
            at: 0,
            out: String::with_capacity(pattern.len() * 2),
            dot_all: vec![false],
            ignores_case: false,
            ends: false,
            absolute_end: false,
            atom: false,
        }
    }

    fn invalid(&self, what: &str, index: usize) -> Problem {
        let text: String = self.pattern.iter().collect();
        let mut message = format!("{what} near index {index}\n{text}");
        if index < self.pattern.len() {
            message.push('\n');
            message.push_str(&" ".repeat(index));
            message.push('^');
        }
        Problem::Invalid(message)
    }

    fn peek(&self) -> Option<char> {
        self.pattern.get(self.at).copied()
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn next(&mut self) -> Option<char> {
        let found = self.peek();
        self.at += usize::from(found.is_some());
        found
    }

    fn run(mut self) -> Result<(String, bool), Problem> {
        while let Some(c) = self.next() {
            match c {
                '*' | '+' | '?' | '{' => self.quantifier(c)?,
                '(' => self.group()?,
                ')' => self.close()?,
                '|' => {
                    self.out.push('|');
                    self.atom = false;
                }
                _ => {
                    self.one(c)?;
                    self.atom = true;
                }
            }
        }
        if self.dot_all.len() > 1 {
            return Err(self.invalid("Unclosed group", self.pattern.len()));
        }
        if self.ends && self.absolute_end {
            return Err(missing("`$` beside `\\z`"));
        }
        if self.ignores_case && !(self.out.is_ascii() && self.pattern.iter().all(char::is_ascii)) {
            return Err(missing("ignoring the case of letters beyond ASCII"));
        }
        Ok((self.out, self.ends))
    }

    fn one(&mut self, c: char) -> Step {
        match c {
            '.' if self.dot_all.last() == Some(&true) => self.out.push_str("(?s:.)"),
            '.' => self.out.push_str(&format!("[^{LINE_ENDS}]")),
            '^' => self.out.push('^'),
            '$' => self.end_anchor()?,
            '[' => self.class()?,
            '\\' => match self.next() {
                None => return Err(self.invalid("Unexpected internal error", self.at)),
                Some('Q') => self.quoted(),
                Some('b') => self.out.push_str(r"\b"),
                Some('B') => self.out.push_str(r"\B"),
                Some('A') => self.out.push_str(r"\A"),
                Some('Z') => self.end_anchor()?,
                Some('z') => {
                    self.absolute_end = true;
                    self.out.push_str(r"\z");
                }
                Some(c) => {
                    let (text, _) = self.escape(c)?;
                    self.out.push_str(&text);
                }
            },
            other => self.literal(other),
        }
        Ok(())
    }

    fn literal(&mut self, c: char) {
        let mut buffer = [0; 4];
        self.out
            .push_str(&regex::escape(c.encode_utf8(&mut buffer)));
    }

    fn quoted(&mut self) {
        while let Some(c) = self.next() {
            if c == '\\' && self.take('E') {
                break;
            }
            self.literal(c);
        }
    }

    fn end_anchor(&mut self) -> Step {
        self.ends = true;
        if !matches!(self.peek(), None | Some(')' | '|')) {
            return Err(missing("`$` that something follows"));
        }
        self.out.push('$');
        Ok(())
    }

    fn quantifier(&mut self, c: char) -> Step {
        let start = self.at - 1;
        if c == '{' {
            let close = self.pattern[self.at..].iter().position(|c| *c == '}');
            let inside = close.map(|n| &self.pattern[self.at..self.at + n]);
            let well_formed = inside.is_some_and(|text| {
                let text: String = text.iter().collect();
                let (least, most) = text.split_once(',').unwrap_or((&text, ""));
                !least.is_empty()
                    && least
                        .chars()
                        .chain(most.chars())
                        .all(|c| c.is_ascii_digit())
            });
            if !self.atom || !well_formed {
                return Err(self.invalid("Illegal repetition", start + 1));
            }
            self.at += close.map_or(0, |n| n + 1);
        } else if !self.atom {
            let what = format!("Dangling meta character '{c}'");
            return Err(self.invalid(&what, start));
        }
        self.out.extend(&self.pattern[start..self.at]);
        if self.take('?') {
            self.out.push('?');
        } else if self.peek() == Some('+') {
            return Err(missing("possessive quantifiers"));
        }
        self.atom = false;
        Ok(())
    }

    fn open(&mut self, text: &str) {
        self.out.push_str(text);
        self.dot_all.push(self.dot_all.last() == Some(&true));
        self.atom = false;
    }

    fn group(&mut self) -> Step {
        if !self.take('?') {
            self.open("(");
            return Ok(());
        }
        match self.next() {
            Some(':') => self.open("(?:"),
            Some('=' | '!') => return Err(missing("look-ahead")),
            Some('>') => return Err(missing("atomic groups")),
            Some('<') if matches!(self.peek(), Some('=' | '!')) => {
                return Err(missing("look-behind"));
            }
            Some('<') => {
                let mut name = String::new();
                while let Some(c) = self.peek().filter(char::is_ascii_alphanumeric) {
                    name.push(c);
                    self.at += 1;
                }
                if !self.take('>') {
                    return Err(missing("this name of a group"));
                }
                self.open(&format!("(?<{name}>"));
            }
            first => return self.flags(first),
        }
        Ok(())
    }

    fn flags(&mut self, first: Option<char>) -> Step {
        let (mut next, mut all, mut case) = (first, false, false);
        loop {
            match next {
                Some('i') => case = true,
                Some('s') => all = true,
                Some(end @ (')' | ':')) => {
                    self.ignores_case |= case;
                    self.out.push_str(if case { "(?i" } else { "(?" });
                    if end == ':' {
                        self.open(":");
                    } else if case {
                        self.out.push(')');
                    } else {
                        self.out.push_str(":)");
                    }
                    if let Some(last) = self.dot_all.last_mut() {
                        *last |= all;
                    }
                    self.atom = false;
                    return Ok(());
                }
                Some(other) => return Err(missing(&format!("the flag {other}"))),
                None => return Err(self.invalid("Unknown inline modifier", self.at)),
            }
            next = self.next();
        }
    }

    fn close(&mut self) -> Step {
        if self.dot_all.len() == 1 {
            let index = (self.at - 1).saturating_sub(1);
            return Err(self.invalid("Unmatched closing ')'", index));
        }
        self.dot_all.pop();
        self.out.push(')');
        self.atom = true;
        Ok(())
    }

    /// A class in brackets, the first of which is read already.
    fn class(&mut self) -> Step {
        self.out.push('[');
        let negated = self.take('^');
        if negated {
            self.out.push('^');
        }
        let (mut first, mut after_literal) = (true, false);
        loop {
            let Some(c) = self.next() else {
                return Err(self.invalid("Unclosed character class", self.pattern.len() - 1));
            };
            match c {
                ']' if !first => break,
                '[' | '&' if negated && (c == '[' || self.peek() == Some('&')) => {
                    return Err(missing("classes within a negated class"));
                }
                '[' => {
                    self.class()?;
                    after_literal = false;
                }
                '&' if self.take('&') => {
                    self.out.push_str("&&");
                    after_literal = false;
                }
                '-' if after_literal && !matches!(self.peek(), None | Some(']' | '[')) => {
                    self.out.push('-');
                    after_literal = false;
                }
                ':' => {
                    self.out.push_str(r"\x3A");
                    after_literal = true;
                }
                '\\' => {
                    let Some(c) = self.next() else { continue };
                    let (text, literal) = self.escape(c)?;
                    self.out.push_str(&text);
                    after_literal = literal;
                }
                other => {
                    self.literal(other);
                    after_literal = true;
                }
            }
            first = false;
        }
        self.out.push(']');
        Ok(())
    }

    /// What stands after a backslash, translated, and whether that is one character.
    fn escape(&mut self, c: char) -> Result<(String, bool), Problem> {
        let set = |text: &str| Ok((text.to_string(), false));
        let code = |code: u32| Ok((format!("\\x{{{code:X}}}"), true));
        match c {
            'd' => set("[0-9]"),
            'D' => set("[^0-9]"),
            'w' => set("[a-zA-Z_0-9]"),
            'W' => set("[^a-zA-Z_0-9]"),
            's' => set(r"[ \t\n\x0B\f\r]"),
            'S' => set(r"[^ \t\n\x0B\f\r]"),
            'h' => set(r"[ \t\xA0\x{1680}\x{180E}\x{2000}-\x{200A}\x{202F}\x{205F}\x{3000}]"),
            'v' => set(r"[\n\x0B\f\r\x{85}\x{2028}\x{2029}]"),
            't' => code(9),
            'n' => code(10),
            'f' => code(12),
            'r' => code(13),
            'a' => code(7),
            'e' => code(27),
            'x' | 'u' => code(self.code_point(c)?),
            'p' | 'P' => self.property(c == 'P').map(|text| (text, false)),
            '1'..='9' | 'k' => Err(missing("back-references")),
            other if other.is_alphanumeric() => Err(missing(&format!("`\\{other}`"))),
            other => Ok((regex::escape(&other.to_string()), true)),
        }
    }

    fn code_point(&mut self, kind: char) -> Result<u32, Problem> {
        let digits: String = if kind == 'x' && self.take('{') {
            let rest = &self.pattern[self.at..];
            let length = rest.iter().position(|c| *c == '}').unwrap_or(0);
            self.at += length + 1;
            rest[..length].iter().collect()
        } else {
            let length = if kind == 'x' { 2 } else { 4 };
            let rest = self.pattern.get(self.at..self.at + length);
            self.at += length;
            rest.unwrap_or_default().iter().collect()
        };
        u32::from_str_radix(&digits, 16)
            .ok()
            .filter(|code| char::from_u32(*code).is_some())
            .ok_or_else(|| missing(&format!("`\\{kind}{digits}`")))
    }

    fn property(&mut self, negated: bool) -> Result<String, Problem> {
        let name: String = if self.take('{') {
            let rest = &self.pattern[self.at..];
            let length = rest.iter().position(|c| *c == '}').unwrap_or(0);
            self.at += length + 1;
            rest[..length].iter().collect()
        } else {
            self.next().into_iter().collect()
        };
        property(&name, negated).ok_or_else(|| missing(&format!("the class {name}")))
    }
}
