//! Functions that are code of the user's: what a call of one stands for in a plan, and
//! how it is made over columns, over whole tables and over groups.
//!
//! Only the traits; whoever can call such code implements them. Rows are record batches.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::record_batch::RecordBatch;

use super::ForeignBatches;
use super::groups::Groups;
use crate::error::Result;
use crate::types::{DataType, StructType};

/// What a function takes and gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForeignKind {
    /// As many values as it is given, whether one at a time or columns of them.
    Values,
    /// One value for all rows of a group.
    Aggregate,
}

/// A function of columns.
pub trait ForeignFunction: Any + Send + Sync {
    /// As results are called.
    fn name(&self) -> &str;

    fn returns(&self) -> &DataType;

    fn kind(&self) -> ForeignKind;

    /// Functions of one family are called together; those of `alone` are not.
    fn family(&self) -> u32;

    /// Whether a call of it shares a run with no other.
    fn alone(&self) -> bool;

    fn is_deterministic(&self) -> bool;

    /// Prepares calls, all of this function's family and not of aggregates.
    fn evaluator(&self, calls: &[ForeignCall]) -> Result<Evaluator>;

    /// Prepares the call of an aggregate.
    fn aggregator(&self, call: &ForeignCall) -> Result<Arc<dyn ForeignColumns>>;

    fn as_any(&self) -> &dyn Any;
}

/// Equal to itself only.
#[derive(Clone)]
pub struct ForeignRef(pub Arc<dyn ForeignFunction>);

impl fmt::Debug for ForeignRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())
    }
}

impl PartialEq for ForeignRef {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for ForeignRef {}

/// A call whose arguments are columns of a batch.
#[derive(Debug, Clone, PartialEq)]
pub struct ForeignCall {
    /// Each is called with what the one before it gave; the first one with the arguments.
    pub functions: Vec<ForeignRef>,
    pub args: Vec<ForeignArg>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ForeignArg {
    /// Its position among the columns.
    pub at: usize,
    /// Where it is given by name.
    pub name: Option<String>,
    pub data_type: DataType,
}

/// Calls that are ready to be made.
pub enum Evaluator {
    /// Batch by batch, of no more than so many rows where that is asked for.
    Columns(Arc<dyn ForeignColumns>, Option<usize>),
    /// Over all batches: what comes out are the columns that went in, then the results.
    Batches(Arc<dyn ForeignBatchMap>, usize),
}

/// Calls over columns.
pub trait ForeignColumns: Send + Sync {
    /// One column a call; of an aggregate it has one row.
    fn call(&self, columns: &[ArrayRef], rows: usize) -> Result<Vec<ArrayRef>>;
}

/// A function from all batches of a table to any number of others.
pub trait ForeignBatchMap: Send + Sync {
    /// Runs to the end, or until `give` says that nobody wants more. It may take its time
    /// over every batch: whoever calls it has a thread for it.
    fn run(
        &self,
        input: ForeignBatches,
        give: &mut (dyn FnMut(RecordBatch) -> bool + Send),
    ) -> Result<()>;
}

/// A function over the groups of one table, or of two by the same keys.
pub trait ForeignGroups: Send + Sync {
    /// `tables` have the same groups; one of them may have no row of a group.
    fn call(&self, tables: Vec<Groups>) -> Result<Vec<RecordBatch>>;
}

/// A function that gives a table, by name in SQL text.
pub trait ForeignTable: Send + Sync {
    /// Prepares a call. The batches that go in have `width` columns, then the arguments; with
    /// `beside` those columns come out again, before the function's own, for each row that a
    /// row of theirs gave.
    fn open(&self, args: &[TableArgument], width: usize, beside: bool) -> Result<BatchMapSpec>;
}

/// What is known of an argument before any row is.
pub struct TableArgument {
    pub name: Option<String>,
    pub data_type: DataType,
    /// One row, of a constant.
    pub value: Option<ArrayRef>,
}

/// `mapInPandas` and the like.
#[derive(Clone)]
pub struct BatchMapSpec {
    /// What Spark calls the operator.
    pub title: &'static str,
    pub function: Arc<dyn ForeignBatchMap>,
    pub output: StructType,
    /// The most rows of a batch that goes in.
    pub rows: usize,
}

/// `applyInPandas` and the like.
#[derive(Clone)]
pub struct GroupMapSpec {
    pub title: &'static str,
    pub function: Arc<dyn ForeignGroups>,
    pub output: StructType,
}

macro_rules! itself_only {
    ($spec:ty) => {
        impl PartialEq for $spec {
            fn eq(&self, other: &Self) -> bool {
                Arc::ptr_eq(&self.function, &other.function) && self.output == other.output
            }
        }

        impl Eq for $spec {}

        impl fmt::Debug for $spec {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{} {:?}", self.title, self.output)
            }
        }
    };
}

itself_only!(BatchMapSpec);
itself_only!(GroupMapSpec);
