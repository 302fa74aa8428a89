//! The format of a state file, ours: a head, an Arrow IPC stream of two binary
//! columns (key; value, null where the key was removed; LZ4), a CRC32 of all before.
//!
//! ```text
//! CAUDALST  format u16  kind u16  key fingerprint u64  value fingerprint u64
//! version u64  base u64  count u64  payload length u64  payload  crc32 u32
//! ```
//! Numbers are little-endian. A cut at any byte changes the length that the head
//! states, and a changed bit the sum: such a file is refused, never half read. It
//! is written and read a piece at a time, so a big one needs no more memory.

use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, AsArray, BinaryBuilder, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::ipc::CompressionType;
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::{IpcWriteOptions, StreamWriter};
use crc32fast::Hasher;

use super::layout::{StateLayout, foreign_state};
use crate::error::{Result, SparkError};
use crate::storage::{self, ReadFile};
use crate::streaming::checkpoint::{damaged, io_failure};

const MAGIC: &[u8; 8] = b"CAUDALST";
const FORMAT: u16 = 1;
const HEAD: usize = 60;
const SUM: usize = 4;

/// Rows and bytes of one record batch: its offsets are 32 bits wide, and a
/// reader needs memory for one batch only.
const BATCH_ROWS: usize = 8_192;
const BATCH_BYTES: usize = 4 << 20;

const READ_BYTES: usize = 256 << 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Delta = 1,
    Snapshot = 2,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Head {
    pub kind: Kind,
    pub version: u64,
    /// The version that a delta is to be put upon.
    pub base: u64,
}

/// A disk takes longer over a byte than LZ4 does, and rows of small numbers are mostly
/// zeros. What would grow is left as it is.
fn compressed() -> io::Result<IpcWriteOptions> {
    IpcWriteOptions::default()
        .try_with_compression(Some(CompressionType::LZ4_FRAME))
        .map_err(io_error)
}

/// Writes a file's bytes. The head comes last, when its numbers are known.
pub(super) struct Writer<W: Write + Seek> {
    head: Head,
    prints: (u64, u64),
    stream: StreamWriter<Summed<W>>,
    schema: SchemaRef,
    keys: BinaryBuilder,
    values: BinaryBuilder,
    rows: usize,
    size: usize,
    count: u64,
}

impl<W: Write + Seek> Writer<W> {
    pub fn new(mut out: W, head: Head, layout: &StateLayout) -> io::Result<Self> {
        out.write_all(&[0; HEAD])?;
        let out = Summed {
            out,
            sum: Hasher::new(),
            length: 0,
        };
        let schema = Arc::new(Schema::new(vec![
            Field::new("key", DataType::Binary, false),
            Field::new("value", DataType::Binary, true),
        ]));
        Ok(Self {
            head,
            prints: layout.fingerprints(),
            stream: StreamWriter::try_new_with_options(out, &schema, compressed()?)
                .map_err(io_error)?,
            schema,
            keys: BinaryBuilder::new(),
            values: BinaryBuilder::new(),
            rows: 0,
            size: 0,
            count: 0,
        })
    }

    /// A key and its value, none for a removed one.
    pub fn push(&mut self, key: &[u8], value: Option<&[u8]>) -> io::Result<()> {
        self.keys.append_value(key);
        self.values.append_option(value);
        self.rows += 1;
        self.size += key.len() + value.map_or(0, <[u8]>::len);
        if self.rows >= BATCH_ROWS || self.size >= BATCH_BYTES {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.rows == 0 {
            return Ok(());
        }
        let columns = vec![
            Arc::new(self.keys.finish()) as _,
            Arc::new(self.values.finish()) as _,
        ];
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns).map_err(io_error)?;
        self.stream.write(&batch).map_err(io_error)?;
        self.count += self.rows as u64;
        (self.rows, self.size) = (0, 0);
        Ok(())
    }

