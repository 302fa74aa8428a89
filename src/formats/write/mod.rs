//! Encoders of files: Spark's writer options, on Arrow arrays.
//!
//! [`WriteFormat`] is the border: what the options say is checked once, when it is made;
//! then it opens a [`FileWriter`] over any stream of bytes for each file. One file a
//! format. Knows `types` and `error`; nothing of paths, of names beyond a file's ending,
//! or of when a file becomes visible.

mod avro;
mod binary_types;
mod charset;
mod codec;
mod csv;
mod csv_line;
mod csv_text;
mod json;
mod json_layout;
mod json_text;
mod orc;
mod parquet;
mod text;
mod values;
mod xml;
mod xml_layout;
mod xml_tags;
mod xml_text;

use std::io::{self, Write};

use arrow::record_batch::RecordBatch;

use super::OptionMap;
use crate::error::{ErrorClass, Result, SparkError};
use crate::types::{StructType, Zone};

pub use csv_text::CsvText;
pub use json::{JsonText, JsonTextOptions};
pub use json_layout::spread;
pub use xml::{XmlText, XmlTextOptions, layout as xml_layout};
pub use xml_layout::Layout as XmlLayout;
pub use xml_tags::XmlTags;

/// A stream of bytes that a file's writer fills.
pub type Output = Box<dyn Write + Send>;

/// Takes the rows of one file.
pub trait FileWriter {
    fn write(&mut self, batch: &RecordBatch) -> Result<()>;

    /// Writes what is held back. Without it the file is not whole.
    fn finish(self: Box<Self>) -> Result<()>;
}

/// What a session says where the options are silent.
#[derive(Debug, Clone)]
pub struct WriteDefaults {
    pub zone: Zone,
    /// `spark.sql.parquet.compression.codec`
    pub parquet_codec: String,
    /// `spark.sql.orc.compression.codec`
    pub orc_codec: String,
    /// `spark.sql.avro.compression.codec`
    pub avro_codec: String,
    pub avro: crate::formats::avro::AvroSettings,
    /// `spark.sql.jsonGenerator.ignoreNullFields`
    pub json_ignores_nulls: bool,
}

/// A format with its options, for rows of one schema.
#[derive(Debug)]
pub struct WriteFormat(Kind);

#[derive(Debug)]
enum Kind {
    Json(json::JsonFormat),
    Csv(csv::CsvFormat),
    Text(text::TextFormat),
    Parquet(parquet::ParquetFormat),
    Orc(orc::OrcFormat),
    Avro(avro::AvroFormat),
    Xml(xml::XmlFormat),
}

impl WriteFormat {
    /// Whether files of this format (a lower-case short name) can be written.
    pub fn is_known(format: &str) -> bool {
        matches!(
            format,
            "json" | "csv" | "text" | "parquet" | "orc" | "avro" | "xml"
        )
    }

    /// Checks the options and the schema of the data columns.
    pub fn new(
        format: &str,
        schema: &StructType,
        options: &OptionMap,
        defaults: &WriteDefaults,
    ) -> Result<Self> {
        Ok(Self(match format {
            "json" => Kind::Json(json::JsonFormat::new(schema, options, defaults)?),
            "csv" => Kind::Csv(csv::CsvFormat::new(schema, options, defaults)?),
            "text" => Kind::Text(text::TextFormat::new(schema, options)?),
            "parquet" => Kind::Parquet(parquet::ParquetFormat::new(schema, options, defaults)?),
            "orc" => Kind::Orc(orc::OrcFormat::new(schema, options, defaults)?),
            "avro" => Kind::Avro(avro::AvroFormat::new(schema, options, defaults)?),
            "xml" => Kind::Xml(xml::XmlFormat::new(schema, options, defaults)?),
            other => {
                let what = format_args!("writing the format {other}");
                return Err(SparkError::not_implemented(what));
            }
        }))
    }

    /// How the names of the files end: `.snappy.parquet`.
    pub fn extension(&self) -> String {
        match &self.0 {
            Kind::Json(format) => format!(".json{}", format.codec.extension()),
            Kind::Csv(format) => format!(".{}{}", format.extension, format.codec.extension()),
            Kind::Text(format) => format!(".txt{}", format.codec.extension()),
            Kind::Parquet(format) => format!("{}.parquet", format.codec_extension()),
            Kind::Orc(format) => format!("{}.orc", format.codec_extension()),
            Kind::Avro(_) => ".avro".into(),
            Kind::Xml(format) => format!(".xml{}", format.codec.extension()),
        }
    }

    pub fn open(&self, out: Output) -> Result<Box<dyn FileWriter>> {
        match &self.0 {
            Kind::Json(format) => format.open(out),
            Kind::Csv(format) => format.open(out),
            Kind::Text(format) => format.open(out),
            Kind::Parquet(format) => format.open(out),
            Kind::Orc(format) => format.open(out),
            Kind::Avro(format) => format.open(out),
            Kind::Xml(format) => format.open(out),
        }
    }
}

/// Refuses a name that no codec of text files has.
pub fn check_codec(name: &str) -> Result<()> {
    codec::Codec::from_name(name).map(|_| ())
}

/// What the system said when a file was written; who knows the path adds it.
pub fn write_failure(error: &io::Error) -> SparkError {
    SparkError::plain(ErrorClass::SparkRuntime, error)
}
