//! A user's function over the groups of a stream, with state that lasts: how it is
//! called and what it answers. Where the function comes from this module must not
//! know; it sees rows as record batches and state as columns or bytes.

use std::fmt;
use std::sync::Arc;

use arrow::record_batch::RecordBatch;

use crate::error::Result;
use crate::types::StructType;

/// Rows in groups: those of group `g` are `starts[g]..starts[g + 1]`.
pub struct Groups {
    /// The columns that the function sees, by the user's names.
    pub rows: RecordBatch,
    /// One row a group.
    pub keys: RecordBatch,
    pub starts: Vec<usize>,
}

impl Groups {
    pub fn len(&self) -> usize {
        self.keys.num_rows()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Epoch milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct GroupTimes {
    pub batch: i64,
    /// None where the stream has no watermark.
    pub watermark: Option<i64>,
}

/// One call of a function with a state a group.
pub struct StateCall {
    pub groups: Groups,
    /// Which groups have a state; `states` has a row for each of these.
    pub defined: Vec<bool>,
    pub states: RecordBatch,
    /// The groups have no rows: their time is over.
    pub timed_out: bool,
    pub times: GroupTimes,
}

/// What became of a group's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StateChange {
    pub defined: bool,
    pub updated: bool,
    pub removed: bool,
    /// When the group's time is over, in milliseconds, if the call said so.
    pub timeout: Option<i64>,
}

pub struct StateAnswer {
    pub rows: Vec<RecordBatch>,
    /// One a group, in their order.
    pub changes: Vec<StateChange>,
    /// The new states of those that are defined.
    pub states: RecordBatch,
}

/// `applyInPandasWithState`: one state a group.
pub trait StateFunction: Send + Sync {
    fn call(&self, call: StateCall) -> Result<StateAnswer>;
}

/// When an entry is due, in epoch milliseconds, and its value.
pub type Entry = (Option<i64>, Vec<u8>);

/// The bytes that a processor keeps, each entry with the moment at which it is due.
pub trait StateBytes: Send + Sync {
    /// When the entry is due, and its value.
    fn get(&self, key: &[u8]) -> Result<Option<Entry>>;
    /// `due` is in epoch milliseconds.
    fn put(&self, key: &[u8], due: Option<i64>, value: &[u8]) -> Result<()>;
    /// Whether it was there.
    fn remove(&self, key: &[u8]) -> Result<bool>;
    /// The entries whose keys begin so, by key.
    fn scan(&self, prefix: &[u8]) -> Result<Vec<(Vec<u8>, Entry)>>;
    /// The entries with this first byte that are due then or before, by moment.
    fn due(&self, first: u8, until: i64) -> Result<Vec<(i64, Vec<u8>)>>;
    /// Rows of state that were written and removed, for the progress record.
    fn count(&self, updated: u64, removed: u64);
}

/// One batch for a processor.
pub struct ProcessorCall {
    pub groups: Groups,
    /// Rows that begin the state, in the first batch, with the keys of `groups`: a key
    /// may be there for their sake alone.
    pub initial: Option<InitialRows>,
    pub key_bytes: Vec<Vec<u8>>,
    pub state: Arc<dyn StateBytes>,
    pub times: GroupTimes,
}

/// Rows of an initial state: those of group `g` are `starts[g]..starts[g + 1]`.
pub struct InitialRows {
    pub rows: RecordBatch,
    pub starts: Vec<usize>,
}

/// `transformWithState`: an object with state variables and timers.
pub trait Processor: Send + Sync {
    fn call(&self, call: ProcessorCall) -> Result<Vec<RecordBatch>>;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupTimeout {
    Never,
    ProcessingTime,
    EventTime,
}

impl GroupTimeout {
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "NoTimeout" => Some(Self::Never),
            "ProcessingTimeTimeout" => Some(Self::ProcessingTime),
            "EventTimeTimeout" => Some(Self::EventTime),
            _ => None,
        }
    }

    /// The time modes of `transformWithState`.
    pub fn parse_mode(text: &str) -> Option<Self> {
        match text.to_lowercase().as_str() {
            "none" => Some(Self::Never),
            "processingtime" => Some(Self::ProcessingTime),
            "eventtime" => Some(Self::EventTime),
            _ => None,
        }
    }
}

#[derive(Clone)]
pub enum GroupFunction {
    State {
        function: Arc<dyn StateFunction>,
        state: StructType,
    },
    Processor {
        processor: Arc<dyn Processor>,
        /// What the rows are to the user: part of the operator's name.
        in_pandas: bool,
        /// The column of the output that holds the event time.
        event_time: Option<String>,
    },
}

impl GroupFunction {
    fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::State { function: a, .. }, Self::State { function: b, .. }) => Arc::ptr_eq(a, b),
            (Self::Processor { processor: a, .. }, Self::Processor { processor: b, .. }) => {
                Arc::ptr_eq(a, b)
            }
            _ => false,
        }
    }
}

/// What was asked of the groups.
#[derive(Clone)]
pub struct GroupSpec {
    pub function: GroupFunction,
    pub output: StructType,
    /// The function's own output mode, as the user wrote it.
    pub mode: String,
    pub timeout: GroupTimeout,
}

impl PartialEq for GroupSpec {
    fn eq(&self, other: &Self) -> bool {
        self.function.is(&other.function)
            && self.output == other.output
            && self.mode == other.mode
            && self.timeout == other.timeout
    }
}

impl fmt::Debug for GroupSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {} {:?}", self.timeout, self.mode, self.output)
    }
}

/// The first byte of a processor's entries: what they are.
pub mod tag {
    pub const BEGUN: u8 = b'b';
    /// The types of a variable, by its name.
    pub const SCHEMA: u8 = b's';
    pub const VALUE: u8 = b'v';
    pub const LIST: u8 = b'l';
    pub const MAP: u8 = b'm';
    /// One item of a list; the list itself is an entry, too.
    pub const ITEM: u8 = b'i';
    pub const TIMER: u8 = b't';
    /// What counts as rows of state.
    pub const COUNTED: &[u8] = &[VALUE, LIST, MAP];
}
