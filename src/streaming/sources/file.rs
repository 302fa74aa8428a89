//! A folder whose new files are the stream, oldest first.
//!
//! A place in the stream is the number of a batch in the source's own log
//! (`{"logOffset":3}`), which says which files each batch took. The folder is
//! listed when the files known from the last listing are used up, not at every
//! batch.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::path::Path;
use std::sync::Arc;

use super::{Reader, Source, SourceContext, WatchedBatches};
use crate::engine::scan::Batches;
use crate::error::{ErrorClass, Result, SparkError};
use crate::execution::files::{self, FileEntry, Listing};
use crate::execution::stream_leaf::StreamRows;
use crate::execution::{JsonScan, file_listing, open_json};
use crate::formats::OptionMap;
use crate::streaming::checkpoint::{BatchId, FileSourceLog, SourceLogRetention};
use crate::time::Clock;
use crate::types::StructType;

/// Files this much older than the newest one seen are taken for old ones that
/// were forgotten: `maxFileAge`, a week.
const MAX_FILE_AGE_MS: i64 = 7 * 24 * 3600 * 1000;

pub struct FileSource {
    paths: Vec<String>,
    shown: String,
    listing: Listing,
    limit: Limit,
    latest_first: bool,
    scan: JsonScan,
    schema: StructType,
    clock: Arc<dyn Clock>,
    log: Option<FileSourceLog>,
    /// The last batch of the log, and the files of batches not yet committed.
    latest: Option<u64>,
    files: BTreeMap<u64, Vec<FileEntry>>,
    seen: Seen,
    unread: VecDeque<FileEntry>,
    frozen: bool,
}

/// Files taken before, without those so old that their age alone rules them out.
#[derive(Default)]
struct Seen {
    files: HashMap<String, i64>,
    newest: i64,
    oldest_kept: i64,
}

impl Seen {
    fn is_new(&self, uri: &str, modified: i64) -> bool {
        modified >= self.oldest_kept && !self.files.contains_key(uri)
    }

    fn add(&mut self, uri: String, modified: i64) {
        self.newest = self.newest.max(modified);
        self.files.insert(uri, modified);
    }

    fn forget_old(&mut self) {
        let oldest = self.newest - MAX_FILE_AGE_MS;
        if oldest > self.oldest_kept {
            self.oldest_kept = oldest;
            self.files.retain(|_, modified| *modified >= oldest);
        }
    }
}

impl FileSource {
    pub fn open(rows: &StreamRows, context: SourceContext<'_>) -> Result<Self> {
        let options = OptionMap::new(&rows.spec.options);
        let (log, entries) = match context.folder {
            Some(folder) => {
                let retention = SourceLogRetention {
                    min_batches: context
                        .conf
                        .number(crate::execution::conf::MIN_BATCHES, 100)
                        as u64,
                    ..SourceLogRetention::default()
                };
                let (log, entries) = FileSourceLog::open(folder, 10, retention, context.stats)?;
                (Some(log), entries)
            }
            None => (None, vec![]),
        };
        let latest = log.as_ref().and_then(FileSourceLog::latest).map(|b| b.0);
        let mut seen = Seen::default();
        for entry in entries {
            seen.add(entry.path, entry.timestamp);
        }
        seen.forget_old();
        let path = rows
            .spec
            .paths
            .first()
            .map(String::as_str)
            .unwrap_or_default();
        Ok(Self {
            shown: files::local_path(path)?.display().to_string(),
            paths: rows.spec.paths.clone(),
            listing: file_listing(&options, false)?,
            limit: Limit::read(&options)?,
            latest_first: options.flag("latestFirst", false)?,
            scan: open_json(&rows.spec, context.conf)?,
            schema: rows.schema.clone(),
            clock: context.clock,
            log,
            latest,
            files: BTreeMap::new(),
            seen,
            unread: VecDeque::new(),
            frozen: false,
        })
    }

    fn list(&mut self) -> Result<()> {
        let mut found: Vec<FileEntry> = files::list(&self.paths, &self.listing)?
            .into_iter()
            .filter(|f| self.seen.is_new(&f.uri(), f.modified))
            .collect();
        found.sort_by(|l, r| (l.modified, &l.path).cmp(&(r.modified, &r.path)));
        if self.latest_first {
            found.reverse();
        }
        self.unread = found.into();
        Ok(())
    }

    /// Takes the next files as one more batch of the log.
    fn take_batch(&mut self, all: bool) -> Result<()> {
        // In the order of the newest first, what is new now goes before what was
        // known: then the folder is listed each time.
        if (self.unread.is_empty() || self.latest_first) && !self.frozen {
            self.list()?;
        }
        let count = if all {
            self.unread.len()
        } else {
            self.limit.count(&self.unread)
        };
        if count == 0 {
            return Ok(());
        }
        let batch: Vec<FileEntry> = self.unread.drain(..count).collect();
        let number = self.latest.map_or(0, |n| n + 1);
        let uris: Vec<(String, i64)> = batch.iter().map(|f| (f.uri(), f.modified)).collect();
        if let Some(log) = &mut self.log {
            let lines: Vec<(&str, i64)> = uris.iter().map(|(u, t)| (u.as_str(), *t)).collect();
            log.add(BatchId(number), &lines, self.clock.now_millis())?;
        }
        for (uri, modified) in uris {
            self.seen.add(uri, modified);
        }
        self.seen.forget_old();
        self.files.insert(number, batch);
        self.latest = Some(number);
        Ok(())
    }

