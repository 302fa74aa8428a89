//! [`Events`]: what stands in an XML text, one thing after the other, with what the XML
//! recommendation says of sound documents. `quick_xml` cuts the text into its tokens;
//! tags, references and texts are looked at in `tags`.
//!
//! Knows nothing of schemas, of options or of who reads. Names keep their prefixes: neither
//! of Spark's readers looks at namespaces.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::Event as Token;

use super::entities::Entities;
use super::tags::{self, Attribute};

/// Why a text is no XML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Malformed {
    pub message: String,
    /// The text ended where more was to come.
    pub at_end: bool,
}

impl Malformed {
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            at_end: false,
        }
    }

    fn cut(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            at_end: true,
        }
    }
}

pub(super) type Scan<T> = std::result::Result<T, Malformed>;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Event<'a> {
    Start {
        name: &'a str,
        attributes: Vec<Attribute<'a>>,
    },
    End,
    /// What stands between two tags, comments or instructions, `CDATA` sections included.
    /// `first` is the length of the part before the first border of such a section.
    Text {
        text: Cow<'a, str>,
        first: usize,
    },
    Comment(&'a str),
    Instruction {
        target: &'a str,
        data: &'a str,
    },
    /// The document is over.
    Done,
}

impl Event<'_> {
    /// Text of nothing but white space.
    pub fn is_blank(&self) -> bool {
        matches!(self, Self::Text { text, .. } if text.chars().all(tags::is_space))
    }
}

/// Where a reader stands between two events, to go on from there later.
#[derive(Debug, Clone, Default)]
pub(super) struct Place {
    at: usize,
    /// The elements that are open.
    open: Vec<String>,
    had_root: bool,
}

pub(super) struct Events<'a> {
    text: &'a str,
    at: usize,
    open: Vec<Cow<'a, str>>,
    had_root: bool,
    /// Comments and instructions are passed over.
    is_terse: bool,
    /// The start of an empty element was given, its end was not.
    owes_end: bool,
    peeked: Option<Event<'a>>,
    /// What cannot be read on from.
    broken: Option<Malformed>,
    pub entities: Entities,
}

/// The mark of byte order, which is no character of the text.
const MARK: char = '\u{feff}';

impl<'a> Events<'a> {
    /// Elements and texts only.
    pub fn terse(text: &'a str) -> Self {
        Self::resume(text, &Place::default())
    }

    /// Everything, and entities that the document declares.
    pub fn all(text: &'a str) -> Self {
        Self {
            is_terse: false,
            entities: Entities::declared(),
            ..Self::terse(text)
        }
    }

    /// Elements and texts from a place on that a reader of the same text was at.
    pub fn resume(text: &'a str, place: &Place) -> Self {
        let at = match place.at {
            0 if text.starts_with(MARK) => MARK.len_utf8(),
            at => at,
        };
        Self {
            text,
            at,
            open: place
                .open
                .iter()
                .map(|name| Cow::Owned(name.clone()))
                .collect(),
            had_root: place.had_root,
            is_terse: true,
            owes_end: false,
            peeked: None,
            broken: None,
            entities: Entities::none(),
        }
    }

    /// The place after the last event, with nothing looked at ahead.
    pub fn place(&self) -> Place {
        Place {
            at: self.at,
            open: self.open.iter().map(|name| name.to_string()).collect(),
            had_root: self.had_root,
        }
    }

    /// Whether nothing more can be read.
    pub fn is_broken(&self) -> bool {
        self.broken.is_some()
    }

