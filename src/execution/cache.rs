//! `DataFrame.cache()`: results kept in memory, computed when first needed, and put
//! wherever a plan contains what was cached.

use std::sync::Arc;

use arrow::record_batch::RecordBatch;
use datafusion::catalog::default_table_source::provider_as_source;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, TableReference};
use datafusion::logical_expr::{Expr, LogicalPlan, Projection, TableScanBuilder};
use parking_lot::Mutex;

use super::run::Runner;
use crate::engine::from_datafusion;
use crate::engine::local::LocalRows;
use crate::engine::scan::ScanTable;
use crate::error::Result;

/// How rows were asked to be kept: on disk, in memory, off the heap, as objects, and how
/// often. They are kept in memory.
pub type Level = (bool, bool, bool, bool, u32);

/// What `cache()` and `CACHE TABLE` ask for.
pub const USUAL: Level = (true, true, false, true, 1);

struct Cached {
    plan: Arc<LogicalPlan>,
    level: Level,
    /// Holds its own lock while the rows are computed, so that two queries that
    /// need them at once compute them once.
    rows: tokio::sync::OnceCell<Arc<Vec<RecordBatch>>>,
}

#[derive(Default)]
pub struct Cache {
    entries: Mutex<Vec<Arc<Cached>>>,
}

impl Cache {
    pub fn add(&self, plan: &Arc<LogicalPlan>, level: Level) {
        let mut entries = self.entries.lock();
        if !entries.iter().any(|e| e.plan == *plan) {
            let rows = tokio::sync::OnceCell::new();
            entries.push(Arc::new(Cached {
                plan: Arc::clone(plan),
                level,
                rows,
            }));
        }
    }

    /// Lets the rows of a plan go; how they were kept, if they were.
    pub fn remove(&self, plan: &Arc<LogicalPlan>) -> Option<Level> {
        let level = self.level(plan);
        self.entries.lock().retain(|e| e.plan != *plan);
        level
    }

    pub fn contains(&self, plan: &Arc<LogicalPlan>) -> bool {
        self.level(plan).is_some()
    }

    /// How the rows of a plan are kept, if they are.
    pub fn level(&self, plan: &Arc<LogicalPlan>) -> Option<Level> {
        let entries = self.entries.lock();
        entries.iter().find(|e| e.plan == *plan).map(|e| e.level)
    }

    pub fn clear(&self) {
        self.entries.lock().clear();
    }

    /// The plan with every cached part replaced by its rows.
    pub async fn apply(&self, plan: Arc<LogicalPlan>, runner: &Runner) -> Result<Arc<LogicalPlan>> {
        let entries: Vec<_> = self.entries.lock().clone();
        if entries.is_empty() {
            return Ok(plan);
        }
        let mut used: Vec<Arc<Cached>> = Vec::new();
        plan.apply(|node| {
            if let Some(entry) = entries.iter().find(|e| is_same(&e.plan, node)) {
                if !used.iter().any(|u| Arc::ptr_eq(u, entry)) {
                    used.push(Arc::clone(entry));
                }
                return Ok(TreeNodeRecursion::Jump);
            }
            Ok(TreeNodeRecursion::Continue)
        })
        .map_err(from_datafusion)?;
        let mut scans = Vec::with_capacity(used.len());
        for entry in used {
            let rows = entry
                .rows
                .get_or_try_init(|| async {
                    let inner = self.below(&entry.plan, runner).await?;
                    runner.collect(inner).await.map(Arc::new)
                })
                .await?;
            scans.push((Arc::clone(&entry), scan(&entry.plan, rows)?));
        }
        let replaced = Arc::unwrap_or_clone(plan).transform_down(|node| {
            match scans.iter().find(|(e, _)| is_same(&e.plan, &node)) {
                Some((_, scan)) => Ok(Transformed::new(
                    scan.clone(),
                    true,
                    TreeNodeRecursion::Jump,
                )),
                None => Ok(Transformed::no(node)),
            }
        });
        Ok(Arc::new(replaced.map_err(from_datafusion)?.data))
    }

    /// The plan of a cached frame itself, with what it has cached inside replaced.
    async fn below(&self, plan: &Arc<LogicalPlan>, runner: &Runner) -> Result<Arc<LogicalPlan>> {
        let mut inputs = Vec::new();
        for input in plan.inputs() {
            let input = Arc::new(input.clone());
            let replaced = Box::pin(self.apply(input, runner)).await?;
            inputs.push(Arc::unwrap_or_clone(replaced));
        }
        if inputs.is_empty() {
            return Ok(Arc::clone(plan));
        }
        let exprs = plan.expressions();
        let plan = plan
            .with_new_exprs(exprs, inputs)
            .map_err(from_datafusion)?;
        Ok(Arc::new(plan))
    }
}

/// Column ids are unique, so unequal plans differ in their first column already.
fn is_same(cached: &Arc<LogicalPlan>, node: &LogicalPlan) -> bool {
    let (left, right) = (cached.schema(), node.schema());
    left.fields().len() == right.fields().len()
        && left.fields().first().map(|f| f.name()) == right.fields().first().map(|f| f.name())
        && **cached == *node
}

fn scan(plan: &LogicalPlan, rows: &Arc<Vec<RecordBatch>>) -> Result<LogicalPlan> {
    let schema = match rows.first() {
        Some(batch) => batch.schema(),
        None => Arc::clone(plan.schema().inner()),
    };
    let table = ScanTable::new(schema, Arc::new(LocalRows::new(Arc::clone(rows))));
    let name = TableReference::bare("cached");
    let source = provider_as_source(Arc::new(table));
    let scan = TableScanBuilder::new(name.clone(), source)
        .build()
        .map_err(from_datafusion)?;
    let columns = plan.schema().columns().into_iter().map(|column| {
        let inner = Column::new(Some(name.clone()), column.name.clone());
        match column.relation {
            Some(relation) => Expr::Column(inner).alias_qualified(Some(relation), column.name),
            None => Expr::Column(inner).alias(column.name),
        }
    });
    let projection = Projection::try_new(columns.collect(), Arc::new(LogicalPlan::TableScan(scan)))
        .map_err(from_datafusion)?;
    Ok(LogicalPlan::Projection(projection))
}
