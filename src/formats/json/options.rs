//! [`JsonOptions`]: what a user may ask of Spark's JSON reader.
//!
//! Options that belong to listing and opening files (`pathGlobFilter`, `compression`,
//! `maxFilesPerTrigger`, …) are left to those who list and open; names that Spark does
//! not know are ignored, as Spark ignores them.

use super::token::Lexical;
use crate::error::{ErrorClass, Result, SparkError};
use crate::formats::encoding::Encoding;
use crate::formats::scalars::DateTimeForms;
use crate::formats::{OptionMap, ParseMode};
use crate::types::Zone;

pub const DEFAULT_CORRUPT_COLUMN: &str = "_corrupt_record";

#[derive(Debug, Clone)]
pub struct JsonOptions {
    pub mode: ParseMode,
    pub column_name_of_corrupt_record: String,
    /// A whole file is one document.
    pub multi_line: bool,
    /// `None`: `\n`, `\r\n` and `\r`.
    pub line_sep: Option<Vec<u8>>,
    /// `None`: UTF-8, or what a document's first bytes reveal.
    pub encoding: Option<Encoding>,
    pub lexical: Lexical,
    pub zone: Zone,
    pub date_format: Option<String>,
    pub timestamp_format: Option<String>,
    pub timestamp_ntz_format: Option<String>,
    /// Whether text that a pattern refuses is tried in the default form: `None` leaves
    /// it to whether there is a pattern.
    pub date_time_fallback: Option<bool>,
    pub primitives_as_string: bool,
    pub prefers_decimal: bool,
    pub drop_field_if_all_null: bool,
    pub infer_timestamp: bool,
    pub sampling_ratio: f64,
    /// `singleVariantColumn`: a record is one variant, in the column of this name.
    pub whole: Option<String>,
}

impl JsonOptions {
    /// Reads the options; `session_zone` counts where no `timeZone` is given.
    pub fn from_options(options: &[(String, String)], session_zone: Zone) -> Result<Self> {
        let map = OptionMap::new(options);
        refuse_missing(&map)?;
        let multi_line = map.flag("multiLine", false)?;
        let encoding = encoding(&map)?;
        let line_sep = line_sep(&map, encoding, multi_line)?;
        let zone = match map.get("timeZone") {
            Some(name) => crate::types::parse_zone(name)?,
            None => session_zone,
        };
        Ok(Self {
            mode: map.mode(),
            column_name_of_corrupt_record: map
                .text("columnNameOfCorruptRecord")
                .unwrap_or_else(|| DEFAULT_CORRUPT_COLUMN.into()),
            multi_line,
            line_sep,
            encoding,
            lexical: lexical(&map)?,
            zone,
            date_format: map.text("dateFormat"),
            timestamp_format: map.text("timestampFormat"),
            timestamp_ntz_format: map.text("timestampNTZFormat"),
            date_time_fallback: map.optional_flag("enableDateTimeParsingFallback")?,
            primitives_as_string: map.flag("primitivesAsString", false)?,
            prefers_decimal: map.flag("prefersDecimal", false)?,
            drop_field_if_all_null: map.flag("dropFieldIfAllNull", false)?,
            infer_timestamp: map.flag("inferTimestamp", false)?,
            sampling_ratio: sampling_ratio(&map)?,
            whole: map.text("singleVariantColumn"),
        })
    }

    /// # Errors
    /// Where a record is to be one variant: only readers of files do that.
    pub(super) fn refuse_whole(&self) -> Result<()> {
        match self.whole {
            None => Ok(()),
            Some(_) => Err(SparkError::not_implemented(
                "the JSON option singleVariantColumn here",
            )),
        }
    }

    /// How texts of dates and times are read.
    pub(in crate::formats) fn date_time_forms(&self) -> DateTimeForms<'_> {
        DateTimeForms {
            zone: self.zone,
            date: self.date_format.as_deref(),
            timestamp: self.timestamp_format.as_deref(),
            timestamp_ntz: self.timestamp_ntz_format.as_deref(),
            fallback: self.date_time_fallback,
            days_as_numbers: true,
        }
    }
}