    pub fn peek(&mut self) -> Scan<&Event<'a>> {
        let event = match self.peeked.take() {
            Some(event) => event,
            None => self.read()?,
        };
        Ok(self.peeked.insert(event))
    }

    /// The next event. An error in a reference is given once, and reading goes on behind
    /// it; any other error stays.
    pub fn next(&mut self) -> Scan<Event<'a>> {
        match self.peeked.take() {
            Some(event) => Ok(event),
            None => self.read(),
        }
    }

    fn read(&mut self) -> Scan<Event<'a>> {
        if let Some(broken) = &self.broken {
            return Err(broken.clone());
        }
        loop {
            let found = match self.is_at_text() {
                true => self.text(),
                false => self.markup().map_err(|malformed| self.breaks(malformed)),
            }?;
            match found {
                Some(Event::Comment(_) | Event::Instruction { .. }) if self.is_terse => {}
                Some(event) => return Ok(event),
                None => {}
            }
        }
    }

    fn breaks(&mut self, malformed: Malformed) -> Malformed {
        self.broken.insert(malformed).clone()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn is_at_text(&self) -> bool {
        let rest = self.rest();
        !self.owes_end && !rest.is_empty() && (!rest.starts_with('<') || rest.starts_with(CDATA))
    }

    /// The next token, and the text that it is made of.
    fn token(&mut self) -> Scan<(Kind, &'a str)> {
        let rest = self.rest();
        let mut reader = Reader::from_str(rest);
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.check_comments = true;
        let kind = match reader.read_event() {
            Ok(Token::Start(_)) => Kind::Start,
            Ok(Token::Empty(_)) => Kind::Empty,
            Ok(Token::End(_)) => Kind::End,
            Ok(Token::CData(_)) => Kind::CData,
            Ok(Token::Comment(_)) => Kind::Comment,
            Ok(Token::PI(_)) => Kind::Instruction,
            Ok(Token::Decl(_)) => Kind::Declaration,
            Ok(Token::DocType(_)) => Kind::DocType,
            Ok(Token::Text(_) | Token::GeneralRef(_)) => Kind::Text,
            Ok(Token::Eof) => Kind::Done,
            Err(quick_xml::Error::Syntax(error)) => return Err(Malformed::cut(error.to_string())),
            Err(error) => return Err(Malformed::new(error.to_string())),
        };
        let length = usize::try_from(reader.buffer_position()).unwrap_or(rest.len());
        let Some(token) = rest.get(..length) else {
            return Err(Malformed::new("A token that is no text."));
        };
        self.at += length;
        Ok((kind, token))
    }

    /// What begins with `<`, or the end of the text.
    fn markup(&mut self) -> Scan<Option<Event<'a>>> {
        if std::mem::take(&mut self.owes_end) {
            return Ok(Some(Event::End));
        }
        let start = self.at;
        let (kind, token) = self.token()?;
        let inside = |head: usize, tail: usize| {
            let end = token.len().saturating_sub(tail);
            token.get(head..end).unwrap_or_default()
        };
        Ok(Some(match kind {
            Kind::Start => self.start(inside(1, 1), false)?,
            Kind::Empty => self.start(inside(1, 2), true)?,
            Kind::End => self.end(inside(2, 1))?,
            Kind::Comment => Event::Comment(tags::checked(inside(4, 3))?),
            Kind::Instruction => instruction(inside(2, 2))?,
            Kind::Declaration => {
                let is_first = self
                    .text
                    .get(..start)
                    .is_some_and(|b| b.chars().all(|c| c == MARK));
                if !is_first {
                    return Err(Malformed::new(
                        "The processing instruction target matching \"[xX][mM][lL]\" is not allowed.",
                    ));
                }
                return Ok(None);
            }
            Kind::DocType => {
                if self.had_root {
                    return Err(Malformed::new("A document type after the root element."));
                }
                self.entities.declare(inside(9, 1))?;
                return Ok(None);
            }
            Kind::Done => self.done()?,
            Kind::Text | Kind::CData => return Err(Malformed::new("A text where none can be.")),
        }))
    }

    fn start(&mut self, inside: &'a str, is_empty: bool) -> Scan<Event<'a>> {
        let (name, attributes) = tags::start(inside, &self.entities)?;
        if self.open.is_empty() && std::mem::replace(&mut self.had_root, true) {
            return Err(Malformed::new(
                "The markup in the document following the root element must be well-formed.",
            ));
        }
        match is_empty {
            true => self.owes_end = true,
            false => self.open.push(Cow::Borrowed(name)),
        }
        Ok(Event::Start { name, attributes })
    }

    fn end(&mut self, inside: &'a str) -> Scan<Event<'a>> {
        let name = inside.trim_end_matches(tags::is_space);
        match self.open.pop() {
            Some(open) if open == name => Ok(Event::End),
            Some(open) => Err(Malformed::new(format!(
                "The element type \"{open}\" must be terminated by the matching end-tag \"</{open}>\"."
            ))),
            None => Err(Malformed::new(
                "The markup in the document preceding the root element must be well-formed.",
            )),
        }
    }

    fn done(&mut self) -> Scan<Event<'a>> {
        if !self.open.is_empty() {
            return Err(Malformed::cut(
                "XML document structures must start and end within the same entity.",
            ));
        }
        match self.had_root {
            true => Ok(Event::Done),
            false => Err(Malformed::cut("Premature end of file.")),
        }
    }

    /// Text, references and `CDATA` sections up to the next other thing.
    fn text(&mut self) -> Scan<Option<Event<'a>>> {
        let mut out = Cow::Borrowed("");
        let mut first = None;
        while self.is_at_text() {
            let rest = self.rest();
            if rest.starts_with(CDATA) {
                if !out.is_empty() {
                    first.get_or_insert(out.len());
                }
                let token = self.token().map_err(|malformed| self.breaks(malformed))?.1;
                let inside = token.get(CDATA.len()..token.len() - "]]>".len());
                let inside = tags::checked(inside.unwrap_or_default());
                let inside = inside.map_err(|malformed| self.breaks(malformed))?;
                join(&mut out, tags::lines(inside));
                first.get_or_insert(out.len());
            } else if rest.starts_with('&') {
                let found = tags::reference(rest, &self.entities);
                // Behind a sign that is no reference, text begins anew.
                self.at += found.as_ref().map_or(1, |(_, length)| *length);
                let (value, _) = found?;
                join(&mut out, value);
            } else {
                let length = rest.find(['<', '&']).unwrap_or(rest.len());
                let plain = rest.get(..length).unwrap_or_default();
                let sound = tags::checked(plain).and_then(|plain| match plain.contains("]]>") {
                    true => Err(Malformed::new("The character sequence \"]]>\" in content.")),
                    false => Ok(plain),
                });
                let plain = sound.map_err(|malformed| self.breaks(malformed))?;
                self.at += length;
                join(&mut out, tags::lines(plain));
            }
        }
        if !self.open.is_empty() {
            let first = first.unwrap_or(out.len());
            return Ok(Some(Event::Text { text: out, first }));
        }
        // White space around the root is nothing.
        match out.chars().all(tags::is_space) {
            true => Ok(None),
            false if self.had_root => Err(self.breaks(Malformed::new(
                "Content is not allowed in trailing section.",
            ))),
            false => Err(self.breaks(Malformed::new("Content is not allowed in prolog."))),
        }
    }
}

const CDATA: &str = "<![CDATA[";

#[derive(Clone, Copy)]
enum Kind {
    Start,
    Empty,
    End,
    Text,
    CData,
    Comment,
    Instruction,
    Declaration,
    DocType,
    Done,
}

fn instruction(inside: &str) -> Scan<Event<'_>> {
    let inside = tags::checked(inside)?;
    let (target, data) = inside.split_once(tags::is_space).unwrap_or((inside, ""));
    if !tags::is_name(target) || target.eq_ignore_ascii_case("xml") {
        return Err(Malformed::new(
            "The target of a processing instruction is no name.",
        ));
    }
    Ok(Event::Instruction {
        target,
        data: data.trim_start_matches(tags::is_space),
    })
}

fn join<'a>(out: &mut Cow<'a, str>, more: Cow<'a, str>) {
    match out.is_empty() {
        true => *out = more,
        false => out.to_mut().push_str(&more),
    }
}
