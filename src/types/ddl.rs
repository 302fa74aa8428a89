//! The grammar of types in DDL: tokens, single types and lists of columns.
//!
//! As in Spark, the whole text is first checked for its form and only then are
//! type names looked up: a syntax error goes before an unknown type.

use super::schema_string::interval_type;
use super::{DataType, StructField, StructType, place};
use crate::error::{Result, SparkError};

/// The type of `array<struct<a:int>>`.
pub(super) fn parse_single(text: &str) -> Result<DataType> {
    let mut parser = Parser::new(text)?;
    let found = parser.data_type()?;
    parser.finish()?;
    Ok(found)
}

/// The columns of `a INT, b STRING NOT NULL COMMENT 'x'`.
pub(super) fn parse_columns(text: &str) -> Result<StructType> {
    let mut parser = Parser::new(text)?;
    let mut fields = vec![parser.field(false)?];
    while parser.take_symbol(",") {
        fields.push(parser.field(false)?);
    }
    parser.finish()?;
    Ok(StructType::new(fields))
}

#[derive(Debug, Clone, PartialEq)]
enum Kind {
    /// A bare word; also numbers that are followed by letters, as in `1a`.
    Word,
    Backquoted(String),
    Text(String),
    Number,
    Symbol,
    /// A character that belongs to no token.
    Stray,
    End,
}

#[derive(Debug, Clone)]
struct Token {
    kind: Kind,
    start: usize,
    end: usize,
}

struct Parser<'a> {
    source: &'a str,
    tokens: Vec<Token>,
    at: usize,
    /// First error that is about meaning and not about form.
    deferred: Option<SparkError>,
    /// Whether the last type may be followed by a surplus word, which is then
    /// reported as such: no, after the name of a type that could go on.
    closed: bool,
}

impl<'a> Parser<'a> {
    fn new(source: &'a str) -> Result<Self> {
        let tokens = tokens(source);
        let parser = Self {
            source,
            tokens,
            at: 0,
            deferred: None,
            closed: false,
        };
        if parser.peek().kind == Kind::End {
            let error = SparkError::new("PARSE_EMPTY_STATEMENT", &[]);
            return Err(parser.placed(error, source.len()));
        }
        Ok(parser)
    }

    fn peek(&self) -> &Token {
        // The list always ends with an `End`, which is never passed.
        &self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    fn text(&self, token: &Token) -> &'a str {
        &self.source[token.start..token.end]
    }

    fn next(&mut self) -> Token {
        let token = self.peek().clone();
        self.at += 1;
        token
    }

    fn take_symbol(&mut self, symbol: &str) -> bool {
        let token = self.peek();
        let found = token.kind == Kind::Symbol && self.text(token) == symbol;
        self.at += usize::from(found);
        found
    }

    fn take_word(&mut self, word: &str) -> bool {
        let token = self.peek();
        let found = token.kind == Kind::Word && self.text(token).eq_ignore_ascii_case(word);
        self.at += usize::from(found);
        found
    }

    fn expect_symbol(&mut self, symbol: &str) -> Result<()> {
        if self.take_symbol(symbol) {
            Ok(())
        } else {
            Err(self.unexpected(""))
        }
    }

    fn finish(&mut self) -> Result<()> {
        let token = self.peek().clone();
        if token.kind != Kind::End {
            let last = self.at + 2 == self.tokens.len();
            let hint = format!(": extra input '{}'", self.text(&token));
            return Err(self.unexpected(if self.closed && last { &hint } else { "" }));
        }
        self.deferred.take().map_or(Ok(()), Err)
    }

    fn unexpected(&self, hint: &str) -> SparkError {
        let token = self.peek();
        let near = match token.kind {
            Kind::End => "end of input".to_string(),
            _ => format!("'{}'", self.text(token)),
        };
        let error = SparkError::new("PARSE_SYNTAX_ERROR", &[("error", &near), ("hint", hint)]);
        self.placed(error, token.start)
    }

