//! A file of Avro: a header with the schema, then blocks of rows, each ended by a mark.

use std::collections::HashMap;
use std::io::{self, Read, Write};

use super::codec::Codec;
use super::wire::{Cursor, Malformed, put_bytes, put_long};

const MAGIC: [u8; 4] = *b"Obj\x01";
pub const SCHEMA: &str = "avro.schema";
pub const CODEC: &str = "avro.codec";
/// Written by Spark into its files.
pub const VERSION: &str = "org.apache.spark.version";
/// There where Spark wrote by the calendar that was in use.
pub const LEGACY: &str = "org.apache.spark.legacyDateTime";

/// The zone of Spark's session, beside it.
pub const TIME_ZONE: &str = "org.apache.spark.timeZone";

pub type Mark = [u8; 16];

fn broken(reason: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}

/// The rows of a block, still as bytes.
pub struct Block {
    pub rows: u64,
    pub bytes: Vec<u8>,
}

/// A file that is read from its beginning.
pub struct Blocks<R> {
    input: R,
    mark: Mark,
    /// What the header says.
    pub said: HashMap<String, Vec<u8>>,
    pub codec: Codec,
}

impl<R: Read> Blocks<R> {
    /// Reads the header.
    pub fn open(mut input: R) -> io::Result<Self> {
        let mut magic = [0; 4];
        input.read_exact(&mut magic)?;
        if magic != MAGIC {
            return Err(broken("Not an Avro data file."));
        }
        let mut said = HashMap::new();
        loop {
            let Some(count) = long(&mut input)? else {
                return Err(broken("the header ends too early"));
            };
            if count == 0 {
                break;
            }
            if count < 0 {
                length(&mut input)?;
            }
            for _ in 0..count.unsigned_abs() {
                let key = String::from_utf8_lossy(&bytes(&mut input)?).into_owned();
                said.insert(key, bytes(&mut input)?);
            }
        }
        let mut mark = Mark::default();
        input.read_exact(&mut mark)?;
        let named = said.get(CODEC).map(|name| String::from_utf8_lossy(name));
        let named = named.as_deref().unwrap_or("null");
        let Some(codec) = Codec::of(named) else {
            return Err(broken(&format!("Unrecognized codec: {named}")));
        };
        Ok(Self {
            input,
            mark,
            said,
            codec,
        })
    }

    /// What the header says under a name.
    pub fn text(&self, name: &str) -> Option<String> {
        let bytes = self.said.get(name)?;
        Some(String::from_utf8_lossy(bytes).into_owned())
    }

    pub fn next(&mut self) -> io::Result<Option<Block>> {
        let Some(rows) = long(&mut self.input)? else {
            return Ok(None);
        };
        let Ok(rows) = u64::try_from(rows) else {
            return Err(broken("a block of fewer than no rows"));
        };
        let size = length(&mut self.input)?;
        let packed = exactly(&mut self.input, size)?;
        let mut mark = Mark::default();
        self.input.read_exact(&mut mark)?;
        if mark != self.mark {
            return Err(broken("Invalid sync!"));
        }
        let bytes = self.codec.decompress(packed)?;
        Ok(Some(Block { rows, bytes }))
    }
}

/// A number, `None` at the end of the file.
fn long(input: &mut impl Read) -> io::Result<Option<i64>> {
    let mut held = Vec::with_capacity(10);
    loop {
        let mut byte = [0];
        if input.read(&mut byte)? == 0 {
            return match held.is_empty() {
                true => Ok(None),
                false => Err(io::ErrorKind::UnexpectedEof.into()),
            };
        }
        held.push(byte[0]);
        if byte[0] & 0x80 == 0 || held.len() == 10 {
            return match Cursor::new(&held).long() {
                Ok(value) => Ok(Some(value)),
                Err(Malformed::Bytes(reason)) => Err(broken(&reason)),
                Err(_) => Err(broken("a broken number")),
            };
        }
    }
}

fn length(input: &mut impl Read) -> io::Result<u64> {
    let found = long(input)?.ok_or(io::ErrorKind::UnexpectedEof)?;
    u64::try_from(found).map_err(|_| broken("a length below nothing"))
}

fn bytes(input: &mut impl Read) -> io::Result<Vec<u8>> {
    let size = length(input)?;
    exactly(input, size)
}

/// A broken length must not make room for what is not there.
fn exactly(input: &mut impl Read, size: u64) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    input.by_ref().take(size).read_to_end(&mut out)?;
    match out.len() as u64 == size {
        true => Ok(out),
        false => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

/// Writes the header of a file.
pub fn put_header(said: &[(&str, &str)], mark: Mark, out: &mut impl Write) -> io::Result<()> {
    let mut bytes = MAGIC.to_vec();
    put_long(said.len() as i64, &mut bytes);
    for (name, value) in said {
        put_bytes(name.as_bytes(), &mut bytes);
        put_bytes(value.as_bytes(), &mut bytes);
    }
    put_long(0, &mut bytes);
    bytes.extend_from_slice(&mark);
    out.write_all(&bytes)
}

/// Writes a block of rows.
pub fn put_block(block: &Block, codec: Codec, mark: Mark, out: &mut impl Write) -> io::Result<()> {
    let packed = codec.compress(&block.bytes)?;
    let mut bytes = Vec::with_capacity(packed.len() + 36);
    put_long(block.rows as i64, &mut bytes);
    put_bytes(&packed, &mut bytes);
    bytes.extend_from_slice(&mark);
    out.write_all(&bytes)
}
