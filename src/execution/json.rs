//! JSON files as a leaf: cut into stretches of lines, one run of stretches a
//! partition, decoded block by block.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::record_batch::RecordBatch;

use super::files::{FileEntry, failed};
use crate::engine::scan::{Batches, Rows, Run};
use crate::error::{Result, SparkError};
use crate::formats::json::{
    AbsentRows, JsonDecoder, JsonOptions, SchemaInference, check_only_corrupt_column,
};
use crate::types::StructType;

/// Bytes read at a time: large enough that a system call a block costs nothing,
/// small enough to stay in the cache of one core.
const BLOCK: usize = 256 * 1024;

/// Rows of a batch. The engine's default; larger ones did not help.
const ROWS_A_BATCH: usize = 8192;

/// Below this many bytes a second partition costs more than it brings.
const BYTES_A_PARTITION: u64 = 4 * 1024 * 1024;

/// How to read: the options, without the files.
#[derive(Debug, Clone)]
pub struct JsonScan {
    pub options: Arc<JsonOptions>,
}

impl JsonScan {
    /// The schema that all records of the files have.
    pub fn infer(&self, files: &[FileEntry], case_sensitive: bool) -> Result<StructType> {
        let mut inference = SchemaInference::new(&self.options)?;
        for file in files {
            refuse_compressed(file)?;
            let bytes = std::fs::read(&file.path).map_err(|e| failed(&file.path, &e))?;
            inference.add_file(&bytes)?;
        }
        inference.finish(case_sensitive)
    }

    /// Whether a file may be read from any line on.
    fn is_splittable(&self) -> bool {
        !self.options.multi_line
            && self.options.line_sep.is_none()
            && self.options.encoding.is_none()
    }

    /// The rows of whole files, one after the other. With each batch it is said which
    /// rows lack a value of the `watched` columns, by position among the wanted ones.
    pub fn read(
        &self,
        files: Vec<FileEntry>,
        schema: &StructType,
        columns: &[usize],
        watched: &[usize],
    ) -> Result<impl Iterator<Item = Result<(RecordBatch, AbsentRows)>> + Send + use<>> {
        let stretches = files.into_iter().map(Stretch::whole).collect();
        let mut reader = self.read_stretches(stretches, schema, columns)?;
        reader.decoder.watch(watched);
        Ok(reader)
    }

    fn read_stretches(
        &self,
        stretches: Vec<Stretch>,
        schema: &StructType,
        columns: &[usize],
    ) -> Result<Reader> {
        let wanted = StructType::new(columns.iter().map(|c| schema.fields[*c].clone()));
        let names: Vec<_> = wanted.fields.iter().map(|f| f.name.as_str()).collect();
        check_only_corrupt_column(&names, &self.options.column_name_of_corrupt_record)?;
        let decoder = JsonDecoder::new(&wanted, &self.options, ROWS_A_BATCH)?;
        let whole_files = self.options.multi_line;
        Ok(Reader {
            decoder,
            stretches: stretches.into_iter(),
            lines: None,
            whole_files,
            failed: false,
        })
    }
}

#[derive(Debug)]
pub struct JsonRows {
    pub scan: JsonScan,
    pub files: Vec<FileEntry>,
    pub schema: StructType,
}

impl JsonRows {
    fn bytes(&self) -> u64 {
        self.files.iter().map(|f| f.size).sum()
    }
}

impl Rows for JsonRows {
    fn describe(&self) -> String {
        let paths: Vec<_> = self.files.iter().take(3).map(FileEntry::uri).collect();
        format!(
            "FileScan json ({} paths)[{}]",
            self.files.len(),
            paths.join(", ")
        )
    }

    fn partitions(&self, wanted: usize) -> usize {
        let useful = self.bytes().div_ceil(BYTES_A_PARTITION).max(1);
        wanted.min(usize::try_from(useful).unwrap_or(wanted))
    }

    fn reads_below(&self, folder: &Path) -> bool {
        self.files.iter().any(|file| file.path.starts_with(folder))
    }

    fn begin(&self, columns: &[usize], _limit: Option<usize>) -> Result<Arc<dyn Run>> {
        Ok(Arc::new(JsonRun {
            scan: self.scan.clone(),
            files: self.files.clone(),
            schema: self.schema.clone(),
            columns: columns.to_vec(),
        }))
    }
}

struct JsonRun {
    scan: JsonScan,
    files: Vec<FileEntry>,
    schema: StructType,
    columns: Vec<usize>,
}

impl Run for JsonRun {
    fn open(&self, partition: usize, partitions: usize) -> Result<Batches> {
        let splittable = self.scan.is_splittable();
        let stretches = share(&self.files, partition, partitions, splittable);
        let batches = self
            .scan
            .read_stretches(stretches, &self.schema, &self.columns)?;
        Ok(Box::new(batches.map(|read| read.map(|(batch, _)| batch))))
    }
}

/// Lines of a file that start at `from` or later and before `to`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stretch {
    file: FileEntry,
    from: u64,
    to: u64,
}

impl Stretch {
    fn whole(file: FileEntry) -> Self {
        // A file may have grown since it was listed; a stream must then read what
        // was there, and a batch may read it all. Both read to its end as it is.
        Self {
            file,
            from: 0,
            to: u64::MAX,
        }
    }
}

