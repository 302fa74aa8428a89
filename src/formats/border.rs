//! The border between the formats and those who find and open files: a [`Format`]
//! finds schemas and makes a [`Decoder`], which turns a file into record batches of
//! the wanted columns.
//!
//! Two kinds of decoder, because two kinds of file: text is fed in blocks, so that one
//! batch may hold the rows of many small files and one large file may be cut between
//! partitions; the others are opened where they lie, for their index is at their end.

use std::fmt;
use std::io::Read;
use std::sync::Arc;

use arrow::record_batch::RecordBatch;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::utils::collect_columns;

use super::fills::Fills;
use crate::error::{Result, SparkError};
use crate::storage::ReadFile;
use crate::types::StructType;

/// Rows of a batch. The engine's default; larger ones did not help.
pub const ROWS_A_BATCH: usize = 8192;

pub type Batches = Box<dyn Iterator<Item = Result<RecordBatch>> + Send>;

/// One way to store rows in files, with the options that a reader was given.
pub trait Format: fmt::Debug + Send + Sync {
    /// Its short name: `csv`.
    fn name(&self) -> &'static str;

    /// Whether a file may be read in parts: of lines those that begin in a part, else
    /// the groups of rows that have their middle there.
    fn is_splittable(&self) -> bool {
        false
    }

    /// Whether its decoder gives out only rows that meet the exact conditions.
    fn keeps_exactly(&self) -> bool {
        false
    }

    /// Whether compressed files are known by their extension and opened as such.
    fn is_text(&self) -> bool;

    /// Whether the options alone say what the columns are, so that no file is looked at.
    fn knows_columns(&self) -> bool {
        false
    }

    /// The columns that the files have; `None` where there is nothing to tell from.
    fn infer(
        &self,
        files: &mut dyn Iterator<Item = Result<Opened>>,
        rules: &InferRules,
    ) -> Result<Option<StructType>>;

    /// The mean size of a row in a file, where [`Self::infer`] met it.
    fn bytes_a_row(&self) -> Option<f64> {
        None
    }

    /// Refuses a schema that this format cannot hold.
    fn check_schema(&self, schema: &StructType) -> Result<()>;

    /// A decoder of some columns.
    fn decoder(&self, request: &Request) -> Result<Decoder>;
}

/// What the inference of a schema goes by beside the options.
#[derive(Debug, Clone, Copy)]
pub struct InferRules {
    /// Whether names that differ in case only are two columns.
    pub case_sensitive: bool,
    /// Files that cannot be read are passed over.
    pub ignore_corrupt: bool,
}

/// What is to be read.
#[derive(Debug, Clone)]
pub struct Request {
    /// All columns that the files are said to have.
    pub schema: StructType,
    /// Positions in `schema` of those that are wanted.
    pub columns: Vec<usize>,
    pub case_sensitive: bool,
    /// What rows have in columns that their file lacks.
    pub fills: Fills,
    /// Conditions over columns of these names that every wanted row meets.
    pub filters: Vec<Condition>,
    /// `schema` in Arrow, which the filters' columns point into.
    pub filter_schema: arrow::datatypes::SchemaRef,
}

/// What every wanted row meets.
#[derive(Debug, Clone)]
pub struct Condition {
    pub expr: Arc<dyn PhysicalExpr>,
    pub force: Force,
}

/// What a decoder may and must do with a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Force {
    /// It may leave out rows that do not meet it, if it need not compute it: it may fail.
    Hint,
    /// It must leave them out, where its format says that it does.
    Exact,
    /// It may leave them out. What the condition is becomes known only when rows are
    /// first asked for.
    Later,
}

/// The bytes of a file of which the rows are wanted.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    pub from: u64,
    pub to: u64,
}

impl Request {
    /// The wanted columns, in order.
    pub fn wanted(&self) -> StructType {
        StructType::new(
            self.columns
                .iter()
                .filter_map(|at| self.schema.fields.get(*at).cloned()),
        )
    }

