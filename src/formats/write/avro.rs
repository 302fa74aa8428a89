//! Avro object container files: a header with the schema, then blocks of rows.
//!
//! Rows are encoded by the crate. The container is written here: the crate's own would
//! put another schema into the header than the one that it encodes by.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write};
use std::sync::Arc;

use arrow::datatypes::{Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use arrow_avro::errors::AvroError;
use arrow_avro::writer::format::AvroBinaryFormat;
use arrow_avro::writer::{Encoder, WriterBuilder};
use serde_json::{Value, json};

use super::binary_types::{storage_schema, stored};
use super::{FileWriter, Output, WriteDefaults, write_failure};
use crate::error::{ErrorClass, Result, SparkError};
use crate::formats::OptionMap;
use crate::types::{DataType, StructField, StructType};

#[derive(Debug)]
pub struct AvroFormat {
    /// With Avro's own schema in its metadata.
    schema: SchemaRef,
    codec: Codec,
}

impl AvroFormat {
    pub fn new(schema: &StructType, options: &OptionMap, defaults: &WriteDefaults) -> Result<Self> {
        for name in ["avroSchema", "avroSchemaUrl", "positionalFieldMatching"] {
            if options.get(name).is_some() {
                let what = format_args!("the option {name} of the Avro writer");
                return Err(SparkError::not_implemented(what));
            }
        }
        let codec = options.get("compression").unwrap_or(&defaults.avro_codec);
        let name = options.get("recordName").unwrap_or("topLevelRecord");
        let namespace = options.get("recordNamespace").unwrap_or("");
        let mut record = record(schema, name, namespace)?;
        if !namespace.is_empty()
            && let Some(object) = record.as_object_mut()
        {
            object.insert("namespace".into(), namespace.into());
        }
        let metadata = HashMap::from([(SCHEMA.to_string(), record.to_string())]);
        let fields = storage_schema(schema)?.fields().clone();
        Ok(Self {
            schema: Arc::new(Schema::new_with_metadata(fields, metadata)),
            codec: codec_of(codec)?,
        })
    }

    pub fn open(&self, mut out: Output) -> Result<Box<dyn FileWriter>> {
        let encoder = WriterBuilder::new(self.schema.as_ref().clone())
            .build_encoder::<AvroBinaryFormat>()
            .map_err(failed)?;
        let json = self.schema.metadata.get(SCHEMA).map_or("", String::as_str);
        let sync = mark(json);
        header(json, self.codec, sync, &mut out).map_err(|e| write_failure(&e))?;
        Ok(Box::new(AvroWriter {
            out,
            encoder,
            schema: self.schema.clone(),
            codec: self.codec,
            sync,
        }))
    }
}

/// Under which the schema stands, in a file's header and in Arrow's metadata.
const SCHEMA: &str = "avro.schema";

/// What stands between blocks. It must only be unlikely within one.
fn mark(json: &str) -> [u8; 16] {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (salt, json).hash(&mut hasher);
        hasher.finish()
    };
    (u128::from(half(1)) << 64 | u128::from(half(2))).to_be_bytes()
}

fn header(json: &str, codec: Codec, sync: [u8; 16], out: &mut Output) -> io::Result<()> {
    let mut bytes = b"Obj\x01".to_vec();
    long(2, &mut bytes);
    for text in [SCHEMA, json, "avro.codec", codec.name()] {
        long(text.len() as u64, &mut bytes);
        bytes.extend_from_slice(text.as_bytes());
    }
    long(0, &mut bytes);
    bytes.extend_from_slice(&sync);
    out.write_all(&bytes)
}

/// A number that is not negative, as Avro writes it: zigzag, seven bits a byte.
fn long(value: u64, out: &mut Vec<u8>) {
    let mut rest = value << 1;
    while rest > 0x7F {
        out.push((rest & 0x7F) as u8 | 0x80);
        rest >>= 7;
    }
    out.push(rest as u8);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Codec {
    None,
    Snappy,
    Deflate,
    Bzip2,
    Zstandard,
}

impl Codec {
    fn name(self) -> &'static str {
        match self {
            Self::None => "null",
            Self::Snappy => "snappy",
            Self::Deflate => "deflate",
            Self::Bzip2 => "bzip2",
            Self::Zstandard => "zstandard",
        }
    }

    fn compress(self, bytes: &[u8]) -> io::Result<Vec<u8>> {
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
        }
    }
}