    fn not_logged(&self, number: u64) -> SparkError {
        match &self.log {
            Some(log) => log.missing(BatchId(number)),
            None => SparkError::internal(format_args!(
                "batch {number} of {} is not known",
                self.description()
            )),
        }
    }

    fn files_of(&self, number: u64) -> Result<Vec<FileEntry>> {
        if let Some(known) = self.files.get(&number) {
            return Ok(known.clone());
        }
        let logged = match &self.log {
            Some(log) => log.get(BatchId(number))?,
            None => None,
        };
        let Some(entries) = logged else {
            return Err(self.not_logged(number));
        };
        entries
            .into_iter()
            .map(|entry| {
                let path = files::from_uri(&entry.path);
                let size = std::fs::metadata(&path).map_or(0, |m| m.len());
                Ok(FileEntry {
                    path,
                    size,
                    modified: entry.timestamp,
                })
            })
            .collect()
    }
}

impl Source for FileSource {
    fn description(&self) -> String {
        format!("FileStreamSource[file:{}]", self.shown)
    }

    fn latest_offset(&mut self, start: Option<&str>, all: bool) -> Result<Option<String>> {
        // A run that was killed may have logged files for a batch that it did not plan:
        // they are the next batch, and no more are put to them.
        let planned = start.map(number).transpose()?;
        if self.latest == planned || all {
            self.take_batch(all)?;
        }
        Ok(self.latest.map(|n| format!("{{\"logOffset\":{n}}}")))
    }

    fn check_start(&self, start: Option<&str>) -> Result<()> {
        let Some(start) = start.map(number).transpose()? else {
            return Ok(());
        };
        if self.latest.is_none_or(|latest| latest < start) {
            return Err(self.not_logged(start));
        }
        // As in Spark, a folder that is not the one of before is refused; patterns are
        // not looked into.
        let folder = Path::new(&self.shown);
        if self.paths.len() != 1 || self.shown.contains(['*', '?', '[', '{']) {
            return Ok(());
        }
        let files = self.files_of(start)?;
        match files.iter().find(|file| !file.path.starts_with(folder)) {
            None => Ok(()),
            Some(file) => Err(SparkError::plain(
                ErrorClass::IllegalArgument,
                format!(
                    "Wrong basePath {} for the root path: file:{}",
                    self.shown,
                    file.path.display(),
                ),
            )),
        }
    }

    fn freeze(&mut self) -> Result<()> {
        self.list()?;
        self.frozen = true;
        Ok(())
    }

    fn read(&mut self, start: Option<&str>, end: &str) -> Result<Arc<dyn Reader>> {
        let first = match start {
            Some(text) => number(text)? + 1,
            None => 0,
        };
        let mut all = Vec::new();
        for batch in first..=number(end)? {
            all.extend(self.files_of(batch)?);
        }
        Ok(Arc::new(FileReader {
            scan: self.scan.clone(),
            schema: self.schema.clone(),
            files: all,
        }))
    }

    fn commit(&mut self, end: &str) -> Result<()> {
        self.files = self.files.split_off(&(number(end)? + 1));
        Ok(())
    }
}

struct FileReader {
    scan: JsonScan,
    schema: StructType,
    files: Vec<FileEntry>,
}

impl Reader for FileReader {
    fn open(&self, columns: &[usize]) -> Result<Batches> {
        let batches = self.open_watched(columns, &[])?;
        Ok(Box::new(batches.map(|read| read.map(|(batch, _)| batch))))
    }

    fn open_watched(&self, columns: &[usize], watched: &[usize]) -> Result<WatchedBatches> {
        let files = self.files.clone();
        let read = self.scan.read(files, &self.schema, columns, watched)?;
        Ok(Box::new(read))
    }
}

/// The number in `{"logOffset":3}`.
fn number(text: &str) -> Result<u64> {
    let value: Option<serde_json::Value> = serde_json::from_str(text).ok();
    let found = match &value {
        Some(serde_json::Value::Number(n)) => n.as_u64(),
        Some(value) => value.get("logOffset").and_then(serde_json::Value::as_u64),
        None => None,
    };
    found
        .ok_or_else(|| SparkError::internal(format_args!("{text} is not a place in a file stream")))
}

/// How much a batch may take.
enum Limit {
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
            (Some(_), Some(_)) => Err(SparkError::plain(
                ErrorClass::IllegalArgument,
                "Options 'maxFilesPerTrigger' and 'maxBytesPerTrigger' can't be both set at the same time",
            )),
            (Some(n), None) => Ok(Self::Files(usize::try_from(n).unwrap_or(usize::MAX))),
            (None, Some(n)) => Ok(Self::Bytes(n)),
            (None, None) => Ok(Self::None),
        }
    }

    fn count(&self, files: &VecDeque<FileEntry>) -> usize {
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
        _ => Err(SparkError::plain(
            ErrorClass::IllegalArgument,
            format!("Invalid value '{text}' for option '{name}', must be a positive integer"),
        )),
    }
}
