//! The options of `from_protobuf`. Those of `to_protobuf` change nothing, in Spark too.

use crate::error::{ErrorClass, Result, SparkError};
use crate::formats::OptionMap;
use crate::formats::options::ParseMode;

#[derive(Debug, Clone)]
pub struct Options {
    pub mode: ParseMode,
    /// How often a message may lie within itself; only 1 to 10 allow it.
    pub depth: i32,
    pub any_as_json: bool,
    /// What is not in the bytes and has no presence is zero, and not null.
    pub emit_zeros: bool,
    pub enums_as_ints: bool,
    pub upcast_unsigned: bool,
    pub unwrap: bool,
    pub keep_empty: bool,
}

impl Options {
    pub fn new(map: &OptionMap) -> Result<Self> {
        Ok(Self {
            mode: match map.get("mode") {
                Some(name) => ParseMode::from_name(name),
                None => ParseMode::FailFast,
            },
            depth: whole(map, "recursive.fields.max.depth")?,
            any_as_json: flag(map, "convert.any.fields.to.json")?,
            emit_zeros: flag(map, "emit.default.values")?,
            enums_as_ints: flag(map, "enums.as.ints")?,
            upcast_unsigned: flag(map, "upcast.unsigned.ints")?,
            unwrap: flag(map, "unwrap.primitive.wrapper.types")?,
            keep_empty: flag(map, "retain.empty.message.types")?,
        })
    }
}

fn whole(map: &OptionMap, name: &str) -> Result<i32> {
    match map.get(name) {
        None => Ok(-1),
        Some(text) => text.parse().map_err(|_| {
            let message = format!("For input string: \"{text}\"");
            SparkError::plain(ErrorClass::NumberFormat, message)
        }),
    }
}

fn flag(map: &OptionMap, name: &str) -> Result<bool> {
    match map.get(name).map(str::to_ascii_lowercase).as_deref() {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => {
            let message = format!(
                "For input string: \"{}\"",
                map.get(name).unwrap_or_default()
            );
            Err(SparkError::plain(ErrorClass::IllegalArgument, message))
        }
    }
}
