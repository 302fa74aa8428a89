//! Avro object container files.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::{Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use arrow_avro::compression::CompressionCodec;
use arrow_avro::errors::AvroError;
use arrow_avro::writer::WriterBuilder;
use arrow_avro::writer::format::AvroOcfFormat;
use serde_json::{Value, json};

use super::binary_types::{storage_schema, stored};
use super::{FileWriter, Output, WriteDefaults};
use crate::error::{ErrorClass, Result, SparkError};
use crate::formats::OptionMap;
use crate::types::{DataType, StructField, StructType};

#[derive(Debug)]
pub struct AvroFormat {
    /// With Avro's own schema in its metadata.
    schema: SchemaRef,
    codec: Option<CompressionCodec>,
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
        let metadata = HashMap::from([("avro.schema".to_string(), record.to_string())]);
        let fields = storage_schema(schema)?.fields().clone();
        Ok(Self {
            schema: Arc::new(Schema::new_with_metadata(fields, metadata)),
            codec: codec_of(codec)?,
        })
    }

    pub fn open(&self, out: Output) -> Result<Box<dyn FileWriter>> {
        let writer = WriterBuilder::new(self.schema.as_ref().clone())
            .with_compression(self.codec)
            .build::<_, AvroOcfFormat>(out)
            .map_err(failed)?;
        Ok(Box::new(AvroWriter {
            writer,
            schema: self.schema.clone(),
        }))
    }
}

fn codec_of(name: &str) -> Result<Option<CompressionCodec>> {
    Ok(match name.to_ascii_lowercase().as_str() {
        "uncompressed" => None,
        "snappy" => Some(CompressionCodec::Snappy),
        "deflate" => Some(CompressionCodec::Deflate),
        "bzip2" => Some(CompressionCodec::Bzip2),
        "xz" => Some(CompressionCodec::Xz),
        "zstandard" => Some(CompressionCodec::ZStandard),
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
    writer: arrow_avro::writer::Writer<Output, AvroOcfFormat>,
    schema: SchemaRef,
}

impl FileWriter for AvroWriter {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let batch = stored(batch, &self.schema)?;
        self.writer.write(&batch).map_err(failed)
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.writer.finish().map_err(failed)
    }
}

fn failed(error: AvroError) -> SparkError {
    SparkError::plain(ErrorClass::SparkRuntime, error)
}
