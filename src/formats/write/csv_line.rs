//! One line of CSV: which values are quoted, what is escaped, what is trimmed.

use super::text::empty_line_sep;
use crate::error::{ErrorClass, Result, SparkError};
use crate::formats::OptionMap;

/// Spark's "no character": options that are an empty text.
const NOTHING: char = '\0';

#[derive(Debug, Clone)]
pub struct LineRules {
    separator: String,
    quote: char,
    escape: char,
    /// What stands before an escape character that stands before a quote.
    escape_of_escape: Option<char>,
    comment: char,
    quote_all: bool,
    escape_quotes: bool,
    trim_left: bool,
    trim_right: bool,
    null_value: String,
    empty_value: String,
    line_sep: String,
}

impl LineRules {
    pub fn new(options: &OptionMap) -> Result<Self> {
        let separator = options.get("sep").or_else(|| options.get("delimiter"));
        let line_sep = options.get("lineSep").unwrap_or("\n").to_string();
        if line_sep.is_empty() {
            return Err(empty_line_sep());
        }
        if line_sep.chars().count() > 2 {
            return Err(SparkError::plain(
                ErrorClass::IllegalArgument,
                "requirement failed: 'lineSep' can contain only 1 character.",
            ));
        }
        let quote = character(options, "quote", '"')?;
        let escape = character(options, "escape", '\\')?;
        let of_escape = options.get("charToEscapeQuoteEscaping");
        Ok(Self {
            separator: separator_of(separator.unwrap_or(","))?,
            quote,
            escape,
            escape_of_escape: match of_escape {
                Some(text) => text.chars().next(),
                None if escape != quote => Some(escape),
                None => None,
            },
            comment: character(options, "comment", '#')?,
            quote_all: options.flag("quoteAll", false)?,
            escape_quotes: options.flag("escapeQuotes", true)?,
            trim_left: options.flag("ignoreLeadingWhiteSpace", true)?,
            trim_right: options.flag("ignoreTrailingWhiteSpace", true)?,
            null_value: options.get("nullValue").unwrap_or("").to_string(),
            empty_value: options.get("emptyValue").unwrap_or("\"\"").to_string(),
            line_sep,
        })
    }

    /// What ends a line.
    pub fn end(&self) -> &str {
        &self.line_sep
    }

    /// Appends a line of the values, `None` for null.
    pub fn line<'a>(&self, values: impl Iterator<Item = Option<&'a str>>, out: &mut String) {
        let start = out.len();
        for (at, value) in values.enumerate() {
            if at > 0 {
                out.push_str(&self.separator);
            }
            // Line ends count for the quotes, even where they are trimmed.
            let breaks = value.is_some_and(|text| text.contains(['\n', '\r']));
            match value.map(|text| self.trimmed(text)) {
                None if self.null_value.is_empty() => self.empty(out),
                None => self.value(&self.null_value, at == 0, out),
                Some("") => self.given(&self.empty_value, at == 0, out),
                Some(text) if breaks => self.quoted(text, out),
                Some(text) => self.value(text, at == 0, out),
            }
        }
        // A line of nothing at all is left out.
        if out.len() > start {
            out.push_str(&self.line_sep);
        }
    }

    /// A null that is written as nothing.
    fn empty(&self, out: &mut String) {
        if self.quote_all {
            out.push(self.quote);
            out.push(self.quote);
        }
    }

    /// A replacement that has its own quotes stays as it is.
    fn given(&self, text: &str, is_first: bool, out: &mut String) {
        let has_quotes = text.len() >= 2 && text.starts_with('"') && text.ends_with('"');
        if has_quotes || text.is_empty() {
            out.push_str(text);
        } else {
            self.value(text, is_first, out);
        }
    }

    fn trimmed<'a>(&self, text: &'a str) -> &'a str {
        let is_space = |c: char| c <= ' ';
        let mut text = text;
        if self.trim_left {
            text = text.trim_start_matches(is_space);
        }
        if self.trim_right {
            text = text.trim_end_matches(is_space);
        }
        text
    }

    fn value(&self, text: &str, is_first: bool, out: &mut String) {
        if !self.needs_quotes(text, is_first) {
            out.push_str(text);
            return;
        }
        self.quoted(text, out);
    }

    fn quoted(&self, text: &str, out: &mut String) {
        out.push(self.quote);
        for c in text.chars() {
            if c == self.quote {
                out.push(self.escape);
            } else if c == self.escape
                && let Some(before) = self.escape_of_escape
            {
                out.push(before);
            }
            out.push(c);
        }
        out.push(self.quote);
    }

    fn needs_quotes(&self, text: &str, is_first: bool) -> bool {
        if self.quote_all {
            return true;
        }
        let starts_quoted = text.starts_with(self.quote);
        let is_comment = is_first && self.comment != NOTHING && text.starts_with(self.comment);
        let has_special = text.contains(&self.separator)
            || text.contains(['\n', '\r'])
            || (self.escape_quotes && text.contains(self.quote));
        starts_quoted || is_comment || has_special
    }
}

/// An option that is one character; an empty text is Java's character zero.
fn character(options: &OptionMap, name: &str, default: char) -> Result<char> {
    let Some(text) = options.get(name) else {
        return Ok(default);
    };
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (None, _) => Ok(NOTHING),
        (Some(c), None) => Ok(c),
        _ => Err(SparkError::new(
            "OPTION_VALUE_EXCEEDS_ONE_CHARACTER",
            &[("paramName", name), ("actualValue", text)],
        )),
    }
}

/// The separator with its escapes resolved.
fn separator_of(text: &str) -> Result<String> {
    let invalid = |condition: &str, text: &str| {
        Err(SparkError::new(
            condition,
            &[("delimiter", text), ("str", text)],
        ))
    };
    if text.is_empty() {
        return Err(SparkError::plain(
            ErrorClass::IllegalArgument,
            "Delimiter cannot be empty",
        ));
    }
    let mut out = String::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        out.push(match rest.next() {
            None => return invalid("INVALID_DELIMITER_VALUE.SINGLE_BACKSLASH", text),
            Some('t') => '\t',
            Some('r') => '\r',
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('"') => '"',
            Some('\'') => '\'',
            Some('\\') => '\\',
            Some('n') => '\n',
            Some(_) => {
                return invalid(
                    "INVALID_DELIMITER_VALUE.UNSUPPORTED_SPECIAL_CHARACTER",
                    text,
                );
            }
        });
    }
    Ok(out)
}
