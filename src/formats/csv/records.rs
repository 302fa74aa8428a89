//! Where records begin and end: at lines, or, with `multiLine`, at line ends that are
//! not inside quotes.

use std::borrow::Cow;

use super::options::CsvOptions;
use crate::formats::lines;

/// A byte order mark, which is no part of the first value.
pub(super) const MARK: &[u8] = b"\xef\xbb\xbf";

/// Whether a line is no record: blank, or a comment.
pub(super) fn is_skipped(record: &str, options: &CsvOptions) -> bool {
    let comment = options.dialect.comment;
    if comment != '\0' && record.starts_with(comment) {
        return true;
    }
    // Blank is what Java trims: control characters too.
    record.bytes().all(|b| b <= b' ')
}

/// Lines of a block with the place behind each, as far as they are whole.
pub(super) struct Records<'a> {
    bytes: &'a [u8],
    at: usize,
    separator: Option<Vec<u8>>,
}

impl<'a> Records<'a> {
    pub fn new(separator: Option<&str>, bytes: &'a [u8], at_end: bool) -> Self {
        let separator = separator.map(|s| s.as_bytes().to_vec());
        let whole = match &separator {
            Some(separator) => lines::separated_end(bytes, separator, at_end),
            None => lines::whole_end(bytes, at_end),
        };
        Self {
            bytes: bytes.get(..whole).unwrap_or_default(),
            at: 0,
            separator,
        }
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = (&'a [u8], usize);

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.bytes.len() {
            return None;
        }
        let (end, next) = match &self.separator {
            Some(separator) => lines::separated(self.bytes, self.at, separator),
            None => lines::line(self.bytes, self.at),
        };
        let line = self.bytes.get(self.at..end).unwrap_or_default();
        self.at = next;
        Some((line, next))
    }
}

/// The records of a whole document, line ends inside quotes as one `\n`.
pub(super) fn of_document<'a>(text: &'a str, options: &CsvOptions) -> Vec<Cow<'a, str>> {
    let separator = match &options.line_sep {
        Some(separator) => separator.as_str(),
        None => detected(text),
    };
    let text = if separator == "\n" {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.replace(separator, "\n"))
    };
    let mut out = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let end = record_end(&text, at, options);
        out.push(text.get(at..end).unwrap_or_default().to_string());
        at = end + 1;
    }
    out.into_iter().map(Cow::Owned).collect()
}

/// The first line end of a text.
fn detected(text: &str) -> &'static str {
    match text.find(['\n', '\r']) {
        Some(at) if text.get(at..at + 2) == Some("\r\n") => "\r\n",
        Some(at) if text.get(at..at + 1) == Some("\r") => "\r",
        _ => "\n",
    }
}

/// The line end, or the end of the text, that ends the record at `at`.
fn record_end(text: &str, at: usize, options: &CsvOptions) -> usize {
    let dialect = &options.dialect;
    let delimiter: String = dialect.delimiter.iter().collect();
    let line_end = |from: usize| {
        text.get(from..)
            .and_then(|t| t.find('\n'))
            .map(|e| from + e)
    };
    let comment = dialect.comment;
    let rest = text.get(at..).unwrap_or_default();
    if comment != '\0' && rest.starts_with(comment) {
        return line_end(at).unwrap_or(text.len());
    }
    let mut at = at;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let blanks = match dialect.trim_leading {
            true => rest.len() - rest.trim_start_matches([' ', '\t']).len(),
            false => 0,
        };
        if dialect.quote != '\0'
            && rest
                .get(blanks..)
                .is_some_and(|r| r.starts_with(dialect.quote))
        {
            let inside = at + blanks + dialect.quote.len_utf8();
            match closing_quote(text, inside, options) {
                Some(behind) => at = behind,
                None => return text.len(),
            }
        }
        let end = line_end(at).unwrap_or(text.len());
        match text.get(at..end).and_then(|t| t.find(&delimiter)) {
            Some(found) => at += found + delimiter.len(),
            None => return end,
        }
    }
}

/// The place behind the quote that closes a value which begins at `at`.
fn closing_quote(text: &str, at: usize, options: &CsvOptions) -> Option<usize> {
    let (quote, escape) = (options.dialect.quote, options.dialect.escape);
    let mut chars = text.get(at..)?.char_indices().peekable();
    while let Some((offset, found)) = chars.next() {
        if found == escape && escape != quote && escape != '\0' {
            if chars
                .peek()
                .is_some_and(|(_, c)| *c == quote || *c == escape)
            {
                chars.next();
            }
        } else if found == quote {
            if escape == quote && chars.peek().is_some_and(|(_, c)| *c == quote) {
                chars.next();
                continue;
            }
            return Some(at + offset + quote.len_utf8());
        }
    }
    None
}
