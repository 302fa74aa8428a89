//! ORC files of flat rows. What the encoder below does not have (nested values, decimals,
//! intervals, times without a zone) is refused by name.

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use orc_rust::arrow_writer::{ArrowWriter, ArrowWriterBuilder};
use orc_rust::compression::CompressionType;

use super::binary_types::{check, contains, storage_schema, stored};
use super::{FileWriter, Output, WriteDefaults};
use crate::error::{ErrorClass, Result, SparkError};
use crate::formats::OptionMap;
use crate::types::{DataType, StructType};

#[derive(Debug)]
pub struct OrcFormat {
    schema: SchemaRef,
    compression: Option<CompressionType>,
    extension: &'static str,
}

impl OrcFormat {
    pub fn new(schema: &StructType, options: &OptionMap, defaults: &WriteDefaults) -> Result<Self> {
        check(schema, "ORC", |data_type| {
            !contains(data_type, &|t| {
                matches!(
                    t,
                    DataType::Null
                        | DataType::CalendarInterval
                        | DataType::Variant
                        | DataType::Place { .. }
                )
            })
        })?;
        for field in schema.fields.iter() {
            if !has_encoder(&field.data_type.stored()) {
                return Err(SparkError::not_implemented(format_args!(
                    "writing the type {} to ORC (the column {})",
                    field.data_type.simple_string(),
                    field.name
                )));
            }
        }
        let codec = options
            .get("compression")
            .or_else(|| options.get("orc.compress"))
            .unwrap_or(&defaults.orc_codec);
        let (compression, extension) = codec_of(codec)?;
        Ok(Self {
            schema: storage_schema(schema)?,
            compression,
            extension,
        })
    }

    /// `.zstd`, before the format's own ending.
    pub fn codec_extension(&self) -> &'static str {
        self.extension
    }

    pub fn open(&self, out: Output) -> Result<Box<dyn FileWriter>> {
        let mut builder = ArrowWriterBuilder::new(out, self.schema.clone());
        if let Some(compression) = self.compression {
            builder = builder.with_compression(compression);
        }
        let writer = builder.try_build().map_err(failed)?;
        Ok(Box::new(OrcWriter {
            writer,
            schema: self.schema.clone(),
        }))
    }
}

fn has_encoder(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Boolean
            | DataType::Byte
            | DataType::Short
            | DataType::Integer
            | DataType::Long
            | DataType::Float
            | DataType::Double
            | DataType::String
            | DataType::Binary
            | DataType::Date
            | DataType::Timestamp
    )
}

fn codec_of(name: &str) -> Result<(Option<CompressionType>, &'static str)> {
    Ok(match name.to_ascii_lowercase().as_str() {
        "none" | "uncompressed" => (None, ""),
        "snappy" => (Some(CompressionType::Snappy), ".snappy"),
        "zlib" => (Some(CompressionType::Zlib), ".zlib"),
        "zstd" => (Some(CompressionType::Zstd), ".zstd"),
        "lz4" => (Some(CompressionType::Lz4), ".lz4"),
        known @ ("lzo" | "brotli") => {
            let what = format_args!("the codec {known} of ORC");
            return Err(SparkError::not_implemented(what));
        }
        other => {
            let known = "brotli, uncompressed, lz4, lzo, snappy, zlib, none, zstd";
            return Err(SparkError::new(
                "CODEC_NOT_AVAILABLE.WITH_AVAILABLE_CODECS_SUGGESTION",
                &[("codecName", other), ("availableCodecs", known)],
            ));
        }
    })
}

struct OrcWriter {
    writer: ArrowWriter<Output>,
    schema: SchemaRef,
}

impl FileWriter for OrcWriter {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let batch = stored(batch, &self.schema)?;
        self.writer.write(&batch).map_err(failed)
    }

    fn finish(self: Box<Self>) -> Result<()> {
        self.writer.close().map_err(failed)
    }
}

fn failed(error: orc_rust::error::OrcError) -> SparkError {
    SparkError::plain(ErrorClass::SparkRuntime, error)
}
