//! [`FileScan`]: how the files of one read become rows, without which files they are.
//! It adds to what a format decodes the columns that the file's place gives: those of
//! its folders, `_metadata`, and `input_file_name()`.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, Int64Array, RecordBatch, RecordBatchOptions, StringArray, StructArray,
    TimestampMicrosecondArray,
};
use arrow::datatypes::{Schema, SchemaRef};
use datafusion::common::ScalarValue;

use super::open::is_compressed;
use super::rejects::{Aside, Rejects};
use super::{FileEntry, Partitions, open, uri};
use crate::analysis::{HIDDEN_FILE_NAME, HIDDEN_METADATA, metadata_type};
use crate::error::{Result, SparkError};
use crate::formats::{AbsentRows, Condition, Decoder, Fills, Format, Request, filled};
use crate::storage;
use crate::types::{DataType, StructField, StructType};

mod ahead;
mod lines;
mod reader;
#[cfg(test)]
mod tests;

use ahead::Ahead;
pub use lines::{Stretch, share};
pub use reader::Reader;

/// Batches, and what is absent from each.
pub type WatchedBatches = Box<dyn Iterator<Item = Result<(RecordBatch, AbsentRows)>> + Send>;

/// Columns that every file scan has behind those of its schema.
pub const HIDDEN_COLUMNS: usize = 2;

#[derive(Debug, Clone)]
pub struct FileScan {
    pub format: Arc<dyn Format>,
    /// All columns that a user sees.
    pub schema: StructType,
    /// Those that the files hold.
    pub data: StructType,
    pub partitions: Partitions,
    /// What rows have in data columns that their file lacks.
    pub fills: Fills,
    pub case_sensitive: bool,
    pub ignore_missing: bool,
    pub ignore_corrupt: bool,
    /// The folder for records that do not fit, if they are kept.
    pub rejects: Option<Arc<Path>>,
}

/// Where a wanted column comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// Position among the wanted data columns.
    Data(usize),
    /// Position among the partition columns.
    Partition(usize),
    Metadata,
    FileName,
}

/// The hidden columns: `_metadata`, and the text of `input_file_name()`.
pub fn hidden_columns() -> [StructField; HIDDEN_COLUMNS] {
    [
        StructField::new(HIDDEN_METADATA, metadata_type(), false),
        StructField::new(HIDDEN_FILE_NAME, DataType::String, false),
    ]
}

impl FileScan {
    /// The schema of the leaf: what a user sees, and what only a name brings forth.
    pub fn leaf_schema(schema: &StructType) -> SchemaRef {
        let all = schema.fields.iter().cloned().chain(hidden_columns());
        Arc::new(StructType::new(all).to_arrow())
    }

    fn origins(&self, columns: &[usize]) -> (Vec<Origin>, Vec<usize>) {
        let mut wanted = Vec::new();
        let origin = |at: usize| {
            let Some(field) = self.schema.fields.get(at) else {
                return if at == self.schema.len() {
                    Origin::Metadata
                } else {
                    Origin::FileName
                };
            };
            let named = |f: &StructField| f.name == field.name;
            match self.partitions.columns.fields.iter().position(named) {
                Some(at) => Origin::Partition(at),
                None => {
                    let at = self.data.fields.iter().position(named).unwrap_or(0);
                    wanted.push(at);
                    Origin::Data(wanted.len() - 1)
                }
            }
        };
        let origins = columns.iter().copied().map(origin).collect();
        (origins, wanted)
    }

