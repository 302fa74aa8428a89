//! Files of rows on disk: which folder a row belongs to, what the files are called, and
//! that each is whole before it has its name.
//!
//! A [`Layout`] is made once for a write or a query; a [`TaskOutput`] writes the rows of
//! one partition into files under temporary names, which [`publish`] then gives their own.
//! An object of a store has no name at all until then.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::UInt32Array;
use arrow::record_batch::{RecordBatch, RecordBatchOptions};

use super::bucketing::Bucketing;
use super::conf::{self, Conf};
use super::partition_folders::{Partitioning, folder_of};
use crate::error::{ErrorClass, Result, SparkError};
use crate::formats::OptionMap;
use crate::formats::write::{FileWriter, Output, WriteDefaults, WriteFormat};
use crate::storage::{self, NewFile, Pending};
use crate::types::{DataType, StructType};

/// Bytes held back before they go to the disk.
const BUFFER: usize = 256 * 1024;

/// Files that one task has open; the partition that waited longest gives way.
const MOST_OPEN: usize = 128;

/// How the rows of a write become files.
#[derive(Debug)]
pub struct Layout {
    format: WriteFormat,
    /// The columns that the files hold.
    data: Vec<usize>,
    partitioning: Partitioning,
    buckets: Option<Bucketing>,
    /// Rows of one file at most; zero for no limit.
    max_records: u64,
}

impl Layout {
    pub fn new(
        format: &str,
        schema: &StructType,
        partition_by: &[String],
        options: &OptionMap,
        conf: &Conf,
    ) -> Result<Self> {
        let is_case_sensitive = conf.flag(conf::CASE_SENSITIVE);
        check_duplicates(schema, is_case_sensitive)?;
        check_not_empty(schema, format)?;
        let zone = conf.zone()?;
        let partitioning =
            Partitioning::new(schema, partition_by, options, zone, is_case_sensitive)?;
        let data: Vec<usize> = (0..schema.len())
            .filter(|at| !partitioning.contains(*at))
            .collect();
        let wanted = StructType::new(data.iter().map(|at| schema.fields[*at].clone()));
        let defaults = WriteDefaults {
            zone,
            parquet_codec: setting(conf, "spark.sql.parquet.compression.codec", "snappy"),
            orc_codec: setting(conf, "spark.sql.orc.compression.codec", "zstd"),
            avro: super::file_read::avro_settings(conf)?,
            avro_codec: setting(conf, "spark.sql.avro.compression.codec", "snappy"),
            json_ignores_nulls: setting(conf, "spark.sql.jsonGenerator.ignoreNullFields", "true")
                == "true",
        };
        Ok(Self {
            format: WriteFormat::new(format, &wanted, options, &defaults)?,
            data,
            partitioning,
            buckets: None,
            max_records: max_records(options, conf)?,
        })
    }

    /// The same with the rows of each folder dealt to files.
    pub fn with_buckets(mut self, buckets: Option<Bucketing>) -> Self {
        self.buckets = buckets;
        self
    }

    pub fn is_partitioned(&self) -> bool {
        !self.partitioning.is_empty()
    }
}

fn setting(conf: &Conf, key: &str, default: &str) -> String {
    conf.find(key).unwrap_or_else(|| default.to_string())
}

fn max_records(options: &OptionMap, conf: &Conf) -> Result<u64> {
    let set = conf.find("spark.sql.files.maxRecordsPerFile");
    let text = options.text("maxRecordsPerFile").or(set);
    let text = text.unwrap_or_else(|| "0".into());
    let number: i64 = text.parse().map_err(|_| {
        let message = format!("For input string: \"{text}\"");
        SparkError::plain(ErrorClass::NumberFormat, message)
    })?;
    Ok(u64::try_from(number).unwrap_or(0))
}

