//! [`XmlOptions`]: what a user may ask of Spark's XML reader.
//!
//! Options that belong to listing and opening files are left to those who list and open;
//! names that Spark does not know are ignored, as Spark ignores them.

use crate::error::{ErrorClass, Result, SparkError};
use crate::formats::charset::Charset;
use crate::formats::scalars::DateTimeForms;
use crate::formats::write::XmlTags;
use crate::formats::{Defaults, OptionMap, ParseMode};
use crate::types::Zone;

/// The form of dates where no option gives another.
const DATE: &str = "yyyy-MM-dd";

#[derive(Debug, Clone)]
pub struct XmlOptions {
    pub mode: ParseMode,
    pub corrupt_column: String,
    /// The element that is a row; `None` where nobody named one.
    pub row_tag: Option<String>,
    pub tags: XmlTags,
    pub excludes_attributes: bool,
    pub null_value: Option<String>,
    /// White space around values is no part of them.
    pub trims: bool,
    pub infers_types: bool,
    pub prefers_decimal: bool,
    pub prefers_date: bool,
    /// The column that takes the elements without a column.
    pub wildcard: String,
    /// The column that takes every row whole, as a variant.
    pub whole: Option<String>,
    pub ignores_namespace: bool,
    pub sampling_ratio: f64,
    /// A file is one document; else each of its lines is.
    pub multi_line: bool,
    /// As the option gives it; `None` leaves it to the document.
    pub encoding: Option<String>,
    pub zone: Zone,
    pub timestamps_are_ntz: bool,
    date_format: Option<String>,
    timestamp_format: Option<String>,
    timestamp_ntz_format: Option<String>,
}

impl XmlOptions {
    pub fn new(options: &[(String, String)], defaults: &Defaults) -> Result<Self> {
        let map = OptionMap::new(options);
        refuse_missing(&map)?;
        if let Some(codec) = map.get("compression") {
            crate::formats::write::check_codec(codec)?;
        }
        let tags = XmlTags::new(&map)?;
        let sampling_ratio = map.double("samplingRatio", 1.0)?;
        if sampling_ratio <= 0.0 {
            return Err(requirement(format_args!(
                "samplingRatio ({sampling_ratio:?}) should be greater than 0"
            )));
        }
        let date_format = map.text("dateFormat");
        let excludes_attributes = flag(&map, "excludeAttribute", false)?;
        let trims = flag(&map, "ignoreSurroundingSpaces", true)?;
        let infers_types = flag(&map, "inferSchema", true)?;
        let ignores_namespace = flag(&map, "ignoreNamespace", false)?;
        let prefers_decimal = map.flag("prefersDecimal", false)?;
        flag(&map, "validateName", true)?;
        let prefers_date = flag(&map, "preferDate", true)?;
        let zone = match map.get("timeZone") {
            Some(name) => crate::types::parse_zone(name)?,
            None => defaults.zone,
        };
        Ok(Self {
            mode: map.mode(),
            corrupt_column: map
                .text("columnNameOfCorruptRecord")
                .unwrap_or_else(|| defaults.corrupt_column.clone()),
            row_tag: map.get("rowTag").map(|tag| tag.trim().to_string()),
            tags,
            excludes_attributes,
            null_value: map.text("nullValue"),
            trims,
            infers_types,
            prefers_decimal,
            prefers_date,
            wildcard: map
                .text("wildcardColName")
                .unwrap_or_else(|| "xs_any".into()),
            whole: map.text("singleVariantColumn"),
            ignores_namespace,
            sampling_ratio,
            multi_line: map.flag("multiLine", true)?,
            encoding: map.text("encoding").or_else(|| map.text("charset")),
            zone,
            timestamps_are_ntz: defaults.timestamps_are_ntz,
            date_format: match prefers_date {
                true => Some(date_format.unwrap_or_else(|| DATE.into())),
                false => date_format,
            },
            timestamp_format: map.text("timestampFormat"),
            timestamp_ntz_format: map.text("timestampNTZFormat"),
        })
    }

    /// The element that is a row, of files.
    pub fn row_tag(&self) -> Result<&str> {
        self.row_tag.as_deref().ok_or_else(no_row_tag)
    }

    /// How texts of dates and times are read.
    pub(in crate::formats) fn date_time_forms(&self) -> DateTimeForms<'_> {
        DateTimeForms {
            zone: self.zone,
            date: self.date_format.as_deref(),
            timestamp: self.timestamp_format.as_deref(),
            timestamp_ntz: self.timestamp_ntz_format.as_deref(),
            fallback: Some(false),
            days_as_numbers: false,
        }
    }

    /// The character set that the option names.
    pub(super) fn charset(&self) -> Result<Option<Charset>> {
        match &self.encoding {
            Some(name) => Charset::named(name, "XmlOptions"),
            None => Ok(None),
        }
    }

    /// A value without what the options say is no part of it; `None` where it is null.
    pub(super) fn value<'a>(&self, text: &'a str) -> Option<&'a str> {
        let text = match self.trims {
            // What Java takes for white space at the ends of a text.
            true => text.trim_matches(|c| c <= ' '),
            false => text,
        };
        (Some(text) != self.null_value.as_deref()).then_some(text)
    }

    /// The name of an element or attribute as a column's.
    pub(super) fn name<'a>(&self, name: &'a str) -> &'a str {
        match self.ignores_namespace {
            true => name
                .trim_end_matches(':')
                .rsplit(':')
                .next()
                .unwrap_or(name),
            false => name,
        }
    }
}

/// No element is named that would be a row.
pub fn no_row_tag() -> SparkError {
    SparkError::new("XML_ROW_TAG_MISSING", &[("rowTag", "`rowTag`")])
}

/// What Spark has and this reader does not have.
fn refuse_missing(map: &OptionMap) -> Result<()> {
    if map.get("rowValidationXSDPath").is_some() {
        return Err(SparkError::not_implemented(
            "the XML option rowValidationXSDPath",
        ));
    }
    match map.get("locale") {
        Some(locale) if !["en-us", "en_us", "en"].contains(&&*locale.to_ascii_lowercase()) => Err(
            SparkError::not_implemented(format_args!("the XML option locale={locale}")),
        ),
        _ => Ok(()),
    }
}

pub(in crate::formats) fn requirement(message: std::fmt::Arguments<'_>) -> SparkError {
    SparkError::plain(
        ErrorClass::IllegalArgument,
        format_args!("requirement failed: {message}"),
    )
}

pub(in crate::formats) fn flag(map: &OptionMap, name: &str, default: bool) -> Result<bool> {
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