    /// Appends the place, as Spark prints it below the message.
    fn placed(&self, error: SparkError, at: usize) -> SparkError {
        let before = &self.source[..at];
        let line = before.matches('\n').count();
        let column = before.rsplit('\n').next().unwrap_or("").chars().count();
        let mut lines = format!(" (line {}, pos {column})\n\n== SQL ==\n", line + 1);
        for (number, text) in self.source.split('\n').enumerate() {
            lines.push_str(text);
            lines.push('\n');
            if number == line {
                lines.push_str(&"-".repeat(column));
                lines.push_str("^^^\n");
            }
        }
        error.with_context(&lines)
    }

    fn defer(&mut self, error: SparkError) -> DataType {
        self.deferred.get_or_insert(error);
        DataType::Null
    }

    fn field(&mut self, in_struct: bool) -> Result<StructField> {
        let name = self.identifier()?;
        if in_struct {
            self.take_symbol(":");
        }
        let data_type = self.data_type()?;
        let mut field = StructField::new(name, data_type, true);
        if self.take_word("not") {
            if !self.take_word("null") {
                return Err(self.unexpected(""));
            }
            field.nullable = false;
        }
        if self.take_word("comment") {
            let Kind::Text(comment) = self.peek().kind.clone() else {
                return Err(self.unexpected(""));
            };
            self.at += 1;
            field.metadata.insert("comment".into(), comment.into());
        }
        Ok(field)
    }

    fn identifier(&mut self) -> Result<String> {
        let token = self.peek().clone();
        let name = match &token.kind {
            Kind::Word => self.text(&token).to_string(),
            Kind::Backquoted(name) => name.clone(),
            _ => return Err(self.unexpected("")),
        };
        self.at += 1;
        if self.text(self.peek()) == "-" && token.kind == Kind::Word {
            return Err(self.hyphenated(&token));
        }
        Ok(name)
    }

    /// `a-b` where a name stands: Spark advises backquotes.
    fn hyphenated(&self, first: &Token) -> SparkError {
        let mut end = self.at;
        while matches!(self.text(&self.tokens[end]), "-")
            && self
                .tokens
                .get(end + 1)
                .is_some_and(|t| t.kind == Kind::Word)
        {
            end += 2;
        }
        let whole = &self.source[first.start..self.tokens[end - 1].end];
        let error = SparkError::new("INVALID_IDENTIFIER", &[("ident", whole)]);
        self.placed(error, self.peek().start)
    }

    fn data_type(&mut self) -> Result<DataType> {
        let token = self.peek().clone();
        let name = match &token.kind {
            Kind::Word => self.text(&token).to_ascii_lowercase(),
            Kind::Backquoted(name) => name.to_ascii_lowercase(),
            _ => return Err(self.unexpected("")),
        };
        self.at += 1;
        self.closed = false;
        match name.as_str() {
            "array" | "map" | "struct" => self.complex(&name, &token),
            "interval" => self.interval(),
            "timestamp" => self.timestamp(),
            _ => {
                let is_place = matches!(name.as_str(), "geometry" | "geography");
                let arguments = self.arguments(is_place)?;
                self.simple(&name, &arguments, &token)
            }
        }
    }

    fn complex(&mut self, name: &str, token: &Token) -> Result<DataType> {
        if name == "struct" && self.take_symbol("<>") {
            return Ok(DataType::Struct(StructType::default()));
        }
        if !self.take_symbol("<") {
            if self.text(self.peek()) == "<>" {
                return Err(self.unexpected(""));
            }
            let condition = format!("INCOMPLETE_TYPE_DEFINITION.{}", name.to_ascii_uppercase());
            let parameters: &[_] = if name == "array" {
                &[("elementType", "<INT>")]
            } else {
                &[]
            };
            let error = self.placed(SparkError::new(&condition, parameters), token.start);
            return Ok(self.defer(error));
        }
        let found = match name {
            "array" => DataType::Array {
                element: Box::new(self.data_type()?),
                contains_null: true,
            },
            "map" => {
                let key = Box::new(self.data_type()?);
                self.expect_symbol(",")?;
                let value = Box::new(self.data_type()?);
                DataType::Map {
                    key,
                    value,
                    value_contains_null: true,
                }
            }
            _ => {
                let mut fields = Vec::new();
                if self.text(self.peek()) != ">" {
                    fields.push(self.field(true)?);
                }
                while self.take_symbol(",") {
                    fields.push(self.field(true)?);
                }
                DataType::Struct(StructType::new(fields))
            }
        };
        self.expect_symbol(">")?;
        self.closed = true;
        Ok(found)
    }