/// Names that occur twice could not be told apart by who reads the file.
pub(super) fn check_duplicates(schema: &StructType, is_case_sensitive: bool) -> Result<()> {
    let mut seen = std::collections::HashSet::new();
    for field in schema.fields.iter() {
        let name = match is_case_sensitive {
            true => field.name.clone(),
            false => field.name.to_lowercase(),
        };
        if !seen.insert(name.clone()) {
            return Err(SparkError::new(
                "COLUMN_ALREADY_EXISTS",
                &[("columnName", &crate::error::quoted(&[name]))],
            ));
        }
    }
    Ok(())
}

/// Files hold columns, and structs in them fields.
fn check_not_empty(schema: &StructType, format: &str) -> Result<()> {
    fn is_empty(schema: &StructType) -> bool {
        let within = |field: &crate::types::StructField| match &field.data_type {
            DataType::Struct(fields) => is_empty(fields),
            _ => false,
        };
        schema.is_empty() || schema.fields.iter().any(within)
    }
    if !is_empty(schema) {
        return Ok(());
    }
    let name = match format {
        "json" => "JSON",
        "csv" => "CSV",
        "orc" => "ORC",
        "text" => "Text",
        "avro" => "Avro",
        "xml" => "XML",
        _ => "Parquet",
    };
    Err(SparkError::new(
        "EMPTY_SCHEMA_NOT_SUPPORTED_FOR_DATASOURCE",
        &[("format", name)],
    ))
}

/// What a write calls its files.
pub trait Names {
    /// The stem of the next file: `part-00000-<uuid>`.
    fn stem(&mut self) -> String;
}

/// A file that is whole and has a temporary name.
#[derive(Debug, Clone)]
pub struct Staged {
    pub staged: PathBuf,
    /// In a store: what waits for its name there.
    pub pending: Option<Arc<Pending>>,
    /// Its place below the root: `k=1/part-….json`.
    pub relative: PathBuf,
}

/// Where a row goes: into a file of this folder, and of this bucket.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Place {
    folder: String,
    bucket: Option<u32>,
}

struct OpenFile {
    staged: PathBuf,
    relative: PathBuf,
    writer: Box<dyn FileWriter>,
    file: NewFile,
    rows: u64,
    /// When it was last written to, by the task's own count.
    used: u64,
}

/// Writes the rows of one partition.
pub struct TaskOutput<'a> {
    layout: &'a Layout,
    /// Under which the temporary files lie.
    staging: PathBuf,
    names: Box<dyn Names>,
    is_first: bool,
    open: HashMap<Place, OpenFile>,
    /// How many files each place has had.
    counts: HashMap<Place, u32>,
    done: Vec<Staged>,
    clock: u64,
}

impl<'a> TaskOutput<'a> {
    /// `is_first`: the task that writes a file even where there are no rows.
    pub fn new(layout: &'a Layout, staging: &Path, names: Box<dyn Names>, is_first: bool) -> Self {
        Self {
            layout,
            staging: staging.to_path_buf(),
            names,
            is_first,
            open: HashMap::new(),
            counts: HashMap::new(),
            done: Vec::new(),
            clock: 0,
        }
    }

