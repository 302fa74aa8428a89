//! [`Reader`]: the batches of a run of stretches, file after file.

use std::collections::VecDeque;

use arrow::record_batch::RecordBatch;

use super::super::is_missing;
use super::super::rejects::Aside;
use super::lines::{Lines, Stretch};
use super::{FileScan, Placed, is_whole, opened};
use crate::engine::counters::FileCount;
use crate::engine::scan::Batches;
use crate::error::Result;
use crate::formats::{AbsentRows, Decoder};

pub struct Reader {
    scan: FileScan,
    decoder: Decoder,
    placed: Placed,
    stretches: VecDeque<Stretch>,
    whole_files: bool,
    at: At,
    failed: bool,
    /// The records that do not fit, where somebody wants them.
    aside: Option<Aside>,
    /// Where somebody looks how far it is.
    count: Option<FileCount>,
}

/// Where the reader stands.
enum At {
    /// Between two files.
    Border,
    Lines(Box<Lines>),
    File(Stretch, Batches),
}

impl Reader {
    pub(super) fn new(
        scan: FileScan,
        decoder: Decoder,
        placed: Placed,
        stretches: Vec<Stretch>,
        aside: Option<Aside>,
    ) -> Self {
        Self {
            whole_files: is_whole(&decoder),
            scan,
            decoder,
            placed,
            stretches: stretches.into(),
            at: At::Border,
            failed: false,
            aside,
            count: None,
        }
    }

    /// The same, saying how far it is.
    pub fn counted(mut self, count: FileCount) -> Self {
        self.count = Some(count);
        self
    }

    /// Decodes until a batch is full or there is nothing left.
    fn advance(&mut self) -> Result<Option<Watched>> {
        loop {
            match self.step() {
                Ok(Step::Batch(batch)) => return Ok(Some(batch)),
                Ok(Step::More) => {}
                Ok(Step::Done) => return Ok(None),
                Err(error) => {
                    // What is left of a damaged file is passed over.
                    let damaged = match &self.at {
                        At::Border => false,
                        At::Lines(lines) => self.scan.passes_over(&lines.stretch.file),
                        At::File(stretch, _) => self.scan.passes_over(&stretch.file),
                    };
                    if !damaged {
                        return Err(error);
                    }
                    if let Some(batch) = self.leave()? {
                        return Ok(Some(batch));
                    }
                }
            }
        }
    }

    fn step(&mut self) -> Result<Step> {
        match (&mut self.at, &mut self.decoder) {
            (At::Border, _) => self.enter(),
            (At::File(stretch, batches), _) => match batches.next().transpose()? {
                Some(batch) => {
                    if let (Some(count), Decoder::Files(files)) = (&mut self.count, &self.decoder)
                        && let Some(rows) = files.rows()
                    {
                        count.moved_rows(batch.num_rows() as u64, rows);
                    }
                    let batch = self.placed.complete(batch, stretch)?;
                    Ok(Step::Batch((batch, AbsentRows::new())))
                }
                None => {
                    self.at = At::Border;
                    Ok(Step::More)
                }
            },
            (At::Lines(lines), Decoder::Lines(decoder)) => {
                if decoder.is_full()
                    && let Some((batch, absent)) = decoder.flush_watched()?
                {
                    let batch = self.placed.filled(batch, &absent)?;
                    let batch = self.placed.complete(batch, &lines.stretch)?;
                    return Ok(Step::Batch((batch, self.placed.absent(absent))));
                }
                if !lines.fill(self.whole_files)? {
                    return Ok(self.leave()?.map_or(Step::More, Step::Batch));
                }
                let used = decoder.decode(lines.ready(), lines.at_end(), &lines.path)?;
                lines.consume(used)?;
                if let Some(count) = &mut self.count
                    && !lines.is_packed
                {
                    count.moved(used as u64);
                }
                if let Some(aside) = &mut self.aside {
                    aside.add(decoder.take_rejected());
                }
                Ok(Step::More)
            }
            (At::Lines(_), Decoder::Files(_)) => Ok(Step::Done),
        }
    }

    /// Goes to the next file.
    fn enter(&mut self) -> Result<Step> {
        let Some(stretch) = self.stretches.pop_front() else {
            return self.last();
        };
        if let Some(count) = &mut self.count {
            count.enter(stretch.bytes(), stretch.ends_file());
        }
        let file = match opened(&self.scan, &stretch.file) {
            Ok(file) => file,
            Err(error) => {
                return match is_missing(&error) && self.scan.ignore_missing {
                    true => Ok(Step::More),
                    false => Err(error),
                };
            }
        };
        self.placed.enter(&self.scan, &stretch.file)?;
        let scan = &self.scan;
        match &mut self.decoder {
            Decoder::Lines(decoder) => {
                decoder.start(&file.path, stretch.from == 0)?;
                let entry = stretch.file.clone();
                match Lines::open(stretch, file) {
                    Ok(lines) => self.at = At::Lines(Box::new(lines)),
                    Err(_) if scan.passes_over(&entry) => {}
                    Err(error) => return Err(error),
                }
            }
            Decoder::Files(decoder) => match decoder.open(file, stretch.part()) {
                Ok(batches) => self.at = At::File(stretch, batches),
                Err(_) if scan.passes_over(&stretch.file) => {}
                Err(error) => return Err(error),
            },
        }
        Ok(Step::More)
    }

    /// Leaves the current file. Its rows may wait for those of the next one, unless
    /// the file gives columns of its own.
    fn leave(&mut self) -> Result<Option<Watched>> {
        let left = std::mem::replace(&mut self.at, At::Border);
        match (left, &mut self.decoder) {
            (At::Lines(lines), Decoder::Lines(decoder)) if !self.placed.plain => {
                let Some((batch, absent)) = decoder.flush_watched()? else {
                    return Ok(None);
                };
                let batch = self.placed.filled(batch, &absent)?;
                let batch = self.placed.complete(batch, &lines.stretch)?;
                Ok(Some((batch, self.placed.absent(absent))))
            }
            _ => Ok(None),
        }
    }

    /// Behind the last file: the rows that waited for more.
    fn last(&mut self) -> Result<Step> {
        if let Some(count) = &mut self.count {
            count.leave();
        }
        if let Decoder::Lines(decoder) = &mut self.decoder
            && let Some((batch, absent)) = decoder.flush_watched()?
        {
            let batch = self.placed.filled(batch, &absent)?;
            let columns = batch.columns().to_vec();
            let rows = batch.num_rows();
            let batch = super::under(&self.placed.schema, columns, rows)?;
            return Ok(Step::Batch((batch, self.placed.absent(absent))));
        }
        if let Some(aside) = self.aside.take() {
            aside.end()?;
        }
        Ok(Step::Done)
    }
}

/// A batch, and what is absent from it.
type Watched = (RecordBatch, AbsentRows);

enum Step {
    Batch(Watched),
    More,
    Done,
}

impl Iterator for Reader {
    type Item = Result<Watched>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let result = self.advance().transpose();
        self.failed = matches!(result, Some(Err(_)));
        result
    }
}