    fn interval(&mut self) -> Result<DataType> {
        const FIELDS: [&str; 6] = ["year", "month", "day", "hour", "minute", "second"];
        let Some(start) = FIELDS.into_iter().find(|field| self.take_word(field)) else {
            return Ok(DataType::CalendarInterval);
        };
        let mut name = format!("interval {start}");
        let to = self.at;
        if self.take_word("to") {
            // A range that cannot be ends, for Spark's grammar, before its `to`.
            let end = FIELDS.into_iter().find(|field| self.take_word(field));
            name = format!("{name} to {}", end.unwrap_or(""));
        }
        interval_type(&name)
            .filter(|_| !name.ends_with("to "))
            .ok_or_else(|| {
                self.at = to;
                self.unexpected("")
            })
    }

    fn timestamp(&mut self) -> Result<DataType> {
        let without = self.take_word("without");
        let with = !without && self.take_word("with") && self.take_word("local");
        if !without && !with {
            return Ok(DataType::Timestamp);
        }
        if !(self.take_word("time") && self.take_word("zone")) {
            return Err(self.unexpected(""));
        }
        Ok(if without {
            DataType::TimestampNtz
        } else {
            DataType::Timestamp
        })
    }

    /// What stands in parentheses behind a type's name: numbers, or `ANY` for a place.
    fn arguments(&mut self, is_place: bool) -> Result<Vec<&'a str>> {
        let mut found = Vec::new();
        if !self.take_symbol("(") {
            return Ok(found);
        }
        loop {
            let any = is_place && self.text(self.peek()).eq_ignore_ascii_case("any");
            if self.peek().kind != Kind::Number && !any {
                return Err(self.unexpected(""));
            }
            let number = self.next();
            found.push(self.text(&number));
            if !self.take_symbol(",") {
                self.expect_symbol(")")?;
                return Ok(found);
            }
        }
    }

    fn simple(&mut self, name: &str, arguments: &[&str], token: &Token) -> Result<DataType> {
        let found = match (name, arguments) {
            ("boolean", []) => DataType::Boolean,
            ("tinyint" | "byte", []) => DataType::Byte,
            ("smallint" | "short", []) => DataType::Short,
            ("int" | "integer", []) => DataType::Integer,
            ("bigint" | "long", []) => DataType::Long,
            ("float" | "real", []) => DataType::Float,
            ("double", []) => DataType::Double,
            ("date", []) => DataType::Date,
            ("timestamp_ltz", []) => DataType::Timestamp,
            ("timestamp_ntz", []) => DataType::TimestampNtz,
            ("string", []) if self.take_word("collate") => {
                let collation = self.identifier()?;
                let feature = format!("collation {collation}");
                return Ok(self.defer(SparkError::not_implemented(feature)));
            }
            ("string", []) => DataType::String,
            ("char" | "character" | "varchar", [length]) => DataType::Char {
                length: length.parse().unwrap_or(u32::MAX),
                padded: name != "varchar",
            },
            ("binary", []) => DataType::Binary,
            ("void", []) => DataType::Null,
            ("decimal" | "dec" | "numeric", [] | [_] | [_, _]) => {
                let error = match decimal(arguments) {
                    Ok(found) => return Ok(found),
                    Err(error) => error,
                };
                let parse = error.condition() == "DECIMAL_SCALE_EXCEEDS_PRECISION";
                let lines = format!("\n== SQL ==\n{}", self.source);
                return Ok(self.defer(if parse {
                    error.with_context(&lines)
                } else {
                    error
                }));
            }
            ("char" | "character" | "varchar", []) => {
                let shown = if name == "varchar" {
                    "\"VARCHAR\""
                } else {
                    "\"CHAR\""
                };
                let error = SparkError::new("DATATYPE_MISSING_SIZE", &[("type", shown)]);
                let error = self.placed(error, token.start);
                return Ok(self.defer(error));
            }
            ("variant", []) => DataType::Variant,
            ("time", []) => DataType::TIME,
            ("time", [digits]) => match digits.parse() {
                Ok(precision @ 0..=9) => DataType::Time { precision },
                _ => {
                    let error = unsupported_time(digits);
                    return Ok(self.defer(error));
                }
            },
            ("geometry" | "geography", [srid]) => {
                return place::of_srid(name == "geography", srid)
                    .or_else(|error| Ok(self.defer(error)));
            }
            _ => return Ok(self.unsupported(name, arguments, token)),
        };
        Ok(found)
    }

    fn unsupported(&mut self, name: &str, arguments: &[&str], token: &Token) -> DataType {
        self.closed = true;
        let mut shown = name.to_ascii_uppercase();
        if !arguments.is_empty() {
            shown = format!("{shown}({})", arguments.join(","));
        }
        let shown = format!("\"{shown}\"");
        let error = SparkError::new("UNSUPPORTED_DATATYPE", &[("typeName", &shown)]);
        let error = self.placed(error, token.start);
        self.defer(error)
    }
}