    pub fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let data = columns_of(batch, &self.layout.data)?;
        if !self.layout.is_partitioned() && self.layout.buckets.is_none() {
            return self.write_into(&Place::default(), &data);
        }
        for (place, rows) in self.places(batch)? {
            let rows = UInt32Array::from(rows);
            let columns = data.columns().iter();
            let columns = columns
                .map(|column| arrow::compute::take(column, &rows, None))
                .collect::<Result<Vec<_>, _>>()
                .map_err(SparkError::internal)?;
            let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
            let part = RecordBatch::try_new_with_options(data.schema(), columns, &options)
                .map_err(SparkError::internal)?;
            self.write_into(&place, &part)?;
        }
        Ok(())
    }

    /// The rows of each place.
    fn places(&self, batch: &RecordBatch) -> Result<Vec<(Place, Vec<u32>)>> {
        let parts = match self.layout.is_partitioned() {
            true => self.layout.partitioning.split(batch),
            false => {
                let all = 0..u32::try_from(batch.num_rows()).unwrap_or(u32::MAX);
                vec![(String::new(), all.collect())]
            }
        };
        let Some(buckets) = &self.layout.buckets else {
            let place = |(folder, rows)| {
                (
                    Place {
                        folder,
                        bucket: None,
                    },
                    rows,
                )
            };
            return Ok(parts.into_iter().map(place).collect());
        };
        let numbers = buckets.numbers(batch)?;
        let mut found = Vec::new();
        for (folder, rows) in parts {
            let mut dealt: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
            for row in rows {
                let number = numbers.get(row as usize).copied().unwrap_or(0);
                dealt.entry(number).or_default().push(row);
            }
            found.extend(dealt.into_iter().map(|(number, rows)| {
                let (folder, bucket) = (folder.clone(), Some(number));
                (Place { folder, bucket }, rows)
            }));
        }
        Ok(found)
    }

    fn write_into(&mut self, folder: &Place, rows: &RecordBatch) -> Result<()> {
        let mut from = 0;
        while from < rows.num_rows() {
            let limit = self.layout.max_records;
            let left = rows.num_rows() - from;
            let open = self.file(folder)?;
            let room = match limit {
                0 => left,
                limit => left.min(usize::try_from(limit - open.rows).unwrap_or(left)),
            };
            let path = open.staged.clone();
            open.writer
                .write(&rows.slice(from, room))
                .map_err(|e| unwritten(&path, &e))?;
            open.rows += room as u64;
            from += room;
        }
        Ok(())
    }

    /// The folder's file that has room for a row.
    fn file(&mut self, folder: &Place) -> Result<&mut OpenFile> {
        self.clock += 1;
        let limit = self.layout.max_records;
        let is_full = |open: &OpenFile| limit > 0 && open.rows >= limit;
        if self.open.get(folder).is_some_and(is_full) {
            self.close(folder)?;
        }
        if !self.open.contains_key(folder) {
            if self.open.len() >= MOST_OPEN {
                let oldest = self.open.iter().min_by_key(|(_, open)| open.used);
                if let Some(oldest) = oldest.map(|(folder, _)| folder.clone()) {
                    self.close(&oldest)?;
                }
            }
            let opened = self.create(folder)?;
            self.open.insert(folder.clone(), opened);
        }
        let clock = self.clock;
        let Some(open) = self.open.get_mut(folder) else {
            return Err(SparkError::internal("a file that was opened is not there"));
        };
        open.used = clock;
        Ok(open)
    }

    fn create(&mut self, place: &Place) -> Result<OpenFile> {
        let folder = place.folder.as_str();
        let count = self.counts.entry(place.clone()).or_insert(0);
        let number = *count;
        *count += 1;
        let mark = if folder.is_empty() { '-' } else { '.' };
        let extension = self.layout.format.extension();
        let bucket = place.bucket.map(|number| format!("_{number:05}"));
        let mark = if bucket.is_some() { '.' } else { mark };
        let bucket = bucket.unwrap_or_default();
        let stem = self.names.stem();
        let name = format!("{stem}{bucket}{mark}c{number:03}{extension}");
        let relative = Path::new(folder).join(&name);
        // A dot: who lists the folder meanwhile passes over it.
        let staged = match storage::is_remote(&self.staging) {
            true => self.staging.join(&relative),
            false => self.staging.join(folder).join(format!(".{name}.tmp")),
        };
        let create = || -> io::Result<(NewFile, NewFile)> {
            if let Some(parent) = staged.parent() {
                storage::create_dir_all(parent)?;
            }
            let file = NewFile::create(&staged)?;
            Ok((file.try_clone()?, file))
        };
        let (out, file) = create().map_err(|e| unwritten_io(&staged, &e))?;
        let out: Output = Box::new(BufWriter::with_capacity(BUFFER, out));
        let opened = self.layout.format.open(out);
        Ok(OpenFile {
            writer: opened.map_err(|e| unwritten(&staged, &e))?,
            staged,
            relative,
            file,
            rows: 0,
            used: self.clock,
        })
    }

    fn close(&mut self, folder: &Place) -> Result<()> {
        let Some(open) = self.open.remove(folder) else {
            return Ok(());
        };
        self.done.push(Staged {
            staged: open.staged.clone(),
            pending: None,
            relative: open.relative,
        });
        open.writer
            .finish()
            .map_err(|e| unwritten(&open.staged, &e))?;
        let settled = open.file.settle();
        let pending = settled.map_err(|e| unwritten_io(&open.staged, &e))?;
        if let Some(done) = self.done.last_mut() {
            done.pending = pending;
        }
        Ok(())
    }

    /// Ends all files; they are whole and durable, under temporary names.
    pub fn finish(mut self) -> Result<Vec<Staged>> {
        let is_empty = self.done.is_empty() && self.open.is_empty();
        let is_plain = !self.layout.is_partitioned() && self.layout.buckets.is_none();
        if is_empty && self.is_first && is_plain {
            self.file(&Place::default())?;
        }
        let mut folders: Vec<Place> = self.open.keys().cloned().collect();
        folders.sort();
        for folder in folders {
            self.close(&folder)?;
        }
        Ok(std::mem::take(&mut self.done))
    }
}

