//! Parquet files: Spark's types for theirs, the wanted columns of the wanted row groups.
//!
//! `schema` maps types, `prune` leaves out row groups by their statistics, `rows` the rows
//! that do not meet conditions, which `stages` puts into an order and `words` asks of a
//! dictionary where it can; `merge` makes one schema of several files'.

mod merge;
mod prune;
mod rows;
mod schema;
mod stages;
mod words;

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow::datatypes::SchemaRef;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use parquet::file::metadata::RowGroupMetaData;

pub(super) use self::merge::merged;
use super::adapt::{adapted, position};
use super::border::{
    Batches, Decoder, FileDecoder, Format, InferRules, Opened, Part, ROWS_A_BATCH, Request,
    unreadable,
};
use super::fills::Fills;
use super::{Defaults, OptionMap};
use crate::error::{Result, SparkError};
use crate::storage::ReadFile;
use crate::types::{DataType, StructType};

/// Spark's Parquet reader with its options.
#[derive(Debug)]
pub struct ParquetFormat {
    merge: bool,
    /// Of a file whose footer was read for the schema.
    bytes_a_row: OnceLock<f64>,
}

impl ParquetFormat {
    pub fn new(options: &[(String, String)], defaults: &Defaults) -> Result<Self> {
        let map = OptionMap::new(options);
        refuse_missing(&map)?;
        Ok(Self {
            merge: map.flag("mergeSchema", defaults.parquet_merge)?,
            bytes_a_row: OnceLock::new(),
        })
    }
}

/// Dates before 1582 that old writers counted in another calendar are not recounted.
fn refuse_missing(map: &OptionMap) -> Result<()> {
    for name in ["datetimeRebaseMode", "int96RebaseMode"] {
        if let Some(mode) = map.get(name)
            && !mode.eq_ignore_ascii_case("CORRECTED")
            && !mode.eq_ignore_ascii_case("EXCEPTION")
        {
            return Err(SparkError::not_implemented(format_args!(
                "the Parquet option {name}={mode}"
            )));
        }
    }
    Ok(())
}

impl Format for ParquetFormat {
    fn name(&self) -> &'static str {
        "parquet"
    }

    fn is_splittable(&self) -> bool {
        true
    }

    fn keeps_exactly(&self) -> bool {
        true
    }

    fn is_text(&self) -> bool {
        false
    }

    fn infer(
        &self,
        files: &mut dyn Iterator<Item = Result<Opened>>,
        rules: &InferRules,
    ) -> Result<Option<StructType>> {
        let mut all = Vec::new();
        for file in files {
            match file.and_then(|file| self.schema_of(file)) {
                Ok(found) => all.push(found),
                Err(_) if rules.ignore_corrupt => {}
                Err(error) => return Err(error),
            }
            if !self.merge {
                break;
            }
        }
        merged(all, rules.case_sensitive)
    }

    fn bytes_a_row(&self) -> Option<f64> {
        self.bytes_a_row.get().copied()
    }

    fn check_schema(&self, schema: &StructType) -> Result<()> {
        let refused = |f: &&crate::types::StructField| {
            matches!(f.data_type, DataType::CalendarInterval | DataType::Null)
        };
        match schema.fields.iter().find(refused) {
            Some(field) => Err(super::text::unsupported("Parquet", field)),
            None => Ok(()),
        }
    }

    fn decoder(&self, request: &Request) -> Result<Decoder> {
        let wanted = request.wanted().as_nullable();
        Ok(Decoder::Files(Box::new(ParquetDecoder {
            request: request.clone(),
            schema: Arc::new(wanted.to_arrow()),
            wanted,
            rows: None,
        })))
    }
}

impl ParquetFormat {
    fn schema_of(&self, file: Opened) -> Result<StructType> {
        let (path, bytes) = (file.path.clone(), file.size);
        let file = file.into_file()?;
        let metadata = load(&file).map_err(|_| no_footer(&path))?;
        let rows = metadata.metadata().file_metadata().num_rows();
        if rows > 0 {
            self.bytes_a_row.get_or_init(|| bytes as f64 / rows as f64);
        }
        schema::of_file(&metadata).map_err(|_| no_footer(&path))
    }
}

/// A file whose end is no footer, met while its schema was wanted.
pub(super) fn no_footer(path: &str) -> SparkError {
    let plain = path.replacen("file://", "file:", 1);
    SparkError::new(
        "FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER",
        &[("path", &plain)],
    )
}

fn load(file: &ReadFile) -> parquet::errors::Result<ArrowReaderMetadata> {
    // Spark's own mapping of types counts, not what an Arrow writer left for readers.
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let metadata = ArrowReaderMetadata::load(file, options)?;
    match schema::with_micros(metadata.schema(), metadata.parquet_schema()) {
        None => Ok(metadata),
        Some(schema) => {
            let options = ArrowReaderOptions::new()
                .with_skip_arrow_metadata(true)
                .with_schema(Arc::new(schema));
            ArrowReaderMetadata::try_new(Arc::clone(metadata.metadata()), options)
        }
    }
}

struct ParquetDecoder {
    request: Request,
    wanted: StructType,
    schema: SchemaRef,
    /// Of the row groups that are read.
    rows: Option<u64>,
}

