//! Streams that are code of the user's.
//!
//! Such a stream says itself where it begins, so its first batch starts at a place that
//! no checkpoint holds: it is asked for again where that batch is run again.

use std::sync::Arc;

use super::{Reader, Source};
use crate::engine::scan::{Batches, project};
use crate::error::Result;
use crate::plan::{Foreign, ForeignRows, ForeignStream};

pub struct ForeignStreamSource {
    description: String,
    stream: Box<dyn ForeignStream>,
    initial: Option<String>,
    /// What `availableNow` holds a stream to that cannot hold itself.
    end: End,
}

enum End {
    Open,
    /// The next look says where the end is.
    AtNextLook,
    At(String),
}

impl ForeignStreamSource {
    pub fn open(source: &Foreign) -> Result<Self> {
        let stream = source.0.stream()?;
        Ok(Self {
            description: stream.description()?,
            stream,
            initial: None,
            end: End::Open,
        })
    }

    fn start(&mut self, start: Option<&str>) -> Result<String> {
        if let Some(start) = start {
            return Ok(start.to_string());
        }
        let initial = match self.initial.take() {
            Some(initial) => initial,
            None => self.stream.initial_offset()?,
        };
        self.initial = Some(initial.clone());
        Ok(initial)
    }
}

impl Source for ForeignStreamSource {
    fn description(&self) -> String {
        self.description.clone()
    }

    fn latest_offset(&mut self, start: Option<&str>, all: bool) -> Result<Option<String>> {
        let from = self.start(start)?;
        let end = match &self.end {
            End::At(end) => end.clone(),
            End::Open => self.stream.latest_offset(&from, all)?,
            End::AtNextLook => {
                let end = self.stream.latest_offset(&from, true)?;
                self.end = End::At(end.clone());
                end
            }
        };
        // A first look that finds nothing is no place to commit.
        Ok((start.is_some() || end != from).then_some(end))
    }

    fn reported_end(&mut self) -> Result<Option<String>> {
        self.stream.reported_end()
    }

    fn freeze(&mut self) -> Result<()> {
        if !self.stream.freeze()? {
            self.end = End::AtNextLook;
        }
        Ok(())
    }

    fn read(&mut self, start: Option<&str>, end: &str) -> Result<Arc<dyn Reader>> {
        let start = self.start(start)?;
        Ok(Arc::new(ForeignBatch(self.stream.rows(&start, end)?)))
    }

    fn commit(&mut self, end: &str) -> Result<()> {
        self.stream.commit(end)
    }
}

struct ForeignBatch(Arc<dyn ForeignRows>);

impl Reader for ForeignBatch {
    fn open(&self, columns: &[usize]) -> Result<Batches> {
        let columns = columns.to_vec();
        let batches = self.0.open()?;
        Ok(Box::new(
            batches.map(move |batch| project(&batch?, &columns)),
        ))
    }
}
