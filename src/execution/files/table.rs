//! [`FileRows`]: the files of a batch read as a leaf of a plan.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use arrow::array::{Array, AsArray, RecordBatch, RecordBatchOptions};
use datafusion::catalog::Session;
use datafusion::catalog::default_table_source::source_as_provider;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::logical_expr::{Expr, LogicalPlan};
use datafusion::physical_expr::PhysicalExpr;

use super::rejects::{Aside, Rejects};
use super::scan::share;
use super::{FileEntry, FileScan, Reader};
use crate::engine::counters::{Counters, FileCount, Files};
use crate::engine::from_datafusion;
use crate::engine::scan::{Batches, Rows, Run, ScanTable, Size};
use crate::error::{Result, SparkError};

/// Below this many bytes a second partition costs more than it brings.
const BYTES_A_PARTITION: u64 = 4 * 1024 * 1024;

#[derive(Debug, Clone)]
pub struct FileRows {
    pub scan: FileScan,
    pub files: Arc<Vec<FileEntry>>,
    /// Conditions over the data columns, for formats that can skip rows by them.
    pub filters: Vec<Arc<dyn PhysicalExpr>>,
}

impl FileRows {
    fn bytes(&self) -> u64 {
        self.files.iter().map(|f| f.size).sum()
    }

    /// Files in whose folder the condition may hold.
    fn kept(&self, condition: &Arc<dyn PhysicalExpr>) -> Result<Vec<FileEntry>> {
        let columns = &self.scan.partitions.columns;
        let mut cells: Vec<Vec<ScalarValue>> = vec![Vec::new(); columns.len()];
        for file in self.files.iter() {
            let values = self.scan.partitions.values(&file.path)?.unwrap_or_default();
            for (column, value) in cells.iter_mut().zip(values) {
                column.push(value);
            }
        }
        let arrays = cells
            .into_iter()
            .map(ScalarValue::iter_to_array)
            .collect::<std::result::Result<Vec<_>, _>>()
            .map_err(SparkError::internal)?;
        let options = RecordBatchOptions::new().with_row_count(Some(self.files.len()));
        let schema = Arc::new(columns.to_arrow());
        let batch = RecordBatch::try_new_with_options(schema, arrays, &options)
            .map_err(SparkError::internal)?;
        let mask = condition
            .evaluate(&batch)
            .and_then(|value| value.into_array(self.files.len()))
            .map_err(SparkError::internal)?;
        let mask = mask.as_boolean();
        let kept = |at: usize| mask.is_valid(at) && mask.value(at);
        let files = self.files.iter().enumerate();
        Ok(files
            .filter(|(at, _)| kept(*at))
            .map(|(_, file)| file.clone())
            .collect())
    }
}

fn physical(
    filter: &Expr,
    schema: &arrow::datatypes::Schema,
    session: &dyn Session,
) -> Option<Arc<dyn PhysicalExpr>> {
    let schema = DFSchema::try_from(schema.clone()).ok()?;
    let named = filter
        .column_refs()
        .iter()
        .all(|column| schema.has_column(column));
    if !named || filter.column_refs().is_empty() || filter.is_volatile() {
        return None;
    }
    session.create_physical_expr(filter.clone(), &schema).ok()
}

impl Rows for FileRows {
    fn describe(&self) -> String {
        let paths: Vec<_> = self.files.iter().take(3).map(FileEntry::uri).collect();
        format!(
            "FileScan {} ({} paths)[{}]",
            self.scan.format.name(),
            self.files.len(),
            paths.join(", ")
        )
    }

    fn partitions(&self, wanted: usize) -> usize {
        let useful = self.bytes().div_ceil(BYTES_A_PARTITION).max(1);
        wanted.min(usize::try_from(useful).unwrap_or(wanted))
    }

    /// A guess by the files' sizes, so that joins hold the side that is smaller by far;
    /// nothing is opened for it.
    fn size(&self) -> Option<Size> {
        let bytes = usize::try_from(self.bytes()).ok()?;
        let a_value = if self.scan.format.is_text() { 8 } else { 4 };
        let a_row = a_value * self.scan.data.len().max(1);
        Some(Size {
            rows: bytes.div_ceil(a_row),
            bytes,
        })
    }

    fn files(&self) -> Option<Files> {
        Some(Files {
            count: self.files.len() as u64,
            bytes: self.bytes(),
        })
    }

    fn wants_filters(&self) -> bool {
        !self.scan.partitions.is_empty() || !self.scan.format.is_text()
    }

    fn filtered(&self, filters: &[Expr], session: &dyn Session) -> Option<Arc<dyn Rows>> {
        let folders = self.scan.partitions.columns.to_arrow();
        let data = self.scan.data.as_nullable().to_arrow();
        let mut rows = self.clone();
        for filter in filters {
            if let Some(condition) = physical(filter, &folders, session) {
                // A condition that fails on some folder is left to fail above.
                if let Ok(kept) = rows.kept(&condition) {
                    rows.files = Arc::new(kept);
                }
            } else if let Some(condition) = physical(filter, &data, session) {
                rows.filters.push(condition);
            }
        }
        Some(Arc::new(rows))
    }

    fn reads_below(&self, folder: &Path) -> bool {
        self.files.iter().any(|file| file.path.starts_with(folder))
    }

    fn begin(&self, columns: &[usize], _limit: Option<usize>) -> Result<Arc<dyn Run>> {
        Ok(Arc::new(FileRun {
            rows: self.clone(),
            columns: columns.to_vec(),
            rejects: OnceLock::new(),
        }))
    }
}

/// The files that a plan reads, as URIs, each once.
pub fn input_files(plan: &LogicalPlan) -> Result<Vec<String>> {
    let mut found = Vec::new();
    plan.apply_with_subqueries(|node| {
        if let LogicalPlan::TableScan(scan) = node
            && let Ok(provider) = source_as_provider(&scan.source)
            && let Some(table) = provider.downcast_ref::<ScanTable>()
        {
            let rows: &dyn std::any::Any = table.rows.as_ref();
            if let Some(rows) = rows.downcast_ref::<FileRows>() {
                found.extend(rows.files.iter().map(FileEntry::uri));
            }
        }
        Ok(TreeNodeRecursion::Continue)
    })
    .map_err(from_datafusion)?;
    found.sort();
    found.dedup();
    Ok(found)
}

struct FileRun {
    rows: FileRows,
    columns: Vec<usize>,
    /// Of all partitions of this run, made with the first.
    rejects: OnceLock<Option<Arc<Rejects>>>,
}

impl FileRun {
    fn reader(&self, partition: usize, partitions: usize) -> Result<Reader> {
        let FileRows {
            scan,
            files,
            filters,
        } = &self.rows;
        let stretches = share(files, partition, partitions, |f| scan.is_splittable(f));
        let rejects = self
            .rejects
            .get_or_init(|| Rejects::new(scan, files, partitions, None));
        let aside = Aside::new(rejects, partition);
        scan.read_stretches(stretches, &self.columns, filters.clone(), &[], aside)
    }
}

fn batches(reader: Reader) -> Batches {
    Box::new(reader.map(|read| read.map(|(batch, _)| batch)))
}

impl Run for FileRun {
    fn open(&self, partition: usize, partitions: usize) -> Result<Batches> {
        self.reader(partition, partitions).map(batches)
    }

    fn open_counted(
        &self,
        partition: usize,
        partitions: usize,
        counters: &Arc<Counters>,
    ) -> Result<Batches> {
        let count = FileCount::new(Arc::clone(counters));
        let reader = self.reader(partition, partitions)?;
        Ok(batches(reader.counted(count)))
    }
}