    /// The columns that conditions look at row by row.
    pub fn asked(&self) -> StructType {
        let filters = self.filters.iter().filter(|c| c.force != Force::Hint);
        let columns = filters.flat_map(|c| collect_columns(&c.expr));
        let fields = columns.filter_map(|c| self.schema.fields.get(c.index()).cloned());
        StructType::new(fields).as_nullable()
    }
}

pub enum Decoder {
    Lines(Box<dyn LineDecoder>),
    Files(Box<dyn FileDecoder>),
}

/// Takes the bytes of files, block by block.
pub trait LineDecoder: Send {
    /// What follows is of this file, from its beginning or from a line inside it.
    fn start(&mut self, _path: &str, _at_beginning: bool) -> Result<()> {
        Ok(())
    }

    /// Whether it wants a whole file at once.
    fn wants_whole_files(&self) -> bool {
        false
    }

    /// Whether the batch has its size, so that `decode` consumes nothing more.
    fn is_full(&self) -> bool;

    /// Decodes whole records from `bytes` until the batch is full; how many bytes they
    /// had. `at_end` says that nothing follows in this file. `path` is for errors.
    fn decode(&mut self, bytes: &[u8], at_end: bool, path: &str) -> Result<usize>;

    /// The rows decoded so far; `None` when there are none.
    fn flush(&mut self) -> Result<Option<RecordBatch>>;

    /// Wants to know in which rows the columns at these positions were not set. Where
    /// values are never missing there is nothing to know.
    fn watch(&mut self, _positions: &[usize]) {}

    /// The records kept aside since it was last asked.
    fn take_rejected(&mut self) -> Vec<Rejected> {
        Vec::new()
    }

    /// As [`flush`](Self::flush), with what is absent of the watched columns.
    fn flush_watched(&mut self) -> Result<Option<(RecordBatch, AbsentRows)>> {
        Ok(self.flush()?.map(|batch| (batch, AbsentRows::new())))
    }
}

/// A record that did not fit, of a reader that keeps such records aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// The file's, as a URI.
    pub path: String,
    pub record: String,
    pub reason: String,
}

/// Of each watched column, by position, the rows that were not set.
pub type AbsentRows = Vec<(usize, Vec<usize>)>;

/// Opens files one by one.
pub trait FileDecoder: Send {
    /// The rows of a part; of a format that is not splittable, of all of it.
    fn open(&mut self, file: Opened, part: Part) -> Result<Batches>;

    /// How many rows the part opened last gives at most, where the file's footer says so.
    fn rows(&self) -> Option<u64> {
        None
    }
}

/// A file that was opened.
pub struct Opened {
    /// As errors name it: `file:///a/b`.
    pub path: String,
    pub size: u64,
    pub content: Content,
}

pub enum Content {
    /// As it lies on disk or in a store.
    Plain(ReadFile),
    /// Decompressed on the way.
    Unpacked(Box<dyn Read + Send>),
}

impl Opened {
    /// The plain file, for formats that read it from its end.
    pub fn into_file(self) -> Result<ReadFile> {
        match self.content {
            Content::Plain(file) => Ok(file),
            Content::Unpacked(_) => Err(SparkError::internal("a compressed file of blocks")),
        }
    }

    pub fn into_reader(self) -> Box<dyn Read + Send> {
        match self.content {
            Content::Plain(file) => Box::new(file),
            Content::Unpacked(reader) => reader,
        }
    }

    /// All of it.
    pub fn into_bytes(self) -> Result<Vec<u8>> {
        let path = self.path.clone();
        let mut bytes = Vec::with_capacity(usize::try_from(self.size).unwrap_or(0));
        self.into_reader()
            .read_to_end(&mut bytes)
            .map_err(|e| unreadable(&path, &e))?;
        Ok(bytes)
    }
}

/// A file that cannot be read, whatever its format.
pub fn unreadable(path: &str, cause: &dyn fmt::Display) -> SparkError {
    let cause = SparkError::plain(crate::error::ErrorClass::SparkRuntime, cause);
    SparkError::new("FAILED_READ_FILE.NO_HINT", &[("path", path)]).with_cause(cause)
}