    /// The rows of whole files, one after the other, however many threads decode. With each batch it is said which
    /// rows lack a value of the `watched` columns, by position among the wanted ones.
    /// `batch` is the number of a stream's batch.
    pub fn read(
        &self,
        files: Vec<FileEntry>,
        columns: &[usize],
        watched: &[usize],
        batch: u64,
        threads: usize,
    ) -> Result<WatchedBatches> {
        if threads > 1 && Ahead::is_worth(self, &files) {
            let ahead = Ahead::start(self, files, columns, watched, batch, threads)?;
            return Ok(Box::new(ahead));
        }
        let rejects = Rejects::new(self, &files, 1, Some(batch));
        let stretches = files.into_iter().map(Stretch::whole).collect();
        let aside = Aside::new(&rejects, 0);
        let reader = self.read_stretches(stretches, columns, Vec::new(), watched, aside)?;
        Ok(Box::new(reader))
    }

    /// Whether what is left of a file that could not be read is passed over. A store that
    /// cannot be asked for it now is no damage of the file.
    fn passes_over(&self, file: &FileEntry) -> bool {
        self.ignore_corrupt
            && (!storage::is_remote(&file.path) || storage::facts(&file.path).is_ok())
    }

    /// Whether a partition may begin inside a file.
    pub fn is_splittable(&self, file: &FileEntry) -> bool {
        self.format.is_splittable() && !is_compressed(&file.path)
    }

    pub fn read_stretches(
        &self,
        stretches: Vec<Stretch>,
        columns: &[usize],
        filters: Vec<Condition>,
        watched: &[usize],
        aside: Option<Aside>,
    ) -> Result<Reader> {
        let (origins, wanted) = match aside {
            Some(_) => self.all_of(columns),
            None => self.origins(columns),
        };
        let request = Request {
            schema: self.data.clone(),
            columns: wanted,
            fills: self.fills.clone(),
            case_sensitive: self.case_sensitive,
            filters,
            filter_schema: Arc::new(self.data.as_nullable().to_arrow()),
        };
        let mut decoder = self.format.decoder(&request)?;
        if let Decoder::Lines(lines) = &mut decoder {
            let data = watched.iter().filter_map(|at| match origins.get(*at) {
                Some(Origin::Data(at)) => Some(*at),
                _ => None,
            });
            let mut data: Vec<_> = data.collect();
            for (at, _) in self.fills_at(&request) {
                if !data.contains(&at) {
                    data.push(at);
                }
            }
            lines.watch(&data);
        }
        let fills = self.fills_at(&request);
        let leaf = Self::leaf_schema(&self.schema);
        let schema = leaf.project(columns).map_err(SparkError::internal)?;
        Ok(Reader::new(
            self.clone(),
            decoder,
            Placed {
                plain: origins.iter().all(|o| matches!(o, Origin::Data(_))) && aside.is_none(),
                origins,
                schema: Arc::new(schema),
                values: Vec::new(),
                fills,
            },
            stretches,
            aside,
        ))
    }

    /// The wanted columns that rows may have though their file lacks them, by position.
    fn fills_at(&self, request: &Request) -> Vec<(usize, ArrayRef)> {
        let wanted = request.wanted();
        let fields = wanted.fields.iter().enumerate();
        let found = fields.filter_map(|(at, field)| Some((at, self.fills.find(&field.name)?)));
        found.map(|(at, value)| (at, Arc::clone(value))).collect()
    }

    /// As [`origins`](Self::origins), with all data columns decoded: whether a record fits
    /// must not depend on what a query wants of it.
    fn all_of(&self, columns: &[usize]) -> (Vec<Origin>, Vec<usize>) {
        let (mut origins, wanted) = self.origins(columns);
        for origin in &mut origins {
            if let Origin::Data(at) = origin {
                *at = wanted.get(*at).copied().unwrap_or(0);
            }
        }
        (origins, (0..self.data.len()).collect())
    }
}

/// Puts the columns that a file's place gives beside those that were decoded.
struct Placed {
    origins: Vec<Origin>,
    schema: SchemaRef,
    /// Whether a batch may hold rows of several files.
    plain: bool,
    /// Of the current file's folder.
    values: Vec<ScalarValue>,
    /// What records of text have in columns that they lack, by position among the decoded.
    fills: Vec<(usize, ArrayRef)>,
}

