//! How the blocks of a file are compressed.

use std::io::{self, Read, Write};

use crate::error::{ErrorClass, Result, SparkError};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Codec {
    None,
    Snappy,
    Deflate,
    Bzip2,
    Zstandard,
    Xz,
}

impl Codec {
    /// By the name in a file's header.
    pub fn of(name: &str) -> Option<Self> {
        let all = [
            Self::None,
            Self::Snappy,
            Self::Deflate,
            Self::Bzip2,
            Self::Zstandard,
            Self::Xz,
        ];
        all.into_iter().find(|codec| codec.name() == name)
    }

    /// By the name in an option, for a file that is written.
    pub fn of_option(name: &str) -> Result<Self> {
        match name.to_ascii_lowercase().as_str() {
            "uncompressed" => Ok(Self::None),
            "xz" => Err(SparkError::not_implemented("the codec xz of Avro")),
            "null" => Err(unknown(name)),
            other => Self::of(other).ok_or_else(|| unknown(name)),
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::None => "null",
            Self::Snappy => "snappy",
            Self::Deflate => "deflate",
            Self::Bzip2 => "bzip2",
            Self::Zstandard => "zstandard",
            Self::Xz => "xz",
        }
    }

    pub fn compress(self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        match self {
            Self::None => Ok(bytes.to_vec()),
            Self::Snappy => {
                let packed = snap::raw::Encoder::new().compress_vec(bytes);
                let mut packed = packed.map_err(io::Error::other)?;
                packed.extend_from_slice(&crc32fast::hash(bytes).to_be_bytes());
                Ok(packed)
            }
            Self::Deflate => {
                let level = flate2::Compression::default();
                let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), level);
                encoder.write_all(bytes)?;
                encoder.finish()
            }
            Self::Bzip2 => {
                let level = bzip2::Compression::best();
                let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), level);
                encoder.write_all(bytes)?;
                encoder.finish()
            }
            Self::Zstandard => zstd::bulk::compress(bytes, 3),
            Self::Xz => Err(io::Error::other("the codec xz is not here")),
        }
    }

    pub fn decompress(self, bytes: Vec<u8>) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        match self {
            Self::None => return Ok(bytes),
            Self::Snappy => {
                let broken = |reason: &str| io::Error::new(io::ErrorKind::InvalidData, reason);
                let Some((packed, sum)) = bytes.split_last_chunk::<4>() else {
                    return Err(broken("a block of snappy without its checksum"));
                };
                out = snap::raw::Decoder::new()
                    .decompress_vec(packed)
                    .map_err(io::Error::other)?;
                if crc32fast::hash(&out) != u32::from_be_bytes(*sum) {
                    return Err(broken("a block of snappy with another checksum"));
                }
            }
            Self::Deflate => {
                flate2::read::DeflateDecoder::new(bytes.as_slice()).read_to_end(&mut out)?;
            }
            Self::Bzip2 => {
                bzip2::read::BzDecoder::new(bytes.as_slice()).read_to_end(&mut out)?;
            }
            Self::Zstandard => {
                zstd::stream::read::Decoder::new(bytes.as_slice())?.read_to_end(&mut out)?;
            }
            Self::Xz => return Err(io::Error::other("the codec xz is not here")),
        }
        Ok(out)
    }
}

fn unknown(name: &str) -> SparkError {
    SparkError::new("CODEC_SHORT_NAME_NOT_FOUND", &[("codecName", name)])
        .with_class(ErrorClass::IllegalArgument)
}
