//! A leaf over a source that is code of the user's, as a batch reads it.
//!
//! One partition: such code runs in this process, one call at a time.

use std::fmt;
use std::sync::Arc;

use datafusion::catalog::default_table_source::{provider_as_source, source_as_provider};
use datafusion::common::Result as EngineResult;
use datafusion::common::tree_node::Transformed;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Filter, LogicalPlan, TableScan};

use super::foreign_filters::{conjuncts, told};
use crate::engine::scan::{Batches, Rows, Run, ScanTable, project};
use crate::engine::{from_datafusion, to_datafusion};
use crate::error::Result;
use crate::plan::{Foreign, ForeignRows};

#[derive(Clone)]
pub struct ForeignTable {
    source: Foreign,
    /// The read that has begun already, where the source knows conditions.
    read: Option<Arc<dyn ForeignRows>>,
}

impl ForeignTable {
    pub fn new(source: Foreign) -> Self {
        Self { source, read: None }
    }
}

impl fmt::Debug for ForeignTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BatchScan {:?}", self.source)
    }
}

impl Rows for ForeignTable {
    fn describe(&self) -> String {
        format!("{self:?}")
    }

    fn another(&self) -> Option<Arc<dyn Rows>> {
        Some(Arc::new(self.clone()))
    }

    fn begin(&self, columns: &[usize], _limit: Option<usize>) -> Result<Arc<dyn Run>> {
        let rows = match &self.read {
            Some(rows) => Arc::clone(rows),
            None => self.source.0.read()?,
        };
        Ok(Arc::new(ForeignRun {
            rows,
            columns: columns.to_vec(),
        }))
    }
}

struct ForeignRun {
    rows: Arc<dyn ForeignRows>,
    columns: Vec<usize>,
}

impl Run for ForeignRun {
    fn open(&self, _partition: usize, _partitions: usize) -> Result<Batches> {
        let columns = self.columns.clone();
        let batches = self.rows.open()?;
        Ok(Box::new(
            batches.map(move |batch| project(&batch?, &columns)),
        ))
    }
}

/// Tells sources the conditions on their rows, in an optimised plan; what a source takes
/// over leaves the plan.
pub fn tell(plan: LogicalPlan) -> EngineResult<LogicalPlan> {
    let told = plan.transform_up_with_subqueries(|node| {
        let LogicalPlan::Filter(filter) = node else {
            return Ok(Transformed::no(node));
        };
        match into_leaf(&filter).map_err(to_datafusion)? {
            Some(plan) => Ok(Transformed::yes(plan)),
            None => Ok(Transformed::no(LogicalPlan::Filter(filter))),
        }
    });
    Ok(told?.data)
}

fn into_leaf(filter: &Filter) -> Result<Option<LogicalPlan>> {
    let LogicalPlan::TableScan(scan) = filter.input.as_ref() else {
        return Ok(None);
    };
    let Some(source) = foreign(scan) else {
        return Ok(None);
    };
    let mut conjuncts = conjuncts(&filter.predicate);
    let mut filters = Vec::new();
    let mut places = Vec::new();
    for (place, conjunct) in conjuncts.iter().enumerate() {
        if let Some(filter) = told(conjunct, source.0.schema())? {
            filters.push(filter);
            places.push(place);
        }
    }
    if filters.is_empty() {
        return Ok(None);
    }
    let Some(read) = source.0.read_where(&filters)? else {
        return Ok(None);
    };
    let table = ForeignTable {
        source,
        read: Some(read.rows),
    };
    let scan = LogicalPlan::TableScan(TableScan {
        source: provider_as_source(Arc::new(ScanTable::new(
            scan.source.schema(),
            Arc::new(table),
        ))),
        ..scan.clone()
    });
    let taken = places.iter().zip(read.taken);
    for (place, _) in taken.filter(|(_, taken)| *taken).rev() {
        conjuncts.remove(*place);
    }
    let Some(rest) = conjunction(conjuncts) else {
        return Ok(Some(scan));
    };
    let filter = Filter::try_new(rest, Arc::new(scan)).map_err(from_datafusion)?;
    Ok(Some(LogicalPlan::Filter(filter)))
}

/// The source of a leaf that has not been told anything.
fn foreign(scan: &TableScan) -> Option<Foreign> {
    let provider = source_as_provider(&scan.source).ok()?;
    let table = provider.downcast_ref::<ScanTable>()?;
    let rows: &dyn std::any::Any = table.rows.as_ref();
    let table = rows.downcast_ref::<ForeignTable>()?;
    table.read.is_none().then(|| table.source.clone())
}
