//! Sources that are code of the user's: what a reader of one stands for in a plan.
//!
//! Only the traits; whoever can call such code implements them. A place in a stream is
//! a text that only the source understands.

use std::fmt;
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::record_batch::RecordBatch;

use crate::error::Result;
use crate::types::{DataType, StructType};

/// Batches as they are made.
pub type ForeignBatches = Box<dyn Iterator<Item = Result<RecordBatch>> + Send>;

/// A source with its options, which knows its columns.
pub trait ForeignSource: Send + Sync {
    /// As the program named it.
    fn name(&self) -> &str;

    fn schema(&self) -> &StructType;

    /// Begins one read of all its rows.
    fn read(&self) -> Result<Arc<dyn ForeignRows>>;

    /// Begins one read of the rows that meet conditions, all of them, as far as the
    /// source takes them over; `None` where it is not to be asked.
    fn read_where(&self, filters: &[ForeignFilter]) -> Result<Option<FilteredRead>>;

    /// Opens it as a stream, once for each run of a query.
    fn stream(&self) -> Result<Box<dyn ForeignStream>>;
}

/// A condition that a source may take over: a test of one column.
pub struct ForeignFilter {
    /// What Spark calls the test: `EqualTo`, `IsNotNull`.
    pub test: &'static str,
    /// The column, or a field of a struct in it.
    pub path: Vec<String>,
    /// What the column is tested against; several values only where the test is `In`.
    pub value: Option<(ArrayRef, DataType)>,
    /// Whether the test must be false.
    pub is_negated: bool,
}

/// What a source gives once it knows conditions.
pub struct FilteredRead {
    pub rows: Arc<dyn ForeignRows>,
    /// For each condition whether all these rows meet it.
    pub taken: Vec<bool>,
}

/// Rows that are made each time they are asked for.
pub trait ForeignRows: Send + Sync {
    fn open(&self) -> Result<ForeignBatches>;
}

pub trait ForeignStream: Send {
    /// As progress names it.
    fn description(&self) -> Result<String>;

    /// Where a query without a past begins.
    fn initial_offset(&mut self) -> Result<String>;

    /// Up to where there are rows after `start`; within the source's own limit unless
    /// `all` is asked for.
    fn latest_offset(&mut self, start: &str, all: bool) -> Result<String>;

    /// The end of all that there is, for who watches; `None` where it is not known.
    fn reported_end(&mut self) -> Result<Option<String>>;

    /// From now on nothing that arrives later is taken; false where the source cannot
    /// see to that itself.
    fn freeze(&mut self) -> Result<bool>;

    /// The rows after `start` up to `end`.
    fn rows(&mut self, start: &str, end: &str) -> Result<Arc<dyn ForeignRows>>;

    /// Everything up to `end` is done with.
    fn commit(&mut self, end: &str) -> Result<()>;
}

/// A source in a plan: equal to itself only.
#[derive(Clone)]
pub struct Foreign(pub Arc<dyn ForeignSource>);

impl fmt::Debug for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())
    }
}

impl PartialEq for Foreign {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}
