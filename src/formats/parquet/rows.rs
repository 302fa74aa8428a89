//! [`GroupRows`]: the rows of row groups that meet conditions, and little else of them.
//! The columns of the conditions are decoded first, of the others only what is left.
//!
//! Conditions that become known later (of a join's other side, for one) are looked at
//! again before each row group.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, RecordBatch, RecordBatchOptions};
use arrow::compute::{FilterBuilder, concat};
use arrow::datatypes::{Schema, SchemaRef};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder, RowSelection,
};

use super::super::adapt::{adapted, position};
use super::super::border::{ROWS_A_BATCH, Request, unreadable};
use super::super::fills::Fills;
use super::stages::{Known, Stage, Tried};
use super::words;
use crate::error::{Result, SparkError};
use crate::storage::ReadFile;

/// Rows of a condition's columns that are decoded at a time.
pub(super) const ROWS_ASKED: usize = 128 * 1024;

/// A file of which columns are decoded.
pub(super) struct Source {
    pub(super) file: ReadFile,
    /// As errors name it.
    pub(super) path: String,
    pub(super) metadata: ArrowReaderMetadata,
    pub(super) fills: Fills,
    pub(super) case_sensitive: bool,
}

impl Source {
    /// Columns of the rows of one group that are selected.
    fn read(
        &self,
        group: usize,
        columns: &SchemaRef,
        selection: Option<RowSelection>,
        rows: usize,
    ) -> Result<Columns> {
        Ok(Columns {
            reader: self.reader(&self.metadata, group, columns, selection, rows)?,
            schema: Arc::clone(columns),
        })
    }

    /// The same in the types that `metadata` says.
    pub(super) fn reader(
        &self,
        metadata: &ArrowReaderMetadata,
        group: usize,
        columns: &SchemaRef,
        selection: Option<RowSelection>,
        rows: usize,
    ) -> Result<ParquetRecordBatchReader> {
        let stored = metadata.schema().fields();
        let fields = columns.fields().iter();
        let roots = fields.filter_map(|f| position(stored, f.name(), self.case_sensitive));
        let mask = ProjectionMask::roots(metadata.parquet_schema(), roots);
        let file = self.file.try_clone();
        let file = file.map_err(|e| unreadable(&self.path, &e))?;
        let mut builder =
            ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata.clone())
                .with_row_groups(vec![group])
                .with_projection(mask)
                .with_batch_size(rows);
        if let Some(selection) = selection {
            builder = builder.with_row_selection(selection);
        }
        builder.build().map_err(|e| unreadable(&self.path, &e))
    }

    fn next(&self, columns: &mut Columns) -> Option<Result<RecordBatch>> {
        let batch = columns.reader.next()?;
        let batch = batch.map_err(|e| unreadable(&self.path, &e));
        Some(batch.and_then(|batch| {
            adapted(&batch, &columns.schema, &self.fills, self.case_sensitive)
                .map_err(|e| unreadable(&self.path, &e))
        }))
    }
}

/// Columns that are being decoded.
struct Columns {
    reader: ParquetRecordBatchReader,
    schema: SchemaRef,
}

/// Decoded columns of the rows that are left of a group.
struct Held {
    rows: usize,
    columns: Vec<(String, ArrayRef)>,
}

impl Held {
    fn find(&self, name: &str) -> Option<&ArrayRef> {
        let found = self.columns.iter().find(|(held, _)| held == name);
        found.map(|(_, array)| array)
    }

    /// The fields of `schema` that are not held.
    fn others(&self, schema: &Schema) -> Option<SchemaRef> {
        let fields = schema.fields().iter();
        let others = fields.filter(|field| self.find(field.name()).is_none());
        let others: Vec<_> = others.cloned().collect();
        (!others.is_empty()).then(|| Arc::new(Schema::new(others)))
    }

    fn add(&mut self, schema: &Schema, pieces: &[RecordBatch]) -> Result<()> {
        for (at, field) in schema.fields().iter().enumerate() {
            let arrays: Vec<_> = pieces.iter().map(|p| p.column(at).as_ref()).collect();
            let array = match pieces {
                [one] => Arc::clone(one.column(at)),
                _ => concat(&arrays).map_err(SparkError::internal)?,
            };
            self.columns.push((field.name().clone(), array));
        }
        Ok(())
    }

    fn keep(&mut self, mask: &BooleanArray, left: usize) -> Result<()> {
        let filter = FilterBuilder::new(mask).optimize().build();
        for (_, array) in &mut self.columns {
            *array = filter.filter(array).map_err(SparkError::internal)?;
        }
        self.rows = left;
        Ok(())
    }
}

/// A row group of which the conditions were asked.
struct Group {
    held: Held,
    given: usize,
    /// The columns that no condition had; none where there are no others.
    rest: Option<Columns>,
}

