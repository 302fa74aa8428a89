//! What a stream of files was told beside what a batch of them is.

use std::collections::VecDeque;

use crate::error::{ErrorClass, Result, SparkError};
use crate::execution::conf::parse_millis;
use crate::execution::files::FileEntry;
use crate::formats::OptionMap;

/// `maxFileAge` where it is not given: a week.
const WEEK_MS: i64 = 7 * 24 * 3600 * 1000;

pub struct StreamOptions {
    pub limit: Limit,
    pub latest_first: bool,
    /// Files this much older (milliseconds) than the newest one seen are taken for old
    /// ones that were forgotten.
    pub most_age: i64,
    pub by_name: bool,
    pub clean: Clean,
}

/// What becomes of files that were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clean {
    Off,
    Delete,
    /// Moved below this folder.
    Archive(String),
}

impl StreamOptions {
    pub fn new(options: &OptionMap) -> Result<Self> {
        let limit = Limit::read(options)?;
        let latest_first = flag(options, "latestFirst")?;
        let age = match options.get("maxFileAge") {
            None => WEEK_MS,
            Some(text) => parse_millis(text).ok_or_else(|| wrong_time(text))?,
        };
        check_cache(options)?;
        // What is left for later must not grow too old meanwhile.
        let waits = latest_first && !matches!(limit, Limit::None);
        Ok(Self {
            limit,
            latest_first,
            most_age: if waits { i64::MAX } else { age },
            by_name: flag(options, "fileNameOnly")?,
            clean: clean(options)?,
        })
    }
}

/// How much of a listing Spark remembers from batch to batch. Here it is all of it, so
/// that these say nothing; their nonsense is refused all the same.
fn check_cache(options: &OptionMap) -> Result<()> {
    let wrong = |name: &str, text: &str, must: &str| {
        plain(format!(
            "Invalid value '{text}' for option '{name}', must be {must}"
        ))
    };
    if let Some(text) = options.get("maxCachedFiles")
        && text.parse::<i32>().ok().is_none_or(|n| n < 0)
    {
        let must = "an integer greater than or equal to 0";
        return Err(wrong("maxCachedFiles", text, must));
    }
    if let Some(text) = options.get("discardCachedInputRatio")
        && text
            .parse::<f32>()
            .ok()
            .is_none_or(|r| !(0.0..=1.0).contains(&r))
    {
        let must = "a positive float between 0 and 1";
        return Err(wrong("discardCachedInputRatio", text, must));
    }
    Ok(())
}

fn plain(message: String) -> SparkError {
    SparkError::plain(ErrorClass::IllegalArgument, message)
}

fn wrong_time(text: &str) -> SparkError {
    let units = "seconds (s), milliseconds (ms), microseconds (us), minutes (m or min), hour (h), or day (d)";
    plain(format!(
        "Time must be specified as {units}. E.g. 50s, 100ms, or 250us.\nFailed to parse time string: {text}"
    ))
}

fn flag(options: &OptionMap, name: &str) -> Result<bool> {
    match options.get(name).map(str::to_ascii_lowercase).as_deref() {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => {
            let text = options.get(name).unwrap_or_default();
            Err(plain(format!(
                "Invalid value '{text}' for option '{name}', must be 'true' or 'false'"
            )))
        }
    }
}

fn clean(options: &OptionMap) -> Result<Clean> {
    let Some(mode) = options.get("cleanSource") else {
        return Ok(Clean::Off);
    };
    match mode.to_ascii_uppercase().as_str() {
        "OFF" => Ok(Clean::Off),
        "DELETE" => Ok(Clean::Delete),
        "ARCHIVE" => match options.get("sourceArchiveDir") {
            Some(folder) => Ok(Clean::Archive(folder.to_string())),
            None => Err(plain(
                "Archive mode must be used with 'sourceArchiveDir' option.".into(),
            )),
        },
        _ => Err(plain(format!(
            "Invalid mode for clean source option Some({mode}). Must be one of ARCHIVE,DELETE,OFF"
        ))),
    }
}

/// How much a batch may take.
pub enum Limit {
    None,
    Files(usize),
    /// Files up to this many bytes, and at least one.
    Bytes(u64),
}

impl Limit {
    fn read(options: &OptionMap) -> Result<Self> {
        let files = positive(options, "maxFilesPerTrigger")?;
        let bytes = positive(options, "maxBytesPerTrigger")?;
        match (files, bytes) {
            (Some(_), Some(_)) => Err(plain(
                "Options 'maxFilesPerTrigger' and 'maxBytesPerTrigger' can't be both set at the same time"
                    .into(),
            )),
            (Some(n), None) => Ok(Self::Files(usize::try_from(n).unwrap_or(usize::MAX))),
            (None, Some(n)) => Ok(Self::Bytes(n)),
            (None, None) => Ok(Self::None),
        }
    }

    pub fn count(&self, files: &VecDeque<FileEntry>) -> usize {
        match self {
            Self::None => files.len(),
            Self::Files(n) => files.len().min(*n),
            Self::Bytes(most) => {
                let mut sum = 0;
                let fitting = files.iter().take_while(|f| {
                    sum += f.size;
                    sum <= *most
                });
                fitting.count().max(1).min(files.len())
            }
        }
    }
}

fn positive(options: &OptionMap, name: &str) -> Result<Option<u64>> {
    let Some(text) = options.get(name) else {
        return Ok(None);
    };
    match text.trim().parse::<u64>() {
        Ok(n) if n > 0 => Ok(Some(n)),
        _ => Err(plain(format!(
            "Invalid value '{text}' for option '{name}', must be a positive integer"
        ))),
    }
}
