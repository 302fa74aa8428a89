//! Rows that a test adds: a `MemoryStream` as a source.
//!
//! A place in the stream is the number of a block, as JSON a plain number. There is
//! no rate limit: a batch takes all blocks that are there. The rows live in this
//! process only, so a checkpoint can be gone on from for as long as the stream does.

use std::sync::Arc;

use arrow::record_batch::RecordBatch;

use super::{Reader, Source};
use crate::engine::scan::{Batches, project};
use crate::error::{ErrorClass, Result, SparkError};
use crate::plan::{LocalStream, Reading};

pub struct MemorySource {
    reading: Reading,
    /// The last place that is taken, once nothing later is.
    last: Option<i64>,
}

impl MemorySource {
    pub fn open(stream: &Arc<LocalStream>) -> Self {
        Self {
            reading: stream.read(),
            last: None,
        }
    }
}

/// What a checkpoint asks for and this stream does not have.
pub(super) fn missing(stream: &LocalStream, wanted: i64) -> SparkError {
    let has = match stream.kept() {
        (first, latest) if first > latest => format!("no rows from offset {first} on"),
        (first, latest) => format!("the offsets {first} to {latest}"),
    };
    SparkError::plain(
        ErrorClass::SparkRuntime,
        format!(
            "{} does not have the offset {wanted} that the checkpoint names: it has {has}. A query over a memory stream can only be started again with the stream that it was stopped with, in the same process.",
            stream.description()
        ),
    )
}

impl Source for MemorySource {
    fn description(&self) -> String {
        self.reading.stream().description().to_string()
    }

    fn latest_offset(&mut self, start: Option<&str>, _all: bool) -> Result<Option<String>> {
        let latest = self.reading.stream().latest();
        if let Some(start) = start {
            let start = number(start)?;
            if start > latest {
                return Err(missing(self.reading.stream(), start));
            }
        }
        let end = self.last.unwrap_or(latest);
        Ok((end >= 0).then(|| end.to_string()))
    }

    fn freeze(&mut self) -> Result<()> {
        self.last = Some(self.reading.stream().latest());
        Ok(())
    }

    fn read(&mut self, start: Option<&str>, end: &str) -> Result<Arc<dyn Reader>> {
        let start = start.map_or(Ok(-1), number)?;
        let end = number(end)?;
        let stream = self.reading.stream();
        let Some(blocks) = stream.blocks(start, end) else {
            let wanted = if start + 1 < stream.kept().0 {
                start + 1
            } else {
                end
            };
            return Err(missing(stream, wanted));
        };
        Ok(Arc::new(Blocks::of(&blocks)))
    }

    fn commit(&mut self, end: &str) -> Result<()> {
        self.reading.commit(number(end)?);
        Ok(())
    }
}

/// The rows of some blocks.
pub(super) struct Blocks(Vec<RecordBatch>);

impl Blocks {
    pub fn of(blocks: &[Arc<[RecordBatch]>]) -> Self {
        Self(blocks.iter().flat_map(|b| b.iter()).cloned().collect())
    }
}

impl Reader for Blocks {
    fn open(&self, columns: &[usize]) -> Result<Batches> {
        let (batches, columns) = (self.0.clone(), columns.to_vec());
        Ok(Box::new(
            batches
                .into_iter()
                .map(move |batch| project(&batch, &columns)),
        ))
    }
}

pub(super) fn number(text: &str) -> Result<i64> {
    text.trim().parse().map_err(|_| {
        SparkError::plain(
            ErrorClass::SparkRuntime,
            format!("{text} is not a place in a memory stream, which is a plain number"),
        )
    })
}