impl FileDecoder for ParquetDecoder {
    fn open(&mut self, opened: Opened, part: Part) -> Result<Batches> {
        let path = opened.path.clone();
        if opened.size == 0 {
            return Ok(Box::new(std::iter::empty()));
        }
        let file = opened.into_file()?;
        let metadata = load(&file).map_err(|e| unreadable(&path, &e))?;
        let roots = self.roots(&self.wanted, &metadata, &path)?;
        let filters = &self.request.filters;
        let kept = prune::kept(&metadata, &self.request, filters);
        let groups = metadata
            .metadata()
            .row_groups()
            .iter()
            .zip(kept)
            .enumerate();
        let groups = groups.filter(|(_, (group, kept))| *kept && is_within(group, part));
        let groups: Vec<usize> = groups.map(|(at, _)| at).collect();
        self.rows = Some(rows_of(&metadata, &groups).map(|rows| rows as u64).sum());
        let mask = ProjectionMask::roots(metadata.parquet_schema(), roots.iter().copied());
        file.expect(|| chunks(&metadata, &groups, &mask));
        let case_sensitive = self.request.case_sensitive;
        let schema = Arc::clone(&self.schema);
        let fills = self.request.fills.clone();
        if stages::are_asked(&self.request) {
            let asked = self.request.asked();
            self.roots(&asked, &metadata, &path)?;
            let source = rows::Source {
                file,
                path,
                metadata,
                fills,
                case_sensitive,
            };
            let request = self.request.clone();
            return Ok(Box::new(rows::GroupRows::new(
                source, request, schema, groups,
            )));
        }
        if roots.is_empty() {
            return Ok(rows_only(&metadata, &groups, &self.schema, fills));
        }
        let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata)
            .with_row_groups(groups)
            .with_projection(mask)
            .with_batch_size(ROWS_A_BATCH)
            .build()
            .map_err(|e| unreadable(&path, &e))?;
        Ok(Box::new(reader.map(move |batch| {
            let batch = batch.map_err(|e| unreadable(&path, &e))?;
            adapted(&batch, &schema, &fills, case_sensitive).map_err(|e| unreadable(&path, &e))
        })))
    }

    fn rows(&self) -> Option<u64> {
        self.rows
    }
}

/// The rows of each of these groups.
fn rows_of(metadata: &ArrowReaderMetadata, groups: &[usize]) -> impl Iterator<Item = usize> {
    let found = groups
        .iter()
        .filter_map(move |at| metadata.metadata().row_groups().get(*at));
    found.map(|group| usize::try_from(group.num_rows()).unwrap_or(0))
}

impl ParquetDecoder {
    /// Where a file holds these columns, of those that it holds.
    fn roots(
        &self,
        columns: &StructType,
        metadata: &ArrowReaderMetadata,
        path: &str,
    ) -> Result<Vec<usize>> {
        let held = metadata.schema().fields();
        let mut roots = Vec::new();
        for field in columns.fields.iter() {
            let Some(at) = position(held, &field.name, self.request.case_sensitive) else {
                continue;
            };
            if let Some(found) = held.get(at) {
                schema::check(found, field, metadata, at, path)?;
            }
            roots.push(at);
        }
        Ok(roots)
    }
}

/// Whether the middle of a row group is in the part.
fn is_within(group: &RowGroupMetaData, part: Part) -> bool {
    let ranges = group.columns().iter().map(|column| column.byte_range());
    let (from, to) = ranges.fold((u64::MAX, 0), |(from, to), (at, length)| {
        (from.min(at), to.max(at + length))
    });
    let middle = from.saturating_add(to.saturating_sub(from) / 2);
    from == u64::MAX && part.from == 0 || (part.from..part.to).contains(&middle)
}

/// Where the wanted columns of each wanted row group lie.
fn chunks(
    metadata: &ArrowReaderMetadata,
    groups: &[usize],
    mask: &ProjectionMask,
) -> Vec<Vec<Range<u64>>> {
    let groups = groups
        .iter()
        .filter_map(|at| metadata.metadata().row_groups().get(*at));
    let chunks = groups.map(|group| {
        let columns = group.columns().iter().enumerate();
        let wanted = columns.filter(|(leaf, _)| mask.leaf_included(*leaf));
        wanted.map(|(_, column)| {
            let (from, length) = column.byte_range();
            from..from + length
        })
    });
    chunks.map(Iterator::collect).collect()
}

/// Batches of a file that holds none of the wanted columns.
fn rows_only(
    metadata: &ArrowReaderMetadata,
    groups: &[usize],
    schema: &SchemaRef,
    fills: Fills,
) -> Batches {
    let counts = rows_of(metadata, groups).filter(|count| *count > 0);
    let counts: Vec<usize> = counts.collect();
    let schema = Arc::clone(schema);
    Box::new(
        counts
            .into_iter()
            .map(move |rows| nulls(&schema, &fills, rows)),
    )
}

/// So many rows of columns that a file lacks.
pub(super) fn nulls(schema: &SchemaRef, fills: &Fills, rows: usize) -> Result<RecordBatch> {
    let fields = schema.fields().iter();
    let arrays = fields
        .map(|field| fills.column(field, rows))
        .collect::<Result<_>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(Arc::clone(schema), arrays, &options)
        .map_err(SparkError::internal)
}