impl Drop for TaskOutput<'_> {
    /// What is left here is of a write that failed.
    fn drop(&mut self) {
        if storage::is_remote(&self.staging) {
            return;
        }
        let open = self.open.values().map(|open| &open.staged);
        for path in open.chain(self.done.iter().map(|done| &done.staged)) {
            // Best effort: a temporary name means nothing to a reader.
            let _ = fs::remove_file(path);
        }
    }
}

fn columns_of(batch: &RecordBatch, columns: &[usize]) -> Result<RecordBatch> {
    if columns.len() == batch.num_columns() {
        return Ok(batch.clone());
    }
    batch.project(columns).map_err(SparkError::internal)
}

/// Removes files that did not get their names.
pub fn discard(files: &[Staged]) {
    for file in files.iter().filter(|file| file.pending.is_none()) {
        // Best effort: a temporary name means nothing to a reader.
        let _ = fs::remove_file(&file.staged);
    }
}

/// Gives the files their own names below the root, and makes the names durable.
pub fn publish(files: &[Staged], root: &Path) -> Result<()> {
    if storage::is_remote(root) {
        let pending: Vec<_> = files.iter().filter_map(|f| f.pending.clone()).collect();
        return storage::publish(&pending).map_err(|e| unwritten_io(root, &e));
    }
    let mut folders: Vec<PathBuf> = Vec::new();
    for file in files {
        let target = root.join(&file.relative);
        let folder = target.parent().unwrap_or(root).to_path_buf();
        if !folders.contains(&folder) {
            fs::create_dir_all(&folder).map_err(|e| unwritten_io(&folder, &e))?;
            folders.push(folder);
        }
        fs::rename(&file.staged, &target).map_err(|e| unwritten_io(&target, &e))?;
    }
    for folder in folders {
        // A new folder's own name is in the one above it.
        let mut at = Some(folder.as_path());
        while let Some(folder) = at.filter(|folder| folder.starts_with(root)) {
            let synced = File::open(folder).and_then(|f| f.sync_all());
            synced.map_err(|e| unwritten_io(folder, &e))?;
            at = folder.parent();
        }
    }
    Ok(())
}

/// What the system refused, and where.
pub fn unwritten_io(path: &Path, error: &io::Error) -> SparkError {
    if let Some(condition) = storage::condition_of(error) {
        return condition;
    }
    let message = format!("cannot write {}: {error}", storage::shown(path));
    SparkError::plain(ErrorClass::SparkRuntime, message)
}

/// An encoder's failure, with the file; a failure that names its cause stays itself.
fn unwritten(path: &Path, error: &SparkError) -> SparkError {
    if error.condition().is_empty() {
        let message = format!("cannot write {}: {}", storage::shown(path), error.message());
        return SparkError::plain(error.class(), message);
    }
    error.clone()
}

/// The folder of a file that was published, below the root.
pub fn partition_of(file: &Staged) -> &Path {
    folder_of(&file.relative)
}