    /// The finished bytes, how many they are and of how many keys.
    pub fn finish(mut self) -> io::Result<(W, u64, u64)> {
        self.flush()?;
        let Summed {
            mut out,
            sum,
            length,
        } = self.stream.into_inner().map_err(io_error)?;
        let mut head = Vec::with_capacity(HEAD);
        head.extend_from_slice(MAGIC);
        head.extend_from_slice(&FORMAT.to_le_bytes());
        head.extend_from_slice(&(self.head.kind as u16).to_le_bytes());
        let (key, value) = self.prints;
        let Head { version, base, .. } = self.head;
        for number in [key, value, version, base, self.count, length] {
            head.extend_from_slice(&number.to_le_bytes());
        }
        let mut whole = Hasher::new();
        whole.update(&head);
        whole.combine(&sum);
        out.write_all(&whole.finalize().to_le_bytes())?;
        out.seek(SeekFrom::Start(0))?;
        out.write_all(&head)?;
        out.seek(SeekFrom::End(0))?;
        Ok((out, (HEAD + SUM) as u64 + length, self.count))
    }
}

fn io_error(error: ArrowError) -> io::Error {
    match error {
        ArrowError::IoError(_, error) => error,
        other => io::Error::other(other),
    }
}

/// Counts and sums what passes.
struct Summed<W> {
    out: W,
    sum: Hasher,
    length: u64,
}

impl<W: Write> Write for Summed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.sum.update(&bytes[..written]);
        self.length += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Whether a file begins as ours do. A file of ours with a changed byte there
/// still does, so that it is called damaged and not foreign.
pub(super) fn looks_ours(bytes: &[u8]) -> bool {
    let pairs = bytes.iter().zip(MAGIC);
    let same = pairs.filter(|(a, b)| a == b).count();
    bytes.is_empty() || same * 2 >= bytes.len().min(MAGIC.len())
}

/// The first bytes of a file; fewer where it is shorter, none where it is missing.
pub(super) fn first_bytes(path: &Path) -> Result<Option<Vec<u8>>> {
    let mut bytes = Vec::with_capacity(HEAD);
    let read = |file: ReadFile| file.take(HEAD as u64).read_to_end(&mut bytes);
    match storage::open(path, None).and_then(read) {
        Ok(_) => Ok(Some(bytes)),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(io_failure("read", path, &e)),
    }
}

/// A file whose length and sum are right.
#[derive(Debug)]
pub(super) struct Checked {
    pub head: Head,
    /// Of the whole file.
    pub size: u64,
    pub count: u64,
    length: u64,
    /// One of a store stays open: it would be asked for again.
    open: Option<ReadFile>,
}

/// Reads a file once, to know that it is whole; none where it is missing.
pub(super) fn check(path: &Path, layout: &StateLayout) -> Result<Option<Checked>> {
    let failed = |e: io::Error| io_failure("read", path, &e);
    let mut file = match storage::open(path, None) {
        Ok(file) => file,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(failed(e)),
    };
    let mut first = Vec::with_capacity(HEAD);
    let head = file.by_ref().take(HEAD as u64).read_to_end(&mut first);
    head.map_err(failed)?;
    if !looks_ours(&first) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        return Err(foreign_state(path.parent().unwrap_or(path), &name));
    }
    let (size, fits) = check_sum(&mut file).map_err(failed)?;
    match (size, fits) {
        (0, _) => return Err(damaged(path, "it is empty")),
        (_, false) => {
            let reason = "its checksum does not fit: it is torn or was changed";
            return Err(damaged(path, reason));
        }
        _ => {}
    }
    let mut checked = parse(path, &first, size, layout)?;
    checked.open = matches!(file, ReadFile::Remote(_)).then_some(file);
    Ok(Some(checked))
}