fn codec_of(name: &str) -> Result<Codec> {
    Ok(match name.to_ascii_lowercase().as_str() {
        "uncompressed" => Codec::None,
        "snappy" => Codec::Snappy,
        "deflate" => Codec::Deflate,
        "bzip2" => Codec::Bzip2,
        "zstandard" => Codec::Zstandard,
        "xz" => return Err(SparkError::not_implemented("the codec xz of Avro")),
        other => {
            return Err(SparkError::plain(
                ErrorClass::IllegalArgument,
                format!("No enum constant for the Avro codec {other}"),
            ));
        }
    })
}

fn record(fields: &StructType, name: &str, namespace: &str) -> Result<Value> {
    // Names of records within are the path to them, as Spark makes them.
    let inner = match namespace {
        "" => name.to_string(),
        space => format!("{space}.{name}"),
    };
    let fields = fields
        .fields
        .iter()
        .map(|field| named(field, &inner))
        .collect::<Result<Vec<_>>>()?;
    Ok(json!({"type": "record", "name": name, "fields": fields}))
}

fn named(field: &StructField, space: &str) -> Result<Value> {
    let kind = type_of(&field.data_type, &field.name, space)?;
    Ok(json!({"name": field.name, "type": [kind, "null"]}))
}

fn type_of(data_type: &DataType, name: &str, space: &str) -> Result<Value> {
    let nullable =
        |inner: &DataType| -> Result<Value> { Ok(json!([type_of(inner, name, space)?, "null"])) };
    Ok(match data_type {
        DataType::Boolean => json!("boolean"),
        DataType::Byte | DataType::Short | DataType::Integer => json!("int"),
        DataType::YearMonthInterval { .. } => json!("int"),
        DataType::Long | DataType::DayTimeInterval { .. } => json!("long"),
        DataType::Float => json!("float"),
        DataType::Double => json!("double"),
        DataType::String => json!("string"),
        DataType::Binary => json!("bytes"),
        DataType::Date => json!({"type": "int", "logicalType": "date"}),
        DataType::Timestamp => json!({"type": "long", "logicalType": "timestamp-micros"}),
        DataType::TimestampNtz => {
            json!({"type": "long", "logicalType": "local-timestamp-micros"})
        }
        DataType::Array { element, .. } => json!({"type": "array", "items": nullable(element)?}),
        DataType::Map { key, value, .. } if **key == DataType::String => {
            json!({"type": "map", "values": nullable(value)?})
        }
        DataType::Struct(fields) => record(fields, name, space)?,
        other => {
            return Err(SparkError::not_implemented(format_args!(
                "writing the type {} to Avro (the column {name})",
                other.simple_string()
            )));
        }
    })
}

struct AvroWriter {
    out: Output,
    encoder: Encoder,
    schema: SchemaRef,
    codec: Codec,
    sync: [u8; 16],
}

impl FileWriter for AvroWriter {
    /// Each batch is a block.
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let batch = stored(batch, &self.schema)?;
        self.encoder.encode(&batch).map_err(failed)?;
        let rows = self.encoder.flush();
        let packed = self.codec.compress(rows.bytes());
        let packed = packed.map_err(|e| write_failure(&e))?;
        let mut block = Vec::with_capacity(packed.len() + 36);
        long(rows.len() as u64, &mut block);
        long(packed.len() as u64, &mut block);
        block.extend_from_slice(&packed);
        block.extend_from_slice(&self.sync);
        self.out.write_all(&block).map_err(|e| write_failure(&e))
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.out.flush().map_err(|e| write_failure(&e))
    }
}

fn failed(error: AvroError) -> SparkError {
    SparkError::plain(ErrorClass::SparkRuntime, error)
}
