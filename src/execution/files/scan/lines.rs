//! [`Lines`]: the lines of a stretch of a file, block by block; and how files are cut
//! into stretches.

use std::io::{Read, Seek, SeekFrom};

use super::super::FileEntry;
use crate::error::{Result, SparkError};
use crate::formats::{Content, Opened, Part, unreadable};
use crate::storage::ReadFile;

/// Bytes read at a time: large enough that a system call a block costs nothing,
/// small enough to stay in the cache of one core.
const BLOCK: usize = 256 * 1024;
/// Of a line that is longer than a block as much again is read each time, up to this.
const MOST: usize = 64 * 1024 * 1024;

/// Lines of a file that start at `from` or later and before `to`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    pub file: FileEntry,
    pub from: u64,
    pub to: u64,
}

impl Stretch {
    pub fn whole(file: FileEntry) -> Self {
        // A file may have grown since it was listed; a stream must then read what
        // was there, and a batch may read it all. Both read to its end as it is.
        Self {
            file,
            from: 0,
            to: u64::MAX,
        }
    }

    pub fn part(&self) -> Part {
        Part {
            from: self.from,
            to: self.to,
        }
    }
}

impl Stretch {
    /// Its bytes, as far as the file was long when it was listed.
    pub fn bytes(&self) -> u64 {
        self.to.min(self.file.size).saturating_sub(self.from)
    }

    pub fn ends_file(&self) -> bool {
        self.to >= self.file.size
    }
}

/// A partition's part: partitions one after the other read the files in order.
pub fn share(
    files: &[FileEntry],
    partition: usize,
    partitions: usize,
    splittable: impl Fn(&FileEntry) -> bool,
) -> Vec<Stretch> {
    let total: u64 = files.iter().map(|f| f.size).sum();
    let bound = |p: usize| (u128::from(total) * p as u128 / partitions as u128) as u64;
    let last = partition + 1 == partitions;
    let (low, high) = (
        bound(partition),
        if last { u64::MAX } else { bound(partition + 1) },
    );
    let mut out = Vec::new();
    let mut start = 0;
    for file in files {
        let end = start + file.size;
        if !splittable(file) {
            if start >= low && start < high {
                out.push(Stretch::whole(file.clone()));
            }
        } else if end > low && start < high || (file.size == 0 && start >= low && start < high) {
            let from = low.saturating_sub(start);
            let to = if end <= high { u64::MAX } else { high - start };
            out.push(Stretch {
                file: file.clone(),
                from,
                to,
            });
        }
        start = end;
    }
    out
}

/// The lines of a stretch, block by block.
pub struct Lines {
    pub stretch: Stretch,
    /// As errors name the file.
    pub path: String,
    source: Box<dyn Read + Send>,
    buffer: Vec<u8>,
    /// Where in the file the buffer begins.
    offset: u64,
    start: usize,
    /// End of the lines in the buffer that belong to the stretch, once it is known.
    cut: Option<usize>,
    ended: bool,
    stuck: bool,
    /// Whether the lines are longer than what is read from the file.
    pub is_packed: bool,
    /// How much the next read at an empty buffer asks for: of a small file no more
    /// than it has.
    portion: usize,
}

impl Lines {
    pub fn open(stretch: Stretch, opened: Opened) -> Result<Self> {
        let path = opened.path;
        // The line that holds the byte before belongs to the stretch before.
        let offset = stretch.from.saturating_sub(1);
        let compressed = matches!(opened.content, Content::Unpacked(_));
        let source: Box<dyn Read + Send> = match opened.content {
            Content::Plain(file) => Box::new(at(file, offset, stretch.to, &path)?),
            Content::Unpacked(reader) => reader,
        };
        let skips = stretch.from > 0;
        let rest = stretch.file.size.saturating_sub(offset).saturating_add(1);
        let portion = usize::try_from(rest).map_or(BLOCK, |rest| rest.min(BLOCK));
        let mut lines = Self {
            stretch,
            path,
            source,
            buffer: Vec::new(),
            offset,
            start: 0,
            cut: None,
            ended: false,
            stuck: true,
            is_packed: compressed,
            portion: if compressed { BLOCK } else { portion },
        };
        if skips {
            lines.skip_line()?;
        }
        Ok(lines)
    }

    fn skip_line(&mut self) -> Result<()> {
        loop {
            let ready = self.buffer.get(self.start..).unwrap_or_default();
            if let Some(at) = memchr::memchr(b'\n', ready) {
                self.start += at + 1;
                if self.offset + self.start as u64 >= self.stretch.to {
                    self.cut = Some(self.start);
                } else {
                    // What was read may already hold the end of the stretch.
                    self.find_cut();
                }
                return Ok(());
            }
            self.start = self.buffer.len();
            if self.ended {
                return Ok(());
            }
            self.read_block()?;
        }
    }

    fn read_block(&mut self) -> Result<()> {
        if self.start > 0 {
            self.buffer.drain(..self.start);
            self.offset += self.start as u64;
            self.start = 0;
        }
        let before = self.buffer.len();
        let more = match before {
            0 => std::mem::replace(&mut self.portion, BLOCK),
            _ => before.clamp(BLOCK, MOST),
        };
        self.buffer.resize(before + more, 0);
        let mut filled = before;
        while filled < self.buffer.len() {
            let room = self.buffer.get_mut(filled..).unwrap_or_default();
            match self.source.read(room) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(unreadable(&self.path, &error)),
                Ok(0) => {
                    self.ended = true;
                    break;
                }
                Ok(read) => filled += read,
            }
        }
        self.buffer.truncate(filled);
        Ok(())
    }

    /// Makes sure that there is something to decode; false when all is done.
    pub fn fill(&mut self, whole: bool) -> Result<bool> {
        while self.cut.is_none() && !self.ended && (self.stuck || whole || self.ready().is_empty())
        {
            self.read_block()?;
            self.stuck = false;
            self.find_cut();
        }
        Ok(!self.ready().is_empty())
    }

    /// The stretch ends with the line that holds the byte before `to`.
    fn find_cut(&mut self) {
        let end = self.offset + self.buffer.len() as u64;
        if end < self.stretch.to {
            return;
        }
        let from = (self.stretch.to.saturating_sub(1 + self.offset) as usize).max(self.start);
        if let Some(at) = self
            .buffer
            .get(from..)
            .and_then(|rest| memchr::memchr(b'\n', rest))
        {
            self.cut = Some(from + at + 1);
        }
    }

    pub fn ready(&self) -> &[u8] {
        let end = self.cut.unwrap_or(self.buffer.len());
        self.buffer.get(self.start..end).unwrap_or_default()
    }

    pub fn at_end(&self) -> bool {
        self.ended || self.cut.is_some()
    }

    pub fn consume(&mut self, used: usize) -> Result<()> {
        self.start += used;
        if used > 0 {
            return Ok(());
        }
        if self.at_end() {
            return Err(SparkError::internal("the decoder left the end of a file"));
        }
        // An unfinished line: more of it has to be read.
        self.stuck = true;
        Ok(())
    }
}

fn at(mut file: ReadFile, offset: u64, end: u64, path: &str) -> Result<ReadFile> {
    file.until(end);
    if offset > 0 {
        file.seek(SeekFrom::Start(offset))
            .map_err(|e| unreadable(path, &e))?;
    }
    Ok(file)
}
