//! Compression of whole text files, as Hadoop's codecs write it.

use std::io::{self, Write};

use bzip2::write::BzEncoder;
use flate2::write::{GzEncoder, ZlibEncoder};

use super::Output;
use crate::error::{Result, SparkError};

/// Bytes that Hadoop's snappy and lz4 codecs put into one block.
const BLOCK: usize = 256 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Codec {
    None,
    Gzip,
    Deflate,
    Bzip2,
    Zstd,
    Snappy,
    Lz4,
}

impl Codec {
    const NAMES: [(&'static str, Self); 8] = [
        ("none", Self::None),
        ("uncompressed", Self::None),
        ("bzip2", Self::Bzip2),
        ("deflate", Self::Deflate),
        ("gzip", Self::Gzip),
        ("lz4", Self::Lz4),
        ("snappy", Self::Snappy),
        ("zstd", Self::Zstd),
    ];

    pub fn from_name(name: &str) -> Result<Self> {
        let found = Self::NAMES
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        match found {
            Some((_, codec)) => Ok(*codec),
            None => {
                let known = "bzip2, deflate, uncompressed, snappy, none, lz4, gzip, zstd";
                Err(SparkError::new(
                    "CODEC_NOT_AVAILABLE.WITH_AVAILABLE_CODECS_SUGGESTION",
                    &[("codecName", name), ("availableCodecs", known)],
                ))
            }
        }
    }

    /// `.gz`, after the format's own ending.
    pub fn extension(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Gzip => ".gz",
            Self::Deflate => ".deflate",
            Self::Bzip2 => ".bz2",
            Self::Zstd => ".zst",
            Self::Snappy => ".snappy",
            Self::Lz4 => ".lz4",
        }
    }

    pub fn compress(self, out: Output) -> io::Result<Compressed> {
        Ok(match self {
            Self::None => Compressed::Plain(out),
            Self::Gzip => Compressed::Gzip(GzEncoder::new(out, flate2::Compression::default())),
            Self::Deflate => {
                Compressed::Zlib(ZlibEncoder::new(out, flate2::Compression::default()))
            }
            Self::Bzip2 => Compressed::Bzip2(BzEncoder::new(out, bzip2::Compression::best())),
            Self::Zstd => Compressed::Zstd(zstd::Encoder::new(out, 3)?),
            Self::Snappy | Self::Lz4 => Compressed::Blocks(Blocks {
                out,
                held: Vec::new(),
                is_snappy: self == Self::Snappy,
            }),
        })
    }
}

/// A stream under compression, to be ended with [`Compressed::finish`].
pub enum Compressed {
    Plain(Output),
    Gzip(GzEncoder<Output>),
    Zlib(ZlibEncoder<Output>),
    Bzip2(BzEncoder<Output>),
    Zstd(zstd::Encoder<'static, Output>),
    Blocks(Blocks),
}

impl Compressed {
    pub fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(out) => out.write_all(bytes),
            Self::Gzip(out) => out.write_all(bytes),
            Self::Zlib(out) => out.write_all(bytes),
            Self::Bzip2(out) => out.write_all(bytes),
            Self::Zstd(out) => out.write_all(bytes),
            Self::Blocks(out) => out.write(bytes),
        }
    }

    pub fn finish(self) -> io::Result<()> {
        let mut out = match self {
            Self::Plain(out) => out,
            Self::Gzip(out) => out.finish()?,
            Self::Zlib(out) => out.finish()?,
            Self::Bzip2(out) => out.finish()?,
            Self::Zstd(out) => out.finish()?,
            Self::Blocks(out) => out.finish()?,
        };
        out.flush()
    }
}

/// Hadoop's block form: the length before and after compression, both big-endian, then
/// the compressed bytes.
pub struct Blocks {
    out: Output,
    held: Vec<u8>,
    is_snappy: bool,
}

impl Blocks {
    fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(BLOCK - self.held.len()));
            self.held.extend_from_slice(now);
            bytes = later;
            if self.held.len() == BLOCK {
                self.flush_block()?;
            }
        }
        Ok(())
    }

    fn flush_block(&mut self) -> io::Result<()> {
        let packed = if self.is_snappy {
            snap::raw::Encoder::new()
                .compress_vec(&self.held)
                .map_err(io::Error::other)?
        } else {
            lz4_flex::block::compress(&self.held)
        };
        for length in [self.held.len(), packed.len()] {
            let length = u32::try_from(length).map_err(io::Error::other)?;
            self.out.write_all(&length.to_be_bytes())?;
        }
        self.held.clear();
        self.out.write_all(&packed)
    }

    fn finish(mut self) -> io::Result<Output> {
        if !self.held.is_empty() {
            self.flush_block()?;
        }
        Ok(self.out)
    }
}
