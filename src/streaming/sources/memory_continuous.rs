//! A `MemoryStream` read as its rows come. Places are those of batches, so that a query
//! may go on with either trigger.

use std::sync::Arc;

use super::memory::{Blocks, missing, number};
use super::{ContinuousSource, Reader, Wake};
use crate::error::Result;
use crate::plan::{LocalStream, Reading};

pub struct MemoryContinuous {
    reading: Reading,
    /// The last block that was taken, -1 before the first.
    at: i64,
}

impl MemoryContinuous {
    pub fn open(stream: &Arc<LocalStream>, start: Option<&str>, wake: Wake) -> Result<Self> {
        let at = start.map_or(Ok(-1), number)?;
        let reading = stream.read();
        reading.on_add(wake);
        if at > stream.latest() {
            return Err(missing(stream, at));
        }
        Ok(Self { reading, at })
    }
}

impl ContinuousSource for MemoryContinuous {
    fn take(&mut self) -> Result<Option<Arc<dyn Reader>>> {
        let stream = self.reading.stream();
        let latest = stream.latest();
        if latest <= self.at {
            return Ok(None);
        }
        let Some(blocks) = stream.blocks(self.at, latest) else {
            return Err(missing(stream, self.at + 1));
        };
        self.at = latest;
        Ok(Some(Arc::new(Blocks::of(&blocks))))
    }

    fn place(&self) -> Option<String> {
        (self.at >= 0).then(|| self.at.to_string())
    }

    fn due_millis(&self) -> Option<i64> {
        None
    }

    fn commit(&mut self, end: &str) -> Result<()> {
        self.reading.commit(number(end)?);
        Ok(())
    }
}
