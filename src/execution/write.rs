//! `df.write.save()`: a batch plan into files, by save mode.
//!
//! Everything is written below `_temporary` in the folder, which readers pass over. Only
//! when all of it is there does the old content go (where it is to go) and do the files
//! get their names; `_SUCCESS` comes last.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use datafusion::catalog::default_table_source::source_as_provider;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::logical_expr::LogicalPlan;
use futures::TryStreamExt;
use tokio::runtime::Handle;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::bucketing::Bucketing;
use super::conf::Conf;
use super::observe::deliver;
use super::output::{Layout, Names, Staged, TaskOutput, partition_of, publish, unwritten_io};
use super::run::Streams;
use super::{Runner, Session, Table, named};
use crate::analysis::{Resolved, check_batch};
use crate::engine::from_datafusion;
use crate::engine::scan::ScanTable;
use crate::error::{Result, SparkError};
use crate::formats::OptionMap;
use crate::formats::write::WriteFormat;
use crate::plan::sql::Buckets;
use crate::storage;

const STAGING: &str = "_temporary";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaveMode {
    Append,
    Overwrite,
    ErrorIfExists,
    Ignore,
}

impl SaveMode {
    pub fn parse(text: &str) -> Result<Self> {
        match text.to_lowercase().as_str() {
            "append" => Ok(Self::Append),
            "overwrite" => Ok(Self::Overwrite),
            "error" | "errorifexists" | "default" => Ok(Self::ErrorIfExists),
            "ignore" => Ok(Self::Ignore),
            _ => Err(SparkError::new(
                "INVALID_SAVE_MODE",
                &[("mode", &format!("\"{text}\""))],
            )),
        }
    }
}

impl SaveMode {
    /// As Java's messages have it.
    pub fn java_name(self) -> &'static str {
        match self {
            Self::Append => "Append",
            Self::Overwrite => "Overwrite",
            Self::ErrorIfExists => "ErrorIfExists",
            Self::Ignore => "Ignore",
        }
    }
}

/// Whether a format's name stands for Kafka.
pub fn is_kafka(format: &str) -> bool {
    let class = "org.apache.spark.sql.kafka010.KafkaSourceProvider";
    format == "kafka" || format.eq_ignore_ascii_case(class)
}

/// What a writer was told before `save()`.
#[derive(Debug, Clone)]
pub struct WriteRequest {
    pub format: String,
    /// `None`: the default, which is an error for some sinks that are no files.
    pub mode: Option<String>,
    pub options: Vec<(String, String)>,
    pub partition_by: Vec<String>,
    /// All rows into one file (`coalesce(1)`).
    pub is_single: bool,
    /// Below the root: what an overwrite replaces, where that is not everything.
    pub within: Option<PathBuf>,
    /// How a table's rows are dealt to files.
    pub buckets: Option<Buckets>,
    /// `CLUSTER BY`, which a table keeps and files do not show.
    pub cluster_by: Vec<String>,
    /// Of a table that is made.
    pub properties: Vec<(String, String)>,
}

