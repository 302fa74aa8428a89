//! [`CsvOptions`]: what a user may ask of Spark's CSV reader.
//!
//! Names that Spark does not know are ignored, as Spark ignores them.

use crate::error::{ErrorClass, Result, SparkError};
use crate::formats::charset::Charset;
use crate::formats::scalars::DateTimeForms;
use crate::formats::{Defaults, OptionMap, ParseMode};
use crate::types::Zone;

/// What to do with a quote inside a value that nothing escapes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnescapedQuote {
    StopAtClosingQuote,
    BackToDelimiter,
    StopAtDelimiter,
    SkipValue,
    RaiseError,
}

impl UnescapedQuote {
    fn named(name: &str) -> Result<Self> {
        Ok(match name.to_ascii_uppercase().as_str() {
            "STOP_AT_CLOSING_QUOTE" => Self::StopAtClosingQuote,
            "BACK_TO_DELIMITER" => Self::BackToDelimiter,
            "STOP_AT_DELIMITER" => Self::StopAtDelimiter,
            "SKIP_VALUE" => Self::SkipValue,
            "RAISE_ERROR" => Self::RaiseError,
            other => {
                let kind = "com.univocity.parsers.csv.UnescapedQuoteHandling";
                return Err(SparkError::plain(
                    ErrorClass::IllegalArgument,
                    format!("No enum constant {kind}.{other}"),
                ));
            }
        })
    }

    pub fn runs_to_delimiter(self) -> bool {
        matches!(
            self,
            Self::StopAtDelimiter | Self::SkipValue | Self::BackToDelimiter
        )
    }
}

/// How a record is cut into values. `'\0'` stands for a character that is not used.
#[derive(Debug, Clone)]
pub struct Dialect {
    pub delimiter: Vec<char>,
    pub quote: char,
    pub escape: char,
    /// What escapes the escape before a quote.
    pub escape_escape: char,
    pub comment: char,
    pub trim_leading: bool,
    pub trim_trailing: bool,
    pub unescaped_quote: UnescapedQuote,
    pub max_columns: usize,
    /// In characters.
    pub max_length: Option<usize>,
}

#[derive(Debug, Clone)]
pub struct CsvOptions {
    pub dialect: Dialect,
    pub mode: ParseMode,
    pub corrupt_column: String,
    pub header: bool,
    pub infer_schema: bool,
    pub enforce_schema: bool,
    pub multi_line: bool,
    /// As text; `None`: `\n`, `\r\n` and `\r`.
    pub line_sep: Option<String>,
    pub(in crate::formats) charset: Option<Charset>,
    pub null_value: String,
    pub empty_value: String,
    pub nan: String,
    pub positive_inf: String,
    pub negative_inf: String,
    pub zone: Zone,
    pub prefer_date: bool,
    pub date_format: Option<String>,
    pub timestamp_format: Option<String>,
    pub timestamp_ntz_format: Option<String>,
    pub date_time_fallback: Option<bool>,
    pub timestamps_are_ntz: bool,
    pub pruning: bool,
}

impl CsvOptions {
    pub fn new(options: &[(String, String)], defaults: &Defaults) -> Result<Self> {
        let map = OptionMap::new(options);
        refuse_missing(&map)?;
        let text = |name: &str, default: &str| map.get(name).unwrap_or(default).to_string();
        let charset = match map.get("encoding").or_else(|| map.get("charset")) {
            Some(name) => Charset::named(name, "CSVOptions")?,
            None => None,
        };
        let multi_line = map.flag("multiLine", false)?;
        if charset.is_some_and(|c| !c.keeps_line_ends()) && !multi_line {
            return Err(SparkError::not_implemented(
                "CSV of an encoding with wide line ends without multiLine",
            ));
        }
        Ok(Self {
            dialect: dialect(&map)?,
            mode: map.mode(),
            corrupt_column: text("columnNameOfCorruptRecord", &defaults.corrupt_column),
            header: flag(&map, "header", false)?,
            infer_schema: flag(&map, "inferSchema", false)?,
            enforce_schema: flag(&map, "enforceSchema", true)?,
            multi_line,
            line_sep: line_sep(&map)?,
            charset,
            null_value: text("nullValue", ""),
            empty_value: text("emptyValue", ""),
            nan: text("nanValue", "NaN"),
            positive_inf: text("positiveInf", "Inf"),
            negative_inf: text("negativeInf", "-Inf"),
            zone: match map.get("timeZone") {
                Some(name) => crate::types::parse_zone(name)?,
                None => defaults.zone,
            },
            prefer_date: flag(&map, "preferDate", true)?,
            date_format: map.text("dateFormat"),
            timestamp_format: map.text("timestampFormat"),
            timestamp_ntz_format: map.text("timestampNTZFormat"),
            date_time_fallback: map.optional_flag("enableDateTimeParsingFallback")?,
            timestamps_are_ntz: defaults.timestamps_are_ntz,
            pruning: defaults.csv_pruning,
        })
    }

    pub(in crate::formats) fn date_time_forms(&self) -> DateTimeForms<'_> {
        DateTimeForms {
            zone: self.zone,
            date: self.date_format.as_deref(),
            timestamp: self.timestamp_format.as_deref(),
            timestamp_ntz: self.timestamp_ntz_format.as_deref(),
            fallback: self.date_time_fallback,
            days_as_numbers: false,
        }
    }
}

