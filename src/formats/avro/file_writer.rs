//! What Avro files are written by: the schema, the codec, the header, blocks of rows.
//! Where the bytes go is the caller's.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write};
use std::sync::Arc;

use arrow::array::StructArray;
use arrow::record_batch::RecordBatch;

use super::check::Matching;
use super::codec::Codec;
use super::container::{
    Block, CODEC, LEGACY, Mark, SCHEMA, TIME_ZONE, VERSION, put_block, put_header,
};
use super::encode::Encode;
use super::encoder::Encoder;
use super::of_type::schema_of;
use super::options::{AvroSettings, flag, text_at};
use super::rebase::{Mode, Rebase};
use super::schema::Schema;
use crate::error::{Result, SparkError};
use crate::formats::OptionMap;
use crate::types::{DataType, StructType};

/// The version whose files these are.
const SPARK: &str = "4.3.0";

#[derive(Debug)]
pub struct AvroWriteFormat {
    schema: String,
    encode: Arc<Encode>,
    codec: Codec,
    mode: Mode,
    zone: String,
}

impl AvroWriteFormat {
    pub fn new(
        fields: &StructType,
        map: &OptionMap,
        codec: &str,
        settings: &AvroSettings,
    ) -> Result<Self> {
        check_names(fields)?;
        let held = DataType::Struct(fields.clone());
        let given = match (map.get("avroSchema"), map.get("avroSchemaUrl")) {
            (Some(text), _) => Some(text.to_string()),
            (None, Some(url)) => Some(text_at(url)?),
            (None, None) => None,
        };
        let name = map.get("recordName").unwrap_or("topLevelRecord");
        let space = map.get("recordNamespace").unwrap_or("");
        let schema = match given {
            Some(text) => Schema::parse(&text)?,
            None => schema_of(&held, false, name, space)?,
        };
        let codec = Codec::of_option(map.get("compression").unwrap_or(codec))?;
        let mode = Mode::of(&settings.rebase_write).unwrap_or(Mode::Exception);
        let encoder = Encoder {
            schema: &schema,
            matching: Matching {
                by_position: flag(map, "positionalFieldMatching")?,
                case_sensitive: settings.case_sensitive,
            },
            rebase: Rebase {
                mode,
                zone: settings.zone,
            },
        };
        Ok(Self {
            encode: Arc::new(encoder.root(&held)?),
            schema: schema.text(),
            codec,
            mode,
            zone: settings.zone.name(),
        })
    }

    /// Begins a file.
    pub fn begin(&self, out: &mut impl Write) -> io::Result<AvroWriter> {
        let mut said = vec![
            (SCHEMA, self.schema.as_str()),
            (CODEC, self.codec.name()),
            (VERSION, SPARK),
        ];
        if self.mode == Mode::Legacy {
            said.extend([(LEGACY, ""), (TIME_ZONE, self.zone.as_str())]);
        }
        let mark = mark(&self.schema);
        put_header(&said, mark, out)?;
        Ok(AvroWriter {
            encode: Arc::clone(&self.encode),
            codec: self.codec,
            mark,
        })
    }
}

/// What stands between blocks. It must only be unlikely within one.
fn mark(json: &str) -> Mark {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (salt, json).hash(&mut hasher);
        hasher.finish()
    };
    (u128::from(half(1)) << 64 | u128::from(half(2))).to_be_bytes()
}

/// Writes batches of rows, each as a block.
pub struct AvroWriter {
    encode: Arc<Encode>,
    codec: Codec,
    mark: Mark,
}

impl AvroWriter {
    pub fn block(&self, batch: &RecordBatch) -> Result<Block> {
        let rows = StructArray::from(batch.clone());
        let mut bytes = Vec::new();
        for row in 0..batch.num_rows() {
            self.encode.put(&rows, row, &mut bytes)?;
        }
        Ok(Block {
            rows: batch.num_rows() as u64,
            bytes,
        })
    }

    pub fn put(&self, block: &Block, out: &mut impl Write) -> io::Result<()> {
        put_block(block, self.codec, self.mark, out)
    }
}

/// Names of columns are those of Avro's fields: letters, digits and `_`.
fn check_names(fields: &StructType) -> Result<()> {
    for field in fields.fields.iter() {
        let mut letters = field.name.chars();
        let first = letters
            .next()
            .is_some_and(|c| c.is_alphabetic() || c == '_');
        if !first || !letters.all(|c| c.is_alphanumeric() || c == '_') {
            return Err(SparkError::new(
                "INVALID_COLUMN_NAME_AS_PATH",
                &[
                    ("datasource", "AvroFileFormat"),
                    ("columnName", &crate::error::quoted(&[&field.name])),
                ],
            ));
        }
        if let DataType::Struct(inner) = &field.data_type {
            check_names(inner)?;
        }
    }
    Ok(())
}