impl Session {
    /// Runs the plan into files; blocks until they are there.
    pub async fn write(&self, table: &Table, request: WriteRequest) -> Result<()> {
        check_batch(&table.resolved)?;
        let mode = request.mode.as_deref().map(SaveMode::parse).transpose()?;
        if request.format == "noop" {
            return self.write_nowhere(&table.resolved, mode).await;
        }
        if is_kafka(&request.format) {
            return self.write_to_kafka(table, &request, mode).await;
        }
        if !WriteFormat::is_known(&request.format) {
            return Err(refused(&request.format, mode));
        }
        let mode = mode.unwrap_or(SaveMode::ErrorIfExists);
        let options = OptionMap::new(&request.options);
        let root = root_of(&options, &self.conf)?;
        let schema = table.resolved.schema();
        let by = &request.partition_by;
        let buckets = request.buckets.as_ref();
        let buckets = buckets.map(|buckets| Bucketing::new(&schema, buckets, &self.conf));
        let layout = Layout::new(&request.format, &schema, by, &options, &self.conf)?
            .with_buckets(buckets.transpose()?);
        let is_there = storage::exists(&root).map_err(|e| unwritten_io(&root, &e))?;
        if is_there && mode == SaveMode::ErrorIfExists {
            let path = storage::hadoop(&root);
            return Err(SparkError::new(
                "PATH_ALREADY_EXISTS",
                &[("outputPath", &path)],
            ));
        }
        if is_there && mode == SaveMode::Ignore {
            return Ok(());
        }
        let is_whole = |within: &PathBuf| within.components().count() == by.len();
        let is_dynamic = mode == SaveMode::Overwrite
            && layout.is_partitioned()
            && !request.within.as_ref().is_some_and(is_whole)
            && self.overwrites_partitions(&options)?;
        if mode == SaveMode::Overwrite && !is_dynamic && is_read(&table.resolved, &root)? {
            let path = storage::hadoop(&root);
            return Err(SparkError::new(
                "UNSUPPORTED_OVERWRITE.PATH",
                &[("path", &path)],
            ));
        }
        let job = Job::begin(&root)?;
        let files = self.run_job(table, Arc::new(layout), &job, request.is_single);
        let files = files.await?;
        // A static overwrite replaces one folder, a dynamic one those that it writes to.
        let whole = (!is_dynamic).then(|| within(&root, &request));
        // What is in a store is read by anyone at any time: there the old goes last.
        let old = match mode == SaveMode::Overwrite {
            true if storage::is_remote(&root) => job.replaced(&files, whole)?,
            true => job.clear(&files, whole).map(|()| Vec::new())?,
            false => Vec::new(),
        };
        job.commit(&files, &old)
    }

    /// Whether an overwrite leaves the partitions that it has no rows for.
    fn overwrites_partitions(&self, options: &OptionMap) -> Result<bool> {
        let set = self.conf.find("spark.sql.sources.partitionOverwriteMode");
        let text = options.text("partitionOverwriteMode").or(set);
        match text.map(|text| text.to_lowercase()).as_deref() {
            None | Some("static") => Ok(false),
            Some("dynamic") => Ok(true),
            Some(_) => {
                let text = options.get("partitionOverwriteMode").unwrap_or_default();
                Err(SparkError::plain(
                    crate::error::ErrorClass::NoSuchElement,
                    format!("No value found for '{}'", text.to_uppercase()),
                ))
            }
        }
    }

    async fn write_nowhere(&self, resolved: &Resolved, mode: Option<SaveMode>) -> Result<()> {
        if !matches!(mode, Some(SaveMode::Append | SaveMode::Overwrite)) {
            return Err(needs_mode("noop", mode));
        }
        let (streams, observations) = self.streams(resolved, false).await?;
        let drained = drain(streams).await;
        deliver(&observations, drained.is_err())?;
        drained
    }

    pub(super) async fn streams(&self, resolved: &Resolved, is_single: bool) -> Result<Streams> {
        let plan: Arc<LogicalPlan> = Arc::clone(&resolved.plan);
        let plan = self.cache.apply(plan, &self.runner).await?;
        if is_single {
            return Runner::new(1).streams(&plan).await;
        }
        self.runner.streams(&plan).await
    }

    async fn run_job(
        &self,
        table: &Table,
        layout: Arc<Layout>,
        job: &Job,
        is_single: bool,
    ) -> Result<Vec<Staged>> {
        let mut tasks = JoinSet::new();
        let failed = Arc::new(AtomicBool::new(false));
        let (streams, observations) = self.streams(&table.resolved, is_single).await?;
        let parts: Vec<Vec<_>> = match is_single {
            true => vec![streams],
            false => streams.into_iter().map(|stream| vec![stream]).collect(),
        };
        for (number, streams) in parts.into_iter().enumerate() {
            let task = Task {
                layout: Arc::clone(&layout),
                resolved: Arc::clone(&table.resolved),
                staging: job.staging.clone(),
                stem: format!("part-{number:05}-{}", job.id),
                is_first: number == 0,
                failed: Arc::clone(&failed),
            };
            // A thread of its own: encoding takes a while, and not every encoder may go
            // from thread to thread.
            let handle = Handle::current();
            tasks.spawn_blocking(move || task.run(streams, &handle));
        }
        let files = staged(tasks, &failed).await;
        deliver(&observations, files.is_err())?;
        files
    }
}

