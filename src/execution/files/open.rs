//! Opening a file: plain, or decompressed by what its extension says.

use std::io::{self, BufReader, Read};
use std::path::Path;

use super::{FileEntry, failed};
use crate::error::{Result, SparkError};
use crate::formats::{Content, Opened};
use crate::storage::{self, ReadFile};

/// Bytes that a decompressor takes from the disk at a time.
const BUFFER: usize = 128 * 1024;

/// Whether reading must begin at the file's start.
pub fn is_compressed(path: &Path) -> bool {
    codec(path).is_some()
}

/// Opens a file; `text` says that its extension tells how it is compressed.
pub fn open(file: &FileEntry, text: bool) -> Result<Opened> {
    let plain = storage::open(&file.path, Some(file.size)).map_err(|e| missing(file, &e))?;
    let content = match codec(&file.path).filter(|_| text) {
        None => Content::Plain(plain),
        Some(codec) => Content::Unpacked(unpacked(codec, plain, file)?),
    };
    Ok(Opened {
        path: file.uri(),
        size: file.size,
        content,
    })
}

fn codec(path: &Path) -> Option<&'static str> {
    const KNOWN: [&str; 6] = ["gz", "bz2", "deflate", "zst", "snappy", "lz4"];
    let extension = path.extension()?.to_str()?;
    KNOWN
        .iter()
        .find(|known| known.eq_ignore_ascii_case(extension))
        .copied()
}

fn unpacked(codec: &str, plain: ReadFile, file: &FileEntry) -> Result<Box<dyn Read + Send>> {
    let source = BufReader::with_capacity(BUFFER, plain);
    Ok(match codec {
        "gz" => Box::new(flate2::bufread::MultiGzDecoder::new(source)),
        "bz2" => Box::new(bzip2::bufread::MultiBzDecoder::new(source)),
        "deflate" => Box::new(flate2::bufread::ZlibDecoder::new(source)),
        "zst" => Box::new(zstd::Decoder::with_buffer(source).map_err(|e| failed(&file.path, &e))?),
        "snappy" => Box::new(Blocks::new(source, |packed, size| {
            let mut out = vec![0; size];
            let length = snap::raw::Decoder::new()
                .decompress(packed, &mut out)
                .map_err(io::Error::other)?;
            out.truncate(length);
            Ok(out)
        })),
        _ => Box::new(Blocks::new(source, |packed, size| {
            lz4_flex::block::decompress(packed, size).map_err(io::Error::other)
        })),
    })
}

fn missing(file: &FileEntry, error: &io::Error) -> SparkError {
    if error.kind() == io::ErrorKind::NotFound {
        return SparkError::new("FAILED_READ_FILE.FILE_NOT_EXIST", &[("path", &file.uri())]);
    }
    failed(&file.path, error)
}

/// Whether a file was not there when it was to be opened.
pub fn is_missing(error: &SparkError) -> bool {
    error.condition() == "FAILED_READ_FILE.FILE_NOT_EXIST"
}

/// Hadoop's way to store what a block compressor makes: the length of a block before
/// compression, then for each chunk of it its compressed length and its bytes.
struct Blocks<R, F> {
    source: R,
    unpack: F,
    /// What of the current block is still packed.
    left: usize,
    ready: Vec<u8>,
    at: usize,
}

/// A chunk that claims to be larger than this is a damaged file.
const MOST: usize = 1 << 30;

impl<R: Read, F: Fn(&[u8], usize) -> io::Result<Vec<u8>>> Blocks<R, F> {
    fn new(source: R, unpack: F) -> Self {
        Self {
            source,
            unpack,
            left: 0,
            ready: Vec::new(),
            at: 0,
        }
    }

    /// Four bytes, or none at the end of the file.
    fn length(&mut self) -> io::Result<Option<usize>> {
        let mut bytes = [0; 4];
        let mut got = 0;
        while got < 4 {
            match self.source.read(bytes.get_mut(got..).unwrap_or_default())? {
                0 if got == 0 => return Ok(None),
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                count => got += count,
            }
        }
        let length = u32::from_be_bytes(bytes) as usize;
        if length > MOST {
            return Err(io::Error::other("a block of over 1 GB"));
        }
        Ok(Some(length))
    }

    /// Unpacks the next chunk; false at the end.
    fn next_chunk(&mut self) -> io::Result<bool> {
        while self.left == 0 {
            match self.length()? {
                None => return Ok(false),
                Some(length) => self.left = length,
            }
        }
        let Some(size) = self.length()? else {
            return Err(io::ErrorKind::UnexpectedEof.into());
        };
        let mut packed = vec![0; size];
        self.source.read_exact(&mut packed)?;
        self.ready = (self.unpack)(&packed, self.left)?;
        self.at = 0;
        if self.ready.is_empty() {
            return Err(io::Error::other("an empty chunk"));
        }
        self.left = self.left.saturating_sub(self.ready.len());
        Ok(true)
    }
}

impl<R: Read, F: Fn(&[u8], usize) -> io::Result<Vec<u8>>> Read for Blocks<R, F> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.ready.len() && !self.next_chunk()? {
            return Ok(0);
        }
        let rest = self.ready.get(self.at..).unwrap_or_default();
        let count = rest.len().min(out.len());
        let (Some(to), Some(from)) = (out.get_mut(..count), rest.get(..count)) else {
            return Ok(0);
        };
        to.copy_from_slice(from);
        self.at += count;
        Ok(count)
    }
}
