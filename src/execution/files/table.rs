//! [`FileRows`]: the files of a batch read as a leaf of a plan.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use arrow::array::{Array, AsArray, RecordBatch, RecordBatchOptions};
use datafusion::catalog::Session;
use datafusion::catalog::default_table_source::source_as_provider;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, DataFusionError, ScalarValue};
use datafusion::logical_expr::{Expr, LogicalPlan, TableProviderFilterPushDown};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Column;

use super::rejects::{Aside, Rejects};
use super::scan::share;
use super::{FileEntry, FileScan, Reader};
use crate::engine::counters::{Counters, FileCount, Files};
use crate::engine::from_datafusion;
use crate::engine::guarded::may_fail;
use crate::engine::guess::share_left;
use crate::engine::scan::{Batches, Rows, Run, ScanTable, Size};
use crate::error::{Result, SparkError};
use crate::formats::{Condition, Force};
use crate::types::StructType;

/// Below this many bytes a second partition costs more than it brings.
const BYTES_A_PARTITION: u64 = 4 * 1024 * 1024;

#[derive(Debug, Clone)]
pub struct FileRows {
    pub scan: FileScan,
    pub files: Arc<Vec<FileEntry>>,
    /// Conditions over the data columns, for formats that can skip rows by them.
    pub filters: Vec<Condition>,
}

impl FileRows {
    fn bytes(&self) -> u64 {
        self.files.iter().map(|f| f.size).sum()
    }

    /// A condition over columns of the leaf as one over the data columns; none where it is
    /// over others too.
    fn of_data(&self, condition: &Arc<dyn PhysicalExpr>) -> Option<Condition> {
        let data = &self.scan.data.fields;
        let expr = Arc::clone(condition).transform_up(|expr| {
            let Some(column) = expr.downcast_ref::<Column>() else {
                return Ok(Transformed::no(expr));
            };
            let field = self.scan.schema.fields.get(column.index());
            let at = field.and_then(|field| data.iter().position(|f| f.name == field.name));
            let (Some(field), Some(at)) = (field, at) else {
                return Err(DataFusionError::Internal("another column".into()));
            };
            Ok(Transformed::yes(Arc::new(Column::new(&field.name, at)) as _))
        });
        let expr = expr.data().ok()?;
        let force = Force::Later;
        Some(Condition { expr, force })
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

/// Whether a condition is over these columns alone, and means the same each time.
fn is_over(filter: &Expr, columns: &StructType) -> bool {
    let used = filter.column_refs();
    let named = |name: &str| columns.fields.iter().any(|field| field.name == name);
    !used.is_empty() && used.iter().all(|column| named(&column.name)) && !filter.is_volatile()
}

/// Whether a condition can be asked of any row, by what the row has.
fn is_total(filter: &Expr) -> bool {
    let of_others = filter.exists(|e| {
        Ok(matches!(
            e,
            Expr::ScalarSubquery(_)
                | Expr::InSubquery(_)
                | Expr::Exists(_)
                | Expr::SetComparison(_)
                | Expr::OuterReferenceColumn(..)
                | Expr::Placeholder(_)
        ))
    });
    !of_others.unwrap_or(true) && !may_fail(filter)
}

fn physical(
    filter: &Expr,
    columns: &StructType,
    session: &dyn Session,
) -> Result<Arc<dyn PhysicalExpr>> {
    let schema = DFSchema::try_from(columns.to_arrow()).map_err(from_datafusion)?;
    let made = session.create_physical_expr(filter.clone(), &schema);
    made.map_err(from_datafusion)
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
    /// nothing is opened for it that was not opened for the schema.
    fn size(&self) -> Option<Size> {
        let a_value = if self.scan.format.is_text() { 8.0 } else { 4.0 };
        let a_row = a_value * self.scan.data.len().max(1) as f64;
        let a_row = self.scan.format.bytes_a_row().unwrap_or(a_row);
        // A condition that stays above is reckoned with there.
        let exact = self.filters.iter().filter(|c| c.force == Force::Exact);
        let share: f64 = exact.map(|c| share_left(&c.expr)).product();
        let all = self.bytes() as f64;
        Some(Size {
            rows: (all * share / a_row).ceil() as usize,
            bytes: (all * share).ceil() as usize,
            all: (all / a_row).ceil() as usize,
        })
    }

    fn takes(&self, filter: &Expr) -> TableProviderFilterPushDown {
        let is_of_files = || is_over(filter, &self.scan.data);
        if self.scan.format.keeps_exactly() && is_of_files() && is_total(filter) {
            return TableProviderFilterPushDown::Exact;
        }
        match !self.scan.partitions.is_empty() || !self.scan.format.is_text() {
            true => TableProviderFilterPushDown::Inexact,
            false => TableProviderFilterPushDown::Unsupported,
        }
    }

    fn files(&self) -> Option<Files> {
        Some(Files {
            count: self.files.len() as u64,
            bytes: self.bytes(),
        })
    }

    fn filtered(&self, filters: &[Expr], session: &dyn Session) -> Result<Option<Arc<dyn Rows>>> {
        let (folders, data) = (&self.scan.partitions.columns, self.scan.data.as_nullable());
        let mut rows = self.clone();
        for filter in filters {
            if is_over(filter, folders) {
                // A condition that fails on some folder is left to fail above.
                let condition = physical(filter, folders, session);
                if let Ok(kept) = condition.and_then(|condition| rows.kept(&condition)) {
                    rows.files = Arc::new(kept);
                }
            } else if is_over(filter, &data) {
                let force = match self.takes(filter) {
                    TableProviderFilterPushDown::Exact => Force::Exact,
                    _ => Force::Hint,
                };
                match physical(filter, &data, session) {
                    Ok(expr) => rows.filters.push(Condition { expr, force }),
                    Err(error) if force == Force::Exact => return Err(error),
                    Err(_) => {}
                }
            }
        }
        Ok(Some(Arc::new(rows)))
    }

    fn narrowed(&self, later: &[Arc<dyn PhysicalExpr>]) -> Option<Arc<dyn Rows>> {
        let mut rows = self.clone();
        rows.filters.retain(|known| known.force != Force::Later);
        let known = rows.filters.len();
        if self.scan.format.keeps_exactly() {
            let later = later.iter().filter_map(|condition| self.of_data(condition));
            rows.filters.extend(later);
        }
        (rows.filters.len() > known).then(|| Arc::new(rows) as _)
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
