//! Decoders of files: Spark's reader options, schema inference and malformed-record
//! modes, on Arrow arrays.
//!
//! [`open`] is the list of formats; `border` says what one is. Knows `types` and
//! `error`; knows nothing of plans, of how files are listed or opened, or of
//! streaming. Callers hand in opened files and take record batches.

mod adapt;
pub mod avro;
mod border;
mod charset;
mod chunks;
mod columns;
pub mod csv;
mod encoding;
mod fills;
mod growing;
pub mod json;
mod lines;
mod number;
mod options;
mod orc;
mod parquet;
pub mod protobuf;
mod rows;
mod scalars;
mod text;
pub mod write;
pub mod xml;

use std::sync::Arc;

pub use border::{
    AbsentRows, Batches, Condition, Content, Decoder, FileDecoder, Force, Format, InferRules,
    LineDecoder, Opened, Part, ROWS_A_BATCH, Rejected, Request, unreadable,
};
pub use columns::Datum;
pub use encoding::Encoding;
pub use fills::{EXISTS_DEFAULT, Fills, filled};
pub use options::{BAD_RECORDS_PATH, OptionMap, ParseMode, time_micros};

use crate::error::Result;
use crate::types::Zone;

/// Settings of the session that readers go by where no option says otherwise.
#[derive(Debug, Clone)]
pub struct Defaults {
    pub zone: Zone,
    /// Of the machine, whatever the session says.
    pub machine_zone: Zone,
    /// `spark.sql.columnNameOfCorruptRecord`
    pub corrupt_column: String,
    /// `spark.sql.timestampType` is `TIMESTAMP_NTZ`.
    pub timestamps_are_ntz: bool,
    /// `spark.sql.csv.parser.columnPruning.enabled`
    pub csv_pruning: bool,
    /// `spark.sql.parquet.mergeSchema`, `spark.sql.orc.mergeSchema`
    pub parquet_merge: bool,
    pub orc_merge: bool,
    pub avro: avro::AvroSettings,
}

/// The format of a (lower-case) name with its options; `None` for another name.
pub fn open(
    name: &str,
    options: &[(String, String)],
    defaults: &Defaults,
) -> Result<Option<Arc<dyn Format>>> {
    Ok(Some(match name {
        "json" => Arc::new(json::JsonFormat::new(options, defaults)?),
        "csv" => Arc::new(csv::CsvFormat::new(options, defaults)?),
        "text" => Arc::new(text::TextFormat::new(options)?),
        "parquet" => Arc::new(parquet::ParquetFormat::new(options, defaults)?),
        "orc" => Arc::new(orc::OrcFormat::new(options, defaults)?),
        "avro" => Arc::new(avro::AvroFormat::new(options, defaults)?),
        "xml" => Arc::new(xml::XmlFormat::new(options, defaults)?),
        _ => return Ok(None),
    }))
}

/// A text as the only value of an array of its type, read as a cast would read it;
/// `None` where it is no such value.
pub fn read_text_value(
    text: &str,
    data_type: &crate::types::DataType,
    zone: Zone,
) -> Option<arrow::array::ArrayRef> {
    csv::text_value(text, data_type, zone)
}
