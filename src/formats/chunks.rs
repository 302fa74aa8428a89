//! Files for readers that want to read here and there: Parquet's and ORC's.

use std::io::{BufReader, Read, Seek, SeekFrom};

use parquet::errors::Result as ParquetResult;
use parquet::file::reader::{ChunkReader, Length};

use crate::storage::{Bytes, ReadFile, RemoteFile};

/// A reader from some place of a file on.
pub enum Onward {
    Local(BufReader<std::fs::File>),
    Remote(RemoteFile),
}

impl Read for Onward {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        match self {
            Self::Local(file) => file.read(out),
            Self::Remote(file) => file.read(out),
        }
    }
}

fn onward(file: &ReadFile, at: u64) -> std::io::Result<Onward> {
    Ok(match file {
        ReadFile::Local(file) => {
            let mut file = file.try_clone()?;
            file.seek(SeekFrom::Start(at))?;
            Onward::Local(BufReader::new(file))
        }
        ReadFile::Remote(file) => Onward::Remote(file.from(at)),
    })
}

impl Length for ReadFile {
    fn len(&self) -> u64 {
        self.size().unwrap_or(0)
    }
}

impl ChunkReader for ReadFile {
    type T = Onward;

    fn get_read(&self, start: u64) -> ParquetResult<Onward> {
        Ok(onward(self, start)?)
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<Bytes> {
        match self {
            Self::Local(file) => file.get_bytes(start, length),
            Self::Remote(file) => Ok(file.range(start, length as u64)?),
        }
    }
}

impl orc_rust::reader::ChunkReader for ReadFile {
    type T = Onward;

    fn len(&self) -> u64 {
        self.size().unwrap_or(0)
    }

    fn get_read(&self, start: u64) -> std::io::Result<Onward> {
        onward(self, start)
    }

    fn get_bytes(&self, start: u64, length: u64) -> std::io::Result<Bytes> {
        match self {
            Self::Local(file) => orc_rust::reader::ChunkReader::get_bytes(file, start, length),
            Self::Remote(file) => file.range(start, length),
        }
    }
}
