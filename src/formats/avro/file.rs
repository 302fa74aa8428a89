//! Avro files: Spark's types for theirs, under the file's own schema or the one that
//! the option `avroSchema` gives.

use std::io::BufReader;
use std::sync::Arc;

use arrow::datatypes::{DataType as A, SchemaRef};
use arrow_avro::reader::ReaderBuilder;
use arrow_avro::schema::AvroSchema;

use crate::error::{Result, SparkError};
use crate::formats::adapt::adapted;
use crate::formats::border::{
    Batches, Decoder, FileDecoder, Format, InferRules, Opened, ROWS_A_BATCH, Request, unreadable,
};
use crate::formats::{Defaults, OptionMap};
use crate::types::{DataType, StructField, StructType, from_arrow_schema};

/// Spark's Avro reader with its options.
#[derive(Debug)]
pub struct AvroFormat {
    schema: Option<String>,
}

impl AvroFormat {
    pub fn new(options: &[(String, String)], _: &Defaults) -> Result<Self> {
        let map = OptionMap::new(options);
        let missing = [
            "positionalFieldMatching",
            "enableStableIdentifiersForUnionType",
            "recursiveFieldMaxDepth",
            "avroSchemaUrl",
        ];
        if let Some(name) = missing.iter().find(|name| map.get(name).is_some()) {
            return Err(SparkError::not_implemented(format_args!(
                "the Avro option {name}"
            )));
        }
        map.flag("ignoreExtension", true)?;
        Ok(Self {
            schema: map.text("avroSchema"),
        })
    }
}

impl Format for AvroFormat {
    fn name(&self) -> &'static str {
        "avro"
    }

    fn is_text(&self) -> bool {
        false
    }

    fn infer(
        &self,
        files: &mut dyn Iterator<Item = Result<Opened>>,
        rules: &InferRules,
    ) -> Result<Option<StructType>> {
        for file in files {
            let found = file.and_then(|file| {
                let path = file.path.clone();
                let reader = builder(self.schema.as_deref())
                    .build(BufReader::new(file.into_file()?))
                    .map_err(|e| unreadable(&path, &e))?;
                from_arrow_schema(&reader.schema())
            });
            match found {
                Ok(schema) => return Ok(Some(schema)),
                Err(_) if rules.ignore_corrupt => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    fn check_schema(&self, schema: &StructType) -> Result<()> {
        let refused = |f: &&StructField| matches!(f.data_type, DataType::CalendarInterval);
        match schema.fields.iter().find(refused) {
            Some(field) => Err(crate::formats::text::unsupported("Avro", field)),
            None => Ok(()),
        }
    }

    fn decoder(&self, request: &Request) -> Result<Decoder> {
        Ok(Decoder::Files(Box::new(AvroDecoder {
            schema: Arc::new(request.wanted().as_nullable().to_arrow()),
            case_sensitive: request.case_sensitive,
            own: self.schema.clone(),
        })))
    }
}

fn builder(schema: Option<&str>) -> ReaderBuilder {
    let builder = ReaderBuilder::new().with_batch_size(ROWS_A_BATCH);
    match schema {
        Some(text) => builder.with_reader_schema(AvroSchema::new(text.to_string())),
        None => builder,
    }
}

struct AvroDecoder {
    schema: SchemaRef,
    case_sensitive: bool,
    own: Option<String>,
}

impl FileDecoder for AvroDecoder {
    fn open(&mut self, opened: Opened) -> Result<Batches> {
        let path = opened.path.clone();
        if opened.size == 0 {
            return Ok(Box::new(std::iter::empty()));
        }
        let reader = builder(self.own.as_deref())
            .build(BufReader::new(opened.into_file()?))
            .map_err(|e| unreadable(&path, &e))?;
        for field in self.schema.fields() {
            let held = reader.schema();
            let found =
                crate::formats::adapt::position(held.fields(), field.name(), self.case_sensitive);
            if let Some(held) = found.and_then(|at| held.fields().get(at))
                && !fits(held.data_type(), field.data_type())
            {
                let cause = format!(
                    "the Avro field {} of type {} cannot be read as {}",
                    held.name(),
                    held.data_type(),
                    field.data_type()
                );
                return Err(unreadable(&path, &cause));
            }
        }
        let (schema, case_sensitive) = (Arc::clone(&self.schema), self.case_sensitive);
        Ok(Box::new(reader.map(move |batch| {
            let batch = batch.map_err(|e| unreadable(&path, &e))?;
            adapted(&batch, &schema, case_sensitive).map_err(|e| unreadable(&path, &e))
        })))
    }
}

/// Whether a reading changes no value: Spark refuses the other ones.
fn fits(held: &A, wanted: &A) -> bool {
    let is_text = |kind: &A| matches!(kind, A::Utf8 | A::Dictionary(_, _));
    let is_bytes = |kind: &A| matches!(kind, A::Binary | A::FixedSizeBinary(_));
    match (held, wanted) {
        (A::Int32, A::Int64 | A::Float32 | A::Float64)
        | (A::Int64, A::Float64 | A::Float32 | A::Timestamp(_, _))
        | (A::Float32, A::Float64)
        | (A::Timestamp(_, _), A::Timestamp(_, _))
        | (A::Struct(_), A::Struct(_))
        | (A::List(_), A::List(_))
        | (A::Map(_, _), A::Map(_, _)) => true,
        (A::Decimal128(p, s), A::Decimal128(wp, ws)) => ws >= s && wp - *ws as u8 >= p - *s as u8,
        (held, wanted) if is_text(held) => matches!(wanted, A::Utf8 | A::Binary),
        (held, A::Binary) if is_bytes(held) => true,
        (held, wanted) => held == wanted,
    }
}