impl Placed {
    fn enter(&mut self, scan: &FileScan, file: &FileEntry) -> Result<()> {
        if self.plain {
            return Ok(());
        }
        self.values = scan.partitions.values(&file.path)?.unwrap_or_default();
        Ok(())
    }

    /// The same of wanted columns, which are known by position among the data columns.
    fn absent(&self, absent: AbsentRows) -> AbsentRows {
        let wanted = |at: usize| self.origins.iter().position(|o| *o == Origin::Data(at));
        let named = absent.into_iter();
        named
            .filter_map(|(at, rows)| Some((wanted(at)?, rows)))
            .collect()
    }

    /// The batch with what its records lack, where that is more than a null.
    fn filled(&self, batch: RecordBatch, absent: &AbsentRows) -> Result<RecordBatch> {
        let mut columns = batch.columns().to_vec();
        for (at, rows) in absent {
            let fill = self.fills.iter().find(|(column, _)| column == at);
            if let (Some((_, value)), Some(column)) = (fill, columns.get_mut(*at)) {
                *column = filled(column, value, rows)?;
            }
        }
        under(&batch.schema(), columns, batch.num_rows())
    }

    fn complete(&self, batch: RecordBatch, stretch: &Stretch) -> Result<RecordBatch> {
        let rows = batch.num_rows();
        if self.plain {
            return under(&self.schema, batch.columns().to_vec(), rows);
        }
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(self.origins.len());
        for (origin, field) in self.origins.iter().zip(self.schema.fields()) {
            arrays.push(match origin {
                Origin::Data(at) => Arc::clone(batch.column(*at)),
                Origin::Partition(at) => match self.values.get(*at) {
                    Some(value) => value.to_array_of_size(rows).map_err(SparkError::internal)?,
                    None => arrow::array::new_null_array(field.data_type(), rows),
                },
                Origin::Metadata => metadata(stretch, rows)?,
                Origin::FileName => texts(&uri(&stretch.file.path), rows),
            });
        }
        under(&self.schema, arrays, rows)
    }
}

fn under(schema: &SchemaRef, arrays: Vec<ArrayRef>, rows: usize) -> Result<RecordBatch> {
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(Arc::clone(schema), arrays, &options)
        .map_err(SparkError::internal)
}

fn texts(text: &str, rows: usize) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(std::iter::repeat_n(
        text, rows,
    )))
}

fn metadata(stretch: &Stretch, rows: usize) -> Result<ArrayRef> {
    let file = &stretch.file;
    let length = stretch.bytes();
    let number = |value: u64| -> ArrayRef {
        let value = i64::try_from(value).unwrap_or(i64::MAX);
        Arc::new(Int64Array::from_value(value, rows))
    };
    let path = uri(&file.path);
    let name = path.rsplit('/').next().unwrap_or_default();
    let moment = TimestampMicrosecondArray::from_value(file.modified.saturating_mul(1000), rows);
    let arrays = vec![
        texts(&path, rows),
        texts(name, rows),
        number(file.size),
        number(stretch.from),
        number(length),
        Arc::new(moment.with_timezone(crate::types::STORAGE_TIME_ZONE)),
    ];
    let DataType::Struct(fields) = metadata_type() else {
        return Err(SparkError::internal("_metadata is a struct"));
    };
    let schema: Schema = fields.to_arrow();
    StructArray::try_new_with_length(schema.fields, arrays, None, rows)
        .map(|array| Arc::new(array) as ArrayRef)
        .map_err(SparkError::internal)
}

impl std::fmt::Debug for Placed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.origins.fmt(f)
    }
}

/// What a decoder of either kind is at work on.
fn opened(scan: &FileScan, file: &FileEntry) -> Result<crate::formats::Opened> {
    open(file, scan.format.is_text())
}

fn is_whole(decoder: &Decoder) -> bool {
    match decoder {
        Decoder::Lines(lines) => lines.wants_whole_files(),
        Decoder::Files(_) => true,
    }
}
