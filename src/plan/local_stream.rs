//! Rows that the program adds while queries read them: what a `MemoryStream` holds.
//!
//! Data of the program's own, as [`super::LocalData`] is, but it grows: each addition
//! is one block, and a place in the stream is the number of a block, from 0. Knows
//! nothing of queries; `streaming::sources::memory` reads it as a source.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::record_batch::RecordBatch;
use parking_lot::Mutex;

use crate::types::{DataType, StructType};

/// Numbers the columns of all streams, so that descriptions tell streams apart.
static NEXT_COLUMN: AtomicU64 = AtomicU64::new(0);

pub struct LocalStream {
    schema: StructType,
    description: String,
    keep_all: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The place of the oldest block that is kept.
    first: i64,
    blocks: VecDeque<Arc<[RecordBatch]>>,
    /// Up to where each query that reads now has committed, by a number of its own;
    /// `None` before its first commit.
    committed: HashMap<u64, Option<i64>>,
    next_reader: u64,
    /// What to call after an addition, by the reader that asked for it.
    wakes: HashMap<u64, Wake>,
}

/// Tells a reader that there are new rows.
type Wake = Arc<dyn Fn() + Send + Sync>;

impl State {
    fn latest(&self) -> i64 {
        self.first + self.blocks.len() as i64 - 1
    }
}

/// A query's place among the readers of a stream; given up when dropped.
pub struct Reading {
    stream: Arc<LocalStream>,
    number: u64,
}

impl LocalStream {
    /// An empty stream. Unless `keep_all`, a block is freed once every query that
    /// reads at that moment has committed it.
    pub fn new(schema: StructType, keep_all: bool) -> Arc<Self> {
        let columns: Vec<String> = schema
            .fields
            .iter()
            .map(|field| {
                let number = NEXT_COLUMN.fetch_add(1, Ordering::Relaxed);
                let suffix = if field.data_type == DataType::Long {
                    "L"
                } else {
                    ""
                };
                format!("{}#{number}{suffix}", field.name)
            })
            .collect();
        Arc::new(Self {
            description: format!("MemoryStream[{}]", columns.join(",")),
            schema,
            keep_all,
            state: Mutex::default(),
        })
    }

    pub fn schema(&self) -> &StructType {
        &self.schema
    }

    /// As progress records name it: `MemoryStream[id#0,name#1]`.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Adds a block, which may be empty; its place.
    pub fn add(&self, block: Vec<RecordBatch>) -> i64 {
        let mut state = self.state.lock();
        state.blocks.push_back(block.into());
        let latest = state.latest();
        let wakes: Vec<Wake> = state.wakes.values().cloned().collect();
        drop(state);
        wakes.iter().for_each(|wake| wake());
        latest
    }

    /// The place of the last block, -1 before the first.
    pub fn latest(&self) -> i64 {
        self.state.lock().latest()
    }

    /// The places that are kept: of the oldest block and of the last.
    pub fn kept(&self) -> (i64, i64) {
        let state = self.state.lock();
        (state.first, state.latest())
    }

    /// The blocks after the place `start` up to `end`; `None` unless all are kept.
    pub fn blocks(&self, start: i64, end: i64) -> Option<Vec<Arc<[RecordBatch]>>> {
        let state = self.state.lock();
        let from = usize::try_from(start + 1 - state.first).ok()?;
        let to = usize::try_from(end + 1 - state.first).ok()?;
        if from > to || to > state.blocks.len() {
            return None;
        }
        Some(state.blocks.range(from..to).cloned().collect())
    }

    /// Takes in one more query.
    pub fn read(self: &Arc<Self>) -> Reading {
        let mut state = self.state.lock();
        let number = state.next_reader;
        state.next_reader += 1;
        state.committed.insert(number, None);
        Reading {
            stream: Arc::clone(self),
            number,
        }
    }
}

impl Reading {
    pub fn stream(&self) -> &LocalStream {
        &self.stream
    }

    /// Calls `wake` after every addition, until this is dropped.
    pub fn on_add(&self, wake: Wake) {
        self.stream.state.lock().wakes.insert(self.number, wake);
    }

    /// This query needs nothing up to `end` any more.
    pub fn commit(&self, end: i64) {
        if self.stream.keep_all {
            return;
        }
        let mut state = self.stream.state.lock();
        state.committed.insert(self.number, Some(end));
        let done = state.committed.values().copied().min().flatten();
        while done.is_some_and(|done| state.first <= done) && state.blocks.pop_front().is_some() {
            state.first += 1;
        }
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        let mut state = self.stream.state.lock();
        state.committed.remove(&self.number);
        state.wakes.remove(&self.number);
    }
}

impl fmt::Debug for LocalStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.description)
    }
}

/// The same stream, not one with the same rows.
impl PartialEq for LocalStream {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::StructField;

    fn stream(keep_all: bool) -> Arc<LocalStream> {
        let fields = [
            StructField::new("id", DataType::Integer, true),
            StructField::new("n", DataType::Long, true),
        ];
        LocalStream::new(StructType::new(fields), keep_all)
    }

    #[test]
    fn a_place_is_the_number_of_a_block() {
        let stream = stream(true);
        assert_eq!(stream.latest(), -1);
        assert_eq!(stream.add(vec![]), 0);
        assert_eq!(stream.add(vec![]), 1);
        assert_eq!(stream.blocks(-1, 1).map(|b| b.len()), Some(2));
        assert_eq!(stream.blocks(0, 1).map(|b| b.len()), Some(1));
        assert_eq!(stream.blocks(1, 1).map(|b| b.len()), Some(0));
        assert!(stream.blocks(1, 2).is_none());
    }

    #[test]
    fn what_is_committed_stays_unless_asked_otherwise() {
        let stream = stream(true);
        let reading = stream.read();
        stream.add(vec![]);
        reading.commit(0);
        assert_eq!(stream.kept(), (0, 0));
    }

    #[test]
    fn a_block_is_freed_once_every_reader_has_committed_it() {
        let stream = stream(false);
        let (one, other) = (stream.read(), stream.read());
        for _ in 0..3 {
            stream.add(vec![]);
        }
        one.commit(2);
        assert_eq!(stream.kept(), (0, 2));
        other.commit(0);
        assert_eq!(stream.kept(), (1, 2));
        drop(other);
        one.commit(2);
        assert_eq!(stream.kept(), (3, 2));
        assert_eq!(stream.add(vec![]), 3);
        assert!(stream.blocks(-1, 3).is_none());
    }

    #[test]
    fn columns_are_numbered_as_spark_shows_them() {
        let text = stream(true).description().to_string();
        let shape: String = text.chars().filter(|c| !c.is_ascii_digit()).collect();
        assert_eq!(shape, "MemoryStream[id#,n#L]");
    }
}
