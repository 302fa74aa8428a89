//! [`Layout`]: XML markup as it is written: escaped, indented, elements without content in
//! one tag. Knows no types and no options of readers.

use std::fmt::Write;

use crate::error::{ErrorClass, Result, SparkError};
use crate::formats::xml::name_fault;

/// How markup is laid out.
#[derive(Debug, Clone)]
pub struct LayoutOptions {
    /// One level of indentation; empty: a row is one line.
    pub indent: String,
    /// Whether names that XML does not have are refused.
    pub checks_names: bool,
    /// The last character that the file can hold; others are written as references.
    pub last_char: char,
}

#[derive(Debug)]
pub struct Layout {
    pub out: String,
    options: LayoutOptions,
    /// The elements that are open, and whether each has elements in it.
    open: Vec<(String, bool)>,
    /// The start tag of the last one still lacks its `>`.
    is_in_tag: bool,
}

impl Layout {
    pub fn new(options: &LayoutOptions) -> Self {
        Self {
            out: String::new(),
            options: options.clone(),
            open: Vec::new(),
            is_in_tag: false,
        }
    }

    pub fn is_indented(&self) -> bool {
        !self.options.indent.is_empty()
    }

    fn finish_tag(&mut self) {
        if std::mem::take(&mut self.is_in_tag) {
            self.out.push('>');
        }
    }

    fn new_line(&mut self) {
        self.finish_tag();
        if self.is_indented() {
            self.out.push('\n');
            for _ in 0..self.open.len() {
                self.out.push_str(&self.options.indent);
            }
        }
    }

    pub fn start(&mut self, name: &str) -> Result<()> {
        self.check(name)?;
        match self.open.last_mut() {
            Some((_, has_elements)) => {
                *has_elements = true;
                self.new_line();
            }
            None => self.finish_tag(),
        }
        self.out.push('<');
        self.out.push_str(name);
        self.open.push((name.to_string(), false));
        self.is_in_tag = true;
        Ok(())
    }

    pub fn end(&mut self) {
        let Some((name, has_elements)) = self.open.pop() else {
            return;
        };
        if std::mem::take(&mut self.is_in_tag) {
            self.out.push_str("/>");
            return;
        }
        if has_elements {
            self.new_line();
        }
        let _ = write!(self.out, "</{name}>");
    }

    /// Text inside the open element, which has content from now on even if it is empty.
    pub fn text(&mut self, text: &str) -> Result<()> {
        self.finish_tag();
        let mut before = None;
        for c in text.chars() {
            match c {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                // Only where it could end a `CDATA` section, or nobody knows.
                '>' if matches!(before, None | Some(']')) => self.out.push_str("&gt;"),
                '\t' | '\n' => self.out.push(c),
                c => self.character(c)?,
            }
            before = Some(c);
        }
        Ok(())
    }

    pub fn attribute(&mut self, name: &str, value: &str) -> Result<()> {
        self.check(name)?;
        if !self.is_in_tag {
            return Err(SparkError::plain(
                ErrorClass::IllegalArgument,
                "Trying to write an attribute when there is no open start element.",
            ));
        }
        let _ = write!(self.out, " {name}=\"");
        for c in value.chars() {
            match c {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '"' => self.out.push_str("&quot;"),
                '\t' | '\n' => self.reference(c),
                c => self.character(c)?,
            }
        }
        self.out.push('"');
        Ok(())
    }

    /// A character of no meaning to XML.
    fn character(&mut self, c: char) -> Result<()> {
        match c {
            '\r' | '\u{7f}'..='\u{9f}' => self.reference(c),
            c if c < ' ' => {
                return Err(SparkError::plain(
                    ErrorClass::IllegalArgument,
                    format_args!(
                        "Invalid white space character (0x{:x}) in text to output",
                        u32::from(c)
                    ),
                ));
            }
            c if c > self.options.last_char => self.reference(c),
            c => self.out.push(c),
        }
        Ok(())
    }

    fn reference(&mut self, c: char) {
        let _ = write!(self.out, "&#x{:x};", u32::from(c));
    }

    fn check(&self, name: &str) -> Result<()> {
        if !self.options.checks_names {
            return Ok(());
        }
        let message = match (name.is_empty(), name_fault(name)) {
            (false, None) => return Ok(()),
            (true, _) => "Empty String is not a legal XML name".to_string(),
            (_, Some((c, true))) => {
                format!("Illegal first name character '{c}' (code {})", u32::from(c))
            }
            (_, Some((c, false))) => {
                format!("Illegal name character '{c}' (code {})", u32::from(c))
            }
        };
        Err(SparkError::plain(ErrorClass::IllegalArgument, message))
    }
}
