//! Avro object container files: a header with the schema, then blocks of rows.

use std::io::Write;

use arrow::record_batch::RecordBatch;

use super::binary_types::{check, contains};
use super::{FileWriter, Output, WriteDefaults, write_failure};
use crate::error::Result;
use crate::formats::OptionMap;
use crate::formats::avro::{AvroWriteFormat, AvroWriter};
use crate::types::{DataType, StructType};

#[derive(Debug)]
pub struct AvroFormat(AvroWriteFormat);

impl AvroFormat {
    pub fn new(schema: &StructType, options: &OptionMap, defaults: &WriteDefaults) -> Result<Self> {
        check(schema, "Avro", |data_type| {
            !contains(data_type, &|t| matches!(t, DataType::CalendarInterval))
        })?;
        let (codec, settings) = (&defaults.avro_codec, &defaults.avro);
        AvroWriteFormat::new(schema, options, codec, settings).map(Self)
    }

    pub fn open(&self, mut out: Output) -> Result<Box<dyn FileWriter>> {
        let rows = self.0.begin(&mut out);
        let rows = rows.map_err(|error| write_failure(&error))?;
        Ok(Box::new(Writer { out, rows }))
    }
}

struct Writer {
    out: Output,
    rows: AvroWriter,
}

impl FileWriter for Writer {
    /// Each batch is a block.
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let block = self.rows.block(batch)?;
        let written = self.rows.put(&block, &mut self.out);
        written.map_err(|error| write_failure(&error))
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.out.flush().map_err(|error| write_failure(&error))
    }
}