/// Lets all rows go, of all partitions at once.
async fn drain(streams: Vec<SendableRecordBatchStream>) -> Result<()> {
    let mut tasks = JoinSet::new();
    for mut stream in streams {
        tasks.spawn(async move {
            while stream.try_next().await.map_err(from_datafusion)?.is_some() {}
            Ok(())
        });
    }
    let mut drained = Ok(());
    while let Some(done) = tasks.join_next().await {
        drained = drained.and(done.map_err(SparkError::internal).flatten());
    }
    drained
}

/// The files of all tasks. The first that fails tells the others to end; all of them
/// end before the folder of temporary files goes: one that still wrote would make it
/// anew.
async fn staged(
    mut tasks: JoinSet<Result<Vec<Staged>>>,
    failed: &AtomicBool,
) -> Result<Vec<Staged>> {
    let mut files = Ok(Vec::new());
    while let Some(done) = tasks.join_next().await {
        match (done.map_err(SparkError::internal).flatten(), &mut files) {
            (Ok(more), Ok(files)) => files.extend(more),
            (Err(error), Ok(_)) => {
                failed.store(true, Ordering::Relaxed);
                files = Err(error);
            }
            (_, Err(_)) => {}
        }
    }
    files
}

/// Whether the plan reads files that the write would remove.
fn is_read(resolved: &Resolved, root: &Path) -> Result<bool> {
    let mut found = false;
    let looked = resolved.plan.apply_with_subqueries(|node| {
        if let LogicalPlan::TableScan(scan) = node
            && let Ok(provider) = source_as_provider(&scan.source)
            && let Some(table) = provider.downcast_ref::<ScanTable>()
        {
            found |= table.rows.reads_below(root);
        }
        Ok(TreeNodeRecursion::Continue)
    });
    looked.map_err(from_datafusion)?;
    Ok(found)
}

/// Where the rows go; readers of several paths have `paths`, writers one.
fn root_of(options: &OptionMap, conf: &Conf) -> Result<PathBuf> {
    match options.get("path") {
        None => Err(SparkError::new("_LEGACY_ERROR_TEMP_2047", &[])),
        Some("") => Err(SparkError::plain(
            crate::error::ErrorClass::IllegalArgument,
            "Can not create a Path from an empty string",
        )),
        Some(path) => conf.paths()?.write(path),
    }
}

/// A format that is none, or that is no place for batches.
fn refused(format: &str, mode: Option<SaveMode>) -> SparkError {
    match format {
        "console" => match mode {
            Some(SaveMode::Append) => SparkError::not_implemented("the format console of batches"),
            other => needs_mode("console", other),
        },
        "binaryfile" => SparkError::new("UNSUPPORTED_FEATURE.WRITE_FOR_BINARY_SOURCE", &[]),
        "jdbc" | "kafka" | "delta" => {
            SparkError::not_implemented(format_args!("writing the format {format}"))
        }
        other => SparkError::new("DATA_SOURCE_NOT_FOUND", &[("provider", other)]),
    }
}

fn needs_mode(source: &str, mode: Option<SaveMode>) -> SparkError {
    let mode = match mode {
        Some(SaveMode::Ignore) => "Ignore",
        _ => "ErrorIfExists",
    };
    SparkError::new(
        "UNSUPPORTED_DATA_SOURCE_SAVE_MODE",
        &[("source", source), ("createMode", &format!("\"{mode}\""))],
    )
}

/// One partition's rows on their way into files.
struct Task {
    layout: Arc<Layout>,
    resolved: Arc<Resolved>,
    staging: PathBuf,
    stem: String,
    is_first: bool,
    /// Another one has failed: what this one does is for nothing.
    failed: Arc<AtomicBool>,
}

