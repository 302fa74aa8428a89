//! [`Ahead`]: the files of one read, decoded by several threads and given out in their
//! order: one stream of rows that more than one core works on.
//!
//! The bytes are cut into pieces. Each thread takes the next piece that nobody has, and
//! stops where too many pieces wait to be given out, so that a slow taker holds a few
//! pieces in memory and not all of them.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;

use arrow::record_batch::RecordBatch;
use parking_lot::{Condvar, Mutex};

use super::{FileScan, share};
use crate::error::{Result, SparkError};
use crate::execution::files::FileEntry;
use crate::execution::files::rejects::{Aside, Rejects};
use crate::formats::AbsentRows;

/// Bytes of a piece: its rows are some tens of batches.
const PIECE: u64 = 4 * 1024 * 1024;
/// Pieces, for each thread, that may wait.
const WAITING: usize = 2;

type Rows = Vec<Result<(RecordBatch, AbsentRows)>>;

/// What is read, for all threads.
struct Work {
    scan: FileScan,
    files: Vec<FileEntry>,
    columns: Vec<usize>,
    watched: Vec<usize>,
    rejects: Option<Arc<Rejects>>,
    pieces: usize,
    most_waiting: usize,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// The next piece that nobody has taken.
    next: usize,
    /// The piece that is given out.
    wanted: usize,
    done: BTreeMap<usize, Rows>,
    /// Nobody wants any more.
    over: bool,
}

pub struct Ahead {
    work: Arc<Work>,
    threads: Vec<JoinHandle<()>>,
    current: std::vec::IntoIter<Result<(RecordBatch, AbsentRows)>>,
    failed: bool,
}

impl Ahead {
    /// Whether it is worth to cut the files. A large one that cannot be cut would be a
    /// piece by itself, with all of its rows in memory.
    pub fn is_worth(scan: &FileScan, files: &[FileEntry]) -> bool {
        let is_small = |file: &FileEntry| file.size <= 2 * PIECE || scan.is_splittable(file);
        Self::pieces(files) > 1 && files.iter().all(is_small)
    }

    fn pieces(files: &[FileEntry]) -> usize {
        let bytes: u64 = files.iter().map(|file| file.size).sum();
        usize::try_from(bytes / PIECE).unwrap_or(usize::MAX).max(1)
    }

    pub fn start(
        scan: &FileScan,
        files: Vec<FileEntry>,
        columns: &[usize],
        watched: &[usize],
        batch: u64,
        threads: usize,
    ) -> Result<Self> {
        let pieces = Self::pieces(&files);
        let work = Arc::new(Work {
            scan: scan.clone(),
            rejects: Rejects::new(scan, &files, pieces, Some(batch)),
            files,
            columns: columns.to_vec(),
            watched: watched.to_vec(),
            pieces,
            most_waiting: WAITING * threads,
            state: Mutex::default(),
            changed: Condvar::new(),
        });
        let mut ahead = Self {
            work,
            threads: Vec::new(),
            current: Vec::new().into_iter(),
            failed: false,
        };
        for number in 0..threads.min(pieces) {
            let work = Arc::clone(&ahead.work);
            let thread = std::thread::Builder::new()
                .name(format!("caudal-read-{number}"))
                .spawn(move || work.run())
                .map_err(SparkError::internal)?;
            ahead.threads.push(thread);
        }
        Ok(ahead)
    }
}

impl Work {
    fn run(&self) {
        while let Some(piece) = self.take() {
            // Who waits for the piece waits for ever if it never comes.
            let read = catch_unwind(AssertUnwindSafe(|| self.read(piece)));
            let read = read.unwrap_or_else(|_| Err(SparkError::internal("a reader panicked")));
            let rows = read.unwrap_or_else(|error| vec![Err(error)]);
            self.state.lock().done.insert(piece, rows);
            self.changed.notify_all();
        }
    }

    /// The next piece; none when there is none, or nobody wants it.
    fn take(&self) -> Option<usize> {
        let mut state = self.state.lock();
        while !state.over && state.next >= state.wanted + self.most_waiting {
            self.changed.wait(&mut state);
        }
        if state.over || state.next >= self.pieces {
            return None;
        }
        state.next += 1;
        Some(state.next - 1)
    }

    fn read(&self, piece: usize) -> Result<Rows> {
        let splittable = |file: &FileEntry| self.scan.is_splittable(file);
        let stretches = share(&self.files, piece, self.pieces, splittable);
        let aside = Aside::new(&self.rejects, piece);
        let reader =
            self.scan
                .read_stretches(stretches, &self.columns, Vec::new(), &self.watched, aside)?;
        Ok(reader.take_while(|_| !self.state.lock().over).collect())
    }

    /// The rows of the next piece in order, once they are there.
    fn give(&self) -> Option<Rows> {
        let mut state = self.state.lock();
        let piece = state.wanted;
        if piece >= self.pieces {
            return None;
        }
        loop {
            if let Some(rows) = state.done.remove(&piece) {
                state.wanted += 1;
                self.changed.notify_all();
                return Some(rows);
            }
            self.changed.wait(&mut state);
        }
    }
}

impl Iterator for Ahead {
    type Item = Result<(RecordBatch, AbsentRows)>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.failed {
            if let Some(item) = self.current.next() {
                self.failed = item.is_err();
                return Some(item);
            }
            self.current = self.work.give()?.into_iter();
        }
        None
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        self.work.state.lock().over = true;
        self.work.changed.notify_all();
        for thread in self.threads.drain(..) {
            // A thread that panicked has said so itself.
            let _ = thread.join();
        }
    }
}
