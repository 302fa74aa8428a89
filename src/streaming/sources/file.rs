//! A folder whose new files are the stream, oldest first.
//!
//! A place in the stream is the number of a batch in the source's own log
//! (`{"logOffset":3}`), which says which files each batch took. The folder is
//! listed when the files known from the last listing are used up, not at every
//! batch.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::clean::Cleaner;
use super::file_options::{Limit, StreamOptions};
use super::watch::Watch;
use super::{Reader, Source, SourceContext, WatchedBatches};
use crate::engine::scan::Batches;
use crate::error::{ErrorClass, Result, SparkError};
use crate::execution::file_read::StreamFiles;
use crate::execution::files::{self, FileEntry};
use crate::execution::parallelism;
use crate::execution::stream_leaf::StreamRows;
use crate::formats::OptionMap;
use crate::storage;
use crate::streaming::checkpoint::{BatchId, FileSourceLog, SourceLogRetention};
use crate::time::Clock;

pub struct FileSource {
    paths: Vec<String>,
    root: PathBuf,
    read: Arc<StreamFiles>,
    limit: Limit,
    latest_first: bool,
    cleaner: Cleaner,
    clock: Arc<dyn Clock>,
    log: Option<FileSourceLog>,
    /// The last batch of the log, and the files of batches not yet committed.
    latest: Option<u64>,
    files: BTreeMap<u64, Vec<FileEntry>>,
    seen: Seen,
    unread: VecDeque<FileEntry>,
    watch: Watch,
    frozen: bool,
    /// How many may decode the files of a batch.
    threads: usize,
}

/// Files taken before, without those so old that their age alone rules them out.
struct Seen {
    files: HashMap<String, i64>,
    newest: i64,
    oldest_kept: i64,
    most_age: i64,
    /// A file is known by its name, whatever its folder.
    by_name: bool,
}

impl Seen {
    fn new(options: &StreamOptions) -> Self {
        Self {
            files: HashMap::new(),
            newest: 0,
            oldest_kept: 0,
            most_age: options.most_age,
            by_name: options.by_name,
        }
    }

    fn key<'a>(&self, uri: &'a str) -> &'a str {
        match self.by_name {
            true => uri.rsplit('/').next().unwrap_or(uri),
            false => uri,
        }
    }

    fn has(&self, uri: &str) -> bool {
        self.files.contains_key(self.key(uri))
    }

    fn add(&mut self, uri: &str, modified: i64) {
        self.newest = self.newest.max(modified);
        self.files.insert(self.key(uri).to_string(), modified);
    }

    fn forget_old(&mut self) {
        let oldest = self.newest.saturating_sub(self.most_age);
        if oldest > self.oldest_kept {
            self.oldest_kept = oldest;
            self.files.retain(|_, modified| *modified >= oldest);
        }
    }
}

impl FileSource {
    pub fn open(rows: &StreamRows, context: SourceContext<'_>) -> Result<Self> {
        let options = StreamOptions::new(&OptionMap::new(&rows.spec.options))?;
        let Some(read) = rows.files.clone() else {
            return Err(SparkError::internal("a stream of files without its reader"));
        };
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
        let mut seen = Seen::new(&options);
        for entry in entries {
            seen.add(&entry.path, entry.timestamp);
        }
        seen.forget_old();
        let path = rows
            .spec
            .paths
            .first()
            .map(String::as_str)
            .unwrap_or_default();
        let paths = context.conf.paths()?;
        let root = paths.read(path)?;
        Ok(Self {
            cleaner: Cleaner::new(&options.clean, &root, &paths)?,
            root,
            paths: rows.spec.paths.clone(),
            read,
            limit: options.limit,
            latest_first: options.latest_first,
            clock: context.clock,
            log,
            latest,
            files: BTreeMap::new(),
            seen,
            unread: VecDeque::new(),
            watch: Watch::default(),
            frozen: false,
            threads: parallelism(context.conf)?,
        })
    }