impl Group {
    /// The next rows that are left of it.
    fn next(&mut self, source: &Source, wanted: &SchemaRef) -> Option<Result<RecordBatch>> {
        let rest = match &mut self.rest {
            None => None,
            Some(columns) => match source.next(columns)? {
                Ok(batch) => Some(batch),
                Err(error) => return Some(Err(error)),
            },
        };
        let ready = self.held.rows - self.given;
        let rows = rest
            .as_ref()
            .map_or(ready.min(ROWS_A_BATCH), |batch| batch.num_rows());
        if rows == 0 {
            return None;
        }
        if rows > ready {
            return Some(Err(SparkError::internal("more rows than conditions left")));
        }
        let column = |name: &str| match self.held.find(name) {
            Some(array) => Some(array.slice(self.given, rows)),
            None => rest.as_ref()?.column_by_name(name).cloned(),
        };
        let columns = wanted.fields().iter().map(|field| {
            let found = column(field.name());
            found.ok_or_else(|| SparkError::internal("a column was not decoded"))
        });
        let columns = columns.collect::<Result<Vec<_>>>();
        self.given += rows;
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        Some(columns.and_then(|columns| {
            RecordBatch::try_new_with_options(Arc::clone(wanted), columns, &options)
                .map_err(SparkError::internal)
        }))
    }
}

/// The rows of one file.
pub(super) struct GroupRows {
    source: Source,
    request: Request,
    /// The columns that are given out.
    wanted: SchemaRef,
    groups: std::vec::IntoIter<usize>,
    known: Known,
    /// Of each condition that became known later, by its place in the request.
    tried: Vec<Tried>,
    now: Option<Group>,
}

impl GroupRows {
    pub(super) fn new(
        source: Source,
        request: Request,
        wanted: SchemaRef,
        groups: Vec<usize>,
    ) -> Self {
        Self {
            source,
            tried: vec![Tried::default(); request.filters.len()],
            request,
            wanted,
            groups: groups.into_iter(),
            known: Known::nothing(),
            now: None,
        }
    }

    /// The next row group of which the conditions leave anything.
    fn enter(&mut self) -> Result<Option<Group>> {
        while let Some(group) = self.groups.next() {
            self.known.learn(&self.source.metadata, &self.request)?;
            if self.known.may_hold(group)
                && let Some(left) = self.asked(group)?
            {
                return Ok(Some(left));
            }
        }
        Ok(None)
    }

    fn asked(&mut self, group: usize) -> Result<Option<Group>> {
        let rows = self.source.metadata.metadata().row_group(group).num_rows();
        let mut held = Held {
            rows: usize::try_from(rows).unwrap_or(0),
            columns: Vec::new(),
        };
        let mut selection: Option<RowSelection> = None;
        for stage in &self.known.stages {
            let tried = stage.later.and_then(|at| self.tried.get(at));
            if tried.is_some_and(|tried| !tried.is_worth()) {
                continue;
            }
            let before = held.rows;
            let mask = self.ask(group, stage, selection.as_ref(), &mut held)?;
            let left = mask.true_count();
            if let Some(tried) = stage.later.and_then(|at| self.tried.get_mut(at)) {
                tried.asked += before;
                tried.left += left;
            }
            if left == 0 {
                return Ok(None);
            }
            if left < before {
                held.keep(&mask, left)?;
                let more = RowSelection::from_boolean_buffer(mask.values().clone());
                selection = Some(match selection {
                    Some(selection) => selection.and_then(&more),
                    None => more,
                });
            }
        }
        let rest = match held.others(&self.wanted) {
            None => None,
            Some(others) => Some(self.source.read(group, &others, selection, ROWS_A_BATCH)?),
        };
        Ok(Some(Group {
            held,
            given: 0,
            rest,
        }))
    }

    /// Asks the conditions of a stage of the rows that are left. Its columns are held then,
    /// but for one of words that nobody else wants.
    fn ask(
        &self,
        group: usize,
        stage: &Stage,
        selection: Option<&RowSelection>,
        held: &mut Held,
    ) -> Result<BooleanArray> {
        if let Some(others) = held.others(&stage.columns) {
            let mut columns = others.fields().iter();
            let is_wanted = columns.any(|f| self.wanted.column_with_name(f.name()).is_some());
            if !is_wanted
                && let Some(mask) = words::ask(&self.source, group, stage, selection, held.rows)?
            {
                return Ok(mask);
            }
            let rows = held.rows.clamp(1, ROWS_ASKED);
            let mut columns = self.source.read(group, &others, selection.cloned(), rows)?;
            let batches = std::iter::from_fn(|| self.source.next(&mut columns));
            let pieces = batches.collect::<Result<Vec<_>>>()?;
            held.add(&others, &pieces)?;
        }
        let fields = stage.columns.fields().iter();
        let columns = fields
            .filter_map(|f| held.find(f.name()).cloned())
            .collect();
        let options = RecordBatchOptions::new().with_row_count(Some(held.rows));
        let batch =
            RecordBatch::try_new_with_options(Arc::clone(&stage.columns), columns, &options)
                .map_err(SparkError::internal)?;
        stage.ask(&batch)
    }
}

impl Iterator for GroupRows {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(group) = &mut self.now
                && let Some(batch) = group.next(&self.source, &self.wanted)
            {
                return Some(batch);
            }
            self.now = match self.enter() {
                Ok(Some(group)) => Some(group),
                Ok(None) => return None,
                Err(error) => return Some(Err(error)),
            };
        }
    }
}