/// What Spark has and this reader does not have; and flags of the writer, which Spark's
/// reader parses too and whose nonsense it refuses.
fn refuse_missing(map: &OptionMap) -> Result<()> {
    for name in ["explodeEmbeddedArray"] {
        if map.get(name).is_some() {
            return Err(SparkError::not_implemented(format!(
                "the JSON option {name}"
            )));
        }
    }
    if let Some(locale) = map.get("locale")
        && !["en-us", "en_us", "en"].contains(&locale.to_ascii_lowercase().as_str())
    {
        return Err(SparkError::not_implemented(format!(
            "the JSON option locale={locale}"
        )));
    }
    let writers = [
        "ignoreNullFields",
        "pretty",
        "sortKeys",
        "writeNonAsciiCharacterAsCodePoint",
        "useUnsafeRow",
    ];
    writers
        .iter()
        .try_for_each(|name| map.optional_flag(name).map(|_| ()))
}

fn lexical(map: &OptionMap) -> Result<Lexical> {
    let size = |name, default: i32| -> Result<usize> {
        Ok(usize::try_from(map.integer(name, default)?).unwrap_or(0))
    };
    Ok(Lexical {
        comments: map.flag("allowComments", false)?,
        unquoted_field_names: map.flag("allowUnquotedFieldNames", false)?,
        single_quotes: map.flag("allowSingleQuotes", true)?,
        numeric_leading_zeros: map.flag("allowNumericLeadingZeros", false)?,
        backslash_escaping_any_character: map.flag("allowBackslashEscapingAnyCharacter", false)?,
        unquoted_control_chars: map.flag("allowUnquotedControlChars", false)?,
        non_numeric_numbers: map.flag("allowNonNumericNumbers", true)?,
        max_nesting_depth: size("maxNestingDepth", 1000)?,
        max_number_length: size("maxNumLen", 1000)?,
        max_string_length: size("maxStringLen", i32::MAX)?,
    })
}

fn requirement(message: String) -> SparkError {
    SparkError::plain(
        ErrorClass::IllegalArgument,
        format!("requirement failed: {message}"),
    )
}

fn encoding(map: &OptionMap) -> Result<Option<Encoding>> {
    let Some(name) = map.get("encoding").or_else(|| map.get("charset")) else {
        return Ok(None);
    };
    match Encoding::from_name(name) {
        Some(encoding) => Ok(Some(encoding)),
        None => Err(SparkError::new(
            "INVALID_PARAMETER_VALUE.CHARSET",
            &[
                ("parameter", "`charset`"),
                ("functionName", "`JSONOptionsInRead`"),
                ("charsets", Encoding::NAMES),
                ("charset", name),
            ],
        )),
    }
}

fn line_sep(
    map: &OptionMap,
    encoding: Option<Encoding>,
    multi_line: bool,
) -> Result<Option<Vec<u8>>> {
    let encoding = encoding.unwrap_or(Encoding::Utf8);
    if !multi_line && matches!(encoding, Encoding::Utf16 | Encoding::Utf32) {
        let name = encoding.name();
        return Err(SparkError::not_implemented(format!(
            "the JSON option encoding={name} without multiLine"
        )));
    }
    let Some(text) = map.get("lineSep") else {
        if encoding != Encoding::Utf8 && !multi_line {
            let name = map
                .get("encoding")
                .or_else(|| map.get("charset"))
                .unwrap_or_default();
            let message = format!("The lineSep option must be specified for the {name} encoding");
            return Err(requirement(message));
        }
        return Ok(None);
    };
    if text.is_empty() {
        return Err(requirement("'lineSep' cannot be an empty string.".into()));
    }
    Ok(Some(encoding.encode(text)))
}

fn sampling_ratio(map: &OptionMap) -> Result<f64> {
    let ratio = map.double("samplingRatio", 1.0)?;
    if ratio <= 0.0 {
        return Err(requirement(format!(
            "samplingRatio ({ratio}) should be greater than 0"
        )));
    }
    Ok(ratio)
}