    fn list(&mut self) -> Result<()> {
        let began = self.clock.monotonic();
        if self.unread.is_empty() && self.watch.is_unchanged(began) {
            return Ok(());
        }
        let seen = &self.seen;
        // What is known is not looked at: a folder of many files costs its names only.
        let mut is_new = |path: &Path| !seen.has(&files::uri(path));
        let read = &self.read;
        let mut found = files::list_new(&self.paths, &read.listing, &mut is_new)?;
        // Patterns mean other folders from look to look.
        if !files::is_pattern(&self.root.to_string_lossy()) {
            let ended = self.clock.monotonic();
            self.watch.listed(&mut found, began, ended);
        }
        let learnt = read.select(&mut found)?;
        let mut new = found.files;
        new.retain(|file| file.modified >= seen.oldest_kept);
        new.sort_by(|l, r| (l.modified, &l.path).cmp(&(r.modified, &r.path)));
        if self.latest_first {
            new.reverse();
        }
        if seen.by_name {
            let mut names = HashSet::new();
            new.retain(|file| names.insert(file.name()));
        }
        self.unread = new.into();
        if let Some(read) = learnt {
            self.read = Arc::new(read);
        }
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
        for (uri, modified) in &uris {
            self.seen.add(uri, *modified);
        }
        self.seen.forget_old();
        self.files.insert(number, batch);
        self.latest = Some(number);
        Ok(())
    }

    /// Deletes or puts away the files of a batch that is done with.
    fn clean(&mut self, batch: u64) -> Result<()> {
        if self.cleaner.is_off() {
            return Ok(());
        }
        // A log that no longer reaches the batch has nothing to say of its files.
        let files = self.files_of(batch).unwrap_or_default();
        self.files = self.files.split_off(&(batch + 1));
        self.cleaner.clean(&files);
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
                let size = storage::facts(&path).map_or(0, |facts| facts.size);
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
        format!("FileStreamSource[{}]", storage::hadoop(&self.root))
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
        let folder = self.root.as_path();
        let text = folder.to_string_lossy();
        if self.paths.len() != 1 || text.contains(['*', '?', '[', '{']) {
            return Ok(());
        }
        let files = self.files_of(start)?;
        match files.iter().find(|file| !file.path.starts_with(folder)) {
            None => Ok(()),
            Some(file) => Err(SparkError::plain(
                ErrorClass::IllegalArgument,
                format!(
                    "Wrong basePath {} for the root path: {}",
                    storage::shown(folder),
                    storage::hadoop(&file.path),
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
            Some(text) => {
                let done = number(text)?;
                self.clean(done)?;
                done + 1
            }
            None => 0,
        };
        let mut all = Vec::new();
        for batch in first..=number(end)? {
            all.extend(self.files_of(batch)?);
        }
        Ok(Arc::new(FileReader {
            read: Arc::clone(&self.read),
            files: all,
            batch: number(end)?,
            threads: self.threads,
        }))
    }

    fn commit(&mut self, end: &str) -> Result<()> {
        // Those of the last batch are cleaned up when the next one is planned.
        let done = number(end)?;
        let first = if self.cleaner.is_off() {
            done + 1
        } else {
            done
        };
        self.files = self.files.split_off(&first);
        Ok(())
    }
}

struct FileReader {
    read: Arc<StreamFiles>,
    files: Vec<FileEntry>,
    /// The last batch of the source's log that is in it.
    batch: u64,
    /// How many may decode.
    threads: usize,
}

impl Reader for FileReader {
    fn open(&self, columns: &[usize]) -> Result<Batches> {
        let batches = self.open_watched(columns, &[])?;
        Ok(Box::new(batches.map(|read| read.map(|(batch, _)| batch))))
    }

    fn open_watched(&self, columns: &[usize], watched: &[usize]) -> Result<WatchedBatches> {
        let files = self.files.clone();
        self.read
            .scan
            .read(files, columns, watched, self.batch, self.threads)
    }
}

/// The number in `{"logOffset":3}`.
fn number(text: &str) -> Result<u64> {
    // As it is written here; asked for at every look at the folder.
    let digits = text.strip_prefix("{\"logOffset\":");
    let digits = digits.and_then(|rest| rest.strip_suffix('}'));
    if let Some(number) = digits.and_then(|digits| digits.parse().ok()) {
        return Ok(number);
    }
    let value: Option<serde_json::Value> = serde_json::from_str(text).ok();
    let found = match &value {
        Some(serde_json::Value::Number(n)) => n.as_u64(),
        Some(value) => value.get("logOffset").and_then(serde_json::Value::as_u64),
        None => None,
    };
    found
        .ok_or_else(|| SparkError::internal(format_args!("{text} is not a place in a file stream")))
}