/// A time keeps at most nanoseconds.
pub(super) fn unsupported_time(digits: &str) -> SparkError {
    SparkError::new("UNSUPPORTED_TIME_PRECISION", &[("precision", digits)])
}

fn decimal(arguments: &[&str]) -> Result<DataType> {
    let number = |at: usize, default: u32| match arguments.get(at) {
        Some(text) => text.parse().unwrap_or(u32::MAX),
        None => default,
    };
    let (precision, scale) = (number(0, 10), number(1, 0));
    let shown = (precision.to_string(), scale.to_string());
    if scale > precision {
        let parameters = [("scale", shown.1.as_str()), ("precision", shown.0.as_str())];
        return Err(SparkError::new(
            "DECIMAL_SCALE_EXCEEDS_PRECISION",
            &parameters,
        ));
    }
    if precision > 38 {
        let parameters = [("precision", shown.0.as_str()), ("maxPrecision", "38")];
        return Err(SparkError::new(
            "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION",
            &parameters,
        ));
    }
    Ok(DataType::Decimal {
        precision: precision as u8,
        scale: scale as i8,
    })
}

fn tokens(source: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = source[at..].chars().next() {
        let rest = &source[at..];
        let (kind, length) = if c.is_whitespace() {
            (None, c.len_utf8())
        } else if rest.starts_with("--") {
            (None, rest.find('\n').unwrap_or(rest.len()))
        } else if rest.starts_with("/*") {
            (None, rest.find("*/").map_or(rest.len(), |end| end + 2))
        } else if c == '_' || c.is_alphanumeric() {
            let end = rest
                .find(|c: char| c != '_' && !c.is_alphanumeric())
                .unwrap_or(rest.len());
            let number = rest[..end].bytes().all(|b| b.is_ascii_digit());
            (Some(if number { Kind::Number } else { Kind::Word }), end)
        } else if let Some((text, length)) = delimited(rest, c) {
            let kind = if c == '`' {
                Kind::Backquoted(text)
            } else {
                Kind::Text(text)
            };
            (Some(kind), length)
        } else if rest.starts_with("<>") {
            (Some(Kind::Symbol), 2)
        } else if "<>(),:".contains(c) {
            (Some(Kind::Symbol), 1)
        } else {
            (Some(Kind::Stray), c.len_utf8())
        };
        if let Some(kind) = kind {
            found.push(Token {
                kind,
                start: at,
                end: at + length,
            });
        }
        at += length;
    }
    found.push(Token {
        kind: Kind::End,
        start: source.len(),
        end: source.len(),
    });
    found
}

/// The content of a quoted text at the start of `rest`, and its length with quotes.
fn delimited(rest: &str, quote: char) -> Option<(String, usize)> {
    if !matches!(quote, '`' | '\'' | '"') {
        return None;
    }
    let mut content = String::new();
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == quote {
            if chars.peek().map(|(_, next)| *next) != Some(quote) {
                return Some((content, at + c.len_utf8()));
            }
            chars.next();
        } else if c == '\\' && quote != '`' {
            let (_, escaped) = chars.next()?;
            content.push(match escaped {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                '0' => '\0',
                other => other,
            });
            continue;
        }
        content.push(c);
    }
    None
}