/// A partition's part: partitions one after the other read the files in order.
fn share(
    files: &[FileEntry],
    partition: usize,
    partitions: usize,
    splittable: bool,
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
        if !splittable {
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

struct Reader {
    decoder: JsonDecoder,
    stretches: std::vec::IntoIter<Stretch>,
    lines: Option<Lines>,
    whole_files: bool,
    failed: bool,
}

impl Iterator for Reader {
    type Item = Result<(RecordBatch, AbsentRows)>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let result = self.advance().transpose();
        self.failed = matches!(result, Some(Err(_)));
        result
    }
}

impl Reader {
    /// Decodes until a batch is full or there is nothing left.
    fn advance(&mut self) -> Result<Option<(RecordBatch, AbsentRows)>> {
        loop {
            if self.decoder.is_full() {
                return self.decoder.flush_watched();
            }
            if self.lines.is_none() {
                let Some(stretch) = self.stretches.next() else {
                    return self.decoder.flush_watched();
                };
                self.lines = Some(Lines::open(&stretch)?);
            }
            let Some(lines) = self.lines.as_mut() else {
                continue;
            };
            if !lines.fill(self.whole_files)? {
                self.lines = None;
                continue;
            }
            let used = self
                .decoder
                .decode(lines.ready(), lines.at_end(), &lines.file.uri())?;
            lines.consume(used)?;
        }
    }
}

/// The lines of a stretch, block by block.
struct Lines {
    file: FileEntry,
    source: File,
    buffer: Vec<u8>,
    /// Where in the file the buffer begins.
    offset: u64,
    start: usize,
    /// End of the lines in the buffer that belong to the stretch, once it is known.
    cut: Option<usize>,
    to: u64,
    ended: bool,
    stuck: bool,
}

impl Lines {
    fn open(stretch: &Stretch) -> Result<Self> {
        refuse_compressed(&stretch.file)?;
        let path: &PathBuf = &stretch.file.path;
        let mut source = File::open(path).map_err(|e| missing(&stretch.file, &e))?;
        // The line that holds the byte before belongs to the stretch before.
        let offset = stretch.from.saturating_sub(1);
        if offset > 0 {
            source
                .seek(SeekFrom::Start(offset))
                .map_err(|e| failed(path, &e))?;
        }
        let mut lines = Self {
            file: stretch.file.clone(),
            source,
            buffer: Vec::with_capacity(BLOCK),
            offset,
            start: 0,
            cut: None,
            to: stretch.to,
            ended: false,
            stuck: true,
        };
        if stretch.from > 0 {
            lines.skip_line()?;
        }
        Ok(lines)
    }

    fn skip_line(&mut self) -> Result<()> {
        loop {
            if let Some(at) = memchr::memchr(b'\n', &self.buffer[self.start..]) {
                self.start += at + 1;
                if self.offset + self.start as u64 >= self.to {
                    self.cut = Some(self.start);
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
        self.buffer.resize(before + BLOCK, 0);
        let read = loop {
            match self.source.read(&mut self.buffer[before..]) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                other => break other,
            }
        };
        let read = read.map_err(|e| failed(&self.file.path, &e))?;
        self.buffer.truncate(before + read);
        self.ended = read == 0;
        Ok(())
    }

    /// Makes sure that there is something to decode; false when all is done.
    fn fill(&mut self, whole: bool) -> Result<bool> {
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
        if end < self.to {
            return;
        }
        let from = (self.to.saturating_sub(1 + self.offset) as usize).max(self.start);
        if let Some(at) = self
            .buffer
            .get(from..)
            .and_then(|rest| memchr::memchr(b'\n', rest))
        {
            self.cut = Some(from + at + 1);
        }
    }

    fn ready(&self) -> &[u8] {
        &self.buffer[self.start..self.cut.unwrap_or(self.buffer.len())]
    }

    fn at_end(&self) -> bool {
        self.ended || self.cut.is_some()
    }

    fn consume(&mut self, used: usize) -> Result<()> {
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

fn missing(file: &FileEntry, error: &std::io::Error) -> SparkError {
    if error.kind() == std::io::ErrorKind::NotFound {
        return SparkError::new("FAILED_READ_FILE.FILE_NOT_EXIST", &[("path", &file.uri())]);
    }
    failed(&file.path, error)
}

fn refuse_compressed(file: &FileEntry) -> Result<()> {
    const CODECS: [&str; 7] = ["gz", "bz2", "zst", "lz4", "snappy", "deflate", "xz"];
    let extension = file.path.extension().unwrap_or_default().to_string_lossy();
    if CODECS.contains(&extension.as_ref()) {
        return Err(SparkError::not_implemented(format_args!(
            "reading compressed files ({})",
            file.uri()
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines_of(stretch: &Stretch) -> Vec<String> {
        let mut lines = Lines::open(stretch).unwrap();
        let mut out = Vec::new();
        while lines.fill(false).unwrap() {
            let ready = lines.ready();
            let whole = if lines.at_end() {
                ready.len()
            } else {
                ready.iter().rposition(|b| *b == b'\n').map_or(0, |i| i + 1)
            };
            let text = String::from_utf8(ready[..whole].to_vec()).unwrap();
            out.extend(text.lines().map(str::to_string));
            lines.consume(whole).unwrap();
        }
        out
    }

    #[test]
    fn every_line_is_in_exactly_one_stretch() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lines");
        let expected: Vec<String> = (0..50)
            .map(|i| "x".repeat(i % 7) + &i.to_string())
            .collect();
        std::fs::write(&path, expected.join("\n")).unwrap();
        let size = std::fs::metadata(&path).unwrap().len();
        let file = FileEntry {
            path,
            size,
            modified: 0,
        };
        for partitions in 1..40 {
            let all: Vec<String> = (0..partitions)
                .flat_map(|p| share(std::slice::from_ref(&file), p, partitions, true))
                .flat_map(|s| lines_of(&s))
                .collect();
            assert_eq!(all, expected, "{partitions} partitions");
        }
    }
}
