//! The format of a state file, ours: a head, an Arrow IPC stream of two binary
//! columns (key; value, null where the key was removed), a CRC32 of all before.
//!
//! ```text
//! CAUDALST  format u16  kind u16  key fingerprint u64  value fingerprint u64
//! version u64  base u64  count u64  payload length u64  payload  crc32 u32
//! ```
//! Numbers are little-endian. A cut at any byte changes the length that the head
//! states, and a changed bit the sum: such a file is refused, never half read.

use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, AsArray, BinaryBuilder, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;

use super::layout::StateLayout;
use super::table::Change;
use crate::error::{Result, SparkError};
use crate::streaming::checkpoint::damaged;

const MAGIC: &[u8; 8] = b"CAUDALST";
const FORMAT: u16 = 1;
const HEAD: usize = 60;
const SUM: usize = 4;

/// Rows and bytes of one record batch: its offsets are 32 bits wide, and a
/// reader needs memory for one batch only.
const BATCH_ROWS: usize = 65_536;
const BATCH_BYTES: usize = 64 << 20;

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

/// The bytes of a file, and how many keys are in it.
pub(super) fn encode<'a>(
    head: Head,
    layout: &StateLayout,
    changes: impl Iterator<Item = Change<'a>>,
) -> Result<(Vec<u8>, u64)> {
    let mut bytes = vec![0; HEAD];
    let count = write_payload(&mut bytes, changes)
        .map_err(|e| SparkError::internal(format!("state cannot be encoded: {e}")))?;
    let payload = (bytes.len() - HEAD) as u64;
    let mut text = Vec::with_capacity(HEAD);
    text.extend_from_slice(MAGIC);
    text.extend_from_slice(&FORMAT.to_le_bytes());
    text.extend_from_slice(&(head.kind as u16).to_le_bytes());
    let (key, value) = layout.fingerprints();
    for number in [key, value, head.version, head.base, count, payload] {
        text.extend_from_slice(&number.to_le_bytes());
    }
    if let Some(place) = bytes.get_mut(..HEAD) {
        place.copy_from_slice(&text);
    }
    let sum = crc32fast::hash(&bytes);
    bytes.extend_from_slice(&sum.to_le_bytes());
    Ok((bytes, count))
}

fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("key", DataType::Binary, false),
        Field::new("value", DataType::Binary, true),
    ]))
}

fn write_payload<'a>(
    bytes: &mut Vec<u8>,
    changes: impl Iterator<Item = Change<'a>>,
) -> Result<u64, ArrowError> {
    let schema = schema();
    let mut writer = StreamWriter::try_new(bytes, &schema)?;
    let mut changes = changes.peekable();
    let mut count = 0;
    while changes.peek().is_some() {
        let (mut keys, mut values) = (BinaryBuilder::new(), BinaryBuilder::new());
        let (mut rows, mut size) = (0, 0);
        while rows < BATCH_ROWS && size < BATCH_BYTES {
            let Some((key, value)) = changes.next() else {
                break;
            };
            keys.append_value(key);
            values.append_option(value);
            rows += 1;
            size += key.len() + value.map_or(0, <[u8]>::len);
        }
        count += rows as u64;
        let columns = vec![Arc::new(keys.finish()) as _, Arc::new(values.finish()) as _];
        writer.write(&RecordBatch::try_new(Arc::clone(&schema), columns)?)?;
    }
    writer.finish()?;
    Ok(count)
}

/// Whether a file begins as ours do. A file of ours with a changed byte there
/// still does, so that it is called damaged and not foreign.
pub(super) fn looks_ours(bytes: &[u8]) -> bool {
    let pairs = bytes.iter().zip(MAGIC);
    let same = pairs.filter(|(a, b)| a == b).count();
    bytes.is_empty() || same * 2 >= bytes.len().min(MAGIC.len())
}

/// A file whose length and sum are right.
#[derive(Debug)]
pub(super) struct Decoded {
    pub head: Head,
    count: u64,
    payload: Vec<u8>,
}

pub(super) fn decode(path: &Path, mut bytes: Vec<u8>, layout: &StateLayout) -> Result<Decoded> {
    let broken = |reason: &str| damaged(path, reason);
    if bytes.is_empty() {
        return Err(broken("it is empty"));
    }
    let Some((body, sum)) = bytes.split_last_chunk::<SUM>() else {
        return Err(broken("it is too short"));
    };
    if crc32fast::hash(body) != u32::from_le_bytes(*sum) {
        return Err(broken(
            "its checksum does not fit: it is torn or was changed",
        ));
    }
    let Some((head, payload)) = body.split_first_chunk::<HEAD>() else {
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
            path.display()
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
    if length != payload.len() as u64 {
        return Err(broken("its length is not the one that it states"));
    }
    layout.check_fingerprints(key, value)?;
    bytes.truncate(bytes.len() - SUM);
    bytes.drain(..HEAD);
    let head = Head {
        kind,
        version,
        base,
    };
    Ok(Decoded {
        head,
        count,
        payload: bytes,
    })
}

impl Decoded {
    /// Gives each key with its value, none for a removed one.
    pub fn for_each(&self, path: &Path, mut visit: impl FnMut(&[u8], Option<&[u8]>)) -> Result<()> {
        let unreadable = |e: ArrowError| damaged(path, format!("its rows are unreadable ({e})"));
        let reader = StreamReader::try_new(Cursor::new(&self.payload), None).map_err(unreadable)?;
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
                visit(
                    keys.value(row),
                    values.is_valid(row).then(|| values.value(row)),
                );
            }
            rows += batch.num_rows() as u64;
        }
        if rows != self.count {
            return Err(damaged(path, "it does not hold as many keys as it states"));
        }
        Ok(())
    }
}
