//! Names with dots outside of SQL text: `df["a.b"]`, `spark.table("db.t")`.

use super::ParseOptions;
use super::convert;
use super::error;
use super::source::Source;
use crate::error::{Result, SparkError};

/// The parts of a column's name as `df["a.b"]` and `col("`a.b`.c")` read it: dots
/// separate, backticks quote a whole part, and any other character is itself.
///
/// # Errors
/// `INVALID_ATTRIBUTE_NAME_SYNTAX` where a part is empty or backticks do not pair up.
pub fn parse_attribute_name(text: &str) -> Result<Vec<String>> {
    split_attribute_name(text)
        .ok_or_else(|| SparkError::new("INVALID_ATTRIBUTE_NAME_SYNTAX", &[("name", text)]))
}

fn split_attribute_name(text: &str) -> Option<Vec<String>> {
    let mut parts = Vec::new();
    let mut part = String::new();
    let mut quoted = false;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '`' if quoted && rest.peek() == Some(&'`') => {
                rest.next();
                part.push('`');
            }
            '`' if quoted => {
                quoted = false;
                if rest.peek().is_some_and(|next| *next != '.') {
                    return None;
                }
            }
            '`' if part.is_empty() => quoted = true,
            '`' => return None,
            '.' if !quoted => {
                if part.is_empty() || rest.peek().is_none() {
                    return None;
                }
                parts.push(std::mem::take(&mut part));
            }
            other => part.push(other),
        }
    }
    if quoted {
        return None;
    }
    parts.push(part);
    Some(parts)
}

/// The parts of a table's or view's name: identifiers between dots, in backticks
/// where they are not plain words.
///
/// # Errors
/// A syntax error as in SQL text.
pub fn parse_multipart_identifier(text: &str) -> Result<Vec<String>> {
    let options = ParseOptions::default();
    let source = Source::new(text, &options)?;
    let (name, next, reached) =
        convert::with_parser(&source, |parser| parser.parse_object_name(false))?;
    if next < source.tokens.len() {
        return Err(error::leftover(&source, next, reached));
    }
    convert::object_name(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attribute_names_split_at_dots_outside_backticks() {
        let good: [(&str, &[&str]); 8] = [
            ("a", &["a"]),
            ("a.b", &["a", "b"]),
            ("`a.b`", &["a.b"]),
            ("`a.b`.c", &["a.b", "c"]),
            ("`a``b`.c", &["a`b", "c"]),
            ("a b", &["a b"]),
            ("", &[""]),
            ("a[0]", &["a[0]"]),
        ];
        for (text, expected) in good {
            assert_eq!(parse_attribute_name(text).unwrap(), expected, "{text}");
        }
        for text in ["a..b", "`a", "a`b", "a.", "`a`b", ".a", "a.`b", "`a`."] {
            let error = parse_attribute_name(text).unwrap_err();
            assert_eq!(error.condition(), "INVALID_ATTRIBUTE_NAME_SYNTAX", "{text}");
        }
    }

    #[test]
    fn multipart_identifiers_follow_sql() {
        assert_eq!(parse_multipart_identifier("a.`b.c`").unwrap(), ["a", "b.c"]);
        for text in ["a b", "a.", "", "a-b"] {
            assert!(parse_multipart_identifier(text).is_err(), "{text}");
        }
    }
}