impl Task {
    fn run(self, streams: Vec<SendableRecordBatchStream>, handle: &Handle) -> Result<Vec<Staged>> {
        let names = Box::new(Stem(self.stem));
        let mut out = TaskOutput::new(&self.layout, &self.staging, names, self.is_first);
        for mut stream in streams {
            let mut next = || handle.block_on(stream.try_next()).map_err(from_datafusion);
            while let Some(batch) = next()? {
                if self.failed.load(Ordering::Relaxed) {
                    return Ok(Vec::new());
                }
                for batch in named(&self.resolved, vec![batch])? {
                    out.write(&batch)?;
                }
            }
        }
        out.finish()
    }
}

struct Stem(String);

impl Names for Stem {
    fn stem(&mut self) -> String {
        self.0.clone()
    }
}

/// One write and its folder of temporary files, which goes with it.
struct Job {
    id: Uuid,
    root: PathBuf,
    staging: PathBuf,
}

impl Job {
    fn begin(root: &Path) -> Result<Self> {
        let id = new_id();
        if storage::is_remote(root) {
            // Nothing there has a name before it is published.
            return Ok(Self {
                id,
                root: root.to_path_buf(),
                staging: root.to_path_buf(),
            });
        }
        let staging = root.join(STAGING).join(id.to_string());
        fs::create_dir_all(&staging).map_err(|e| unwritten_io(root, &e))?;
        Ok(Self {
            id,
            root: root.to_path_buf(),
            staging,
        })
    }

    /// Removes what the new files replace.
    fn clear(&self, files: &[Staged], whole: Option<PathBuf>) -> Result<()> {
        for folder in self.cleared(files, whole) {
            empty(&folder)?;
        }
        Ok(())
    }

    /// The folders whose content the new files replace.
    fn cleared(&self, files: &[Staged], whole: Option<PathBuf>) -> Vec<PathBuf> {
        if let Some(folder) = whole {
            return vec![folder];
        }
        let mut folders: Vec<_> = files.iter().map(partition_of).collect();
        folders.sort();
        folders.dedup();
        folders
            .iter()
            .map(|folder| self.root.join(folder))
            .collect()
    }

    /// What is in a store now and goes once the new files are there.
    fn replaced(&self, files: &[Staged], whole: Option<PathBuf>) -> Result<Vec<PathBuf>> {
        let mut old = Vec::new();
        for folder in self.cleared(files, whole) {
            let below = storage::walk(&folder).map_err(|e| unwritten_io(&folder, &e))?;
            old.extend(below.into_iter().map(|(path, _)| path));
        }
        Ok(old)
    }

    fn commit(self, files: &[Staged], old: &[PathBuf]) -> Result<()> {
        publish(files, &self.root)?;
        storage::remove_files(old).map_err(|e| unwritten_io(&self.root, &e))?;
        let success = self.root.join("_SUCCESS");
        storage::put(&success, Vec::new()).map_err(|e| unwritten_io(&success, &e))
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        if storage::is_remote(&self.root) {
            return;
        }
        // Best effort: readers pass over what may be left.
        let _ = fs::remove_dir_all(&self.staging);
        let _ = fs::remove_dir(self.root.join(STAGING));
    }
}

fn within(root: &Path, request: &WriteRequest) -> PathBuf {
    match &request.within {
        Some(folder) => root.join(folder),
        None => root.to_path_buf(),
    }
}

/// Removes all that is in a folder, but for temporary files.
fn empty(folder: &Path) -> Result<()> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(unwritten_io(folder, &e)),
    };
    for entry in entries.flatten() {
        if entry.file_name() == STAGING {
            continue;
        }
        let path = entry.path();
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        let removed = match is_folder {
            true => fs::remove_dir_all(&path),
            false => fs::remove_file(&path),
        };
        removed.map_err(|e| unwritten_io(&path, &e))?;
    }
    Ok(())
}

/// The only place that makes identities of writes.
#[allow(clippy::disallowed_methods)]
pub fn new_id() -> Uuid {
    Uuid::new_v4()
}
