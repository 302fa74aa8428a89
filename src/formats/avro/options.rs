//! The options of those who read Avro, and the session's settings about it.

use std::sync::Arc;

use super::rebase::Mode;
use super::schema::Schema;
use super::sql_type::{DEEPEST, TypeRules};
use crate::error::{ErrorClass, Result, SparkError};
use crate::formats::OptionMap;
use crate::formats::options::ParseMode;
use crate::types::Zone;

/// What a session says about Avro.
#[derive(Debug, Clone)]
pub struct AvroSettings {
    /// `spark.sql.avro.datetimeRebaseModeInRead`
    pub rebase_read: String,
    /// `spark.sql.avro.datetimeRebaseModeInWrite`
    pub rebase_write: String,
    /// `spark.sql.legacy.avro.allowIncompatibleSchema`
    pub lenient: bool,
    pub case_sensitive: bool,
    pub zone: Zone,
}

impl Default for AvroSettings {
    fn default() -> Self {
        Self {
            rebase_read: "CORRECTED".into(),
            rebase_write: "CORRECTED".into(),
            lenient: false,
            case_sensitive: false,
            zone: Zone::UTC,
        }
    }
}

/// What a call or a reader says.
#[derive(Debug, Clone)]
pub struct ReadOptions {
    /// The reader's own schema.
    pub schema: Option<Arc<Schema>>,
    pub rules: TypeRules,
    pub by_position: bool,
    /// `None` where the name is none of Spark's: an error of whoever reads.
    pub rebase: Option<Mode>,
    pub mode: ParseMode,
}

impl ReadOptions {
    pub fn new(map: &OptionMap, settings: &AvroSettings) -> Result<Self> {
        let schema = match (map.get("avroSchema"), map.get("avroSchemaUrl")) {
            (Some(text), _) => Some(Arc::new(Schema::parse(text)?)),
            (None, Some(url)) => Some(Arc::new(Schema::parse(&text_at(url)?)?)),
            (None, None) => None,
        };
        let prefix = map.get("stableIdentifierPrefixForUnionType");
        let named = flag(map, "enableStableIdentifiersForUnionType")?;
        let depth = map.integer("recursiveFieldMaxDepth", -1)?;
        if depth > DEEPEST {
            let message = format!("Should not be greater than {DEEPEST}.");
            return Err(invalid("recursiveFieldMaxDepth", &message));
        }
        let rebase = map
            .get("datetimeRebaseMode")
            .unwrap_or(&settings.rebase_read);
        Ok(Self {
            schema,
            rules: TypeRules {
                member_prefix: named.then(|| prefix.unwrap_or("member_").to_string()),
                depth,
            },
            by_position: flag(map, "positionalFieldMatching")?,
            rebase: Mode::of(rebase),
            mode: match map.get("mode") {
                Some(name) => ParseMode::from_name(name),
                None => ParseMode::FailFast,
            },
        })
    }

    /// Refuses what files in xz cannot be read with.
    pub fn only_plain(&self) -> Result<()> {
        let plain = self.schema.is_none() && !self.by_position;
        match plain && self.rules == TypeRules::of_depth(self.rules.depth) {
            true => Ok(()),
            false => Err(SparkError::not_implemented(
                "an Avro file in xz with a schema, positions or names of union members",
            )),
        }
    }
}

/// The text of a file that an option names.
pub fn text_at(url: &str) -> Result<String> {
    let path = std::path::Path::new(url.strip_prefix("file://").unwrap_or(url));
    match crate::storage::read_to_string(path) {
        Ok(text) => Ok(text),
        Err(error) => Err(SparkError::plain(
            ErrorClass::IllegalArgument,
            format!("The Avro schema at {url} cannot be read: {error}"),
        )),
    }
}

/// `true` or `false`, refused as Spark refuses an option of Avro.
pub fn flag(map: &OptionMap, name: &str) -> Result<bool> {
    match map.get(name) {
        None => Ok(false),
        Some(text) if text.eq_ignore_ascii_case("true") => Ok(true),
        Some(text) if text.eq_ignore_ascii_case("false") => Ok(false),
        Some(text) => Err(invalid(
            name,
            &format!("Cannot cast value '{text}' to Boolean."),
        )),
    }
}

fn invalid(name: &str, message: &str) -> SparkError {
    SparkError::new(
        "STDS_INVALID_OPTION_VALUE.WITH_MESSAGE",
        &[("optionName", name), ("message", message)],
    )
}
