//! [`Rows`]: elements to rows of a schema, by Spark's rules for what does not fit.
//!
//! Spark's reader walks over the events of a document with one cursor, and where a value
//! does not fit it goes on from wherever the cursor is: what follows inside the element
//! counts for the record around it, and the end of the element ends that record. The same
//! is done here, since the rows that come of it are what Spark's users see.

use super::convert::{self, Unfit};
use super::events::{Event, Events, Malformed};
use super::fields::{Fields, Kind, Names};
use super::options::XmlOptions;
use super::tags::Attribute;
use super::variant;
use crate::error::{ErrorClass, SparkError};
use crate::formats::columns::Datum;
use crate::formats::scalars::Scalars;
use crate::types::{DataType, StructType};

/// Why a record or a part of it is bad.
#[derive(Debug)]
pub(super) enum Failure {
    /// The text is no XML.
    Malformed(Malformed),
    /// A text is no value of its type.
    Unfit(Unfit),
    /// A field failed; these are the others.
    Partly {
        row: Vec<Datum>,
        cause: Box<Failure>,
    },
}

impl From<Malformed> for Failure {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed)
    }
}

impl From<Unfit> for Failure {
    fn from(unfit: Unfit) -> Self {
        Self::Unfit(unfit)
    }
}

impl Failure {
    /// For people.
    pub fn error(&self) -> SparkError {
        match self {
            Self::Malformed(malformed) => {
                SparkError::plain(ErrorClass::SparkRuntime, &malformed.message)
            }
            Self::Unfit(unfit) => unfit.error.clone(),
            Self::Partly { cause, .. } => cause.error(),
        }
    }
}

type Convert<T> = Result<T, Failure>;

/// An element that stands where none was looked for.
fn misplaced(what: &str) -> Failure {
    let error = SparkError::plain(ErrorClass::IllegalArgument, what);
    Failure::Unfit(Unfit {
        error,
        is_caught: true,
    })
}

/// Makes rows of one schema.
pub(super) struct Rows {
    root: Fields,
    options: XmlOptions,
    case_sensitive: bool,
    scalars: Scalars,
}

impl Rows {
    pub fn new(schema: &StructType, options: &XmlOptions, case_sensitive: bool) -> Self {
        let names = Names {
            case_sensitive,
            options,
        };
        Self {
            root: Fields::new(schema, &names),
            options: options.clone(),
            case_sensitive,
            scalars: Scalars::new(&options.date_time_forms()),
        }
    }

    /// The row of a document's root element.
    pub fn document(&mut self, text: &str) -> Convert<Vec<Datum>> {
        let mut events = Events::terse(text);
        match events.next()? {
            Event::Start { attributes, .. } => self.row(&mut events, &attributes),
            _ => Err(Malformed::new("A document has no root element.").into()),
        }
    }

    /// The row of the element whose start was taken last.
    pub fn row(
        &mut self,
        events: &mut Events<'_>,
        attributes: &[Attribute<'_>],
    ) -> Convert<Vec<Datum>> {
        if self.options.whole.is_some() {
            let node = variant::of_element(events, attributes, &self.options, self.case_sensitive)?;
            return Ok(vec![variant::datum(&node); self.root.kinds.len()]);
        }
        let mut run = Run {
            events,
            options: &self.options,
            case_sensitive: self.case_sensitive,
            scalars: &mut self.scalars,
        };
        run.object(&self.root, attributes)
    }
}

struct Run<'e, 'a, 'o> {
    events: &'e mut Events<'a>,
    options: &'o XmlOptions,
    case_sensitive: bool,
    scalars: &'o mut Scalars,
}