/// What Spark has and this reader does not have.
fn refuse_missing(map: &OptionMap) -> Result<()> {
    if map.get("singleVariantColumn").is_some() {
        return Err(SparkError::not_implemented(
            "the CSV option singleVariantColumn",
        ));
    }
    if let Some(locale) = map.get("locale")
        && !["en-us", "en_us"].contains(&locale.to_ascii_lowercase().as_str())
    {
        return Err(SparkError::not_implemented(format_args!(
            "the CSV option locale={locale}"
        )));
    }
    // Spark takes a sample that depends on how it cut the files.
    if map.double("samplingRatio", 1.0)? < 1.0 {
        return Err(SparkError::not_implemented(
            "the CSV option samplingRatio below 1",
        ));
    }
    for name in ["escapeQuotes", "quoteAll"] {
        flag(map, name, true)?;
    }
    Ok(())
}

fn dialect(map: &OptionMap) -> Result<Dialect> {
    let quote = character(map, "quote", '"')?;
    let escape = character(map, "escape", '\\')?;
    let escape_escape = match map.get("charToEscapeQuoteEscaping") {
        None | Some("") if quote == escape => '\0',
        None | Some("") => escape,
        Some(_) => character(map, "charToEscapeQuoteEscaping", '\0')?,
    };
    let separator = map.get("sep").or_else(|| map.get("delimiter"));
    let handling = map
        .get("unescapedQuoteHandling")
        .unwrap_or("STOP_AT_DELIMITER");
    let columns = integer(map, "maxColumns", 20480)?;
    let length = integer(map, "maxCharsPerColumn", -1)?;
    Ok(Dialect {
        delimiter: delimiter(separator.unwrap_or(","))?,
        quote,
        escape,
        escape_escape,
        comment: character(map, "comment", '\0')?,
        trim_leading: flag(map, "ignoreLeadingWhiteSpace", false)?,
        trim_trailing: flag(map, "ignoreTrailingWhiteSpace", false)?,
        unescaped_quote: UnescapedQuote::named(handling)?,
        max_columns: usize::try_from(columns).unwrap_or(0),
        max_length: usize::try_from(length).ok(),
    })
}

fn flag(map: &OptionMap, name: &str, default: bool) -> Result<bool> {
    match map.get(name).map(str::to_ascii_lowercase).as_deref() {
        None => Ok(default),
        Some("true") => Ok(true),
        Some("false") => Ok(false),
        Some(_) => Err(SparkError::new(
            "_LEGACY_ERROR_TEMP_2147",
            &[("paramName", name)],
        )),
    }
}

fn integer(map: &OptionMap, name: &str, default: i32) -> Result<i32> {
    let Some(text) = map.get(name) else {
        return Ok(default);
    };
    text.parse().map_err(|_| {
        SparkError::new(
            "_LEGACY_ERROR_TEMP_2146",
            &[("paramName", name), ("value", text)],
        )
    })
}

/// One character, or none for an empty text.
fn character(map: &OptionMap, name: &str, default: char) -> Result<char> {
    let Some(text) = map.get(name) else {
        return Ok(default);
    };
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (None, _) => Ok('\0'),
        (Some(only), None) => Ok(only),
        _ => Err(SparkError::new(
            "OPTION_VALUE_EXCEEDS_ONE_CHARACTER",
            &[("paramName", name), ("actualValue", text)],
        )),
    }
}

/// A delimiter as it is written: `\t` and its like stand for characters.
fn delimiter(text: &str) -> Result<Vec<char>> {
    let mut out = Vec::new();
    let mut rest = text.chars().peekable();
    if text.is_empty() {
        return Err(SparkError::plain(
            ErrorClass::IllegalArgument,
            "Delimiter cannot be empty",
        ));
    }
    while let Some(first) = rest.next() {
        if first != '\\' {
            out.push(first);
            continue;
        }
        let Some(escaped) = rest.next() else {
            return Err(SparkError::new(
                "INVALID_DELIMITER_VALUE.SINGLE_BACKSLASH",
                &[],
            ));
        };
        out.push(match escaped {
            't' => '\t',
            'r' => '\r',
            'b' => '\u{8}',
            'f' => '\u{c}',
            '"' => '"',
            '\'' => '\'',
            '\\' => '\\',
            'u' if text == "\\u0000" => return Ok(vec!['\0']),
            _ => {
                return Err(SparkError::new(
                    "INVALID_DELIMITER_VALUE.UNSUPPORTED_SPECIAL_CHARACTER",
                    &[("str", text)],
                ));
            }
        });
    }
    Ok(out)
}

fn line_sep(map: &OptionMap) -> Result<Option<String>> {
    let Some(text) = map.get("lineSep") else {
        return Ok(None);
    };
    match text.chars().count() {
        0 => Err(SparkError::new("INVALID_LINE_SEPARATOR.EMPTY", &[])),
        1 | 2 => Ok(Some(text.to_string())),
        length => Err(SparkError::new(
            "INVALID_LINE_SEPARATOR.TOO_LONG",
            &[("length", &length.to_string())],
        )),
    }
}