/// The file's size, and whether its last bytes are the sum of those before.
fn check_sum(file: &mut ReadFile) -> io::Result<(u64, bool)> {
    file.seek(SeekFrom::Start(0))?;
    let size = file.size()?;
    let Some(body) = size.checked_sub(SUM as u64) else {
        return Ok((size, false));
    };
    let (mut sum, mut left) = (Hasher::new(), body);
    let mut buffer = vec![0; READ_BYTES.min(body as usize)];
    while left > 0 {
        let want = buffer.len().min(left as usize);
        let read = file.read(&mut buffer[..want])?;
        if read == 0 {
            return Ok((size, false));
        }
        sum.update(&buffer[..read]);
        left -= read as u64;
    }
    let mut stated = [0; SUM];
    file.read_exact(&mut stated)?;
    Ok((size, sum.finalize() == u32::from_le_bytes(stated)))
}

fn parse(path: &Path, first: &[u8], size: u64, layout: &StateLayout) -> Result<Checked> {
    let broken = |reason: &str| damaged(path, reason);
    let Some((head, _)) = first.split_first_chunk::<HEAD>() else {
        return Err(broken("it is too short"));
    };
    let (marks, numbers) = head.split_at(12);
    if !marks.starts_with(MAGIC) {
        return Err(broken("it does not begin as a state file"));
    }
    let &[.., f0, f1, k0, k1] = marks else {
        return Err(broken("it is too short"));
    };
    let format = u16::from_le_bytes([f0, f1]);
    if format != FORMAT {
        return Err(SparkError::not_implemented(format!(
            "State format {format} of {}",
            storage::shown(path)
        )));
    }
    let kind = match u16::from_le_bytes([k0, k1]) {
        1 => Kind::Delta,
        2 => Kind::Snapshot,
        _ => return Err(broken("it is neither a delta nor a snapshot")),
    };
    let (numbers, _) = numbers.as_chunks::<8>();
    let numbers: Vec<u64> = numbers.iter().map(|n| u64::from_le_bytes(*n)).collect();
    let &[key, value, version, base, count, length] = numbers.as_slice() else {
        return Err(broken("it is too short"));
    };
    if size.checked_sub((HEAD + SUM) as u64) != Some(length) {
        return Err(broken("its length is not the one that it states"));
    }
    layout.check_fingerprints(key, value)?;
    let head = Head {
        kind,
        version,
        base,
    };
    Ok(Checked {
        head,
        size,
        count,
        length,
        open: None,
    })
}

impl Checked {
    /// Gives each key with its value, none for a removed one.
    pub fn for_each(
        &self,
        path: &Path,
        mut visit: impl FnMut(&[u8], Option<&[u8]>) -> Result<()>,
    ) -> Result<()> {
        let unreadable = |e: ArrowError| damaged(path, format!("its rows are unreadable ({e})"));
        let failed = |e: io::Error| io_failure("read", path, &e);
        let file = match &self.open {
            Some(file) => file.try_clone(),
            None => storage::open(path, None),
        };
        let mut file = file.map_err(failed)?;
        file.seek(SeekFrom::Start(HEAD as u64)).map_err(failed)?;
        let payload =
            BufReader::with_capacity(READ_BYTES.min(self.length as usize), file.take(self.length));
        let reader = StreamReader::try_new(payload, None).map_err(unreadable)?;
        let mut rows = 0;
        for batch in reader {
            let batch = batch.map_err(unreadable)?;
            let [keys, values] = batch.columns() else {
                return Err(damaged(path, "it has not two columns"));
            };
            let columns = (keys.as_binary_opt::<i32>(), values.as_binary_opt::<i32>());
            let (Some(keys), Some(values)) = columns else {
                return Err(damaged(path, "its columns are not binary"));
            };
            for row in 0..batch.num_rows() {
                let value = values.is_valid(row).then(|| values.value(row));
                visit(keys.value(row), value)?;
            }
            rows += batch.num_rows() as u64;
        }
        if rows != self.count {
            return Err(damaged(path, "it does not hold as many keys as it states"));
        }
        Ok(())
    }
}