impl Run<'_, '_, '_> {
    fn scalar(&mut self, text: &str, kind: &Kind) -> Convert<Datum> {
        Ok(convert::value(
            text,
            kind.data_type(),
            self.options,
            self.scalars,
        )?)
    }

    fn slot(&self, fields: &Fields, name: &str) -> Option<usize> {
        match self.case_sensitive {
            true => fields.slots.get(name).copied(),
            false => fields.slots.get(&name.to_lowercase()).copied(),
        }
    }

    /// The attributes that have a field.
    fn attributes(
        &mut self,
        fields: &Fields,
        attributes: &[Attribute<'_>],
    ) -> Convert<Vec<(usize, Datum)>> {
        let mut found = Vec::new();
        if self.options.excludes_attributes {
            return Ok(found);
        }
        for attribute in attributes {
            let name = self.options.name(attribute.name);
            let name = format!("{}{name}", self.options.tags.attribute_prefix);
            let Some(slot) = self.slot(fields, &name) else {
                continue;
            };
            if let Some(kind) = fields.kinds.get(slot) {
                found.push((slot, self.scalar(&attribute.value, kind)?));
            }
        }
        Ok(found)
    }

    /// The fields of an element whose start was taken, up to its end.
    fn object(&mut self, fields: &Fields, attributes: &[Attribute<'_>]) -> Convert<Vec<Datum>> {
        let mut row = fields.blank();
        for (slot, value) in self.attributes(fields, attributes)? {
            row[slot] = value;
        }
        let mut bad: Option<Failure> = None;
        loop {
            let event = self.events.next()?;
            let is_blank = event.is_blank();
            match event {
                Event::Start { name, attributes } => {
                    if let Err(failure) = self.member(fields, &mut row, name, &attributes) {
                        bad.get_or_insert(failure);
                    }
                }
                Event::Text { text, .. } if !is_blank => self.between(fields, &mut row, &text)?,
                Event::End | Event::Done => break,
                _ => {}
            }
        }
        match bad {
            None => Ok(row),
            Some(cause) => Err(Failure::Partly {
                row,
                cause: Box::new(cause),
            }),
        }
    }

    /// Text beside the elements of a row.
    fn between(&mut self, fields: &Fields, row: &mut [Datum], text: &str) -> Convert<()> {
        let Some((slot, kind)) = fields
            .value
            .and_then(|at| Some((at, fields.kinds.get(at)?)))
        else {
            return Ok(());
        };
        match kind {
            Kind::List(item, _) => {
                let value = self.scalar(text, item)?;
                append(&mut row[slot], value);
            }
            kind => row[slot] = self.scalar(text, kind)?,
        }
        Ok(())
    }

    /// An element of a row, whose start was taken.
    fn member(
        &mut self,
        fields: &Fields,
        row: &mut [Datum],
        name: &str,
        attributes: &[Attribute<'_>],
    ) -> Convert<()> {
        let name = self.options.name(name);
        let found = self.slot(fields, name);
        let Some((slot, kind)) = found.and_then(|at| Some((at, fields.kinds.get(at)?))) else {
            return self.other_member(fields, row);
        };
        match kind {
            Kind::Struct(inner, _) => row[slot] = self.inner(inner, attributes)?,
            Kind::Scalar(DataType::Variant) => row[slot] = self.variant(attributes)?,
            Kind::List(item, _) => {
                let value = match item.as_ref() {
                    Kind::Struct(inner, _) => self.inner(inner, attributes)?,
                    Kind::Scalar(DataType::Variant) => self.variant(attributes)?,
                    item => self.field(item, &[])?,
                };
                append(&mut row[slot], value);
            }
            kind => row[slot] = self.field(kind, attributes)?,
        }
        Ok(())
    }

    /// An element without a field: it goes where the wildcard is, or nowhere.
    fn other_member(&mut self, fields: &Fields, row: &mut [Datum]) -> Convert<()> {
        let wildcard = fields
            .wildcard
            .and_then(|at| Some((at, fields.kinds.get(at)?)));
        let Some((slot, kind)) = wildcard else {
            return self.skip();
        };
        let value = self.field(&Kind::Scalar(DataType::String), &[])?;
        match kind {
            kind if kind.is_text() => row[slot] = value,
            Kind::List(item, _) if item.is_text() => append(&mut row[slot], value),
            other => {
                return Err(misplaced(&format!(
                    "{} takes no elements",
                    other.data_type().sql()
                )));
            }
        }
        Ok(())
    }

    /// An element as a struct: its attributes stand over its members.
    fn inner(&mut self, fields: &Fields, attributes: &[Attribute<'_>]) -> Convert<Datum> {
        let own = self.attributes(fields, attributes)?;
        let mut row = match self.events.peek()? {
            Event::End => {
                self.end()?;
                fields.blank()
            }
            _ => self.object(fields, &[])?,
        };
        for (slot, value) in own {
            row[slot] = value;
        }
        Ok(Datum::Struct(row))
    }

    fn variant(&mut self, attributes: &[Attribute<'_>]) -> Convert<Datum> {
        let (options, sensitive) = (self.options, self.case_sensitive);
        let node = variant::of_element(self.events, attributes, options, sensitive)?;
        Ok(variant::datum(&node))
    }

    /// What an element holds, whose start was taken.
    fn field(&mut self, kind: &Kind, attributes: &[Attribute<'_>]) -> Convert<Datum> {
        if matches!(kind, Kind::Scalar(DataType::Variant)) {
            return self.variant(&[]);
        }
        let next = self.events.peek()?;
        let is_blank = next.is_blank();
        match (next, kind) {
            (Event::Start { .. } | Event::Text { .. }, Kind::Struct(fields, _)) => {
                Ok(Datum::Struct(self.object(fields, &[])?))
            }
            (Event::Start { .. }, Kind::Map(value, _)) => self.map(value, attributes),
            (Event::Start { .. }, Kind::List(item, _)) => self.field(item, &[]),
            (Event::Start { .. } | Event::Text { .. }, kind) if kind.is_text() => {
                let inside = self.inside()?;
                self.scalar(&inside, kind)
            }
            (Event::Start { name, .. }, _) => {
                let what = format!("The element {name} inside a {}", kind.data_type().sql());
                Err(misplaced(&what))
            }
            (Event::End, kind) => {
                self.end()?;
                let is_null = !kind.is_text() || self.options.null_value.as_deref() == Some("");
                Ok(match is_null {
                    true => Datum::Null,
                    false => Datum::Text(String::new()),
                })
            }
            (Event::Text { .. }, Kind::List(item, _)) => {
                // An item; the list is made by who counts the elements.
                let text = self.taken_text()?;
                let value = self.scalar(&text, item)?;
                self.end()?;
                Ok(value)
            }
            (Event::Text { .. }, kind) if is_blank => {
                self.taken_text()?;
                self.field(kind, attributes)
            }
            (Event::Text { text, .. }, kind) => {
                let text = text.to_string();
                // Where it fails, the text is not taken.
                let value = self.scalar(&text, kind)?;
                self.taken_text()?;
                self.end()?;
                Ok(value)
            }
            _ => Err(misplaced("A document that ends inside an element")),
        }
    }

    fn taken_text(&mut self) -> Convert<String> {
        match self.events.next()? {
            Event::Text { text, .. } => Ok(text.into_owned()),
            _ => Ok(String::new()),
        }
    }

    /// Takes the end of an element, before which only white space may stand.
    fn end(&mut self) -> Convert<()> {
        loop {
            match self.events.next()? {
                Event::End => return Ok(()),
                event if event.is_blank() => {}
                _ => return Err(misplaced("Expected the end of an element")),
            }
        }
    }

    /// Takes everything up to the end of an element whose start was taken.
    fn skip(&mut self) -> Convert<()> {
        let mut depth = 1;
        while depth > 0 {
            match self.events.next()? {
                Event::Start { .. } => depth += 1,
                Event::End | Event::Done => depth -= 1,
                _ => {}
            }
        }
        Ok(())
    }

    fn map(&mut self, kind: &Kind, attributes: &[Attribute<'_>]) -> Convert<Datum> {
        let mut entries: Vec<(String, Datum)> = Vec::new();
        // Of entries with one key the last one stays.
        let mut put =
            |key: String, value: Datum| match entries.iter_mut().find(|(known, _)| *known == key) {
                Some(entry) => entry.1 = value,
                None => entries.push((key, value)),
            };
        for attribute in attributes {
            let key = format!("{}{}", self.options.tags.attribute_prefix, attribute.name);
            put(key, self.scalar(&attribute.value, kind)?);
        }
        loop {
            let event = self.events.next()?;
            let is_blank = event.is_blank();
            match event {
                Event::Start { name, .. } => {
                    let key = self.options.name(name).to_string();
                    put(key, self.field(kind, &[])?);
                }
                Event::Text { text, .. } if !is_blank => {
                    let value = self.scalar(&text, kind)?;
                    put(self.options.tags.value.clone(), value);
                }
                Event::End | Event::Done => return Ok(Datum::Map(entries)),
                _ => {}
            }
        }
    }

    /// What an element holds as XML text, up to its end. References are not made anew.
    fn inside(&mut self) -> Convert<String> {
        let mut out = String::new();
        let mut open = Vec::new();
        loop {
            match self.events.next()? {
                Event::Start { name, attributes } => {
                    out.push('<');
                    out.push_str(name);
                    for attribute in attributes {
                        out.push_str(&format!(" {}=\"{}\"", attribute.name, attribute.value));
                    }
                    out.push('>');
                    open.push(name);
                }
                Event::End => match open.pop() {
                    Some(name) => out.push_str(&format!("</{name}>")),
                    None => return Ok(out),
                },
                Event::Text { text, .. } => out.push_str(&text),
                Event::Done => return Ok(out),
                Event::Comment(_) | Event::Instruction { .. } => {}
            }
        }
    }
}

/// One more item of a list.
fn append(list: &mut Datum, item: Datum) {
    match list {
        Datum::List(items) => items.push(item),
        other => *other = Datum::List(vec![item]),
    }
}
