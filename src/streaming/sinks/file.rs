//! The file sink: each batch as files in a folder, each row exactly once.
//!
//! A batch's files are whole and have their names before the log in `_spark_metadata`
//! names them; who reads the folder goes by the log. A batch that is run again writes new
//! files, and those of the first attempt are in no log; a batch that the log has is not
//! taken again.

use std::path::PathBuf;
use std::sync::Arc;

use parking_lot::Mutex;

use super::{BatchRows, Sink};
use crate::analysis::OutputMode;
use crate::error::{ErrorClass, Result, SparkError};
use crate::execution::conf::{CASE_SENSITIVE, Conf};
use crate::execution::files;
use crate::execution::new_id;
use crate::execution::output::{Layout, Names, Staged, TaskOutput, discard, publish, unwritten_io};
use crate::formats::write::WriteFormat;
use crate::formats::{OptionMap, time_micros};
use crate::storage;
use crate::streaming::checkpoint::fault_point::{FaultPoint, reach};
use crate::streaming::checkpoint::{
    BatchId, FsyncStats, SINK_LOG, SinkFile, SinkLog, SinkLogSettings, SourceLogRetention,
};
use crate::time::Clock;
use crate::types::StructType;

const PREFIX: &str = "spark.sql.streaming.fileSink.log.";

/// What a file sink is made of.
pub struct FileSinkRequest<'a> {
    pub format: &'a str,
    pub schema: &'a StructType,
    pub partition_by: &'a [String],
    pub options: &'a OptionMap,
    pub conf: &'a Conf,
    pub clock: Arc<dyn Clock>,
}

pub struct FileSink {
    root: PathBuf,
    layout: Layout,
    clock: Arc<dyn Clock>,
    log: Mutex<SinkLog>,
}

impl FileSink {
    /// Whether the format is one of files.
    pub fn takes(format: &str) -> bool {
        WriteFormat::is_known(format)
    }

    /// Opens the sink's folder, making it where it is missing.
    pub fn open(request: &FileSinkRequest<'_>) -> Result<Self> {
        let FileSinkRequest {
            format,
            schema,
            partition_by,
            options,
            conf,
            ..
        } = request;
        let Some(path) = options.get("path") else {
            let message = "'path' is not specified";
            return Err(SparkError::plain(ErrorClass::IllegalArgument, message));
        };
        let root = conf.paths()?.write(path)?;
        let settings = log_settings(options, conf)?;
        check_partitions(schema, partition_by, conf)?;
        let layout = Layout::new(format, schema, partition_by, options, conf)?;
        storage::create_dir_all(&root).map_err(|e| unwritten_io(&root, &e))?;
        let log = SinkLog::open(&root.join(SINK_LOG), settings, Arc::<FsyncStats>::default())?;
        Ok(Self {
            root,
            layout,
            clock: Arc::clone(&request.clock),
            log: Mutex::new(log),
        })
    }

    fn logged(&self, file: &Staged) -> Result<SinkFile> {
        let path = self.root.join(&file.relative);
        let facts = storage::facts(&path).map_err(|e| unwritten_io(&path, &e))?;
        let millis = facts.modified_millis().unwrap_or_default();
        Ok(SinkFile::added(files::uri(&path), facts.size, millis))
    }
}

impl Sink for FileSink {
    fn description(&self) -> String {
        format!("FileSink[{}]", storage::hadoop(&self.root))
    }

    fn add_batch(&self, batch: BatchId, rows: BatchRows<'_>, _mode: OutputMode) -> Result<()> {
        let mut log = self.log.lock();
        if log.latest().is_some_and(|latest| batch <= latest) {
            return Ok(());
        }
        let mut out = TaskOutput::new(&self.layout, &self.root, Box::new(FreshStem), true);
        for rows in rows {
            out.write(&rows?)?;
        }
        let files = out.finish()?;
        let published = reach(FaultPoint::SinkStaged).and_then(|()| publish(&files, &self.root));
        if let Err(error) = published {
            discard(&files);
            return Err(error);
        }
        reach(FaultPoint::SinkNamed)?;
        let entries = files.iter().map(|file| self.logged(file));
        let entries = entries.collect::<Result<Vec<_>>>()?;
        log.add(batch, entries, self.clock.now_millis())
    }
}

/// Each file has an identity of its own: an attempt that was cut short leaves names that
/// the next one does not meet.
struct FreshStem;

impl Names for FreshStem {
    fn stem(&mut self) -> String {
        format!("part-00000-{}", new_id())
    }
}

fn log_settings(options: &OptionMap, conf: &Conf) -> Result<SinkLogSettings> {
    let found = |name: &str| conf.find(&format!("{PREFIX}{name}"));
    let interval = found("compactInterval").and_then(|text| text.trim().parse::<i64>().ok());
    let interval = interval.unwrap_or(10);
    let Some(every) = u64::try_from(interval).ok().filter(|n| *n > 0) else {
        let message = format!(
            "requirement failed: Please set {PREFIX}compactInterval (was {interval}) to a positive value."
        );
        return Err(SparkError::plain(ErrorClass::IllegalArgument, message));
    };
    let millis = conf.millis(&format!("{PREFIX}cleanupDelay"));
    let delay = u64::try_from(millis.unwrap_or(600_000)).unwrap_or(0);
    let keep = options.get("retention").map(retention).transpose()?;
    Ok(SinkLogSettings {
        interval: every,
        is_deleting: found("deletion").is_none_or(|text| text == "true"),
        retention: SourceLogRetention {
            min_batches: conf.number(crate::execution::conf::MIN_BATCHES, 100) as u64,
            delay: std::time::Duration::from_millis(delay),
        },
        keep_millis: keep,
    })
}

/// The option `retention`, in milliseconds.
fn retention(text: &str) -> Result<i64> {
    Ok(time_micros(text, 1000)? / 1000)
}

/// Streams say it with words of their own.
fn check_partitions(schema: &StructType, partition_by: &[String], conf: &Conf) -> Result<()> {
    let is_case_sensitive = conf.flag(CASE_SENSITIVE);
    for name in partition_by {
        let is_it = |field: &crate::types::StructField| match is_case_sensitive {
            true => field.name == *name,
            false => field.name.to_lowercase() == name.to_lowercase(),
        };
        if !schema.fields.iter().any(is_it) {
            let names: Vec<_> = schema.fields.iter().map(|f| f.name.as_str()).collect();
            return Err(SparkError::new(
                "_LEGACY_ERROR_TEMP_1196",
                &[
                    ("columnType", "Partition"),
                    ("columnName", name),
                    ("validColumnNames", &names.join(", ")),
                ],
            ));
        }
    }
    Ok(())
}
