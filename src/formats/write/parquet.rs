//! Parquet files, with Spark's schema in their metadata.

use std::io;

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{BrotliLevel, Compression, GzipLevel, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;

use super::binary_types::{check, contains, storage_schema, stored};
use super::{FileWriter, Output, WriteDefaults, write_failure};
use crate::error::{ErrorClass, Result, SparkError};
use crate::formats::OptionMap;
use crate::types::{DataType, StructType};

/// Where Spark, and the reader here, find the schema with Spark's own types.
pub const ROW_METADATA: &str = "org.apache.spark.sql.parquet.row.metadata";

/// Options that would change the file and are not here.
const MISSING: [&str; 3] = [
    "parquet.encryption.column.keys",
    "parquet.encryption.footer.key",
    "parquet.encryption.uniform.key",
];

#[derive(Debug)]
pub struct ParquetFormat {
    schema: SchemaRef,
    properties: WriterProperties,
    extension: &'static str,
}

impl ParquetFormat {
    pub fn new(schema: &StructType, options: &OptionMap, defaults: &WriteDefaults) -> Result<Self> {
        check(schema, "Parquet", |data_type| {
            !contains(data_type, &|t| {
                let of_any_system = matches!(t, DataType::Place { srid: None, .. });
                *t == DataType::CalendarInterval || of_any_system
            })
        })?;
        let is_place = |t: &DataType| matches!(t, DataType::Place { .. });
        if let Some(field) = schema
            .fields
            .iter()
            .find(|f| contains(&f.data_type, &is_place))
        {
            return Err(SparkError::not_implemented(format_args!(
                "writing the type {} to Parquet (the column {})",
                field.data_type.simple_string(),
                field.name
            )));
        }
        if let Some(name) = MISSING.iter().find(|name| options.get(name).is_some()) {
            return Err(SparkError::not_implemented(format_args!(
                "the option {name}"
            )));
        }
        let codec = options
            .get("compression")
            .or_else(|| options.get("parquet.compression"))
            .unwrap_or(&defaults.parquet_codec);
        let (compression, extension) = codec_of(codec)?;
        let jvm_schema = DataType::Struct(schema.as_nullable()).jvm_json();
        let metadata = vec![
            KeyValue::new("org.apache.spark.version".into(), "4.3.0".to_string()),
            KeyValue::new(ROW_METADATA.into(), jvm_schema),
        ];
        let properties = WriterProperties::builder()
            .set_compression(compression)
            .set_created_by(format!("caudal {}", env!("CARGO_PKG_VERSION")))
            .set_key_value_metadata(Some(metadata))
            .set_coerce_types(true)
            .build();
        Ok(Self {
            schema: storage_schema(schema)?,
            properties,
            extension,
        })
    }

    /// `.snappy`, before the format's own ending.
    pub fn codec_extension(&self) -> &'static str {
        self.extension
    }

    pub fn open(&self, out: Output) -> Result<Box<dyn FileWriter>> {
        let options = ArrowWriterOptions::new()
            .with_properties(self.properties.clone())
            .with_skip_arrow_metadata(true)
            .with_schema_root("spark_schema".into());
        let writer =
            ArrowWriter::try_new_with_options(out, self.schema.clone(), options).map_err(failed)?;
        Ok(Box::new(ParquetWriter {
            writer,
            schema: self.schema.clone(),
        }))
    }
}

fn codec_of(name: &str) -> Result<(Compression, &'static str)> {
    Ok(match name.to_ascii_lowercase().as_str() {
        "none" | "uncompressed" => (Compression::UNCOMPRESSED, ""),
        "snappy" => (Compression::SNAPPY, ".snappy"),
        "gzip" => (Compression::GZIP(GzipLevel::default()), ".gz"),
        "lz4" => (Compression::LZ4, ".lz4hadoop"),
        "lz4_raw" => (Compression::LZ4_RAW, ".lz4raw"),
        "brotli" => (Compression::BROTLI(BrotliLevel::default()), ".br"),
        "zstd" => {
            let level = ZstdLevel::try_new(3).map_err(failed)?;
            (Compression::ZSTD(level), ".zstd")
        }
        "lzo" => return Err(SparkError::not_implemented("the codec lzo of Parquet")),
        other => {
            let known = "brotli, uncompressed, lzo, snappy, lz4_raw, none, zstd, lz4, gzip";
            return Err(SparkError::new(
                "CODEC_NOT_AVAILABLE.WITH_AVAILABLE_CODECS_SUGGESTION",
                &[("codecName", other), ("availableCodecs", known)],
            ));
        }
    })
}

struct ParquetWriter {
    writer: ArrowWriter<Output>,
    schema: SchemaRef,
}

impl FileWriter for ParquetWriter {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let batch = stored(batch, &self.schema)?;
        self.writer.write(&batch).map_err(failed)
    }

    fn finish(self: Box<Self>) -> Result<()> {
        let mut out = self.writer.into_inner().map_err(failed)?;
        out.flush().map_err(|e| write_failure(&e))
    }
}

fn failed(error: ParquetError) -> SparkError {
    match error {
        ParquetError::External(inner) => match inner.downcast::<io::Error>() {
            Ok(io) => write_failure(&io),
            Err(other) => SparkError::plain(ErrorClass::SparkRuntime, other),
        },
        other => SparkError::plain(ErrorClass::SparkRuntime, other),
    }
}
